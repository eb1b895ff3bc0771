"""Places in texts."""

from pkgtool.source import Span

TEXT = "spec:\n  replicas: {{ Values. }}\n\tport: 80\n"


def test_lines_and_columns_count_from_one() -> None:
    span = Span("a.yaml", TEXT, TEXT.index("replicas"), TEXT.index("replicas") + 8)

    assert (span.line, span.column) == (2, 3)
    assert str(span) == "a.yaml:2:3"


def test_an_excerpt_marks_what_is_meant() -> None:
    start = TEXT.index("{{")

    assert Span("a.yaml", TEXT, start, start + 13).excerpt() == (
        " --> a.yaml:2:13\n2 |   replicas: {{ Values. }}\n  |             ^^^^^^^^^^^^^"
    )


def test_a_mark_ends_with_its_line() -> None:
    span = Span("a.yaml", "one\ntwo\n", 0, 7)

    assert span.excerpt().endswith("| ^^^")


def test_a_tab_before_the_mark_stays_a_tab() -> None:
    start = TEXT.index("port")

    assert Span("a.yaml", TEXT, start, start + 4).excerpt().endswith("| \t^^^^")


def test_an_empty_span_is_still_seen() -> None:
    assert Span("a", "x", 1, 1).excerpt().endswith("|  ^")


def test_a_whole_line_is_marked_without_its_indentation() -> None:
    span = Span.at_line("a.yaml", TEXT, 2)

    assert TEXT[span.start : span.end] == "replicas: {{ Values. }}"


def test_a_line_beyond_the_text_is_the_last_one() -> None:
    assert Span.at_line("a", "one\ntwo", 99).line == 2


def test_of_a_long_line_only_what_is_near_the_mark_is_shown() -> None:
    shown = Span("a", "x" * 50_000 + "!" + "y" * 50_000, 50_000, 50_001).excerpt().splitlines()

    assert len(shown[1]) < 180
    assert shown[1][shown[2].index("^")] == "!"


def test_a_mark_may_be_wider_than_what_is_shown() -> None:
    place, line, mark = Span("a", "x" * 1000, 0, 1000).excerpt().splitlines()

    assert place == " --> a:1:1"
    assert len(mark) <= len(line)
