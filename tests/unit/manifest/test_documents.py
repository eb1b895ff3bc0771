import pytest

from pkgtool.manifest.document import split_documents


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1\n", [(1, "a: 1\n")], id="one"),
        pytest.param("a: 1\n---\nb: 2\n", [(1, "a: 1\n"), (3, "b: 2\n")], id="two"),
        pytest.param("---\na: 1", [(2, "a: 1")], id="a separator first"),
        pytest.param("\n\n---\n\n a: 1\n", [(5, "a: 1\n")], id="blanks before are dropped"),
        pytest.param(
            "a: 1\n\n\n---\nb: 2", [(1, "a: 1\n\n\n"), (5, "b: 2")], id="blanks after stay"
        ),
        pytest.param("---a: 1\n---b: 2\n", [(1, "a: 1\n"), (2, "b: 2\n")], id="glued to the text"),
        pytest.param("a: 1\n --- \n", [(1, "a: 1\n --- \n")], id="indented dashes do not separate"),
        pytest.param("a: 1\n--- # why\nb: 2", [(1, "a: 1\n"), (2, "# why\nb: 2")], id="a remark"),
        pytest.param("---\n---\n---", [], id="only separators"),
        pytest.param(" \n\t\n", [], id="blank"),
        pytest.param("", [], id="empty"),
        pytest.param("a: 1\r\n---\r\nb: 2\r\n", [(1, "a: 1\r\n"), (3, "b: 2\r\n")], id="CRLF"),
    ],
)
def test_text_is_split_where_a_line_begins_with_dashes(
    text: str, expected: list[tuple[int, str]]
) -> None:
    assert list(split_documents(text)) == expected
