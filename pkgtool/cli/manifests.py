"""Print the manifests of a walk as Helm does, or write them below a folder."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pkgtool.cli.output import write
from pkgtool.diskfile import write_file
from pkgtool.errors import ChartNotFound, did_you_mean
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
        for path, text in _by_origin(_selected(walked, shown)).items():
            write_file(Path(folder) / path, text.encode())
            write(f"wrote {Path(folder) / path}")
    elif shown.only:
        write(manifest_text(_selected(walked, shown)), newline=False)
    else:
        write(_whole_text(walked, shown), newline=False)
    if shown.notes and walked.rendered.notes:
        write(f"\nNOTES:\n{walked.rendered.notes.strip()}")


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


def _selected(walked: Walked, shown: Shown) -> list[Manifest]:
    found = [
        *_definitions(walked, shown),
        *walked.desired.manifests,
        *_hooks(walked, shown),
    ]
    if not shown.only:
        return found
    return [each for pattern in shown.only for each in _made_by(found, pattern)]


def _is_test(events: Iterable[str]) -> bool:
    return any(event.startswith("test") for event in events)


def _made_by(manifests: Sequence[Manifest], pattern: str) -> list[Manifest]:
    """Return what the templates that `pattern` names made; the chart's folder may be left out."""
    paths = {each.origin: each.origin.partition("/")[2] for each in manifests}
    wanted = {full for full, short in paths.items() if _fits(pattern, full, short)}
    if not wanted:
        raise ChartNotFound(
            f"could not find template {pattern} in chart",
            hint=did_you_mean(pattern, paths.values()),
        )
    return [each for each in manifests if each.origin in wanted]


def _fits(pattern: str, full: str, short: str) -> bool:
    clean = str(PurePosixPath(pattern))
    return fnmatchcase(short, clean) or fnmatchcase(full, clean)


def _by_origin(manifests: Iterable[Manifest]) -> dict[str, str]:
    made: dict[str, list[Manifest]] = {}
    for each in manifests:
        made.setdefault(each.origin, []).append(each)
    return {origin: manifest_text(group) for origin, group in made.items()}
