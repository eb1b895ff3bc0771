"""What Helm itself sends to a post-renderer, and makes of the answer, compared with ours."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pkgtool.manifest.postrender import Postrendered, merge_documents, part_documents

pytest.importorskip("helm_python")

PLUGIN = """\
apiVersion: v1
name: keep
version: 1.0.0
type: postrenderer/v1
runtime: subprocess
runtimeConfig:
  platformCommand:
  - command: ${HELM_PLUGIN_DIR}/keep.sh
"""
ASK = """
import json, sys
import helm_python
from helm_python import _native

chart = helm_python.Chart.load(sys.argv[1])
kubeconfig = '{"apiVersion": "v1", "kind": "Config"}'
config = helm_python.Config(kubeconfig_content=kubeconfig, storage_driver="memory")
options = json.dumps({"dry_run": "client", "post_renderer": "keep"})
context = config._context_arg(None)
said = _native.call_string(
    "helm_install", config._raw(), context, chart._raw(), None, "r", "{}", options
)
print(json.dumps(json.loads(said)["manifest"]))
"""

TEMPLATES = {
    "plain.yaml": """\
# head
apiVersion: v1
kind: ConfigMap
metadata:
    name: plain   # trailing
    labels: {app: "x", b: 'y'}
data:
    # inside
    one: "1"

    two: 'it''s'
    long: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccccc d"
    flow: [1,2, 3]
    octal: "0777"
    block: |
        indented
          more

    last: "line
      folded"
list:
  - a: 1
    b: 2
  -   - x
      - y
""",
    "several.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: one
  annotations:
    x: y
data:
  text: |
    one
---
# nothing but a comment
---apiVersion: v1
kind: ConfigMap
metadata:
  name: two
data:
  a: b  # line
  # about c

  # and more
  c: d
""",
    "list.yaml": """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: l1}
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: l2
""",
    "json.yaml": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "j"}, "data": {"a": "b"}}\n',
}


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """What a post-renderer of Helm got, and the manifest after it gave that back."""
    folder = tmp_path_factory.mktemp("helm")
    (folder / "chart" / "templates").mkdir(parents=True)
    (folder / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.0.0\n")
    for name, text in TEMPLATES.items():
        (folder / "chart" / "templates" / name).write_text(text)
    plugin = folder / "plugins" / "keep"
    plugin.mkdir(parents=True)
    (plugin / "plugin.yaml").write_text(PLUGIN)
    (plugin / "keep.sh").write_text(f"#!/bin/sh\ntee {folder}/seen\n")
    (plugin / "keep.sh").chmod(0o755)
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "HELM_PLUGINS": str(plugin.parent)}
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(folder / "chart")],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return (folder / "seen").read_text(), json.loads(done.stdout)


def ours() -> str:
    return merge_documents(
        Postrendered(f"c/templates/{name}", text) for name, text in TEMPLATES.items()
    )


def test_what_is_sent(helm: tuple[str, str]) -> None:
    assert ours() == helm[0]


def test_what_comes_back(helm: tuple[str, str]) -> None:
    """Helm's manifest has the same files with the same text; it joins them in its own way."""
    made = {each.path: each.text for each in part_documents(ours())}
    theirs: dict[str, list[str]] = {}
    for document in helm[1].split("---\n# Source: ")[1:]:
        path, _, text = document.partition("\n")
        theirs.setdefault(path, []).append(f"{text.rstrip()}\n")

    assert made == {path: "---\n".join(texts) for path, texts in theirs.items()}


def test_the_sent_stream_is_stable(helm: tuple[str, str], tmp_path: Path) -> None:
    again = merge_documents(part_documents(ours()))

    assert again == helm[0]
