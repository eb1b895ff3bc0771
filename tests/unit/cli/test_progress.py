"""How long work is shown."""

from collections.abc import Callable, Iterable

import pytest

from pkgtool.cli.progress import ProgressLine, current_progress, progress_text, size_text


def test_a_bar_where_the_end_is_known() -> None:
    assert progress_text("web", 512, 2048) == (
        "web [######                  ]  25% 512 B of 2.0 KiB"
    )
    assert progress_text("web", 4096, 2048).startswith("web [########################] 100%")


def test_only_what_is_done_where_it_is_not() -> None:
    assert progress_text("web", 3 * 1024 * 1024, 0) == "web 3.0 MiB"
    assert size_text(5 * 1024**3) == "5.0 GiB"


def at(moments: Iterable[float]) -> Callable[[], float]:
    coming = iter(moments)
    return lambda: next(coming)


def test_short_work_is_not_shown_and_long_work_not_at_every_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = ProgressLine(clock=at((0.0, 0.1, 0.29, 0.31, 0.35, 0.45)))
    advance = line.begin("web")

    for _ in range(5):
        advance(1, 2)
    line.clear()
    line.clear()

    shown = capsys.readouterr().err
    assert shown.count("\r\x1b[Kweb") == 2
    assert shown.endswith("\r\x1b[K")
    assert shown.count("\r") == 3


def test_several_transfers_share_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine(clock=at((0, 1, 2, 3, 4)))
    web, db = line.begin("web"), line.begin("db")

    web(100, 200)
    db(100, 600)
    web(0, 0)
    db(300, 600)
    web(5, 0)

    assert capsys.readouterr().err.split("\r\x1b[K")[1:] == [
        progress_text("web", 100, 200),
        progress_text("2 files", 200, 800),
        progress_text("db", 300, 600),
        progress_text("2 files", 305, 0),
    ]


def test_the_line_goes_with_the_last_transfer_and_before_other_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = ProgressLine(clock=at((0, 1, 2)))
    advance = line.begin("\x1b[2Jweb")

    advance(1, 0)
    with line.away():
        pass
    advance(2, 0)
    advance(0, 0)

    away = "\r\x1b[K"
    assert capsys.readouterr().err == f"{away}␛[2Jweb 1 B{away}{away}␛[2Jweb 2 B{away}"


def test_nothing_is_shown_without_a_command_line() -> None:
    assert current_progress() is None
