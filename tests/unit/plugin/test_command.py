import pytest

from pkgtool.errors import PluginInvalid
from pkgtool.plugin.command import Platform, choose, expand, prepare, this_platform
from pkgtool.plugin.model import PlatformCommand

HERE = Platform("linux", "amd64")
ANY = PlatformCommand(command="any")
LINUX = PlatformCommand("linux", "", "linux")
EXACT = PlatformCommand("Linux", "AMD64", "exact")
OTHER = PlatformCommand("windows", "amd64", "other")
NO_SYSTEM = PlatformCommand("", "amd64", "no system")


@pytest.mark.parametrize(
    ("commands", "chosen"),
    [
        pytest.param((ANY, LINUX, EXACT), EXACT, id="exact, whatever the case"),
        pytest.param((ANY, LINUX), LINUX, id="system before any"),
        pytest.param((LINUX, ANY), LINUX, id="the order does not matter"),
        pytest.param((OTHER, ANY), ANY, id="any"),
        pytest.param(
            (ANY, LINUX._replace(command="first"), LINUX),
            LINUX._replace(command="first"),
            id="first",
        ),
        pytest.param((OTHER, NO_SYSTEM), None, id="none: a processor needs a system"),
        pytest.param((), None, id="nothing"),
    ],
)
def test_choose(commands: tuple[PlatformCommand, ...], chosen: PlatformCommand | None) -> None:
    assert choose(commands, HERE) == chosen


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("$DIR/run", "/p/run"),
        ("${DIR}run", "/prun"),
        ("$MISSING/x", "/x"),
        ("$$ $1 $?", "  "),
        ("cost: 5$", "cost: 5$"),
        ("${DIR", "DIR"),
        ("${}x", "x"),
        ("$DIRECTORY", ""),
    ],
)
def test_expand_as_go_does(text: str, expanded: str) -> None:
    assert expand(text, {"DIR": "/p"}) == expanded


def test_words_behind_the_program_are_arguments() -> None:
    command = PlatformCommand(command="$D/run -v", args=("--in=$D", "plain"))

    words = prepare((command,), env={"D": "/d"}, extra=["$D", "--x"], here=HERE)

    assert words == ["/d/run", "-v", "--in=/d", "plain", "$D", "--x"]


def test_arguments_can_be_left_as_they_are() -> None:
    command = PlatformCommand(command="sh", args=("-c", "echo $HOME"))

    assert prepare((command,), env={}, expand_args=False, here=HERE) == ["sh", "-c", "echo $HOME"]


@pytest.mark.parametrize("commands", [(), (OTHER,), (PlatformCommand(command=""),)])
def test_no_command_for_here(commands: tuple[PlatformCommand, ...]) -> None:
    with pytest.raises(PluginInvalid, match="no plugin command is applicable"):
        prepare(commands, env={}, here=HERE)


def test_this_platform_has_gos_names() -> None:
    here = this_platform()

    assert here.os
    assert here.arch not in ("x86_64", "aarch64")
