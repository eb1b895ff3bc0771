"""Real shells complete commands, flags, releases, charts and versions."""

import shutil
import subprocess
from typing import Any

import pytest

from tests.conftest import ROOT

HELLO = str(ROOT / "charts" / "hello")

BASH = """
source <(pkgtool completion bash)
c() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=(); __pkgtool_complete
      printf '<%s>' "${COMPREPLY[@]}"; echo; }
compopt() { :; }
"""

ZSH = """
autoload -U compinit; compinit -u
source <(pkgtool completion zsh)
_describe() { print -n -- "<${(j:><:)${(P)3}}>"; }
_files() { print -n files; }
c() { words=("$@"); CURRENT=$#; __pkgtool_complete; print; }
"""

FISH = """
pkgtool completion fish | source
function c; complete -C (string join ' ' -- $argv) | while read line; echo -n "<$line>"; end; echo; end
"""


def ask(shell: Any, name: str, prologue: str, *lines: str) -> list[str]:
    """Return what the shell called `name` answers to calls of the function `c`."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed")
    flags = {"zsh": ["-f"], "fish": ["--no-config"], "bash": ["--norc"]}[name]
    done = subprocess.run(
        [program, *flags, "-c", prologue + "\n".join(lines)],
        cwd=shell.folder,
        env=shell.environment | {"PATH": f"{shell.program.parent}:{shell.environment['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash(shell: Any) -> None:
    shell.ok("install", "shop", HELLO)

    assert ask(
        shell,
        "bash",
        BASH,
        "c pkgtool ins",
        "c pkgtool status s",
        "c pkgtool get val",
        "c pkgtool list --time",
        "c pkgtool rollback shop ''",
        "c pkgtool status shop ''",
        "c pkgtool -n other status ''",
        "c pkgtool nonsense ''",
        "c pkgtool completion ''",
    ) == [
        "<install>",
        "<shop>",
        "<values>",
        "<--time-format>",
        "<1>",
        "<>",
        "<>",
        "<>",
        "<bash><zsh><fish><powershell>",
    ]


def test_bash_shows_descriptions_where_there_is_a_choice(shell: Any) -> None:
    shell.ok("install", "shop", HELLO)
    shell.ok("install", "ship", HELLO)

    (line,) = ask(shell, "bash", BASH, "c pkgtool status s")

    assert line.startswith("<ship ")
    assert "(hello-0.1.0 -> deployed)>" in line


def test_zsh(shell: Any) -> None:
    shell.ok("install", "shop", HELLO)

    assert ask(
        shell, "zsh", ZSH, "c pkgtool status ''", "c pkgtool rollback shop ''", "c pkgtool lint ''"
    ) == ["<shop:hello-0.1.0 -> deployed>", "<1:App: 1.27, Chart: hello-0.1.0>", "files"]


def test_fish(shell: Any) -> None:
    shell.ok("install", "shop", HELLO)

    assert ask(shell, "fish", FISH, "c pkgtool status ''", "c pkgtool ins") == [
        "<shop\thello-0.1.0 -> deployed>",
        "<install\tInstall CHART as a new release.>",
    ]


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_has_a_script(shell: Any, kind: str) -> None:
    assert " __complete " in shell.ok("completion", kind)
    assert " __completeNoDesc " in shell.ok("completion", kind, "--no-descriptions")


@pytest.mark.parametrize(
    "arguments", [[], ["--nonsense", ""], ["get", "--revision"], ["repo", "x", ""]]
)
def test_nothing_that_is_asked_is_an_error(shell: Any, arguments: list[str]) -> None:
    assert shell.ok("__complete", *arguments).rstrip().rpartition(":")[2].isdigit()
