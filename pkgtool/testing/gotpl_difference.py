"""Render made-up charts with Helm and with our engines, so that somebody can compare the answers.

Both get the same files. Whole numbers from `--set` cannot be handed to Helm's SDK, which reads values
as JSON; there a template that is rendered before all others sets them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pkgtool.chart.deps import process_chart
from pkgtool.chart.load import load_chart
from pkgtool.chart.pack import write_archive
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
    """The message; ours is without its code, place and hint, which Helm has not."""
    failure: PkgtoolError | None = None
    """The whole of our error."""


class HelmCharts:
    """Renders whole charts with Helm itself, where its SDK is installed."""

    def __init__(self) -> None:
        import helm_python  # noqa: PLC0415

        self._load = helm_python.Chart.load_archive
        self._error = helm_python.HelmError

    def render(self, chart: MadeChart) -> Answer:
        """Return Helm's answer."""
        from helm_python import _native  # noqa: PLC0415

        given, options = json.dumps(chart.values), json.dumps(OPTIONS)
        loaded = self._load(_packed({**chart.files, **_setting(chart)}))
        try:
            found = _native.call_string("helm_render", loaded._raw(), given, options)  # noqa: SLF001
        except self._error as error:
            return Answer(None, str(error))
        except UnicodeDecodeError as error:
            # The binding cannot hand over half characters that a message quotes.
            return Answer(None, bytes(error.object).decode("utf-8", "replace"))
        finally:
            loaded.close()
        texts = json.loads(found)
        texts.pop(f"{ROOT}/{_FIRST}", None)
        return Answer(texts)


def _setting(chart: MadeChart) -> Mapping[str, str]:
    """Return the template that puts whole numbers into the values."""
    numbers = {key: each for key, each in chart.values.items() if type(each) is SetNumber}
    actions = [
        f'{{{{ $_ := set .Values "{key}" (int64 {each}) }}}}' for key, each in numbers.items()
    ]
    return {_FIRST: "".join(actions)} if actions else {}


def _packed(files: Mapping[str, str]) -> bytes:
    return write_archive({f"{ROOT}/{path}": text.encode() for path, text in files.items()})


def rendered(chart: MadeChart, engine: Engine) -> Answer:
    """Return the answer of `engine`; anything but a `PkgtoolError` comes out as it is."""
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
