"""Turn parsed flags into where a chart comes from, and fetch it."""

from datetime import UTC, datetime
from pathlib import Path

from pkgtool.chart.model import Chart
from pkgtool.cli.current import current_settings
from pkgtool.cli.inputs import Flags
from pkgtool.ops.charts import ChartSource, open_chart
from pkgtool.ops.dependency import update_dependencies
from pkgtool.repo.http import Credentials
from pkgtool.wiring.repos import open_repos


def chart_source(reference: str, flags: Flags) -> ChartSource:
    """Return where the chart `reference` comes from."""
    return ChartSource(
        reference,
        version=flags["version"],
        repo_url=flags["repo"],
        credentials=credentials(flags),
        devel=flags["devel"],
    )


def credentials(flags: Flags) -> Credentials:
    """Return who to be at a repository."""
    return Credentials(
        username=flags["username"],
        password=flags["password"],
        cert_file=flags["cert_file"],
        key_file=flags["key_file"],
        ca_file=flags["ca_file"],
        insecure=flags["insecure_skip_tls_verify"],
        everywhere=flags["pass_credentials"],
    )


def fetched_chart(reference: str, flags: Flags) -> Chart:
    """Return the chart `reference`, from wherever it comes, its dependencies on demand."""
    repos = open_repos(current_settings())
    if flags.get("dependency_update") and Path(reference).is_dir():
        update_dependencies(Path(reference), repos, at=datetime.now(UTC))
    return open_chart(chart_source(reference, flags), repos)
