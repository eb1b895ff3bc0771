"""What one template function writes, another reads back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs import binary, encoding
from pkgtool.template.funcs.crypto import decrypt_aes, encrypt_aes
from pkgtool.template.funcs.toml import from_toml, must_to_toml
from pkgtool.template.funcs.urls import url_join, url_parse

pytestmark = pytest.mark.property

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
# The key "<<" is written bare, as Helm writes it, and is then read as a merge, as in Helm.
keys = texts.filter("<<".__ne__)
numbers = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=20,
)
maps = st.dictionaries(keys, values, max_size=4)


@given(st.binary(max_size=50))
def test_bytes_survive_as_text(data: bytes) -> None:
    assert binary.encode(binary.decode(data)) == data
    text = binary.decode(data)
    assert binary.encode(encoding.b64dec(encoding.b64enc(text))) == data
    assert binary.encode(encoding.b32dec(encoding.b32enc(text))) == data


@given(maps)
def test_json_reads_back(value: dict[str, Any]) -> None:
    for write in (encoding.to_json, encoding.to_pretty_json, encoding.to_raw_json):
        assert encoding.from_json(write(value)) == value


@given(maps)
def test_yaml_reads_back(value: dict[str, Any]) -> None:
    assert encoding.from_yaml(encoding.to_yaml(value)) == value
    assert encoding.from_yaml(encoding.to_yaml_pretty(value)) == value


def without_nil(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nil(each) for key, each in value.items() if each is not None}
    return list(map(without_nil, value)) if isinstance(value, list) else value


@given(st.dictionaries(texts, st.one_of(texts, st.booleans(), numbers, st.lists(texts))))
def test_toml_reads_back(value: dict[str, Any]) -> None:
    nested = {**value, "table": value, "list": [value, value]} if value else {}

    assert from_toml(must_to_toml(nested)) == nested


@given(st.text(max_size=40), st.text(max_size=40))
def test_encrypted_text_reads_back(password: str, text: str) -> None:
    if not text.isascii():
        text = "".join(each for each in text if not "\ud800" <= each <= "\udfff")
    if not any("\ud800" <= each <= "\udfff" for each in password):
        assert decrypt_aes(password, encrypt_aes(password, text)) == text


@given(st.text("ab/:?#@[]%20.", max_size=20))
def test_a_parsed_address_is_joined_to_an_equal_one(text: str) -> None:
    try:
        parts = url_parse(text)
    except FunctionFailed:
        return
    joined = url_join(parts)
    if parts["path"].startswith("//") or "[" in parts["host"]:
        return  # such a path would be read as a host, and Go escapes no brackets
    again = url_parse(joined)
    assert again["query"] == parts["query"]
    assert again["fragment"] == parts["fragment"]
