"""`search hub` against a hub on loopback that speaks Monocular's protocol."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pkgtool import yamlcodec
from pkgtool.cli.root import cli
from pkgtool.errors import HubUnavailable, NothingFound
from pkgtool.testing.badserver import BadServer, Reply

Run = Callable[..., Result]
PATH = "/api/chartsvc/v1/charts/search"


def chart(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"stable/{name}",
        "type": "chart",
        "attributes": {
            "name": name,
            "repo": {"name": "stable", "url": "https://charts.example.com"},
            "description": f"The chart {name}",
        },
        "relationships": {"latestChartVersion": {"data": {"version": "1.2.3", "app_version": "7"}}},
        **fields,
    }


WEB = chart("web", artifactHub={"packageUrl": "https://hub.example.com/packages/web"})
DB = chart("db")


def answer(*charts: object) -> Reply:
    return Reply(json.dumps({"data": charts}).encode())


@pytest.fixture
def run(tmp_path: Path, server: BadServer) -> Run:
    clean = {name: None for name in os.environ if name.startswith(("HELM_", "PKGTOOL_", "XDG_"))}

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(
            cli,
            ["search", "hub", "--endpoint", server.url, *arguments],
            env={**clean, "HOME": str(tmp_path)},
        )

    return invoke


def test_what_a_hub_finds(run: Run, server: BadServer) -> None:
    server.on(PATH, answer(WEB, DB))

    found = run("two words", "&more")

    assert found.exit_code == 0
    assert server.last().path == f"{PATH}?q=two+words+%26more"
    lines = [[cell.strip() for cell in line.split("\t")] for line in found.stdout.splitlines()]
    assert lines == [
        ["URL", "CHART VERSION", "APP VERSION", "DESCRIPTION"],
        ["https://hub.example.com/packages/web", "1.2.3", "7", "The chart web"],
        [f"{server.url}/charts/stable/db", "1.2.3", "7", "The chart db"],
    ]


def test_the_repository_of_each_chart(run: Run, server: BadServer) -> None:
    server.on(PATH, answer(WEB))

    lines = run("web", "--list-repo-url").stdout.splitlines()

    assert lines[0].endswith("\tREPO URL                  ")
    assert lines[1].endswith("\thttps://charts.example.com")


def test_a_hub_as_data(run: Run, server: BadServer) -> None:
    server.on(PATH, answer(WEB))

    text = run("-o", "json").stdout

    assert text == (
        '[{"url":"https://hub.example.com/packages/web","version":"1.2.3","app_version":"7",'
        '"description":"The chart web",'
        '"repository":{"url":"https://charts.example.com","name":"stable"}}]\n'
    )
    assert yamlcodec.load(run("-o", "yaml").stdout) == json.loads(text)


def test_a_hub_that_finds_nothing(run: Run, server: BadServer) -> None:
    server.on(PATH, answer())

    assert run("x").stdout == "No results found\n"
    assert run("x", "-o", "json").stdout == "[]\n"
    assert isinstance(run("x", "--fail-on-no-result").exception, NothingFound)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(status=404), id="no such page"),
        pytest.param(Reply(b"<html>"), id="a web page"),
        pytest.param(Reply(b'{"data": 5}'), id="no list"),
        pytest.param(Reply(b"[1]"), id="a list"),
        pytest.param(Reply(b"{" * 5000), id="deep"),
    ],
)
def test_a_hub_that_is_none(reply: Reply, run: Run, server: BadServer) -> None:
    server.on(PATH, reply)

    error = run("x").exception

    assert isinstance(error, HubUnavailable)
    assert error.what == f'unable to perform search against "{server.url}"'
    assert error.hint


def test_odd_charts_are_no_trouble(run: Run, server: BadServer) -> None:
    odd = chart("odd", attributes=[], relationships={"latestChartVersion": 5}, artifactHub="x")
    server.on(PATH, answer(None, 5, odd))

    found = run("-o", "json")

    assert found.exit_code == 0, found.exception
    assert [each["version"] for each in json.loads(found.stdout)] == ["", "", ""]


def test_no_hub_at_all(tmp_path: Path) -> None:
    found = CliRunner().invoke(cli, ["search", "hub", "x", "--endpoint", "nonsense"])

    assert isinstance(found.exception, HubUnavailable)
