"""Make up values for templates: trees of everything that YAML and `--set` can say.

The names are always the same, so that templates made up beside them find something there; what is
under them changes, and some of it is missing.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from pkgtool.values.setflags import SetNumber

PATHS: Mapping[str, tuple[str, ...]] = {
    "text": ("name", "empty", "unicode", "lines", "digits", "source", "nested.x.y.z"),
    "int": ("whole", "none"),
    "float": ("count", "zero", "ratio", "million", "tiny", "huge", "minus"),
    "bool": ("on", "off"),
    "nil": ("nothing", "missing", "nested.missing"),
    "list": ("list", "numbers", "mixed", "blank", "nested.items"),
    "map": ("map", "nested", "nested.x", "void", "nested.x.y"),
    "any": ("tree", "tree", "tree", "tree.a", "missing.more", "name.more"),
}
"""Where which kind of value lies, mostly."""


def made_values(rng: Random) -> dict[str, Any]:
    """Return values as a chart is rendered with, JSON-shaped but for the `SetNumber`s."""
    values: dict[str, Any] = {
        "name": "web", "empty": "", "unicode": "é☃😀 ß", "lines": "a: 1\nb:\n  - c\n",
        "digits": "12", "source": "{{ .Values.name }}-{{ len .Values.list }}",
        "whole": SetNumber(rng.choice((7, 1, -3, 1234567))), "none": SetNumber(0),
        "count": 3, "zero": 0, "ratio": 1.5, "million": 1000000, "tiny": 1e-7, "huge": 1e21,
        "minus": -2, "on": True, "off": False, "nothing": None,
        "list": ["a", "b", "c"], "numbers": [3, 1, 2.5], "blank": [],
        "mixed": [1, "x", None, True, {"k": "v"}, [1, []], ""],
        "map": {"b": 2, "a": 1, "é": "x", "B": None}, "void": {},
        "nested": {"x": {"y": {"z": "deep"}}, "items": [{"name": "n", "port": 80}, {"name": ""}]},
        "tree": made_value(rng, 3),
        "global": {"name": "everywhere"},
    }  # fmt: skip
    for name in rng.sample(sorted(values), rng.choice((0, 0, 0, 0, 1, 2))):
        if rng.random() < 0.3:
            del values[name]
        else:
            values[name] = made_value(rng, 2)
    if rng.random() < 0.2:
        values["d"] = {"name": "from above", "map": {"k": None}}
    return values


def made_value(rng: Random, depth: int) -> Any:
    """Return any JSON value, at most `depth` deep."""
    kind = rng.randrange(8 if depth else 5)
    if kind < 5:
        return rng.choice(_SCALARS)
    if kind == 5:
        return [made_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    keys = rng.sample(("a", "b", "name", "items", "é", "1", "true", "a.b"), rng.randrange(4))
    return {key: made_value(rng, depth - 1) for key in keys}


_SCALARS: tuple[Any, ...] = (
    *(
        "x",
        "",
        "two words",
        "é☃",
        "1",
        "1.5",
        "true",
        "null",
        "a: b",
        "- a",
        "\n",
        "{{ .a }}",
        "%d",
    ),
    *(
        0,
        1,
        -1,
        3,
        80,
        8080,
        0.5,
        -1.25,
        100000,
        1000000,
        123456789,
        1e100,
        1e-5,
        True,
        False,
        None,
    ),
    *("1.2.3", ">=1.0", "2020-01-02", "aGk=", '"', "<&>", "\t", "0x1f", "~", "yes"),
)
