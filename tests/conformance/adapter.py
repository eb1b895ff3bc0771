"""Answer the corpus runner's questions from our library: one JSON request per line, one reply.

`python compare.py CORPUS --adapter "python tests/conformance/adapter.py" --stream` replays a corpus;
its protocol is described at the top of that runner. Only functions of the library are used here.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from pkgtool import yamlcodec
from pkgtool.chart.archive import read_archive
from pkgtool.chart.deps import defaults_tree, process_chart
from pkgtool.chart.load import load_chart
from pkgtool.chart.metadata import metadata_map
from pkgtool.chart.model import Chart
from pkgtool.errors import PkgtoolError, ValuesError
from pkgtool.ops.lint import RELEASE, lint
from pkgtool.ops.template import offline_capabilities
from pkgtool.ops.walk import Surroundings
from pkgtool.template.capabilities import DEFAULT_API_VERSIONS, Capabilities, parse_kube_version
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.numbers import GoNumbers
from pkgtool.template.protocol import Engine, Include, RenderedText, Scope, TemplateSet
from pkgtool.template.render import render_chart
from pkgtool.values.merge import coalesce_values
from pkgtool.values.schema import check_values
from pkgtool.values.setflags import Allowance, apply_set, kind_of
from pkgtool.wiring.engines import open_engines

SEVERITIES = {"INFO": 1, "WARNING": 2, "ERROR": 3}


class Recording:
    """An engine that keeps every text it renders: notes of subcharts are in no result."""

    def __init__(self, engine: Engine) -> None:
        self.name = engine.name
        self.cache = engine.cache
        self.texts: dict[str, str] = {}
        self._engine = engine

    def compile(
        self,
        sources: Mapping[str, str],
        *,
        outside: Include,
        lined: bool = False,
        private: bool = True,
    ) -> TemplateSet:
        self.texts.clear()
        templates = self._engine.compile(sources, outside=outside, lined=lined, private=private)
        return RecordingSet(templates, self.texts)


class RecordingSet:
    """The templates of a recording engine."""

    def __init__(self, templates: TemplateSet, texts: dict[str, str]) -> None:
        self._templates = templates
        self._texts = texts

    @property
    def defines(self) -> Collection[str]:
        return self._templates.defines

    def render(self, path: str, scope: Scope) -> RenderedText:
        made = self._templates.render(path, scope)
        self._texts[path] = made.text
        return made

    def include(self, name: str, data: Any) -> str:
        return self._templates.include(name, data)


class Library:
    """Engines that live as long as the stream."""

    def __init__(self) -> None:
        self.engines = {name: Recording(engine) for name, engine in open_engines().items()}
        self._loaded: tuple[bytes, Chart] | None = None

    def chart(self, path: str) -> Chart:
        """Return the chart in an archive; requests about one chart come one after the other."""
        data, name = Path(path).read_bytes(), Path(path).name
        if self._loaded is None or self._loaded[0] != data:
            self._loaded = data, load_chart(read_archive(data, name=name), name=name)
        return self._loaded[1]

    def context(self, request: Mapping[str, Any]) -> RenderContext:
        chart = self.chart(request["chart"])
        processed = process_chart(chart, request["values"])
        check_values(processed.chart, processed.values)
        return RenderContext(
            chart=processed.chart,
            values=processed.values,
            release=ReleaseFacts(
                request["release"],
                request["namespace"],
                request["revision"],
                is_upgrade=request["is_upgrade"],
            ),
            capabilities=Capabilities(
                parse_kube_version(request["kube_version"]),
                (*DEFAULT_API_VERSIONS, *(request.get("api_versions") or ())),
            ),
        )

    def render(self, request: Mapping[str, Any]) -> dict[str, Any]:
        context = self.context(request)
        for engine in self.engines.values():
            engine.texts.clear()
        render_chart(context, self.engines)
        return {path: text for each in self.engines.values() for path, text in each.texts.items()}

    def merge_values(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Coalesce with the tree as it lies there; which dependencies are on comes later."""
        chart = self.chart(request["chart"])
        values, _ = coalesce_values(defaults_tree(chart), request["values"])
        return {"result": values}

    @staticmethod
    def as_json(values: Any) -> Any:
        """Return `values` as Helm's JSON says them: with the digits that its floats keep."""
        return json.loads(yamlcodec.dump_json(GoNumbers().data(values)))

    def metadata(self, request: Mapping[str, Any]) -> dict[str, Any]:
        document = metadata_map(self.chart(request["chart"]).metadata)
        document.pop("engine", None)
        return {"result": document}

    def lint(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Lint as Helm does: objects are not checked against schemas, and paths are as its own."""
        around = Surroundings(
            ReleaseFacts(RELEASE, request["namespace"]), self.engines, offline_capabilities()
        )
        path = Path(request["chart"])
        found = lint(path, request["values"], around).findings
        name = self.chart(request["chart"]).name
        messages = [
            {
                "severity": SEVERITIES[each.severity],
                "path": each.path.replace(str(path.absolute()), f"/tmp/helm-lint/{name}"),
                "error": each.message,
            }
            for each in found
        ]
        errors = [each["error"] for each in messages if each["severity"] == SEVERITIES["ERROR"]]
        return {"result": {"messages": messages, "errors": errors}}

    def strvals(self, request: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        apply_set(
            values,
            request["expr"],
            kind=request["kind"],
            read=lambda path: Path(path).read_text(),
            allowance=Allowance(),
        )
        return {"result": self.as_json(values)}

    def values_from_yaml(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Read the first document: value files may have several, a chart's defaults have one."""
        values = yamlcodec.load(request["yaml"], name="values.yaml")
        if values is None:
            values = {}
        if not isinstance(values, dict):
            raise ValuesError(f"values must be a map, not {kind_of(values)}")
        return {"result": self.as_json(values)}

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reply to one request."""
        operations: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "render": self.render,
            "merge_values": self.merge_values,
            "metadata": self.metadata,
            "lint": self.lint,
            "strvals": self.strvals,
            "values_from_yaml": self.values_from_yaml,
        }
        operation = operations.get(request["op"])
        if operation is None:
            return {"unsupported": True}
        try:
            return operation(request)
        except PkgtoolError as error:
            # The function of Helm's SDK does not know from which flag an expression comes.
            return {"error": re.sub(r"^failed parsing --set[a-z-]* data: ", "", error.what)}


def main() -> None:
    library = Library()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogatepass")
    for line in sys.stdin:
        out.write(json.dumps(library.answer(json.loads(line))) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
