"""Charts in git repositories, fetched with the user's own `git`, at one commit.

A place is `git+https://HOST/REPOSITORY@REF?path=FOLDER`; also `git+ssh:` and `git+file:`. `REF` is
a branch, a tag or a full commit, `FOLDER` where the chart is; both may be left out. A lock has the
commit in the place of `REF`, so that what was tested is what is fetched.

Git runs without prompts and hooks, with one protocol allowed, within limits of time and size, in a
folder of its own that is removed. Nothing is checked out: files are read as they were committed,
so that neither filters nor attributes of the repository have a say. Links inside the repository
are followed as git does it; others are refused.

Source: ADR 0025; `git help fetch`, `git help cat-file`.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pkgtool.chart.archive import MAX_FILE_BYTES, MAX_MEMBERS, MAX_TOTAL_BYTES
from pkgtool.chart.ignore import IGNORE_FILE, parse_ignore
from pkgtool.errors import GitFailed
from pkgtool.process import Finished, run_process
from pkgtool.repo.urls import shown

FETCH_LIMIT_BYTES = 256 * 1024 * 1024
"""How large a pack git may fetch: a repository at one commit."""
TIMEOUT_S = 120.0
"""How long one run of git may take."""

_LIMITED = 'trap "" XFSZ; ulimit -f "$1" && shift && exec "$@"'
"""Refused writes are errors that git reports; the signal would only end it."""
_PROTOCOLS = ("https", "ssh", "file")
_KEPT = ("GIT_SSL_", "GIT_SSH", "GIT_HTTP_", "GIT_CONFIG_")
"""Of git's own variables, those that say how to get in; others would lead it elsewhere."""
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.unpackLimit=1",
)
_FORM = "write git+https://HOST/REPOSITORY@REF?path=FOLDER"
_FORBIDDEN = frozenset(" ~^:?*[\\\x7f") | {chr(code) for code in range(32)}


class GitPlace(NamedTuple):
    """Where in which repository a chart is."""

    url: str
    """What git is asked: `https://HOST/REPOSITORY`."""
    ref: str = ""
    """Branch, tag or commit; empty for what the repository shows first."""
    path: str = ""
    """The chart's folder inside; empty for the top."""

    def __str__(self) -> str:
        ref = f"@{quote(self.ref, safe='/@+')}" if self.ref else ""
        path = f"?path={quote(self.path, safe='/')}" if self.path else ""
        return f"git+{self.url}{ref}{path}"


class GitChart(NamedTuple):
    """The files of a chart as they were committed."""

    place: GitPlace
    """With the commit as its `ref`."""
    files: dict[str, bytes]


def is_git(repository: str) -> bool:
    """Tell whether a dependency's repository is a place in a git repository."""
    return repository.startswith("git+")


def shown_repository(repository: str) -> str:
    """Return a dependency's repository as messages may show it: without user and password."""
    if not is_git(repository):
        return shown(repository)
    place, mark, query = repository.partition("?")
    return f"{shown(place)}{mark}{query}"


def parse_git_place(repository: str) -> GitPlace:
    """Read `git+https://HOST/REPOSITORY@REF?path=FOLDER`.

    Raises:
        GitFailed: It is no such place.
    """
    try:
        parts = urlsplit(repository.removeprefix("git+"))
        query = dict(
            parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        )
    except ValueError as error:
        raise GitFailed(
            f"not a git repository: {shown_repository(repository)!r}", hint=_FORM
        ) from error
    if parts.scheme not in _PROTOCOLS:
        raise GitFailed(
            f"git over {parts.scheme or 'nothing'!r} is not allowed: {shown_repository(repository)!r}",
            hint=f"use one of git+{', git+'.join(_PROTOCOLS)}",
        )
    path, _, ref = parts.path.partition("@")
    if set(query) - {"path"} or parts.fragment or path in ("", "/"):
        raise GitFailed(f"not a git repository: {shown_repository(repository)!r}", hint=_FORM)
    if (parts.hostname or "").startswith("-") or (parts.scheme != "file") != bool(parts.netloc):
        raise GitFailed(f"not a git repository: {shown_repository(repository)!r}", hint=_FORM)
    folder = query.get("path", "").strip("/")
    if any(part in ("", ".", "..") for part in folder.split("/")) and folder:
        raise GitFailed(f"not a folder of a repository: {folder!r}", hint="write ?path=charts/web")
    return GitPlace(f"{parts.scheme}://{parts.netloc}{path}", _checked_ref(unquote(ref)), folder)


class GitCharts:
    """Fetches charts from git repositories; each place is fetched once."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        timeout_s: float = TIMEOUT_S,
        limit_bytes: int = FETCH_LIMIT_BYTES,
    ) -> None:
        """Prepare to fetch; nothing is run yet.

        Args:
            environ: The user's environment: where `git` is and how it gets in.
            timeout_s: Seconds for one run of git.
            limit_bytes: How large a repository may be at one commit.
        """
        self._environ = environ
        self._timeout_s = timeout_s
        self._limit_bytes = limit_bytes
        self._fetched: dict[GitPlace, GitChart] = {}

    def fetch(self, place: GitPlace) -> GitChart:
        """Return the chart at `place`.

        Raises:
            GitFailed: There is no such repository, reference or folder, or it is too large.
            ProcessUnusable, ProcessTimedOut: Git cannot be run, or takes too long.
        """
        if place not in self._fetched:
            with tempfile.TemporaryDirectory(prefix="pkgtool-git-") as folder:
                found = self._read(place, Path(folder))
            self._fetched[place] = self._fetched[found.place] = found
        return self._fetched[place]

    def _read(self, place: GitPlace, folder: Path) -> GitChart:
        self._git(place, folder, "init", "--quiet", "--bare", "--template=")
        commit = self._fetch(place, folder)
        tree = f"{commit}:{place.path}" if place.path else f"{commit}^{{tree}}"
        listed = self._git(place, folder, "ls-tree", "-r", "-l", "-z", "--full-tree", tree)
        locked = place._replace(ref=commit)
        names = _wanted(listed.out, place)
        ignore = [name for name in names if name == IGNORE_FILE]
        rules = b"".join(self._contents(locked, folder, ignore).values())
        kept = _without_ignored(names, rules)
        return GitChart(locked, self._contents(locked, folder, kept))

    def _contents(self, locked: GitPlace, folder: Path, names: Sequence[str]) -> dict[str, bytes]:
        if not names:
            return {}
        prefix = f"{locked.ref}:{locked.path}/" if locked.path else f"{locked.ref}:"
        asked = "".join(f"{prefix}{name}\n" for name in names).encode()
        command = ("cat-file", "--batch", "--follow-symlinks")
        answer = self._git(locked, folder, *command, data=asked).out
        return dict(zip(names, _contents(answer, names, locked), strict=True))

    def _fetch(self, place: GitPlace, folder: Path) -> str:
        """Fetch one commit into `folder` and return its name."""
        ref = place.ref or "HEAD"
        shallow = ("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules")
        try:
            self._git(place, folder, *shallow, "--", place.url, ref)
        except GitFailed:
            if not _is_commit(ref):
                raise
            # Old servers give out only what a branch or tag names: take those, and look inside.
            every = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
            self._git(place, folder, "fetch", "--quiet", "--", place.url, *every)
        name = ref if _is_commit(ref) else "FETCH_HEAD"
        found = self._git(place, folder, "rev-parse", "--verify", f"{name}^{{commit}}")
        return found.out.decode("ascii", "replace").strip()

    def _git(self, place: GitPlace, folder: Path, *arguments: str, data: bytes = b"") -> Finished:
        settings = [part for each in _SETTINGS for part in ("-c", each)]
        command = self._limited(["git", *settings, *arguments])
        done = run_process(
            command,
            env=self._env(place),
            data=data,
            folder=folder,
            timeout_s=self._timeout_s,
            limit_bytes=MAX_TOTAL_BYTES + 64 * MAX_MEMBERS,
        )
        if done.status:
            _refuse(place, done, self._limit_bytes)
        return done

    def _limited(self, command: Sequence[str]) -> list[str]:
        """Return `command` as one whose files the system itself keeps below the limit."""
        blocks = str(self._limit_bytes // 512)
        return ["sh", "-c", _LIMITED, "sh", blocks, *command]

    def _env(self, place: GitPlace) -> dict[str, str]:
        env = {
            name: value
            for name, value in self._environ.items()
            if not name.startswith("GIT_") or name.startswith(_KEPT)
        }
        env.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
        return env | {
            "GIT_ALLOW_PROTOCOL": place.url.partition(":")[0],
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "true",
            "SSH_ASKPASS": "true",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "LC_ALL": "C",
        }


def _checked_ref(ref: str) -> str:
    odd = ref.startswith(("-", "/", ".")) or ".." in ref or _FORBIDDEN & set(ref)
    if odd or ref.endswith(("/", ".lock")):
        raise GitFailed(
            f"not a branch, tag or commit: {ref!r}", hint="a commit is written with all its digits"
        )
    return ref


def _is_commit(ref: str) -> bool:
    return len(ref) in (40, 64) and all(digit in "0123456789abcdef" for digit in ref)


def _refuse(place: GitPlace, done: Finished, limit_bytes: int) -> NoReturn:
    words = done.words
    if "File too large" in words:
        raise GitFailed(
            f"{shown_repository(str(place))} is larger than {limit_bytes} bytes",
            hint="let the chart have a repository of its own, or pack it",
        )
    last = next((line for line in words.splitlines() if line.startswith("fatal:")), words)
    raise GitFailed(
        f"cannot fetch {shown_repository(str(place))}: {last.removeprefix('fatal: ')[:500]}",
        hint="try `git ls-remote` with that URL: pkgtool asks for no passwords",
    )


def _wanted(listing: bytes, place: GitPlace) -> list[str]:
    """Return the names of the files in a listing, if they are not too many or too large."""
    names: list[str] = []
    total = 0
    for line in listing.split(b"\0")[:-1]:
        facts, _, raw = line.partition(b"\t")
        _, kind, _, size = facts.split()
        if kind != b"blob":
            continue  # Another repository inside this one: it is not fetched.
        total += int(size)
        if len(names) >= MAX_MEMBERS or total > MAX_TOTAL_BYTES or int(size) > MAX_FILE_BYTES:
            raise GitFailed(f"{shown_repository(str(place))} is too large for a chart")
        try:
            name = raw.decode()
        except UnicodeDecodeError as error:
            raise GitFailed(
                f"file name {raw!r} in {shown_repository(str(place))} is not UTF-8"
            ) from error
        if "\n" in name:
            raise GitFailed(f"file name {name!r} in {shown_repository(str(place))} is not usable")
        names.append(name)
    if "Chart.yaml" not in names:
        raise GitFailed(
            f"no chart in {shown_repository(str(place))}", hint="write ?path=FOLDER OF THE CHART"
        )
    return names


def _contents(answer: bytes, names: Sequence[str], place: GitPlace) -> Iterator[bytes]:
    """Yield what `git cat-file --batch` says of each of the files asked for, in that order."""
    at, left = 0, MAX_TOTAL_BYTES
    for name in names:
        end = answer.index(b"\n", at)
        head = answer[at:end].split()
        if len(head) != 3 or head[1] != b"blob":
            raise GitFailed(
                f"{name!r} in {shown_repository(str(place))} is a link that leads outside or to a folder",
                hint="copy what it leads to, or list it in .helmignore",
            )
        size = int(head[2])
        left -= size
        if size > MAX_FILE_BYTES or left < 0:
            raise GitFailed(f"{shown_repository(str(place))} is too large for a chart")
        yield answer[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def _without_ignored(names: Sequence[str], ignore: bytes) -> list[str]:
    rules = parse_ignore(ignore.decode("utf-8", "replace"))
    return [
        name
        for name in names
        if not rules.ignores(name, folder=False)
        and not any(rules.ignores(above, folder=True) for above in _above(name))
    ]


def _above(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count])
