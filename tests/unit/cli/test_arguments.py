"""Arguments as Helm's users write them."""

import click
import pytest

from pkgtool.cli.arguments import as_click

PARAMS = [
    click.Option(["-n", "--namespace"]),
    click.Option(["--wait"]),
    click.Option(["--replace", "-r"], is_flag=True),
    click.Argument(["words"], nargs=-1),
]
CONTEXT = click.Context(click.Command("x"))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("--replace=true a", "--replace a"),
        ("--replace=false a", "a"),
        ("-r=0 a", "a"),
        ("-n=prod a", "-nprod a"),
        ("--namespace=a=b", "--namespace=a=b"),
        ("--wait a", "--wait=watcher a"),
        ("--wait=legacy a", "--wait=legacy a"),
        ("a=b -- --replace=no", "a=b -- --replace=no"),
        ("--unknown=x", "--unknown=x"),
    ],
)
def test_as_click(typed: str, read: str) -> None:
    assert as_click(typed.split(), PARAMS, {"--wait": "watcher"}, CONTEXT) == read.split()


def test_what_is_neither_on_nor_off() -> None:
    with pytest.raises(click.BadParameter) as caught:
        as_click(["--replace=maybe"], PARAMS, {}, CONTEXT)

    assert caught.value.message == (
        'invalid argument "maybe" for "-r, --replace" flag: '
        'strconv.ParseBool: parsing "maybe": invalid syntax'
    )
