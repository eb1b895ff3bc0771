"""Derive a site's password from one master password, always the same one.

Source: the published Master Password algorithm (scrypt seed, HMAC-SHA256 per site), which is what
Sprig 3.3 `derivePassword` follows.
"""

import hashlib
import hmac
from typing import Any

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.golang import binary
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.values import type_name

_SCOPE = b"com.lyndir.masterpassword"
_SCRYPT_COST, _SCRYPT_BLOCK, _SCRYPT_LANES, _SCRYPT_BYTES = 32768, 8, 2, 64
_SCRYPT_MEMORY = 64 * 1024 * 1024

_SHAPES = {
    "maximum": ("anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"),
    "long": (
        *("CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv"),
        *("CvccCvcvnoCvcv", "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv"),
        *("CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno"),
        *("CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno", "CvcvnoCvccCvcc"),
        *("CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc"),
        "CvccCvcvCvccno",
    ),
    "medium": ("CvcnoCvc", "CvcCvcno"),
    "short": ("Cvcn",),
    "basic": ("aaanaaan", "aannaaan", "aaannaaa"),
    "pin": ("nnnn",),
}
_CHARACTERS = {
    "V": "AEIOU",
    "C": "BCDFGHJKLMNPQRSTVWXYZ",
    "v": "aeiou",
    "c": "bcdfghjklmnpqrstvwxyz",
    "A": "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
    "a": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
}


@go_function("derivePassword")
def derive_password(counter: Any, kind: str, password: str, user: str, site: str) -> str:
    """Derive a password from a counter, a kind, a master password, a user and a site.

    Kinds are `maximum long medium short basic pin`.

    >>> derive_password(1, "long", "password", "user", "example.com")
    'ZedaFaxcZaso9*'
    """
    number = _to_uint32(counter)
    shapes = _SHAPES.get(kind)
    if shapes is None:
        return f"cannot find password template {kind}"
    name, where = binary.encode(user), binary.encode(site)
    key = hashlib.scrypt(
        binary.encode(password),
        salt=_SCOPE + _length(name) + name,
        n=_SCRYPT_COST,
        r=_SCRYPT_BLOCK,
        p=_SCRYPT_LANES,
        maxmem=_SCRYPT_MEMORY,
        dklen=_SCRYPT_BYTES,
    )
    message = _SCOPE + _length(where) + where + number.to_bytes(4, "big")
    seed = hmac.digest(key, message, "sha256")
    shape = shapes[seed[0] % len(shapes)]
    groups = map(_CHARACTERS.__getitem__, shape)
    return "".join(group[byte % len(group)] for group, byte in zip(groups, seed[1:], strict=False))


def _length(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big")


def _to_uint32(value: Any) -> int:
    if type(value) is not int:
        raise FunctionFailed(
            f"wrong type for value; expected uint32; got {type_name(value)} "
            "(argument 1 of derivePassword)",
            hint="the counter is a whole number, at least 1",
        )
    if value < 0:
        raise FunctionFailed(
            f"expected unsigned integer; found {value} (argument 1 of derivePassword)"
        )
    return value & 0xFFFF_FFFF
