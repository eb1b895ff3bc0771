"""URLs: what is shown of them, whose they are, and where they lead."""

import pytest

from pkgtool.errors import FetchFailed
from pkgtool.repo.urls import chart_url, follow, index_url, origin, shown, split_userinfo


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://a.example/x", "https://a.example/x", id="nothing to hide"),
        pytest.param("https://me:pw@a.example/x", "https://a.example/x", id="user and password"),
        pytest.param("https://pw@a.example", "https://a.example", id="only a token"),
        pytest.param("https://a:p@w@a.example/x", "https://a.example/x", id="an @ in a password"),
        pytest.param("https://me:p/w@a.example/x", "https://a.example/x", id="a / in a password"),
        pytest.param(
            "https://a.example/@scope/x", "https://a.example/@scope/x", id="an @ in a path"
        ),
        pytest.param("https://a.example/x?token=pw", "https://a.example/x?…", id="a query"),
        pytest.param("https://me:pw@[::1", "https://[::1", id="no URL at all"),
        pytest.param("stable/web", "stable/web", id="a reference"),
    ],
)
def test_nothing_secret_is_shown(url: str, expected: str) -> None:
    assert shown(url) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("https://a.example/x", "https://A.example:443/y", True, id="default port"),
        pytest.param("http://a.example", "https://a.example", False, id="scheme"),
        pytest.param("https://a.example", "https://a.example:444", False, id="port"),
        pytest.param("https://a.example", "https://b.a.example", False, id="subdomain"),
        pytest.param("https://a.example", "https://a.example.", False, id="trailing dot"),
        pytest.param("https://a.example", "https://a.example@b.example", False, id="disguise"),
    ],
)
def test_an_origin_is_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert (origin(one) == origin(other)) is same


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/x",
        "file:///etc/passwd",
        "https://",
        "https://a.example:port/",
        "https://[::1/",
        "web.tgz",
        "",
    ],
)
def test_only_http_has_an_origin(url: str) -> None:
    with pytest.raises(FetchFailed):
        origin(url)


def test_a_password_is_not_in_the_message_about_its_url() -> None:
    with pytest.raises(FetchFailed) as caught:
        origin("https://me:secret@a.example:port/")

    assert "secret" not in str(caught.value)


def test_user_and_password_are_taken_out_of_a_url() -> None:
    assert split_userinfo("https://me:p%40w@a.example:8443/x?y") == (
        "https://a.example:8443/x?y",
        "me",
        "p@w",
    )
    assert split_userinfo("https://a.example/@x") == ("https://a.example/@x", "", "")


@pytest.mark.parametrize(
    ("location", "target"),
    [
        pytest.param("/b", "https://a.example/b", id="path"),
        pytest.param("//b.example/c", "https://b.example/c", id="host"),
        pytest.param("https://me:pw@b.example/c", "https://b.example/c", id="with a password"),
    ],
)
def test_redirects(location: str, target: str) -> None:
    assert follow("https://a.example/x", location) == target


@pytest.mark.parametrize("location", ["http://a.example/x", "file:///etc/passwd", "https://[::1"])
def test_redirects_that_are_not_followed(location: str) -> None:
    with pytest.raises(FetchFailed):
        follow("https://a.example/x", location)


@pytest.mark.parametrize(
    ("repository", "place", "expected"),
    [
        pytest.param("https://a.example", "w.tgz", "https://a.example/w.tgz", id="at the top"),
        pytest.param("https://a.example/r/", "w.tgz", "https://a.example/r/w.tgz", id="slash"),
        pytest.param("https://a.example/r", "c/w.tgz", "https://a.example/r/c/w.tgz", id="folder"),
        pytest.param(
            "https://a.example/r", "/w.tgz", "https://a.example/w.tgz", id="from the root"
        ),
        pytest.param("https://a.example?t=1", "w.tgz", "https://a.example/w.tgz?t=1", id="token"),
        pytest.param(
            "https://a.example?t=1", "https://b.example/w", "https://b.example/w", id="no token"
        ),
        pytest.param(
            "https://a.example?t=1", "//b.example/w", "https://b.example/w", id="nor for a host"
        ),
        pytest.param("s3://b/r", "c/w.tgz", "s3://b/r/c/w.tgz", id="another scheme"),
        pytest.param("s3://b/r?t=1", "../w.tgz", "s3://b/w.tgz?t=1", id="its token"),
        pytest.param("s3://b/r?t=1", "s3://c/w.tgz", "s3://c/w.tgz", id="not for others"),
        pytest.param("s3://b/r", "https://c/w.tgz", "https://c/w.tgz", id="to HTTP"),
        pytest.param("git+file:///r/c", "w.tgz", "git+file:///r/c/w.tgz", id="without a host"),
    ],
)
def test_where_a_tarball_is(repository: str, place: str, expected: str) -> None:
    assert chart_url(repository, place) == expected


def test_where_an_index_is() -> None:
    assert index_url("https://a.example/r/?t=1") == "https://a.example/r/index.yaml?t=1"
