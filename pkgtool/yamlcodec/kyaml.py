"""Set and take out a field of objects that keep their comments and styles, as kyaml writes them.

kyaml is what Helm reads and writes manifests with on their way through a post-renderer: comments,
quotes and the order of keys stay, layout does not. Mappings are indented by two, dashes not at all,
lines are never folded, blank lines survive between comments only, and an object of the kind `List`
is its items.

pkgtool's own reader has the last word, as in `edit`: what would read differently afterwards is
written plainly, without comments. Where comments end up can differ from kyaml in odd places.

Source: sigs.k8s.io/kustomize/kyaml (`kio.ParseAll`, `kio.StringAll`), compared with Helm itself.
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from io import StringIO
from typing import Any, NamedTuple

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec.dump import dump
from pkgtool.yamlcodec.events import ScalarEvent, StreamEndEvent, open_parser
from pkgtool.yamlcodec.jsontext import dump_json
from pkgtool.yamlcodec.load import load
from pkgtool.yamlcodec.roundtrip import open_codec

Tree = MutableMapping[Any, Any]

# A blank before a line's end cannot be seen in a block, nor can what does not print.
_NOT_IN_BLOCK = re.compile(r" \n| \Z|[^\n\t -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COMMENT = re.compile(r"\s+#")


def with_annotation(text: str, key: str, value: str) -> Iterator[str]:
    """Yield each object of the document `text` with the annotation `key` set to `value`.

    Raises:
        YamlInvalid: It is no YAML, or no mapping.
    """

    def set_it(tree: Tree) -> None:
        metadata = _inside(tree, "metadata")
        _inside(metadata, "annotations")[key] = SingleQuotedScalarString(value)

    for changed, _ in _changed(text, set_it):
        yield changed


def without_annotation(text: str, key: str, *, unwrap: bool = True) -> Iterator[tuple[str, str]]:
    """Yield each object of the document `text` without the annotation `key`, behind its value.

    The value is empty where there was none; mappings that become empty go too.

    Args:
        text: One document.
        key: Which annotation.
        unwrap: Whether a `List` is its items.

    Raises:
        YamlInvalid: It is no YAML, or no mapping.
    """

    def take_it(tree: Tree) -> str:
        metadata = tree.get("metadata")
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        found = annotations.pop(key, "") if isinstance(annotations, dict) else ""
        if isinstance(metadata, dict) and not annotations and "annotations" in metadata:
            del metadata["annotations"]
        if not metadata and "metadata" in tree:
            del tree["metadata"]
        return found if isinstance(found, str) else ""

    for changed, found in _changed(text, take_it, unwrap=unwrap):
        yield str(found), changed


def _changed(
    text: str, change: Callable[[Tree], Any], *, unwrap: bool = True
) -> Iterator[tuple[str, Any]]:
    """Yield the text of each object after `change`, and what that returned."""
    plain = load(text)
    if plain is None:
        return
    trees = _trees(text, unwrap=unwrap)
    for place, value in enumerate(_items(plain, unwrap=unwrap)):
        if not isinstance(value, dict):
            raise YamlInvalid(f"wrong node kind: expected MappingNode but got {_node(value)}")
        found = change(value)
        kept = ""
        if trees is not None:
            change(trees[place])
            kept = _written(trees[place], text)
        yield kept if kept and _same(kept, value) else dump(value), found


def _trees(text: str, *, unwrap: bool) -> list[Any] | None:
    """Return the objects with their comments; `None` when they cannot be had."""
    codec = open_codec()
    codec.allow_duplicate_keys = True
    try:
        trees = _items(codec.load(text), unwrap=unwrap)
    except (YAMLError, RecursionError, ValueError, NotImplementedError):
        return None
    return trees if all(isinstance(each, CommentedMap) for each in trees) else None


def _items(value: Any, *, unwrap: bool) -> list[Any]:
    is_list = unwrap and isinstance(value, dict) and value.get("kind") == "List"
    items = value.get("items") if is_list else None
    return items if isinstance(items, list) else [value]


def _inside(tree: Any, key: str) -> Any:
    """Return the mapping at `key`, made in the style of its surroundings where there is none."""
    inside = tree.get(key)
    if not isinstance(inside, MutableMapping):
        inside = type(tree)()
        if isinstance(tree, CommentedMap) and tree.fa.flow_style():
            inside.fa.set_flow_style()
        tree[key] = inside
    return inside


def _written(tree: Any, source: str) -> str:
    codec = open_codec()
    codec.indent(mapping=2, sequence=2, offset=0)
    written = StringIO()
    try:
        codec.dump(_restyled(tree), written)
        return _tidied(written.getvalue(), source)
    except (YAMLError, RecursionError, ValueError, NotImplementedError):
        return ""


def _restyled(node: Any) -> Any:
    """Return `node` with texts in the styles that kyaml can write them in."""
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            changed = _restyled(value)
            if changed is not value:
                node[key] = changed
    elif isinstance(node, CommentedSeq):
        for place, value in enumerate(node):
            changed = _restyled(value)
            if changed is not value:
                node[place] = changed
    elif isinstance(node, LiteralScalarString | FoldedScalarString):
        return _block(node)
    elif isinstance(node, SingleQuotedScalarString) and "\n" in node:
        return DoubleQuotedScalarString(node)
    return node


def _block(text: Any) -> Any:
    if _NOT_IN_BLOCK.search(text) or not text.strip():
        return DoubleQuotedScalarString(text)
    if isinstance(text, FoldedScalarString):
        # Where it was folded does not matter: it will not be again.
        text.fold_pos = []  # type: ignore[attr-defined]
    return text


def _tidied(text: str, source: str) -> str:
    """Return `text` with comments and blank lines where kyaml has them.

    Args:
        text: As ruamel.yaml writes it: comments stand in the columns that they had.
        source: What it was read from, which still knows what they stood below.
    """
    page = _page(text)
    deeper = _deeper(_page(source))
    result: list[str] = []
    for number, line in enumerate(page.lines):
        content = line.strip()
        if number in page.inside:
            result.append(line)
        elif content.startswith("#"):
            result += _comment(page, number, deeper=content in deeper or _ends_block(page, number))
        elif content and "#" in line:
            end = page.ends.get(number, 0)
            result.append(line[:end] + _COMMENT.sub(" #", line[end:], count=1))
        elif content:
            result.append(line)
    return "".join(f"{line}\n" for line in result)


class _Page(NamedTuple):
    """The lines of a text, and what stands in them."""

    lines: list[str]
    inside: set[int]
    """Those of blocks of text."""
    ends: dict[int, int]
    """Where the last value of each line ends."""

    def is_comment(self, number: int) -> bool:
        """Whether there is nothing else in the line."""
        return number not in self.inside and self.lines[number].lstrip().startswith("#")

    def indent(self, number: int) -> int:
        """Return how far a line is indented."""
        return len(self.lines[number]) - len(self.lines[number].lstrip(" "))

    def next(self, number: int, step: int) -> int:
        """Return the next line that is not blank in a direction; -1 if there is none."""
        at = number + step
        while 0 <= at < len(self.lines) and not self.lines[at].strip():
            at += step
        return at if at < len(self.lines) else -1

    def content(self, number: int, step: int) -> int:
        """Return the next line in a direction that is neither blank nor a comment; -1 if none."""
        at = self.next(number, step)
        while at >= 0 and self.is_comment(at):
            at = self.next(at, step)
        return at


def _page(text: str) -> _Page:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    inside: set[int] = set()
    ends: dict[int, int] = {}
    parser = open_parser(text, name="")
    while type(event := parser.get_event()) is not StreamEndEvent:
        start: Any = event.start_mark
        end: Any = event.end_mark
        ends[end.line] = max(ends.get(end.line, 0), end.column)
        if type(event) is ScalarEvent and event.style in ("|", ">"):
            height = _height(lines[start.line : end.line])
            inside.update(range(start.line + 1, start.line + 1 + height))
    return _Page(lines, inside, ends)


def _height(block: list[str]) -> int:
    """Return how many lines of the `block` below its first belong to the text."""
    if not block or block[0].partition(" #")[0].rstrip().endswith("+"):
        return len(block) - 1
    while len(block) > 1 and not block[-1].strip():
        block = block[:-1]
    return len(block) - 1


def _deeper(page: _Page) -> set[str]:
    """Return the comments that end a block: they are indented further than what follows."""
    found = set()
    for number in range(len(page.lines)):
        below = page.content(number, 1)
        if page.is_comment(number) and below >= 0 and page.indent(number) > page.indent(below):
            found.add(page.lines[number].strip())
    return found


def _ends_block(page: _Page, number: int) -> bool:
    """Tell whether a comment is indented further than the key that follows.

    Dashes moved while the comment stayed in its column, so of them only the source can tell.
    """
    below = page.content(number, 1)
    if below < 0 or page.lines[below].lstrip().startswith("- "):
        return False
    return page.indent(number) > page.indent(below)


def _comment(page: _Page, number: int, *, deeper: bool) -> Iterator[str]:
    """Yield the comment on a line of its own, with the blank lines that stand around it."""
    above, below = page.content(number, -1), page.content(number, 1)
    before, behind = page.next(number, -1), page.next(number, 1)
    gap_before = before < number - 1
    gap_behind = behind != number + 1
    if gap_before and (below < 0 or (before >= 0 and page.is_comment(before))):
        yield ""
    column = _column(page, number, above, below, deeper=deeper and not gap_before)
    yield " " * column + page.lines[number].strip()
    if gap_behind and behind == below >= 0:
        at_head = above < 0
        ends_key = not gap_before and page.indent(below) == column and above >= 0
        if at_head or ends_key:
            yield ""


def _column(page: _Page, number: int, above: int, below: int, *, deeper: bool) -> int:
    """Return how far a comment is indented: as what it is about."""
    if below < 0:
        gap = page.next(number, -1) < number - 1
        return 0 if gap or above < 0 or above in page.inside else page.indent(above)
    column = page.indent(below)
    if deeper:
        while above >= 0 and page.indent(above) > max(column, page.indent(number)):
            above = page.content(above, -1)
        if above >= 0 and above not in page.inside:
            column = max(column, page.indent(above))
    return column


def _same(text: str, value: Any) -> bool:
    try:
        return dump_json(load(text)) == dump_json(value)
    except YamlInvalid:
        return False


def _node(value: object) -> str:
    return "SequenceNode" if isinstance(value, list) else "ScalarNode"
