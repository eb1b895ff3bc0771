"""From the flags of one command to the user's values."""

import pytest

from pkgtool.errors import SetPathInvalid, ValuesError
from pkgtool.values.inputs import ValueInputs, load_values, merge_inputs

FILES = {
    "base.yaml": b"a: {b: 1, c: 2}\nlist: [1, 2]\n",
    "more.yaml": b"a: {b: 9}\nlist: [3]\n",
    "two.yaml": b"a: 1\n---\na: 2\nb: 3\n---\n",
    "note.txt": b"line one\nline two\n",
    "shared.yaml": b"one: &x {k: 1}\ntwo: *x\n",
    "latin.txt": b"caf\xe9",
}


def test_later_files_win() -> None:
    inputs = ValueInputs(files=("base.yaml", "more.yaml"))

    assert merge_inputs(inputs, FILES.__getitem__) == {"a": {"b": 9, "c": 2}, "list": [3]}


def test_flags_win_over_files_in_their_own_order() -> None:
    inputs = ValueInputs(
        files=("base.yaml",),
        set_json=("a.b=1", "z=[1]"),
        set=("a.b=2",),
        set_string=("a.b=3",),
        set_file=("n=note.txt",),
        set_literal=("z=x,y",),
    )

    found = merge_inputs(inputs, FILES.__getitem__)

    assert found["a"] == {"b": "3", "c": 2}
    assert (found["n"], found["z"]) == ("line one\nline two\n", "x,y")


def test_a_json_object_is_merged_whole() -> None:
    inputs = ValueInputs(files=("base.yaml",), set_json=(' {"a": {"d": null}}',))

    assert merge_inputs(inputs, FILES.__getitem__)["a"] == {"b": 1, "c": 2, "d": None}


def test_all_documents_of_a_file_count() -> None:
    assert load_values(FILES["two.yaml"], name="two.yaml") == {"a": 2, "b": 3}


def test_setting_one_of_two_places_behind_an_anchor_leaves_the_other() -> None:
    inputs = ValueInputs(files=("shared.yaml",), set=("one.k=2",))

    assert merge_inputs(inputs, FILES.__getitem__) == {"one": {"k": 2}, "two": {"k": 1}}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"- 1\n", "json: cannot unmarshal array into Go value", id="list"),
        pytest.param(b"a: [", "failed to parse f.yaml", id="broken"),
        pytest.param(b"a: \xff", "failed to parse f.yaml", id="no text"),
        pytest.param(b"%YAML 1.1\n---\na: 1\n", "expected <document start>", id="directive"),
    ],
)
def test_files_that_hold_no_values(data: bytes, said: str) -> None:
    with pytest.raises(ValuesError, match=said):
        load_values(data, name="f.yaml")


def test_a_broken_json_object_is_refused() -> None:
    with pytest.raises(SetPathInvalid, match="failed parsing --set-json data"):
        merge_inputs(ValueInputs(set_json=("{broken",)), FILES.__getitem__)


def test_a_file_that_is_no_text_cannot_be_a_value() -> None:
    with pytest.raises(ValuesError, match="not UTF-8"):
        merge_inputs(ValueInputs(set_file=("a=latin.txt",)), FILES.__getitem__)
