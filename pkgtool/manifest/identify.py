"""Give documents their identity: which object each is, and for lists, which objects.

Items of a list (`List`, `RoleList`, …) become objects of their own, as on the way to a cluster,
but keep the text of the whole list, which is what a release records.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pkgtool.errors import ManifestUnparsable
from pkgtool.manifest.document import refusal, shape
from pkgtool.manifest.model import Manifest, ResourceId
from pkgtool.manifest.scope import Scopes, group_of


def identify(drafts: Iterable[Manifest], scopes: Scopes, namespace: str) -> Iterator[Manifest]:
    """Yield the objects in `drafts`, each with its id; those without a namespace get `namespace`.

    Raises:
        ManifestUnparsable: A document does not say what it is.
    """
    for draft in drafts:
        for each in _items(draft):
            yield each._replace(id=_id(each, scopes, namespace))


def identify_loosely(
    drafts: Iterable[Manifest], scopes: Scopes, namespace: str
) -> Iterator[Manifest]:
    """Yield what `identify` does; a document that does not say what it is stays without a name."""
    for draft in drafts:
        if not draft.body:
            # Only comments: to find out where it does not say what it is would mean to parse it.
            yield draft
            continue
        try:
            yield from list(identify([draft], scopes, namespace))
        except ManifestUnparsable:
            kind = draft.body.get("kind")
            yield draft._replace(id=ResourceId("", kind if isinstance(kind, str) else "", "", ""))


def _items(draft: Manifest) -> Iterator[Manifest]:
    kind, items = draft.body.get("kind"), draft.body.get("items")
    if not (isinstance(kind, str) and kind.endswith("List") and isinstance(items, list)):
        yield draft
        return
    # A `SecretList` says what its items are, a `List` does not.
    known = {"apiVersion": draft.body.get("apiVersion"), "kind": kind.removesuffix("List")}
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise refusal(
                draft, f"an item of a {kind} is no object but {shape(item)}", "items", index
            )
        body = item if kind == "List" else known | item
        yield draft._replace(body=body, list_kind=kind, item=index)


def _id(draft: Manifest, scopes: Scopes, namespace: str) -> ResourceId:
    group = group_of(_string(draft, "apiVersion"))
    kind = _string(draft, "kind")
    metadata = draft.body.get("metadata")
    if not isinstance(metadata, dict):
        raise refusal(draft, f"metadata of a {kind} is {_fault(metadata)}", "metadata")
    placed = metadata.get("namespace") or namespace
    if not isinstance(placed, str):
        what = f"metadata.namespace of a {kind} is {_fault(placed)}"
        raise refusal(draft, what, "metadata", "namespace", hint="put it in quotes")
    placed = placed if scopes.is_namespaced(group, kind) else ""
    return ResourceId(group, kind, placed, _name(draft, kind, metadata))


def _name(draft: Manifest, kind: str, metadata: Mapping[str, Any]) -> str:
    name, prefix = metadata.get("name"), metadata.get("generateName")
    if isinstance(name, str) and name:
        return name
    if not name and isinstance(prefix, str) and prefix:
        # The cluster completes it; until then the star says that there is more.
        return f"{prefix}*"
    what = f"metadata.name of a {kind} is {_fault(name)}"
    hint = "" if name in (None, "") else "put it in quotes"
    raise refusal(draft, what, "metadata", "name", hint=hint)


def _string(draft: Manifest, key: str) -> str:
    value = draft.body.get(key)
    if isinstance(value, str) and value:
        return value
    raise refusal(draft, f"{key} of an object is {_fault(value)}", key)


def _fault(value: object) -> str:
    return "missing" if value in (None, "") else f"not text but {shape(value)}: {value!r:.80}"
