"""Read a `plugin.yaml`: what there is of it is checked as Helm checks it, in Helm's words.

Source: Helm v4 `internal/plugin` (`loader.go`, `metadata_v1.go`, `config.go`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pkgtool import yamlcodec
from pkgtool.errors import PluginInvalid, VersionInvalid, YamlInvalid
from pkgtool.plugin.fields import Fields
from pkgtool.plugin.legacy import legacy_metadata
from pkgtool.plugin.model import (
    CLI,
    EXTISM,
    GETTER,
    POSTRENDERER,
    SUBPROCESS,
    CommandHelp,
    Commands,
    Metadata,
    PlatformCommand,
    ProtocolCommand,
)
from pkgtool.plugin.names import check_name
from pkgtool.versions import Version

_KEYS = (
    *("apiVersion", "name", "type", "runtime", "version", "sourceURL"),
    *("config", "runtimeConfig"),
)
_CONFIG_KEYS = {
    CLI: ("usage", "shortHelp", "longHelp", "ignoreFlags"),
    GETTER: ("protocols",),
    POSTRENDERER: (),
}
_CONFIG_TYPES = {
    CLI: "schema.ConfigCLIV1",
    GETTER: "schema.ConfigGetterV1",
    POSTRENDERER: "schema.ConfigPostRendererV1",
}


def parse_manifest(data: bytes, *, name: str) -> Metadata:
    """Return what the `plugin.yaml` in `data` says.

    Args:
        data: The whole file.
        name: What messages call it.

    Raises:
        PluginInvalid: It is not YAML, or not what a plugin may say.
    """
    try:
        document = yamlcodec.load_document(data, name=name, duplicates="error")
    except YamlInvalid as error:
        raise PluginInvalid(error.what, where=error.where, hint=error.hint) from error
    lines = {str(path[0]): line for path, line in document.lines.items() if len(path) == 1}
    fields = Fields(document.value, "plugin.MetadataV1", lines)
    version = fields.text("apiVersion")
    if not version:
        return legacy_metadata(Fields(document.value, "plugin.MetadataLegacy", lines))
    if version != "v1":
        raise PluginInvalid(
            f'invalid plugin apiVersion: "{version}"', hint="this version knows `v1` and none"
        )
    fields.only(*_KEYS)
    _check(fields)
    return _metadata(fields)


def _check(fields: Fields) -> None:
    name, version = fields.text("name"), fields.text("version")
    check_name(name, words="invalid plugin `name`")
    if not version:
        raise PluginInvalid("plugin `version` is required")
    try:
        Version.parse_strict(version)
    except VersionInvalid as error:
        raise PluginInvalid(
            f'invalid plugin `version` "{version}": must be valid semver', hint=error.what
        ) from error
    for key in ("type", "runtime"):
        if not fields.text(key):
            raise PluginInvalid(f"`{key}` missing")


def _metadata(fields: Fields) -> Metadata:
    kind = fields.text("type")
    plain = Metadata(
        name=fields.text("name"),
        version=fields.text("version"),
        api_version="v1",
        type=kind,
        runtime=fields.text("runtime"),
        source_url=fields.text("sourceURL"),
    )
    return _with_runtime(_with_config(plain, fields.values.get("config")), fields)


def _with_config(plain: Metadata, value: object) -> Metadata:
    if plain.type not in _CONFIG_KEYS:
        raise _conversion(f'unsupported plugin type: "{plain.type}"')
    config = _part(value, _CONFIG_TYPES[plain.type], _CONFIG_KEYS[plain.type])
    if plain.type == CLI:
        words = CommandHelp(config.text("usage"), config.text("shortHelp"), config.text("longHelp"))
        return plain._replace(help=words, ignore_flags=config.truth("ignoreFlags"))
    if plain.type == GETTER:
        return plain._replace(protocols=_protocols(config))
    return plain


def _protocols(config: Fields) -> tuple[str, ...]:
    protocols = config.texts("protocols")
    if not protocols:
        raise PluginInvalid("config validation failed: getter has no protocols")
    for place, protocol in enumerate(protocols):
        if not protocol:
            raise PluginInvalid(
                f"config validation failed: getter has empty protocol at index {place}"
            )
    return protocols


def _with_runtime(plain: Metadata, fields: Fields) -> Metadata:
    value = fields.values.get("runtimeConfig")
    if plain.runtime == EXTISM:
        # What there is to say about it is said when it is to run.
        return plain
    if plain.runtime != SUBPROCESS:
        raise _conversion(f'unsupported plugin runtime type: "{plain.runtime}"')
    runtime = _part(
        value,
        "plugin.RuntimeConfigSubprocess",
        ("platformCommand", "platformHooks", "protocolCommands"),
    )
    return plain._replace(
        commands=tuple(platform_commands(runtime, "platformCommand")),
        hooks=platform_hooks(runtime),
        getters=tuple(_protocol_commands(runtime)),
    )


def platform_commands(fields: Fields, name: str) -> Iterator[PlatformCommand]:
    """Yield the commands in the list called `name`."""
    for item in fields.items(name, "[]plugin.PlatformCommand"):
        each = Fields(item, "plugin.PlatformCommand")
        each.only("os", "arch", "command", "args")
        yield PlatformCommand(
            each.text("os"), each.text("arch"), each.text("command"), each.texts("args")
        )


def platform_hooks(fields: Fields) -> Mapping[str, Commands]:
    """Return the commands of each event."""
    hooks = Fields(fields.values.get("platformHooks"), "plugin.PlatformHooks")
    return {event: tuple(platform_commands(hooks, event)) for event in hooks.values}


def _protocol_commands(runtime: Fields) -> Iterator[ProtocolCommand]:
    for item in runtime.items("protocolCommands", "[]plugin.SubprocessProtocolCommand"):
        each = Fields(item, "plugin.SubprocessProtocolCommand")
        each.only("protocols", "platformCommand")
        yield ProtocolCommand(
            each.texts("protocols"), tuple(platform_commands(each, "platformCommand"))
        )


def _part(value: Any, kind: str, keys: tuple[str, ...]) -> Fields:
    try:
        fields = Fields(value, kind)
        fields.only(*keys)
    except PluginInvalid as error:
        raise _conversion(error.what) from error
    return fields


def _conversion(what: str) -> PluginInvalid:
    return PluginInvalid(f"failed to convert MetadataV1 to Metadata: {what}")
