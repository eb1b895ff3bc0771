r"""Carry bytes that are not text through template values without losing them.

Go's strings hold any bytes; ours hold characters. `decode` makes ordinary text of UTF-8 and a
`BinaryText` of anything else: it shows U+FFFD for each stray byte, as Go's encoders would, but
remembers the bytes, so that `b64dec`, `decryptAES` and files can be encoded or hashed again.
Any change to the text (`upper`, concatenation) makes it ordinary text.
"""

from pkgtool.template.funcs.golang import text as gotext


class BinaryText(str):
    """Text made of bytes that are not UTF-8."""

    __slots__ = ("raw",)
    raw: bytes
    """The bytes it was made of."""

    def __reduce__(self) -> tuple[object, ...]:
        return decode, (self.raw,)


def decode(raw: bytes) -> str:
    r"""Return `raw` as text; `encode` gives back the same bytes.

    >>> decode(b"plain"), encode(decode(b"\xff\x00"))
    ('plain', b'\xff\x00')
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        text = BinaryText(gotext.to_text(raw))
        text.raw = raw
        return text


def length(text: str) -> int:
    """Return Go's `len(text)`: of the bytes that `text` stands for."""
    return len(text) if text.isascii() else len(encode(text))


def cut(text: str, start: int, end: int) -> str:
    r"""Return Go's `text[start:end]`, where offsets count bytes and are in range.

    >>> encode(cut("été", 0, 4))
    b'\xc3\xa9t\xc3'
    """
    return text[start:end] if text.isascii() else decode(encode(text)[start:end])


def encode(text: str) -> bytes:
    """Return the bytes that `text` stands for."""
    return text.raw if isinstance(text, BinaryText) else gotext.to_bytes(text)
