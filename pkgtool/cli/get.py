"""`pkgtool get`: what is recorded of a release."""

from collections.abc import Mapping
from typing import Any

import click

from pkgtool import yamlcodec
from pkgtool.cli.current import current_settings
from pkgtool.cli.groups import group
from pkgtool.cli.output import write, write_data
from pkgtool.cli.params import NumberParam, command, output_option, release_argument
from pkgtool.cli.session import session
from pkgtool.cli.show_release import Detail, hooks_text, notes_text, show_release
from pkgtool.ops.get import computed_values, metadata_of
from pkgtool.ops.history import get_release
from pkgtool.release.model import Release
from pkgtool.yamlcodec import Fields

_revision = click.option("--revision", type=NumberParam(), default=0, help="Instead of the last.")


@group("get", default="all")
def get_command() -> None:
    r"""Show what is recorded of a release; `get NAME` is `get all NAME`.

    \b
    Example:
      pkgtool get values web
    """


@command("all")
@release_argument()
@_revision
@click.option("--template", default="", metavar="TEMPLATE", help="A Go template over .Release.")
@output_option
def _all(release: str, revision: int, template: str, output: str) -> None:
    r"""Show everything that is recorded of RELEASE.

    \b
    Example:
      pkgtool get all web --revision 1
      pkgtool get all web --template "{{ .Release.Info.Status }}"
    """
    if template:
        # Imported here: most want all of it.
        from pkgtool.cli.godata import release_in_go  # noqa: PLC0415
        from pkgtool.cli.gotext import render_go_text  # noqa: PLC0415

        data = {"Release": release_in_go(_release(release, revision))}
        write(render_go_text(template, data, name="_"), newline=False)
        return
    everything = Detail(chart=True, values=True, manifest=True)
    show_release(_release(release, revision), output, everything)


@command("values")
@release_argument()
@_revision
@click.option("--all", "-a", "all_", is_flag=True, help="Defaults too.")
@output_option
def _values(release: str, revision: int, all_: bool, output: str) -> None:
    r"""Show the values of RELEASE.

    \b
    Example:
      pkgtool get values web --all -o json
    """
    found = _release(release, revision)
    values = dict(computed_values(found) if all_ else found.config)
    if output != "table":
        write_data(values if all_ else values or None, output)
        return
    write("COMPUTED VALUES:" if all_ else "USER-SUPPLIED VALUES:")
    write(yamlcodec.dump(values if all_ else values or None), newline=False)


@command("manifest")
@release_argument()
@_revision
def _manifest(release: str, revision: int) -> None:
    r"""Show the objects of RELEASE.

    \b
    Example:
      pkgtool get manifest web
    """
    write(_release(release, revision).manifest)


@command("hooks")
@release_argument()
@_revision
def _hooks(release: str, revision: int) -> None:
    r"""Show the hooks of RELEASE.

    \b
    Example:
      pkgtool get hooks web
    """
    write(hooks_text(_release(release, revision)), newline=False)


@command("notes")
@release_argument()
@_revision
def _notes(release: str, revision: int) -> None:
    r"""Show the notes of RELEASE.

    \b
    Example:
      pkgtool get notes web
    """
    write(notes_text(_release(release, revision)), newline=False)


@command("metadata")
@release_argument()
@_revision
@output_option
def _metadata(release: str, revision: int, output: str) -> None:
    r"""Show the metadata of RELEASE.

    \b
    Example:
      pkgtool get metadata web -o yaml
    """
    fields = metadata_of(_release(release, revision))
    if output != "table":
        write_data(_metadata_document(fields), output)
        return
    dependencies = sorted(each["name"] for each in fields["dependencies"])
    shown = {**fields, "dependencies": ",".join(dependencies)}
    shown["applyMethod"] = _METHODS.get(fields["applyMethod"], fields["applyMethod"])
    for name in ("annotations", "labels"):
        shown[name] = ",".join(f"{key}={value}" for key, value in sorted(fields[name].items()))
    for name, value in shown.items():
        write(f"{_TITLES.get(name, name.upper())}: {value}")


def _metadata_document(fields: Mapping[str, Any]) -> Fields:
    """Return what is there, in Helm's order."""
    empty = ("annotations", "labels", "dependencies", "applyMethod")
    return Fields((k, v) for k, v in fields.items() if v or k not in empty)


_METHODS = {
    "": "client-side apply (defaulted)",
    "csa": "client-side apply",
    "ssa": "server-side apply",
}
_TITLES = {"appVersion": "APP_VERSION", "deployedAt": "DEPLOYED_AT", "applyMethod": "APPLY_METHOD"}


def _release(name: str, revision: int) -> Release:
    return get_release(session(), name, current_settings().namespace, revision=revision)


for _each in (_all, _values, _manifest, _hooks, _notes, _metadata):
    get_command.add_command(_each)
