"""Run a command line of ours for a row: words and flags are Helm's, whatever lies below."""

import os
from collections.abc import Mapping
from typing import Any

from click.testing import CliRunner, Result

from pkgtool.cli.root import cli
from tests.conformance.helm_tables.tables import Site

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "templates/name.yaml": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n"
    ),
}


def run(site: Site, *words: str, environment: Mapping[str, str] | None = None) -> Result:
    """Return what a command did whose home is the scratch folder of the row."""
    clean = {name: None for name in os.environ if name.startswith(("HELM_", "PKGTOOL_", "XDG_"))}
    places: dict[str, Any] = {**clean, "HOME": str(site.scratch), "KUBECONFIG": None}
    return CliRunner().invoke(cli, words, env=places | dict(environment or {}))


def write_chart(site: Site, name: str) -> None:
    """Write a chart that tells the name of its release into a folder of the scratch folder."""
    for path, text in CHART.items():
        place = site.scratch / name / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
