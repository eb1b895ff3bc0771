"""`pkgtool verify`."""

from pathlib import Path

import click

from pkgtool.cli.current import current_settings
from pkgtool.cli.output import write, write_data
from pkgtool.cli.params import command, output_option
from pkgtool.ops.verify import verify
from pkgtool.places import Places


@command("verify")
@click.argument("path", metavar="PATH")
@click.option("--keyring", default="", metavar="PATH", help="Keyring with public keys.")
@output_option
def verify_command(path: str, keyring: str, output: str) -> None:
    r"""Say who signed the packed chart at PATH, or refuse it.

    \b
    Example:
      pkgtool verify web-1.2.3.tgz --keyring ~/.gnupg/pubring.gpg
    """
    settings = current_settings()
    trusted = Path(keyring) if keyring else Places(settings).keyring
    found = verify(Path(path), trusted, settings.environ)
    if output != "table":
        fields = {"signed_by": list(found.signed_by), "fingerprint": found.fingerprint}
        write_data({**fields, "digest": str(found.digest)}, output)
        return
    write("\n".join(found.lines))
