"""Carry the manifests of a chart through a post-renderer as one stream, and part it again.

Each document says in an annotation which template made it; a document that a post-renderer adds has
none and gets a name of its own. Hooks go along; notes, partials and definitions do not.

Source: Helm v4 `pkg/action/action.go` (`annotateAndMerge`, `splitAndDeannotate`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pkgtool.errors import ManifestUnparsable, YamlInvalid
from pkgtool.manifest.document import split_documents
from pkgtool.manifest.parse import Rendered

FILE_ANNOTATION = "postrenderer.helm.sh/postrender-filename"


class Postrendered(NamedTuple):
    """A file as a post-renderer left it; its lines are nobody's template any more."""

    path: str
    text: str
    lines: Sequence[int] = ()
    template: str = ""


def merge_documents(files: Iterable[Rendered]) -> str:
    """Return the documents of all `files`, by path, as one stream.

    Raises:
        ManifestUnparsable: One of them is not YAML, or not an object.
    """
    from pkgtool.yamlcodec.kyaml import with_annotation  # noqa: PLC0415

    merged: list[str] = []
    for file in sorted(files, key=lambda each: each.path):
        if _goes_along(file.path):
            for _, text in split_documents(file.text):
                if not file.text.endswith(text):
                    # Helm drops line breaks before a separator, even one that ends a value.
                    text = text.rstrip()
                try:
                    merged += with_annotation(text, FILE_ANNOTATION, file.path)
                except YamlInvalid as error:
                    raise ManifestUnparsable(
                        f"error merging manifests: parsing {file.path}: {error.what}",
                        where=error.where,
                        hint=error.hint,
                    ) from error
    return "---\n".join(merged)


def part_documents(stream: str) -> tuple[Postrendered, ...]:
    """Return the documents that a post-renderer gave back, by the files that they came from.

    Raises:
        ManifestUnparsable: They are not YAML, or not objects.
    """
    files: dict[str, list[str]] = {}
    for place, (path, text) in enumerate(_documents(stream)):
        files.setdefault(path or f"generated-by-postrender-{place}.yaml", []).append(text)
    return tuple(Postrendered(path, "---\n".join(files[path])) for path in sorted(files))


def _documents(stream: str) -> Iterator[tuple[str, str]]:
    from pkgtool.yamlcodec.kyaml import without_annotation  # noqa: PLC0415

    try:
        texts = [text for _, text in split_documents(stream.replace("\r\n", "\n"))]
        for text in texts:
            yield from without_annotation(text, FILE_ANNOTATION, unwrap=len(texts) == 1)
    except YamlInvalid as error:
        raise ManifestUnparsable(
            f"error while parsing post rendered output: error parsing YAML: {error.what}",
            where=error.where,
            hint="look at what the post-renderer prints",
        ) from error


def _goes_along(path: str) -> bool:
    name = path.rpartition("/")[2]
    return not name.startswith("_") and not name.endswith("NOTES.txt")
