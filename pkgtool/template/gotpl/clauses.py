"""Parse one action, without knowing what stands around it: `{{ if … }}`, `{{ end }}`, `{{ … }}`.

Each function is named after the rule in its docstring. Charts repeat the same actions many times, so
what is made here carries no place in the file and is used again wherever the same text occurs.

Source: Go `text/template/parse` (`parse.go`).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.gotpl.functions import function_names, is_function
from pkgtool.template.gotpl.hints import unknown_function_hint
from pkgtool.template.gotpl.lexer import Token, tokens
from pkgtool.template.gotpl.literals import LiteralFault, character, number, unquote
from pkgtool.template.gotpl.nodes import (
    Chain,
    Command,
    Dot,
    Field,
    Function,
    Literal,
    Nil,
    Number,
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


class Clause(NamedTuple):
    """One action as parsed."""

    kind: str
    """A keyword, or empty for a plain pipe."""
    name: str
    """What `define`, `block` and `template` name."""
    at: int
    """Where the name or the keyword after `else` stands."""
    pipe: Pipe | None
    branch: str
    """What stands after `else`: `if`, `with` or nothing."""
    mentions: Sequence[Mention]
    fault: "ClauseFault | None" = None
    """Why the rest could not be parsed; variables before it are to be checked first."""


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


def parse_clause(action: str, *, closed: bool = True) -> Clause:
    """Parse the text of one action; a mistake is kept in the clause."""
    parser = _Parser(tokens(action, closed=closed))
    try:
        return parser.clause()
    except ClauseFault as fault:
        return Clause("", "", 0, None, "", parser.mentions, fault)


class _Parser:
    """The tokens of one action, and how far they are read."""

    def __init__(self, tokens: list[Token]) -> None:
        # Whoever reads on after the end finds it again.
        self.tokens = [*tokens, *tokens[-1:] * 3]
        self.next_at = 0
        self.mentions: list[Mention] = []
        self.depth = 0
        self.said_where = True
        """Whether Go would say where the action started, were that on another line."""

    def peek(self) -> Token:
        return self.tokens[self.next_at]

    def next(self) -> Token:
        token = self.tokens[self.next_at]
        self.next_at += 1
        return token

    def next_word(self) -> Token:
        """Return the next token that is not space."""
        token = self.tokens[self.next_at]
        self.next_at += 1
        if token.kind == "space":
            token = self.tokens[self.next_at]
            self.next_at += 1
        return token

    def peek_word(self) -> Token:
        token = self.tokens[self.next_at]
        if token.kind == "space":
            self.next_at += 1
            token = self.tokens[self.next_at]
        return token

    def fail(self, message: str, token: Token | None = None, *, hint: str = "") -> NoReturn:
        token = token or self.tokens[self.next_at - 1]
        raise ClauseFault(message, token.at, max(1, len(token.text)), hint=hint)

    def unexpected(self, token: Token, context: str) -> NoReturn:
        if token.kind == "fault":
            raise ClauseFault(token.text, token.at, in_action=self.said_where)
        self.fail(f"unexpected {token} in {context}", token)

    def clause(self) -> Clause:
        """Clause = keyword … | pipe."""
        token = self.next_word()
        if token.kind != "keyword":
            self.next_at -= 1
            return self.made("", token, pipe=self.pipe("command"))
        read = _CLAUSES[token.text]
        return read(self, token)

    def made(
        self, kind: str, token: Token, *, name: str = "", pipe: Pipe | None = None, branch: str = ""
    ) -> Clause:
        return Clause(kind, name, token.at, pipe, branch, self.mentions)

    def control(self, token: Token) -> Clause:
        """Control = ( "if" | "range" | "with" ) pipe."""
        return self.made(token.text, token, pipe=self.pipe(token.text))

    def otherwise(self, token: Token) -> Clause:
        """Else = "else" [ ( "if" | "with" ) pipe ]."""
        branch = self.peek_word()
        if branch.kind == "keyword" and branch.text in ("if", "with"):
            self.next()
            self.said_where = False
            pipe = self.pipe(branch.text)
            return self.made("else", branch, pipe=pipe, branch=branch.text)
        self.end("else")
        return self.made("else", token)

    def alone(self, token: Token) -> Clause:
        """Alone = "end" | "break" | "continue"."""
        self.end("end" if token.text == "end" else f"{{{{{token.text}}}}}")
        return self.made(token.text, token)

    def define(self, _token: Token) -> Clause:
        """Define = "define" text."""
        self.said_where = False
        name_token = self.next_word()
        name = self.name(name_token, "define clause")
        self.end("define clause")
        return self.made("define", name_token, name=name)

    def block(self, _token: Token) -> Clause:
        """Block = "block" text pipe."""
        name_token = self.next_word()
        name = self.name(name_token, "block clause")
        return self.made("block", name_token, name=name, pipe=self.pipe("block clause"))

    def template(self, _token: Token) -> Clause:
        """Template = "template" text [ pipe ]."""
        name_token = self.next_word()
        name = self.name(name_token, "template clause")
        pipe = None if self.peek_word().kind == "end" else self.pipe("template clause")
        return self.made("template", name_token, name=name, pipe=pipe)

    def name(self, token: Token, context: str) -> str:
        if token.kind not in ("string", "raw"):
            self.unexpected(token, context)
        return self.unquoted(token)

    def unquoted(self, token: Token) -> str:
        try:
            return unquote(token.text)
        except LiteralFault as fault:
            self.fail(str(fault), token)

    def end(self, context: str) -> None:
        token = self.next_word()
        if token.kind != "end":
            self.unexpected(token, context)

    def pipe(self, context: str, *, closing: str = "end") -> Pipe:
        """Pipe = [ declaration ] command { "|" command } [ "|" ]."""
        pipe = Pipe(self.peek_word().at)
        before = len(self.mentions)
        self.declaration(pipe, context)
        while True:
            token = self.next_word()
            if token.kind == closing:
                break
            if token.kind not in _OPERANDS:
                self.unexpected(token, context)
            self.next_at -= 1
            pipe.commands.append(self.command(pipe))
        self.check(pipe, context)
        read = (each.name for each in self.mentions[before:] if pipe.assigns or not each.declares)
        pipe.used = list(dict.fromkeys(read))
        return pipe

    def declaration(self, pipe: Pipe, context: str) -> None:
        """Declaration = variable [ "," variable ] ( ":=" | "=" )."""
        while self.peek_word().kind == "variable":
            start = self.next_at
            variable = self.next()
            mark = self.peek_word()
            if mark.kind in ("assign", "declare"):
                pipe.assigns = mark.kind == "assign"
                self.declare(pipe, variable)
                return
            if mark.kind != "symbol" or mark.text != ",":
                self.next_at = start
                return
            self.declare(pipe, variable)
            if context != "range" or len(pipe.declared) > 1:
                self.fail(f"too many declarations in {context}", mark)
            if self.peek_word().kind not in ("variable", "end", "close"):
                self.fail("range can only initialize variables", self.peek())

    def declare(self, pipe: Pipe, variable: Token) -> None:
        self.next()
        pipe.declared.append(variable.text)
        self.mentions.append(Mention(variable.text, variable.at, declares=True))

    def check(self, pipe: Pipe, context: str) -> None:
        if not pipe.commands:
            self.fail(f"missing value for {context}")
        for stage, command in enumerate(pipe.commands[1:], 2):
            if isinstance(command.operands[0], (Literal, Dot, Nil)):
                self.fail(f"non executable command in pipeline stage {stage}")

    def command(self, pipe: Pipe) -> Command:
        """Command = operand { space operand }, up to "|" or the end of the pipe."""
        operands: list[Operand] = []
        at = self.peek_word().at
        while True:
            self.peek_word()
            operand = self.operand(pipe)
            if operand is not None:
                operands.append(operand)
            token = self.next()
            if token.kind in ("end", "close"):
                self.next_at -= 1
            elif token.kind == "space":
                continue
            elif token.kind != "pipe":
                self.unexpected(token, "operand")
            break
        if not operands:
            self.fail("empty command")
        return Command(at, operands)

    def operand(self, pipe: Pipe) -> Operand | None:
        """Operand = term { field }."""
        term = self.term(pipe)
        if term is None or self.peek().kind != "field":
            return term
        at = self.peek().at
        names = []
        while self.peek().kind == "field":
            names.append(self.next().text[1:])
        match term:
            case Field():
                return Field(at, (*term.names, *names))
            case Variable():
                return Variable(at, term.name, (*term.names, *names))
            case Literal() | Dot() | Nil():
                self.fail(f"unexpected . after term {quote(str(term))}")
        return Chain(at, term, tuple(names))

    def term(self, pipe: Pipe) -> Operand | None:
        """Term = literal | function | "." | field | variable | "nil" | "(" pipe ")"."""
        token = self.next_word()
        match token.kind:
            case "function":
                if not is_function(token.text):
                    hint = unknown_function_hint(token.text, function_names())
                    self.fail(f"function {quote(token.text)} not defined", token, hint=hint)
                return Function(token.at, token.text)
            case "dot":
                return Dot(token.at)
            case "nil":
                return Nil(token.at)
            case "field":
                return Field(token.at, (token.text[1:],))
            case "variable":
                self.mentions.append(Mention(token.text, token.at, declares=False))
                return Variable(token.at, token.text, ())
            case "open":
                return self.parenthesised(pipe)
        literal = self.literal(token)
        if literal is None:
            self.next_at -= 1
        return literal

    def parenthesised(self, outer: Pipe) -> Pipe:
        """Parenthesised = "(" pipe ")"."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("max expression depth exceeded")
        inner = self.pipe("parenthesized pipeline", closing="close")
        self.depth -= 1
        outer.nested = outer.nested or inner.nested or bool(inner.declared)
        return inner

    def literal(self, token: Token) -> Literal | Number | None:
        """Literal = "true" | "false" | number | character | text."""
        try:
            match token.kind:
                case "bool":
                    return Literal(token.at, token.text, token.text == "true")
                case "number":
                    return number(token.at, token.text)
                case "character":
                    return character(token.at, token.text)
                case "string" | "raw":
                    return Literal(token.at, token.text, unquote(token.text))
        except LiteralFault as fault:
            self.fail(str(fault), token)
        return None


_OPERANDS = frozenset(
    [
        *("bool", "character", "dot", "field", "function", "nil"),
        *("number", "open", "raw", "string", "variable"),
    ]
)
_CLAUSES: dict[str, Callable[[_Parser, Token], Clause]] = {
    "block": _Parser.block,
    "break": _Parser.alone,
    "continue": _Parser.alone,
    "define": _Parser.define,
    "else": _Parser.otherwise,
    "end": _Parser.alone,
    "if": _Parser.control,
    "range": _Parser.control,
    "template": _Parser.template,
    "with": _Parser.control,
}
