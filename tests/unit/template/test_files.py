"""What `.Files` gives to templates; globs as Helm's."""

import pytest

from pkgtool.errors import BudgetExceeded
from pkgtool.template.files import chart_files, compile_glob
from pkgtool.template.methods import Record, method_of

PATHS = ["a.txt", "b.txt", "x-y.txt", "[z].txt", "ab", "abc", "conf/a.txt", "conf/b.yaml", "conf/.h", "conf/sub/c.txt"]  # fmt: skip
EVERYTHING = PATHS


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param(
            "*", ["a.txt", "b.txt", "x-y.txt", "[z].txt", "ab", "abc"], id="star stops at a slash"
        ),
        pytest.param("**", EVERYTHING, id="two stars do not"),
        pytest.param("**/*.txt", ["conf/a.txt", "conf/sub/c.txt"], id="two stars need their slash"),
        pytest.param(
            "**.txt",
            ["a.txt", "b.txt", "x-y.txt", "[z].txt", "conf/a.txt", "conf/sub/c.txt"],
            id="at any depth",
        ),
        pytest.param("conf/*", ["conf/a.txt", "conf/b.yaml", "conf/.h"], id="hidden files too"),
        pytest.param("conf/*.{txt,yaml}", ["conf/a.txt", "conf/b.yaml"], id="choice"),
        pytest.param(
            "{conf/*,a*}",
            ["a.txt", "ab", "abc", "conf/a.txt", "conf/b.yaml", "conf/.h"],
            id="choice of patterns",
        ),
        pytest.param("{a,{b,x-y}}.txt", ["a.txt", "b.txt", "x-y.txt"], id="choice in a choice"),
        pytest.param("a{b,}", ["ab"], id="empty choice"),
        pytest.param("[ab].txt", ["a.txt", "b.txt"], id="one of"),
        pytest.param("[!a].txt", ["b.txt"], id="none of"),
        pytest.param("[a-c].txt", ["a.txt", "b.txt"], id="range"),
        pytest.param("[!a-c].txt", [], id="outside of a range"),
        pytest.param("?.txt", ["a.txt", "b.txt"], id="one character"),
        pytest.param("a?", ["ab"], id="one character at the end"),
        pytest.param("conf?a.txt", [], id="one character is no slash"),
        pytest.param("\\[z].txt", ["[z].txt"], id="quoted"),
        pytest.param("[a\\]b].txt", ["a.txt", "b.txt"], id="quoted inside of brackets"),
        pytest.param("[", EVERYTHING, id="broken: everything, as in Helm"),
        pytest.param("[b-a]", EVERYTHING, id="backward range: everything"),
        pytest.param("{a", [], id="open brace: nothing"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_globs(pattern: str, expected: list[str]) -> None:
    matches = compile_glob(pattern)

    assert [path for path in PATHS if matches(path)] == expected


def test_a_glob_of_many_stars_is_no_bomb() -> None:
    assert not compile_glob("*a" * 200 + "b")("a" * 2000)


def test_a_glob_of_many_choices_is_refused() -> None:
    with pytest.raises(BudgetExceeded):
        compile_glob("{a,b,c,d}" * 10)


def call(files: Record, name: str, *args: str) -> object:
    method = method_of(files, name)
    assert method is not None
    return method(*args)


@pytest.fixture
def files() -> Record:
    return chart_files(
        {"conf/b.txt": b"two\nlines\n", "conf/a.txt": b"one", "empty": b"", "bin": b"\xff\x00"}
    )


def test_a_missing_file_is_an_empty_text(files: Record) -> None:
    assert (call(files, "Get", "conf/a.txt"), call(files, "Get", "no")) == ("one", "")
    assert call(files, "GetBytes", "conf/a.txt") == b"one"


def test_lines_do_not_count_the_last_newline(files: Record) -> None:
    assert call(files, "Lines", "conf/b.txt") == ["two", "lines"]
    assert call(files, "Lines", "empty") == []


def test_config_maps_and_secrets_have_base_names(files: Record) -> None:
    matched = call(files, "Glob", "conf/*")
    assert isinstance(matched, Record)

    assert call(matched, "AsConfig") == "a.txt: one\nb.txt: |\n  two\n  lines"
    assert call(matched, "AsSecrets") == "a.txt: b25l\nb.txt: dHdvCmxpbmVzCg=="


def test_nothing_matched_is_an_empty_mapping(files: Record) -> None:
    matched = call(files, "Glob", "none/*")
    assert isinstance(matched, Record)

    assert matched == {}
    assert call(matched, "AsConfig") == "{}"


def test_files_cannot_reach_outside_the_chart(files: Record) -> None:
    assert call(files, "Get", "../../../../etc/hostname") == ""
    assert call(files, "Get", "/etc/hostname") == ""


def test_globs_share_the_effort_of_the_files_they_come_from() -> None:
    """Reading in a loop ends, however the files are come by."""
    files = chart_files({"a.txt": b"a" * 1_000_000})

    def read() -> None:
        for _ in range(200):
            files["Glob"]("*")["Get"]("a.txt")

    with pytest.raises(BudgetExceeded, match="too often"):
        read()
