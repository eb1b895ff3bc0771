"""Turn a custom resource definition into rules for the objects of its kind.

The schemas of definitions are *structural*: every field's type is said once, in one place, so
they become the same rules as those of Kubernetes' own kinds. What they say beyond types
(patterns, limits, alternatives) becomes facets. Not covered are the expressions under
`x-kubernetes-validations`: only a cluster evaluates those.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pkgtool.manifest.schema.bundle import Rule

_NUMBER = (int, float)

FACETS: dict[str, type | tuple[type, ...]] = {
    "enum": list,
    "pattern": str,
    "minimum": _NUMBER,
    "maximum": _NUMBER,
    "exclusiveMinimum": bool,
    "exclusiveMaximum": bool,
    "multipleOf": _NUMBER,
    "minLength": int,
    "maxLength": int,
    "minItems": int,
    "maxItems": int,
    "uniqueItems": bool,
    "minProperties": int,
    "maxProperties": int,
    "format": str,
    "allOf": list,
    "anyOf": list,
    "oneOf": list,
    "not": dict,
}
"""Keywords that narrow what a type allows, and what must stand under each for it to count."""

_WORDS = {"string": "string", "boolean": "boolean", "integer": "int64", "number": "number"}
_FORMATS = {"int32", "int64", "byte", "date-time"}


def served_schemas(body: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Yield group, kind, version and schema of each version that a definition serves.

    Args:
        body: A CustomResourceDefinition; one that is not well-formed serves nothing.
    """
    spec = _mapping(body.get("spec"))
    group, kind = spec.get("group"), _mapping(spec.get("names")).get("kind")
    versions = spec.get("versions")
    if not (isinstance(group, str) and isinstance(kind, str) and isinstance(versions, list)):
        return
    for version in map(_mapping, versions):
        name = version.get("name")
        if isinstance(name, str) and version.get("served") is not False:
            schema = _mapping(_mapping(version.get("schema")).get("openAPIV3Schema"))
            yield group, kind, name, schema


def custom_rule(schema: Mapping[str, Any] | None, metadata: int) -> Rule:
    """Return the rule for whole objects: those of a `schema`, or without one, of any kind.

    Args:
        schema: What a definition says under `openAPIV3Schema`.
        metadata: Index of the definition of `metadata`, which all objects have.
    """
    common: dict[str, Rule] = {"apiVersion": "string", "kind": "string", "metadata": metadata}
    if not schema:
        return {"fields": common, "open": True}
    rule = schema_rule({**schema, "type": "object", "additionalProperties": None})
    base = rule["rule"] if isinstance(rule, dict) and "rule" in rule else rule
    if isinstance(base, dict):
        base["fields"] |= common
    return rule


def schema_rule(schema: Mapping[str, Any]) -> Rule:
    """Return the rule that a structural `schema` states, facets included."""
    base = _base_rule(schema)
    facets = _facets(schema)
    if isinstance(base, str) and base in (*_FORMATS, "int-or-string"):
        facets.pop("format", None)
    if base == "int-or-string":
        # The two shapes that a definition may repeat beside the extension say nothing new.
        facets.pop("anyOf", None)
    return {"rule": base, "facets": facets} if facets else base


def loose_rule(schema: Mapping[str, Any]) -> Rule:
    """Return what a `schema` below `allOf` and its like asks for: it never forbids fields."""
    if "properties" in schema or "required" in schema:
        fields = _mapping(schema.get("properties"))
        base: Rule = {
            "fields": {name: loose_rule(_mapping(each)) for name, each in fields.items()},
            "required": _required(schema, fields),
            "open": True,
        }
    elif isinstance(schema.get("items"), Mapping):
        base = {"items": loose_rule(schema["items"])}
    elif isinstance(schema.get("additionalProperties"), Mapping):
        base = {"values": loose_rule(schema["additionalProperties"])}
    else:
        base = _WORDS.get(str(schema.get("type")), "any")
    facets = _facets(schema)
    return {"rule": base, "facets": facets} if facets else base


def _base_rule(schema: Mapping[str, Any]) -> Rule:
    if schema.get("x-kubernetes-int-or-string") is True:
        return "int-or-string"
    match schema.get("type"):
        case "object":
            return _object_rule(schema)
        case "array":
            return _list_rule(schema)
        case str() as name:
            refined = schema.get("format")
            return refined if refined in _FORMATS else _WORDS.get(name, "any")
        case _:
            return "any"


def _object_rule(schema: Mapping[str, Any]) -> Rule:
    values = schema.get("additionalProperties")
    fields = _mapping(schema.get("properties"))
    if isinstance(values, Mapping) and not fields:
        return {"values": schema_rule(values)}
    rule: dict[str, Any] = {
        "fields": {name: schema_rule(_mapping(each)) for name, each in fields.items()},
        "required": _required(schema, fields),
    }
    if schema.get("x-kubernetes-embedded-resource") is True:
        known: dict[str, Rule] = {"apiVersion": "string", "kind": "string", "metadata": "object"}
        rule["fields"] = known | rule["fields"]
    if schema.get("x-kubernetes-preserve-unknown-fields") is True or values:
        rule["open"] = True
    return rule


def _list_rule(schema: Mapping[str, Any]) -> Rule:
    items = schema.get("items")
    rule: dict[str, Any] = {"items": schema_rule(items) if isinstance(items, Mapping) else "any"}
    keys = schema.get("x-kubernetes-list-map-keys")
    if schema.get("x-kubernetes-list-type") == "map" and isinstance(keys, list):
        rule["keys"] = keys
    elif schema.get("x-kubernetes-list-type") == "set":
        rule["set"] = True
    return rule


def _facets(schema: Mapping[str, Any]) -> dict[str, Any]:
    facets = {key: schema[key] for key, form in FACETS.items() if isinstance(schema.get(key), form)}
    for key in ("allOf", "anyOf", "oneOf"):
        if key in facets:
            facets[key] = [loose_rule(_mapping(each)) for each in facets[key]]
    if "not" in facets:
        facets["not"] = loose_rule(facets["not"])
    return facets


def _required(schema: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    """Return the names that must be given: those with a default are always there."""
    names = schema.get("required")
    if not isinstance(names, list):
        return []
    return [
        name
        for name in names
        if isinstance(name, str) and _mapping(fields.get(name)).get("default") is None
    ]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
