import os
from pathlib import Path

import pytest

from pkgtool.errors import ManifestUnparsable, PluginFailed
from pkgtool.manifest.postrender import Postrendered
from pkgtool.ops.postrender import Program, plugin_postrender, program_postrender
from pkgtool.plugin.find import load_plugin
from pkgtool.plugin.run import Starter

FILES = [Postrendered("c/templates/a.yaml", "kind: A\nmetadata:\n  name: old\n")]
STARTER = Starter({"PATH": os.environ["PATH"]}, timeout_s=20)


def program(folder: Path, text: str) -> str:
    path = folder / "post.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_program_changes_what_was_rendered(tmp_path: Path) -> None:
    change = program_postrender(Program(program(tmp_path, 'sed "$1"'), ["s/old/new/"]), STARTER)

    assert change(FILES) == (
        Postrendered("c/templates/a.yaml", "kind: A\nmetadata:\n  name: new\n"),
    )


def test_a_plugin_does(tmp_path: Path) -> None:
    program(tmp_path, 'sed "s/old/$1/"')
    (tmp_path / "plugin.yaml").write_text(
        "apiVersion: v1\nname: p\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\n"
        "runtimeConfig: {platformCommand: [{command: '${HELM_PLUGIN_DIR}/post.sh'}]}\n"
    )

    (made,) = plugin_postrender(load_plugin(tmp_path), ["mine"], STARTER)(FILES)

    assert "name: mine" in made.text


@pytest.mark.parametrize("text", ["true", "echo; echo '  '"])
def test_empty_output(tmp_path: Path, text: str) -> None:
    path = program(tmp_path, text)

    with pytest.raises(PluginFailed) as caught:
        program_postrender(Program(path, ()), STARTER)(FILES)
    assert caught.value.what == (
        f'error while running post render on files: post-renderer "{path}" produced empty output'
    )


def test_a_program_that_fails(tmp_path: Path) -> None:
    path = program(tmp_path, "echo because >&2; exit 3")

    with pytest.raises(PluginFailed) as caught:
        program_postrender(Program(path, ()), STARTER)(FILES)
    assert caught.value.what == (
        f"error while running post render on files: error while running command {path}. "
        "error output:\nbecause\n: exit status 3"
    )


def test_a_program_that_hangs(tmp_path: Path) -> None:
    path = program(tmp_path, "exec sleep 60")

    with pytest.raises(PluginFailed, match="took too long") as caught:
        program_postrender(Program(path, ()), STARTER._replace(timeout_s=0.2))(FILES)
    assert "PKGTOOL_PLUGIN_TIMEOUT" in caught.value.hint


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(PluginFailed, match="error while running command /nowhere/post: program"):
        program_postrender(Program("/nowhere/post", ()), STARTER)(FILES)


def test_garbage(tmp_path: Path) -> None:
    with pytest.raises(ManifestUnparsable, match="error while parsing post rendered output"):
        program_postrender(Program(program(tmp_path, "echo a: b: c"), ()), STARTER)(FILES)


def test_output_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(PluginFailed, match="printed what is no text"):
        program_postrender(Program(program(tmp_path, "printf '\\377'"), ()), STARTER)(FILES)


def test_what_it_says_besides_is_passed_on(tmp_path: Path) -> None:
    said: list[str] = []
    path = program(tmp_path, "echo careful >&2; cat")

    program_postrender(Program(path, ()), STARTER._replace(say=said.append))(FILES)

    assert said == ["careful"]
