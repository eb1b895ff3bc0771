"""Compiled Go templates end as evaluated ones do: in text, or in the same error with all its causes.

pytest tests/property/test_gotpl_back_ends.py -m property
PYTHONPATH=. python tests/property/test_gotpl_back_ends.py 10000
"""

import sys
from collections.abc import Iterable
from random import Random

import pytest

from pkgtool.template.gotpl import GotplEngine
from pkgtool.testing.gotpl_back_ends import compiled_engine, told
from pkgtool.testing.gotpl_difference import rendered
from pkgtool.testing.gotpl_grammar import MadeChart, made_chart

DIFFERENT_EACH_TIME = ("rand", "uuid", "gen", "now", "shuffle", "bcrypt", "htpasswd", "encrypt")


def usable(chart: MadeChart) -> bool:
    return not any(word in text for text in chart.files.values() for word in DIFFERENT_EACH_TIME)


def difference(chart: MadeChart) -> str:
    """Return how the back ends differ; nothing when they do not."""
    exact = rendered(chart, GotplEngine())
    fast = rendered(chart, compiled_engine(lambda engine: rendered(chart, engine)))
    if exact.texts != fast.texts:
        return f"{exact.texts or told(exact.failure)} != {fast.texts or told(fast.failure)}"
    if told(exact.failure) != told(fast.failure):
        return f"{told(exact.failure)} != {told(fast.failure)}"
    return ""


def differences(seeds: Iterable[int]) -> dict[int, str]:
    made = {seed: made_chart(Random(seed), broken=seed % 4 == 3) for seed in seeds}
    found = {seed: difference(chart) for seed, chart in made.items() if usable(chart)}
    return {seed: how for seed, how in found.items() if how}


def test_a_few_charts() -> None:
    assert differences(range(150)) == {}


@pytest.mark.property
@pytest.mark.parametrize("shard", range(8))
def test_many_charts(shard: int) -> None:
    assert differences(range(1000 + shard, 9000, 8)) == {}


if __name__ == "__main__":
    for number, how in differences(range(int(sys.argv[1]))).items():
        print(f"{number}: {how}"[:2000])
