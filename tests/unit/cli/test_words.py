"""How the words of a command line are read."""

import click
import pytest
from click.testing import CliRunner

from pkgtool.cli.groups import DefaultGroup, group
from pkgtool.cli.params import Command, DurationParam, NumberParam, command, output_option


@group("get", default="all")
def get_group() -> None:
    """Get."""


@command("all")
@click.argument("name")
@click.option("--revision", default="0")
@output_option
def all_command(name: str, revision: str, output: str) -> None:
    """Show what was understood."""
    click.echo(f"all {name} {revision} {output}")


@command("values")
@click.argument("name")
@click.option("--revision", default="0")
def values_command(name: str, revision: str) -> None:
    """Show what was understood."""
    click.echo(f"values {name} {revision}")


get_group.add_command(all_command)
get_group.add_command(values_command)


@pytest.mark.parametrize(
    ("line", "understood"),
    [
        pytest.param("web", "all web 0 table", id="bare"),
        pytest.param("all web", "all web 0 table", id="named"),
        pytest.param("values web", "values web 0", id="another"),
        pytest.param("web --revision 2", "all web 2 table", id="flag after"),
        pytest.param("--revision 2 web", "all web 2 table", id="flag before"),
        pytest.param("--revision 2 values web", "values web 2", id="flag before a command"),
        pytest.param("-n values web", "all web 0 table", id="a value that is a command's name"),
        pytest.param("--revision=2 -o json web", "all web 2 json", id="several"),
        pytest.param("--debug values web", "values web 0", id="a flag without a value"),
    ],
)
def test_a_group_with_a_default(line: str, understood: str) -> None:
    assert isinstance(get_group, DefaultGroup)

    assert CliRunner().invoke(get_group, line.split()).output == f"{understood}\n"


@pytest.mark.parametrize("line", ["", "-h", "--help"])
def test_a_group_that_is_asked_nothing_shows_its_help(line: str) -> None:
    assert "Commands:" in CliRunner().invoke(get_group, line.split()).output


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("300", 300), ("5m0s", 300), ("1h30m", 5400), ("1.5s", 1.5), ("250ms", 0.25), ("0", 0)],
)
def test_durations(text: str, seconds: float) -> None:
    assert DurationParam().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["soon", "5 m", "5mm", "-3s", "", "m"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(click.BadParameter, match="time: "):
        DurationParam().convert(text, None, None)


@pytest.mark.parametrize("text", ["-1", "x", "", "1.5", "9" * 30, "٣"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(click.BadParameter, match="invalid argument"):
        NumberParam().convert(text, None, None)


@pytest.mark.parametrize(
    ("line", "words", "wait"),
    [
        pytest.param("--wait web", ("web",), "watcher", id="bare"),
        pytest.param("--wait=legacy web", ("web",), "legacy", id="with a value"),
        pytest.param("web", ("web",), "hookOnly", id="absent"),
        pytest.param("-- --wait", ("--wait",), "hookOnly", id="no flag at all"),
    ],
)
def test_flags_that_may_stand_bare(line: str, words: tuple[str, ...], wait: str) -> None:
    probe = Command(
        "probe",
        params=[click.Argument(["words"], nargs=-1), click.Option(["--wait"], default="hookOnly")],
    )

    context = probe.make_context("probe", line.split())

    assert context.params == {"words": words, "wait": wait}
