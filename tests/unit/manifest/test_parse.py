from collections.abc import Callable

import pytest

from pkgtool.errors import ManifestUnparsable, ResourceDuplicated
from pkgtool.manifest.model import ManifestSet
from pkgtool.testing.plain_notebook import PlainNotebook

Parse = Callable[..., ManifestSet]

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
HOOK = """\
apiVersion: v1
kind: Pod
metadata:
  name: check
  annotations:
    helm.sh/hook: {event}
"""
DEFINITION = b"""\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget}
  scope: Cluster
"""


def ids(found: ManifestSet) -> list[str]:
    return [str(each.id) for each in found.manifests]


def test_objects_come_out_by_kind_and_then_by_path(parse: Parse) -> None:
    found = parse(
        {
            "web/templates/b.yaml": CONFIG.format(name="b"),
            "web/templates/a.yaml": f"{DEPLOYMENT}---\n{CONFIG.format(name='a')}",
        }
    )

    assert ids(found) == ["ConfigMap prod/a", "ConfigMap prod/b", "Deployment.apps prod/a"]


@pytest.mark.parametrize("event", ["true", "false"])
def test_an_event_that_is_no_text_is_read_as_one(parse: Parse, event: str) -> None:
    found = parse(HOOK.format(event=event))

    assert (found.manifests, found.hooks) == ((), ())
    assert f"{event!r} is no hook event" in found.warnings[0]


def test_an_empty_item_of_a_list_is_no_object(parse: Parse) -> None:
    with pytest.raises(ManifestUnparsable, match="an item of a List is no object but nothing"):
        parse("apiVersion: v1\nkind: List\nitems: [null]\n")


def test_an_object_knows_its_text_and_its_template_line(parse: Parse) -> None:
    text = CONFIG.format(name="a") + "---\n" + CONFIG.format(name="b")

    second = parse(text).manifests[1]

    assert second.text == CONFIG.format(name="b")
    assert second.origin == "web/templates/all.yaml"
    # Line 4 of the second document is line 9 of the text, and the template is two lines longer.
    assert second.span(4).line == 11


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(CONFIG.format(name="a"), "ConfigMap prod/a", id="default namespace"),
        pytest.param(
            CONFIG.format(name="a") + "  namespace: other\n", "ConfigMap other/a", id="its own"
        ),
        pytest.param(
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}", "Namespace a", id="cluster-wide"
        ),
        pytest.param(
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: odd}",
            "Namespace a",
            id="a namespace where there is none",
        ),
        pytest.param(
            "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}",
            "Widget.example.com prod/a",
            id="unknown kinds are namespaced",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}", "Pod prod/a-*", id="no name"
        ),
    ],
)
def test_an_object_is_known_by_group_kind_namespace_and_name(
    parse: Parse, text: str, expected: str
) -> None:
    assert ids(parse(text)) == [expected]


def test_definitions_of_the_chart_say_the_scope_of_its_objects(parse: Parse) -> None:
    widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}"

    found = parse(widget, crds={"web/crds/widgets.yaml": DEFINITION})

    assert ids(found) == ["Widget.example.com a"]
    assert [str(each.id) for each in found.crds] == [
        "CustomResourceDefinition.apiextensions.k8s.io widgets.example.com"
    ]


def test_definitions_keep_their_order_and_their_lines(parse: Parse) -> None:
    other = DEFINITION.replace(b"widgets", b"gadgets")

    found = parse("", crds={"web/crds/z.yaml": DEFINITION, "web/crds/a.yaml": b"\n" + other})

    assert [each.id.name for each in found.crds] == ["widgets.example.com", "gadgets.example.com"]
    assert str(found.crds[1].span(3)) == "web/crds/a.yaml:4:1"


def test_a_definition_that_is_no_text_is_refused(parse: Parse) -> None:
    with pytest.raises(ManifestUnparsable, match="not UTF-8 text: byte 2 is 0xff"):
        parse("", crds={"web/crds/a.yaml": b"a:\xff"})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# only a comment\n", id="comment"),
        pytest.param("null\n", id="null"),
        pytest.param("\n \n", id="blank"),
        pytest.param("---\n# a\n---\n", id="comments between separators"),
    ],
)
def test_documents_without_content_are_dropped(parse: Parse, text: str) -> None:
    assert parse(text) == ManifestSet((), ())


@pytest.mark.parametrize("path", ["web/templates/_part.yaml", "web/templates/NOTES.txt"])
def test_partials_and_notes_are_not_for_the_cluster(parse: Parse, path: str) -> None:
    assert ids(parse({path: CONFIG.format(name="a")})) == []


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        pytest.param("a: [\n", "YAML parse error on web/templates/all.yaml", None, id="no YAML"),
        pytest.param("- a\n", "is no Kubernetes object but a list", 3, id="list"),
        pytest.param("\njust text\n", "is no Kubernetes object but text", 4, id="text"),
        pytest.param("foo: bar\n", "apiVersion of an object is missing", 3, id="no apiVersion"),
        pytest.param("apiVersion: v1\n", "kind of an object is missing", 3, id="no kind"),
        pytest.param("apiVersion: v1\nkind: 7\n", "not text but a number: 7", 4, id="odd kind"),
        pytest.param(
            "apiVersion: v1\nkind: Pod\n", "metadata of a Pod is missing", 3, id="no metadata"
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}\n",
            "metadata.name of a Pod is missing",
            5,
            id="no name",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: 5\n",
            "metadata.name of a Pod is not text but a number: 5",
            6,
            id="a number as a name",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: [b]\n",
            "metadata.namespace of a Pod is not text but a list",
            7,
            id="odd namespace",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n    x: [b]\n",
            "annotation 'x' is not text",
            8,
            id="odd annotation",
        ),
        pytest.param(
            "apiVersion: v1\nkind: List\nitems:\n- 5\n",
            "an item of a List is no object but a number",
            6,
            id="odd item",
        ),
    ],
)
def test_what_is_no_object_is_refused_at_its_template_line(
    parse: Parse, text: str, message: str, line: int | None
) -> None:
    with pytest.raises(ManifestUnparsable) as caught:
        parse(text)

    assert message in caught.value.what
    assert caught.value.where is not None
    assert caught.value.where.name == "web/templates/all.yaml"
    assert line is None or caught.value.where.line == line


def test_hooks_are_apart_from_the_other_objects(parse: Parse) -> None:
    found = parse(HOOK.format(event="pre-install") + "---\n" + CONFIG.format(name="a"))

    assert ids(found) == ["ConfigMap prod/a"]
    assert [(str(hook.manifest.id), hook.events) for hook in found.hooks] == [
        ("Pod prod/check", ("pre-install",))
    ]


def test_a_hook_with_an_unknown_event_is_left_out_with_a_warning(parse: Parse) -> None:
    found = parse(HOOK.format(event='"test,someday"'))

    assert found.hooks == ()
    assert found.manifests == ()
    assert found.warnings == (
        "web/templates/all.yaml:8: left out, because 'someday' is no hook event",
    )


def test_annotations_of_hooks_may_be_numbers(parse: Parse) -> None:
    text = HOOK.format(event="test") + "    helm.sh/hook-weight: 5\n"

    assert [hook.weight for hook in parse(text).hooks] == [5]


LIST = """\
apiVersion: v1
kind: List
metadata: {annotations: {note: x}}
items:
- apiVersion: v1
  kind: Service
  metadata: {name: a}
- apiVersion: v1
  kind: Secret
  metadata: {name: b}
"""


def test_a_list_becomes_its_items(parse: Parse) -> None:
    found = parse(LIST)

    assert ids(found) == ["Secret prod/b", "Service prod/a"]
    assert {each.text for each in found.manifests} == {LIST}


def test_a_typed_list_says_what_its_items_are(parse: Parse) -> None:
    text = "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n"

    found = parse(text)

    assert ids(found) == ["ConfigMap prod/a"]
    assert found.manifests[0].body == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a"},
    }


def test_hooks_in_a_list_are_hooks_of_their_own(parse: Parse) -> None:
    found = parse(LIST.replace("note: x", "helm.sh/hook: test"))

    assert [hook.manifest.id.name for hook in found.hooks] == ["b", "a"]
    assert all("items" not in hook.manifest.text for hook in found.hooks)


def test_two_documents_that_make_different_objects_of_one_name_are_refused(parse: Parse) -> None:
    texts = {
        "web/templates/a.yaml": CONFIG.format(name="a"),
        "web/templates/b.yaml": CONFIG.format(name="a") + "data: {x: z}\n",
    }

    with pytest.raises(ResourceDuplicated) as caught:
        parse(texts)

    assert caught.value.what == (
        "two documents make ConfigMap prod/a, and differ: "
        "web/templates/a.yaml:6 and web/templates/b.yaml:6"
    )
    assert str(caught.value.where) == "web/templates/b.yaml:6:3"


def test_the_version_does_not_make_another_object(parse: Parse) -> None:
    old = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n"

    with pytest.raises(ResourceDuplicated):
        parse(f"{old}---\n{old.replace('v1beta1', 'v1')}")


def test_true_and_1_are_different(parse: Parse) -> None:
    one, true = (CONFIG.format(name="a") + f"data: {{x: {value}}}\n" for value in ("1", "true"))

    with pytest.raises(ResourceDuplicated):
        parse(f"{one}---\n{true}")


def test_a_copy_is_left_out_with_a_warning(parse: Parse) -> None:
    found = parse(CONFIG.format(name="a") + "---\n# again\n" + CONFIG.format(name="a"))

    assert ids(found) == ["ConfigMap prod/a"]
    [warning] = found.warnings
    assert warning == (
        "web/templates/all.yaml:12: left out, because web/templates/all.yaml:6 makes the same "
        "ConfigMap prod/a"
    )


def test_a_key_that_comes_twice_is_warned_about_and_the_last_one_counts(parse: Parse) -> None:
    found = parse(CONFIG.format(name="a") + "data:\n  k: one\n  k: two\n")

    assert found.manifests[0].body["data"] == {"k": "two"}
    assert found.warnings == ("web/templates/all.yaml:9: key 'k' comes twice; the last one counts",)


def test_hooks_may_share_a_name_because_they_run_at_different_times(parse: Parse) -> None:
    found = parse(HOOK.format(event="pre-install") + "---\n" + HOOK.format(event="pre-upgrade"))

    assert len(found.hooks) == 2


def test_objects_without_a_name_are_never_copies(parse: Parse) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n"

    assert len(parse(f"{pod}---\n{pod}").manifests) == 2


def test_templates_are_taken_by_path_whatever_their_order(parse: Parse) -> None:
    texts = {f"web/templates/{name}.yaml": CONFIG.format(name=name) for name in "bca"}

    assert [each.id.name for each in parse(texts).manifests] == ["a", "b", "c"]


@pytest.mark.parametrize("private", [False, True])
def test_documents_are_remembered_unless_users_had_a_part_in_them(
    parse: Parse, private: bool
) -> None:
    """Users write passwords into values; definitions are as the chart has them."""
    notebook = PlainNotebook()
    text = f"{CONFIG.format(name='a')}data: {{a: b, a: c}}\n---\n{DEPLOYMENT}"
    crds = {"web/crds/widgets.yaml": DEFINITION}

    found = [parse(text, crds=crds, notebook=notebook, private=private) for _ in range(2)]

    recalled = sorted(len(page.recalled) for page in notebook.pages.values())
    assert recalled == ([1] if private else [1, 2])
    assert found[0] == found[1] == parse(text, crds=crds)
    assert len(found[1].warnings) == 1


def test_the_line_of_a_fault_is_known_though_the_document_is_remembered(parse: Parse) -> None:
    notebook = PlainNotebook()
    text = "apiVersion: v1\nkind: List\nitems: [null]\n"
    for _ in range(2):
        with pytest.raises(ManifestUnparsable) as caught:
            parse(text, notebook=notebook, private=False)
        assert caught.value.where is not None
        assert caught.value.where.line == 5
