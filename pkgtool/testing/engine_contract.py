"""What every template engine must do, whatever its language looks like.

A subclass gives the engine and says how its language writes a few things; the suite then only
speaks of names, data and places.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from pkgtool.errors import PkgtoolError, TemplateError, TemplateRender, TemplateSyntax
from pkgtool.template.protocol import Engine, TemplateSet

SCOPE: Mapping[str, Any] = {
    "Values": {"name": "web", "ports": [80, 443]},
    "Release": {"Name": "shop", "Namespace": "prod"},
    "Template": {"Name": "web/templates/a.yaml", "BasePath": "web/templates"},
}
PATH = "web/templates/a.yaml"


def nowhere(name: str, data: Any) -> str:
    """Know no other engine's templates."""
    del data
    raise TemplateRender(f"there is no template {name!r} to include")


class EngineContract:
    """Subclass, provide an `engine` fixture and the language's spellings, and run."""

    value: str
    """Prints `Values.name`."""
    missing: str
    """Uses something that is not there, so that rendering fails."""
    broken: str
    """Does not parse."""
    each_port: str
    """Prints `- ` and a port on its own line for each of `Values.ports`, with nothing around."""

    def define(self, name: str, body: str) -> str:
        """Write a named template."""
        raise NotImplementedError

    def include(self, name: str) -> str:
        """Write an include of `name` that hands on the whole scope."""
        raise NotImplementedError

    def compiled(
        self, engine: Engine, text: str, *, lined: bool = False, **more: str
    ) -> TemplateSet:
        """Compile `text` at `PATH`, and `more` beside it."""
        others = {f"web/templates/{name}.yaml": source for name, source in more.items()}
        return engine.compile({PATH: text, **others}, outside=nowhere, lined=lined)

    def test_text_without_tags_is_kept_to_the_last_newline(self, engine: Engine) -> None:
        made = self.compiled(engine, "kind: Pod\n\nname: a\n", lined=True).render(PATH, SCOPE)

        assert made.text == "kind: Pod\n\nname: a\n"
        assert made.lines == (1, 2, 3)

    def test_values_are_printed(self, engine: Engine) -> None:
        made = self.compiled(engine, f"name: {self.value}\n").render(PATH, SCOPE)

        assert made.text == "name: web\n"

    def test_rendering_twice_gives_the_same_text(self, engine: Engine) -> None:
        templates = self.compiled(engine, self.each_port + self.value)

        assert templates.render(PATH, SCOPE) == templates.render(PATH, SCOPE)

    def test_rendering_leaves_the_scope_as_it_was(self, engine: Engine) -> None:
        scope = {"Values": {"name": "web", "ports": [1]}, "Release": {"Name": "shop"}}

        self.compiled(engine, self.each_port + self.value).render(PATH, scope)

        assert scope == {"Values": {"name": "web", "ports": [1]}, "Release": {"Name": "shop"}}

    def test_every_line_knows_the_template_line_it_came_from(self, engine: Engine) -> None:
        text = f"a: 1\n{self.each_port}b: {self.value}\n"
        made = self.compiled(engine, text, lined=True).render(PATH, SCOPE)
        assert made.lines is not None
        loop_line = made.lines[1]

        assert made.text == "a: 1\n- 80\n- 443\nb: web\n"
        assert made.lines == (1, loop_line, loop_line, 2 + self.each_port.count("\n"))

    def test_a_named_template_is_found_in_another_file(self, engine: Engine) -> None:
        templates = self.compiled(
            engine, self.include("web.label"), _names=self.define("web.label", self.value)
        )

        assert templates.render(PATH, SCOPE).text == "web"
        assert set(templates.defines) >= {"web.label"}

    def test_a_named_template_is_included_from_outside(self, engine: Engine) -> None:
        templates = self.compiled(engine, self.define("web.label", f"is {self.value}"))

        assert templates.include("web.label", SCOPE) == "is web"

    def test_a_file_is_a_named_template_too(self, engine: Engine) -> None:
        """Charts put the checksum of a file into the annotations of a pod."""
        other = "web/templates/config.yaml"
        sources = {PATH: self.include(other), other: f"a: {self.value}"}
        templates = engine.compile(sources, outside=nowhere)

        assert templates.render(PATH, SCOPE).text == "a: web"
        assert templates.include(other, SCOPE) == "a: web"
        assert other in set(templates.defines)

    def test_an_unknown_name_is_asked_for_outside(self, engine: Engine) -> None:
        asked: list[tuple[str, Any]] = []

        def outside(name: str, data: Any) -> str:
            asked.append((name, data["Values"]["name"]))
            return "from afar"

        templates = engine.compile({PATH: self.include("other.label")}, outside=outside)

        assert templates.render(PATH, SCOPE).text == "from afar"
        assert asked == [("other.label", "web")]

    def test_an_unknown_name_fails_at_the_place_of_the_include(self, engine: Engine) -> None:
        templates = self.compiled(engine, f"a: 1\nb: {self.include('nobody')}\n")

        with pytest.raises(TemplateError, match="nobody") as caught:
            templates.render(PATH, SCOPE)

        assert caught.value.where is not None
        assert (caught.value.where.name, caught.value.where.line) == (PATH, 2)

    def test_the_nearer_file_defines_a_name(self, engine: Engine) -> None:
        templates = engine.compile(
            {
                "web/charts/db/templates/_names.yaml": self.define("label", "of the subchart"),
                "web/templates/_names.yaml": self.define("label", "of the parent"),
                PATH: self.include("label"),
            },
            outside=nowhere,
        )

        assert templates.render(PATH, SCOPE).text == "of the parent"

    def test_an_empty_definition_replaces_no_other(self, engine: Engine) -> None:
        templates = engine.compile(
            {
                "web/charts/db/templates/_names.yaml": self.define("label", "full"),
                "web/templates/_names.yaml": self.define("label", " "),
                PATH: self.include("label"),
            },
            outside=nowhere,
        )

        assert templates.render(PATH, SCOPE).text == "full"

    def test_text_that_does_not_parse_is_refused_with_its_place(self, engine: Engine) -> None:
        with pytest.raises(TemplateSyntax) as caught:
            self.compiled(engine, f"a: 1\nb: {self.broken}\n")

        assert caught.value.where is not None
        assert (caught.value.where.name, caught.value.where.line) == (PATH, 2)

    def test_a_failure_names_its_place_and_the_includes_that_led_to_it(
        self, engine: Engine
    ) -> None:
        templates = self.compiled(
            engine,
            f"a: 1\n{self.include('inner')}\n",
            _names=self.define("inner", f"\n\n{self.missing}"),
        )

        with pytest.raises(TemplateError) as caught:
            templates.render(PATH, SCOPE)

        places = [str(each.where).rpartition(":")[0] for each in _chain(caught.value)]
        assert places == ["web/templates/_names.yaml:3", "web/templates/a.yaml:2"]

    def test_an_unknown_path_is_an_error(self, engine: Engine) -> None:
        with pytest.raises(TemplateError, match="nothing"):
            self.compiled(engine, "a").render("web/templates/nothing.yaml", SCOPE)

    def test_a_set_works_on_after_a_failure(self, engine: Engine) -> None:
        templates = self.compiled(engine, self.missing, good=self.value)

        with pytest.raises(TemplateError):
            templates.render(PATH, SCOPE)

        assert templates.render("web/templates/good.yaml", SCOPE).text == "web"


def _chain(error: BaseException | None) -> list[PkgtoolError]:
    found: list[PkgtoolError] = []
    while isinstance(error, PkgtoolError):
        found.append(error)
        error = error.__cause__
    return found
