import pytest

from pkgtool.errors import ManifestUnparsable
from pkgtool.manifest.postrender import Postrendered, merge_documents, part_documents

NAME = "postrenderer.helm.sh/postrender-filename"


def test_merge_by_path_without_partials_notes_and_blanks() -> None:
    files = [
        Postrendered("c/templates/b.yaml", "kind: B\n"),
        Postrendered("c/templates/a.yaml", "kind: A1\n---\n# nothing\n---\nkind: A2\n"),
        Postrendered("c/templates/_x.tpl", "kind: X\n"),
        Postrendered("c/templates/NOTES.txt", "hello\n"),
        Postrendered("c/templates/empty.yaml", "\n \n"),
    ]

    assert merge_documents(files) == "---\n".join(
        f"kind: {kind}\nmetadata:\n  annotations:\n    {NAME}: 'c/templates/{file}.yaml'\n"
        for kind, file in [("A1", "a"), ("A2", "a"), ("B", "b")]
    )


def test_documents_go_back_to_their_files() -> None:
    files = [
        Postrendered("c/b.yaml", "kind: B\nmetadata:\n  name: b\n"),
        Postrendered("c/a.yaml", "kind: A1\n---\nkind: A2\n"),
    ]

    assert part_documents(merge_documents(files)) == (
        Postrendered("c/a.yaml", "kind: A1\n---\nkind: A2\n"),
        Postrendered("c/b.yaml", "kind: B\nmetadata:\n  name: b\n"),
    )


def test_added_documents_get_a_name_by_their_place() -> None:
    stream = f"kind: A\nmetadata: {{annotations: {{{NAME}: c/a.yaml}}}}\n---\nkind: New\n"

    assert [each.path for each in part_documents(stream)] == [
        "c/a.yaml",
        "generated-by-postrender-1.yaml",
    ]


def test_the_last_line_break_before_a_separator_is_lost_as_in_helm() -> None:
    text = "data:\n  a: |\n    one\n---\ndata:\n  a: |\n    two\n"

    merged = merge_documents([Postrendered("a.yaml", text)])

    assert "  a: |-\n    one\n" in merged
    assert "  a: |\n    two\n" in merged


def test_a_list_in_the_answer_is_its_items_when_it_is_alone() -> None:
    listed = "kind: List\nitems:\n- kind: A\n- kind: B\n"

    assert len(part_documents(listed)) == 2
    assert len(part_documents(f"{listed}---\nkind: C\n")) == 2


def test_what_cannot_be_merged() -> None:
    with pytest.raises(
        ManifestUnparsable, match=r"error merging manifests: parsing c/a.yaml: wrong node kind"
    ):
        merge_documents([Postrendered("c/a.yaml", "just text\n")])


@pytest.mark.parametrize("answer", ["a: b: c\n", "some words\n", "- a\n", "{\n"])
def test_garbage_in_the_answer(answer: str) -> None:
    with pytest.raises(
        ManifestUnparsable, match=r"error while parsing post rendered output: error parsing YAML"
    ):
        part_documents(answer)
