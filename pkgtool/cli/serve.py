"""`pkgtool serve`."""

import gc
from datetime import UTC, datetime
from pathlib import Path

import click

from pkgtool.cli.output import write
from pkgtool.cli.params import command
from pkgtool.errors import FileUnreadable, UsageError
from pkgtool.repo.catalog import Catalog
from pkgtool.server.app import listen, make_app, run_app
from pkgtool.wiring.repos import open_folder

_OBJECTS = 700
"""After how many new objects the collector looks: what Python does by itself."""


@command("serve")
@click.argument("folder", default="", metavar="[DIR]")
@click.option("--repo-path", default="", metavar="DIR", help="The folder of tarballs.")
@click.option(
    "--address",
    default="127.0.0.1:8879",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to listen; port 0 takes any free one.",
)
@click.option("--url", default="", help="Put in front of file names in the index.")
def serve_command(folder: str, repo_path: str, address: str, url: str) -> None:
    r"""Serve the tarballs in DIR as a chart repository.

    The index is that of the folder as it is at each request; nothing is written. Ctrl-C ends it.

    \b
    Example:
      pkgtool serve dist --address 127.0.0.1:8879
    """
    place = Path(folder or repo_path or ".")
    if not place.is_dir():
        raise FileUnreadable(f"not a folder: {str(place)!r}", hint="name a folder of tarballs")
    host, port = _address(address)
    socket = listen(host, port)
    catalog = Catalog(open_folder(place), clock=lambda: datetime.now(UTC), url=url)
    shown = f"[{host}]" if ":" in host else host
    text = f"Now serving {place} on http://{shown}:{socket.getsockname()[1]}"
    # A process that stays must not wait for so much garbage as `cli.main` lets the others do.
    gc.set_threshold(_OBJECTS)
    run_app(make_app(catalog), socket, ready=lambda: write(text))


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    digits = port if port.isascii() and port.isdecimal() and len(port) < 6 else "99999"
    if not colon or int(digits) > 65535:
        raise UsageError(f"invalid address {text!r}", hint="write HOST:PORT, e.g. 127.0.0.1:8879")
    return host.strip("[]") or "127.0.0.1", int(digits)
