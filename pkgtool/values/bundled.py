"""Find the schemas that come with pkgtool."""

import os

from pkgtool.diskread import read_file
from pkgtool.errors import FileUnreadable


def bundled_schema(name: str) -> bytes:
    """Return the file `name` of pkgtool's own schemas, from the package or from the checkout.

    Raises:
        FileUnreadable: There is no such schema.
    """
    package = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - see `diskread`
    for folder in (package, os.path.dirname(package)):  # noqa: PTH120
        path = f"{folder}/schemas/{name}"
        if "/" not in name and os.path.isfile(path):  # noqa: PTH113
            return read_file(path)
    raise FileUnreadable(f"no bundled schema {name!r}")
