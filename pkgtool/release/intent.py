"""Know what an operation may have touched, and say so of one that never ended.

Source: `spec/reliability.md` F01, F07, F11, F15.
"""

from collections.abc import Sequence

from pkgtool.manifest.model import Manifest
from pkgtool.release.model import Release


def inventory(revisions: Sequence[Release]) -> tuple[Manifest, ...]:
    """Return every object that the live revisions of a release may have left in the cluster.

    Args:
        revisions: All of one release, in any order.

    Returns:
        Each object once, as its newest revision describes it, in install order of the newest.
    """
    raise NotImplementedError


def interrupted(release: Release) -> Release:
    """Return the record of a dead attempt as failed, with a description in plain words.

    A record that is neither pending nor uninstalling is returned as it is.
    """
    raise NotImplementedError
