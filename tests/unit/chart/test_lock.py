"""Lock files, their digest, and what `dependency list` says."""

import pytest

from pkgtool.chart.lock import (
    check_lock,
    dependency_statuses,
    dump_lock,
    lock_digest,
    lock_digest_v1,
    parse_lock,
)
from pkgtool.chart.model import Dependency, Lock, Metadata
from pkgtool.chart.pack import write_archive
from pkgtool.errors import LockOutOfDate

DB = Dependency("db", "1.x", "https://example.com/<charts>&more")
CHOSEN = Dependency("db", "1.2.3", "https://example.com/<charts>&more")


def test_a_lock_survives_being_written() -> None:
    lock = Lock(lock_digest([DB], [CHOSEN]), (CHOSEN,), "2026-01-02T03:04:05Z")

    assert parse_lock(dump_lock(lock)) == lock


def test_the_digest_depends_on_what_is_required_and_on_what_was_chosen() -> None:
    other = Dependency("db", "1.2.4", CHOSEN.repository)

    digests = {
        lock_digest([DB], [CHOSEN]),
        lock_digest([DB], [other]),
        lock_digest([other], [other]),
    }

    assert len(digests) == 3


@pytest.mark.parametrize(
    ("version", "digest", "fits"),
    [
        pytest.param("v2", lock_digest([DB], [CHOSEN]), True, id="v2"),
        pytest.param("v2", lock_digest_v1([DB]), False, id="old form in v2"),
        pytest.param("v1", lock_digest_v1([DB]), True, id="old form in v1"),
        pytest.param("v1", lock_digest([DB], [CHOSEN]), True, id="new form in v1"),
        pytest.param("v2", "", False, id="nothing"),
    ],
)
def test_a_lock_fits_or_is_out_of_date(version: str, digest: str, fits: bool) -> None:
    metadata = Metadata("web", "1.0.0", version, dependencies=(DB,))
    lock = Lock(digest, (CHOSEN,))

    if fits:
        check_lock(metadata, lock)
    else:
        with pytest.raises(LockOutOfDate, match="out of sync with the dependencies file"):
            check_lock(metadata, lock)


def packed(name: str, version: str) -> bytes:
    return write_archive({f"{name}/Chart.yaml": described(name, version)})


def described(name: str, version: str) -> bytes:
    return f"apiVersion: v2\nname: {name}\nversion: {version}\n".encode()


@pytest.mark.parametrize(
    ("files", "status"),
    [
        pytest.param({}, "missing", id="missing"),
        pytest.param({"charts/db-1.2.3.tgz": packed("db", "1.2.3")}, "ok", id="packed"),
        pytest.param({"charts/db/Chart.yaml": described("db", "1.2.3")}, "unpacked", id="folder"),
        pytest.param({"charts/db-2.0.0.tgz": packed("db", "2.0.0")}, "wrong version", id="version"),
        pytest.param(
            {"charts/db/Chart.yaml": described("db", "2")}, "wrong version", id="folder's"
        ),
        pytest.param({"charts/db-1.0.0.tgz": packed("other", "1.0.0")}, "misnamed", id="name"),
        pytest.param({"charts/db-1.0.0.tgz": b"rubbish"}, "corrupt", id="corrupt"),
        pytest.param(
            {"charts/db-1.0.0.tgz": b"", "charts/db-1.0.1.tgz": b""}, "too many matches", id="two"
        ),
        pytest.param(
            {"charts/db-1.0.0.tgz": packed("db", "1.0.0"), "charts/db-x-1.0.0.tgz": b""},
            "ok",
            id="another chart with a longer name",
        ),
        pytest.param({"charts/db/Chart.yaml": b"["}, "missing", id="broken folder"),
    ],
)
def test_status_words(files: dict[str, bytes], status: str) -> None:
    web = described("web", "1.0.0") + b"dependencies: [{name: db, version: 1.x}]\n"

    found = dependency_statuses({"Chart.yaml": web, **files}, name="web")

    assert [(entry.name, word) for entry, word in found] == [("db", status)]


def test_a_folder_of_another_name_is_passed_over() -> None:
    web = described("web", "1.0.0") + b"dependencies: [{name: db, version: 1.2.3}]\n"
    files = {
        "Chart.yaml": web,
        "charts/a/Chart.yaml": described("other", "1.2.3"),
        "charts/b/Chart.yaml": described("db", "1.2.3"),
    }

    assert dependency_statuses(files, name="web")[0][1] == "unpacked"


def test_an_old_chart_lists_its_dependencies_in_requirements() -> None:
    files = {
        "Chart.yaml": b"name: web\nversion: 1.0.0\n",
        "requirements.yaml": b"dependencies: [{name: db, version: 1.x}]\n",
    }

    assert [(entry.name, word) for entry, word in dependency_statuses(files, name="web")] == [
        ("db", "missing")
    ]


def test_the_order_of_keys_does_not_change_the_digest() -> None:
    one = DB._replace(import_values=("all", {"child": "a", "parent": "b"}))
    other = DB._replace(import_values=("all", {"parent": "b", "child": "a"}))

    assert lock_digest([one], [CHOSEN]) == lock_digest([other], [CHOSEN])
    assert lock_digest([one], [CHOSEN]) != lock_digest([DB], [CHOSEN])


def test_a_constraint_that_is_none() -> None:
    web = described("web", "1.0.0") + b"dependencies: [{name: db, version: '<<1'}]\n"
    files = {"Chart.yaml": web, "charts/db-1.0.0.tgz": packed("db", "1.0.0")}

    assert dependency_statuses(files, name="web")[0][1] == "invalid version"
