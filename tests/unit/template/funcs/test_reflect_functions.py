"""Types and kinds under Go's names."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.template.funcs import reflect
from pkgtool.template.funcs.crypto import gen_ca_with_key, gen_private_key
from pkgtool.template.funcs.golang.values import Duration
from pkgtool.template.funcs.semver import semver


@pytest.mark.parametrize(
    ("value", "type_name", "kind"),
    [
        pytest.param(None, "<nil>", "invalid", id="nil"),
        pytest.param(True, "bool", "bool", id="bool"),
        pytest.param(1, "int", "int", id="int"),
        pytest.param(1.0, "float64", "float64", id="float64"),
        pytest.param("", "string", "string", id="string"),
        pytest.param(b"", "[]uint8", "slice", id="bytes"),
        pytest.param([], "[]interface {}", "slice", id="list"),
        pytest.param({}, "map[string]interface {}", "map", id="map"),
        pytest.param(datetime(2020, 1, 1, tzinfo=UTC), "time.Time", "struct", id="time"),
        pytest.param(Duration(1), "time.Duration", "int64", id="duration"),
        pytest.param(semver("1.2"), "*semver.Version", "ptr", id="version"),
    ],
)
def test_types_and_kinds(value: Any, type_name: str, kind: str) -> None:
    assert reflect.type_of(value) == type_name
    assert reflect.type_is(type_name, value)
    assert reflect.type_is_like(type_name, value)
    assert reflect.kind_of(value) == kind
    assert reflect.kind_is(kind, value)
    assert not reflect.kind_is("chan", value)


def test_a_certificate_is_a_struct() -> None:
    certificate = gen_ca_with_key("ca", 1, gen_private_key("ed25519"))

    assert reflect.type_of(certificate) == "sprig.certificate"
    assert reflect.kind_of(certificate) == "struct"


def test_a_pointer_is_like_what_it_points_to() -> None:
    assert reflect.type_is_like("semver.Version", semver("1"))
    assert not reflect.type_is("semver.Version", semver("1"))


def test_equality_is_by_type_and_content() -> None:
    assert reflect.deep_equal({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]})
    assert not reflect.deep_equal({"a": 1}, {"a": 1, "b": None})
    assert not reflect.deep_equal([1], [True])
    assert reflect.deep_equal(None, None)
