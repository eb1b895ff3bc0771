"""Parse texts of templates for the evaluator, and compile what runs again and again."""

from pkgtool.template.calm import Room
from pkgtool.template.gotpl.compiled import CompiledTemplate, Library
from pkgtool.template.gotpl.evaluation.blocks import EvaluatedTemplate
from pkgtool.template.gotpl.runtime.faults import Source
from pkgtool.template.gotpl.runtime.run import Template
from pkgtool.template.gotpl.syntax.clauses import Clauses
from pkgtool.template.gotpl.syntax.parser import parse_file


class Parser:
    """Parses texts; what their actions say is remembered."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._clauses = Clauses()

    def parse(self, source: Source) -> dict[str, Template]:
        """Return the templates that `source` defines.

        Raises:
            ParseFault: It does not parse.
        """
        with Room():
            return {
                each.name: EvaluatedTemplate(each.name, each.body, source, blank=each.blank)
                for each in parse_file(source, self._clauses.read)
            }

    def compile_often_used(self, templates: dict[str, Template], often: int) -> None:
        """Replace those of `templates` that ran `often` by compiled ones, where they can be."""
        for name, template in templates.items():
            if isinstance(template, EvaluatedTemplate) and often <= template.runs < _NEVER:
                templates[name] = self._compiled(template)

    def _compiled(self, template: EvaluatedTemplate) -> Template:
        # A command that renders once never comes here.
        from pkgtool.template.gotpl.compiler import compile_body  # noqa: PLC0415

        code = compile_body(template.body)
        if code is None:
            template.runs = _NEVER
            return template
        parts = (template.blank, template.price, code)
        return CompiledTemplate(template.name, template.source, parts, self._library)


_NEVER = 1 << 60
"""Runs of a template that cannot be compiled."""
