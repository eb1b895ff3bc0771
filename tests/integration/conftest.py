"""Fixtures for tests with real files and processes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def memory_folder() -> Iterator[Path]:
    """Give a folder that no disk stands behind, where the system has such.

    A killed process loses nothing that it gave to the kernel, so tests that only kill processes
    need not wait for a disk.
    """
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="pkgtool-test-", dir=place) as folder:
        yield Path(folder)
