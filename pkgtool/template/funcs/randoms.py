"""Make random text.

The source of randomness is an argument for engines, so that a render can be repeated.

Source: Sprig `strings.go`; `Masterminds/goutils` (`CryptoRandom…`).
"""

import os
from functools import cache
from random import Random, SystemRandom

from pkgtool.template.funcs.budget import MAX_RANDOM, check_size
from pkgtool.template.funcs.golang.signature import go_function

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ASCII = "".join(map(chr, range(32, 127)))


@go_function("randAlphaNum")
def rand_alpha_num(count: int, *, random: Random | None = None) -> str:
    """Return `count` random letters and digits.

    Raises:
        BudgetExceeded: `count` is more than 1 MiB.
    """
    return _picked("randAlphaNum", _LETTERS + _DIGITS, count, random)


@go_function("randAlpha")
def rand_alpha(count: int, *, random: Random | None = None) -> str:
    """Return `count` random letters; otherwise as `randAlphaNum`."""
    return _picked("randAlpha", _LETTERS, count, random)


@go_function("randNumeric")
def rand_numeric(count: int, *, random: Random | None = None) -> str:
    """Return `count` random digits; otherwise as `randAlphaNum`."""
    return _picked("randNumeric", _DIGITS, count, random)


@go_function("randAscii")
def rand_ascii(count: int, *, random: Random | None = None) -> str:
    """Return `count` random printable characters, spaces included; otherwise as `randAlphaNum`."""
    return _picked("randAscii", _ASCII, count, random)


def _picked(what: str, alphabet: str, count: int, random: Random | None) -> str:
    check_size(what, count, MAX_RANDOM, "characters")
    if count <= 0:
        return ""
    return "".join(random.choices(alphabet, k=count)) if random else _secret(alphabet, count)


def _secret(alphabet: str, count: int) -> str:
    """Return characters fit for a password, each as likely as the others."""
    letters, unfair = _table(alphabet)
    text = b""
    while len(text) < count:
        text += os.urandom(2 * (count - len(text))).translate(letters, unfair)
    return text[:count].decode()


@cache
def _table(alphabet: str) -> tuple[bytes, bytes]:
    """Return which letter each byte stands for, and the bytes that stand for none."""
    size = len(alphabet)
    letters = bytes(ord(alphabet[byte % size]) for byte in range(256))
    # Bytes of the last, incomplete round through the alphabet would favour its start.
    return letters, bytes(range(256 - 256 % size, 256))


@go_function("shuffle")
def shuffle(text: str, *, random: Random | None = None) -> str:
    """Return the characters of `text` in random order."""
    characters = list(text)
    (random or SystemRandom()).shuffle(characters)
    return "".join(characters)
