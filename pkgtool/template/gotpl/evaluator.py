"""Turn the blocks of a template into closures that write its text.

A closure takes dot and the frame, writes pieces of text with the line they came from, and returns
nothing, or the signal that a `break` or `continue` is on its way to its loop. Texts count lines from
their own; everything else is written from one line, which is noted as a negative number.

Source: Go `text/template` (`exec.go`: `walk`).
"""

from collections.abc import Callable, Sequence
from typing import Any, assert_never

from pkgtool.errors import BudgetExceeded
from pkgtool.template.gotpl.builtins import shown, spoken
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
from pkgtool.template.gotpl.faults import Fault, Source, own
from pkgtool.template.gotpl.linemap import Piece
from pkgtool.template.gotpl.nodes import (
    Action,
    Break,
    Continue,
    Control,
    If,
    Invocation,
    Invoke,
    Node,
    Pipe,
    Range,
    Text,
    With,
)
from pkgtool.template.gotpl.price import price_of, template_price
from pkgtool.template.gotpl.rounds import Rounds, price_of_all, rounds_of
from pkgtool.template.gotpl.scope import ROOT, Scope

Signal = str | None
Run = Callable[[Any, Frame], Signal]
"""Write a part of a template."""

_BREAK = "break"
_CONTINUE = "continue"


class EvaluatedTemplate:
    """A named template whose closures are made when it first runs."""

    __slots__ = ("_run", "blank", "body", "name", "price", "runs", "source")
    lined = True

    def __init__(self, name: str, body: Sequence[Node], source: Source, *, blank: bool) -> None:
        self.name = name
        self.source = source
        self.blank = blank
        self.body = body
        self._run: Run | None = None
        self.runs = 0
        """How often it ran."""
        self.price = template_price(body)

    def output(self, data: Any, run: Any) -> list[Piece]:
        """Return what the template writes with `data` as dot.

        Raises:
            Fault: An expression failed.
        """
        self.runs += 1
        if self._run is None:
            self._run = _Evaluator(self.name, self.source).body(self.body)
        pieces: list[Piece] = []
        self._run(data, {ROOT: data, RUN: run, WRITE: pieces.append})
        return pieces


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
        blamed, name, source = last_of(node.pipe), self.name, self.source
        text_of = shown if node.pipe.is_call else spoken

        def show(dot: Any, frame: Frame) -> Signal:
            found = value(dot, frame)
            if type(found) is not str:
                try:
                    found = text_of(found)
                except BudgetExceeded as error:
                    raise own(error, blamed).place(name, source, node.at) from None
            frame[WRITE]((line, found))
            return None

        return show

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
        # In the other body the variables hold the whole value, which is no element.
        self.scope.enter()
        declared = () if node.pipe.assigns else node.pipe.declared
        wholes = [
            (self.scope.declare(name), key) for name, key in zip(declared, keys, strict=False)
        ]
        other = self.block(node.other) if node.other is not None else None
        self.scope.leave()
        self.scope.leave()
        price = 2 + price_of(node.body)
        blamed, both = last_of(node.pipe), len(node.pipe.declared) > 1
        loop, name, source = _Loop(keys), self.name, self.source

        def repeat(dot: Any, frame: Frame) -> Signal:
            found = value(dot, frame)
            try:
                rounds = rounds_of(found, blamed, both=both)
                frame[RUN].budget.spend(price_of_all(rounds, price))
            except (Fault, BudgetExceeded) as error:
                raise own(error, blamed).place(name, source, node.at) from None
            if rounds:
                return loop(rounds, body, frame)
            frame.update({whole: frame[key] for whole, key in wholes})
            return other(dot, frame) if other is not None else None

        return repeat

    def invoke(self, node: Invoke) -> Run:
        """Run `{{ template }}`."""
        data = self.value(node.pipe, node.at) if node.pipe is not None else constant(None)
        invocation = Invocation(node)
        name, source, at, line = self.name, self.source, node.at + node.name_at, -node.line

        def write(dot: Any, frame: Frame) -> Signal:
            run = frame[RUN]
            try:
                template = run.named(node.name, invocation)
            except Fault as fault:
                raise fault.place(name, source, node.at) from None
            found = data(dot, frame)
            try:
                text = run.text_of(template, found)
            except BudgetExceeded as error:
                raise own(error, invocation).place(name, source, node.at) from None
            except Fault as fault:
                raise fault.called(source, at) from fault.__cause__
            frame[WRITE]((line, text))
            return None

        return write


class _Loop:
    """Runs the body of a loop for every item."""

    __slots__ = ("keys",)

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys

    def __call__(self, rounds: Rounds, body: Run, frame: Frame) -> Signal:
        first = self.keys[0] if len(self.keys) == 2 else None
        last = self.keys[-1] if self.keys else None
        for index, item in rounds:
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
