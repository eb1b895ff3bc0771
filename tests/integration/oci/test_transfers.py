"""How far uploads and downloads are, and when they must be over, beside Debian's registry."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pkgtool.errors import FetchFailed
from pkgtool.repo.body import Advance
from pkgtool.repo.http import HttpClient
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.loginfile import LoginFile, Logins
from pkgtool.repo.oci.pull import pull_chart
from pkgtool.repo.oci.push import push_below
from pkgtool.repo.oci.registries import Registries
from pkgtool.testing.badserver import BadServer, Reply, forever
from pkgtool.testing.charts_at_rest import tarball
from pkgtool.testing.real_registry import real_registry, real_registry_installed

needs_registry = pytest.mark.skipif(
    not real_registry_installed(), reason="needs docker-registry (apt-get install docker-registry)"
)


class Told:
    """What was told of each transfer."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int]] = []

    def __call__(self, label: str) -> Advance:
        return lambda done, total: self.steps.append((label, done, total))

    def sizes(self) -> list[int]:
        """Return the sizes that were told, of the transfers that were told to be over."""
        last = [
            before[2]
            for before, now in zip(self.steps, self.steps[1:], strict=False)
            if now[1:] == (0, 0)
        ]
        assert self.steps[-1][1:] == (0, 0)
        return sorted(last)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def http(told: Told) -> Iterator[HttpClient]:
    made = HttpClient(progress=told, sleep=lambda seconds: None)
    yield made
    made.close()


def registries(http: HttpClient, folder: Path) -> Registries:
    return Registries(http, Logins(LoginFile(folder / "config.json", {})), Access(plain_http=True))


@needs_registry
def test_blobs_up_and_down(http: HttpClient, told: Told, tmp_path: Path) -> None:
    data = tarball("web", "1.0.0", files={"x": os.urandom(300_000).hex()})
    with real_registry(tmp_path) as host:
        known = registries(http, tmp_path)
        push_below(known, f"oci://{host}/charts", data, created=datetime.now(UTC))
        sent = told.sizes()
        told.steps.clear()
        pulled = pull_chart(known, f"oci://{host}/charts/web", "1.0.0")

    assert pulled.data == data
    assert sent[-1] == len(data)
    assert told.sizes() == sent, "the config and the tarball, both ways"
    assert {label for label, _, _ in told.steps} == {"web"}
    assert len({done for _, done, _ in told.steps}) > 3, "step by step"


def test_a_command_ends_when_it_was_told_to(http: HttpClient, told: Told, tmp_path: Path) -> None:
    """`repo … --timeout` is for registries too, and for all requests together."""
    with BadServer() as server:
        server.on("/v2/web/manifests/1.0.0", Reply(endless=forever(b" ", pause_s=0.01)))
        http.end_within(0.3)

        with pytest.raises(FetchFailed, match="takes too long"):
            pull_chart(
                registries(http, tmp_path),
                f"oci://{server.url.removeprefix('http://')}/web",
                "1.0.0",
            )
    assert told.steps == [], "a manifest is nothing to wait for"
