"""Servers on loopback and clients that do not sleep."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import RepoEntry, Repositories
from pkgtool.repo.http import HttpClient
from pkgtool.testing.badserver import BadServer


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is entered here is left at the end of the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def server(opened: ExitStack) -> BadServer:
    """A server that misbehaves as told."""
    return opened.enter_context(BadServer())


@pytest.fixture
def other(opened: ExitStack) -> BadServer:
    """Another origin: the same host, another port."""
    return opened.enter_context(BadServer())


@pytest.fixture
def slept() -> list[float]:
    """How long the client would have slept."""
    return []


@pytest.fixture
def client(opened: ExitStack, slept: list[float]) -> Callable[..., HttpClient]:
    """Make clients that remember their pauses instead of making them."""

    def make(**options: Any) -> HttpClient:
        made = HttpClient(sleep=slept.append, **options)
        opened.callback(made.close)
        return made

    return make


@pytest.fixture
def repos(client: Callable[..., HttpClient], tmp_path: Path) -> Callable[..., RepoClient]:
    """Make a client of the given repositories, with its caches in the test's folder."""

    def make(*entries: RepoEntry) -> RepoClient:
        return RepoClient(
            client(timeout_s=10.0),
            Repositories(entries),
            indexes=tmp_path / "cache" / "indexes",
            content=tmp_path / "cache" / "content",
        )

    return make
