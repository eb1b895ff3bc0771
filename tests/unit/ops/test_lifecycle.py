"""The verbs over a cluster in memory."""

import itertools
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.errors import (
    AlreadyUninstalled,
    ChartInvalid,
    HookFailed,
    ManifestError,
    NothingDeployed,
    NotOwned,
    PkgtoolError,
    ReleaseExists,
    ReleaseNameInvalid,
    ReleaseNotFound,
    RevisionNotFound,
    RolloutFailed,
    SchemaMismatch,
)
from pkgtool.ops.attempt import RolloutOptions
from pkgtool.ops.diff import diff_revisions, diff_upgrade
from pkgtool.ops.history import get_release, history
from pkgtool.ops.install import InstallOptions, Wish, install, prepare_install
from pkgtool.ops.list import ListOptions, list_releases
from pkgtool.ops.rollback import rollback
from pkgtool.ops.session import Session
from pkgtool.ops.status import status
from pkgtool.ops.test import TestOptions as Choice
from pkgtool.ops.test import run_tests
from pkgtool.ops.uninstall import UninstallOptions, uninstall
from pkgtool.ops.upgrade import UpgradeOptions, upgrade, upgrade_or_install
from pkgtool.release.model import Status
from pkgtool.rollout.pace import Pace
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.store.lease import this_process
from pkgtool.store.secrets import SecretStore
from pkgtool.template.jinja import JinjaEngine

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ Release.Name }}-%s
data:
  color: "{{ Values.color }}"
  size: "{{ Values.size }}"
  revision: "{{ Release.Revision }}"
"""

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ Release.Name }}-%s
  annotations:
    helm.sh/hook: %s
    embedded.pkgtool.dev/outcome: "{{ Values.outcome }}"
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: run, image: busybox}]
"""


def chart(version: str = "1.0.0", **files: str) -> Chart:
    """Return a chart of one ConfigMap, and of more `files` by path."""
    texts = {
        "Chart.yaml": f"{{apiVersion: v2, name: web, version: {version}, engine: jinja2}}",
        "values.yaml": "color: red\nsize: 1\noutcome: ''\n",
        "templates/config.yaml": CONFIG % "config",
        "templates/NOTES.txt": "It is {{ Values.color }}.\n",
    } | files
    return load_chart({path: text.encode() for path, text in texts.items() if text}, name="web")


@pytest.fixture
def session() -> Session:
    """An empty cluster in memory, in which time passes when somebody looks at it."""
    cluster = MemoryCluster()
    ticks = itertools.count()
    return Session(
        cluster=cluster,
        store=SecretStore(cluster),
        engines={"jinja2": JinjaEngine()},
        holder=this_process(),
        pace=Pace(
            clock=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            monotonic=lambda: next(ticks) * 0.5,
            sleep=lambda seconds: None,
        ),
        random=Random(7),
    )


FAST = RolloutOptions(wait=WaitPolicy(timeout_s=60))


def installed(session: Session, made: Chart, **values: Any) -> Any:
    return install(session, wish(made, **values), InstallOptions(rollout=FAST))


def upgraded(session: Session, made: Chart, **values: Any) -> Any:
    return upgrade(session, wish(made, **values), UpgradeOptions(rollout=FAST))


def wish(made: Chart, **values: Any) -> Wish:
    return Wish(made, values, "shop", "default")


def data(session: Session, name: str = "shop-config") -> dict[str, str] | None:
    """Return what a live ConfigMap holds."""
    for body in session.cluster.list("", "ConfigMap", namespace="default"):
        if body["metadata"]["name"] == name:
            return dict(body["data"])
    return None


def records(session: Session) -> list[tuple[int, Status]]:
    found = session.store.history("shop", "default").releases
    return [(each.revision, each.status) for each in found]


def test_an_install_makes_objects_and_a_record(session: Session) -> None:
    release = installed(session, chart(), color="blue")

    assert release.status is Status.DEPLOYED
    assert release.notes == "It is blue.\n"
    assert data(session) == {"color": "blue", "size": "1", "revision": "1"}
    assert get_release(session, "shop", "default") == release


def test_a_name_is_used_once(session: Session) -> None:
    installed(session, chart())

    with pytest.raises(ReleaseExists):
        installed(session, chart(), color="blue")

    assert data(session) == {"color": "red", "size": "1", "revision": "1"}


@pytest.mark.parametrize(
    ("files", "error"),
    [
        pytest.param({"templates/b.yaml": "{{ Values.nothing }}"}, PkgtoolError, id="undefined"),
        pytest.param({"templates/b.yaml": "just: text\n"}, ManifestError, id="no object"),
        pytest.param(
            {"templates/b.yaml": CONFIG % "config" + "  more: x\n"}, ManifestError, id="twice"
        ),
        pytest.param(
            {"templates/b.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: 1\n"},
            ManifestError,
            id="breaks its schema",
        ),
        pytest.param({"values.schema.json": '{"required": ["x"]}'}, SchemaMismatch, id="values"),
        pytest.param(
            {"Chart.yaml": "{apiVersion: v2, name: web, version: 1.0.0, type: library}"},
            ChartInvalid,
            id="library",
        ),
        pytest.param(
            {
                "Chart.yaml": "{apiVersion: v2, name: web, version: 1.0.0, engine: jinja2, "
                "kubeVersion: '>=1.99'}"
            },
            ChartInvalid,
            id="kubernetes",
        ),
    ],
)
def test_a_bad_chart_leaves_no_trace(
    session: Session, files: dict[str, str], error: type[PkgtoolError]
) -> None:
    with pytest.raises(error):
        installed(session, chart(**files))

    assert session.cluster.list("", "Secret") == []
    assert session.cluster.list("", "ConfigMap", namespace="default") == []
    assert session.cluster.list("coordination.k8s.io", "Lease") == []


def test_a_bad_name_is_refused(session: Session) -> None:
    with pytest.raises(ReleaseNameInvalid):
        install(session, Wish(chart(), {}, "Not_A_Name", "default"), InstallOptions())


def test_objects_of_others_are_not_taken(session: Session) -> None:
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "shop-config", "namespace": "default"},
        "data": {"mine": "yes"},
    }
    session.cluster.apply(body, ApplyPolicy(manager="somebody"))

    with pytest.raises(NotOwned):
        installed(session, chart())

    assert data(session) == {"mine": "yes"}
    assert records(session) == []


def test_objects_of_others_are_taken_when_that_is_asked_for(session: Session) -> None:
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "shop-config", "namespace": "default"},
        "data": {"mine": "yes"},
    }
    session.cluster.apply(body, ApplyPolicy(manager="somebody"))

    options = InstallOptions(rollout=FAST._replace(take_ownership=True))
    install(session, wish(chart()), options)

    assert (data(session) or {})["color"] == "red"


def test_an_upgrade_supersedes_and_removes_what_is_gone(session: Session) -> None:
    installed(session, chart(**{"templates/old.yaml": CONFIG % "old"}))

    upgraded(session, chart("2.0.0", **{"templates/new.yaml": CONFIG % "new"}), color="blue")

    assert records(session) == [(1, Status.SUPERSEDED), (2, Status.DEPLOYED)]
    assert data(session, "shop-old") is None
    assert data(session, "shop-new") == {"color": "blue", "size": "1", "revision": "2"}


def test_an_upgrade_needs_a_release(session: Session) -> None:
    with pytest.raises(NothingDeployed, match='"shop" has no deployed releases'):
        upgraded(session, chart())


def test_upgrade_or_install_installs_what_is_not_there(session: Session) -> None:
    options = UpgradeOptions(rollout=FAST)

    first = upgrade_or_install(session, wish(chart()), options, absent=InstallOptions())
    second = upgrade_or_install(session, wish(chart()), options, absent=InstallOptions())

    assert (first.revision, second.revision) == (1, 2)


@pytest.mark.parametrize(
    ("reuse", "values", "expected"),
    [
        pytest.param("auto", {}, ("blue", "2"), id="no new values keep the old ones"),
        pytest.param("auto", {"color": "green"}, ("green", "1"), id="new values replace the old"),
        pytest.param("reset", {}, ("red", "1"), id="reset"),
        pytest.param("reuse", {"color": "green"}, ("green", "2"), id="reuse"),
        pytest.param("reset-then-reuse", {"size": 5}, ("blue", "5"), id="reset then reuse"),
    ],
)
def test_what_becomes_of_old_values(
    session: Session, reuse: Any, values: dict[str, Any], expected: tuple[str, str]
) -> None:
    installed(session, chart(), color="blue", size=2)

    upgrade(session, wish(chart(), **values), UpgradeOptions(rollout=FAST, reuse=reuse))

    now = data(session) or {}
    assert (now["color"], now["size"]) == expected


def test_reuse_takes_the_old_defaults_too(session: Session) -> None:
    installed(session, chart(), color="blue")
    later = chart("2.0.0", **{"values.yaml": "color: white\nsize: 9\noutcome: ''\n"})

    upgrade(session, wish(later), UpgradeOptions(rollout=FAST, reuse="reuse"))

    assert (data(session) or {})["size"] == "1"


def test_a_rollback_is_a_new_revision(session: Session) -> None:
    installed(session, chart())
    upgraded(session, chart(), color="blue")

    release = rollback(session, "shop", "default", 0, FAST)

    assert release.description == "Rollback to 1"
    assert records(session) == [
        (1, Status.SUPERSEDED),
        (2, Status.SUPERSEDED),
        (3, Status.DEPLOYED),
    ]
    assert (data(session) or {})["color"] == "red"


def test_a_rollback_to_nowhere_changes_nothing(session: Session) -> None:
    installed(session, chart())

    with pytest.raises(RevisionNotFound):
        rollback(session, "shop", "default", 9, FAST)
    with pytest.raises(ReleaseNotFound):
        rollback(session, "nothing", "default", 1, FAST)

    assert records(session) == [(1, Status.DEPLOYED)]


def test_history_is_pruned_to_its_limit(session: Session) -> None:
    installed(session, chart())
    options = UpgradeOptions(rollout=FAST._replace(max_history=2))
    for color in ("blue", "green", "white"):
        upgrade(session, wish(chart(), color=color), options)

    assert records(session) == [(3, Status.SUPERSEDED), (4, Status.DEPLOYED)]


def test_a_failing_hook_fails_the_operation_and_says_so(session: Session) -> None:
    broken = chart(**{"templates/job.yaml": JOB % ("before", "pre-upgrade")})
    installed(session, broken)

    with pytest.raises(HookFailed):
        upgraded(session, broken, outcome="fail", color="blue")

    assert records(session) == [(1, Status.DEPLOYED), (2, Status.FAILED)]
    assert (data(session) or {})["color"] == "red"


def test_a_failed_upgrade_is_rolled_back_when_that_is_wanted(session: Session) -> None:
    broken = chart(**{"templates/job.yaml": JOB % ("after", "post-upgrade")})
    installed(session, broken)
    options = UpgradeOptions(rollout=FAST._replace(undo_on_failure=True))

    with pytest.raises(RolloutFailed, match="has been rolled back"):
        upgrade(session, wish(broken, outcome="fail", color="blue"), options)

    assert records(session) == [(1, Status.SUPERSEDED), (2, Status.FAILED), (3, Status.DEPLOYED)]
    assert (data(session) or {})["color"] == "red"


def test_a_failed_install_is_removed_when_that_is_wanted(session: Session) -> None:
    broken = chart(**{"templates/job.yaml": JOB % ("after", "post-install")})
    options = InstallOptions(rollout=FAST._replace(undo_on_failure=True))

    with pytest.raises(RolloutFailed, match="has been uninstalled"):
        install(session, wish(broken, outcome="fail"), options)

    assert data(session) is None
    assert records(session) == [(1, Status.FAILED)]


def test_what_a_failed_upgrade_made_is_not_forgotten(session: Session) -> None:
    """Helm leaks these objects for good."""
    installed(session, chart())
    extra = {
        "templates/extra.yaml": CONFIG % "extra",
        "templates/job.yaml": JOB % ("after", "post-upgrade"),
    }
    with pytest.raises(HookFailed):
        upgraded(session, chart("2.0.0", **extra), outcome="fail")
    assert data(session, "shop-extra") is not None

    upgraded(session, chart("3.0.0"))

    assert data(session, "shop-extra") is None


def test_an_uninstall_removes_objects_and_records(session: Session) -> None:
    installed(session, chart())

    uninstall(session, "shop", "default", UninstallOptions())

    assert data(session) is None
    assert records(session) == []
    with pytest.raises(ReleaseNotFound):
        uninstall(session, "shop", "default", UninstallOptions())


def test_history_may_be_kept(session: Session) -> None:
    installed(session, chart())
    keeping = UninstallOptions(keep_history=True)

    uninstall(session, "shop", "default", keeping)

    assert records(session) == [(1, Status.UNINSTALLED)]
    with pytest.raises(AlreadyUninstalled):
        uninstall(session, "shop", "default", keeping)
    uninstall(session, "shop", "default", UninstallOptions())
    assert records(session) == []


def test_an_uninstalled_release_comes_back(session: Session) -> None:
    installed(session, chart())
    uninstall(session, "shop", "default", UninstallOptions(keep_history=True))

    rollback(session, "shop", "default", 1, FAST)

    assert (data(session) or {})["color"] == "red"


def test_what_is_to_be_kept_is_kept(session: Session) -> None:
    kept = CONFIG.replace(
        "metadata:\n", "metadata:\n  annotations: {helm.sh/resource-policy: keep}\n"
    )
    installed(session, chart(**{"templates/kept.yaml": kept % "kept"}))

    removal = uninstall(session, "shop", "default", UninstallOptions())

    assert [step.id.name for step in removal.kept] == ["shop-kept"]
    assert data(session, "shop-kept") is not None
    assert data(session) is None


def test_a_dry_run_changes_nothing(session: Session) -> None:
    found = session.store.history("shop", "default")

    attempt = prepare_install(session, wish(chart()), InstallOptions(), found)

    assert "apply  ConfigMap default/shop-config" in attempt.plan.describe()
    assert session.cluster.list("", "Secret") == []
    assert data(session) is None


def test_the_last_revision_of_each_release_is_listed(session: Session) -> None:
    installed(session, chart())
    upgraded(session, chart("2.0.0"))
    install(session, Wish(chart(), {}, "blog", "default"), InstallOptions())

    listing = list_releases(session, "", ListOptions())

    assert [(each.name, each.revision) for each in listing.releases] == [("blog", 1), ("shop", 2)]
    only = list_releases(session, "default", ListOptions(pattern="^sh"))
    assert [each.name for each in only.releases] == ["shop"]
    none = list_releases(session, "", ListOptions(statuses=frozenset({Status.FAILED})))
    assert none.releases == ()


def test_a_damaged_record_hides_nothing(session: Session) -> None:
    installed(session, chart())
    upgraded(session, chart("2.0.0"))
    secret = next(
        dict(body)
        for body in session.cluster.list("", "Secret", namespace="default")
        if body["metadata"]["name"].endswith(".v1")
    )
    broken = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": secret["type"],
        "metadata": {
            "name": secret["metadata"]["name"],
            "namespace": "default",
            "labels": secret["metadata"]["labels"],
        },
        "data": {"release": "bm90IGEgcmVjb3Jk"},
    }
    session.cluster.apply(broken, ApplyPolicy(force=True))

    listing = list_releases(session, "", ListOptions())

    assert [each.revision for each in listing.releases] == [2]
    assert [bad.key.revision for bad in listing.unreadable] == [1]
    assert upgraded(session, chart("3.0.0")).revision == 3


def test_status_shows_what_is_there_and_what_is_missing(session: Session) -> None:
    installed(session, chart())
    standing = status(session, "shop", "default")
    assert [body["kind"] for body in standing.resources] == ["ConfigMap"]

    for body in session.cluster.list("", "ConfigMap", namespace="default"):
        assert session.cluster.delete(
            standing_id(standing.missing, body), uid=body["metadata"]["uid"]
        )

    assert status(session, "shop", "default").missing == ("ConfigMap default/shop-config",)


def standing_id(missing: tuple[str, ...], body: Any) -> Any:
    from pkgtool.manifest.model import ResourceId

    assert missing == ()
    return ResourceId("", body["kind"], body["metadata"]["namespace"], body["metadata"]["name"])


def test_history_is_oldest_first(session: Session) -> None:
    installed(session, chart())
    upgraded(session, chart(), color="blue")

    assert [each.revision for each in history(session, "shop", "default")] == [1, 2]
    assert [each.revision for each in history(session, "shop", "default", limit=1)] == [2]


def test_a_diff_shows_fields(session: Session) -> None:
    installed(session, chart())
    upgraded(session, chart(), color="blue")

    changes = diff_revisions(session, "shop", "default", 1, 2)

    assert [str(change.id) for change in changes] == ["ConfigMap default/shop-config"]
    assert "-  color: red" in [line.rstrip() for line in changes[0].lines]
    assert "+  color: blue" in [line.rstrip() for line in changes[0].lines]


def test_a_diff_against_nothing_adds_everything(session: Session) -> None:
    changes = diff_upgrade(session, wish(chart()), UpgradeOptions())

    assert [change.action for change in changes] == ["added"]


def test_tests_run_and_are_recorded(session: Session) -> None:
    tested = chart(**{"templates/t.yaml": JOB % ("test", "test")})
    installed(session, tested)

    release = run_tests(session, "shop", "default", Choice(WaitPolicy(timeout_s=60)))

    assert [hook.last_run.phase for hook in release.hooks if hook.last_run] == ["Succeeded"]


def test_a_failing_test_fails(session: Session) -> None:
    tested = chart(**{"templates/t.yaml": JOB % ("test", "test")})
    installed(session, tested, outcome="fail")

    with pytest.raises(HookFailed):
        run_tests(session, "shop", "default", Choice(WaitPolicy(timeout_s=60)))

    phases = [h.last_run.phase for h in get_release(session, "shop", "default").hooks if h.last_run]
    assert phases == ["Failed"]
