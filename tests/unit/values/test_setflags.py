"""The `--set` grammars: what they make, and how they fail."""

import time
from typing import Any

import pytest

from pkgtool.errors import SetPathInvalid
from pkgtool.values.setflags import KINDS, MAX_ELEMENTS, MAX_INDEX, MAX_NESTING, parse_set


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("a=1,b=x", {"a": 1, "b": "x"}, id="two pairs"),
        pytest.param("a=TRUE,b=Null,c=False", {"a": True, "b": None, "c": False}, id="any case"),
        pytest.param(
            "a=007,b=1.5,c=-3,d=+4", {"a": "007", "b": "1.5", "c": -3, "d": 4}, id="types"
        ),
        pytest.param(
            "a=9223372036854775807,b=9223372036854775808",
            {"a": 2**63 - 1, "b": "9223372036854775808"},
            id="64 bits",
        ),
        pytest.param("a.b.c=1,a.b.d=2", {"a": {"b": {"c": 1, "d": 2}}}, id="nested"),
        pytest.param(r"a\.b=x\,y", {"a.b": "x,y"}, id="escapes"),
        pytest.param("a={1,x,true}", {"a": [1, "x", True]}, id="list"),
        pytest.param("a={}", {"a": [""]}, id="empty list is one empty text"),
        pytest.param("a[2]=x", {"a": [None, None, "x"]}, id="index extends"),
        pytest.param("a[0].b=1,a[0].c=2", {"a": [{"b": 1, "c": 2}]}, id="map in list"),
        pytest.param("a[1][0]=1", {"a": [None, [1]]}, id="list in list"),
        pytest.param("a=", {"a": ""}, id="empty value"),
        pytest.param("a[0].b=", {"a": []}, id="empty value in a list is lost, as in Helm"),
        pytest.param("=x,a=1", {"a": 1}, id="empty key means nothing"),
        pytest.param("=x,[0]=y,.b=z", {}, id="empty keys before brackets and dots"),
        pytest.param("a.", {}, id="a dot at the end means nothing"),
        pytest.param("a[0", {}, id="an open bracket changes nothing"),
        pytest.param("a[0]", {"a": []}, id="an index without a value makes the list, as in Helm"),
        pytest.param("a[0][1", {"a": []}, id="an open bracket in a list"),
        pytest.param("a[0][0].b=", {"a": []}, id="empty value in a list in a list is lost too"),
        pytest.param("a=b\\", {"a": "b"}, id="backslash at the end"),
    ],
)
def test_set(expression: str, expected: dict[str, Any]) -> None:
    assert parse_set(expression) == expected


@pytest.mark.parametrize(
    ("kind", "expression", "expected"),
    [
        pytest.param("string", "a=1,b=null", {"a": "1", "b": "null"}, id="string"),
        pytest.param("literal", r"a.b=x,y\z={1}", {"a": {"b": r"x,y\z={1}"}}, id="literal"),
        pytest.param("json", 'a={"b":[1,null]},c=', {"a": {"b": [1, None]}, "c": None}, id="json"),
        pytest.param("json", 'a="x,]}" ,b= 2', {"a": "x,]}", "b": 2}, id="json blanks"),
        pytest.param("json", r'a="x\"]",b=1', {"a": 'x"]', "b": 1}, id="json escapes"),
        pytest.param("file", "a=one,b={two}", {"a": "<one>", "b": ["<two>"]}, id="file"),
    ],
)
def test_other_kinds(kind: str, expression: str, expected: dict[str, Any]) -> None:
    assert parse_set(expression, kind=kind, read=lambda path: f"<{path}>") == expected


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        pytest.param("a", 'key "a" has no value', id="no value"),
        pytest.param("a,b=1", 'key "a" has no value (cannot end with ,)', id="comma"),
        pytest.param("a.=1", 'key map "a" has no value', id="empty part"),
        pytest.param("a={1", "list must terminate with '}'", id="open list"),
        pytest.param("a[x]=1", "error parsing index: 'x' is not a whole number", id="no index"),
        pytest.param("a[-1]=1", "negative -1 index not allowed", id="negative"),
        pytest.param("a[0]b=1", 'unexpected data at end of array index: "b"', id="after index"),
        pytest.param("a=1,a.b=2", 'unable to parse key: "a" is a number, not a map', id="clash"),
        pytest.param("a.b=1,a[0]=2", '"a" is a map, not a list', id="clash with list"),
        pytest.param("a[0]=1,a[0][0]=2", '"[0]" is a number, not a list', id="clash in list"),
    ],
)
def test_errors_say_what_and_where(expression: str, said: str) -> None:
    with pytest.raises(SetPathInvalid) as caught:
        parse_set(expression)

    assert said in caught.value.what
    assert caught.value.where is not None
    assert caught.value.where.name == "--set"


def test_the_marker_stands_under_the_fault() -> None:
    with pytest.raises(SetPathInvalid) as caught:
        parse_set("image.tag=1,ports[x]=80")

    assert str(caught.value).splitlines()[1:] == [
        " --> --set:1:19",
        "1 | image.tag=1,ports[x]=80",
        "  |                   ^^",
    ]


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param(f"a[{MAX_INDEX + 1}]=1", id="index"),
        pytest.param(f"a[{'9' * 5000}]=1", id="long index"),
        pytest.param("a." * (MAX_NESTING + 1) + "b=1", id="nesting"),
        pytest.param("a." * 100_000 + "b=1", id="deep nesting"),
        pytest.param("a[0].b[0]." * 20 + "c=1", id="nesting through lists"),
        pytest.param(",".join(f"a[{n}][{MAX_INDEX}]=1" for n in range(20)), id="elements in total"),
        pytest.param("a" + "[65536]" * 30 + "=1", id="elements multiplied"),
    ],
)
def test_what_is_too_large_is_refused_quickly(expression: str) -> None:
    began = time.process_time()

    with pytest.raises(SetPathInvalid):
        parse_set(expression)

    assert time.process_time() - began < 2
    assert MAX_ELEMENTS == 1_000_000


def test_deep_lists_are_refused_and_not_crashed_on() -> None:
    with pytest.raises(SetPathInvalid):
        parse_set("a" + "[0]" * 100_000 + "=1")


def test_deep_json_is_refused_and_not_crashed_on() -> None:
    with pytest.raises(SetPathInvalid):
        parse_set("a=" + "[" * 100_000 + "]" * 100_000, kind="json")


@pytest.mark.parametrize("kind", KINDS)
def test_the_base_is_not_changed(kind: str) -> None:
    base = {"a": {"b": [1, {"c": 2}]}, "d": None}

    parse_set(
        "a.b[1].c=3,e=4" if kind != "literal" else "a.b[1].c=3", kind=kind, base=base, read=str
    )

    assert base == {"a": {"b": [1, {"c": 2}]}, "d": None}


@pytest.mark.parametrize("text", ["[1,{}", '"x', '{"a":"]'])
def test_json_that_does_not_end_is_refused(text: str) -> None:
    with pytest.raises(SetPathInvalid, match="--set-json"):
        parse_set(f"a={text}", kind="json")


def test_without_a_reader_files_are_an_error() -> None:
    with pytest.raises(SetPathInvalid, match="files cannot be read here"):
        parse_set("a=b", kind="file")
