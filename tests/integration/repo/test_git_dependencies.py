"""Dependencies in git repositories: real ones, on this disk."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pkgtool import yamlcodec
from pkgtool.chart.files import read_chart
from pkgtool.errors import GitFailed, LockOutOfDate, PkgtoolError, ProcessTimedOut
from pkgtool.ops.dependency import build_dependencies, update_dependencies
from pkgtool.process import run_process
from pkgtool.repo.client import RepoClient
from pkgtool.repo.git import GitCharts, GitPlace, parse_git_place
from pkgtool.testing.charts_at_rest import chart_folder
from pkgtool.testing.dependencies import dependency_sources
from pkgtool.testing.helm_oracle import HelmOracle

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

Make = Callable[..., RepoClient]
NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Repository:
    """A git repository on this disk, with a chart in `charts/lib`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.chart = chart_folder(folder / "charts/lib", "lib", "0.1.0")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("first")

    def git(self, *arguments: str) -> str:
        env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        done = run_process(["git", *who, *arguments], env=env, folder=self.folder)
        assert done.status == 0, done.words
        return done.out.decode().strip()

    def commit(self, words: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", words)
        return self.git("rev-parse", "HEAD")

    def release(self, version: str) -> str:
        """Commit another version of the chart."""
        path = self.chart / "Chart.yaml"
        content = yamlcodec.load(path.read_bytes())
        path.write_text(yamlcodec.dump({**content, "version": version}))
        return self.commit(version)

    def place(self, ref: str = "main", path: str = "charts/lib") -> str:
        return f"git+file://{self.folder}@{ref}?path={path}"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository of one chart in one version."""
    (tmp_path / "origin").mkdir()
    return Repository(tmp_path / "origin")


def app(place: Path, repository: str, version: str = "*") -> Path:
    wanted: list[dict[str, Any]] = [{"name": "lib", "version": version, "repository": repository}]
    return chart_folder(place / "app", "app", dependencies=wanted)


def update(folder: Path, client: RepoClient) -> list[str]:
    said: list[str] = []
    update_dependencies(folder, dependency_sources(client), at=NOW, say=said.append)
    return said


def locked(folder: Path) -> Any:
    return yamlcodec.load((folder / "Chart.lock").read_bytes())["dependencies"][0]


def test_the_lock_names_the_commit(tmp_path: Path, repository: Repository, repos: Make) -> None:
    folder = app(tmp_path, repository.place())
    commit = repository.git("rev-parse", "HEAD")

    said = update(folder, repos())

    place = repository.place(commit)
    assert locked(folder) == {"name": "lib", "repository": place, "version": "0.1.0"}
    assert said[1] == f"Downloading lib from repo {place}"
    assert [each.name for each in read_chart(folder).dependencies] == ["lib"]


def test_building_takes_the_locked_commit(
    tmp_path: Path, repository: Repository, repos: Make
) -> None:
    folder = app(tmp_path, repository.place())
    update(folder, repos())
    first = (folder / "charts/lib-0.1.0.tgz").read_bytes()
    shutil.rmtree(folder / "charts")
    repository.release("0.2.0")

    build_dependencies(folder, dependency_sources(repos()), at=NOW)

    assert (folder / "charts/lib-0.1.0.tgz").read_bytes() == first
    update(folder, repos())
    assert locked(folder)["version"] == "0.2.0"


@pytest.mark.parametrize("kind", ["branch", "tag", "commit", "tag with @"])
def test_references(kind: str, tmp_path: Path, repository: Repository, repos: Make) -> None:
    commit = repository.git("rev-parse", "HEAD")
    repository.git("branch", "feature/x")
    repository.git("tag", "-a", "v1", "-m", "one")
    repository.git("tag", "lib@0.1.0")
    repository.release("0.2.0")
    ref = {"branch": "feature/x", "tag": "v1", "commit": commit, "tag with @": "lib@0.1.0"}[kind]
    folder = app(tmp_path, repository.place(ref))

    update(folder, repos())

    assert locked(folder)["repository"] == repository.place(commit)


@pytest.mark.skipif(not HelmOracle.installed(), reason="the Helm SDK is not installed")
def test_helm_reads_such_a_lock(tmp_path: Path, repository: Repository, repos: Make) -> None:
    import helm_python

    folder = app(tmp_path, repository.place())
    update(folder, repos())

    assert helm_python.dependency_list(str(folder))[0]["status"] == "ok"
    with helm_python.Chart.load(str(folder)) as chart:
        assert [each["name"] for each in chart.dependencies] == ["lib"]


def test_a_lock_of_another_repository(tmp_path: Path, repository: Repository, repos: Make) -> None:
    from pkgtool.chart.lock import lock_digest
    from pkgtool.chart.model import Dependency

    folder = app(tmp_path, repository.place())
    required = read_chart(folder).metadata.dependencies
    other = Dependency("lib", "0.1.0", f"git+file:///elsewhere@{'a' * 40}?path=charts/lib")
    content = {
        "dependencies": [{"name": "lib", "version": "0.1.0", "repository": other.repository}],
        "digest": lock_digest(required, [other]),
    }
    (folder / "Chart.lock").write_text(yamlcodec.dump(content))

    with pytest.raises(LockOutOfDate):
        build_dependencies(folder, dependency_sources(repos()), at=NOW)


@pytest.mark.parametrize(
    ("ref", "path", "words"),
    [
        pytest.param("none", "charts/lib", "couldn't find remote ref none", id="reference"),
        pytest.param("main", "charts/none", "Not a valid object name", id="folder"),
        pytest.param("main", "charts", "no chart in", id="not a chart"),
        pytest.param("a" * 40, "charts/lib", "cannot fetch", id="commit"),
    ],
)
def test_what_is_not_there(
    ref: str, path: str, words: str, tmp_path: Path, repository: Repository, repos: Make
) -> None:
    folder = app(tmp_path, repository.place(ref, path))

    with pytest.raises(GitFailed, match=words):
        update(folder, repos())

    assert not (folder / "charts").exists()


def test_no_version_that_matches(tmp_path: Path, repository: Repository, repos: Make) -> None:
    folder = app(tmp_path, repository.place(), "^9")

    with pytest.raises(PkgtoolError, match="can't get a valid version for 1 subchart"):
        update(folder, repos())


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("git+http://a.example/b", id="no encryption"),
        pytest.param("git+ext::sh -c true", id="a command"),
        pytest.param("git+https://a.example", id="no repository"),
        pytest.param("git+https://a.example/b@--upload-pack=x", id="a flag"),
        pytest.param("git+https://a.example/b@a..b", id="two references"),
        pytest.param("git+https://a.example/b@a:b", id="a mapping"),
        pytest.param("git+https://a.example/b@c?path=../d", id="folder climbs"),
        pytest.param("git+https://a.example/b@charts/c?ref=main", id="another plugin's form"),
        pytest.param("git+ssh://-oProxyCommand=x/b", id="a flag as host"),
        pytest.param("git+file://host/b", id="a host for a file"),
        pytest.param("git+https:///b", id="no host"),
    ],
)
def test_places_that_are_refused(place: str) -> None:
    with pytest.raises(GitFailed):
        parse_git_place(place)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("git+https://a.example/o/r", GitPlace("https://a.example/o/r")),
        ("git+https://a.example/o/r.git@v1", GitPlace("https://a.example/o/r.git", "v1")),
        ("git+ssh://git@a.example/r@x/y?path=c/d", GitPlace("ssh://git@a.example/r", "x/y", "c/d")),
        ("git+file:///srv/r@web@1.0.0", GitPlace("file:///srv/r", "web@1.0.0")),
    ],
)
def test_places_are_written_as_they_were_read(text: str, place: GitPlace) -> None:
    assert parse_git_place(text) == place
    assert str(place) == text


def test_neither_hooks_nor_filters_nor_attributes_run(
    tmp_path: Path, repository: Repository, repos: Make
) -> None:
    (repository.folder / ".gitattributes").write_text(
        "*.yaml filter=evil\nvalues.yaml export-ignore\nvalues.yaml export-subst\n"
    )
    (repository.chart / "values.yaml").write_text("a: $Format:%H$\n")
    repository.commit("attributes")
    config = tmp_path / "config"
    config.write_text(f'[filter "evil"]\n\tsmudge = touch {tmp_path}/ran\n')
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "reference-transaction").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (hooks / "reference-transaction").chmod(0o755)
    config.write_text(f"{config.read_text()}[core]\n\thooksPath = {hooks}\n")
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": str(config), "GIT_DIR": "/nowhere"}

    found = GitCharts(environ).fetch(parse_git_place(repository.place()))

    assert found.files["values.yaml"] == b"a: $Format:%H$\n"
    assert not (tmp_path / "ran").exists()


def test_links_stay_in_the_repository(tmp_path: Path, repository: Repository) -> None:
    (repository.folder / "LICENSE").write_text("free\n")
    (repository.chart / "LICENSE").symlink_to("../../LICENSE")
    repository.commit("a link")

    found = GitCharts(os.environ).fetch(parse_git_place(repository.place()))
    assert found.files["LICENSE"] == b"free\n"

    (repository.chart / "passwd").symlink_to("/etc/passwd")
    repository.commit("a bad link")
    with pytest.raises(GitFailed, match="a link that leads outside"):
        GitCharts(os.environ).fetch(parse_git_place(repository.place()))

    (repository.chart / ".helmignore").write_text("passwd\n")
    repository.commit("ignored")
    found = GitCharts(os.environ).fetch(parse_git_place(repository.place()))
    assert "passwd" not in found.files
    del tmp_path


def test_a_repository_that_is_too_large(repository: Repository) -> None:
    (repository.folder / "large").write_bytes(os.urandom(300_000))
    repository.commit("large")

    with pytest.raises(GitFailed, match="is larger than 102400 bytes"):
        GitCharts(os.environ, limit_bytes=102_400).fetch(parse_git_place(repository.place()))


def test_git_that_takes_too_long(tmp_path: Path) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}

    with pytest.raises(ProcessTimedOut):
        GitCharts(environ, timeout_s=0.2).fetch(GitPlace("file:///nowhere"))
