"""Addresses by Go's rules."""

from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.urls import get_host_by_name, url_join, url_parse

KEYS = ("scheme", "host", "hostname", "path", "query", "opaque", "fragment", "userinfo")


def parts(**given: str) -> dict[str, str]:
    return {key: given.get(key, "") for key in KEYS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", parts(), id="empty"),
        pytest.param(
            "HTTP://user:p%40@web:8080/a%20b?c=%20#d%20e",
            parts(
                scheme="http",
                userinfo="user:p%40",
                host="web:8080",
                hostname="web",
                path="/a b",
                query="c=%20",
                fragment="d e",
            ),
            id="everything",
        ),
        pytest.param("mailto:a@b", parts(scheme="mailto", opaque="a@b"), id="opaque"),
        pytest.param("//web/x", parts(host="web", hostname="web", path="/x"), id="no scheme"),
        pytest.param("/x?y?z", parts(path="/x", query="y?z"), id="path and query"),
        pytest.param(
            "http://[::1%25eth0]:80/",
            parts(scheme="http", host="[::1%eth0]:80", hostname="::1%eth0", path="/"),
            id="address with zone",
        ),
        pytest.param(
            "mongodb://a:1,b:2/db",
            parts(scheme="mongodb", host="a:1,b:2", hostname="a:1,b", path="/db"),
            id="several hosts",
        ),
        pytest.param(
            "http://h%C3%A9/", parts(scheme="http", host="hé", hostname="hé", path="/"), id="host"
        ),
        pytest.param("*", parts(path="*"), id="star"),
        pytest.param("http://@h", parts(scheme="http", host="h", hostname="h"), id="no user"),
    ],
)
def test_addresses_are_taken_apart(text: str, expected: dict[str, str]) -> None:
    assert url_parse(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(":x", "missing protocol scheme", id="no scheme"),
        pytest.param("1:x", "first path segment in URL cannot contain colon", id="colon"),
        pytest.param("http://a b/", 'invalid character " " in host name', id="space in host"),
        pytest.param("http://h/%zz", 'invalid URL escape "%zz"', id="broken escape"),
        pytest.param("http://h%41/", 'invalid URL escape "%41"', id="escaped letter in host"),
        pytest.param("http://h:x/", 'invalid port ":x" after host', id="port"),
        pytest.param("http://a:b:80/", 'invalid port ":b:80" after host', id="two ports"),
        pytest.param("http://[::1/", "missing ']' in host", id="bracket"),
        pytest.param("http://x[::1]/", "invalid IP-literal", id="late bracket"),
        pytest.param("http://a\\@h/", "net/url: invalid userinfo", id="user"),
        pytest.param("a\x00", "net/url: invalid control character in URL", id="control"),
        pytest.param(
            "http://[x]/", 'invalid host: ParseAddr("x"): unable to parse IP', id="no address"
        ),
    ],
)
def test_what_go_refuses_is_refused_in_its_words(text: str, reason: str) -> None:
    with pytest.raises(FunctionFailed) as caught:
        url_parse(text)

    assert caught.value.what.startswith("unable to parse url: parse ")
    assert caught.value.what.endswith(f": {reason}")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, "", id="nothing"),
        pytest.param(None, "", id="nil"),
        pytest.param(
            {"scheme": "http", "host": "h:1", "path": "a b", "query": "c d", "fragment": "é"},
            "http://h:1/a%20b?c d#%C3%A9",
            id="most",
        ),
        pytest.param({"userinfo": "a:b", "host": "h"}, "//a:b@h", id="user"),
        pytest.param({"scheme": "mailto", "opaque": "a@b"}, "mailto:a@b", id="opaque"),
        pytest.param({"path": "a:b"}, "./a:b", id="colon in a relative path"),
        pytest.param({"hostname": "ignored", "path": "/x"}, "/x", id="hostname is not used"),
    ],
)
def test_addresses_are_put_together(given: Any, expected: str) -> None:
    assert url_join(given) == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param(
            {"host": 1},
            "unable to parse host key, must be of type string, but int found",
            id="number",
        ),
        pytest.param(
            {"path": None},
            "unable to parse path key, must be of type string, but invalid found",
            id="nil",
        ),
        pytest.param(
            "text",
            "wrong type for value; expected map[string]interface {}; got string",
            id="no map",
        ),
        pytest.param(
            {"userinfo": "%zz"},
            'unable to parse userinfo in dict: parse "proto://%zz@host": invalid URL escape "%zz"',
            id="user",
        ),
    ],
)
def test_parts_that_do_not_fit_are_named(given: Any, words: str) -> None:
    with pytest.raises(FunctionFailed) as caught:
        url_join(given)

    assert caught.value.what == words


def test_no_name_is_looked_up() -> None:
    assert get_host_by_name("localhost") == ""
