"""Turn the blocks of a template into closures that write its text.

A closure takes dot and the frame, writes pieces of text with the line they came from, and returns
nothing, or the signal that a `break` or `continue` is on its way to its loop. Texts count lines from
their own; everything else is written from one line, which is noted as a negative number.

Source: Go `text/template` (`exec.go`: `walk`).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, assert_never

from pkgtool.errors import BudgetExceeded
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.funcs.golang.values import Duration
from pkgtool.template.gotpl.access import is_map
from pkgtool.template.gotpl.builtins import NO_VALUE
from pkgtool.template.gotpl.closures import (
    RUN,
    WRITE,
    Evaluate,
    Frame,
    Surroundings,
    constant,
    last_of,
)
from pkgtool.template.gotpl.expressions import declare, evaluate_pipe, operand
from pkgtool.template.gotpl.faults import Fault, Source
from pkgtool.template.gotpl.nodes import (
    Action,
    Break,
    Continue,
    Control,
    Expression,
    If,
    Invoke,
    Node,
    Pipe,
    Range,
    Text,
    With,
)
from pkgtool.template.gotpl.scope import ROOT, Scope

Piece = tuple[int, str]
"""A line and a text: see the module."""
Signal = str | None
Run = Callable[[Any, Frame], Signal]
"""Write a part of a template."""

_BREAK = "break"
_CONTINUE = "continue"
_LONG = 256


class Template:
    """A named template; its closures are made when it first runs."""

    __slots__ = ("_body", "_run", "blank", "name", "price", "source")

    def __init__(self, name: str, body: Sequence[Node], source: Source, *, blank: bool) -> None:
        self.name = name
        self.source = source
        self.blank = blank
        self._body = body
        self._run: Run | None = None
        self.price = 20 + _price(body)
        """The steps of one run, loops not counted."""

    def write(self, data: Any, run: Any, take: Callable[[Piece], object]) -> None:
        """Run with `data` as dot, handing every piece of text to `take`.

        Raises:
            Fault: An expression failed.
        """
        if self._run is None:
            self._run = _Evaluator(self.name, self.source).body(self._body)
        self._run(data, {ROOT: data, RUN: run, WRITE: take})


def _price(nodes: Sequence[Node]) -> int:
    return sum(map(_price_of, nodes))


def _price_of(node: Node) -> int:
    """Return the steps that a node takes at most, loops inside of it not counted."""
    match node:
        case Text(text):
            return 2 + (len(text) >> 4)
        case Action(pipe):
            return 4 + 4 * len(pipe.commands)
        case If(_, body, other) | With(_, body, other):
            return 6 + max(_price(body), _price(other or ()))
        case Range(_, _, other):
            return 8 + _price(other or ())
        case Invoke() | Break() | Continue():
            return 4
        case _:
            assert_never(node)


class _Evaluator:
    """Makes the closures of one template."""

    def __init__(self, name: str, source: Source) -> None:
        self.name = name
        self.source = source
        self.scope = Scope()
        self.element = False

    def body(self, nodes: Sequence[Node]) -> Run:
        """Return what runs `nodes` one after the other."""
        runs = [self.node(node) for node in nodes]
        if len(runs) == 1:
            return runs[0]
        if not any(map(_may_signal, nodes)):
            return _all(runs)

        def until_signal(dot: Any, frame: Frame) -> Signal:
            for run in runs:
                signal = run(dot, frame)
                if signal is not None:
                    return signal
            return None

        return until_signal

    def block(self, nodes: Sequence[Node], *, element: bool | None = None) -> Run:
        """Return what runs `nodes` in a scope of their own."""
        before = self.element
        self.element = before if element is None else element
        self.scope.enter()
        run = self.body(nodes)
        self.scope.leave()
        self.element = before
        return run

    def node(self, node: Node) -> Run:
        """Return what runs one node."""
        match node:
            case Text():
                return _text(node)
            case Action():
                return self.action(node)
            case If():
                return self.condition(node)
            case With():
                return self.with_value(node)
            case Range():
                return self.loop(node)
            case Invoke():
                return self.invoke(node)
            case Break():
                return lambda _dot, _frame: _BREAK
            case Continue():
                return lambda _dot, _frame: _CONTINUE
            case _:
                assert_never(node)

    def value(self, pipe: Pipe, base: int, mark: str = "") -> Evaluate:
        """Return what computes `pipe`, puts it into its variables, and says where it failed."""
        around = Surroundings(self.scope, operand, element=self.element)
        value = evaluate_pipe(pipe, around)
        if pipe.declared:
            value = declare(pipe, value, around, mark)
        name, source = self.name, self.source

        def placed(dot: Any, frame: Frame) -> Any:
            try:
                return value(dot, frame)
            except Fault as fault:
                raise fault.place(name, source, base) from fault.__cause__

        return placed

    def action(self, node: Action) -> Run:
        """Run `{{ pipe }}`."""
        value = self.value(node.pipe, node.at)
        if node.pipe.declared:

            def keep(dot: Any, frame: Frame) -> Signal:
                value(dot, frame)
                return None

            return keep
        line = -node.line
        fail = self.failure(node)

        def show(dot: Any, frame: Frame) -> Signal:
            found = value(dot, frame)
            if type(found) is str:
                if len(found) > _LONG:
                    _pay(found, frame, fail)
                frame[WRITE]((line, found))
            else:
                frame[WRITE]((line, _shown(found, frame, fail)))
            return None

        return show

    def failure(self, node: Action) -> Callable[[Exception], Fault]:
        """Return what makes the fault of an action whose value cannot be written."""
        name, source = self.name, self.source

        def blame(error: Exception) -> Fault:
            return Fault(last_of(node.pipe), cause=error).place(name, source, node.at)

        return blame

    def condition(self, node: If) -> Run:
        """Run `{{ if }}`."""
        self.scope.enter()
        value = self.value(node.pipe, node.at)
        body = self.block(node.body)
        other = self.block(node.other) if node.other is not None else None
        self.scope.leave()
        if other is None:

            def maybe(dot: Any, frame: Frame) -> Signal:
                return body(dot, frame) if value(dot, frame) else None

            return maybe

        def choose(dot: Any, frame: Frame) -> Signal:
            return body(dot, frame) if value(dot, frame) else other(dot, frame)

        return choose

    def with_value(self, node: With) -> Run:
        """Run `{{ with }}`."""
        self.scope.enter()
        value = self.value(node.pipe, node.at)
        body = self.block(node.body, element=False)
        other = self.block(node.other) if node.other is not None else None
        self.scope.leave()

        def choose(dot: Any, frame: Frame) -> Signal:
            found = value(dot, frame)
            if found:
                return body(found, frame)
            return other(dot, frame) if other is not None else None

        return choose

    def loop(self, node: Range) -> Run:
        """Run `{{ range }}`."""
        self.scope.enter()
        value = self.value(node.pipe, node.at, "*")
        names = [self.scope.key(name) for name in node.pipe.declared]
        keys = [key for key in names if key is not None]
        body = self.block(node.body, element=True)
        other = self.block(node.other) if node.other is not None else None
        self.scope.leave()
        price = 2 + _price(node.body)
        pairs = self.pairs(node)
        rounds = _Rounds(keys)

        def repeat(dot: Any, frame: Frame) -> Signal:
            items = pairs(value(dot, frame))
            if not items:
                return other(dot, frame) if other is not None else None
            frame[RUN].budget.spend(price * len(items))
            return rounds(items, body, frame)

        return self.guarded(repeat, last_of(node.pipe), node.at)

    def guarded(self, run: Run, blamed: Expression, base: int) -> Run:
        """Return `run` so that a budget that it exceeds is reported at `blamed`."""
        name, source = self.name, self.source

        def guard(dot: Any, frame: Frame) -> Signal:
            try:
                return run(dot, frame)
            except BudgetExceeded as error:
                raise Fault(blamed, cause=error).place(name, source, base) from None

        return guard

    def pairs(self, node: Range) -> "Callable[[Any], _Items]":
        """Return what lists the rounds of a loop: indexes or keys, and items."""
        name, source, blamed = self.name, self.source, last_of(node.pipe)
        both = len(node.pipe.declared) > 1

        def items_of(value: Any) -> "_Items":
            if isinstance(value, (list, tuple, bytes)):
                return list(enumerate(value))
            if value is None:
                return ()
            if is_map(value):
                return sorted(value.items())
            message = f"range can't iterate over {to_text(value)}"
            if type(value) is int or isinstance(value, Duration):
                if not both:
                    return _Count(value)
                message = f"can't use {value} to iterate over more than one variable"
            raise Fault(blamed, message).place(name, source, node.at)

        return items_of

    def invoke(self, node: Invoke) -> Run:
        """Run `{{ template }}`."""
        data = self.value(node.pipe, node.at) if node.pipe is not None else constant(None)
        shown = _InvokeShown(node)
        name, source, at, line = self.name, self.source, node.at + node.name_at, -node.line

        def write(dot: Any, frame: Frame) -> Signal:
            run = frame[RUN]
            template = run.templates.get(node.name)
            if template is None:
                fault = Fault(shown, f"template {quote(node.name)} not defined")
                raise fault.place(name, source, node.at)
            found = data(dot, frame)
            try:
                text = run.text_of(template, found)
            except BudgetExceeded as error:
                raise Fault(shown, cause=error).place(name, source, node.at) from None
            except Fault as fault:
                raise fault.called(source, at) from fault.__cause__
            frame[WRITE]((line, text))
            return None

        return write


class _InvokeShown(Expression):
    """`{{template "name" pipe}}`, as Go names it in messages."""

    __slots__ = ("node",)

    def __init__(self, node: Invoke) -> None:
        super().__init__(node.name_at)
        self.node = node

    def __str__(self) -> str:
        pipe = f" {self.node.pipe}" if self.node.pipe is not None else ""
        return f"{{{{template {quote(self.node.name)}{pipe}}}}}"


class _Count:
    """The rounds of `range 5`, not made before they are paid for."""

    def __init__(self, size: int) -> None:
        self.size = max(0, int(size))

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((number, number) for number in range(self.size))


_Items = Sequence[tuple[Any, Any]] | _Count
"""Indexes or keys, and items."""


class _Rounds:
    """Runs the body of a loop for every item."""

    __slots__ = ("keys",)

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys

    def __call__(self, items: _Items, body: Run, frame: Frame) -> Signal:
        first = self.keys[0] if len(self.keys) == 2 else None
        last = self.keys[-1] if self.keys else None
        for index, item in items:
            if last is not None:
                if first is not None:
                    frame[first] = index
                frame[last] = item
            if body(item, frame) == _BREAK:
                break
        return None


def _may_signal(node: Node) -> bool:
    """Whether a `break` or `continue` may come out of `node`."""
    if isinstance(node, (Break, Continue)):
        return True
    if isinstance(node, Control):
        inner = (*(node.other or ()), *(() if isinstance(node, Range) else node.body))
        return any(map(_may_signal, inner))
    return False


def _all(runs: Sequence[Run]) -> Run:
    def run_all(dot: Any, frame: Frame) -> Signal:
        for run in runs:
            run(dot, frame)
        return None

    return run_all


def _text(node: Text) -> Run:
    piece = (node.line, node.text)

    def write(_dot: Any, frame: Frame) -> Signal:
        frame[WRITE](piece)
        return None

    return write


def _shown(value: Any, frame: Frame, blame: Callable[[Exception], Fault]) -> str:
    """Return what an action writes for a value that is not plain text."""
    if value is None:
        return NO_VALUE
    try:
        text = to_text(value)
        if len(text) > _LONG:
            frame[RUN].budget.produce(len(text))
    except BudgetExceeded as error:
        raise blame(error) from None
    return text


def _pay(text: str, frame: Frame, blame: Callable[[Exception], Fault]) -> None:
    try:
        frame[RUN].budget.produce(len(text))
    except BudgetExceeded as error:
        raise blame(error) from None
