"""Without the C extension, and without PyYAML loaded at all, things work as they should."""

import subprocess
import sys

import pytest

from pkgtool.errors import YamlInvalid
from pkgtool.yamlcodec.build import Builder
from pkgtool.yamlcodec.events import open_parser

TEXT = """\
%TAG ! tag:x,2026:
---
# comment
a: &a [1, 0x1F, yes, 'q', "d\\u00e9", ! 5, !!str 6, !y z]
b: {k: *a, ? l : |-
    }
"""
BLOCK = "a: |\n  x\n   y\nb: >-\n  folded\n  text\nc:\n- - 1\n  - ? k\n    : v\n...\n---\nd: 1\n"


def read(text: str, *, pure: bool) -> object:
    parser = open_parser(text, name="t", pure=pure)
    builder = Builder(parser, text, "t", floats=False, unique_keys=False)
    return [builder.build() for _ in iter(builder.next_document, False)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT.replace("{k: *a, ? l : |-\n    }", "{k: *a, ? l : m}"), id="flow"),
        pytest.param(BLOCK, id="block"),
        pytest.param("", id="empty"),
    ],
)
def test_both_parsers_read_the_same(text: str) -> None:
    assert read(text, pure=True) == read(text, pure=False)


@pytest.mark.parametrize("pure", [True, False], ids=["python", "libyaml"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: é{{\x01\n", "column 7: .*not allowed", id="control character"),
        pytest.param("[" * 1000, "deeper than 256", id="deep"),
        pytest.param(
            "a: [1\n", "line 1, column 4: while parsing a flow sequence", id="open bracket"
        ),
        pytest.param('a: "\\/"\n', "unknown escape", id="escaped slash"),
        pytest.param("%YAML 1.2\n--- 1\n", "incompatible", id="version"),
    ],
)
def test_both_parsers_refuse_the_same(pure: bool, text: str, words: str) -> None:
    with pytest.raises(YamlInvalid, match=words):
        read(text, pure=pure)


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_missing_extension_is_replaced() -> None:
    assert (
        run(
            "import sys; sys.modules['yaml._yaml'] = None\n"
            "from pkgtool.yamlcodec import load\n"
            "print(load('a: yes'), load('b: ! 1'))\n"
        )
        == "{'a': True} {'b': '1'}"
    )


def test_importing_and_writing_load_no_yaml_library() -> None:
    assert (
        run(
            "import sys\n"
            "from pkgtool.yamlcodec import dump, dump_json, load_json\n"
            "dump(load_json('[1]'))\n"
            "print([each for each in ('yaml', 'ruamel', 'ruamel.yaml') if each in sys.modules])\n"
        )
        == "[]"
    )
