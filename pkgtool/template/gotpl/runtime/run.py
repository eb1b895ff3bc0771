"""Hold the templates of one chart tree together while they render: `include`, `tpl`, budgets.

Which body a name means is looked up when it is needed, because a text given to `tpl` may define
names, which are known until it is done, and may hide others.

Source: Helm v4 `pkg/engine/engine.go` (`includeFun`, `tplFun`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from pkgtool.errors import PkgtoolError, TemplateRender, did_you_mean
from pkgtool.template.funcs.golang.quote import quote
from pkgtool.template.gotpl.runtime.budget import (
    LARGE,
    MANY,
    SAME_NAME,
    Budget,
    room_of,
    room_of_all,
)
from pkgtool.template.gotpl.runtime.builtins import NO_VALUE
from pkgtool.template.gotpl.runtime.faults import (
    Fault,
    MissingTemplate,
    ParseFault,
    Source,
    TplFault,
)
from pkgtool.template.gotpl.runtime.linemap import Lined
from pkgtool.template.gotpl.runtime.rounds import Rounds, price_of_all, rounds_of
from pkgtool.template.numbers import GoNumbers, count_values
from pkgtool.template.protocol import Include
from pkgtool.template.scopes import ChartScope, Facts, facts_of

TPL_NAME = "gotpl"
"""What Helm calls every text given to `tpl`, in messages."""


WriteText = Callable[[Any, Any], str]
"""Return the text of a template with the first argument as dot, in the `Run` that is the second one."""


class Template(Protocol):
    """A named template, by whichever back end."""

    name: str
    blank: bool
    """Whether it writes nothing: it then does not replace another one of that name."""
    source: Source
    evaluated: bool
    """Whether its faults are those of Go, and it can say which line each text comes from."""

    @property
    def price(self) -> int:
        """The steps that one run takes, loops not counted."""
        ...

    @property
    def text(self) -> WriteText | None:
        """Write it; None until it was `loaded`.

        Raises:
            Fault: An expression failed.
        """
        ...

    def loaded(self) -> WriteText:
        """Return what `text` is from now on."""
        ...


class Lining(Template, Protocol):
    """A template of the evaluator."""

    def lined(self, data: Any, run: Any) -> Lined:
        """Return what it writes with `data` as dot, and the lines that it comes from.

        Raises:
            Fault: An expression failed.
        """
        ...


ReadText = Callable[[str], Mapping[str, Template]]
"""Parse a text given to `tpl`; its own body is called `TPL_NAME`."""

_USE_INCLUDE = "`include` also finds the names of files in Jinja2"


class Run:
    """The templates of one chart tree, and the render that is going on in them."""

    def __init__(
        self, templates: dict[str, Template], *, read: ReadText, outside: Include, exact: bool
    ) -> None:
        self.templates = templates
        self.exact = exact
        """Whether only the evaluator had to do with it, so that its faults are Go's."""
        self.budget = Budget()
        self.facts: Facts
        """Of the render that `begin` began."""
        self._read = read
        self._outside = outside
        self._numbers = GoNumbers()
        self.keys: list[tuple[str, tuple[Any, ...], Any]] = []
        """What functions for keys and passwords were given and made, in order."""
        self._made_before: list[tuple[str, tuple[Any, ...], Any]] = []
        """The same of a run that this one repeats, as far as it was not used yet; in reverse."""

    def repeats(self, other: "Run") -> None:
        """Use the keys that `other` made, in a run that does the same again: they take so long."""
        self._made_before = other.keys[::-1]

    def make_key(self, name: str, make: Callable[..., Any], *arguments: Any) -> Any:
        """Return what `make`, the function `name`, makes of `arguments`; raises as that."""
        made = self._made_before.pop() if self._made_before else ("", (), None)
        if made[:2] != (name, arguments):
            self._made_before.clear()
            made = (name, arguments, make(*arguments))
        self.keys.append(made)
        return made[2]

    def begin(self, scope: Any) -> None:
        """Start counting afresh for a render with `scope`, unless one is going on."""
        if not self.budget.names:
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

    def lined(self, template: Lining, data: Any) -> Lined:
        """Run `template` with `data`, and pay for everything that it wrote.

        Raises:
            Fault: An expression failed.
            BudgetExceeded: It is too much.
        """
        budget = self.budget
        budget.begin(template.price)
        made = template.lined(data, self)
        budget.names.pop()
        budget.produce(room_of_all(made[1]))
        return made

    def text_of(self, template: Template, data: Any, name: str = "") -> str:
        """Return the text of `template`, included as `name`, with `data`; raises as `lined`."""
        # As `Budget.begin` and `produce`: what runs for each template is written out.
        budget = self.budget
        names = budget.names
        names.append(name)
        budget.steps -= template.price
        if budget.steps < 0 or len(names) > SAME_NAME:
            budget.check(name)
        text = (template.text or template.loaded())(data, self)
        names.pop()
        size = len(text)
        if size > LARGE:
            budget.steps -= size >> 6
            budget.chars -= size
            if size > MANY or budget.chars < 0 or budget.steps < 0:
                budget.produce(room_of(text) - size)
        return text

    def join(self, texts: Sequence[str]) -> str:
        """Return `texts` as one, which whoever ran the template pays for.

        Raises:
            BudgetExceeded: It could not be paid for; nothing was made.
        """
        size = sum(map(len, texts))
        if size > self.budget.chars:
            self.budget.produce(size)
        return "".join(texts)

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

    def template(self, name: str, data: Any) -> str:
        """Return what `{{ template }}` writes; raises as `named` and `text_of`."""
        return self.text_of(self.templates.get(name) or self.named(name, None), data)

    def include(self, name: str, data: Any) -> str:
        """Return the text of the template called `name`.

        Raises:
            Fault, MissingTemplate, PkgtoolError: There is no text.
        """
        template = self.templates.get(name)
        if template is None:
            return self._from_outside(name, data)
        return self.text_of(template, data, name)

    def rounds(self, value: Any, price: int, *, both: bool) -> Rounds:
        """Return the rounds of a `range` over `value`, paid for: each costs `price`.

        Raises:
            Fault: It has no rounds.
            BudgetExceeded: There are too many.
        """
        found = rounds_of(value, None, both=both)
        self.budget.spend(price_of_all(found, price))
        return found

    def weighed(self, value: Any) -> Any:
        """Return a large `value` that is handed to a function, paid for; raises as `Budget.weigh`."""
        if len(value) > LARGE:
            self.budget.weigh(value)
        return value

    def counted(self, value: Any) -> Any:
        """Return a large `value` that a function made, paid for; raises as `Budget.count`."""
        budget = self.budget
        if type(value) is str:
            size = len(value) if value.isascii() else 4 * len(value)
            budget.steps -= size >> 6
            budget.chars -= size
            if budget.chars < 0 or budget.steps < 0:
                budget.produce(0)
        else:
            budget.count(value)
        return value

    def _from_outside(self, name: str, data: Any) -> str:
        try:
            return self._outside(name, data)
        except TemplateRender as error:
            # One with a place comes from inside of the other engine's template.
            if error.where is not None:
                raise
            raise MissingTemplate(name, error.hint) from None

    def tpl(self, text: str, data: Any) -> str:
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
            self.exact = self.exact and defined[TPL_NAME].evaluated
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
