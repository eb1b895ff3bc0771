"""`Chart.yaml` as the JSON that Helm writes into release records and registries.

Source: Helm v4 `pkg/chart/v2/{metadata,dependency}.go`: the order of keys is that of Go's fields.
"""

from collections.abc import Iterable
from typing import Any

from pkgtool.chart.model import Dependency, Metadata
from pkgtool.yamlcodec import Fields


def metadata_document(metadata: Metadata) -> Fields:
    """Return `metadata` with the keys that Helm knows, in its order, without what is empty."""
    return _filled(
        Fields(
            {
                "name": metadata.name,
                "home": metadata.home,
                "sources": list(metadata.sources),
                "version": metadata.version,
                "description": metadata.description,
                "keywords": list(metadata.keywords),
                "maintainers": [
                    _filled(Fields(name=each.name, email=each.email, url=each.url))
                    for each in metadata.maintainers
                ],
                "icon": metadata.icon,
                "apiVersion": metadata.api_version,
                "condition": metadata.condition,
                "tags": metadata.tags,
                "appVersion": metadata.app_version,
                "deprecated": metadata.deprecated,
                "annotations": dict(metadata.annotations),
                "kubeVersion": metadata.kube_version,
                "dependencies": dependency_documents(metadata.dependencies),
                "type": metadata.type,
            }
        )
    )


def dependency_documents(dependencies: Iterable[Dependency]) -> list[Fields]:
    """Return `dependencies` as Helm writes them: `repository` even when it is empty."""
    return [_dependency_document(each) for each in dependencies]


def _dependency_document(dependency: Dependency) -> Fields:
    document = Fields(
        {
            "name": dependency.name,
            "version": dependency.version,
            "repository": dependency.repository,
            "condition": dependency.condition,
            "tags": list(dependency.tags),
            "enabled": dependency.enabled,
            "import-values": list(dependency.import_values),
            "alias": dependency.alias,
        }
    )
    kept = {"repository", "enabled"} if dependency.enabled is not None else {"repository"}
    return Fields({key: value for key, value in document.items() if value or key in kept})


def _filled(document: dict[str, Any]) -> Fields:
    return Fields({key: value for key, value in document.items() if value})
