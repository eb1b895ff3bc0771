"""What is printed, where: data on standard output, the rest on the other; terminals are safe."""

import json
import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pkgtool import yamlcodec

ROOT = Path(__file__).parents[2]
HELLO = str(ROOT / "charts" / "hello")
ESCAPES = "\x1b[31mred\x1b]0;title\x07\u202e\x9b2J"


def on_a_terminal(shell: Any, *arguments: str, **environment: str) -> str:
    """Return what a command writes to a terminal, standard error included."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [shell.program, *arguments],
        cwd=shell.folder,
        env=shell.environment | environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    seen = b""
    while True:
        try:
            piece = os.read(controller, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(controller)
    process.wait(timeout=30)
    return seen.decode()


@pytest.fixture
def hostile(shell: Any) -> Any:
    """A chart that tries to steer the terminal of who looks at it."""
    text = json.dumps(ESCAPES)
    shell.write(
        "bad/Chart.yaml",
        f"apiVersion: v2\nname: bad\nversion: 1.0.0\nengine: jinja2\n"
        f"description: {text}\nappVersion: {text}\n",
    )
    shell.write("bad/values.yaml", f"word: {text}\n")
    shell.write("bad/README.md", ESCAPES)
    shell.write("bad/templates/NOTES.txt", "{{ Values.word }}")
    shell.write(
        "bad/templates/web.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
        "data: {word: {{ Values.word | replace('\\x9b', '') | toJson }}}\n",
    )
    return shell


def test_control_characters_of_charts_never_reach_a_terminal(hostile: Any) -> None:
    """In every command that prints what a chart, a record or an error says."""
    hostile.ok("install", "shop", "./bad")
    for arguments in (
        ["template", "./bad"],
        ["show", "./bad"],
        ["show", "readme", "./bad"],
        ["list"],
        ["status", "shop"],
        ["history", "shop"],
        ["get", "shop"],
        ["get", "notes", "shop"],
        ["get", "values", "shop", "--all"],
        ["diff", "upgrade", "shop", "./bad", "--set", f"word={ESCAPES}\n"],
        ["upgrade", "shop", "./bad", "--set", f"word={ESCAPES}x"],
        ["install", ESCAPES, "./bad"],
        ["status", ESCAPES],
        [ESCAPES],
    ):
        seen = on_a_terminal(hostile, *arguments, NO_COLOR="1")

        assert seen, arguments
        assert set("\x1b\x07\x9b\u202e").isdisjoint(seen), arguments


def test_terminals_are_coloured_and_pipes_are_not(shell: Any) -> None:
    shell.ok("install", "shop", HELLO)

    assert "\x1b[32mdeployed\x1b[0m" in on_a_terminal(shell, "list")
    assert "STATUS: \x1b[32mdeployed\x1b[0m" in on_a_terminal(shell, "status", "shop")
    assert "\x1b[31mError:\x1b[0m" in on_a_terminal(shell, "status", "nope")
    assert "\x1b[32m+" in on_a_terminal(
        shell, "diff", "upgrade", "shop", HELLO, "--set", "replicas=2"
    )
    for arguments in (["list"], ["status", "shop"], ["status", "nope"]):
        piped = shell.run(*arguments)
        assert "\x1b" not in piped.out + piped.err


@pytest.mark.parametrize(
    ("flags", "environment", "colored"),
    [
        pytest.param([], {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(["--color", "never"], {}, False, id="never"),
        pytest.param([], {"PKGTOOL_COLOR": "never"}, False, id="variable"),
        pytest.param(["--colour", "always"], {"NO_COLOR": "1"}, True, id="the flag wins"),
    ],
)
def test_who_decides_about_colours(
    shell: Any, flags: list[str], environment: dict[str, str], colored: bool
) -> None:
    seen = on_a_terminal(shell, "list", *flags, **environment)

    assert ("\x1b" in seen) is colored


def test_always_means_pipes_too(shell: Any) -> None:
    assert "\x1b[1mNAME" in shell.ok("list", "--color", "always")
    assert "\x1b[31mError:" in shell.run("status", "nope", "--color", "always").err


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["status", "shop"],
        ["history", "shop"],
        ["get", "shop"],
        ["get", "values", "shop"],
        ["get", "values", "shop", "--all"],
        ["get", "metadata", "shop"],
        ["diff", "upgrade", "shop", HELLO, "--set", "replicas=2"],
        ["diff", "revision", "shop", "1"],
        ["diff", "release", "shop", "shop"],
        ["install", "more", HELLO, "--dry-run"],
        ["upgrade", "shop", HELLO, "--dry-run"],
        ["test", "shop"],
        ["lint", HELLO],
        ["dependency", "list", HELLO],
        ["repo", "list"],
        ["env"],
        ["version"],
    ],
    ids=" ".join,
)
def test_data_comes_as_a_table_json_and_yaml(shell: Any, arguments: list[str]) -> None:
    shell.ok("install", "shop", HELLO)

    text = shell.ok(*arguments, "-o", "json")

    assert text.count("\n") == 1
    assert yamlcodec.load(shell.ok(*arguments, "--output=yaml")) is not None or text == "null\n"
    json.loads(text)
    assert shell.run(*arguments, "-o", "table").status == 0


def test_progress_and_warnings_are_not_data(shell: Any) -> None:
    shell.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\nengine: jinja2\n")
    shell.write("web/templates/a.yaml", "apiVersion: x.io/v1\nkind: A\nmetadata: {name: a}\n")

    ran = shell.run("template", "./web")

    assert ran.out.startswith("---\n# Source: web/templates/a.yaml\n")
    assert ran.err.startswith("level=WARN msg=")


def test_flags_of_every_command_go_before_and_after_it(shell: Any) -> None:
    shell.ok("-n", "prod", "install", "shop", HELLO)

    assert shell.ok("list", "-q", "-n", "prod") == "shop\n"
    assert shell.ok("--namespace", "prod", "list", "-q") == "shop\n"
    assert shell.ok("-n", "nowhere", "list", "-q", "-n", "prod") == "shop\n"
    assert "NAME: shop" in shell.ok("get", "-n", "prod", "shop")
    assert "NAME: shop" in shell.ok("get", "--revision", "1", "-n", "prod", "shop")
    assert "NAMESPACE: prod" in shell.ok("get", "shop", "--namespace=prod", "--revision=1")


def test_a_reader_that_has_seen_enough(shell: Any) -> None:
    shell.ok("install", "shop", HELLO)
    line = f"'{shell.program}' get manifest shop | head -1; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(
        ["bash", "-c", line],
        env=shell.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_values_from_standard_input(shell: Any) -> None:
    assert "replicas: 7" in shell.ok("template", HELLO, "-f", "-", stdin="replicas: 7\n")


def test_templates_are_printed_as_helm_prints_them(shell: Any) -> None:
    """Objects first, with no blank line after the last one, then hooks, whatever their kind."""
    job = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: b\n"
    shell.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n")
    shell.write(
        "web/templates/a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: test\n"
        "spec:\n  containers:\n    - name: a\n      image: a\n",
    )
    shell.write(
        "web/templates/b.yaml",
        f"{job}spec:\n  template:\n    spec:\n      restartPolicy: Never\n"
        "      containers:\n        - name: b\n          image: b\n",
    )

    text = shell.ok("template", "./web")

    assert text.startswith("---\n# Source: web/templates/b.yaml\n")
    assert "image: b\n---\n# Source: web/templates/a.yaml\n" in text
