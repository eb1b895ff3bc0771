"""What every `ReleaseStore` must do: subclass, provide a `store` fixture, and run.

The fixture yields an empty store that takes records of the namespaces `default` and
`kube-public`, which every cluster has.
"""

import os
from dataclasses import replace
from typing import ClassVar

import pytest

from pkgtool.errors import RecordTooLarge, ReleaseExists, RevisionNotFound
from pkgtool.release.model import ReleaseKey, Status
from pkgtool.store.protocol import ReleaseStore
from pkgtool.testing.releases import release, rich_release

ABSENT = ReleaseKey("default", "web", 7)


class ReleaseStoreContract:
    """The behaviour that all stores of release records share."""

    limit_bytes: ClassVar[int] = 0
    """How large a record may be once encoded; 0 when there is no limit."""

    def test_a_new_store_is_empty(self, store: ReleaseStore) -> None:
        assert store.list().releases == ()
        assert store.history("web", "default").releases == ()

    def test_what_was_created_comes_back_whole(self, store: ReleaseStore) -> None:
        kept = rich_release()

        store.create(kept)

        assert store.get(kept.key) == kept

    def test_a_revision_is_created_once(self, store: ReleaseStore) -> None:
        store.create(release(description="first"))

        with pytest.raises(ReleaseExists):
            store.create(release(description="second"))
        assert store.get(release().key).description == "first"

    def test_an_update_replaces_the_whole_record(self, store: ReleaseStore) -> None:
        store.create(rich_release())
        changed = release(status=Status.FAILED, labels={"tier": "front"})

        store.update(changed)

        assert store.get(changed.key) == changed

    def test_a_missing_record_is_not_updated(self, store: ReleaseStore) -> None:
        with pytest.raises(RevisionNotFound):
            store.update(release(7))
        assert store.list().releases == ()

    def test_a_missing_record_is_not_found(self, store: ReleaseStore) -> None:
        with pytest.raises(RevisionNotFound):
            store.get(ABSENT)

    def test_history_is_oldest_first(self, store: ReleaseStore) -> None:
        for revision in (2, 1, 10):
            store.create(release(revision))

        assert [each.revision for each in store.history("web", "default").releases] == [1, 2, 10]

    def test_history_is_of_one_release_in_one_namespace(self, store: ReleaseStore) -> None:
        store.create(release(1))
        store.create(release(2, name="web.v1"))
        store.create(release(3, namespace="kube-public"))

        assert [each.revision for each in store.history("web", "default").releases] == [1]

    def test_a_list_is_ordered_by_namespace_name_and_revision(self, store: ReleaseStore) -> None:
        keys = [
            ReleaseKey("default", "api", 2),
            ReleaseKey("default", "web", 1),
            ReleaseKey("default", "web", 10),
            ReleaseKey("kube-public", "api", 1),
        ]
        for key in reversed(keys):
            store.create(replace(release(key.revision), name=key.name, namespace=key.namespace))

        assert [each.key for each in store.list().releases] == keys

    def test_a_list_may_be_of_one_namespace(self, store: ReleaseStore) -> None:
        store.create(release(1))
        store.create(release(2, namespace="kube-public"))

        assert [each.revision for each in store.list("kube-public").releases] == [2]

    def test_a_deleted_record_is_gone(self, store: ReleaseStore) -> None:
        store.create(release(1))
        store.create(release(2))

        store.delete(release(1).key)

        assert [each.revision for each in store.list().releases] == [2]

    def test_deleting_what_is_not_there_is_fine(self, store: ReleaseStore) -> None:
        store.delete(ABSENT)

        assert store.list().releases == ()

    def test_a_record_that_is_too_large_is_refused(self, store: ReleaseStore) -> None:
        if not self.limit_bytes:
            pytest.skip("this store has no limit")
        noise = os.urandom(self.limit_bytes).hex()

        with pytest.raises(RecordTooLarge, match="at most"):
            store.create(release(notes=noise))
        assert store.list().releases == ()

    def test_an_update_that_is_too_large_changes_nothing(self, store: ReleaseStore) -> None:
        if not self.limit_bytes:
            pytest.skip("this store has no limit")
        store.create(release())

        with pytest.raises(RecordTooLarge):
            store.update(release(notes=os.urandom(self.limit_bytes).hex()))
        assert store.get(release().key) == release()
