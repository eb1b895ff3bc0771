"""Lines of the log on standard error, in the form of Go's text handler."""

import pytest

from pkgtool.cli.output import remark, warn


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("short", "level=WARN msg=short"),
        ("two words", 'level=WARN msg="two words"'),
        ('a "b"', r'level=WARN msg="a \"b\""'),
        ("a=b", 'level=WARN msg="a=b"'),
        ("a\nb", r'level=WARN msg="a\nb"'),
        ("", 'level=WARN msg=""'),
    ],
)
def test_a_warning(capsys: pytest.CaptureFixture[str], text: str, line: str) -> None:
    warn(text)

    assert capsys.readouterr().err == f"{line}\n"


def test_what_a_warning_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    warn("gone", repo="a", error="no such file")

    assert capsys.readouterr().err == 'level=WARN msg=gone repo=a error="no such file"\n'


def test_remarks_are_log_lines_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    remark("waiting up to 60 s")
    remark("warning: odd")

    assert capsys.readouterr().err == ('level=INFO msg="waiting up to 60 s"\nlevel=WARN msg=odd\n')
