"""Turn the JSON schemas of package `kubernetes-validate` into `schemas/kubernetes.json.zz`.

Run `python -m pkgtool.testing.schema_bundle` after an update of that package. It carries the
OpenAPI definitions of Kubernetes (Apache-2.0, Copyright The Kubernetes Authors) as JSON schemas
for every minor version; its version in `pyproject.toml` decides which ones.

The bundle is one line that says where it comes from, and then, compressed, lines of JSON:

1. `minors`: the versions, oldest first; `metadata`: the index of `ObjectMeta`.
2. The kinds: `group/version/Kind` to its definition's index and the minors that have it, as bits.
3. For each minor in turn, a list: for each index, on which of the lines below its definition is;
   0 when the minor does not have it.
4. The definitions, each once: most are equal in most versions.

A definition is written as a *rule*, which `pkgtool.manifest.schema.walk` explains.
Descriptions are left out, and so is what only lists of objects refer to.

Source: https://github.com/kubernetes/kubernetes, `api/openapi-spec/swagger.json`.
"""

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Rule = str | int | dict[str, Any]

ABOUT = (
    "pkgtool schema bundle, format 1; definitions of Kubernetes, Copyright The Kubernetes Authors, "
    "Apache-2.0, by way of kubernetes-validate; zlib follows\n"
)

_PREFIX = "#/$defs/"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

# Definitions that are better said in one word than by their schema.
_WORDS = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "date-time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "date-time",
}
_FORMATS = {"int32": "int32", "int64": "int64", "byte": "byte", "date-time": "date-time"}


def build_bundle() -> bytes:
    """Return the bundle made from the installed `kubernetes-validate`.

    Raises:
        ModuleNotFoundError: The package is not installed.
    """
    lines = "".join(f"{line}\n" for line in bundle_lines(_all_definitions()))
    return ABOUT.encode() + zlib.compress(lines.encode(), 9)


def bundle_lines(versions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a bundle.

    Args:
        versions: Definitions by full name, by minor (`1.36`), oldest minor first.
    """
    wanted = {minor: _reachable(definitions) for minor, definitions in versions.items()}
    names = sorted({name for each in wanted.values() for name in each})
    index = {name: number for number, name in enumerate(names)}
    bodies: dict[str, int] = {}
    first_body = 2 + len(versions)
    rows = []
    for minor, definitions in versions.items():
        row = [0] * len(names)
        references: dict[str, Rule] = {
            name: word if (word := _word(name, schema)) else index.get(name, "any")
            for name, schema in definitions.items()
        }
        for name in sorted(wanted[minor]):
            body = _compact(_rule(definitions[name], references))
            row[index[name]] = bodies.setdefault(body, first_body + len(bodies))
        rows.append(row)
    yield _compact({"minors": list(versions), "metadata": index[_META]})
    yield _compact(_kinds(versions, index))
    yield from map(_compact, rows)
    yield from bodies


def main() -> None:
    """Write the bundle beside the checkout's other schemas."""
    target = Path(__file__).parents[2] / "schemas" / "kubernetes.json.zz"
    data = build_bundle()
    target.write_bytes(data)
    print(f"{target.name}: {len(data)} bytes")  # noqa: T201


def _all_definitions() -> dict[str, Mapping[str, Any]]:
    import kubernetes_validate  # noqa: PLC0415

    root = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    found: dict[int, Mapping[str, Any]] = {}
    for folder in root.iterdir():
        if match := re.fullmatch(r"v1\.(\d+)\.\d+-local", folder.name):
            found[int(match[1])] = json.loads((folder / "_definitions.json").read_bytes())["$defs"]
    return {f"1.{minor}": found[minor] for minor in sorted(found)}


def _roots(definitions: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield `group/version/Kind` and definition of each kind of which there are objects."""
    for name, schema in definitions.items():
        metadata = schema.get("properties", {}).get("metadata", {})
        if metadata.get("$ref", "").endswith(_META):
            for kind in schema.get("x-kubernetes-group-version-kind", ()):
                group = f"{kind['group']}/" if kind["group"] else ""
                yield f"{group}{kind['version']}/{kind['kind']}", name


def _kinds(
    versions: Mapping[str, Mapping[str, Any]], index: Mapping[str, int]
) -> dict[str, list[int]]:
    kinds: dict[str, list[int]] = {}
    for bit, definitions in enumerate(versions.values()):
        for kind, name in _roots(definitions):
            kinds.setdefault(kind, [index[name], 0])[1] |= 1 << bit
    return dict(sorted(kinds.items()))


def _reachable(definitions: Mapping[str, Any]) -> set[str]:
    waiting = [name for _, name in _roots(definitions)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen and _word(name, definitions[name]) is None:
            seen.add(name)
            waiting += _references(definitions[name])
    return seen


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(reference := schema.get("$ref"), str):
            yield reference.removeprefix(_PREFIX)
        for each in schema.values():
            yield from _references(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _references(each)


def _word(name: str, schema: Mapping[str, Any]) -> str | None:
    """Return the one word that says all of a definition, if there is one."""
    if name in _WORDS:
        return _WORDS[name]
    if "type" not in schema:
        return "any"
    return None if "properties" in schema else "object"


def _rule(schema: Mapping[str, Any], references: Mapping[str, Rule]) -> Rule:
    """Return the rule that `schema` states."""
    if isinstance(reference := schema.get("$ref"), str):
        return references[reference.removeprefix(_PREFIX)]
    types = schema["type"]
    kind: str = types if isinstance(types, str) else next(each for each in types if each != "null")
    if kind == "array":
        return _list_rule(schema, references)
    if "properties" in schema:
        return _object_rule(schema, references)
    if "additionalProperties" in schema:
        return {"values": _rule(schema["additionalProperties"], references)} | _atomic(schema)
    return _FORMATS.get(schema.get("format", ""), kind)


def _list_rule(schema: Mapping[str, Any], references: Mapping[str, Rule]) -> Rule:
    rule: dict[str, Any] = {"items": _rule(schema["items"], references)}
    match schema.get("x-kubernetes-list-type"):
        case "map":
            rule["keys"] = schema["x-kubernetes-list-map-keys"]
        case "set":
            rule["set"] = True
    return rule


def _object_rule(schema: Mapping[str, Any], references: Mapping[str, Rule]) -> Rule:
    fields = schema["properties"]
    rule: dict[str, Any] = {
        "fields": {name: _rule(fields[name], references) for name in sorted(fields)}
    }
    if schema.get("required"):
        rule["required"] = sorted(schema["required"])
    return rule | _atomic(schema)


def _atomic(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"atomic": True} if schema.get("x-kubernetes-map-type") == "atomic" else {}


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    main()
