"""Small charts as folders and tarballs, and repositories of them, for tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pkgtool import yamlcodec
from pkgtool.chart.pack import write_archive
from pkgtool.digest import Digest


def chart_yaml(name: str, version: str, **fields: object) -> bytes:
    """Return a `Chart.yaml`."""
    content = {"apiVersion": "v2", "name": name, "version": version, "engine": "jinja2", **fields}
    return yamlcodec.dump(content).encode()


def tarball(
    name: str = "web",
    version: str = "1.0.0",
    *,
    files: Mapping[str, str] | None = None,
    **fields: object,
) -> bytes:
    """Return a packed chart; `fields` go into its `Chart.yaml`."""
    content = {"Chart.yaml": chart_yaml(name, version, **fields), "values.yaml": b"a: 1\n"}
    content |= {path: text.encode() for path, text in (files or {}).items()}
    return write_archive({f"{name}/{path}": data for path, data in content.items()})


def chart_folder(path: Path, name: str, version: str = "1.0.0", **fields: Any) -> Path:
    """Write a chart as the folder `path` and return it."""
    path.mkdir(parents=True)
    (path / "Chart.yaml").write_bytes(chart_yaml(name, version, **fields))
    (path / "values.yaml").write_text("a: 1\n")
    return path


def index_yaml(*tarballs: tuple[str, str, bytes], **fields: object) -> bytes:
    """Return an index of tarballs given as name, version and bytes; `fields` go into each entry."""
    entries: dict[str, list[dict[str, object]]] = {}
    for name, version, data in tarballs:
        entry: dict[str, object] = {
            "apiVersion": "v2",
            "name": name,
            "version": version,
            "urls": [f"{name}-{version}.tgz"],
            "digest": Digest.of(data).hex,
        }
        entries.setdefault(name, []).append(entry | fields)
    return yamlcodec.dump({"apiVersion": "v1", "entries": entries}).encode()
