from collections.abc import Callable

import pytest

from pkgtool.manifest.diff import Change, diff_manifests
from pkgtool.manifest.model import ManifestSet

Parse = Callable[..., ManifestSet]

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  containers:
  {containers}
  restartPolicy: {policy}
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{data}"


def pod(*containers: str, policy: str = "Always") -> str:
    return POD.format(containers="\n  ".join(f"- {each}" for each in containers), policy=policy)


def diff(parse: Parse, before: str, after: str) -> list[Change]:
    return diff_manifests(parse(before).manifests, parse(after).manifests)


def test_equal_objects_are_no_change_however_they_are_written(parse: Parse) -> None:
    before = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: 'a' # why\n"
    after = "kind: Pod\nmetadata: {name: a}\napiVersion: v1\n"

    assert diff(parse, before, after) == []


def test_true_and_1_are_a_change(parse: Parse) -> None:
    before, after = (f"{SECRET.format(data='')}immutable: {value}\n" for value in ("true", "1"))

    [change] = diff(parse, before, after)

    assert change.fields == ("immutable: true → 1",)


def test_objects_are_added_removed_and_changed_in_install_order(parse: Parse) -> None:
    before = f"{pod('{name: a}')}---\napiVersion: v1\nkind: Service\nmetadata: {{name: old}}\n"
    after = f"{pod('{name: b}')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: new}}\n"

    assert [str(change) for change in diff(parse, before, after)] == [
        "ConfigMap prod/new added (web/templates/all.yaml)",
        "Service prod/old removed (web/templates/all.yaml)",
        "Pod prod/web changed (web/templates/all.yaml)",
    ]


def test_whole_objects_are_shown_line_by_line(parse: Parse) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"

    [added], [removed] = diff(parse, "", config), diff(parse, config, "")

    assert added.lines == ("+apiVersion: v1", "+kind: ConfigMap", "+metadata:", "+  name: a")
    assert removed.lines == ("-apiVersion: v1", "-kind: ConfigMap", "-metadata:", "-  name: a")


def test_a_change_is_shown_between_unchanged_lines(parse: Parse) -> None:
    [change] = diff(parse, pod("{name: a}"), pod("{name: a}", policy="Never"))

    assert change.lines == (
        "@@ -5,4 +5,4 @@",
        " spec:",
        "   containers:",
        "   - name: a",
        "-  restartPolicy: Always",
        "+  restartPolicy: Never",
    )


def test_the_surroundings_can_be_left_out(parse: Parse) -> None:
    before, after = parse(pod("{name: a}")), parse(pod("{name: a}", policy="Never"))

    [change] = diff_manifests(before.manifests, after.manifests, context=0)

    assert change.lines[1:] == ("-  restartPolicy: Always", "+  restartPolicy: Never")


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        pytest.param(
            pod("{name: a, image: x:1}"),
            pod("{name: a, image: x:2}"),
            ('spec.containers[a].image: "x:1" → "x:2"',),
            id="inside an item",
        ),
        pytest.param(
            pod("{name: a, image: x}"),
            pod("{name: proxy}", "{name: a, image: w}"),
            ('spec.containers[a].image: "x" → "w"', "spec.containers[proxy]: added {name}"),
            id="an item put first",
        ),
        pytest.param(
            pod("{name: a}", "{name: b}"),
            pod("{name: b}"),
            ("spec.containers[a]: removed {name}",),
            id="an item gone",
        ),
        pytest.param(
            pod("{name: a, args: [x]}"),
            pod("{name: a, args: [x, z]}"),
            ('spec.containers[a].args: ["x"] → ["x", "z"]',),
            id="a list of text",
        ),
        pytest.param(
            pod("{name: a, args: [q]}"),
            pod("{name: a, command: [q]}"),
            (
                'spec.containers[a].args: removed ["q"]',
                'spec.containers[a].command: added ["q"]',
            ),
            id="fields come and go",
        ),
        pytest.param(
            pod("{name: a}", "{name: a, image: x}"),
            pod("{name: a}", "{name: a, image: z}"),
            ('spec.containers[a #2].image: "x" → "z"',),
            id="two items of one name",
        ),
    ],
)
def test_changes_are_told_field_by_field(
    parse: Parse, before: str, after: str, fields: tuple[str, ...]
) -> None:
    [change] = diff(parse, before, after)

    assert change.fields == fields


def test_a_description_has_a_line_per_field(parse: Parse) -> None:
    [change] = diff(parse, pod("{name: a}"), pod("{name: a}", policy="Never"))

    assert change.describe() == (
        'Pod prod/web changed (web/templates/all.yaml)\n  spec.restartPolicy: "Always" → "Never"\n'
    )


@pytest.mark.parametrize("part", ["data", "stringData"])
def test_a_changed_secret_shows_that_but_not_what(parse: Parse, part: str) -> None:
    before = SECRET.format(data=f"{part}: {{user: aGVsbG8=, password: b2xk, gone: Z29uZQ==}}\n")
    after = SECRET.format(data=f"{part}: {{user: aGVsbG8=, password: bmV3, more: bW9yZQ==}}\n")

    [change] = diff(parse, before, after)

    assert [line for line in change.lines if line[0] in "+-"] == [
        "-  gone: <masked>",
        "-  password: <masked>",
        "+  more: <masked>",
        "+  password: <masked, changed>",
    ]
    assert "  user: <masked>" in [line[1:] for line in change.lines]
    assert (
        change.fields
        == (
            f"{part}.user: <masked>",
            f"{part}.password: <masked> → <masked, changed>",
            f"{part}.gone: removed <masked>",
            f"{part}.more: added <masked>",
        )[1:]
    )
    for value in ("aGVsbG8", "b2xk", "bmV3", "Z29uZQ", "bW9yZQ"):
        assert value not in str(change)
        assert value not in "".join((*change.lines, *change.fields))


@pytest.mark.parametrize("whole", ["added", "removed"])
def test_a_new_or_removed_secret_is_masked_too(parse: Parse, whole: str) -> None:
    secret = SECRET.format(data="data: {a: aGVsbG8=}\nstringData: {b: hello}\n")

    [change] = diff(parse, *(("", secret) if whole == "added" else (secret, "")))

    text = "\n".join(change.lines)
    assert "hello" not in text
    assert "aGVsbG8" not in text
    assert text.count("<masked>") == 2


def test_a_secret_that_is_no_mapping_is_masked_whole(parse: Parse) -> None:
    before, after = (SECRET.format(data=f"data: {value}\n") for value in ("hello", "world"))

    [change] = diff(parse, before, after)

    assert change.fields == ("data: <masked> → <masked, changed>",)


def test_the_copy_that_kubectl_keeps_of_a_secret_is_masked(parse: Parse) -> None:
    note = "kubectl.kubernetes.io/last-applied-configuration"
    secret = SECRET.replace("name: s", f"name: s, annotations: {{{{{note}: hello}}}}")

    [change] = diff(parse, "", secret.format(data=""))

    assert "hello" not in "\n".join(change.lines)


def test_two_versions_of_one_object_are_a_change(parse: Parse) -> None:
    old = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n"

    [change] = diff(parse, old, old.replace("v1beta1", "v1"))

    assert change.fields == ('apiVersion: "policy/v1beta1" → "policy/v1"',)
