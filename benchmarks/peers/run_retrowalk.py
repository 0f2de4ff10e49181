"""retrowalk, run exactly as the peers are: same clock, same files, same scoring afterwards.

Tasks: `back` takes the lower-back arrays of run_mobgap.py, `feet` the arrays of run_gaitmap.py.
Turning the sensor's axes into the body's is the reader's work and therefore not timed; the
peers' data frames are built outside the clock as well.
"""

import measured  # first: it starts the clock

# isort: split
import numpy as np

from retrowalk.gait.pipeline import measure
from retrowalk.tables import DIRECTION_CODE, KIND_CODE, SIDE_CODE, Recording, Sensor
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2
from retrowalk.words import ContactKind, Direction, Mounting, Placement, Side

FEET = (
    ("left", Placement.LEFT_FOOT, Side.LEFT),
    ("right", Placement.RIGHT_FOOT, Side.RIGHT),
)


def prepare(task, arrays, about):
    rate_hz = float(about["rate_hz"])
    return task, Recording("benchmark", SENSORS[task](arrays, rate_hz))


def back(arrays, rate_hz):
    """x up, y right, z forward becomes x anterior, y left, z up."""
    acc, gyr = (
        np.column_stack([rows[:, 2], -rows[:, 1], rows[:, 0]])
        for rows in (arrays["acc_g"], arrays["gyr_dps"])
    )
    return (
        Sensor(
            np.arange(len(acc)) / rate_hz,
            acc * STANDARD_GRAVITY_MPS2,
            gyr * DEGREE,
            placement=Placement.LOWER_BACK,
            mounting=Mounting.KNOWN,
        ),
    )


def feet(arrays, rate_hz):
    return tuple(
        Sensor(
            np.arange(len(arrays[f"{foot}_acc_mps2"])) / rate_hz,
            arrays[f"{foot}_acc_mps2"],
            arrays[f"{foot}_gyr_dps"] * DEGREE,
            placement=placement,
            mounting=Mounting.KNOWN,
        )
        for foot, placement, _ in FEET
    )


SENSORS = {"back": back, "feet": feet}


def run(prepared):
    task, recording = prepared
    gait = measure(recording)
    return feet_answer(gait) if task == "feet" else back_answer(gait)


def back_answer(gait):
    initial = gait.contacts.kind == KIND_CODE[ContactKind.INITIAL]
    return {
        "contact_s": gait.contacts.time_s[initial],
        "stride_start_s": gait.strides.start_s,
        "stride_end_s": gait.strides.end_s,
        "stride_length_m": gait.strides.length_m,
        "stride_mps": gait.strides.speed_mps,
        "bout_start_s": gait.bouts.start_s,
        "bout_end_s": gait.bouts.end_s,
        "bout_mps": gait.bouts.speed_mps,
        **directions(gait),
    }


def feet_answer(gait):
    answer = directions(gait)
    for foot, _, side in FEET:
        own = gait.strides.side == SIDE_CODE[side]
        answer[f"{foot}_pre_ic_s"] = gait.strides.start_s[own]
        answer[f"{foot}_ic_s"] = gait.strides.end_s[own]
        answer[f"{foot}_length_m"] = gait.strides.length_m[own]
    return answer


def directions(gait):
    """How many strides went each way; no peer has this."""
    return {
        f"strides_{word.value}": np.array([np.sum(gait.strides.direction == DIRECTION_CODE[word])])
        for word in Direction
    }


if __name__ == "__main__":
    measured.drive(prepare, run, packages=())
