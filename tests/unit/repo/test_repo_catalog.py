"""The catalog of a server: as the blobs are now, made once, and whole."""

import gzip
from datetime import UTC, datetime

import pytest

from pkgtool.blob.memory import MemoryBlobs
from pkgtool.digest import Digest
from pkgtool.errors import BlobNotFound
from pkgtool.repo.catalog import Catalog
from pkgtool.repo.index import Index, parse_index
from pkgtool.testing.charts_at_rest import tarball

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class CountingBlobs(MemoryBlobs):
    """Remembers which blobs were read."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: NOW)
        self.read: list[str] = []

    def get(self, key: str) -> bytes:
        self.read.append(key)
        return super().get(key)


@pytest.fixture
def blobs() -> CountingBlobs:
    return CountingBlobs()


@pytest.fixture
def catalog(blobs: CountingBlobs) -> Catalog:
    return Catalog(blobs, clock=lambda: NOW)


def served(catalog: Catalog) -> Index:
    return parse_index(catalog.index().data, name="index.yaml")


def test_what_is_added_and_removed_is_seen_at_once(blobs: CountingBlobs, catalog: Catalog) -> None:
    assert served(catalog).entries == {}
    empty = catalog.index().etag

    blobs.put("web-1.0.0.tgz", tarball())
    assert served(catalog).find("web").urls == ("web-1.0.0.tgz",)
    blobs.delete("web-1.0.0.tgz")

    assert served(catalog).entries == {}
    assert catalog.index().etag == empty


def test_a_tarball_is_read_once_until_it_changes(blobs: CountingBlobs, catalog: Catalog) -> None:
    blobs.put("a-1.0.0.tgz", tarball("a"))
    blobs.put("b-1.0.0.tgz", tarball("b"))
    first = catalog.index()

    assert catalog.index() is first
    blobs.put("b-1.0.0.tgz", tarball("b", description="new"), replace=True)
    catalog.index()

    assert blobs.read == ["a-1.0.0.tgz", "b-1.0.0.tgz", "b-1.0.0.tgz"]
    assert catalog.index().etag != first.etag


def test_half_a_tarball_is_not_in_the_index_until_it_is_whole(
    blobs: CountingBlobs, catalog: Catalog
) -> None:
    data = tarball()
    blobs.put("web-1.0.0.tgz", data[: len(data) // 2])
    blobs.put("readme.txt", b"hello")
    assert served(catalog).entries == {}

    blobs.put("web-1.0.0.tgz", data, replace=True)

    assert served(catalog).find("web").digest == Digest.of(data).hex


def test_one_version_is_listed_once_whatever_files_are_called(
    blobs: CountingBlobs, catalog: Catalog
) -> None:
    blobs.put("a/web-1.0.0.tgz", tarball())
    blobs.put("web-1.0.0.tgz", tarball())

    assert [each.urls for each in served(catalog).versions("web")] == [("web-1.0.0.tgz",)]


def test_the_same_charts_make_the_same_page() -> None:
    pages = []
    for keys in (["a", "b"], ["b", "a"]):
        blobs = MemoryBlobs(clock=lambda: NOW)
        for key in keys:
            blobs.put(f"{key}-1.0.0.tgz", tarball(key))
        pages.append(Catalog(blobs, clock=lambda: NOW, url="https://x.example").index())

    assert pages[0] == pages[1]
    assert gzip.decompress(pages[0].gzipped) == pages[0].data
    assert b"- https://x.example/a-1.0.0.tgz\n" in pages[0].data


@pytest.mark.parametrize(
    "key", ["web-1.0.0.tgz", "", "../web-1.0.0.tgz", "/etc/x.tgz", "readme.txt", "a\x00.tgz"]
)
def test_what_is_not_there_is_not_found(key: str, blobs: CountingBlobs, catalog: Catalog) -> None:
    blobs.put("readme.txt", b"hello")

    with pytest.raises(BlobNotFound):
        catalog.tarball(key)


def test_a_tarball_comes_with_its_digest(blobs: CountingBlobs, catalog: Catalog) -> None:
    blobs.put("web-1.0.0.tgz", tarball())

    assert catalog.tarball("web-1.0.0.tgz") == (tarball(), Digest.of(tarball()))
