"""Check names, labels and annotations as the API server does before it looks at anything else.

Source: Kubernetes `apimachinery/pkg/util/validation/validation.go`, `…/api/validation/objectmeta.go`,
and the name function of each kind in `pkg/apis/*/validation`.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
_LETTERS = _LOWER + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ANNOTATION_BYTES = 256 * 1024

# Kinds whose names may hold anything that can stand in a URL path, by group.
_FREE = {
    "rbac.authorization.k8s.io": ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
    "certificates.k8s.io": ("CertificateSigningRequest",),
}


def name_fault(group: str, kind: str, name: str) -> str:
    """Return what is wrong with the `name` of an object; empty when nothing is."""
    if kind in _FREE.get(group, ()):
        return _path_fault(name)
    if (group, kind) == ("", "Service"):
        return _label_fault(name) or ("" if name[0].isalpha() else "must begin with a letter")
    if (group, kind) == ("", "Namespace"):
        return _label_fault(name)
    if (group, kind) == ("batch", "CronJob") and len(name) > 52:
        return f"must be at most 52 characters long, not {len(name)}: its Jobs add to it"
    return subdomain_fault(name)


def subdomain_fault(name: str) -> str:
    """Return what is wrong with `name` as a DNS subdomain, as most kinds are named."""
    if len(name) > 253:
        return f"must be at most 253 characters long, not {len(name)}"
    if all(_is_label(part) for part in name.split(".")):
        return ""
    return "must be lower-case letters, digits, '-' and '.', with a letter or digit at each end"


def metadata_faults(metadata: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield path and fault of each bad label and annotation in `metadata`."""
    labels = metadata.get("labels")
    for key, value in labels.items() if isinstance(labels, Mapping) else ():
        if fault := _key_fault(key) or _value_fault(value):
            yield ("labels", key), fault
    annotations = metadata.get("annotations")
    size = 0
    for key, value in annotations.items() if isinstance(annotations, Mapping) else ():
        size += len(key) + (len(value) if isinstance(value, str) else 0)
        if fault := _key_fault(key.lower()):
            yield ("annotations", key), fault
    if size > _ANNOTATION_BYTES:
        yield ("annotations",), f"must be at most {_ANNOTATION_BYTES} bytes together, not {size}"


def _is_label(text: str) -> bool:
    ends = text[:1] + text[-1:]
    return bool(text) and not text.strip(f"{_LOWER}-") and not ends.strip(_LOWER)


def _label_fault(name: str) -> str:
    if len(name) > 63:
        return f"must be at most 63 characters long, not {len(name)}"
    if _is_label(name):
        return ""
    return "must be lower-case letters, digits and '-', with a letter or digit at each end"


def _path_fault(name: str) -> str:
    if name in (".", ".."):
        return f"must not be {name!r}"
    return "must not contain '/' or '%'" if "/" in name or "%" in name else ""


# Most objects of a chart have the same labels.
@lru_cache(maxsize=256)
def _key_fault(key: str) -> str:
    prefix, slash, name = key.rpartition("/")
    if slash and (fault := subdomain_fault(prefix)):
        return f"the part before '/' {fault}"
    return _word_fault("its name", name) if name else "its name must not be empty"


def _value_fault(value: object) -> str:
    # Values that are no text are told by the schema.
    return _word_fault("its value", value) if isinstance(value, str) and value else ""


def _word_fault(what: str, text: str) -> str:
    if len(text) > 63:
        return f"{what} must be at most 63 characters long, not {len(text)}"
    if text.strip(f"{_LETTERS}-_.") or (text[0] + text[-1]).strip(_LETTERS):
        return (
            f"{what} must be letters, digits, '-', '_' and '.', with a letter or digit at each "
            f"end, not {text!r:.80}"
        )
    return ""
