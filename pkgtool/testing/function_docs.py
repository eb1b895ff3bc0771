"""Turn the docstrings of the template functions into their reference page.

`render()` is what `pkgtool/docs/reference/functions.md` must contain; a test compares them, and
`pytest --update-golden` writes the file again.
"""

import inspect
from collections import defaultdict

from pkgtool.template.funcs.registry import FUNCTIONS, function

_HEAD = """\
# Template functions

Every function of Sprig and Helm that templates may call. In a Jinja2 chart each is a function and
a filter; a filter hands its value over as the **last** argument: `{{ "x" | default("y") }}` is
`{{ default("y", "x") }}`. `fail include lookup required tpl` come from the engine.

This page is made from the docstrings in `pkgtool/template/funcs`.
"""


def render() -> str:
    """Return the page: one section per family, functions in alphabetical order."""
    families: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, place in FUNCTIONS.items():
        families[place.partition(":")[0]][place].append(name)
    sections = (_family(name, families[name]) for name in sorted(families))
    return "\n".join((_HEAD, *sections))


def _family(name: str, places: dict[str, list[str]]) -> str:
    entries = sorted(map(_entry, places.values()), key=str.lower)
    return f"## {name}\n\n" + "\n".join(entries)


def _entry(names: list[str]) -> str:
    """One function under all its names; the plain one before its `must` twin."""
    ordered = sorted(names, key=lambda each: (each.startswith("must"), len(each), each))
    target = function(ordered[0])
    title = ", ".join(f"`{each}`" for each in ordered)
    text = inspect.cleandoc(target.__doc__ or "")
    return f"### {title}\n\n`{ordered[0]}{_parameters(target)}`\n\n{_with_fences(text)}\n"


def _parameters(target: object) -> str:
    if not callable(target):
        return ""
    parameters = inspect.signature(target).parameters.values()
    # Keyword-only ones are for engines: a clock, a source of randomness.
    shown = [
        f"{each.name}…" if each.kind is each.VAR_POSITIONAL else each.name
        for each in parameters
        if each.kind is not each.KEYWORD_ONLY
    ]
    return " " + " ".join(shown) if shown else ""


def _with_fences(text: str) -> str:
    """Put examples into code blocks, so that Markdown leaves them alone."""
    blocks = text.split("\n\n")
    return "\n\n".join(f"```python\n{b}\n```" if b.startswith(">>>") else b for b in blocks)
