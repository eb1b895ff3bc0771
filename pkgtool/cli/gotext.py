"""Render a Go template of the command line: `--template`, `--name-template`.

Source: Helm v4 `pkg/cmd/helpers.go`, `pkg/action/install.go` (`TemplateName`).
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from pkgtool.errors import TemplateError, TemplateSyntax
from pkgtool.wiring.engines import open_engines


def render_go_text(text: str, data: Mapping[str, Any], *, name: str) -> str:
    """Return the template `text` rendered with `data`.

    Raises:
        TemplateError: It does not parse, or fails; `name` says which template it was.
    """
    try:
        templates = open_engines()["gotpl"].compile({name: text}, outside=_nothing)
        return templates.include(name, data)
    except TemplateSyntax as error:
        # Helm says so of the templates of charts only.
        place, found, words = error.what.removeprefix("parse error at (").partition("): ")
        if found:
            error.what = f"template: {place}: {words}"
        raise


def _nothing(name: str, data: Any) -> NoReturn:
    del data
    raise TemplateError(f'template: no template "{name}"')
