"""Which keys blobs may have: relative paths of portable names that never climb or hide."""

from pkgtool.errors import BlobKeyInvalid

KEY_LIMIT = 512
"""The longest key, in characters."""
NAME_LIMIT = 200
"""The longest name between two slashes; file systems take 255, and temporary names are longer."""
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-@~")
_DEVICES = frozenset({"con", "prn", "aux", "nul"})


def key_problem(key: str) -> str:
    """Return what is wrong with a key, or an empty string."""
    if not key or len(key) > KEY_LIMIT:
        return f"a key has 1 to {KEY_LIMIT} characters"
    for name in key.split("/"):
        if not name or name.startswith(".") or name.endswith("."):
            return "names between slashes are not empty and neither begin nor end with a dot"
        if len(name) > NAME_LIMIT:
            return f"names between slashes have at most {NAME_LIMIT} characters"
        if not _LETTERS.issuperset(name):
            return "only letters, digits and . _ + - @ ~ are portable"
        if name.partition(".")[0].lower() in _DEVICES:
            return f"{name!r} is the name of a device on some systems"
    return ""


def check_key(key: str) -> None:
    """Refuse a key that is not portable.

    Raises:
        BlobKeyInvalid: It climbs, hides, is too long or has other characters.
    """
    if problem := key_problem(key):
        raise BlobKeyInvalid(f"not a usable key: {key[:100]!r}", hint=problem)
