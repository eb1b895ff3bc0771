"""Selectors of labels, as `kubectl` writes them."""

import pytest

from pkgtool.errors import UsageError
from pkgtool.release.selector import parse_selector

LABELS = {"team": "shop", "tier": "web"}


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        pytest.param("", True, id="nothing"),
        pytest.param("team=shop,tier==web", True, id="pairs"),
        pytest.param("team=blog", False, id="another value"),
        pytest.param("team!=blog", True, id="not"),
        pytest.param("owner!=me", True, id="not, of a label that is absent"),
        pytest.param("team in (shop, blog)", True, id="in"),
        pytest.param("team notin (shop),tier=web", False, id="notin"),
        pytest.param("team", True, id="there"),
        pytest.param("!team", False, id="not there"),
        pytest.param("!owner , team in (shop)", True, id="absent"),
    ],
)
def test_a_selector(text: str, accepted: bool) -> None:
    assert all(each.accepts(LABELS) for each in parse_selector(text)) is accepted


@pytest.mark.parametrize("text", ["a b", "=x", "a in b", "a,,b", "a in (b"])
def test_what_is_no_selector(text: str) -> None:
    with pytest.raises(UsageError, match="unable to parse requirement"):
        parse_selector(text)
