"""Problems in values point at lines."""

from pkgtool.yamlcodec import load_document

TEXT = """\
# a comment
web:
  image: nginx
  ports:
    - 80
    - name: tls
      port: 443
base: &base
  cpu: 1
derived:
  <<: *base
copy: *base
? on
: last
"""


def test_every_key_and_item_has_its_line() -> None:
    lines = load_document(TEXT).lines

    assert dict(lines) == {
        (): 2,
        ("web",): 2,
        ("web", "image"): 3,
        ("web", "ports"): 4,
        ("web", "ports", 0): 5,
        ("web", "ports", 1): 6,
        ("web", "ports", 1, "name"): 6,
        ("web", "ports", 1, "port"): 7,
        ("base",): 8,
        ("base", "cpu"): 9,
        ("derived",): 10,
        ("derived", "<<"): 11,
        ("copy",): 12,
        ("true",): 13,
    }
    assert len(lines) == 14


def test_what_has_no_line_has_that_of_what_holds_it() -> None:
    document = load_document(TEXT)

    assert document.line(("copy", "cpu")) == 12
    assert document.line(("web", "ports", 1, "port")) == 7
    assert document.line(("nowhere", "at", "all")) == 2


def test_aliases_as_keys_and_nested_lists_have_lines() -> None:
    document = load_document("- &k name\n- - *k\n  - ? *k\n    : [1,\n      2]\n")

    assert document.value == ["name", ["name", {"name": [1, 2]}]]
    assert document.lines[(1, 1, "name")] == 3
    assert document.lines[(1, 1, "name", 1)] == 5


def test_an_empty_document_has_no_lines() -> None:
    document = load_document("# nothing\n")

    assert document.value is None
    assert dict(document.lines) == {}
    assert document.line(("a",)) == 1


def test_lines_are_those_of_an_editor() -> None:
    """YAML counts line separators and lone carriage returns as line ends; editors do not."""
    document = load_document("a: 'x\u2028y'\nb: 1\r\nc: 2\n")

    assert [document.lines[(key,)] for key in "abc"] == [1, 2, 3]


def test_duplicate_keys_are_listed_with_their_lines() -> None:
    document = load_document("a: 1\nb:\n  - c: 1\n    d: 2\n    c: 3\n'a': 2\na: 3\n")

    assert document.value == {"a": 3, "b": [{"c": 3, "d": 2}]}
    assert document.duplicates == ((("b", 0, "c"), 5), (("a",), 6), (("a",), 7))
