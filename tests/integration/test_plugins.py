"""Plugins as users have them, called by the real program: a diff, secrets, and Helm's own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHART = Path(__file__).parents[2] / "charts" / "hello"

DIFF = {
    "plugin.yaml": """\
name: changes
version: 3.9.0
usage: preview a change
description: Shows what an upgrade would change.
command: $HELM_PLUGIN_DIR/changes.sh
""",
    "changes.sh": """\
#!/bin/sh
set -e
release=$1 chart=$2
shift 2
"$HELM_BIN" get manifest "$release" --namespace "$HELM_NAMESPACE" > "$HELM_PLUGIN_DIR/old"
"$HELM_BIN" template "$release" "$chart" --namespace "$HELM_NAMESPACE" "$@" > "$HELM_PLUGIN_DIR/new"
diff -u "$HELM_PLUGIN_DIR/old" "$HELM_PLUGIN_DIR/new" | grep '^[-+] ' || exit 0
exit 2
""",
}
SECRETS = {
    "plugin.yaml": """\
name: secrets
version: 4.0.0
usage: secrets in values
command: $HELM_PLUGIN_DIR/secrets.py
downloaders:
- command: get.py decrypt
  protocols: [secrets]
""",
    "secrets.py": "#!/usr/bin/env python3\nimport sys\nprint('args', *sys.argv[1:])\n",
    "get.py": """\
#!/usr/bin/env python3
import codecs, sys
verb, cert, key, ca, url = sys.argv[1:]
path = url.partition("://")[2]
if verb != "decrypt" or cert or key or ca:
    sys.exit("called wrongly")
try:
    text = open(path).read()
except OSError as error:
    sys.exit(f"cannot read {path}: {error.strerror}")
sys.stdout.write(codecs.decode(text, "rot13"))
""",
}
POST = {
    "plugin.yaml": """\
apiVersion: v1
name: relabel
version: 1.0.0
type: postrenderer/v1
runtime: subprocess
runtimeConfig:
  platformCommand:
  - command: ${HELM_PLUGIN_DIR}/relabel.sh
    args: ["s/^  name: demo$/&-$HELM_NAMESPACE/"]
""",
    "relabel.sh": '#!/bin/sh\nsed -e "$1" "$2" "$3"\n',
}


class World:
    """A home folder, and the program in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.plugins = home / ".local/share/helm/plugins"
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(home), "PKGTOOL_CLUSTER": "local"}

    def add(self, name: str, files: dict[str, str]) -> None:
        folder = self.plugins / name
        folder.mkdir(parents=True)
        for path, text in files.items():
            (folder / path).write_text(text)
            (folder / path).chmod(0o755)

    def __call__(self, *arguments: str, **environ: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "pkgtool", *arguments],
            env=self.environ | environ,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_plugin_that_compares_with_what_is_installed(world: World) -> None:
    """As helm-diff does it: by calling `$HELM_BIN` for the old and the new manifest."""
    world.add("changes", DIFF)
    world("install", "demo", str(CHART), "-n", "prod")

    same = world("changes", "demo", str(CHART), "-n", "prod")
    status, out, err = world("-n", "prod", "changes", "demo", str(CHART), "--set", "replicas=7")

    assert same == (0, "", "")
    assert status == 2
    assert "+  replicas: 7" in out
    assert err == 'Error: plugin "changes" exited with error\n'


def test_values_that_a_plugin_decrypts(world: World) -> None:
    """As helm-secrets does it: a legacy plugin that is a getter and a command."""
    world.add("secrets", SECRETS)
    (world.home / "secret.yaml").write_text("ercyvpnf: 5\n")

    status, out, err = world("template", "demo", str(CHART), "-f", "secrets://secret.yaml")

    assert status == 0, err
    assert "replicas: 5" in out
    assert world("secrets", "view", "x")[1] == "args view x\n"


def test_a_getter_that_fails_says_why(world: World) -> None:
    world.add("secrets", SECRETS)

    status, out, err = world("template", "demo", str(CHART), "-f", "secrets://nowhere.yaml")

    assert (status, out) == (1, "")
    assert err.startswith('Error: plugin "secrets" exited with error')
    assert "cannot read nowhere.yaml: No such file or directory" in err


def test_a_scheme_that_nobody_knows(world: World) -> None:
    status, _, err = world("template", "demo", str(CHART), "-f", "vault://x")

    assert status == 1
    assert "open vault://x: no such file or directory" in err
    assert "no plugin that is installed fetches `vault://`" in err


@pytest.mark.parametrize("verb", ["template", "install", "upgrade"])
def test_a_postrenderer_plugin(world: World, verb: str) -> None:
    world.add("relabel", POST)
    more = ["--install"] if verb == "upgrade" else []

    status, out, err = world(
        *(verb, "demo", str(CHART), *more, "-n", "prod", "--post-renderer", "relabel"),
        *("--post-renderer-args", "-e", "--post-renderer-args", "s/ClusterIP/NodePort/"),
    )

    assert status == 0, err
    manifest = out if verb == "template" else world("get", "manifest", "demo", "-n", "prod")[1]
    assert "name: demo-prod" in manifest
    assert "postrender-filename" not in manifest
    assert "# Source: hello/templates/" in manifest


def test_a_postrenderer_program_and_its_faults(world: World) -> None:
    def template(*arguments: str) -> tuple[int, str, str]:
        return world("template", "demo", str(CHART), *arguments)

    status, out, _ = template("--post-renderer", "sed", "--post-renderer-args", "s/demo/mine/")
    assert (status, "name: mine" in out) == (0, True)
    assert template("--post-renderer", "true")[2].startswith(
        'Error: error while running post render on files: post-renderer "true" produced empty output'
    )
    assert template("--post-renderer", "nix")[2].startswith(
        'Error: invalid argument "nix" for "--post-renderer" flag: '
        "plugin: {Name:nix Type:postrenderer/v1} not found"
    )
    assert (
        "cannot specify --post-renderer flag more than once"
        in (template("--post-renderer", "cat", "--post-renderer", "cat")[2])
    )
    status, _, err = world(
        *("template", "demo", str(CHART), "--post-renderer", "sleep"),
        *("--post-renderer-args", "60"),
        PKGTOOL_PLUGIN_TIMEOUT="1",
    )
    assert (status, "took too long" in err) == (1, True)


def test_standard_input_is_the_plugins(world: World) -> None:
    world.add("cat", {"plugin.yaml": "name: cat\ncommand: cat\n"})

    done = subprocess.run(
        [sys.executable, "-m", "pkgtool", "cat"],
        env=world.environ,
        input="through",
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "through"


def test_plugins_are_in_the_overview(world: World) -> None:
    world.add("changes", DIFF)

    assert "preview a change" in world("--help")[1]
    assert "preview a change" not in world("--help", HELM_NO_PLUGINS="1")[1]
    assert world("changes", HELM_NO_PLUGINS="1")[0] != 0


def test_the_whole_life_of_a_plugin(world: World) -> None:
    world.add("changes", DIFF)
    work = world.home / "hello"
    work.mkdir()
    (work / "plugin.yaml").write_text(
        "apiVersion: v1\nname: hello\nversion: 1.0.0\ntype: cli/v1\nruntime: subprocess\n"
        "sourceURL: https://example.com/hello\nconfig: {shortHelp: say hello}\n"
        "runtimeConfig: {platformCommand: [{command: 'echo hello'}]}\n"
    )

    packed = world("plugin", "package", "hello", "--sign=false")
    added = world("plugin", "add", "hello-1.0.0.tgz", "--verify=false")
    listed = world("plugin", "ls")[1]
    ran = world("hello", "there")

    assert packed[0] == added[0] == 0
    assert added[1].endswith("Installed plugin: hello\n")
    assert [line.split() for line in listed.splitlines()] == [
        ["NAME", "VERSION", "TYPE", "APIVERSION", "PROVENANCE", "SOURCE"],
        ["hello", "1.0.0", "cli/v1", "v1", "unsigned", "https://example.com/hello"],
        ["changes", "3.9.0", "cli/v1", "legacy", "unsigned", "unknown"],
    ]
    assert "changes" not in world("plugin", "list", "--type", "getter/v1")[1]
    assert '"name":"hello"' in world("plugin", "list", "-o", "json")[1]
    assert ran == (0, "hello there\n", "")
    assert world("plugin", "rm", "hello")[1] == "Uninstalled plugin: hello\n"
    assert world("hello")[0] != 0


def test_flags_with_and_without_a_value(world: World) -> None:
    """As in Go: bare means true, and a value needs an equals sign."""
    (world.home / "hello-1.0.0.tgz").touch()

    bare = world("plugin", "install", "--verify", "hello-1.0.0.tgz")[1]
    said = world("plugin", "install", "--verify=false", "hello-1.0.0.tgz")[1]

    assert bare == "Verifying plugin signature...\n"
    assert said == "WARNING: Skipping plugin signature verification\n"


@pytest.mark.parametrize("verb", ["update", "uninstall"])
def test_no_name(world: World, verb: str) -> None:
    assert f"please provide plugin name to {verb}" in world("plugin", verb)[2]


def test_helms_own_plugins(shared: Path, world: World, run_fixtures: Callable[..., Path]) -> None:
    """The plugins of Helm's tests run here as they run there."""
    plugins = run_fixtures(shared)

    def run(*arguments: str) -> tuple[int, str]:
        return world(*arguments, HELM_PLUGINS=str(plugins), HELM_NAMESPACE="default")[:2]

    assert run("args", "a", "-n", "prod", "--my", "flag") == (0, "a --my flag\n")
    assert run("echo", "you") == (0, "hello you\n")
    assert run("exitwith", "2") == (2, "")
    status, out = run("fullenv")
    assert status == 0
    assert f"HELM_PLUGIN_DIR={plugins}/fullenv\nHELM_PLUGINS={plugins}\n" in out
    status, out = run("template", "demo", str(CHART), "--post-renderer", "postrenderer-v1")
    assert (status, "kind: Service" in out) == (0, True)


@pytest.fixture
def run_fixtures(tmp_path: Path) -> Callable[[Path], Path]:
    """Unpack Helm's fixtures and return the folder of their plugins."""

    def unpack(shared: Path) -> Path:
        archive = shared / "cases" / "helm-cli" / "fixtures.tar.xz"
        if not archive.exists():
            pytest.skip(f"needs Helm's fixtures in {archive}")
        folder = tmp_path / "fixtures"
        folder.mkdir()
        subprocess.run(["tar", "-xJf", str(archive), "-C", str(folder)], check=True)
        return folder / "pkg/cmd/testdata/helmhome/helm/plugins"

    return unpack
