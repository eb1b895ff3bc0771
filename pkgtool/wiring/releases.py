"""Open the cluster that the settings name, and the session of the verbs over releases."""

from collections.abc import Callable

from pkgtool.cluster.embedded import SqliteCluster
from pkgtool.cluster.protocol import Cluster
from pkgtool.errors import ClusterUnsupported
from pkgtool.ops.session import Session
from pkgtool.settings import Settings
from pkgtool.store.lease import this_process
from pkgtool.store.secrets import SecretStore
from pkgtool.template.codecache import CodeCache
from pkgtool.wiring.engines import open_engines


def open_cluster(settings: Settings) -> Cluster:
    """Return the cluster that `settings` name.

    Raises:
        ClusterUnsupported: A kubeconfig is in force, but there is no Kubernetes client yet.
            Nothing was touched.
    """
    if settings.kubeconfig and settings.cluster != "local":
        raise ClusterUnsupported(
            f"a kubeconfig is in force ({settings.kubeconfig}), but pkgtool has no Kubernetes "
            "client yet; nothing was touched",
            hint="--cluster local (or PKGTOOL_CLUSTER=local) uses the embedded cluster",
        )
    return SqliteCluster(settings.cluster_file)


def open_session(
    settings: Settings, *, say: Callable[[str], None], cache: CodeCache | None = None
) -> Session:
    """Return everything that a verb over releases needs."""
    cluster = open_cluster(settings)
    return Session(
        cluster=cluster,
        store=SecretStore(cluster),
        engines=open_engines(cache),
        holder=this_process(url=settings.ci_url),
        lock_wait_s=settings.lock_timeout_s,
        makes_namespaces=True,
        say=say,
    )
