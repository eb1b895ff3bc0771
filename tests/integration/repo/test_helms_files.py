"""Helm's repositories and indexes are used where there are none of ours, and never changed."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from pkgtool import yamlcodec
from pkgtool.cli.root import cli
from pkgtool.repo.config import RepoEntry, Repositories, load_repositories, save_repositories
from pkgtool.repo.http import Credentials
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import index_yaml, tarball

Run = Callable[..., str]
WEB = tarball()
INDEX = index_yaml(("web", "1.0.0", WEB))


@pytest.fixture
def home(tmp_path: Path, server: BadServer) -> Path:
    """The home of somebody who has used Helm."""
    server.on("/index.yaml", Reply(INDEX))
    server.on("/web-1.0.0.tgz", Reply(WEB))
    theirs = RepoEntry("theirs", server.url, Credentials("me", "s3cret"))
    save_repositories(tmp_path / ".config/helm/repositories.yaml", Repositories((theirs,)))
    (tmp_path / ".cache/helm/repository").mkdir(parents=True)
    (tmp_path / ".cache/helm/repository/theirs-index.yaml").write_bytes(INDEX)
    return tmp_path


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(home)
    clean = {name: None for name in os.environ if name.startswith(("HELM_", "PKGTOOL_", "XDG_"))}

    def invoke(*arguments: str) -> str:
        result = CliRunner().invoke(cli, arguments, env={**clean, "HOME": str(home)})
        assert result.exit_code == 0, result.exception
        return result.stdout

    return invoke


def helms(home: Path) -> dict[str, bytes]:
    folders = (home / ".config/helm", home / ".cache/helm")
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def ours(home: Path) -> list[str]:
    return [e.name for e in load_repositories(home / ".config/pkgtool/repositories.yaml").entries]


def test_helms_repositories_are_simply_there(home: Path, run: Run) -> None:
    before = helms(home)

    assert "theirs" in run("repo", "list")
    assert "theirs/web" in run("search", "web")
    assert run("pull", "theirs/web") == ""

    assert (home / "web-1.0.0.tgz").read_bytes() == WEB
    assert helms(home) == before
    assert not (home / ".config/pkgtool").exists()


def test_the_first_change_copies_what_helm_has(home: Path, run: Run, server: BadServer) -> None:
    before = helms(home)

    run("repo", "add", "mine", server.url)

    assert ours(home) == ["theirs", "mine"]
    path = home / ".config/pkgtool/repositories.yaml"
    assert path.stat().st_mode & 0o777 == 0o600
    kept = load_repositories(path).find("theirs")
    assert kept.credentials == Credentials("me", "s3cret")
    assert helms(home) == before


def test_removing_one_of_helms_removes_it_here_only(home: Path, run: Run) -> None:
    before = helms(home)

    run("repo", "remove", "theirs")

    assert ours(home) == []
    assert helms(home) == before
    # Ours is there now, and empty: Helm's list must not come back.
    assert run("repo", "list") == ""


def test_updating_writes_ours(home: Path, run: Run) -> None:
    before = helms(home)

    run("repo", "update")

    assert (home / ".cache/pkgtool/repository/theirs-index.yaml").read_bytes() == INDEX
    assert helms(home) == before


def test_a_file_that_is_named_is_the_one_that_is_changed(
    home: Path, run: Run, server: BadServer
) -> None:
    path = home / ".config/helm/repositories.yaml"

    run("repo", "add", "mine", server.url, "--repository-config", str(path))

    assert [each.name for each in load_repositories(path).entries] == ["theirs", "mine"]
    document = yamlcodec.load(path.read_bytes())
    assert list(document["repositories"][0]) == [
        "caFile",
        "certFile",
        "insecure_skip_tls_verify",
        "keyFile",
        "name",
        "pass_credentials_all",
        "password",
        "url",
        "username",
    ]
    assert not (home / ".config/pkgtool").exists()


def _add(home: str, name: str, url: str) -> None:
    environment = {"HOME": home, "HELM_CONFIG_HOME": None, "HELM_CACHE_HOME": None}
    result = CliRunner().invoke(cli, ["repo", "add", name, url], env=environment)
    assert result.exit_code == 0, result.exception


def test_several_processes_lose_nothing(home: Path, server: BadServer) -> None:
    """All of them find no list of ours, and each wants to be the one that copies Helm's."""
    context = multiprocessing.get_context("spawn")
    running = [
        context.Process(target=_add, args=(str(home), f"r{n}", server.url)) for n in range(4)
    ]
    for each in running:
        each.start()
    for each in running:
        each.join()

    assert [each.exitcode for each in running] == [0] * 4
    assert sorted(ours(home)) == ["r0", "r1", "r2", "r3", "theirs"]
