"""Write the Python expression that computes an expression of Go.

The decisions are those of the evaluator: how arguments are checked and what is paid for. What happens
when one of them fails is not written at all: whatever fails here, the evaluator does again.

Python evaluates from left to right, as Go does. Only the value of a pipe comes first in Go and last in
a call of Python; that is put right where somebody could see the difference.

Source: as `pkgtool.template.gotpl.evaluation.expressions` and `.calls`.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, assert_never

from pkgtool.template.gotpl.compiler.code import Code, literal
from pkgtool.template.gotpl.evaluation.calls import is_made, parameter_kinds, wrong_count
from pkgtool.template.gotpl.evaluation.expressions import may_be_method
from pkgtool.template.gotpl.runtime.access import METHOD_NAMES
from pkgtool.template.gotpl.runtime.budget import LARGE
from pkgtool.template.gotpl.runtime.faults import Fault
from pkgtool.template.gotpl.runtime.functions import Callee, find_function
from pkgtool.template.gotpl.runtime.parameters import ANY, TEXT, converted, nil_for
from pkgtool.template.gotpl.syntax.nodes import (
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
from pkgtool.template.gotpl.syntax.scope import ROOT, Scope, is_certain, is_element

_TABLE = "map[string]interface {}"
_PYTHON_TYPES = {TEXT: "str", "int": "int", "bool": "bool", "float64": "float", _TABLE: "dict"}
_MOVING = frozenset(
    ["merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite", "set", "unset"],
)
"""Functions that change a map that they are given."""
_WORDS = ("None", "True", "False")
_ONCE = "x"
"""The Python variable for what is looked at, and used at once."""


class CannotCompile(Exception):
    """The template has something that only the evaluator can do."""


class Value(NamedTuple):
    """A value in the function that is being written."""

    code: str
    """A Python expression."""
    kind: str = ""
    """Its type in Python, when it always has the same."""
    fixed: bool = False
    """Whether it is a constant or a variable, so that it does not matter when or how often it is read."""
    moves: bool = False
    """Whether computing it may change what others see."""
    small: bool = False
    """Whether it is a text of at most `LARGE` bytes."""


NIL = Value("None", "NoneType", fixed=True)
_STOP = Value("stop()")


class Expressions:
    """Writes the expressions of one template."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self.scope = Scope()
        self.dot = "d0"
        self.element = False
        self._names = {ROOT: "d0"}

    def variable(self, key: str) -> str:
        """Return the Python variable for the Go variable that is kept under `key`.

        One that was not declared before has no value in Python, either.
        """
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = self._code.name("v")
        return name

    def assigned(self, name: str, pipe: Pipe, value: Value, mark: str) -> Value:
        """Write the line that puts `value`, of `pipe`, into the variable `name`."""
        key = self.scope.key(name) if pipe.assigns else self.scope.declare(name, mark)
        if key is None:
            self._code.add(_STOP.code)
            return NIL
        variable = self.variable(key)
        if pipe.assigns and not is_certain(key):
            self._code.add(variable)
        self._code.add(f"{variable}={value.code}")
        return Value(variable, value.kind, fixed=True)

    # Pipes.

    def pipe(self, pipe: Pipe) -> Value:
        """Return the value of the last command, without the declaration."""
        value: Value | None = None
        previous: Command | None = None
        for command in pipe.commands:
            value = self._command(command, previous, value)
            previous = command
        return value or NIL

    def _nested(self, pipe: Pipe) -> Value:
        """Return the value of a pipe in parentheses."""
        value = self.pipe(pipe)
        for name in pipe.declared:
            key = self.scope.key(name) if pipe.assigns else self.scope.declare(name, "?")
            if key is None or (pipe.assigns and not is_certain(key)):
                raise CannotCompile
            value = Value(f"({self.variable(key)}:={value.code})", value.kind, moves=True)
        return value

    def _command(self, command: Command, before: Command | None, previous: Value | None) -> Value:
        """Return the value of one command; `previous` is the value of the command `before` it."""
        first = command.operands[0]
        applied = len(command.operands) > 1 or previous is not None
        match first:
            case Function():
                return self._call(command, first, before, previous)
            case Field() | Chain():
                if applied:
                    return self._method(command, first, previous)
            case Variable(_, names) if names:
                if applied:
                    return self._method(command, first, previous)
            case Nil() if not applied:
                return _STOP
            case _:
                if applied:
                    return _STOP
        return self._operand(first)

    # Operands.

    def _operand(self, node: Operand) -> Value:
        """Return the value of an operand that stands alone, as an argument does."""
        match node:
            case Dot():
                return Value(self.dot, fixed=True)
            case Nil():
                return NIL
            case Literal():
                if isinstance(node, Number) and type(node.value) is int and node.whole is None:
                    return _STOP
                return _constant(node.value)
            case Field(names):
                return self._fields(self.dot, names, element=self.element)
            case Variable(name, names):
                return self._variable(name, names)
            case Chain(receiver, names):
                return self._chain(receiver, names)
            case Function():
                return self._call(Command(node.at, [node]), node, None, None)
            case Pipe():
                return self._nested(node)
            case _:
                assert_never(node)

    def _variable(self, name: str, names: Sequence[str]) -> Value:
        key = self.scope.key(name)
        if key is None:
            return _STOP
        variable = self.variable(key)
        if not names:
            # What a pipe assigns in the middle must not be seen before.
            return Value(variable, fixed=key == ROOT)
        if key == ROOT or is_element(key):
            return self._fields(variable, names, element=is_element(key))
        return self._perhaps(Value(variable, fixed=True), names)

    def _chain(self, receiver: Operand, names: Sequence[str]) -> Value:
        if isinstance(receiver, Nil):
            return _STOP
        return self._perhaps(self._operand(receiver), names)

    def _perhaps(self, owner: Value, names: Sequence[str]) -> Value:
        """Return fields of what may be nil without a type: then they are nil, too."""
        if _may_be_method(names):
            return Value(f"field({owner.code},{tuple(names)!r})", moves=owner.moves)
        if _is_constant(owner):
            return _STOP
        first, again = _twice(owner)
        found = self._fields(again, names, element=False)
        return Value(f"(None if {first} is None else {found.code})", moves=owner.moves)

    def _fields(self, owner: str, names: Sequence[str], *, element: bool) -> Value:
        """Return `owner.a.b`, where all are maps; only maps answer with nil for what is missing."""
        if _may_be_method(names):
            return Value(f"{'item' if element else 'field'}({owner},{tuple(names)!r})")
        *front, last = names
        path = "".join(f"['{literal(name)}']" for name in front)
        return Value(f"{owner}{path}.get('{literal(last)}')")

    # Calls.

    def _call(
        self, command: Command, name: Function, before: Command | None, previous: Value | None
    ) -> Value:
        """Return the value of a function."""
        given = command.operands[1:]
        if name.name in ("and", "or"):
            return self._choice(name, given, previous)
        callee = find_function(name.name)
        if wrong_count(callee, len(given), piped=previous is not None):
            return _STOP
        kinds = parameter_kinds(callee, len(given) + (previous is not None))
        # A text that is compared with a short one takes no longer when it is long.
        weighs = () if name.name in ("eq", "ne") and any(map(_is_text, given)) else callee.weighs
        values = [
            self._argument(each, kind, () if is_made(each) else weighs)
            for each, kind in zip(given, kinds, strict=False)
        ]
        if previous is None or before is None:
            return self._applied(callee, values)
        weighs = () if is_made(before) else weighs

        def apply(last: Value) -> Value:
            fitted = _fitted(last, kinds[-1], weighs, typed="False")
            return self._applied(callee, [*values, fitted])

        return self._after(previous, values, apply)

    def _after(
        self, previous: Value, values: Sequence[Value], apply: Callable[[Value], Value]
    ) -> Value:
        """Return what `apply` makes of the value of a pipe, which Go computes before `values`."""
        others = [each for each in values if not each.fixed]
        moves = previous.moves or any(each.moves for each in others)
        if previous.fixed or not (moves and others):
            return apply(previous)
        name = self._code.name("y")
        found = apply(Value(name, previous.kind, fixed=True))
        return Value(f"[{name}:={previous.code},{found.code}][1]", found.kind, moves=True)

    def _argument(self, node: Operand, kind: str, weighs: Collection[type]) -> Value:
        """Return an argument for a parameter of the type `kind`."""
        try:
            if isinstance(node, Nil) and kind != ANY:
                nil_for(node, kind)
                # A new one at each call: the function may look whether it is this one.
                return Value("NilMap()")
            if isinstance(node, Literal) and kind != ANY:
                return _constant(converted(node, kind))
        except Fault:
            return _STOP
        return _fitted(self._operand(node), kind, weighs, typed=self._typed_nil(node))

    def _applied(self, callee: Callee, values: Sequence[Value]) -> Value:
        """Return the value of a call, with what it costs."""
        codes = [each.code for each in values]
        moves = callee.name in _MOVING or any(each.moves for each in values)
        inline = self._inlined(callee.name, values)
        if inline is not None:
            return inline._replace(moves=moves)
        if callee.name in ("include", "tpl"):
            return Value(f"run.{callee.name}({','.join(codes)})", "str", moves=True)
        if callee.runs:
            codes.insert(0, "run")
        code = f"f_{callee.name}({','.join(codes)})"
        if callee.grows and not callee.runs:
            first = f"({_ONCE}:={code})"
            test = f"len({first})<={LARGE}"
            if callee.returns != "str":
                test = f"type({first}) not in SIZED or len({_ONCE})<={LARGE}"
            code = f"({_ONCE} if {test} else run.counted({_ONCE}))"
        return Value(code, callee.returns, moves=moves)

    def _inlined(self, name: str, values: Sequence[Value]) -> Value | None:
        """Return the code for a call that is simpler than the call itself, if there is one."""
        codes = [value.code for value in values]
        text = values[0].code if values and values[0].fixed and values[0].kind == "str" else ""
        match name, values:
            case "not", [_]:
                return Value(f"(not {codes[0]})", "bool")
            case "list" | "tuple", _:
                return Value(f"[{','.join(codes)}]", "list")
            case "dict", _ if not len(values) % 2 and all(v.kind == "str" for v in values[::2]):
                pairs = zip(codes[::2], codes[1::2], strict=True)
                return Value(f"{{{','.join(f'{key}:{value}' for key, value in pairs)}}}", "dict")
            case "default", [instead, value]:
                return self._default(instead, value)
            case "ternary", [yes, no, choice] if yes.fixed and no.fixed and choice.fixed:
                return Value(f"({yes.code} if {choice.code} else {no.code})")
            case "eq" | "ne", [one, two] if "str" in (one.kind, two.kind):
                return _compared(name, one, two)
            case "trunc", [count, value] if count.code.isdecimal():
                first, again = _looked_at(value)
                cut = f"{again}[:{count.code}]"
                code = f"({cut} if ({first}).isascii() else f_trunc({count.code},{again}))"
                return Value(code, "str", small=int(count.code) <= LARGE)
            case "trimSuffix", [_, value] if text:
                return Value(f"{value.code}.removesuffix({text})", "str", small=value.small)
            case "trimPrefix", [_, value] if text:
                return Value(f"{value.code}.removeprefix({text})", "str", small=value.small)
            case "hasPrefix", [_, value] if text:
                return Value(f"{value.code}.startswith({text})", "bool")
            case "hasSuffix", [_, value] if text:
                return Value(f"{value.code}.endswith({text})", "bool")
            case "contains", [_, value] if text:
                return Value(f"({text} in {value.code})", "bool")
            case "quote", [value]:
                return Value(f"quoted(run,{value.code})", "str")
            case "printf", [layout, _, *_] if text:
                return self._printed(layout, values[1:])
        return None

    def _default(self, instead: Value, value: Value) -> Value:
        """Return `default`; what is not taken is computed all the same."""
        first, again = _looked_at(value)
        if instead.fixed:
            return Value(f"({again} if ({first}) else {instead.code})")
        other = self._code.name("y")
        return Value(f"({again} if ({other}:={instead.code},{first})[1] else {other})")

    def _printed(self, layout: Value, values: Sequence[Value]) -> Value | None:
        """Return a `printf` that only puts short texts together."""
        pieces = _text_of(layout).split("%s")
        if len(pieces) != len(values) + 1 or any("%" in piece for piece in pieces):
            return None
        slots, tests, given = [], [], []
        for value in values:
            if _is_constant(value) and value.kind == "str":
                slots.append(_braced(_text_of(value)))
                given.append(value.code)
                continue
            first = again = value.code
            if not (value.fixed or value.code.isidentifier()):
                again = self._code.name("y")
                first = f"{again}:={value.code}"
            slots.append(f"{{{again}}}")
            given.append(again)
            tests.append(f"(type({first}) is str)")
        texts = [_braced(piece) for piece in pieces]
        fast = "".join(text + slot for text, slot in zip(texts, [*slots, ""], strict=True))
        exact = f"f_printf(run,{layout.code},{','.join(given)})"
        # All of them are computed, whatever the first is.
        test = "&".join(tests)
        whole = f"f'{fast}' if {test} else {exact}" if test else f"f'{fast}'"
        # What is long is put together again, because the function knows the limits.
        return Value(f"({_ONCE} if len({_ONCE}:={whole})<={LARGE} else {exact})", "str")

    def _typed_nil(self, node: Operand) -> str:
        """Return what tells whether Go knows a type for the nil that `node` just gave.

        It knows one for what is missing from a map, but not for the fields of a nil without a type.
        """
        match node:
            case Field():
                return str(self.element or f"{self.dot} is not None")
            case Variable(name, names):
                key = self.scope.key(name) or ROOT
                return str(is_element(key) or (bool(names) and f"{self.variable(key)} is not None"))
            case Dot():
                return str(self.element)
            case Chain():
                # Whether its owner was nil is not known any more; to be told so, Go's way is taken.
                return "True"
            case _:
                return "False"

    def _choice(self, name: Function, given: Sequence[Operand], previous: Value | None) -> Value:
        """Return `and` or `or`: the first argument that decides, or the last."""
        values = [self._operand(each) for each in given]
        if not values:
            return previous or _STOP
        between = f" {name.name} "

        def apply(last: Value) -> Value:
            every = [*values, last]
            codes = between.join(each.code for each in every)
            return Value(f"({codes})", moves=any(each.moves for each in every))

        if previous is None:
            last = values.pop()
            return apply(last)
        # The others may decide, but the value of the pipe is computed all the same.
        name_of = self._code.name("y")
        found = apply(Value(name_of, previous.kind, fixed=True))
        return Value(f"[{name_of}:={previous.code},{found.code}][1]", moves=True)

    def _method(
        self, command: Command, target: Field | Chain | Variable, previous: Value | None
    ) -> Value:
        """Return the value of a method with arguments: `.Files.Get "x"`."""
        given = command.operands[1:]
        if any(isinstance(each, (Literal, Nil)) and not _is_text(each) for each in given):
            raise CannotCompile
        owner, element = self._owner(target)
        if _is_constant(owner):
            return _STOP
        values = [self._operand(each) for each in given]

        def apply(last: Value | None) -> Value:
            every = [*values, last] if last is not None else values
            first, again = _twice(owner)
            rest = "".join(f",{each.code}" for each in every)
            code = (
                f"called({again if not element else owner.code},{target.names!r},{element}{rest})"
            )
            moves = owner.moves or any(each.moves for each in every)
            if not element:
                # Of a nil without a type nothing is asked, not even the arguments.
                code = f"(None if {first} is None else {code})"
            return Value(code, moves=moves)

        return apply(None) if previous is None else self._after(previous, [owner, *values], apply)

    def _owner(self, target: Field | Chain | Variable) -> tuple[Value, bool]:
        """Return what the fields are fields of, and whether a nil there has a type."""
        if isinstance(target, Chain):
            return self._operand(target.receiver), False
        if isinstance(target, Variable):
            owner = self._operand(Variable(target.at, target.name, ()))
            return owner, is_element(self.scope.key(target.name) or ROOT)
        return Value(self.dot, fixed=True), self.element


def texted(value: Value, otherwise: str) -> Value:
    """Return the text of `value`, which `otherwise` makes of what is no text."""
    if value.kind:
        return value if value.kind == "str" else Value(f"{otherwise}({value.code})", "str")
    first, again = _looked_at(value)
    code = f"({again} if type({first}) is str else {otherwise}({again}))"
    return Value(code, "str", moves=value.moves)


def _constant(value: Any) -> Value:
    """Return a constant of the template."""
    if isinstance(value, str):
        small = len(value) <= LARGE and value.isascii()
        return Value(f"'{literal(value)}'", "str", fixed=True, small=small)
    return Value(repr(value), type(value).__name__, fixed=True)


def _is_constant(value: Value) -> bool:
    return value.fixed and (value.code in _WORDS or not value.code.isidentifier())


def _text_of(constant: Value) -> str:
    """Return a constant text as it stands between single quotes in Python."""
    return constant.code[1:-1]


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _is_text(node: Operand) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, str)


def _looked_at(value: Value) -> tuple[str, str]:
    """Return how to write `value` the first time, in parentheses of a call, and how again."""
    if value.fixed or value.code.isidentifier():
        return value.code, value.code
    return f"{_ONCE}:={value.code}", _ONCE


def _twice(value: Value) -> tuple[str, str]:
    """Return how to write `value` the first time, anywhere, and how again."""
    first, again = _looked_at(value)
    return (first if first == again else f"({first})"), again


def _fitted(value: Value, kind: str, weighs: Collection[type], *, typed: str) -> Value:
    """Return `value` as an argument for a parameter of the type `kind`.

    Args:
        value: Any value.
        kind: Go's name for the type.
        weighs: The types of which large values are paid for.
        typed: An expression: whether a nil came out of a map or list.
    """
    python = _PYTHON_TYPES.get(kind, "")
    fits = kind == ANY or bool(python and value.kind == python)
    heavy = [each for each in weighs if value.kind in ("", each.__name__) and not value.small]
    light = kind not in (ANY, TEXT, _TABLE)
    if fits and (light or not heavy):
        return value
    first, again = _looked_at(value)
    if kind == ANY:
        test = f"type({first}) is not str" if len(heavy) == 1 else f"type({first}) not in SIZED"
        if value.kind:
            test = f"len({first})<={LARGE}"
        else:
            test += f" or len({again})<={LARGE}"
        code = f"({again} if {test} else run.weighed({again}))"
        return Value(code, value.kind, moves=value.moves)
    if not python:
        return Value(f"fitted({value.code},{kind!r},None,typed={typed})", moves=value.moves)
    test = "" if fits else f"type({first}) is {python}"
    exact = f"fitted({again},{kind!r},None,typed={typed})"
    if heavy and not light:
        size = f"len({first if fits else again})<={LARGE}"
        test = f"{test} and {size}" if test else size
        exact = f"run.weighed({again if fits else exact})"
    # A map that is not plain stays what it is.
    kept = python if python != "dict" else ""
    return Value(f"({again} if {test} else {exact})", kept, moves=value.moves)


def _compared(name: str, one: Value, two: Value) -> Value | None:
    """Return `eq` or `ne` of which one side is a text."""
    sign = "==" if name == "eq" else "!="
    if one.kind == two.kind:
        return Value(f"({one.code}{sign}{two.code})", "bool")
    known, unknown = (one, two) if one.kind == "str" else (two, one)
    if not known.fixed:
        return None
    first, again = _looked_at(unknown)
    codes = [each.code if each is known else again for each in (one, two)]
    fast, exact = sign.join(codes), f"f_{name}({','.join(codes)})"
    return Value(f"({fast} if type({first}) is str else {exact})", "bool")


def _may_be_method(names: Sequence[str]) -> bool:
    return not METHOD_NAMES.isdisjoint(names) or may_be_method(tuple(names))
