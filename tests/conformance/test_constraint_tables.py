"""Versions and constraints against Helm's own tables, and against Helm itself where installed."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from pkgtool.errors import ConstraintInvalid, VersionInvalid
from pkgtool.testing.helm_oracle import HelmOracle
from pkgtool.versions import Constraint, Version, best_match, is_range


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> HelmOracle:
    if not HelmOracle.installed():
        pytest.skip("needs helm-python-sdk")
    return HelmOracle(tmp_path_factory.mktemp("oracle"))


def rows(shared: Path, function: str) -> list[dict[str, Any]]:
    tables = json.loads((shared / "cases" / "helm-unit-tables.json").read_text())
    found = [table for table in tables if table["func"] == function and table["resolved"]]
    return [row for table in found for row in table["rows"]]


def test_ranges_are_told_from_versions(shared: Path) -> None:
    cases = rows(shared, "TestIsVersionRange")

    assert cases
    for case in cases:
        assert is_range(case["version"]) == case["expected"], case


def test_bad_chart_versions_are_refused(shared: Path) -> None:
    cases = [row for row in rows(shared, "TestValidateChartVersion") if row["Version"]]

    assert cases
    for case in cases:
        with pytest.raises(VersionInvalid):
            Version.parse(case["Version"])


def test_short_chart_versions_are_not_strict(shared: Path) -> None:
    cases = rows(shared, "TestValidateChartVersionStrictSemVerV2")

    assert cases
    for case in cases:
        with pytest.raises(VersionInvalid):
            Version.parse_strict(case["Version"])


def test_dependency_constraints_resolve_to_the_locked_version(shared: Path) -> None:
    """The repository of this table has the chart `alpine` in versions 0.1.0 and 0.2.0."""
    alpine = [Version.parse("0.1.0"), Version.parse("0.2.0")]
    cases = [row for row in rows(shared, "TestResolve") if row["req"][0]["Name"] == "alpine"]

    assert cases
    for case in cases:
        best = best_match(alpine, Constraint.parse(case["req"][0]["Version"]))
        locked = None if case.get("err") else case["expect"]["Dependencies"][0]["Version"]
        assert (best and str(best)) == locked, case


OPERATORS = ("", "=", "!=", ">", "<", ">=", "<=", "=>", "=<", "~", "~>", "^", "==", "!")
TAILS = ("", "", "", "", "-0", "-alpha.1", "-beta", "-01", "-a-b", "-", "+b", "-rc.1+b.1")


def made_up_version(rng: random.Random, wild: str = "") -> str:
    count = rng.choice((1, 2, 3, 3, 3, 3))
    parts = [rng.choice(("0", "1", "2", "3", "10", "01", *wild)) for _ in range(count)]
    return rng.choice(("", "", "v")) + ".".join(parts) + rng.choice(TAILS)


def made_up_constraint(rng: random.Random) -> str:
    terms = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        term = rng.choice(OPERATORS) + rng.choice(("", " ")) + made_up_version(rng, "xX*")
        if rng.random() < 0.15:
            term = f"{made_up_version(rng)} - {made_up_version(rng, 'x')}"
        terms.append(term)
        terms.append(rng.choice((" ", ", ", ",", " || ", "||")))
    return "".join(terms[:-1])


def ours(constraint: str, version: str) -> str:
    try:
        return str(Constraint.parse(constraint).check(Version.parse(version))).lower()
    except (ConstraintInvalid, VersionInvalid) as error:
        return f"error: {error.what}"


def test_constraints_agree_with_helm(helm: HelmOracle) -> None:
    rng = random.Random(20261123)
    pairs = [(made_up_constraint(rng), made_up_version(rng)) for _ in range(600)]

    answers = [
        helm.evaluate("semverCompare .Values.c .Values.v", {"c": constraint, "v": version})
        for constraint, version in pairs
    ]

    assert {answer for answer in answers if not answer.startswith("error")} == {"true", "false"}
    for (constraint, version), answer in zip(pairs, answers, strict=True):
        assert ours(constraint, version) == answer, (constraint, version)
