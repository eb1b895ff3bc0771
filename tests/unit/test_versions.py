"""Versions parse leniently and order strictly; constraints follow Masterminds' semantics."""

import pickle
import subprocess
import sys
from itertools import pairwise

import pytest

from pkgtool.errors import ConstraintInvalid, VersionInvalid
from pkgtool.versions import Constraint, Version, best_match, is_range


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("1.2.3", "1.2.3", id="whole"),
        pytest.param("v1", "1.0.0", id="leading v, one number"),
        pytest.param("1.2", "1.2.0", id="two numbers"),
        pytest.param("01.002.3", "1.2.3", id="leading zeros in numbers"),
        pytest.param("1.2-rc.1+b.7", "1.2.0-rc.1+b.7", id="short with pre-release and metadata"),
        pytest.param("1.2.3-00a", "1.2.3-00a", id="zeros before a letter"),
        pytest.param("1.2.3+007", "1.2.3+007", id="leading zeros in metadata"),
        pytest.param("18446744073709551615", "18446744073709551615.0.0", id="largest number"),
    ],
)
def test_lenient_versions_are_completed(text: str, shown: str) -> None:
    version = Version.parse(text)

    assert str(version) == shown
    assert version.original == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "invalid semantic version", id="empty"),
        pytest.param("1.2.3.4", "invalid semantic version", id="four numbers"),
        pytest.param("V1", "invalid semantic version", id="capital v"),
        pytest.param("1.2.3\n", "invalid semantic version", id="line end"),
        pytest.param("1.x", "invalid semantic version", id="wildcard"),
        pytest.param("1.2.3-a..b", "invalid semantic version", id="empty identifier"),
        pytest.param("١.2.3", "invalid semantic version", id="digits of another script"),
        pytest.param("1.2.3-01", "version segment starts with 0", id="leading zero"),
        pytest.param(
            "1." + "9" * 20,
            "error parsing version segment: strconv.ParseUint: "
            'parsing "99999999999999999999": value out of range',
            id="more than 64 bits",
        ),
        pytest.param(
            "1" * 257, "version string is too long (max 256 bytes)", id="more than 256 bytes"
        ),
    ],
)
def test_what_is_no_version_says_why(text: str, reason: str) -> None:
    with pytest.raises(VersionInvalid) as caught:
        Version.parse(text, name="Chart.yaml")

    assert caught.value.what == reason
    assert caught.value.where is not None
    assert caught.value.where.text == text
    assert caught.value.where.name == "Chart.yaml"


@pytest.mark.parametrize("text", ["v1.2.3", "1.2", "1", "01.2.3", "1.2.3-01", "", "1.2.3 "])
def test_strict_versions_are_spelled_out(text: str) -> None:
    with pytest.raises(VersionInvalid, match="invalid semantic version"):
        Version.parse_strict(text)


def test_a_strict_version_may_have_all_parts() -> None:
    version = Version.parse_strict("1.2.3-rc.1+b")

    assert (version.major, version.minor, version.patch) == (1, 2, 3)
    assert (version.prerelease, version.metadata) == ("rc.1", "b")


def test_versions_are_in_the_order_of_the_standard() -> None:
    tags = ("0", "2", "10", "alpha", "alpha.1", "alpha.beta", "beta", "rc.1")
    in_order = [*(f"1.0.0-{tag}" for tag in tags), "1.0.0", "1.0.1", "1.1.0", "2.0.0-a", "2.0.0"]
    versions = [Version.parse(text) for text in in_order]

    shuffled = versions[::-1]
    assert sorted(shuffled) == versions
    for left, right in pairwise(versions):
        assert left < right
        assert left <= right
        assert right > left
        assert right >= left
        assert (left.compare(right), right.compare(left)) == (-1, 1)


def test_spelling_and_metadata_do_not_make_another_version() -> None:
    assert Version.parse("v1.2+a") == Version.parse("1.2.0+b")
    assert len({Version.parse("v1.2+a"), Version.parse("1.2.0+b")}) == 1
    assert Version.parse("1.2.0").compare(Version.parse("v1.2")) == 0
    assert Version.parse("1.2.0") != "1.2.0"


def test_a_pre_release_number_beyond_64_bits_is_a_word() -> None:
    huge = Version.parse("1.0.0-" + "9" * 20)

    assert huge > Version.parse("1.0.0-1" + "0" * 20)
    assert huge < Version.parse("1.0.0-a")


def test_next_versions() -> None:
    version = Version.parse("1.2.3-rc.1+b")

    assert str(version.next_major()) == "2.0.0"
    assert str(version.next_minor()) == "1.3.0"
    assert str(version.next_patch()) == "1.2.3"
    assert str(version.next_patch().next_patch()) == "1.2.4"


def test_versions_and_constraints_survive_pickling() -> None:
    version, constraint = Version.parse("1.2.3-a"), Constraint.parse(">=1-0")

    assert pickle.loads(pickle.dumps(version)) == version
    assert pickle.loads(pickle.dumps(constraint)).check(version)


def test_a_constraint_prints_as_it_was_written() -> None:
    assert str(Constraint.parse("^1.2 || 3  - 4")) == "^1.2 || 3  - 4"


@pytest.mark.parametrize(
    ("constraint", "holds", "fails"),
    [
        pytest.param("1.2.3", "1.2.3 v1.2.3 1.2.3+b", "1.2.4 1.2.3-a", id="exact"),
        pytest.param("=1.2", "1.2.0 1.2.9", "1.3.0 1.1.9", id="two numbers are a range"),
        pytest.param("1", "1.0.0 1.9.9", "2.0.0 0.9.0", id="one number is a range"),
        pytest.param("*", "0.0.0 9.9.9", "1.0.0-a", id="anything released"),
        pytest.param("1.X", "1.0.0 1.9.9", "2.0.0", id="capital wildcard"),
        pytest.param("x.1", "0.0.0 9.9.9", "1.0.0-a", id="what follows a wildcard is ignored"),
        pytest.param("!=1.2.3", "1.2.4 1.0.0", "1.2.3", id="not one"),
        pytest.param("!=1.2", "1.3.0 2.0.0", "1.2.0 1.2.9", id="not a minor"),
        pytest.param("!=1", "2.0.0 0.1.0", "1.0.0 1.9.9", id="not a major"),
        pytest.param("!=1.2-a", "1.2.0 1.2.3-b", "1.2.7-a", id="not a minor's pre-release"),
        pytest.param(">1.2.3", "1.2.4 2.0.0", "1.2.3 1.2.2", id="above"),
        pytest.param(">11", "12.0.0", "11.0.0 11.1.0", id="above all of a major"),
        pytest.param(">11.1", "11.2.0 12.0.0", "11.1.1 10.2.0", id="above all of a minor"),
        pytest.param("<1.2", "1.1.9", "1.2.0", id="below"),
        pytest.param(">=1.2", "1.2.0 2.0.0", "1.1.9", id="from"),
        pytest.param("=>1.2", "1.2.0", "1.1.9", id="from, the other way round"),
        pytest.param("<=1", "1.9.9 0.1.0", "2.0.0", id="up to all of a major"),
        pytest.param("<=*", "0.0.0 0.0.9", "0.1.0 1.0.0", id="up to anything is next to nothing"),
        pytest.param("=<1.2", "1.2.9 1.1.0", "1.3.0", id="up to all of a minor"),
        pytest.param("<=1.2.3", "1.2.3", "1.2.4", id="up to"),
        pytest.param("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0", id="tilde keeps the minor"),
        pytest.param("~>1.2", "1.2.0 1.2.9", "1.3.0", id="tilde arrow"),
        pytest.param("~1", "1.0.0 1.9.0", "2.0.0 0.9.0", id="tilde of a major"),
        pytest.param("~0.0.0", "0.0.0 9.9.9", "0.0.0-a", id="tilde of nothing is anything"),
        pytest.param("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0", id="caret keeps the major"),
        pytest.param("^0.2.3", "0.2.3 0.2.9", "0.3.0 1.2.3", id="caret below one: the minor"),
        pytest.param("^0.0.3", "0.0.3", "0.0.4 0.1.0 0.0.2", id="caret below 0.1: exact"),
        pytest.param("^0.0", "0.0.0 0.0.9", "0.1.0 1.0.0", id="caret of 0.0"),
        pytest.param("^0", "0.0.0 0.9.9", "1.0.0", id="caret of 0"),
        pytest.param("1.2 - 2.3", "1.2.0 2.3.9", "1.1.9 2.4.0", id="hyphen range"),
        pytest.param("1 - 2, !=1.5", "1.0.0 2.9.9", "1.5.1 3.0.0", id="range and more"),
        pytest.param(">=1, <2", "1.0.0 1.9.9", "0.9.0 2.0.0", id="comma is and"),
        pytest.param(">=1 <2", "1.0.0 1.9.9", "0.9.0 2.0.0", id="space is and"),
        pytest.param("<1 || >=2", "0.9.0 2.0.0", "1.0.0", id="or"),
        pytest.param(">=1-0", "1.0.0-0 1.0.0-a 1.1.0-rc.1 2.0.0", "0.9.0-a", id="pre-releases"),
        pytest.param("^1.2.3-0", "1.2.3-a 1.9.0-b", "2.0.0-a 1.2.2", id="caret, pre-releases"),
        pytest.param(">1.0.0-0, <2", "1.5.0-a", "0.9.0-a", id="one term opens its group"),
        pytest.param("^2 || >1.0.0-0", "1.5.0-a", "0.9.0-a", id="but not another group"),
        pytest.param("^1-0 || ^2", "1.5.0-a", "2.1.0-a", id="nor the next"),
        pytest.param(" \t>\n1 ", "2.0.0", "1.0.0", id="white space"),
    ],
)
def test_constraints(constraint: str, holds: str, fails: str) -> None:
    parsed = Constraint.parse(constraint)

    for text in holds.split():
        assert parsed.check(Version.parse(text)), text
        assert parsed.problem(Version.parse(text)) == ""
    for text in fails.split():
        assert not parsed.check(Version.parse(text)), text
        assert parsed.problem(Version.parse(text)) != ""


@pytest.mark.parametrize(
    ("constraint", "version", "problem"),
    [
        pytest.param("1.2.3", "1.2.4", "1.2.4 is not equal to 1.2.3", id="equal"),
        pytest.param("!=1", "1.2.4", "1.2.4 is equal to !=1", id="not equal"),
        pytest.param(">2", "2.1", "2.1.0 is less than or equal to >2", id="above"),
        pytest.param("< 2", "2.1", "2.1.0 is greater than or equal to < 2", id="below"),
        pytest.param(">=2", "1", "1.0.0 is less than >=2", id="from"),
        pytest.param("<=2", "3", "3.0.0 is greater than <=2", id="up to"),
        pytest.param("~2", "3", "3.0.0 does not have same major version as ~2", id="major"),
        pytest.param(
            "~2.1", "2.2", "2.2.0 does not have same major and minor version as ~2.1", id="minor"
        ),
        pytest.param(
            "^0.2",
            "0.3",
            "0.3.0 does not have same minor version as ^0.2: "
            "expected minor versions to match when constraint major version is 0",
            id="caret minor",
        ),
        pytest.param(
            "^0.0.2",
            "0.0.3",
            "0.0.3 does not equal ^0.0.2: "
            "expect version and constraint to equal when major and minor versions are 0",
            id="caret patch",
        ),
        pytest.param(
            "^1 || ^2",
            "1.5.0-a",
            "1.5.0-a is a prerelease version and the constraint is only looking for releases",
            id="pre-release, said once",
        ),
        pytest.param(
            "<1 || ^2",
            "1.5.0",
            "1.5.0 is greater than or equal to <1; 1.5.0 is less than ^2",
            id="every group has its say",
        ),
    ],
)
def test_a_missed_constraint_says_why(constraint: str, version: str, problem: str) -> None:
    assert Constraint.parse(constraint).problem(Version.parse(version)) == problem


@pytest.mark.parametrize(
    ("text", "reason", "marked"),
    [
        pytest.param("", 'improper constraint: ""', "", id="empty"),
        pytest.param("blah", 'improper constraint: "blah"', "blah", id="word"),
        pytest.param("^1 || >= || 3", 'improper constraint: " >= "', " >= ", id="second group"),
        pytest.param("1 ||", 'improper constraint: ""', "", id="nothing after or"),
        pytest.param("1,", 'improper constraint: "1,"', "1,", id="nothing after comma"),
        pytest.param("1.2.3.4", 'improper constraint: "1.2.3.4"', "1.2.3.4", id="four numbers"),
        pytest.param(">1<2", 'improper constraint: ">1<2"', ">1<2", id="no separator"),
        pytest.param("==1", 'improper constraint: "==1"', "==1", id="unknown operator"),
        pytest.param("1 || xx", "constraint parser error", " xx", id="half a wildcard"),
        pytest.param("1.2.3-01", "constraint parser error", "1.2.3-01", id="bad version"),
    ],
)
def test_what_is_no_constraint_is_marked(text: str, reason: str, marked: str) -> None:
    with pytest.raises(ConstraintInvalid) as caught:
        Constraint.parse(text)

    where = caught.value.where
    assert caught.value.what == reason
    assert where is not None
    assert where.text[where.start : where.end] == marked


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("1," * 300 + "1", "constraint string is too long (max 512 bytes)", id="long"),
        pytest.param("1||" * 32 + "1", "too many constraint groups (max 32)", id="groups"),
    ],
)
def test_constraints_have_a_size_limit(text: str, reason: str) -> None:
    with pytest.raises(ConstraintInvalid) as caught:
        Constraint.parse(text)

    assert caught.value.what == reason


def test_the_best_match_is_the_highest_that_holds() -> None:
    versions = [Version.parse(text) for text in ("1.2.0", "1.10.0", "1.9.0", "2.0.0", "1.11.0-a")]

    best = best_match(versions, Constraint.parse("^1"))

    assert best is not None
    assert str(best) == "1.10.0"
    assert best_match(versions, Constraint.parse("^3")) is None


def test_a_range_is_more_than_a_version() -> None:
    assert is_range(">=1.0.0 <2.0.0")
    assert not is_range("1.0.0-fix")
    assert not is_range("not a version")


def test_the_semver_package_is_not_imported_until_a_strict_parse() -> None:
    script = (
        "import sys; from pkgtool.versions import *; "
        "Constraint.parse('^1').check(Version.parse('1.2')); print('semver' in sys.modules)"
    )

    shown = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert shown.strip() == "False"
