"""The signatures that callers rely on, in one file that a reviewer reads."""

import inspect
from collections.abc import Callable

import pkgtool


def test_public_api(golden: Callable[[str, str], None]) -> None:
    lines = []
    for name in sorted(pkgtool.__all__):
        value = getattr(pkgtool, name)
        signature = str(inspect.signature(value)) if callable(value) else ""
        lines.append(f"{name}{signature}\n")

    golden("public_api.txt", "".join(lines))
