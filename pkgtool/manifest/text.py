"""Write objects as the one text that a release records, and read such a text back.

Each document stands under a separator and the path of its template:

```
---
# Source: web/templates/service.yaml
apiVersion: v1
…
```

Source: Helm v4 `pkg/action/action.go`, `renderResources`.
"""

from collections.abc import Iterable

from pkgtool.manifest.document import read_documents, split_documents
from pkgtool.manifest.identify import identify
from pkgtool.manifest.model import Manifest, ResourceId
from pkgtool.manifest.order import install_key, install_order
from pkgtool.manifest.scope import Scopes

_SOURCE = "# Source: "

HIDDEN = "# HIDDEN: The Secret output has been suppressed"
"""What stands in the place of a Secret that is not shown."""


def manifest_text(manifests: Iterable[Manifest]) -> str:
    """Return the text of `manifests`; a list document stands once, in the turn of its kind."""
    documents: dict[tuple[str, str, int], Manifest] = {}
    for number, manifest in enumerate(manifests):
        # Items of one list share its text; other documents may be equal and still be two.
        mark = -1 if manifest.list_kind else number
        documents.setdefault((manifest.origin, manifest.text, mark), manifest)
    ordered = sorted(documents.values(), key=lambda each: install_key(_document_kind(each)))
    return "".join(map(document_text, ordered))


def document_text(manifest: Manifest) -> str:
    """Return one document under its separator, as `pkgtool template` prints it."""
    return f"---\n{_SOURCE}{manifest.origin}\n{manifest.text}\n"


def without_secrets(manifests: Iterable[Manifest]) -> list[Manifest]:
    """Return `manifests` with a remark in place of each Secret."""
    return [
        each._replace(text=HIDDEN) if (each.id.group, each.id.kind) == ("", "Secret") else each
        for each in manifests
    ]


def split_manifest_text(text: str, *, namespace: str) -> list[Manifest]:
    """Return the objects in a recorded `text`, in install order.

    Of an object that stands there twice, the last one counts: that is the one Helm leaves in the
    cluster.

    Raises:
        ManifestUnparsable: A document is not YAML, or not an object with a kind and a name.
    """
    drafts = [draft for _, document in split_documents(text) for draft in _read(document)]
    found: dict[ResourceId, Manifest] = {}
    for manifest in identify(drafts, Scopes(draft.body for draft in drafts), namespace):
        found[manifest.id] = manifest
    return install_order(found.values())


def _read(document: str) -> Iterable[Manifest]:
    """Read one document; its first line may name the template it came from."""
    if not document.startswith(_SOURCE):
        return read_documents("manifest", document)
    source, _, body = document.partition("\n")
    return read_documents(source.removeprefix(_SOURCE).strip(), body.removesuffix("\n"))


def _document_kind(manifest: Manifest) -> str:
    return manifest.list_kind or manifest.id.kind
