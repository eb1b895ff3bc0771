import pytest

from pkgtool.errors import UsageError
from pkgtool.release.applying import apply_method


@pytest.mark.parametrize(
    ("wanted", "before", "method"),
    [
        ("auto", "ssa", "ssa"),
        ("auto", "csa", "csa"),
        ("auto", "", "csa"),
        ("true", "csa", "ssa"),
        ("false", "ssa", "csa"),
    ],
)
def test_who_merges_objects(wanted: str, before: str, method: str) -> None:
    assert apply_method(wanted, before) == method


def test_the_server_merges_objects_of_a_first_revision() -> None:
    assert apply_method("auto") == "ssa"


def test_other_words_are_refused() -> None:
    with pytest.raises(UsageError, match="invalid/unknown release server-side apply method: x"):
        apply_method("x")
