"""A release with every kind of object and hook, commands over it, and ways for them to end badly.

`FatedCluster` ends a command at one of its mutations: as `kill -9` would, as a signal, or as a
request that fails. It does so in the process, so that thousands of lives take seconds;
`testing.crash` does it with real processes.
"""

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeVar

from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.cluster.protocol import ApplyPolicy, Body, Cluster, WatchEvent
from pkgtool.errors import Unreachable
from pkgtool.manifest.model import ResourceId
from pkgtool.ops.attempt import RolloutOptions
from pkgtool.ops.install import Wish
from pkgtool.ops.session import Session
from pkgtool.release.model import Release
from pkgtool.rollout.ownership import RELEASE_NAME
from pkgtool.rollout.pace import Pace
from pkgtool.rollout.wait import WaitPolicy
from pkgtool.store.lease import Holder, this_process
from pkgtool.store.secrets import SecretStore
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.codecache import CodeCache
from pkgtool.template.jinja import JinjaEngine
from pkgtool.testing.releases import NOON
from pkgtool.testing.stage import Killed

Ending = Literal["killed before", "killed after", "stopped", "refused before", "refused after"]
"""`stopped` is a signal, which the command may answer; `refused after` is an answer that is lost."""

ENDINGS: tuple[Ending, ...] = (
    "killed before",
    "killed after",
    "stopped",
    "refused before",
    "refused after",
)

Result = TypeVar("Result")

RELEASE = "web"
NAMESPACE = "default"

_OBJECT = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ Release.Name }}-%s
  annotations: {%s}
data:
  color: "{{ Values.color }}"
"""

_JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ Release.Name }}-%s
  annotations:
    helm.sh/hook: %s
    helm.sh/hook-delete-policy: %s
    embedded.pkgtool.dev/outcome: "{{ 'fail' if Values.fails == '%s' else '' }}"
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: run, image: busybox}]
"""

_BEFORE = "pre-install,pre-upgrade,pre-rollback,pre-delete"
_AFTER = "post-install,post-upgrade,post-rollback,post-delete"
_SETUP = "helm.sh/hook: 'pre-install,pre-upgrade,pre-rollback'"

_TEMPLATES: Mapping[int, Mapping[str, str]] = {
    1: {
        "old": _OBJECT % ("old", ""),
        "setup": _OBJECT % ("setup", _SETUP),
        "before": _JOB % ("before", _BEFORE, "before-hook-creation", "before"),
        "after": _JOB % ("after", _AFTER, "'hook-succeeded,hook-failed'", "after"),
        "check": _JOB % ("check", "test", "hook-succeeded", "check"),
    },
    2: {
        "new": _OBJECT % ("new", ""),
        "kept": _OBJECT % ("kept", "helm.sh/resource-policy: keep"),
        "setup": _OBJECT % ("setup", ""),
        "before": _JOB % ("before", _BEFORE, "hook-succeeded", "before"),
        "check": _JOB % ("check", "test", "'before-hook-creation,hook-succeeded'", "check"),
    },
    3: {
        "old": _OBJECT % ("old", ""),
        "new": _OBJECT % ("new", ""),
        "after": _JOB % ("after", _AFTER, "hook-failed", "after"),
    },
}

OBJECTS: Mapping[int, frozenset[str]] = {
    1: frozenset({"both", "old"}),
    2: frozenset({"both", "new", "kept", "setup"}),
    3: frozenset({"both", "old", "new"}),
}
"""What each version of the chart consists of, hooks excluded."""

HOOKS: Mapping[int, frozenset[str]] = {
    1: frozenset({"before", "after"}),
    2: frozenset({"before"}),
    3: frozenset({"after"}),
}
"""Which hooks of each version can fail."""


def _chart(version: int) -> Chart:
    texts = {
        "Chart.yaml": f"{{apiVersion: v2, name: web, version: {version}.0.0, engine: jinja2}}",
        "values.yaml": "color: red\nfails: ''\n",
        "templates/both.yaml": _OBJECT % ("both", ""),
    } | {f"templates/{name}.yaml": text for name, text in _TEMPLATES[version].items()}
    return load_chart({path: text.encode() for path, text in texts.items()}, name="web")


def lifecycle_charts() -> dict[int, Chart]:
    """Return the three versions of the chart."""
    return {version: _chart(version) for version in OBJECTS}


def chart_version(release: Release) -> int:
    """Return which of the charts a release is of."""
    return int(release.chart.metadata.version.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Fate:
    """How a command ends, and at which of its mutations, from 1; 0 lets it live."""

    at: int = 0
    ending: Ending = "killed before"


class FatedCluster:
    """A cluster over which a command ends as its `Fate` says."""

    def __init__(self, cluster: Cluster, fate: Fate) -> None:
        self._cluster = cluster
        self._fate = fate
        self.mutations = 0
        self.ended = False
        """Whether the fate has come."""

    def capabilities(self) -> Capabilities:
        """Ask the real cluster."""
        return self._cluster.capabilities()

    def get(self, id: ResourceId) -> Body | None:
        """Ask the real cluster."""
        self._live()
        return self._cluster.get(id)

    def list(
        self,
        group: str,
        kind: str,
        *,
        namespace: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> list[Body]:
        """Ask the real cluster."""
        self._live()
        return self._cluster.list(group, kind, namespace=namespace, labels=labels)

    def apply(self, body: Body, policy: ApplyPolicy) -> Body:
        """Apply, and perhaps end."""
        if policy.dry_run:
            return self._cluster.apply(body, policy)
        return self._mutate(lambda: self._cluster.apply(body, policy))

    def delete(self, id: ResourceId, *, uid: str = "") -> bool:
        """Delete, and perhaps end."""
        return self._mutate(lambda: self._cluster.delete(id, uid=uid))

    def watch(
        self, group: str, kind: str, *, namespace: str = "", since: str = "", timeout_s: float
    ) -> Iterator[WatchEvent]:
        """Ask the real cluster."""
        return self._cluster.watch(
            group, kind, namespace=namespace, since=since, timeout_s=timeout_s
        )

    def _live(self) -> None:
        # Whatever the code of a killed process still tries, the process could not.
        if self.ended and self._fate.ending.startswith("killed"):
            raise Killed

    def _mutate(self, change: Callable[[], Result]) -> Result:
        self._live()
        self.mutations += 1
        due = self.mutations == self._fate.at
        self.ended = self.ended or due
        if due and not self._fate.ending.endswith("after"):
            raise self._end()
        done = change()
        if due:
            raise self._end()
        return done

    def _end(self) -> BaseException:
        if self._fate.ending == "stopped":
            return KeyboardInterrupt()
        if self._fate.ending.startswith("refused"):
            return Unreachable("the server is gone for a moment")
        return Killed()


class Clock:
    """Time that passes when somebody sleeps, and a little whenever somebody looks."""

    def __init__(self) -> None:
        self._looks = itertools.count()
        self._slept_s = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self._slept_s += seconds

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return self._slept_s + next(self._looks) * 0.01

    @property
    def pace(self) -> Pace:
        """This time, for commands."""
        return Pace(lambda: NOON + timedelta(seconds=self.monotonic()), self.monotonic, self.sleep)


def ended_process() -> Holder:
    """Return a process of this machine that everybody can know to have ended."""
    me = this_process()
    return me._replace(started=f"{me.started.rpartition('/')[0]}/0")


def fast_engine() -> JinjaEngine:
    """Return an engine that compiles each template once, in memory."""
    return JinjaEngine(CodeCache(os.devnull))


def session_over(
    cluster: Cluster,
    clock: Clock,
    engine: JinjaEngine,
    *,
    holder: Holder | None = None,
    lock_wait_s: float = 60,
) -> Session:
    """Return the session of one command; by default nobody can know whether it lives."""
    return Session(
        cluster=cluster,
        store=SecretStore(cluster),
        engines={"jinja2": engine},
        holder=holder or Holder("elsewhere", 4711),
        pace=clock.pace,
        lock_wait_s=lock_wait_s,
    )


def wish_for(charts: Mapping[int, Chart], version: int, color: str, fails: str = "") -> Wish:
    """Return the wish for a version of the chart in a color."""
    return Wish(charts[version], {"color": color, "fails": fails}, RELEASE, NAMESPACE)


def rollout_options(**changes: Any) -> RolloutOptions:
    """Return options of a rollout that waits, and forgets nothing."""
    options = RolloutOptions(wait=WaitPolicy("watcher", timeout_s=30), max_history=0)
    return options._replace(**changes)


def colors(cluster: Cluster, *, owned: bool = True) -> dict[str, str]:
    """Return the color of each live object, by its short name; with `owned` only the release's."""
    return {
        body["metadata"]["name"].removeprefix(f"{RELEASE}-"): str(body["data"].get("color", ""))
        for body in cluster.list("", "ConfigMap", namespace=NAMESPACE)
        if not owned or owner_name(body) == RELEASE
    }


def owner_name(body: Body) -> str:
    """Return which release the marks of a live object name; empty when none."""
    return str((body["metadata"].get("annotations") or {}).get(RELEASE_NAME, ""))
