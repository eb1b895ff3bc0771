"""Functions that encode, compare and choose give what Helm gives, for made-up arguments.

A small seeded sample; families whose results are random are checked in the unit tests instead.
"""

import random
from typing import Any

import pytest

from pkgtool.errors import FunctionFailed
from pkgtool.template.funcs.golang.fmt import to_text
from pkgtool.template.funcs.registry import function
from pkgtool.testing.helm_oracle import HelmOracle

ARITIES = {
    **dict.fromkeys(("b64enc", "b64dec", "b32enc", "b32dec"), 1),
    **dict.fromkeys(("sha1sum", "sha256sum", "sha512sum", "adler32sum"), 1),
    **dict.fromkeys(("toYaml", "mustToYaml", "toJson", "mustToJson", "toRawJson"), 1),
    **dict.fromkeys(("toPrettyJson", "toYamlPretty", "toToml", "mustToToml"), 1),
    **dict.fromkeys(("typeOf", "kindOf", "empty", "semver", "urlParse", "urlJoin"), 1),
    **dict.fromkeys(("typeIs", "typeIsLike", "kindIs", "deepEqual", "default"), 2),
    **dict.fromkeys(("coalesce", "all", "any"), 2),
    "ternary": 3,
}
"""Readers are not here: their error texts are partly our own."""

TEXTS = (
    *(
        "",
        "a",
        "hello",
        "1",
        "1.5",
        "true",
        "null",
        "yes",
        "~",
        "0x10",
        "é☃",
        "a\nb\n",
        " ",
        "\x00",
    ),
    *("v1.2.3", "1.2.3-rc.1", ">=1.0", "^1 || ~2", "aGVsbG8=", "aGk", "NBSWY3DP", "2020-01-02"),
    *("http://u:p@h:1/p?q#f", "string", "float64", "map", "slice", "[]interface {}", "a: b"),
)
KEYS = ("a", "b", "scheme", "host", "path", "userinfo", "", "1", "true", "a10", "a9", "x y")
NUMBERS = (0.0, 1.0, -1.0, 1.5, 1e6, 1e21, 1e-7, 123456789.0, 0.1, 2.0**53)


def made_up(rng: random.Random, depth: int = 2) -> Any:
    kind = rng.randrange(8 if depth else 6)
    if kind == 0:
        return rng.choice((None, True, False))
    if kind == 1:
        return rng.choice(NUMBERS)
    if kind < 6:
        return rng.choice(TEXTS)
    count = rng.randrange(4)
    if kind == 6:
        return [made_up(rng, depth - 1) for _ in range(count)]
    return {rng.choice(KEYS): made_up(rng, depth - 1) for _ in range(count)}


def ours(name: str, arguments: list[Any]) -> str:
    try:
        result = function(name)(*arguments)
    except FunctionFailed as error:
        return f"error: {error.what}"
    # Helm prints nothing for nil at the top of a pipeline.
    return "" if result is None else to_text(result)


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> HelmOracle:
    if not HelmOracle.installed():
        pytest.skip("needs helm-python-sdk")
    return HelmOracle(tmp_path_factory.mktemp("oracle"))


@pytest.mark.parametrize("name", sorted(ARITIES))
def test_results_agree_with_helm(name: str, helm: HelmOracle) -> None:
    rng = random.Random(name)
    fitting = 0
    for _ in range(60):
        count = ARITIES[name] if rng.random() < 0.95 else rng.randrange(5)
        arguments = [made_up(rng) for _ in range(count)]
        places = " ".join(f"(index .Values.a {index})" for index in range(count))

        expected = helm.evaluate(f"{name} {places}", {"a": arguments})

        actual = ours(name, arguments)
        if expected.startswith("error: "):
            # Words about arguments differ: ours say which argument it was.
            assert actual.startswith("error: "), (name, arguments, expected)
        else:
            assert actual == expected, (name, arguments)
            fitting += 1
    assert fitting >= 5
