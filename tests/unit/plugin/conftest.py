"""Plugins in folders of a test: a manifest, and small shell scripts."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pkgtool.plugin.find import load_plugin
from pkgtool.plugin.model import Plugin
from pkgtool.plugin.run import Starter

CLI = """\
apiVersion: v1
name: {name}
version: 1.0.0
type: cli/v1
runtime: subprocess
config:
  shortHelp: say hello
runtimeConfig:
  platformCommand:
  - command: $HELM_PLUGIN_DIR/run.sh
"""


@pytest.fixture
def make_plugin(tmp_path: Path) -> Callable[..., Plugin]:
    """Write a plugin below `plugins` and return it: `make_plugin("a", run="exit 3")`."""

    def make(name: str, manifest: str = CLI, **scripts: str) -> Plugin:
        folder = tmp_path / "plugins" / name
        folder.mkdir(parents=True)
        (folder / "plugin.yaml").write_text(manifest.replace("{name}", name))
        for script, text in scripts.items():
            path = folder / (f"{script}.sh" if "_" not in script else script.replace("_", "."))
            path.write_text(f"#!/bin/sh\n{text}\n")
            path.chmod(0o755)
        return load_plugin(folder)

    return make


@pytest.fixture
def starter() -> Starter:
    """How plugins are started: with a `PATH` and nothing else."""
    return Starter({"PATH": os.environ["PATH"], "HELM_NAMESPACE": "prod"}, timeout_s=20)
