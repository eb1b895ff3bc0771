"""Turn `Chart.yaml`, `requirements.yaml` and lock files into `Metadata`, `Dependency` and `Lock`.

Numbers and booleans where text is wanted become text as Helm writes it: `version: 1.10` is `1.1`.
Text is cleaned, but for annotations: every kind of space becomes a plain one, what cannot be printed
is dropped, so that no terminal or page is steered by a chart (CVE-2021-21303). Names that end up in
paths are checked here, once, for everybody.

Source: Helm v4 `pkg/chart/v2/metadata.go`, `dependency.go`; messages are Helm's.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

from pkgtool import yamlcodec
from pkgtool.chart.model import Dependency, Lock, Maintainer, Metadata
from pkgtool.errors import ChartInvalid, VersionInvalid, YamlInvalid, did_you_mean
from pkgtool.source import Span
from pkgtool.values.inputs import go_kind
from pkgtool.values.setflags import kind_of, quoted
from pkgtool.versions import Version
from pkgtool.yamlcodec import Document
from pkgtool.yamlcodec.notebook import Page

TYPES = ("", "application", "library")
ENGINES = ("", "gotpl", "jinja2")
MAX_NAME_BYTES = 250

_T = TypeVar("_T")
_GO_TYPES = {
    "dependencies": "[]*v2.Dependency",
    "maintainers": "[]*v2.Maintainer",
    "sources": "[]string",
    "keywords": "[]string",
    "tags": "[]string",
    "import-values": "[]interface {}",
    "annotations": "map[string]string",
    "deprecated": "bool",
    "enabled": "bool",
}
"""What fields are in Go, which its messages name; every other field is a string."""
_GO_STRUCTS = {"dependencies": "Dependency", "maintainers": "Maintainer"}
_DECODING = "error unmarshaling JSON: while decoding JSON: "
_ALIAS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_TEXTS = {
    "name": "name",
    "version": "version",
    "apiVersion": "api_version",
    "type": "type",
    "description": "description",
    "appVersion": "app_version",
    "kubeVersion": "kube_version",
    "engine": "engine",
    "home": "home",
    "icon": "icon",
    "condition": "condition",
    "tags": "tags",
}
METADATA_KEYS = frozenset(
    {*_TEXTS, "sources", "keywords", "maintainers", "deprecated", "annotations", "dependencies"}
)
DEPENDENCY_KEYS = frozenset(
    {"name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias"}
)
MAINTAINER_KEYS = frozenset({"name", "email", "url"})
_FIELDS = METADATA_KEYS | {"digest", "generated"}


def fields(found: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """Return what `found` has under the `known` names, whatever the case of its keys.

    Of keys that differ only in case the last one in the order of their characters counts: Go's
    reader takes one after the other.

    >>> fields({"AppVersion": 3, "NAME": "x", "name": "web"}, ["appVersion", "name"])
    {'name': 'web', 'appVersion': 3}
    """
    names = {each.lower(): each for each in known}
    return {
        names[key.lower()]: found[key] for key in sorted(map(str, found)) if key.lower() in names
    }


class Source:
    """A YAML text with a map in it, and where its keys stand."""

    def __init__(self, data: bytes, *, name: str, file: str, page: Page | None = None) -> None:
        self.name = name
        self.file = file
        self.struct = "Lock" if file.endswith(".lock") else "Metadata"
        try:
            self.document: Document = yamlcodec.load_document(data, name=name, page=page)
        except YamlInvalid as error:
            raise ChartInvalid(
                f"cannot load {file}: {conversion_fault(error)}", where=error.where, hint=error.hint
            ) from error
        self.text = data.decode("utf-8-sig", "replace")
        if self.document.value is not None and not isinstance(self.document.value, dict):
            kind = go_kind(self.document.value)
            self.fail(
                f"cannot load {file}: {_DECODING}json: cannot unmarshal {kind} into Go value of "
                f"type v2.{self.struct}",
                hint=f"a {file} is a map: `key: value` lines",
            )
        self.map: dict[str, Any] = self.document.value or {}
        self.fields = fields(self.map, _FIELDS)
        """`map` by the names that fields have in Helm, whatever case they are written in."""

    def span(self, *path: str | int) -> Span:
        """Return the line of the value at `path`, or of the nearest known place above it."""
        return Span.at_line(self.name, self.text, self.document.line(self._as_written(path)))

    def _as_written(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        if not path or path[0] in self.map:
            return path
        first = str(path[0])
        return (next((key for key in self.map if key.lower() == first.lower()), first), *path[1:])

    def fail(self, what: str, *path: str | int, hint: str = "") -> NoReturn:
        """Raise, marking the value at `path`."""
        raise ChartInvalid(what, where=self.span(*path), hint=hint)

    def wrong(self, path: tuple[str | int, ...], value: Any, wanted: str) -> NoReturn:
        """Raise because `value` is of another kind, in the words of Go's decoder."""
        names = [str(each) for each in path if isinstance(each, str)]
        top = names[0]
        inner = names[1:] if top in _GO_STRUCTS else []
        owner = _GO_STRUCTS[top] if inner else self.struct
        field = f"{owner}.{'.'.join((top, *inner))}"
        kind = go_kind(value)
        self.fail(
            f"cannot load {self.file}: {_DECODING}json: cannot unmarshal {kind} into Go struct "
            f"field {field} of type {self._go_type(path, inner)}",
            *path,
            hint=f"{'.'.join(map(str, path))} must be {wanted}, not {kind_of(value)}",
        )

    def _go_type(self, path: tuple[str | int, ...], inner: list[str]) -> str:
        top, last = str(path[0]), path[-1]
        if top in _GO_STRUCTS and not inner and isinstance(last, int):
            return f"v2.{_GO_STRUCTS[top]}"
        if isinstance(last, int) or (top == "annotations" and len(path) > 1):
            return "string"
        if last == "tags" and not inner:
            return "string"
        return _GO_TYPES.get(str(last), "string")


def conversion_fault(error: YamlInvalid) -> str:
    """Return what Go's reader of YAML says of a text that is none."""
    said = error.in_go or error.what
    return f"error converting YAML to JSON: {said}"


def parse_metadata(data: bytes, *, name: str, page: Page | None = None) -> Metadata:
    """Return the checked content of a `Chart.yaml`.

    Args:
        data: The file.
        name: What messages call it.
        page: Where it is remembered what `data` means.

    Raises:
        ChartInvalid: It does not parse, or breaks a rule; the span marks the line.
    """
    source = Source(data, name=name, file="Chart.yaml", page=page)
    if source.document.duplicates:
        _refuse_duplicate(source)
    metadata = read_metadata(source)
    check_metadata(metadata, source)
    return metadata


def parse_requirements(
    data: bytes, metadata: Metadata, *, name: str, page: Page | None = None
) -> Metadata:
    """Return `metadata` with the dependencies of a `requirements.yaml`.

    Raises:
        ChartInvalid: It does not parse, or breaks a rule.
    """
    source = Source(data, name=name, file="requirements.yaml", page=page)
    if "dependencies" not in source.fields:
        return metadata
    merged = metadata._replace(dependencies=_dependencies(source))
    check_entries(source, "dependencies")
    check_dependency_names(merged.dependencies, source)
    return merged


def parse_lock(data: bytes, *, name: str = "Chart.lock", page: Page | None = None) -> Lock:
    """Return a lock file's content.

    Raises:
        ChartInvalid: It does not parse.
    """
    source = Source(data, name=name, file=name.rpartition("/")[2], page=page)
    return Lock(
        digest=_text(source, ("digest",), source.fields.get("digest")),
        dependencies=_dependencies(source),
        generated=_text(source, ("generated",), source.fields.get("generated")),
    )


def read_metadata(source: Source) -> Metadata:
    """Return the content of a `Chart.yaml`, clean but not yet judged.

    Raises:
        ChartInvalid: A value is of the wrong kind.
    """
    found = source.fields
    texts = {
        field: _text(source, (key,), found[key]) for key, field in _TEXTS.items() if key in found
    }
    texts["api_version"] = texts.get("api_version", "") or "v1"
    texts.setdefault("name", "")
    texts.setdefault("version", "")
    deprecated = found.get("deprecated")
    if deprecated is not None and not isinstance(deprecated, bool):
        source.wrong(("deprecated",), deprecated, "a boolean")
    return Metadata(
        **texts,
        sources=_texts(source, ("sources",), found.get("sources")),
        keywords=_texts(source, ("keywords",), found.get("keywords")),
        maintainers=_maintainers(source),
        deprecated=bool(deprecated),
        annotations=_annotations(source),
        dependencies=_dependencies(source),
    )


def check_metadata(metadata: Metadata, source: Source) -> None:
    """Judge `metadata` by Helm's rules, in Helm's order.

    Raises:
        ChartInvalid: The first rule that is broken.
    """
    _check_name(metadata.name, source)
    if not metadata.version:
        source.fail("validation: chart.metadata.version is required", "version")
    try:
        Version.parse(metadata.version)
    except VersionInvalid as error:
        raise ChartInvalid(
            f"validation: chart.metadata.version {quoted(metadata.version)} is invalid",
            where=source.span("version"),
            hint="write a semantic version: 1.2.3",
        ) from error
    if metadata.type not in TYPES:
        source.fail("validation: chart.metadata.type must be application or library", "type")
    if metadata.engine not in ENGINES:
        source.fail(
            f"validation: chart.metadata.engine {quoted(metadata.engine)} is not a template engine",
            "engine",
            hint=did_you_mean(metadata.engine, ENGINES[1:]) or "use `gotpl` or `jinja2`",
        )
    check_entries(source, "maintainers")
    check_entries(source, "dependencies")
    check_dependency_names(metadata.dependencies, source)


def check_entries(source: Source, key: str) -> None:
    """Refuse a list below `key` that has entries without content.

    Raises:
        ChartInvalid: Naming the list, and marking the first such entry.
    """
    for index, each in enumerate(source.fields.get(key) or ()):
        if each is None:
            source.fail(f"validation: {key} must not contain empty or null nodes", key, index)


def check_dependency_names(dependencies: Iterable[Dependency], source: Source) -> None:
    """Judge what dependencies are called: the names end up in paths and in values.

    Raises:
        ChartInvalid: The first rule that is broken.
    """
    taken: set[str] = set()
    for index, each in enumerate(dependencies):
        if not _ALIAS.issuperset(each.alias):
            source.fail(
                f"validation: dependency {quoted(each.name)} has disallowed characters in the alias",
                "dependencies",
                index,
                "alias",
                hint="an alias is made of letters, digits, `_` and `-`",
            )
        if each.name in (".", "..") or "/" in each.name or "\\" in each.name:
            source.fail(
                f"validation: dependency name {quoted(each.name)} is invalid",
                "dependencies",
                index,
                "name",
            )
        if each.key in taken:
            source.fail(
                f"validation: more than one dependency with name or alias {quoted(each.key)}",
                "dependencies",
                index,
                hint="give one of them an `alias:`",
            )
        taken.add(each.key)


def clean(text: str) -> str:
    """Return `text` with plain spaces only and without what cannot be printed.

    Source: Helm v4 `sanitizeString`.
    """
    if text.isprintable() and text.isascii():
        return text
    spaced = (" " if char.isspace() else char for char in text)
    return "".join(char for char in spaced if char.isprintable())


def as_text(value: Any) -> str | None:
    """Return a scalar as Helm writes it where text is wanted; None for maps and lists."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # Imported here: charts quote their versions as a rule.
        from pkgtool.yamlcodec.number import general_text  # noqa: PLC0415

        return str(int(value)) if value.is_integer() and abs(value) < 2**63 else general_text(value)
    return None


def _check_name(name: str, source: Source) -> None:
    if not name:
        source.fail("validation: chart.metadata.name is required", "name")
    if not name.strip(". "):
        source.fail(f"validation: chart.metadata.name {quoted(name)} is not allowed", "name")
    if "/" in name or "\\" in name or ":" in name or name[-1] in ". ":
        source.fail(f"validation: chart.metadata.name {quoted(name)} is invalid", "name")
    if len(name.encode()) > MAX_NAME_BYTES:
        source.fail(
            f"validation: chart.metadata.name is longer than {MAX_NAME_BYTES} bytes", "name"
        )


def _refuse_duplicate(source: Source) -> NoReturn:
    path, line = source.document.duplicates[0]
    raise ChartInvalid(
        f"cannot load {source.file}: key {str(path[-1])!r} is written twice",
        where=Span.at_line(source.name, source.text, line),
        hint="remove one of them: programs disagree on which counts",
    )


def _text(source: Source, path: tuple[str | int, ...], value: Any) -> str:
    text = as_text(value)
    if text is None:
        source.wrong(path, value, "text")
    return text


def _texts(source: Source, path: tuple[str | int, ...], value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        source.wrong(path, value, "a list")
    return tuple(_text(source, (*path, index), each) for index, each in enumerate(value))


def _maintainers(source: Source) -> tuple[Maintainer, ...]:
    def one(path: tuple[str | int, ...], each: Mapping[str, Any]) -> Maintainer:
        parts = {
            key: _text(source, (*path, key), value)
            for key, value in fields(each, MAINTAINER_KEYS).items()
        }
        return Maintainer(**{"name": "", **parts})

    return tuple(_entries(source, "maintainers", one))


def _dependencies(source: Source) -> tuple[Dependency, ...]:
    def one(path: tuple[str | int, ...], written: Mapping[str, Any]) -> Dependency:
        each = fields(written, DEPENDENCY_KEYS)

        def text(key: str) -> str:
            return _text(source, (*path, key), each.get(key))

        enabled, imports = each.get("enabled"), each.get("import-values")
        if enabled is not None and not isinstance(enabled, bool):
            source.wrong((*path, "enabled"), enabled, "a boolean")
        if imports is not None and not isinstance(imports, list):
            source.wrong((*path, "import-values"), imports, "a list")
        return Dependency(
            name=text("name"),
            version=text("version"),
            repository=text("repository"),
            condition=text("condition"),
            tags=_texts(source, (*path, "tags"), each.get("tags")),
            alias=text("alias"),
            import_values=tuple(imports or ()),
            enabled=enabled,
        )

    return tuple(_entries(source, "dependencies", one))


def _entries(
    source: Source, key: str, make: Callable[[tuple[str | int, ...], Mapping[str, Any]], _T]
) -> Iterable[_T]:
    entries = source.fields.get(key)
    if entries is None:
        return
    if not isinstance(entries, list):
        source.wrong((key,), entries, "a list")
    for index, each in enumerate(entries):
        if each is None:
            continue
        if not isinstance(each, dict):
            source.wrong((key, index), each, "a map")
        yield make((key, index), each)


def _annotations(source: Source) -> dict[str, str]:
    found = source.fields.get("annotations")
    if found is None:
        return {}
    if not isinstance(found, dict):
        source.wrong(("annotations",), found, "a map")
    # Helm does not clean these: they are data, often YAML of several lines.
    return {
        key: each if isinstance(each, str) else _text(source, ("annotations", key), each)
        for key, each in found.items()
    }


def metadata_map(metadata: Metadata) -> dict[str, Any]:
    """Return `metadata` as `Chart.yaml` writes it, empty fields left out.

    Source: the JSON names and `omitempty` of Helm v4 `pkg/chart/v2/metadata.go`.
    """
    told: dict[str, Any] = {key: getattr(metadata, field) for key, field in _TEXTS.items()}
    told |= {
        "sources": list(metadata.sources),
        "keywords": list(metadata.keywords),
        "maintainers": [
            {key: text for key in ("name", "email", "url") if (text := getattr(each, key))}
            for each in metadata.maintainers
        ],
        "deprecated": metadata.deprecated,
        "annotations": dict(metadata.annotations),
        "dependencies": [dependency_map(each) for each in metadata.dependencies],
    }
    return {key: value for key, value in told.items() if value}


def dependency_map(entry: Dependency) -> dict[str, Any]:
    """Return `entry` as Helm writes it; `repository` is told even when it is empty."""
    told: dict[str, Any] = {
        "name": entry.name,
        "version": entry.version,
        "repository": entry.repository,
        "condition": entry.condition,
        "tags": list(entry.tags),
        "enabled": entry.enabled,
        "import-values": list(entry.import_values),
        "alias": entry.alias,
    }
    return {key: value for key, value in told.items() if value or key in ("name", "repository")}
