"""Say what calls of functions cost, so that a loop over slow ones is as short as one over fast ones.

A function without a price here takes well under a microsecond, and a few nanoseconds more for each
character and item of its arguments: `calls` counts those. The others pay by what they are given:
they look at every character, or at every value down to the bottom. They pay before they begin, so
that no single call runs for long; what writes a whole value pays for what it wrote. Prices are
measured once and then fixed numbers; they are rather too high, for the worst of the texts that a
function may get. Short texts and numbers, which nearly all arguments are, have a flat price.

Source: `spec/reliability.md` §2.5.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pkgtool.errors import BudgetExceeded


class Price(NamedTuple):
    """What one call costs, in steps."""

    call: int = 2
    """For each argument, and at least once."""
    text: int = 1
    """For 16 characters of the arguments, at all depths."""
    value: int = 1
    """For each value of the arguments, at all depths."""
    made: int = 0
    """For 16 characters of the result."""


class Size(NamedTuple):
    """How much there is in a value, shared parts counted each time they are met."""

    values: int
    characters: int


_MOST_VALUES = 500_000
"""Counting goes no further: a tenth of a second, and more than any budget has."""

_PRINTED = Price(8, 32, 0, 16)
_READ_YAML = Price(100, 16)
_READ_JSON = Price(100, 48)
_WRITTEN_YAML = Price(60, 0, 0, 40)
_WRITTEN_JSON = Price(30, 0, 0, 16)
_WRITTEN_TOML = Price(30, 0, 0, 24)
_WORDS = Price(20, 160)
_CHARACTERS = Price(15, 32)
_EXACT = Price(40, 12)
_WHOLE = Price(12, 60)
_ZONED = Price(400, 72)
_DATED = Price(60, 72)
_SPAN = Price(30, 140)
_RANDOM = Price(150, made=4)

_COPYING = frozenset(
    [
        *("append", "mustAppend", "push", "mustPush", "prepend", "mustPrepend", "concat", "rest"),
        *("mustRest", "initial", "mustInitial", "reverse", "mustReverse", "slice", "mustSlice"),
    ]
)
"""Functions that put what there is into a new list."""

_RETURNING = frozenset(["set", "merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite"])
"""Functions that return the map that they were given."""

PRICES: Mapping[str, Price] = {
    **dict.fromkeys(("html", "print", "println", "cat", "squote", "toString"), _PRINTED),
    **dict.fromkeys(("js", "quote", "toStrings", "join", "toDecimal"), _PRINTED),
    "urlquery": Price(8, 48, 0, 16),
    "sortAlpha": Price(8, 4, 30),
    **dict.fromkeys(("fromYaml", "fromYamlArray"), _READ_YAML),
    **dict.fromkeys(("fromJson", "fromJsonArray", "mustFromJson"), _READ_JSON),
    "fromToml": Price(100, 300),
    **dict.fromkeys(("toYaml", "mustToYaml", "toYamlPretty"), _WRITTEN_YAML),
    **dict.fromkeys(("toJson", "mustToJson", "toRawJson", "mustToRawJson"), _WRITTEN_JSON),
    **dict.fromkeys(("toPrettyJson", "mustToPrettyJson"), _WRITTEN_JSON),
    **dict.fromkeys(("toToml", "mustToToml"), _WRITTEN_TOML),
    **dict.fromkeys(("snakecase", "kebabcase"), _WORDS),
    **dict.fromkeys(("title", "swapcase", "untitle", "camelcase"), _CHARACTERS),
    **dict.fromkeys(("upper", "lower", "initials", "b64dec"), Price(2, 16)),
    "b32enc": Price(10, 24),
    "b32dec": Price(25, 2),
    "shuffle": Price(10, 200),
    **dict.fromkeys(("wrap", "wrapWith"), Price(10, 56)),
    **dict.fromkeys(("urlParse", "urlJoin"), Price(60, 72)),
    **dict.fromkeys(("addf", "add1f", "subf", "mulf", "divf"), _EXACT),
    **dict.fromkeys(("maxf", "minf", "round", "float64"), Price(15, 12)),
    **dict.fromkeys(("add", "add1", "sub", "mul", "div", "mod", "max", "min", "biggest"), _WHOLE),
    **dict.fromkeys(("int", "int64", "atoi"), _WHOLE),
    **dict.fromkeys(("dateInZone", "date_in_zone", "htmlDateInZone"), _ZONED),
    **dict.fromkeys(("date", "htmlDate", "ago", "unixEpoch", "now"), _DATED),
    **dict.fromkeys(("toDate", "mustToDate"), Price(50, 200)),
    **dict.fromkeys(("dateModify", "date_modify", "mustDateModify", "must_date_modify"), _SPAN),
    **dict.fromkeys(("duration", "durationRound"), Price(30, 60)),
    **dict.fromkeys(("semver", "semverCompare"), Price(250)),
    **dict.fromkeys(("randAlpha", "randAlphaNum", "randAscii", "randNumeric"), _RANDOM),
    **dict.fromkeys(("randBytes", "uuidv4", "randInt"), Price(20, made=4)),
    **dict.fromkeys(("deepCopy", "mustDeepCopy", "deepEqual"), Price(10, 0, 10)),
    **dict.fromkeys(("merge", "mustMerge"), Price(10, 0, 10)),
    **dict.fromkeys(("mergeOverwrite", "mustMergeOverwrite"), Price(10, 0, 10)),
    **dict.fromkeys(("has", "mustHas", "without", "mustWithout"), Price(15, 0, 14)),
    **dict.fromkeys(("uniq", "mustUniq"), Price(15, 0, 18)),
    **dict.fromkeys(("genSelfSignedCert", "genSelfSignedCertWithKey"), Price(10, 16, 80)),
    **dict.fromkeys(("genSignedCert", "genSignedCertWithKey"), Price(10, 16, 80)),
    **dict.fromkeys(("genCA", "genCAWithKey", "buildCustomCert"), Price(10, 16)),
    **dict.fromkeys(("bcrypt", "htpasswd", "derivePassword", "genPrivateKey"), Price(10, 2)),
    **dict.fromkeys(("encryptAES", "decryptAES"), Price(100, 4)),
    **dict.fromkeys(_COPYING, Price(2, 0, 0)),
    **dict.fromkeys(
        ("until", "untilStep", "seq", "split", "splitn", "splitList"), Price(3, made=4)
    ),
}
"""Prices by function; `printf`, the trims by characters and the regular expressions have their own."""


def price_of(name: str, arguments: Sequence[Any]) -> int:
    """Return the steps that a call of `name` costs before it is made."""
    if name == "printf":
        # The format is read character by character, most values are only copied.
        layout, *values = arguments
        return 10 + 16 * len(layout) + cost(_PRINTED, values)
    if name in ("trimAll", "trimall"):
        # Each character at an end is looked for among the given ones.
        characters, text = arguments
        return 4 + (len(text) * (20 + len(characters)) >> 8)
    if name in ("has", "mustHas") and isinstance(arguments[0], str):
        # A text is compared with each item, and with nothing inside of them.
        items = arguments[1]
        return 15 + (len(items) if isinstance(items, (list, tuple)) else 0)
    price = PRICES.get(name)
    return 0 if price is None else cost(price, arguments)


def flat_price(price: Price, count: int) -> int:
    """Return the steps for a call with `count` short texts and numbers."""
    return (price.call + 2 * price.text) * (count or 1)


def kept_price(name: str, result: Any) -> int:
    """Return the steps for a map or list as a `result`: what was made, or only copied."""
    if name in _RETURNING:
        return 0
    if name in ("fromYaml", "fromYamlArray"):
        # Few characters may be many values, each of which takes longer than all that is around.
        return 8 * size_of(result).values
    return len(result) >> 1 if name in _COPYING else len(result) << 2


def cost(price: Price, arguments: Sequence[Any]) -> int:
    """Return the steps for `arguments`, at `price`."""
    steps = price.call * (len(arguments) or 1)
    for each in arguments:
        if isinstance(each, str):
            steps += len(each) * price.text >> 4
        elif price.value and isinstance(each, (dict, list, tuple)):
            size = size_of(each)
            steps += size.values * price.value + (size.characters * price.text >> 4)
    return steps


def size_of(value: Any) -> Size:
    """Return how much there is in `value`.

    Raises:
        BudgetExceeded: More than any function may look at.
    """
    found = [value]
    characters = 0
    # What is inside is found on the way.
    for each in found:
        if isinstance(each, str):
            characters += len(each)
        elif isinstance(each, (dict, list, tuple)):
            if isinstance(each, dict):
                found.extend(each.values())
            found.extend(each)
            if len(found) > _MOST_VALUES:
                raise BudgetExceeded(
                    f"a function was given more than {_MOST_VALUES} values at once",
                    hint="the same map or list may be contained in itself many times over",
                )
    return Size(len(found), characters)
