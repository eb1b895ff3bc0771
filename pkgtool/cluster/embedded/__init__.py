"""The embedded cluster: Kubernetes objects in one SQLite file, for machines without a cluster."""

from pkgtool.cluster.embedded.cluster import BUSY_TIMEOUT_S, SqliteCluster

__all__ = ["BUSY_TIMEOUT_S", "SqliteCluster"]
