"""Letters and names change their case as in Sprig."""

import pytest

from pkgtool.template.funcs import caseforms, casing


@pytest.mark.parametrize(
    ("text", "upper", "lower"),
    [
        pytest.param("aB", "AB", "ab", id="ASCII"),
        pytest.param("straße ŉ", "STRAßE ŉ", "straße ŉ", id="no longer forms"),
        pytest.param("ᾳǆ", "ᾼǄ", "ᾳǆ", id="simple forms"),
        pytest.param("İΑΣ", "İΑΣ", "iασ", id="sigma and dotted i"),
    ],
)
def test_case_changes_one_character_for_one(text: str, upper: str, lower: str) -> None:
    assert casing.upper(text) == upper
    assert casing.lower(text) == lower


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("hello big_world a-b it's", "Hello Big_world A-B It'S", id="ASCII"),
        pytest.param("wörld ǆx", "Wörld ǅx", id="title case letters"),
        pytest.param("HELLO", "HELLO", id="others stay"),
        pytest.param("1a é", "1a É", id="after a digit"),
    ],
)
def test_title(text: str, expected: str) -> None:
    assert casing.title(text) == expected


def test_untitle_touches_only_first_letters() -> None:
    assert casing.untitle("First TRY\tÉa") == "first tRY\téa"


def test_initials_take_bytes_for_characters() -> None:
    assert casing.initials("First  Try\nfoo") == "FTf"
    assert casing.initials("Éa b") == "Ãb"


def test_swapcase_gives_words_that_start_small_a_title() -> None:
    assert casing.swapcase("This Is A.Test ǅ ǆ") == "tHIS iS a.tEST ǆ ǅ"


@pytest.mark.parametrize(
    ("text", "snake"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("FirstName", "first_name", id="words"),
        pytest.param("HTTPServer", "http_server", id="abbreviation"),
        pytest.param("NoHTTPS", "no_https", id="abbreviation last"),
        pytest.param("some-words here__x", "some_words_here__x", id="connectors stay as many"),
        pytest.param("HTTP20xOK", "http_20x_ok", id="number before small letters"),
        pytest.param("Bld4Floor3rd", "bld4_floor_3rd", id="number after a word"),
        pytest.param("Duration2m3s", "duration_2m3s", id="numbers and small letters"),
        pytest.param("1st", "1st", id="number first"),
        pytest.param("a.b-c!D", "a.b_c!d", id="punctuation separates by itself"),
        pytest.param("?.-a", "?.-a", id="a dash within punctuation is punctuation"),
        pytest.param("日本Go", "日本_go", id="ideographs are words of their own"),
        pytest.param("ÉtéChaud", "été_chaud", id="letters of all scripts"),
    ],
)
def test_snake_and_kebab_case(text: str, snake: str) -> None:
    assert caseforms.snakecase(text) == snake
    if "_" not in text and "-" not in text:
        assert caseforms.kebabcase(text) == snake.replace("_", "-")


@pytest.mark.parametrize(
    ("text", "camel"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("http_server", "HttpServer", id="underscores"),
        pytest.param("foo-bar baz", "FooBarBaz", id="dashes and spaces"),
        pytest.param("SOME_THING", "SomeThing", id="capitals"),
        pytest.param("ABcD", "AbcD", id="run of capitals"),
        pytest.param("someThing", "SomeThing", id="already camel"),
        pytest.param("__a__b__", "__A_B__", id="connectors around stay"),
        pytest.param("--", "---", id="only connectors"),
        pytest.param("1ab", "1ab", id="number first"),
    ],
)
def test_camel_case(text: str, camel: str) -> None:
    assert caseforms.camelcase(text) == camel
