"""How long work is shown."""

import pytest

from pkgtool.cli.progress import ProgressLine, progress_on_terminal, progress_text, size_text


def test_a_bar_where_the_end_is_known() -> None:
    assert progress_text("web", 512, 2048) == (
        "web [######                  ]  25% 512 B of 2.0 KiB"
    )
    assert progress_text("web", 4096, 2048).startswith("web [########################] 100%")


def test_only_what_is_done_where_it_is_not() -> None:
    assert progress_text("web", 3 * 1024 * 1024, 0) == "web 3.0 MiB"
    assert size_text(5 * 1024**3) == "5.0 GiB"


def test_short_work_is_not_shown_and_long_work_not_at_every_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    moments = iter((0.0, 0.1, 0.29, 0.31, 0.35, 0.45))
    line = ProgressLine(clock=lambda: next(moments))

    for _ in range(5):
        line.show("web", 1, 2)
    line.clear()
    line.clear()

    shown = capsys.readouterr().err
    assert shown.count("\r\x1b[Kweb") == 2
    assert shown.endswith("\r\x1b[K")
    assert shown.count("\r") == 3


def test_nothing_is_shown_in_pipes() -> None:
    with progress_on_terminal() as progress:
        assert progress is None
