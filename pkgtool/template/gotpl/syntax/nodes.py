"""The tree of a Go template: what the parser makes and the evaluator reads.

Expressions know where they begin inside their action, so that the tree of an action that occurs
many times is made once; blocks know where their action begins in the file. `str` writes a node as
Go does in its messages.

Source: Go `text/template/parse` (`node.go`).
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pkgtool.template.funcs.golang.quote import quote


class Expression:
    """Something that has a value; `at` is its place inside its action, in characters."""

    # What there are thousands of does not call its parent's `__init__`.
    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        self.at = at


class Dot(Expression):
    """`.`."""

    __slots__ = ()

    def __str__(self) -> str:
        return "."


class Nil(Expression):
    """`nil`."""

    __slots__ = ()

    def __str__(self) -> str:
        return "nil"


class Literal(Expression):
    """A boolean, a text or a number, as written and as meant."""

    __slots__ = ("text", "value")
    __match_args__ = ("value",)

    def __init__(self, at: int, text: str, value: Any) -> None:
        self.at = at
        self.text = text
        self.value = value

    def __str__(self) -> str:
        return self.text


class Number(Literal):
    """A number; Go converts it to what a function's parameter wants, where nothing is lost."""

    __slots__ = ("whole",)

    def __init__(self, at: int, text: str, value: Any, whole: int | None) -> None:
        super().__init__(at, text, value)
        self.whole = whole
        """Its value as an integer, if it has one."""


class Field(Expression):
    """`.a.b`: fields of dot."""

    __slots__ = ("names",)
    __match_args__ = ("names",)

    def __init__(self, at: int, names: tuple[str, ...]) -> None:
        self.at = at
        self.names = names

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


class Variable(Expression):
    """`$x` or `$x.a.b`; `$` is the data of the whole template."""

    __slots__ = ("name", "names")
    __match_args__ = ("name", "names")

    def __init__(self, at: int, name: str, names: tuple[str, ...]) -> None:
        self.at = at
        self.name = name
        self.names = names

    def __str__(self) -> str:
        return ".".join((self.name, *self.names))


class Chain(Expression):
    """`(…).a.b`: fields of something else."""

    __slots__ = ("names", "receiver")
    __match_args__ = ("receiver", "names")

    def __init__(self, at: int, receiver: "Operand", names: tuple[str, ...]) -> None:
        self.at = at
        self.receiver = receiver
        self.names = names

    def __str__(self) -> str:
        return _operand_text(self.receiver) + "".join(f".{name}" for name in self.names)


class Function(Expression):
    """The name of a function."""

    __slots__ = ("name",)
    __match_args__ = ("name",)

    def __init__(self, at: int, name: str) -> None:
        self.at = at
        self.name = name

    def __str__(self) -> str:
        return self.name


class Command(Expression):
    """Operands side by side: the first one, applied to the others."""

    __slots__ = ("operands",)
    __match_args__ = ("operands",)

    def __init__(self, at: int, operands: Sequence["Operand"]) -> None:
        self.at = at
        self.operands = operands

    def __str__(self) -> str:
        return " ".join(map(_operand_text, self.operands))


class Pipe(Expression):
    """Commands, each given the value of the one before; the last value may go to variables."""

    __slots__ = ("assigns", "commands", "compiled", "declared", "nested", "used")

    def __init__(self, at: int) -> None:
        self.at = at
        self.declared: Sequence[str] = ()
        self.assigns = False
        """Whether `=` stands there and not `:=`."""
        self.commands: list[Command] = []
        self.used: Sequence[str] = ()
        """Names of the variables that it reads or assigns, those of nested pipes too."""
        self.nested = False
        """Whether pipes inside of it declare or assign variables."""
        self.compiled: dict[object, Callable[..., Any]] = {}
        """What the evaluator made of it before, by what its variables meant."""

    def __str__(self) -> str:
        mark = "=" if self.assigns else ":="
        head = f"{', '.join(self.declared)} {mark} " if self.declared else ""
        return head + " | ".join(map(str, self.commands))

    @property
    def is_call(self) -> bool:
        """Whether its value is what a function returned."""
        return isinstance(self.commands[-1].operands[0], Function)


Operand = Dot | Nil | Literal | Field | Variable | Chain | Function | Pipe
"""What can stand in a command."""


class Written(Protocol):
    """An action with a pipe, whose tree is made when somebody first asks for it."""

    @property
    def price(self) -> int:
        """The steps of one run of the pipe, beside those of the functions that it calls."""
        ...

    @property
    def pipe(self) -> Pipe:
        """The tree of the pipe."""
        ...


def _operand_text(operand: Operand) -> str:
    return f"({operand})" if isinstance(operand, Pipe) else str(operand)


class Block:
    """Something that writes; `at` is where it begins in the file."""

    __slots__ = ("at", "line")

    def __init__(self, at: int, line: int) -> None:
        self.at = at
        self.line = line
        """The line of `at`, from 1."""


class Text(Block):
    """Plain text."""

    __slots__ = ("text",)
    __match_args__ = ("text",)

    def __init__(self, at: int, line: int, text: str) -> None:
        self.at = at
        self.line = line
        self.text = text


class Action(Block):
    """`{{ pipe }}`: write the value, unless it goes to a variable."""

    __slots__ = ("written",)

    def __init__(self, at: int, line: int, written: Written) -> None:
        self.at = at
        self.line = line
        self.written = written

    @property
    def pipe(self) -> Pipe:
        """What to write."""
        return self.written.pipe


class Control(Block):
    """A block with a pipe, a body, and another body that takes its place."""

    __slots__ = ("body", "other", "written")

    def __init__(
        self,
        at: int,
        line: int,
        written: Written,
        body: Sequence["Node"],
        other: Sequence["Node"] | None,
    ) -> None:
        self.at = at
        self.line = line
        self.written = written
        self.body = body
        self.other = other

    @property
    def pipe(self) -> Pipe:
        """What decides."""
        return self.written.pipe


class If(Control):
    """`{{ if }}`."""

    __slots__ = ()


class With(Control):
    """`{{ with }}`."""

    __slots__ = ()


class Range(Control):
    """`{{ range }}`."""

    __slots__ = ()


class Invoke(Block):
    """`{{ template "name" pipe }}`; as an expression it shows where it stands."""

    __slots__ = ("name", "name_at", "written")

    def __init__(
        self, at: int, line: int, name: str, name_at: int, written: Written | None
    ) -> None:
        super().__init__(at, line)
        self.name = name
        self.name_at = name_at
        """Where the name stands inside the action."""
        self.written = written

    @property
    def pipe(self) -> Pipe | None:
        """What becomes dot."""
        return self.written.pipe if self.written is not None else None


class Invocation(Expression):
    """`{{template "name" pipe}}`, as Go names it in messages."""

    __slots__ = ("node",)

    def __init__(self, node: Invoke) -> None:
        super().__init__(node.name_at)
        self.node = node

    def __str__(self) -> str:
        pipe = f" {self.node.pipe}" if self.node.pipe is not None else ""
        return f"{{{{template {quote(self.node.name)}{pipe}}}}}"


class Break(Block):
    """`{{ break }}`."""

    __slots__ = ()


class Continue(Block):
    """`{{ continue }}`."""

    __slots__ = ()


Node = Text | Action | If | With | Range | Invoke | Break | Continue


def is_blank(nodes: Sequence[Node]) -> bool:
    """Whether `nodes` write nothing but spaces, whatever the data: such a define does not count."""
    return all(isinstance(node, Text) and not node.text.strip() for node in nodes)
