"""Turn the blocks of a template into closures that write its text.

A closure takes dot and the frame, writes texts with the line that each came from, and returns
nothing, or the signal that a `break` or `continue` is on its way to its loop. Texts count lines from
their own; everything else is written from one line, which is noted as a negative number.

Source: Go `text/template` (`exec.go`: `walk`).
"""

from collections.abc import Callable, Sequence
from typing import Any, assert_never

from pkgtool.errors import BudgetExceeded
from pkgtool.template.gotpl.evaluation.closures import (
    LINE,
    RUN,
    WRITE,
    Evaluate,
    Frame,
    Surroundings,
    constant,
    last_of,
)
from pkgtool.template.gotpl.evaluation.expressions import declare, evaluate_pipe, operand
from pkgtool.template.gotpl.runtime.builtins import shown, spoken
from pkgtool.template.gotpl.runtime.faults import Fault, Source, own
from pkgtool.template.gotpl.runtime.linemap import Lined
from pkgtool.template.gotpl.runtime.rounds import Rounds, price_of_all, rounds_of
from pkgtool.template.gotpl.runtime.run import WriteText
from pkgtool.template.gotpl.runtime.template_prices import price_of, template_price
from pkgtool.template.gotpl.syntax.nodes import (
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
from pkgtool.template.gotpl.syntax.scope import ROOT, Scope

Signal = str | None
Run = Callable[[Any, Frame], Signal]
"""Write a part of a template."""

_BREAK = "break"
_CONTINUE = "continue"


class EvaluatedTemplate:
    """A named template whose closures are made when it first runs."""

    __slots__ = ("_price", "_run", "blank", "body", "name", "runs", "source")
    evaluated = True

    def __init__(self, name: str, body: Sequence[Node], source: Source, *, blank: bool) -> None:
        self.name = name
        self.source = source
        self.blank = blank
        self.body = body
        self._run: Run | None = None
        self._price: int | None = None
        self.runs = 0
        """How often it ran."""

    @property
    def price(self) -> int:
        """The steps that one run takes, loops not counted."""
        if self._price is None:
            self._price = template_price(self.body)
        return self._price

    def loaded(self) -> WriteText:
        """Return `text`, which is there from the beginning."""
        return self.text

    def text(self, data: Any, run: Any) -> str:
        """Return what the template writes with `data` as dot.

        Raises:
            Fault: An expression failed.
        """
        text: str = run.join(self.lined(data, run)[1])
        return text

    def lined(self, data: Any, run: Any) -> Lined:
        """Return what `text` does, in pieces with the lines that they come from; raises as `text`."""
        self.runs += 1
        if self._run is None:
            around = Surroundings(Scope(), operand)
            self._run = _Evaluator(self.name, self.source, around).body(self.body)
        lines: list[int] = []
        texts: list[str] = []
        self._run(data, {ROOT: data, RUN: run, LINE: lines.append, WRITE: texts.append})
        return lines, texts


class _Evaluator:
    """Makes the closures of one block of a template."""

    __slots__ = ("around", "name", "source")

    def __init__(self, name: str, source: Source, around: Surroundings) -> None:
        self.name = name
        self.source = source
        self.around = around

    def body(self, nodes: Sequence[Node]) -> Run:
        """Return what runs `nodes` one after the other."""
        runs = [self.node(node) for node in nodes]
        if len(runs) == 1:
            return runs[0]

        def run_all(dot: Any, frame: Frame) -> Signal:
            for run in runs:
                signal = run(dot, frame)
                if signal is not None:
                    return signal
            return None

        return run_all

    def inside(self, *, element: bool | None = None) -> "_Evaluator":
        """Return what makes the closures of a block that begins here."""
        element = self.around.element if element is None else element
        around = Surroundings(self.around.scope.inside(), operand, element=element)
        return _Evaluator(self.name, self.source, around)

    def block(self, nodes: Sequence[Node], *, element: bool | None = None) -> Run:
        """Return what runs `nodes` in a scope of their own."""
        return self.inside(element=element).body(nodes)

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

    def value(self, pipe: Pipe, mark: str = "") -> Evaluate:
        """Return what computes `pipe` and puts it into its variables."""
        value = evaluate_pipe(pipe, self.around)
        return declare(pipe, value, self.around, mark) if pipe.declared else value

    # Closures are made when a block is first reached, which most blocks of most charts never are.
    # Each says itself where a fault was: one call more for every action would be slower.

    def placed(self, fault: Fault, node: Action | Control | Invoke) -> Fault:
        """Note that the action of `node` failed."""
        return fault.place(self.name, self.source, node.at)

    def action(self, node: Action) -> Run:
        """Run `{{ pipe }}`."""
        value = self.value(node.pipe)
        if node.pipe.declared:

            def keep(dot: Any, frame: Frame) -> Signal:
                try:
                    value(dot, frame)
                except Fault as fault:
                    raise self.placed(fault, node) from fault.__cause__
                return None

            return keep
        text_of = shown if node.pipe.is_call else spoken

        def show(dot: Any, frame: Frame) -> Signal:
            try:
                found = value(dot, frame)
            except Fault as fault:
                raise self.placed(fault, node) from fault.__cause__
            if type(found) is not str:
                try:
                    found = text_of(found)
                except BudgetExceeded as error:
                    raise self.placed(own(error, last_of(node.pipe)), node) from None
            frame[LINE](-node.line)
            frame[WRITE](found)
            return None

        return show

    def condition(self, node: If) -> Run:
        """Run `{{ if }}`."""
        inside = self.inside()
        value = inside.value(node.pipe)
        body: Run | None = None
        other: Run | None = None if node.other else _nothing

        def choose(dot: Any, frame: Frame) -> Signal:
            nonlocal body, other
            try:
                found = value(dot, frame)
            except Fault as fault:
                raise inside.placed(fault, node) from fault.__cause__
            if found:
                if body is None:
                    body = inside.block(node.body)
                return body(dot, frame)
            if other is None:
                other = inside.block(node.other or ())
            return other(dot, frame)

        return choose

    def with_value(self, node: With) -> Run:
        """Run `{{ with }}`."""
        inside = self.inside()
        value = inside.value(node.pipe)
        body: Run | None = None
        other: Run | None = None if node.other else _nothing

        def choose(dot: Any, frame: Frame) -> Signal:
            nonlocal body, other
            try:
                found = value(dot, frame)
            except Fault as fault:
                raise inside.placed(fault, node) from fault.__cause__
            if found:
                if body is None:
                    body = inside.block(node.body, element=False)
                return body(found, frame)
            if other is None:
                other = inside.block(node.other or ())
            return other(dot, frame)

        return choose

    def loop(self, node: Range) -> Run:
        """Run `{{ range }}`."""
        inside = self.inside()
        pipe = node.pipe
        value = inside.value(pipe, "*")
        names = [inside.around.scope.key(name) for name in pipe.declared]
        keys = [key for key in names if key is not None]
        # In the other body the variables hold the whole value, which is no element.
        elsewhere = inside.inside()
        declared = () if pipe.assigns else pipe.declared
        wholes = [
            (elsewhere.around.scope.declare(name), key)
            for name, key in zip(declared, keys, strict=False)
        ]
        body: Run | None = None
        other: Run | None = None if node.other else _nothing
        price = 2 + price_of(node.body)
        blamed, both = last_of(pipe), len(pipe.declared) > 1
        loop = _Loop(keys)

        def repeat(dot: Any, frame: Frame) -> Signal:
            nonlocal body, other
            try:
                found = value(dot, frame)
            except Fault as fault:
                raise self.placed(fault, node) from fault.__cause__
            try:
                rounds = rounds_of(found, blamed, both=both)
                frame[RUN].budget.spend(price_of_all(rounds, price))
            except (Fault, BudgetExceeded) as error:
                raise self.placed(own(error, blamed), node) from None
            if rounds:
                if body is None:
                    body = inside.block(node.body, element=True)
                return loop(rounds, body, frame)
            frame.update({whole: frame[key] for whole, key in wholes})
            if other is None:
                other = elsewhere.block(node.other or ())
            return other(dot, frame)

        return repeat

    def invoke(self, node: Invoke) -> Run:
        """Run `{{ template }}`."""
        data = self.value(node.pipe) if node.pipe is not None else constant(None)
        invocation = Invocation(node)
        line = -node.line

        def write(dot: Any, frame: Frame) -> Signal:
            run = frame[RUN]
            try:
                template = run.named(node.name, invocation)
                found = data(dot, frame)
            except Fault as fault:
                raise self.placed(fault, node) from fault.__cause__
            try:
                text = run.text_of(template, found)
            except BudgetExceeded as error:
                raise self.placed(own(error, invocation), node) from None
            except Fault as fault:
                raise fault.called(self.source, node.at + node.name_at) from fault.__cause__
            frame[LINE](line)
            frame[WRITE](text)
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


def _nothing(_dot: Any, _frame: Frame) -> Signal:
    return None


def _text(node: Text) -> Run:
    line, text = node.line, node.text

    def write(_dot: Any, frame: Frame) -> Signal:
        frame[LINE](line)
        frame[WRITE](text)
        return None

    return write
