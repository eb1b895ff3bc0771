"""`lint`: everything that can be said against a chart without installing it.

Rules about files come first (`chart.lint`); then the chart is rendered as `test-release`, with
`required` and `fail` not stopping it, and each file of its own templates is looked at; last come
the rules about its dependencies and CRDs. Which findings there are, and in which words, is Helm's
business; what pkgtool knows beyond that comes behind it, on demand, and never makes a chart fail
that Helm lets pass.

Source: Helm v4 `pkg/action/lint.go` and `pkg/chart/v2/lint`.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pkgtool.chart.deps import ProcessedChart, defaults_tree, process_chart
from pkgtool.chart.lint import Finding, Linted, first_findings, last_findings
from pkgtool.chart.lint_documents import Unreadable, lint_template
from pkgtool.chart.lint_folder import read_lint_folder
from pkgtool.chart.model import Chart
from pkgtool.errors import (
    ChartNotFound,
    CollectedError,
    PkgtoolError,
    SchemaInvalid,
    SchemaMismatch,
    ValuesError,
)
from pkgtool.ops.walk import Surroundings, WalkOptions, walk_chart
from pkgtool.template.context import RenderContext
from pkgtool.template.fence import render_fenced
from pkgtool.values.merge import coalesce_values
from pkgtool.versions import Version

RELEASE = "test-release"
"""What charts are called while they are linted."""


class LintOptions(NamedTuple):
    """What is looked at."""

    schema: bool = True
    """Whether values are held against `values.schema.json`."""
    objects: bool = False
    """Whether objects are held against the schemas of their kinds, which Helm lacks."""
    unused: bool = False
    """Whether values that nothing reads, and reads of values that nobody sets, are told."""


class LintReport(NamedTuple):
    """What was found in one chart."""

    path: str
    findings: tuple[Finding, ...]
    error: str = ""
    """Why there was nothing to look at."""

    def failed(self, *, strict: bool = False) -> bool:
        """Tell whether a finding makes the chart unfit; with `strict`, warnings do."""
        bad = {"ERROR", "WARNING"} if strict else {"ERROR"}
        return bool(self.error) or any(each.severity in bad for each in self.findings)

    def warned(self) -> bool:
        """Tell whether there is more than remarks."""
        return self.failed(strict=True)


def lint(
    path: Path,
    inputs: Mapping[str, Any],
    around: Surroundings,
    options: LintOptions = LintOptions(),  # noqa: B008 -- frozen
) -> LintReport:
    """Lint the chart at `path` with the user's values `inputs`.

    Args:
        path: A folder or a tarball.
        inputs: From flags and files.
        around: What templates may know.
        options: What is looked at.
    """
    try:
        folder = read_lint_folder(path)
    except ChartNotFound as error:
        return LintReport(str(path), (), error.what)
    linted = Linted(folder, os.path.abspath(path), inputs, options.schema)  # noqa: PTH100
    return LintReport(str(path), tuple(_findings(linted, around, options)))


def _findings(linted: Linted, around: Surroundings, options: LintOptions) -> Iterator[Finding]:
    yield from first_findings(linted)
    chart = linted.chart
    if "templates" in linted.folder.folders and isinstance(chart, Chart):
        yield from _rendered_findings(chart, linted.overrides, around, options)
    yield from last_findings(linted)
    if isinstance(chart, Chart):
        yield from _own_findings(chart, linted.overrides, around, options)


def _rendered_findings(
    chart: Chart, inputs: Mapping[str, Any], around: Surroundings, options: LintOptions
) -> Iterator[Finding]:
    """Render the chart and judge what comes out of its own templates, file by file."""
    try:
        processed = process_chart(chart, inputs, keep_nulls=around.keeps_nulls)
        # Helm lays the values over the defaults once more; nulls that survived once show then.
        tree = defaults_tree(processed.chart)
        values, _ = coalesce_values(tree, processed.values, keep_nulls=around.keeps_nulls)
    except ValuesError:
        # Helm says nothing of these either: installing will.
        return
    processed = processed._replace(values=values)
    try:
        if options.schema:
            _check_values(processed)
        texts = _render(processed, around, private=bool(inputs))
    except PkgtoolError as error:
        yield Finding("ERROR", "templates/", error.what, error.where)
        return
    version = Version.parse(around.capabilities.numbers)
    numbers = version.major, version.minor
    try:
        for path in chart.templates:
            text = texts.get(f"{chart.name}/{path}", "")
            yield from lint_template(path, text, kube_version=numbers)
    except Unreadable:
        return


def _check_values(processed: ProcessedChart) -> None:
    if any(part.schema is not None for _, part in processed.chart.walk()):
        # Imported here: few charts have a schema.
        from pkgtool.values.schema import check_values  # noqa: PLC0415

        check_values(processed.chart, processed.values)


def _render(processed: ProcessedChart, around: Surroundings, *, private: bool) -> dict[str, str]:
    context = RenderContext(
        chart=processed.chart,
        values=processed.values,
        release=around.release,
        capabilities=around.capabilities,
        lookup=around.lookup,
        lint=True,
        chart_struct=around.compat == "helm3",
        private=private,
    )
    rendered = render_fenced(context, around.engines)
    return {file.path: file.text for file in rendered.files}


def _own_findings(
    chart: Chart, inputs: Mapping[str, Any], around: Surroundings, options: LintOptions
) -> Iterator[Finding]:
    if options.objects and not chart.is_library:
        yield from _object_findings(chart, inputs, around)
    if options.unused:
        # Imported here: it parses every template once more.
        from pkgtool.ops.lint_values import value_findings  # noqa: PLC0415

        yield from value_findings(chart, inputs)


def _object_findings(
    chart: Chart, inputs: Mapping[str, Any], around: Surroundings
) -> Iterator[Finding]:
    """Hold what the chart makes against the schemas of its kinds."""
    try:
        walked = walk_chart(chart, inputs, around, WalkOptions(lint=True))
    except (SchemaMismatch, SchemaInvalid):
        return
    except CollectedError as error:
        for problem in error.problems:
            yield Finding("INFO", "templates/", str(problem), problem.where, "object-schema")
    except PkgtoolError as error:
        yield Finding("INFO", "templates/", error.what, error.where, "object-schema")
    else:
        for warning in walked.warnings:
            yield Finding("INFO", "templates/", warning, None, "object-schema")
