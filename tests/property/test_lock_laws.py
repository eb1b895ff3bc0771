"""Locks: the digest changes with every field and with nothing else, and updating ends."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkgtool.chart.lock import dump_lock, lock_digest, lock_digest_v1, parse_lock
from pkgtool.chart.model import Dependency, Lock
from pkgtool.ops.dependency import update_dependencies
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import Repositories
from pkgtool.repo.http import HttpClient
from pkgtool.testing.charts_at_rest import chart_folder
from pkgtool.testing.dependencies import dependency_sources

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=8)
DEPENDENCIES = st.builds(
    Dependency,
    name=TEXT.filter(bool),
    version=TEXT,
    repository=TEXT,
    condition=TEXT,
    tags=st.lists(TEXT, max_size=3).map(tuple),
    alias=TEXT,
    import_values=st.lists(TEXT | st.fixed_dictionaries({"child": TEXT, "parent": TEXT})).map(
        tuple
    ),
    enabled=st.sampled_from([None, True]),
)
LISTS = st.lists(DEPENDENCIES, max_size=3)


@pytest.mark.property
@given(LISTS, LISTS, LISTS, LISTS)
def test_digests_are_equal_exactly_when_all_fields_are(
    required: list[Dependency],
    locked: list[Dependency],
    required_too: list[Dependency],
    locked_too: list[Dependency],
) -> None:
    same = (required, locked) == (required_too, locked_too)

    assert (lock_digest(required, locked) == lock_digest(required_too, locked_too)) is same
    same_v1 = required == required_too
    assert (lock_digest_v1(required) == lock_digest_v1(required_too)) is same_v1


CHANGES: dict[str, Callable[[Dependency], Dependency]] = {
    "name": lambda each: each._replace(name=f"{each.name}x"),
    "version": lambda each: each._replace(version=f"{each.version}x"),
    "repository": lambda each: each._replace(repository=f"{each.repository}x"),
    "condition": lambda each: each._replace(condition=f"{each.condition}x"),
    "tags": lambda each: each._replace(tags=(*each.tags, "x")),
    "alias": lambda each: each._replace(alias=f"{each.alias}x"),
    "import-values": lambda each: each._replace(import_values=(*each.import_values, "x")),
    "enabled": lambda each: each._replace(enabled=None if each.enabled else True),
}


@given(LISTS.filter(bool), st.sampled_from(sorted(CHANGES)))
def test_every_field_counts(required: list[Dependency], field: str) -> None:
    changed = [CHANGES[field](required[0]), *required[1:]]

    assert lock_digest(changed, []) != lock_digest(required, [])
    assert lock_digest([], changed) != lock_digest([], required)


@given(LISTS)
def test_locks_survive_being_written(locked: list[Dependency]) -> None:
    plain = [Dependency(each.name.strip() or "a", "1.0.0", "https://a.example") for each in locked]
    plain = [each._replace(name="".join(filter(str.isalnum, each.name)) or "a") for each in plain]
    lock = Lock(lock_digest(locked, plain), tuple(plain), "2026-01-02T00:00:00Z")

    assert parse_lock(dump_lock(lock)) == lock


@pytest.mark.property
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True, min_size=1), st.booleans())
def test_updating_twice_is_updating_once(names: list[str], again: bool) -> None:
    seen = []
    with TemporaryDirectory() as place:
        top = Path(place)
        wanted = [
            {"name": each, "version": "*", "repository": f"file://../{each}"} for each in names
        ]
        for each in names:
            chart_folder(top / each, each)
        folder = chart_folder(top / "app", "app", dependencies=wanted)
        for number in range(2 + again):
            client = RepoClient(HttpClient(), Repositories(), indexes=top, content=top)
            at = datetime(2026, 1, 1 + number, tzinfo=UTC)
            update_dependencies(folder, dependency_sources(client), at=at)
            now = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            seen.append(now)

    assert all(each == seen[0] for each in seen)
