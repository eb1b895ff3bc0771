"""Turn rendered text into the set of objects that a chart wants in the cluster.

Files are taken by path, split into documents, and parsed; documents without content (blank, or
only comments) are dropped. Objects come out in install order, hooks apart.

Two documents that make the same object are refused, unless they agree on all of it: a cluster
would keep whichever came last.

Source: Helm v4 `pkg/release/v1/util/manifest_sorter.go`; `spec/reliability.md` F22.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pkgtool import yamlcodec
from pkgtool.errors import ManifestUnparsable, ResourceDuplicated
from pkgtool.manifest.document import line_of, place_of, read_documents, refusal
from pkgtool.manifest.hooks import HOOK, is_hook, make_hook, unknown_events
from pkgtool.manifest.identify import identify, identify_loosely
from pkgtool.manifest.model import Hook, Manifest, ManifestSet, ResourceId
from pkgtool.manifest.order import hook_kind_order, install_order
from pkgtool.manifest.scope import Scopes
from pkgtool.yamlcodec.notebook import Notebook, Page


class Rendered(Protocol):
    """One file as a template engine made it."""

    @property
    def path(self) -> str:
        """Full template path: `web/templates/service.yaml`."""
        ...

    @property
    def text(self) -> str:
        """What the template rendered to."""
        ...

    @property
    def lines(self) -> Sequence[int]:
        """For each line of `text`, the template line that produced it; empty when unknown."""
        ...

    @property
    def template(self) -> str:
        """Source of the template."""
        ...


def parse_manifests(
    files: Iterable[Rendered],
    *,
    namespace: str,
    crds: Mapping[str, bytes] | None = None,
    loose: bool = False,
    notebook: Notebook | None = None,
    private: bool = True,
) -> ManifestSet:
    """Return the objects in `files`, in install order, and those in `crds`, in theirs.

    Args:
        files: What the templates of a chart rendered to, in any order.
        namespace: Where objects go that name no namespace.
        crds: Files of `crds/` folders by full path, in load order.
        loose: Whether documents are kept that do not say which object they are, and objects that
            are made twice: for clusters that take everything, and for printing.
        notebook: Where it is remembered what documents mean.
        private: Whether others had a part in `files` than the chart, with passwords perhaps: then they
            are not remembered.

    Raises:
        ManifestUnparsable: A document is not YAML, or not an object with a kind and a name.
        ResourceDuplicated: Two documents make the same object, and differ.
    """
    warnings: list[str] = []
    by_path, crds = _by_path(files), crds or {}
    # Another release of the chart has the same paths, and other documents.
    paths = [file.path for file in by_path]
    rendered = None if private else _page(notebook, namespace, *paths)
    drafts = [draft for file in by_path for draft in _read(file, warnings, rendered, remarks=loose)]
    given = _page(notebook, *crds) if crds else None
    definitions = [
        draft for path, data in crds.items() for draft in _read_crd(path, data, warnings, given)
    ]
    scopes = Scopes(draft.body for draft in (*definitions, *drafts))
    plain, hooks = _part_hooks(drafts, warnings)
    if loose:
        objects = list(identify_loosely(plain, scopes, namespace))
    else:
        objects = _without_copies(identify(plain, scopes, namespace), warnings)
    return ManifestSet(
        manifests=tuple(install_order(objects)),
        hooks=tuple(hook_kind_order(_make_hooks(hooks, scopes, namespace, loose=loose))),
        crds=tuple(_without_copies(identify(definitions, scopes, namespace), warnings)),
        warnings=tuple(warnings),
    )


def _by_path(files: Iterable[Rendered]) -> list[Rendered]:
    return sorted(files, key=lambda file: file.path)


def _page(notebook: Notebook | None, *about: str) -> Page | None:
    return None if notebook is None else notebook.page("manifests", *about)


def _read(
    file: Rendered, warnings: list[str], page: Page | None, *, remarks: bool
) -> Iterator[Manifest]:
    """Yield the documents of a file; partials and notes are not meant for the cluster."""
    name = file.path.rpartition("/")[2]
    if not name.startswith("_") and not name.endswith("NOTES.txt"):
        yield from read_documents(
            file.path,
            file.text,
            file.lines,
            file.template,
            warnings=warnings,
            remarks=remarks,
            page=page,
        )


def _read_crd(path: str, data: bytes, warnings: list[str], page: Page | None) -> Iterator[Manifest]:
    """Yield the documents of a file in `crds/`, which is its own template."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestUnparsable(
            f"{path} is not UTF-8 text: byte {error.start} is {data[error.start]:#04x}"
        ) from error
    lines = tuple(range(1, text.count("\n") + 2))
    return read_documents(path, text, lines, text, warnings=warnings, page=page)


def _part_hooks(
    drafts: Iterable[Manifest], warnings: list[str]
) -> tuple[list[Manifest], list[tuple[Manifest, dict[str, str]]]]:
    """Part documents into plain ones and hooks with their annotations; Helm drops the odd ones."""
    plain = []
    hooks = []
    for draft in drafts:
        annotations = _annotations(draft)
        if not is_hook(annotations):
            plain.append(draft)
        elif unknown := unknown_events(annotations):
            place = place_of(draft, "metadata", "annotations", HOOK)
            warnings.append(f"{place}: left out, because {unknown[0]!r} is no hook event")
        else:
            hooks.append((draft, annotations))
    return plain, hooks


def _annotations(draft: Manifest) -> dict[str, str]:
    """Return the annotations of a document as Helm reads them: scalars count as text."""
    metadata = draft.body.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict):
        return {}
    for key, value in annotations.items():
        if isinstance(value, dict | list):
            raise refusal(draft, f"annotation {key!r} is not text", "metadata", "annotations", key)
    return {key: _text(value) for key, value in annotations.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _make_hooks(
    hooks: Iterable[tuple[Manifest, dict[str, str]]],
    scopes: Scopes,
    namespace: str,
    *,
    loose: bool,
) -> Iterator[Hook]:
    identified = identify_loosely if loose else identify
    for draft, annotations in hooks:
        for manifest in identified([draft], scopes, namespace):
            yield make_hook(_alone(manifest), annotations)


def _alone(manifest: Manifest) -> Manifest:
    """Return an item of a list with a text of its own: hooks are recorded one by one."""
    if not manifest.list_kind:
        return manifest
    return manifest._replace(text=yamlcodec.dump(manifest.body), lines=(), list_kind="", item=0)


def _without_copies(manifests: Iterable[Manifest], warnings: list[str]) -> list[Manifest]:
    """Return `manifests` without repeated ones, and warn about each.

    Raises:
        ResourceDuplicated: Two have the same id and say different things.
    """
    seen: dict[ResourceId, Manifest] = {}
    unique = []
    for manifest in manifests:
        first = seen.setdefault(manifest.id, manifest)
        if first is manifest or manifest.id.name.endswith("*"):
            unique.append(manifest)
        # Compared as text, because for Python `true` equals 1.
        elif yamlcodec.dump(first.body) == yamlcodec.dump(manifest.body):
            warnings.append(
                f"{_place(manifest)}: left out, because {_place(first)} makes the same "
                f"{manifest.id}"
            )
        else:
            raise ResourceDuplicated(
                f"two documents make {manifest.id}, and differ: {_place(first)} and "
                f"{_place(manifest)}",
                where=manifest.span(line_of(manifest, "metadata", "name")),
                hint="remove one of them, or give it another name",
            )
    return unique


def _place(manifest: Manifest) -> str:
    return place_of(manifest, "metadata", "name")
