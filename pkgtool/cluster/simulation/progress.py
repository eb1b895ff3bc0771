"""Let simulated time pass: one round of all controllers, driven by whoever reads.

Nothing runs in the background. A read of a kind that lives lets every object that has not
arrived make one step, so a waiting loop sees the same sequence each time, as fast as it asks.
Within a round owners act before pods and sum up after them: a Deployment that was just applied
shows its pods starting at the first look and ready at the second.
"""

from collections.abc import Callable
from typing import Any

from pkgtool.cluster.rules.objects import timestamp
from pkgtool.cluster.rules.sources import Sources
from pkgtool.cluster.rules.table import Object, ObjectTable, id_of, owner_ids
from pkgtool.cluster.rules.writes import remove_object
from pkgtool.cluster.simulation.controller import Decision, Seen
from pkgtool.cluster.simulation.jobs import step_cron_job, step_job
from pkgtool.cluster.simulation.living import Kind
from pkgtool.cluster.simulation.pods import step_pod
from pkgtool.cluster.simulation.services import (
    step_api_service,
    step_autoscaler,
    step_budget,
    step_claim,
    step_crd,
    step_ingress,
    step_namespace,
    step_service,
)
from pkgtool.cluster.simulation.workloads import (
    step_daemon_set,
    step_deployment,
    step_replica_set,
    step_stateful_set,
)

_ALONE: dict[Kind, Callable[[Object, Seen], Decision]] = {
    ("", "Namespace"): step_namespace,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): step_crd,
    ("apiregistration.k8s.io", "APIService"): step_api_service,
    ("", "PersistentVolumeClaim"): step_claim,
    ("networking.k8s.io", "Ingress"): step_ingress,
    ("autoscaling", "HorizontalPodAutoscaler"): step_autoscaler,
    ("batch", "CronJob"): step_cron_job,
}
_OWNERS: dict[Kind, Callable[[Object, Seen], Decision]] = {
    ("apps", "Deployment"): step_deployment,
    ("apps", "ReplicaSet"): step_replica_set,
    ("", "ReplicationController"): step_replica_set,
    ("apps", "StatefulSet"): step_stateful_set,
    ("apps", "DaemonSet"): step_daemon_set,
    ("batch", "Job"): step_job,
}
_POD: Kind = ("", "Pod")
_SELECTING: dict[Kind, Callable[[Object, Seen, list[Object]], Decision]] = {
    ("", "Service"): step_service,
    ("policy", "PodDisruptionBudget"): step_budget,
}


def advance(table: ObjectTable, sources: Sources) -> bool:
    """Let every object that has not arrived make one step; return whether there was any."""
    turn = _Round(table, sources)
    for kind, step in (*_ALONE.items(), *_OWNERS.items(), (_POD, step_pod)):
        turn.run(kind, step)
    for kind, step in reversed(_OWNERS.items()):
        turn.run(kind, step)
    turn.select_pods()
    return turn.has_moved


class _Round:
    """One pass over everything that is pending."""

    def __init__(self, table: ObjectTable, sources: Sources) -> None:
        self._table = table
        self._sources = sources
        self._now = sources.clock()
        self.has_moved = False

    def run(self, kind: Kind, step: Callable[[Object, Seen], Decision]) -> None:
        """Step all pending objects of one kind."""
        for body, tick in self._table.pending(*kind):
            if self._table.find(id_of(body)) is None:
                continue
            children = tuple(self._table.owned_by(body["metadata"]["uid"]))
            self._carry_out(body, tick, step(body, Seen(tick, self._now, children)))

    def select_pods(self) -> None:
        """Step what selects pods by label."""
        for kind, step in _SELECTING.items():
            for body, tick in self._table.pending(*kind):
                pods = self._table.select(*_POD, body["metadata"]["namespace"])
                self._carry_out(body, tick, step(body, Seen(tick, self._now), pods))

    def _carry_out(self, body: Object, tick: int, decision: Decision) -> None:
        self.has_moved = True
        if body in decision.remove:
            remove_object(self._table, body)
            return
        next_tick = None if decision.is_settled else tick + 1
        if decision.body != body:
            self._table.save(decision.body, tick=next_tick)
            self._wake(body)
        else:
            self._table.schedule(id_of(body), next_tick)
        for each in decision.save:
            self._save_child(each)
        for each in decision.ensure:
            if self._table.find(id_of(each)) is None:
                self._save_child(each)
        for gone in decision.remove:
            # Last, because it makes the object look again at what is left.
            remove_object(self._table, gone)

    def _save_child(self, child: dict[str, Any]) -> None:
        live = self._table.find(id_of(child))
        if live is None:
            metadata = {
                **child["metadata"],
                "uid": self._sources.new_uid(),
                "creationTimestamp": timestamp(self._now),
            }
            self._table.save({**child, "metadata": metadata}, tick=0)
        elif (changed := _replacement(live, child)) is not None:
            self._table.save(changed, tick=0)

    def _wake(self, body: Object) -> None:
        for owner in owner_ids(body):
            self._table.schedule(owner, 0)
        if body["kind"] == "Pod":
            for kind in _SELECTING:
                for each in self._table.select(*kind, body["metadata"]["namespace"]):
                    # A Service that waits for its address must not start over.
                    self._table.schedule(id_of(each), 1)


def _replacement(live: Object, child: dict[str, Any]) -> Object | None:
    """Return `live` with what its controller wants changed, or `None` when nothing differs."""
    wanted = {name: each for name, each in child.items() if name != "metadata"}
    if all(live.get(name) == each for name, each in wanted.items()):
        return None
    metadata = dict(live["metadata"])
    if "generation" in metadata and live.get("spec") != child.get("spec"):
        metadata["generation"] += 1
    return {**live, **wanted, "metadata": metadata}
