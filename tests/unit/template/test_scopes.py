"""Each chart of a tree sees its own values, and its parent sees it."""

from typing import Any

from pkgtool.chart.model import Chart, Dependency, Maintainer, Metadata
from pkgtool.template.capabilities import Capabilities
from pkgtool.template.context import ReleaseFacts, RenderContext
from pkgtool.template.funcs.encoding import to_json, to_yaml
from pkgtool.template.methods import method_of
from pkgtool.template.render import render_chart
from pkgtool.template.scopes import ChartScope, Facts, at_template, build_scopes
from pkgtool.wiring.engines import open_engines

METADATA = Metadata(
    name="web",
    version="1.2.3",
    api_version="v2",
    app_version="9",
    maintainers=(Maintainer("ops", "ops@example.com"),),
    dependencies=(Dependency("postgres", alias="db"),),
    annotations={"a": "b"},
)


def chart(metadata: Metadata, *dependencies: Chart) -> Chart:
    return Chart(metadata, {}, {}, {"notes/a.txt": b"hi"}, dependencies=dependencies)


def scopes(
    values: dict[str, Any] | None = None, *, kube_version: str = "v1.30.2"
) -> dict[str, ChartScope]:
    db = chart(Metadata(name="db", version="2.0.0"), chart(Metadata(name="disk", version="3.0.0")))
    context = RenderContext(
        chart=chart(METADATA, db),
        values=values or {},
        release=ReleaseFacts("shop", "prod", 4, is_upgrade=True),
        capabilities=Capabilities(kube_version, ("v1", "apps/v1")),
    )
    return build_scopes(context, Facts())


def test_the_kubernetes_version_has_helms_method() -> None:
    method = method_of(scopes()["web"]["Capabilities"]["KubeVersion"], "String")

    assert method is not None
    assert method() == "v1.30.2"


def test_annotations_that_are_not_there_are_written_as_null() -> None:
    made = scopes()

    assert to_yaml(made["web"]["Chart"]["Annotations"]) == "a: b"
    assert to_yaml(made["web/charts/db"]["Chart"]["Annotations"]) == "null"


def test_a_subchart_sees_the_values_under_its_name() -> None:
    values = {"global": {"g": 1}, "a": 1, "db": {"b": 2, "global": {"g": 1}, "disk": {"c": 3}}}

    made = scopes(values)

    assert made["web"]["Values"] is values
    assert made["web/charts/db"]["Values"] == values["db"]
    assert made["web/charts/db/charts/disk"]["Values"] == {"c": 3}


def test_a_subchart_without_values_sees_none() -> None:
    made = scopes({"db": "not a table"})

    assert made["web/charts/db"]["Values"] == {}


def test_a_parent_sees_the_scopes_of_its_subcharts() -> None:
    made = scopes()

    assert made["web"]["Subcharts"]["db"] is made["web/charts/db"]
    assert made["web/charts/db/charts/disk"]["Subcharts"] == {}


def test_the_chart_has_the_field_names_of_go() -> None:
    facts = scopes()["web"]["Chart"]

    assert (facts["Name"], facts["Version"], facts["AppVersion"]) == ("web", "1.2.3", "9")
    assert (facts["APIVersion"], facts["IsRoot"], facts["Type"]) == ("v2", True, "")
    assert facts["Maintainers"] == [{"Name": "ops", "Email": "ops@example.com", "URL": ""}]
    assert facts["Dependencies"][0]["Alias"] == "db"
    assert not scopes()["web/charts/db"]["Chart"]["IsRoot"]


def test_the_release_is_the_same_for_all() -> None:
    made = scopes()

    assert made["web"]["Release"] == {
        "Name": "shop",
        "Namespace": "prod",
        "Revision": 4,
        "IsInstall": False,
        "IsUpgrade": True,
        "Service": "Helm",
    }
    assert made["web"]["Release"] is made["web/charts/db"]["Release"]


def test_capabilities_have_fields_and_methods() -> None:
    capabilities = scopes()["web"]["Capabilities"]
    version = capabilities["KubeVersion"]
    has = method_of(capabilities["APIVersions"], "Has")

    assert (version["Version"], version["Major"], version["Minor"]) == ("v1.30.2", "1", "30")
    assert (version["GitVersion"], str(version)) == ("v1.30.2", "v1.30.2")
    assert has is not None
    assert (has("apps/v1"), has("apps/v2")) == (True, False)
    assert list(capabilities["APIVersions"]) == ["v1", "apps/v1"]


def test_the_version_of_kubernetes_is_shown_without_what_a_vendor_appended() -> None:
    version = scopes(kube_version="v1.30.2-gke.1")["web"]["Capabilities"]["KubeVersion"]
    text = method_of(version, "String")

    assert (version["Version"], str(version)) == ("v1.30.2-gke.1", "v1.30.2")
    assert text is not None
    assert text() == "v1.30.2"


def test_the_version_of_kubernetes_is_a_struct_to_json() -> None:
    version = scopes()["web"]["Capabilities"]["KubeVersion"]

    assert to_json(version) == '{"Version":"v1.30.2","Major":"1","Minor":"30"}'


def test_files_are_those_of_the_own_chart() -> None:
    get = method_of(scopes()["web/charts/db"]["Files"], "Get")

    assert get is not None
    assert get("notes/a.txt") == "hi"


def test_a_template_knows_its_name() -> None:
    scope = at_template(
        scopes()["web/charts/db"], "web/charts/db", "web/charts/db/templates/a.yaml"
    )

    assert scope["Template"] == {
        "Name": "web/charts/db/templates/a.yaml",
        "BasePath": "web/charts/db/templates",
    }


def test_functions_print_the_whole_version_of_kubernetes_and_actions_its_string() -> None:
    """Public charts take the printed form of the structure apart."""
    web = Chart(
        Metadata("web", "1.0.0"),
        {},
        {
            "templates/a.txt": b"{{ .Capabilities.KubeVersion }} {{ print .Capabilities.KubeVersion }}"
        },
        {},
    )
    context = RenderContext(web, {}, ReleaseFacts("shop"), Capabilities("v1.27.3-gke.100"))

    made = render_chart(context, open_engines())

    assert made.files[0].text == "v1.27.3 {v1.27.3-gke.100 v1.27.3 1 27}"
