"""`show`: what is in a chart.

Source: Helm v4 `pkg/action/show.go`.
"""

from pkgtool import yamlcodec
from pkgtool.chart.metadata import metadata_map
from pkgtool.chart.model import Chart

_READMES = ("readme.md", "readme.txt", "readme")


def show_chart(chart: Chart) -> str:
    """Return `Chart.yaml`, as Helm writes it."""
    return yamlcodec.dump(metadata_map(chart.metadata))


def show_values(chart: Chart) -> str:
    """Return `values.yaml` as it was written, comments included."""
    return chart.raw.get("values.yaml", b"").decode("utf-8", "replace")


def show_readme(chart: Chart) -> str:
    """Return the README, or an empty text."""
    for path, data in chart.files.items():
        if path.lower() in _READMES:
            return data.decode("utf-8", "replace")
    return ""


def show_crds(chart: Chart) -> str:
    """Return the CRDs of the chart and its dependencies, each behind a `---`."""
    texts = [
        data.decode("utf-8", "replace") for _, part in chart.walk() for data in part.crds.values()
    ]
    return "".join(_separated(text) for text in texts)


def _separated(text: str) -> str:
    return f"{text.rstrip()}\n" if text.startswith("---") else f"---\n{text.rstrip()}\n"


def show_all(chart: Chart) -> str:
    """Return everything, separated by `---`."""
    parts = [show_chart(chart), show_values(chart), show_readme(chart)]
    text = "---\n".join(f"{part.rstrip()}\n" for part in parts if part.strip())
    return text + show_crds(chart)
