"""The whole life of an application, by the real command line, as guides and users type it."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

Serve = Callable[..., str]


def columns(text: str) -> list[list[str]]:
    """Return the cells of a printed table, without its header."""
    return [[cell.strip() for cell in line.split("\t")] for line in text.splitlines()[1:]]


def next_version(shell: Any, chart: str, version: str) -> None:
    """Write `version` into a chart, as its author does."""
    path = shell.folder / chart / "Chart.yaml"
    path.write_text(re.sub(r"(?m)^version:.*$", f"version: {version}", path.read_text()))


def test_the_life_of_an_application(shell: Any, serve: Serve) -> None:
    """Create, check, pack, publish, find, install, change, compare, go back, remove."""
    assert shell.ok("create", "web") == "Creating web\n"
    assert "1 chart(s) linted, 0 chart(s) failed" in shell.ok("lint", "web", "--strict")

    shell.ok("package", "web", "-d", "one")
    shell.ok("package", "web", "-d", "two")
    first = shell.folder / "one" / "web-0.1.0.tgz"
    assert first.read_bytes() == (shell.folder / "two" / "web-0.1.0.tgz").read_bytes()

    shell.ok("repo", "index", "one", "--url", "http://charts.example.com")
    assert (
        "http://charts.example.com/web-0.1.0.tgz" in (shell.folder / "one/index.yaml").read_text()
    )
    url = serve("one")
    assert shell.ok("repo", "add", "local", url) == '"local" has been added to your repositories\n'
    assert "Update Complete" in shell.ok("repo", "update")
    assert columns(shell.ok("search", "repo", "web"))[0][:2] == ["local/web", "0.1.0"]

    installed = shell.ok("install", "shop", "local/web", "--set", "replicaCount=2", "--wait")
    assert "NAME: shop\n" in installed
    assert "STATUS: deployed\nREVISION: 1\n" in installed
    assert columns(shell.ok("list"))[0][0::2][:1] == ["shop"]
    assert "==> apps/v1/Deployment" in shell.ok("status", "shop")
    assert "replicaCount: 2" in shell.ok("get", "values", "shop")
    assert "kind: Deployment" in shell.ok("get", "manifest", "shop")
    assert json.loads(shell.ok("get", "metadata", "shop", "-o", "json"))["chart"] == "web"

    next_version(shell, "web", "0.2.0")
    shell.ok("package", "web", "-d", "one")
    shell.ok("repo", "update")
    shell.ok("upgrade", "shop", "local/web", "--set", "replicaCount=3", "--wait")
    assert columns(shell.ok("list"))[0][2] == "2"
    assert columns(shell.ok("list"))[0][5] == "web-0.2.0"

    difference = shell.ok("diff", "revision", "shop", "1", "2")
    assert "-  replicas: 2" in difference
    assert "+  replicas: 3" in difference
    assert shell.run("diff", "revision", "shop", "1", "2", "--exit-code").status == 4

    assert shell.ok("rollback", "shop", "1") == "Rollback was a success! Happy Helming!\n"
    history = columns(shell.ok("history", "shop"))
    assert [(row[0], row[2], row[5]) for row in history] == [
        ("1", "superseded", "Install complete"),
        ("2", "superseded", "Upgrade complete"),
        ("3", "deployed", "Rollback to 1"),
    ]

    assert 'release "shop" uninstalled' in shell.ok("uninstall", "shop", "--keep-history")
    assert columns(shell.ok("history", "shop"))[-1][2] == "uninstalled"
    shell.ok("uninstall", "shop")
    assert "release: not found" in shell.fails("history", "shop")
    assert shell.ok("list", "-q") == ""


def test_older_guides(shell: Any, serve: Serve) -> None:
    """The grammar of Helm 2, command by command."""
    assert "Nothing to set up" in shell.ok("init", "--client-only")
    shell.ok("create", "web")
    shell.ok("package", "web", "-d", "charts")
    url = serve("--repo-path", "charts")
    shell.ok("repo", "add", "local", f"{url}/charts")
    shell.ok("repo", "update")
    assert "local/web" in shell.ok("search")
    assert "local/web" in shell.ok("search", "web", "-l")
    assert "local/web" in shell.ok("search", "local/")
    assert "name: web" in shell.ok("inspect", "local/web")
    assert "replicaCount" in shell.ok("inspect", "values", "local/web")
    shell.ok("fetch", "local/web", "--untar", "--untardir", "fetched")
    assert (shell.folder / "fetched/web/Chart.yaml").exists()

    dry = shell.ok("install", "--dry-run", "--debug", "web")
    assert "USER-SUPPLIED VALUES:" in dry
    assert "COMPUTED VALUES:" in dry
    assert "MANIFEST:" in dry
    assert shell.ok("ls", "-q") == ""

    named = re.search(r"NAME: ([a-z]+-[a-z]+)\n", shell.ok("install", "./web"))
    assert named
    shell.ok("delete", "--purge", named.group(1))

    shell.ok(
        "install",
        "local/web",
        "--name",
        "shop",
        "--namespace",
        "prod",
        "--set",
        "replicaCount=2,service.type=NodePort",
    )
    assert "type: NodePort" in shell.ok("get", "shop", "-n", "prod")
    assert "replicaCount: 2" in shell.ok("get", "values", "shop", "--revision", "1", "-n", "prod")
    assert shell.ok("list", "-a", "shop", "-q", "-n", "prod") == "shop\n"
    next_version(shell, "web", "0.2.0")
    shell.ok("package", "web", "-d", "charts")
    shell.ok("repo", "update")
    upgraded = shell.ok(
        "upgrade",
        "-i",
        "shop",
        "local/web",
        "--namespace",
        "prod",
        "--set",
        "replicaCount=3",
        "--reuse-values",
    )
    assert 'Release "shop" has been upgraded.' in upgraded
    assert "type: NodePort" in shell.ok("get", "manifest", "shop", "-n", "prod")
    shell.ok("rollback", "shop", "0", "-n", "prod")
    history = columns(shell.ok("hist", "shop", "-n", "prod"))
    assert [row[2] for row in history] == ["superseded", "superseded", "deployed"]
    assert history[-1][5] == "Rollback to 1"

    shell.ok("delete", "shop", "-n", "prod")
    assert shell.ok("ls", "--deleted", "-q", "-n", "prod") == "shop\n"
    assert "Uninstallation complete" in shell.ok("hist", "shop", "-n", "prod")
    shell.ok("delete", "--purge", "shop", "-n", "prod")
    assert "release: not found" in shell.fails("hist", "shop", "-n", "prod")
    assert "Nothing to remove" in shell.ok("reset")


def test_a_chart_in_this_folder(shell: Any) -> None:
    """`install .` makes a name up, and `upgrade -i` installs what is not there."""
    shell.ok("create", "web")
    shell.folder = shell.folder / "web"

    assert re.search(r"NAME: [a-z]+-[a-z]+\n", shell.ok("install", "."))
    assert "Installing it now" in shell.run("upgrade", "-i", "shop", ".").out
    assert "REVISION: 1\n" in shell.ok("status", "shop")


def test_wordpress_with_and_without_its_database(shell: Any) -> None:
    for name in ("library", "mariadb", "wordpress"):
        shutil.copytree(ROOT / "charts" / name, shell.folder / name)
    shell.ok("dependency", "update", "mariadb")
    shell.ok("dependency", "update", "wordpress")

    small = shell.ok(
        "template",
        "wordpress",
        "--set",
        "persistence.enabled=false,mariadb.enabled=false,serviceType=NodePort",
    )
    whole = shell.ok("template", "wordpress")

    assert "mariadb" not in small
    assert "type: NodePort" in small
    assert "PersistentVolumeClaim" not in small
    assert "# Source: wordpress/charts/mariadb/templates/statefulset.yaml" in whole
    assert "type: LoadBalancer" in whole
    assert "PersistentVolumeClaim" in whole


@pytest.mark.parametrize("engine", ["jinja2", "gotpl"])
def test_what_create_makes(shell: Any, engine: str) -> None:
    """A new chart lints clean, validates and installs."""
    shell.ok("create", "web", "--engine", engine)

    assert "0 chart(s) failed" in shell.ok("lint", "web")
    assert "kind: Deployment" in shell.ok("template", "web", "--strict")
    assert "STATUS: deployed" in shell.ok("install", "shop", "./web", "--wait")
