"""What Helm prints about charts that went into a registry or came out of one.

Source: Helm v4 `pkg/registry/client.go`.
"""

_UNDERSCORE = """
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.
"""


def announce(verb: str, ref: str, digest: str) -> str:
    """Return what Helm prints about what was `Pulled` or `Pushed`."""
    text = f"{verb}: {ref}\nDigest: {digest}\n"
    underscored = ref if verb == "Pulled" else ref.rpartition("/")[2].partition(":")[2]
    return f"{text}{ref} contains an underscore.\n{_UNDERSCORE}" if "_" in underscored else text
