from collections.abc import Callable

import pytest

from pkgtool.errors import KindUnknown, ManifestInvalid
from pkgtool.manifest.model import ManifestSet
from pkgtool.manifest.validate import dotted, validate_manifests

Parse = Callable[..., ManifestSet]

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: nginx
          ports:
            - containerPort: 80
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 80
      targetPort: http
"""
WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 3}\n"
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size: {type: integer, maximum: 9}
"""


def check(found: ManifestSet, version: str = "1.36") -> list[str]:
    """Return each problem as subject, path and message."""
    with pytest.raises(ManifestInvalid) as caught:
        validate_manifests(found, kube_version=version)
    return [f"{each.subject}: {each.path}: {each.message}" for each in caught.value.problems]


@pytest.mark.parametrize("minor", ["1.25", "1.30", "1.36", "1.37"])
def test_good_objects_pass_without_a_word(parse: Parse, minor: str) -> None:
    assert validate_manifests(parse(f"{DEPLOYMENT}---\n{SERVICE}"), kube_version=minor) == ()


def test_all_problems_of_all_objects_are_told_at_once(parse: Parse) -> None:
    found = parse(
        DEPLOYMENT.replace("replicas: 1", "replicas: two").replace("image:", "imgae:")
        + "---\n"
        + SERVICE.replace("port: 80", "port: 80000000000")
    )

    assert check(found) == [
        "Service prod/web: spec.ports[0].port: 80000000000 does not fit into 32 bits",
        'Deployment.apps prod/web: spec.replicas: expected integer, got "two"',
        (
            "Deployment.apps prod/web: spec.template.spec.containers[0].imgae: "
            "unknown field; did you mean 'image'?"
        ),
    ]


def test_a_problem_stands_at_its_template_line(parse: Parse) -> None:
    with pytest.raises(ManifestInvalid) as caught:
        validate_manifests(
            parse(f"{SERVICE}---\n{DEPLOYMENT.replace('80', 'eighty')}"), kube_version="1.36"
        )

    [problem] = caught.value.problems
    # Line 17 of the second document, which begins on line 10; the template is two lines longer.
    assert str(problem.where) == "web/templates/all.yaml:28:13"


def test_a_problem_of_a_list_item_stands_at_the_item(parse: Parse) -> None:
    text = "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n  data: 5\n"

    with pytest.raises(ManifestInvalid) as caught:
        validate_manifests(parse(text), kube_version="1.36")

    [problem] = caught.value.problems
    assert problem.path == "data"
    assert problem.where is not None
    assert problem.where.line == 7


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            SERVICE.replace("name: web", "name: Web"),
            'Service prod/Web: metadata.name: "Web" must be lower-case',
            id="name",
        ),
        pytest.param(
            SERVICE.replace("name: web", "name: web\n  labels: {a b: x}"),
            'Service prod/web: metadata.labels["a b"]: its name must be letters',
            id="label",
        ),
        pytest.param(
            DEPLOYMENT.replace("labels: {app: web}", "labels: {app: -web}"),
            "Deployment.apps prod/web: spec.template.metadata.labels.app: its value must be",
            id="label of a pod template",
        ),
        pytest.param(
            SERVICE.replace("name: web", "name: web\n  annotations: {a: 1}"),
            "Service prod/web: metadata.annotations.a: expected string, got 1",
            id="annotation",
        ),
        pytest.param(
            WIDGET.replace("name: a", "name: a, labels: [x]"),
            "Widget.example.com prod/a: metadata.labels: expected object, got a list",
            id="labels of an unknown kind",
        ),
        pytest.param(
            WIDGET.replace("name: a", "name: A_"),
            'Widget.example.com prod/A_: metadata.name: "A_" must be lower-case',
            id="name of an unknown kind",
        ),
    ],
)
def test_metadata_is_checked_as_the_api_server_does(parse: Parse, text: str, problem: str) -> None:
    [found] = check(parse(text))

    assert found.startswith(problem)


def test_hooks_are_checked_too(parse: Parse) -> None:
    text = SERVICE.replace("name: web", "name: web\n  annotations: {helm.sh/hook: test}")

    assert check(parse(text.replace("ports:", "prots:")))[0].startswith(
        "Service prod/web: spec.prots: unknown field; did you mean 'ports'?"
    )


@pytest.mark.parametrize(
    ("api_version", "kind", "minor", "message"),
    [
        pytest.param(
            "policy/v1beta1",
            "PodDisruptionBudget",
            "1.36",
            "Kubernetes 1.36 has no PodDisruptionBudget in policy/v1beta1 (removed in 1.25); "
            "use policy/v1",
            id="removed long ago",
        ),
        pytest.param(
            "extensions/v1beta1",
            "Ingress",
            "1.36",
            "Kubernetes 1.36 has no Ingress in extensions/v1beta1 (removed in 1.22); "
            "use networking.k8s.io/v1",
            id="moved to another group",
        ),
        pytest.param(
            "extensions/v1beta1",
            "Deployment",
            "1.36",
            "Kubernetes 1.36 has no Deployment in extensions/v1beta1 (removed in 1.16); "
            "use apps/v1",
            id="removed even longer ago",
        ),
        pytest.param(
            "autoscaling/v2beta2",
            "HorizontalPodAutoscaler",
            "1.36",
            "Kubernetes 1.36 has no HorizontalPodAutoscaler in autoscaling/v2beta2 "
            "(1.25 to 1.25 have it); use autoscaling/v2",
            id="removed",
        ),
        pytest.param(
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicy",
            "1.29",
            "Kubernetes 1.29 has no ValidatingAdmissionPolicy in admissionregistration.k8s.io/v1 "
            "(1.30 to 1.37 have it); use admissionregistration.k8s.io/v1beta1",
            id="not there yet",
        ),
        pytest.param(
            "apps/v1",
            "Deploymnet",
            "1.36",
            "Kubernetes 1.36 has no Deploymnet in apps/v1; did you mean 'Deployment'?",
            id="mistyped",
        ),
        pytest.param(
            "v1",
            "Deployment",
            "1.36",
            "Kubernetes 1.36 has no Deployment in v1; use apps/v1",
            id="wrong group",
        ),
    ],
)
def test_kinds_that_a_version_does_not_have(
    parse: Parse, api_version: str, kind: str, minor: str, message: str
) -> None:
    found = parse(f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n")

    [problem] = check(found, minor)

    assert problem.endswith(f": apiVersion: {message}")


def test_an_unknown_kind_is_warned_about_once(parse: Parse) -> None:
    found = parse(f"{WIDGET}---\n{WIDGET.replace('name: a', 'name: b')}")

    [warning] = validate_manifests(found, kube_version="1.36")

    assert warning == (
        "web/templates/all.yaml:4: no schema for Widget in example.com/v1: "
        "only its metadata was checked"
    )


def test_an_unknown_kind_is_refused_when_strict(parse: Parse) -> None:
    with pytest.raises(KindUnknown) as caught:
        validate_manifests(parse(WIDGET), kube_version="1.36", strict=True)

    [problem] = caught.value.problems
    assert problem.message == "no schema for Widget in example.com/v1"
    assert str(problem.where) == "web/templates/all.yaml:4:1"


@pytest.mark.parametrize("place", ["crds", "templates"])
def test_custom_resources_follow_the_definition_in_the_chart(parse: Parse, place: str) -> None:
    bad = WIDGET.replace("size: 3", "size: 12, colour: red")
    found = (
        parse(bad, crds={"web/crds/widgets.yaml": DEFINITION.encode()})
        if place == "crds"
        else parse(f"{bad}---\n{DEFINITION}")
    )

    assert check(found) == [
        "Widget.example.com prod/a: spec.size: must be at most 9, got 12",
        "Widget.example.com prod/a: spec.colour: unknown field",
    ]


def test_a_good_custom_resource_is_no_unknown_kind(parse: Parse) -> None:
    found = parse(WIDGET, crds={"web/crds/widgets.yaml": DEFINITION.encode()})

    assert validate_manifests(found, kube_version="1.36", strict=True) == ()


def test_a_custom_resource_of_a_version_that_is_not_served_is_refused(parse: Parse) -> None:
    found = parse(WIDGET.replace("/v1", "/v2"), crds={"web/crds/widgets.yaml": DEFINITION.encode()})

    assert check(found) == [
        "Widget.example.com prod/a: apiVersion: the definition of Widget serves example.com/v1 only"
    ]


def test_a_definition_is_checked_itself(parse: Parse) -> None:
    broken = DEFINITION.replace("plural: widgets", "plurals: widgets").encode()

    assert [
        problem.partition(": ")[2] for problem in check(parse("", crds={"c/crds/w.yaml": broken}))
    ] == [
        "spec.names.plurals: unknown field; did you mean 'plural'?",
        "spec.names.plural: is required, but missing",
    ]


@pytest.mark.parametrize(
    ("version", "warning"),
    [
        pytest.param(
            "1.99",
            "no schemas for Kubernetes 1.99: objects were checked against those of 1.37",
            id="newer",
        ),
        pytest.param(
            "1.18",
            "no schemas for Kubernetes 1.18: objects were checked against those of 1.25",
            id="older",
        ),
    ],
)
def test_other_versions_are_judged_by_the_nearest_one(
    parse: Parse, version: str, warning: str
) -> None:
    assert validate_manifests(parse(SERVICE), kube_version=version) == (warning,)


@pytest.mark.parametrize("version", ["1.36", "v1.36.0", "1.36+", "v1.36.2-gke.100"])
def test_a_version_may_be_written_in_full(parse: Parse, version: str) -> None:
    assert validate_manifests(parse(SERVICE), kube_version=version) == ()


def test_a_version_without_schemas_may_have_kinds_of_its_own(parse: Parse) -> None:
    ingress = "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n"

    _, warning = validate_manifests(parse(ingress), kube_version="1.18")

    assert "no schema for Ingress in extensions/v1beta1" in warning


def test_a_generated_name_is_checked_as_far_as_it_is_known(parse: Parse) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: %s}\nspec: {containers: []}\n"

    assert validate_manifests(parse(pod % "web-"), kube_version="1.36") == ()
    assert "must be lower-case" in check(parse(pod % "Web-"))[0]


def test_thousands_of_problems_end_early(parse: Parse) -> None:
    fields = "".join(f"  f{number}: 1\n" for number in range(5000))

    with pytest.raises(ManifestInvalid, match="100 problems or more") as caught:
        validate_manifests(parse(SERVICE + fields), kube_version="1.36")

    assert len(caught.value.problems) == 100


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("spec", "ports", 0, "name"), "spec.ports[0].name"),
        (("metadata", "labels", "a.b/c"), 'metadata.labels["a.b/c"]'),
        (("a_b", "c-d"), "a_b.c-d"),
    ],
)
def test_paths_are_written_as_people_do(path: tuple[str | int, ...], text: str) -> None:
    assert dotted(path) == text
