"""The documentation is true: generated pages are current, links lead somewhere, fragments parse."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pkgtool.cli.root import cli
from pkgtool.cli.version import VERSION
from pkgtool.docs import FOLDER, pages

ROOT = Path(__file__).parents[2]
KINDS = {"security", "removed", "deprecated", "changed", "added", "fixed"}


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command below `command` with what is typed for it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None, name
            if child.name == name:
                yield from commands(child, f"{path} {name}")


ALL = dict(commands(cli, "pkgtool"))


@pytest.fixture(autouse=True)
def no_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The help of commands does not depend on what is installed here."""
    monkeypatch.setenv("PKGTOOL_NO_PLUGINS", "1")


def help_of(path: str, command: click.Command) -> str:
    context = click.Context(
        command, info_name=path, terminal_width=100, help_option_names=["-h", "--help"]
    )
    return command.get_help(context)


def test_the_reference_of_commands_is_current(request: pytest.FixtureRequest) -> None:
    blocks = [f"## {path}\n\n```text\n{help_of(path, each)}\n```\n" for path, each in ALL.items()]
    text = "# Commands\n\nGenerated from the commands themselves.\n\n" + "\n".join(blocks)
    page = FOLDER / "reference" / "cli.md"

    if request.config.getoption("--update-golden"):
        page.write_text(text)

    assert page.read_text() == text, "run: pytest tests/arch/test_docs.py --update-golden"


@pytest.mark.parametrize("path", ALL)
def test_every_command_has_help_with_an_example(path: str) -> None:
    shown = help_of(path, ALL[path])

    assert "Example:" in shown
    assert "pkgtool " in shown.partition("Example:")[2].partition("Options:")[0]


@pytest.mark.parametrize("path", ALL)
def test_every_option_has_help(path: str) -> None:
    silent = [
        option.name
        for option in ALL[path].params
        if isinstance(option, click.Option) and not option.hidden and not option.help
    ]

    assert silent == []


@pytest.mark.parametrize("page", pages(""), ids=lambda page: page.relative_to(FOLDER).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()

    missing = [
        target
        for target in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", text)
        if not (page.parent / target).exists()
    ]

    assert missing == []


def test_changelog_fragments_are_one_sentence_of_a_known_kind() -> None:
    for fragment in (FOLDER / "changelog" / "next").glob("*"):
        assert fragment.suffixes[-2].removeprefix(".") in KINDS, fragment.name
        text = fragment.read_text().strip()
        assert text.endswith("."), fragment.name
        assert "\n\n" not in text, fragment.name


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == VERSION


@pytest.mark.parametrize("page", sorted((FOLDER / "adr").glob("*.md")), ids=lambda page: page.stem)
def test_decisions_have_their_four_parts(page: Path) -> None:
    text = page.read_text()

    assert text.startswith(f"# {page.stem[:4]} ")
    for part in (
        "**Context.**",
        "**Decision.**",
        "**Consequences.**",
        "**What would change our mind.**",
    ):
        assert part in text
