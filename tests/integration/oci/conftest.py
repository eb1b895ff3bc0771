"""Registries on loopback, and clients that do not sleep."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pkgtool.repo.cache import TarballCache
from pkgtool.repo.http import Credentials, HttpClient
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.loginfile import LoginFile, Logins
from pkgtool.repo.oci.registries import Registries
from pkgtool.testing.small_registry import SmallRegistry

Make = Callable[..., Registries]


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is entered here is left at the end of the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def small(opened: ExitStack) -> SmallRegistry:
    """A registry that does as told."""
    return opened.enter_context(SmallRegistry())


@pytest.fixture
def other(opened: ExitStack) -> SmallRegistry:
    """Another origin: the same host, another port."""
    return opened.enter_context(SmallRegistry())


@pytest.fixture
def login_file(tmp_path: Path) -> LoginFile:
    """Where logins are kept."""
    return LoginFile(tmp_path / "config" / "config.json", {"PATH": "/usr/bin:/bin"})


@pytest.fixture
def registries(opened: ExitStack, login_file: LoginFile, tmp_path: Path) -> Make:
    """Make registries without encryption, as the user of the given name."""

    def make(
        username: str = "", password: str = "", *, cached: bool = False, timeout_s: float = 10.0
    ) -> Registries:
        http = HttpClient(sleep=lambda seconds: None, timeout_s=timeout_s)
        opened.callback(http.close)
        return Registries(
            http,
            Logins(login_file),
            Access(plain_http=True, credentials=Credentials(username, password)),
            content=TarballCache(tmp_path / "content") if cached else None,
        )

    return make
