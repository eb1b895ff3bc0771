"""Turn a chart and its context into text, each file through the engine that it asks for.

A file called `*.j2` is Jinja2 in any chart; every other file is in the language of its chart's
`engine:`. Named templates are shared by all charts of the tree, whatever language they are in. Files
whose names begin with `_` write nothing; of a library chart only those count. A file keeps its whole
name in the result: `templates/web.yaml.j2` is shown as that.

Source: Helm v4 `pkg/engine/engine.go`, `pkg/action/action.go` (`renderResources`).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pkgtool.chart.model import Chart
from pkgtool.errors import EngineUnavailable, TemplateRender, TemplateSyntax, did_you_mean
from pkgtool.template.calm import CollectorPaused, with_room
from pkgtool.template.context import RenderContext
from pkgtool.template.origins import Origins
from pkgtool.template.protocol import Engine, TemplateSet
from pkgtool.template.scopes import ChartScope, Facts, at_template, build_scopes, release_scopes

JINJA = "jinja2"
"""The engine of files that are called `*.j2`."""
_NOTES = ("NOTES.txt", "NOTES.txt.j2")


class RenderedFile(NamedTuple):
    """The text that one template made."""

    path: str
    """Full path of the template: `web/charts/db/templates/service.yaml`."""
    text: str
    lines: Sequence[int]
    """For each line of `text`, the line (from 1) of `template` that it came from."""
    template: str
    """Source of the template, for excerpts in messages."""


class RenderedChart(NamedTuple):
    """Everything that a chart's templates made."""

    files: tuple[RenderedFile, ...]
    """By path; blank ones included, partials and notes not."""
    notes: str = ""
    """What `NOTES.txt` says, as rendered."""
    warnings: tuple[str, ...] = ()


class _Source(NamedTuple):
    """One template of the tree."""

    path: str
    text: str
    chart_path: str
    engine: str


class _Tree(NamedTuple):
    """The templates of a chart and of all that it contains."""

    texts: Mapping[str, Mapping[str, str]]
    """By engine and path."""
    charts: Mapping[str, str]
    """For each engine the first chart that asks for it."""
    rendered: Sequence[_Source]
    """What writes something, in Helm's order."""
    files: Sequence[int]
    """The places there of what is meant for the cluster, by path."""
    notes: Sequence[int]
    """The same of all notes."""
    own_notes: Sequence[int]
    """Those of the chart itself."""


def render_chart(
    context: RenderContext,
    engines: Mapping[str, Engine],
    *,
    subchart_notes: bool = False,
    lined: bool = False,
) -> RenderedChart:
    """Render all templates of the chart in `context` and of its dependencies.

    Args:
        context: The chart, its values, and everything templates may know.
        engines: Engines by name.
        subchart_notes: Whether notes of dependencies are kept too.
        lined: Whether the lines that texts come from are known at once; else whoever asks for them
            has the chart rendered again.

    Raises:
        EngineUnavailable: A chart asks for an engine that is not in `engines`.
        TemplateError: A template does not parse or fails; the span marks the place.
    """
    tree = _tree(_Same(context.chart))
    _check_engines(tree, engines)
    facts = Facts(context.lookup, lint=context.lint, enable_dns=context.enable_dns)
    origins = Origins(lambda: render_chart(context, engines, lined=True).files)
    with CollectorPaused():
        sets = _compile(tree, engines, facts, lined=lined, private=context.private)
        scopes = build_scopes(context, facts)
        rendered = with_room(_render_all, tree, sets, scopes, origins)
        # All of these know each other; apart they are gone at once, and leave no garbage to look for.
        sets.clear()
        release_scopes(scopes)
        scopes.clear()
    return _sorted_out(rendered, tree, facts, subchart_notes=subchart_notes)


def engines_of(chart: Chart) -> set[str]:
    """Return the names of the engines that the templates of the tree need."""
    return {
        _engine(part.engine, path)
        for _, part in chart.walk()
        for path in part.templates
        if not part.is_library or _is_partial(path)
    }


class _Same:
    """A chart as a key: equal to itself only, because to compare all of its files takes long."""

    __slots__ = ("chart",)

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    def __hash__(self) -> int:
        return id(self.chart)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.chart is other.chart


@lru_cache(maxsize=2)
def _tree(of: _Same) -> _Tree:
    """Return the templates of a chart; who renders it again, for other values, asks again."""
    texts: dict[str, dict[str, str]] = {}
    charts: dict[str, str] = {}
    sources = list(_sources(of.chart))
    for source in sources:
        texts.setdefault(source.engine, {})[source.path] = source.text
        charts.setdefault(source.engine, source.chart_path.rpartition("/")[2])
    rendered = _in_order(sources)
    paths = [source.path for source in rendered]
    by_path = sorted(range(len(paths)), key=paths.__getitem__)
    notes = [place for place in by_path if paths[place].endswith(_NOTES)]
    own = {f"{of.chart.name}/templates/{name}" for name in _NOTES}
    return _Tree(
        texts,
        charts,
        rendered,
        files=[place for place in by_path if place not in notes],
        notes=notes,
        own_notes=[place for place in notes if paths[place] in own],
    )


def _sources(chart: Chart) -> Iterator[_Source]:
    """Yield every template of the tree that counts: of library charts only partials do."""
    for chart_path, part in chart.walk():
        engine, is_library = part.engine, part.is_library
        for path, data in part.templates.items():
            if not is_library or _is_partial(path):
                full_path = f"{chart_path}/{path}"
                text = _decode(full_path, data)
                yield _Source(full_path, text, chart_path, _engine(engine, path))


def _engine(of_chart: str, path: str) -> str:
    return JINJA if path.endswith(".j2") else of_chart


def _is_partial(path: str) -> bool:
    return path.rpartition("/")[2].startswith("_")


def _decode(path: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise TemplateSyntax(
            f"the template {path!r} is not UTF-8 (byte {error.start})",
            hint="save it as UTF-8, or keep binary files outside of templates/",
        ) from None


def _check_engines(tree: _Tree, engines: Mapping[str, Engine]) -> None:
    for engine, name in tree.charts.items():
        if engine not in engines:
            raise EngineUnavailable(
                f"chart {name!r} needs the template engine {engine!r}, which is not here",
                hint=_engine_hint(engine, engines),
            )


def _engine_hint(engine: str, engines: Mapping[str, Engine]) -> str:
    return did_you_mean(engine, engines) or f"`engine:` can be {', '.join(sorted(engines))}"


def _compile(
    tree: _Tree, engines: Mapping[str, Engine], facts: Facts, *, lined: bool, private: bool
) -> dict[str, TemplateSet]:
    """Compile each language's files together, so that names reach across languages."""
    sets: dict[str, TemplateSet] = {}

    def outside(name: str, data: Any) -> str:
        for templates in sets.values():
            if name in templates.defines:
                # The other engine's functions need the facts of this render, too.
                plain = type(data) is dict
                return templates.include(name, ChartScope(data, facts) if plain else data)
        known = [each for templates in sets.values() for each in templates.defines]
        raise TemplateRender(
            f"there is no template {name!r} to include", hint=did_you_mean(name, known)
        )

    for engine in sorted(tree.texts):
        sets[engine] = engines[engine].compile(
            tree.texts[engine], outside=outside, lined=lined, private=private
        )
    return sets


def _in_order(sources: list[_Source]) -> list[_Source]:
    """Return what is rendered, in Helm's order: deepest first, then by name backwards.

    The order shows when a template changes values (`set`) that a later one reads.
    """
    wanted = [source for source in sources if not _is_partial(source.path)]
    return sorted(wanted, key=lambda each: (each.path.count("/"), each.path), reverse=True)


def _render_all(
    tree: _Tree,
    sets: Mapping[str, TemplateSet],
    scopes: Mapping[str, ChartScope],
    origins: Origins,
) -> list[RenderedFile]:
    found = []
    for path, source, chart_path, engine in tree.rendered:
        scope = at_template(scopes[chart_path], chart_path, path)
        text, lines = sets[engine].render(path, scope)
        found.append(
            RenderedFile(path, text, origins.lines(path) if lines is None else lines, source)
        )
    return found


def _sorted_out(
    rendered: list[RenderedFile], tree: _Tree, facts: Facts, *, subchart_notes: bool
) -> RenderedChart:
    """Take the notes from among the files, and put the files in order."""
    notes = tree.notes if subchart_notes else tree.own_notes
    return RenderedChart(
        files=tuple([rendered[place] for place in tree.files]),
        notes="\n".join([rendered[place].text for place in notes]),
        warnings=tuple(facts.warnings),
    )
