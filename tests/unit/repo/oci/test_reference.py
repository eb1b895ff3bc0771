"""What names something in a registry, with Helm's words for what does not."""

import pytest

from pkgtool.errors import ReferenceInvalid
from pkgtool.repo.oci.reference import Reference, check_registry, parse_reference

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oci://h/a", Reference("h", "a")),
        ("oci://h:5000/a/b", Reference("h:5000", "a/b")),
        ("h/a/b:1.2.3", Reference("h", "a/b", "1.2.3")),
        ("oci://h/a:1.2.3+b.5", Reference("h", "a", "1.2.3_b.5")),
        (f"oci://h/a@{DIGEST}", Reference("h", "a", "", DIGEST)),
        (f"oci://h:1/a:1.0.0@{DIGEST}", Reference("h:1", "a", "1.0.0", DIGEST)),
        ("oci://[::1]:5000/a", Reference("[::1]:5000", "a")),
        ("oci://h/a__b/c-d--e/f.g", Reference("h", "a__b/c-d--e/f.g")),
    ],
)
def test_parts(text: str, expected: Reference) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("oci://h", "missing registry or repository"),
        ("", "missing registry or repository"),
        ("oci:///a", 'invalid registry ""'),
        ("oci://h h/a", 'invalid registry "h h"'),
        ("oci://h:99999/a", 'invalid registry "h:99999"'),
        ("oci://h:x/a", 'invalid registry "h:x"'),
        ("oci://h/A", 'invalid repository "A"'),
        ("oci://h/a/../b", 'invalid repository "a/../b"'),
        ("oci://h/a//b", 'invalid repository "a//b"'),
        ("oci://h/a?x", 'invalid repository "a?x"'),
        ("oci://h/a\n", 'invalid repository "a\n"'),
        ("oci://h/a___b", 'invalid repository "a___b"'),
        ("oci://h/a:", 'invalid tag ""'),
        ("oci://h/a:1 x", 'invalid tag "1 x"'),
        ("oci://h/a:é", 'invalid tag "é"'),
        ("oci://h/a@md5:12", 'invalid digest "md5:12": unsupported digest algorithm'),
        ("oci://h/a@sha256:12", 'invalid digest "sha256:12": invalid checksum digest length'),
    ],
)
def test_what_names_nothing(text: str, words: str) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        parse_reference(text)

    assert caught.value.what == f"invalid reference: {words}"


def test_a_password_in_a_reference_is_not_repeated() -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        parse_reference("oci://me:secret@h/a")

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["a" * 100_000, "a-" * 50_000, "a_" * 100 + "!", "a/" * 50_000])
def test_long_names_are_refused_at_once(text: str) -> None:
    """CVE-2022-21698 and its kin: patterns that try every way to fail."""
    with pytest.raises(ReferenceInvalid):
        parse_reference(f"oci://h/{text}")


def test_versions_have_a_plus_where_tags_have_an_underscore() -> None:
    found = parse_reference("oci://h/charts/web:1.0.0+a.b")

    assert (found.name, found.tag, found.version) == ("web", "1.0.0_a.b", "1.0.0+a.b")
    assert str(found) == "h/charts/web:1.0.0_a.b"


@pytest.mark.parametrize("host", ["h/path", "https://h", "h:", "", "h:1:2", "-h"])
def test_hosts_that_are_none(host: str) -> None:
    with pytest.raises(ReferenceInvalid, match="invalid registry"):
        check_registry(host)
