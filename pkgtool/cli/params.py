"""Option groups and types that several commands share.

Source: Helm v4 `pkg/cmd/flags.go`, `pkg/cli/values/options.go`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from pkgtool.cli.arguments import as_click, bad_value, check_groups
from pkgtool.cli.globals import GLOBAL_OPTIONS, HELP, format_own_options, marked

Flags = Mapping[str, Any]
"""What was given to a command, by the names of its parameters."""

Wrapped = TypeVar("Wrapped", bound=Callable[..., Any])

_DURATION = r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)"
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


class Command(click.Command):
    """A command with the flags that every command takes.

    Flags in `BARE` may stand without a value and then mean the given one, as in Helm; with a value
    they need `=`, so that `--wait NAME` does not swallow the name.
    """

    BARE: Mapping[str, str] = {
        "--wait": "watcher",
        "--dry-run": "unchanged",
        "--server-side": "true",
    }

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return the flag that asks for help."""
        del ctx
        return HELP

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the flags that are the command's own."""
        format_own_options(self, ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give flags their meaning that click would not give them, then parse."""
        return super().parse_args(ctx, as_click(args, self.params, self.BARE, ctx))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless flags exclude each other."""
        check_groups(ctx)
        return super().invoke(ctx)


def command(name: str, **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command called `name` that takes the flags of every command."""

    def make(function: Callable[..., Any]) -> click.Command:
        settings.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        made = click.command(name, cls=Command, params=[*GLOBAL_OPTIONS], **settings)
        return made(marked(function))

    return make


class DurationParam(click.ParamType[float]):
    """A Go duration (`5m0s`), or as in Helm 2 a number of seconds; becomes seconds."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return seconds."""
        if isinstance(value, int | float):
            return float(value)
        if value.isdecimal():
            return float(value)
        parts = re.findall(_DURATION, value)
        if not parts or "".join(number + unit for number, unit in parts) != value:
            raise bad_value(value, _not_a_duration(value), param, ctx)
        return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _not_a_duration(text: str) -> str:
    """Return what Go says of it."""
    unit = re.fullmatch(r"(?:[0-9.]+[a-zµ]+)*[0-9]+(?:\.[0-9]*)?([^0-9.]*)", text)
    if unit is None:
        return f'time: invalid duration "{text}"'
    if not unit[1]:
        return f'time: missing unit in duration "{text}"'
    return f'time: unknown unit "{unit[1]}" in duration "{text}"'


class WaitParam(click.ParamType[str]):
    """Until when to wait: `watcher`, `hookOnly` or `legacy`."""

    name = "strategy"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the strategy; the words of Helm 3 still count, with a warning."""
        text = str(value)
        if text in _WAITS_OF_HELM_3:
            meant = _WAITS_OF_HELM_3[text]
            # Imported here: only old scripts pay for it.
            from pkgtool.cli.output import warn  # noqa: PLC0415

            warn(
                f"--wait={text} is deprecated (boolean value) and can be replaced with "
                f"--wait={meant}"
            )
            return meant
        if text not in _WAITS:
            reason = f'invalid wait input "{text}". Valid inputs are watcher, hookOnly, and legacy'
            raise bad_value(text, reason, param, ctx)
        return text


_WAITS = ("watcher", "hookOnly", "legacy")
_WAITS_OF_HELM_3 = {"true": "watcher", "false": "hookOnly"}


class LabelsParam(click.ParamType[str]):
    """Labels of a record: `a=b,c=d`."""

    name = "labels"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return them as they were written."""
        for entry in str(value).split(","):
            if entry and "=" not in entry:
                raise bad_value(value, f"{entry} must be formatted as key=value", param, ctx)
        return str(value)


class NumberParam(click.ParamType[int]):
    """A whole number, not below `least`."""

    name = "number"

    def __init__(self, least: int = 0) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        text = str(value)
        if not (text.isascii() and text.isdecimal() and len(text) < 10) or int(text) < self.least:
            reason = f'strconv.ParseInt: parsing "{text}": invalid syntax'
            if re.fullmatch(r"-?[0-9]+", text):
                reason = f"it must be from {self.least} to 999999999"
            raise bad_value(text, reason, param, ctx)
        return int(text)


class OutputParam(click.ParamType[str]):
    """`table`, `json` or `yaml`."""

    name = "format"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the format."""
        if value not in ("table", "json", "yaml"):
            raise bad_value(value, "invalid format type", param, ctx)
        return str(value)


def option_group(*options: Callable[[Wrapped], Wrapped]) -> Callable[[Wrapped], Wrapped]:
    """Return a decorator that adds `options` in this order."""

    def add(function: Wrapped) -> Wrapped:
        for each in reversed(options):
            function = each(function)
        return function

    return add


def _many(*names: str, help: str, metavar: str) -> Callable[[Wrapped], Wrapped]:
    return click.option(*names, multiple=True, help=help, metavar=metavar)


def release_argument(name: str = "release", **settings: Any) -> Callable[[Wrapped], Wrapped]:
    """Take the name of a release."""
    return click.argument(name, **settings)


def chart_argument(name: str = "chart", **settings: Any) -> Callable[[Wrapped], Wrapped]:
    """Take a chart."""
    return click.argument(name, **settings)


output_option = click.option(
    "-o",
    "--output",
    type=OutputParam(),
    default="table",
    show_default=True,
    metavar="FORMAT",
    help="table, json or yaml.",
)

values_options = option_group(
    _many("-f", "--values", metavar="FILE", help="Values from a file, a URL or - (repeatable)."),
    _many("--set", "set_", metavar="KEY=VALUE", help="Set values (repeatable)."),
    _many("--set-string", metavar="KEY=VALUE", help="Set values, as text."),
    _many("--set-file", metavar="KEY=FILE", help="Set values to the content of files."),
    _many("--set-json", metavar="KEY=JSON", help="Set values, as JSON."),
    _many("--set-literal", metavar="KEY=TEXT", help="Set one value to the rest, as it is."),
)
"""The flags that make up the user's values; see `cli.inputs.user_values`."""

source_options = option_group(
    click.option("--version", "-v", default="", metavar="VERSION", help="A version or a range."),
    click.option("--repo", default="", metavar="URL", help="A repository that need not be added."),
    click.option("--username", default="", help="For the repository."),
    click.option("--password", default="", help="For the repository."),
    click.option("--ca-file", default="", metavar="PATH", help="CA of the repository."),
    click.option("--cert-file", default="", metavar="PATH", help="Certificate to show."),
    click.option("--key-file", default="", metavar="PATH", help="Key of the certificate."),
    click.option("--insecure-skip-tls-verify", is_flag=True, help="Trust any certificate."),
    click.option("--plain-http", is_flag=True, help="Speak to a registry without encryption."),
    click.option("--pass-credentials", is_flag=True, help="Send credentials to all hosts."),
    click.option("--verify", is_flag=True, help="Refuse a chart that nobody trusted has signed."),
    click.option("--keyring", default="", metavar="PATH", help="Public keys that are trusted."),
    click.option("--devel", is_flag=True, help="Pre-releases count too."),
)
"""The flags that say where a chart comes from; see `cli.sources.chart_source`."""

labels_option = click.option(
    "-l",
    "--labels",
    type=LabelsParam(),
    multiple=True,
    metavar="K=V,…",
    help="Labels of the record; when upgrading, null removes one.",
)

rollout_options = option_group(
    click.option(
        "--wait",
        type=WaitParam(),
        default="hookOnly",
        metavar="[=STRATEGY]",
        help="Wait until all is ready: watcher (bare), hookOnly, legacy.",
    ),
    click.option("--wait-for-jobs", is_flag=True, help="Jobs must have completed too."),
    click.option(
        "--timeout",
        type=DurationParam(),
        default="5m0s",
        show_default=True,
        help="For each hook, and for waiting.",
    ),
    click.option("--no-hooks", "--disable-hooks", "no_hooks", is_flag=True, help="Run no hooks."),
    click.option("--force-conflicts", is_flag=True, help="Take over fields of others."),
    click.option(
        "--force-replace",
        "--force",
        "force_replace",
        is_flag=True,
        help="The same, in older words.",
    ),
    click.option(
        "--server-side",
        default="auto",
        metavar="[=true|false|auto]",
        help="Who merges objects, as the record tells it; the embedded cluster does.",
    ),
    click.option(
        "--dry-run",
        default="none",
        metavar="[=client|server]",
        help="Change nothing, show what would be.",
    ),
    click.option("--description", default="", help="Instead of the usual words."),
)
"""The flags of everything that changes a cluster; see `cli.inputs.rollout_settings`."""

render_options = option_group(
    click.option("--strict", is_flag=True, help="Objects of unknown kinds are errors."),
    click.option(
        "--disable-openapi-validation",
        "no_validation",
        is_flag=True,
        help="Do not check objects against their schemas.",
    ),
    click.option(
        "--skip-schema-validation",
        is_flag=True,
        help="Do not check values against values.schema.json.",
    ),
    click.option("--render-subchart-notes", is_flag=True, help="Notes of subcharts too."),
    click.option("--enable-dns", is_flag=True, help="Let getHostByName ask the network."),
    click.option(
        "--dependency-update",
        "--dep-up",
        "dependency_update",
        is_flag=True,
        help="Fetch missing dependencies first.",
    ),
)
"""The flags of everything that renders; see `cli.inputs.walk_settings`."""

postrender_options = option_group(
    _many(
        "--post-renderer",
        metavar="NAME|PROGRAM",
        help="Send manifests through a plugin or program first.",
    ),
    _many("--post-renderer-args", metavar="TEXT", help="An argument for it (repeatable)."),
)
"""The flags of what changes manifests between templates and cluster."""
