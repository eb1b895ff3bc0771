"""Where a line of an object comes from."""

import pytest

from pkgtool.manifest.model import Manifest, ResourceId

ID = ResourceId("", "ConfigMap", "prod", "a")
TEXT = "kind: ConfigMap\ndata: {}\n"
TEMPLATE = "{# data #}\nkind: ConfigMap\n{{ data }}\n"


def test_without_a_line_map_the_rendered_text_is_marked() -> None:
    span = Manifest(ID, {}, "web/templates/a.yaml", TEXT).span(2)

    assert (span.name, span.line, span.text) == ("web/templates/a.yaml (rendered)", 2, TEXT)


@pytest.mark.parametrize(("line", "expected"), [(0, 2), (1, 2), (2, 3), (9, 3)])
def test_with_a_line_map_the_template_is_marked(line: int, expected: int) -> None:
    """A line beyond the text is taken for the nearest one."""
    made = Manifest(ID, {}, "web/templates/a.yaml", TEXT, lines=(2, 3), template=TEMPLATE)

    span = made.span(line)

    assert (span.name, span.line, span.text) == ("web/templates/a.yaml", expected, TEMPLATE)
