"""What a template engine must do, and nothing more.

An engine turns sources into a `TemplateSet` once, and the set renders many times. All I/O that a
template may ask for (`lookup`, `Files`) arrives through the context, so engines are pure: same
sources and context, same text.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from pkgtool.template.codecache import CodeCache

Scope = Mapping[str, Any]
"""What one template sees: `Values`, `Release`, `Chart`, `Capabilities`, `Files`, `Template`,
`Subcharts`; JSON-shaped, with callables only where Helm has methods (`Files.Get`)."""

Include = Callable[[str, Any], str]
"""Render the named template (first argument) with the given data, whichever engine has it."""


class RenderedText(NamedTuple):
    """The text of one template, and where each of its lines came from."""

    text: str
    lines: Sequence[int] | None
    """For each line of `text`, the line (from 1) of the template that produced its start; None where
    nobody asked and it is not known anyway."""


class TemplateSet(Protocol):
    """Compiled templates of one chart tree, as far as they are in one language."""

    @property
    def defines(self) -> Collection[str]:
        """Names that `include` reaches, across all sources."""
        ...

    def render(self, path: str, scope: Scope) -> RenderedText:
        """Render the template at `path`.

        Raises:
            TemplateError: With the span of the failing expression and, as `__cause__`, the error
                of the include that led to it, if any.
        """
        ...

    def include(self, name: str, data: Any) -> str:
        """Render the named template `name` with `data`.

        Raises:
            TemplateError: As `render`; also when there is no such name.
        """
        ...


class Engine(Protocol):
    """A template language."""

    name: str
    """The value of `engine:` in `Chart.yaml`, e.g. `jinja2`."""

    cache: CodeCache | None
    """Where compiled code is kept between runs; None for nowhere."""

    def compile(
        self,
        sources: Mapping[str, str],
        *,
        outside: Include,
        lined: bool = False,
        private: bool = True,
    ) -> TemplateSet:
        """Compile all `sources` (text by full path) so that they can include each other.

        Args:
            sources: Text by full path, e.g. `web/charts/db/templates/service.yaml`.
            outside: Called for a named template that none of `sources` defines.
            lined: Whether renders must say where their lines come from, which may take longer.
            private: Whether users had a part in the values: texts given to `tpl`, which may have their
                passwords in them, are then not kept in `cache`.

        Raises:
            TemplateSyntax: A source does not parse; the span marks the token.
        """
        ...
