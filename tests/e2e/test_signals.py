"""A command that is asked to end does so in an orderly way, and running it again goes on."""

import json
import signal
import subprocess
import time
from typing import Any

import pytest

CHART = "name: slow\nversion: 1.0.0\napiVersion: v2\nengine: jinja2\n"
NEVER_READY = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {embedded.pkgtool.dev/outcome: {{ Values.outcome }}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
"""


@pytest.fixture
def slow(shell: Any) -> Any:
    """A chart whose Deployment becomes ready only when `outcome` is empty."""
    shell.write("slow/Chart.yaml", CHART)
    shell.write("slow/values.yaml", "outcome: never-ready\n")
    shell.write("slow/templates/web.yaml", NEVER_READY)
    return shell


def status_of(shell: Any) -> tuple[str, str]:
    """Return status and description of the last revision, as `history` tells them."""
    last = json.loads(shell.ok("history", "web", "-o", "json"))[-1]
    return last["status"], last["description"]


def until_pending(shell: Any, status: str) -> None:
    """Wait until the operation has begun to change things."""
    for _ in range(100):
        ran = shell.run("history", "web", "-o", "json")
        if ran.status == 0 and json.loads(ran.out)[-1]["status"] == status:
            return
        time.sleep(0.05)
    raise AssertionError(f"never {status}")


def stop(process: subprocess.Popen[str], *numbers: signal.Signals) -> tuple[int, float, str]:
    """Send signals, and return the exit status, how long it took, and what was said."""
    began = time.monotonic()
    for number in numbers:
        process.send_signal(number)
        time.sleep(0.05)
    _, said = process.communicate(timeout=30)
    return process.returncode, time.monotonic() - began, said


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_install_says_so_and_can_be_run_again(
    slow: Any, number: signal.Signals, status: int
) -> None:
    process = slow.start("install", "web", "./slow", "--wait")
    until_pending(slow, "pending-install")

    code, seconds, said = stop(process, number)

    assert code == status
    assert seconds < 2
    assert "interrupted" in said
    assert "Traceback" not in said
    assert status_of(slow) == (
        "failed",
        "Interrupted: the process of this install ended before it was finished",
    )
    began = time.monotonic()
    assert "STATUS: deployed" in slow.ok("install", "web", "./slow", "--set", "outcome=")
    assert time.monotonic() - began < 5, "the lease was not given back"


def test_an_interrupted_upgrade_leaves_the_old_revision_in_force(slow: Any) -> None:
    slow.ok("install", "web", "./slow", "--set", "outcome=")
    process = slow.start("upgrade", "web", "./slow", "--wait", "--set", "outcome=never-ready")
    until_pending(slow, "pending-upgrade")

    assert stop(process, signal.SIGTERM)[0] == 143

    history = json.loads(slow.ok("history", "web", "-o", "json"))
    assert [each["status"] for each in history] == ["deployed", "failed"]
    slow.ok("upgrade", "web", "./slow", "--set", "outcome=", "--wait")
    history = json.loads(slow.ok("history", "web", "-o", "json"))
    assert [each["status"] for each in history] == ["superseded", "failed", "deployed"]


def test_an_interrupted_uninstall_is_finished_by_running_it_again(slow: Any) -> None:
    slow.write(
        "slow/templates/hook.yaml",
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: bye\n  annotations:\n"
        "    helm.sh/hook: pre-delete\n    embedded.pkgtool.dev/outcome: never-ready\n"
        "spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}\n",
    )
    slow.ok("install", "web", "./slow", "--set", "outcome=")
    process = slow.start("uninstall", "web", "--keep-history")
    until_pending(slow, "uninstalling")

    assert stop(process, signal.SIGTERM)[0] == 143

    assert status_of(slow)[1] == (
        "Interrupted: the process of this uninstall ended before it was finished"
    )
    slow.ok("uninstall", "web", "--keep-history", "--no-hooks")
    assert status_of(slow) == ("uninstalled", "Uninstallation complete")


def test_a_second_signal_ends_at_once(slow: Any) -> None:
    """Whatever the first one is busy with, and the next command repairs what is left."""
    process = slow.start("install", "web", "./slow", "--wait")
    until_pending(slow, "pending-install")

    code, seconds, _ = stop(process, signal.SIGTERM, signal.SIGTERM)

    assert code in (143, -signal.SIGTERM)
    assert seconds < 2
    slow.ok("install", "web", "./slow", "--set", "outcome=")
    assert status_of(slow)[0] == "deployed"


def test_waiting_for_another_process_can_be_interrupted(slow: Any) -> None:
    first = slow.start("install", "web", "./slow", "--wait")
    until_pending(slow, "pending-install")
    second = slow.start("upgrade", "web", "./slow")
    assert second.stderr is not None
    assert "holds release web" in second.stderr.readline()

    assert stop(second, signal.SIGINT)[0] == 130
    assert status_of(slow)[0] == "pending-install"
    assert stop(first, signal.SIGINT)[0] == 130


def test_a_held_release_is_busy(slow: Any) -> None:
    """Exit status 75 tells scripts to try again later."""
    first = slow.start("install", "web", "./slow", "--wait")
    until_pending(slow, "pending-install")

    said = slow.run("upgrade", "web", "./slow", PKGTOOL_LOCK_TIMEOUT="1")

    assert said.status == 75
    assert "[P504]" in said.err
    assert "held by install (revision 1) by process" in said.err
    stop(first, signal.SIGTERM)


def test_rendering_can_be_interrupted(slow: Any) -> None:
    """The child that renders ends with its parent."""
    long = "{% for n in range(200) %}{% set key = genPrivateKey('rsa') %}{% endfor %}"
    slow.write("slow/templates/web.yaml", long)
    process = slow.start("template", "./slow")
    time.sleep(0.4)

    code, seconds, said = stop(process, signal.SIGINT)

    assert code == 130
    assert seconds < 2
    assert "Traceback" not in said
