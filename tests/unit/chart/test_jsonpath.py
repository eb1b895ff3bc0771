"""Parts of values are picked as kubectl picks them."""

from typing import Any

import pytest

from pkgtool.chart.jsonpath import print_jsonpath
from pkgtool.errors import JsonPathInvalid

VALUES: dict[str, Any] = {
    "image": {"repository": "nginx", "tag": "1.2", "a.b": 3},
    "ports": [
        {"name": "http", "port": 80},
        {"name": "https", "port": 443},
        {"name": "metrics", "port": 9090},
    ],
    "enabled": True,
    "nothing": None,
    "share": 0.5,
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{.image.tag}", "1.2"),
        ("{$.image.tag}", "1.2"),
        ("{image.tag}", "1.2"),
        ("{.image}", '{"a.b":3,"repository":"nginx","tag":"1.2"}'),
        ("{.image['a.b']}", "3"),
        ("{.image.a\\.b}", "3"),
        ("{.image['tag','repository']}", "1.2 nginx"),
        ("{.ports[0].name}", "http"),
        ("{.ports[-1].name}", "metrics"),
        ("{.ports[0:2].name}", "http https"),
        ("{.ports[::2].name}", "http metrics"),
        ("{.ports[*].port}", "80 443 9090"),
        ("{..port}", "80 443 9090"),
        ('{.ports[?(@.name=="https")].port}', "443"),
        ("{.ports[?(@.port>100)].name}", "https metrics"),
        ("{.ports[?(@.port<=443)].name}", "http https"),
        ("{.ports[?(@.name!='http')].port}", "443 9090"),
        ("{.ports[?(@.name)].port}", "80 443 9090"),
        ("{.ports[?(@.gone)].port}", ""),
        ('{range .ports[*]}{.name}={.port}{"\\n"}{end}', "http=80\nhttps=443\nmetrics=9090\n"),
        ("{range .ports[9:]}{.name}{end}.", "."),
        ("tag: {.image.tag}!", "tag: 1.2!"),
        ("{.enabled} {.nothing} {.share}", "true <nil> 0.5"),
        ("{.image.*}", "nginx 1.2 3"),
    ],
)
def test_what_is_picked(template: str, expected: str) -> None:
    assert print_jsonpath(template, VALUES) == expected


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{.gone}", "gone is not found"),
        ("{.ports[7]}", "array index out of bounds: index 7, length 3"),
        ("{.ports[x]}", "invalid array index x"),
        ("{.ports[]}", "invalid array index "),
        ("{.ports[1:2:3:4]}", "invalid array index 1:2:3:4"),
        ("{.ports[--1]}", "invalid array index --1"),
        ("{.ports[²]}", "invalid array index ²"),
        ("{.ports[::0]}", "step must be > 0"),
        ("{.ports[::-1]}", "step must be > 0"),
        ("{.ports[0}", "unterminated array"),
        ("{.image", "unclosed action"),
        ("{range .ports[*]}{.name}", "unclosed range"),
        ("{.image.tag}{end}", "not in range, nothing to end"),
    ],
)
def test_what_cannot_be_picked(template: str, why: str) -> None:
    with pytest.raises(JsonPathInvalid) as caught:
        print_jsonpath(template, VALUES)

    assert caught.value.what == f"error parsing jsonpath {template}: {why}"


def tree(depth: int) -> dict[str, Any]:
    return {"a": tree(depth - 1), "b": tree(depth - 1)} if depth else {}


@pytest.mark.parametrize(
    ("template", "why"),
    [
        pytest.param("{range .}" * 3000, "it is nested too deeply", id="ranges"),
        pytest.param("{" + "..*" * 6 + "}", "it finds more than 100000 values", id="descents"),
        pytest.param("{.ports[" + "9" * 5000 + "]}", "invalid array index 9", id="a number"),
    ],
)
def test_templates_that_ask_too_much_are_refused(template: str, why: str) -> None:
    with pytest.raises(JsonPathInvalid) as caught:
        print_jsonpath(template, {**VALUES, "tree": tree(10)})

    assert f": {why}" in caught.value.what


def test_repeated_dots_mean_one_descent() -> None:
    assert print_jsonpath("{....port}", VALUES) == print_jsonpath("{..port}", VALUES)
    assert print_jsonpath("{" + "." * 5000 + "port}", VALUES) == "80 443 9090"
