"""A registry that says nothing, or a byte now and then: nobody waits for ever."""

from collections.abc import Callable, Iterator

import pytest

from pkgtool.errors import FetchFailed
from pkgtool.repo.oci.pull import pull_chart
from pkgtool.repo.oci.registries import Registries
from pkgtool.testing.badserver import BadServer, Reply, forever

Make = Callable[..., Registries]


@pytest.fixture
def server() -> Iterator[BadServer]:
    """A server that misbehaves as told."""
    with BadServer() as bad:
        yield bad


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        pytest.param(Reply(silent=True), "timed out", id="silent"),
        pytest.param(
            Reply(endless=forever(b" ", pause_s=0.01)), "takes too long", id="a byte now and then"
        ),
    ],
)
def test_a_registry_that_stalls(
    server: BadServer, registries: Make, reply: Reply, words: str
) -> None:
    server.on("/v2/charts/web/manifests/1.0.0", reply)
    reference = f"oci://{server.url.removeprefix('http://')}/charts/web"

    with pytest.raises(FetchFailed, match=words):
        pull_chart(registries(timeout_s=0.3), reference, "1.0.0")
