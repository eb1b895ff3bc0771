"""`pkgtool lint`."""

from pathlib import Path
from typing import Any

import click

from pkgtool.chart.lint import Finding
from pkgtool.cli.current import current_settings
from pkgtool.cli.inputs import code_cache, user_values
from pkgtool.cli.output import shown, style, write, write_data, write_styled
from pkgtool.cli.params import chart_argument, command, output_option, values_options
from pkgtool.errors import LintFailed
from pkgtool.ops.lint import RELEASE, LintReport, lint
from pkgtool.ops.template import offline_capabilities
from pkgtool.ops.walk import Surroundings
from pkgtool.template.context import ReleaseFacts
from pkgtool.wiring.engines import open_engines

_STYLES = {"ERROR": "red", "WARNING": "yellow", "INFO": "cyan"}


@command("lint")
@chart_argument("charts", nargs=-1, metavar="[CHART...]")
@click.option("--strict", is_flag=True, help="Warnings are failures.")
@click.option("--quiet", is_flag=True, help="Only warnings and errors.")
@click.option("--with-subcharts", is_flag=True, help="Charts in charts/ too.")
@click.option("--kube-version", default="", metavar="VERSION", help="For this Kubernetes.")
@values_options
@output_option
def lint_command(charts: tuple[str, ...], **flags: Any) -> None:
    r"""Look for faults in CHART.

    \b
    Example:
      pkgtool lint ./web --strict
    """
    around = Surroundings(
        release=ReleaseFacts(RELEASE, current_settings().namespace),
        engines=open_engines(code_cache()),
        capabilities=offline_capabilities(flags["kube_version"]),
    )
    inputs = user_values(flags)
    paths = list(_with_subcharts(charts or (".",), deep=flags["with_subcharts"]))
    reports = [lint(path, inputs, around, strict=flags["strict"]) for path in paths]
    failed = sum(report.failed(strict=flags["strict"]) for report in reports)
    if flags["output"] != "table":
        write_data([_document(report) for report in reports], flags["output"])
    else:
        for report in reports:
            _show(report, quiet=flags["quiet"])
    summary = f"{len(reports)} chart(s) linted, {failed} chart(s) failed"
    if failed:
        raise LintFailed(summary)
    if flags["output"] == "table":
        write(summary)


def _with_subcharts(charts: tuple[str, ...], *, deep: bool) -> list[Path]:
    paths = [Path(chart) for chart in charts]
    if deep:
        paths += [
            each.parent for path in paths for each in sorted(path.glob("charts/**/Chart.yaml"))
        ]
    return paths


def _show(report: LintReport, *, quiet: bool) -> None:
    shown = [each for each in report.findings if not quiet or each.severity != "INFO"]
    if quiet and not shown:
        return
    write(f"==> Linting {report.path}")
    for finding in shown:
        write_styled(_line(finding))
    write("")


def _line(finding: Finding) -> str:
    label = style(f"[{finding.severity}]", _STYLES[finding.severity])
    return f"{label} {shown(f'{finding.path}: {finding.message}')}"


def _document(report: LintReport) -> dict[str, object]:
    findings = [
        {"severity": each.severity, "path": each.path, "message": each.message}
        for each in report.findings
    ]
    return {"path": report.path, "findings": findings}
