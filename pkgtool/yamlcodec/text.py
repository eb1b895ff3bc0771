"""Turn what came from outside into text, or say at which byte it stops being text.

UTF-8, or UTF-16 with a byte order mark; one mark at the start is dropped.
"""

from pkgtool.errors import YamlInvalid
from pkgtool.source import Span
from pkgtool.yamlcodec.limits import DOCUMENT_BYTES


def decode(data: str | bytes, *, name: str, limit_bytes: int = DOCUMENT_BYTES) -> str:
    """Return `data` as text that is safe to encode as UTF-8.

    Raises:
        YamlInvalid: It is larger than `limit_bytes`, or no Unicode.
    """
    if len(data) > limit_bytes:
        raise _too_large(name, limit_bytes)
    text = data if isinstance(data, str) else _decode_bytes(data, name)
    if not text.isascii() and len(_encode(text, name)) > limit_bytes:
        raise _too_large(name, limit_bytes)
    return text.removeprefix("\ufeff")


def _encode(text: str, name: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise YamlInvalid(
            f"not Unicode: half of a surrogate pair, U+{ord(text[error.start]):04X}",
            # `replace` keeps one character for each, so that the message can be printed.
            where=Span(name, text.encode("utf-8", "replace").decode(), error.start, error.end),
            hint="save the file as UTF-8",
        ) from error


def _decode_bytes(data: bytes, name: str) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        shown = data.decode(encoding, "replace")
        start = len(data[: error.start].decode(encoding, "replace"))
        raise YamlInvalid(
            f"not {encoding.upper()}: byte 0x{data[error.start]:02x} at offset {error.start}",
            where=Span(name, shown, start, start + 1),
            hint="save the file as UTF-8",
        ) from error


def _too_large(name: str, limit_bytes: int) -> YamlInvalid:
    return YamlInvalid(
        f"{name!r} is larger than {limit_bytes} bytes",
        hint="no document that people write is; check what made it",
    )
