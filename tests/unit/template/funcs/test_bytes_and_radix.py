"""Bytes survive as text, and base64 and base32 fail at the byte where Go fails."""

import hashlib
import pickle
import subprocess
import sys
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import encoding, strings
from pkgtool.template.funcs.golang import binary
from pkgtool.template.funcs.golang.printf import printf
from pkgtool.template.funcs.golang.radix import RadixError, decode_base32, decode_base64
from pkgtool.template.funcs.registry import function


def test_bytes_that_are_text_become_ordinary_text() -> None:
    assert type(binary.decode("é".encode())) is str
    assert binary.encode("é") == "é".encode()


def test_other_bytes_are_shown_as_replaced_and_kept() -> None:
    text = binary.decode(b"a\xff\x00")

    assert text == "a\ufffd\x00"
    assert binary.encode(text) == b"a\xff\x00"
    assert binary.encode(pickle.loads(pickle.dumps(text))) == b"a\xff\x00"


def test_a_cut_keeps_the_half_of_a_character_that_it_leaves() -> None:
    half = strings.trunc(2, "héllo")

    assert encoding.b64enc(half) == "aMM="
    assert printf("%x", half) == "68c3"
    assert strings.trunc(-4, strings.substr(0, 2, "héllo")) == half


def test_changed_text_is_ordinary_again() -> None:
    assert binary.encode(binary.decode(b"\xff") + "x") == "\ufffdx".encode()


def test_binary_data_is_decoded_hashed_and_encoded_again() -> None:
    text = encoding.b64dec("/wCA")

    assert encoding.b64enc(text) == "/wCA"
    assert encoding.sha256sum(text) == hashlib.sha256(b"\xff\x00\x80").hexdigest()
    assert encoding.b32dec(encoding.b32enc(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", b"", id="empty"),
        pytest.param("aGk=", b"hi", id="padded"),
        pytest.param("a\nG\r\nk=\n", b"hi", id="line ends"),
        pytest.param("aGl=", b"hi", id="spare bits"),
    ],
)
def test_base64(text: str, expected: bytes) -> None:
    assert decode_base64(text) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("a", 0, id="one digit"),
        pytest.param("aGk", 0, id="no padding"),
        pytest.param("aGlhaG", 4, id="no padding in the second group"),
        pytest.param("aG k", 2, id="space"),
        pytest.param("a===", 1, id="early padding"),
        pytest.param("aG=k", 2, id="half padding"),
        pytest.param("aG=", 3, id="end in padding"),
        pytest.param("aGk=x", 4, id="after padding"),
        pytest.param("aG-_", 2, id="url alphabet"),
        pytest.param("é", 0, id="not ascii"),
    ],
)
def test_what_is_not_base64_is_pointed_at(text: str, place: int) -> None:
    message = f"illegal base64 data at input byte {place}"

    with pytest.raises(RadixError) as caught:
        decode_base64(text)

    assert str(caught.value) == message
    assert encoding.b64dec(text) == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", b"", id="empty"),
        pytest.param("NBUQ====", b"hi", id="padded"),
        pytest.param("NBU\nQ====", b"hi", id="line end"),
        pytest.param("NBSWY3DP", b"hello", id="no padding needed"),
    ],
)
def test_base32(text: str, expected: bytes) -> None:
    assert decode_base32(text) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("N", 0, id="one digit"),
        pytest.param("NBUQ", 0, id="no padding"),
        pytest.param("NBUQ===", 7, id="short padding"),
        pytest.param("nbuq====", 0, id="small letters"),
        pytest.param("NB1Q====", 2, id="wrong digit"),
        pytest.param("NBU=====", 3, id="impossible length"),
    ],
)
def test_what_is_not_base32_is_pointed_at(text: str, place: int) -> None:
    assert encoding.b32dec(text) == f"illegal base32 data at input byte {place}"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        pytest.param(encoding.sha1sum, "f299a77642b6437431ada56c0643f7b8e99b5622", id="sha1"),
        pytest.param(
            encoding.sha256sum,
            "f0165711145fd4315008feb1f589eb75f63fb382417be0782a1c1cab418bc0c4",
            id="sha256",
        ),
        pytest.param(encoding.adler32sum, "181273469", id="adler32"),
    ],
)
def test_sums_are_of_utf8_bytes(function: object, expected: str) -> None:
    assert callable(function)
    assert function("é€") == expected


@pytest.mark.parametrize("name", ["b64enc", "b64dec", "b32enc", "b32dec", "sha512sum"])
def test_only_text_is_encoded(name: str) -> None:
    for value in (None, 1, ["x"], b"x"):
        with pytest.raises(FunctionFailed, match="expected string"):
            getattr(encoding, name)(value)


def test_checksums_of_configurations_need_no_openssl() -> None:
    script = (
        "import sys; from pkgtool.template.funcs.encoding import sha256sum; "
        "print(sha256sum('a')[:8], 'hashlib' in sys.modules)"
    )

    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "ca978112 False\n"


BROKEN = function("trunc")(1, "ß")
"""One byte, which is no character."""


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("toJson", {BROKEN: BROKEN}, '{"\\ufffd":"\\ufffd"}'),
        ("toJson", "\ufffd", '"\ufffd"'),
        ("toYaml", {"a": BROKEN}, "a: \ufffd"),
        (
            "toYamlPretty",
            {"a": BROKEN, BROKEN: [BROKEN]},
            "!!binary ww==:\n  - !!binary ww==\na: !!binary ww==",
        ),
        ("toYamlPretty", function("b64dec")("/w=="), "!!binary /w=="),
        ("toToml", {"a": BROKEN}, 'a = "\ufffd"\n'),
    ],
)
def test_bytes_that_are_no_text_are_written_as_helm_does(name: str, value: Any, text: str) -> None:
    assert function(name)(value) == text


def test_many_bytes_are_written_in_lines() -> None:
    many = function("b64dec")("/" * 80 + "/w==")

    assert function("toYamlPretty")({"a": many}) == f"a: !!binary |\n  {'/' * 70}\n  {'/' * 11}w=="
