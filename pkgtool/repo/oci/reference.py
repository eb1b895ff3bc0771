"""Read what names something in a registry: `oci://HOST[:PORT]/PATH/NAME[:TAG][@sha256:…]`.

Tags may not have a `+`, versions may: `1.2.3+b` is the tag `1.2.3_b` and the other way round.

Source: Helm v4 `pkg/registry/reference.go` and oras-go `registry/reference.go` for the messages.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from pkgtool.digest import Digest
from pkgtool.errors import DigestMalformed, ReferenceInvalid

SCHEME = "oci://"
_MAX_REPOSITORY = 255
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REPOSITORY = rf"{_PART}(?:/{_PART})*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"


class Reference(NamedTuple):
    """One repository of a registry, or one artifact in it."""

    registry: str
    """Host, with the port if one was given."""
    repository: str
    tag: str = ""
    """As the registry knows it, with `_` for `+`."""
    digest: str = ""
    """`sha256:<hex>` of a manifest."""

    @property
    def name(self) -> str:
        """The last part of the repository: by Helm's rule, the chart's name."""
        return self.repository.rpartition("/")[2]

    @property
    def version(self) -> str:
        """The version that the tag stands for."""
        return self.tag.replace("_", "+")

    def __str__(self) -> str:
        place = f"{self.registry}/{self.repository}"
        if self.tag:
            return f"{place}:{self.tag}"
        return f"{place}@{self.digest}" if self.digest else place


def is_oci(text: str) -> bool:
    """Tell whether `text` names something in a registry."""
    return text.startswith(SCHEME)


def parse_reference(text: str) -> Reference:
    """Read a reference, with or without `oci://`.

    Raises:
        ReferenceInvalid: It names nothing that a registry can have.
    """
    raw = text.removeprefix(SCHEME)
    registry, slash, path = raw.partition("/")
    if "@" in registry:
        # A password may stand there: it is not repeated.
        raise ReferenceInvalid(
            "invalid reference: user and password do not belong into it",
            hint="`pkgtool registry login HOST` keeps them",
        )
    if not slash:
        raise _invalid("missing registry or repository")
    check_registry(registry)
    path, _, digest = path.partition("@")
    repository, colon, tag = path.partition(":")
    tag = tag.replace("+", "_")
    if len(repository) > _MAX_REPOSITORY or not _matches(_REPOSITORY, repository):
        raise _invalid(f'invalid repository "{repository[:300]}"')
    if colon and not _matches(_TAG, tag):
        raise _invalid(f'invalid tag "{tag[:200]}"')
    return Reference(registry, repository, tag, _checked_digest(digest) if digest else "")


def check_registry(host: str) -> None:
    """Refuse what is not HOST or HOST:PORT.

    Raises:
        ReferenceInvalid: It is not.
    """
    port = host.rpartition(":")[2] if not host.endswith("]") and ":" in host else "0"
    if not _matches(_HOST, host) or not port.isdecimal() or int(port) > 65535:
        raise _invalid(f'invalid registry "{host[:300]}"')


def _checked_digest(text: str) -> str:
    algorithm, _, _ = text.partition(":")
    if algorithm != "sha256":
        raise _invalid(f'invalid digest "{text[:100]}": unsupported digest algorithm')
    try:
        return str(Digest.parse(text))
    except DigestMalformed as error:
        raise _invalid(f'invalid digest "{text[:100]}": invalid checksum digest length') from error


def _invalid(why: str) -> ReferenceInvalid:
    return ReferenceInvalid(
        f"invalid reference: {why}", hint="write oci://HOST/PATH/NAME, and behind it perhaps :TAG"
    )


def _matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Not at import: most commands name no registry.
    return re.compile(pattern)
