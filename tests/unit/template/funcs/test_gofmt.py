"""Values print as Go prints them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.errors import BudgetExceeded
from pkgtool.template.funcs.golang.fmt import sprint, sprintln, to_text
from pkgtool.template.funcs.golang.structs import Struct
from pkgtool.template.funcs.golang.values import SECOND, Duration


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "<nil>", id="nil"),
        pytest.param(True, "true", id="bool"),
        pytest.param(-7, "-7", id="int"),
        pytest.param(1 << 63, "-9223372036854775808", id="more than 64 bits wrap"),
        pytest.param(10**5000, "0", id="more digits than Python would print"),
        pytest.param(3.0, "3", id="whole float"),
        pytest.param(-0.0, "-0", id="negative zero"),
        pytest.param(999999.0, "999999", id="largest without exponent"),
        pytest.param(1000000.0, "1e+06", id="a million"),
        pytest.param(1234567.0, "1.234567e+06", id="seven digits"),
        pytest.param(123456.5, "123456.5", id="fraction"),
        pytest.param(0.0001, "0.0001", id="smallest without exponent"),
        pytest.param(0.00001, "1e-05", id="small"),
        pytest.param(1e21, "1e+21", id="large"),
        pytest.param(5e-324, "5e-324", id="denormal"),
        pytest.param(float("inf"), "+Inf", id="infinity"),
        pytest.param(float("nan"), "NaN", id="not a number"),
        pytest.param("a b", "a b", id="text"),
        pytest.param(b"hi", "[104 105]", id="bytes are numbers"),
        pytest.param([1, "x", None, [True]], "[1 x <nil> [true]]", id="list"),
        pytest.param((1, 2), "[1 2]", id="tuple"),
        pytest.param({"b": 1, "a": {"c": 1e6}}, "map[a:map[c:1e+06] b:1]", id="map by keys"),
        pytest.param({2: "x", "a": 1}, "map[a:1 2:x]", id="keys that are no text"),
        pytest.param(Duration(90 * SECOND), "1m30s", id="duration"),
        pytest.param(1 + 2j, "(1+2i)", id="complex"),
        pytest.param(datetime(2020, 1, 2, tzinfo=UTC), "2020-01-02 00:00:00 +0000 UTC", id="date"),
        pytest.param([Struct("*v", {"A": 1}, shown="v1")], "[v1]", id="struct"),
        pytest.param(Struct("engine.files", {"a": b"1"}, shown=""), "map[a:[49]]", id="other map"),
    ],
)
def test_a_value_prints_as_in_go(value: Any, text: str) -> None:
    assert to_text(value) == text


def test_print_puts_spaces_only_between_values_that_are_not_text() -> None:
    printed = sprint(1, 2, "a", 3, None, None, 4.5, True, [1], "b", "c")

    assert printed == "1 2a3 <nil> <nil> 4.5 true [1]bc"


def test_println_puts_spaces_everywhere_and_ends_the_line() -> None:
    assert sprintln(1, "a", None) == "1 a <nil>\n"


def test_a_map_that_contains_itself_is_not_followed_forever() -> None:
    endless: dict[str, Any] = {}
    endless["me"] = endless

    with pytest.raises(BudgetExceeded, match="levels deep"):
        to_text(endless)


def test_a_list_shared_two_to_the_sixtieth_times_is_refused() -> None:
    shared: list[Any] = []
    for _ in range(60):
        shared = [shared, shared]

    with pytest.raises(BudgetExceeded, match="more than"):
        to_text(shared)
