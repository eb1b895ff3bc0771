"""Releases: how they get their names, and who applies their objects."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pkgtool import yamlcodec
from pkgtool.chart.pack import write_archive
from tests.conformance.helm_tables.golang import NOW
from tests.conformance.helm_tables.shell import CHART, run, write_chart
from tests.conformance.helm_tables.tables import RowReader, Site

_CLOCK = {"PKGTOOL_TEST_CLOCK": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"), "PKGTOOL_ERROR_DETAIL": "0"}


def made_name(site: Site, *words: str) -> str:
    """Return the name of the release that is rendered."""
    result = run(site, "template", *words, environment=_CLOCK)
    assert result.exception is None, result.exception
    found = re.search(r"(?m)^  name: (.*)$", result.stdout)
    assert found, result.stdout
    return found[1]


def read_name_template(row: Mapping[str, Any], site: Site) -> None:
    """A template makes the name."""
    write_chart(site, "chart")
    words = (str(site.scratch / "chart"), "--name-template", row["tpl"])
    if row["expectedErrorStr"]:
        failed = run(site, "template", *words, environment=_CLOCK)
        assert row["expectedErrorStr"] in getattr(failed.exception, "what", "")
    else:
        assert re.fullmatch(row["expected"], made_name(site, *words))


def read_generated_name(row: Mapping[str, Any], site: Site) -> None:
    """The chart's name and the time make the name; a chart without a name is `chart`."""
    write_chart(site, "chart")
    files = {f"web/{path}": text.encode() for path, text in CHART.items()}
    for archive in ("chart.tgz", "chart.tar.gz"):
        (site.scratch / archive).write_bytes(write_archive(files))
    site.patch.chdir(site.scratch / ("chart" if row["Chart"] in ("", ".") else ""))
    # An empty path names the folder in which one is, too.
    words = (row["Chart"] or ".", "--generate-name", "--dry-run=client", "-o", "json")
    result = run(site, "install", *words, environment=_CLOCK)
    assert result.exception is None, result.exception
    assert json.loads(result.stdout)["name"] == row["ExpectedName"]


def read_apply_method(row: Mapping[str, Any], site: Site) -> None:
    """A flag, and what the release before did, say who applies the next."""
    write_chart(site, "chart")
    before = {
        "name": "web",
        "version": 1,
        "apply_method": row["releaseApplyMethod"],
        "info": {"status": "deployed"},
        "chart": {"metadata": {"apiVersion": "v2", "name": "web", "version": "1.0.0"}},
    }
    (site.scratch / "releases.yaml").write_text(yamlcodec.dump([before]))
    places = {
        "HELM_DRIVER": "memory",
        "PKGTOOL_MEMORY_DRIVER_DATA": str(site.scratch / "releases.yaml"),
    }
    flag = f"--server-side={row['actionServerSideOption']}"
    words = ("upgrade", "web", str(site.scratch / "chart"), flag, "-o", "json")
    result = run(site, *words, environment=_CLOCK | places)

    if "expectedErrorMsg" in row:
        assert row["expectedErrorMsg"] in getattr(result.exception, "what", "")
    else:
        expected = "ssa" if row["expectedServerSideApply"] else "csa"
        assert result.exception is None, result.output
        assert json.loads(result.stdout)["apply_method"] == expected


READERS: Mapping[str, RowReader] = {
    "TestGetUpgradeServerSideValue": read_apply_method,
    "TestNameAndChartGenerateName": read_generated_name,
    "TestNameTemplate": read_name_template,
}
