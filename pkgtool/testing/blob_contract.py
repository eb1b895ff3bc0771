"""What every `BlobStore` must do: subclass, provide a `blobs` fixture, and run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from pkgtool.blob.protocol import BlobStore
from pkgtool.digest import Digest
from pkgtool.errors import BlobExists, BlobKeyInvalid, BlobNotFound

CLIMBING = (
    "",
    ".",
    "..",
    "../a",
    "a/../b",
    "/a",
    "a//b",
    "a/",
    ".hidden",
    "a/.git/config",
    "a\\b",
    "a\0b",
    "a\nb",
    "c:x",
    "ä",
    "a b",
    "dot.",
    "nul.tgz",
    "x" * 201,
    "/".join(["x" * 100] * 6),
)
"""Keys that no store takes."""


class BlobStoreContract:
    """The behaviour that repositories and caches rely on."""

    @pytest.fixture
    def blobs(self) -> BlobStore:
        """Return an empty store."""
        raise NotImplementedError

    def test_what_is_put_can_be_read(self, blobs: BlobStore) -> None:
        blobs.put("web-1.0.0.tgz", b"bytes")

        assert blobs.get("web-1.0.0.tgz") == b"bytes"

    @pytest.mark.parametrize(
        "key",
        [
            pytest.param("web-1.0.0+build.5.tgz", id="build metadata"),
            pytest.param("team/a/web.tgz", id="folders"),
            pytest.param("A_b~c@d.prov", id="other letters"),
        ],
    )
    def test_portable_keys_are_taken(self, blobs: BlobStore, key: str) -> None:
        blobs.put(key, b"")

        assert blobs.get(key) == b""

    def test_a_blob_is_described(self, blobs: BlobStore) -> None:
        put = blobs.put("a", b"bytes")

        info = blobs.stat("a")

        assert info == put
        assert (info.key, info.size_bytes, info.digest) == ("a", 5, Digest.of(b"bytes"))
        assert info.modified.utcoffset() == timedelta(0)

    def test_nothing_is_found_where_nothing_is(self, blobs: BlobStore) -> None:
        with pytest.raises(BlobNotFound, match="'a'"):
            blobs.get("a")
        with pytest.raises(BlobNotFound, match="'a'"):
            blobs.stat("a")

    def test_a_folder_is_no_blob(self, blobs: BlobStore) -> None:
        blobs.put("a/b", b"bytes")

        with pytest.raises(BlobNotFound):
            blobs.get("a")
        blobs.delete("a")

        assert blobs.get("a/b") == b"bytes"

    def test_the_same_bytes_again_are_fine(self, blobs: BlobStore) -> None:
        first = blobs.put("a", b"bytes")

        assert blobs.put("a", b"bytes") == first

    def test_other_bytes_are_refused(self, blobs: BlobStore) -> None:
        blobs.put("a", b"bytes")

        with pytest.raises(BlobExists, match="'a' exists already"):
            blobs.put("a", b"other")

        assert blobs.get("a") == b"bytes"

    def test_other_bytes_may_replace_on_demand(self, blobs: BlobStore) -> None:
        blobs.put("a", b"bytes")

        info = blobs.put("a", b"other", replace=True)

        assert blobs.get("a") == b"other"
        assert blobs.stat("a").digest == info.digest == Digest.of(b"other")

    def test_bytes_of_equal_length_are_told_apart(self, blobs: BlobStore) -> None:
        for data in (b"one", b"two", b"six"):
            blobs.put("a", data, replace=True)

            assert blobs.stat("a").digest == Digest.of(data)

    def test_of_many_writers_one_wins(self, blobs: BlobStore) -> None:
        def put(number: int) -> bytes | None:
            data = b"%d" % number
            try:
                blobs.put("a", data)
            except BlobExists:
                return None
            return data

        with ThreadPoolExecutor(8) as pool:
            won = [each for each in pool.map(put, range(40)) if each is not None]

        assert won == [blobs.get("a")]

    @pytest.mark.parametrize("key", [pytest.param(key, id=repr(key[:20])) for key in CLIMBING])
    def test_no_key_climbs_or_hides(self, blobs: BlobStore, key: str) -> None:
        with pytest.raises(BlobKeyInvalid):
            blobs.put(key, b"bytes")
        with pytest.raises(BlobNotFound):
            blobs.get(key)
        with pytest.raises(BlobNotFound):
            blobs.stat(key)
        blobs.delete(key)

        assert list(blobs.list()) == []

    def test_a_list_is_ordered_by_key(self, blobs: BlobStore) -> None:
        for key in ("b", "a/z", "a-1", "a.tgz", "a/b/c"):
            blobs.put(key, key.encode())

        assert [each.key for each in blobs.list()] == ["a-1", "a.tgz", "a/b/c", "a/z", "b"]
        assert [each.digest for each in blobs.list("b")] == [Digest.of(b"b")]

    def test_a_list_may_be_narrowed(self, blobs: BlobStore) -> None:
        for key in ("team/a", "team/b", "teams", "other"):
            blobs.put(key, b"")

        assert [each.key for each in blobs.list("team/")] == ["team/a", "team/b"]
        assert [each.key for each in blobs.list("team")] == ["team/a", "team/b", "teams"]
        assert list(blobs.list("none")) == []

    def test_a_list_survives_deletes_while_it_is_read(self, blobs: BlobStore) -> None:
        for key in ("a", "b", "c"):
            blobs.put(key, b"")
        listing = blobs.list()
        next(listing)

        blobs.delete("b")

        assert next(reversed(list(listing))).key == "c"

    def test_a_deleted_blob_is_gone(self, blobs: BlobStore) -> None:
        blobs.put("a", b"bytes")

        blobs.delete("a")
        blobs.delete("a")

        with pytest.raises(BlobNotFound):
            blobs.get("a")
        assert blobs.put("a", b"other").size_bytes == 5
