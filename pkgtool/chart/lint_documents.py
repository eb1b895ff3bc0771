"""Say what is odd about the documents of a rendered file or of a CRD file.

Texts are cut into documents, and read, as Kubernetes' own reader does it: a line that begins with
`---` separates, and nothing but a comment may stand behind the dashes; a text that begins with a
brace is a sequence of JSON values.

Source: Helm v4 `pkg/chart/v2/lint/rules/template.go`, `crds.go` and `deprecations.go`;
apimachinery `util/yaml/decoder.go` and `api/validation`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pkgtool import yamlcodec
from pkgtool.chart.deprecations import deprecation_of
from pkgtool.chart.lint import Finding
from pkgtool.chart.metadata import fields
from pkgtool.chart.model import Chart
from pkgtool.errors import YamlInvalid
from pkgtool.values.inputs import go_kind
from pkgtool.values.setflags import quoted

EXTENSIONS = (".yaml", ".yml", ".tpl", ".txt")
_OURS = ".j2"
"""Jinja2 in any chart; the extension in front of it counts."""

_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_PATH_NAMED = frozenset(["role", "clusterrole", "rolebinding", "clusterrolebinding"])
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_SERVICE_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
_SELECTING = frozenset(["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"])
_HEAD = frozenset(["apiVersion", "Kind", "Metadata"])
_NAMES = frozenset(["Name", "Namespace"])
_ANNOTATIONS = "struct { Annotations map[string]string }"
_ITEM = f"struct {{ Metadata {_ANNOTATIONS} }}"
_DECODING = "error unmarshaling JSON: while decoding JSON: "


class Unreadable(Exception):
    """A document is not one; the words are those of Go's readers."""


class Head(NamedTuple):
    """What rules look at of one object."""

    api_version: str
    kind: str
    name: str


def lint_template(path: str, text: str, *, kube_version: tuple[int, int]) -> Iterator[Finding]:
    """Find what is odd about the template `path` of a chart, and about what it rendered to.

    Args:
        path: Inside the chart.
        text: What it rendered to; empty when nothing.
        kube_version: Major and minor of the Kubernetes that is rendered for.

    Raises:
        Unreadable: After its finding: Helm looks at no further file.
    """
    if _extension(path) not in EXTENSIONS:
        message = (
            f"file extension '{_extension(path)}' not valid. "
            "Valid extensions are .yaml, .yml, .tpl, or .txt"
        )
        yield Finding("ERROR", path, message)
    if _extension(path).lower() not in (".yaml", ".yml") or not text.strip():
        return
    yield from lint_indent(path, text)
    try:
        for head in _heads(text):
            yield from lint_object(path, head, text, kube_version=kube_version)
    except Unreadable as error:
        yield Finding("ERROR", path, f"unable to parse YAML: {error}")
        raise


def lint_crds(chart: Chart) -> Iterator[Finding]:
    """Find documents of `chart`'s CRD files that are no definitions; the first broken one ends it."""
    for _, part in chart.walk():
        for path, data in part.crds.items():
            try:
                for head in _heads(data.decode("utf-8", "replace")):
                    if not head.api_version.startswith("apiextensions.k8s.io"):
                        yield Finding("ERROR", path, "apiVersion is not in 'apiextensions.k8s.io'")
                    if head.kind != "CustomResourceDefinition":
                        message = "object kind is not 'CustomResourceDefinition'"
                        yield Finding("ERROR", path, message)
            except Unreadable as error:
                yield Finding("ERROR", path, f"unable to parse YAML: {error}")
                return


def lint_indent(path: str, text: str) -> Iterator[Finding]:
    """Find a first line that is indented: a sign of a misplaced `indent`."""
    for line in text.split("\n"):
        if line.strip():
            if line.startswith((" ", "\t")):
                line = line.removesuffix("\r")
                message = (
                    f"document starts with an illegal indent: {quoted(line)}, "
                    "which may cause parsing problems"
                )
                yield Finding("WARNING", path, message)
            return


def lint_object(
    path: str, head: Head, text: str, *, kube_version: tuple[int, int]
) -> Iterator[Finding]:
    """Find what is odd about one object.

    Args:
        path: Of the template, inside the chart.
        head: Of the object.
        text: Of the whole file: selectors and lists are looked for there.
        kube_version: Major and minor of the Kubernetes that is rendered for.
    """
    if reasons := _name_faults(head.kind.lower(), head.name):
        yield Finding("WARNING", path, _name_message(head.name, reasons))
    if message := _deprecation(head, kube_version):
        yield Finding("WARNING", path, message)
    if head.kind in _SELECTING and "matchLabels" not in text and "matchExpressions" not in text:
        message = (
            f"a {head.kind} must contain matchLabels or matchExpressions, "
            f"and {quoted(head.name)} does not"
        )
        yield Finding("ERROR", path, message)
    if head.kind == "List" and (message := _list_fault(text)):
        yield Finding("ERROR", path, message)


def _extension(path: str) -> str:
    name = path.rpartition("/")[2]
    if name.endswith(_OURS):
        inner = name.removesuffix(_OURS)
        return _extension(inner) if "." in inner else ".txt"
    return f".{name.rpartition('.')[2]}" if "." in name else ""


def _heads(text: str) -> Iterator[Head]:
    """Yield the head of each document that has content.

    Raises:
        Unreadable: At the first document that is no object.
    """
    if text[:4096].lstrip().startswith("{"):
        value, rest = _json_value(text)
        yield from _json_head(value)
        if rest.strip():
            yield from _heads(rest)
        return
    for document in _documents(text):
        value = _load(document)
        if value is not None:
            yield _head(value, _DECODING)


def _json_head(value: Any) -> Iterator[Head]:
    if value is not None:
        yield _head(value, "")


def _json_value(text: str) -> tuple[Any, str]:
    """Return the JSON value at the start of `text`, and what is behind it."""
    # Imported here: templates that write JSON are rare.
    from json import JSONDecodeError, JSONDecoder  # noqa: PLC0415

    body = text.lstrip()
    try:
        value, end = JSONDecoder().raw_decode(body)
    except JSONDecodeError as error:
        if error.pos < len(body.rstrip()):
            # It only looks like JSON; all of it is YAML then.
            return next((_load(each) for each in _documents(text)), None), ""
        raise Unreadable("unexpected EOF") from error
    return value, body[end:]


def _documents(text: str) -> Iterator[str]:
    kept: list[str] = []
    for line in text.splitlines(keepends=True) if "\r" not in text else _lines(text):
        if line.startswith("---"):
            behind = line[3:].strip()
            if behind and not behind.startswith("#"):
                raise Unreadable(f"invalid Yaml document separator: {behind}")
            if kept:
                yield "".join(kept)
                kept = []
                continue
        kept.append(line)
    if kept:
        yield "".join(kept)


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.split("\n")]


def _load(document: str) -> Any:
    try:
        return yamlcodec.load(document)
    except YamlInvalid as error:
        said = error.in_go or error.what
        raise Unreadable(f"error converting YAML to JSON: {said}") from error


def _head(value: Any, decoding: str) -> Head:
    if not isinstance(value, dict):
        _wrong(value, "Go value of type rules.k8sYamlStruct", decoding)
    found = fields(value, _HEAD)
    for key in ("apiVersion", "Kind"):
        if isinstance(found.get(key), dict | list):
            _wrong(found[key], f"Go struct field k8sYamlStruct.{key} of type string", decoding)
    metadata = found.get("Metadata")
    if metadata is not None and not isinstance(metadata, dict):
        field = "Go struct field k8sYamlStruct.Metadata of type rules.k8sYamlMetadata"
        _wrong(metadata, field, decoding)
    names = fields(metadata or {}, _NAMES)
    for key in ("Name", "Namespace"):
        if isinstance(names.get(key), dict | list):
            field = f"Go struct field k8sYamlMetadata.Metadata.{key} of type string"
            _wrong(names[key], field, decoding)
    api, kind = found.get("apiVersion"), found.get("Kind")
    return Head(_text(api), _text(kind), _text(names.get("Name")))


def _wrong(value: Any, target: str, decoding: str) -> None:
    raise Unreadable(f"{decoding}json: cannot unmarshal {go_kind(value)} into {target}")


def _text(value: Any) -> str:
    # Imported here: objects have texts for names as a rule.
    from pkgtool.chart.metadata import as_text  # noqa: PLC0415

    return value if isinstance(value, str) else as_text(value) or ""


def _name_message(name: str, reasons: list[str]) -> str:
    shown = quoted(name)
    each = [f"metadata.name: Invalid value: {shown}: {reason}" for reason in reasons]
    told = each[0] if len(each) == 1 else f"[{', '.join(each)}]"
    return f"object name does not conform to Kubernetes naming requirements: {shown}: {told}"


def _name_faults(kind: str, name: str) -> list[str]:
    """Return what Kubernetes says of the name; nothing when it takes it."""
    if kind == "certificatesigningrequest":
        return []
    if kind in _PATH_NAMED:
        return _path_faults(name)
    limit = 63 if kind in ("service", "namespace") else 253
    reasons = [f"must be no more than {limit} characters"] if len(name) > limit else []
    return [*reasons, *_character_faults(kind, name)]


def _path_faults(name: str) -> list[str]:
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{char}'" for char in "/%" if char in name]


def _character_faults(kind: str, name: str) -> list[str]:
    is_subdomain = all(map(_is_label, name.split(".")))
    if kind == "service":
        return [] if _is_label(name) and not name[0].isdigit() else [_SERVICE_RULE]
    if kind == "namespace":
        if _is_label(name):
            return []
        return ["must not contain dots" if is_subdomain else _LABEL_RULE]
    return [] if is_subdomain else [_SUBDOMAIN_RULE]


def _is_label(text: str) -> bool:
    return bool(text) and _LABEL.issuperset(text) and text[0] != "-" != text[-1]


def _deprecation(head: Head, kube_version: tuple[int, int]) -> str:
    found = deprecation_of(head.api_version, head.kind)
    if found is None or kube_version < found.since:
        return ""
    message = f"{head.api_version} {head.kind} is deprecated in v{_dotted(found.since)}+"
    message += f", unavailable in v{_dotted(found.gone)}+" if found.gone else ""
    return message + (f"; use {found.instead}" if found.instead else "")


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _list_fault(text: str) -> str:
    """Return what is wrong with the items of a list; the first document of `text` is looked at."""
    try:
        whole = _load(text)
        items = fields(whole, ["Items"]).get("Items") if isinstance(whole, Mapping) else None
        if items is not None and not isinstance(items, list):
            _wrong(items, f"Go struct field .Items of type []{_ITEM}", _DECODING)
        held = [_annotations(each) for each in items or ()]
    except Unreadable as error:
        return f"unable to parse YAML: {error}"
    if any("helm.sh/resource-policy" in each for each in held):
        return "annotation 'helm.sh/resource-policy' within List objects are ignored"
    return ""


def _annotations(item: Any) -> Mapping[str, Any]:
    if not isinstance(item, dict | None):
        _wrong(item, f"Go struct field .Items of type {_ITEM}", _DECODING)
    metadata = fields(item or {}, ["Metadata"]).get("Metadata")
    if not isinstance(metadata, dict | None):
        _wrong(metadata, f"Go struct field .Items.Metadata of type {_ANNOTATIONS}", _DECODING)
    found = fields(metadata or {}, ["Annotations"]).get("Annotations") or {}
    if not isinstance(found, dict):
        field = "Go struct field .Items.Metadata.Annotations of type map[string]string"
        _wrong(found, field, _DECODING)
    for each in found.values():
        if isinstance(each, dict | list):
            _wrong(each, "Go struct field .Items.Metadata.Annotations of type string", _DECODING)
    return found
