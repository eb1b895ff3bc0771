"""A template is cut into text and actions, and an action into words of some kind."""

import pytest

from pkgtool.template.gotpl.syntax.lexer import Kinds, cut, finish, split


def words_of(action: str, *, closed: bool = True) -> tuple[list[str], str]:
    return finish(*split(action, Kinds()), closed=closed)


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        pytest.param("plain", [("text", "plain")], id="no action"),
        pytest.param("a{{ .x }}b", [("text", "a"), ("action", " .x "), ("text", "b")], id="one"),
        pytest.param("a \n{{- .x -}} \n b", [("text", "a"), ("action", ".x"), ("text", "b")],
                     id="trim markers take the spaces"),
        pytest.param("a {{-1}}", [("text", "a "), ("action", "-1")], id="a minus is no marker"),
        pytest.param("a{{/* c */}}b", [("text", "a"), ("text", "b")], id="comment"),
        pytest.param("a {{- /* c */ -}} b", [("text", "a"), ("text", "b")], id="trimmed comment"),
        pytest.param('{{ "}}" }}', [("action", ' "}}" ')], id="delimiter in text"),
        pytest.param("{{ `}}\n` }}", [("action", " `}}\n` ")], id="delimiter in raw text"),
        pytest.param("{{ '}' }}", [("action", " '}' ")], id="brace in a character"),
        pytest.param("a{{/* c", [("text", "a"), ("fault", "unclosed comment")], id="open comment"),
        pytest.param("{{ .x", [("open action", " .x")], id="open action"),
    ],
)  # fmt: skip
def test_cutting(source: str, pieces: list[tuple[str, str]]) -> None:
    assert [(kind, text) for kind, _, _, text in cut(source)] == pieces


def test_an_open_action_is_the_rest_of_the_file() -> None:
    assert [(kind, text) for kind, _, _, text in cut('{{ a }}{{ "b }} c')] == [
        ("action", " a "),
        ("open action", ' "b }} c'),
    ]


def test_pieces_know_where_they_begin() -> None:
    text = "a\n{{- /*\n*/ -}}\n{{ .x -}}\n\nb\n{{ .y }}"

    assert [(at, line) for _, at, line, _ in cut(text)] == [(0, 1), (18, 4), (27, 6), (31, 7)]


@pytest.mark.parametrize(
    ("action", "shape"),
    [
        pytest.param(".a.b", "F}", id="fields"),
        pytest.param(".", ".}", id="dot"),
        pytest.param("$x.y := 1", "V : 0}", id="variable"),
        pytest.param("$ = nil", "$ = n}", id="root"),
        pytest.param("f|quote", "?|f}", id="pipe, and a function that there is not"),
        pytest.param("(len 1).a true", "(f 0)F b}", id="parens"),
        pytest.param("if else", "I E}", id="keywords"),
        pytest.param("1 -2 0x1F 1e3 .5 1_000 2i", "0 0 0 0 0 0 0}", id="numbers"),
        pytest.param("1+2i", "0}", id="complex"),
        pytest.param("08 'ab'", "# #}", id="numbers that mean nothing"),
        pytest.param("'a' `b` \"c\"", '0 " "}', id="texts"),
        pytest.param(r'"\q"', "%}", id="text that means nothing"),
        pytest.param("$a, $b", "$, $}", id="comma"),
        pytest.param("a ! b", "? s", id="nothing follows a symbol"),
        pytest.param("größe", "?}", id="letters of all languages"),
    ],
)
def test_the_kinds_of_words_are_a_shape(action: str, shape: str) -> None:
    assert words_of(action)[1] == shape


@pytest.mark.parametrize(
    ("action", "message"),
    [
        pytest.param(".a-b", "bad character U+002D '-'", id="hyphen in a field"),
        pytest.param('$x="a"', "bad character U+003D '='", id="no space before ="),
        pytest.param('"a', "unterminated quoted string", id="text"),
        pytest.param("`a", "unterminated raw quoted string", id="raw text"),
        pytest.param("'a", "unterminated character constant", id="character"),
        pytest.param("1a", 'bad number syntax: "1a"', id="number"),
        pytest.param(".5x", 'bad number syntax: ".5x"', id="letter after a fraction"),
        pytest.param("1+2", 'bad number syntax: "1+2"', id="complex without i"),
        pytest.param(": x", "expected :=", id="colon"),
        pytest.param("(a", "unclosed left paren", id="open paren"),
        pytest.param("a)", "unexpected right paren", id="stray paren"),
        pytest.param("\x01", "unrecognized character in action: U+0001", id="control character"),
    ],
)
def test_a_fault_is_the_last_word(action: str, message: str) -> None:
    words, shape = words_of(action)

    assert (words[-1], shape[-1]) == (message, "!")


def test_an_action_without_an_end_says_so() -> None:
    assert words_of(" .a", closed=False)[0][-1] == "unclosed action"
