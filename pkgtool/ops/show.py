"""`show`: what is in a chart, byte for byte as Helm prints it.

Source: Helm v4 `pkg/action/show.go`.
"""

from pkgtool import yamlcodec
from pkgtool.chart.metadata import metadata_map
from pkgtool.chart.model import DEFAULT_ENGINE, Chart

_READMES = ("readme.md", "readme.txt", "readme")
_SEPARATOR = "---\n"


def show_chart(chart: Chart) -> str:
    """Return `Chart.yaml`, as Helm writes it, and a blank line."""
    told = metadata_map(chart.metadata)
    if told.get("engine") == DEFAULT_ENGINE:
        # Of Helm 2's time; Helm does not know the key, and it says nothing.
        del told["engine"]
    return f"{yamlcodec.dump(told)}\n"


def show_values(chart: Chart, jsonpath: str = "") -> str:
    """Return `values.yaml` as it was written, comments included, or what `jsonpath` picks.

    Raises:
        JsonPathInvalid: `jsonpath` cannot be read, or asks for what is not there.
    """
    data = chart.raw.get("values.yaml")
    if data is None:
        return ""
    if jsonpath:
        # Imported here: who wants all values does not wait for it.
        from pkgtool.chart.jsonpath import print_jsonpath  # noqa: PLC0415

        return print_jsonpath(jsonpath, chart.values)
    return f"{_text(data)}\n"


def show_readme(chart: Chart) -> str:
    """Return the README, or an empty text."""
    found = next((data for path, data in chart.files.items() if path.lower() in _READMES), None)
    return "" if found is None else f"{_text(found)}\n"


def show_crds(chart: Chart) -> str:
    """Return the CRDs of the chart and its dependencies, each behind a `---`."""
    texts = [_text(data) for _, part in chart.walk() for data in part.crds.values()]
    return "".join(f"{'' if text.startswith('---') else _SEPARATOR}{text}\n" for text in texts)


def show_all(chart: Chart) -> str:
    """Return everything, separated by `---`."""
    values, readme = show_values(chart), show_readme(chart)
    parts = [show_chart(chart), *(f"{_SEPARATOR}{part}" for part in (values, readme) if part)]
    return "".join(parts) + show_crds(chart)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
