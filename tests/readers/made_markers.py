"""A made walker with optical markers: as C3D, and as the two files of the Kiel layout."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import savemat
from scipy.spatial.transform import Rotation

from retrowalk.gait import simulate as made
from retrowalk.gait.body import POSE_HZ, segment
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.tables import Floats, Sensor
from retrowalk.units import DEGREE, MILLIMETRE, STANDARD_GRAVITY_MPS2
from retrowalk.words import Direction, Placement

RATE_HZ = 100.0
# where markers are, from the sensor on the same segment: x ahead, y left, z up, in metres
FOOT = {"heel": (-0.10, 0.0, -0.03), "toe": (0.08, 0.0, -0.03), "ank": (-0.05, 0.04, 0.03)}
SHANK = {"kne": (-0.03, 0.05, 0.21), "tib": (0.02, 0.0, 0.1)}
PELVIS = {"l_asis": (0.2, 0.12, -0.02), "r_asis": (0.2, -0.12, -0.02),
          "l_psis": (0.0, 0.04, 0.0), "r_psis": (0.0, -0.04, 0.0)}  # fmt: skip
SEGMENTS = (("l_", Placement.LEFT_FOOT, FOOT), ("r_", Placement.RIGHT_FOOT, FOOT),
            ("l_", Placement.LEFT_SHANK, SHANK), ("r_", Placement.RIGHT_SHANK, SHANK),
            ("", Placement.LOWER_BACK, PELVIS))  # fmt: skip
MOUNTED = Rotation.from_rotvec([0.7, -1.9, 0.8])  # some way a strap may hold a sensor
WORN = {"left_foot": Placement.LEFT_FOOT, "right_foot": Placement.RIGHT_FOOT,
        "pelvis": Placement.LOWER_BACK}  # fmt: skip


def spells(direction: Direction) -> list[Spell]:
    return [Spell(direction, steps=16, speed_mps=0.8 if direction is Direction.BACKWARD else 1.1)]


def sensors(direction: Direction, *places: Placement) -> tuple[Sensor, ...]:
    """What sensors there read, in the body frame and without noise."""
    return simulate(spells(direction), places, np.random.default_rng(0), rate_hz=RATE_HZ,
                    noise_mps2=0.0, noise_radps=0.0).recording.sensors  # fmt: skip


def markers(direction: Direction) -> tuple[Floats, list[str]]:
    """Positions (n, k, 3) in metres with z up, and their labels in the Kiel set's manner."""
    poses = made._all_poses(spells(direction))
    every = round(POSE_HZ / RATE_HZ)
    found: dict[str, Floats] = {}
    for side, placement, parts in SEGMENTS:
        place, turn = segment(poses, placement)
        for part, offset in parts.items():
            mirror = [1, -1, 1] if side == "r_" else [1, 1, 1]
            found[side + part] = (place + turn @ (np.array(offset) * mirror))[::every]
    return np.stack(list(found.values()), axis=1), list(found)


def c3d(path: Path, position_m: Floats, labels: list[str], *, rate_hz: float = RATE_HZ) -> Path:
    """Written by ezc3d itself; NaN is a marker that was not seen."""
    import ezc3d  # noqa: PLC0415 -- an extra: only tests that have it come here

    made_file = ezc3d.c3d()
    point = made_file["parameters"]["POINT"]
    point["RATE"]["value"] = [rate_hz]
    point["LABELS"]["value"] = labels
    point["UNITS"]["value"] = ["mm"]
    points = np.ones((4, len(labels), len(position_m)))
    points[:3] = position_m.transpose(2, 1, 0) / MILLIMETRE
    made_file["data"]["points"] = points
    made_file.write(str(path))
    return path


def kiel_imu(direction: Direction, *, silent: bool = True) -> dict[str, Any]:
    """The struct of an `imu_*.mat`: three sensors strapped on in one odd way, and others."""
    worn = sensors(direction, *WORN.values())
    acc = [MOUNTED.apply(sensor.acc_mps2) / STANDARD_GRAVITY_MPS2 for sensor in worn]
    gyr = [MOUNTED.apply(sensor.gyr_radps) / DEGREE for sensor in worn]
    names = [*WORN, "head"]
    acc.append(acc[0])
    gyr.append(gyr[0])
    if silent:
        names.append("left_shank")
        acc.append(np.full_like(acc[0], np.nan))
        gyr.append(np.full_like(acc[0], np.nan))
    magn = np.zeros((len(acc[0]), 3, len(names)))
    return {"data": {"calibration_file": "none", "acc": np.stack(acc, axis=2),
                     "gyro": np.stack(gyr, axis=2), "magn": magn, "fs": RATE_HZ,
                     "imu_location": _cell(names)}}  # fmt: skip


def kiel_omc(direction: Direction, *, late_s: float = 0.0) -> dict[str, Any]:
    """The struct of an `omc_*.mat`, which may begin later than the sensors did."""
    position, labels = markers(direction)
    position = position[round(late_s * RATE_HZ) :]
    four = np.concatenate((position / MILLIMETRE, np.ones((*position.shape[:2], 1))), axis=2)
    return {"data": {"calibration_file": "none", "pos": four.transpose(0, 2, 1), "fs": RATE_HZ,
                     "marker_location": _cell(labels)}}  # fmt: skip


def _cell(names: list[str]) -> Any:
    cell = np.empty((1, len(names)), dtype=object)
    cell[0, :] = names
    return cell


def mat(tree: dict[str, Any], *, packed: bool = True) -> bytes:
    file = io.BytesIO()
    savemat(file, tree, do_compression=packed)
    return file.getvalue()


def kiel_folder(folder: Path, *, people: int = 1, late_s: float = 0.4) -> Path:
    """The set's folders: data/pp001/imu/imu_backwards.mat, data/pp001/optical/omc_backwards.mat."""
    ways = {"backwards": Direction.BACKWARD, "walk_preferred": Direction.FORWARD}
    for home in (folder / "data" / f"pp{person:03d}" for person in range(1, people + 1)):
        for task, way in ways.items():
            for place, tree in ((home / "imu" / f"imu_{task}.mat", kiel_imu(way)),
                                (home / "optical" / f"omc_{task}.mat",
                                 kiel_omc(way, late_s=late_s))):  # fmt: skip
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(mat(tree))
    return folder
