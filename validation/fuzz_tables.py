"""What must be true of every table the engine gives, whatever it was given."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import numpy as np

from retrowalk.tables import DIRECTION_CODE, KIND_CODE, SIDE_CODE, Floats, Gait, Recording

Codes = dict[object, int]
OF = {"kind": KIND_CODE, "side": SIDE_CODE, "direction": DIRECTION_CODE}
ALWAYS = {"time_s", "start_s", "end_s", "backward_probability"}  # columns that hold no NaN
COUNTS = {"n_steps", "n_strides", "bout_i"}
SLACK_S = 1.0  # a contact may be placed a little beyond the first or last sample


def faults(gait: Gait, recording: Recording) -> Iterator[str]:
    """What is wrong with these tables, in a few words each."""
    for name in ("contacts", "strides", "bouts", "steadiness"):
        yield from (f"{name}: {fault}" for fault in _columns(getattr(gait, name)))
    yield from _order(gait)
    yield from _bouts(gait)
    clocks = [sensor.time_s for sensor in recording.sensors if len(sensor.time_s)]
    begin = min(float(clock[0]) for clock in clocks) - SLACK_S
    end = max(float(clock[-1]) for clock in clocks) + SLACK_S
    for name, times in (("contact", gait.contacts.time_s), ("stride", gait.strides.start_s),
                        ("stride's end", gait.strides.end_s), ("bout", gait.bouts.start_s),
                        ("bout's end", gait.bouts.end_s)):  # fmt: skip
        if len(times) and not (times.min() >= begin and times.max() <= end):
            yield f"a {name} outside the recording"
    if not 0 <= gait.duration_s <= end - begin:
        yield f"lasts {gait.duration_s} s"
    if not set(gait.measured_from) <= {sensor.placement for sensor in recording.sensors}:
        yield "measured from what was not worn"
    if not all(said.endswith(".") and said.isprintable() for said in gait.warnings):
        yield "a warning is no sentence"


def _columns(table: object) -> Iterator[str]:
    """One length, the right kind of number, codes that mean something, NaN only where it may be."""
    assert is_dataclass(table)
    for field in fields(table):
        name, column = field.name, getattr(table, field.name)
        if column.shape != (len(table),):  # type: ignore[arg-type]
            yield f"{name} has shape {column.shape}"
        elif name in OF:
            if column.dtype != np.int8 or not np.isin(column, list(OF[name].values())).all():
                yield f"{name} holds no code"
        elif name in COUNTS:
            if column.dtype != np.int64 or (column < (-1 if name == "bout_i" else 1)).any():
                yield f"{name} does not count"
        elif column.dtype != np.float64:
            yield f"{name} is {column.dtype}"
        elif np.isinf(column).any():
            yield f"{name} is infinite"
        elif name in ALWAYS and np.isnan(column).any():
            yield f"{name} is NaN"


def _order(gait: Gait) -> Iterator[str]:
    strides, bouts = gait.strides, gait.bouts
    for name, times in (("contacts", gait.contacts.time_s), ("strides", strides.start_s),
                        ("bouts", bouts.start_s)):  # fmt: skip
        if (np.diff(times) < 0).any():
            yield f"{name} out of order"
    for name, table in (("stride", strides), ("bout", bouts)):
        if not (table.end_s > table.start_s).all():
            yield f"a {name} that ends before it begins"
    if not ((strides.backward_probability >= 0) & (strides.backward_probability <= 1)).all():
        yield "a probability outside 0 to 1"
    lasting = strides.end_s - strides.start_s
    for name, low, high in (("stance_s", 0.0, lasting), ("length_m", 0.0, np.inf),
                            ("speed_mps", 0.0, np.inf)):  # fmt: skip
        if _outside(getattr(strides, name), low, high):
            yield f"a stride's {name} outside what is possible"


def _outside(column: Floats, low: float, high: Floats | float) -> bool:
    return bool(((column < low) | (column > high)).any())  # NaN is neither


def _bouts(gait: Gait) -> Iterator[str]:
    strides, bouts = gait.strides, gait.bouts
    rows = strides.bout_i
    if len(rows) and not (rows.min() >= -1 and rows.max() < len(bouts)):
        yield "bout_i points nowhere"
        return
    within = rows >= 0
    if not np.array_equal(np.bincount(rows[within], minlength=len(bouts)), bouts.n_strides):
        yield "n_strides is not how many strides point at the bout"
    if (strides.direction[within] * bouts.direction[rows[within]] < 0).any():
        yield "a stride against its bout's direction"
    if len(gait.steadiness) != len(bouts):
        yield "steadiness has other rows than bouts"
    if _outside(bouts.cadence_spm, 1e-6, 1e4) or _outside(bouts.speed_mps, 0, np.inf):
        yield "a bout's cadence or speed outside what is possible"
