"""Find everything in rendered objects that a cluster would refuse, before there is a cluster.

Kubernetes' own kinds are checked against the schemas of the chosen version, custom resources
against the definitions that the chart ships, and other kinds as far as all objects are alike.
Problems are collected over all objects and point at template lines.

What takes a running cluster to know is not checked: admission, immutable fields, quotas, and
expressions in definitions.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pkgtool import yamlcodec
from pkgtool.errors import KindUnknown, ManifestInvalid, Problem, did_you_mean
from pkgtool.manifest.document import line_of, template_advice
from pkgtool.manifest.model import Manifest, ManifestSet
from pkgtool.manifest.names import metadata_faults, name_fault
from pkgtool.manifest.schema.bundle import Rule, Schemas, load_schemas
from pkgtool.manifest.schema.walk import LIMIT, Fault, Path, Walker
from pkgtool.manifest.schema.words import shown
from pkgtool.yamlcodec import Document

# Kubernetes has left this group, but charts have not.
_FORMER_GROUPS: Final = ("extensions",)

# In which version Kubernetes removed what no bundled version has any more.
# Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
_REMOVED: Final = {
    "extensions/v1beta1": "1.16",
    "extensions/v1beta1/Ingress": "1.22",
    "apps/v1beta1": "1.16",
    "apps/v1beta2": "1.16",
    "admissionregistration.k8s.io/v1beta1": "1.22",
    "apiextensions.k8s.io/v1beta1": "1.22",
    "apiregistration.k8s.io/v1beta1": "1.22",
    "certificates.k8s.io/v1beta1": "1.22",
    "coordination.k8s.io/v1beta1": "1.22",
    "networking.k8s.io/v1beta1": "1.22",
    "rbac.authorization.k8s.io/v1beta1": "1.22",
    "scheduling.k8s.io/v1beta1": "1.22",
    "storage.k8s.io/v1beta1": "1.22",
    "autoscaling/v2beta1": "1.25",
    "batch/v1beta1": "1.25",
    "discovery.k8s.io/v1beta1": "1.25",
    "events.k8s.io/v1beta1": "1.25",
    "node.k8s.io/v1beta1": "1.25",
    "policy/v1beta1": "1.25",
}


def validate_manifests(
    desired: ManifestSet, *, kube_version: str, strict: bool = False
) -> tuple[str, ...]:
    """Check all objects, hooks, and definitions in `desired`, and return warnings.

    Args:
        desired: What a chart wants in the cluster.
        kube_version: Minor version of Kubernetes: `1.36`. If no schemas are bundled for it,
            those of the nearest version count, with a warning.
        strict: Whether a kind that nothing is known about is refused.

    Raises:
        ManifestInvalid: Objects break the schema of their kind; all problems are in it.
        KindUnknown: With `strict`, there are objects of unknown kinds.
    """
    minor = _minor(kube_version)
    schemas = load_schemas(minor)
    kinds = _Kinds(schemas, desired, exact=schemas.minor == minor)
    problems: list[Problem] = []
    unknown: dict[str, Problem] = {}
    for manifest in _all_of(desired):
        problems += _problems(manifest, kinds)
        name = _kind_name(manifest)
        if kinds.is_unknown(manifest) and name not in unknown:
            unknown[name] = Problem(
                f"no schema for {name}",
                where=manifest.span(line_of(manifest, "kind")),
                subject=str(manifest.id),
            )
        if len(problems) >= LIMIT:
            break
    _raise_for(problems, unknown if strict else {}, schemas.minor)
    return (*_version_warnings(minor, schemas), *map(_warning, unknown.values()))


class _Kinds:
    """Where to find the rule for an object: in the bundle, or in the chart's own definitions."""

    def __init__(self, schemas: Schemas, desired: ManifestSet, *, exact: bool) -> None:
        self.schemas = schemas
        # With the schemas of another version, a kind that is absent may well be in the real one.
        self._exact = exact
        self._custom = _custom_schemas(desired)
        self._rules: dict[str, Rule] = {}

    def rule(self, manifest: Manifest) -> Rule:
        """Return what the whole object must be."""
        api_version, kind = manifest.body["apiVersion"], manifest.body["kind"]
        rule = self.schemas.rule(api_version, kind)
        if rule is None:
            name = f"{api_version}/{kind}"
            rule = self._rules.get(name)
            if rule is None:
                rule = self._rules[name] = self._custom_rule(name)
        return rule

    def is_unknown(self, manifest: Manifest) -> bool:
        """Whether nothing is known about the kind of an object."""
        group, kind = manifest.id.group, manifest.id.kind
        known = self.schemas.rule(manifest.body["apiVersion"], kind) is not None
        if known or (group, kind) in self._custom:
            return False
        return not (self._exact and (group in _FORMER_GROUPS or self.schemas.owns(group)))

    def absence(self, manifest: Manifest) -> str:
        """Return why there is no such kind where it should be; empty when there may be."""
        group, kind, api_version = manifest.id.group, manifest.id.kind, manifest.body["apiVersion"]
        if versions := self._custom.get((group, kind)):
            served = api_version in versions
            return (
                "" if served else f"the definition of {kind} serves {' and '.join(versions)} only"
            )
        if self.is_unknown(manifest) or self.schemas.rule(api_version, kind) is not None:
            return ""
        return _absence(self.schemas, api_version, group, kind)

    def _custom_rule(self, name: str) -> Rule:
        from pkgtool.manifest.schema.custom import custom_rule  # noqa: PLC0415

        api_version, _, kind = name.rpartition("/")
        versions = self._custom.get((api_version.partition("/")[0], kind), {})
        return custom_rule(versions.get(api_version), self.schemas.metadata)


def _custom_schemas(desired: ManifestSet) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the schema of each `apiVersion` by group and kind, for what the chart defines."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for manifest in _all_of(desired):
        if manifest.id.kind == "CustomResourceDefinition":
            # Imported here: few charts define kinds.
            from pkgtool.manifest.schema.custom import served_schemas  # noqa: PLC0415

            for group, kind, version, schema in served_schemas(manifest.body):
                found.setdefault((group, kind), {})[f"{group}/{version}"] = schema
    return found


def _all_of(desired: ManifestSet) -> Iterator[Manifest]:
    yield from desired.crds
    yield from desired.manifests
    for hook in desired.hooks:
        yield hook.manifest


def _problems(manifest: Manifest, kinds: _Kinds) -> list[Problem]:
    """Return everything that is wrong with one object."""
    schemas = kinds.schemas
    walker = Walker(schemas.definition, schemas.metadata)
    walker.walk(manifest.body, kinds.rule(manifest))
    if absence := kinds.absence(manifest):
        walker.report(("apiVersion",), absence)
    # The star stands for what the cluster adds to a `generateName`.
    name = manifest.id.name.replace("*", "x")
    if fault := name_fault(manifest.id.group, manifest.id.kind, name):
        walker.report(("metadata", "name"), f"{shown(manifest.id.name)} {fault}")
    for at, metadata in walker.metadata:
        for path, fault in metadata_faults(metadata):
            walker.report((*at, *path), fault)
    if not walker.faults:
        return []
    document = yamlcodec.load_document(manifest.text, name=manifest.origin)
    return [_problem(manifest, fault, document) for fault in walker.faults]


def _problem(manifest: Manifest, fault: Fault, document: Document) -> Problem:
    whole = ("items", manifest.item, *fault.path) if manifest.list_kind else fault.path
    return Problem(
        fault.message,
        where=manifest.span(document.line(whole)),
        path=dotted(fault.path),
        subject=str(manifest.id),
    )


def dotted(path: Path) -> str:
    """Return `path` as people write it: `spec.ports[0].name`, `metadata.labels["a.b/c"]`."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        elif key.replace("_", "").replace("-", "").isalnum():
            text += f".{key}" if text else key
        else:
            text += f'["{key}"]'
    return text


def _kind_name(manifest: Manifest) -> str:
    return f"{manifest.id.kind} in {manifest.body['apiVersion']}"


def _raise_for(problems: list[Problem], unknown: Mapping[str, Problem], minor: str) -> None:
    if problems:
        count = (
            f"{LIMIT} problems or more" if len(problems) >= LIMIT else f"{len(problems)} problem"
        )
        many = "s" if 1 < len(problems) < LIMIT else ""
        raise ManifestInvalid(
            f"{count}{many} in objects for Kubernetes {minor}",
            problems[:LIMIT],
            hint=_hint(problems),
        )
    if unknown:
        raise KindUnknown(
            "objects of kinds that nothing is known about",
            unknown.values(),
            hint="ship their definitions in `crds/`, or do without --strict",
        )


def _hint(problems: list[Problem]) -> str:
    """Return what templates often do wrong where objects have problems like these."""
    advice = next(filter(None, map(_advice, problems)), "")
    shown = "`pkgtool template --stage text` shows what the templates rendered to"
    return f"{advice}; {shown}" if advice else shown


def _advice(problem: Problem) -> str:
    if 'got "map[' in problem.message:
        return "`map[…]` is how Go prints a mapping: write it with `toYaml`"
    if problem.message.startswith("expected string, got "):
        return "`quote` makes text of a number, true or false"
    if problem.message == "unknown field" and problem.where:
        return template_advice(problem.where)
    return ""


def _warning(problem: Problem) -> str:
    place = f"{problem.where.name}:{problem.where.line}: " if problem.where else ""
    return f"{place}{problem.message}: only its metadata was checked"


def _minor(kube_version: str) -> str:
    """Return `1.36` of `v1.36.2` and of `1.36+`."""
    return ".".join(kube_version.removeprefix("v").split(".")[:2]).rstrip("+")


def _version_warnings(minor: str, schemas: Schemas) -> Iterator[str]:
    if minor != schemas.minor:
        yield (
            f"no schemas for Kubernetes {minor}: objects were checked against those of "
            f"{schemas.minor}"
        )


def _absence(schemas: Schemas, api_version: str, group: str, kind: str) -> str:
    """Say that Kubernetes does not have a kind, and what to use instead."""
    text = f"Kubernetes {schemas.minor} has no {kind} in {api_version}"
    if minors := schemas.minors_with(api_version, kind):
        text += f" ({minors[0]} to {minors[-1]} have it)"
    elif gone := _REMOVED.get(f"{api_version}/{kind}", _REMOVED.get(api_version, "")):
        text += f" (removed in {gone})"
    versions = sorted(schemas.versions_of(kind), key=lambda each: _preference(each, group))
    if versions:
        return f"{text}; use {versions[-1]}"
    hint = did_you_mean(kind, schemas.kinds_of(api_version))
    return f"{text}; {hint}" if hint else text


def _preference(api_version: str, group: str) -> tuple[bool, bool, str]:
    """Sort versions of the same group last, stable ones after others, then by number."""
    own, _, version = api_version.rpartition("/")
    return own == group, "alpha" not in version and "beta" not in version, version
