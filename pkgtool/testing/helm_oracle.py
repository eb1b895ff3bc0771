"""Ask the real Helm what a template expression means, where its SDK is installed.

The SDK (`helm-python-sdk`, a development dependency) is Helm's Go code behind a C interface. One
chart with one template serves all questions: the expression travels in its values and `tpl`
evaluates it, so that a question costs well under a millisecond.
"""

import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

OPTIONS: dict[str, Any] = {
    "name": "r",
    "namespace": "n",
    "revision": 1,
    "is_install": True,
    "is_upgrade": False,
    "kube_version": "v1.36.0",
    "api_versions": [],
}
"""What every question is asked with."""


class HelmOracle:
    """Evaluates template texts with Helm itself."""

    def __init__(self, folder: Path) -> None:
        """Make the chart in `folder`, which must be empty."""
        import helm_python  # noqa: PLC0415

        (folder / "templates").mkdir()
        (folder / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.0.0\n")
        (folder / "templates" / "x.txt").write_text("{{ tpl .Values.oracle . }}")
        chart = helm_python.Chart.load(str(folder))
        self._chart = chart._raw()  # noqa: SLF001
        self._keep = chart
        self._error = helm_python.HelmError

    @staticmethod
    def installed() -> bool:
        """Whether the SDK can be imported here."""
        return importlib.util.find_spec("helm_python") is not None

    def evaluate(self, expression: str, values: Mapping[str, Any]) -> str:
        """Return the text of `{{ expression }}`, or `error: ` and the words of the function.

        Args:
            expression: Go template syntax; values are at `.Values`.
            values: JSON-shaped; all numbers arrive as float64.
        """
        return self.render("{{ " + expression + " }}", values)

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Return the text of `template`, or `error: ` and the words of the failed function."""
        from helm_python import _native  # noqa: PLC0415

        given = json.dumps({"oracle": template, **values})
        try:
            answer = _native.call_string("helm_render", self._chart, given, json.dumps(OPTIONS))
        except self._error as error:
            return "error: " + _innermost(str(error))
        return str(json.loads(answer)["c/templates/x.txt"])


def _innermost(message: str) -> str:
    """Drop the places, which are those of the oracle's own chart."""
    inner = re.split(r"tpl function execution for .*?: template: ", message, maxsplit=1)[-1]
    inner = re.sub(r'^gotpl:\d+(:\d+)?: executing "gotpl" at <.*?>: ', "", inner, flags=re.DOTALL)
    return re.sub(r"^error calling \w+: ", "", inner)
