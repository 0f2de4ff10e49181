"""The campaign's judge of tables: it finds nothing in a walk, and every fault put into one."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.gait.walks import BACK, FEET, walk
from validation.fuzz_tables import faults

from retrowalk.gait.pipeline import measure
from retrowalk.tables import Gait

WALK = walk(FEET).recording


def put(table: str, column: str, row: int, value: float) -> Callable[[Gait], Gait]:
    def spoilt(gait: Gait) -> Gait:
        was = getattr(gait, table)
        cells = getattr(was, column).copy()
        cells[row] = value
        return replace(gait, **{table: replace(was, **{column: cells})})

    return spoilt


@pytest.mark.parametrize("placements", [FEET, BACK])
def test_a_walk_is_in_order(placements) -> None:
    recording = walk(placements).recording
    assert not list(faults(measure(recording), recording))


SPOILT = {
    "contacts out of order": put("contacts", "time_s", 0, 20.0),
    "contacts: time_s is NaN": put("contacts", "time_s", 3, np.nan),
    "contacts: kind holds no code": put("contacts", "kind", 2, 5),
    "strides: length_m is infinite": put("strides", "length_m", 1, np.inf),
    "a probability outside": put("strides", "backward_probability", 1, 1.2),
    "bout_i points nowhere": put("strides", "bout_i", 4, 99),
    "n_strides is not": put("strides", "bout_i", 4, -1),
    "stance_s outside": put("strides", "stance_s", 1, 50.0),
    "against its bout": put("strides", "direction", 4, -1),
    "a stride's end outside": put("strides", "end_s", 4, 1e6),
    "bouts: n_steps does not count": put("bouts", "n_steps", 0, 0),
    "lasts": lambda gait: replace(gait, duration_s=-1.0),
    "no sentence": lambda gait: replace(gait, warnings=("hm",)),
    "not worn": lambda gait: replace(gait, measured_from=BACK),
}


@pytest.mark.parametrize("said", SPOILT)
def test_a_spoilt_table_is_found(said: str) -> None:
    found = list(faults(SPOILT[said](measure(WALK)), WALK))
    assert any(said in fault for fault in found), found
