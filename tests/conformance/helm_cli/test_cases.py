"""Each of Helm's own command lines prints what Helm prints, one test for each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.helm_cli.cases import FOLDER, expected, load_cases, run_case, unpack_fixtures

DIFFERENT = {
    f"docs:TestDocsTypeFlagCompletion:{row}": "`docs` shows the documentation, it makes none"
    for row in range(2)
}
"""Cases that differ on purpose, with the reason; `docs/compatibility.md` has the same list."""

SERVED = frozenset({"repo add"})
"""Kinds that want a server of Helm's tests; `tests/integration/repo` has them with ours."""


@pytest.fixture(scope="session")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack_fixtures(tmp_path_factory.mktemp("helm"))


def _params() -> list[Any]:
    if not load_cases():
        reason = f"{FOLDER} is not there"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="none")]
    return [
        pytest.param(each, id=each["id"]) for each in load_cases() if each["category"] not in SERVED
    ]


@pytest.mark.parametrize("case", _params())
def test_helms_command_line(case: Mapping[str, Any], fixtures: Path, tmp_path: Path) -> None:
    ran = run_case(case, fixtures, tmp_path)

    wanted = expected(case, fixtures)
    same = ran.failed == case["wantError"] and wanted in (None, ran.text)
    if case["id"] in DIFFERENT:
        assert not same, f"no longer differs: {case['id']}"
        return
    assert ran.failed == case["wantError"], ran.text
    if wanted is not None:
        assert ran.text == wanted
