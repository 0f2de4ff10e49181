"""scikit-digital-health (MIT): walking bouts, then its lumbar gait pipeline, public classes only.

Arrays: `acc_g`, `gyr_dps` (n, 3); skdh finds the axes by itself.  Its shortest bout is 8 s by
default; `about["min_bout_s"]` may lower it, so that short trials are not simply skipped.
"""

import measured  # first: it starts the clock

# isort: split
import numpy as np
from skdh.context import PredictGaitLumbarLgbm
from skdh.gait import GaitLumbar

EPOCH_S = 1.7e9  # skdh wants Unix seconds; a day begins long before and ends long after


def prepare(_, arrays, about):
    rate_hz = float(about["rate_hz"])
    time_s = EPOCH_S + np.arange(len(arrays["acc_g"])) / rate_hz
    acc = np.ascontiguousarray(arrays["acc_g"], dtype=float)
    gyr = np.ascontiguousarray(np.radians(arrays["gyr_dps"]), dtype=float)
    return time_s, acc, gyr, about


def run(prepared):
    time_s, acc, gyr, about = prepared
    rate_hz = float(about["rate_hz"])
    seen = PredictGaitLumbarLgbm().predict(time=time_s, accel=acc, fs=rate_hz)
    bouts = np.column_stack([seen["Gait Bout Start Index"], seen["Gait Bout Stop Index"]])
    if not len(bouts):
        return answer({})
    gait = GaitLumbar(min_bout_time=float(about.get("min_bout_s", 8.0)))
    found = gait.predict(
        time=time_s,
        accel=acc,
        gyro=gyr,
        fs=rate_hz,
        leg_length=about["sensor_height_m"],
        gait_bouts=bouts,
    )
    return answer(found)


def answer(found):
    """Its columns under our names; a column it did not work out is left empty."""
    none = np.empty(0)
    contacts = np.asarray(found.get("IC Timestamp", none), dtype=float) - EPOCH_S
    stride_s = np.asarray(found.get("stride time", none), dtype=float)
    return {
        "contact_s": np.unique(contacts),
        "stride_start_s": contacts,
        "stride_end_s": contacts + stride_s,
        "stride_length_m": np.asarray(found.get("stride length", none), dtype=float),
        "stride_mps": np.asarray(found.get("gait speed", none), dtype=float),
    }


if __name__ == "__main__":
    measured.drive(prepare, run, packages=("scikit-digital-health",))
