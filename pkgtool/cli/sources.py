"""Turn parsed flags into where a chart comes from, and fetch it."""

from datetime import UTC, datetime
from pathlib import Path

from pkgtool.chart.deps import missing_dependencies
from pkgtool.chart.model import Chart
from pkgtool.cli.current import current_settings
from pkgtool.cli.output import note
from pkgtool.cli.params import Flags
from pkgtool.cli.progress import current_progress
from pkgtool.ops.charts import ChartSource, Trust, open_chart
from pkgtool.ops.dependency import update_dependencies
from pkgtool.places import Places
from pkgtool.repo.http import Credentials
from pkgtool.repo.indexes import Say
from pkgtool.wiring.dependencies import DependencyOptions, open_sources
from pkgtool.wiring.repos import open_repos


def chart_source(reference: str, flags: Flags) -> ChartSource:
    """Return where the chart `reference` comes from."""
    later: Trust = "later" if flags.get("prov") else "never"
    return ChartSource(
        reference.strip(),
        version=flags["version"].strip(),
        repo_url=flags["repo"],
        credentials=credentials(flags),
        devel=flags["devel"],
        plain_http=flags["plain_http"],
        trust="always" if flags["verify"] else later,
        keyring=Path(flags["keyring"] or Places(current_settings()).keyring),
        environ=current_settings().environ,
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
    repos = open_repos(current_settings(), progress=current_progress())
    chart = open_chart(chart_source(reference, flags), repos)
    if not flags.get("dependency_update") or not missing_dependencies(chart):
        return chart
    if not Path(reference).is_dir():
        return chart
    update_here(Path(reference))
    return open_chart(chart_source(reference, flags), repos)


def update_here(folder: Path, *, say: Say = note) -> None:
    """Fetch the dependencies of the chart in `folder` into its `charts/`."""
    settings = current_settings()
    repos = open_repos(settings, progress=current_progress())
    sources = open_sources(settings, repos, DependencyOptions(), say=say, note=say)
    update_dependencies(folder, sources, at=datetime.now(UTC), say=say)
