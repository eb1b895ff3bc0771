"""What simulated controllers have in common: what they see, what they decide, how they fail.

An embedded cluster runs no containers. Its controllers move each object one step at a time
towards what a healthy cluster would make of it, so that waiting is real and quick. Two things
make an object fail on purpose: the annotation `embedded.pkgtool.dev/outcome` (`fail` or
`never-ready`) on it or on the pod template, and a container whose command can only fail.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pkgtool.cluster.rules.objects import timestamp
from pkgtool.cluster.rules.table import Object

OUTCOME_ANNOTATION = "embedded.pkgtool.dev/outcome"
NODE = "embedded"
"""The only node there seems to be."""
NODE_PODS = 110
"""How many pods a controller gets at most: what a node takes by default."""
_SAFE_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


class Seen(NamedTuple):
    """What a controller knows when it looks at its object."""

    tick: int
    """How many steps the object has made since it was last changed."""
    now: datetime
    children: tuple[Object, ...] = ()
    """The objects that it controls, by name."""

    @property
    def time(self) -> str:
        """`now` as objects carry it."""
        return timestamp(self.now)


class Decision(NamedTuple):
    """What a controller makes of its object."""

    body: Object
    """The object with its new status."""
    is_settled: bool = True
    """Whether it has arrived until something changes."""
    save: tuple[dict[str, Any], ...] = ()
    """Children to create or replace."""
    ensure: tuple[dict[str, Any], ...] = ()
    """Objects to create unless they are there."""
    remove: tuple[Object, ...] = ()
    """Children to delete; the object itself means that its life is over."""


def outcome_of(body: Mapping[str, Any]) -> str:
    """Return `fail`, `never-ready` or an empty string: what the object's annotation asks for."""
    return str(body.get("metadata", {}).get("annotations", {}).get(OUTCOME_ANNOTATION, ""))


def with_status(body: Object, status: Mapping[str, Any]) -> dict[str, Any]:
    """Return `body` with its status replaced, except that conditions keep their times."""
    old = {each["type"]: each for each in body.get("status", {}).get("conditions", ())}
    conditions = [
        _with_old_time(old.get(each["type"]), each) for each in status.get("conditions", ())
    ]
    merged = {**status, "conditions": conditions} if "conditions" in status else dict(status)
    return {**body, "status": merged}


def condition(type: str, is_true: bool, reason: str, message: str, at: str) -> dict[str, Any]:
    """Return one element of `status.conditions`."""
    return {
        "type": type,
        "status": "True" if is_true else "False",
        "reason": reason,
        "message": message,
        "lastTransitionTime": at,
    }


def has_condition(body: Mapping[str, Any], type: str) -> bool:
    """Return whether a condition of `body` is there and true."""
    return any(
        each["type"] == type and each["status"] == "True"
        for each in body.get("status", {}).get("conditions", ())
    )


def child(owner: Object, api_version: str, kind: str, name: str, **parts: Any) -> dict[str, Any]:
    """Return an object that `owner` controls; `metadata` in `parts` adds to it."""
    metadata = dict(parts.pop("metadata", {}))
    metadata |= {
        "name": name,
        "namespace": owner["metadata"]["namespace"],
        "ownerReferences": [
            {
                "apiVersion": owner["apiVersion"],
                "kind": owner["kind"],
                "name": owner["metadata"]["name"],
                "uid": owner["metadata"]["uid"],
                "controller": True,
                "blockOwnerDeletion": True,
            }
        ],
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **parts}


def pod_from(
    owner: Object, name: str, template: Mapping[str, Any], labels: Mapping[str, str]
) -> dict[str, Any]:
    """Return a pod made from a template; it inherits the outcome that its owner is to have."""
    metadata = template.get("metadata", {})
    annotations = dict(metadata.get("annotations", {}))
    if outcome := outcome_of(owner):
        annotations.setdefault(OUTCOME_ANNOTATION, outcome)
    return child(
        owner,
        "v1",
        "Pod",
        name,
        metadata={"labels": {**metadata.get("labels", {}), **labels}, "annotations": annotations},
        spec=dict(template.get("spec", {})),
    )


def named_pod(body: Object, seen: Seen, number: int, labels: dict[str, str]) -> dict[str, Any]:
    """Return the `number`th new pod of this step, with a generated name that is free."""
    metadata, taken = body["metadata"], {each["metadata"]["name"] for each in seen.children}
    names = (
        f"{metadata['name'][:240]}-{short_hash(metadata['uid'], each, length=5)}"
        for each in range(len(taken) + number + 1)
    )
    free = [name for name in names if name not in taken]
    return pod_from(body, free[number], body["spec"]["template"], labels)


def short_hash(*parts: Any, length: int = 10) -> str:
    """Return letters that depend on nothing but `parts`, as generated names have them."""
    text = json.dumps(parts, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(_SAFE_LETTERS[byte % len(_SAFE_LETTERS)] for byte in digest[:length])


def _with_old_time(old: Mapping[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    if old and old["status"] == new["status"]:
        return {**new, "lastTransitionTime": old["lastTransitionTime"]}
    return new
