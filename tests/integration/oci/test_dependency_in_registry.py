"""`dependency update` of a chart whose dependency is in a registry."""

from datetime import UTC, datetime
from pathlib import Path

from pkgtool import yamlcodec
from pkgtool.ops.dependency import build_dependencies, update_dependencies
from pkgtool.repo.client import RepoClient
from pkgtool.repo.config import Repositories
from pkgtool.repo.dependencies import Sources
from pkgtool.repo.http import HttpClient
from pkgtool.repo.oci.client import Access
from pkgtool.repo.oci.push import push_chart
from pkgtool.settings import read_settings
from pkgtool.testing.charts_at_rest import chart_folder, tarball
from pkgtool.testing.small_registry import SmallRegistry
from pkgtool.wiring.dependencies import DependencyOptions, open_sources
from pkgtool.wiring.registries import open_registries

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_a_range_is_resolved_and_locked(tmp_path: Path) -> None:
    settings = read_settings({"HOME": str(tmp_path)})
    said: list[str] = []

    def sources() -> Sources:
        repos = RepoClient(HttpClient(), Repositories(), indexes=tmp_path, content=tmp_path)
        options = DependencyOptions(plain_http=True)
        return open_sources(settings, repos, options, say=said.append, note=said.append)

    with SmallRegistry() as registry:
        registries = open_registries(settings, Access(plain_http=True))
        for version in ("1.0.0", "1.1.0+a", "2.0.0"):
            place = f"oci://{registry.host}/x/web:{version}"
            push_chart(registries, place, tarball("web", version), created=NOW)
        where = f"oci://{registry.host}/x"
        wanted = [{"name": "web", "version": "^1", "repository": where}]
        folder = chart_folder(tmp_path / "app", "app", dependencies=wanted)

        update_dependencies(folder, sources(), at=NOW, say=said.append)
        (folder / "charts/web-1.1.0+a.tgz").unlink()
        build_dependencies(folder, sources(), at=NOW)

    locked = yamlcodec.load((folder / "Chart.lock").read_bytes())["dependencies"]
    assert locked == [{"name": "web", "version": "1.1.0+a", "repository": where}]
    assert (folder / "charts/web-1.1.0+a.tgz").read_bytes() == tarball("web", "1.1.0+a")
    assert said[:3] == [
        "Saving 1 charts",
        f"Downloading web from repo {where}",
        f"Pulled: {registry.host}/x/web:1.1.0_a",
    ]
