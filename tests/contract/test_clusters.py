"""Every cluster against the contract."""

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.cluster.protocol import Cluster
from pkgtool.testing.cluster_contract import ClusterContract


class TestMemoryCluster(ClusterContract):
    @pytest.fixture
    def cluster(self) -> Cluster:
        return MemoryCluster()
