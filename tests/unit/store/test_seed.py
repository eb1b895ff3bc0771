"""Records that a test begins with."""

from pathlib import Path

import pytest

from pkgtool.errors import RecordCorrupt
from pkgtool.release.model import ReleaseKey, Status
from pkgtool.store.seed import seeded_store

RECORDS = """
- name: athos
  Version: 2
  info: {Status: failed, last_deployed: "2016-01-16T00:00:00Z"}
  chart: {metadata: {name: athos-chart, version: 1.0.0, appversion: 1.1.0}}
  config: {Version: kept}
  labels: {key1: value1}
- {name: porthos, version: 1, namespace: gascony, info: {}, chart: {metadata: {name: p}}}
"""


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.yaml"
    path.write_text(RECORDS)
    return path


def test_keys_count_in_any_case_but_those_of_values(records: Path) -> None:
    found = seeded_store([records]).get(ReleaseKey("default", "athos", 2))

    assert found.status is Status.FAILED
    assert found.chart.metadata.app_version == "1.1.0"
    assert found.config == {"Version": "kept"}
    assert found.labels == {"key1": "value1"}


def test_all_files_count(records: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.yaml"
    more.write_text("[{name: aramis, version: 1, chart: {metadata: {name: a}}}]")

    names = [each.name for each in seeded_store([records, more]).list().releases]

    assert sorted(names) == ["aramis", "athos", "porthos"]


def test_what_is_no_list_of_releases_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text("[1]")

    with pytest.raises(RecordCorrupt, match="not a list of releases"):
        seeded_store([path])
