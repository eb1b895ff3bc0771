"""Write the Python code that computes an expression.

Whatever can fail, or takes part in what others see, becomes a line of its own, in Go's order of
evaluation; the rest stays an expression that the next line uses. The decisions are those of the
evaluator: how arguments are checked, what is paid for, who is blamed.

Source: as `pkgtool.template.gotpl.expressions` and `.calls`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, assert_never

from pkgtool.template.gotpl.calls import count_hint, is_made, parameter_kinds, wrong_count
from pkgtool.template.gotpl.closures import last_of
from pkgtool.template.gotpl.compiler.code import Blame, Code, literal
from pkgtool.template.gotpl.expressions import may_be_method
from pkgtool.template.gotpl.faults import Fault
from pkgtool.template.gotpl.functions import Callee, find_function
from pkgtool.template.gotpl.nodes import (
    Chain,
    Command,
    Dot,
    Expression,
    Field,
    Function,
    Literal,
    Nil,
    Number,
    Operand,
    Pipe,
    Variable,
)
from pkgtool.template.gotpl.parameters import ANY, TEXT, converted, nil_for
from pkgtool.template.gotpl.scope import ROOT, Scope, is_certain, is_element

_PYTHON_TYPES = {TEXT: "str", "int": "int", "bool": "bool", "float64": "float"}
_TABLE = "map[string]interface {}"


class CannotCompile(Exception):
    """The template has something that only the evaluator can do."""


class Value(NamedTuple):
    """A value in the function that is being written."""

    code: str
    """A name or a constant."""
    kind: str = ""
    """Its type in Python, when it always has the same."""

    @property
    def slot(self) -> str:
        """The same text inside of a format string."""
        if self.code[0] == "'":
            return self.code[1:-1].replace("{", "{{").replace("}", "}}")
        return f"{{{self.code}}}"


_CONSTANTS = ("None", "True", "False")
NIL = Value("None", "NoneType")
_SMALL = frozenset(["bool", "int", "int64", "float", "complex", "NoneType"])


class Expressions:
    """Writes the expressions of one template into `code`."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.scope = Scope()
        self.dot = "d0"
        self.element = False
        self.base = 0
        """Where the present action begins in the file."""
        self.uncertain: list[str] = []
        """Names of Python's variables that may be read before they were assigned."""
        self._names = {ROOT: "d0"}
        self._moving = False
        """Whether the present action changes variables in the middle."""

    # What fails, and what has several uses, goes into lines.

    def blame(self, node: Expression, function: str = "") -> Blame:
        """Return who is to be blamed for a line of the present action."""
        return Blame(node, self.base, function)

    def kept(self, expression: str, blame: Blame | None = None, kind: str = "") -> Value:
        """Write a line that computes `expression`, and return the name that has it."""
        name = self.code.passing_name()
        self.code.add(f"{name}={expression}", blame)
        return Value(name, kind)

    def named(self, value: Value) -> Value:
        """Return `value` under a name, so that Python does not wonder about constants."""
        return (
            value
            if value.code.isidentifier() and value.code not in _CONSTANTS
            else self.kept(value.code)
        )

    def stop(self, node: Expression, message: str, hint: str = "") -> Value:
        """Write a line that fails with `message`."""
        self.code.add(f"stop('{literal(message)}','{literal(hint)}')", self.blame(node))
        return NIL

    def variable(self, key: str) -> str:
        """Return the Python variable for the Go variable that is kept under `key`."""
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = self.code.name("v")
            if not is_certain(key):
                self.uncertain.append(name)
        return name

    def ask_for(self, key: str, name: str, node: Expression) -> None:
        """Write a line that fails where the variable was not declared before."""
        message = literal(f"undefined variable: {name}")
        test = f"if {self.variable(key)} is UNSET:stop('{message}','')"
        self.code.add(test, self.blame(node))

    # Pipes.

    def action(self, pipe: Pipe, base: int, mark: str = "") -> Value:
        """Write the pipe of a block that begins at `base`, with its declaration."""
        self.base = base
        self._moving = pipe.nested
        value = self.pipe(pipe)
        return self.declared(pipe, value, mark) if pipe.declared else value

    def pipe(self, pipe: Pipe) -> Value:
        """Write the commands of a pipe."""
        value: Value | None = None
        previous: Command | None = None
        blamed: Expression = pipe
        for command in pipe.commands:
            value = self.command(command, previous, value, blamed)
            previous, blamed = command, last_of(command)
        return value or NIL

    def declared(self, pipe: Pipe, value: Value, mark: str) -> Value:
        """Write the assignment of a pipe to its variables."""
        for name in pipe.declared:
            key = self.scope.key(name) if pipe.assigns else self.scope.declare(name, mark)
            if key is None:
                return self.stop(last_of(pipe), f"undefined variable: {name}")
            if pipe.assigns and not is_certain(key):
                self.ask_for(key, name, last_of(pipe))
            self.code.add(f"{self.variable(key)}={value.code}")
        return value

    def nested(self, pipe: Pipe) -> Value:
        """Write a pipe in parentheses."""
        value = self.pipe(pipe)
        return self.declared(pipe, value, "?") if pipe.declared else value

    def command(
        self, command: Command, before: Command | None, previous: Value | None, blamed: Expression
    ) -> Value:
        """Write one command; `previous` is the value of the command `before` it."""
        first = command.operands[0]
        applied = len(command.operands) > 1 or previous is not None
        match first:
            case Function():
                return self.call(command, first, before, previous)
            case Field() | Chain():
                if applied:
                    return self.method(command, first, previous)
            case Variable(_, names) if names:
                if applied:
                    return self.method(command, first, previous)
            case Nil() if not applied:
                return self.stop(first, "nil is not a command")
            case _:
                if applied:
                    whom = blamed if isinstance(first, Pipe) else first
                    return self.stop(whom, f"can't give argument to non-function {first}")
        return self.operand(first)

    # Operands.

    def operand(self, node: Operand) -> Value:
        """Write an operand that stands alone, as an argument does."""
        match node:
            case Dot():
                return Value(self.dot)
            case Nil():
                return NIL
            case Literal():
                if isinstance(node, Number) and type(node.value) is int and node.whole is None:
                    return self.stop(node, f"{node} overflows int")
                return constant(node.value)
            case Field(names):
                return self.fields(self.dot, names, node, element=self.element)
            case Variable(name, names):
                return self.of_variable(name, names, node)
            case Chain(receiver, names):
                if isinstance(receiver, Nil):
                    return self.stop(node, f"indirection through explicit nil in {node}")
                owner = self.named(self.operand(receiver))
                return self.fields(owner.code, names, last_of(receiver), element=False)
            case Function():
                return self.call(Command(node.at, [node]), node, None, None)
            case Pipe():
                return self.nested(node)
            case _:
                assert_never(node)

    def of_variable(self, name: str, names: Sequence[str], node: Variable) -> Value:
        """Write a variable, and fields of it."""
        key = self.scope.key(name)
        if key is None:
            return self.stop(node, f"undefined variable: {name}")
        found = self.variable(key)
        if not is_certain(key):
            self.ask_for(key, name, node)
        if names:
            return self.fields(found, names, node, element=is_element(key))
        return self.kept(found) if self._moving else Value(found)

    def fields(self, owner: str, names: Sequence[str], node: Expression, *, element: bool) -> Value:
        """Write `owner.a.b`: at once where all are maps, otherwise step by step as Go does it."""
        found = self.code.passing_name()
        exact = f"{found}={'item' if element else 'field'}({owner},{tuple(names)!r})"
        blame = self.blame(node)
        if may_be_method(tuple(names)):
            self.code.add(exact, blame)
            return Value(found)
        *front, last = names
        path = "".join(f"['{literal(name)}']" for name in front)
        # Only maps answer with nil for what is not there; of structs that is a `KeyError`.
        self.code.add(f"try:{found}={owner}{path}.get('{literal(last)}')")
        self.code.add(f"except NO_MAP:{exact}", blame)
        return Value(found)

    # Calls.

    def call(
        self, command: Command, name: Function, before: Command | None, previous: Value | None
    ) -> Value:
        """Write the call of a function."""
        given = command.operands[1:]
        if name.name in ("and", "or"):
            return self.choice(name, given, previous)
        callee = find_function(name.name)
        wrong = wrong_count(callee, len(given), piped=previous is not None)
        if wrong:
            return self.stop(name, wrong, count_hint(name.name))
        kinds = parameter_kinds(callee, len(given) + (previous is not None))
        values = [self.argument(each, kind) for each, kind in zip(given, kinds, strict=False)]
        made = [is_made(each) for each in given]
        if previous is not None and before is not None:
            blamed = last_of(given[-1]) if given else name
            values.append(self.checked(previous, kinds[-1], blamed, typed="False"))
            made.append(is_made(before))
        return self.applied(callee, command, values, made)

    def applied(
        self, callee: Callee, command: Command, values: list[Value], made: list[bool]
    ) -> Value:
        """Write the call itself, and what it costs."""
        blame = self.blame(command, callee.name)
        for value, paid in zip(values, made, strict=True):
            if callee.weighs and not paid and value.kind not in _SMALL:
                kinds = "in SIZED" if len(callee.weighs) > 1 else "is str"
                sized = "" if value.kind == "str" else f"type({value.code}) {kinds} and "
                weigh = f"run.budget.weigh({value.code})"
                self.code.add(f"if {sized}len({value.code})>LARGE:{weigh}", blame)
        inline = self.inlined(callee, command, values)
        if inline is not None:
            return inline
        codes = [value.code for value in values]
        if callee.name == "include":
            return self.kept(f"run.include({','.join(codes)})", blame, "str")
        if callee.name == "tpl":
            return self.kept(f"run.render_text({','.join(codes)})", blame, "str")
        if callee.runs:
            codes.insert(0, "run")
        result = self.kept(f"f_{callee.name}({','.join(codes)})", blame, callee.returns)
        if callee.grows and not callee.runs:
            self.count(result, blame)
        return result

    def count(self, result: Value, blame: Blame) -> None:
        """Write the payment for a large result."""
        name = result.code
        sized = "" if result.kind == "str" else f"type({name}) in SIZED and "
        self.code.add(f"if {sized}len({name})>LARGE:run.budget.count({name})", blame)

    def inlined(self, callee: Callee, command: Command, values: list[Value]) -> Value | None:
        """Return the code for a call that is simpler than the call itself, if there is one."""
        codes = [value.code for value in values]
        match callee.name:
            case "not":
                return self.kept(f"not {codes[0]}", kind="bool")
            case "list" | "tuple":
                return self.kept(f"[{','.join(codes)}]", kind="list")
            case "dict" if not len(values) % 2 and _are_texts(command.operands[1::2]):
                if len(command.operands) - 1 != len(values):
                    return None
                pairs = zip(codes[::2], codes[1::2], strict=True)
                items = ",".join(f"{key}:{value}" for key, value in pairs)
                return self.kept(f"{{{items}}}", kind="dict")
            case "default" if len(values) == 2:
                return self.kept(f"{codes[1]} if {codes[1]} else {codes[0]}")
            case "ternary":
                return self.kept(f"{codes[0]} if {codes[2]} else {codes[1]}")
            case "eq" | "ne" if len(values) == 2 and "str" in (values[0].kind, values[1].kind):
                return self.compared(callee, command, values)
            case "printf":
                return self.formatted(callee, command, values)
        return None

    def compared(self, callee: Callee, command: Command, values: list[Value]) -> Value:
        """Write `eq` or `ne` of which one side is a text."""
        one, two = values
        unknown = two if one.kind == "str" else one
        sign = "==" if callee.name == "eq" else "!="
        fast, exact = f"{one.code}{sign}{two.code}", f"f_{callee.name}({one.code},{two.code})"
        if unknown.kind == "str":
            return self.kept(fast, kind="bool")
        return self.kept(
            f"{fast} if type({unknown.code}) is str else {exact}",
            self.blame(command, callee.name),
            "bool",
        )

    def formatted(self, callee: Callee, command: Command, values: list[Value]) -> Value | None:
        """Write a `printf` that only puts short texts together."""
        layout = command.operands[1] if len(command.operands) > 1 else None
        if not (isinstance(layout, Literal) and isinstance(layout.value, str)):
            return None
        pieces = layout.value.split("%s")
        rest = values[1:]
        if len(pieces) != len(rest) + 1 or not rest or any("%" in piece for piece in pieces):
            return None
        blame = self.blame(command, callee.name)
        codes = [value.code for value in rest]
        exact = f"f_printf(run,{values[0].code},{','.join(codes)})"
        slots = [value.slot for value in rest]
        texts = [braced(piece) for piece in pieces]
        fast = "".join(text + slot for text, slot in zip(texts, [*slots, ""], strict=True))
        tests = [f"type({value.code}) is str" for value in rest if value.kind != "str"]
        whole = f"f'{fast}' if {' and '.join(tests)} else {exact}" if tests else f"f'{fast}'"
        result = self.kept(whole, blame, "str")
        name = result.code
        # What is long is put together again, because the function knows the limits.
        self.code.add(f"if len({name})>LARGE:{name}={exact}", blame)
        return result

    def argument(self, node: Operand, kind: str) -> Value:
        """Write an argument for a parameter of the type `kind`."""
        if kind == ANY:
            return self.operand(node)
        try:
            if isinstance(node, Nil):
                nil_for(node, kind)
                # A new one at each call: the function may look whether it is this one.
                return self.kept("NilMap()")
            if isinstance(node, Literal):
                return constant(converted(node, kind))
        except Fault as fault:
            return self.stop(node, fault.message)
        if isinstance(node, Chain) and not isinstance(node.receiver, Nil):
            owner = self.named(self.operand(node.receiver))
            value = self.fields(owner.code, node.names, last_of(node), element=False)
            return self.checked(value, kind, last_of(node), typed=f"{owner.code} is not None")
        return self.checked(self.operand(node), kind, last_of(node), typed=self.typed_nil(node))

    def checked(self, value: Value, kind: str, blamed: Expression, *, typed: str) -> Value:
        """Write the check that `value` is of the type `kind`."""
        python = _PYTHON_TYPES.get(kind) or ("dict" if kind == _TABLE else "")
        if kind == ANY or (python and value.kind == python):
            return value
        exact = f"fitted({value.code},{kind!r},None,typed={typed})"
        if python:
            exact = f"{value.code} if type({value.code}) is {python} else {exact}"
        # A map that is not plain stays what it is.
        return self.kept(exact, self.blame(blamed), python if python != "dict" else "")

    def typed_nil(self, node: Operand) -> str:
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
            case _:
                return "False"

    def choice(self, name: Function, given: Sequence[Operand], previous: Value | None) -> Value:
        """Write `and` or `or`: the first argument that decides, or the last."""
        if not given:
            if previous is not None:
                return previous
            return self.stop(name, f"wrong number of args for {name}: want at least 1 got 0")
        result = self.code.passing_name()
        goes_on = "" if name.name == "and" else "not "
        entered = 0
        for place, node in enumerate(given):
            self.code.add(f"{result}={self.operand(node).code}")
            if place < len(given) - 1 or previous is not None:
                self.code.add(f"if {goes_on}{result}:")
                self.code.enter()
                entered += 1
        if previous is not None:
            self.code.add(f"{result}={previous.code}")
        for _ in range(entered):
            self.code.leave()
        return Value(result)

    def method(
        self, command: Command, target: Field | Chain | Variable, previous: Value | None
    ) -> Value:
        """Write the call of a method with arguments: `.Files.Get "x"`."""
        given = command.operands[1:]
        if any(isinstance(each, (Literal, Nil)) and not _is_text(each) for each in given):
            raise CannotCompile
        *front, name = target.names
        owner, element, blamed = self.owner(target)
        result = self.code.passing_name()
        count = len(given) + (previous is not None)
        self.code.add(f"{result}=None")
        self.code.add("if True:" if element else f"if {owner.code} is not None:")
        with self.code.indented():
            if front:
                owner = self.fields(owner.code, front, blamed, element=element)
            typed = element or bool(front)
            found = self.kept(
                f"method_for({owner.code},{target.names!r},None,{count},element={typed})",
                self.blame(blamed),
            )
            codes = []
            for place, node in enumerate(given):
                value = self.operand(node)
                check = f"fitted({value.code},{found.code}[1][{place}],None,typed={self.typed_nil(node)})"
                codes.append(self.kept(check, self.blame(last_of(node))).code)
            if previous is not None:
                last = last_of(given[-1]) if given else blamed
                check = f"fitted({previous.code},{found.code}[1][-1],None,typed=False)"
                codes.append(self.kept(check, self.blame(last)).code)
            self.code.add(f"{result}={found.code}[0]({','.join(codes)})", self.blame(target, name))
        return Value(result)

    def owner(self, target: Field | Chain | Variable) -> tuple[Value, bool, Expression]:
        """Write what the fields are fields of; return also whether nil has a type, and a node."""
        if isinstance(target, Chain):
            receiver = self.named(self.operand(target.receiver))
            return receiver, False, last_of(target.receiver)
        if isinstance(target, Variable):
            variable = Variable(target.at, target.name, ())
            element = is_element(self.scope.key(target.name) or ROOT)
            return self.operand(variable), element, target
        return Value(self.dot), self.element, target


def constant(value: Any) -> Value:
    """Return a constant of the template."""
    if isinstance(value, str):
        return Value(f"'{literal(value)}'", "str")
    kind = type(value).__name__
    return Value(repr(value), kind)


def braced(text: str) -> str:
    """Return `text` as it stands in a format string of Python."""
    return literal(text).replace("{", "{{").replace("}", "}}")


def _is_text(node: Operand) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, str)


def _are_texts(nodes: Sequence[Operand]) -> bool:
    return all(map(_is_text, nodes))
