"""Rules over the revisions of one release."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkgtool.errors import NothingDeployed, ReleaseNotFound, RevisionNotFound
from pkgtool.release.history import (
    ALLOWED,
    INTERRUPTED,
    State,
    Verb,
    base_for_upgrade,
    deployed,
    finished,
    is_interrupted,
    latest,
    next_revision,
    prunable,
    rollback_target,
    state,
)
from pkgtool.release.intent import interrupted
from pkgtool.release.model import Release, Status
from pkgtool.testing.releases import NOON, release

D, S, F, U = Status.DEPLOYED, Status.SUPERSEDED, Status.FAILED, Status.UNINSTALLED
PI, PU, PR = Status.PENDING_INSTALL, Status.PENDING_UPGRADE, Status.PENDING_ROLLBACK
LEAVING = Status.UNINSTALLING


def history(*statuses: Status) -> list[Release]:
    """Return revisions 1, 2, … with these statuses."""
    return [release(number, status) for number, status in enumerate(statuses, 1)]


def settled(*statuses: Status) -> list[Release]:
    """Return the same after dead attempts were marked."""
    return [interrupted(each) for each in history(*statuses)]


def number(found: Release | None) -> int:
    return found.revision if found else 0


def test_the_latest_is_the_highest_whatever_the_order() -> None:
    assert number(latest([release(2), release(10), release(9)])) == 10
    assert latest([]) is None


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([S, D, F], 2, id="below a failure"),
        pytest.param([D, D], 2, id="two, after a crash between two writes"),
        pytest.param([F, PI], 0, id="never"),
        pytest.param([D, U], 0, id="uninstalled, killed before the last write"),
        pytest.param([D, U, D], 3, id="installed again"),
    ],
)
def test_the_deployed_revision_is_the_highest_that_says_so(
    statuses: list[Status], expected: int
) -> None:
    assert number(deployed(history(*statuses))) == expected


@pytest.mark.parametrize(
    ("readable", "taken", "expected"),
    [
        pytest.param([], [], 1, id="the first"),
        pytest.param([D], [], 2, id="one more"),
        pytest.param([D], [5], 6, id="a record that cannot be read counts"),
        pytest.param([], [3], 4, id="only records that cannot be read"),
    ],
)
def test_the_next_revision_is_above_all(
    readable: list[Status], taken: list[int], expected: int
) -> None:
    assert next_revision(history(*readable), taken) == expected


@pytest.mark.parametrize(
    ("statuses", "wanted", "expected"),
    [
        pytest.param([S, D], 0, 1, id="the one before"),
        pytest.param([S, S, D, F], 0, 3, id="after a failed upgrade, what is deployed"),
        pytest.param([S, D], 1, 1, id="named"),
        pytest.param([S, D], 2, 2, id="the last itself"),
        pytest.param([D, PU], 0, 1, id="after a killed upgrade, what is deployed"),
        pytest.param([S, D, PR], 0, 1, id="a killed rollback is repeated"),
        pytest.param([S, D, PR, PR], 0, 1, id="a rollback killed twice is repeated"),
        pytest.param([S, S, U], 0, 2, id="after an uninstall"),
    ],
)
@pytest.mark.parametrize("make", [history, settled])
def test_rollback_target(
    make: Callable[..., list[Release]], statuses: list[Status], wanted: int, expected: int
) -> None:
    assert rollback_target(make(*statuses), wanted).revision == expected


def test_a_rollback_that_failed_by_itself_is_the_last() -> None:
    failed = release(3, F, rollback_revision=1, description='Rollback "web" failed: no')

    assert rollback_target([*history(S, D), failed]).revision == 2


@pytest.mark.parametrize(
    ("revisions", "wanted"),
    [
        pytest.param(history(D), 0, id="nothing before the first"),
        pytest.param(history(D), 7, id="no such revision"),
        pytest.param([release(5)], 0, id="the one before was pruned"),
        pytest.param(history(D), -1, id="negative"),
    ],
)
def test_a_rollback_to_nothing_is_refused(revisions: list[Release], wanted: int) -> None:
    with pytest.raises(RevisionNotFound, match="has no"):
        rollback_target(revisions, wanted)


def test_a_rollback_of_nothing_is_refused() -> None:
    with pytest.raises(ReleaseNotFound):
        rollback_target([])


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param([S, D], 2, id="the last, deployed"),
        pytest.param([S, D, F, F], 2, id="below failures"),
        pytest.param([D, PU], 1, id="below a killed upgrade"),
        pytest.param([F], 1, id="a failed install"),
        pytest.param([PI], 1, id="a killed install"),
        pytest.param([S, PU], 2, id="killed between two records, as Helm may be"),
        pytest.param([S, LEAVING], 2, id="a killed uninstall"),
    ],
)
def test_base_for_upgrade(statuses: list[Status], expected: int) -> None:
    assert base_for_upgrade(history(*statuses)).revision == expected


def test_an_upgrade_of_nothing_is_refused() -> None:
    with pytest.raises(ReleaseNotFound):
        base_for_upgrade([])


@pytest.mark.parametrize("before", [S, D])
def test_an_uninstalled_release_is_not_upgraded(before: Status) -> None:
    """Not even when a crash left an older revision that says it is deployed."""
    with pytest.raises(NothingDeployed, match='"web" has no deployed releases'):
        base_for_upgrade(history(before, U))


@pytest.mark.parametrize(
    ("statuses", "limit", "expected"),
    [
        pytest.param([S, S, S, D], 2, [1, 2], id="the oldest go"),
        pytest.param([S, S, D], 3, [], id="as many as allowed"),
        pytest.param([S, S, D], 0, [], id="no limit"),
        pytest.param([D, F, F, F], 2, [2, 3], id="the deployed one stays"),
        pytest.param([D, F], 1, [], id="the last and the deployed one stay"),
        pytest.param([S, S, F, U], 1, [1, 3], id="without a deployed one, the last that worked"),
        pytest.param([S, F, F], 1, [2], id="the way back stays"),
        pytest.param([], 1, [], id="nothing"),
    ],
)
def test_prunable(statuses: list[Status], limit: int, expected: list[int]) -> None:
    assert [each.revision for each in prunable(history(*statuses), limit)] == expected


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param([], State.ABSENT, id="nothing"),
        pytest.param([S, D], State.DEPLOYED, id="deployed"),
        pytest.param([F], State.FAILED, id="failed"),
        pytest.param([D, F], State.FAILED, id="failed over a deployed one"),
        pytest.param([PI], State.BEGUN, id="a killed install"),
        pytest.param([PI, PI], State.BEGUN, id="an install killed twice"),
        pytest.param([S, U, PI], State.INTERRUPTED, id="a killed install over an old release"),
        pytest.param([U, PI], State.BEGUN, id="a killed install over an uninstalled one"),
        pytest.param([D, PU], State.INTERRUPTED, id="a killed upgrade"),
        pytest.param([S, D, PR], State.INTERRUPTED, id="a killed rollback"),
        pytest.param([S, U], State.UNINSTALLED, id="uninstalled"),
    ],
)
@pytest.mark.parametrize("make", [history, settled])
def test_state(make: Callable[..., list[Release]], statuses: list[Status], expected: State) -> None:
    assert state(make(*statuses)) is expected


def test_a_killed_uninstall_is_on_its_way() -> None:
    assert state(history(D, LEAVING)) is State.UNINSTALLING


def test_an_interrupted_attempt_says_so_in_plain_words() -> None:
    dead = interrupted(release(2, PU))

    assert dead.status is F
    assert dead.description == (
        "Interrupted: the process of this upgrade ended before it was finished"
    )
    assert is_interrupted(dead)


@pytest.mark.parametrize(
    ("statuses", "revision", "done"),
    [
        pytest.param([S, D], 2, True, id="committed"),
        pytest.param([D, D], 2, True, id="committed, the older not superseded yet"),
        pytest.param([S, U], 2, True, id="uninstalled"),
        pytest.param([D, PU], 2, False, id="not committed"),
        pytest.param([D, F], 2, False, id="failed"),
        pytest.param([S, D], 1, False, id="somebody went on since"),
        pytest.param([D], 2, False, id="never recorded"),
        pytest.param([], 1, False, id="nothing"),
    ],
)
def test_finished(statuses: list[Status], revision: int, *, done: bool) -> None:
    found = finished(history(*statuses), revision)

    assert number(found) == (revision if done else 0)


@pytest.mark.parametrize("status", [D, S, F, U])
def test_a_concluded_attempt_stays_as_it_is(status: Status) -> None:
    assert interrupted(release(1, status)) == release(1, status)


def test_a_concluded_attempt_says_how_and_when() -> None:
    done = release(1, PI).concluded(D, "Install complete", at=NOON.replace(hour=13))

    assert (done.status, done.description) == (D, "Install complete")
    assert done.last_deployed == NOON.replace(hour=13)
    assert done.key == release(1).key


def test_every_state_says_what_it_allows() -> None:
    assert set(ALLOWED) == set(State)


@pytest.mark.property
@given(st.lists(st.sampled_from(Status), max_size=6), st.booleans())
def test_no_release_is_stuck(statuses: list[Status], dead: bool) -> None:
    """In whatever state its records are, something goes forward, and it can be removed."""
    revisions: Sequence[Release] = settled(*statuses) if dead else history(*statuses)

    allowed = ALLOWED[state(revisions)]

    assert allowed & {Verb.INSTALL, Verb.UPGRADE}
    assert not revisions or Verb.UNINSTALL in allowed
    if Verb.UPGRADE in allowed:
        assert base_for_upgrade(revisions) in revisions


def test_the_mark_of_an_interruption_is_part_of_the_description() -> None:
    assert interrupted(release(1, PI)).description.startswith(INTERRUPTED)
