"""How an end with an error looks: expected ones, bugs, signals."""

import signal
import stat
from pathlib import Path

import pytest

from pkgtool.cli.failure import report_bug, show_error
from pkgtool.cli.signals import Stopped, exit_code
from pkgtool.errors import ReleaseBusy, TemplateRender, UsageError, YamlInvalid
from pkgtool.source import Span


@pytest.fixture(autouse=True)
def reports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder where reports go."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def provoke() -> Exception:
    try:
        raise KeyError("a bug")
    except KeyError as error:
        return error


def test_a_bug_is_reported_in_a_file(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = report_bug(provoke())

    (report,) = reports.glob("pkgtool-report-*.txt")
    said = capsys.readouterr()
    assert status == 3
    assert said.out == ""
    assert f"a report was written to {report}" in said.err
    assert "this is a bug in pkgtool: KeyError" in said.err
    assert "Traceback" not in said.err
    assert "in provoke" in report.read_text()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_every_report_is_a_new_file(reports: Path) -> None:
    """So that nobody can put a symbolic link where the next one will be."""
    report_bug(provoke())
    report_bug(provoke())

    assert len(list(reports.glob("pkgtool-report-*.txt"))) == 2


def test_a_bug_is_told_even_when_there_is_no_place_for_its_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/dev/null")

    assert report_bug(provoke()) == 3
    assert "in provoke" in capsys.readouterr().err


def test_an_error_says_what_where_and_what_next(capsys: pytest.CaptureFixture[str]) -> None:
    error = TemplateRender("it broke", where=Span("a.yaml", "x: y\n", 3, 4), hint="mend it")

    assert show_error(error) == 1
    assert capsys.readouterr().err == (
        "Error: it broke\n  [P302]\n   --> a.yaml:1:4\n  1 | x: y\n    |    ^\n  hint: mend it\n"
    )


def test_causes_are_told_unless_they_were_told_already(
    capsys: pytest.CaptureFixture[str],
) -> None:
    inner, middle = YamlInvalid("line 3 is odd"), TemplateRender("in a.tpl: line 3 is odd")
    outer = TemplateRender("cannot render b.yaml")
    middle.__cause__, outer.__cause__ = inner, middle

    show_error(outer)

    assert capsys.readouterr().err == (
        "Error: cannot render b.yaml\n  [P302]\n  caused by: in a.tpl: line 3 is odd [P302]\n"
    )


def test_one_line_is_enough_for_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    show_error(TemplateRender("it broke", hint="mend it"))

    assert capsys.readouterr().err == "Error: it broke\n  [P302] hint: mend it\n"


def test_what_is_only_ours_can_be_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PKGTOOL_ERROR_DETAIL", "0")

    show_error(TemplateRender("it broke", where=Span("a.yaml", "x: y\n", 3, 4), hint="mend it"))

    assert capsys.readouterr().err == "Error: it broke\n"


def test_exit_codes_say_what_kind_of_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_error(UsageError("what?")) == 1
    assert show_error(ReleaseBusy("wait")) == 75
    assert exit_code(Stopped(signal.SIGTERM)) == 143
    assert exit_code(Stopped(signal.SIGINT)) == 130
    assert exit_code(KeyboardInterrupt()) == 130
