"""Read a `plugin.yaml` without `apiVersion`, as plugins for Helm 3 have it.

Unknown keys are left alone there. A plugin with downloaders and a command is both: Helm 4 only
fetches with it; here its command stays a command.

Source: Helm v4 `internal/plugin/metadata_legacy.go`.
"""

from collections.abc import Iterator, Mapping

from pkgtool.errors import PluginInvalid, VersionInvalid
from pkgtool.plugin.fields import Fields
from pkgtool.plugin.model import (
    CLI,
    GETTER,
    CommandHelp,
    Commands,
    Metadata,
    PlatformCommand,
    ProtocolCommand,
)
from pkgtool.plugin.names import check_name
from pkgtool.versions import Version


def legacy_metadata(fields: Fields) -> Metadata:
    """Return what the `fields` of an older `plugin.yaml` say.

    Raises:
        PluginInvalid: A name, version or combination that Helm refuses.
    """
    _check(fields)
    getters = tuple(_downloaders(fields))
    hooks = _shell_hooks(fields)
    return Metadata(
        name=fields.text("name"),
        version=fields.text("version"),
        api_version="legacy",
        type=GETTER if getters else CLI,
        help=CommandHelp(
            short=_one_line(fields.text("usage")),
            long=fields.text("description"),
        ),
        ignore_flags=fields.truth("ignoreFlags"),
        commands=_commands(fields),
        hooks=hooks or _platform_hooks(fields),
        expands_hook_args=not hooks,
        getters=getters,
        protocols=tuple(protocol for each in getters for protocol in each.protocols),
    )


def _check(fields: Fields) -> None:
    check_name(fields.text("name"))
    version = fields.text("version")
    if version:
        try:
            Version.parse_strict(version)
        except VersionInvalid as error:
            raise PluginInvalid(
                f'invalid plugin version "{version}": must be valid semver', hint=error.what
            ) from error
    if fields.values.get("platformCommand") and fields.text("command"):
        raise PluginInvalid("both platformCommand and command are set")
    if fields.values.get("platformHooks") and fields.values.get("hooks"):
        raise PluginInvalid("both platformHooks and hooks are set")


def _commands(fields: Fields) -> Commands:
    listed = tuple(_platform_commands(fields, "platformCommand"))
    command = fields.text("command")
    return listed or ((PlatformCommand(command=command),) if command else ())


def _platform_commands(fields: Fields, name: str) -> Iterator[PlatformCommand]:
    for item in fields.items(name, "[]plugin.PlatformCommand"):
        each = Fields(item, "plugin.PlatformCommand")
        yield PlatformCommand(
            each.text("os"), each.text("arch"), each.text("command"), each.texts("args")
        )


def _platform_hooks(fields: Fields) -> Mapping[str, Commands]:
    hooks = Fields(fields.values.get("platformHooks"), "plugin.PlatformHooks")
    return {event: tuple(_platform_commands(hooks, event)) for event in hooks.values}


def _shell_hooks(fields: Fields) -> Mapping[str, Commands]:
    """Return hooks that are one text each: a shell reads it."""
    hooks = Fields(fields.values.get("hooks"), "plugin.Hooks")
    return {
        event: (PlatformCommand(command="sh", args=("-c", hooks.text(event))),)
        for event in hooks.values
    }


def _downloaders(fields: Fields) -> Iterator[ProtocolCommand]:
    for place, item in enumerate(fields.items("downloaders", "[]plugin.Downloaders")):
        each = Fields(item, "plugin.Downloaders")
        command, protocols = each.text("command"), each.texts("protocols")
        if not command:
            raise PluginInvalid(f"downloader {place} has empty command")
        if not protocols:
            raise PluginInvalid(f"downloader {place} has no protocols")
        if "" in protocols:
            raise PluginInvalid(
                f"downloader {place} has empty protocol at index {protocols.index('')}"
            )
        yield ProtocolCommand(protocols, (PlatformCommand(command=command),))


def _one_line(text: str) -> str:
    """Return `text` with single spaces for other blanks, and nothing that cannot be printed."""
    return "".join(
        " " if char.isspace() else char for char in text if char.isspace() or char.isprintable()
    )
