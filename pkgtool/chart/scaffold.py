"""Make the files of a new chart, ready to install: what `pkgtool create` writes.

The texts are in `scaffolds/ENGINE/`, with `CHARTNAME` where the name goes. What comes out lints
clean and renders.

Source: the file set of Helm v4 `pkg/chart/v2/util/create.go`; the texts are our own.
"""

from pathlib import Path

from pkgtool.errors import ChartInvalid, did_you_mean

PLACEHOLDER = b"CHARTNAME"
SCAFFOLD_ENGINES = ("jinja2", "gotpl")

_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_MAX_NAME_BYTES = 250


def scaffold_chart(name: str, *, engine: str = "jinja2") -> dict[str, bytes]:
    """Return the files of a new chart by path.

    Args:
        name: Of the chart: letters, digits, `.`, `_` and `-`.
        engine: One of `SCAFFOLD_ENGINES`.

    Raises:
        ChartInvalid: The name cannot be one of a chart, or there is no such engine.
    """
    check_chart_name(name)
    if engine not in SCAFFOLD_ENGINES:
        raise ChartInvalid(
            f"no scaffold for the template engine {engine!r}",
            hint=did_you_mean(engine, SCAFFOLD_ENGINES) or "use `jinja2` or `gotpl`",
        )
    folder = Path(__file__).parent / "scaffolds" / engine
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().replace(PLACEHOLDER, name.encode())
        for path in found
    }


def check_chart_name(name: str) -> None:
    """Make sure that `name` can be the name of a new chart.

    Raises:
        ChartInvalid: It is empty, too long, or has other characters.
    """
    if not name or len(name) > _MAX_NAME_BYTES:
        raise ChartInvalid(
            f"chart name must be between 1 and {_MAX_NAME_BYTES} characters",
            hint="use lower-case letters, digits and dashes",
        )
    if not _ALLOWED.issuperset(name) or not name.strip("."):
        raise ChartInvalid(
            'chart name must match the regular expression "^[a-zA-Z0-9._-]+$"',
            hint="use lower-case letters, digits and dashes",
        )
