"""Names that plugins may have: they become folders and commands.

Source: Helm v4 `internal/plugin/plugin.go` (`validPluginName`).
"""

import string

from pkgtool.errors import PluginInvalid

_ALLOWED = frozenset(string.ascii_letters + string.digits + "_-")


def check_name(name: str, *, words: str = "") -> None:
    """Refuse a name that Helm refuses.

    Args:
        name: What a plugin wants to be called.
        words: How to say it.

    Raises:
        PluginInvalid: It is empty, or has other characters than letters, digits, `_` and `-`.
    """
    if not name or not _ALLOWED.issuperset(name):
        raise PluginInvalid(
            words or f'invalid plugin name "{name}": must contain only a-z, A-Z, 0-9, _ and -',
            hint="" if not words else "it must contain only a-z, A-Z, 0-9, _ and -",
        )
