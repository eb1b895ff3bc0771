"""Settings become paths."""

from pathlib import Path

import pytest

from pkgtool.places import Places
from pkgtool.settings import read_settings


def places_of(environment: dict[str, str]) -> Places:
    return Places(read_settings({"HOME": "/nowhere"} | environment))


def test_files_follow_the_home() -> None:
    places = places_of({})

    assert places.config_home == Path("/nowhere/.config/pkgtool")
    assert places.cluster_file == Path("/nowhere/.local/share/pkgtool/cluster.db")
    assert places.index_folder == Path("/nowhere/.cache/pkgtool/repository")
    assert places.starters == Path("/nowhere/.local/share/pkgtool/starters")


def test_folders_may_be_written_in_any_way() -> None:
    places = places_of({"HELM_CACHE_HOME": "/x//y/", "HOME": "/"})

    assert str(places.index_folder) == "/x/y/repository"
    assert str(places.config_home) == "/.config/pkgtool"
    assert str(places_of({"XDG_DATA_HOME": "/"}).data_home) == "/pkgtool"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def helms(home: dict[str, str], path: str) -> Path:
    """Make a file of Helm's."""
    file = Path(home["HOME"], path)
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    return file


def test_helms_repositories_are_read_until_there_are_ours(home: dict[str, str]) -> None:
    theirs = helms(home, ".config/helm/repositories.yaml")
    places = Places(read_settings(home))
    assert places.repositories_found == theirs
    assert places.repositories_file == Path(home["HOME"], ".config/pkgtool/repositories.yaml")

    ours = helms(home, ".config/pkgtool/repositories.yaml")

    assert places.repositories_found == ours


def test_a_file_that_is_named_is_the_only_one(home: dict[str, str]) -> None:
    helms(home, ".config/helm/repositories.yaml")
    places = Places(read_settings(home | {"HELM_REPOSITORY_CONFIG": "/x/y.yaml"}))

    assert places.repositories_found == places.repositories_file == Path("/x/y.yaml")


def test_logins_are_looked_for_in_ours_then_helms_then_dockers() -> None:
    assert [str(each) for each in places_of({}).registry_files] == [
        "/nowhere/.config/pkgtool/registry/config.json",
        "/nowhere/.config/helm/registry/config.json",
        "/nowhere/.docker/config.json",
    ]
    named = places_of({"HELM_REGISTRY_CONFIG": "/r.json", "DOCKER_CONFIG": "/d"})
    assert named.registry_files == (Path("/r.json"), Path("/d/config.json"))


def test_plugins_of_helm_are_found_behind_ours() -> None:
    assert [str(each) for each in places_of({}).plugin_folders] == [
        "/nowhere/.local/share/pkgtool/plugins",
        "/nowhere/.local/share/helm/plugins",
    ]
    named = places_of({"HELM_PLUGINS": "/a:/b"})
    assert named.plugin_folders == (Path("/a"), Path("/b"))
