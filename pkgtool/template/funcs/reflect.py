"""Tell types and kinds of values by Go's names, and compare values in depth.

A whole number is an `int` here, whether Go would call it `int` or `int64`; numbers that come from
YAML or JSON are `float64` in charts for Helm, as they are in Helm.

Source: Sprig 3.3 `reflect.go`; Go package `reflect`.
"""

from typing import Any

from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.golang.values import deep_equal as _deep_equal
from pkgtool.template.funcs.golang.values import kind_name, type_name


@go_function("typeOf")
def type_of(value: Any) -> str:
    """Return the name of a value's Go type.

    >>> type_of("a"), type_of([1]), type_of(None)
    ('string', '[]interface {}', '<nil>')
    """
    return value.go_type if isinstance(value, Struct) else type_name(value)


@go_function("typeIs")
def type_is(name: str, value: Any) -> bool:
    """Tell whether a value is of the Go type of that name.

    >>> type_is("map[string]interface {}", {})
    True
    """
    return bool(type_of(value) == name)


@go_function("typeIsLike")
def type_is_like(name: str, value: Any) -> bool:
    """Tell whether a value is of the Go type of that name, or a pointer to one.

    >>> type_is_like("string", "a")
    True
    """
    found = type_of(value)
    return bool(found in (name, f"*{name}"))


@go_function("kindOf")
def kind_of(value: Any) -> str:
    """Return the name of a value's Go kind.

    >>> kind_of({}), kind_of([]), kind_of(True), kind_of(None)
    ('map', 'slice', 'bool', 'invalid')
    """
    return value.kind if isinstance(value, Struct) else kind_name(value)


@go_function("kindIs")
def kind_is(name: str, value: Any) -> bool:
    """Tell whether a value is of the Go kind of that name.

    >>> kind_is("slice", ["a"])
    True
    """
    return bool(kind_of(value) == name)


@go_function("deepEqual")
def deep_equal(one: Any, other: Any) -> bool:
    """Tell whether two values are equal in type and content.

    >>> deep_equal({"a": [1]}, {"a": [1]}), deep_equal(1, 1.0)
    (True, False)
    """
    return _deep_equal(one, other)
