"""Templates that would never end or need all memory, and the error that each must end in.

The heavy ones run with `-m property` only: they use up the budget, which takes about a second.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Bomb(NamedTuple):
    """A template, what it gets, and what must come of it."""

    name: str
    text: str
    error: str = "BudgetExceeded"
    heavy: bool = False
    values: Mapping[str, Any] = {}
    more: Mapping[str, str] = {}


EVER = "{{ range until 1000 }}{{ range until 20000 }}%s{{ end }}{{ end }}"
"""Repeat for as long as there are steps."""
FORTY = "{{ range until 40 }}%s{{ end }}"
LETTERS = '{{ $t := repeat 2000000 "aB1<" }}'
ODD = '{{ $t := repeat 500000 "\\"\\n\\u00e4\\x01" }}'
LIST = '{{ $l := splitList "," (repeat 100000 "ab,") }}'
MAP = "{{ $m := dict }}{{ range until 20000 }}{{ $_ := set $m (toString .) . }}{{ end }}"
TWICE = "{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}"
TWICE_MAP = '{{ $m := dict }}{{ range until 60 }}{{ $m = dict "a" $m "b" $m }}{{ end }}'
DEEP = "{{ $l := list 1 }}{{ range until 10000 }}{{ $l = list $l }}{{ end }}"
QUINE = "{{ tpl .Values.text . }}"


def bombs() -> Iterator[Bomb]:
    yield from _loops()
    yield from _sizes()
    yield from _growth()
    yield from _recursion()
    yield from _texts()
    yield from _keys()
    yield from _functions()
    yield from _files()


def _loops() -> Iterator[Bomb]:
    yield Bomb("until 10^8", "{{ until 100000000 }}")
    yield Bomb("until the largest number", "{{ until 9223372036854775807 }}")
    yield Bomb("until the smallest number", "{{ until -9223372036854775808 }}")
    yield Bomb("untilStep to 2 * 10^9", "{{ untilStep 0 2000000000 1 }}")
    yield Bomb("untilStep down", "{{ untilStep 0 -2000000000 -1 }}")
    yield Bomb("seq to 10^8", "{{ seq 1 100000000 }}")
    yield Bomb("range over 10^18", "{{ range 1000000000000000000 }}{{ end }}")
    yield Bomb("range over a huge value", "{{ range int .Values.n }}{{ end }}", values={"n": 1e18})
    yield Bomb("loops in loops, 10^9", "{{ range until 1000 }}" * 3 + "x" + "{{ end }}" * 3)
    yield Bomb(
        "loops in loops, 10^10, empty", "{{ range 100000 }}" * 2 + "{{ end }}" * 2, heavy=True
    )
    yield Bomb(
        "a hundred loops in each other", "{{ range until 9 }}" * 100 + "{{ end }}" * 100, heavy=True
    )
    yield Bomb("loops that write", EVER % "{{ . }}", heavy=True)
    yield Bomb("loops that keep variables", EVER % "{{ $x := . }}{{ $y := $x }}", heavy=True)
    yield Bomb(
        "loops with many conditions",
        EVER % "{{ if and . (not .) (or . 1) }}a{{ else if . }}b{{ end }}",
        heavy=True,
    )
    yield Bomb("loops over a map", MAP + EVER % "{{ range $k, $v := $m }}{{ break }}{{ end }}")
    yield Bomb("loops over a list in each other", LIST + "{{ range $l }}" * 150 + "{{ end }}" * 150)
    yield Bomb(
        "loops with long chains of fields",
        EVER % ("{{ $.Values.a" + ".a" * 60 + " }}"),
        "UndefinedValue",
    )
    yield Bomb(
        "loops with deep brackets",
        EVER % ("{{ $x := " + "(not " * 190 + "1" + ")" * 190 + " }}"),
        heavy=True,
    )
    yield Bomb(
        "loops with many arguments", EVER % ("{{ $x := coalesce" + ' ""' * 5000 + " }}"), heavy=True
    )
    yield Bomb(
        "loops with many conditions in one",
        EVER % ("{{ if and" + " 1" * 5000 + " }}{{ end }}"),
        heavy=True,
    )
    yield Bomb("loops with long pipes", EVER % ("{{ $x := 1" + " | not" * 3000 + " }}"), heavy=True)
    yield Bomb(
        "loops that invoke",
        '{{ define "a" }}{{ end }}' + EVER % '{{ template "a" (and 1 2 3) }}',
        heavy=True,
    )


def _sizes() -> Iterator[Bomb]:
    yield Bomb("repeat 10^9", '{{ repeat 1000000000 "a" }}')
    yield Bomb("repeat in repeat", '{{ repeat 4000 (repeat 4000 (repeat 4000 "ab")) }}')
    yield Bomb("a wide number", '{{ range until 99999 }}{{ $x := printf "%1000000d" 1 }}{{ end }}')
    yield Bomb(
        "a wide number by argument",
        '{{ range until 99999 }}{{ $x := printf "%*d" 1000000 1 }}{{ end }}',
    )
    yield Bomb(
        "a precise number", '{{ range until 99999 }}{{ $x := printf "%.1000000f" 1.0 }}{{ end }}'
    )
    yield Bomb("many wide numbers", '{{ printf (repeat 1000 "%1000000[1]d") 1 }}')
    yield Bomb("a format of 10^7 verbs", '{{ printf (repeat 5000000 "%d") 1 }}')
    yield Bomb("indent by 10^9", '{{ indent 1000000000 "a" }}')
    yield Bomb("indent many lines", '{{ indent 1000 (repeat 1000000 "\\n") }}')
    yield Bomb("nindent many lines", '{{ nindent 100000 (repeat 1000 "\\n") }}')
    yield Bomb("replaced by more", '{{ replace "a" (repeat 1000 "a") (repeat 1000000 "a") }}')
    yield Bomb(
        "nothing replaced by more", '{{ replace "" (repeat 1000 "a") (repeat 1000000 "a") }}'
    )
    yield Bomb(
        "regexReplaceAll by more",
        '{{ regexReplaceAll "a" (repeat 100000 "a") (repeat 1000 "$0") }}',
        heavy=True,
    )
    yield Bomb(
        "regexReplaceAllLiteral by more",
        '{{ regexReplaceAllLiteral "a" (repeat 100000 "a") (repeat 1000 "b") }}',
    )
    yield Bomb("join by much", LIST + '{{ join (repeat 10000 "a") $l }}')
    yield Bomb("cat of much", '{{ $t := repeat 9000000 "a" }}{{ cat $t $t }}')
    yield Bomb("print of much", '{{ $t := repeat 9000000 "a" }}{{ print $t $t }}')
    yield Bomb("split into 10^7", '{{ splitList "" (repeat 10000000 "a") }}')
    yield Bomb("regexSplit into 10^6", '{{ regexSplit "" (repeat 1000000 "a") -1 }}')
    yield Bomb("randAlphaNum 10^8", "{{ randAlphaNum 100000000 }}")
    yield Bomb("randBytes 10^9", "{{ randBytes 1000000000 }}")
    yield Bomb("wrap to one column", LETTERS + '{{ wrapWith 1 (repeat 100 "-") $t }}')
    yield Bomb("much output", '{{ $t := repeat 1000000 "a" }}' + EVER % "{{ $t }}")
    yield Bomb("much wide output", '{{ $t := repeat 1000000 "\\U0001f600" }}' + EVER % "{{ $t }}")
    yield Bomb(
        "much output by include",
        '{{ define "t" }}{{ repeat 1000000 "a" }}{{ end }}' + EVER % '{{ include "t" . }}',
    )
    yield Bomb("many lines", '{{ $t := repeat 1000000 "\\n" }}' + FORTY % "{{ $t }}")
    yield Bomb("many lines of the template", EVER % ("\n" * 5000))
    yield Bomb("b64enc of much", '{{ b64enc (repeat 15000000 "a") }}')
    yield Bomb("toYaml of much", LETTERS + "{{ toYaml (list $t $t $t) }}")
    yield Bomb(
        "toJson of one text often",
        LETTERS
        + "{{ $l := list }}{{ range until 99 }}{{ $l = append $l $t }}{{ end }}{{ toJson $l }}",
    )
    yield Bomb("chunks", "{{ range until 99999 }}{{ $x := chunk 1 (until 90000) }}{{ end }}")


def _growth() -> Iterator[Bomb]:
    start = '{{ $x := "aaaaaaaaaa" }}'
    yield Bomb("a text printed twice", start + FORTY % "{{ $x = print $x $x }}")
    yield Bomb("a text formatted twice", start + FORTY % '{{ $x = printf "%s%s" $x $x }}')
    yield Bomb("a text joined twice", start + FORTY % '{{ $x = join "" (list $x $x) }}')
    yield Bomb(
        "a text quoted again and again",
        '{{ $x := "\\"" }}' + FORTY % "{{ $x = quote $x }}",
        heavy=True,
    )
    yield Bomb(
        "a text as JSON again and again", '{{ $x := "\\"" }}' + FORTY % "{{ $x = toJson $x }}"
    )
    yield Bomb(
        "a text encoded again and again",
        start + "{{ range until 200 }}{{ $x = b64enc $x }}{{ end }}",
    )
    yield Bomb("a list joined to itself", "{{ $x := list 1 }}" + FORTY % "{{ $x = concat $x $x }}")
    yield Bomb(
        "a list grown one by one", "{{ $x := list }}" + EVER % "{{ $x = append $x . }}", heavy=True
    )
    yield Bomb(
        "a list grown at the start",
        "{{ $x := list }}" + EVER % "{{ $x = prepend $x . }}",
        heavy=True,
    )
    yield Bomb(
        "a map grown one by one", "{{ $x := dict }}" + EVER % "{{ $_ := set $x (randAlpha 9) . }}"
    )
    yield Bomb("much held", "{{ $x := list }}" + EVER % '{{ $x = append $x (repeat 1000000 "a") }}')
    yield Bomb(
        "much held in wide letters",
        "{{ $x := list }}" + EVER % '{{ $x = append $x (repeat 1000000 "\\U0001f600") }}',
    )
    yield Bomb(
        "many numbers held", "{{ $x := list }}" + EVER % "{{ $x = append $x (until 99999) }}"
    )
    yield Bomb(
        "many texts held",
        "{{ $x := list }}" + EVER % '{{ $x = append $x (splitList "," (repeat 99999 "ab,")) }}',
    )
    yield Bomb(
        "many empty maps held",
        "{{ $x := list }}"
        + EVER % '{{ $x = append $x (mustFromJson (printf "[%s1]" (repeat 99999 "{},"))) }}',
    )
    yield Bomb("a list of itself twice, printed", TWICE + "{{ $l }}")
    yield Bomb("a list of itself twice, as YAML", TWICE + "{{ toYaml $l }}")
    yield Bomb("a list of itself twice, as JSON", TWICE + "{{ toJson $l }}")
    yield Bomb("a list of itself twice, formatted", TWICE + '{{ printf "%v" $l }}')
    yield Bomb("a list of itself twice, copied", TWICE + "{{ deepCopy $l }}")
    yield Bomb("a list of itself twice, compared", TWICE + "{{ deepEqual $l (list $l) }}")
    yield Bomb("a list of itself twice, set", TWICE + EVER % '{{ $_ := set (dict) "a" $l }}')
    yield Bomb("a map of itself twice, as TOML", TWICE_MAP + "{{ toToml $m }}")
    yield Bomb("a map of itself twice, merged", TWICE_MAP + "{{ $x := merge (deepCopy $m) $m }}")
    yield Bomb(
        "a map of itself twice, merged for ever",
        TWICE_MAP + EVER % "{{ $x := mergeOverwrite (dict) $m (dict) $m }}",
    )
    yield Bomb("a map of itself twice, joined", TWICE_MAP + '{{ join "," (list $m $m) }}')
    yield Bomb("a map in itself", '{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ $d }}')
    yield Bomb(
        "a map in itself by a list",
        '{{ $d := dict }}{{ $_ := set $d "self" (list (dict "a" $d)) }}{{ toJson $d }}',
    )
    yield Bomb(
        "a map merged into itself",
        '{{ $d := dict }}{{ $_ := merge $d (dict "a" $d) }}{{ deepCopy $d }}',
    )
    yield Bomb(
        "the values in themselves",
        '{{ $_ := set .Values "a" . }}{{ toYaml .Values }}',
    )
    yield Bomb("a deep list, printed", DEEP + "{{ $l }}")
    yield Bomb("a deep list, as YAML", DEEP + "{{ toYaml $l }}")
    yield Bomb("a deep list, as JSON", DEEP + "{{ toJson $l }}")
    yield Bomb("a deep list, as TOML", DEEP + '{{ toToml (dict "a" $l) }}')
    yield Bomb("a deep list, copied", DEEP + "{{ deepCopy $l }}")
    yield Bomb("a deep list, compared", DEEP + "{{ has $l (list $l) }}")
    yield Bomb("deep JSON", '{{ mustFromJson (repeat 100000 "[") }}', "FunctionFailed")
    yield Bomb("deep YAML", '{{ fail (fromYaml (repeat 100000 "[")).Error }}', "FunctionFailed")
    yield Bomb(
        "deep TOML",
        '{{ fail (fromToml (printf "a = %s" (repeat 20000 "["))).Error }}',
        "FunctionFailed",
    )
    yield Bomb(
        "aliases of aliases in YAML",
        '{{ $t := "a: &a [x,x,x,x,x,x,x,x,x,x]\\n" }}{{ range $i, $_ := until 9 }}{{ $n := printf "%c" (add 98 $i) }}{{ $p := printf "%c" (add 97 $i) }}{{ $t = printf "%s%s: &%s [*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s]\\n" $t $n $n $p $p $p $p $p $p $p $p }}{{ end }}{{ fail (fromYaml $t).Error }}',
        "FunctionFailed",
    )


def _recursion() -> Iterator[Bomb]:
    yield Bomb(
        "a name includes itself", '{{ define "d" }}{{ include "d" . }}{{ end }}{{ include "d" . }}'
    )
    yield Bomb(
        "a name invokes itself", '{{ define "d" }}{{ template "d" . }}{{ end }}{{ template "d" . }}'
    )
    yield Bomb("a block invokes itself", '{{ block "d" . }}{{ template "d" . }}{{ end }}')
    yield Bomb(
        "two names include each other",
        '{{ define "a" }}{{ include "b" . }}{{ end }}{{ define "b" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
    )
    yield Bomb(
        "an include in brackets",
        '{{ define "d" }}{{ if (not (not (include "d" .))) }}a{{ end }}{{ end }}{{ include "d" . }}',
    )
    yield Bomb(
        "an include in loops",
        '{{ define "d" }}{{ range list 1 }}{{ with list 1 }}{{ include "d" . }}{{ end }}{{ end }}{{ end }}{{ include "d" . }}',
    )
    yield Bomb(
        "an include with a growing argument",
        '{{ define "d" }}{{ include "d" (list . .) }}{{ end }}{{ include "d" 1 }}',
    )
    yield Bomb(
        "an include that waits for no end",
        '{{ define "while" }}{{ if lt . 1000000 }}{{ include "while" (add1 .) }}{{ end }}{{ end }}{{ include "while" 0 }}',
    )
    yield Bomb("a file includes itself", '{{ include "web/templates/a.yaml" . }}')
    yield Bomb("a file invokes itself", '{{ template "web/templates/a.yaml" . }}')
    yield Bomb(
        "includes fan out",
        '{{ define "d" }}{{ if . }}{{ include "d" (rest .) }}{{ include "d" (rest .) }}{{ end }}{{ end }}{{ include "d" (until 30) }}',
        heavy=True,
    )
    yield Bomb(
        "names fan out",
        "".join(
            f'{{{{ define "n{at}" }}}}{{{{ template "n{at + 1}" }}}}{{{{ template "n{at + 1}" }}}}{{{{ end }}}}'
            for at in range(40)
        )
        + '{{ define "n40" }}{{ end }}{{ template "n0" }}',
        heavy=True,
    )
    yield Bomb(
        "3000 names in a row",
        "".join(
            f'{{{{ define "n{at}" }}}}{{{{ include "n{at + 1}" . }}}}{{{{ end }}}}'
            for at in range(3000)
        )
        + '{{ define "n3000" }}{{ end }}{{ include "n0" . }}',
    )
    yield Bomb("tpl of itself", QUINE, values={"text": QUINE})
    yield Bomb("tpl of itself, twice", QUINE, values={"text": QUINE * 2})
    yield Bomb(
        "tpl of itself by name",
        '{{ define "d" }}{{ tpl "{{ include \\"d\\" . }}" . }}{{ end }}{{ include "d" . }}',
    )
    yield Bomb(
        "tpl of a growing text",
        QUINE,
        values={
            "text": '{{ $_ := set .Values "text" (print .Values.text .Values.text) }}{{ tpl .Values.text . }}'
        },
    )
    yield Bomb("tpl of new texts", EVER % '{{ $x := tpl (printf "{{ %d }}" .) $ }}', heavy=True)
    yield Bomb("tpl of one text", EVER % '{{ $x := tpl "{{ . }}" . }}', heavy=True)
    yield Bomb(
        "tpl that defines",
        EVER % '{{ $x := tpl (printf "{{ define \\"n%d\\" }}a{{ end }}" .) $ }}',
        heavy=True,
    )
    yield Bomb("tpl of a large text", '{{ $t := repeat 1000000 "{{ 1 }}" }}{{ tpl $t . }}')


def _texts() -> Iterator[Bomb]:
    yield Bomb(
        "deep brackets, 10^6", "{{ " + "(" * 10**6 + "1" + ")" * 10**6 + " }}", "TemplateSyntax"
    )
    yield Bomb(
        "deep brackets, 10^4", "{{ " + "(" * 10**4 + "1" + ")" * 10**4 + " }}", "TemplateSyntax"
    )
    yield Bomb("201 brackets", "{{ " + "(" * 201 + "1" + ")" * 201 + " }}", "TemplateSyntax")
    yield Bomb("10^5 blocks deep", "{{ if 1 }}" * 10**5 + "{{ end }}" * 10**5)
    yield Bomb("10^5 else ifs", "{{ if 0 }}" + "{{ else if 0 }}" * 10**5 + "{{ end }}")
    yield Bomb("10^4 withs deep", "{{ with . }}" * 10**4 + "{{ end }}" * 10**4)
    yield Bomb("10^5 opening delimiters", "{{" * 10**6, "TemplateSyntax")
    yield Bomb("a quote that does not close", '{{ "' + "a" * 10**6, "TemplateSyntax")
    yield Bomb("many quotes that do not close", '{{ "\n' * 10**5, "TemplateSyntax")
    yield Bomb("a raw quote that does not close", "{{ `" + "a\n" * 10**6, "TemplateSyntax")
    yield Bomb("a comment that does not close", "{{/*" * 10**5, "TemplateSyntax")
    yield Bomb("many backslashes", '{{ "' + "\\" * (10**6 + 1) + '" }}', "TemplateSyntax")
    yield Bomb("a function of 10^6 letters", "{{ " + "a" * 10**6 + " }}", "TemplateSyntax")
    yield Bomb("a variable of 10^6 letters", "{{ $" + "a" * 10**6 + " }}", "TemplateSyntax")
    yield Bomb("a number of 10^6 digits", "{{ " + "9" * 10**6 + " }}", "TemplateSyntax")
    yield Bomb("a number of 10^6 underscores", "{{ 1" + "_" * 10**6 + " }}", "TemplateSyntax")
    yield Bomb(
        "a hexadecimal number of 10^6 digits", "{{ 0x" + "f" * 10**6 + " }}", "TemplateSyntax"
    )
    yield Bomb("a power of 10^6", "{{ 1e" + "9" * 10**6 + " }}", "TemplateSyntax")
    yield Bomb("a number with 10^5 signs", "{{ 1" + "+1" * 10**5 + " }}", "TemplateSyntax")
    yield Bomb("10^5 dots", "{{ " + "." * 10**5 + " }}", "TemplateSyntax")
    yield Bomb("a chain of 10^5 fields", "{{ .Values.a" + ".a" * 10**5 + " }}", "UndefinedValue")
    yield Bomb("10^5 pipes", "{{ 1" + " |" * 10**5 + " }}", "TemplateSyntax")
    yield Bomb("10^4 stages", "{{ 1" + " | not" * 10**4 + " | fail }}", "TemplateRender")
    yield Bomb(
        "10^4 variables, one unknown",
        "".join(f"{{{{ $v{at} := 1 }}}}" for at in range(10**4)) + "{{ $x }}",
        "TemplateSyntax",
    )
    yield Bomb(
        "10^4 uses of the last of 10^4 variables",
        "".join(f"{{{{ $v{at} := 1 }}}}" for at in range(10**4)) + "{{ $v1 }}" * 10**4 + "{{ $x }}",
        "TemplateSyntax",
        heavy=True,
    )
    yield Bomb(
        "10^5 actions, one wrong",
        "{{ .Values }}" * 10**5 + "{{ end }}",
        "TemplateSyntax",
        heavy=True,
    )
    yield Bomb(
        "10^5 different actions",
        "".join(f"{{{{ {at} }}}}" for at in range(10**5)) + "{{ end }}",
        "TemplateSyntax",
        heavy=True,
    )
    yield Bomb(
        "10^4 names, one twice",
        "".join(f'{{{{ define "n{at}" }}}}a{{{{ end }}}}' for at in range(10**4))
        + '{{ define "n1" }}b{{ end }}',
        "TemplateSyntax",
    )
    yield Bomb("10^4 ends", "{{ end }}" * 10**4, "TemplateSyntax")
    yield Bomb("controls and surrogates", "{{ \x01\x7f\x00 }}", "TemplateSyntax")


def _keys() -> Iterator[Bomb]:
    yield Bomb("genPrivateKey", EVER % '{{ $x := genPrivateKey "rsa" }}', heavy=True)
    yield Bomb("genPrivateKey of another kind", EVER % '{{ $x := genPrivateKey "ecdsa" }}')
    yield Bomb("genCA", EVER % '{{ $x := genCA "a" 1 }}', heavy=True)
    yield Bomb(
        "genSelfSignedCert", EVER % '{{ $x := genSelfSignedCert "a" nil nil 1 }}', heavy=True
    )
    yield Bomb(
        "genSignedCert",
        '{{ $c := genCA "a" 1 }}' + EVER % '{{ $x := genSignedCert "a" nil nil 1 $c }}',
        heavy=True,
    )
    yield Bomb("bcrypt", EVER % '{{ $x := bcrypt "a" }}', heavy=True)
    yield Bomb("htpasswd", EVER % '{{ $x := htpasswd "a" "b" }}', heavy=True)
    yield Bomb(
        "derivePassword", EVER % '{{ $x := derivePassword 1 "long" "a" "b" "c" }}', heavy=True
    )
    yield Bomb("encryptAES of much", LETTERS + EVER % '{{ $x := encryptAES "a" $t }}')
    yield Bomb("encryptAES", EVER % '{{ $x := encryptAES "a" "b" }}', heavy=True)
    yield Bomb("many host names", LIST + EVER % '{{ $x := genSelfSignedCert "a" nil $l 1 }}')


_QUICK = frozenset(["b64dec", "fromJson", "fromToml", "fromYaml", "int64", "shuffle", "snakecase"])
_OF_TEXTS = (
    *("atoi", "b32enc", "b64dec", "camelcase", "clean", "durationRound", "float64", "fromJson"),
    *("fromToml", "fromYaml", "fromYamlArray", "html", "initials", "int64", "js", "len", "nospace"),
    *("quote", "regexQuoteMeta", "sha512sum", "shuffle", "snakecase", "squote", "swapcase"),
    *("title", "toJson", "toYaml", "toYamlPretty", "trim", "untitle", "upper", "urlquery"),
)
_OF_LITTLE = (
    *('addf 1 "1.2.3"', 'camelcase "1.2.3"', 'durationRound "1h2m"', 'fromJson "1.2.3"'),
    *('fromToml "1.2.3"', 'fromYaml "1.2.3"', "htmlDate now", 'int "1.2.3"', 'js "1.2.3"'),
    *("randAlpha 9", 'semver "1.2.3"', 'snakecase "1.2.3"', 'toToml (dict "a" "b")'),
    *('toYaml "1.2.3"', 'urlParse "1.2.3"', 'urlquery "1.2.3"'),
)
_OF_LISTS = (
    *("compact $l", "concat $l $l", "deepCopy $l", "deepEqual $l $l", "has 1 $l", 'join "" $l'),
    *("print $l", "quote $l", "rest $l", "reverse $l", "sortAlpha $l", "toJson $l"),
    *("toStrings $l", "toYaml $l", "uniq $l", "without $l 1 2"),
)
_OF_MAPS = (
    *("deepCopy $m", "keys $m", "merge (dict) $m", "omit $m", 'pick $m "1"', "toToml $m"),
    *("toYaml $m", "values $m"),
)


def _functions() -> Iterator[Bomb]:
    for name in _OF_TEXTS:
        call = f"{{{{ $x := {name} $t }}}}"
        yield Bomb(f"{name} of much, for ever", ODD + EVER % call, heavy=name not in _QUICK)
    for each in _OF_LITTLE:
        yield Bomb(f"{each} for ever", EVER % f"{{{{ $x := {each} }}}}", heavy=True)
    for each in _OF_LISTS:
        yield Bomb(f"{each} for ever", LIST + EVER % f"{{{{ $x := {each} }}}}", heavy=True)
    for each in _OF_MAPS:
        yield Bomb(f"{each} for ever", MAP + EVER % f"{{{{ $x := {each} }}}}", heavy=True)
    yield Bomb("urlParse of much, for ever", LETTERS + EVER % "{{ $x := urlParse $t }}")
    yield Bomb(
        "one large text compared with another",
        '{{ $a := repeat 9000000 "a" }}{{ $b := repeat 9000000 "a" }}'
        + EVER % "{{ $x := eq $a $b }}",
    )
    yield Bomb(
        "a large text indexed",
        '{{ $t := repeat 900000 "\\u00e4" }}' + EVER % "{{ $x := index $t 1 }}",
    )
    yield Bomb(
        "many characters trimmed",
        '{{ $t := repeat 100000 "ab" }}{{ $c := "" }}{{ range until 3000 }}{{ $c = printf "%s%c" $c (add 5000 .) }}{{ end }}'
        + EVER % '{{ $x := trimAll (print $c "ab") $t }}',
        heavy=True,
    )
    yield Bomb(
        "a pattern that backtracks", EVER % '{{ $x := regexMatch "(a+)+$" (repeat 100000 "a") }}'
    )
    yield Bomb(
        "a pattern at every place",
        '{{ $x := regexFindAll "a(.*z)?" (repeat 100000 "a") -1 }}',
        heavy=True,
    )
    yield Bomb(
        "a pattern of repetitions",
        EVER % '{{ $x := regexMatch "((a{1,10}){1,10}){1,10}$" (repeat 10000 "a") }}',
        heavy=True,
    )
    yield Bomb(
        "a pattern of 500 groups",
        '{{ $x := regexReplaceAll (print (repeat 500 "(") "a" (repeat 500 ")")) (repeat 100000 "a") "$500" }}',
        heavy=True,
    )
    yield Bomb(
        "a pattern of 500 stars",
        '{{ $x := regexReplaceAll (repeat 500 "(a|b)*") (repeat 10000 "ab") "$1" }}',
    )
    yield Bomb(
        "new patterns", EVER % '{{ $x := regexMatch (printf "a{1000}b{%d}" (mod . 1000)) "a" }}'
    )
    yield Bomb(
        "new patterns of many letters",
        EVER % '{{ $x := regexMatch (printf "\\\\pL{%d}" (mod . 1000)) "a" }}',
        heavy=True,
    )
    yield Bomb(
        "new patterns of many states",
        EVER
        % '{{ $x := regexMatch (printf "(a|b)*a(a|b){15}%d" .) (repeat 1000 "abbabaaabababbaaa") }}',
    )
    yield Bomb(
        "a pattern that is too large",
        "{{ range until 1000 }}" + '{{ $x := regexMatch "(\\\\pL{1,30}){30}" "a" }}' + "{{ end }}",
        heavy=True,
    )
    yield Bomb("a pattern of 10^6 letters", '{{ regexMatch (repeat 1000000 "a") "a" }}')
    yield Bomb("every match", EVER % '{{ $x := regexFindAll "" (repeat 100000 "a") -1 }}')
    yield Bomb(
        "a layout of 10^6 marks",
        EVER % '{{ $x := date (repeat 100000 "2006-01-02 ") now }}',
        heavy=True,
    )
    yield Bomb(
        "fractions of a second",
        EVER % '{{ $x := toDate (repeat 100000 ".000") (repeat 100000 ".000") }}',
    )
    yield Bomb("unknown zones", EVER % '{{ $x := dateInZone "2006" now "Not/A/Zone" }}', heavy=True)
    yield Bomb(
        "a duration of 10^6 parts",
        EVER % '{{ $x := dateModify (repeat 500000 "1h") now }}',
        heavy=True,
    )
    yield Bomb(
        "a constraint of 10^6 letters",
        '{{ semverCompare (repeat 100000 ">=1.2.3,") "1.2.3" }}',
        "FunctionFailed",
    )
    yield Bomb(
        "constraints",
        EVER % '{{ $x := semverCompare ">=1.2.3-0, <2 || ^3.1 || ~4.5.6 || 7 - 8" "1.9.3" }}',
        heavy=True,
    )
    yield Bomb("a version of 10^6 letters", '{{ semver (repeat 1000000 "1") }}', "FunctionFailed")
    yield Bomb(
        "numbers in JSON",
        '{{ $t := printf "[%s1]" (repeat 1000000 "1e308,") }}'
        + EVER % "{{ $x := mustFromJson $t }}",
    )
    yield Bomb(
        "a number of 10^6 digits in JSON",
        EVER % '{{ $x := fromJson (printf "{\\"a\\":%s}" (repeat 1000000 "9")) }}',
    )
    yield Bomb("broken JSON", EVER % '{{ $x := fromJson (repeat 99999 "[1,") }}', heavy=True)
    yield Bomb("maps in YAML", EVER % '{{ $x := fromYamlArray (repeat 50000 "- {}\\n") }}')
    yield Bomb(
        "a hex float of 10^6 digits",
        EVER % '{{ $x := float64 (print "0x" (repeat 1000000 "f") "p1") }}',
    )
    yield Bomb(
        "values as YAML",
        EVER % "{{ $x := toYaml $.Values }}",
        heavy=True,
        values={"a": {"b": ["c"] * 50}},
    )


def _files() -> Iterator[Bomb]:
    yield Bomb("a large file read for ever", EVER % '{{ $x := $.Files.Get "large.txt" }}')
    yield Bomb(
        "a large file held",
        "{{ $x := list }}" + EVER % '{{ $x = append $x ($.Files.Get "odd.bin") }}',
        heavy=True,
    )
    yield Bomb("a large file in lines", EVER % '{{ $x := $.Files.Lines "large.txt" }}')
    yield Bomb("files as a config", EVER % "{{ $x := $.Files.AsConfig }}")
    yield Bomb("files as secrets", EVER % "{{ $x := $.Files.AsSecrets }}")
    yield Bomb("files by pattern", EVER % '{{ $x := $.Files.Glob "**" }}')
    yield Bomb("files by many patterns", EVER % '{{ $x := $.Files.Glob (repeat 8 "{a*,b*}") }}')
    yield Bomb("files by too many patterns", '{{ .Files.Glob (repeat 20 "{a,b}") }}')
    yield Bomb(
        "files by a pattern of stars", EVER % '{{ $x := $.Files.Glob (repeat 100000 "*a") }}'
    )
