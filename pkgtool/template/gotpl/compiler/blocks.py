"""Write the Python function that a template becomes.

`function(d0, run)` returns the texts that the template writes, in order; of a file also the lines that
they come from, see `linemap.Lined`. What a block writes without a block between is written at once.

Source: as `pkgtool.template.gotpl.evaluator`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import assert_never

from pkgtool.template.gotpl.closures import last_of
from pkgtool.template.gotpl.compiler.code import Blame, Code, literal
from pkgtool.template.gotpl.compiler.expressions import NIL, Expressions, Value, braced
from pkgtool.template.gotpl.nodes import (
    Action,
    Break,
    Continue,
    If,
    Invocation,
    Invoke,
    Node,
    Range,
    Text,
    With,
)
from pkgtool.template.gotpl.template_prices import price_of

_TOGETHER = 8
"""How many values are put together at once: each may be as long as a text can be."""


class Blocks:
    """Writes the blocks of one template."""

    def __init__(self, *, lined: bool) -> None:
        self.code = Code()
        self.to = Expressions(self.code)
        self._lined = lined
        self._lines: list[str] = []
        self._texts: list[str] = []
        """What is put together: parts of a format string; of a file expressions, with `_lines`."""
        self._values = 0
        self._appends = False

    def function(self, body: Sequence[Node]) -> tuple[str, list[Blame | None]]:
        """Return the source of the function, and whom to blame for each of its lines."""
        self.nodes(body)
        if self._lined:
            self.flush()
            self.code.add("return n,w")
        elif self._appends:
            self.flush()
            self.code.add("return w")
        else:
            self.code.add(f"return (f'{''.join(self._texts)}',)" if self._texts else "return ()")
        unset = [f"{name}=UNSET" for name in self.to.uncertain]
        start = "n=[];w=[]" if self._lined else "w=[];a=w.append" if self._appends else "pass"
        head = ["def t(d0,run):", f" {';'.join([*unset, start])}"]
        return "\n".join([*head, *self.code.lines, ""]), [None, None, *self.code.blames]

    def nodes(self, nodes: Sequence[Node]) -> None:
        """Write `nodes` one after the other."""
        for node in nodes:
            self.node(node)
            if not self._texts:
                self.code.forget()

    def node(self, node: Node) -> None:
        """Write one node."""
        match node:
            case Text(text):
                self.text(node.line, f"'{literal(text)}'", braced(text), values=0)
            case Action():
                self.show(node)
            case If():
                self.condition(node)
            case With():
                self.with_value(node)
            case Range():
                self.loop(node)
            case Invoke():
                self.invoke(node)
            case Break():
                self.flush()
                self.code.add("break")
            case Continue():
                self.flush()
                self.code.add("continue")
            case _:
                assert_never(node)

    # Output.

    def text(self, line: int, code: str, part: str, *, values: int) -> None:
        """Write a text: `code` is an expression, `part` the same in a format string."""
        if self._lined:
            self._lines.append(str(line))
            self._texts.append(code)
            return
        if self._values + values > _TOGETHER:
            self.flush()
        self._texts.append(part)
        self._values += values

    def flush(self) -> None:
        """Write what is put together so far."""
        if self._lines:
            self.code.add(f"n+={','.join(self._lines)},")
            self.code.add(f"w+={','.join(self._texts)},")
            self._lines.clear()
            self._texts.clear()
        elif self._texts:
            self.code.add(f"a(f'{''.join(self._texts)}')")
            self._texts.clear()
            self._values = 0
            self._appends = True

    def show(self, node: Action) -> None:
        """Write `{{ pipe }}`."""
        value = self.to.action(node.pipe, node.at)
        if node.pipe.declared:
            return
        if value.kind != "str":
            code = value.code
            blame = self.to.blame(last_of(node.pipe))
            exact = f"{'shown' if node.pipe.is_call else 'spoken'}({code})"
            value = self.to.kept(f"{code} if type({code}) is str else {exact}", blame)
        self.text(-node.line, value.code, value.slot, values=1)

    # Blocks.

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write a block of Python, with a scope of its own, whose texts stay inside."""
        self.flush()
        self.code.add(head)
        self.code.forget()
        with self.code.indented():
            self.to.scope.enter()
            yield
            self.flush()
            self.to.scope.leave()

    def otherwise(self, nodes: Sequence[Node] | None) -> None:
        """Write the `else` of a block, if there is one."""
        if nodes:
            with self.block("else:"):
                self.nodes(nodes)

    def condition(self, node: If) -> None:
        """Write `{{ if }}`."""
        self.to.scope.enter()
        value = self.to.action(node.pipe, node.at)
        with self.block(f"if {value.code}:"):
            self.nodes(node.body)
        self.otherwise(node.other)
        self.to.scope.leave()

    def with_value(self, node: With) -> None:
        """Write `{{ with }}`."""
        self.to.scope.enter()
        value = self.to.action(node.pipe, node.at)
        with self.block(f"if {value.code}:"):
            # What was declared may change, dot does not.
            dot = self.code.name("d")
            self.code.add(f"{dot}={value.code}")
            self.inner(node.body, dot, element=False)
        self.otherwise(node.other)
        self.to.scope.leave()

    def inner(self, nodes: Sequence[Node], dot: str, *, element: bool) -> None:
        """Write `nodes` with another dot."""
        before = self.to.dot, self.to.element
        self.to.dot, self.to.element = dot, element
        self.nodes(nodes)
        self.to.dot, self.to.element = before

    def loop(self, node: Range) -> None:
        """Write `{{ range }}`."""
        self.to.scope.enter()
        value = self.to.action(node.pipe, node.at, "*")
        keys = [self.to.scope.key(name) for name in node.pipe.declared]
        names = [self.to.variable(key) for key in keys if key is not None]
        blame = self.to.blame(last_of(node.pipe))
        both = len(node.pipe.declared) > 1
        rounds = self.to.kept(f"rounds_of({value.code},None,both={both})", blame)
        self.code.add(
            f"run.budget.spend(price_of_all({rounds.code},{2 + price_of(node.body)}))", blame
        )
        index, item = self.code.name("i"), self.code.name("d")
        if node.other:
            self.flush()
            self.code.add(f"if {rounds.code}:")
            self.code.enter()
        with self.block(f"for {index},{item} in {rounds.code}:"):
            for name, each in (
                zip(names, (index, item)[-len(names) :], strict=True) if names else ()
            ):
                self.code.add(f"{name}={each}")
            self.inner(node.body, item, element=True)
        if node.other:
            self.code.leave()
            with self.block("else:"):
                # Here the variables hold the whole value, which is no element.
                for name, key in zip(node.pipe.declared, keys, strict=True):
                    if key is not None and not node.pipe.assigns:
                        whole = self.to.variable(self.to.scope.declare(name))
                        self.code.add(f"{whole}={self.to.variable(key)}")
                self.nodes(node.other)
        self.to.scope.leave()

    def invoke(self, node: Invoke) -> None:
        """Write `{{ template }}`."""
        invocation = Invocation(node)
        self.to.base = node.at
        blame = self.to.blame(invocation)
        found = self.to.kept(f"run.named('{literal(node.name)}',None)", blame)
        data: Value = self.to.action(node.pipe, node.at) if node.pipe is not None else NIL
        text = self.to.kept(
            f"run.text_of({found.code},{data.code})", blame._replace(invokes=True), "str"
        )
        self.text(-node.line, text.code, text.slot, values=1)
