"""Charts as they are written into release records.

Subcharts are not part of it, as in Helm: their defaults are merged into the parent's values and
their templates are already rendered. `engine` is ours; Helm ignores it.

Source: Helm v4 `pkg/chart/v2/{chart,metadata,dependency}.go`.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from pkgtool.chart.document import dependency_documents, metadata_document
from pkgtool.chart.model import Chart, Dependency, Lock, Maintainer, Metadata
from pkgtool.errors import RecordCorrupt
from pkgtool.store import fields
from pkgtool.store.fields import filled

_NO_TIME = "0001-01-01T00:00:00Z"


def chart_document(chart: Chart) -> dict[str, Any]:
    """Return `chart` with the keys that Helm writes, in its order."""
    return {
        "metadata": _metadata_map(chart.metadata),
        "lock": _lock_document(chart.lock) if chart.lock else None,
        "templates": _file_documents(chart.templates),
        "values": dict(chart.values),
        "schema": None if chart.schema is None else b64encode(chart.schema).decode(),
        "schemamodtime": _NO_TIME,
        "files": _file_documents(chart.files),
    }


def chart_from(document: Mapping[str, Any], *, loose: bool = False) -> Chart:
    """Return the chart in `document`; a `loose` one may be without a name.

    Raises:
        RecordCorrupt: It is not one.
    """
    lock = fields.mapping(document, "lock")
    schema = fields.data(document, "schema")
    return Chart(
        metadata=_metadata_from(fields.mapping(document, "metadata"), loose=loose),
        values=fields.mapping(document, "values"),
        templates=_files_from(document, "templates"),
        files=_files_from(document, "files"),
        schema=schema if document.get("schema") is not None else None,
        lock=_lock_from(lock) if lock else None,
    )


def _metadata_map(metadata: Metadata) -> dict[str, Any]:
    return {**metadata_document(metadata), **filled({"engine": metadata.engine})}


def _metadata_from(document: Mapping[str, Any], *, loose: bool) -> Metadata:
    name = fields.text(document, "name")
    if not name and not loose:
        raise RecordCorrupt("the chart has no name")
    return Metadata(
        name=name,
        version=fields.text(document, "version"),
        api_version=fields.text(document, "apiVersion"),
        type=fields.text(document, "type"),
        description=fields.text(document, "description"),
        app_version=fields.text(document, "appVersion"),
        kube_version=fields.text(document, "kubeVersion"),
        engine=fields.text(document, "engine"),
        home=fields.text(document, "home"),
        icon=fields.text(document, "icon"),
        sources=fields.strings(document, "sources"),
        keywords=fields.strings(document, "keywords"),
        maintainers=tuple(map(_maintainer_from, fields.objects(document, "maintainers"))),
        deprecated=fields.flag(document, "deprecated"),
        annotations=fields.texts_by_name(document, "annotations"),
        dependencies=_dependencies_from(document),
        condition=fields.text(document, "condition"),
        tags=fields.text(document, "tags"),
    )


def _maintainer_from(document: Mapping[str, Any]) -> Maintainer:
    return Maintainer(*(fields.text(document, key) for key in ("name", "email", "url")))


def _dependencies_from(document: Mapping[str, Any]) -> tuple[Dependency, ...]:
    return tuple(
        Dependency(
            name=fields.text(each, "name"),
            version=fields.text(each, "version"),
            repository=fields.text(each, "repository"),
            condition=fields.text(each, "condition"),
            tags=fields.strings(each, "tags"),
            alias=fields.text(each, "alias"),
            import_values=tuple(fields.sequence(each, "import-values")),
            enabled=None if each.get("enabled") is None else fields.flag(each, "enabled"),
        )
        for each in fields.objects(document, "dependencies")
    )


def _lock_document(lock: Lock) -> dict[str, Any]:
    # Go refuses a record whole when this is not a time.
    generated = lock.generated if fields.parse_moment(lock.generated) else _NO_TIME
    return {
        "generated": generated,
        "digest": lock.digest,
        "dependencies": dependency_documents(lock.dependencies),
    }


def _lock_from(document: Mapping[str, Any]) -> Lock:
    generated = fields.text(document, "generated")
    return Lock(
        digest=fields.text(document, "digest"),
        dependencies=_dependencies_from(document),
        generated="" if generated == _NO_TIME else generated,
    )


def _file_documents(files: Mapping[str, bytes]) -> list[dict[str, str]] | None:
    return [
        {"name": name, "data": b64encode(data).decode()} for name, data in files.items()
    ] or None


def _files_from(document: Mapping[str, Any], key: str) -> dict[str, bytes]:
    return {
        fields.text(each, "name"): fields.data(each, "data")
        for each in fields.objects(document, key)
    }
