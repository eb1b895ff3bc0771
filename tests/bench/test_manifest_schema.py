"""The table walker against `jsonschema`: same verdicts on mutants, and how fast each is.

An example of every kind of Kubernetes 1.36 is made from its rule, and each of its fields in turn
is replaced, removed or joined by an unknown one. `jsonschema` judges by the published schemas.
"""

import copy
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pkgtool.manifest.schema.bundle import Rule, Schemas, load_schemas
from pkgtool.manifest.schema.walk import Walker

kubernetes_validate = pytest.importorskip("kubernetes_validate")

MINOR = "1.36"
MUTANTS_PER_KIND = 40
WRONG: tuple[Any, ...] = (None, True, 1, 1.5, "text", "", [], {}, [None], {"zz": 1}, ["a", 2])
EXAMPLES: dict[str, object] = {
    "string": "text",
    "boolean": True,
    "int32": 1,
    "int64": 1,
    "integer": 1,
    "number": 1.5,
    "byte": "aGk=",
    "date-time": "2006-01-02T15:04:05Z",
    "int-or-string": 80,
    "quantity": "1Gi",
    "any": {"a": 1},
    "object": {"a": 1},
}


def example(schemas: Schemas, rule: Rule, depth: int = 0) -> object:
    """Return something that follows `rule`, with all fields down to some depth."""
    if isinstance(rule, int):
        rule = schemas.definition(rule)
    if isinstance(rule, str):
        return EXAMPLES[rule]
    if "items" in rule:
        return [example(schemas, rule["items"], depth + 1)] if depth < 9 else []
    if "values" in rule:
        return {"key": example(schemas, rule["values"], depth + 1)}
    names = rule["fields"] if depth < 7 else rule.get("required", ())
    return {
        name: example(schemas, rule["fields"][name], depth + 1)
        for name in names
        # Inside an object these are free for the API server, but not in the published schema.
        if not depth or name in rule.get("required", ()) or name not in ("apiVersion", "kind")
    }


def places(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of everything inside `value`."""
    pairs: Any = value.items() if isinstance(value, dict) else ()
    for key, each in enumerate(value) if isinstance(value, list) else pairs:
        yield (*at, key)
        yield from places(each, (*at, key))


def mutate(body: Any, path: tuple[str | int, ...], rng: random.Random) -> Any:
    """Return a copy of `body` that differs at `path`."""
    mutant = copy.deepcopy(body)
    holder = mutant
    for key in path[:-1]:
        holder = holder[key]
    match rng.randrange(4):
        case 0 if isinstance(holder, dict):
            del holder[path[-1]]
        case 1 if isinstance(holder, dict):
            holder["unheardOf"] = 1
        case _:
            holder[path[-1]] = copy.deepcopy(rng.choice(WRONG))
    return mutant


def without_nulls(value: Any) -> Any:
    """Return `value` without fields that are null."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


def bodies() -> Iterator[tuple[str, Any]]:
    """Yield name and example of every kind."""
    schemas = load_schemas(MINOR)
    for api_version in sorted({each for kind in KINDS for each in schemas.versions_of(kind)}):
        for kind in schemas.kinds_of(api_version):
            rule = schemas.rule(api_version, kind)
            assert rule is not None
            body: Any = example(schemas, rule)
            yield f"{api_version}/{kind}", body | {"apiVersion": api_version, "kind": kind}


KINDS = (
    "ConfigMap",
    "CronJob",
    "CustomResourceDefinition",
    "DaemonSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
    "StorageClass",
)


def walk(name: str, body: Any) -> list[Any]:
    """Return what the walker finds."""
    schemas = load_schemas(MINOR)
    walker = Walker(schemas.definition, schemas.metadata)
    rule = schemas.rule(*name.rsplit("/", 1))
    assert rule is not None
    walker.walk(body, rule)
    return walker.faults


@pytest.fixture(scope="module")
def peer() -> Callable[[str, Any], bool]:
    """Say by `jsonschema` whether an object is good."""
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    root = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    folder = root / f"v{MINOR}.0-local-strict"
    definitions = json.loads((folder / "_definitions.json").read_bytes())
    registry = (Resource.from_contents(definitions) @ Registry()).crawl()
    by_kind = {}
    for full, schema in definitions["$defs"].items():
        for gvk in schema.get("x-kubernetes-group-version-kind", ()):
            group = f"{gvk['group']}/" if gvk["group"] else ""
            by_kind[f"{group}{gvk['version']}/{gvk['kind']}"] = full
    validators: dict[str, Any] = {}

    def good(name: str, body: Any) -> bool:
        if name not in validators:
            reference = f"{definitions['$id']}#/$defs/{by_kind[name]}"
            validators[name] = Draft202012Validator({"$ref": reference}, registry=registry)
        return bool(validators[name].is_valid(body))

    return good


def test_the_walker_agrees_with_jsonschema(peer: Callable[[str, Any], bool]) -> None:
    """Where the walker is stricter, it says why in one of the sentences listed here."""
    rng = random.Random(7)
    known = re.compile(
        "base64|quantity|does not fit|time like|repeats|is required|expected object, got null"
    )
    verdicts: Counter[str] = Counter()
    odd = []
    ours = theirs = 0.0
    for name, body in bodies():
        assert walk(name, body) == []
        assert peer(name, body)
        paths = [path for path in places(body) if path not in (("apiVersion",), ("kind",))]
        mutants = [body, *(mutate(body, rng.choice(paths), rng) for _ in range(MUTANTS_PER_KIND))]
        for mutant in mutants:
            begin = time.perf_counter()
            faults = walk(name, mutant)
            middle = time.perf_counter()
            good = peer(name, mutant)
            theirs += time.perf_counter() - middle
            ours += middle - begin
            if good == (not faults):
                verdicts["same, good" if good else "same, bad"] += 1
            elif good and all(known.search(fault.message) for fault in faults):
                verdicts["stricter on purpose"] += 1
            elif not faults and peer(name, without_nulls(mutant)):
                # A null quantity is both things of its `oneOf`, so the schema refuses it.
                verdicts["null is absent"] += 1
            else:
                odd.append((name, good, faults))
    print(f"\n{dict(verdicts)}, other {len(odd)}; {ours:.3f} s against {theirs:.3f} s")
    assert odd == []


def test_loading_the_schemas_of_a_deployment_and_a_service() -> None:
    """From the bytes of the file to two checked objects."""
    found = dict(bodies())
    times = []
    for _ in range(11):
        load_schemas.cache_clear()
        begin = time.perf_counter()
        for name in ("apps/v1/Deployment", "v1/Service"):
            walk(name, found[name])
        times.append(time.perf_counter() - begin)
    print(f"\nload and check: {sorted(times)[5] * 1000:.1f} ms")
