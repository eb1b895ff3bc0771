"""The methods that Helm's `.Values` have: `.Values.AsMap`, `.Values.Table "a.b"`, ….

Source: Helm v4 `pkg/chart/common/values.go`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import registry


def _as_yaml(values: Any) -> str:
    return f"{registry.function('toYaml')(values)}\n"


def _table(values: Any, path: str) -> Any:
    for name in path.split("."):
        values = values.get(name, None)
        if not isinstance(values, Mapping):
            raise FunctionFailed(f'"{name}" is not a table')
    return values


def _value(values: Any, path: str) -> Any:
    if not path:
        raise FunctionFailed("YAML path cannot be empty")
    front, _, name = path.rpartition(".")
    try:
        found = (_table(values, front) if front else values).get(name, None)
    except FunctionFailed:
        found = None
    if found is None or isinstance(found, Mapping):
        raise FunctionFailed(f'"{name}" is not a value')
    return found


VALUES_METHODS: Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "AsMap": (lambda values: values, ()),
    "PathValue": (_value, ("string",)),
    "Table": (_table, ("string",)),
    "YAML": (_as_yaml, ()),
}
