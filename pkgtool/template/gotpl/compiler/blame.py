"""Find out which expression a line of compiled code belongs to."""

from pkgtool.template.gotpl.clauses import parse_clause
from pkgtool.template.gotpl.compiler.blocks import Blocks
from pkgtool.template.gotpl.compiler.code import Blame
from pkgtool.template.gotpl.faults import Source
from pkgtool.template.gotpl.parser import parse_file


def blame_for(source: Source, name: str, line: int, *, lined: bool) -> Blame | None:
    """Return whom to blame for the `line` of the function that the template `name` became."""
    definitions = parse_file(source, lambda action, closed: parse_clause(action, closed=closed))
    body = next(each.body for each in definitions if each.name == name)
    return Blocks(lined=lined).function(body)[1][line - 1]
