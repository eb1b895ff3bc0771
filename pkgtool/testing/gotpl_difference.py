"""Render one chart with Helm and with us, and say how the answers differ.

Both get the same files. Whole numbers from `--set` cannot be handed to Helm's SDK, which reads values
as JSON; there a template that is rendered before all others sets them.
"""

import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pkgtool.chart.deps import process_chart
from pkgtool.chart.load import load_chart
from pkgtool.errors import PkgtoolError
from pkgtool.template.capabilities import DEFAULT_API_VERSIONS, Capabilities
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.protocol import Engine
from pkgtool.template.render import render_chart
from pkgtool.testing.gotpl_grammar import ROOT, MadeChart
from pkgtool.testing.helm_oracle import OPTIONS
from pkgtool.values.setflags import SetNumber

_FIRST = "templates/0/0/0/0/0/set.txt"
"""Deeper than any other template, hence rendered before them."""


@dataclass(frozen=True)
class Answer:
    """What rendering gave: texts by path, or why there are none."""

    texts: Mapping[str, str] | None
    error: str = ""
    failure: Exception | None = None
    """Our exception, for those who look at its kind."""


class HelmCharts:
    """Renders whole charts with Helm itself."""

    def __init__(self) -> None:
        import helm_python  # noqa: PLC0415

        self._load = helm_python.Chart.load_archive
        self._error = helm_python.HelmError

    def render(self, chart: MadeChart) -> Answer:
        """Return Helm's answer."""
        from helm_python import _native  # noqa: PLC0415

        numbers = {key: each for key, each in chart.values.items() if type(each) is SetNumber}
        files = dict(chart.files)
        if numbers:
            files[_FIRST] = "".join(
                f'{{{{ $_ := set .Values "{key}" (int64 {each}) }}}}'
                for key, each in numbers.items()
            )
        loaded = self._load(packed(files))
        try:
            found = _native.call_string(
                "helm_render", loaded._raw(), json.dumps(chart.values), json.dumps(OPTIONS)
            )
        except self._error as error:
            return Answer(None, str(error))
        finally:
            loaded.close()
        texts = json.loads(found)
        texts.pop(f"{ROOT}/{_FIRST}", None)
        return Answer(texts)


def packed(files: Mapping[str, str]) -> bytes:
    """Return the archive of a chart with `files`."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz", compresslevel=1) as archive:
        for path, text in files.items():
            content = text.encode()
            entry = tarfile.TarInfo(f"{ROOT}/{path}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


def rendered(chart: MadeChart, engine: Engine) -> Answer:
    """Return our answer; anything but a `PkgtoolError` comes out as it is."""
    files = {path: text.encode() for path, text in chart.files.items()}
    try:
        processed = process_chart(load_chart(files, name=ROOT), chart.values)
        context = RenderContext(
            processed.chart,
            processed.values,
            ReleaseFacts(OPTIONS["name"], OPTIONS["namespace"]),
            Capabilities(api_versions=DEFAULT_API_VERSIONS),
        )
        made = render_chart(context, {engine.name: engine})
    except PkgtoolError as error:
        return Answer(None, error.what, error)
    return Answer({each.path: each.text for each in made.files})
