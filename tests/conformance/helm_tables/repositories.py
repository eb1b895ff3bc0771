"""Repositories and registries: URLs, indexes, what is found in them, what annotations say."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pkgtool import yamlcodec
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Dependency
from pkgtool.errors import PatternInvalid, PkgtoolError
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry, Repositories
from pkgtool.repo.dependencies import local_path, resolve_dependencies
from pkgtool.repo.http import HttpClient
from pkgtool.repo.index import parse_index
from pkgtool.repo.oci.artifact import annotations
from pkgtool.repo.publish import index_entry, index_folder
from pkgtool.repo.urls import origin
from pkgtool.testing.charts_at_rest import tarball
from pkgtool.testing.dependencies import dependency_sources
from pkgtool.versions import is_range
from tests.conformance.helm_tables.charts import document
from tests.conformance.helm_tables.golang import NOW
from tests.conformance.helm_tables.shell import run
from tests.conformance.helm_tables.tables import RowReader, Site, TableReader

SEARCHED = {
    "testing": {
        "niña": [("0.1.0", "One boat")],
        "pinta": [("0.1.0", "Two ship")],
        "santa-maria": [("1.2.3", "Three boat"), ("1.2.2-RC-1", "Three boat")],
    },
    "ztesting": {"Pinta": [("2.0.0", "Two ship, version two")]},
}
"""The repositories of `TestSearchByName`: versions and descriptions by chart."""

_FAULTS: Mapping[str, Mapping[str, Any]] = {
    "None": {},
    "chart.metadata.type must be application or library": {"type": "program"},
    'more than one dependency with name or alias "foo"': {
        "dependencies": [{"name": "foo", "version": "1.0.0", "repository": ""}] * 2
    },
}
"""What a version must say in an index so that Helm's validation ends in the words."""


def read_joined(row: Mapping[str, Any], site: Site) -> None:
    """The URL of a tarball is that of its repository with its path."""
    entry = index_entry(tarball(), "/".join(row["paths"]), url=row["url"], at=NOW)

    assert entry.urls == (row["expect"],)


def read_annotations(row: Mapping[str, Any], site: Site) -> None:
    """A registry is told what `Chart.yaml` says."""
    stated = document({"APIVersion": "v2", **row["chart"]})
    # The names of annotations are no fields of Go.
    stated["annotations"] = row["chart"].get("Annotations", {})
    chart = load_chart({"Chart.yaml": json.dumps(stated).encode()}, name="oci")

    assert annotations(chart.metadata, NOW) == row["expect"]


def _dependencies(stated: Sequence[Mapping[str, Any]]) -> list[Dependency]:
    return [Dependency(each["Name"], each["Version"], each["Repository"]) for each in stated]


def read_resolved(row: Mapping[str, Any], site: Site) -> None:
    """A constraint leads to a version."""
    home = site.fixtures() / "internal/resolver/testdata"
    known = Repositories((RepoEntry("kubernetes-charts", "http://example.com"),))
    client = RepoClient(HttpClient(), known, indexes=home / "repository", content=home)
    sources = dependency_sources(client, refresh=False)
    required = _dependencies(row["req"])

    if row.get("err"):
        with pytest.raises(PkgtoolError):
            resolve_dependencies(required, home / "chartpath", sources)
    else:
        found = resolve_dependencies(required, home / "chartpath", sources)
        assert found == _dependencies(row["expect"]["Dependencies"])


def read_local_path(row: Mapping[str, Any], site: Site) -> None:
    """A dependency lies in a folder."""
    site.patch.chdir(site.fixtures() / "internal/resolver")
    folder = Path(row.get("chartpath", ""))
    if row.get("err"):
        with pytest.raises(PkgtoolError, match=r"directory .* not found"):
            local_path(row["repo"], folder)
    else:
        assert str(local_path(row["repo"], folder)).replace("//", "/") == row["expect"]


def read_range(row: Mapping[str, Any], site: Site) -> None:
    """Ranges are told from versions."""
    assert is_range(row["version"]) is row["expected"]


def read_origins(row: Mapping[str, Any], site: Site) -> None:
    """Two URLs belong to one server, to which credentials may go."""
    assert (origin(row["url1"]) == origin(row["url2"])) is row["expected"]


def read_folder(row: Mapping[str, Any], site: Site) -> None:
    """The index of a folder says where its tarballs are."""
    base = "http://localhost:8080"
    path = site.scratch / row["downloadLink"].removeprefix(f"{base}/")
    version = path.stem.removeprefix(f"{row['chartName']}-")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tarball(row["chartName"], version))

    index = index_folder(site.scratch, url=base, at=NOW)

    assert index.find(row["chartName"], version).urls == (row["downloadLink"],)


def read_invalid_versions(row: Mapping[str, Any], site: Site) -> None:
    """A version that is invalid is left out, and the others are not."""
    index = parse_index(row["data"].encode(), name=row["source"])

    assert [each.name for each in index.versions("nginx")] == ["nginx"]


def read_skipped_error(row: Any, site: Site) -> None:
    """An index leaves out what is invalid, but overlooks some faults."""
    _, case = row
    fault = str(case["Input"])
    stated = {"apiVersion": "v2", "name": "web", "version": "1.0.0", "urls": ["web-1.0.0.tgz"]}
    entries = {"web": [{**stated, **_FAULTS[fault]}]}
    index = parse_index(yamlcodec.dump({"apiVersion": "v1", "entries": entries}).encode(), name="x")

    is_kept = fault == "None" or case.get("ErrorSkipped", False)
    assert [each.version for each in index.versions("web")] == ["1.0.0"] * is_kept


def search(site: Site, indexes: Mapping[str, Any], *words: str) -> Any:
    """Return what `search repo` finds in repositories that hold `indexes`."""
    cache = site.scratch / "cache"
    cache.mkdir()
    listed = [{"name": name, "url": f"http://{name}.example"} for name in indexes]
    (site.scratch / "repositories.yaml").write_text(yamlcodec.dump({"repositories": listed}))
    for name, entries in indexes.items():
        document = {"apiVersion": "v1", "entries": entries}
        (cache / f"{name}-index.yaml").write_text(yamlcodec.dump(document))
    places = {
        "HELM_REPOSITORY_CONFIG": str(site.scratch / "repositories.yaml"),
        "HELM_REPOSITORY_CACHE": str(cache),
    }
    return run(site, "search", "repo", *words, "-o", "json", environment=places)


def read_search(row: Mapping[str, Any], site: Site) -> None:
    """A word, or a pattern, finds charts."""
    indexes = {
        repository: {
            chart: [
                {"name": chart, "version": version, "description": said, "urls": [f"{chart}.tgz"]}
                for version, said in versions
            ]
            for chart, versions in charts.items()
        }
        for repository, charts in SEARCHED.items()
    }
    found = search(site, indexes, row["query"], *(["--regexp"] if row.get("regexp") else []))

    if row.get("fail"):
        assert isinstance(found.exception, PatternInvalid)
        assert row["failMsg"] in found.exception.what
    else:
        names = [each["name"] for each in json.loads(found.stdout)]
        assert names == [each["Name"] for each in row["expect"]]


def read_scores(rows: Sequence[Any], site: Site) -> None:
    """What is found is in the order of score, name and version, the newest first.

    A chart has its score from the place where the word is found: in this field of its line.
    """
    entries: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        version = row["Chart"]["Metadata"]["Version"] if "Chart" in row else "1.0.0"
        fields = "\v".join("x" * max(0, row["Score"] - 2))
        said = f"{fields}\vneedle" if row["Score"] else ""
        stated = {"name": row["Name"], "version": version, "urls": ["x.tgz"]}
        entries.setdefault(row["Name"], []).append(stated | {"description": said})
    names = "|".join(row["Name"] for row in rows if not row["Score"])
    found = search(site, {"r": entries}, f"^({names})\v|needle", "--regexp", "--versions")

    told = [(each["name"], each["version"]) for each in json.loads(found.stdout)]
    known = ["r/aab", "r/bbb", "r/aaa", "r/abb", "r/bab", "r/ver", "r/ver"]
    assert [name for name, _ in told if name in known] == known
    assert [version for name, version in told if name == "r/ver"] == ["1.2.4", "1.2.3"]


READERS: Mapping[str, RowReader] = {
    "TestGenerateOCIAnnotations": read_annotations,
    "TestGenerateOCIChartAnnotations": read_annotations,
    "TestGetLocalPath": read_local_path,
    "TestIgnoreSkippableChartValidationError": read_skipped_error,
    "TestIndexDirectory": read_folder,
    "TestIsVersionRange": read_range,
    "TestLoadIndex_DuplicateChartDeps": read_invalid_versions,
    "TestResolve": read_resolved,
    "TestSearchByName": read_search,
    "TestURLJoin": read_joined,
    "TestUrlEqual": read_origins,
}

TABLE_READERS: Mapping[str, TableReader] = {
    "TestSortScore": read_scores,
}
