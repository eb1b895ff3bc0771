"""Every row of the tables of Helm's own unit tests is asked, or it is said why not."""

import tarfile
from collections.abc import Callable
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

from tests.conformance.helm_tables.registry import PENDING, Case, account, ask
from tests.conformance.helm_tables.tables import Site, load_tables, tables_of
from tests.conftest import SHARED

TABLES = load_tables(SHARED / "cases" / "helm-unit-tables.json")
ACCOUNT = account(TABLES)

PARTS = ("./internal/resolver/", "./pkg/chart/v2/", "./pkg/ignore/")
"""Which of Helm's test charts are asked for."""


@pytest.fixture(scope="session")
def helm_fixtures(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Unpack Helm's test charts when they are needed first."""

    @cache
    def unpack() -> Path:
        place = tmp_path_factory.mktemp("helm")
        with tarfile.open(SHARED / "cases" / "helm-cli" / "fixtures.tar.xz") as tar:
            members = [each for each in tar.getmembers() if each.name.startswith(PARTS)]
            tar.extractall(place, members=members, filter="data")
        return place

    return unpack


@pytest.fixture
def site(
    helm_fixtures: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Site:
    return Site(helm_fixtures, tmp_path, monkeypatch)


@pytest.mark.parametrize("case", [pytest.param(each, id=each.id) for each in ACCOUNT.asked])
def test_our_answer_is_that_of_helm(case: Case, site: Site) -> None:
    ask(case, site)


@pytest.mark.parametrize("name", PENDING)
def test_what_is_pending_fails_still(
    name: str, helm_fixtures: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cases = [each for each in ACCOUNT.pending if name in (each.table.key, each.table.function)]
    if not cases:
        pytest.skip(f"the file has no rows of {name}")
    failed = [
        case.id for case in cases if not _agrees(case, helm_fixtures, tmp_path_factory.mktemp("x"))
    ]
    print(f"{name}: {len(failed)} of {len(cases)} fail: {', '.join(failed)}")
    assert failed, f"take {name} out of PENDING"


def _agrees(case: Case, fixtures: Callable[[], Path], scratch: Path) -> bool:
    with pytest.MonkeyPatch.context() as patch:
        try:
            ask(case, Site(fixtures, scratch, patch))
        except Exception:  # noqa: BLE001
            return False
    return True


def test_every_row_is_accounted_for(shared: Path) -> None:
    print(f"{len(TABLES)} tables, {ACCOUNT.counts()}")
    for why, rows in groupby(
        sorted(ACCOUNT.excused, key=lambda row: row[::-1]), lambda row: row[1]
    ):
        print(f"{why}:\n  {', '.join(name for name, _ in rows)}")

    assert TABLES
    assert ACCOUNT.unread == ()


def test_more_rows_are_read_and_unknown_tables_are_missed() -> None:
    more = tables_of(
        [
            {"func": "TestIgnore", "table": "later", "rows": [{"pattern": "a"}, {"$var": "lost"}]},
            {"func": "TestKindSorter", "table": "manifests", "rows": [{"Name": "x"}]},
            {"func": "TestOfTomorrow", "table": "tests", "rows": {"a": 1, "b": 2}},
        ]
    )

    found = account(more)

    assert [each.id for each in found.asked] == ["TestIgnore/later[0]", "TestKindSorter/manifests"]
    assert [row for row, _ in found.excused] == ["TestIgnore/later[1]"]
    assert found.unread == ("TestOfTomorrow/tests[0]", "TestOfTomorrow/tests[1]")
    assert found.counts() == "5 rows: 2 asked, 0 pending, 1 excused, 2 unread"
