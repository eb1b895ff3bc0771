"""Every store of release records against the contract."""

import pytest

from pkgtool.cluster.memory import MemoryCluster
from pkgtool.store.configmaps import ConfigMapStore
from pkgtool.store.memory import MemoryStore
from pkgtool.store.protocol import ReleaseStore
from pkgtool.store.secrets import SecretStore
from pkgtool.testing.store_contract import ReleaseStoreContract


class TestMemoryStore(ReleaseStoreContract):
    @pytest.fixture
    def store(self) -> ReleaseStore:
        return MemoryStore()


class TestSecretStore(ReleaseStoreContract):
    limit_bytes = 1024 * 1024

    @pytest.fixture
    def store(self) -> ReleaseStore:
        return SecretStore(MemoryCluster())


class TestConfigMapStore(ReleaseStoreContract):
    limit_bytes = 1024 * 1024

    @pytest.fixture
    def store(self) -> ReleaseStore:
        return ConfigMapStore(MemoryCluster())
