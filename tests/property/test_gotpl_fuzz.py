"""Made-up charts and calls end as they end in Helm: the same text, or a failure, in the same words.

A few hundred charts and a thousand calls are rendered at every run. The whole of it:

    pytest tests/property/test_gotpl_fuzz.py -m property
    PYTHONPATH=. python tests/property/test_gotpl_fuzz.py --charts 10000 --calls 50000 --seed 1

The second command prints one line of counts, the charts and calls that differ, and the reasons for
those that may. A chart is made again with `made_chart(Random(seed), broken=seed % 4 == 3)`.
"""

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from pkgtool.errors import BudgetExceeded, PkgtoolError
from pkgtool.template.funcs.registry import FUNCTIONS
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.gotpl.runtime.builtins import BUILTINS
from pkgtool.template.gotpl.runtime.functions import find_function, is_function
from pkgtool.testing.gotpl_difference import Answer, HelmCharts, rendered
from pkgtool.testing.gotpl_grammar import MadeChart, charts, made_chart
from pkgtool.testing.helm_oracle import HelmOracle
from pkgtool.values.setflags import SetNumber

SAME_TEXT, SAME_WORDS = "identical", "same words"
LIMIT_S = 10.0
"""Longer than any template here may take."""

RAW = re.compile(
    r"NoneType|has no attribute|Traceback|unsupported operand|not supported between|not iterable"
    r"|(Key|Type|Value|Index|Attribute|Recursion|Overflow|Name|Unicode\w*)Error|<class '|object at 0x"
    r"|list index|positional argument|keyword argument|unhashable|subscriptable|invalid literal"
    r"|could not convert|must be str|codec can't|<function|<built-in|dict_\w+\(|\{'\w*':"
    r"|\b(None|True|False)\b|cannot be applied to these arguments"
)
"""What Python says, and our words for an exception that nobody expected."""

_NAMES = (
    r"(map\[string\])?(interface \{\}|string|int64|int|uint8|common\.Values|common\.VersionSet)"
)
_TYPES = re.compile(
    rf"(\[\])+{_NAMES}(?!\w)|common\.(Values|VersionSet)|map\[string\]interface \{{\}}"
    # Items of such lists have a type of their own, too.
    rf"|(?<=in type ){_NAMES}(?!\w)"
)
_PANIC = re.compile(
    r"error calling \w+: (?=runtime error|reflect|strings: negative|makeslice|semver:|math/big)"
)


def _same_but(pattern: re.Pattern[str], helm: Answer, ours: Answer) -> bool:
    if (helm.texts is None) != (ours.texts is None):
        return False
    if helm.texts is None or ours.texts is None:
        return pattern.sub("T", helm.error) == pattern.sub("T", ours.error)
    return all(
        pattern.sub("T", text) == pattern.sub("T", ours.texts[path])
        for path, text in helm.texts.items()
    )


def _types(helm: Answer, ours: Answer) -> bool:
    return _same_but(_TYPES, helm, ours)


def _panic(helm: Answer, ours: Answer) -> bool:
    """Whether both fail at one place, Helm with words of Go's runtime."""
    found = _PANIC.search(helm.error)
    return found is not None and ours.error.startswith(helm.error[: found.end()])


def _toml(helm: Answer, ours: Answer) -> bool:
    return _same_but(re.compile(r"toml(:|%3A).*"), helm, ours)


def _call(helm: Answer, ours: Answer) -> bool:
    if "error calling call: non-function of type" not in ours.error:
        return False
    return _types(
        Answer(None, re.sub("non-function .*of type", "non-function of type", helm.error)), ours
    )


def _no_list(helm: Answer, ours: Answer) -> bool:
    return _same_but(re.compile(r"null|\[\]"), helm, ours)


def _addresses(helm: Answer, _ours: Answer) -> bool:
    said = helm.error + "".join((helm.texts or {}).values())
    return re.search(r"capabilities[:-]+0-?x", said, re.IGNORECASE) is not None


def _year(helm: Answer, ours: Answer) -> bool:
    return _same_but(re.compile("000[04]-01-01"), helm, ours)


def _empty_file(helm: Answer, _ours: Answer) -> bool:
    return "error calling Lines: runtime error: index out of range [-1]" in helm.error


def _budget(_helm: Answer, ours: Answer) -> bool:
    return isinstance(ours.failure, BudgetExceeded)


def _other_node(helm: Answer, ours: Answer) -> bool:
    """Whether both say the same about two operands of one action."""
    places = re.compile(r":\d+:\d+|at <.*>:", re.DOTALL)
    return bool(helm.error) and places.sub("", helm.error) == places.sub("", ours.error)


KNOWN: Mapping[str, Callable[[Answer, Answer], bool]] = {
    "lists and maps of one Go type only, their names in messages and `typeOf`": _types,
    "what Go's runtime says when a function of Sprig crashes": _panic,
    "what is wrong with a TOML document": _toml,
    "what `call` calls the thing that is no function": _call,
    "addresses in memory, which Go prints for the whole of `.`": _addresses,
    "`.Files.Lines` of an empty file, which crashes in Helm": _empty_file,
    "budgets": _budget,
    "the year 0, which dates do not have here": _year,
    "another operand is blamed, where `and` or `or` did not get to the last one": _other_node,
}
"""Why an answer may differ from Helm's; see `pkgtool/docs/compatibility.md`."""


def verdict(helm: Answer, ours: Answer) -> str:
    """Say in which way `ours` is right; an empty text when it is not."""
    if helm.texts is not None and helm.texts == ours.texts:
        return SAME_TEXT
    if helm.texts is None and ours.texts is None and helm.error == ours.error:
        return SAME_WORDS
    reasons = (reason for reason, holds in KNOWN.items() if holds(helm, ours))
    return next(reasons, OTHER_WORDS if helm.texts is None and ours.texts is None else "")


UNLIKE: Mapping[str, str] = {
    r"[dD]eepCopy.*semver|semver.*[dD]eepCopy": "Helm copies a version as 0.0.0",
    r"toYamlPretty.*(toDate|Files)|(toDate|Files).*toYamlPretty": "dates and bytes are texts here",
    r"toYamlPretty.*Chart|Chart.*toYamlPretty": "Helm's other YAML writer has a form for no map",
    r"derivePassword|Cert": "other parameters are blamed first",
}
"""Calls whose answers differ, by what occurs in their texts, and why."""

OTHER_WORDS = "other words"
"""Both fail, and we say something else."""

ARGUMENTS = (
    *("nil", "true", "false", "0", "1", "-1", "3", "'a'", "1.5", "-0.5", "1e6", "1e21", "2i"),
    *('""', '"a"', '"12"', '"-1.5"', '"0x1F"', '"é☃😀"', '"two words"', '"%d"', '"("', '"{"'),
    *(
        '"true"',
        '"null"',
        '"2020-01-02"',
        '"2006-01-02"',
        '"1.2.3"',
        '">=1.0"',
        '"1h30m"',
        '"aGk="',
    ),
    *('"a,b"', '"a: [1]"', '"a=1"', '"[1]"', r'"\n"', '"/a/../b.c"', '"http://u@h/p?q"'),
    *("(list)", '(list "b" "a" nil)', "(list 1 2.5 (list))", '(list (dict) (dict "a" 1))'),
    *("(dict)", '(dict "a" 1 "b" (dict "c" nil))', '(dict "a" (list "x") "n" nil)', "(until 3)"),
    *("(int64 5)", '(split "," "a,b")', '(semver "1.2.3")', '(toDate "2006-01-02" "2020-02-03")'),
    *(".Values.whole", ".Values.ratio", ".Values.million", ".Values.name", ".Values.mixed"),
    *(".Values.map", ".Values.nested", ".Values.missing", "(.Values.missing)", ".Files", ".Chart"),
    *('(.Files.GetBytes "conf/a.txt")', ".Capabilities.APIVersions", ".Release.Revision"),
)
"""What every function is called with, in all places; whole numbers are small, for some are sizes."""

HOSTILE = (
    *(r'"\xff"', r'"\x00"', r'"\ud83d"', r'"\u202e"', "1e308", "-1e308", "9223372036854775807"),
    *(
        "-9223372036854775808",
        "(int64 -1)",
        "(float64 `NaN`)",
        "(float64 `-Inf`)",
        "(list nil nil)",
    ),
    *("(dict `` nil)", '(repeat 500 "[")', '(repeat 500 "{")', '(repeat 3000 "a")', "(until 2000)"),
    *('"%9999999d"', '"%*d"', '"(a*)*b"', '"a{1000}"', '"1e999999"', '"0x1p-9999"', "(toYaml .)"),
)
"""What only we are asked about: Helm keeps bytes, or takes all memory."""

ENGINE_CALLS = ("and", "or", "fail", "include", "required", "tpl", "lookup")
RANDOM = frozenset(
    [
        *(
            "randAlpha",
            "randAlphaNum",
            "randAscii",
            "randBytes",
            "randInt",
            "randNumeric",
            "shuffle",
        ),
        *(
            "uuidv4",
            "now",
            "ago",
            "date",
            "dateInZone",
            "date_in_zone",
            "htmlDate",
            "htmlDateInZone",
        ),
        *("keys", "values", "bcrypt", "htpasswd", "genPrivateKey", "genCA", "genCAWithKey"),
        *("genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey"),
        *("encryptAES", "derivePassword", "buildCustomCert"),
    ]
)
"""Functions that do not answer the same twice, or take long: only whether they fail is compared."""
SLOW = frozenset(["derivePassword", "bcrypt", "htpasswd", *(n for n in RANDOM if n[:3] == "gen")])

CALL_FILES = {"Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "conf/a.txt": "one\n"}
CALL_VALUES = {
    "whole": SetNumber(7), "ratio": 1.5, "million": 1000000, "name": "web",
    "mixed": [1, "x", None, {"k": "v"}], "map": {"b": 2, "a": 1}, "nested": {"x": {"y": "z"}},
}  # fmt: skip


def made_calls(
    seed: int, *, each: int, arguments: Sequence[str] = ARGUMENTS
) -> Iterator[tuple[str, MadeChart]]:
    """Yield every function with `each` choices of `arguments`: its name and a chart that calls it."""
    for name in sorted(filter(is_function, {*FUNCTIONS, *BUILTINS, *ENGINE_CALLS})):
        rng = Random(f"{seed} {name}")
        count = 2 if name in ("and", "or") else len(find_function(name).fixed)
        rest = name in ("and", "or") or find_function(name).rest is not None
        for _ in range(min(each, 3) if name in SLOW else each):
            size = count + (rng.choice((0, 0, 1, 2)) if rest else 0)
            if rng.random() < 0.05:
                size = rng.randrange(5)
            given = [rng.choice(arguments) for _ in range(size)]
            piped = f"{given.pop()} | " if given and rng.random() < 0.2 else ""
            text = f"{{{{ {piped}{' '.join([name, *given])} }}}}"
            yield name, MadeChart({**CALL_FILES, "templates/a.yaml": text}, CALL_VALUES, False)


class Tally:
    """Counts how answers compare, and keeps what is wrong."""

    def __init__(self, helm: HelmCharts | None) -> None:
        self.helm = helm
        self.engine = GotplEngine()
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.words: list[str] = []

    def ask(self, chart: MadeChart, about: str, *, text: bool = True) -> None:
        """Render `chart` in both ways; `about` says how to find it again."""
        began = time.process_time()
        ours = self.ours(chart, about)
        if ours is None:
            return
        if time.process_time() - began > LIMIT_S:
            self.wrong.append(f"{about}: takes too long")
        if self.helm is None or survives(ours):
            self.counts["not asked"] += 1
            return
        helm = self.helm.render(chart)
        if not text and helm.texts is not None and ours.texts is not None:
            helm = Answer(ours.texts)
        found = verdict(helm, ours)
        if found in ("", OTHER_WORDS):
            reasons = (UNLIKE[each] for each in UNLIKE if re.search(each, about))
            found = next(reasons, found)
        self.counts[found or "different"] += 1
        if found in ("", OTHER_WORDS):
            kept = self.words if found else self.wrong
            kept.append(f"{about}\n    helm: {shown(helm)}\n    ours: {shown(ours)}")

    def ours(self, chart: MadeChart, about: str) -> Answer | None:
        """Return our answer, or note what must never come out."""
        try:
            ours = rendered(chart, self.engine)
        except Exception as error:  # noqa: BLE001 - that is the question
            self.wrong.append(f"{about}: {type(error).__name__}: {error}")
            return None
        if ours.failure is not None and (raw := raw_words(ours.failure)):
            self.wrong.append(f"{about}: says {raw!r}: {ours.failure}")
        return ours

    def __str__(self) -> str:
        parts = [
            f"{self.counts.total()} asked",
            *(f"{n} {k}" for k, n in self.counts.most_common()),
        ]
        return ", ".join(parts)


def survives(ours: Answer) -> bool:
    """Whether Helm must not be asked: it would take all memory, or end the process."""
    return isinstance(ours.failure, BudgetExceeded)


def raw_words(error: BaseException | None) -> str:
    """Return what Python says in `error` or its causes."""
    while error is not None:
        if not isinstance(error, PkgtoolError):
            return f"{type(error).__name__} as a cause"
        if found := RAW.search(f"{error.what}\n{error.hint}"):
            return found.group()
        error = error.__cause__
    return ""


def shown(answer: Answer) -> str:
    return repr(answer.error if answer.texts is None else dict(answer.texts))[-600:]


def ask_charts(tally: Tally, seeds: Iterable[int]) -> None:
    for seed in seeds:
        tally.ask(made_chart(Random(seed), broken=seed % 4 == 3), f"chart {seed}")


def ask_calls(tally: Tally, seed: int, *, each: int) -> None:
    for name, chart in made_calls(seed, each=each):
        text = chart.files["templates/a.yaml"]
        tally.ask(chart, text, text=name not in RANDOM)


def helm_charts() -> HelmCharts | None:
    return HelmCharts() if HelmOracle.installed() else None


@pytest.fixture(scope="module")
def helm() -> HelmCharts:
    made = helm_charts()
    if made is None:
        pytest.skip("needs helm-python-sdk")
    return made


def test_some_charts_end_as_in_helm(helm: HelmCharts) -> None:
    tally = Tally(helm)

    ask_charts(tally, range(300))

    assert tally.wrong == []
    assert tally.counts[SAME_TEXT] > 100


def test_some_calls_end_as_in_helm(helm: HelmCharts) -> None:
    tally = Tally(helm)

    ask_calls(tally, 0, each=3)

    assert tally.wrong == []


def test_no_chart_or_call_ends_in_words_of_python() -> None:
    """As above, without Helm; and afterwards the engine works as before."""
    tally = Tally(None)
    before = tally.ours(made_chart(Random(0)), "before")

    ask_charts(tally, range(1000, 1100))
    for name, chart in made_calls(1, each=2, arguments=(*HOSTILE, *ARGUMENTS)):
        tally.ask(chart, name)

    assert tally.wrong == []
    assert tally.ours(made_chart(Random(0)), "after") == before


@pytest.mark.property
@pytest.mark.parametrize("shard", range(10))
def test_many_charts_and_calls_end_as_in_helm(shard: int, helm: HelmCharts) -> None:
    tally = Tally(helm)

    ask_charts(tally, range(100_000 + 1000 * shard, 101_000 + 1000 * shard))
    ask_calls(tally, 100 + shard, each=25)

    print(tally)
    assert tally.wrong == []


@pytest.mark.property
def test_no_hostile_call_ends_in_words_of_python() -> None:
    tally = Tally(None)

    for name, chart in made_calls(1, each=100, arguments=(*HOSTILE, *HOSTILE, *ARGUMENTS)):
        tally.ask(chart, f"{name}: {chart.files['templates/a.yaml']}")

    assert tally.wrong == []


@pytest.mark.property
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(charts() | charts(broken=True))
def test_new_charts_end_as_in_helm(helm: HelmCharts, chart: MadeChart) -> None:
    """Hypothesis makes what fails here smaller."""
    tally = Tally(helm)

    tally.ask(chart, "a new chart")

    assert tally.wrong == []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--charts", type=int, default=10_000)
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", action="store_true", help="show what is said in other words")
    options = parser.parse_args()
    names = len(list(made_calls(0, each=1)))
    failed = 0
    for title in ("charts", "calls"):
        tally = Tally(helm_charts())
        if title == "charts":
            first = options.seed * 1_000_000
            ask_charts(tally, range(first, first + options.charts))
        else:
            ask_calls(tally, options.seed, each=options.calls // names)
        print("\n".join([*(tally.words if options.words else ()), *tally.wrong]))
        print(f"{title}: {tally}")
        failed += len(tally.wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
