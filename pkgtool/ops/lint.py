"""`lint`: everything that can be said against a chart without installing it.

Rules about files come first (`chart.lint`); then the chart is rendered as `test-release`, with
`required` and `fail` not stopping it, and each document is looked at.

Source: Helm v4 `pkg/action/lint.go` and `pkg/chart/v2/lint`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pkgtool.chart.files import read_chart_files
from pkgtool.chart.lint import Finding, lint_chart
from pkgtool.chart.lint_documents import lint_document, lint_indent
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.errors import CollectedError, PkgtoolError
from pkgtool.manifest.model import Manifest
from pkgtool.ops.walk import Surroundings, WalkOptions, walk_chart
from pkgtool.versions import Version

RELEASE = "test-release"
"""What charts are called while they are linted."""


@dataclass(frozen=True, slots=True)
class LintReport:
    """What was found in one chart."""

    path: str
    findings: tuple[Finding, ...]

    def failed(self, *, strict: bool = False) -> bool:
        """Tell whether a finding makes the chart unfit; with `strict`, warnings do."""
        bad = {"ERROR", "WARNING"} if strict else {"ERROR"}
        return any(finding.severity in bad for finding in self.findings)


def lint(
    path: Path,
    inputs: Mapping[str, Any],
    around: Surroundings,
    *,
    strict: bool = False,
    validate: bool = True,
) -> LintReport:
    """Lint the chart at `path` with the user's values `inputs`.

    Args:
        path: A folder or a tarball.
        inputs: From flags and files.
        around: What templates may know.
        strict: Whether a kind without a schema is an error.
        validate: Whether objects are checked against the schemas of their kinds, which Helm lacks.

    Raises:
        FileUnreadable, ArchiveUnsafe: There is nothing that could be linted.
    """
    files = read_chart_files(path)
    findings = [*lint_chart(files, inputs, name=path.name)]
    if all(finding.severity != "ERROR" for finding in findings):
        chart = load_chart(files, name=path.name)
        options = WalkOptions(validate=validate, strict=strict, lint=True)
        findings += _rendered_findings(chart, inputs, around, options)
    return LintReport(str(path), tuple(findings))


def _rendered_findings(
    chart: Chart, inputs: Mapping[str, Any], around: Surroundings, options: WalkOptions
) -> Iterator[Finding]:
    """Render the chart and judge what comes out; a library makes nothing to judge."""
    if chart.is_library:
        return
    try:
        walked = walk_chart(chart, inputs, around, options)
    except CollectedError as error:
        for problem in error.problems:
            yield Finding("ERROR", "templates/", str(problem), problem.where)
        return
    except PkgtoolError as error:
        yield Finding("ERROR", "templates/", str(error), error.where)
        return
    for warning in walked.warnings:
        yield Finding("WARNING", "templates/", warning)
    for file in walked.rendered.files:
        yield from lint_indent(_short(file.path), file.text)
    version = Version.parse(around.capabilities.numbers)
    hooks = (hook.manifest for hook in walked.desired.hooks)
    for manifest in (*walked.desired.manifests, *hooks):
        yield from _document_findings(manifest, (version.major, version.minor))


def _document_findings(manifest: Manifest, kube_version: tuple[int, int]) -> Iterator[Finding]:
    return lint_document(
        _short(manifest.origin), manifest.text, manifest.body, kube_version=kube_version
    )


def _short(path: str) -> str:
    """Return a template's path without the chart's name in front."""
    return path.partition("/")[2]
