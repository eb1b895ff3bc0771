"""Damage bytes as disks, networks and attackers do.

Each damage is one that once broke a program: bits flipped, ends cut, pieces repeated or moved,
lengths and counts blown up, characters of the format itself put where they do not belong.
"""

from collections.abc import Callable
from random import Random

SPECIAL = (
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b" ", b"/", b"..", b"../", b"\\"),
    *(b"{", b"}", b"[", b"]", b",", b":", b"=", b"&a ", b"*a", b"<<: ", b"!!", b"%", b"---\n"),
    *(b"|", b">", b"'", b'"', b"- ", b"? ", b"# ", b"~", b"null", b"true", b"1e999", b".inf"),
    *(b"0x7fffffffffffffff", b"99999999999999999999", b"-1", b"2024-02-30", b"NaN"),
    *("\u2028".encode(), "\u202e".encode(), "é".encode(), b"\xc3", b"\xed\xa0\x80"),
)
_LONGEST = 2000


def _flip(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data))
    data[at] ^= 1 << random.randrange(8)


def _overwrite(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data))
    piece = random.choice(SPECIAL)
    data[at : at + len(piece)] = piece


def _insert(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice(SPECIAL) * random.choice((1, 1, 1, 2, 50))


def _cut(data: bytearray, random: Random) -> None:
    begin, end = _span(data, random)
    del data[begin:end]


def _end(data: bytearray, random: Random) -> None:
    del data[random.randrange(len(data)) :]


def _repeat(data: bytearray, random: Random) -> None:
    begin, end = _span(data, random)
    data[end:end] = data[begin:end] * random.choice((1, 1, 2, 20))


def _move(data: bytearray, random: Random) -> None:
    begin, end = _span(data, random)
    piece = data[begin:end]
    del data[begin:end]
    at = random.randrange(len(data) + 1)
    data[at:at] = piece


def _span(data: bytearray, random: Random) -> tuple[int, int]:
    begin = random.randrange(len(data))
    return begin, begin + random.randint(1, min(_LONGEST, len(data) - begin))


_DAMAGES: tuple[Callable[[bytearray, Random], None], ...] = (
    *(_flip, _overwrite, _insert, _cut, _end, _repeat, _move),
)


def damaged(data: bytes, random: Random) -> bytes:
    """Return `data` with one to six damages, or as it is when it is empty."""
    made = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        if made:
            random.choice(_DAMAGES)(made, random)
    return bytes(made)
