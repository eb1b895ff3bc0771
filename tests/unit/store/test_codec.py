"""Release to bytes and back, in Helm's own form."""

import gzip
import json
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkgtool.errors import RecordCorrupt, StoreError
from pkgtool.release.model import HookRecord, HookRun, Release, Status
from pkgtool.store.codec import LIMIT_BYTES, NO_TIME, decode_release, encode_release
from pkgtool.testing.releases import NOON, release, rich_release

# Written from the description of Helm 3's format, with its empty times and without `apply_method`.
HELM_3: dict[str, Any] = {
    "name": "shop",
    "info": {
        "first_deployed": "2023-05-01T10:20:30.123456789+02:00",
        "last_deployed": "2023-05-02T10:20:30Z",
        "deleted": "",
        "description": "Install complete",
        "status": "deployed",
        "notes": "hello",
    },
    "chart": {
        "metadata": {"name": "shop", "version": "0.1.0", "apiVersion": "v2"},
        "lock": None,
        "templates": [{"name": "templates/a.yaml", "data": "YTogMQo="}],
        "values": {"a": 1},
        "schema": None,
        "files": None,
    },
    "config": {"a": 2},
    "manifest": "---\na: 2\n",
    "hooks": [
        {
            "name": "job",
            "kind": "Job",
            "path": "shop/templates/job.yaml",
            "manifest": "kind: Job",
            "events": ["post-install"],
            "last_run": {"started_at": "", "completed_at": "", "phase": ""},
        }
    ],
    "version": 3,
    "namespace": "prod",
}


def packed(document: object) -> bytes:
    return b64encode(gzip.compress(json.dumps(document).encode()))


def unpacked(data: bytes) -> dict[str, Any]:
    found = json.loads(gzip.decompress(b64decode(data)))
    assert isinstance(found, dict)
    return found


def edited(path: str, value: object) -> dict[str, Any]:
    """Return the Helm 3 record with the field at `path` replaced."""
    document = json.loads(json.dumps(HELM_3))
    *parents, last = path.split(".")
    holder = document
    for key in parents:
        holder = holder[int(key)] if isinstance(holder, list) else holder[key]
    holder[last] = value
    assert isinstance(document, dict)
    return document


def test_every_field_survives() -> None:
    kept = rich_release()

    assert decode_release(encode_release(kept)) == replace(kept, labels={})


def test_equal_releases_give_equal_bytes() -> None:
    assert encode_release(rich_release()) == encode_release(rich_release())


def test_the_compressed_record_names_no_time_and_no_system() -> None:
    header = b64decode(encode_release(release()))[:10]

    assert header == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def test_empty_fields_are_left_out_as_helm_does() -> None:
    document = unpacked(encode_release(release()))

    assert list(document) == ["name", "info", "chart", "version", "namespace", "apply_method"]
    assert document["info"] == {
        "first_deployed": "2026-03-04T12:00:00Z",
        "last_deployed": "2026-03-04T12:00:00Z",
        "status": "deployed",
    }
    assert document["chart"] == {
        "metadata": {"name": "web", "version": "1.2.3", "apiVersion": "v1"},
        "lock": None,
        "templates": None,
        "values": {},
        "schema": None,
        "schemamodtime": "0001-01-01T00:00:00Z",
        "files": None,
    }


def test_a_hook_that_never_ran_has_an_empty_phase() -> None:
    hook = HookRecord("a", "Job", "p", "m", ("test",))

    document = unpacked(encode_release(release(hooks=(hook,))))

    assert document["hooks"][0]["last_run"] == {"phase": ""}


def test_a_lock_that_names_no_time_gets_one_that_helm_can_read() -> None:
    chart = rich_release().chart
    assert chart.lock is not None
    odd = replace(chart, lock=chart.lock._replace(generated="last tuesday"))

    document = unpacked(encode_release(release(chart=odd)))

    assert document["chart"]["lock"]["generated"] == "0001-01-01T00:00:00Z"


def test_a_record_of_helm_3_is_read() -> None:
    found = decode_release(packed(HELM_3))

    assert (found.name, found.namespace, found.revision) == ("shop", "prod", 3)
    assert found.first_deployed == datetime(
        2023, 5, 1, 10, 20, 30, 123456, tzinfo=timezone(timedelta(hours=2))
    )
    assert found.deleted is None
    assert found.apply_method == "", "which means the client"
    assert found.chart.templates == {"templates/a.yaml": b"a: 1\n"}
    assert found.hooks[0].last_run is None


def test_an_uncompressed_record_is_read() -> None:
    assert decode_release(b64encode(json.dumps(HELM_3).encode())).name == "shop"


def test_fields_of_later_versions_are_left_out() -> None:
    later = {**HELM_3, "sequencing": {"a": 1}}

    assert decode_release(packed(later)) == decode_release(packed(HELM_3))


@pytest.mark.parametrize(
    ("at", "written"),
    [
        pytest.param(NOON, "2026-03-04T12:00:00Z", id="whole seconds"),
        pytest.param(NOON.replace(microsecond=500_000), "2026-03-04T12:00:00.5Z", id="half"),
        pytest.param(
            NOON.astimezone(timezone(timedelta(hours=-3, minutes=-30))),
            "2026-03-04T08:30:00-03:30",
            id="another zone",
        ),
        pytest.param(
            NOON.astimezone(timezone(timedelta(seconds=61))),
            "2026-03-04T12:00:00Z",
            id="a zone that RFC 3339 cannot write",
        ),
        pytest.param(NOON.replace(tzinfo=None), "2026-03-04T12:00:00Z", id="no zone means UTC"),
    ],
)
def test_times_are_written_as_go_does(at: datetime, written: str) -> None:
    document = unpacked(encode_release(release(last_deployed=at)))

    assert document["info"]["last_deployed"] == written


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="as Helm 3 writes none"),
        pytest.param("0001-01-01T00:00:00Z", id="zero of Go"),
        pytest.param(None, id="null"),
    ],
)
def test_a_missing_time_is_zero_and_stays_missing(written: str | None) -> None:
    found = decode_release(packed(edited("info.first_deployed", written)))

    assert found.first_deployed == NO_TIME
    assert "first_deployed" not in unpacked(encode_release(found))["info"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "not JSON", id="nothing"),
        pytest.param(b"a", "not base64", id="half a character of base64"),
        pytest.param("ü".encode(), "not JSON", id="not ASCII"),
        pytest.param(b64encode(b"\x1f\x8b\x08rubbish...."), "damaged", id="broken gzip"),
        pytest.param(b64encode(b64decode(encode_release(release()))[:-1]), "the end", id="cut off"),
        pytest.param(b64encode(b"[1]"), "not a JSON object", id="a list"),
        pytest.param(b64encode(b"[" * 200_000), "not JSON", id="deeply nested"),
        pytest.param(b64encode(b'{"version": NaN}'), "NaN", id="not a number"),
        pytest.param(b64encode(b'{"config": 1e999}'), "too large", id="infinite number"),
        pytest.param(b64encode(b'{"name": "\\ud800"}'), "not JSON", id="half a character"),
        pytest.param(b64encode(b"\xff"), "not JSON", id="not UTF-8"),
        pytest.param(packed(edited("name", "")), "no name", id="no name"),
        pytest.param(packed(edited("version", 0)), "no revision", id="no revision"),
        pytest.param(packed(edited("version", True)), "'version'", id="boolean revision"),
        pytest.param(packed(edited("version", "3")), "'version'", id="text as revision"),
        pytest.param(packed(edited("info", [])), "'info'", id="info is a list"),
        pytest.param(packed(edited("info.status", "lost")), "'lost'", id="unknown status"),
        pytest.param(packed(edited("info.deleted", "soon")), "'deleted'", id="odd time"),
        pytest.param(
            packed(edited("info.deleted", "0001-01-01T00:00:00+14:00")), "'deleted'", id="before 1"
        ),
        pytest.param(packed(edited("chart", None)), "chart has no name", id="no chart"),
        pytest.param(
            packed(edited("chart.metadata.keywords", [1])), "'keywords'", id="odd keywords"
        ),
        pytest.param(
            packed(edited("chart.templates", [{"name": "a", "data": "a"}])), "'data'", id="odd data"
        ),
        pytest.param(packed(edited("chart.files", ["a"])), "'files'", id="odd files"),
        pytest.param(packed(edited("hooks.0.weight", 1.5)), "'weight'", id="odd weight"),
        pytest.param(packed(edited("config", "a=1")), "'config'", id="config is text"),
    ],
)
def test_an_odd_record_says_what_is_wrong(data: bytes, reason: str) -> None:
    with pytest.raises(RecordCorrupt, match=reason):
        decode_release(data)


def test_a_record_that_unpacks_to_too_much_is_refused() -> None:
    bomb = b64encode(gzip.compress(bytes(LIMIT_BYTES + 1), 1))

    with pytest.raises(RecordCorrupt, match="larger than"):
        decode_release(bomb)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("inf"), id="infinity"),
        pytest.param("\ud800", id="half a character"),
        pytest.param(NOON, id="a time"),
    ],
)
def test_a_value_that_json_lacks_is_refused(value: object) -> None:
    with pytest.raises(StoreError, match="cannot be recorded"):
        encode_release(release(config={"a": value}))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)
TIMES = st.datetimes(datetime(2, 1, 2), timezones=st.just(UTC))  # noqa: DTZ001
HOOKS = st.builds(
    HookRecord,
    name=TEXT,
    kind=TEXT,
    path=TEXT,
    manifest=TEXT,
    events=st.lists(TEXT, max_size=3).map(tuple),
    weight=st.integers(),
    delete_policies=st.lists(TEXT, max_size=2).map(tuple),
    last_run=st.none()
    | st.builds(HookRun, TEXT.filter(bool), st.none() | TIMES, st.none() | TIMES),
)
RELEASES = st.builds(
    release,
    revision=st.integers(1),
    status=st.sampled_from(Status),
    namespace=TEXT,
    first_deployed=TIMES,
    last_deployed=TIMES,
    deleted=st.none() | TIMES,
    description=TEXT,
    config=st.dictionaries(TEXT, JSON, max_size=4),
    manifest=TEXT,
    notes=TEXT,
    hooks=st.lists(HOOKS, max_size=2).map(tuple),
    rollback_revision=st.integers(0),
    apply_method=st.sampled_from(["ssa", "csa"]),
)


@pytest.mark.property
@given(RELEASES)
def test_decoding_undoes_encoding(kept: Release) -> None:
    assert decode_release(encode_release(kept)) == kept


def _loads(data: bytes) -> None:
    try:
        encode_release(decode_release(data))
    except RecordCorrupt:
        return


@pytest.mark.property
@settings(max_examples=500)
@given(st.binary() | st.binary().map(b64encode) | JSON.map(packed))
def test_any_bytes_are_a_release_or_corrupt(data: bytes) -> None:
    _loads(data)


@pytest.mark.property
@settings(max_examples=500)
@given(
    st.sampled_from(
        [
            *HELM_3,
            *(f"info.{key}" for key in HELM_3["info"]),
            *(f"chart.{key}" for key in HELM_3["chart"]),
            *(f"hooks.0.{key}" for key in HELM_3["hooks"][0]),
            "chart.metadata.dependencies",
            "chart.metadata.maintainers",
            "chart.metadata.annotations",
            "chart.metadata.engine",
        ]
    ),
    JSON | st.lists(st.dictionaries(st.sampled_from(["name", "data", "tags"]), JSON)),
)
def test_any_value_in_any_field_is_a_release_or_corrupt(path: str, value: object) -> None:
    _loads(packed(edited(path, value)))


@pytest.mark.property
@settings(max_examples=300)
@given(st.integers(0, 1500), st.integers(1, 255))
def test_a_flipped_byte_is_noticed_or_harmless(place: int, mask: int) -> None:
    data = bytearray(encode_release(rich_release()))
    data[place % len(data)] ^= mask

    _loads(bytes(data))
