"""Start what a plugin offers, with the environment that plugins for Helm expect.

A command has our standard streams and may take as long as it likes; what fetches or post-renders
is given its input, must answer within a limit, and is ended with all its children when it does not.

Source: Helm v4 `internal/plugin` (`runtime_subprocess.go`, `runtime_subprocess_getter.go`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from pkgtool.errors import PluginFailed, PluginInvalid, ProcessTimedOut, ProcessUnusable
from pkgtool.plugin.command import prepare
from pkgtool.plugin.model import SUBPROCESS, Commands, Plugin
from pkgtool.process import Finished, attach_process, run_process
from pkgtool.repo.http import Credentials

USUAL_TIMEOUT_S = 120.0
"""How long fetching and post-rendering may take."""
_SHOWN_CHARACTERS = 4096


def say_nothing(text: str) -> None:
    """Drop what a program says besides its answer."""
    del text


class Starter(NamedTuple):
    """How plugins are started."""

    environ: Mapping[str, str]
    """What they all find in their environment."""
    timeout_s: float = 0.0
    """How long each may take; 0 for the usual: no limit for commands, else two minutes."""
    say: Callable[[str], None] = say_nothing
    """Is told what a program that succeeded wrote to standard error."""


def run_command(plugin: Plugin, arguments: Sequence[str], starter: Starter) -> int:
    """Run the command of `plugin` on our standard streams and return its exit status.

    Raises:
        PluginInvalid: It has no command for this platform, or needs a runtime that is not here.
        PluginFailed: It cannot be started, or took too long.
    """
    env = plugin_environ(plugin, starter.environ)
    extra = () if plugin.metadata.ignore_flags else arguments
    try:
        command = prepare(_commands(plugin), env=env, extra=extra)
    except PluginInvalid as error:
        raise PluginInvalid(
            f"failed to prepare plugin command: {error.what}", hint=error.hint
        ) from error
    return _attached(plugin, command, env, starter)


def run_hook(plugin: Plugin, event: str, starter: Starter) -> None:
    """Run what `plugin` does at `event`: `install`, `update` or `delete`; often nothing.

    Raises:
        PluginInvalid: There is no command for this platform.
        PluginFailed: It cannot be started, failed, or took too long.
    """
    commands = plugin.metadata.hooks.get(event, ())
    if not commands:
        return
    env = plugin_environ(plugin, starter.environ)
    command = prepare(commands, env=env, expand_args=plugin.metadata.expands_hook_args)
    if _attached(plugin, command, env, starter):
        raise PluginFailed(f'plugin {event} hook for "{plugin.name}" exited with error')


def run_getter(plugin: Plugin, url: str, identity: Credentials, starter: Starter) -> bytes:
    """Return what `plugin` fetches from `url`.

    Raises:
        PluginInvalid: It does not fetch such URLs, or not on this platform.
        PluginFailed: It cannot be started, failed, or took too long.
    """
    protocol = url.partition("://")[0]
    commands = _getter_commands(plugin, protocol)
    env = plugin_environ(plugin, starter.environ)
    for prefix in ("HELM", "PKGTOOL"):
        env[f"{prefix}_PLUGIN_USERNAME"] = identity.username
        env[f"{prefix}_PLUGIN_PASSWORD"] = identity.password
        env[f"{prefix}_PLUGIN_PASS_CREDENTIALS_ALL"] = str(identity.everywhere).lower()
    extra = (identity.cert_file, identity.key_file, identity.ca_file, url)
    program, *arguments = prepare(commands, env=env, extra=extra, expand_args=False)
    # The program is looked for in the plugin's folder, whether or not that is spelled out.
    command = [str(plugin.folder / program), *arguments]
    done = _collected(plugin, command, env, starter)
    if done.status:
        raise _failure(f'plugin "{plugin.name}" exited with error', done)
    if done.err:
        starter.say(done.words)
    return done.out


def run_postrenderer(
    plugin: Plugin, arguments: Iterable[str], data: bytes, starter: Starter
) -> bytes:
    """Return what `plugin` makes of the manifests in `data`.

    Raises:
        PluginInvalid: There is no command for this platform.
        PluginFailed: It cannot be started, failed, or took too long.
    """
    env = plugin_environ(plugin, starter.environ)
    command = prepare(_commands(plugin), env=env, extra=arguments)
    done = _collected(plugin, command, env, starter, data)
    if done.status:
        raise _failure(
            f'failed to invoke post-renderer plugin "{plugin.name}": '
            f'plugin "{plugin.name}" exited with error',
            done,
        )
    if done.err:
        starter.say(done.words)
    return done.out


def plugin_environ(plugin: Plugin, environ: Mapping[str, str]) -> dict[str, str]:
    """Return `environ` with what says which plugin runs, under Helm's names and ours."""
    env = dict(environ)
    for prefix in ("HELM", "PKGTOOL"):
        env[f"{prefix}_PLUGIN_NAME"] = plugin.name
        env[f"{prefix}_PLUGIN_DIR"] = str(plugin.folder)
    return env


def require_runtime(plugin: Plugin) -> None:
    """Refuse a plugin that needs a runtime that is not here.

    Raises:
        PluginInvalid: It needs another one than `subprocess`.
    """
    if plugin.metadata.runtime != SUBPROCESS:
        raise PluginInvalid(
            f'plugin "{plugin.name}" needs the runtime "{plugin.metadata.runtime}", '
            "which pkgtool does not have",
            hint="only plugins that are programs can be run (`runtime: subprocess`)",
        )


def _commands(plugin: Plugin) -> Commands:
    require_runtime(plugin)
    return plugin.metadata.commands


def _getter_commands(plugin: Plugin, protocol: str) -> Commands:
    require_runtime(plugin)
    for each in plugin.metadata.getters:
        if protocol in each.protocols:
            return each.commands
    if protocol in plugin.metadata.protocols and plugin.metadata.commands:
        return plugin.metadata.commands
    raise PluginInvalid(f'no downloader found for protocol "{protocol}"')


def _attached(
    plugin: Plugin, command: Sequence[str], env: Mapping[str, str], starter: Starter
) -> int:
    try:
        return attach_process(command, env=env, timeout_s=starter.timeout_s or None)
    except (ProcessUnusable, ProcessTimedOut) as error:
        raise _broken(plugin, error) from error


def _collected(
    plugin: Plugin,
    command: Sequence[str],
    env: Mapping[str, str],
    starter: Starter,
    data: bytes = b"",
) -> Finished:
    limit_s = starter.timeout_s or USUAL_TIMEOUT_S
    try:
        return run_process(command, env=env, data=data, timeout_s=limit_s)
    except (ProcessUnusable, ProcessTimedOut) as error:
        raise _broken(plugin, error) from error


def _broken(plugin: Plugin, error: ProcessUnusable | ProcessTimedOut) -> PluginFailed:
    hint = error.hint
    if isinstance(error, ProcessTimedOut):
        hint = "PKGTOOL_PLUGIN_TIMEOUT is how many seconds a plugin may take"
    return PluginFailed(f'plugin "{plugin.name}": {error.what}', hint=hint)


def _failure(what: str, done: Finished) -> PluginFailed:
    words = done.words[-_SHOWN_CHARACTERS:]
    return PluginFailed(what, hint=f"exit status {done.status}" + (f": {words}" if words else ""))
