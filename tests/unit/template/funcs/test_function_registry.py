"""Every name is there, leads to a documented function, and is imported only when it is used."""

import subprocess
import sys

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.registry import ENGINE_FUNCTIONS, FUNCTIONS, function

SPRIG_NAMES = """
    hello ago date date_in_zone date_modify dateInZone dateModify duration durationRound htmlDate
    htmlDateInZone must_date_modify mustDateModify mustToDate now toDate unixEpoch abbrev abbrevboth
    trunc trim upper lower title untitle substr repeat trimall trimAll trimSuffix trimPrefix nospace
    initials randAlphaNum randAlpha randAscii randNumeric swapcase shuffle snakecase camelcase
    kebabcase wrap wrapWith contains hasPrefix hasSuffix quote squote cat indent nindent replace
    plural sha1sum sha256sum sha512sum adler32sum toString atoi int64 int float64 seq toDecimal
    split splitList splitn toStrings until untilStep add1 add sub div mod mul randInt add1f addf
    subf divf mulf biggest max min maxf minf ceil floor round join sortAlpha default empty coalesce
    all any compact mustCompact fromJson toJson toPrettyJson toRawJson mustFromJson mustToJson
    mustToPrettyJson mustToRawJson ternary deepCopy mustDeepCopy typeOf typeIs typeIsLike kindOf
    kindIs deepEqual getHostByName base dir clean ext isAbs osBase osClean osDir osExt osIsAbs
    b64enc b64dec b32enc b32dec tuple list dict get set unset hasKey pluck keys pick omit merge
    mergeOverwrite mustMerge mustMergeOverwrite values append mustAppend prepend mustPrepend first
    mustFirst rest mustRest last mustLast initial mustInitial reverse mustReverse uniq mustUniq
    without mustWithout has mustHas slice mustSlice concat dig chunk mustChunk bcrypt htpasswd
    genPrivateKey derivePassword buildCustomCert genCA genCAWithKey genSelfSignedCert
    genSelfSignedCertWithKey genSignedCert genSignedCertWithKey encryptAES decryptAES randBytes
    uuidv4 semver semverCompare fail regexMatch mustRegexMatch regexFindAll mustRegexFindAll
    regexFind mustRegexFind regexReplaceAll mustRegexReplaceAll regexReplaceAllLiteral
    mustRegexReplaceAllLiteral regexSplit mustRegexSplit regexQuoteMeta urlParse urlJoin
"""
HELM_NAMES = """
    toYaml mustToYaml toYamlPretty fromYaml fromYamlArray toJson mustToJson fromJson fromJsonArray
    toToml mustToToml fromToml include tpl required lookup fail mustToDuration durationSeconds
    durationMilliseconds durationMicroseconds durationNanoseconds durationMinutes durationHours
    durationDays durationWeeks durationRoundTo durationTruncateTo
"""
SPRIG = frozenset(SPRIG_NAMES.split())
HELM = frozenset(HELM_NAMES.split())
FORBIDDEN = frozenset({"env", "expandenv"})


def test_all_names_of_sprig_and_helm_are_covered() -> None:
    assert len(SPRIG) == 207
    assert (SPRIG | HELM) - (FUNCTIONS.keys() | ENGINE_FUNCTIONS) == set()


def test_nothing_reads_the_environment() -> None:
    assert not FORBIDDEN & (FUNCTIONS.keys() | ENGINE_FUNCTIONS)


def test_engine_functions_are_not_in_the_table() -> None:
    assert not FUNCTIONS.keys() & ENGINE_FUNCTIONS


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_name_leads_to_a_documented_function(name: str) -> None:
    target = function(name)

    assert callable(target)
    documentation = target.__doc__ or ""
    assert documentation.split("\n")[0].endswith(".")


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_no_function_lets_go_of_a_python_error_for_too_many_arguments(name: str) -> None:
    """Functions with `*args` may take them all; what they may not do is raise something raw."""
    try:
        function(name)(*[object()] * 9)
    except FunctionFailed as error:
        assert error.what  # noqa: PT017


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(FunctionFailed) as caught:
        function("semverCompar")

    assert caught.value.what == "function 'semverCompar' not defined"
    assert caught.value.hint == "did you mean 'semverCompare'?"


def test_engine_functions_are_suggested_too() -> None:
    with pytest.raises(FunctionFailed) as caught:
        function("includ")

    assert caught.value.hint == "did you mean 'include'?"


def test_families_are_imported_when_they_are_used() -> None:
    script = (
        "import sys; from pkgtool.template.funcs.registry import function; "
        "loaded = lambda: sorted(m.rpartition('.')[2] for m in sys.modules if 'funcs.' in m); "
        "before = loaded(); function('empty'); after = loaded(); "
        "print(before, 'logic' in after, 'encoding' in after, 'crypto' in after)"
    )

    shown = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert shown.strip() == "['registry'] True False False"
