"""mobgap (Apache-2.0): the Mobilise-D pipeline for the lower back, through its public classes.

Tasks: `pipeline` is the whole chain the authors recommend for the person's cohort; `contacts`
is one gait-sequence detector followed by one contact detector, named in `about`.

Arrays: `acc_g`, `gyr_dps` (n, 3) in the sensor frame mobgap asks for (x up, y right, z forward).
"""

import measured  # first: it starts the clock

# isort: split
import numpy as np
import pandas as pd
from mobgap.consts import GRAV_MS2
from mobgap.data import GaitDatasetFromData
from mobgap.gait_sequences import GsdIluz, GsdIonescu
from mobgap.initial_contacts import IcdHKLeeImproved, IcdIonescu, IcdShinImproved
from mobgap.pipeline import (
    GsIterator,
    MobilisedPipelineHealthy,
    MobilisedPipelineImpaired,
)
from mobgap.utils.conversions import to_body_frame

HEALTHY = ("HA", "COPD", "CHF")
SEQUENCES = {"Iluz": GsdIluz, "Ionescu": GsdIonescu}
CONTACTS = {"Shin": IcdShinImproved, "HKLee": IcdHKLeeImproved, "Ionescu": IcdIonescu}
COLUMNS = ["acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z"]


def prepare(task, arrays, about):
    signals = np.hstack([arrays["acc_g"] * GRAV_MS2, arrays["gyr_dps"]])
    frame = pd.DataFrame(signals, columns=COLUMNS)
    frame.index.name = "samples"
    if task == "contacts":
        return task, frame, about
    dataset = GaitDatasetFromData(
        {("walker",): {"LowerBack": frame}},
        float(about["rate_hz"]),
        {
            ("walker",): {
                "height_m": about["height_m"],
                "sensor_height_m": about["sensor_height_m"],
                "cohort": about["cohort"],
            }
        },
        {("walker",): {"measurement_condition": about["condition"]}},
        index_cols=["walker"],
    )
    return task, dataset, about


def run(prepared):
    task, given, about = prepared
    return contacts(given, about) if task == "contacts" else pipeline(given, about)


def contacts(frame, about):
    """Contacts of a chosen pair of detectors."""
    rate_hz = float(about["rate_hz"])
    body = to_body_frame(frame)
    sequences = SEQUENCES[about["sequences"]]().detect(body, sampling_rate_hz=rate_hz).gs_list_
    iterator = GsIterator()
    for (_, part), result in iterator.iterate(body, sequences):
        found = CONTACTS[about["contacts"]]().detect(part, sampling_rate_hz=rate_hz)
        result.ic_list = found.ic_list_
    listed = iterator.results_.ic_list
    times = np.empty(0) if listed.empty else listed["ic"].to_numpy(float)
    return {"contact_s": np.unique(times) / rate_hz}


def pipeline(dataset, about):
    """Everything mobgap says of a recording."""
    rate_hz = float(about["rate_hz"])
    made = MobilisedPipelineHealthy if about["cohort"] in HEALTHY else MobilisedPipelineImpaired
    done = made().run(dataset)
    strides, bouts = done.per_stride_parameters_, done.per_wb_parameters_
    listed = done.raw_ic_list_
    return {
        "contact_s": np.unique(listed["ic"].to_numpy(float)) / rate_hz,
        "stride_start_s": strides["start"].to_numpy(float) / rate_hz,
        "stride_end_s": strides["end"].to_numpy(float) / rate_hz,
        "stride_length_m": strides["stride_length_m"].to_numpy(float),
        "stride_mps": strides["walking_speed_mps"].to_numpy(float),
        "bout_start_s": bouts["start"].to_numpy(float) / rate_hz,
        "bout_end_s": bouts["end"].to_numpy(float) / rate_hz,
        "bout_mps": bouts["walking_speed_mps"].to_numpy(float),
    }


if __name__ == "__main__":
    measured.drive(prepare, run, packages=("mobgap",))
