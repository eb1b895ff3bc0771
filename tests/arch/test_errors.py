"""Every error has a code, a page, and survives a process boundary."""

import pickle
from collections.abc import Iterator

import pytest

from pkgtool import errors
from pkgtool.docs import FOLDER
from pkgtool.errors import PkgtoolError, Problem
from pkgtool.source import Span


def every_error() -> Iterator[type[PkgtoolError]]:
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, PkgtoolError):
            yield value


ERRORS = [kind for kind in every_error() if kind is not errors.CollectedError]
PAGES = FOLDER / "reference" / "errors"


def example(kind: type[PkgtoolError]) -> PkgtoolError:
    """Return an instance, whatever its constructor takes."""
    if issubclass(kind, errors.CollectedError):
        return kind("several things are wrong", [Problem("this", path="a.b"), Problem("that")])
    if kind is errors.ReleaseExists:
        return errors.ReleaseExists("web", "prod", 3)
    if kind is errors.ReleaseNotFound:
        return errors.ReleaseNotFound("wbe", "prod", known=["web"])
    if kind is errors.RevisionNotFound:
        return errors.RevisionNotFound("web", 9)
    if kind is errors.DigestMalformed:
        return errors.DigestMalformed("abc")
    return kind("it broke", where=Span("a.yaml", "x: {{ y }}\n", 3, 10), hint="mend it")


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in ERRORS]

    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.code)
def test_every_error_has_a_page(kind: type[PkgtoolError]) -> None:
    """The page says what causes it, shows an example and says how to fix it."""
    path = PAGES / f"{kind.code}.md"
    assert path.exists(), f"write {path.relative_to(FOLDER.parent.parent)}"
    text = path.read_text()

    assert text.startswith(f"# {kind.code} {kind.__name__} — ")
    for section in ("## Cause", "## Example", "## Fix"):
        assert section in text


def test_no_page_is_about_an_error_that_is_gone() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {kind.code for kind in ERRORS}


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.code)
def test_every_error_survives_pickling(kind: type[PkgtoolError]) -> None:
    error = example(kind)

    again = pickle.loads(pickle.dumps(error))

    assert type(again) is kind
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_messages(golden: object) -> None:
    """What users see, one block per error, reviewed in one file."""
    assert callable(golden)

    text = "\n\n".join(str(example(kind)) for kind in ERRORS)

    golden("errors/messages.txt", f"{text}\n")
