"""A render behind the fence gives the same result, and its failures stay behind it."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pkgtool.chart.model import Chart, Metadata
from pkgtool.errors import BudgetExceeded, ChartInvalid, TemplateRender, UndefinedValue
from pkgtool.source import Span
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.codecache import CodeCache
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.fence import FenceLimits, render_fenced, run_fenced
from pkgtool.template.jinja import JinjaEngine
from pkgtool.template.render import RenderedChart, RenderedFile, render_chart

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def context(text: str, **more: Any) -> RenderContext:
    web = Chart(
        Metadata("web", "1.0.0", engine="jinja2"), {}, {"templates/a.yaml": text.encode()}, {}
    )
    return RenderContext(web, {"a": 1}, ReleaseFacts("shop"), Capabilities(), **more)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="nothing"),
        pytest.param({"a": [1, 2.5, "é", b"\xff", True, (1, None)]}, id="plain data"),
        pytest.param(
            RenderedChart((RenderedFile("a", "b\n", (1,), "c"),), "notes", ("careful",)), id="chart"
        ),
    ],
)
def test_results_come_back_as_they_were(value: object) -> None:
    assert run_fenced(lambda: value) == value


def test_rendering_is_the_same_on_both_sides() -> None:
    engines = {"jinja2": JinjaEngine()}
    given = context("a: {{ Values.a }}\n{% if true %}\nb\n{% endif %}\n")

    assert render_fenced(given, engines) == render_chart(given, engines)


def test_errors_come_back_with_place_hint_and_causes() -> None:
    text = "{% macro m() %}\n{{ Values.b }}\n{% endmacro %}\n{{ m() }}\n"

    with pytest.raises(UndefinedValue) as caught:
        render_fenced(context(text), {"jinja2": JinjaEngine()})

    assert str(caught.value.where) == "web/templates/a.yaml:2:11"
    assert "default" in caught.value.hint
    assert isinstance(caught.value.__cause__, TemplateRender)
    assert str(caught.value.__cause__.where) == "web/templates/a.yaml:4:4"


def test_errors_of_other_arrows_come_back_too() -> None:
    def broken() -> None:
        raise ChartInvalid("no chart", where=Span("a", "text", 0, 2), hint="look")

    with pytest.raises(ChartInvalid, match="no chart") as caught:
        run_fenced(broken)

    assert caught.value.where == Span("a", "text", 0, 2)


def test_a_bug_is_not_taken_for_a_budget() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        run_fenced(lambda: 1 // 0)


def test_what_is_no_plain_data_cannot_leave() -> None:
    with pytest.raises(RuntimeError, match="not plain data"):
        run_fenced(object)


def hog_memory() -> int:
    return len([bytes(1 << 20) for _ in range(10_000)])


def hog_processor() -> int:
    return sum(1 for _ in iter(int, 1))


def write_a_file() -> None:
    with open("fence-test", "w") as file:  # noqa: PTH123
        file.write("x" * 100)


@pytest.mark.parametrize(
    ("function", "limits"),
    [
        pytest.param(hog_memory, FenceLimits(memory_bytes=1 << 28), id="memory"),
        pytest.param(hog_processor, FenceLimits(cpu_s=1), id="processor time"),
        pytest.param(lambda: time.sleep(60), FenceLimits(wall_s=0.2), id="waiting"),
        pytest.param(lambda: "a" * 2000, FenceLimits(result_bytes=1000), id="output"),
        pytest.param(lambda: os._exit(0), FenceLimits(), id="sudden end"),
        pytest.param(os.abort, FenceLimits(), id="crash"),
        pytest.param(
            lambda: 10 ** (10**9), FenceLimits(wall_s=0.2), id="a call that does not return"
        ),
    ],
)
def test_whatever_the_child_does_the_parent_goes_on(
    function: Callable[[], object], limits: FenceLimits
) -> None:
    with pytest.raises(BudgetExceeded, match="rendering was stopped"):
        run_fenced(function, limits=limits)

    assert run_fenced(lambda: "still here") == "still here"


def test_the_child_cannot_write_files(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(RuntimeError, match="OSError"):
        run_fenced(write_a_file)

    assert not (tmp_path / "fence-test").exists() or (tmp_path / "fence-test").read_bytes() == b""


def test_the_child_holds_none_of_the_parents_files(tmp_path: Any) -> None:
    with (tmp_path / "secret").open("w") as file:
        handle = file.fileno()

        with pytest.raises(RuntimeError, match="OSError"):
            run_fenced(lambda: os.fstat(handle).st_size)


def open_files() -> int:
    """Count the open files where the system tells."""
    handles = Path("/proc/self/fd")
    return len(list(handles.iterdir())) if handles.is_dir() else 0


def children() -> set[str]:
    """Return the numbers of this process's children where the system tells."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # Behind the name in brackets come the state and the parent.
            if stat.read_text().rpartition(")")[2].split()[1] == str(os.getpid()):
                found.add(stat.parent.name)
    return found


def test_no_process_or_file_is_left_behind() -> None:
    # Other tests of this process may have children that still work.
    before, others = open_files(), children()

    for _ in range(5):
        run_fenced(lambda: 1)

    assert open_files() == before
    assert children() <= others


def test_lookups_are_made_by_the_parent() -> None:
    asked: list[tuple[int, tuple[str, ...]]] = []

    def lookup(*names: str) -> dict[str, Any]:
        asked.append((os.getpid(), names))
        return {"data": {"size": 5}}

    made = render_fenced(
        context("{{ lookup('v1', 'ConfigMap', 'ns', 'x').data.size }}", lookup=lookup),
        {"jinja2": JinjaEngine()},
    )

    assert made.files[0].text == "5"
    assert asked == [(os.getpid(), ("v1", "ConfigMap", "ns", "x"))]


def test_a_failing_lookup_fails_the_render() -> None:
    def lookup(*_names: str) -> dict[str, Any]:
        raise ChartInvalid("no cluster")

    with pytest.raises(TemplateRender, match="no cluster"):
        render_fenced(
            context("{{ lookup('v1', 'ConfigMap', 'ns', 'x') }}", lookup=lookup),
            {"jinja2": JinjaEngine()},
        )


def test_code_compiled_in_the_child_reaches_the_cache(tmp_path: Any) -> None:
    cache = CodeCache(tmp_path / "code")

    render_fenced(context("{{ Values.a }}"), {"jinja2": JinjaEngine(cache)})

    assert len(cache.fresh()) == 1
