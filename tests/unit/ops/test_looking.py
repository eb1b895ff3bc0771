"""The verbs that only look."""

from datetime import timedelta

import pytest

from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.errors import ReleaseNotFound, RevisionNotFound
from pkgtool.ops.diff import diff_releases
from pkgtool.ops.history import get_release
from pkgtool.ops.list import ListOptions, list_releases
from pkgtool.ops.live import lookup_in
from pkgtool.ops.session import Session
from pkgtool.ops.show import show_all, show_crds, show_readme
from pkgtool.ops.status import status
from pkgtool.store.lease import this_process
from pkgtool.store.secrets import SecretStore
from pkgtool.testing.cluster_objects import config_map
from pkgtool.testing.releases import NOON, release

MANIFEST = (
    "---\n# Source: web/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n"
)


@pytest.fixture
def session() -> Session:
    cluster = MemoryCluster()
    store = SecretStore(cluster)
    return Session(cluster=cluster, store=store, engines={}, holder=this_process())


def test_releases_are_compared_object_by_object(session: Session) -> None:
    session.store.create(release(manifest=MANIFEST.format("a") + MANIFEST.format("b")))
    session.store.create(release(name="other", manifest=MANIFEST.format("b")))

    (change,) = diff_releases(session, "web", "other", "default")

    assert (change.id.name, change.action) == ("a", "removed")


def test_a_revision_that_is_not_there_is_told_from_a_release_that_is_not(session: Session) -> None:
    session.store.create(release())

    with pytest.raises(RevisionNotFound):
        get_release(session, "web", "default", revision=7)
    with pytest.raises(ReleaseNotFound):
        get_release(session, "wbe", "default", revision=7)


def test_the_last_deployed_may_come_first(session: Session) -> None:
    for hours, name in ((2, "a"), (0, "b"), (1, "c")):
        at = NOON + timedelta(hours=hours)
        session.store.create(release(name=name, last_deployed=at))

    listed = list_releases(session, "default", ListOptions(by_date=True, reverse=True)).releases

    assert [each.name for each in listed] == ["a", "c", "b"]


def test_of_each_release_the_last_revision_counts(session: Session) -> None:
    for revision in (10, 9, 2):
        session.store.create(release(revision))

    (listed,) = list_releases(session, "default", ListOptions()).releases

    assert listed.revision == 10


def test_an_object_whose_kind_is_gone_is_missing(session: Session) -> None:
    manifest = MANIFEST.format("w").replace("v1", "example.com/v1").replace("ConfigMap", "Widget")
    session.store.create(release(manifest=manifest))

    standing = status(session, "web", "default")

    assert standing.resources == ()
    assert standing.missing == ("Widget.example.com default/w",)


def test_a_lookup_gives_an_object_a_list_or_nothing() -> None:
    cluster = MemoryCluster()
    cluster.apply(config_map(colour="blue"), ApplyPolicy())
    lookup = lookup_in(cluster)

    assert lookup("v1", "ConfigMap", "default", "settings")["data"] == {"colour": "blue"}
    assert lookup("v1", "ConfigMap", "default", "none") == {}
    listed = lookup("v1", "ConfigMap", "default", "")
    assert (listed["apiVersion"], listed["kind"]) == ("v1", "ConfigMapList")
    assert [each["metadata"]["name"] for each in listed["items"]] == ["settings"]


def chart(**files: str) -> Chart:
    texts = {"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", **files}
    return load_chart({path: text.encode() for path, text in texts.items()}, name="web")


def test_a_readme_is_found_in_any_case() -> None:
    made = chart(**{"LICENSE": "free", "ReadMe.md": "# web"})

    assert show_readme(made) == "# web\n"
    assert show_readme(chart()) == ""


def test_each_definition_stands_behind_one_separator() -> None:
    made = chart(**{"crds/a.yaml": "a: 1", "crds/b.yaml": "---\nb: 2\n\n"})

    assert show_crds(made) == "---\na: 1\n---\nb: 2\n\n\n"


def test_what_a_chart_lacks_leaves_no_gap() -> None:
    shown = show_all(chart(**{"README.md": "# web\n"}))

    assert shown == "apiVersion: v2\nname: web\nversion: 1.0.0\n\n---\n# web\n\n"
