"""Parse a file of templates: its own body, and the named ones that it defines.

The actions were parsed one by one (`clauses`); here they are put together: what belongs to which
block, and which variables are visible. The body of an `if` and its `else` share one scope when a
text is checked, as in Go, although only one of them runs.

Source: Go `text/template/parse` (`parse.go`).
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from pkgtool.errors import BudgetExceeded, did_you_mean
from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.gotpl.runtime.faults import ParseFault, Source
from pkgtool.template.gotpl.runtime.hints import open_block_hint
from pkgtool.template.gotpl.syntax.clauses import Clause, ClauseFault
from pkgtool.template.gotpl.syntax.lexer import CUT_ACTION, CUT_FAULT, CUT_TEXT, cut
from pkgtool.template.gotpl.syntax.nodes import (
    Action,
    Break,
    Continue,
    If,
    Invoke,
    Node,
    Range,
    Text,
    With,
    is_blank,
)

MAX_BLOCKS = 200
"""How deep blocks may be nested; charts use ten."""

MAX_BRANCHES = 1000
"""How many `else if` may follow each other; each is a block inside of the one before."""

ReadClause = Callable[[str, bool], Clause]
"""Parse the text of one action, given whether it is closed; may remember the answer."""


class Definition(NamedTuple):
    """A named template as parsed; a file is one, under its path."""

    name: str
    body: list[Node]
    blank: bool
    """Whether it writes nothing: it then does not replace another one of that name."""


class Place(NamedTuple):
    """An action in the file."""

    at: int
    line: int
    clause: Clause
    end: int
    """Where its text ends: Go names the line of its closing delimiter."""


def parse_file(source: Source, read: ReadClause) -> list[Definition]:
    """Return the definitions of `source`, its own body under its own name, last.

    Raises:
        ParseFault: It does not parse.
        BudgetExceeded: Its blocks are nested too deeply.
    """
    return _FileParser(source, read).parse()


class _FileParser:
    def __init__(self, source: Source, read: ReadClause) -> None:
        self.source = source
        self.text = source.text
        self.read = read
        self.pieces = cut(self.text)
        self.found: dict[str, Definition] = {}
        self.variables = ["$"]
        self.loops = 0
        self.blocks = 0
        self.branches = 0

    def error(self, message: str, at: int, length: int = 1, *, hint: str = "") -> ParseFault:
        """Return the fault that says `message` about the place `at` of the file."""
        return ParseFault(self.source, message, self.source.span(at, length), hint=hint)

    def parse(self) -> list[Definition]:
        """File = { define | node }."""
        body: list[Node] = []
        while place := self.nodes(body):
            if place.clause.kind != "define":
                message = f"unexpected {{{{{place.clause.kind}}}}}"
                raise self.error(message, self.closing(place))
            self.definition(place)
        self.add(self.source.name, body, len(self.text))
        return list(self.found.values())

    def nodes(self, nodes: list[Node]) -> Place | None:
        """Read `nodes`, up to the end of the file or to a `define`, `else` or `end`."""
        read = self.read
        for kind, at, line, text in self.pieces:
            if kind == CUT_TEXT:
                nodes.append(Text(at, line, text))
                continue
            if kind == CUT_FAULT:
                raise self.error(text, at)
            clause = read(text, kind == CUT_ACTION)
            if not (clause.kind or clause.mentions or clause.fault):
                nodes.append(Action(at, line, clause))
                continue
            place = Place(at, line, clause, at + len(text))
            if clause.kind in _STOPS:
                return place
            if self.blocks:
                self.stop_at_definition(place)
            nodes.append(self.node(place))
        return None

    def stop_at_definition(self, place: Place) -> None:
        """Refuse a definition inside of a block, whatever follows its keyword."""
        if place.clause.kind != "define" and place.clause.fault is None:
            return
        word = _DEFINE.match(self.text, place.at)
        if word is not None:
            raise self.error("unexpected <define> in command", word.end() - len("define"), 6)

    def closing(self, place: Place) -> int:
        """Return where Go sees a whole action: where it begins, or on a later line where it ends.

        `else if` is not read to its end.
        """
        seen = self.text.find("}}", place.end)
        if place.clause.branch:
            seen = place.at + place.clause.at
        return seen if "\n" in self.text[place.at : seen] else place.at

    def definition(self, place: Place) -> None:
        """Define = "define" text { node } "end"."""
        clause = self.checked(place)
        body, end = self.separate(place, "define clause")
        self.add(clause.name, body, self.closing(end))

    def separate(self, place: Place, context: str) -> tuple[list[Node], Place]:
        """Read a body that sees none of the variables around it, and its end."""
        outer, self.variables = self.variables, ["$"]
        loops, self.loops = self.loops, 0
        body, last = self.body(place)
        if last.clause.kind != "end":
            # The text of a block is parsed by itself; what is around it has only seen its beginning.
            seen = place if context == "block clause" else last
            raise self.error(f"unexpected {{{{else}}}} in {context}", self.closing(seen))
        self.variables, self.loops = outer, loops
        return body, last

    def add(self, name: str, body: list[Node], at: int) -> None:
        """Keep a definition; of two in one file only one may write anything."""
        old = self.found.get(name)
        definition = Definition(name, body, is_blank(body))
        if old is None or old.blank:
            self.found.pop(name, None)
            self.found[name] = definition
        elif not definition.blank:
            raise self.error(f"template: multiple definition of template {quote(name)}", at)

    def checked(self, place: Place) -> Clause:
        """Return the clause at `place` if it parsed and uses no unknown variable."""
        for mention in place.clause.mentions:
            if mention.declares:
                self.variables.append(mention.name)
            elif mention.name not in self.variables:
                length = len(mention.name)
                message = f"undefined variable {quote(mention.name)}"
                hint = did_you_mean(mention.name, self.variables[1:])
                raise self.error(message, place.at + mention.at, length, hint=hint)
        if place.clause.fault is not None:
            raise self.broken(place, place.clause.fault)
        return place.clause

    def broken(self, place: Place, fault: ClauseFault) -> ParseFault:
        line = self.text.count("\n", 0, place.at + fault.at) + 1
        message = fault.message
        # A line end after `{{-` belongs to the delimiter.
        started = self.text.count("\n", 0, self.text.rfind("{{", 0, place.at)) + 1
        if fault.in_action and line != started:
            # Go does not say "action" twice.
            word = "" if message.endswith(" action") else " in action"
            message += f"{word} started at {self.source.name}:{started}"
        if not self.runs_on(place, fault):
            return self.error(message, place.at + fault.at, fault.length, hint=fault.hint)
        hint = f"the action that begins in line {place.line} has no `}}}}`"
        return self.error(message, place.at + fault.at, hint=hint).began(place.at)

    def runs_on(self, place: Place, fault: ClauseFault) -> bool:
        """Whether the action was to end on an earlier line than where it went wrong."""
        end = self.text.find("}}", place.at)
        unclosed = end < 0 or "{{" in self.text[place.at : end]
        return unclosed and "\n" in self.text[place.at : place.at + fault.at]

    def body(self, start: Place) -> tuple[list[Node], Place]:
        """Body = { node } ( "end" | "else" … )."""
        self.blocks += 1
        if self.blocks > MAX_BLOCKS:
            where = self.source.span(start.at)
            raise BudgetExceeded(f"blocks are nested more than {MAX_BLOCKS} deep", where=where)
        nodes: list[Node] = []
        last = self.nodes(nodes)
        if last is None:
            hint = open_block_hint(self.source.action(start.at), start.line)
            raise self.error("unexpected EOF", len(self.text), hint=hint).began(start.at)
        self.stop_at_definition(last)
        self.blocks -= 1
        return nodes, last

    def node(self, place: Place) -> Node:
        """Node = control | block | template | break | continue | action."""
        visible = len(self.variables)
        clause = self.checked(place)
        at, line = place.at, place.line
        match clause.kind:
            case "":
                return Action(at, line, clause)
            case "if" | "with" | "range":
                return self.control(place, clause.kind, visible)
            case "template":
                return Invoke(at, line, clause.name, clause.at, clause if clause.has_pipe else None)
            case "block":
                body, end = self.separate(place, "block clause")
                self.add(clause.name, body, self.closing(end))
                return Invoke(at, line, clause.name, clause.at, clause if clause.has_pipe else None)
        if not self.loops:
            raise self.error(f"{{{{{clause.kind}}}}} outside {{{{range}}}}", self.closing(place))
        return Break(at, line) if clause.kind == "break" else Continue(at, line)

    def control(self, place: Place, kind: str, visible: int) -> If | With | Range:
        """Control = kind pipe body [ "else" body ] "end"; only `visible` variables outlive it."""
        self.loops += kind == "range"
        body, last = self.body(place)
        self.loops -= kind == "range"
        other = self.otherwise(last, kind) if last.clause.kind == "else" else None
        del self.variables[visible:]
        make = _CONTROLS[kind]
        return make(place.at, place.line, place.clause, body, other)

    def otherwise(self, place: Place, kind: str) -> list[Node]:
        """Else = "else" body "end" | "else" kind pipe body [ else ] "end"."""
        clause = place.clause
        if clause.fault is not None or not clause.branch:
            self.checked(place)
            body, last = self.body(place)
            if last.clause.kind != "end":
                raise self.error("expected end; found {{else}}", self.closing(last))
            return body
        if clause.branch != kind:
            raise self.error(f"unexpected <{clause.branch}> in input", place.at + clause.at)
        visible = len(self.variables)
        self.checked(place)
        self.branches += 1
        if self.branches > MAX_BRANCHES:
            where = self.source.span(place.at)
            raise BudgetExceeded(f"more than {MAX_BRANCHES} branches in each other", where=where)
        branch = self.control(place, clause.branch, visible)
        self.branches -= 1
        return [branch]


_DEFINE = re.compile(r"[ \t\r\n]*define(?![\w])")
_STOPS = frozenset(["define", "else", "end"])
_CONTROLS: dict[str, type[If | With | Range]] = {"if": If, "with": With, "range": Range}
