"""Open the cluster that the settings name, and the session of the verbs over releases."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from pkgtool.cluster.embedded import SqliteCluster
from pkgtool.cluster.protocol import Cluster
from pkgtool.errors import ClusterUnsupported, SettingInvalid
from pkgtool.ops.session import Session
from pkgtool.places import Places
from pkgtool.rollout.pace import Pace
from pkgtool.settings import Settings
from pkgtool.store.process import this_process
from pkgtool.store.protocol import ReleaseStore
from pkgtool.store.secrets import SecretStore
from pkgtool.template.codecache import CodeCache
from pkgtool.wiring.engines import open_engines


def open_cluster(settings: Settings) -> Cluster:
    """Return the cluster that `settings` name.

    Raises:
        ClusterUnsupported: A kubeconfig is in force, but there is no Kubernetes client yet.
            Nothing was touched.
    """
    if settings.driver == "memory":
        # As in Helm: records that end with the process are of objects that do so too.
        from pkgtool.cluster.accepting import AcceptingCluster  # noqa: PLC0415

        return AcceptingCluster(settings.pinned.kube_version)
    if settings.kubeconfig and settings.cluster != "local":
        raise ClusterUnsupported(
            f"a kubeconfig is in force ({settings.kubeconfig}), but pkgtool has no Kubernetes "
            "client yet; nothing was touched",
            hint="--cluster local (or PKGTOOL_CLUSTER=local) uses the embedded cluster",
        )
    return SqliteCluster(Places(settings).cluster_file)


def open_store(settings: Settings, cluster: Cluster) -> ReleaseStore:
    """Return the release records that `settings` name.

    Raises:
        SettingInvalid: There is no such store.
        FileUnreadable, YamlInvalid, RecordCorrupt: What the store begins with cannot be used.
    """
    if settings.driver == "memory":
        from pkgtool.store.seed import seeded_store  # noqa: PLC0415

        return seeded_store(map(Path, settings.pinned.records))
    if settings.driver == "configmap":
        from pkgtool.store.configmaps import ConfigMapStore  # noqa: PLC0415

        return ConfigMapStore(cluster)
    if settings.driver == "sql":
        raise SettingInvalid(
            "release records in a database are not supported yet", hint="HELM_DRIVER=secret"
        )
    return SecretStore(cluster)


def open_session(
    settings: Settings, *, say: Callable[[str], None], cache: CodeCache | None = None
) -> Session:
    """Return everything that a verb over releases needs."""
    cluster = open_cluster(settings)
    return Session(
        cluster=cluster,
        store=open_store(settings, cluster),
        engines=open_engines(cache),
        holder=this_process(url=settings.ci_url),
        pace=open_pace(settings),
        lock_wait_s=settings.lock_timeout_s,
        makes_namespaces=True,
        believes_status=settings.driver == "memory",
        loose=settings.driver == "memory",
        say=say,
        compat=settings.compat,
    )


def open_pace(settings: Settings) -> Pace:
    """Return the time: that of the machine, unless a test pinned it."""
    pinned = settings.pinned.clock
    return Pace(clock=partial(_same, pinned)) if pinned else Pace()


def _same(moment: datetime) -> datetime:
    return moment
