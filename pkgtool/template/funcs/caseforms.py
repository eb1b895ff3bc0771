"""Write names in snake, kebab and camel case.

Snake and kebab case join the words of a name: runs of capitals (`HTTP`), words with one capital
(`Status`), small letters, numbers and anything else. Punctuation and connectors (`-`, `_`, spaces)
separate by themselves. A number belongs to the word before it unless small letters follow:
`Bld4Floor` is `bld4_floor`, and `HTTP2xx` is `http_2xx`.

Source: `huandu/xstrings` (`ToSnakeCase`, `ToKebabCase`, `ToPascalCase`).
"""

import re
from itertools import takewhile
from unicodedata import category

from pkgtool.template.funcs.golang import text as gotext
from pkgtool.template.funcs.golang.signature import go_function
from pkgtool.template.funcs.golang.text import SPACES

_CONNECTORS = "-_" + SPACES
_TOKENS = "[cd]+|p[pd]*|U+(?=Ua)|Ua+|U+|a+|n+|o+"
"""Tokens in a text of character classes: space, dash, punctuation, capital, letter, number, other."""

_IDEOGRAPHS = (
    range(0x3400, 0x4D86),
    range(0x4E00, 0x9FCD),
    range(0x20000, 0x2B81E),
)


@go_function("snakecase")
def snakecase(text: str) -> str:
    """Return `text` in snake case.

    >>> snakecase("FirstName"), snakecase("HTTPServer2xx")
    ('first_name', 'http_server_2xx')
    """
    return _connected(text, "_")


@go_function("kebabcase")
def kebabcase(text: str) -> str:
    """Return `text` in kebab case.

    >>> kebabcase("FirstName")
    'first-name'
    """
    return _connected(text, "-")


@go_function("camelcase")
def camelcase(text: str) -> str:
    """Return `text` in camel case with a capital first; connectors around it stay.

    >>> camelcase("http_server"), camelcase("foo-bar baz"), camelcase("SOME_THING")
    ('HttpServer', 'FooBarBaz', 'SomeThing')
    """
    body = text.strip(_CONNECTORS)
    if not body:
        return text + text[-1:]
    at = text.index(body)
    pieces = re.findall(rf"[{re.escape(_CONNECTORS)}]+|[^{re.escape(_CONNECTORS)}]+", body)
    # Words and connectors alternate, and of several connectors in a row only the last one goes.
    pieces[::2] = map(_capitalized, pieces[::2])
    pieces[1::2] = (connectors[:-1] for connectors in pieces[1::2])
    return text[:at] + "".join(pieces) + text[at + len(body) :]


def _capitalized(word: str) -> str:
    head = gotext.upper(word[0])
    if category(word[0]) != "Lu":
        return head + word[1:]
    capitals = "".join(takewhile(lambda character: category(character) == "Lu", word[1:]))
    return head + gotext.lower(capitals) + word[1 + len(capitals) :]


def _connected(text: str, connector: str) -> str:
    classes = "".join(map(_class, text))
    tokens = [found.span() for found in re.finditer(_TOKENS, classes)]
    kinds = [classes[start:end] for start, end in tokens] + [""]
    pieces: list[str] = []
    after_number = False
    for index, (start, end) in enumerate(tokens):
        kind = kinds[index]
        after_number = kind[0] == "n" or (after_number and kind[0] == "a")
        pieces.append(_lowered(text[start:end], kind, connector))
        if _parts(kinds, index, after_number=after_number):
            pieces.append(connector)
    return "".join(pieces)


def _lowered(token: str, kind: str, connector: str) -> str:
    if kind[0] in "cd":
        return connector * len(token)
    if kind[0] == "U":
        return "".join(
            gotext.lower(each) if sort == "U" else each
            for each, sort in zip(token, kind, strict=True)
        )
    return token


def _parts(kinds: list[str], index: int, *, after_number: bool) -> bool:
    """Tell whether a connector belongs between the token at `index` and the next one."""
    here, following = kinds[index][0], kinds[index + 1][:1]
    if not following or here in "cdp" or following in "cdp":
        return False
    if after_number:
        return following in "Uo"
    return following != "n" or kinds[index + 2][:1] == "a"


def _class(character: str) -> str:
    if character in _CONNECTORS:
        return "d" if character in "-_" else "c"
    kind = category(character)
    if kind == "Lu":
        return "U"
    if kind[0] == "L" and not any(ord(character) in block for block in _IDEOGRAPHS):
        return "a"
    return {"P": "p", "N": "n"}.get(kind[0], "o")
