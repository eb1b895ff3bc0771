"""Of what was rendered, print or write only what some templates made, each by itself."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from pkgtool.cli.output import write
from pkgtool.diskfile import write_file
from pkgtool.errors import ChartNotFound, did_you_mean
from pkgtool.manifest.document import split_documents
from pkgtool.manifest.model import Manifest
from pkgtool.manifest.text import manifest_text


def write_pieces(
    made: Mapping[str, Sequence[Manifest]], patterns: Sequence[str], folder: str
) -> None:
    """Write each template's objects to a file of its name, and say so once for each object.

    Args:
        made: Objects by the path of their template.
        patterns: Paths or globs of templates; empty for all.
        folder: Where.

    Raises:
        ChartNotFound: A pattern names a template that made nothing.
        FileUnwritable: The disk refuses; what was written stays.
    """
    if patterns:
        wanted = [path for paths in _wanted(made, patterns) for path in paths]
        made = {path: made[path] for path in wanted}
    for path, manifests in made.items():
        place = Path(folder) / path
        write_file(place, manifest_text(manifests).encode())
        for _ in manifests:
            write(f"wrote {place}")


def selected(text: str, patterns: Sequence[str]) -> list[str]:
    """Return the documents of `text` that were made by templates that `patterns` name.

    Raises:
        ChartNotFound: A pattern names nothing.
    """
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
