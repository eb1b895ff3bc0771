"""Get plugins out of git repositories, and newer states of them later.

Git never asks for a password here: who needs one has a helper, or writes it into the URL.

Source: Helm v4 `internal/plugin/installer/vcs_installer.go`.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pkgtool.errors import PluginError, VersionInvalid
from pkgtool.process import run_process
from pkgtool.versions import Constraint, Version

_TIMEOUT_S = 600.0


def clone(url: str, folder: Path, version: str, environ: Mapping[str, str]) -> None:
    """Make `folder` a working copy of the repository at `url`.

    Args:
        url: Where from.
        folder: Where to; must not be there yet.
        version: A tag, branch, commit, or range of versions that tags are looked for in; empty for
            the newest state.
        environ: The environment of git.

    Raises:
        PluginError: The repository cannot be had, or has no such version.
        ConstraintInvalid: `version` is none of these.
    """
    _git(["clone", "--quiet", "--", url, str(folder)], environ)
    if version:
        check_out(folder, version, environ)
    if (folder / ".gitmodules").exists():
        _git(["submodule", "--quiet", "update", "--init", "--recursive"], environ, folder)


def check_out(folder: Path, version: str, environ: Mapping[str, str]) -> None:
    """Bring the working copy `folder` to `version`.

    Raises:
        PluginError: There is no such version.
        ConstraintInvalid: `version` is neither known to git nor a range.
    """
    if version.startswith("-"):
        raise PluginError(f"{version!r} is no version", hint="write a tag, or a range like '^1.2'")
    known = run_process(
        ["git", "rev-parse", "--quiet", "--verify", f"{version}^{{commit}}"],
        env=_calm(environ),
        folder=folder,
    )
    tag = version if not known.status else _newest_tag(folder, version, environ)
    _git(["checkout", "--quiet", tag, "--"], environ, folder)


def update(folder: Path, environ: Mapping[str, str]) -> None:
    """Bring the working copy `folder` to the newest state of its branch.

    Raises:
        PluginError: It is no working copy, was changed, or its repository cannot be reached.
    """
    if not (folder / ".git").exists():
        raise PluginError(
            "cannot get information about plugin source",
            hint="only plugins from git repositories can be updated; install the others anew",
        )
    if _git(["status", "--porcelain"], environ, folder).strip():
        raise PluginError("plugin repo was modified", hint=f"look into {folder}")
    _git(["fetch", "--quiet", "--tags", "origin"], environ, folder)
    branch = _git(["rev-parse", "--abbrev-ref", "HEAD"], environ, folder).strip()
    # A tag that was asked for stays what it is.
    if branch != "HEAD":
        _git(["pull", "--quiet", "--ff-only"], environ, folder)


def _newest_tag(folder: Path, version: str, environ: Mapping[str, str]) -> str:
    constraint = Constraint.parse(version)
    tags = _git(["tag", "--list"], environ, folder).split("\n")
    fitting = [(each, tag) for each, tag in _versions(tags) if constraint.check(each)]
    if not fitting:
        origin = _git(["remote", "get-url", "origin"], environ, folder).strip()
        raise PluginError(
            f'requested version "{version}" does not exist for plugin "{origin}"',
            hint="versions are tags like 1.2.3 or v1.2.3",
        )
    return max(fitting, key=lambda pair: pair[0])[1]


def _versions(tags: Iterable[str]) -> list[tuple[Version, str]]:
    found = []
    for tag in tags:
        try:
            found.append((Version.parse(tag), tag))
        except VersionInvalid:
            continue
    return found


def _git(arguments: list[str], environ: Mapping[str, str], folder: Path | None = None) -> str:
    done = run_process(["git", *arguments], env=_calm(environ), folder=folder, timeout_s=_TIMEOUT_S)
    if done.status:
        raise PluginError(f"git {arguments[0]} failed", hint=done.words)
    return done.out.decode("utf-8", "replace")


def _calm(environ: Mapping[str, str]) -> dict[str, str]:
    return {**environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
