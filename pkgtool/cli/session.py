"""Open the session of a command line.

Apart from what operations are told, so that what only reads records does not load what changes a
cluster.
"""

import click

from pkgtool.cli.cache import code_cache
from pkgtool.cli.current import current_settings
from pkgtool.cli.output import note, remark
from pkgtool.cli.signals import heed_signals
from pkgtool.ops.session import Session
from pkgtool.settings import Settings
from pkgtool.wiring.releases import open_session

SESSION = "pkgtool.session"
"""Where in the context's `meta` a program that runs commands may put a session of its own."""


def session() -> Session:
    """Return the session of this command line; compiled templates are kept when it ends.

    From here on a signal ends the command in an orderly way.
    """
    brought = click.get_current_context().find_root().meta.get(SESSION)
    if isinstance(brought, Session):
        return brought
    heed_signals()
    return open_session(current_settings(), say=remark, cache=code_cache())


def onlooker(settings: Settings) -> Session:
    """Return a session for who only looks while a command line is typed."""
    return open_session(settings, say=note)
