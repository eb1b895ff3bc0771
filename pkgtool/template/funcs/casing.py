"""Change the case of text, letter by letter or by words.

Case is changed one character for one as in Go, so `ß` stays when `upper` meets it.

Source: Sprig `strings.go`; `Masterminds/goutils`; Go `strings.Title`.
"""

import re
from unicodedata import category

from pkgtool.template.funcs.golang import text as gotext
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.text import SPACES

_WORD = rf"[^{re.escape(SPACES)}]+"


@go_function("upper")
def upper(text: str) -> str:
    """Return `text` in upper case."""
    return gotext.upper(text)


@go_function("lower")
def lower(text: str) -> str:
    """Return `text` in lower case."""
    return gotext.lower(text)


@go_function("title")
def title(text: str) -> str:
    """Return `text` with the first letter of each word in title case, the others as they are.

    >>> title("hello big world")
    'Hello Big World'
    """
    pieces = []
    before = " "
    for character in text:
        pieces.append(gotext.title(character) if _separates(before) else character)
        before = character
    return "".join(pieces)


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    return character in SPACES


@go_function("untitle")
def untitle(text: str) -> str:
    """Return `text` with the first letter of each word in lower case.

    >>> untitle("First Try")
    'first try'
    """
    return re.sub(_WORD, lambda word: gotext.lower(word[0][0]) + word[0][1:], text)


@go_function("initials")
def initials(text: str) -> str:
    """Return the first letter of each word.

    >>> initials("First Try")
    'FT'
    """
    # Upstream takes bytes for characters, so only ASCII words give the letter they start with.
    words = re.findall(_WORD, gotext.to_bytes(text).decode("latin-1"))
    return "".join(word[0] for word in words)


@go_function("swapcase")
def swapcase(text: str) -> str:
    """Return `text` with capital and small letters exchanged.

    >>> swapcase("This Is A.Test")
    'tHIS iS a.tEST'
    """
    pieces = []
    word_starts = True
    for character in text:
        kind = category(character)
        cased = kind in ("Lu", "Lt", "Ll")
        if kind == "Ll":
            change = gotext.title if word_starts else gotext.upper
            character = change(character)
        elif cased:
            character = gotext.lower(character)
        pieces.append(character)
        word_starts = not cased and character in SPACES
    return "".join(pieces)
