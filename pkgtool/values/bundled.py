"""Find the schemas that come with pkgtool."""

from pathlib import Path

from pkgtool.errors import FileUnreadable


def bundled_schema(name: str) -> bytes:
    """Return the file `name` of pkgtool's own schemas, from the package or from the checkout.

    Raises:
        FileUnreadable: There is no such schema.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "schemas", package.parent / "schemas"):
        path = folder / name
        if path.is_file() and path.parent == folder:
            return path.read_bytes()
    raise FileUnreadable(f"no bundled schema {name!r}")
