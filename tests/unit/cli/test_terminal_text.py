"""Tables, and text that is harmless to a terminal."""

import pytest

from pkgtool.cli.output import table, visible


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        pytest.param("plain\ttext\n", "plain\ttext\n", id="plain"),
        pytest.param("grüße ⎈ 日本", "grüße ⎈ 日本", id="other scripts"),
        pytest.param("\x1b[31mred", "␛[31mred", id="escape"),
        pytest.param("a\rb\x08c\x00", "a␛b␛c␛", id="other controls"),
        pytest.param("\x9b2J", "␛2J", id="eight bits"),
        pytest.param("a\u202eb\u2066c\u200b", "a␛b␛c␛", id="direction and invisible"),
    ],
)
def test_what_would_steer_a_terminal_is_replaced(text: str, harmless: str) -> None:
    assert visible(text) == harmless


def test_columns_are_padded_and_joined_by_tabs() -> None:
    assert table(("A", "LONG"), [("long", "b")]) == "A   \tLONG\nlong\tb   \n"


def test_a_table_without_anything_is_nothing() -> None:
    assert table((), []) == ""


def test_cells_are_one_line_and_may_be_cut() -> None:
    assert table((), [("a\nb\tc\x1b", "x" * 20)], width=10) == "a b c␛\txxxxxxx...\n"


def test_tables_fit_the_terminal_by_their_widest_cells() -> None:
    rows = [("stable/web", "1.2.3", "a description that is much longer than the rest")]

    text = table(("NAME", "VERSION", "DESCRIPTION"), rows, columns=50)

    assert text == (
        "NAME        VERSION  DESCRIPTION                  \n"
        "stable/web  1.2.3    a description that is much...\n"
    )
    assert all(len(line) <= 50 for line in text.splitlines())


def test_titles_are_never_cut_however_narrow_the_terminal() -> None:
    text = table(("NAME", "DESCRIPTION"), [("x" * 30, "y" * 30)], columns=10)

    assert text.splitlines() == ["NAME  DESCRIPTION", "x...  yyyyyyyy..."]


def test_tables_in_pipes_are_whole() -> None:
    assert "y" * 300 in table(("A",), [("y" * 300,)])
