"""Every cluster against the contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pkgtool.cluster.embedded.cluster import SqliteCluster
from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import Cluster
from pkgtool.testing.cluster_contract import ClusterContract


class TestMemoryCluster(ClusterContract):
    @pytest.fixture
    def cluster(self) -> Cluster:
        return MemoryCluster()


class TestSqliteCluster(ClusterContract):
    @pytest.fixture
    def cluster(self, tmp_path: Path) -> Iterator[Cluster]:
        cluster = SqliteCluster(tmp_path / "cluster.db")
        yield cluster
        cluster.close()
