"""Cut rendered text into documents, and read each as a mapping that knows its template lines.

Documents travel as `Manifest`s whose id is still empty.

Source: Helm v4 `pkg/release/v1/util/manifest.go`.
"""

from collections.abc import Iterator, Sequence

from pkgtool import yamlcodec
from pkgtool.errors import ManifestUnparsable, YamlInvalid
from pkgtool.manifest.model import Manifest, ResourceId
from pkgtool.source import Span
from pkgtool.yamlcodec import Document
from pkgtool.yamlcodec.notebook import Page

_SHOWN = "`pkgtool template --stage text` shows what was rendered"
_NOT_YET = ResourceId("", "", "", "")


def split_documents(text: str) -> Iterator[tuple[int, str]]:
    """Yield each document of a YAML stream and the line (from 1) on which it begins.

    A document ends before any line that begins with `---`, whatever follows the dashes;
    blank documents do not count, and leading blanks are no part of a document.
    """
    chunks = f"\n{text}".split("\n---")
    line = 0
    for number, chunk in enumerate(chunks, start=1):
        body = chunk.lstrip()
        if body:
            begin = line + chunk.count("\n", 0, len(chunk) - len(body))
            yield begin, body if number == len(chunks) else f"{body}\n"
        line += chunk.count("\n") + 1


def read_documents(
    path: str,
    text: str,
    lines: Sequence[int] = (),
    template: str = "",
    *,
    warnings: list[str] | None = None,
    remarks: bool = False,
    page: Page | None = None,
) -> Iterator[Manifest]:
    """Yield the documents of one file that have content.

    Args:
        path: Full template path.
        text: What the template rendered to.
        lines: For each line of `text`, the template line behind it; empty when unknown.
        template: Source of the template.
        warnings: Where to tell of keys that come twice.
        remarks: Whether documents count that are only comments.
        page: Where it is remembered what documents mean.

    Raises:
        ManifestUnparsable: A document is not YAML, or not a mapping.
    """
    for begin, body in split_documents(text):
        mapped = lines[begin - 1 : begin + body.count("\n")]
        draft = Manifest(_NOT_YET, {}, path, body, lines=mapped, template=template)
        document = _load(draft, page)
        if warnings is not None:
            warnings += _repeated_keys(draft, document)
        if isinstance(document.value, dict):
            yield draft._replace(body=document.value)
        elif document.value is None:
            if remarks:
                yield draft
        else:
            raise ManifestUnparsable(
                f"a document of {path} is no Kubernetes object but {shape(document.value)}",
                where=draft.span(1),
                hint="an object begins with `apiVersion:` and `kind:`; text belongs in NOTES.txt",
            )


def line_of(draft: Manifest, *path: str | int) -> int:
    """Return the line of `draft.text` where `path` stands, or the nearest thing above it."""
    inside = ("items", draft.item, *path) if draft.list_kind else path
    return yamlcodec.load_document(draft.text, name=draft.origin).line(inside)


def place_of(draft: Manifest, *path: str | int) -> str:
    """Return template and line of `path`, to begin a warning with: `web/templates/a.yaml:3`."""
    return _place(draft, line_of(draft, *path))


def refusal(draft: Manifest, what: str, *path: str | int, hint: str = "") -> ManifestUnparsable:
    """Return the error that `what` is wrong with `draft` at `path`."""
    where = draft.span(line_of(draft, *path))
    return ManifestUnparsable(f"{what} in {draft.origin}", where=where, hint=hint or _SHOWN)


def template_advice(where: Span) -> str:
    """Return what often goes wrong with a template line like that, in either language."""
    line = where.text[where.start : where.end]
    if "toYaml" in line or "indent" in line:
        return "`toYaml` goes with `nindent` and the depth of its place"
    if '"{{' in line or "'{{" in line:
        return "leave out the quotes and write `| quote`, which minds quotes inside of the text"
    return ""


def shape(value: object) -> str:
    """Return what kind of value this is, in words: `a list`."""
    if value is None:
        return "nothing"
    words = {"dict": "a mapping", "list": "a list", "str": "text", "bool": "a boolean"}
    return words.get(type(value).__name__, "a number")


def _load(draft: Manifest, page: Page | None) -> Document:
    try:
        return yamlcodec.load_document(draft.text, name=draft.origin, page=page)
    except YamlInvalid as error:
        where = draft.span(error.where.line if error.where else 1)
        advice = template_advice(where) if "did not find expected" in error.what else ""
        raise ManifestUnparsable(
            f"YAML parse error on {draft.origin}: error converting YAML to JSON: "
            f"{error.in_go or error.what}",
            where=where,
            hint="; ".join(filter(None, (advice or error.hint, _SHOWN))),
        ) from error


def _repeated_keys(draft: Manifest, document: Document) -> Iterator[str]:
    for path, line in document.duplicates:
        yield f"{_place(draft, line)}: key {path[-1]!r} comes twice; the last one counts"


def _place(draft: Manifest, line: int) -> str:
    span = draft.span(line)
    return f"{span.name}:{span.line}"
