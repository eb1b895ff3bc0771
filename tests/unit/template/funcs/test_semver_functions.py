"""Versions in templates: parts, methods, constraints."""

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.golang.plain import to_plain
from pkgtool.template.funcs.semver import semver, semver_compare


def test_the_parts_of_a_version_are_items() -> None:
    version = semver("v1.2.3-rc.1+build.5")

    assert version == {
        "Major": 1,
        "Minor": 2,
        "Patch": 3,
        "Prerelease": "rc.1",
        "Metadata": "build.5",
        "Original": "v1.2.3-rc.1+build.5",
    }
    assert str(version) == "1.2.3-rc.1+build.5"
    assert to_plain([version], "toJson") == ["1.2.3-rc.1+build.5"]


def test_methods_are_found_by_name() -> None:
    version = semver("1.2.3")

    assert version["Compare"](semver("1.3")) == -1
    assert version["Equal"](semver("v1.2.3"))
    assert version["LessThan"](semver("2"))
    assert version["LessThanEqual"](semver("1.2.3"))
    assert version["GreaterThan"](semver("1"))
    assert version["GreaterThanEqual"](semver("1.2.3"))
    assert [str(version[name]()) for name in ("IncMajor", "IncMinor", "IncPatch")] == [
        "2.0.0",
        "1.3.0",
        "1.2.4",
    ]


def test_a_version_compares_with_versions_only() -> None:
    with pytest.raises(FunctionFailed, match=r"expected \*semver\.Version"):
        semver("1")["Compare"]("1")


def test_the_version_is_the_last_argument() -> None:
    assert semver_compare(">=1.21-0", "v1.30.2-gke.1")
    assert not semver_compare("<1.21-0", "v1.30.2-gke.1")


@pytest.mark.parametrize(
    ("constraint", "version", "words"),
    [
        pytest.param("blah", "1", 'improper constraint: "blah"', id="constraint"),
        pytest.param("1", "blah", "invalid semantic version", id="version"),
        pytest.param("1", "1.2.3-01", "version segment starts with 0", id="leading zero"),
    ],
)
def test_failures_are_in_the_words_of_masterminds(
    constraint: str, version: str, words: str
) -> None:
    with pytest.raises(FunctionFailed) as caught:
        semver_compare(constraint, version)

    assert caught.value.what == words


@pytest.mark.parametrize("value", [None, 1, 1.2, ["1"]])
def test_a_version_must_be_text(value: object) -> None:
    with pytest.raises(FunctionFailed, match="expected string"):
        semver(value)  # type: ignore[arg-type]
