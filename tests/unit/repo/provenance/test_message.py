"""What a provenance file promises."""

import pytest

from pkgtool.digest import Digest
from pkgtool.errors import SignatureInvalid
from pkgtool.repo.provenance.message import check_message, write_message

DATA = b"package"
METADATA = b"name: web\nversion: 1.0.0\n"
TEXT = write_message(DATA, "web-1.0.0.tgz", METADATA)


def test_a_promise_is_written_as_helm_writes_it() -> None:
    assert TEXT.decode() == (
        f"name: web\nversion: 1.0.0\n\n...\nfiles:\n  web-1.0.0.tgz: sha256:{Digest.of(DATA).hex}\n"
    )


def test_a_promise_that_is_kept() -> None:
    assert check_message(TEXT, DATA, "web-1.0.0.tgz") == Digest.of(DATA)


def test_other_bytes_are_refused() -> None:
    with pytest.raises(SignatureInvalid) as caught:
        check_message(TEXT, b"other", "web-1.0.0.tgz")

    assert caught.value.what == (
        f'sha256 sum does not match for web-1.0.0.tgz: "sha256:{Digest.of(DATA).hex}" != '
        f'"sha256:{Digest.of(b"other").hex}"'
    )


def test_another_name_is_refused() -> None:
    with pytest.raises(SignatureInvalid) as caught:
        check_message(TEXT, DATA, "db-1.0.0.tgz")

    assert caught.value.what == (
        'provenance does not contain a SHA for a file named "db-1.0.0.tgz"'
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"files: {}\n", "at least two parts"),
        (b"a: 1\n...\nb: 1\n...\nc: 1\n", "must have two parts"),
        (b"a: 1\n...\n- b\n", "must be maps"),
        (b"a: 1\n...\nfiles: {}\nfiles: {}\n", "duplicate keys"),
        (b"a: 1\n...\nfiles: [\n", "cannot be read"),
        (b"a: 1\n...\nfiles: [x]\n", "does not contain a SHA"),
        (b"a: \xff\n...\n", "not UTF-8"),
        (TEXT.replace(b"name: web", b"name: db"), "provenance is about"),
    ],
)
def test_what_promises_nothing_is_refused(text: bytes, words: str) -> None:
    with pytest.raises(SignatureInvalid, match=words):
        check_message(text, DATA, "web-1.0.0.tgz")


def test_a_package_that_is_no_chart_need_not_have_a_version_in_text() -> None:
    """Metadata of plugins are written by people, and `1.0` is a number."""
    text = write_message(DATA, "p-1.0.tgz", b"name: p\nversion: 1.0\n")

    assert check_message(text, DATA, "p-1.0.tgz") == Digest.of(DATA)
