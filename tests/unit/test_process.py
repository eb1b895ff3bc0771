"""Other programs are run within limits, and leave nothing behind."""

import sys
import time

import pytest

from pkgtool.errors import ProcessTimedOut, ProcessUnusable
from pkgtool.process import attach_process, run_process

ENV = {"PATH": "/usr/bin:/bin"}


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_output_and_status_are_returned() -> None:
    code = "import sys; print(sys.stdin.read()[::-1]); print('no', file=sys.stderr); sys.exit(3)"

    done = run_process(python(code), env=ENV, data=b"abc")

    assert (done.status, done.out, done.words) == (3, b"cba\n", "no")


def test_much_input_and_much_output_do_not_block_each_other() -> None:
    code = "import sys; sys.stdout.write(sys.stdin.read())"

    assert run_process(python(code), env=ENV, data=b"x" * 3_000_000).out == b"x" * 3_000_000


def test_a_signal_becomes_a_status_as_in_a_shell() -> None:
    assert run_process(python("import os; os.kill(os.getpid(), 9)"), env=ENV).status == 137


def test_what_takes_too_long_is_ended_with_its_children() -> None:
    began = time.monotonic()

    with pytest.raises(ProcessTimedOut, match="took too long"):
        run_process(["sh", "-c", "sleep 60 & sleep 60"], env=ENV, timeout_s=0.2)

    assert time.monotonic() - began < 30


def test_what_closes_its_streams_and_stays_is_ended() -> None:
    with pytest.raises(ProcessTimedOut):
        run_process(["sh", "-c", "exec >&- 2>&-; sleep 60"], env=ENV, timeout_s=0.2)


def test_output_without_end_is_refused() -> None:
    with pytest.raises(ProcessUnusable, match="printed more than 1000 bytes"):
        run_process(["sh", "-c", "yes"], env=ENV, limit_bytes=1000)


@pytest.mark.parametrize("command", [["no-such-program"], ["a\0b"], ["/etc/passwd"]])
def test_what_cannot_be_started_is_named(command: list[str]) -> None:
    with pytest.raises(ProcessUnusable):
        run_process(command, env=ENV)


def test_an_attached_program_passes_on_its_status() -> None:
    assert attach_process(python("raise SystemExit(7)"), env=ENV) == 7


def test_an_attached_program_can_have_a_deadline() -> None:
    with pytest.raises(ProcessTimedOut):
        attach_process(["sleep", "60"], env=ENV, timeout_s=0.1)
