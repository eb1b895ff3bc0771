from unittest.mock import create_autospec

from pkgtool.cluster.rules.sources import Sources, new_uid, utc_now
from pkgtool.cluster.rules.table import ObjectTable
from pkgtool.cluster.simulation.living import LIVING
from pkgtool.cluster.simulation.progress import advance


def test_everything_that_makes_steps_lives() -> None:
    table = create_autospec(ObjectTable, instance=True)
    table.pending.return_value = []

    advance(table, Sources(utc_now, new_uid))

    stepped = {call.args for call in table.pending.call_args_list}
    assert stepped <= LIVING
    # Controllers write these, but they make no steps of their own.
    assert stepped ^ LIVING == {("", "Endpoints"), ("", "PersistentVolume")}
