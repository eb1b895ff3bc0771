"""What the tests of this folder share."""

import pytest


@pytest.fixture(autouse=True)
def in_one_process(unfenced: None) -> None:
    """Render without a child: the fence has tests of its own."""
