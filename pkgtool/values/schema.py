"""Check values against `values.schema.json`, of a chart and of all its subcharts, in one go.

The draft is what `$schema` says, 2020-12 when it says nothing. `format` is a rule up to draft 7 and
a remark since 2019-09. A reference stays in its document: nothing is fetched and no file is opened,
whatever a schema asks for (CVE-2025-55199); `urn:` references that nothing answers accept anything,
as in Helm. `$dynamicRef` is read as `$ref`. Patterns are RE2's.

Schemas come with charts, so none may take for ever: what a reference said of a value is kept and
not asked twice, a reference that leads back to itself is an error, and there is a limit of steps.

Source: https://json-schema.org, Helm v4 `pkg/chart/common/util/jsonschema.go`,
`spec/reliability.md` §2.4. The only door to `jsonschema`.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from pkgtool import yamlcodec
from pkgtool.errors import (
    PatternInvalid,
    Problem,
    SchemaInvalid,
    SchemaMismatch,
    YamlInvalid,
)
from pkgtool.regex import compile_pattern
from pkgtool.values.certain import Schema, surely_meets

MAX_STEPS = 100_000
"""How many keywords may be asked of values, for one schema."""
MAX_PROBLEMS = 100
"""How many problems of one chart are shown."""

MAX_PARTS = 100_000
"""How many objects a schema may have."""
CHECKED_PARTS = 5_000
"""Up to how many a schema is first held against the schema of schemas: 0.2 ms each."""

_DRAFTS = {
    "json-schema.org/draft-04/schema": 4,
    "json-schema.org/draft-06/schema": 6,
    "json-schema.org/draft-07/schema": 7,
    "json-schema.org/draft/2019-09/schema": 2019,
}
_VALIDATORS = {
    4: "Draft4Validator",
    6: "Draft6Validator",
    7: "Draft7Validator",
    2019: "Draft201909Validator",
    2020: "Draft202012Validator",
}
"""What the library calls its validators."""
_OPAQUE = frozenset(["const", "enum", "default", "examples"])
_META = ("http://json-schema.org/", "https://json-schema.org/")


class HasSchema(Protocol):
    """What of a chart matters here."""

    @property
    def name(self) -> str:
        """The key of its values in its parent's."""
        ...

    @property
    def schema(self) -> bytes | None:
        """Its `values.schema.json`."""
        ...

    @property
    def dependencies(self) -> Sequence["HasSchema"]:
        """Its subcharts."""
        ...


def check_values(chart: HasSchema, values: Mapping[str, Any]) -> None:
    """Check `values`, coalesced for the whole tree, against the schemas of all its charts.

    Raises:
        SchemaMismatch: With every problem of every chart.
        SchemaInvalid: A schema cannot be used.
    """
    problems: list[Problem] = []
    reports: list[str] = []
    for name, path, part, section in _sections(chart, values, chart.name, ()):
        if part.schema is None:
            continue
        found = _Check(part.schema, f"{name}/values.schema.json").blocks(section)
        problems += [_problem(block, path) for block in found]
        reports += [f"{part.name}:\n{_lines(found)}"] if found else []
    if problems:
        raise SchemaMismatch(
            "values don't meet the specifications of the schema(s) in the following chart(s):\n"
            + "".join(reports),
            problems,
            hint="change the values, or skip the check with --skip-schema-validation",
        )


def check_schema(values: Mapping[str, Any], schema: bytes, *, name: str) -> list[Problem]:
    """Return what is wrong with `values` by the text of `schema`, in the order of the values.

    Raises:
        SchemaInvalid: `schema` is no JSON Schema, leaves its document, or has no end.
    """
    return [_problem(block, ()) for block in _Check(schema, name).blocks(values)]


def schema_report(values: Mapping[str, Any], schema: bytes, *, name: str) -> str:
    """Return what is wrong with `values` by the text of `schema`, as lines in Helm's words.

    Raises:
        SchemaInvalid: `schema` is no JSON Schema, leaves its document, or has no end.
    """
    return _lines(_Check(schema, name).blocks(values))


def _lines(blocks: Iterable[str]) -> str:
    return "".join(f"{block}\n" for block in blocks)


def _problem(block: str, above: Iterable[str]) -> Problem:
    """Return a problem from its lines, `- at '/a/b': words` and what is indented below."""
    place, _, words = block.removeprefix("- at '").partition("': ")
    parts = [part.replace("~1", "/").replace("~0", "~") for part in place.split("/")[1:]]
    return Problem(words, path=_dotted((*above, *parts)))


def load_schema(schema: bytes, *, name: str) -> Any:
    """Return the parsed text of a schema.

    Raises:
        SchemaInvalid: It is no JSON, or neither an object nor a boolean.
    """
    try:
        found = yamlcodec.load_json(schema.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SchemaInvalid(f"{name} is not UTF-8") from error
    except YamlInvalid as error:
        raise SchemaInvalid(f"{name} is not JSON: {error.what}", where=error.where) from error
    if not isinstance(found, dict | bool):
        raise SchemaInvalid(f"{name} is not a schema: neither an object nor a boolean")
    return found


def _sections(
    chart: HasSchema, values: Mapping[str, Any], name: str, path: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], HasSchema, Mapping[str, Any]]]:
    """Yield each chart with its values; a subchart without a section is not asked."""
    yield name, path, chart, values
    for child in chart.dependencies:
        section = values.get(child.name)
        if isinstance(section, Mapping):
            yield from _sections(child, section, f"{name}.{child.name}", (*path, child.name))


def _dotted(parts: Iterable[object]) -> str:
    return ".".join(text for part in parts if (text := str(part)))


class _Check:
    """One schema at work; `name` is for messages."""

    def __init__(self, source: bytes, name: str) -> None:
        self.source = source
        self.root = load_schema(source, name=name)
        self.name = name
        self.steps = 0
        self.asked: dict[tuple[str, int, int], Any] = {}
        self.asking: set[tuple[str, int, int]] = set()
        self.anchors: dict[str, Any] = {}
        self.parts = self.index(self.root)

    def blocks(self, values: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with `values`: per problem its lines, in Helm's words."""
        draft = self.draft()
        plain = Schema(self.root, draft, self.target, self.matches)
        if self.parts <= CHECKED_PARTS and surely_meets(plain, values):
            return []
        validator = self.validator(draft)
        try:
            errors = list(_first(validator.iter_errors(values), MAX_PROBLEMS))
        except RecursionError as error:
            raise self.invalid("is nested too deeply") from error
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            # Only a schema too large to be held against the schema of schemas gets here.
            raise self.invalid(f"is not a schema: {error}") from error
        # Imported here: values fit as a rule.
        from pkgtool.values.schema_words import report_lines  # noqa: PLC0415

        return [_shortened(block) for block in report_lines(errors)]

    def validator(self, number: int) -> Any:
        """Return a validator of the draft `number` whose keywords are fenced."""
        # Imported here: most values are fine, and the library takes 80 ms.
        from jsonschema import validators  # noqa: PLC0415

        draft = getattr(validators, _VALIDATORS[number])
        fault = _fault_of(self.source, draft) if self.parts <= CHECKED_PARTS else ""
        if fault:
            raise self.invalid(fault)
        rules = self.rules()
        own = {key: rule for key, rule in rules.items() if key in draft.VALIDATORS}
        own["dependencies"] = rules["dependencies"]
        fenced = {key: self.counted(rule) for key, rule in {**draft.VALIDATORS, **own}.items()}
        if "$dynamicRef" in fenced or "$recursiveRef" in fenced:
            del fenced["format"]
        extend: Any = validators.extend
        # 2.0 is an integer to Helm under all drafts: a number of a values file has no type.
        made = extend(draft, fenced, type_checker=validators.Draft6Validator.TYPE_CHECKER)
        return made(self.root)

    def draft(self) -> int:
        """Return the number of the draft that `$schema` names."""
        stated = self.root.get("$schema", "") if isinstance(self.root, dict) else ""
        address = str(stated).partition("://")[2].rstrip("#")
        if stated and not address and not str(stated).startswith("urn:"):
            raise self.invalid(f"is of no draft: $schema is {stated!r:.100}")
        return _DRAFTS.get(address, 2020)

    def rules(self) -> dict[str, Callable[..., Any]]:
        """Return the keywords that are ours."""
        return {
            "$ref": self.reference,
            "$dynamicRef": self.reference,
            "$recursiveRef": self.reference,
            "dependencies": self.dependencies,
            "dependentRequired": self.dependencies,
            "properties": self.properties,
            "allOf": self.all_of,
            "oneOf": self.one_of,
            "propertyNames": self.property_names,
            "contains": self.contains,
            "format": self.format,
            "multipleOf": self.multiple_of,
            "pattern": self.pattern,
            "patternProperties": self.pattern_properties,
            "additionalProperties": self.additional_properties,
            "uniqueItems": self.unique_items,
            "unevaluatedProperties": self.unevaluated_properties,
            "unevaluatedItems": self.unevaluated_items,
        }

    def counted(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """Return `rule`, counting how often it is asked."""

        def asked(validator: Any, wanted: Any, instance: Any, schema: Any) -> Any:
            self.step()
            return rule(validator, wanted, instance, schema)

        return asked

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise self.invalid(f"takes more than {MAX_STEPS} steps")

    def invalid(self, what: str) -> SchemaInvalid:
        return SchemaInvalid(f"{self.name} {what}")

    def index(self, schema: Any) -> int:
        """Note everything that has a name, refuse references that leave, and return the size."""
        pending, parts = [schema], 0
        references = []
        while pending:
            each = pending.pop()
            if isinstance(each, list):
                pending += each
            if not isinstance(each, dict):
                continue
            parts += 1
            if parts > MAX_PARTS:
                raise self.invalid(f"has more than {MAX_PARTS} parts")
            for key in ("$id", "id", "$anchor", "$dynamicAnchor"):
                if isinstance(each.get(key), str):
                    named = each[key].rstrip("#")
                    self.anchors.setdefault(named, each)
                    self.anchors.setdefault(named.rpartition("/")[2], each)
            self.check_patterns(each)
            references += [
                each[key] for key in ("$ref", "$dynamicRef") if isinstance(each.get(key), str)
            ]
            pending += [value for key, value in each.items() if key not in _OPAQUE]
        for reference in references:
            self.target(reference)
        return parts

    def check_patterns(self, schema: Mapping[str, Any]) -> None:
        """Refuse patterns that cannot be read, whether a value meets them or not."""
        patterns = schema.get("patternProperties")
        for each in (schema.get("pattern"), *(patterns if isinstance(patterns, dict) else ())):
            if isinstance(each, str):
                self.compiled(each)

    def target(self, reference: str) -> Any:
        """Return the part of the schema that `reference` names."""
        base, _, fragment = reference.partition("#")
        start = self.anchors.get(base, self.anchors.get(base.rpartition("/")[2])) if base else None
        if base and start is None:
            if base.startswith(("urn:", *_META)):
                return True
            raise SchemaInvalid(
                f"{self.name} points outside the chart: {reference!r}",
                hint="copy what it points to into `$defs`; pkgtool fetches nothing",
            )
        start = self.root if start is None else start
        if fragment and not fragment.startswith("/"):
            if fragment not in self.anchors:
                raise self.invalid(f"has no {reference!r}")
            return self.anchors[fragment]
        return self.follow(start, fragment, reference)

    def follow(self, start: Any, pointer: str, reference: str) -> Any:
        found = start
        for part in pointer.split("/")[1:]:
            # Imported here: most schemas have no references.
            from urllib.parse import unquote  # noqa: PLC0415

            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and key in found:
                found = found[key]
            elif isinstance(found, list) and key.isascii() and key.isdigit():
                found = found[int(key)] if int(key) < len(found) else None
            else:
                found = None
            if found is None:
                raise self.invalid(f"has no {reference!r}")
        return found

    def once(self, kind: str, schema: Any, instance: Any, ask: Callable[[], Any]) -> Any:
        """Return the answer of `ask`, asking once for each schema and value."""
        # Both live as long as this check, so identities are stable.
        key = (kind, id(schema), id(instance))
        if key in self.asking:
            raise self.invalid("refers to itself without end")
        if key not in self.asked:
            self.asking.add(key)
            self.asked[key] = ask()
            self.asking.discard(key)
        return self.asked[key]

    def reference(self, validator: Any, ref: str, instance: Any, schema: Any) -> Iterator[Any]:
        del schema
        target = self.target(ref)
        found = self.once(
            "ref",
            target,
            instance,
            lambda: tuple(_first(validator.descend(instance, target), MAX_PROBLEMS)),
        )
        # Errors collect their path on the way up, so each way needs its own.
        left = [MAX_PROBLEMS]
        copies = [_copied(error, left) for error in found]
        if len(copies) > 1:
            yield _error("validation failed", copies)
        else:
            yield from copies

    def all_of(self, validator: Any, parts: Any, instance: Any, schema: Any) -> Iterator[Any]:
        del schema
        if found := self.of_each(validator, parts, instance):
            yield _error("", found)

    def one_of(self, validator: Any, parts: Any, instance: Any, schema: Any) -> Iterator[Any]:
        del schema
        met = [index for index, part in enumerate(parts) if self.accepts(validator, instance, part)]
        if not met:
            yield _error("", self.of_each(validator, parts, instance))
        elif len(met) > 1:
            yield _error(", ".join(map(str, met[:2])))

    def of_each(self, validator: Any, parts: Any, instance: Any) -> list[Any]:
        """Return what each of `parts` says of `instance`."""
        return [
            error
            for index, part in enumerate(parts)
            for error in validator.descend(instance, part, schema_path=index)
        ]

    def property_names(
        self, validator: Any, wanted: Any, instance: Any, schema: Any
    ) -> Iterator[Any]:
        del schema
        for key in sorted(instance) if isinstance(instance, dict) else ():
            if found := list(validator.descend(key, wanted, schema_path=key)):
                yield _error(f"invalid propertyName {_quotes(key)}", found)

    def contains(self, validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if not isinstance(instance, list):
            return
        said = [
            list(validator.descend(each, wanted, path=index, schema_path=index))
            for index, each in enumerate(instance)
        ]
        met = [index for index, each in enumerate(said) if not each]
        least, most = schema.get("minContains", 1), schema.get("maxContains", len(met))
        needed = "required to match contains schema, but"
        places = " ".join(map(str, met))
        if len(met) < least:
            context = [] if met else [error for each in said for error in each]
            matched = f"matched {len(met)} items at {places}" if met else "none matched"
            plain = "no items match contains schema"
            counted = "minContains" in schema
            yield _error(f"min {least} items {needed} {matched}" if counted else plain, context)
        elif len(met) > most:
            yield _error(f"max {most} items {needed} matched {len(met)} items at {places}")

    def matches(self, pattern: str, text: str) -> bool:
        return self.compiled(pattern).search(text) is not None

    def compiled(self, pattern: str) -> Any:
        try:
            return compile_pattern(pattern)
        except PatternInvalid as error:
            raise SchemaInvalid(f"{self.name}: {error.what}", hint=error.hint) from error

    def pattern(self, validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
        del validator, schema
        if isinstance(instance, str) and not self.matches(pattern, instance):
            yield _error(f"{_quotes(instance)} does not match pattern {_quotes(pattern)}")

    def format(self, validator: Any, name: str, instance: Any, schema: Any) -> Iterator[Any]:
        del validator, schema
        # Imported here: few schemas ask, and there are many patterns in it.
        from pkgtool.values.formats import FORMATS  # noqa: PLC0415

        rule = FORMATS.get(name)
        if rule is not None and isinstance(instance, str) and not rule(instance):
            yield _error(f"{_quotes(instance)} is not valid {name}")

    def multiple_of(self, validator: Any, step: Any, instance: Any, schema: Any) -> Iterator[Any]:
        """As they are written: 0.3 is three times 0.1, which their floats are not."""
        del schema
        # Imported here: few schemas ask.
        from fractions import Fraction  # noqa: PLC0415

        if validator.is_type(instance, "number") and math.isfinite(instance):
            times = Fraction(repr(instance)) / Fraction(repr(step))
            if times.denominator != 1:
                yield _error("")

    def dependencies(
        self, validator: Any, wanted: Mapping[str, Any], instance: Any, schema: Any
    ) -> Iterator[Any]:
        """Newer drafts have other words for it, but Helm still knows this one."""
        del schema
        if not isinstance(instance, dict):
            return
        for key, needed in wanted.items():
            if key not in instance:
                continue
            if isinstance(needed, list):
                missing = [_quotes(each) for each in needed if each not in instance]
                if missing:
                    names = ", ".join(missing)
                    yield _error(f"properties {names} required, if {_quotes(key)} exists")
            else:
                yield from validator.descend(instance, needed, schema_path=key)

    def pattern_properties(
        self, validator: Any, patterns: Mapping[str, Any], instance: Any, schema: Any
    ) -> Iterator[Any]:
        del schema
        if not isinstance(instance, dict):
            return
        for pattern, wanted in patterns.items():
            for key, value in instance.items():
                if self.matches(pattern, key):
                    yield from validator.descend(value, wanted, path=key)

    def extras(self, instance: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
        """Return the keys that neither `properties` nor `patternProperties` speak of."""
        patterns = schema.get("patternProperties", {})
        return [
            key
            for key in instance
            if key not in schema.get("properties", {})
            and not any(self.matches(pattern, key) for pattern in patterns)
        ]

    def additional_properties(
        self, validator: Any, wanted: Any, instance: Any, schema: Any
    ) -> Iterator[Any]:
        if not isinstance(instance, dict):
            return
        extras = self.extras(instance, schema)
        if wanted is False and extras:
            names = ", ".join(map(_quotes, sorted(extras)))
            yield _error(f"additional properties {names} not allowed")
        elif isinstance(wanted, dict):
            for key in extras:
                yield from validator.descend(instance[key], wanted, path=key)

    def unique_items(
        self, validator: Any, wanted: Any, instance: Any, schema: Any
    ) -> Iterator[Any]:
        del validator, schema
        if not wanted or not isinstance(instance, list):
            return
        seen: dict[object, int] = {}
        for index, each in enumerate(instance):
            first = seen.setdefault(_hashable(each), index)
            if first != index:
                yield _error(f"items at {first} and {index} are equal")
                return

    def unevaluated_properties(
        self, validator: Any, wanted: Any, instance: Any, schema: Any
    ) -> Iterator[Any]:
        if isinstance(instance, dict):
            rest = {key: value for key, value in schema.items() if key != "unevaluatedProperties"}
            self.asked[("keep", id(rest), 0)] = rest
            seen = self.evaluated(validator, instance, rest)
            for key, value in instance.items():
                if key not in seen:
                    yield from self.unevaluated(validator, wanted, key, value)

    def unevaluated_items(
        self, validator: Any, wanted: Any, instance: Any, schema: Any
    ) -> Iterator[Any]:
        if isinstance(instance, list):
            rest = {key: value for key, value in schema.items() if key != "unevaluatedItems"}
            self.asked[("keep", id(rest), 0)] = rest
            seen = self.evaluated(validator, instance, rest)
            for index, value in enumerate(instance):
                if index not in seen:
                    yield from self.unevaluated(validator, wanted, index, value)

    def unevaluated(
        self, validator: Any, wanted: Any, place: str | int, value: Any
    ) -> Iterator[Any]:
        yield from self.below(validator, value, wanted, place)

    def below(self, validator: Any, value: Any, wanted: Any, place: str | int) -> Iterator[Any]:
        """Yield what `wanted` says of the part `value`; the library loses the place of `false`."""
        if wanted is False:
            error: Any = _error("false schema")
            error.path.appendleft(place)
            yield error
        else:
            yield from validator.descend(value, wanted, path=place, schema_path=place)

    def properties(self, validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        del schema
        for key, part in wanted.items() if isinstance(instance, dict) else ():
            if key in instance:
                yield from self.below(validator, instance[key], part, key)

    def evaluated(self, validator: Any, instance: Any, schema: Any) -> frozenset[str | int]:
        """Return the keys or indices of `instance` that some part of `schema` speaks of."""
        if not isinstance(schema, dict):
            return frozenset()
        found: frozenset[str | int] = self.once(
            "evaluated",
            schema,
            instance,
            lambda: frozenset(self.evaluate(validator, instance, schema)),
        )
        return found

    def evaluate(
        self, validator: Any, instance: Any, schema: Mapping[str, Any]
    ) -> Iterator[str | int]:
        self.step()
        if isinstance(instance, dict):
            yield from self.evaluated_keys(instance, schema)
        else:
            yield from self.evaluated_indices(validator, instance, schema)
        for part in self.applied(validator, instance, schema):
            yield from self.evaluated(validator, instance, part)

    def evaluated_keys(
        self, instance: Mapping[str, Any], schema: Mapping[str, Any]
    ) -> Iterator[str]:
        if "additionalProperties" in schema or "unevaluatedProperties" in schema:
            yield from instance
        else:
            extras = set(self.extras(instance, schema))
            yield from (key for key in instance if key not in extras)

    def evaluated_indices(
        self, validator: Any, instance: Sequence[Any], schema: Mapping[str, Any]
    ) -> Iterator[int]:
        if "items" in schema and not isinstance(schema["items"], list):
            yield from range(len(instance))
        if "unevaluatedItems" in schema or "additionalItems" in schema:
            yield from range(len(instance))
        first = schema.get("prefixItems", schema.get("items", []))
        yield from range(len(first) if isinstance(first, list) else 0)
        if "contains" in schema:
            for index, each in enumerate(instance):
                if self.accepts(validator, each, schema["contains"]):
                    yield index

    def applied(self, validator: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the schemas in the same place that `instance` meets."""
        for key in ("$ref", "$dynamicRef"):
            if key in schema:
                yield self.target(schema[key])
        for key, part in schema.get("dependentSchemas", {}).items():
            if key in instance:
                yield part
        for key in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(key, ()):
                if self.accepts(validator, instance, part):
                    yield part
        if "if" in schema:
            met = self.accepts(validator, instance, schema["if"])
            yield schema["if"] if met else False
            yield schema.get("then" if met else "else", False)

    def accepts(self, validator: Any, instance: Any, schema: Any) -> bool:
        return next(iter(validator.descend(instance, schema)), None) is None


@lru_cache(maxsize=32)
def _fault_of(schema: bytes, draft: Any) -> str:
    """Return why `schema` is none of its `draft`, or nothing.

    It takes ten times as long as to ask the schema, and who renders a chart twice need not wait
    for it twice.
    """
    from jsonschema import SchemaError  # noqa: PLC0415

    try:
        draft.check_schema(load_schema(schema, name="schema"))
    except SchemaError as error:
        place = _dotted(error.absolute_path) or "the top"
        return f"is not a schema: at {place}: {error.message:.200}"
    except RecursionError:
        return "is nested too deeply"
    return ""


def _first(errors: Iterable[Any], limit: int) -> Iterator[Any]:
    for _, error in zip(range(limit), errors, strict=False):
        yield error


def _error(message: str, context: Sequence[Any] = ()) -> Exception:
    from jsonschema import ValidationError  # noqa: PLC0415

    return ValidationError(message, context=context)


def _copied(error: Any, left: list[int]) -> Any:
    """Return a copy of `error` and of what is below it, as long as `left` lasts."""
    copy = type(error).create_from(error)
    copy.path = copy.relative_path = type(error.path)(error.path)
    copy.context = []
    for each in error.context:
        left[0] -= 1
        if left[0] >= 0:
            copy.context.append(_copied(each, left))
            copy.context[-1].parent = copy
    return copy


def _quotes(text: str) -> str:
    # Imported here: only problems are quoted.
    from pkgtool.values.schema_words import in_quotes  # noqa: PLC0415

    return in_quotes(text)


def _shortened(message: str) -> str:
    return message if len(message) <= 4000 else f"{message[:4000]}…"


def _hashable(value: Any) -> object:
    """Return something that is equal exactly for equal JSON values; `true` is not 1."""
    if isinstance(value, dict):
        return frozenset((key, _hashable(each)) for key, each in value.items())
    if isinstance(value, list):
        return tuple(_hashable(each) for each in value)
    return (isinstance(value, bool), value)
