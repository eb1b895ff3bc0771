"""Turn what was sent and what is live into the object that should be: the rules of one write.

Nothing here reads or writes anything: the caller brings the live object and keeps the result.

Source: request handling and validation of the Kubernetes API server, 1.36; its words are kept.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pkgtool.cluster.protocol import ApplyPolicy
from pkgtool.cluster.rules.defaults import fill_defaults
from pkgtool.cluster.rules.immutable import check_update
from pkgtool.cluster.rules.kinds import KindFacts
from pkgtool.cluster.rules.ownership import merge_applied
from pkgtool.cluster.rules.shape import shape_of
from pkgtool.cluster.rules.structure import check_structure
from pkgtool.errors import Conflict, Rejected

_DEPTH_LIMIT = 200
_LINE_ENDS = {10: None, 13: None}
_LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name', or '123-abc')"
_SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com')"
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_SELECTING = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")


class Surroundings(NamedTuple):
    """What the rules of one write may ask of the rest of the world."""

    now: datetime
    new_uid: Callable[[], str]
    services: Callable[[], Iterable[Mapping[str, Any]]]


def clean_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deep copy of what was sent, without nulls and without what only clusters write.

    Raises:
        Rejected: It is not JSON-shaped, too deep, or lacks what every object has.
    """
    copy = _copy(body, 0)
    metadata = copy.get("metadata") if isinstance(copy, dict) else None
    if not isinstance(metadata, dict):
        raise Rejected("not an object: metadata is missing", hint="see `kubectl explain`")
    for field in ("apiVersion", "kind"):
        if not isinstance(copy.get(field), str) or not copy[field]:
            raise Rejected(f"not an object: {field!r} is missing or not a string")
    for field in ("name", "namespace", "uid", "resourceVersion"):
        if not isinstance(metadata.get(field, ""), str):
            raise Rejected(f"metadata.{field}: must be a string, not {metadata[field]!r}")
    for field in ("managedFields", "creationTimestamp", "generation", "selfLink"):
        metadata.pop(field, None)
    return dict(copy)


def check_body(body: Mapping[str, Any], facts: KindFacts) -> None:
    """Refuse objects whose name or structure no cluster would take.

    Raises:
        Rejected: In Kubernetes' words.
    """
    what = kind_name(facts)
    _check_name(what, facts, body["metadata"]["name"])
    check_structure(what, body, is_builtin=facts.schema is None)
    if facts.schema is None and facts.kind in _SELECTING:
        _check_selector(what, body)


def applied_object(
    live: Mapping[str, Any] | None,
    sent: dict[str, Any],
    facts: KindFacts,
    policy: ApplyPolicy,
    world: Surroundings,
) -> dict[str, Any]:
    """Return the object after `policy.manager` applied `sent`; equal to `live` when nothing changes.

    Args:
        live: The object as it is, or `None` to create it.
        sent: From `clean_body`.
        facts: What is known of its kind.
        policy: How to write.
        world: Time, identities and neighbours.

    Raises:
        Conflict: A precondition or a field owner is in the way.
        Rejected: The result would not be acceptable.
    """
    check_preconditions(live, sent, facts, policy)
    for field in ("resourceVersion", "uid"):
        sent["metadata"].pop(field, None)
    if facts.status_subresource:
        sent.pop("status", None)
    _encode_string_data(sent, facts)
    new, entries = merge_applied(
        live or {}, sent, shape_of(facts.schema), manager=policy.manager, force=policy.force
    )
    new = dict(_copy(new, 0))
    _stamp(new, live, world)
    check_body(new, facts)
    if facts.schema is None:
        fill_defaults(new, world.services)
    _settle_metadata(new, live, entries, world.now)
    if live is not None:
        check_update(kind_name(facts), live, new)
    return new


def check_preconditions(
    live: Mapping[str, Any] | None,
    sent: Mapping[str, Any],
    facts: KindFacts,
    policy: ApplyPolicy,
) -> None:
    """Refuse a write whose `policy` (or whose own version or uid) does not fit the live object.

    Raises:
        Conflict: In Kubernetes' words.
    """
    name = sent["metadata"]["name"]
    if policy.if_absent and live is not None:
        raise Conflict(f'{facts.resource} "{name}" already exists')
    actual = live["metadata"] if live is not None else {}
    for version in (policy.if_version, sent["metadata"].get("resourceVersion", "")):
        if version and version != actual.get("resourceVersion"):
            raise Conflict(
                f'operation cannot be fulfilled on {facts.resource} "{name}": the object has been '
                "modified; please apply your changes to the latest version and try again"
            )
    uid = sent["metadata"].get("uid", "")
    if uid and live is not None and uid != actual.get("uid"):
        raise Conflict(
            f'operation cannot be fulfilled on {facts.resource} "{name}": '
            f"precondition failed: UID in precondition: {uid}, UID in object meta: {actual['uid']}"
        )


def kind_name(facts: KindFacts) -> str:
    """Return the kind as messages name it: `Deployment.apps`, `Service`."""
    return f"{facts.kind}.{facts.group}" if facts.group else facts.kind


def timestamp(moment: datetime) -> str:
    """Return a time as objects carry it: `2026-11-23T10:00:00Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _stamp(new: dict[str, Any], live: Mapping[str, Any] | None, world: Surroundings) -> None:
    if live is None:
        new["metadata"]["uid"] = world.new_uid()
        new["metadata"]["creationTimestamp"] = timestamp(world.now)


def _settle_metadata(
    new: dict[str, Any],
    live: Mapping[str, Any] | None,
    entries: list[dict[str, Any]],
    now: datetime,
) -> None:
    metadata = new["metadata"]
    metadata["managedFields"] = [
        entry if entry["time"] else {**entry, "time": timestamp(now)} for entry in entries
    ]
    if "spec" not in new:
        return
    if live is None:
        metadata["generation"] = 1
    elif _intent(live) != _intent(new):
        metadata["generation"] = int(live["metadata"].get("generation", 0)) + 1


def _intent(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in ("metadata", "status")}


def _encode_string_data(sent: dict[str, Any], facts: KindFacts) -> None:
    if facts.kind != "Secret" or facts.group:
        return
    plain, data = sent.pop("stringData", None), sent.get("data")
    if isinstance(plain, dict) and plain:
        encoded = {
            key: base64.b64encode(str(value).encode()).decode() for key, value in plain.items()
        }
        sent["data"] = {**(data if isinstance(data, dict) else {}), **encoded}
    data = sent.get("data")
    for key, value in data.items() if isinstance(data, dict) else ():
        try:
            base64.b64decode(value.translate(_LINE_ENDS), validate=True)
        except (ValueError, AttributeError) as error:
            raise Rejected(
                f'Secret "{sent["metadata"]["name"]}" is invalid: data[{key}]: illegal base64 data',
                hint="put plain text under `stringData`, or use b64enc",
            ) from error


def _check_name(what: str, facts: KindFacts, name: str) -> None:
    if facts.group == "rbac.authorization.k8s.io":
        bad = "may not contain '/' or '%'" if not name or set(name) & set("/%") else ""
    elif facts.kind in ("Namespace", "Service") and not facts.group:
        bad = "" if _is_label(name) and len(name) <= 63 else _LABEL
    else:
        fits = len(name) <= 253 and all(map(_is_label, name.split(".")))
        bad = "" if fits else _SUBDOMAIN
    if bad:
        raise Rejected(f'{what} "{name}" is invalid: metadata.name: Invalid value: "{name}": {bad}')


def _is_label(text: str) -> bool:
    return bool(text) and _LOWER.issuperset(text.replace("-", "")) and "-" not in text[0] + text[-1]


def _check_selector(what: str, body: Mapping[str, Any]) -> None:
    selector = _at(body, "spec.selector.matchLabels") or {}
    if not _at(body, "spec.selector"):
        raise _invalid(what, body, "spec.selector: Required value")
    labels = _at(body, "spec.template.metadata.labels") or {}
    if any(labels.get(key) != value for key, value in selector.items()):
        shown = json.dumps(labels, sort_keys=True)
        raise _invalid(
            what,
            body,
            f"spec.template.metadata.labels: Invalid value: {shown}: "
            "`selector` does not match template `labels`",
        )


def _invalid(what: str, body: Mapping[str, Any], reason: str) -> Rejected:
    return Rejected(f'{what} "{body["metadata"]["name"]}" is invalid: {reason}')


def _at(body: Mapping[str, Any], path: str) -> Any:
    value: Any = body
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _copy(value: Any, depth: int) -> Any:
    if depth > _DEPTH_LIMIT:
        raise Rejected(f"the object is nested deeper than {_DEPTH_LIMIT} levels")
    if isinstance(value, Mapping):
        copied = {}
        for name, each in value.items():
            if not isinstance(name, str):
                raise Rejected(f"keys must be strings, not {name!r}", hint="quote the key")
            if each is not None:
                copied[name] = _copy(each, depth + 1)
        return copied
    if isinstance(value, list | tuple):
        return [_copy(each, depth + 1) for each in value]
    if value is None or isinstance(value, bool) or _is_plain(value):
        return value
    raise Rejected(f"not a JSON value: {str(value)[:80]!r}")


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        # Lone surrogates cannot be stored as UTF-8.
        return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return isinstance(value, float) and value - value == 0
