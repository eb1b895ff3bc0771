r"""Make up whole charts of Go templates, right ones and broken ones.

Every choice is asked of a `random.Random`, so that the same grammar serves two drivers: hypothesis,
which makes failing charts smaller (`charts()`), and a plain loop over seeds, which is some ten times
faster (`made_chart(Random(seed))`).

What is made mostly works, because it knows which variables, names and values are there; now and then
it takes something of a wrong kind. It ends soon, however it is nested: named templates call only
those behind them, loops have few rounds, and nothing makes large texts.

>>> from random import Random
>>> chart = made_chart(Random(1))
>>> sorted(chart.files)[0]
'Chart.yaml'

Source: Go `text/template` (package documentation); `spec/helm-behaviour.md` §3.7-3.10.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from pkgtool.testing.gotpl_expressions import Expressions, Surroundings
from pkgtool.testing.gotpl_values import made_values

ROOT = "c"
"""The name of every chart made here."""
CHILD = "d"
"""The name of its dependency, where there is one."""

FILES: Mapping[str, str] = {
    "conf/a.txt": "one\ntwo\n",
    "conf/b.txt": "three: é",
    "conf/deep/c.yaml": "k: [1, 2]\n",
    "empty.txt": "",
}
"""What templates find under `.Files`."""

_NAMES = ("c.first", "c.second", "c.third")
_TEXTS = (
    *("a", "b: ", "- ", " ", "  ", "\n", "\n", "\n\n", "\n  ", "\t", "\r\n", "é☃", "key: value\n"),
    *("{ ", "}", "}}", "{ { ", "%v", "<no value>", "#", "'", '"', "-", "{{/* seen */}}"),
)
_COMMENTS = ("{{/* c */}}", "{{- /* é\n */ -}}", "{{- /**/}}", "{{/* {{ .a }} */ -}}")
_SPACES = (" ", " ", " ", " ", "", "\n", "\t", "  ")
_OPEN = ("{{", "{{", "{{", "{{- ")
_CLOSE = ("}}", "}}", "}}", " -}}")
_DEPTH = 3


@dataclass(frozen=True)
class MadeChart:
    """A chart and the values that it is rendered with."""

    files: Mapping[str, str]
    """Text by path in the chart, `Chart.yaml` and `charts/d/…` among them."""
    values: Mapping[str, Any]
    """JSON-shaped; whole numbers as from `--set` are of type `SetNumber`."""
    broken: bool
    """Whether one of the templates was made wrong on purpose; it may be right still."""


def charts(*, broken: bool = False) -> st.SearchStrategy[MadeChart]:
    """Return a strategy of charts whose failing examples get smaller.

    Args:
        broken: Whether a template of each is to be mutilated.
    """
    return st.randoms(use_true_random=False).map(lambda rng: made_chart(rng, broken=broken))


def made_chart(rng: Random, *, broken: bool = False) -> MadeChart:
    """Return a chart of one to six templates, as `rng` decides."""
    texts = _made_templates(rng)
    if broken:
        path = rng.choice(sorted(texts))
        texts[path] = mutilated(rng, texts[path])
    described = {"Chart.yaml": _description(ROOT)}
    if any(path.startswith("charts/") for path in texts):
        described[f"charts/{CHILD}/Chart.yaml"] = _description(CHILD)
        described[f"charts/{CHILD}/values.yaml"] = "name: child\nlist: [1, x]\n"
    return MadeChart({**described, **FILES, **texts}, made_values(rng), broken)


def _description(name: str) -> str:
    return (
        f"apiVersion: v2\nname: {name}\nversion: 1.2.3\nappVersion: '4.5'\n"
        "keywords: [one, two]\nannotations: {a: b}\n"
    )


def _made_templates(rng: Random) -> dict[str, str]:
    """Return templates by path: often one, sometimes some that define names for each other."""
    texts = {"templates/a.yaml": made_template(rng)}
    if rng.random() < 0.25:
        texts["templates/_names.tpl"] = made_definitions(rng)
    if rng.random() < 0.15:
        texts["templates/b.txt"] = made_template(rng)
    if rng.random() < 0.07:
        texts["templates/deep/er/c.yaml"] = made_template(rng)
    if rng.random() < 0.1:
        texts[f"charts/{CHILD}/templates/a.yaml"] = made_template(rng)
        texts[f"charts/{CHILD}/templates/_names.tpl"] = made_definitions(rng)
    return texts


def made_template(rng: Random) -> str:
    """Return the text of a template that writes something."""
    head = made_definitions(rng) if rng.random() < 0.2 else ""
    return head + _Author(rng).nodes(_DEPTH)


def made_definitions(rng: Random) -> str:
    """Return the text of a template that defines some of the names that others include."""
    return "".join(
        _Author(rng, defining=place).definition(name)
        for place, name in enumerate(_NAMES)
        if rng.random() < 0.6
    )


def mutilated(rng: Random, text: str) -> str:
    """Return `text` with one to three of its tokens dropped, doubled, swapped or replaced."""
    tokens = re.findall(r"\{\{-?|-?\}\}|:=|\w+|\s+|.", text)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(tokens)) if tokens else 0
        match rng.randrange(5):
            case 0:
                del tokens[at : at + 1]
            case 1:
                tokens[at:at] = tokens[at : at + 1]
            case 2:
                tokens.insert(at, rng.choice(_STRAYS))
            case 3:
                tokens[at : at + 1] = [rng.choice(_STRAYS)]
            case _:
                tokens[at : at + 2] = reversed(tokens[at : at + 2])
    return "".join(tokens)


_STRAYS = (
    *("{{", "}}", "{{-", "-}}", "{{ end }}", "{{ else }}", "{{ if }}", "{{ range . }}", "{{}}"),
    *("{{ else if true }}", "{{ else with 1 }}", "{{ else range 3 }}", "{{ define `x` }}", "{{/*"),
    *("{{ break }}", "{{ continue }}", "{{ with $x := 1 }}", "{{ template }}", "{{ block `b` }}"),
    *(
        "(",
        ")",
        "|",
        "||",
        ",",
        ":=",
        "=",
        ":",
        '"',
        "'",
        "`",
        "\\",
        ".",
        "..",
        "$",
        "$x",
        "$1",
        "@",
    ),
    *(
        "if",
        "end",
        "else",
        "range",
        "define",
        "nope",
        "nil",
        "true",
        ".a",
        ".1",
        "1",
        "-",
        "+",
        "1a",
    ),
    *("0x", "0b12", "1e", "09", "1_", "'ab'", "''", '"\\q"', "1i", "9223372036854775808", "1e400"),
    *(
        "é",
        "☃",
        "\0",
        "\ufeff",
        "\u00a0",
        "\n",
        "*/",
        "/*",
        "#",
        "~",
        "!",
        "&&",
        "==",
        "{",
        "}",
        "%",
    ),
)


class _Author:
    """Writes the blocks of one template."""

    def __init__(self, rng: Random, *, defining: int = -1) -> None:
        self.rng = rng
        later = _NAMES[defining + 1 :]
        self.around = Surroundings(names=later, nested=defining >= 0)
        self.expressions = Expressions(rng, self.around)
        self.loops = 0

    def nodes(self, depth: int) -> str:
        """Write some blocks, one after the other."""
        count = self.rng.choice((1, 1, 1, 2, 2, 3)) if depth else 1
        return "".join(self.node(depth) for _ in range(count))

    def node(self, depth: int) -> str:
        """Write one block, with at most `depth` more inside of each other."""
        rng = self.rng
        kinds = _SHALLOW if depth <= 0 else _KINDS
        match rng.choice(kinds):
            case "text":
                return "".join(rng.choice(_TEXTS) for _ in range(rng.choice((1, 2, 3))))
            case "comment":
                return rng.choice(_COMMENTS)
            case "declare":
                return self.declaration()
            case "if":
                return self.condition(depth)
            case "with":
                return self.with_value(depth)
            case "range":
                return self.loop(depth)
            case "template":
                return self.invocation()
            case "block":
                return self.named_block(depth)
            case "jump":
                return self.jump()
        return self.action(self.expressions.pipe("any"))

    def action(self, inside: str) -> str:
        """Put `inside` between delimiters."""
        rng = self.rng
        opening, closing = rng.choice(_OPEN), rng.choice(_CLOSE)
        return f"{opening}{rng.choice(_SPACES)}{inside}{rng.choice(_SPACES)}{closing}"

    def declaration(self) -> str:
        """Write `$x := …`, or `$x = …` for one that is there."""
        known = self.around.variables
        if known and self.rng.random() < 0.5:
            name, sign = self.rng.choice(known), "="
        else:
            name, sign = self.rng.choice(("$x", "$y", "$é")), ":="
        action = self.action(f"{name} {sign} {self.expressions.pipe('any')}")
        if name not in known:
            known.append(name)
        return action

    def header(self, word: str, kind: str) -> tuple[str, list[str]]:
        """Write what stands after `if` or `with`, and say which variable it declares."""
        pipe = self.expressions.pipe(kind)
        if self.rng.random() < 0.2:
            name = self.rng.choice(("$x", "$w"))
            return f"{word} {name} := {pipe}", [name]
        return f"{word} {pipe}", []

    def inner(self, depth: int, declared: Sequence[str] = (), *, moved: bool = False) -> str:
        """Write a body with its own variables; `moved` where its dot is another one."""
        before = list(self.around.variables), self.around.moved
        self.around.variables.extend(each for each in declared if each not in before[0])
        self.around.moved = self.around.moved or moved
        body = self.nodes(depth - 1)
        self.around.variables[:], self.around.moved = before
        return body

    def condition(self, depth: int) -> str:
        """If = "if" pipe body { "else if" pipe body } [ "else" body ] "end"."""
        head, declared = self.header("if", self.rng.choice(("bool", "any")))
        parts = [self.action(head), self.inner(depth, declared)]
        while self.rng.random() < 0.25:
            head, more = self.header("else if", self.rng.choice(("bool", "any")))
            declared = [*declared, *more]
            parts += [self.action(head), self.inner(depth, declared)]
        return "".join([*parts, *self.otherwise(depth, declared)])

    def otherwise(self, depth: int, declared: Sequence[str] = ()) -> list[str]:
        """Write `else`, perhaps, and `end`."""
        if self.rng.random() < 0.4:
            return [self.action("else"), self.inner(depth, declared), self.action("end")]
        return [self.action("end")]

    def with_value(self, depth: int) -> str:
        """With = "with" pipe body { "else with" pipe body } [ "else" body ] "end"."""
        head, declared = self.header("with", "any")
        parts = [self.action(head), self.inner(depth, declared, moved=True)]
        while self.rng.random() < 0.15:
            head, more = self.header("else with", "any")
            declared = [*declared, *more]
            parts += [self.action(head), self.inner(depth, declared, moved=True)]
        return "".join([*parts, *self.otherwise(depth, declared)])

    def loop(self, depth: int) -> str:
        """Range = "range" [ variable [ "," variable ] ":=" ] pipe body [ "else" body ] "end"."""
        kind = self.rng.choice(("list", "list", "list", "map", "map", "small", "any"))
        pipe = self.expressions.pipe(kind)
        declared = self.rng.choice(((), (), ("$v",), ("$i", "$v"), ("$x", "$y")))
        sign = "=" if set(declared) <= set(self.around.variables) and declared else ":="
        head = f"{', '.join(declared)} {sign} {pipe}" if declared else pipe
        self.loops += 1
        body = self.inner(depth, declared, moved=True)
        self.loops -= 1
        return "".join([self.action(f"range {head}"), body, *self.otherwise(depth, declared)])

    def jump(self) -> str:
        """Write `break` or `continue`, mostly under a condition, as loops have it."""
        if not self.loops:
            return self.action(self.expressions.pipe("text"))
        word = self.action(self.rng.choice(("break", "continue")))
        if self.rng.random() < 0.3:
            return word
        return self.action(f"if {self.expressions.pipe('bool')}") + word + self.action("end")

    def invocation(self) -> str:
        """Write `template "name" data`."""
        if not self.around.names:
            return self.action(self.expressions.pipe("text"))
        name = self.rng.choice(self.around.names)
        data = self.rng.choice(
            (*self._data(), *self._data(), "", f" {self.expressions.argument('any')}")
        )
        return self.action(f'template "{name}"{data}')

    def _data(self) -> Sequence[str]:
        return (" $", " $") if self.around.moved else (" .", " $")

    def definition(self, name: str) -> str:
        """Define = "define" name body "end"."""
        quoted = self.rng.choice((f'"{name}"', f"`{name}`"))
        return self.action(f"define {quoted}") + self.nodes(_DEPTH - 1) + self.action("end")

    def named_block(self, depth: int) -> str:
        """Block = "block" name pipe body "end": a definition and its use."""
        if not self.around.names or self.loops:
            return self.condition(depth)
        name = f"own{self.rng.randrange(40)}"
        head = self.action(f'block "{name}" {self.rng.choice((".", "$", "$", "$"))}')
        inside = _Author(self.rng, defining=len(_NAMES))
        return head + inside.nodes(depth - 1) + self.action("end")


_SHALLOW = (*["text"] * 4, *["action"] * 8, "comment", "declare", "template", "jump")
_KINDS = (
    *_SHALLOW,
    *("if", "if", "if", "with", "with", "range", "range", "range", "declare", "block"),
)
