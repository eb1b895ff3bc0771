"""Versions and constraints against Helm itself, where it is installed."""

import random

import pytest

from pkgtool.errors import ConstraintInvalid, VersionInvalid
from pkgtool.testing.helm_oracle import HelmOracle
from pkgtool.versions import Constraint, Version


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> HelmOracle:
    if not HelmOracle.installed():
        pytest.skip("needs helm-python-sdk")
    return HelmOracle(tmp_path_factory.mktemp("oracle"))


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
