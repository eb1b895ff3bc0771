"""Under which name the program was called, and how much it is to say about errors.

Whoever calls pkgtool `helm`, by a link of that name, reads `helm` in usage lines and hints: so
scripts that compare messages, and fingers that type what messages propose, go on working.
"""

import os
import sys

NAME = "pkgtool"

# In front of a command and at the beginning of a word: not in paths, addresses and variables.
_OURS = r"(?<![\w./:@-])pkgtool(?= [a-z<-])"


def program_name(called: str | None = None) -> str:
    """Return `helm` when the program was `called` so, else `pkgtool`."""
    name = os.path.basename(sys.argv[0] if called is None else called)  # noqa: PTH119
    return "helm" if name == "helm" else NAME


def as_called(text: str) -> str:
    """Return `text` with commands under the name that the program was called by."""
    name = program_name()
    if name == NAME:
        return text
    # Most who call it so make no mistakes.
    import re  # noqa: PLC0415

    return re.sub(_OURS, name, text)


def detail_wanted() -> bool:
    """Tell whether errors say more than Helm does."""
    # Commands that succeed never need to know.
    from pkgtool.cli.current import current_settings  # noqa: PLC0415
    from pkgtool.errors import SettingInvalid  # noqa: PLC0415

    try:
        return current_settings().error_detail
    except SettingInvalid:
        return True
