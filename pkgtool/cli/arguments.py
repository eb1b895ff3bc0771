"""Turn arguments as Helm's users write them into what click understands.

A flag of Helm's that is on or off may be written with a value (`--create-namespace=false`), a short
flag may have `=` before its value (`-n=prod`), and some flags mean something when they stand bare.

Source: spf13/pflag.
"""

from collections.abc import Iterable, Mapping, Sequence

import click

from pkgtool.errors import UsageError

DEPRECATED = {
    "--force": "use --force-replace instead",
    "--atomic": "use --rollback-on-failure instead",
    "--validate": "use '--dry-run=server' instead",
}
"""Flags of Helm 3 that still do what they did, and what is said when they are used."""

_EXCLUSIVE = (
    ("--force-replace", "--force-conflicts"),
    ("--force", "--force-conflicts"),
    ("--validate", "--dry-run"),
)
_GIVEN = "pkgtool.given"

_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})


def as_click(
    args: Sequence[str],
    params: Iterable[click.Parameter],
    bare: Mapping[str, str],
    ctx: click.Context,
) -> list[str]:
    """Return `args` in click's grammar.

    Args:
        args: As they were typed.
        params: The options that there are.
        bare: What flags mean that may stand without a value; with one they need `=`, so that
            `--wait NAME` does not swallow the name.
        ctx: For errors.

    Raises:
        click.BadParameter: A flag that is on or off has another value.
    """
    options = {
        name: option
        for option in params
        if isinstance(option, click.Option)
        for name in option.opts
    }
    end = args.index("--") if "--" in args else len(args)
    read: list[str] = []
    given: set[str] = ctx.meta.setdefault(_GIVEN, set())
    for arg in args[:end]:
        name, equals, value = arg.partition("=")
        option = options.get(name)
        if option is not None:
            given.add(name)
            _say_deprecated(name, ctx)
        if arg in bare and arg in options:
            read.append(f"{arg}={bare[arg]}")
        elif not equals or option is None or not name.startswith("-"):
            read.append(arg)
        elif option.is_flag:
            # What is on by default has another name for off.
            read += [name] if _is_true(value, option, ctx) else option.secondary_opts[:1]
        else:
            read.append(arg if name.startswith("--") else name + value)
    return [*read, *args[end:]]


def check_groups(ctx: click.Context) -> None:
    """Refuse flags that exclude each other.

    Raises:
        UsageError: Two of one group were given.
    """
    given = ctx.meta.get(_GIVEN, ())
    for group in _EXCLUSIVE:
        if all(name in given for name in group):
            names = [name.removeprefix("--") for name in group]
            raise UsageError(
                f"if any flags in the group [{' '.join(names)}] are set none of the others can be; "
                f"[{' '.join(sorted(names))}] were all set"
            )


def _say_deprecated(name: str, ctx: click.Context) -> None:
    if name in DEPRECATED and not ctx.resilient_parsing:
        click.echo(f"Flag {name} has been deprecated, {DEPRECATED[name]}", err=True)


def _is_true(value: str, option: click.Option, ctx: click.Context) -> bool:
    if value not in _TRUE and value not in _FALSE:
        raise bad_value(value, f'strconv.ParseBool: parsing "{value}": invalid syntax', option, ctx)
    return value in _TRUE


def bad_value(
    value: object, reason: str, param: click.Parameter | None, ctx: click.Context | None
) -> click.BadParameter:
    """Return the error about a flag's `value`, in Helm's words.

    The `reason` is the one that Go's reader of such values gives.
    """
    names = sorted(getattr(param, "opts", ())[:2], key=len)
    flag = ", ".join(each for each in names if each.startswith("-"))
    return click.BadParameter(f'invalid argument "{value}" for "{flag}" flag: {reason}', ctx, param)
