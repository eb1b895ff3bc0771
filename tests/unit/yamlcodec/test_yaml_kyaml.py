"""Annotations set and taken away as kyaml does it; what is expected here is what Helm writes."""

import pytest

from pkgtool import yamlcodec
from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec.kyaml import with_annotation, without_annotation

KEY = "x.io/file"


def annotated(text: str) -> str:
    return "---\n".join(with_annotation(text, KEY, "a.yaml"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(
            "kind: A\n", "kind: A\nmetadata:\n  annotations:\n    x.io/file: 'a.yaml'\n", id="bare"
        ),
        pytest.param(
            "metadata:\n    name: a\n    annotations:\n        b: c\nkind: A\n",
            "metadata:\n  name: a\n  annotations:\n    b: c\n    x.io/file: 'a.yaml'\nkind: A\n",
            id="indented by four",
        ),
        pytest.param(
            "metadata: {name: a}\n",
            "metadata: {name: a, annotations: {x.io/file: 'a.yaml'}}\n",
            id="flow",
        ),
        pytest.param(
            "metadata:\n  annotations:\nspec:\n  l:\n    - a\n    -   b: 1\n        c: 2\n",
            "metadata:\n  annotations:\n    x.io/file: 'a.yaml'\nspec:\n  l:\n  - a\n  - b: 1\n    c: 2\n",
            id="lists",
        ),
        pytest.param(
            "# head\nmetadata: # meta\n  # inside\n  annotations:   # eol\n    a: b\n\n    # two\n    c: 'd'\n",
            "# head\nmetadata: # meta\n  # inside\n  annotations: # eol\n    a: b\n    # two\n    c: 'd'\n"
            "    x.io/file: 'a.yaml'\n",
            id="comments",
        ),
        pytest.param(
            'metadata: {annotations: {}}\na: "long\n  text"\nb: |\n  x  # no comment\n\n  y\n\nc: >-\n  p\n  q\n',
            "metadata: {annotations: {x.io/file: 'a.yaml'}}\na: \"long text\"\nb: |\n  x  # no comment\n\n  y\n"
            "c: >-\n  p q\n",
            id="texts",
        ),
        pytest.param(
            "metadata: {annotations: {}}\na: |\n  ends in a blank \n  b\n",
            "metadata: {annotations: {x.io/file: 'a.yaml'}}\na: \"ends in a blank \\nb\\n\"\n",
            id="a block that cannot be one",
        ),
        pytest.param(
            "a: 0777\nb: 1e3\nc: yes\nd: ~\ne:\nf: !!str 5\nmetadata: {annotations: {}}\n",
            "a: 0777\nb: 1e3\nc: yes\nd: ~\ne:\nf: !!str 5\n"
            "metadata: {annotations: {x.io/file: 'a.yaml'}}\n",
            id="scalars keep their spelling",
        ),
        pytest.param(
            "a: &x {b: c}\nd: *x\nmetadata: {annotations: {}}\n",
            "a: &x {b: c}\nd: *x\nmetadata: {annotations: {x.io/file: 'a.yaml'}}\n",
            id="aliases",
        ),
    ],
)
def test_with_annotation(given: str, expected: str) -> None:
    assert annotated(given) == expected


def test_a_list_is_its_items() -> None:
    text = "kind: List\nitems:\n- kind: A\n- {kind: B}\n"

    made = list(with_annotation(text, KEY, "a.yaml"))

    assert [yamlcodec.load(each)["kind"] for each in made] == ["A", "B"]
    assert [text for _, text in without_annotation(text, KEY, unwrap=False)] == [text]


def test_only_comments_are_nothing() -> None:
    assert list(with_annotation("# nothing\n", KEY, "a.yaml")) == []


@pytest.mark.parametrize(
    "text",
    [
        "kind: A\nmetadata:\n  name: a\n  annotations:\n    b: c\n",
        "kind: A\nmetadata:\n  name: a\n",
        "kind: A\n",
        "metadata: {name: a}\n",
    ],
)
def test_what_is_set_can_be_taken_away(text: str) -> None:
    assert list(without_annotation(annotated(text), KEY)) == [("a.yaml", text)]


def test_empty_mappings_go() -> None:
    text = "kind: A\nmetadata:\n  name: a\n  annotations: {}\n"

    assert list(without_annotation(text, KEY)) == [("", "kind: A\nmetadata:\n  name: a\n")]


def test_a_key_twice_keeps_its_meaning() -> None:
    """The last one counts for us, so nothing else may come out."""
    (made,) = with_annotation("data:\n  a: b\n  a: c\n", KEY, "a.yaml")

    assert yamlcodec.load(made)["data"] == {"a": "c"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("just text\n", "wrong node kind: expected MappingNode but got ScalarNode"),
        ("- a\n", "wrong node kind: expected MappingNode but got SequenceNode"),
        ("a: b: c\n", "mapping values"),
    ],
)
def test_what_is_no_object(text: str, words: str) -> None:
    with pytest.raises(YamlInvalid, match=words):
        list(with_annotation(text, KEY, "a.yaml"))
