"""The flags that say how a registry is reached, for all commands that reach one."""

import click

from pkgtool.cli.params import Flags, option_group
from pkgtool.repo.http import Credentials
from pkgtool.repo.oci.client import Access

certificate_options = option_group(
    click.option("--cert-file", default="", metavar="PATH", help="Certificate to show."),
    click.option("--key-file", default="", metavar="PATH", help="Key of the certificate."),
    click.option("--ca-file", default="", metavar="PATH", help="CA of the registry."),
    click.option("--plain-http", is_flag=True, help="Speak HTTP without encryption."),
)
"""The flags that `registry_access` reads; user, password and trust have other names elsewhere."""


def registry_access(flags: Flags, *, username: str = "", password: str = "") -> Access:
    """Return how registries are reached.

    Args:
        flags: Of the command line; those that a command does not have are off.
        username: At the registry that is meant.
        password: Or the token.
    """
    credentials = Credentials(
        username=username,
        password=password,
        cert_file=flags.get("cert_file", ""),
        key_file=flags.get("key_file", ""),
        ca_file=flags.get("ca_file", ""),
        insecure=bool(flags.get("insecure_skip_tls_verify") or flags.get("insecure")),
    )
    return Access(bool(flags.get("plain_http")), credentials)
