r"""Make up expressions of Go templates: literals, fields, variables, pipes, calls of functions.

An expression is asked for by the kind of value that it should have (`text`, `int`, `list`, …, or
`any`). Now and then it has another one, because what happens then matters as much.

Maps are put into `fresh` ones only: Go does not survive every look at a map that contains itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from pkgtool.testing.gotpl_values import PATHS

_KINDS = ("text", "text", "text", "int", "float", "bool", "nil", "list", "list", "map", "map")

LITERALS: Mapping[str, tuple[str, ...]] = {
    "text": (
        *('"a"', '""', '"two words"', '`raw "q" \\n`', '"é☃😀"', r'"\n"', r'"\u00e9\x41\t\101"'),
        *('"1.5"', '"12"', '"}}"', '"{{"', '"a,b,c"', '"x"', '"k"', '"%v"', r'"\"q\""', '"1.2.3"'),
    ),
    "int": (
        *("0", "1", "2", "3", "-1", "10", "+4", "0x1F", "0b101", "0o17", "017", "1_000", "'a'"),
        *(r"'\n'", "'☃'", r"'\''", "100", "9223372036854775807", "-9223372036854775808"),
    ),
    "small": ("0", "1", "2", "3", "-1", "5"),
    "float": ("1.5", "0.0", "1.", "1e3", "1E-2", "0x1p4", "-2.5", "1e21", "1e6", "3.0", "1_0.5"),
    "complex": ("2i", "1+2i", "0i", "1.5-1i"),
    "bool": ("true", "false"),
    "nil": ("nil",),
    "list": ('(list "a" "b")', "(list)", "(list 1 2.5 nil)", "(until 3)", '(list (dict "k" 1))'),
    "fresh": ('(dict "a" 1)', "(dict)", "(deepCopy .Values)"),
    "map": ('(dict "a" 1 "b" "x")', "(dict)", '(dict "k" (dict "a" nil))', '(dict "a" (list 1))'),
    "key": ('"a"', '"b"', '"k"', '"name"', '"x"', '"missing"', '""'),
    "pattern": ('"a"', '"[a-z]+"', '"^"', '"(b)"', '"("', '"é|o"', r'"\\d"'),
    "format": ('"%v"', '"%s-%d"', '"%q"', '"%5.2f|"', '"%T"', '"%x"', '"%%"', '"%-4s|"', '"%c%U"'),
    "range": ('">=1.0"', '"^1.2"', '"x"', '"1.2.3"'),
    "yaml": ('"a: [1, x]"', '"- 1\\n- b"', '"{"', '"1"', '"{\\"a\\": 1.5}"', '"[1, null]"', '""'),
    "source": (
        *("`{{ .Values.name }}`", "`{{ .Values.missing.x }}`", "`{{ . }}`", "`{{`", "`a`", '""'),
        *(
            "`{{ nope }}`",
            "`{{ .x | default 1 }}`",
            '`{{ define "own1" }}1{{ end }}`',
            "`{{ end }}`",
        ),
        *('`{{ define "c.first" }}1{{ end }}{{ include "c.first" . }}`', "`{{ $x := 1 }}{{ $x }}`"),
        *('`{{ include "c.second" . }}`', '`{{ template "c.third" . }}`', "`{{ range 3 }}{{ . }}`"),
        *(
            "`{{ $.Template.Name }}`",
            "`{{ tpl .Values.source . }}`",
            "`{{- 1 -}} \n`",
            "`{{ $x }}`",
        ),
        *('`{{ fail "no" }}`', '`{{ required "no" .Values.missing }}`', "`{{/* c */}}<no value>`"),
    ),
    "name": ('"c.first"', '"c.second"', '"c.third"', '"nope"', '"own"'),
    "kindname": ('"string"', '"map"', '"slice"', '"float64"', '"int"', '"bool"', '"invalid"'),
}
"""What is written for a value of a kind."""

_ROWS = """
text: upper text | lower text | title text | quote any any | squote any | trunc small text
text: print any any | printf format any | printf format any any | println any | toString any
text: replace text text text | indent small text | nindent small text | trim text | trimAll text text
text: trimSuffix text text | trimPrefix text text | join text list | toYaml any | toJson any
text: toPrettyJson any | toRawJson any | toYamlPretty any | toToml map | b64enc text | b64dec text
text: sha256sum text | default any any | ternary any any bool | cat any any | repeat small text
text: kindOf any | typeOf int | typeOf text | html any | js any | urlquery any any | abbrev int text | initials text
text: substr small small text | snakecase text | camelcase text | kebabcase text | swapcase text
text: regexReplaceAll pattern text text | regexFind pattern text | mustRegexFind pattern text
text: wrap small text | nospace text | untitle text | plural text text int | coalesce any any any
text: required text any | tpl source dot | tpl source dot | tpl text dot | include name dot | base text | dir text | seq small small
text: regexQuoteMeta text | adler32sum text | b32enc text | duration int | join text any
int: len text | len list | len map | len any | add any any | int any | int64 any | sub any any
int: mul any any any | div any any | mod any any | max any any | min any any | atoi text | add1 any
float: float64 any | addf any any | round any small | ceil any | floor any | mulf any any | divf any any
float: maxf any any | subf any any
bool: eq any any | eq text text text | ne any any | lt int int | le text text | gt text text | ge any any
bool: eq text text | lt int int | gt float float | not any | empty any | hasKey map key | and any any
bool: or any any any | contains text text | hasPrefix text text | hasSuffix text text | has any list
bool: kindIs kindname any | typeIs kindname any | semverCompare range text | all any any | any any any
bool: regexMatch pattern text | deepEqual any any | isAbs text | typeIsLike kindname any
list: list any any | list any | until small | untilStep small int small | splitList text text
list: rest list | append list any | prepend list any | reverse list | uniq list | concat list list
list: initial list | compact list | without list any | slice list small | sortAlpha list
list: fromYamlArray yaml | fromJsonArray yaml | pluck key map map | chunk small list | tuple any
list: regexSplit pattern text small | toStrings any | mustSlice list
map: dict key any | dict key any key any | set map key text | set map key int | set fresh key any
map: unset map key | merge fresh map | pick map key | mustMerge fresh map map
map: omit map key key | fromYaml yaml | fromJson yaml | deepCopy map | mergeOverwrite fresh map | fromToml text
map: split text text | lookup text text text text | urlParse text
fresh: deepCopy map | dict key any | dict key any key any
any: index list small | index map key | index any any | get map key | first list | last list
any: coalesce any any | default any any | dig key any map | ternary any any bool | and any any
any: or any any | mustFirst list | slice list small small | fromJson yaml | mustFromJson yaml
any: semver text | toDecimal any
"""


def _calls() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for row in _ROWS.strip().splitlines():
        kind, _, calls = row.partition(": ")
        found.setdefault(kind, []).extend(each.split() for each in calls.split(" | "))
    found["any"] += [call for calls in list(found.values()) for call in calls]
    return found


CALLS: Mapping[str, Sequence[Sequence[str]]] = _calls()
"""For each kind, functions that give one, with the kinds of their arguments."""

METHODS = (
    *('.Files.Get "conf/a.txt"', '.Files.Get "nope"', '.Files.Lines "conf/a.txt"', ".Files.Get"),
    *('(.Files.Glob "conf/*").AsConfig', '.Files.Glob "**.txt"', '.Files.GetBytes "conf/b.txt"'),
    *(
        '(.Files.Glob "**").AsSecrets',
        '.Files.Lines "empty.txt"',
        ".Files.Get 1",
        ".Files.AsConfig",
    ),
    *('.Capabilities.APIVersions.Has "v1"', ".Capabilities.KubeVersion.Version", ".Template.Name"),
    *(
        ".Capabilities.KubeVersion",
        ".Capabilities.KubeVersion.Minor",
        ".Capabilities.KubeVersion.String",
    ),
    *(
        '.Capabilities.APIVersions.Has "a" "b"',
        ".Values.AsMap",
        ".Values.YAML",
        ".Release.IsInstall",
    ),
    *('.Values.Table "nested.x"', '.Values.Table "name"', '.Values.PathValue "nested.x.y.z"'),
    *('.Values.PathValue ""', ".Chart.Name", ".Chart.Version", ".Chart.IsRoot", ".Chart.Nope"),
    *(".Chart.Keywords", ".Chart.Annotations.a", ".Chart.Annotations", ".Release.Name", ".Release"),
    *(".Release.Revision", ".Release.Service", ".Template.BasePath", ".Subcharts.d.Values.name"),
    *(".Subcharts.none", ".Chart.Dependencies", ".Nope"),
    *(
        '.Chart.Name "x"',
        ".Release.Name.x",
        '.Release.Nope "x"',
        ".Values.name.x.y",
        ".Chart.AppVersion",
    ),
)
"""Fields and methods of Helm's objects, on the data of a whole template."""


@dataclass
class Surroundings:
    """What an expression may speak of."""

    names: Sequence[str] = ()
    """Templates that may be included from here."""
    nested: bool = False
    """Whether `$` may be other data than the whole chart's."""
    moved: bool = False
    """Whether dot is something else than `$`."""
    variables: list[str] = field(default_factory=list)


class Expressions:
    """Writes expressions for one template."""

    def __init__(self, rng: Random, around: Surroundings) -> None:
        self.rng = rng
        self.around = around
        self.depth = 0

    def pipe(self, kind: str) -> str:
        """Pipe = command { "|" command }."""
        kind = self.settled(kind)
        first = self.command(kind)
        stages = [first]
        while self.rng.random() < 0.25:
            kind, stage = self.stage(kind)
            stages.append(stage)
        return self.rng.choice((" | ", " | ", "|")).join(stages)

    def settled(self, kind: str) -> str:
        """Return `kind`, one that `any` stands for, or now and then a wrong one."""
        if kind == "any" or (kind in PATHS and self.rng.random() < 0.03):
            return self.rng.choice(_KINDS)
        return kind

    def command(self, kind: str) -> str:
        """Command = function { argument } | operand."""
        chance = self.rng.random()
        if chance < 0.55 and self.depth < 3:
            return self.call(self.rng.choice(CALLS.get(kind, CALLS["any"])))
        if chance < 0.6:
            return self.method()
        if chance < 0.605:
            return f"{self.argument('any')} {self.argument('any')}"
        return self.argument(kind)

    def call(self, call: Sequence[str], *, without_last: bool = False) -> str:
        """Write a call, sometimes with too many arguments or too few."""
        name, *kinds = call
        if without_last:
            kinds = kinds[:-1]
        if self.rng.random() < 0.02:
            kinds = kinds[: self.rng.randrange(len(kinds) + 1)]
        elif self.rng.random() < 0.02:
            kinds = [*kinds, "any"]
        return " ".join([name, *map(self.argument, kinds)])

    def stage(self, kind: str) -> tuple[str, str]:
        """Return a further command of a pipe that takes a value of `kind`, and what it gives."""
        for _ in range(8):
            given = self.settled("any")
            call = self.rng.choice(CALLS[given] if given in CALLS else CALLS["text"])
            if len(call) > 1 and call[-1] in (kind, "any"):
                return given, self.call(call, without_last=True)
        return "text", self.rng.choice(
            ("quote", "toString", "toYaml", "len", "not", "print", "int")
        )

    def argument(self, kind: str) -> str:
        """Argument = literal | field | variable | "." | "(" pipe ")" { field }."""
        kind = self.settled(kind)
        if kind == "dot":
            return self.rng.choice(
                (*(["$"] if self.around.moved else [".", "$"]) * 4, ".", ".Values", "nil")
            )
        if kind == "name":
            names = [f'"{each}"' for each in self.around.names]
            return self.rng.choice(
                [*names * 3, '"nope"'] if self.rng.random() < 0.9 or not names else names
            )
        ways: list[Callable[[str], str]] = [self.literal]
        if kind in PATHS:
            ways += [self.value, self.value, self.parenthesised, self.variable]
        return self.rng.choice(ways)(kind)

    def literal(self, kind: str) -> str:
        """Literal = text | number | character | "true" | "false" | "nil", or a short call."""
        if self.rng.random() < 0.02:
            kind = "complex"
        return self.rng.choice(LITERALS[kind])

    def root(self) -> str:
        """Return what the fields of the whole chart are fields of, mostly."""
        prefixes = ("$", "$", "$", "") if self.around.moved else ("", "", "", "$")
        return self.rng.choice(prefixes)

    def value(self, kind: str) -> str:
        """Value = [ "$" ] ".Values" field { field }, or the same in parentheses."""
        if self.around.moved and self.rng.random() < 0.3:
            return self.rng.choice((".", ".", ".", ".", ".name", ".k", ".x.y"))
        path = self.rng.choice(PATHS[kind if self.rng.random() < 0.97 else "any"])
        if self.rng.random() < 0.1:
            front, _, last = f"{self.root()}.Values.{path}".rpartition(".")
            return f"({front}).{last}"
        return f"{self.root()}.Values.{path}"

    def parenthesised(self, kind: str) -> str:
        """Parenthesised = "(" pipe ")" { field }."""
        self.depth += 1
        inside = self.pipe(kind)
        self.depth -= 1
        if self.rng.random() < 0.02:
            inside = f"$z := {inside}"
            self.around.variables.append("$z")
        space = self.rng.choice(("", "", "", " "))
        fields = self.rng.choice((".a", ".name.x", ".k")) if self.rng.random() < 0.08 else ""
        return f"({space}{inside}{space}){fields}"

    def variable(self, kind: str) -> str:
        """Variable = "$" [ name ] { field }."""
        if not self.around.variables:
            return self.value(kind)
        name = self.rng.choice(self.around.variables)
        return name + (self.rng.choice((".a", ".name", ".x.y")) if self.rng.random() < 0.15 else "")

    def method(self) -> str:
        """Write a field or method of one of Helm's objects."""
        text = self.rng.choice(METHODS)
        root = self.root()
        return text.replace("(.", f"({root}.", 1) if text.startswith("(") else f"{root}{text}"
