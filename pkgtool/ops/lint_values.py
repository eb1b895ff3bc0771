"""Find values that no template reads, and reads of values that no default sets.

Go templates are walked with what is known of dot: the scope of the chart, a place in its values, a
`dict` of such, or nothing. `with`, `range`, variables, `index`, `include` and `template` are
followed; whatever else is done with a place in the values reads all that is below it. Where a walk
cannot know more, as behind a computed name, everything counts as read: better silent than wrong.
Jinja2 templates are searched for names only.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pkgtool.chart.lint import Finding
from pkgtool.chart.model import Chart
from pkgtool.errors import PkgtoolError
from pkgtool.template.gotpl.runtime.faults import ParseFault, Source
from pkgtool.template.gotpl.syntax.clauses import Clauses
from pkgtool.template.gotpl.syntax.nodes import (
    Action,
    Chain,
    Command,
    Control,
    Dot,
    Field,
    Function,
    If,
    Invoke,
    Literal,
    Node,
    Operand,
    Pipe,
    Range,
    Variable,
)
from pkgtool.template.gotpl.syntax.parser import parse_file

Path = tuple[str, ...]
_ANY = "*"
"""An element that is not known by name."""
_WORDS = re.compile(r"\bValues((?:\.[A-Za-z_][\w-]*)*)(\s*\[)?")
_DEPTH = 40


class Place(NamedTuple):
    """A place in the values."""

    path: Path


class Scope(NamedTuple):
    """What a chart's templates see; nothing tells two of them apart."""


class Parts(NamedTuple):
    """A `dict` with known keys."""

    parts: Mapping[str, Any]


Known = Place | Scope | Parts | None
Variables = dict[str, Known]


class _Reads:
    """What the templates of one chart read."""

    def __init__(self, bodies: Mapping[str, Sequence[Node]]) -> None:
        self.bodies = bodies
        self.whole: set[Path] = set()
        self.looked: set[Path] = set()
        """Places that were only asked whether they are there."""
        self.sure: set[Path] = set()
        """Places that are read whatever the values are."""
        self.everything = False
        self._done: set[tuple[str, str]] = set()

    def file(self, name: str) -> None:
        """Walk the file `name`, which sees the scope of its chart."""
        self._done.add((name, repr(Scope())))
        self.nodes(self.bodies[name], Scope(), {"$": Scope()}, 0, sure=True)

    def template(self, name: str, dot: Known, depth: int = 0) -> None:
        """Walk the template `name`, once for each kind of dot."""
        key = name, repr(dot)
        if key in self._done or name not in self.bodies:
            return
        if depth > _DEPTH or len(self._done) > 20_000:
            self.everything = True
            return
        self._done.add(key)
        self.nodes(self.bodies[name], dot, {"$": dot}, depth, sure=False)

    def nodes(
        self, nodes: Sequence[Node], dot: Known, names: Variables, depth: int, *, sure: bool
    ) -> None:
        """Walk `nodes`; `sure` when nothing decides whether they run."""
        for node in nodes:
            if isinstance(node, Control):
                self.control(node, dot, names, depth)
            elif isinstance(node, Action):
                found = self.pipe(node.pipe, dot, names, depth)
                if not node.pipe.declared:
                    self.use(found, sure=sure)
            elif isinstance(node, Invoke):
                given = self.pipe(node.pipe, dot, names, depth) if node.pipe else None
                self.template(node.name, given, depth + 1)

    def control(self, node: Control, dot: Known, names: Variables, depth: int) -> None:
        inner = dict(names)
        found = self.pipe(node.pipe, dot, inner, depth)
        self.look(found)
        inside = dot
        if isinstance(node, Range):
            inside = Place((*found.path, _ANY)) if isinstance(found, Place) else None
            inner.update(dict.fromkeys(node.pipe.declared, inside))
        elif not isinstance(node, If):
            inside = found
        self.nodes(node.body, inside, inner, depth, sure=False)
        self.nodes(node.other or (), dot, inner, depth, sure=False)
        for name in names:
            # What a branch assigned may be either value afterwards.
            if inner.get(name) != names[name]:
                self.use(names[name])
                self.use(inner[name])

    def pipe(self, pipe: Pipe, dot: Known, names: Variables, depth: int) -> Known:
        value: Known = None
        for number, command in enumerate(pipe.commands):
            value = self.command(command, dot, names, depth, (value,) if number else ())
        for name in pipe.declared:
            if pipe.assigns:
                self.use(names.get(name))
                self.use(value)
                value = None
            names[name] = value
        return value

    def command(
        self, command: Command, dot: Known, names: Variables, depth: int, last: tuple[Known, ...]
    ) -> Known:
        first, *others = command.operands
        if not isinstance(first, Function):
            found = self.operand(first, dot, names, depth)
            for each in others:
                self.use(self.operand(each, dot, names, depth))
            return found
        values = [self.operand(each, dot, names, depth) for each in others] + list(last)
        return self.call(first.name, others, values, depth)

    def call(
        self, name: str, operands: Sequence[Operand], values: list[Known], depth: int
    ) -> Known:
        if name == "include" and operands and isinstance(operands[0], Literal):
            self.template(str(operands[0].value), values[-1], depth + 1)
            return None
        if name == "index" and values and isinstance(values[0], Place):
            return self.index(values[0], operands[1:], values)
        if name == "dict":
            keys = [each.value if isinstance(each, Literal) else None for each in operands[::2]]
            if None not in keys and len(values) == len(operands):
                return Parts(dict(zip(map(str, keys), values[1::2], strict=False)))
        if name in ("not", "empty", "hasKey", "kindIs", "typeIs") and values:
            for each in values:
                self.look(each)
            return None
        if name == "include":
            self.everything = True
        if name in ("tpl", "set", "list", "merge", "mergeOverwrite", "omit", "pick"):
            values = [each for each in values if not isinstance(each, Scope)]
        for each in values:
            self.use(each)
        return None

    def index(self, place: Place, keys: Sequence[Operand], values: list[Known]) -> Known:
        path = place.path
        for key in keys:
            if not isinstance(key, Literal) or not isinstance(key.value, str):
                self.use(place)
                for each in values[1:]:
                    self.use(each)
                return None
            path = (*path, key.value)
        return Place(path)

    def operand(self, node: Operand, dot: Known, names: Variables, depth: int) -> Known:
        if isinstance(node, Dot):
            return dot
        if isinstance(node, Field):
            return self.fields(dot, node.names)
        if isinstance(node, Variable):
            return self.fields(names.get(node.name), node.names)
        if isinstance(node, Chain):
            return self.fields(self.operand(node.receiver, dot, names, depth), node.names)
        if isinstance(node, Pipe):
            return self.pipe(node, dot, names, depth)
        if isinstance(node, Function):
            return self.call(node.name, (), [], depth)
        return None

    def fields(self, start: Known, names: Sequence[str]) -> Known:
        found = start
        for name in names:
            if isinstance(found, Scope):
                found = Place(()) if name == "Values" else None
            elif isinstance(found, Place):
                found = Place((*found.path, name))
            elif isinstance(found, Parts):
                found = found.parts.get(name)
        return found

    def use(self, found: Known, *, sure: bool = False) -> None:
        """Note that all of `found` is read."""
        if isinstance(found, Scope) or found == Place(()):
            self.everything = True
        elif isinstance(found, Parts):
            for each in found.parts.values():
                if not isinstance(each, Scope):
                    self.use(each)
        elif isinstance(found, Place):
            self.whole.add(found.path)
            if sure:
                self.sure.add(found.path)

    def look(self, found: Known) -> None:
        if isinstance(found, Place):
            self.looked.add(found.path)


def value_findings(chart: Chart, inputs: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is odd about the values of `chart`, its dependencies' own ones excluded.

    Args:
        chart: As loaded.
        inputs: The user's values, which count as set.
    """
    if chart.is_library:
        # Its values are those of the charts that use it.
        return
    try:
        reads = _reads_of(chart)
    except (PkgtoolError, ParseFault, UnicodeDecodeError):
        # Rendering says why.
        return
    if reads.everything:
        return
    used = reads.whole | reads.looked
    elsewhere = _elsewhere(chart)
    for path in sorted(_leaves(chart.values)):
        if path[0] not in elsewhere and not _is_read(path, used):
            message = f"no template reads {'.'.join(path)}"
            yield Finding("INFO", "values.yaml", message, rule="unused-value")
    for path in sorted(reads.sure):
        is_ours = path and path[0] not in elsewhere and _ANY not in path
        if is_ours and _is_missing(chart.values, path) and not _is_set(inputs, path):
            message = f"templates read {'.'.join(path)}, which no default sets"
            yield Finding("INFO", "values.yaml", message, rule="undefined-value")


def _reads_of(chart: Chart) -> _Reads:
    bodies: dict[str, Sequence[Node]] = {}
    clauses = Clauses()
    own: list[str] = []
    for prefix, part in chart.walk():
        for path, data in part.templates.items():
            if part.engine == "gotpl" and not path.endswith(".j2"):
                name = f"{prefix}/{path}"
                for each in parse_file(Source(name, data.decode(), name), clauses.read):
                    bodies.setdefault(each.name, each.body)
                own += [name] if part is chart else []
    reads = _Reads(bodies)
    for name in own:
        reads.file(name)
    _search(chart, reads)
    return reads


def _search(chart: Chart, reads: _Reads) -> None:
    """Find names in Jinja2 templates, and in values that are templates themselves."""
    texts = [
        data.decode("utf-8", "replace")
        for path, data in chart.templates.items()
        if chart.engine != "gotpl" or path.endswith(".j2")
    ]
    for text in texts:
        for found in _WORDS.finditer(text):
            if found[1]:
                reads.whole.add(tuple(found[1][1:].split(".")))
            else:
                reads.everything = True
    # What `tpl` may be given: defaults, and files, but not what only people read.
    given = [data for path, data in chart.files.items() if not path.lower().endswith(".md")]
    for data in (chart.raw.get("values.yaml", b""), *given):
        for found in _WORDS.finditer(data.decode("utf-8", "replace")):
            if found[1]:
                reads.whole.add(tuple(found[1][1:].split(".")))


def _elsewhere(chart: Chart) -> frozenset[str]:
    """Return the keys of values that are not, or not only, read by the chart's own templates."""
    listed = {each.key for each in chart.metadata.dependencies}
    conditions = {
        path.strip().partition(".")[0]
        for each in chart.metadata.dependencies
        for path in each.condition.split(",")
    }
    return frozenset(
        {"global", "tags", *listed, *conditions, *(c.name for c in chart.dependencies)}
    )


def _leaves(values: Mapping[str, Any], above: Path = ()) -> Iterator[Path]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key)


def _is_read(path: Path, used: set[Path]) -> bool:
    """Whether something at, above or below `path` is read."""
    return any(
        all(a in (b, _ANY) or b == _ANY for a, b in zip(each, path, strict=False))
        for each in used
        if each
    )


def _is_missing(values: Mapping[str, Any], path: Path) -> bool:
    found: Any = values
    for key in path:
        if not isinstance(found, dict) or not found:
            # Whoever leaves a map empty leaves its keys to the user.
            return found is None
        if key not in found:
            return True
        found = found[key]
    return False


def _is_set(values: Mapping[str, Any], path: Path) -> bool:
    found: Any = values
    for key in path:
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True
