"""Write the Python function that a template becomes.

`function(d0, run)` returns the text that the template writes. What a block writes without a block
between is put together at once.

Source: as `pkgtool.template.gotpl.evaluation.blocks`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import assert_never

from pkgtool.template.gotpl.compiler.code import Code, literal
from pkgtool.template.gotpl.compiler.expressions import NIL, Expressions, Value, texted
from pkgtool.template.gotpl.runtime.template_prices import price_of
from pkgtool.template.gotpl.syntax.nodes import (
    Action,
    Break,
    Continue,
    If,
    Invoke,
    Node,
    Pipe,
    Range,
    Text,
    With,
)

_FEW = 16
"""How many texts are put together without a look at the result: each may be as long as one can be."""


class Blocks:
    """Writes the blocks of one template."""

    def __init__(self) -> None:
        self._code = Code()
        self._to = Expressions(self._code)
        self._texts: list[str] = []
        """Expressions for the texts that are put together next."""
        self._appends = False

    def function(self, body: Sequence[Node]) -> str:
        """Return the source of the function."""
        self._nodes(body)
        if self._appends:
            self._flush()
            self._code.add("return run.join(w)")
        elif len(self._texts) < 2:
            self._code.add(f"return {''.join(self._texts) or repr('')}")
        else:
            join = "''.join" if len(self._texts) <= _FEW else "run.join"
            self._code.add(f"return {join}(({','.join(self._texts)}))")
        start = [" w=[]"] if self._appends else []
        return "\n".join(["def t(d0,run):", *start, *self._code.lines, ""])

    def _nodes(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            self._node(node)

    def _node(self, node: Node) -> None:
        match node:
            case Text(text):
                self._texts.append(f"'{literal(text)}'")
            case Action():
                self._action(node)
            case If():
                self._condition(node)
            case With():
                self._with_value(node)
            case Range():
                self._loop(node)
            case Invoke():
                self._invoke(node)
            case Break():
                self._flush()
                self._code.add("break")
            case Continue():
                self._flush()
                self._code.add("continue")
            case _:
                assert_never(node)

    def _flush(self) -> None:
        """Write what is put together so far, and what it is computed from."""
        if self._texts:
            self._code.add(f"w+={','.join(self._texts)},")
            self._texts.clear()
            self._appends = True

    def _action(self, node: Action) -> None:
        """Write `{{ pipe }}`."""
        value = self._value(node.pipe)
        if not node.pipe.declared:
            self._texts.append(texted(value, "shown" if node.pipe.is_call else "spoken").code)

    def _value(self, pipe: Pipe, mark: str = "") -> Value:
        """Write the declaration of a pipe, if it has one, and return its value."""
        value = self._to.pipe(pipe)
        if pipe.declared:
            self._flush()
            for name in pipe.declared:
                value = self._to.assigned(name, pipe, value, mark)
        return value

    @contextmanager
    def _block(self, head: str) -> Iterator[None]:
        """Write a block of Python, with a scope of its own, whose texts stay inside."""
        self._flush()
        self._code.add(head)
        with self._code.indented():
            self._to.scope.enter()
            yield
            self._flush()
            self._to.scope.leave()

    def _otherwise(self, nodes: Sequence[Node] | None) -> None:
        if nodes:
            with self._block("else:"):
                self._nodes(nodes)

    def _condition(self, node: If) -> None:
        """Write `{{ if }}`."""
        self._to.scope.enter()
        value = self._value(node.pipe)
        with self._block(f"if {value.code}:"):
            self._nodes(node.body)
        self._otherwise(node.other)
        self._to.scope.leave()

    def _with_value(self, node: With) -> None:
        """Write `{{ with }}`."""
        self._to.scope.enter()
        value = self._value(node.pipe)
        # What was declared may change, dot does not.
        dot = self._code.name("d")
        with self._block(f"if ({dot}:={value.code}):"):
            self._inner(node.body, dot, element=False)
        self._otherwise(node.other)
        self._to.scope.leave()

    def _inner(self, nodes: Sequence[Node], dot: str, *, element: bool) -> None:
        """Write `nodes` with another dot."""
        before = self._to.dot, self._to.element
        self._to.dot, self._to.element = dot, element
        self._nodes(nodes)
        self._to.dot, self._to.element = before

    def _loop(self, node: Range) -> None:
        """Write `{{ range }}`."""
        self._to.scope.enter()
        value = self._value(node.pipe, "*")
        declared = node.pipe.declared
        names = [self._to.variable(key) for key in map(self._to.scope.key, declared) if key]
        both = len(declared) > 1
        rounds = f"run.rounds({value.code},{2 + price_of(node.body)},both={both})"
        if node.other:
            self._flush()
            whole = self._code.name("r")
            self._code.add(f"{whole}={rounds}")
            rounds = whole
        index, item = self._code.name("i"), self._code.name("d")
        choice = self._choice(rounds if node.other else "")
        with choice, self._block(f"for {index},{item} in {rounds}:"):
            for name, each in zip(reversed(names), (item, index), strict=False):
                self._code.add(f"{name}={each}")
            self._inner(node.body, item, element=True)
        if node.other:
            with self._block("else:"):
                if not node.pipe.assigns:
                    # Here the variables hold the whole value, which is no element.
                    for name, kept in zip(declared, names, strict=True):
                        key = self._to.scope.declare(name)
                        self._code.add(f"{self._to.variable(key)}={kept}")
                self._nodes(node.other)
        self._to.scope.leave()

    @contextmanager
    def _choice(self, condition: str) -> Iterator[None]:
        """Write what follows for the case that there is something to go through."""
        if not condition:
            yield
            return
        self._code.add(f"if {condition}:")
        with self._code.indented():
            yield

    def _invoke(self, node: Invoke) -> None:
        """Write `{{ template }}`."""
        data: Value = self._value(node.pipe) if node.pipe is not None else NIL
        self._texts.append(f"run.template('{literal(node.name)}',{data.code})")
