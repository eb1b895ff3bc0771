"""A template is cut into text and actions, and an action into tokens."""

import pytest

from pkgtool.template.gotpl.lexer import cut, tokens


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
        pytest.param("{{ .x", [("action", " .x")], id="open action"),
    ],
)  # fmt: skip
def test_cutting(source: str, pieces: list[tuple[str, str]]) -> None:
    assert [(piece.kind, piece.text) for piece in cut(source)] == pieces


def test_an_open_action_is_the_rest_of_the_file() -> None:
    assert [piece.closed for piece in cut('{{ a }}{{ "b }} c')] == [True, False]


@pytest.mark.parametrize(
    ("action", "kinds"),
    [
        pytest.param(".a.b", "field field end", id="fields"),
        pytest.param(".", "dot end", id="dot"),
        pytest.param("$x.y := 1", "variable field space declare space number end", id="variable"),
        pytest.param("$ = nil", "variable space assign space nil end", id="root"),
        pytest.param("f|g", "function pipe function end", id="pipe"),
        pytest.param("(f 1) true", "open function space number close space bool end", id="parens"),
        pytest.param("if else", "keyword space keyword end", id="keywords"),
        pytest.param("1 -2 0x1F 1e3 .5 1_000 2i", "number space " * 6 + "number end", id="numbers"),
        pytest.param("1+2i", "number end", id="complex"),
        pytest.param("'a' `b` \"c\"", "character space raw space string end", id="texts"),
        pytest.param("$a, $b", "variable symbol space variable end", id="comma"),
        pytest.param("größe", "function end", id="letters of all languages"),
    ],
)
def test_tokens(action: str, kinds: str) -> None:
    assert [token.kind for token in tokens(action)] == kinds.split()


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
def test_a_fault_is_the_last_token(action: str, message: str) -> None:
    last = tokens(action)[-1]

    assert (last.kind, last.text) == ("fault", message)


def test_an_action_without_an_end_says_so() -> None:
    assert tokens(" .a", closed=False)[-1].text == "unclosed action"
