import pytest

from pkgtool.errors import PluginInvalid
from pkgtool.plugin.manifest import parse_manifest
from pkgtool.plugin.model import Metadata, PlatformCommand, ProtocolCommand

V1 = """\
apiVersion: v1
name: hello
version: 0.1.0
type: cli/v1
runtime: subprocess
sourceURL: https://example.com/hello
config:
  usage: hello [flags]
  shortHelp: say hello
  longHelp: Says hello, at length.
  ignoreFlags: true
runtimeConfig:
  platformCommand:
  - os: linux
    arch: amd64
    command: $HELM_PLUGIN_DIR/hello.sh
    args: [--to, world]
  platformHooks:
    install:
    - command: echo
      args: [installing]
"""


def parse(text: str) -> Metadata:
    return parse_manifest(text.encode(), name="plugin.yaml")


def test_a_v1_manifest() -> None:
    read = parse(V1)

    assert read.name == "hello"
    assert read.api_version == "v1"
    assert read.source_url == "https://example.com/hello"
    assert read.help.short == "say hello"
    assert read.help.long == "Says hello, at length."
    assert read.ignore_flags
    assert read.commands == (
        PlatformCommand("linux", "amd64", "$HELM_PLUGIN_DIR/hello.sh", ("--to", "world")),
    )
    assert read.hooks["install"] == (PlatformCommand(command="echo", args=("installing",)),)
    assert read.expands_hook_args


def test_a_getter() -> None:
    read = parse(
        "apiVersion: v1\nname: s3\nversion: 1.0.0\ntype: getter/v1\nruntime: subprocess\n"
        "config: {protocols: [s3]}\n"
        "runtimeConfig: {protocolCommands: [{protocols: [s3], platformCommand: [{command: get}]}]}\n"
    )

    assert read.protocols == ("s3",)
    assert read.getters == (ProtocolCommand(("s3",), (PlatformCommand(command="get"),)),)


def test_extism_is_known_but_not_looked_into() -> None:
    read = parse(
        "apiVersion: v1\nname: w\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: extism/v1\n"
        "runtimeConfig: {memory: {maxPages: 4}}\n"
    )

    assert read.runtime == "extism/v1"


def test_a_legacy_manifest() -> None:
    read = parse(
        'name: diff\nversion: "3.9.4"\nusage: "preview\\ta change"\ndescription: At length.\n'
        'command: "$HELM_PLUGIN_DIR/bin/diff run"\nunknown: [is, fine]\n'
        "hooks: {install: 'cd $HELM_PLUGIN_DIR; ./install.sh', update: ./update.sh}\n"
    )

    assert read.api_version == "legacy"
    assert read.type == "cli/v1"
    assert read.help.short == "preview a change"
    assert read.commands == (PlatformCommand(command="$HELM_PLUGIN_DIR/bin/diff run"),)
    assert read.hooks["install"] == (
        PlatformCommand(command="sh", args=("-c", "cd $HELM_PLUGIN_DIR; ./install.sh")),
    )
    assert not read.expands_hook_args, "the shell does it, with the variables that it sets itself"


def test_a_legacy_plugin_that_also_fetches() -> None:
    read = parse(
        "name: secrets\nversion: 4.0.0\ncommand: run\n"
        "downloaders: [{command: get, protocols: [secrets, sops]}]\n"
    )

    assert read.type == "getter/v1"
    assert read.protocols == ("secrets", "sops")
    assert read.commands, "its command stays a command"


def without(line: str) -> str:
    return "".join(each for each in V1.splitlines(keepends=True) if not each.startswith(line))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            V1.replace("v1\nname", "v2\nname"), 'invalid plugin apiVersion: "v2"', id="api"
        ),
        pytest.param(V1.replace("hello\n", "he llo\n", 1), "invalid plugin `name`", id="name"),
        pytest.param(without("name:"), "invalid plugin `name`", id="no name"),
        pytest.param(without("version:"), "plugin `version` is required", id="no version"),
        pytest.param(
            V1.replace("0.1.0", "../up"),
            'invalid plugin `version` "../up": must be valid semver',
            id="version",
        ),
        pytest.param(
            V1.replace("0.1.0", "v0.1"),
            'invalid plugin `version` "v0.1": must be valid semver',
            id="loose version",
        ),
        pytest.param(without("type:"), "`type` missing", id="no type"),
        pytest.param(without("runtime:"), "`runtime` missing", id="no runtime"),
        pytest.param(
            V1.replace("cli/v1", "cli/v9"), 'unsupported plugin type: "cli/v9"', id="type"
        ),
        pytest.param(
            V1.replace("subprocess", "python"),
            'failed to convert MetadataV1 to Metadata: unsupported plugin runtime type: "python"',
            id="runtime",
        ),
        pytest.param(
            f"{V1}usage: x\n", "field usage not found in type plugin.MetadataV1", id="unknown key"
        ),
        pytest.param(
            V1.replace("ignoreFlags", "ignoreAll"),
            "field ignoreAll not found in type schema.ConfigCLIV1",
            id="unknown key of config",
        ),
        pytest.param(
            V1.replace("    arch", "    cpu"),
            "field cpu not found in type plugin.PlatformCommand",
            id="unknown key of command",
        ),
        pytest.param(
            V1.replace("ignoreFlags: true", "ignoreFlags: [1]"),
            "cannot unmarshal !!seq into bool",
            id="wrong type",
        ),
        pytest.param(
            V1.replace("config:", "config: text\nother:"), "field other not found", id="config text"
        ),
        pytest.param(
            "apiVersion: v1\nname: s\nversion: 1.0.0\ntype: getter/v1\nruntime: subprocess\n",
            "config validation failed: getter has no protocols",
            id="getter of nothing",
        ),
        pytest.param(
            "apiVersion: v1\nname: s\nversion: 1.0.0\ntype: getter/v1\nruntime: subprocess\n"
            'config: {protocols: [a, ""]}\n',
            "config validation failed: getter has empty protocol at index 1",
            id="getter of an empty scheme",
        ),
        pytest.param("", 'invalid plugin name ""', id="empty"),
        pytest.param("---\n", 'invalid plugin name ""', id="no document"),
        pytest.param("- a\n", "cannot unmarshal !!seq into plugin.MetadataV1", id="list"),
        pytest.param("a: [", "", id="no YAML"),
        pytest.param(f"{V1}name: again\n", "name", id="a key twice"),
        pytest.param(
            'name: "bad name"\n',
            'invalid plugin name "bad name": must contain only a-z, A-Z, 0-9, _ and -',
            id="legacy name",
        ),
        pytest.param(
            "name: a\nversion: one\n", 'invalid plugin version "one"', id="legacy version"
        ),
        pytest.param(
            "name: a\ncommand: x\nplatformCommand: [{command: y}]\n",
            "both platformCommand and command are set",
            id="two commands",
        ),
        pytest.param(
            "name: a\nhooks: {install: x}\nplatformHooks: {install: [{command: y}]}\n",
            "both platformHooks and hooks are set",
            id="two kinds of hooks",
        ),
        pytest.param(
            "name: a\ndownloaders: [{protocols: [x]}]\n",
            "downloader 0 has empty command",
            id="downloader without a command",
        ),
        pytest.param(
            "name: a\ndownloaders: [{command: x}]\n",
            "downloader 0 has no protocols",
            id="downloader of nothing",
        ),
        pytest.param(
            'name: a\ndownloaders: [{command: x, protocols: [y, ""]}]\n',
            "downloader 0 has empty protocol at index 1",
            id="downloader of an empty scheme",
        ),
    ],
)
def test_what_is_refused(text: str, words: str) -> None:
    with pytest.raises(PluginInvalid) as caught:
        parse(text)

    assert words in caught.value.what
