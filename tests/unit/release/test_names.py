"""Judge names of releases and of their labels, and make up a name when none is given."""

import random

import pytest

from pkgtool.errors import ReleaseNameInvalid, UsageError
from pkgtool.release.names import check_labels, check_release_name, generate_name


@pytest.mark.parametrize(
    "name",
    ["a", "web", "my-app", "web.v2", "0", "a" * 53, "1-2.3-4"],
)
def test_names_of_dns_are_fine(name: str) -> None:
    check_release_name(name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("Web", "try 'web'", id="upper case"),
        pytest.param("my_app", "try 'my-app'", id="underscore"),
        pytest.param("-web", "try 'web'", id="leading dash"),
        pytest.param("web-", "try 'web'", id="trailing dash"),
        pytest.param("web.", "try 'web'", id="trailing dot"),
        pytest.param("a..b", "try 'a--b'", id="empty part"),
        pytest.param("a" * 54, f"try {'a' * 53!r}", id="too long"),
        pytest.param("näme", "try 'n-me'", id="not ASCII"),
        pytest.param("$$$", "", id="nothing left"),
        pytest.param("web\n", "try 'web'", id="line break"),
    ],
)
def test_other_names_are_refused_with_the_nearest_one(name: str, hint: str) -> None:
    with pytest.raises(ReleaseNameInvalid) as caught:
        check_release_name(name)

    assert caught.value.what.startswith(
        "invalid release name, must match regex "
        r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ "
        "and the length must not be longer than 53"
    )
    assert caught.value.hint == hint


def test_a_name_must_be_given() -> None:
    with pytest.raises(ReleaseNameInvalid, match="no name provided"):
        check_release_name("")


def test_a_generated_name_is_an_adjective_and_an_animal() -> None:
    name = generate_name(random.Random(1).choice)

    adjective, animal = name.split("-")
    assert adjective
    assert animal
    assert name == generate_name(random.Random(1).choice)


def test_generated_names_are_fine_and_differ() -> None:
    source = random.Random(2)
    names = {generate_name(source.choice) for _ in range(200)}

    for name in names:
        check_release_name(name)
    assert len(names) > 150


def test_labels_of_helm_are_reserved() -> None:
    check_labels(["team"])

    with pytest.raises(UsageError, match=r"System labels: \[name owner status version"):
        check_labels(["team", "owner"])
