"""Files that people keep are changed without losing what people wrote."""

import pytest

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec import edit

CHART = """\
# The web shop.
apiVersion: v2
name: shop   # do not rename
version: '1.2.3'

dependencies:
  # the database
  - name: mariadb
    condition: mariadb.enabled
flag: yes
mode: 0644
"""


def test_only_the_changed_line_differs() -> None:
    assert edit(CHART, {("version",): "1.3.0"}) == CHART.replace("1.2.3", "1.3.0")


def test_missing_mappings_are_made_at_the_end() -> None:
    changed = edit(CHART, {("annotations", "team"): "shop", ("annotations", "open"): "yes"})

    assert changed == CHART + 'annotations:\n  team: shop\n  open: "yes"\n'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: 1\nb:\n- c\n- d: 1\n  e: 2\n", id="lists in the column of the key"),
        pytest.param("a: 1\nb:\n    c:\n        d: 1\n", id="four columns"),
        pytest.param("---\na: 1\nb: &x [1, 2]\nc: *x\n", id="document mark and anchors"),
        pytest.param("a: 1\nb: |-\n  one\n  two\nc: >-\n  three\n  four\n", id="blocks"),
        pytest.param("a: 1\nb: " + "word " * 40 + "end\n", id="long line"),
        pytest.param("a: 1\nb: {c: 1, d: [x]}\ne: \"q\"\nf: 'r'\n", id="flow and quotes"),
        pytest.param("a: 1\nb:\nc: ~\nd: null\n", id="nulls"),
    ],
)
def test_layout_stays(text: str) -> None:
    assert edit(text, {("a",): 2}) == text.replace("a: 1", "a: 2")


def test_values_are_written_so_that_they_read_back() -> None:
    assert edit("a: 1\n", {("b",): "1.10", ("c",): "x\ny\n", ("d",): [{"e": "off"}]}) == (
        'a: 1\nb: "1.10"\nc: |\n  x\n  y\nd:\n- e: "off"\n'
    )


def test_a_text_with_nothing_but_comments_keeps_them() -> None:
    assert edit("# settings", {("a", "b"): 1}) == "# settings\na:\n  b: 1\n"


def test_no_changes_change_nothing() -> None:
    assert edit("", {}) == ""
    assert edit(CHART, {}) == CHART


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        pytest.param("a: 1\n", ("a", "b"), "cannot set 'a.b': 'a' is not a mapping", id="number"),
        pytest.param("a: 1\n", (), "without a path", id="no path"),
        pytest.param("- 1\n", ("a",), "the document is not a mapping", id="list"),
        pytest.param("a: 1\na: 2\n", ("a",), "duplicate key 'a'", id="equal keys"),
        pytest.param("a: 1\n---\nb: 2\n", ("a",), "keep its layout", id="two documents"),
        pytest.param("a: [\n", ("a",), "while parsing", id="broken"),
        pytest.param("yes: 1\ntrue: 2\n", ("a",), "duplicate key 'true'", id="equal in YAML 1.1"),
    ],
)
def test_what_cannot_be_changed_is_refused(text: str, path: tuple[str, ...], words: str) -> None:
    with pytest.raises(YamlInvalid, match=words):
        edit(text, {path: 3})


def test_a_change_that_would_change_more_is_refused() -> None:
    """ruamel.yaml takes `yes` for a text, so it would add a second key that Helm reads as one."""
    with pytest.raises(YamlInvalid, match="keep everything else"):
        edit("yes: 1\n", {("true",): 2})
