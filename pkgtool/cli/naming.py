"""The flags of a first revision, and the name that they give it; `template` takes them too.

Source: Helm v4 `pkg/action/install.go` (`NameAndChart`, `TemplateName`).
"""

from typing import Any

import click

from pkgtool.cli.params import labels_option, option_group
from pkgtool.errors import UsageError

install_options = option_group(
    click.option("--name", default="", help="Name of the release (as in Helm 2)."),
    click.option("--generate-name", "-g", is_flag=True, help="Make a name of the chart's."),
    click.option(
        "--name-template", default="", metavar="TEMPLATE", help="Make a name with a Go template."
    ),
    click.option("--create-namespace", is_flag=True, help="Make the namespace if missing."),
    click.option("--replace", is_flag=True, help="Reuse the name of a failed release."),
    click.option("--skip-crds", is_flag=True, help="Do not apply CRDs."),
    click.option("--take-ownership", is_flag=True, help="Take over objects of others."),
    click.option(
        "--rollback-on-failure",
        "--atomic",
        "rollback_on_failure",
        is_flag=True,
        help="Remove what was made when it fails.",
    ),
    click.option("--hide-notes", is_flag=True, help="Do not show the notes."),
    labels_option,
)


def given_name(words: tuple[str, ...], flags: Any) -> str:
    """Return the name that the command line gives the release, or an empty text.

    Raises:
        UsageError: There are too many words, or two names.
        TemplateError: `--name-template` does not parse, or fails.
    """
    if len(words) > 2:
        raise UsageError(
            f"expected at most two arguments, unexpected arguments: {', '.join(words[2:])}",
            hint="pkgtool install [NAME] CHART",
        )
    if len(words) == 2:
        for flag in ("name", "generate_name", "name_template"):
            if flags[flag]:
                written = flag.replace("_", "-")
                raise UsageError(f"cannot set --{written} and also specify a name")
        return words[0]
    if flags["name_template"]:
        # Imported here: few names are made so.
        from pkgtool.cli.gotext import render_go_text  # noqa: PLC0415

        return render_go_text(flags["name_template"], {}, name="name-template")
    return str(flags["name"])
