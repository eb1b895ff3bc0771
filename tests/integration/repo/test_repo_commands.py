"""What the commands about repositories print, and how they end."""

import json
import os
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pkgtool import yamlcodec
from pkgtool.cli.root import cli
from pkgtool.errors import (
    ChartVersionNotFound,
    DependencyMissing,
    FileUnreadable,
    FileUnwritable,
    IndexInvalid,
    NothingFound,
    PatternInvalid,
    PkgtoolError,
    RepoError,
    RepoExists,
    RepoNotFound,
    SignatureInvalid,
    UsageError,
    YamlInvalid,
)
from pkgtool.testing.badserver import BadServer, Reply
from pkgtool.testing.charts_at_rest import chart_folder, index_yaml, tarball

Run = Callable[..., Result]
WEB = tarball(description="Pages")
INDEX = index_yaml(("web", "1.0.0", WEB), ("web", "0.9.0", WEB), description="Pages", appVersion=7)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in an empty home."""
    monkeypatch.chdir(tmp_path)
    clean = {name: None for name in os.environ if name.startswith(("HELM_", "PKGTOOL_", "XDG_"))}
    environment = {**clean, "HOME": str(tmp_path / "home"), "KUBECONFIG": None}

    def invoke(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(cli, arguments, input=stdin, env=environment)

    return invoke


@pytest.fixture
def url(server: BadServer) -> str:
    """A repository of two versions of `web`."""
    server.on("/index.yaml", Reply(INDEX))
    server.on("/web-1.0.0.tgz", Reply(WEB))
    return server.url


def refused(result: Result, kind: type[PkgtoolError]) -> str:
    """Return what a command that failed says."""
    assert isinstance(result.exception, kind), result.exception or result.output
    return result.exception.what


def ok(result: Result) -> str:
    """Return what a command that succeeded printed to standard output."""
    assert result.exception is None, result.exception
    return result.stdout


def configuration(tmp_path: Path) -> Path:
    return tmp_path / "home/.config/pkgtool/repositories.yaml"


def test_adding_a_repository(run: Run, url: str, tmp_path: Path) -> None:
    assert ok(run("repo", "add", "r", url)) == '"r" has been added to your repositories\n'
    again = ok(run("repo", "add", "r", url))
    assert again == '"r" already exists with the same configuration, skipping\n'

    conflict = refused(run("repo", "add", "r", f"{url}/x"), RepoExists)
    assert conflict == "repository name (r) already exists, please specify a different name"
    slash = refused(run("repo", "add", "a/b", url), RepoError)
    assert slash.endswith("contains '/', please specify a different name without '/'")
    assert stat.S_IMODE(configuration(tmp_path).stat().st_mode) == 0o600
    assert ok(run("repo", "list")) == f"NAME\tURL{' ' * (len(url) - 3)}\nr   \t{url}\n"


def test_replacing_a_repository(run: Run, url: str, other: BadServer) -> None:
    other.on("/index.yaml", Reply(index_yaml(("db", "1.0.0", WEB))))
    ok(run("repo", "add", "r", url))

    ok(run("repo", "add", "r", other.url, "--force-update"))

    assert json.loads(ok(run("repo", "ls", "-o", "json"))) == [{"name": "r", "url": other.url}]
    assert "r/db" in ok(run("search", "repo"))


def test_a_replacement_that_fails_leaves_what_was(run: Run, url: str) -> None:
    ok(run("repo", "add", "r", url))

    words = refused(run("repo", "add", "r", f"{url}/none", "--force-update"), RepoError)

    assert words.startswith(f'looks like "{url}/none" is not a valid chart repository or cannot be')
    assert ok(run("repo", "list", "--no-headers")) == f"r\t{url}\n"
    assert "r/web" in ok(run("search", "repo"))


def test_credentials_are_kept_and_never_printed(
    run: Run, url: str, server: BadServer, tmp_path: Path
) -> None:
    told = ("repo", "add", "a", url, "--username", "me", "--password-stdin")
    ok(run(*told, stdin="s3cret\n"))
    ok(run("repo", "add", "b", f"http://me:s3cret@{url[7:]}"))

    assert {each.headers["Authorization"] for each in server.asked} == {"Basic bWU6czNjcmV0"}
    entries = yamlcodec.load(configuration(tmp_path).read_bytes())["repositories"]
    assert [(each["url"], each["password"]) for each in entries] == [(url, "s3cret")] * 2
    server.on("/index.yaml", Reply(status=403))
    for arguments in (["list"], ["list", "-o", "yaml"], ["update"]):
        result = run("repo", *arguments)
        assert "s3cret" not in result.output + str(result.exception)


def test_a_damaged_list_is_named_and_left_alone(run: Run, url: str, tmp_path: Path) -> None:
    path = configuration(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text("repositories: [")

    for arguments in (["add", "r", url], ["list"], ["update"], ["remove", "r"]):
        result = run("repo", *arguments)
        refused(result, YamlInvalid)
        assert "repositories.yaml" in str(result.exception)
    assert path.read_text() == "repositories: ["


def test_no_repositories(run: Run) -> None:
    listed = run("repo", "list")

    assert (ok(listed), listed.stderr) == ("", "no repositories to show\n")
    assert ok(run("repo", "list", "-o", "json")) == "[]\n"
    words = refused(run("repo", "update"), RepoNotFound)
    assert words == "no repositories found. You must add one before updating"
    assert refused(run("repo", "remove", "r"), RepoNotFound) == "no repositories configured"
    assert refused(run("search", "web"), RepoNotFound) == "no repositories configured"


def test_updating(run: Run, url: str, other: BadServer) -> None:
    other.on("/index.yaml", Reply(index_yaml(("db", "1.0.0", WEB))))
    ok(run("repo", "add", "good", url))
    ok(run("repo", "add", "bad", other.url))
    assert ok(run("repo", "update")) == (
        "Hang tight while we grab the latest from your chart repositories...\n"
        '...Successfully got an update from the "good" chart repository\n'
        '...Successfully got an update from the "bad" chart repository\n'
        "Update Complete. ⎈Happy Helming!⎈\n"
    )

    other.on("/index.yaml", Reply(status=404))
    result = run("repo", "up")

    words = refused(result, RepoError)
    assert words == f"failed to update the following repositories: [{other.url}]"
    assert (
        f'...Unable to get an update from the "bad" chart repository ({other.url}):\n\tfailed'
        in (result.stdout)
    )
    assert "Complete" not in result.stdout
    assert '"good"' in ok(run("repo", "update", "good"))
    missing = refused(run("repo", "update", "godo"), RepoNotFound)
    assert missing == "no repositories found matching 'godo'.  Nothing will be updated"
    assert "bad/db" in ok(run("search", "db"))


def test_how_long_an_update_may_take(run: Run, server: BadServer) -> None:
    server.on("/index.yaml", Reply(silent=True))

    words = refused(run("repo", "add", "r", server.url, "--timeout", "200ms"), RepoError)

    assert words.endswith("timed out")


def test_entries_that_cannot_be_used_are_told(run: Run, server: BadServer) -> None:
    server.on("/index.yaml", Reply(index_yaml(("web", "one", WEB), ("db", "1.0.0", WEB))))

    result = run("repo", "add", "r", server.url)

    assert "level=WARN" in result.stderr
    assert "its version is 'one'" in result.stderr
    assert ok(result) == '"r" has been added to your repositories\n'


def test_removing(run: Run, url: str, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        ok(run("repo", "add", name, url))

    printed = ok(run("repo", "remove", "a", "b"))

    assert printed == "".join(f'"{n}" has been removed from your repositories\n' for n in "ab")
    kept = sorted(path.name for path in (tmp_path / "home/.cache/pkgtool/repository").iterdir())
    assert kept == ["c-charts.txt", "c-index.db", "c-index.tags", "c-index.yaml"]
    assert refused(run("repo", "rm", "a"), RepoNotFound) == 'no repo named "a" found'


def test_indexing_a_folder(run: Run, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "web-1.0.0.tgz").write_bytes(WEB)
    (dist / "bad-1.0.0.tgz").write_bytes(b"nothing")

    result = run("repo", "index", "dist", "--url", "https://charts.example.com")
    first = (dist / "index.yaml").read_text()
    ok(
        run(
            "repo",
            "index",
            "dist",
            "--url",
            "https://charts.example.com",
            "--merge",
            "dist/index.yaml",
        )
    )

    assert ok(result) == ""
    assert result.stderr.startswith('level=WARN msg="skipping bad-1.0.0.tgz: ')
    assert "- https://charts.example.com/web-1.0.0.tgz\n" in first
    second = (dist / "index.yaml").read_text()
    assert second.partition("generated:")[0] == first.partition("generated:")[0]
    ok(run("repo", "index", "dist", "--json"))
    assert json.loads((dist / "index.yaml").read_text())["entries"]["web"]


def test_indexing_what_cannot_be_indexed_writes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/web-1.0.0.tgz").write_bytes(WEB)
    (tmp_path / "old.yaml").write_text("a: [")

    refused(run("repo", "index", "none"), RepoError)
    refused(run("repo", "index", "dist", "--merge", "old.yaml"), YamlInvalid)
    refused(run("repo", "index", "dist", "--merge", "."), FileUnreadable)

    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["web-1.0.0.tgz"]


def test_searching(run: Run, url: str) -> None:
    ok(run("repo", "add", "r", url))
    row = {"name": "r/web", "version": "1.0.0", "app_version": "7", "description": "Pages"}

    assert ok(run("search", "repo", "web")) == (
        "NAME \tCHART VERSION\tAPP VERSION\tDESCRIPTION\nr/web\t1.0.0        \t7          \tPages      \n"
    )
    for arguments in (["web"], ["repo", "PAGES"], ["-r", "^w.b"], ["r/"], [], ["repo"]):
        assert json.loads(ok(run("search", *arguments, "-o", "json"))) == [row]
    assert yamlcodec.load(ok(run("search", "web", "-o", "yaml"))) == [row]
    every = json.loads(ok(run("search", "web", "-l", "-o", "json")))
    assert [each["version"] for each in every] == ["1.0.0", "0.9.0"]
    old = json.loads(ok(run("search", "repo", "web", "--version", "<1", "-o", "json")))
    assert [each["version"] for each in old] == ["0.9.0"]


def test_searching_for_nothing(run: Run, url: str) -> None:
    ok(run("repo", "add", "r", url))

    assert ok(run("search", "none")) == "No results found\n"
    assert ok(run("search", "none", "-o", "json")) == "[]\n"
    words = refused(run("search", "repo", "none", "--fail-on-no-result"), NothingFound)
    assert words == "no results found"
    refused(run("search", "repo", "(", "-r"), PatternInvalid)


def test_searching_says_which_index_is_missing(run: Run, url: str, tmp_path: Path) -> None:
    ok(run("repo", "add", "a", url))
    ok(run("repo", "add", "b", url))
    (tmp_path / "home/.cache/pkgtool/repository/a-index.yaml").unlink()

    result = run("search", "web")

    assert "b/web" in ok(result)
    assert 'level=WARN msg="repo is corrupt or missing" repo=a error=' in result.stderr


def test_a_description_cannot_steer_the_terminal(run: Run, server: BadServer) -> None:
    hostile = "\x1b]0;pwned\x07\x1b[2J" + "x" * 80
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", WEB), description=hostile)))
    ok(run("repo", "add", "r", server.url))

    shown = ok(run("search", "web"))

    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "..." in shown


def test_pulling(run: Run, url: str, tmp_path: Path) -> None:
    ok(run("repo", "add", "r", url))

    assert ok(run("pull", "r/web", "-d", "out")) == ""
    assert ok(run("fetch", "r/web", "--untar")) == ""
    assert ok(run("pull", "web", "--repo", url, "-d", "out", "--untar", "--untardir", "in")) == ""

    assert (tmp_path / "out/web-1.0.0.tgz").read_bytes() == WEB
    assert (tmp_path / "web/Chart.yaml").exists()
    assert (tmp_path / "out/in/web/Chart.yaml").exists()
    assert not (tmp_path / "web-1.0.0.tgz").exists()


def test_dependencies(run: Run, url: str, tmp_path: Path) -> None:
    ok(run("repo", "add", "r", url))
    wanted = [{"name": "web", "version": "^1", "repository": "@r"}]
    chart_folder(tmp_path / "app", "app", dependencies=wanted)
    empty = chart_folder(tmp_path / "empty", "empty")

    before = json.loads(ok(run("dependency", "list", "app", "-o", "json")))
    updated = ok(run("dependency", "update", "app"))
    built = ok(run("dep", "build", "app", "--skip-refresh"))
    listed = ok(run("dep", "ls", "app"))

    assert before == [{**wanted[0], "status": "missing"}]
    filled = f"Saving 1 charts\nDownloading web from repo {url}\nDeleting outdated charts\n"
    assert (
        updated
        == (
            "Hang tight while we grab the latest from your chart repositories...\n"
            '...Successfully got an update from the "r" chart repository\n'
            "Update Complete. ⎈Happy Helming!⎈\n"
        )
        + filled
    )
    assert built == filled
    assert listed == ("NAME\tVERSION\tREPOSITORY\tSTATUS\nweb \t^1     \t@r        \tok    \n\n")
    assert ok(run("dependency", "list", str(empty))) == (
        f"WARNING: no dependencies at {empty}/charts\n"
    )


def test_dependencies_without_the_network(
    run: Run, url: str, server: BadServer, tmp_path: Path
) -> None:
    ok(run("repo", "add", "r", url))
    wanted = [{"name": "web", "version": "^1", "repository": "@r"}]
    chart_folder(tmp_path / "app", "app", dependencies=wanted)
    ok(run("dependency", "update", "app"))
    server.on("/index.yaml", Reply(status=404))
    server.on("/web-1.0.0.tgz", Reply(status=404))

    updated = ok(run("dependency", "update", "app"))
    ok(run("dependency", "update", "app", "--skip-refresh"))
    ok(run("dependency", "build", "app"))

    failure = (
        f'...Unable to get an update from the "r" chart repository ({url}):\n\tfailed to fetch'
    )
    assert failure in updated


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        pytest.param(["serve", "none"], FileUnreadable, id="no folder"),
        pytest.param(["serve", ".", "--address", "8879"], UsageError, id="only a port"),
        pytest.param(["serve", ".", "--address", "localhost:http"], UsageError, id="named port"),
        pytest.param(["serve", ".", "--address", "127.0.0.1:70000"], UsageError, id="high port"),
        pytest.param(["serve", ".", "--address", "127.0.0.1:"], UsageError, id="no port"),
        pytest.param(["serve", ".", "--address", "127.0.0.1:²"], UsageError, id="odd digit"),
        pytest.param(["serve", ".", "--address", "192.0.2.1:0"], RepoError, id="not ours"),
    ],
)
def test_what_cannot_be_served(arguments: list[str], kind: type[PkgtoolError], run: Run) -> None:
    refused(run(*arguments), kind)


def test_missing_dependencies_are_fetched_on_demand(run: Run, url: str, tmp_path: Path) -> None:
    wanted = [{"name": "web", "version": "^1", "repository": url}]
    chart_folder(tmp_path / "app", "app", dependencies=wanted)

    refused(run("template", "app"), DependencyMissing)
    refused(run("package", "app"), DependencyMissing)
    shown = run("template", "app", "--dependency-update")
    shutil.rmtree(tmp_path / "app/charts")
    packed = ok(run("package", "app", "-u"))

    assert "Downloading" not in ok(shown)
    assert f"Downloading web from repo {url}" in shown.stderr
    assert packed.startswith("Successfully packaged chart")


def test_repositories_that_moved_away_are_refused_unless_wanted(run: Run) -> None:
    old = "https://kubernetes-charts.storage.googleapis.com"

    words = refused(run("repo", "add", "stable", old), RepoError)

    assert words == (
        f'repo "{old}" is no longer available; try "https://charts.helm.sh/stable" instead'
    )


def test_a_repository_that_moved_away_and_is_wanted_is_asked(run: Run, server: BadServer) -> None:
    url = f"{server.url}/x//kubernetes-charts.storage.googleapis.com"
    server.on("/x//kubernetes-charts.storage.googleapis.com/index.yaml", Reply(INDEX))

    refused(run("repo", "add", "r", url), RepoError)
    assert '"r" has been added' in ok(run("repo", "add", "r", url, "--allow-deprecated-repos"))


def test_a_name_without_a_password_needs_a_terminal(run: Run, url: str) -> None:
    result = run("repo", "add", "r", url, "--username", "me")

    refused(result, UsageError)


def test_a_password_may_hold_anything_but_its_last_line_feed(
    run: Run, url: str, tmp_path: Path
) -> None:
    ok(run("repo", "add", "r", url, "--username", "me", "--password-stdin", stdin=" a\nb \r\n"))

    entries = yamlcodec.load(configuration(tmp_path).read_bytes())["repositories"]
    assert entries[0]["password"] == " a\nb "


def test_updates_are_told_in_the_order_of_the_list(
    run: Run, server: BadServer, other: BadServer
) -> None:
    """The first answer comes last."""
    asked = threading.Event()
    for each in (server, other):
        each.on("/index.yaml", Reply(INDEX))
    ok(run("repo", "add", "slow", server.url))
    ok(run("repo", "add", "quick", other.url))
    server.on("/index.yaml", Reply(INDEX, meanwhile=lambda: asked.wait(10)))
    other.on("/index.yaml", Reply(INDEX, meanwhile=asked.set))

    assert ok(run("repo", "update")).splitlines() == [
        "Hang tight while we grab the latest from your chart repositories...",
        '...Successfully got an update from the "slow" chart repository',
        '...Successfully got an update from the "quick" chart repository',
        "Update Complete. ⎈Happy Helming!⎈",
    ]


def test_nothing_is_said_before_names_are_known_to_be_right(run: Run, url: str) -> None:
    ok(run("repo", "add", "r", url))

    assert run("repo", "update", "x").stdout == ""


def test_an_unchanged_index_is_one_request_and_is_not_read(
    run: Run, server: BadServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pkgtool.repo import cache, client

    server.on("/index.yaml", Reply(INDEX, headers={"ETag": '"1"'}), Reply(status=304))
    ok(run("repo", "add", "r", server.url))

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError

    for module in (cache, client):
        monkeypatch.setattr(module, "parse_index", refuse)
    monkeypatch.setattr(cache, "_read", refuse)

    assert "Successfully" in ok(run("repo", "update"))
    assert "r/web" in ok(run("search", "web"))
    assert server.paths() == ["/index.yaml", "/index.yaml"]


def test_columns_are_cut_where_asked(run: Run, url: str) -> None:
    ok(run("repo", "add", "r", url))

    assert "Pages" in ok(run("search", "web", "--max-col-width", "0"))
    assert "..." in ok(run("search", "web", "--max-col-width", "4"))


def test_fields_of_json_come_in_helms_order(run: Run, url: str) -> None:
    ok(run("repo", "add", "r", url))

    assert ok(run("search", "web", "-o", "json")) == (
        '[{"name":"r/web","version":"1.0.0","app_version":"7","description":"Pages"}]\n'
    )


def test_merging_into_an_index_that_is_not_there_makes_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/web-1.0.0.tgz").write_bytes(WEB)

    ok(run("repo", "index", "dist", "--merge", "old.yaml"))

    assert yamlcodec.load((tmp_path / "old.yaml").read_bytes())["entries"] == {}
    assert "web" in yamlcodec.load((tmp_path / "dist/index.yaml").read_bytes())["entries"]


def test_an_index_that_cannot_be_merged_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "old.yaml").write_text("entries: {}\n")

    words = refused(run("repo", "index", "dist", "--merge", "old.yaml"), IndexInvalid)

    assert words.startswith("merge failed: no API version specified")


def test_provenance_is_fetched_without_being_checked(
    run: Run, url: str, server: BadServer, tmp_path: Path
) -> None:
    server.on("/web-1.0.0.tgz.prov", Reply(b"signed"))
    ok(run("repo", "add", "r", url))

    assert ok(run("pull", "r/web", "--prov", "-d", "out")) == ""

    assert (tmp_path / "out/web-1.0.0.tgz.prov").read_bytes() == b"signed"
    ok(run("pull", "r/web", "--prov", "-d", "again"))
    assert server.paths().count("/web-1.0.0.tgz.prov") == 1


def test_provenance_that_is_not_there_is_a_warning_or_an_error(
    run: Run, url: str, tmp_path: Path
) -> None:
    ok(run("repo", "add", "r", url))

    warned = ok(run("pull", "r/web", "--prov", "-d", "out"))
    words = refused(run("pull", "r/web", "--verify", "-d", "checked"), SignatureInvalid)

    place = f"{url}/web-1.0.0.tgz.prov"
    assert warned == (
        f"WARNING: Verification not found for r/web: failed to fetch {place} : 404 Not Found\n"
    )
    assert (tmp_path / "out/web-1.0.0.tgz").exists()
    assert words == f'failed to fetch provenance "{place}"'
    assert not (tmp_path / "checked").exists()


def test_provenance_is_asked_for_with_the_credentials_of_the_tarball(
    run: Run, server: BadServer, other: BadServer, tmp_path: Path
) -> None:
    """And a tarball that lies elsewhere is vouched for by who gets no credentials either."""
    away = other.on("/web-1.0.0.tgz", Reply(WEB))
    other.on("/web-1.0.0.tgz.prov", Reply(b"signed"))
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", WEB), urls=[away])))
    told = ("--repo", server.url, "--username", "me", "--password", "s3cret")

    ok(run("pull", "web", *told, "--prov"))

    assert ["Authorization" in each.headers for each in (*server.asked, *other.asked)] == [
        True,
        False,
        False,
    ]
    shutil.rmtree(tmp_path / "home/.cache/pkgtool/content")
    ok(run("pull", "web", *told, "--prov", "--pass-credentials"))
    assert all("Authorization" in each.headers for each in other.asked[2:])
    assert len(other.asked) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(
            ["none", "--repo", "REPO"], 'chart "none" not found in REPO repository', id="no chart"
        ),
        pytest.param(
            ["web", "--repo", "REPO", "--version", "9"],
            'chart "web" version "9" not found in REPO repository',
            id="no version",
        ),
        pytest.param(
            ["web", "--repo", "REPO/none"],
            'looks like "REPO/none" is not a valid chart repository or cannot be reached: '
            "failed to fetch REPO/none/index.yaml : 404 Not Found",
            id="no repository there",
        ),
        pytest.param(["x/web"], "repo x not found", id="no such repository"),
        pytest.param(
            ["r/web", "--version", "9"],
            "chart \"web\" matching 9 not found in r index. (try 'pkgtool repo update'): "
            "no chart version found for web-9",
            id="no version in a known one",
        ),
        pytest.param(
            ["web"],
            "non-absolute URLs should be in form of repo_name/path_to_chart, got: web",
            id="a word",
        ),
        pytest.param(
            ["REPO/none.tgz"], "failed to fetch REPO/none.tgz : 404 Not Found", id="no file"
        ),
    ],
)
def test_helms_words_for_charts_that_are_not_there(
    arguments: list[str], words: str, run: Run, url: str
) -> None:
    ok(run("repo", "add", "r", url))

    said = refused(run("pull", *(each.replace("REPO", url) for each in arguments)), PkgtoolError)

    assert said == words.replace("REPO", url)


def test_a_name_that_is_taken_is_not_unpacked_over(run: Run, url: str, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()

    words = refused(run("pull", "web", "--repo", url, "--untar"), FileUnwritable)

    assert words == "failed to untar: a file or directory with the name web already exists"


def test_a_chart_without_urls_is_found_but_not_fetched(run: Run, server: BadServer) -> None:
    server.on("/index.yaml", Reply(index_yaml(("web", "1.0.0", WEB), urls=[])))
    ok(run("repo", "add", "r", server.url))

    assert "r/web" in ok(run("search", "web"))
    words = refused(run("pull", "r/web"), ChartVersionNotFound)
    assert words == 'chart "r/web" has no downloadable URLs'
