"""New charts are written to disk, from our own scaffolds or from starters."""

from pathlib import Path

import pytest

from pkgtool.chart.files import read_chart
from pkgtool.errors import ChartInvalid, FileUnwritable, StarterUnusable
from pkgtool.ops.create import create, create_from


def starter(place: Path, **files: str) -> Path:
    texts = {
        "Chart.yaml": "apiVersion: v2\nname: st\nversion: 9.9.9\ndescription: d\n",
        "values.yaml": "# <CHARTNAME>\na: <CHARTNAME>\n",
        "templates/a.yaml": "name: <CHARTNAME>\n",
        "README.md": "<CHARTNAME>\n",
        **files,
    }
    for path, text in texts.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text)
    return place


def test_a_starter_is_copied_under_the_new_name(tmp_path: Path) -> None:
    starter(tmp_path / "starters" / "company")

    replaced = create_from(tmp_path / "web", "company", [tmp_path / "no", tmp_path / "starters"])

    made = tmp_path / "web"
    assert replaced == []
    assert (made / "Chart.yaml").read_text() == (
        "apiVersion: v2\nappVersion: 0.1.0\nname: web\nversion: 0.1.0\n"
    )
    assert (made / "values.yaml").read_text() == "# web\na: web\n"
    assert (made / "templates" / "a.yaml").read_text() == "name: web\n"
    assert (made / "README.md").read_text() == "<CHARTNAME>\n"
    assert (made / "charts").is_dir()


def test_a_starter_keeps_its_language(tmp_path: Path) -> None:
    place = starter(tmp_path / "st", **{"Chart.yaml": "name: st\nversion: 1.0.0\nengine: jinja2\n"})

    create_from(tmp_path / "web", str(place), [])

    assert read_chart(tmp_path / "web").engine == "jinja2"


@pytest.mark.parametrize("name", ["gone", "../st"])
def test_a_starter_must_be_there(tmp_path: Path, name: str) -> None:
    starter(tmp_path / "st")

    with pytest.raises(StarterUnusable, match="could not load"):
        create_from(tmp_path / "web", name, [tmp_path / "starters"])

    assert not (tmp_path / "web").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a b", 'chart name must match the regular expression "^[a-zA-Z0-9._-]+$"'),
        ("a" * 251, "chart name must be between 1 and 250 characters"),
    ],
)
def test_names_are_checked_in_the_words_of_helm(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ChartInvalid) as caught:
        create(tmp_path / name)

    assert caught.value.what == said


def test_what_is_there_is_overwritten_and_told(tmp_path: Path) -> None:
    create(tmp_path / "web", engine="gotpl")

    assert tmp_path / "web" / "values.yaml" in create(tmp_path / "web", engine="gotpl")


def test_a_file_is_not_overwritten_by_a_folder(tmp_path: Path) -> None:
    (tmp_path / "web").write_text("")

    with pytest.raises(FileUnwritable, match="already exists and is not a directory"):
        create(tmp_path / "web")
