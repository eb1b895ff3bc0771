"""Every store of blobs against the contract."""

from pathlib import Path

import pytest

from pkgtool.blob.files import FileBlobs
from pkgtool.blob.memory import MemoryBlobs
from pkgtool.blob.protocol import BlobStore
from pkgtool.testing.blob_contract import BlobStoreContract


class TestMemoryBlobs(BlobStoreContract):
    @pytest.fixture
    def blobs(self) -> BlobStore:
        return MemoryBlobs()


class TestFileBlobs(BlobStoreContract):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> BlobStore:
        return FileBlobs(tmp_path / "blobs")
