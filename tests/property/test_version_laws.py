"""Laws of versions and constraints, for versions that hypothesis makes up."""

from contextlib import suppress

import pytest
import semver
from hypothesis import given
from hypothesis import strategies as st

from pkgtool.errors import ConstraintInvalid, VersionInvalid
from pkgtool.versions import Constraint, Version, best_match, is_range

pytestmark = pytest.mark.property

numbers = st.integers(0, 12)
identifiers = st.one_of(
    numbers.map(str), st.text("abAB-", min_size=1, max_size=3), st.just("0a"), st.just("rc")
)


@st.composite
def version_texts(draw: st.DrawFn) -> str:
    text = ".".join(str(draw(numbers)) for _ in range(3))
    if tags := draw(st.lists(identifiers, max_size=3)):
        text += "-" + ".".join(tags)
    return text + draw(st.sampled_from(["", "", "+b", "+b.01"]))


versions = version_texts().map(Version.parse)


@given(version_texts(), version_texts())
def test_order_is_that_of_the_standard(left: str, right: str) -> None:
    ours = Version.parse_strict(left).compare(Version.parse_strict(right))

    assert ours == semver.Version.parse(left).compare(right)


@given(versions)
def test_a_version_is_read_back_from_its_text(version: Version) -> None:
    again = Version.parse(str(version))

    assert again == version
    assert (again.prerelease, again.metadata) == (version.prerelease, version.metadata)


@given(st.lists(versions))
def test_the_order_is_total(some: list[Version]) -> None:
    ordered = sorted(some)

    assert all(a <= b for i, a in enumerate(ordered) for b in ordered[i:])
    assert all((a == b) == (not a < b and not a > b) for a in some for b in some)


@given(versions, versions)
def test_a_caret_stays_below_the_next_breaking_version(base: Version, other: Version) -> None:
    if base.major:
        limit = base.next_major()
    else:
        limit = base.next_minor() if base.minor else Version(0, 0, base.patch + 1)
    # With "-0" both sides take pre-releases, so that only the bounds are compared.
    caret = Constraint.parse(f"^{base} || >=99.0.0-0")
    opted_in = bool(base.prerelease) or not other.prerelease
    numbers_below = (other.major, other.minor, other.patch) < (
        limit.major,
        limit.minor,
        limit.patch,
    )

    assert caret.check(other) == (opted_in and base <= other and numbers_below)


@given(versions, versions)
def test_a_tilde_keeps_major_and_minor(base: Version, other: Version) -> None:
    opted_in = bool(base.prerelease) or not other.prerelease
    free = (base.major, base.minor, base.patch) == (0, 0, 0)
    near = free or (base.major, base.minor) == (other.major, other.minor)

    assert Constraint.parse(f"~{base}").check(other) == (opted_in and base <= other and near)


@given(versions, versions)
def test_opposite_terms_exclude_each_other(base: Version, other: Version) -> None:
    if other.prerelease and not base.prerelease:
        return
    for one, opposite in (("=", "!="), (">", "<="), ("<", ">=")):
        holds = Constraint.parse(f"{one}{base}").check(other)
        assert holds != Constraint.parse(f"{opposite}{base}").check(other)


@given(st.lists(versions, max_size=6), versions)
def test_the_best_match_is_the_last_in_order_that_holds(some: list[Version], base: Version) -> None:
    constraint = Constraint.parse(f">={base} || ~1")
    fitting = [version for version in sorted(some) if constraint.check(version)]

    assert best_match(some, constraint) == (fitting[-1] if fitting else None)


@given(st.text("0123xX*v.-+~^<>=!|, \t\na", max_size=40))
def test_any_text_is_a_version_a_constraint_or_a_clear_refusal(text: str) -> None:
    is_range(text)
    with suppress(VersionInvalid):
        version = Version.parse(text)
        assert version == Version.parse(str(version))
    with suppress(ConstraintInvalid):
        constraint, probe = Constraint.parse(text), Version.parse("1.2.3")
        assert constraint.check(probe) == (constraint.problem(probe) == "")
