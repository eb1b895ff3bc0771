"""`pkgtool lint`.

Source: Helm v4 `pkg/cmd/lint.go`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pkgtool.chart.lint import Finding
from pkgtool.cli.cache import code_cache
from pkgtool.cli.current import current_settings
from pkgtool.cli.inputs import user_values
from pkgtool.cli.output import shown, style, write, write_data, write_styled
from pkgtool.cli.params import chart_argument, command, output_option, values_options
from pkgtool.errors import LintFailed
from pkgtool.ops.lint import RELEASE, LintOptions, LintReport, lint
from pkgtool.ops.template import offline_capabilities
from pkgtool.ops.walk import Surroundings
from pkgtool.template.context import ReleaseFacts
from pkgtool.wiring.engines import open_engines

_STYLES = {"ERROR": "red", "WARNING": "yellow", "INFO": "cyan"}
_ARCHIVES = (".tgz", ".tar.gz")


@command("lint")
@chart_argument("charts", nargs=-1, required=True, metavar="PATH...")
@click.option("--strict", is_flag=True, help="Warnings are failures.")
@click.option("--quiet", is_flag=True, help="Only warnings and errors.")
@click.option("--with-subcharts", is_flag=True, help="Charts in charts/ too.")
@click.option("--skip-schema-validation", is_flag=True, help="Do not check values.")
@click.option("--kube-version", default="", metavar="VERSION", help="For this Kubernetes.")
@click.option("--unused", is_flag=True, help="Also values that nothing reads, or nobody sets.")
@click.option("--objects", is_flag=True, help="Also objects that do not fit their kinds.")
@values_options
@output_option
def lint_command(charts: tuple[str, ...], **flags: Any) -> None:
    r"""Look for faults in the charts at PATH.

    \b
    Example:
      pkgtool lint ./web --strict
      pkgtool lint ./web --unused
    """
    around = Surroundings(
        release=ReleaseFacts(RELEASE, current_settings().namespace),
        engines=open_engines(code_cache()),
        capabilities=offline_capabilities(
            flags["kube_version"] or current_settings().pinned.kube_version
        ),
        compat=current_settings().compat,
    )
    inputs = user_values(flags)
    options = LintOptions(
        schema=not flags["skip_schema_validation"],
        objects=flags["objects"],
        unused=flags["unused"],
    )
    paths = [*charts, *(_subcharts(charts) if flags["with_subcharts"] else ())]
    reports = [lint(Path(path), inputs, around, options) for path in paths]
    _conclude(reports, flags)


def _conclude(reports: list[LintReport], flags: dict[str, Any]) -> None:
    failed = sum(report.failed(strict=flags["strict"]) for report in reports)
    table = flags["output"] == "table"
    if not table:
        write_data([_document(report) for report in reports], flags["output"])
    for report in reports if table else ():
        if report.warned() or not flags["quiet"]:
            _show(report, quiet=flags["quiet"])
    summary = f"{len(reports)} chart(s) linted, {failed} chart(s) failed"
    if failed:
        raise LintFailed(summary)
    if table and (not flags["quiet"] or any(report.warned() for report in reports)):
        write(summary)


def _subcharts(charts: tuple[str, ...]) -> Iterator[str]:
    """Yield the charts below the `charts/` of each, in the order of a walk by names."""
    for chart in charts:
        top = Path(os.path.normpath(chart)) / "charts"
        yield from _below(top)


def _below(folder: Path) -> Iterator[str]:
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.is_dir() and not entry.is_symlink():
            yield from _below(entry)
        elif entry.name == "Chart.yaml":
            yield str(entry.parent)
        elif entry.name.endswith(_ARCHIVES):
            yield str(entry)


def _show(report: LintReport, *, quiet: bool) -> None:
    write(f"==> Linting {report.path}")
    if report.error:
        write(f"Error {report.error}")
    for finding in report.findings:
        if not quiet or finding.severity != "INFO":
            write_styled(_line(finding))
    write("")


def _line(finding: Finding) -> str:
    label = style(f"[{finding.severity}]", _STYLES[finding.severity])
    mark = f" ({finding.rule})" if finding.rule else ""
    return f"{label} {shown(f'{finding.path}: {finding.message}{mark}')}"


def _document(report: LintReport) -> dict[str, object]:
    found: dict[str, object] = {
        "path": report.path,
        "findings": [_finding(each) for each in report.findings],
    }
    return found | ({"error": report.error} if report.error else {})


def _finding(finding: Finding) -> dict[str, object]:
    found: dict[str, object] = {
        "severity": finding.severity,
        "path": finding.path,
        "message": finding.message,
    }
    if finding.where is not None:
        found["line"] = finding.where.line
    return found | ({"rule": finding.rule} if finding.rule else {})
