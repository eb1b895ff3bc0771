"""Say what to do about a mistake in a Go template: the next step, beside Helm's words.

Helm's message says what stopped it, in the words of Go; people search the web for them, so they stay.
What they mean to the writer of a chart is said here, found by those words. An empty hint means that
the words say enough.
"""

import re
from collections.abc import Sequence
from typing import Any

from pkgtool.errors import did_you_mean
from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.gotpl.syntax.nodes import Field, Variable

MISSING = "the value is missing or null: set it, or give it one with `default`"
_IN_FRONT = "a function stands in front of its arguments: `and .a .b`, `eq .a .b`"
_OBJECTS = ("Values", "Release", "Chart", "Files", "Capabilities", "Template", "Subcharts")
"""What the scope of a chart has, and items of its values have not."""

_WORDS = {
    **dict.fromkeys(("elseif", "elsif", "elif"), "write `else if`"),
    **dict.fromkeys(("endif", "endfor", "endwith", "endrange", "fi"), "write `end`"),
    **dict.fromkeys(("for", "foreach"), "write `range`"),
    **dict.fromkeys(("null", "None"), "write `nil`"),
    **{name: f"write `.{name}`" for name in _OBJECTS},
    **dict.fromkeys(("env", "expandenv"), "as in Helm, charts cannot read the environment"),
    "True": "write `true`",
    "False": "write `false`",
}
"""Words of other languages."""

_SYNTAX = (
    (r'^unexpected "}" in ', "an action ends with two braces: `}}`"),
    (r"^unclosed action", "an action ends with `}}`"),
    (r'^unexpected "==?" in ', 'compare with `eq`: `{{ if eq .a "b" }}`; `:=` declares a variable'),
    (r'^unexpected "!" in ', "write `not .a`, or `ne .a .b`"),
    (r'^unexpected "&" in ', "write `and .a .b`"),
    (r'^unexpected "<" in ', "compare with `lt` or `le`: `{{ if lt .a .b }}`"),
    (r'^unexpected ">" in ', "compare with `gt` or `ge`: `{{ if gt .a .b }}`"),
    (r'^unexpected "\*" in ', "calculate with `mul .a .b`"),
    (r'^unexpected "%" in ', "write `mod .a .b`; tags like `{% if %}` are for files called `*.j2`"),
    (r'^unexpected "," in ', "arguments stand side by side, without commas"),
    (r'^unexpected "\(" in operand', 'functions are called without brackets: `default "a" .b`'),
    (r'^unexpected "[/#]" in ', "a comment is `{{/* … */}}`, with nothing in between"),
    (r'^unexpected "[{]" in ', "two braces are enough; a brace as text is `{{ \"{\" }}`"),
    (r'^unexpected "\.[0-9]+" in ', "an item of a list is `index .a 0`"),
    (r'^unexpected "\|" in ', "write `or .a .b`"),
    (r"^bad character U\+005B", 'an item of a list is `index .a 0`, of a mapping `index .a "b"`'),
    (r"^bad character U\+002D", 'a name with a dash is written `index .a "b-c"`'),
    (r"^bad character U\+0028", 'functions are called without brackets: `default "a" .b`'),
    (r"^bad character U\+003D", 'compare with `eq`: `{{ if eq .a "b" }}`'),
    (r'^bad number syntax: "-\.', "`{{-` and `-}}` need a space beside the expression"),
    (r'^(bad|illegal) number syntax: "[-+]', "calculate with `add .a .b` or `sub .a .b`"),
    (r"^malformed character constant", 'a text stands in double quotes: `"a"`'),
    (r"^unterminated character constant", 'a text stands in double quotes: `"a"`'),
    (r"^unterminated quoted string", 'close the text with `"`; inside of it, write `\\"`'),
    (r"^unclosed comment", "a comment ends with `*/}}`"),
    (r"^comment ends before closing", "a comment ends with `*/}}` or `*/ -}}`"),
    (r"^unclosed left paren", "a bracket is closed in the action in which it was opened"),
    (r"^unexpected {{(end|else)}}$", "no block is open here: it ended above, or never began"),
    (r"^expected end; found {{else}}", "nothing but `end` follows an `else`; `else if` goes before"),
    (r"^unexpected <define>", "move the `define` out of the block around it"),
    (r"outside {{range}}$", "only a `range` can be left or continued"),
    (r"^non executable command", "a value can be piped into functions only: `.a | quote`"),
    (r"^undefined variable", "declare it, `{{ $a := .b }}`; it lasts to the `end` of its block"),
    (r"multiple definition of template", "give one of them another name, or delete it"),
)  # fmt: skip
_RUN = (
    (r"^invalid value; expected|wrong type for value; .*got interface {}$", MISSING),
    (r"expected string; got (float64|int|int64|bool)$", "convert it with `toString`"),
    (r"expected string; got ", "`toYaml` or `toJson` write it as text"),
    (r"expected (int|int64); got (float64|int|int64|string)$", "convert it with `int`"),
    (r"expected float64; got (int|int64|string)$", "convert it with `float64`"),
    (r"expected bool; got ", "ask what is true or false: `not (empty .a)`, `eq .a .b`"),
    (r"expected map.*; got ", "it must be a mapping; `--stage values` shows what it is"),
    (r"expected \w+; got ", "the arguments may stand in another order"),
    (r"^expected string; found [-+0-9]", "write it in quotes"),
    (r'^expected (integer|float|bool); found "', "write it without quotes"),
    (r"^range can't iterate over [-+0-9.e]+$", "for a number, write `range until (int .a)`"),
    (r"^range can't iterate over ", "it goes through lists and mappings; `splitList` cuts a text"),
    (r"^can't give argument to non-function", _IN_FRONT),
    (r"^undefined variable", "declare it first: `{{ $a := .b }}`"),
)  # fmt: skip


def syntax_hint(message: str) -> str:
    """Return what to do about a template that does not parse."""
    return _first(_SYNTAX, message)


def unknown_function_hint(name: str, known: Sequence[str]) -> str:
    """Return what was meant by a function that there is not."""
    if name in _WORDS:
        return _WORDS[name]
    return did_you_mean(name, known) or f"`.{name}` is a field, `{quote(name)}` a text"


def open_block_hint(action: str, line: int) -> str:
    """Return which block never ends."""
    return f"`{{{{ {action.strip()} }}}}` in line {line} has no `{{{{ end }}}}`"


def render_hint(fault: Any) -> str:
    """Return what to do about a `Fault` that no function explains."""
    message = fault.message
    if message.startswith("nil pointer"):
        return _nil_hint(fault, message.rpartition(".")[2])
    if message.startswith("can't evaluate field"):
        return _field_hint(fault, message.split()[3])
    if "not a method but" in message:
        return _near(fault.owner, message.split()[0]) or _IN_FRONT
    if re.match(r"\s*template\b", fault.action) and "|" in fault.action:
        return "`template` cannot be piped: write `include`"
    return _first(_RUN, message)


def _first(table: Sequence[tuple[str, str]], message: str) -> str:
    return next((hint for pattern, hint in table if re.search(pattern, message)), "")


def _nil_hint(fault: Any, name: str) -> str:
    node = fault.node
    names = node.names if isinstance(node, (Field, Variable)) else ()
    if name not in names:
        return _nil_result_hint(fault.action, name)
    begin = node.name if isinstance(node, Variable) else ""
    at = _last_index(names, name)
    if at == 1 and begin in ("", "$") and names[0] in _OBJECTS:
        return _scope_hint(fault, names[0])
    parent = ".".join((begin, *names[:at])) or "."
    if at == 0:
        return f"`{parent}` is null here: ask with `if` or `with` first"
    optional = parent
    for each in names[at:]:
        optional = f"({optional}).{each}"
    return f"`{parent}` is not set: set it, or write `{optional}` if it may be missing"


def _nil_result_hint(action: str, name: str) -> str:
    """Return what to do about a field of what a function or a bracket gave."""
    if "lookup" in action:
        return "`lookup` finds nothing without a cluster: ask first, `{{ with lookup … }}`"
    reader = re.search(r"from(Yaml|Json|Toml)\b", action)
    if reader:
        return f"when a text cannot be read, `{reader[0]}` gives a mapping with only `Error`"
    return f"what `.{name}` is asked of is null: ask with `with` first"


def _field_hint(fault: Any, name: str) -> str:
    node, owner = fault.node, fault.owner
    names = node.names if isinstance(node, (Field, Variable)) else ()
    if isinstance(node, Field) and names[0] == name and name in _OBJECTS:
        return _scope_hint(fault, name)
    if near := _near(owner, name):
        return near
    begin = node.name if isinstance(node, Variable) else ""
    at = _last_index(names, name) if name in names else 0
    parent = ".".join((begin, *names[:at])) or "."
    if isinstance(owner, list):
        return f"`{parent}` is a list: `index {parent} 0` takes an item, `range` goes through all"
    if isinstance(owner, (str, int, float)):
        shape = "text" if isinstance(owner, str) else "no mapping but a plain value"
        return f"`{parent}` is {shape}, which has no fields; `--stage values` shows all values"
    return ""


def _last_index(names: Sequence[str], name: str) -> int:
    """Return the last place of `name`: of `.a.a`, the second one is asked of a missing first."""
    return len(names) - 1 - names[::-1].index(name)


def _near(owner: Any, name: str) -> str:
    """Return the nearest field or method of one of Helm's objects, or its methods."""
    methods = sorted(getattr(owner, "methods", ()))
    fields = list(owner) if isinstance(owner, Struct) else []
    near = did_you_mean(name, [*methods, *fields])
    return near or (f"there are {', '.join(methods)}" if methods else "")


def _scope_hint(fault: Any, name: str) -> str:
    """Return what to do where `.` is not the scope of the chart."""
    if fault.source is not None and fault.source.label == "tpl":
        return f"the text was given data without .{name}: give it all, `tpl … $`"
    if fault.source is not None and fault.template != fault.source.name:
        whole = f"`include {quote(fault.template)} $`"
        return f"{quote(fault.template)} was given data without .{name}: give it all, {whole}"
    return f"inside `range` and `with`, `.` is the item: write `$.{str(fault.node).lstrip('$.')}`"
