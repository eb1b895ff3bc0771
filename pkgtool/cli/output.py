"""The one place that writes to the terminal: text, tables, JSON, YAML, colours.

Whatever comes from a chart, a server or a cluster is hostile to a terminal until its control
characters are gone. In pipes bytes pass as they are, for programs read them.

Source: `spec/reliability.md` §2.4 (terminal row); Helm v4 `pkg/cli/output` and gosuri/uitable for
the shape of tables.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import click

_BARE = frozenset(' "=')
_WARNING = "warning: "
_STYLES = {"green": "32", "red": "31", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}
_STATUS = {
    "deployed": "green",
    "failed": "red",
    "unknown": "red",
    "pending-install": "yellow",
    "pending-upgrade": "yellow",
    "pending-rollback": "yellow",
    "uninstalling": "yellow",
}


PROGRESS = "pkgtool.progress"
"""Under this key the context of the command line has its `ProgressLine`, if it has one."""


def _without_progress() -> AbstractContextManager[object]:
    """Keep the line about transfers off the terminal while something else is written."""
    context = click.get_current_context(silent=True)
    line = None if context is None else context.find_root().meta.get(PROGRESS)
    return nullcontext() if line is None else line.away()


def _is_hostile(char: str) -> bool:
    code = ord(char)
    return (
        (code < 32 and char not in "\n\t")
        or 127 <= code < 160
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
        or code in (0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF)
    )


def visible(text: str) -> str:
    """Return `text` with characters that would steer a terminal replaced by `␛`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("␛" if _is_hostile(char) else char for char in text)


def write(text: str, *, newline: bool = True) -> None:
    """Write foreign `text` to standard output, as UTF-8 whatever the locale says.

    Raises:
        FileUnwritable: It cannot be written, other than because its reader is gone.
    """
    write_styled(shown(text), newline=newline)


def shown(text: str) -> str:
    """Return foreign `text` as it may be written: unchanged, but harmless to a terminal."""
    return visible(text) if is_terminal() else text


def is_terminal(*, err: bool = False) -> bool:
    """Tell whether a human looks at standard output, or at standard error."""
    # A process that was started without one has None there.
    stream = sys.stderr if err else sys.stdout
    return stream is not None and stream.isatty()


def write_styled(text: str, *, newline: bool = True) -> None:
    """Write `text` that is harmless already, our own colours included; see `write`."""
    try:
        # Names of files may hold bytes that are no text; they must not stop the rest.
        with _without_progress():
            click.echo(text.encode("utf-8", "backslashreplace"), nl=newline)
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        reason = (error.strerror or type(error).__name__).lower()
        from pkgtool.errors import FileUnwritable  # noqa: PLC0415

        raise FileUnwritable(f"cannot write to standard output: {reason}") from error


def drop_output() -> None:
    """Send standard output nowhere: the interpreter must not fail again when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def note(text: str) -> None:
    """Write a remark for the human to standard error."""
    with _without_progress():
        click.echo(visible(text), err=True)


def warn(text: str, **about: str) -> None:
    """Write a warning to standard error, as a line of Helm's log."""
    log("WARN", text, **about)


def log(level: str, text: str, **about: str) -> None:
    """Write a line of the log to standard error, in the form of Go's text handler.

    Args:
        level: `DEBUG`, `INFO`, `WARN` or `ERROR`.
        text: What happened.
        about: What it is about: more pairs of the line.
    """
    pairs = "".join(f" {name}={_logged(each)}" for name, each in about.items())
    click.echo(visible(f"level={level} msg={_logged(text)}{pairs}"), err=True)


def _logged(text: str) -> str:
    """Return `text` as Go's text handler writes it: in quotes where it has to be."""
    if not text.isascii() or not text.isprintable() or not _BARE.isdisjoint(text) or not text:
        # Imported here: most commands have nothing to log.
        from pkgtool.template.funcs.golang.quote import quote  # noqa: PLC0415

        return quote(text)
    return text


def remark(text: str) -> None:
    """Tell a human how it goes; where nobody looks, the log."""
    if text.startswith(_WARNING):
        warn(text.removeprefix(_WARNING))
    elif is_terminal(err=True):
        note(text)
    else:
        log("INFO", text)


def write_error(text: str, *, exit_code: int) -> int:
    """Write `Error: text` to standard error and return `exit_code`."""
    label = style("Error:", "red", err=True)
    click.echo(f"{label} {visible(text)}", err=True, color=color_wanted(err=True))
    return exit_code


def color_wanted(*, err: bool = False) -> bool:
    """Whether output may be coloured: `--color`, then `NO_COLOR`, then whether it is a terminal."""
    # Commands that only write plain text never need to know.
    from pkgtool.cli.current import current_settings  # noqa: PLC0415
    from pkgtool.errors import SettingInvalid  # noqa: PLC0415

    try:
        mode = current_settings().color
    except SettingInvalid:
        # That is about to be said, and not in colour.
        return False
    return is_terminal(err=err) if mode == "auto" else mode == "always"


def style(text: str, name: str, *, err: bool = False) -> str:
    """Return `text` in the style `name` where colours are wanted."""
    return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if color_wanted(err=err) else text


def style_status(status: str) -> str:
    """Return a release status in its colour."""
    return style(status, _STATUS[status]) if status in _STATUS else status


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    width: int = 0,
    columns: int | None = None,
    paint: Sequence[Callable[[str], str]] = (),
) -> str:
    """Return a table as Helm prints it: padded columns, joined by tabs, the last one padded too.

    Args:
        header: Column titles; empty for none.
        rows: Cells, already text.
        width: Cut cells to this many characters with `...`; 0 leaves them whole.
        columns: Cut the widest cells until lines are no longer than this; 0 leaves them whole.
            `None` takes the width of the terminal, where there is one.
        paint: For each column, what colours its cells; titles are bold then.
    """
    lines = [[_cell(cell, width) for cell in row] for row in rows]
    if header:
        lines.insert(0, list(header))
    if not lines:
        return ""
    room = terminal_columns() if columns is None else columns
    widths = [max(len(row[i]) for row in lines) for i in range(len(lines[0]))]
    between = "\t"
    if room and _line_length(widths) > room:
        # Tabs would waste room, and only programs want them.
        between = _GAP
        widths = _fitted(widths, [len(each) for each in header or lines[0]], room)
        lines = [[_cell(cell, widths[i]) for i, cell in enumerate(row)] for row in lines]
    painters = [paint] * len(lines)
    if header and paint:
        painters[0] = [lambda title: style(title, "bold")] * len(header)
    return "".join(
        between.join(map(_padded, row, widths, painter or [str] * len(row))) + "\n"
        for row, painter in zip(lines, painters, strict=True)
    )


def _padded(cell: str, width: int, paint: Callable[[str], str]) -> str:
    """Return a cell in its colour; the blanks behind it have none."""
    return paint(cell) + " " * (width - len(cell))


def terminal_columns() -> int:
    """Return how wide the terminal is that standard output is, or 0 when it is none."""
    if not sys.stdout.isatty():
        return 0
    from shutil import get_terminal_size  # noqa: PLC0415

    return get_terminal_size().columns


_TAB = 8
_GAP = "  "
_NARROWEST = 4


def _line_length(widths: Sequence[int]) -> int:
    """Return how far a line reaches: behind each column but the last there is a tab."""
    reach = 0
    for width in widths[:-1]:
        reach = (reach + width) // _TAB * _TAB + _TAB
    return reach + widths[-1]


def _fitted(widths: Sequence[int], titles: Sequence[int], room: int) -> list[int]:
    """Return `widths` with the widest made narrower until a line fits, or titles would be cut."""
    fitted = list(widths)
    least = [max(_NARROWEST, title) for title in titles]
    while sum(fitted) + len(_GAP) * (len(fitted) - 1) > room:
        spare = [(width, i) for i, width in enumerate(fitted) if width > least[i]]
        if not spare:
            break
        fitted[max(spare)[1]] -= 1
    return fitted


def _cell(text: str, width: int) -> str:
    flat = visible(text).replace("\n", " ").replace("\t", " ")
    return f"{flat[: width - 3]}..." if width and len(flat) > width else flat


def write_data(value: Any, form: str) -> None:
    """Write `value` as `json` (one line, Go's escapes) or `yaml`.

    JSON has mappings of the type `yamlcodec.Fields` in their own order, as Go writes structures.
    """
    from pkgtool import yamlcodec  # noqa: PLC0415

    if form == "json":
        write(yamlcodec.dump_json(value))
    else:
        write(yamlcodec.dump(value), newline=False)
