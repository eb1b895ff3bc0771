"""Which texts are of a `format`; each answer is Helm's."""

import pytest

from pkgtool.values.formats import FORMATS


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date", ["2024-02-29", "0000-01-01"], ["2023-02-29", "2024-1-1", "x"]),
        ("date-time", ["2020-01-01T00:00:00Z", "2020-01-01t10:00:00.5+01:00"], ["2020-01-01"]),
        ("date-time", ["2016-12-31T23:59:60Z"], ["2020-01-01T00:00:60Z", "2020-01-01 00:00:00Z"]),
        ("duration", ["P1D", "PT1H", "P1Y2M3DT4H5M6S", "P2W"], ["1d", "P", "PT", "P1DT", "P1W1D"]),
        ("email", ["a@b", '"a b"@c', "a@[1.2.3.4]", "a@[IPv6:::1]"], ["a", "a b@c", ".a@b"]),
        ("email", ["a@b.c"], ['"a"b"@c', f"{'a' * 65}@b", "a@b_c"]),
        ("hostname", ["a.b", "1.2", "a.b."], ["-a", "a-", "a_b", "a..b", "a" * 64]),
        ("ipv4", ["1.2.3.4", "0.0.0.0"], ["256.1.1.1", "01.2.3.4", "1.2.3", "x"]),
        ("ipv6", ["::1", "::ffff:1.2.3.4"], ["1::g", "fe80::1%eth0", "1.2.3.4"]),
        ("json-pointer", ["", "/a~0b"], ["a", "/a~b"]),
        ("regex", ["^a"], ["(", "(?=a)"]),
        ("relative-json-pointer", ["0", "1/a", "2#"], ["x", "01"]),
        ("semver", ["1.2.3-rc.1+b"], ["1.2", "v1.2.3", "1.02.3"]),
        ("time", ["10:00:00Z", "00:59:60+01:00"], ["10:00", "10:00:00", "24:00:00Z", "10:00:60Z"]),
        (
            "uri",
            ["http://a", "mailto:x%zz", "http://[::1]:80/p"],
            ["a/b", "//x", ":", "http://a b"],
        ),
        ("uri-reference", ["a/b", "", "?q", "a/b:c"], ["http://[", "\\x", "a:b/%zz\n", "1:2"]),
        ("uri-reference", ["http://u:p@h:1/"], ["http://h:x/", "/%zz", "http://[::1"]),
        ("uri-template", ["/a/{b}"], ["http://{h}/", "{", "a}", "{a{b}}"]),
        (
            "uuid",
            ["123e4567-e89b-12d3-a456-426614174000"],
            ["x", "123e4567e89b12d3a456426614174000"],
        ),
    ],
)
def test_formats(name: str, good: list[str], bad: list[str]) -> None:
    judged = {text: FORMATS[name](text) for text in [*good, *bad]}

    assert judged == {**dict.fromkeys(good, True), **dict.fromkeys(bad, False)}
