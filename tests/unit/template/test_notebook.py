"""What YAML means is remembered exactly, privately and within bounds, and forgotten when in doubt."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pkgtool import yamlcodec
from pkgtool.errors import YamlInvalid
from pkgtool.template import notebook as module
from pkgtool.template.codecache import CodeCache
from pkgtool.template.notebook import CacheNotebook
from pkgtool.yamlcodec.load import Document
from pkgtool.yamlcodec.notebook import Page

SPECIAL = {
    "a map": "a: 1\nb: [x, {c: d}]\n",
    "text": "just text\n",
    "nothing": "",
    "only a comment": "# nothing\n",
    "words": "[yes, no, ~, null, on, y]\n",
    "64 bits": "[9223372036854775807, -9223372036854775808, 18446744073709551615]\n",
    "beyond 64 bits": "[18446744073709551616, 123456789012345678901234567890]\n",
    "floats": "[1.0, -0.0, 1e300, 08, 1_000.5]\n",
    "dates": "[2026-01-31, 2026-01-31T00:00:00Z, 1:20]\n",
    "binary": "!!binary aGVsbG8=\n",
    "anchors": "a: &a {b: [1]}\nc: *a\nd:\n  <<: *a\n  e: 1\n",
    "other scripts": "é: 日本 😀\n",
    "a key twice": "a: 1\nb:\n  c: 1\n  c: 2\n",
    "quoted merge": '"<<": 1\nb: {c: 1, c: 2}\n',
    "a mark": "\ufeffa: 1\n",
}


class Reader:
    """Reads texts as one command does, and ends."""

    def __init__(self, folder: Path) -> None:
        self.cache = CodeCache(folder)
        self.notebook = CacheNotebook(self.cache)
        self.page = self.notebook.page("test")

    def end(self) -> None:
        self.notebook.flush()
        self.cache.flush()


def remembered(folder: Path, texts: list[str]) -> None:
    reader = Reader(folder)
    for text in texts:
        yamlcodec.load_document(text, page=reader.page)
        yamlcodec.load_all(text, page=reader.page)
    reader.end()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "code"


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what makes parsing fail from then on."""

    def refuse(*_: object) -> None:
        pytest.fail("parsed")

    # The package has a function of the module's name.
    return lambda: monkeypatch.setattr(import_module("pkgtool.yamlcodec.load"), "_builder", refuse)


@pytest.mark.parametrize("text", SPECIAL.values(), ids=SPECIAL)
def test_what_comes_back_is_what_was_parsed(
    text: str, folder: Path, no_parser: Callable[[], None]
) -> None:
    document, every = yamlcodec.load_document(text), yamlcodec.load_all(text)
    remembered(folder, [text])
    no_parser()

    page = Reader(folder).page
    again = yamlcodec.load_document(text, page=page)

    # Representations tell 1 from 1.0 and from true, and show the order of keys.
    assert repr(again.value) == repr(document.value)
    assert again.duplicates == document.duplicates
    assert repr(yamlcodec.load_all(text, page=page)) == repr(every)


def test_lines_are_found_when_asked_for(folder: Path) -> None:
    text = "a: 1\nb:\n  c: 2\n"
    remembered(folder, [text])

    again = yamlcodec.load_document(text, page=Reader(folder).page)

    assert again.line(("b", "c")) == 3


def test_bytes_and_text_are_the_same(folder: Path, no_parser: Callable[[], None]) -> None:
    remembered(folder, ["a: é\n"])
    no_parser()

    assert yamlcodec.load_all("a: é\n".encode(), page=Reader(folder).page) == [{"a": "é"}]


def test_how_a_text_is_read_makes_a_difference(folder: Path) -> None:
    remembered(folder, ["a: 1\na: 2\n"])
    page = Reader(folder).page

    floats = yamlcodec.load_all("a: 1\na: 2\n", numbers="float", page=page)
    assert repr(floats) == "[{'a': 2.0}]"
    with pytest.raises(YamlInvalid, match="duplicate key"):
        yamlcodec.load_document("a: 1\na: 2\n", duplicates="error", page=page)


def test_nobody_shares_what_comes_back(folder: Path) -> None:
    remembered(folder, ["a: {b: [1]}\n"])
    page = Reader(folder).page

    def read() -> Any:
        return yamlcodec.load_document("a: {b: [1]}\n", page=page).value

    read()["a"]["b"].append(2)

    assert read() == {"a": {"b": [1]}}


def test_what_is_changed_after_parsing_is_not_remembered_changed(folder: Path) -> None:
    reader = Reader(folder)
    yamlcodec.load_all("a: {}\n", page=reader.page)[0]["a"]["b"] = 1
    reader.end()

    assert yamlcodec.load_all("a: {}\n", page=Reader(folder).page) == [{"a": {}}]


def test_what_is_refused_is_not_remembered(folder: Path) -> None:
    for _ in range(2):
        reader = Reader(folder)
        with pytest.raises(YamlInvalid):
            yamlcodec.load_document("a: [\n", page=reader.page)
        reader.end()

    assert not folder.exists()


def test_a_text_over_the_limit_is_refused_though_it_is_known(folder: Path) -> None:
    remembered(folder, ["a: 1\n"])

    with pytest.raises(YamlInvalid, match="larger"):
        yamlcodec.load_all("a: 1\n", limit_bytes=3, page=Reader(folder).page)


def test_what_is_no_plain_data_is_not_kept(folder: Path) -> None:
    reader = Reader(folder)
    reader.page.keep("test", "text", Document(1, {}, ()))
    reader.end()

    assert Reader(folder).page.recall("test", "text") is None


def damage(folder: Path, change: Callable[[bytes], bytes]) -> None:
    for path in folder.iterdir():
        path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize(
    "change",
    [lambda data: data[:-3], lambda data: data[:20] + b"x" + data[21:], lambda data: b""],
    ids=["cut", "changed", "empty"],
)
def test_a_damaged_page_is_made_anew(folder: Path, change: Callable[[bytes], bytes]) -> None:
    remembered(folder, ["a: 1\n"])
    damage(folder, change)

    remembered(folder, ["a: 1\n"])

    assert Reader(folder).page.recall("first exact last", "a: 1\n") == ({"a": 1}, ())


@pytest.mark.parametrize("foreign", [None, 1, (), "text", {}, {"": 1}])
def test_what_is_no_page_is_a_miss(folder: Path, foreign: Any) -> None:
    remembered(folder, ["a: 1\n"])
    cache = CodeCache(folder)
    for path in folder.iterdir():
        cache.put(path.name, foreign)
    cache.flush()

    assert Reader(folder).page.recall("first exact last", "a: 1\n") is None


def test_meanings_that_cannot_be_read_are_misses(folder: Path) -> None:
    remembered(folder, ["a: 1\n"])
    cache = CodeCache(folder)
    for path in folder.iterdir():
        cache.put(path.name, dict.fromkeys(cache.get(path.name), b"["))
    cache.flush()

    assert yamlcodec.load_all("a: 1\n", page=Reader(folder).page) == [{"a": 1}]


def test_a_folder_that_is_open_to_others_is_not_used(folder: Path) -> None:
    remembered(folder, ["a: 1\n"])
    folder.chmod(0o777)

    assert Reader(folder).page.recall("first exact last", "a: 1\n") is None


def test_other_sources_of_the_codec_know_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered(folder, ["a: 1\n"])
    monkeypatch.setattr(module, "_stamp", lambda: "another version")

    assert Reader(folder).page.recall("first exact last", "a: 1\n") is None


def texts_of(page: Page, texts: list[str]) -> list[str]:
    return [text for text in texts if page.recall("first exact last", text) is not None]


def test_a_page_has_the_texts_of_the_last_time(folder: Path) -> None:
    """However often a text changes, there is one file, of one size."""
    for number in range(5):
        remembered(folder, ["same: 1\n", f"number: {number}\n"])

    texts = ["same: 1\n", "number: 3\n", "number: 4\n"]
    assert texts_of(Reader(folder).page, texts) == ["same: 1\n", "number: 4\n"]
    assert len(list(folder.iterdir())) == 1


def test_nothing_new_writes_nothing(folder: Path) -> None:
    remembered(folder, ["a: 1\n"])
    (path,) = folder.iterdir()
    path.chmod(0o400)
    inode = path.stat().st_ino

    remembered(folder, ["a: 1\n"])

    assert path.stat().st_ino == inode


def test_a_page_has_a_largest_size(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 100)
    texts = ["a: 1\n", f"b: {'x' * 200}\n"]

    remembered(folder, texts)

    assert texts_of(Reader(folder).page, texts) == texts[:1]


def test_nothing_is_handed_to_a_child_before_the_end(folder: Path) -> None:
    reader = Reader(folder)
    yamlcodec.load_all("a: 1\n", page=reader.page)

    assert reader.cache.fresh() == {}
