"""`repositories.yaml`: which chart repositories the user has, in Helm's own format.

The file holds passwords, so it is readable by its owner only. A password written into a URL is
moved to where passwords belong. Changes are made under a lock, which Helm takes too, so that two
commands at once lose nothing.

Source: Helm v4 `pkg/repo/v1/repo.go` and `pkg/cmd/repo_add.go`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pkgtool import yamlcodec
from pkgtool.diskfile import hold_lock, write_file
from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable, RepoError, RepoExists, RepoNotFound, did_you_mean
from pkgtool.repo.http import Credentials

_FIELDS = {
    "name": "",
    "url": "",
    "username": "",
    "password": "",
    "certFile": "",
    "keyFile": "",
    "caFile": "",
    "insecure_skip_tls_verify": False,
    "pass_credentials_all": False,
}
"""What an entry holds, and what each field is when it is absent."""


@dataclass(frozen=True, slots=True)
class RepoEntry:
    """One configured repository."""

    name: str
    url: str
    """Without user and password."""
    credentials: Credentials = field(default_factory=Credentials)


class Repositories(NamedTuple):
    """All configured repositories, in the order they were added."""

    entries: tuple[RepoEntry, ...] = ()
    api_version: str = ""
    """As the file says; nobody looks at it."""
    generated: str = "0001-01-01T00:00:00Z"
    """As the file says: what Go writes for no time."""

    def find(self, name: str) -> RepoEntry:
        """Return the repository called `name`.

        Raises:
            RepoNotFound: There is none.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry
        names = [entry.name for entry in self.entries]
        hint = did_you_mean(name, names) or "`pkgtool repo add NAME URL` makes one known"
        raise RepoNotFound(f"repo {name} not found", hint=hint)

    def added(self, entry: RepoEntry, *, force: bool = False) -> "Repositories":
        """Return the list with `entry`, in the place of one of the same name.

        Raises:
            RepoExists: The name stands for another configuration, and `force` is off.
        """
        names = [each.name for each in self.entries]
        if entry.name not in names:
            return self._replace(entries=(*self.entries, entry))
        if not force and entry not in self.entries:
            raise RepoExists(
                f"repository name ({entry.name}) already exists, please specify a different name",
                hint="--force-update replaces it",
            )
        return self._replace(
            entries=tuple(entry if each.name == entry.name else each for each in self.entries)
        )

    def removed(self, name: str) -> "Repositories":
        """Return the list without `name`.

        Raises:
            RepoNotFound: There is none of that name.
        """
        if not self.entries:
            raise RepoNotFound("no repositories configured")
        names = [each.name for each in self.entries]
        if name not in names:
            raise RepoNotFound(f'no repo named "{name}" found', hint=did_you_mean(name, names))
        return self._replace(entries=tuple(each for each in self.entries if each.name != name))


def make_entry(name: str, url: str, credentials: Credentials) -> RepoEntry:
    """Return a repository called `name`; user and password in `url` become credentials.

    Raises:
        RepoError: The name is one that no file or reference can have.
    """
    if "/" in name:
        raise RepoError(
            f"repository name ({name}) contains '/', please specify a different name without '/'"
        )
    if not name.strip(". ") or not name.isprintable() or len(name) > 200:
        raise RepoError(
            f"repository name {name[:80]!r} is not usable", hint="use letters, digits and dashes"
        )
    bare, known = credentials.with_userinfo(url)
    return RepoEntry(name, bare, known)


def load_repositories(path: Path) -> Repositories:
    """Read the list at `path`; a missing file is an empty list.

    Raises:
        YamlInvalid, RepoError: The file is damaged; it is left as it is.
        FileUnreadable: It is there, but cannot be read.
    """
    try:
        data = read_file(path)
    except FileUnreadable as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            return Repositories()
        raise
    document = yamlcodec.load(data, name=str(path))
    if document is None:
        return Repositories()
    listed = document.get("repositories") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(listed, list | None):
        raise _damaged(path, "it has no list of `repositories`")
    none = Repositories()
    return Repositories(
        tuple(_entry(each, path) for each in listed or ()),
        str(document.get("apiVersion") or none.api_version),
        str(document.get("generated") or none.generated),
    )


def save_repositories(path: Path, repositories: Repositories) -> None:
    """Write the list to `path`, readable by its owner only.

    Raises:
        FileUnwritable: The old file is unchanged.
    """
    document = {
        "apiVersion": repositories.api_version,
        "generated": repositories.generated,
        "repositories": [_fields(entry) for entry in repositories.entries],
    }
    write_file(path, yamlcodec.dump(document).encode(), mode=0o600)


def change_repositories(
    path: Path,
    change: Callable[[Repositories], Repositories],
    *,
    found: Path | None = None,
) -> None:
    """Read the list at `path`, `change` it, and write it, while nobody else does.

    Args:
        path: The list.
        change: Makes the new one of it.
        found: Another list, which counts until there is one at `path`. It is never written; what
            it holds is in the new list too, unless `change` takes it out.

    Raises:
        YamlInvalid, RepoError: The file is damaged; it is left as it is.
        FileUnwritable: It cannot be written, or another command holds it for too long.
    """
    with hold_lock(path.with_suffix(".lock"), wait_s=30.0):
        # Asked under the lock: another command may just have written the first list of ours.
        before = load_repositories(path if found is None or path.exists() else found)
        after = change(before)
        if after != before:
            save_repositories(path, after)


def _entry(fields: Any, path: Path) -> RepoEntry:
    if not isinstance(fields, dict):
        raise _damaged(path, "an entry is not a mapping")
    said = {key: fields[key] for key in _FIELDS if fields.get(key) is not None}
    for key, value in said.items():
        if type(value) is not type(_FIELDS[key]):
            raise _damaged(path, f"{key!r} of an entry is of the wrong kind")
    known: dict[str, Any] = {**_FIELDS, **said}
    if not known["name"] or not known["url"]:
        raise _damaged(path, "an entry has no name or no url")
    credentials = Credentials(
        username=known["username"],
        password=known["password"],
        cert_file=known["certFile"],
        key_file=known["keyFile"],
        ca_file=known["caFile"],
        insecure=known["insecure_skip_tls_verify"],
        everywhere=known["pass_credentials_all"],
    )
    return make_entry(known["name"], known["url"], credentials)


def _damaged(path: Path, why: str) -> RepoError:
    return RepoError(
        f"{str(path)!r} is damaged: {why}",
        hint="mend it by hand, or move it away and add the repositories again",
    )


def _fields(entry: RepoEntry) -> dict[str, object]:
    known = entry.credentials
    return {
        "name": entry.name,
        "url": entry.url,
        "username": known.username,
        "password": known.password,
        "certFile": known.cert_file,
        "keyFile": known.key_file,
        "caFile": known.ca_file,
        "insecure_skip_tls_verify": known.insecure,
        "pass_credentials_all": known.everywhere,
    }
