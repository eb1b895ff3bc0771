"""Hold the templates of one chart tree together while they render: `include`, `tpl`, budgets.

Which body a name means is looked up when it is needed, because a text given to `tpl` may define
names, which are known until it is done, and may hide others.

Source: Helm v4 `pkg/engine/engine.go` (`includeFun`, `tplFun`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from pkgtool.errors import BudgetExceeded, PkgtoolError, TemplateRender, did_you_mean
from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.gotpl.budget import LARGE, SAME_NAME, Budget, room_of, room_of_all
from pkgtool.template.gotpl.builtins import NO_VALUE
from pkgtool.template.gotpl.faults import Fault, MissingTemplate, ParseFault, Source, TplFault
from pkgtool.template.gotpl.linemap import Lined
from pkgtool.template.numbers import GoNumbers, count_values
from pkgtool.template.protocol import Include
from pkgtool.template.scopes import ChartScope, Facts, facts_of

TPL_NAME = "gotpl"
"""What Helm calls every text given to `tpl`, in messages."""


class Template(Protocol):
    """A named template, by whichever back end."""

    name: str
    blank: bool
    """Whether it writes nothing: it then does not replace another one of that name."""
    source: Source
    lined: bool
    """Whether the output says lines, too: whether it is `Lined`, or only its texts."""

    @property
    def price(self) -> int:
        """The steps that one run takes, loops not counted."""
        ...

    def output(self, data: Any, run: Any) -> Any:
        """Return what the template writes with `data` as dot.

        Raises:
            Fault: An expression failed.
        """
        ...


ReadText = Callable[[str], Mapping[str, Template]]
"""Parse a text given to `tpl`; its own body is called `TPL_NAME`."""

_USE_INCLUDE = "`include` also finds the names of files in Jinja2"


class Run:
    """The templates of one chart tree, and the render that is going on in them."""

    def __init__(self, templates: dict[str, Template], *, read: ReadText, outside: Include) -> None:
        self.templates = templates
        self.budget = Budget()
        self.facts = Facts()
        self._read = read
        self._outside = outside
        self._numbers = GoNumbers()

    def begin(self, scope: Any) -> None:
        """Start counting afresh for a render with `scope`, unless one is going on."""
        if self.budget.depth == 0:
            self.budget.reset()
            self.facts = facts_of(scope)

    def seen(self, scope: Any) -> Any:
        """Return `scope` as templates see it: with Go's numbers."""
        return self._numbers.scope(scope) if isinstance(scope, ChartScope) else scope

    def received(self, data: Any) -> Any:
        """Return a copy with Go's numbers of what another language hands over.

        Raises:
            BudgetExceeded: It is too much.
        """
        self.budget.spend(count_values(data))
        return self._numbers.data(data)

    def lined(self, template: Template, data: Any) -> Lined:
        """Run `template` with `data`, and pay for everything that it wrote.

        Raises:
            Fault: An expression failed.
            BudgetExceeded: It is too much.
        """
        if not template.lined:
            return (-1,), (self.text_of(template, data),)
        budget = self.budget
        budget.begin(template.price)
        made: Lined = template.output(data, self)
        budget.depth -= 1
        budget.produce(room_of_all(made[1]))
        return made

    def text_of(self, template: Template, data: Any) -> str:
        """Return the text of `template` with `data`; raises as `lined`."""
        if template.lined:
            return "".join(self.lined(template, data)[1])
        budget = self.budget
        budget.begin(template.price)
        made: Sequence[str] = template.output(data, self)
        budget.depth -= 1
        if len(made) == 1:
            text = made[0]
            if len(text) > LARGE:
                budget.produce(room_of(text))
            return text
        # Paid for before it is joined.
        budget.produce(room_of_all(made))
        return "".join(made)

    def named(self, name: str, node: Any) -> Template:
        """Return the template called `name`, or blame `node`, a `{{ template }}`.

        Raises:
            Fault: There is none.
        """
        template = self.templates.get(name)
        if template is None:
            hint = did_you_mean(name, self.templates) or _USE_INCLUDE
            raise Fault(node, f"template {quote(name)} not defined", hint=hint)
        return template

    def include(self, name: str, data: Any) -> str:
        """Return the text of the template called `name`.

        Raises:
            Fault, MissingTemplate, PkgtoolError: There is no text.
        """
        template = self.templates.get(name)
        if template is None:
            return self._from_outside(name, data)
        nested = self.budget.nested
        depth = nested.get(name, 0)
        if depth > SAME_NAME:
            raise BudgetExceeded(
                f"rendering template has a nested reference name: {name}: "
                "unable to execute template",
                hint="the template includes itself without end",
            )
        nested[name] = depth + 1
        text = self.text_of(template, data)
        nested[name] = depth
        return text

    def _from_outside(self, name: str, data: Any) -> str:
        try:
            return self._outside(name, data)
        except TemplateRender as error:
            # One with a place comes from inside of the other engine's template.
            if error.where is not None:
                raise
            raise MissingTemplate(name, error.hint) from None

    def render_text(self, text: str, data: Any) -> str:
        """Render `text` as `tpl` does: names that it defines are gone afterwards.

        Raises:
            TplFault: It does not parse or fails.
        """
        if "{{" not in text:
            return text.replace(NO_VALUE, "")
        self._pay_for_reading(text)
        self.budget.enter_tpl()
        before = self.templates
        try:
            defined = self._read(text)
            self.templates = dict(before)
            add_templates(self.templates, defined)
            made = self.text_of(defined[TPL_NAME], data)
        except ParseFault as fault:
            raise TplFault(f"cannot parse template {quote(text)}: ", fault) from None
        except (Fault, PkgtoolError) as error:
            lead = f"error during tpl function execution for {quote(text)}: "
            raise TplFault(lead, error) from None
        finally:
            self.templates = before
        self.budget.tpl_depth -= 1
        return made.replace(NO_VALUE, "")

    def _pay_for_reading(self, text: str) -> None:
        """Pay for parsing `text`, less when this render gave it to `tpl` before."""
        known = self.budget.texts
        self.budget.spend(100 + (len(text) >> 2 if text in known else len(text) << 3))
        known.add(text)


def add_templates(known: dict[str, Template], added: Mapping[str, Template]) -> None:
    """Put `added` on top of `known`; a blank template replaces no other."""
    for name, template in added.items():
        if not (template.blank and name in known):
            known[name] = template
