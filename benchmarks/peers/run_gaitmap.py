"""gaitmap (MIT) with gaitmap_mad (AGPL-3.0): both feet, through their public classes.

This file runs in an environment of its own and is the only one that names gaitmap_mad;
retrowalk neither imports nor ships it.

Tasks: `classic` is the pipeline of gaitmap's own walkthrough (gravity alignment, Barth's DTW,
Rampp's events, one trajectory per stride); `kalman` exchanges the trajectory for gaitmap's
Kalman smoother over each walk, its most accurate.

Arrays: `left_acc_mps2`, `left_gyr_dps`, `right_…` (n, 3), gaitmap's sensor frame (x to the toes,
y left, z up).
"""

import measured  # first: it starts the clock

# isort: split
import numpy as np
import pandas as pd
from gaitmap.event_detection import RamppEventDetection
from gaitmap.parameters import SpatialParameterCalculation, TemporalParameterCalculation
from gaitmap.preprocessing.sensor_alignment import align_dataset_to_gravity
from gaitmap.stride_segmentation import BarthDtw
from gaitmap.trajectory_reconstruction import (
    RegionLevelTrajectory,
    RtsKalman,
    StrideLevelTrajectory,
)
from gaitmap.utils.coordinate_conversion import convert_to_fbf

FEET = ("left", "right")
COLUMNS = ["acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z"]


def prepare(task, arrays, about):
    feet = {
        f"{foot}_sensor": pd.DataFrame(
            np.hstack([arrays[f"{foot}_acc_mps2"], arrays[f"{foot}_gyr_dps"]]), columns=COLUMNS
        )
        for foot in FEET
    }
    return task, feet, float(about["rate_hz"])


def run(prepared):
    task, feet, rate_hz = prepared
    upright = align_dataset_to_gravity(feet, sampling_rate_hz=rate_hz)
    body = convert_to_fbf(upright, left_like="left_", right_like="right_")
    segmented = BarthDtw().segment(body, sampling_rate_hz=rate_hz).stride_list_
    if not all(len(strides) for strides in segmented.values()):
        return nothing()
    events = RamppEventDetection().detect(body, segmented, sampling_rate_hz=rate_hz)
    strides = events.min_vel_event_list_
    if not all(len(each) for each in strides.values()):
        return nothing()
    path = trajectory(task, upright, strides, rate_hz)
    times = TemporalParameterCalculation().calculate(strides, sampling_rate_hz=rate_hz)
    sizes = SpatialParameterCalculation().calculate(
        strides, path.position_, path.orientation_, sampling_rate_hz=rate_hz
    )
    del times  # worked out as its users would, but nothing here scores it
    return answer(strides, sizes.parameters_, rate_hz)


def trajectory(task, upright, strides, rate_hz):
    if task == "classic":
        return StrideLevelTrajectory().estimate(upright, strides, sampling_rate_hz=rate_hz)
    walks = {
        foot: pd.DataFrame({"start": [0], "end": [len(upright[foot])]}).rename_axis("roi_id")
        for foot in upright
    }
    method = RegionLevelTrajectory(trajectory_method=RtsKalman())
    return method.estimate_intersect(
        upright, walks, stride_event_list=strides, sampling_rate_hz=rate_hz
    )


def answer(strides, sizes, rate_hz):
    given = {}
    for foot in FEET:
        listed = strides[f"{foot}_sensor"]
        length = sizes[f"{foot}_sensor"]["stride_length"].reindex(listed.index)
        given[f"{foot}_pre_ic_s"] = listed["pre_ic"].to_numpy(float) / rate_hz
        given[f"{foot}_ic_s"] = listed["ic"].to_numpy(float) / rate_hz
        given[f"{foot}_fc_s"] = listed["tc"].to_numpy(float) / rate_hz
        given[f"{foot}_length_m"] = length.to_numpy(float)
    return given


def nothing():
    kinds = ("pre_ic_s", "ic_s", "fc_s", "length_m")
    return {f"{foot}_{kind}": np.empty(0) for foot in FEET for kind in kinds}


if __name__ == "__main__":
    measured.drive(prepare, run, packages=("gaitmap", "gaitmap_mad"))
