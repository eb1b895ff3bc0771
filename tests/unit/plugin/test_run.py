from collections.abc import Callable
from pathlib import Path

import pytest

from pkgtool.errors import PluginFailed, PluginInvalid
from pkgtool.plugin.getters import getters
from pkgtool.plugin.model import Plugin
from pkgtool.plugin.run import Starter, run_command, run_getter, run_hook, run_postrenderer
from pkgtool.repo.fetcher import scheme_of
from pkgtool.repo.http import Credentials

GETTER = """\
apiVersion: v1
name: {name}
version: 1.0.0
type: getter/v1
runtime: subprocess
config:
  protocols: [mem]
runtimeConfig:
  protocolCommands:
  - protocols: [mem]
    platformCommand:
    - command: run.sh --fetch
"""
POSTRENDERER = """\
apiVersion: v1
name: {name}
version: 1.0.0
type: postrenderer/v1
runtime: subprocess
runtimeConfig:
  platformCommand:
  - command: ${HELM_PLUGIN_DIR}/run.sh
"""
HOOKED = """\
name: {name}
version: 1.0.0
command: "true"
hooks:
  install: $HELM_PLUGIN_DIR/run.sh "$HELM_PLUGIN_NAME" 'a b'
"""


def test_status_and_arguments(
    make_plugin: Callable[..., Plugin], starter: Starter, capfd: pytest.CaptureFixture[str]
) -> None:
    plugin = make_plugin("hello", run='echo "$HELM_PLUGIN_NAME $HELM_NAMESPACE:$@"; exit 7')

    assert run_command(plugin, ["a b", "--flag"], starter) == 7
    assert capfd.readouterr().out == "hello prod:a b --flag\n"


def test_ignored_flags(
    make_plugin: Callable[..., Plugin], starter: Starter, capfd: pytest.CaptureFixture[str]
) -> None:
    plugin = make_plugin("hello", run='echo "$#"')
    plugin = plugin._replace(metadata=plugin.metadata._replace(ignore_flags=True))

    assert run_command(plugin, ["a", "b"], starter) == 0
    assert capfd.readouterr().out == "0\n"


def test_a_program_that_is_not_there(make_plugin: Callable[..., Plugin], starter: Starter) -> None:
    with pytest.raises(PluginFailed, match=r'plugin "hello": program .*run.sh.* not found'):
        run_command(make_plugin("hello"), [], starter)


def test_a_command_that_hangs_can_have_a_limit(
    make_plugin: Callable[..., Plugin], starter: Starter
) -> None:
    plugin = make_plugin("hello", run="exec sleep 60")

    with pytest.raises(PluginFailed, match="took too long") as caught:
        run_command(plugin, [], starter._replace(timeout_s=0.2))
    assert "PKGTOOL_PLUGIN_TIMEOUT" in caught.value.hint


def test_another_runtime(make_plugin: Callable[..., Plugin], starter: Starter) -> None:
    text = "apiVersion: v1\nname: w\nversion: 1.0.0\ntype: cli/v1\nruntime: extism/v1\n"

    with pytest.raises(PluginInvalid, match='needs the runtime "extism/v1"'):
        run_command(make_plugin("w", text), [], starter)


def test_hooks(
    make_plugin: Callable[..., Plugin], starter: Starter, capfd: pytest.CaptureFixture[str]
) -> None:
    plugin = make_plugin("hello", HOOKED, run='echo "hook $1, $2"')

    run_hook(plugin, "install", starter)
    run_hook(plugin, "delete", starter)

    assert capfd.readouterr().out == "hook hello, a b\n"


def test_a_hook_that_fails(make_plugin: Callable[..., Plugin], starter: Starter) -> None:
    plugin = make_plugin("hello", HOOKED, run="exit 1")

    with pytest.raises(PluginFailed, match=r'^plugin install hook for "hello" exited with error'):
        run_hook(plugin, "install", starter)


def test_getter(make_plugin: Callable[..., Plugin], starter: Starter) -> None:
    plugin = make_plugin("mem", GETTER, run='printf "%s|" "$@" "$HELM_PLUGIN_USERNAME"')
    identity = Credentials(username="me", cert_file="c", key_file="k", ca_file="a")

    assert run_getter(plugin, "mem://x", identity, starter) == b"--fetch|c|k|a|mem://x|me|"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("echo no such key >&2; exit 5", "exited with error", id="status"),
        pytest.param("exec sleep 60", "took too long", id="hangs"),
        pytest.param("yes", "printed more than", id="never stops"),
    ],
)
def test_a_getter_that_fails(
    make_plugin: Callable[..., Plugin],
    starter: Starter,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    words: str,
) -> None:
    plugin = make_plugin("mem", GETTER, run=script)
    limit_s = 0.3 if "sleep" in script else 20.0

    with pytest.raises(PluginFailed, match=words) as caught:
        run_getter(plugin, "mem://x", Credentials(), starter._replace(timeout_s=limit_s))
    assert script.startswith("echo") == ("no such key" in caught.value.hint)


def test_what_a_getter_says_is_passed_on(
    make_plugin: Callable[..., Plugin], starter: Starter
) -> None:
    said: list[str] = []
    plugin = make_plugin("mem", GETTER, run="echo careful >&2; echo data")

    found = getters([plugin], starter._replace(say=said.append))

    assert found["mem"]("mem://x") == b"data\n"
    assert said == ["careful"]


def test_a_scheme_that_it_does_not_know(
    make_plugin: Callable[..., Plugin], starter: Starter
) -> None:
    plugin = make_plugin("mem", GETTER)

    with pytest.raises(PluginInvalid, match='no downloader found for protocol "s3"'):
        run_getter(plugin, "s3://x", Credentials(), starter)


def test_built_in_schemes_stay(make_plugin: Callable[..., Plugin], starter: Starter) -> None:
    plugin = make_plugin("mem", GETTER.replace("[mem]", "[https, mem]"))

    assert set(getters([plugin], starter)) == {"mem"}
    assert scheme_of("mem://a") == "mem"
    assert scheme_of("https://a") == scheme_of("a/b") == ""


def test_postrenderer(make_plugin: Callable[..., Plugin], starter: Starter) -> None:
    plugin = make_plugin("upper", POSTRENDERER, run='echo "$@"; tr a-z A-Z')

    assert run_postrenderer(plugin, ["x", "y"], b"kind\n", starter) == b"x y\nKIND\n"


def test_a_postrenderer_that_does_not_read(
    make_plugin: Callable[..., Plugin], starter: Starter
) -> None:
    """Input that nobody takes is no reason to wait, or to fail."""
    plugin = make_plugin("fixed", POSTRENDERER, run="echo a: b")

    assert run_postrenderer(plugin, [], b"x" * 1_000_000, starter) == b"a: b\n"


def test_a_postrenderer_that_fails(make_plugin: Callable[..., Plugin], starter: Starter) -> None:
    plugin = make_plugin("bad", POSTRENDERER, run="echo because >&2; exit 2")

    with pytest.raises(PluginFailed) as caught:
        run_postrenderer(plugin, [], b"", starter)
    assert caught.value.what == (
        'failed to invoke post-renderer plugin "bad": plugin "bad" exited with error'
    )
    assert caught.value.hint == "exit status 2: because"


def test_a_folder_with_spaces(
    make_plugin: Callable[..., Plugin],
    starter: Starter,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    plugin = make_plugin("hello", run='echo "$HELM_PLUGIN_DIR"')
    moved = tmp_path / "with space"
    plugin.folder.rename(moved)

    assert run_command(plugin._replace(folder=moved), [], starter) == 0
    assert capfd.readouterr().out == f"{moved}\n"
