r"""The text of a `.prov` file: what a package says of itself, and the digest of its file.

```
message   = metadata "\n...\n" sums
sums      = "files:" "\n" "  " filename ": sha256:" hex "\n"
```

Both parts are YAML; `...` ends a document, because the usual `---` is not allowed in such a text.

Source: Helm v4 `pkg/provenance/sign.go`.
"""

from collections.abc import Mapping
from typing import Any

from pkgtool import yamlcodec
from pkgtool.digest import Digest
from pkgtool.errors import PkgtoolError, SignatureInvalid
from pkgtool.values.setflags import quoted

_BETWEEN = "\n...\n"


def write_message(data: bytes, filename: str, metadata: bytes) -> bytes:
    """Return the text to be signed.

    Args:
        data: The package.
        filename: What it must be called.
        metadata: What it says of itself, as YAML.
    """
    sums = yamlcodec.dump({"files": {filename: str(Digest.of(data))}})
    return metadata + _BETWEEN.encode() + sums.encode()


def check_message(text: bytes, data: bytes, filename: str) -> Digest:
    """Return the digest of the package `data` after comparing it with what `text` says.

    Raises:
        SignatureInvalid: It is about another file, or about other bytes.
    """
    metadata, sums = _parts(text)
    digest = Digest.of(data)
    said = sums.get("files")
    promised = said.get(filename) if isinstance(said, Mapping) else None
    if promised is None:
        raise SignatureInvalid(
            f"provenance does not contain a SHA for a file named {quoted(filename)}",
            hint="a signed package keeps the name that it was signed with",
        )
    if promised != str(digest):
        raise SignatureInvalid(
            f"sha256 sum does not match for {filename}: {quoted(str(promised))} != "
            f"{quoted(str(digest))}",
            hint="do not use the package; get it again from its author",
        )
    _check_name(metadata, filename)
    return digest


def _parts(text: bytes) -> list[Mapping[str, Any]]:
    try:
        parts = text.decode().split(_BETWEEN)
        if len(parts) < 2:
            raise SignatureInvalid("message block must have at least two parts")
        if len(parts) > 2:
            raise SignatureInvalid("message block must have two parts")
        return [_map(part) for part in parts]
    except UnicodeDecodeError as error:
        raise SignatureInvalid("message block is not UTF-8") from error


def _map(part: str) -> Mapping[str, Any]:
    try:
        document = yamlcodec.load_document(part, name="provenance")
    except PkgtoolError as error:
        raise SignatureInvalid(f"message block cannot be read: {error.what}") from error
    if document.duplicates or not isinstance(document.value, dict):
        raise SignatureInvalid("message block must be maps without duplicate keys")
    return document.value


def _check_name(metadata: Mapping[str, Any], filename: str) -> None:
    """Refuse a promise about one package under the name of another."""
    name, version = metadata.get("name"), metadata.get("version")
    if isinstance(name, str) and isinstance(version, str) and filename != f"{name}-{version}.tgz":
        raise SignatureInvalid(
            f"provenance is about {quoted(f'{name}-{version}')}, not about {quoted(filename)}"
        )
