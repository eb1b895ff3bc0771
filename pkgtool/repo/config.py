"""`repositories.yaml`: which chart repositories the user has, in Helm's own format.

The file holds passwords, so it is readable by its owner only.

Source: Helm v4 `pkg/repo/v1/repo.go`.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pkgtool import yamlcodec
from pkgtool.diskfile import read_file, write_file
from pkgtool.errors import RepoError, RepoExists, RepoNotFound, did_you_mean
from pkgtool.repo.http import Credentials


@dataclass(frozen=True, slots=True)
class RepoEntry:
    """One configured repository."""

    name: str
    url: str
    credentials: Credentials = field(default_factory=Credentials)


@dataclass(frozen=True, slots=True)
class Repositories:
    """All configured repositories, in the order they were added."""

    entries: tuple[RepoEntry, ...] = ()

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
        """Return the list with `entry`, in place of one of the same name.

        Raises:
            RepoExists: The name stands for another configuration, and `force` is off.
        """
        if "/" in entry.name:
            raise RepoError(
                f"repository name ({entry.name}) contains '/', please specify a different name "
                "without '/'"
            )
        others = tuple(each for each in self.entries if each.name != entry.name)
        if len(others) != len(self.entries) and not force and entry not in self.entries:
            raise RepoExists(
                f"repository name ({entry.name}) already exists, please specify a different name",
                hint="--force-update replaces it",
            )
        return replace(self, entries=(*others, entry))

    def removed(self, name: str) -> "Repositories":
        """Return the list without `name`.

        Raises:
            RepoNotFound: There is none of that name.
        """
        if all(each.name != name for each in self.entries):
            raise RepoNotFound(f'no repo named "{name}" found')
        return replace(self, entries=tuple(each for each in self.entries if each.name != name))


def load_repositories(path: Path) -> Repositories:
    """Read the list at `path`; a missing file is an empty list.

    Raises:
        YamlInvalid, RepoError: The file is damaged; it is left as it is.
    """
    if not path.exists():
        return Repositories()
    document = yamlcodec.load(read_file(path), name=str(path))
    listed = document.get("repositories") if isinstance(document, dict) else None
    if document is not None and not isinstance(listed, list | None):
        raise RepoError(f"{str(path)!r} is not a list of repositories")
    return Repositories(tuple(_entry(each, path) for each in listed or ()))


def save_repositories(path: Path, repositories: Repositories) -> None:
    """Write the list to `path`, readable by its owner only.

    Raises:
        FileUnwritable: The old file is unchanged.
    """
    document = {
        "apiVersion": "",
        "generated": "0001-01-01T00:00:00Z",
        "repositories": [_fields(entry) for entry in repositories.entries],
    }
    write_file(path, yamlcodec.dump(document).encode(), mode=0o600)


def _entry(fields: Any, path: Path) -> RepoEntry:
    if not isinstance(fields, dict) or not fields.get("name") or not fields.get("url"):
        raise RepoError(f"{str(path)!r} has an entry without a name and a url")

    def text(key: str) -> str:
        return str(fields.get(key) or "")

    credentials = Credentials(
        username=text("username"),
        password=text("password"),
        cert_file=text("certFile"),
        key_file=text("keyFile"),
        ca_file=text("caFile"),
        insecure=bool(fields.get("insecure_skip_tls_verify")),
        everywhere=bool(fields.get("pass_credentials_all")),
    )
    return RepoEntry(text("name"), text("url"), credentials)


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
