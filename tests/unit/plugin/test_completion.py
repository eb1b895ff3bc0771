from collections.abc import Callable

import pytest

from pkgtool.plugin.completion import Offer, offer
from pkgtool.plugin.model import Plugin
from pkgtool.plugin.run import Starter

STATIC = """\
name: wrongname
commands:
- name: empty
- name: full
  commands:
  - name: more
    validArgs: [one, two]
    flags: [b, ball]
flags: [z, quiet]
"""


@pytest.mark.parametrize(
    ("arguments", "incomplete", "lines"),
    [
        pytest.param([], "", ("empty", "full"), id="commands"),
        pytest.param([], "f", ("full",), id="beginning"),
        pytest.param(["full"], "", ("more",), id="below"),
        pytest.param(["full", "more"], "", ("one", "two"), id="words"),
        pytest.param(["full", "more"], "--", ("--ball",), id="flags"),
        pytest.param(["-n", "prod"], "-", ("-z", "--quiet"), id="global flags do not count"),
    ],
)
def test_static(
    make_plugin: Callable[..., Plugin],
    starter: Starter,
    arguments: list[str],
    incomplete: str,
    lines: tuple[str, ...],
) -> None:
    plugin = make_plugin("hello")
    (plugin.folder / "completion.yaml").write_text(STATIC)

    assert offer(plugin, arguments, incomplete, starter).lines == lines


def test_dynamic(make_plugin: Callable[..., Plugin], starter: Starter) -> None:
    plugin = make_plugin(
        "hello", plugin_complete='echo "$HELM_NAMESPACE"; echo "$#: $@"; echo; echo :2'
    )

    made = offer(plugin, ["--myflag", "--namespace", "mine", "a"], "st", starter)

    assert made == Offer(("mine", "3: --myflag a st"), 2)


@pytest.mark.parametrize("script", ["exit 1", "echo out; exit 3"])
def test_a_program_that_fails_offers_nothing(
    make_plugin: Callable[..., Plugin], starter: Starter, script: str
) -> None:
    assert offer(make_plugin("hello", plugin_complete=script), [], "", starter) == Offer(())


def test_nothing_to_offer(make_plugin: Callable[..., Plugin], starter: Starter) -> None:
    plugin = make_plugin("hello")
    assert offer(plugin, [], "", starter) == Offer(())

    (plugin.folder / "completion.yaml").write_text("a: [")
    assert offer(plugin, [], "", starter) == Offer(())
