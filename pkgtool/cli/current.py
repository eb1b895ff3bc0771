"""The settings of the running command line.

Apart from the flags that make them, so that what needs no settings does not load them.
"""

import os

import click

from pkgtool.settings import Settings, read_settings

_SETTINGS = "pkgtool.settings"


def current_settings() -> Settings:
    """Return the settings of the running command line.

    Raises:
        SettingInvalid: A flag or variable holds something unusable.
    """
    context = click.get_current_context(silent=True)
    if context is None:
        return read_settings(os.environ)
    root = context.find_root()
    if _SETTINGS not in root.meta:
        root.meta[_SETTINGS] = read_settings(os.environ, **root.ensure_object(dict))
    settings = root.meta[_SETTINGS]
    return settings if isinstance(settings, Settings) else read_settings(os.environ)
