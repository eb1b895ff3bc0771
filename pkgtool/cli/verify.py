"""`pkgtool verify`."""

from pathlib import Path

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import write
from pkgtool.cli.params import command
from pkgtool.ops.verify import verify


@command("verify")
@click.argument("path", metavar="PATH")
@click.option("--keyring", default="", metavar="PATH", help="Keyring with public keys.")
def verify_command(path: str, keyring: str) -> None:
    r"""Say who signed the packed chart at PATH, or refuse it.

    \b
    Example:
      pkgtool verify web-1.2.3.tgz --keyring ~/.gnupg/pubring.gpg
    """
    settings = current_settings()
    trusted = Path(keyring) if keyring else settings.keyring
    write("\n".join(verify(Path(path), trusted, settings.environ).lines))
