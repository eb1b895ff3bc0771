"""Every command of the tutorial works, in its order."""

from typing import Any

from pkgtool.docs import page


def test_the_tutorial(shell: Any) -> None:
    lines = [line.strip() for line in page("tutorial.md").splitlines() if line.startswith("    ")]
    commands = [line.split() for line in lines if line.startswith("pkgtool ")]

    for _, *arguments in commands:
        shell.ok(*arguments)

    assert len(commands) > 15
