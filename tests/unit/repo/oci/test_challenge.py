"""`WWW-Authenticate` as registries write it, and as nobody should."""

import pytest

from pkgtool.repo.oci.challenge import parse_challenges
from pkgtool.repo.oci.door import merged_scopes

BEARER = 'Bearer realm="https://auth.example/token",service="reg",scope="repository:a:pull,push"'


def test_a_bearer_challenge() -> None:
    (found,) = parse_challenges(BEARER)

    assert found.scheme == "bearer"
    assert found.params == {
        "realm": "https://auth.example/token",
        "service": "reg",
        "scope": "repository:a:pull,push",
    }


def test_several_in_one_header() -> None:
    found = parse_challenges(f'Basic realm="a, b=\\"c\\"" , {BEARER}, Negotiate')

    assert [each.scheme for each in found] == ["basic", "bearer", "negotiate"]
    assert found[0].params == {"realm": 'a, b="c"'}


@pytest.mark.parametrize("text", ["", ",,,", "=", '"', 'Bearer realm="', "Bearer =", '="x"', "a=b"])
def test_what_cannot_be_read_is_no_challenge_that_counts(text: str) -> None:
    assert all(not each.params.get("realm") for each in parse_challenges(text))


def test_long_headers_take_no_time() -> None:
    assert len(parse_challenges('a="' * 1_000_000)) < 10_000


def test_a_scope_is_asked_for_once_with_all_its_actions() -> None:
    """Some registries ask for less in their challenge than pushing takes."""
    assert merged_scopes(("repository:a:pull,push",), "repository:a:pull") == (
        "repository:a:pull,push",
    )
    assert merged_scopes((), "") == ()
