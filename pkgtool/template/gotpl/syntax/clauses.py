"""Parse one action, without knowing what stands around it: `{{ if … }}`, `{{ end }}`, `{{ … }}`.

Each function is named after the rule in its docstring. Charts repeat the same actions many times, so
what is made here carries no place in the file and is used again wherever the same text occurs. They
repeat shapes even more often: an action of a shape that parsed before parses, too, so the tree of
its expressions is made when it is first needed, which in most branches of most charts is never.

Source: Go `text/template/parse` (`parse.go`).
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple, NoReturn

from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.gotpl.runtime.functions import function_names
from pkgtool.template.gotpl.runtime.hints import unknown_function_hint
from pkgtool.template.gotpl.syntax import lexer
from pkgtool.template.gotpl.syntax.lexer import END, FAULT, FIELDS, KEYWORDS, SPACE, TEXT, Kinds
from pkgtool.template.gotpl.syntax.literals import LiteralFault, character, number, unquote
from pkgtool.template.gotpl.syntax.nodes import (
    Chain,
    Command,
    Dot,
    Field,
    Function,
    Literal,
    Nil,
    Operand,
    Pipe,
    Variable,
)

MAX_DEPTH = 200
"""How deep parentheses may be nested; charts use five."""


class Mention(NamedTuple):
    """A variable that is declared or used, in the order of the text."""

    name: str
    at: int
    declares: bool


class Clause:
    """One action as read; a `nodes.Written`."""

    __slots__ = ("_form", "_pipe", "_price", "_words", "at", "fault", "kind", "mentions", "name")

    def __init__(self, words: list[str], form: "Form") -> None:
        self._words = words
        self._form = form
        self._pipe: Pipe | None = None
        self._price = 0
        self.kind = form.kind
        """A keyword, or empty for a plain pipe."""
        self.name = unquote(words[form.named]) if form.kind in _NAMING else ""
        """What `define`, `block` and `template` name."""
        self.at = sum(map(len, words[: form.named])) if form.named else 0
        """Where the name or the keyword after `else` stands."""
        self.mentions = _mentions(form.mentions, words) if form.mentions else ()
        self.fault = form.fault
        """Why the rest could not be parsed; variables before it are to be checked first."""

    @property
    def branch(self) -> str:
        """What stands after `else`: `if`, `with` or nothing."""
        return self._form.branch

    @property
    def has_pipe(self) -> bool:
        """Whether it has a pipe."""
        return self._form.steps > 0

    @property
    def price(self) -> int:
        """The steps of one run of its pipe, beside those of the functions that it calls."""
        if not self._price:
            fields = [self._words[place].count(".") for place in self._form.fields]
            self._price = self._form.steps + sum(fields)
        return self._price

    @property
    def pipe(self) -> Pipe:
        """The tree of its pipe, if it has one."""
        if self._pipe is None:
            parser = _Parser([*self._words, "}}"], self._form.shape)
            self._pipe = parser.later(self._form)
        return self._pipe


class ClauseFault(Exception):
    """An action does not parse; `at` is the place in it."""

    def __init__(
        self, message: str, at: int, length: int = 1, *, in_action: bool = False, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.hint = hint
        self.message = message
        self.at = at
        self.length = length
        self.in_action = in_action
        """Whether Go would add where the action started, were that on another line."""


class Form(NamedTuple):
    """What the shape of an action says about it; places are those of words."""

    kind: str = ""
    branch: str = ""
    named: int = 0
    """Where the name or the keyword after `else` stands."""
    piped: int = 0
    """Where its pipe begins."""
    steps: int = 0
    """What the pipe costs, fields not counted; 0 when there is none."""
    fields: Sequence[int] = ()
    """Words with fields, in the pipe."""
    mentions: Sequence[tuple[int, bool]] = ()
    """Variables, and whether they are declared."""
    shape: str = ""
    """With the kind of its end."""
    fault: ClauseFault | None = None
    """What is wrong; such a form is of one action only."""


class Clauses:
    """Reads actions, and remembers them and their shapes."""

    def __init__(self) -> None:
        self._kinds = Kinds()
        self._forms: dict[str, Form] = {}
        self._clauses: dict[str, Clause] = {}

    def read(self, action: str, closed: bool) -> Clause:
        """Parse the text of one action, given whether it is closed; a mistake is kept in it."""
        clause = self._clauses.get(action) if closed else None
        if clause is None:
            clause = self._read(action, closed=closed)
            if closed:
                self._clauses[action] = clause
        return clause

    def _read(self, action: str, *, closed: bool) -> Clause:
        words, shape = lexer.split(action, self._kinds)
        form = self._forms.get(shape) if closed else None
        if form is None:
            form = _Parser(*lexer.finish(words, shape, closed=closed)).form()
            if form.fault is None:
                self._forms[shape] = form
        return Clause(words, form)


def parse_clause(action: str, *, closed: bool = True) -> Clause:
    """Parse the text of one action; a mistake is kept in the clause."""
    return Clauses().read(action, closed)


def _mentions(places: Sequence[tuple[int, bool]], words: Sequence[str]) -> Sequence[Mention]:
    ats = _places(words)
    return [Mention(_root(words[place]), ats[place], declares) for place, declares in places]


def _places(words: Sequence[str]) -> list[int]:
    """Return where each of `words` begins."""
    return list(accumulate(map(len, words), initial=0))


def _root(word: str) -> str:
    """Return `$x` of `$x.a.b`."""
    return word.partition(".")[0]


class _Parser:
    """The words of one action, and how far they are read."""

    def __init__(self, words: list[str], kinds: str) -> None:
        # Whoever reads on after the end finds it again.
        self.words = [*words, *words[-1:] * 3]
        self.kinds = kinds + kinds[-1] * 3
        self.ats = _places(words[:-1])
        self.ats += self.ats[-1:] * 3
        self.here = 0
        self.mentions: list[tuple[int, bool]] = []
        self.depth = 0
        self.said_where = True
        """Whether Go would say where the action started, were that on another line."""
        self.piped = 0
        self.steps = 0
        self.with_fields: Sequence[int] = ()
        self.commands = 0

    def next(self) -> int:
        """Return the place of the next word that is not space, and go on behind it."""
        here = self.here
        if self.kinds[here] == SPACE:
            here += 1
        self.here = here + 1
        return here

    def peek(self) -> str:
        """Return the kind of the next word that is not space, and go there."""
        if self.kinds[self.here] == SPACE:
            self.here += 1
        return self.kinds[self.here]

    def fail(self, message: str, place: int | None = None, *, hint: str = "") -> NoReturn:
        """Blame the word at `place`, or the last one that was read."""
        place = self.here - 1 if place is None else place
        raise ClauseFault(message, self.ats[place], max(1, len(self.word(place))), hint=hint)

    def unexpected(self, place: int, context: str) -> NoReturn:
        word, kind = self.word(place), self.kinds[place]
        if kind == FAULT:
            raise ClauseFault(word, self.ats[place], in_action=self.said_where)
        self.fail(f"unexpected {lexer.shown(word, kind)} in {context}", place)

    def word(self, place: int) -> str:
        """Return the word at `place` as Go cuts it: every field is one."""
        word = self.words[place]
        if self.kinds[place] == FIELDS:
            return f".{word.split('.')[1]}"
        return _root(word) if self.kinds[place] == lexer.VARIABLE_FIELDS else word

    def form(self) -> Form:
        """Return the form of the action; a mistake is kept in it."""
        try:
            return self.clause()
        except ClauseFault as fault:
            return Form(mentions=self.mentions, fault=fault)

    def later(self, form: Form) -> Pipe:
        """Return the pipe of an action that is known to parse."""
        self.here = form.piped
        return self.pipe(form.kind)

    def clause(self) -> Form:
        """Clause = keyword … | pipe."""
        place = self.next()
        read = _CLAUSES.get(self.kinds[place])
        if read is not None:
            return read(self, place)
        self.here = place
        self.action("command")
        return self.formed("")

    def action(self, context: str) -> None:
        """Read the pipe of the action."""
        begin = self.piped = self.here
        self.pipe(context)
        inside = self.kinds[begin:]
        self.steps = 4 * self.commands + sum(map(inside.count, _PLAIN))
        self.with_fields = [begin + at for at, kind in enumerate(inside) if kind in _WITH_FIELDS]

    def formed(self, kind: str, named: int = 0, branch: str = "") -> Form:
        shape, steps, fields = self.kinds[:-3], self.steps, self.with_fields
        return Form(kind, branch, named, self.piped, steps, fields, self.mentions, shape)

    def control(self, place: int) -> Form:
        """Control = ( "if" | "range" | "with" ) pipe."""
        kind = self.words[place]
        self.action(kind)
        return self.formed(kind)

    def otherwise(self, place: int) -> Form:
        """Else = "else" [ ( "if" | "with" ) pipe ]."""
        if self.peek() in (KEYWORDS["if"], KEYWORDS["with"]):
            place = self.next()
            branch = self.words[place]
            self.said_where = False
            self.action(branch)
            return self.formed("else", place, branch)
        self.end("else")
        return self.formed("else")

    def alone(self, place: int) -> Form:
        """Alone = "end" | "break" | "continue"."""
        kind = self.words[place]
        self.end("end" if kind == "end" else f"{{{{{kind}}}}}")
        return self.formed(kind)

    def define(self, _place: int) -> Form:
        """Define = "define" text."""
        self.said_where = False
        named = self.name("define clause")
        self.end("define clause")
        return self.formed("define", named)

    def block(self, _place: int) -> Form:
        """Block = "block" text pipe."""
        named = self.name("block clause")
        self.action("block clause")
        return self.formed("block", named)

    def template(self, _place: int) -> Form:
        """Template = "template" text [ pipe ]."""
        named = self.name("template clause")
        if self.peek() != END:
            self.action("template clause")
        return self.formed("template", named)

    def name(self, context: str) -> int:
        place = self.next()
        if self.kinds[place] == lexer.BAD_TEXT:
            self.broken(place)
        if self.kinds[place] != TEXT:
            self.unexpected(place, context)
        return place

    def broken(self, place: int) -> NoReturn:
        """Say what is wrong with a literal that means nothing."""
        try:
            _READERS[self.kinds[place]](0, self.words[place])
        except LiteralFault as fault:
            self.fail(str(fault), place)
        raise AssertionError

    def end(self, context: str) -> None:
        place = self.next()
        if self.kinds[place] != END:
            self.unexpected(place, context)

    def pipe(self, context: str, *, closing: str = END) -> Pipe:
        """Pipe = [ declaration ] command { "|" command } [ "|" ]."""
        self.peek()
        pipe = Pipe(self.ats[self.here])
        before = len(self.mentions)
        self.declaration(pipe, context)
        while self.peek() != closing:
            if self.kinds[self.here] not in _OPERANDS:
                self.unexpected(self.next(), context)
            pipe.commands.append(self.command(pipe))
        self.here += 1
        self.check(pipe, context)
        inside = self.mentions[before:]
        if inside:
            read = [place for place, declares in inside if pipe.assigns or not declares]
            pipe.used = tuple(dict.fromkeys([_root(self.words[place]) for place in read]))
        return pipe

    def declaration(self, pipe: Pipe, context: str) -> None:
        """Declaration = variable [ "," variable ] ( ":=" | "=" )."""
        while self.peek() == lexer.VARIABLE:
            start = self.next()
            mark = self.peek()
            if mark in _MARKS:
                pipe.assigns = mark == "="
                self.declare(pipe, start)
                return
            if mark != ",":
                self.here = start
                return
            comma = self.here
            self.declare(pipe, start)
            if context != "range" or len(pipe.declared) > 1:
                self.fail(f"too many declarations in {context}", comma)
            if self.peek() not in _AFTER_COMMA:
                self.fail("range can only initialize variables", self.here)

    def declare(self, pipe: Pipe, place: int) -> None:
        self.next()
        pipe.declared = (*pipe.declared, self.words[place])
        self.mentions.append((place, True))

    def check(self, pipe: Pipe, context: str) -> None:
        if not pipe.commands:
            self.fail(f"missing value for {context}")
        for stage, command in enumerate(pipe.commands[1:], 2):
            if isinstance(command.operands[0], (Literal, Dot, Nil)):
                self.fail(f"non executable command in pipeline stage {stage}")

    def command(self, pipe: Pipe) -> Command:
        """Command = operand { space operand }, up to "|" or the end of the pipe."""
        self.commands += 1
        at = self.ats[self.here]
        operands: list[Operand] = []
        while True:
            if self.peek() in _OPERANDS:
                operands.append(self.operand(pipe))
            kind = self.kinds[self.here]
            if kind == SPACE:
                continue
            if kind == "|":
                self.here += 1
            elif kind not in _ENDS:
                self.unexpected(self.next(), "operand")
            return Command(at, operands)

    def operand(self, pipe: Pipe) -> Operand:
        """Operand = term { field }."""
        place = self.here
        self.here += 1
        kind = self.kinds[place]
        term = _TERMS[kind](self, place, pipe)
        if self.kinds[self.here] != FIELDS:
            return term
        names, at = self.names(self.here)
        self.here += 1
        if isinstance(term, (Literal, Dot, Nil)):
            message = f"unexpected . after term {quote(str(term))}"
            last = self.ats[self.here - 1] + len(self.words[self.here - 1]) - len(names[-1]) - 1
            raise ClauseFault(message, last, len(names[-1]) + 1)
        return Chain(at, term, names)

    def names(self, place: int) -> tuple[tuple[str, ...], int]:
        """Return the names of fields at `place`, and where they begin."""
        return tuple(self.words[place][1:].split(".")), self.ats[place]

    # Terms: literal | function | "." | fields | variable | "nil" | "(" pipe ")".

    def fields(self, place: int, _pipe: Pipe) -> Operand:
        names, at = self.names(place)
        # Go sees a field first, and a chain when another one follows.
        return Field(at + len(names[0]) + 1 if len(names) > 1 else at, names)

    def variable(self, place: int, _pipe: Pipe) -> Operand:
        self.mentions.append((place, False))
        name, *names = self.words[place].split(".")
        at = self.ats[place]
        return Variable(at + len(name) if names else at, name, tuple(names))

    def function(self, place: int, _pipe: Pipe) -> Operand:
        return Function(self.ats[place], self.words[place])

    def unknown(self, place: int, _pipe: Pipe) -> Operand:
        name = self.words[place]
        hint = unknown_function_hint(name, function_names())
        self.fail(f"function {quote(name)} not defined", place, hint=hint)

    def dot(self, place: int, _pipe: Pipe) -> Operand:
        return Dot(self.ats[place])

    def nil(self, place: int, _pipe: Pipe) -> Operand:
        return Nil(self.ats[place])

    def flag(self, place: int, _pipe: Pipe) -> Operand:
        word = self.words[place]
        return Literal(self.ats[place], word, word == "true")

    def text(self, place: int, _pipe: Pipe) -> Operand:
        word = self.words[place]
        return Literal(self.ats[place], word, unquote(word))

    def number(self, place: int, _pipe: Pipe) -> Operand:
        return _number(self.ats[place], self.words[place])

    def malformed(self, place: int, _pipe: Pipe) -> Operand:
        self.broken(place)

    def parenthesised(self, _place: int, outer: Pipe) -> Operand:
        """Parenthesised = "(" pipe ")"."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("max expression depth exceeded")
        inner = self.pipe("parenthesized pipeline", closing=")")
        self.depth -= 1
        outer.nested = outer.nested or inner.nested or bool(inner.declared)
        return inner


def _number(at: int, word: str) -> Operand:
    return character(at, word) if word[0] == "'" else number(at, word)


_NAMING = frozenset(["block", "define", "template"])
_WITH_FIELDS = frozenset([FIELDS, lexer.VARIABLE_FIELDS])
_PLAIN = (lexer.BOOL, lexer.DOT, lexer.FUNCTION, lexer.NIL, lexer.NUMBER, TEXT)
"""Operands of which each costs one step."""
_MARKS = frozenset([":", "="])
_AFTER_COMMA = frozenset([lexer.VARIABLE, lexer.VARIABLE_FIELDS, END, ")"])
_ENDS = frozenset([END, ")"])
_TERMS: dict[str, Callable[[_Parser, int, Pipe], Operand]] = {
    FIELDS: _Parser.fields,
    TEXT: _Parser.text,
    "(": _Parser.parenthesised,
    lexer.BAD_NUMBER: _Parser.malformed,
    lexer.BAD_TEXT: _Parser.malformed,
    lexer.BOOL: _Parser.flag,
    lexer.DOT: _Parser.dot,
    lexer.FUNCTION: _Parser.function,
    lexer.NIL: _Parser.nil,
    lexer.NUMBER: _Parser.number,
    lexer.UNKNOWN: _Parser.unknown,
    lexer.VARIABLE: _Parser.variable,
    lexer.VARIABLE_FIELDS: _Parser.variable,
}
_OPERANDS = frozenset(_TERMS)
_READERS: dict[str, Callable[[int, str], object]] = {
    lexer.BAD_NUMBER: _number,
    lexer.BAD_TEXT: lambda _at, word: unquote(word),
}
_CLAUSES: dict[str, Callable[[_Parser, int], Form]] = {
    KEYWORDS["block"]: _Parser.block,
    KEYWORDS["break"]: _Parser.alone,
    KEYWORDS["continue"]: _Parser.alone,
    KEYWORDS["define"]: _Parser.define,
    KEYWORDS["else"]: _Parser.otherwise,
    KEYWORDS["end"]: _Parser.alone,
    KEYWORDS["if"]: _Parser.control,
    KEYWORDS["range"]: _Parser.control,
    KEYWORDS["template"]: _Parser.template,
    KEYWORDS["with"]: _Parser.control,
}
