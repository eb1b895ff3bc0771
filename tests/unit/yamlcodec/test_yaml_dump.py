"""YAML is written as Helm writes it; every expected text was checked against Helm 4.2.3."""

from types import MappingProxyType
from typing import Any

import pytest

from pkgtool.yamlcodec import dump, dump_pretty, load

WORDS = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, "null", id="null"),
        pytest.param(True, "true", id="true"),
        pytest.param(1.0, "1", id="whole float"),
        pytest.param(1e6, "1000000", id="whole million"),
        pytest.param(1234567.5, "1.2345675e+06", id="large with fraction"),
        pytest.param(1e20, "1e+20", id="beyond integers"),
        pytest.param(2**64, "1.8446744073709552e+19", id="integer beyond integers"),
        pytest.param(2.0**63, "9223372036854776000", id="beyond signed integers"),
        pytest.param(0.00001, "1e-05", id="small"),
        pytest.param(-0.0, "0", id="minus zero"),
        pytest.param("", '""', id="empty text"),
        pytest.param("on", '"on"', id="boolean text"),
        pytest.param("0o8", "0o8", id="no number"),
        pytest.param("0x1F", '"0x1F"', id="number text"),
        pytest.param("1:20", '"1:20"', id="sexagesimal text"),
        pytest.param("2026-02-28", '"2026-02-28"', id="date text"),
        pytest.param("2026-02-29", "2026-02-29", id="no date"),
        pytest.param("2026-1-1 1:2:3", '"2026-1-1 1:2:3"', id="time text"),
        pytest.param("2026-1-1T1:2:3", "2026-1-1T1:2:3", id="time without zone"),
        pytest.param("2026-1-1T1:2:3+24:60", '"2026-1-1T1:2:3+24:60"', id="farthest zone"),
        pytest.param("2026-1-1T1:2:3+25:00", "2026-1-1T1:2:3+25:00", id="no zone"),
        pytest.param("<<", "<<", id="merge sign"),
        pytest.param("a: b", "'a: b'", id="colon and space"),
        pytest.param("a:b", "a:b", id="colon"),
        pytest.param("a #b", "'a #b'", id="comment"),
        pytest.param("-", "'-'", id="dash"),
        pytest.param("-a", "-a", id="option"),
        pytest.param("---a", "'---a'", id="document mark"),
        pytest.param("'a", "'''a'", id="quote first"),
        pytest.param("it's", "it's", id="quote inside"),
        pytest.param(" a", "' a'", id="leading space"),
        pytest.param("a\tb", r'"a\tb"', id="tab"),
        pytest.param("a\\\x1b", r'"a\\\e"', id="escapes"),
        pytest.param("é日", "é日", id="other scripts"),
        pytest.param("a😀", r'"a\U0001F600"', id="emoji"),
        pytest.param("\ufeffa\xa0", r'"\uFEFF\x61\_"', id="mark first"),
        pytest.param("a\ud800b", "a\ufffdb", id="half a surrogate pair"),
        pytest.param("a\u2028b", "'a\u2028  b'", id="line separator"),
        pytest.param("a \u2028b", r'"a \Lb"', id="space at a line separator"),
        pytest.param("a\nb", "|-\n  a\n  b", id="lines"),
        pytest.param("a\nb\n", "|\n  a\n  b", id="lines with end"),
        pytest.param("a\n\n", "|+\n  a\n", id="lines with two ends"),
        pytest.param("\na", "|2-\n\n  a", id="empty line first"),
        pytest.param(" a\nb", "|2-\n   a\n  b", id="indented line first"),
        pytest.param("a\n\u2028b", "|-\n  a\n\u2028  b", id="line separator in lines"),
        pytest.param("a \nb", r'"a \nb"', id="space before a line end"),
        pytest.param([], "[]", id="empty list"),
        pytest.param({}, "{}", id="empty mapping"),
        pytest.param((1, (2,)), "- 1\n- - 2", id="tuples"),
        pytest.param(MappingProxyType({"a": {}}), "a: {}", id="other mappings"),
    ],
)
def test_a_value_alone(value: object, expected: str) -> None:
    assert dump(value) == expected + "\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(1e6, "1e+06", id="whole million"),
        pytest.param(1_000_000, "1000000", id="integer"),
        pytest.param(-0.0, "-0", id="minus zero"),
        pytest.param("a\n\tb", "|-\n  a\n  \tb", id="tab in lines"),
        pytest.param("a\tb", r'"a\tb"', id="tab in a line"),
        pytest.param("a\x7f", r'"a\x7F"', id="delete character"),
        pytest.param(f"{WORDS} {WORDS}", f"{WORDS} {WORDS}", id="long text"),
        pytest.param("a\u2028b", "'a\u2028  b'", id="line separator"),
    ],
)
def test_a_pretty_value_alone(value: object, expected: str) -> None:
    assert dump_pretty(value) == expected + "\n"


TREE: Any = {
    "name": "web",
    "ports": [{"name": "a", "port": 80}, [1, [2]], [], "x"],
    "labels": {"app": {"x": "y"}},
    "script": "one\ntwo\n",
    "l10": 1,
    "l9": 2,
    "line\nend": {"k": ["v"]},
}


def test_a_tree() -> None:
    assert dump(TREE) == (
        'l9: 2\nl10: 1\nlabels:\n  app:\n    x: "y"\n'
        "? |-\n  line\n  end\n: k:\n  - v\n"
        "name: web\nports:\n- name: a\n  port: 80\n- - 1\n  - - 2\n- []\n- x\n"
        "script: |\n  one\n  two\n"
    )


def test_a_pretty_tree() -> None:
    assert dump_pretty(TREE) == (
        'l9: 2\nl10: 1\nlabels:\n  app:\n    x: "y"\n'
        "? |-\n  line\n  end\n: k:\n    - v\n"
        "name: web\nports:\n  - name: a\n    port: 80\n  - - 1\n    - - 2\n  - []\n  - x\n"
        "script: |\n  one\n  two\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"{WORDS} labore",
            "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt\n"
            "  ut labore",
            id="plain",
        ),
        pytest.param(
            f"# it's {WORDS}",
            "'# it''s lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod\n"
            "  tempor incididunt ut'",
            id="single quotes",
        ),
        pytest.param(
            f"\t{WORDS}  labore",
            r'"\tlorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'
            '\n  incididunt ut  labore"',
            id="double quotes",
        ),
        pytest.param(
            "\t" + "abc  " * 20 + "d",
            r'"\tabc  abc  abc  abc  abc  abc  abc  abc  abc  abc  abc  abc  abc  abc  abc  abc'
            "\n  " + r'\ abc  abc  abc  abc  d"',
            id="two spaces in double quotes",
        ),
        pytest.param("abc  " * 20 + "d", "abc  " * 20 + "d", id="two spaces"),
        pytest.param("a" * 100, "a" * 100, id="no space"),
        pytest.param(
            f"one\u2028{WORDS} labore\u2029",
            "'one\u2028  lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod"
            " tempor incididunt\n  ut labore\u2029'",
            id="line separators",
        ),
    ],
)
def test_long_lines_break_after_column_80(text: str, expected: str) -> None:
    assert dump({"k": text}) == f"k: {expected}\n"
    assert load(dump({"k": text})) == {"k": text}


@pytest.mark.parametrize(
    ("keys", "pretty", "expected"),
    [
        pytest.param(["b", "a", "B"], False, ["B", "a", "b"], id="letters"),
        pytest.param(["a10", "a9", "a"], False, ["a", "a9", "a10"], id="numbers"),
        pytest.param(["ab", "a-b", "a.b"], False, ["a-b", "a.b", "ab"], id="signs first"),
        pytest.param(["1b", "1-"], False, ["1-", "1b"], id="letter after a digit"),
        pytest.param(["1-", "1b"], True, ["1b", "1-"], id="letter after a digit, pretty"),
        pytest.param(["a01", "a1", "a001"], False, ["a1", "a01", "a001"], id="leading zeros"),
        pytest.param(["a100", "a20"], False, ["a20", "a100"], id="zeros inside"),
        pytest.param(["9" * 20, "8" * 19], False, ["9" * 20, "8" * 19], id="overflow"),
        pytest.param(["é", "z", "1"], False, ["1", "z", "é"], id="other letters"),
    ],
)
def test_keys_sort_as_people_count(keys: list[str], pretty: bool, expected: list[str]) -> None:
    write = dump_pretty if pretty else dump

    assert list(load(write(dict.fromkeys(keys)))) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param("no", '"no": 1\n', id="boolean"),
        pytest.param("a: b", "'a: b': 1\n", id="colon"),
        pytest.param("k" * 128, "k" * 128 + ": 1\n", id="longest"),
        pytest.param("k" * 129, "? " + "k" * 129 + "\n: 1\n", id="too long"),
        pytest.param("é" * 65, "? " + "é" * 65 + "\n: 1\n", id="too long in bytes"),
        pytest.param("a\rb", '? "a\\rb"\n: 1\n', id="carriage return"),
    ],
)
def test_a_key(key: str, expected: str) -> None:
    assert dump({key: 1}) == expected


class Text(str):
    """A text with a type of its own, as template engines have them."""


class Whole(int):
    """An integer with a type of its own."""


class Share(float):
    """A float with a type of its own."""


def test_subclasses_are_written_as_what_they_are() -> None:
    assert dump({"a": Text("x"), "b": Whole(3), "c": Share(0.5)}) == "a: x\nb: 3\nc: 0.5\n"
