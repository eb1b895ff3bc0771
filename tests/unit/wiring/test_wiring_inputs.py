"""Where values files are read from."""

import io
import sys
from pathlib import Path

import pytest

from pkgtool.errors import FileUnreadable
from pkgtool.settings import Settings, read_settings
from pkgtool.wiring.inputs import read_input


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return read_settings({"HOME": str(tmp_path)})


def test_a_file_may_be_called_like_a_url(settings: Settings) -> None:
    path = Path("ftp://host/values.yaml")
    path.parent.mkdir(parents=True)
    path.write_text("a: 1\n")

    assert read_input("ftp://host/values.yaml", settings) == b"a: 1\n"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("ftp://host/none.yaml", "open ftp://host/none.yaml: no such file or directory"),
        ("://host", 'parse "://host": missing protocol scheme'),
    ],
)
def test_what_is_neither_is_refused(settings: Settings, place: str, words: str) -> None:
    with pytest.raises(FileUnreadable) as caught:
        read_input(place, settings)

    assert caught.value.what == words


def test_blanks_around_the_dash_do_not_matter(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: 1\n")))

    assert read_input(" - ", settings) == b"a: 1\n"
