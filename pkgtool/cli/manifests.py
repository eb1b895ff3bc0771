"""Print the manifests of a walk as Helm does, or write them below a folder."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pkgtool.cli.output import write
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
    if folder or shown.only:
        # Imported here: mostly all of it is printed.
        from pkgtool.cli.pieces import selected, write_pieces  # noqa: PLC0415

        if folder:
            write_pieces(_by_origin(walked, shown), shown.only, folder)
        else:
            for document in selected(_whole_text(walked, shown), shown.only):
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


def _by_origin(walked: Walked, shown: Shown) -> dict[str, list[Manifest]]:
    """Return definitions, objects and hooks by the template that made them."""
    made: dict[str, list[Manifest]] = {}
    for each in (*_definitions(walked, shown), *walked.desired.manifests, *_hooks(walked, shown)):
        made.setdefault(each.origin, []).append(each)
    return made
