"""From files to a chart, and what is wrong with files that make none."""

import io
import tarfile
from typing import Any

import pytest

from pkgtool.chart.load import MAX_SUBCHART_DEPTH, load_chart
from pkgtool.chart.model import Chart, Dependency, Maintainer
from pkgtool.chart.pack import write_archive
from pkgtool.errors import ArchiveUnsafe, ChartInvalid
from pkgtool.testing.plain_notebook import PlainNotebook

META = b"apiVersion: v2\nname: web\nversion: 1.0.0\n"


def chart_yaml(name: str, extra: str = "") -> bytes:
    return f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n{extra}".encode()


def load(text: str | bytes, **files: bytes) -> Chart:
    data = text if isinstance(text, bytes) else text.encode()
    return load_chart({"Chart.yaml": data, **files}, name="web")


def test_each_file_has_its_role() -> None:
    chart = load_chart(
        {
            "Chart.yaml": META,
            "values.yaml": b"a: 1\n",
            "values.schema.json": b"{}",
            "Chart.lock": b"digest: sha256:00\n",
            "templates/a.yaml": b"x",
            "templates/sub/_b.tpl": b"y",
            "crds/c.yaml": b"z",
            "README.md": b"hi",
            ".helmignore": b"",
            "charts/x-1.tgz.prov": b"signed",
        },
        name="web",
    )

    assert chart.values == {"a": 1}
    assert chart.schema == b"{}"
    assert chart.lock is not None
    assert set(chart.templates) == {"templates/a.yaml", "templates/sub/_b.tpl"}
    assert set(chart.files) == {"crds/c.yaml", "README.md", ".helmignore", "charts/x-1.tgz.prov"}
    assert set(chart.raw) == {
        *chart.templates, *chart.files,
        "Chart.yaml", "values.yaml", "values.schema.json", "Chart.lock",
    }  # fmt: skip


def test_metadata_is_read_in_full() -> None:
    chart = load(
        """
apiVersion: v2
name: web
version: 1.2.3
type: application
engine: jinja2
description: d
appVersion: "1.10"
kubeVersion: ">=1.25"
home: https://example.com
icon: https://example.com/i.png
sources: [https://example.com/s]
keywords: [a, b]
deprecated: true
annotations: {a: 1, b: true}
maintainers: [{name: Team, email: team@example.com, url: https://example.com}]
dependencies:
  - {name: db, version: 1.x, repository: "@r", condition: db.on, tags: [t], alias: store,
     import-values: [data, {child: a, parent: b}]}
"""
    )
    meta = chart.metadata

    assert (meta.app_version, meta.kube_version, meta.deprecated) == ("1.10", ">=1.25", True)
    assert meta.annotations == {"a": "1", "b": "true"}
    assert meta.maintainers == (Maintainer("Team", "team@example.com", "https://example.com"),)
    assert meta.dependencies == (
        Dependency(
            "db", "1.x", "@r", "db.on", ("t",), "store", ("data", {"child": "a", "parent": "b"})
        ),
    )
    assert chart.engine == "jinja2"


@pytest.mark.parametrize(
    ("written", "expected"),
    [("1.10", "1.1"), ("1e3", "1000"), ("true", "true"), ("0x10", "16"), ("'1.10'", "1.10")],
)
def test_numbers_where_text_is_wanted_become_text_as_in_helm(written: str, expected: str) -> None:
    chart = load(META.decode() + f"appVersion: {written}\n")

    assert chart.metadata.app_version == expected


def test_the_case_of_keys_does_not_matter() -> None:
    """Go's reader compares them so; of several the last in the order of characters counts."""
    chart = load(
        META.decode()
        + "AppVersion: '1'\nappversion: '2'\nMaintainers: [{NAME: Team}, {email: a@b.c}]\n"
        + "dependencies: [{Name: db, ALIAS: store, Import-Values: [data]}]\n"
    )

    assert chart.metadata.app_version == "2"
    assert chart.metadata.maintainers == (Maintainer("Team"), Maintainer("", "a@b.c"))
    assert chart.metadata.dependencies == (
        Dependency("db", alias="store", import_values=("data",)),
    )


def test_text_is_cleaned() -> None:
    chart = load(META + b'description: "a\\tb\\u001b[31m\\u202ec"\n')

    assert chart.metadata.description == "a b[31mc"


def test_annotations_keep_their_lines() -> None:
    chart = load(META + b"annotations:\n  images: |\n    - a\n    - b\n")

    assert chart.metadata.annotations == {"images": "- a\n- b\n"}


def test_without_api_version_it_is_v1() -> None:
    assert load("name: web\nversion: 1.0.0").metadata.api_version == "v1"


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        pytest.param("version: 1.0.0", "validation: chart.metadata.name is required", 1, id="name"),
        pytest.param("name: web", "chart.metadata.version is required", 1, id="version"),
        pytest.param("name: web\nversion: x", 'chart.metadata.version "x" is invalid', 2, id="semver"),
        pytest.param("version: 1.0.0\nname: ..", 'name ".." is not allowed', 2, id="dots"),
        pytest.param('version: 1.0.0\nname: "..\\u200b"', 'name ".." is not', 2, id="hidden dots"),
        pytest.param("version: 1.0.0\nname: '. '", 'name ". " is not allowed', 2, id="dot space"),
        pytest.param("version: 1.0.0\nname: ../x", 'name "../x" is invalid', 2, id="path"),
        pytest.param("name: web\nversion: 1.0.0\ntype: x", "type must be application or", 3, id="type"),
        pytest.param("name: web\nversion: 1.0.0\napiVersion: v3", "unsupported chart", 3, id="v3"),
        pytest.param("name: web\nversion: 1.0.0\nengine: jinja", "not a template engine", 3, id="engine"),
        pytest.param("- a", "cannot unmarshal array into Go value of type v2.Metadata", 1, id="list"),
        pytest.param("name: [a]\nversion: 1.0.0", "array into Go struct field Metadata.name of type string", 1, id="kind"),
        pytest.param("name: web\nversion: 1.0.0\nname: x", "key 'name' is written twice", 3, id="twice"),
        pytest.param("name: web\nversion: 1.0.0\ndeprecated: 'x'", "field Metadata.deprecated of type bool", 3, id="boolean"),
        pytest.param("version: 1.0.0\nname: " + "a" * 251, "name is longer than 250", 2, id="long name"),
        pytest.param("name: web\nversion: 1.0.0\nsources: x", "Metadata.sources of type []string", 3, id="texts"),
        pytest.param("name: web\nversion: 1.0.0\nannotations: x", "Metadata.annotations of type map[string]string", 3, id="annotations"),
        pytest.param("name: web\nversion: 1.0.0\nmaintainers: x", "Metadata.maintainers of type []*v2.Maintainer", 3, id="maintainers"),
        pytest.param("name: web\nversion: 1.0.0\nmaintainers: [x]", "Metadata.maintainers of type v2.Maintainer", 3, id="maintainer"),
        pytest.param(
            "name: web\nversion: 1.0.0\ndependencies:\n- {name: a, enabled: 'yes'}",
            "Dependency.dependencies.enabled of type bool", 4, id="enabled",
        ),
        pytest.param(
            "name: web\nversion: 1.0.0\ndependencies:\n- {name: a, import-values: x}",
            "import-values of type []interface {}", 4, id="imported values",
        ),
        pytest.param(
            "name: web\nversion: 1.0.0\nmaintainers: [null]",
            "validation: maintainers must not contain empty or null nodes", 3, id="null maintainer",
        ),
        pytest.param(
            "name: web\nversion: 1.0.0\ndependencies:\n  - null",
            "validation: dependencies must not contain empty or null nodes", 4, id="null dependency",
        ),
        pytest.param(
            "name: web\nversion: 1.0.0\ndependencies:\n  - name: a\n    alias: ../x",
            'validation: dependency "a" has disallowed characters in the alias', 5, id="alias",
        ),
        pytest.param(
            "name: web\nversion: 1.0.0\ndependencies:\n  - name: a\n  - {name: b, alias: a}",
            'validation: more than one dependency with name or alias "a"', 5, id="same name",
        ),
        pytest.param(
            "name: web\nversion: 1.0.0\ndependencies:\n  - name: ../a",
            'validation: dependency name "../a" is invalid', 4, id="dependency path",
        ),
    ],
)  # fmt: skip
def test_each_rule_names_its_line(text: str, said: str, line: int) -> None:
    with pytest.raises(ChartInvalid) as caught:
        load(text)

    assert said in caught.value.what
    assert caught.value.where is not None
    assert (caught.value.where.name, caught.value.where.line) == ("web/Chart.yaml", line)


def test_a_wrong_engine_is_answered_with_the_nearest() -> None:
    with pytest.raises(ChartInvalid) as caught:
        load(META + b"engine: jinja\n")

    assert caught.value.hint == "did you mean 'jinja2'?"


def test_broken_yaml_has_a_place() -> None:
    with pytest.raises(ChartInvalid, match=r"cannot load Chart\.yaml") as caught:
        load("name: web\nversion: [")

    assert caught.value.where is not None


def test_no_chart_at_all() -> None:
    with pytest.raises(ChartInvalid, match=r"Chart\.yaml file is missing"):
        load_chart({"README.md": b""}, name="web")


@pytest.mark.parametrize("values", [b"- a", b"a: ["])
def test_values_that_are_none(values: bytes) -> None:
    with pytest.raises(ChartInvalid, match=r"cannot load values\.yaml"):
        load_chart({"Chart.yaml": META, "values.yaml": values}, name="web")


def test_subcharts_come_from_folders_and_archives() -> None:
    packed = write_archive({"db/Chart.yaml": chart_yaml("db"), "db/values.yaml": b"p: 1"})

    chart = load_chart(
        {
            "Chart.yaml": META,
            "charts/db-1.0.0.tgz": packed,
            "charts/cache/Chart.yaml": chart_yaml("cache"),
            "charts/cache/charts/deep/Chart.yaml": chart_yaml("deep"),
            "charts/_off/Chart.yaml": b"[",
            "charts/.off": b"",
        },
        name="web",
    )

    assert [path for path, _ in chart.walk()] == [
        "web",
        "web/charts/cache",
        "web/charts/cache/charts/deep",
        "web/charts/db",
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("charts/x/README", "Chart.yaml file is missing", id="folder"),
        pytest.param("charts/README", "Chart.yaml file is missing", id="file"),
        pytest.param("charts/x.tgz", "does not appear to be a gzipped archive", id="archive"),
    ],
)
def test_a_broken_subchart_is_named(path: str, said: str) -> None:
    with pytest.raises((ChartInvalid, ArchiveUnsafe)) as caught:
        load_chart({"Chart.yaml": META, path: b"x"}, name="web")

    assert caught.value.what.startswith("error unpacking subchart")
    assert said in caught.value.what


def test_requirements_belong_to_v1() -> None:
    files = {
        "Chart.yaml": b"name: web\nversion: 1.0.0\n",
        "requirements.yaml": b"dependencies: [{name: db}]",
        "requirements.lock": b"digest: sha256:00",
    }

    chart = load_chart(files, name="web")

    assert [each.name for each in chart.metadata.dependencies] == ["db"]
    assert chart.lock is not None
    assert {"requirements.yaml", "requirements.lock"} <= set(chart.files)
    assert chart.warnings == ()


def test_requirements_in_v2_count_with_a_warning() -> None:
    chart = load_chart(
        {"Chart.yaml": META, "requirements.yaml": b"dependencies: [{name: db}]"}, name="web"
    )

    assert [each.name for each in chart.metadata.dependencies] == ["db"]
    assert "move them there from requirements.yaml" in chart.warnings[0]
    assert "requirements.yaml" not in chart.files


def test_an_old_lock_in_v2_counts_with_a_warning() -> None:
    chart = load_chart({"Chart.yaml": META, "requirements.lock": b"digest: x\n"}, name="web")

    assert chart.lock is not None
    assert chart.lock.digest == "x"
    assert chart.warnings == (
        "web: the lock file is Chart.lock since apiVersion v2, not requirements.lock",
    )


def test_requirements_without_dependencies_change_nothing() -> None:
    listed = META + b"dependencies: [{name: db}]\n"

    chart = load_chart({"Chart.yaml": listed, "requirements.yaml": b"{}"}, name="web")

    assert [each.name for each in chart.metadata.dependencies] == ["db"]


def test_a_byte_order_mark_is_no_content() -> None:
    chart = load_chart(
        {"Chart.yaml": b"\xef\xbb\xbf" + META, "templates/a": b"\xef\xbb\xbfx"}, name="web"
    )

    assert chart.templates["templates/a"] == b"x"


def test_charts_inside_each_other_have_a_limit() -> None:
    prefixes = ["charts/a/" * level for level in range(MAX_SUBCHART_DEPTH + 2)]

    with pytest.raises(ChartInvalid, match="more than 16 charts inside each other"):
        load_chart({f"{each}Chart.yaml": chart_yaml("a") for each in prefixes}, name="web")


def test_archives_inside_share_one_limit() -> None:
    """Each is within the limits, all together are not."""
    info = tarfile.TarInfo("db/Chart.yaml")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for number in range(3000):
            info.name, info.size = f"db/f{number}", 0
            tar.addfile(info)
        info.name, info.size = "db/Chart.yaml", len(META)
        tar.addfile(info, io.BytesIO(META))
    files = {f"charts/db{number}.tgz": out.getvalue() for number in range(4)}

    with pytest.raises(ArchiveUnsafe, match="more than 10000 members"):
        load_chart({"Chart.yaml": META, **files}, name="web")


def test_a_tree_is_remembered_on_one_page() -> None:
    notebook = PlainNotebook()
    packed = write_archive({"b/Chart.yaml": chart_yaml("b"), "b/values.yaml": b"y: 1\n"})
    files = {
        "Chart.yaml": META,
        "Chart.lock": b"digest: sha256:00\n",
        "values.yaml": b"x: 1\n",
        "charts/a/Chart.yaml": chart_yaml("a"),
        "charts/b.tgz": packed,
    }

    charts = [load_chart(dict(files), name="web", notebook=notebook) for _ in range(2)]

    (page,) = notebook.pages.values()
    assert set(page.recalled) == {text for _, text in page.meanings}
    assert len(page.recalled) == 6
    assert charts[0] == charts[1] == load_chart(dict(files), name="web")


def test_charts_that_are_remembered_are_the_callers_own() -> None:
    notebook = PlainNotebook()

    def values() -> Any:
        files = {"Chart.yaml": META, "values.yaml": b"a: {b: []}\n"}
        return load_chart(files, name="web", notebook=notebook).values

    for _ in range(2):
        values()["a"]["b"].append(1)

    assert values() == {"a": {"b": []}}


def test_a_chart_that_is_remembered_is_judged_again() -> None:
    notebook = PlainNotebook()
    for _ in range(2):
        with pytest.raises(ChartInvalid, match="is written twice") as caught:
            load_chart({"Chart.yaml": META + b"name: b\n"}, name="web", notebook=notebook)
        assert caught.value.where is not None
        assert caught.value.where.line == 4
