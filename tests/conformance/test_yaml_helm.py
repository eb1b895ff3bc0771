"""Random documents, written and read by pkgtool and by Helm's own SDK, where that is installed.

What is left out on purpose, because Helm's answer is not one to match:

- key sets for which go-yaml's order is no order (`"9b", "9 0", "0009"`): it depends on the sort;
- U+0085, which `toYaml` turns into a space, and a byte order mark inside a text that is read;
- keys that are equal only as text (`1` and `"1"`): which one Helm keeps is random.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec import dump, dump_json, dump_pretty, load

MARK = "\n=====\n"
TEMPLATE = "{{ range .Values.all }}{{ FUNCTION . }}" + MARK + "{{ end }}"
OPTIONS = {
    "name": "r",
    "namespace": "n",
    "revision": 1,
    "is_install": True,
    "is_upgrade": False,
    "kube_version": "1.30.0",
    "api_versions": [],
}
PIECES = (
    *" \t\n\n-:#,[]{}&*!|>'\"%@`?=\\/.0129abyzZ",
    *("  ", ": ", " #", "- ", "word ", "longer-words ", "it's ", "\u2028", "é", "日", "😀", "\x1b"),
)
TEXTS = ("", "y", "Off", "~", "0o7", "1_0", "1e3", ".5", "1:20", "2026-01-01", "<<", "---", "a: b")
ATOMS = (
    *TEXTS,
    "*a",
    "&a x",
    "'q'",
    '"d\\n"',
    "[x, 1]",
    "{k: v}",
    "!!str 1",
    "!t x",
    "|",
    ">-",
    "- i",
)


class Maker:
    """Makes the same documents for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self) -> str:
        if self.random.random() < 0.4:
            return self.random.choice(TEXTS)
        length = self.random.choice((3, 8, 60))
        return "".join(self.random.choice(PIECES) for _ in range(self.random.randint(0, length)))

    def scalar(self) -> Any:
        number = self.random.uniform(-1, 1) * 10 ** self.random.randint(-9, 24)
        return self.random.choice(
            (self.text(), self.text(), self.text(), number, float(int(number)), None)
        )

    def tree(self, depth: int) -> Any:
        kind = self.random.random()
        if depth == 0 or kind < 0.3:
            return self.scalar()
        count = self.random.randint(0, 4)
        if kind < 0.6:
            return [self.tree(depth - 1) for _ in range(count)]
        # Two keys at most with digits in their odd places, so that every order is an order.
        return {f"{letter}{self.text()}": self.tree(depth - 1) for letter in "abcd"[:count]}

    def document(self) -> str:
        lines = []
        for _ in range(self.random.randint(1, 5)):
            key, value = self.random.choice(("a", "b", "yes", "0x1")), self.random.choice(ATOMS)
            form = self.random.choice((f"{key}: {value}", f"- {value}", value, f"{key}:"))
            lines.append(" " * self.random.choice((0, 0, 2, 4)) + form)
        return "\n".join(lines) + "\n"


@pytest.fixture
def render(tmp_path: Path) -> Callable[[str, list[Any]], list[str]]:
    """Have Helm apply a template function to each of many values."""
    native = pytest.importorskip("helm_python._native", reason="needs helm-python-sdk")
    helm = pytest.importorskip("helm_python", reason="needs helm-python-sdk")

    def run(function: str, values: list[Any]) -> list[str]:
        (tmp_path / "templates").mkdir(exist_ok=True)
        (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")
        (tmp_path / "templates/a.txt").write_text(TEMPLATE.replace("FUNCTION", function))
        with helm.Chart.load(str(tmp_path)) as chart:
            arguments = json.dumps({"all": values}), json.dumps(OPTIONS)
            files = json.loads(native.call_string("helm_render", chart._raw(), *arguments))
        text: str = files["c/templates/a.txt"]
        return text.split(MARK)[:-1]

    return run


@pytest.mark.parametrize(
    ("function", "write"),
    [
        pytest.param("toYaml", lambda value: dump(value).removesuffix("\n"), id="toYaml"),
        pytest.param(
            "toYamlPretty", lambda value: dump_pretty(value).removesuffix("\n"), id="toYamlPretty"
        ),
        pytest.param("toJson", dump_json, id="toJson"),
    ],
)
def test_values_are_written_as_helm_writes_them(
    render: Callable[[str, list[Any]], list[str]], function: str, write: Callable[[Any], str]
) -> None:
    maker = Maker(seed=20261123)
    trees = [maker.tree(4) for _ in range(2000)]

    written = render(function, trees)

    assert len(written) == len(trees)
    differing = [tree for tree, text in zip(trees, written, strict=True) if write(tree) != text]
    assert differing == []


def test_documents_are_read_as_helm_reads_them() -> None:
    helm = pytest.importorskip("helm_python", reason="needs helm-python-sdk")
    maker = Maker(seed=20261124)
    documents = [maker.document() for _ in range(3000)]

    def theirs(text: str) -> Any:
        try:
            return helm.values_from_yaml(text)
        except helm.HelmError:
            return None

    accepted = [text for text in documents if theirs(text)]
    assert len(accepted) > 300
    assert [text for text in documents if ours(text) != theirs(text)] == []


def ours(text: str) -> Any:
    try:
        value = load(text, numbers="float")
    except YamlInvalid:
        return None
    value = {} if value is None else value
    return value if isinstance(value, dict) else None
