"""Templates that would never end, or need all memory, end in a named error, soon and cheaply.

`python -m pytest -m property` runs the heavy ones, too. What each took is printed: `pytest -rP`.
"""

import resource
import time

import pytest

from pkgtool.errors import BudgetExceeded, PkgtoolError
from pkgtool.template.calm import with_room
from pkgtool.template.fence import DEFAULT_LIMITS, FenceLimits, run_fenced
from pkgtool.template.files import chart_files
from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.scopes import ChartScope, Facts
from pkgtool.testing.engine_contract import nowhere
from pkgtool.testing.gotpl_back_ends import engine_for
from tests.unit.template.gotpl.bombs import EVER, Bomb, bombs

PATH = "web/templates/a.yaml"
SECONDS = DEFAULT_LIMITS.cpu_s
"""The named error must come before the fence's nameless end; most take a tenth of that."""
MEMORY_KIB = 256 * 1024
FILES = {
    "large.txt": b"ab\n" * 700_000,
    "odd.bin": bytes(range(256)) * 4000,
    **{f"conf/{number}.txt": b"x: y\n" * 20 for number in range(300)},
}


def _scope(bomb: Bomb) -> ChartScope:
    return ChartScope({"Values": dict(bomb.values), "Files": chart_files(FILES)}, Facts())


def _measured(bomb: Bomb, *, compiled: bool) -> tuple[str, float, int, str]:
    """Return the error that `bomb` ends in, its processor time and memory, and what renders next."""
    engine = engine_for({PATH: bomb.text}) if compiled else GotplEngine()
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    with pytest.raises(PkgtoolError) as caught:
        engine.compile({PATH: bomb.text}, outside=nowhere).render(PATH, _scope(bomb))
    used_s = time.process_time() - began
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    assert caught.value.where is not None
    after = engine.compile({PATH: "{{ range until 3 }}{{ . }}{{ end }}"}, outside=nowhere)
    return type(caught.value).__name__, used_s, peak_kib, after.render(PATH, _scope(bomb)).text


def _cases(*, heavy: bool) -> list[object]:
    return [pytest.param(each, id=each.name) for each in bombs() if each.heavy is heavy]


def _explode(bomb: Bomb, *, compiled: bool = False) -> None:
    found, used_s, peak_kib, after = run_fenced(
        lambda: _measured(bomb, compiled=compiled),
        limits=FenceLimits(memory_bytes=1 << 30, cpu_s=2 * SECONDS),
    )

    print(f"{bomb.name}: {found}, {used_s:.2f} s, {peak_kib / 1024:.0f} MiB")
    assert found in bomb.error.split("|")
    assert used_s < SECONDS
    assert peak_kib < MEMORY_KIB
    assert after == "012"


@pytest.mark.parametrize("bomb", _cases(heavy=False))
def test_bombs_end_in_a_named_error(bomb: Bomb) -> None:
    _explode(bomb)


@pytest.mark.property
@pytest.mark.parametrize("bomb", _cases(heavy=True))
def test_heavy_bombs_end_in_a_named_error(bomb: Bomb) -> None:
    _explode(bomb)


@pytest.mark.property
@pytest.mark.parametrize("bomb", [*_cases(heavy=False), *_cases(heavy=True)])
def test_compiled_bombs_end_in_time_too(bomb: Bomb) -> None:
    """What compiled code gives up, the evaluator does again."""
    _explode(bomb, compiled=True)


def test_every_bomb_has_its_own_name() -> None:
    names = [each.name for each in bombs()]

    assert len(set(names)) == len(names) > 200


def _rendered(text: str) -> str:
    engine = GotplEngine()
    return engine.compile({PATH: text}, outside=nowhere).render(PATH, _scope(Bomb("", ""))).text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{{ " + "(" * 199 + "1" + ")" * 199 + " }}", id="brackets"),
        pytest.param("{{ if 1 }}" * 190 + "1" + "{{ end }}" * 190, id="blocks"),
        pytest.param("{{ if 0 }}" + "{{ else if 0 }}" * 900 + "{{ else }}1{{ end }}", id="branches"),
        pytest.param('{{ define "d" }}{{ if . }}{{ include "d" (rest .) }}{{ else }}1{{ end }}{{ end }}{{ include "d" (until 900) }}', id="includes"),
        pytest.param("{{ $l := list }}{{ range until 3000 }}{{ $l = append $l . }}{{ end }}1", id="a list grown one by one"),
        pytest.param("{{ $m := dict }}{{ range until 9999 }}{{ $_ := set $m (toString .) . }}{{ end }}1", id="a map grown one by one"),
        pytest.param('{{ $x := regexReplaceAll "[^a-z]+" (repeat 5000 "Ab-c ") "-" }}1', id="a pattern in a large text"),
        pytest.param('{{ range until 2000 }}{{ $x := regexReplaceAll "[^a-z0-9]+" "My.App/1.0" "-" }}{{ end }}1', id="a pattern often"),
        pytest.param('{{ range until 200 }}{{ $x := genPrivateKey "ed25519" }}{{ end }}1', id="small keys"),
        pytest.param('{{ $x := toYaml (fromYaml (repeat 1 "a: [b, {c: d}]\\n")) | nindent 4 }}{{ range until 500 }}{{ $y := fromYaml $x | toYaml | nindent 2 }}{{ end }}1', id="YAML often"),
    ],
)  # fmt: skip
def test_what_is_allowed_also_renders(text: str) -> None:
    assert _rendered(text) == "1"


def test_slow_functions_cost_more_than_fast_ones() -> None:
    """A loop is as long as what it calls lets it be, not as long as its rounds."""
    loop = "{{ range until 2000 }}{{ $x := %s }}{{ end }}"
    text = "(repeat 1000 `a_b `)"

    _rendered(loop % f"trunc 5 {text}")
    with pytest.raises(BudgetExceeded):
        _rendered(loop % f"snakecase {text}")


def test_what_is_in_an_action_costs() -> None:
    """Brackets, arguments and stages are work, whether or not they call anything that is priced."""
    for action in (
        "not " + "(not " * 100 + "1" + ")" * 100,
        "and" + " 1" * 500,
        "1" + " | not" * 100,
    ):
        with pytest.raises(BudgetExceeded):
            _rendered(EVER % ("{{ $x := " + action + " }}"))


def test_comparing_large_texts_costs() -> None:
    with pytest.raises(BudgetExceeded):
        _rendered(
            '{{ $a := repeat 100000 "a" }}{{ range until 4000 }}{{ $x := eq $a $a }}{{ end }}'
        )


def test_a_number_beyond_floats_is_refused_as_in_go() -> None:
    with pytest.raises(PkgtoolError, match="illegal number syntax"):
        _rendered("{{ 1e999 }}")


def test_budgets_are_for_one_render() -> None:
    """What one render spends is back for the next one, also after an error."""
    templates = GotplEngine().compile(
        {PATH: "{{ range until (int .Values.n) }}{{ $x := bcrypt `a` }}{{ end }}1"}, outside=nowhere
    )

    for count, ends in ((1, True), (90_000, False), (1, True)):
        scope = _scope(Bomb("", "", values={"n": float(count)}))
        if ends:
            assert templates.render(PATH, scope).text == "1"
        else:
            with pytest.raises(BudgetExceeded):
                templates.render(PATH, scope)


def test_deep_stacks_are_not_taken_piece_by_piece() -> None:
    """Wherever a loop starts on Python's stack, the system is not asked for memory in each round."""
    text = "{{ range until 3 }}" * 9 + "{{ end }}" * 9
    templates = GotplEngine().compile({PATH: text}, outside=nowhere)

    def at(depth: int) -> int:
        if depth:
            return at(depth - 1)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        with_room(templates.render, PATH, _scope(Bomb("", "")))
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    assert max(at(depth) for depth in range(0, 60, 4)) < 1000
