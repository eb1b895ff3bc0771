"""Print the manifests of a walk as Helm does, or write them below a folder."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pkgtool.cli.output import write
from pkgtool.diskfile import write_file
from pkgtool.errors import ChartNotFound, did_you_mean
from pkgtool.manifest.document import split_documents
from pkgtool.manifest.model import Manifest
from pkgtool.manifest.text import manifest_text
from pkgtool.ops.walk import Walked


class Shown(NamedTuple):
    """What of a rendered chart is printed."""

    include_crds: bool = False
    tests: bool = True
    hooks: bool = True
    notes: bool = False
    only: Sequence[str] = ()
    """Paths or globs of templates; empty for all."""


def show_files(walked: Walked, shown: Shown, folder: str = "") -> None:
    """Print the manifests as Helm does, or write them below `folder`.

    Raises:
        ChartNotFound: `shown.only` names a template that made nothing.
    """
    if folder:
        _write_files(walked, shown, Path(folder))
    elif shown.only:
        for document in _selected(_whole_text(walked, shown), shown.only):
            write(f"---\n{document}")
    else:
        write(_whole_text(walked, shown), newline=False)
    if shown.notes and walked.rendered.notes:
        write(f"\nNOTES:\n{walked.rendered.notes.strip()}")


def show_broken(text: str) -> None:
    """Print what was rendered although it is of no use."""
    write(text.strip())


def _whole_text(walked: Walked, shown: Shown) -> str:
    """Return definitions, objects and hooks one after the other; blank lines end with the objects."""
    objects = manifest_text(_definitions(walked, shown)) + manifest_text(walked.desired.manifests)
    return f"{objects.strip()}\n{manifest_text(_hooks(walked, shown))}"


def _definitions(walked: Walked, shown: Shown) -> Sequence[Manifest]:
    return walked.desired.crds if shown.include_crds else ()


def _hooks(walked: Walked, shown: Shown) -> list[Manifest]:
    return [
        hook.manifest
        for hook in walked.desired.hooks
        if shown.hooks and (shown.tests or not _is_test(hook.events))
    ]


def _is_test(events: Iterable[str]) -> bool:
    return any(event.startswith("test") for event in events)


def _write_files(walked: Walked, shown: Shown, folder: Path) -> None:
    """Write each template's objects to a file of its name, and say so once for each object."""
    made: dict[str, list[Manifest]] = {}
    for each in (*_definitions(walked, shown), *walked.desired.manifests, *_hooks(walked, shown)):
        made.setdefault(each.origin, []).append(each)
    if shown.only:
        wanted = [path for paths in _wanted(made, shown.only) for path in paths]
        made = {path: made[path] for path in wanted}
    for path, manifests in made.items():
        write_file(folder / path, manifest_text(manifests).encode())
        for _ in manifests:
            write(f"wrote {folder / path}")


def _selected(text: str, patterns: Sequence[str]) -> list[str]:
    """Return the documents of `text` that were made by templates that `patterns` name."""
    documents = [
        (document[len(_SOURCE) :].partition("\n")[0].strip(), document)
        for _, document in split_documents(text)
        if document.startswith(_SOURCE)
    ]
    return [
        document
        for paths in _wanted(dict(documents), patterns)
        for path, document in documents
        if path in paths
    ]


def _wanted(paths: Iterable[str], patterns: Sequence[str]) -> list[list[str]]:
    """Return the full paths that each of `patterns` names.

    The chart's folder may be left out. As in Helm, `*` stands for a name in a path; only a pattern
    that would name nothing may mean more by it.

    Raises:
        ChartNotFound: A pattern names nothing.
    """
    full = list(paths)
    found: list[list[str]] = []
    for pattern in patterns:
        clean = str(PurePosixPath(pattern))
        named = [path for path in full if _fits(clean, path, across=False)]
        named = named or [path for path in full if _fits(clean, path, across=True)]
        if not named:
            short = [path.partition("/")[2] for path in full]
            raise ChartNotFound(
                f"could not find template {pattern} in chart", hint=did_you_mean(pattern, short)
            )
        found.append(named)
    return found


def _fits(pattern: str, full: str, *, across: bool) -> bool:
    for path in (full.partition("/")[2], full):
        parts, wanted = path.split("/"), pattern.split("/")
        if across and fnmatchcase(path, pattern):
            return True
        if len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted)):
            return True
    return False


_SOURCE = "# Source: "
