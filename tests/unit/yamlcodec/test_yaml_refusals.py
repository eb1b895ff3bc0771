"""Whatever comes in, the only error is `YamlInvalid`, soon, and with the place."""

import sys
from collections.abc import Callable

import pytest

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec import dump, dump_json, dump_pretty, load, load_all, load_document, load_json

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
LONG = "a: &a " + "x" * 10_000 + "\nb: [" + "*a, " * 10_000 + "]\n"
MERGES = "m0: &m0 {a: 1}\n" + "".join(
    f"m{n}: &m{n} {{a{n}: *m{n - 1}, b{n}: *m{n - 1}, <<: *m{n - 1}}}\n" for n in range(1, 30)
)
CHAIN = "a0: &a0 []\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 400))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: b: c\n", "mapping values are not allowed", id="colon in a value"),
        pytest.param("a: [1\n", "did not find expected ',' or ']'", id="open bracket"),
        pytest.param("a: 'x\n", "unexpected end of stream", id="open quote"),
        pytest.param("a: *b\n", "unknown anchor 'b'", id="unknown anchor"),
        pytest.param("a: &a [*a]\n", "contains itself", id="anchor inside itself"),
        pytest.param("a: .inf\n", "unsupported value", id="infinity"),
        pytest.param("~: 1\n", "unsupported map key: null", id="null key"),
        pytest.param("18446744073709551615: 1\n", "unsupported map key", id="huge key"),
        pytest.param("? [a]\n: 1\n", "invalid map key", id="list as key"),
        pytest.param("a: &a {}\n*a : 1\n", "invalid map key", id="alias of a mapping as key"),
        pytest.param("a: {{ x }}\n", "invalid map key", id="template expression"),
        pytest.param("<<: 1\n", "map merge requires", id="merge of a number"),
        pytest.param("<<: [[]]\n", "map merge requires", id="merge of lists"),
        pytest.param(
            "a: &a [{}]\n<<: *a\n", "map merge requires", id="merge of an alias to a list"
        ),
        pytest.param("a: !!int x\n", "cannot decode 'x' as a !!int", id="tag does not fit"),
        pytest.param("a: !!binary '*'\n", "invalid base64", id="no base64"),
        pytest.param("a: !!binary é\n", "invalid base64", id="no ascii"),
        pytest.param('a: "\\/"\n', "unknown escape", id="escaped slash"),
        pytest.param("%YAML 1.2\n---\na: 1\n", "incompatible YAML", id="YAML 1.2"),
        pytest.param("a: \0\n", "not allowed", id="null character"),
        pytest.param("a: \x7f\n", "not allowed", id="delete character"),
        pytest.param("a: \ud800\n", "surrogate", id="half a surrogate pair"),
        pytest.param(b"a: \xff\n", "not UTF-8: byte 0xff at offset 3", id="no utf-8"),
        pytest.param(b"\xff\xfea", "not UTF-16", id="no utf-16"),
        pytest.param("%TAG !a! x\n" * 1000 + "--- 1\n", "%TAG directives", id="directives"),
        pytest.param(BOMB, "excessive aliasing", id="alias bomb"),
        pytest.param(LONG, "excessive aliasing", id="long text by alias"),
        pytest.param(MERGES, "excessive aliasing", id="merge bomb"),
        pytest.param(CHAIN, "deeper than 256", id="depth by alias"),
        pytest.param("[" * 100_000, "deeper than 256", id="brackets"),
        pytest.param("{a: " * 100_000, "deeper than 256", id="braces"),
        pytest.param("- " * 100_000, "deeper than 256", id="dashes"),
        pytest.param("[" * 257 + "]" * 257, "deeper than 256", id="one too deep"),
    ],
)
@pytest.mark.parametrize("read", [load, load_all, load_document])
def test_a_bad_text_is_refused_with_its_place(
    read: Callable[[str | bytes], object], text: str | bytes, words: str
) -> None:
    with pytest.raises(YamlInvalid, match=words.replace("]", r"\]")) as caught:
        read(text)

    assert caught.value.where is not None
    assert str(caught.value).isprintable() or "\n" in str(caught.value)


@pytest.mark.parametrize("read", [load, load_all, load_json])
def test_a_text_that_is_too_large_is_refused(read: Callable[..., object]) -> None:
    with pytest.raises(YamlInvalid, match="larger than 5 bytes"):
        read("'ééé'", limit_bytes=5)
    with pytest.raises(YamlInvalid, match="larger than 4 bytes"):
        read("'aaa'", limit_bytes=4)


def test_the_deepest_allowed_document_can_be_read_and_written() -> None:
    deepest = load("[" * 256 + "]" * 256)

    assert load(dump(deepest)) == deepest
    assert load_json(dump_json(deepest)) == deepest


def test_aliases_may_repeat_small_things_often() -> None:
    assert len(load("- &a x\n" + "- *a\n" * 5_000)) == 5_001


def _holding_itself() -> list[object]:
    value: list[object] = []
    value.append({"again": value})
    return value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param(_holding_itself(), "deeper than 256", id="holds itself"),
        pytest.param({"a": object()}, "type 'object'", id="object"),
        pytest.param({"a": {1, 2}}, "type 'set'", id="set"),
        pytest.param(b"a", "type 'bytes'", id="bytes"),
        pytest.param({1: 2}, "key of type 'int'", id="integer key"),
        pytest.param({"a": 1, None: 2}, "key of type 'NoneType'", id="null key"),
        pytest.param(float("nan"), "unsupported value", id="not a number"),
        pytest.param([float("-inf")], "unsupported value", id="infinity"),
        pytest.param(10**5000, "beyond the range", id="huge integer"),
    ],
)
@pytest.mark.parametrize("write", [dump, dump_pretty, dump_json])
def test_what_cannot_be_written_is_refused(
    write: Callable[[object], str], value: object, words: str
) -> None:
    with pytest.raises(YamlInvalid, match=words):
        write(value)


@pytest.mark.parametrize("write", [dump, dump_pretty, dump_json])
def test_a_caller_that_is_deep_itself_gets_the_same_error(write: Callable[[object], str]) -> None:
    value: object = 1
    for _ in range(200):
        value = [value]

    def deep(levels: int) -> str:
        return deep(levels - 1) if levels else write(value)

    with pytest.raises(YamlInvalid):
        deep(sys.getrecursionlimit() - 150)


@pytest.mark.parametrize("text", ["a\x7fb", "a\x80b", "a\ufffeb"])
def test_what_yaml_could_not_read_again_is_refused(text: str) -> None:
    with pytest.raises(YamlInvalid, match="control characters are not allowed"):
        dump({"a": [text]})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("yaml-tab", "a:\n\tb: 1\n", id="tab"),
        pytest.param("yaml-template", "image: {{ .Values.image }}\n", id="template"),
        pytest.param("yaml-colon", "title: one: two\n", id="colon"),
        pytest.param("yaml-open-bracket", "a: 1\nports: [80,\n  443\nb: 2\n", id="bracket"),
        pytest.param("yaml-open-quote", "a: 'x\nb: 2\n", id="quote"),
        pytest.param("yaml-inner-quote", 'motto: "say "hi""\n', id="quote in quotes"),
        pytest.param("yaml-indent", "a:\n  b: 1\n c: 2\n", id="indent"),
        pytest.param("yaml-at", "user: @me\n", id="at"),
        pytest.param("yaml-anchor", "glob: *.txt\n", id="anchor"),
        pytest.param("yaml-missing-colon", "a: 1\nb\nc: 2\n", id="missing colon"),
        pytest.param("yaml-escape", 'path: "C:\\dir"\n', id="escape"),
    ],
)
def test_an_error_says_where_and_what_to_do(
    golden: Callable[[str, str], None], name: str, text: str
) -> None:
    with pytest.raises(YamlInvalid) as caught:
        load(text, name="values.yaml")

    golden(f"errors/{name}.txt", f"{caught.value}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: b: c", "yaml: mapping values are not allowed in this context", id="line 1"),
        pytest.param("a:\n  b: 1\n c: 2", "yaml: line 2: did not find expected key", id="parser"),
        pytest.param("a: 1\nb: @", "yaml: line 2: found character that cannot start any token",
                     id="scanner"),
        pytest.param("x:\n  y: 'a\n  b\nz: 1", "yaml: line 4: found unexpected end of stream",
                     id="open quote"),
        pytest.param("a: &x\n  b: *x", "yaml: anchor 'x' value contains itself", id="anchor"),
        pytest.param("a: 1\nb: *y", "yaml: unknown anchor 'y' referenced", id="no anchor"),
        pytest.param("a: -.inf", "json: unsupported value: -Inf", id="infinity"),
        pytest.param("a: .nan", "json: unsupported value: NaN", id="no number"),
        pytest.param("a: !!int 1.5", "yaml: cannot decode !!float `1.5` as a !!int", id="tag"),
        pytest.param("a:\n  ~: d", "unsupported map key of type: %!s(<nil>), key: <nil>, value: "
                     '"d"', id="null key"),
        pytest.param("9999999999999999999: 1", "unsupported map key of type: uint64, key: "
                     "0x8ac7230489e7ffff, value: 1", id="large key"),
        pytest.param("~: {a: b}", "unsupported map key of type: %!s(<nil>), key: <nil>, value: {…}",
                     id="null key of a mapping"),
    ],
)  # fmt: skip
def test_an_error_also_has_the_words_of_helm(text: str, words: str) -> None:
    with pytest.raises(YamlInvalid) as caught:
        load(text)

    assert caught.value.in_go == words
