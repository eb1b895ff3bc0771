"""Text is cut, trimmed, quoted and laid out as in Sprig."""

from collections.abc import Callable
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import strings


def case(function: Callable[..., Any], *arguments: Any, gives: Any, id: str) -> Any:
    return pytest.param(function, arguments, gives, id=f"{function.__name__} {id}")


LONG = "1234 5678 9123"
_CUT = "runtime error: slice bounds out of range"


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        case(strings.hello, gives="Hello!", id="greets"),
        case(strings.abbrev, 5, "hello world", gives="he...", id="cuts"),
        case(strings.abbrev, 11, "hello world", gives="hello world", id="keeps what fits"),
        case(strings.abbrev, 3, "hello", gives="hello", id="needs four"),
        case(strings.abbrevboth, 5, 10, LONG, gives="...5678...", id="cuts both"),
        case(strings.abbrevboth, 4, 10, LONG, gives="1234 56...", id="near the start"),
        case(strings.abbrevboth, 99, 10, LONG, gives="...78 9123", id="behind the end"),
        case(strings.abbrevboth, 1, 6, LONG, gives=LONG, id="needs seven"),
        case(strings.trunc, 3, "héllo", gives="hé", id="counts bytes"),
        case(strings.trunc, 2, "héllo", gives="h\ufffd", id="may halve a character"),
        case(strings.trunc, -5, "hello world", gives="world", id="from the end"),
        case(strings.trunc, -9, "ab", gives="ab", id="more than there is"),
        case(strings.trunc, 0, "ab", gives="", id="to nothing"),
        case(strings.substr, 1, 3, "hello", gives="el", id="middle"),
        case(strings.substr, -1, 3, "hello", gives="hel", id="from the start"),
        case(strings.substr, 2, -1, "hello", gives="llo", id="to the end"),
        case(strings.substr, 2, 99, "hello", gives="llo", id="beyond the end"),
        case(strings.trim, "\u2003 a\x1f\n ", gives="a\x1f", id="Unicode spaces only"),
        case(strings.trim_all, "ab", "abcba", gives="c", id="set of characters"),
        case(strings.trim_suffix, "x", "axx", gives="ax", id="once"),
        case(strings.trim_prefix, "a", "aab", gives="ab", id="once"),
        case(strings.contains, "", "a", gives=True, id="nothing"),
        case(strings.contains, "z", "a", gives=False, id="no"),
        case(strings.has_prefix, "a", "ab", gives=True, id="yes"),
        case(strings.has_suffix, "a", "ab", gives=False, id="no"),
        case(strings.repeat, 3, "ab", gives="ababab", id="three times"),
        case(strings.repeat, 1 << 40, "", gives="", id="nothing, many times"),
        case(strings.replace, "", "-", "abc", gives="-a-b-c-", id="nothing"),
        case(strings.replace, "a", "", "banana", gives="bnn", id="by nothing"),
        case(strings.nospace, " a b\tc", gives="abc", id="drops spaces"),
        case(strings.nospace, "é", gives="é", id="without spaces"),
        case(strings.nospace, "é b", gives="Ã©b", id="takes bytes for characters"),
        case(strings.quote, "a", None, 1, [1], gives='"a" "1" "[1]"', id="leaves nil out"),
        case(strings.quote, 'a"\n', gives='"a\\"\\n"', id="escapes"),
        case(strings.quote, gives="", id="nothing"),
        case(strings.squote, "it's", None, 1.5, gives="'it's' '1.5'", id="escapes nothing"),
        case(strings.cat, "a", None, 1, "", "b", gives="a 1  b", id="leaves nil out"),
        case(strings.indent, 2, "a\n\nb", gives="  a\n  \n  b", id="empty lines too"),
        case(strings.nindent, 2, "a\n", gives="\n  a\n  ", id="starts a line"),
        case(strings.wrap, 5, "hello world foobarbaz x", gives="hello\nworld\nfoobarbaz\nx",
             id="keeps long words"),
        case(strings.wrap, 3, "a   b", gives="a  \nb", id="at the last space"),
        case(strings.wrap_with, 5, "|", "hello foobarbaz x", gives="hello|fooba|rbaz|x",
             id="breaks long words"),
        case(strings.wrap_with, 0, "", "ab", gives="a\nb", id="at least one in a line"),
        case(strings.wrap, 9, "", gives="", id="nothing"),
        case(strings.plural, "one", "many", 1, gives="one", id="one"),
        case(strings.plural, "one", "many", -1, gives="many", id="all others"),
    ],
)  # fmt: skip
def test_string_functions(
    function: Callable[..., Any], arguments: tuple[Any, ...], expected: Any
) -> None:
    assert function(*arguments) == expected


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        pytest.param(strings.substr, (5, 3, "abcdefgh"), f"{_CUT} [5:3]", id="crossed"),
        pytest.param(strings.substr, (9, -1, "abc"), f"{_CUT} [9:3]", id="behind the end"),
        pytest.param(strings.substr, (-1, 30, "abc"), f"{_CUT} [:30] with length 3", id="too long"),
        pytest.param(strings.substr, (-1, -1, "abc"), f"{_CUT} [:-1]", id="before the start"),
        pytest.param(strings.repeat, (-1, "a"), "strings: negative Repeat count", id="repeat"),
        pytest.param(strings.indent, (-1, "a"), "strings: negative Repeat count", id="indent"),
    ],
)
def test_impossible_cuts_are_refused(
    function: Callable[..., Any], arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(FunctionFailed) as caught:
        function(*arguments)

    assert caught.value.what == message
