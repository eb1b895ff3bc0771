"""Fixtures that every test may use; network access is refused outside loopback."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
ROOT = TESTS.parent
SHARED = Path(os.environ.get("PKGTOOL_SHARED", str(ROOT.parent / "shared")))


# The default run draws the same examples every time; `-m property` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    explores = config.getoption("markexpr") == "property"
    settings.load_profile("explore" if explores else "steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files; then read the diff"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare text with a committed file: `golden("walk/1-values.yaml", text)`."""
    update = request.config.getoption("--update-golden")

    def compare(name: str, actual: str) -> None:
        path = TESTS / "golden" / name
        if update:
            if not path.exists() or path.read_text() != actual:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(actual)
                print(f"updated {path.relative_to(ROOT)}")
            return
        assert path.exists(), f"no golden file; run: pytest {request.node.nodeid} --update-golden"
        assert actual == path.read_text()

    return compare


@pytest.fixture
def charts() -> Path:
    """The folder of reference charts."""
    return ROOT / "charts"


@pytest.fixture
def shared() -> Path:
    """The folder of public fixtures beside the checkout; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the public fixtures in {SHARED} (set PKGTOOL_SHARED)")
    return SHARED


@pytest.fixture
def unfenced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render in this process, as where there is no `fork`: forks of a test run are expensive."""
    monkeypatch.delattr(os, "fork")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield
