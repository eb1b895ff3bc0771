"""What the YAML and JSON functions give, and what they give when they fail."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.errors import BudgetExceeded, FunctionFailed
from pkgtool.template.funcs import encoding
from pkgtool.template.funcs.golang.values import Duration
from pkgtool.template.funcs.semver import semver

VALUE = {"b": [1, 2.0, {"c": None}], "a": "yes", "t": True, "e": {}, "l": []}
OTHERS = {
    "at": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
    "bytes": b"hi",
    "span": Duration(1500),
    "version": semver("1.2"),
    "pair": (1, 2),
    1: "number for a key",
}


def test_yaml_is_written_without_its_last_line_end() -> None:
    text = 'a: "yes"\nb:\n- 1\n- 2\n- c: null\ne: {}\nl: []\nt: true'

    assert encoding.to_yaml(VALUE) == text
    assert encoding.must_to_yaml(VALUE) == text
    assert encoding.to_yaml(None) == "null"
    assert encoding.to_yaml("") == '""'


def test_pretty_yaml_indents_lists() -> None:
    assert encoding.to_yaml_pretty({"a": [{"b": 1}]}) == "a:\n  - b: 1"


def test_json_is_written_with_sorted_keys() -> None:
    text = '{"a":"yes","b":[1,2,{"c":null}],"e":{},"l":[],"t":true}'

    assert encoding.to_json(VALUE) == text
    assert encoding.must_to_json(VALUE) == text
    assert encoding.to_raw_json(VALUE) == text


def test_pretty_json_is_indented_by_two() -> None:
    text = '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}'

    assert encoding.to_pretty_json({"b": [], "a": [1, {}]}) == text
    assert encoding.must_to_pretty_json({"b": [], "a": [1, {}]}) == text


def test_only_raw_json_leaves_markup_alone() -> None:
    assert encoding.to_json("<a&b>\u2028") == '"\\u003ca\\u0026b\\u003e\\u2028"'
    assert encoding.to_pretty_json("<") == '"\\u003c"'
    assert encoding.to_raw_json("<a&b>\u2028") == '"<a&b>\\u2028"'
    assert encoding.must_to_raw_json("<") == '"<"'


def test_values_of_other_types_have_a_form_too() -> None:
    assert encoding.to_json(OTHERS) == (
        '{"1":"number for a key","at":"2020-01-02T03:04:05Z","bytes":"aGk=","pair":[1,2],'
        '"span":1500,"version":"1.2.0"}'
    )
    assert 'at: "2020-01-02T03:04:05Z"\n' in encoding.to_yaml(OTHERS)


def test_the_value_itself_is_not_changed() -> None:
    before = dict(OTHERS)

    encoding.to_yaml(OTHERS)

    assert before == OTHERS


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_what_json_cannot_say_gives_nothing(number: float) -> None:
    assert encoding.to_yaml([number]) == ""
    assert encoding.to_json({"a": number}) == ""
    assert encoding.to_pretty_json(number) == ""
    assert encoding.to_yaml_pretty(number) == ""


@pytest.mark.parametrize(
    ("write", "words"),
    [
        pytest.param(
            encoding.must_to_yaml,
            "error marshaling into JSON: json: unsupported value: +Inf",
            id="mustToYaml",
        ),
        pytest.param(encoding.must_to_json, "json: unsupported value: +Inf", id="mustToJson"),
        pytest.param(
            encoding.must_to_pretty_json, "json: unsupported value: +Inf", id="mustToPrettyJson"
        ),
        pytest.param(encoding.to_raw_json, "json: unsupported value: +Inf", id="toRawJson"),
        pytest.param(
            encoding.must_to_raw_json, "json: unsupported value: +Inf", id="mustToRawJson"
        ),
    ],
)
def test_the_must_twins_fail_instead(write: Any, words: str) -> None:
    with pytest.raises(FunctionFailed) as caught:
        write({"a": [float("inf")]})

    assert caught.value.what == words


WRITERS = [
    pytest.param(each, id=each.__name__)
    for each in (
        encoding.to_yaml,
        encoding.must_to_yaml,
        encoding.to_yaml_pretty,
        encoding.to_json,
        encoding.must_to_json,
        encoding.to_pretty_json,
        encoding.to_raw_json,
    )
]


@pytest.mark.parametrize("write", WRITERS)
def test_a_map_that_contains_itself_is_refused(write: Any) -> None:
    loop: dict[str, Any] = {}
    loop["a"] = [loop]

    with pytest.raises(BudgetExceeded):
        write(loop)


def doubled(value: Any) -> Any:
    """Return lists in lists that hold `value` 2^60 times."""
    for _ in range(60):
        value = [value, value]
    return value


@pytest.mark.parametrize("write", WRITERS)
def test_a_value_that_shares_parts_exponentially_is_refused(write: Any) -> None:
    with pytest.raises(BudgetExceeded):
        write(doubled("x" * 100_000))


def test_small_parts_that_are_shared_exponentially_are_counted() -> None:
    with pytest.raises(BudgetExceeded):
        encoding.to_json(doubled("x"))


@pytest.mark.parametrize("write", WRITERS)
def test_a_long_text_held_many_times_is_refused(write: Any) -> None:
    with pytest.raises(BudgetExceeded):
        write(["x" * 1_000_000] * 17)


def test_complex_numbers_have_no_form() -> None:
    assert encoding.to_yaml([2j]) == encoding.to_json(2j) == encoding.to_pretty_json(2j) == ""
    with pytest.raises(FunctionFailed, match="json: unsupported type: complex128"):
        encoding.must_to_json({"a": 2j})
    with pytest.raises(FunctionFailed, match="cannot marshal type: complex128"):
        encoding.to_yaml_pretty([2j])


@pytest.mark.parametrize("write", WRITERS)
def test_what_is_no_template_value_is_refused(write: Any) -> None:
    with pytest.raises(FunctionFailed, match="unsupported type"):
        write({"a": object()})


def test_deep_bytes_do_not_cost_more_than_one_walk() -> None:
    """A change deep down is found once, not once more on each level above it."""
    value: Any = b"hi"
    for _ in range(150):
        value = {"a": value}

    assert '"aGk="' in encoding.to_json(value)


def test_yaml_numbers_are_floats() -> None:
    assert encoding.from_yaml("a: 1\nb: [0x10, 1.5]\nc: '1'") == {
        "a": 1.0,
        "b": [16, 1.5],
        "c": "1",
    }
    assert type(encoding.from_yaml("a: 1")["a"]) is float
    assert encoding.from_yaml_array("- 1\n- x: ~") == [1.0, {"x": None}]


def test_json_numbers_are_floats() -> None:
    value = encoding.from_json('{"a": 1, "b": [12345678901234567890]}')

    assert value == {"a": 1.0, "b": [1.2345678901234567e19]}
    assert type(value["a"]) is float
    assert encoding.from_json_array("[1, null]") == [1.0, None]


@pytest.mark.parametrize("text", ["", "null", "# only a comment"])
def test_no_yaml_is_an_empty_map_or_list(text: str) -> None:
    assert encoding.from_yaml(text) == {}
    assert encoding.from_yaml_array(text) == []


def test_json_null_is_an_empty_map_or_list() -> None:
    assert encoding.from_json("null") == {}
    assert encoding.from_json_array("null") == []


MAP = "Go value of type map[string]interface {}"
ARRAY = "Go value of type []interface {}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("[1]", "array", id="array"),
        pytest.param('"x"', "string", id="string"),
        pytest.param("1", "number", id="number"),
        pytest.param("true", "bool", id="bool"),
        pytest.param("{}", "object", id="object"),
    ],
)
def test_another_type_gives_the_error_as_content(text: str, found: str) -> None:
    yaml = "error unmarshaling JSON: while decoding JSON: "
    if found != "object":
        message = f"json: cannot unmarshal {found} into {MAP}"
        assert encoding.from_json(text) == {"Error": message}
        assert encoding.from_yaml(text) == {"Error": yaml + message}
    if found != "array":
        message = f"json: cannot unmarshal {found} into {ARRAY}"
        assert encoding.from_json_array(text) == [message]
        assert encoding.from_yaml_array(text) == [yaml + message]


def test_broken_yaml_gives_the_error_as_content() -> None:
    assert encoding.from_yaml("a: b: c") == {
        "Error": "error converting YAML to JSON: yaml: mapping values are not allowed in this context"
    }
    error = encoding.from_yaml("a: [1")["Error"]

    assert error.startswith("error converting YAML to JSON: yaml: line 1")
    assert encoding.from_yaml_array("a: [1") == [error]


@pytest.mark.parametrize(
    "text", ["", "{", "{'a': 1}", "[1,]", "nul", "01", "1e", '"\\q"', '"\n"', "{} x", "é"]
)
def test_broken_json_gives_the_error_as_content(text: str) -> None:
    error = encoding.from_json(text)["Error"]

    assert error
    assert encoding.from_json_array(text) == [error]
    with pytest.raises(FunctionFailed) as caught:
        encoding.must_from_json(text)
    assert caught.value.what == error


@pytest.mark.parametrize("text", ["1e999", "[" * 100_000, '{"a":' * 100_000])
def test_hostile_json_is_refused(text: str) -> None:
    assert set(encoding.from_json(text)) == {"Error"}


def test_must_from_json_takes_any_value() -> None:
    values = [encoding.must_from_json(text) for text in ("1", '"x"', "true", "null", "[{}]")]

    assert values == [1.0, "x", True, None, [{}]]


@pytest.mark.parametrize(
    "read",
    [
        encoding.from_yaml,
        encoding.from_yaml_array,
        encoding.from_json,
        encoding.from_json_array,
        encoding.must_from_json,
    ],
)
def test_only_text_is_read(read: Any) -> None:
    values: tuple[Any, ...] = (None, 1, {}, b"{}")
    for value in values:
        with pytest.raises(FunctionFailed, match="expected string"):
            read(value)
