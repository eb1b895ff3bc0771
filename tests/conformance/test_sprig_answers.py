"""Text, number, list, map, date and pattern functions give what Helm gives, for made-up calls.

Arguments are written into the template, so that whole numbers stay whole and nil stays nil. Each
function is called some tens of times with arguments of the kinds it takes, and now and then with
any others or too many or few of them. Where Helm fails, ours must fail too.
"""

import json
import random
from typing import Any

import pytest

from pkgtool.errors import BudgetExceeded, FunctionFailed
from pkgtool.template.funcs.golang.fmt import sprint, sprintln, to_text
from pkgtool.template.funcs.golang.printf import printf
from pkgtool.template.funcs.registry import function
from pkgtool.testing.helm_oracle import HelmOracle

BUILT_IN = {"print": sprint, "println": sprintln, "printf": printf}

TEXTS = (
    *("", "a", "hello world", "  pad  ", "a-b_c d", "FirstName", "HTTPServer2xx", "x1Y2z3"),
    *("héllo wörld", "é☃😀", "straße ŉ", "a\nb\n", "one  two three", "$5.00$", "a.b.c", "--"),
    *("-1.50", "0x1F", "017", "1_000", "1e3", "1.0", "inf", "1h30m", "95", "/a//b/../c.tar.gz"),
)
PATTERNS = ("a", "a*", "[a-z]+", r"\s", "(l)(l)", "^", r"\b", "", "é|o", "(?P<n>[0-9])", "(", "x{2")
LAYOUTS = (
    "2006-01-02T15:04:05Z07:00",
    "Mon Jan _2 15:04:05 MST 2006",
    "002 06 3:04PM .000",
    "January 2, 2006 -0700",
)
SHOWN = (
    "2020-02-03T10:11:12.5+02:00",
    "Tue Feb  4 10:11:12 UTC 2020",
    "060 20 3:04AM .123",
    "February 29, 2020 -0730",
    "February 30, 2020 -0730",
)
"""Dates in the layouts, most of them."""
ZONES = ("UTC", "", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Nowhere")
FORMATS = (
    "%v",
    "%5d|%s",
    "%q",
    "%x",
    "%.2f",
    "%-8v|",
    "%[2]v %[1]d",
    "%*d",
    "%T",
    "%+v%%",
    "%e %g",
)
NUMBERS = (0, 1, 2, 3, 5, 10, -1, -3, 100)
FLOATS = (0.0, 1.0, 1.5, -2.5, 1e6, 1e21, 1e-7, 0.1)

ROWS = """
trunc int text | abbrev int text | abbrevboth int int text | substr int int text | trim text
upper text | lower text | title text | untitle text | initials text | swapcase text
snakecase text | kebabcase text | camelcase text | nospace text | wrap int text
wrapWith int text text | indent int text | nindent int text | replace text text text
trimAll text text | trimSuffix text text | trimPrefix text text | contains text text
hasPrefix text text | hasSuffix text text | quote any any | squote any any | cat any any any
plural text text int | split text text | splitList text text | splitn text int text
join text any | sortAlpha any | toStrings any | toString any | repeat small text | hello
int any | int64 any | float64 any | toDecimal any | atoi text | add any any | add1 any
sub any any | mul any any | div any any | mod any any | max any any | min any any
maxf any any | minf any any | addf any any | add1f any | subf any any | mulf any any
divf any any | ceil any | floor any | round any small | until int | untilStep int int int
seq int int int | list any any | append list any | prepend list any | concat list list
first list | last list | rest list | initial list | reverse list | uniq list | compact list
without list any any | has any list | slice list small small | mustSlice list small
dict any any any | get map key | set map key any | unset map key | hasKey map key
pluck key map map | pick map key | omit map key key | dig key key any map | merge map map
mergeOverwrite map map map | mustMerge map map | deepCopy map | base text | dir text
clean text | ext text | isAbs text | osBase text | dateInZone layout int zone
htmlDateInZone int zone | duration text | durationRound text | toDate layout shown
mustToDate layout shown | regexMatch pattern text | regexFind pattern text
regexFindAll pattern text small | regexSplit pattern text small | regexQuoteMeta text
regexReplaceAll pattern text text | mustRegexFind pattern text
regexReplaceAllLiteral pattern text text | mustRegexReplaceAll pattern text text
print any any any | println any any | printf format any any
"""
CALLS = [row.split() for row in ROWS.replace("\n", "|").split("|") if row.strip()]


def made_up(rng: random.Random, kind: str) -> Any:
    if kind == "any":
        kind = rng.choice(("text", "text", "int", "float", "bool", "nil", "list", "map"))
    plain = {
        "text": TEXTS, "int": NUMBERS, "small": (-1, 0, 1, 2), "float": FLOATS, "nil": (None,),
        "bool": (True, False), "key": ("a", "b", "z"), "pattern": PATTERNS, "layout": LAYOUTS,
        "shown": SHOWN,
        "zone": ZONES, "format": FORMATS,
    }  # fmt: skip
    if kind in plain:
        return rng.choice(plain[kind])
    inner = [made_up(rng, rng.choice(("any", "text", "int"))) for _ in range(rng.randrange(4))]
    return inner if kind == "list" else dict(zip("abc", inner, strict=False))


def literal(value: Any) -> str:
    """Return template source for `value`."""
    if value is None:
        return "nil"
    if isinstance(value, float):
        return f'(float64 "{value!r}")'
    if isinstance(value, list):
        return f"(list {' '.join(map(literal, value))})"
    if isinstance(value, dict):
        pairs = (f"{literal(key)} {literal(each)}" for key, each in value.items())
        return f"(dict {' '.join(pairs)})"
    # The delimiters of templates would end the expression inside of a text.
    return json.dumps(value, ensure_ascii=False).replace("{", "\\u007b").replace("}", "\\u007d")


def ours(name: str, arguments: list[Any]) -> str:
    called = BUILT_IN.get(name) or function(name)
    try:
        result = called(*arguments)
        return "" if result is None else to_text(result)
    except (BudgetExceeded, FunctionFailed) as error:
        return f"error: {error.what}"


def comparable(text: str) -> str:
    """Return `text` without what is known to differ: one type of whole numbers, and no year 0."""
    return text.replace("int64", "int").replace("0000-01-01", "0004-01-01")


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> HelmOracle:
    if not HelmOracle.installed():
        pytest.skip("needs helm-python-sdk")
    return HelmOracle(tmp_path_factory.mktemp("oracle"))


@pytest.mark.parametrize(("name", "kinds"), [(call[0], call[1:]) for call in CALLS])
def test_results_agree_with_helm(name: str, kinds: list[str], helm: HelmOracle) -> None:
    rng = random.Random(name)
    fitting = 0
    for _ in range(40):
        arguments = [made_up(rng, kind) for kind in kinds]
        if rng.random() < 0.1:
            arguments = [made_up(rng, "any") for _ in range(rng.randrange(5))]
        # A literal nil is an empty map where Go wants a map; a missing value never is.
        if None in arguments and "map" in kinds:
            continue

        expected = helm.evaluate(f"{name} {' '.join(map(literal, arguments))}", {})

        actual = ours(name, arguments)
        if expected.startswith("error: "):
            assert actual.startswith("error: "), (name, arguments, expected)
        else:
            assert comparable(actual) == comparable(expected), (name, arguments)
            fitting += 1
    assert fitting
