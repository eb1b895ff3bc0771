"""`repositories.yaml`: Helm's format, its rules, and what is done with a damaged one."""

import stat
import threading
from pathlib import Path

import pytest

from pkgtool import yamlcodec
from pkgtool.errors import FileUnreadable, PkgtoolError, RepoError, RepoExists, RepoNotFound
from pkgtool.repo.config import (
    Repositories,
    change_repositories,
    load_repositories,
    make_entry,
    save_repositories,
)
from pkgtool.repo.http import Credentials

HELMS = """\
apiVersion: ""
generated: "0001-01-01T00:00:00Z"
repositories:
- caFile: /ca.pem
  certFile: ""
  insecure_skip_tls_verify: false
  keyFile: ""
  name: stable
  pass_credentials_all: true
  password: pw
  url: https://charts.example.com/stable
  username: me
"""
"""As Helm writes it."""

STABLE = make_entry(
    "stable",
    "https://charts.example.com/stable",
    Credentials("me", "pw", ca_file="/ca.pem", everywhere=True),
)
LAB = make_entry("lab", "https://lab.example.com", Credentials())


def test_the_file_is_helms_in_both_directions(tmp_path: Path) -> None:
    path = tmp_path / "new" / "repositories.yaml"

    save_repositories(path, Repositories((STABLE,)))

    assert path.read_text() == HELMS
    assert load_repositories(path) == Repositories((STABLE,))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_helm_leaves_out_has_its_default(tmp_path: Path) -> None:
    path = tmp_path / "repositories.yaml"
    path.write_text("repositories:\n- {name: lab, url: https://lab.example.com, cache: old}\n")

    assert load_repositories(path) == Repositories((LAB,))


@pytest.mark.parametrize("text", ["", "---\n", "apiVersion: v1\n", "repositories:\n"])
def test_a_file_without_repositories_is_an_empty_list(text: str, tmp_path: Path) -> None:
    path = tmp_path / "repositories.yaml"
    path.write_text(text)

    assert load_repositories(path).entries == ()
    assert load_repositories(tmp_path / "none" / "none.yaml") == Repositories()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("repositories: [", id="not YAML"),
        pytest.param("hello", id="a word"),
        pytest.param("- name: a\n  url: https://a.example\n", id="a list"),
        pytest.param("repositories: {}", id="a map of repositories"),
        pytest.param("repositories: [null]", id="null entry"),
        pytest.param("repositories: [stable]", id="text entry"),
        pytest.param("repositories: [{name: a}]", id="no url"),
        pytest.param("repositories: [{url: https://a.example}]", id="no name"),
        pytest.param("repositories: [{name: 5, url: https://a.example}]", id="number as name"),
        pytest.param("repositories: [{name: a/b, url: https://a.example}]", id="slash in a name"),
        pytest.param("repositories: [{name: .., url: https://a.example}]", id="climbing name"),
        pytest.param(
            'repositories: [{name: a, url: https://a.example, insecure_skip_tls_verify: "false"}]',
            id="text as a switch",
        ),
    ],
)
def test_a_damaged_file_is_an_error_and_stays_as_it_is(text: str, tmp_path: Path) -> None:
    path = tmp_path / "repositories.yaml"
    path.write_text(text)

    with pytest.raises(PkgtoolError) as caught:
        change_repositories(path, lambda known: known.added(LAB))

    assert "repositories.yaml" in str(caught.value) or "repository name" in str(caught.value)
    assert path.read_text() == text


def test_what_is_no_file_is_not_an_empty_list(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        load_repositories(tmp_path)


def test_a_password_of_the_wrong_kind_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "repositories.yaml"
    path.write_text("repositories: [{name: a, url: https://a.example, password: 4711}]")

    with pytest.raises(RepoError) as caught:
        load_repositories(path)

    assert "4711" not in str(caught.value)


def test_a_password_in_a_url_is_moved_to_where_passwords_belong() -> None:
    entry = make_entry("a", "https://me:p%40w@a.example/r", Credentials())
    told = make_entry("a", "https://me:pw@a.example/r", Credentials("you", "other"))

    assert entry.url == "https://a.example/r"
    assert (entry.credentials.username, entry.credentials.password) == ("me", "p@w")
    assert (told.credentials.username, told.credentials.password) == ("you", "other")
    assert "p@w" not in repr(entry)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param(
            "a/b",
            r"repository name \(a/b\) contains '/', please specify a different name without '/'",
            id="slash",
        ),
        pytest.param("", "not usable", id="empty"),
        pytest.param("..", "not usable", id="dots"),
        pytest.param("a\nb", "not usable", id="line break"),
        pytest.param("a\x00", "not usable", id="NUL"),
        pytest.param("a" * 300, "not usable", id="long"),
    ],
)
def test_names_that_no_file_could_have(name: str, words: str) -> None:
    with pytest.raises(RepoError, match=words):
        make_entry(name, "https://a.example", Credentials())


def test_adding() -> None:
    known = Repositories((STABLE, LAB))
    moved = make_entry("stable", "https://elsewhere.example.com", Credentials())

    assert known.added(STABLE) == known
    with pytest.raises(RepoExists, match=r"repository name \(stable\) already exists"):
        known.added(moved)
    assert known.added(moved, force=True).entries == (moved, LAB)
    assert Repositories().added(LAB).entries == (LAB,)


def test_removing_and_finding() -> None:
    known = Repositories((STABLE, LAB))

    assert known.removed("stable").entries == (LAB,)
    assert known.find("lab") is LAB
    with pytest.raises(RepoNotFound, match='no repo named "labs" found') as caught:
        known.removed("labs")
    assert caught.value.hint == "did you mean 'lab'?"
    with pytest.raises(RepoNotFound, match="no repositories configured"):
        Repositories().removed("lab")
    with pytest.raises(RepoNotFound, match="repo stabel not found") as near:
        known.find("stabel")
    assert near.value.hint == "did you mean 'stable'?"


def test_adding_at_the_same_time_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "repositories.yaml"
    ready = threading.Barrier(8)

    def add(number: int) -> None:
        ready.wait()
        entry = make_entry(f"r{number}", "https://a.example", Credentials())
        change_repositories(path, lambda known: known.added(entry))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert {each.name for each in load_repositories(path).entries} == {f"r{n}" for n in range(8)}


def test_nothing_is_written_when_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "repositories.yaml"
    path.write_text("# mine\nrepositories:\n- {name: lab, url: https://lab.example.com}\n")

    change_repositories(path, lambda known: known.added(LAB))

    assert path.read_text().startswith("# mine")
    assert yamlcodec.load(path.read_text())["repositories"][0]["name"] == "lab"


def test_what_stands_above_the_list_stays(tmp_path: Path) -> None:
    path = tmp_path / "repositories.yaml"
    head = 'apiVersion: v1\ngenerated: "2016-10-03T16:03:10.640376913-06:00"\n'
    path.write_text(f"{head}repositories:\n- name: a\n  url: https://a.example\n")

    change_repositories(path, lambda known: known.added(LAB))

    assert path.read_text().startswith(f"{head}repositories:\n")


def test_the_list_found_elsewhere_counts_until_there_is_one_here(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "helm" / "repositories.yaml", tmp_path / "ours" / "repositories.yaml"
    save_repositories(theirs, Repositories((STABLE,)))
    before = theirs.read_bytes()

    change_repositories(ours, lambda known: known.added(LAB), found=theirs)
    change_repositories(ours, lambda known: known.removed("stable"), found=theirs)

    assert [each.name for each in load_repositories(ours).entries] == ["lab"]
    assert theirs.read_bytes() == before
    assert sorted(path.name for path in theirs.parent.iterdir()) == ["repositories.yaml"]


def test_a_change_that_changes_nothing_copies_nothing(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs.yaml", tmp_path / "ours.yaml"
    save_repositories(theirs, Repositories((STABLE,)))

    change_repositories(ours, lambda known: known.added(STABLE), found=theirs)

    assert not ours.exists()
