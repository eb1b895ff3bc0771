"""Parse template text with Jinja, keeping the place of every token.

Jinja knows lines only. Its lexer hands out whole tokens in order and drops nothing but blanks, so
their offsets can be found again; they travel through the parser as line numbers that also know
their column. Before anything recursive sees them, nesting is limited: Jinja compiles to Python,
where deep nesting ends in errors that nobody would understand.
"""

from bisect import bisect_right
from collections.abc import Iterator

from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.lexer import Lexer
from jinja2.parser import Parser

MAX_BRACKETS = 50
"""Deepest nesting of `(`, `[` and `{` in an expression."""
MAX_TOKENS = 20_000
"""Longest tag, blanks between its tokens counted; the parser is slow with endless chains."""
MAX_EXPRESSION = 90
"""Deepest nesting of an expression; Python's own parser stops at 200 parentheses."""
MAX_LOOPS = 16
"""Deepest nesting of `for`; Python's compiler stops at 20 blocks."""
MAX_BLOCKS = 60
"""Deepest nesting of block tags; Python's compiler stops at 100 levels of indentation."""
MAX_BRANCHES = 200
"""Most `elif` of one `if`: Python's compiler calls itself for each."""


class Place(int):
    """A line number, from 1, that also knows its column, from 0, and how many columns to mark."""

    column: int
    width: int

    @classmethod
    def at(cls, line: int, column: int, width: int) -> "Place":
        """Return the place of `width` characters."""
        place = cls(line)
        place.column = column
        place.width = width
        return place


class PlacedLexer(Lexer):
    """Jinja's lexer with `Place`s for line numbers."""

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        """Yield line, kind and text of each token."""
        starts = _line_starts(source)
        offset = 0
        depth = 0
        tokens = 0
        for line, kind, text in super().tokeniter(source, name, filename, state):
            offset = max(source.find(text, offset), offset)
            index = bisect_right(starts, offset) - 1
            width = len(text.partition("\n")[0].rstrip())
            place = Place.at(index + 1, offset - starts[index], max(width, 1))
            offset += len(text)
            tokens = 0 if kind == "data" else tokens + 1
            if tokens > MAX_TOKENS:
                raise TemplateSyntaxError(f"more than {MAX_TOKENS} tokens in one tag", place)
            if kind == "operator":
                depth += 1 if text in "([{" else -1 if text in ")]}" else 0
                if depth > MAX_BRACKETS:
                    raise TemplateSyntaxError(
                        f"more than {MAX_BRACKETS} brackets inside each other", place
                    )
            yield place, kind, text
            del line


def _line_starts(text: str) -> list[int]:
    starts = [0]
    while (end := text.find("\n", starts[-1])) >= 0:
        starts.append(end + 1)
    return starts


class DefineTag(Extension):
    """`{% define "name" %}…{% enddefine %}`: a named template, as Go's `define`.

    It becomes a block that is not shown where it stands.
    """

    tags = frozenset({"define"})  # type: ignore[assignment]

    def parse(self, parser: Parser) -> nodes.Node:
        """Read `define = "define" string body "enddefine"`."""
        line = next(parser.stream).lineno
        name = parser.stream.expect("string").value
        body = parser.parse_statements(("name:enddefine",), drop_needle=True)
        column = getattr(line, "column", 0)
        block = nodes.Block(f"define_{int(line)}_{column}", body, False, False, lineno=line)
        vars(block)["defines"] = name
        return block


def defined_name(block: nodes.Block) -> str | None:
    """Return the name that a `define` tag gives to `block`; None for a real block."""
    name: str | None = vars(block).get("defines")
    return name


def parse(environment: Environment, text: str) -> nodes.Template:
    """Parse `text` and check its nesting.

    Raises:
        TemplateSyntaxError: It does not parse, or nests too deeply.
    """
    tree = Parser(environment, text).parse()
    _check_nesting(tree)
    return tree


def _check_nesting(tree: nodes.Node) -> None:
    """Refuse what Python's compiler would refuse, without calling itself for it."""
    waiting: list[tuple[nodes.Node, int, int, int]] = [(tree, 0, 0, 0)]
    while waiting:
        node, loops, blocks, depth = waiting.pop()
        if isinstance(node, nodes.Expr):
            depth += 1
        elif isinstance(node, nodes.Stmt) and not isinstance(node, nodes.Output):
            blocks, depth = blocks + 1, 0
            loops += isinstance(node, nodes.For)
        _check_limits(node, loops, blocks, depth)
        waiting += [(child, loops, blocks, depth) for child in node.iter_child_nodes()]


def _check_limits(node: nodes.Node, loops: int, blocks: int, depth: int) -> None:
    branches = len(node.elif_) if isinstance(node, nodes.If) else 0
    for count, limit, what in (
        (loops, MAX_LOOPS, "loops"),
        (blocks, MAX_BLOCKS, "tags"),
        (depth, MAX_EXPRESSION, "expressions"),
        (branches, MAX_BRANCHES, "`elif` branches"),
    ):
        if count > limit:
            where = "in one `if`" if branches > MAX_BRANCHES else "inside each other"
            raise TemplateSyntaxError(f"more than {limit} {what} {where}", node.lineno)
