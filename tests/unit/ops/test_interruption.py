"""A signal in the middle of a verb: nothing more is sent, the record says so, the lease is free."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pkgtool.chart.load import load_chart
from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import ApplyPolicy, Body
from pkgtool.manifest.model import ResourceId
from pkgtool.ops.install import InstallOptions, Wish, install
from pkgtool.ops.session import Session
from pkgtool.ops.uninstall import UninstallOptions, uninstall
from pkgtool.ops.upgrade import UpgradeOptions, upgrade
from pkgtool.release.intent import interrupted
from pkgtool.release.model import Status
from pkgtool.rollout.pace import Pace
from pkgtool.store.lease import holder_of, this_process
from pkgtool.store.secrets import SecretStore
from pkgtool.template.jinja import JinjaEngine

CHART = load_chart(
    {
        "Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.0.0\nengine: jinja2\n",
        "templates/a.yaml": b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
        b"data: {color: {{ Values.color }}}\n---\n"
        b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
    },
    name="web",
)


class Interrupting(MemoryCluster):
    """A cluster where a signal arrives just before or after a mutation; then it is deaf."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        self.left = 0
        self.after = False

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        if policy.dry_run:
            return super().apply(body, policy)
        done: Body = self._signalled(lambda: super(Interrupting, self).apply(body, policy))
        return done

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        return bool(self._signalled(lambda: super(Interrupting, self).delete(id, uid=uid)))

    def _signalled(self, mutate: Any) -> Any:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise KeyboardInterrupt
        done = mutate()
        if self.left == 0:
            raise KeyboardInterrupt
        return done


def new_session(cluster: MemoryCluster) -> Session:
    return Session(
        cluster=cluster,
        store=SecretStore(cluster),
        engines={"jinja2": JinjaEngine()},
        holder=this_process(),
        pace=Pace(sleep=lambda seconds: None),
        lock_wait_s=0,
        makes_namespaces=True,
    )


def wish(color: str) -> Wish:
    return Wish(CHART, {"color": color}, "web", "default")


def do_install(session: Session) -> None:
    install(session, wish("red"), InstallOptions())


def do_upgrade(session: Session) -> None:
    upgrade(session, wish("blue"), UpgradeOptions())


def do_uninstall(session: Session) -> None:
    uninstall(session, "web", "default", UninstallOptions(keep_history=True))


def nothing(session: Session) -> None:
    """Nothing has to be there before."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("before", "verb"),
    [
        pytest.param(nothing, do_install, id="install"),
        pytest.param(do_install, do_upgrade, id="upgrade"),
        pytest.param(do_install, do_uninstall, id="uninstall"),
    ],
)
def test_no_record_stays_in_the_middle(before: Any, verb: Any, after: bool) -> None:
    """At whichever mutation the signal comes."""
    statuses: set[Status] = set()
    for number in range(1, 50):
        cluster = Interrupting()
        session = new_session(cluster)
        before(session)
        cluster.left, cluster.after = number, after
        try:
            verb(session)
        except KeyboardInterrupt:
            cluster.left = 0
        else:
            break

        releases = session.store.history("web", "default").releases
        assert all(interrupted(each) == each for each in releases), number
        statuses |= {each.status for each in releases}
    else:
        raise AssertionError("the verb never ended")

    assert number > 4
    assert Status.FAILED in statuses


def test_the_lease_is_given_back() -> None:
    cluster = Interrupting()
    session = new_session(cluster)
    # The namespace is there; then come the lease, the record and the first object.
    cluster.left = 3

    with pytest.raises(KeyboardInterrupt):
        do_install(session)

    (record,) = session.store.history("web", "default").releases
    assert record.status is Status.FAILED
    assert record.description.startswith("Interrupted: ")
    assert holder_of(cluster, "web", "default") is None
    do_install(session)
    assert session.store.history("web", "default").releases[-1].status is Status.DEPLOYED
