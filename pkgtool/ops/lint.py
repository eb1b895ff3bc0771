"""`lint`: everything that can be said against a chart without installing it.

Rules about files come first (`chart.lint`); then the chart is rendered as `test-release`, with
`required` and `fail` not stopping it, and each document of its own templates is looked at, file by
file; last come the rules about its dependencies and CRDs.

Source: Helm v4 `pkg/action/lint.go` and `pkg/chart/v2/lint`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pkgtool.chart.files import read_chart_files
from pkgtool.chart.lint import Finding, lint_chart
from pkgtool.chart.lint_documents import lint_document, lint_indent
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.errors import CollectedError, PkgtoolError
from pkgtool.manifest.model import Manifest
from pkgtool.ops.walk import Surroundings, Walked, WalkOptions, walk_chart
from pkgtool.versions import Version

RELEASE = "test-release"
"""What charts are called while they are linted."""


class LintReport(NamedTuple):
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
    findings = lint_chart(files, inputs, name=path.name)
    last = [each for each in findings if each.path == path.name or each.path.startswith("crds/")]
    first = [each for each in findings if each not in last]
    if all(finding.severity != "ERROR" for finding in first):
        chart = load_chart(files, name=path.name)
        options = WalkOptions(validate=validate, strict=strict, lint=True)
        first += _rendered_findings(chart, inputs, around, options)
    return LintReport(str(path), (*first, *last))


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
    version = Version.parse(around.capabilities.numbers)
    for file in walked.rendered.files:
        # Subcharts are linted as charts of their own, with `--with-subcharts`.
        path = file.path.removeprefix(f"{chart.name}/")
        if path.startswith("templates/"):
            yield from lint_indent(path, file.text)
            for manifest in _documents(walked, file.path):
                yield from lint_document(
                    path,
                    manifest.text,
                    manifest.body,
                    kube_version=(version.major, version.minor),
                )


def _documents(walked: Walked, path: str) -> list[Manifest]:
    """Return what the template at `path` made, as far as it can be told in the order of the text."""
    hooks = (hook.manifest for hook in walked.desired.hooks)
    found = [each for each in (*walked.desired.manifests, *hooks) if each.origin == path]
    return sorted(found, key=lambda each: tuple(each.lines[:1]))
