# ruff: noqa: N802 - the base class calls visitors by the names of its nodes
"""Write the Python code of a template: Jinja's generator, with our calls and with places.

What differs from Jinja's own code: every operation on values is a call of the `Sandbox` (nothing
is folded or computed while compiling), filters and tests are found by name when they run, and
each piece of code remembers the place in the template that it was made from, so that a failing
instruction knows its line and column without any table.
"""

import ast
from collections.abc import Iterable
from types import CodeType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Environment

from pkgtool.template.jinja.parsing import Place, defined_name

Marks = dict[tuple[int, int], tuple[Place, int]]
"""Place, and number of further lines, by line and column (in bytes) of the generated code."""


class PlacedGenerator(CodeGenerator):
    """Generates code that runs on a `Sandbox`."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment, None, None, optimized=False)
        self.marks: Marks = {}
        """Places of expressions."""
        self.rows: dict[int, tuple[Place, int]] = {}
        """Places of statements, by line of the generated code."""
        self._column = 0
        self._pending: tuple[Place, int] | None = None
        self._loops: dict[int, int] = {}

    def compile(self, tree: nodes.Template) -> CodeType:
        """Return the code object of `tree`."""
        self.visit(tree)
        module = ast.parse(self.stream.getvalue())  # type: ignore[attr-defined]
        # The library's names are not imported: our own are given to the code instead.
        module.body = [each for each in module.body if not isinstance(each, ast.ImportFrom)]
        _place(module, self.marks, self.rows)
        code: CodeType = compile(module, "<template>", "exec", dont_inherit=True, optimize=0)
        return code

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        """Remember where the code of an expression starts, then write it."""
        if isinstance(node, nodes.Expr):
            self._mark(_shown_place(node))
            weight = self._loops.pop(id(node), None)
            if weight is not None:
                self.write("environment.iterate(")
                super().visit(node, *args, **kwargs)
                self.write(f", {weight})")
                return None
        return super().visit(node, *args, **kwargs)

    def write(self, x: str) -> None:
        """Write `x`, keeping count of the column."""
        starts_line = self._new_lines > 0
        super().write(x)
        if starts_line:
            self._column = 4 * self._indentation
            if self._pending is not None:
                self.rows[self.code_lineno] = self._pending
                self._pending = None
        self._column += len(x.encode("utf-8", "surrogatepass"))

    def newline(self, node: nodes.Node | None = None, extra: int = 0) -> None:
        """Begin a line, which comes from `node`."""
        super().newline(None, extra)
        if node is not None and isinstance(node.lineno, Place):
            place = _shown_place(node) if isinstance(node, nodes.Expr) else node.lineno
            more = node.data.count("\n") if isinstance(node, nodes.TemplateData) else 0
            self._pending = (place or node.lineno, more)

    def _mark(self, place: Place | None) -> None:
        if place is None:
            return
        line, column = self.code_lineno, self._column
        if self._new_lines:
            line += 0 if self._first_write else self._new_lines
            column = 4 * self._indentation
        self.marks[line, column] = (place, 0)

    def pull_dependencies(self, nodes: Iterable[nodes.Node]) -> None:
        """Write nothing: filters and tests are found by the sandbox."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """Write the module, and the table of its named templates."""
        super().visit_Template(node, frame)
        named = [(name, each) for each in self.blocks.values() if (name := defined_name(each))]
        parts = [f"{name!r}: (block_{each.name}, {_is_empty(each)})" for name, each in named]
        self.writeline(f"defines = {{{', '.join(parts)}}}")
        real = [each.name for each in self.blocks.values() if not defined_name(each)]
        self.writeline(f"blocks = {{{', '.join(f'{name!r}: block_{name}' for name in real)}}}")

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        """Write a block where it stands, but not a named template."""
        if defined_name(node) is None:
            super().visit_Block(node, frame)

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        """Write text as it is, and values as the sandbox shows them."""
        if frame.require_output_check:
            if self.has_known_extends:
                return
            self.writeline("if parent_template is None:")
            self.indent()
            self.writeline("pass")
        for child in node.nodes:
            self._output(child, frame)
        if frame.require_output_check:
            self.outdent()

    def _output(self, child: nodes.Expr, frame: Frame) -> None:
        if isinstance(child, nodes.TemplateData):
            if not child.data:
                return
            self.start_write(frame, child)
            self.write(repr(child.data))
        else:
            self.start_write(frame, child)
            self._mark(_shown_place(child))
            self.write("environment.show(")
            self.visit(child, frame)
            self.write(")")
        self.end_write(frame)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:
        """Write a loop whose rounds are paid for."""
        expressions = sum(1 for each in node.body for _ in each.find_all(nodes.Expr))
        self._loops[id(node.iter)] = 12 + 8 * expressions
        super().visit_For(node, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        """Write a lookup; a slice is one too."""
        self.write("environment.getitem(")
        self.visit(node.node, frame)
        self.write(", ")
        if isinstance(node.arg, nodes.Slice):
            self.write("slice(")
            for each in (node.arg.start, node.arg.stop, node.arg.step):
                self.visit(each or nodes.Const(None), frame)
                self.write(", ")
            self.write(")")
        else:
            self.visit(node.arg, frame)
        self.write(")")

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:
        """Write a comparison, or a chain of them."""
        self.write("environment.compare(")
        self.visit(node.expr, frame)
        for each in node.ops:
            self.write(f", ({each.op!r}, ")
            self.visit(each.expr, frame)
            self.write(")")
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """Write `a ~ b`."""
        self.write("environment.join((")
        for each in node.nodes:
            self.visit(each, frame)
            self.write(", ")
        self.write("))")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:
        """Write `value | name(…)`; without a value, the text of a `filter` tag."""
        self.write(f"environment.apply_filter(context, {node.name!r}, ")
        if node.node is not None:
            self.visit(node.node, frame)
        else:
            self.write(f"concat({frame.buffer})")
        self.signature(node, frame)
        self.write(")")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:
        """Write `value is name(…)`."""
        self.write(f"environment.apply_test({node.name!r}, ")
        self.visit(node.node, frame)
        self.signature(node, frame)
        self.write(")")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Write a call, of a method, of a name, or of anything else."""
        target = node.node
        if isinstance(target, nodes.Getattr):
            self.write("environment.call_method(context, ")
            self.visit(target.node, frame)
            self.write(f", {target.attr!r}")
        elif isinstance(target, nodes.Name):
            self.write("environment.call_name(context, ")
            self.visit(target, frame)
            self.write(f", {target.name!r}")
        else:
            self.write("environment.call(context, ")
            self.visit(target, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")


def _shown_place(node: nodes.Node) -> Place | None:
    """Return the place that an error in `node` should mark."""
    place = node.lineno
    if not isinstance(place, Place):
        return None
    if isinstance(node, nodes.Call) and isinstance(node.node, (nodes.Getattr, nodes.Name)):
        return _shown_place(node.node)
    if isinstance(node, nodes.Getattr) and place.width == 1:
        # The token is the dot.
        return Place.at(place, place.column + 1, len(node.attr))
    return place


def _is_empty(block: nodes.Block) -> bool:
    """Whether a named template has no content, so that it replaces no other."""
    return all(
        isinstance(each, nodes.Output)
        and all(
            isinstance(part, nodes.TemplateData) and not part.data.strip() for part in each.nodes
        )
        for each in block.body
    )


def _place(module: ast.Module, marks: Marks, rows: dict[int, tuple[Place, int]]) -> None:
    """Give all of `module` the places of the template instead of those of the generated code."""
    last: list[tuple[Place, int]] = [(Place.at(1, 0, 1), 0)]
    for line in range(1, max(rows, default=1) + 1):
        last.append(rows.get(line, last[-1]))
    waiting: list[tuple[ast.AST, tuple[Place, int]]] = [(each, last[0]) for each in module.body]
    while waiting:
        node, place = waiting.pop()
        if isinstance(node, ast.stmt):
            place = last[min(node.lineno, len(last) - 1)]
        if isinstance(node, (ast.expr, ast.stmt)):
            place = marks.get((node.lineno, node.col_offset), place)
        if hasattr(node, "lineno"):
            _locate(node, *place)
        waiting += [(child, place) for child in ast.iter_child_nodes(node)]


def _locate(node: Any, place: Place, more_lines: int) -> None:
    node.lineno = int(place)
    node.col_offset = place.column
    node.end_lineno = int(place) + more_lines
    node.end_col_offset = 0 if more_lines else place.column + place.width
