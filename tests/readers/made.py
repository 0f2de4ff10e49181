"""Small recordings the tests make themselves, written in each format's layout."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import savemat

from retrowalk.readers.mountings import GAITMAP_FOOT, IPOL_BACK, IPOL_FOOT, MOBGAP_BACK, Worn
from retrowalk.tables import Floats, Sensor
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2

G = STANDARD_GRAVITY_MPS2


def foot(seconds: float = 6.0, rate_hz: float = 100.0) -> tuple[Floats, Floats, Floats]:
    """A foot that stands a second, then pitches once a second: time, acc, gyr in the body frame.

    Only gravity and turning, so each agrees with the other; toes up is negative about left.
    """
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    moving = time_s > 1.0
    angle = np.where(moving, 0.5 * (1 - np.cos(2 * np.pi * (time_s - 1.0))), 0.0)
    rate = np.where(moving, np.pi * np.sin(2 * np.pi * (time_s - 1.0)), 0.0)
    still = np.zeros_like(time_s)
    acc = G * np.stack((-np.sin(angle), still, np.cos(angle)), axis=1)
    return time_s, acc, np.stack((still, rate, still), axis=1)


def body(sensor: Sensor) -> tuple[Floats, Floats]:
    return sensor.acc_mps2, sensor.gyr_radps


def _rows(header: Iterable[Sequence[str]], columns: Sequence[Floats], separator: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerows(header)
    writer.writerows([[f"{cell:.7g}" for cell in row] for row in np.column_stack(columns)])
    return text.getvalue()


def ipol(acc: Floats, gyr: Floats, *, worn: Worn = IPOL_FOOT, packets: Floats | None = None) -> str:
    count = np.arange(len(acc), dtype=float) if packets is None else packets
    names = [
        "PacketCounter",
        *(f"{kind}_{axis}" for kind in ("Acc", "Gyr", "Mag") for axis in "XYZ"),
    ]
    turned = (acc @ worn.turn, gyr @ worn.turn, np.zeros_like(acc))
    return "Acquisition frequency: 100 Hz\n" + _rows([names], [count, *turned], "\t")


def xio(time_s: Floats, acc: Floats, gyr: Floats) -> str:
    names = ["Time (s)", *(f"Gyroscope {axis} (deg/s)" for axis in "XYZ")]
    names += [f"Accelerometer {axis} (g)" for axis in "XYZ"]
    return _rows([names], [time_s, gyr / DEGREE, acc / G])


def gaitmap(acc: Floats, gyr: Floats, *, times: Floats | None = None, corner: bool = True,
            worn: tuple[Worn, Worn] = (GAITMAP_FOOT, GAITMAP_FOOT)) -> str:  # fmt: skip
    axes = [f"{kind}_{axis}" for kind in ("acc", "gyr") for axis in "xyz"]
    first = np.arange(len(acc), dtype=float) if times is None else times
    above = ["sensor" if corner else "", *(["left_sensor"] * 6), *(["right_sensor"] * 6)]
    below = ["axis" if corner else "", *axes, *axes]
    sides = [column for mount in worn for column in (acc @ mount.turn, gyr @ mount.turn / DEGREE)]
    return _rows([above, below], [first, *sides])


def gaitmap_one(acc: Floats, gyr: Floats) -> str:
    count = np.arange(len(acc), dtype=float)
    names = ["", "index", *(f"{kind}_{axis}" for kind in ("acc", "gyr") for axis in "xyz")]
    return _rows([names], [count, count + 23000, acc, gyr / DEGREE])


PHONE = (
    "time_s",
    *(f"acc_{axis} (m/s^2)" for axis in "xyz"),
    *(f"gyr_{axis} (rad/s)" for axis in "xyz"),
)


def phone(time: Floats, acc: Floats, gyr: Floats, *, names: Sequence[str] = PHONE,
          separator: str = ",") -> str:  # fmt: skip
    return _rows([names], [time, acc, gyr], separator)


def mobgap_tree(acc: Floats, gyr: Floats, *, rate_hz: float = 100.0) -> dict[str, Any]:
    sensor = {
        "Acc": acc @ MOBGAP_BACK.turn / G,
        "Gyr": gyr @ MOBGAP_BACK.turn / DEGREE,
        "Timestamp": 1.6e9 + np.arange(len(acc)) / rate_hz,
        "Fs": {"Acc": rate_hz, "Gyr": rate_hz},
    }
    trial = {"StartDateTime": "2020-12-10T13:57:44", "SU": {"LowerBack": sensor}}
    return {"data": {"TimeMeasure1": {"Test5": {"Trial1": trial, "Trial2": trial}}}}


def mobgap(acc: Floats, gyr: Floats, *, packed: bool = True) -> bytes:
    file = io.BytesIO()
    savemat(file, mobgap_tree(acc, gyr), do_compression=packed)
    return file.getvalue()


def _joint(name: str, offset: str, inside: str, *, channels: str = "") -> str:
    what = f"JOINT {name}" if name else "End Site"
    turns = "CHANNELS 3 Zrotation Xrotation Yrotation\n" if name else ""
    return f"{what}\n{{\nOFFSET {offset}\n{channels or turns}{inside}}}\n"


def _leg(side: str, across: str) -> str:
    toe = _joint("", "0 -4 12", "")
    ankle = _joint(f"{side}Foot", "0 -40 0", toe)
    knee = _joint(f"{side}Shin", "0 -40 0", ankle)
    return _joint(f"{side}Thigh", f"{across} 0 0", knee)


SKELETON = (
    "HIERARCHY\nROOT hip\n{\nOFFSET 0 0 0\nCHANNELS 6 Xposition Yposition Zposition "
    "Zrotation Xrotation Yrotation\n" + _joint("abdomen", "0 20 0", _joint("", "0 20 0", ""))
    + _leg("l", "9") + _leg("r", "-9") + "}\n"
)  # fmt: skip
BVH_COLUMNS = 6 + 3 + 2 * 9  # root, abdomen, and thigh, shin, foot of either leg


def bvh_values(*, mps: float = 1.0, seconds: float = 4.0, rate_hz: float = 100.0) -> Floats:
    """Frames of a walk toward +z (backward where `mps` is below 0), y up, centimetres."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    values = np.zeros((len(time_s), BVH_COLUMNS))
    phase = 2 * np.pi * time_s * np.sign(mps or 1)
    values[:, 1] = 84 + np.cos(4 * np.pi * time_s)
    values[:, 2] = 100 * mps * time_s
    for first, swing in ((9, phase), (18, phase + np.pi)):
        values[:, first + 1] = -25 * np.sin(swing)  # thigh: flexion is negative about x
        values[:, first + 4] = 25 * (1 + np.sin(swing + 1.2))  # knee
    return values


def bvh(values: Floats, *, rate_hz: float = 100.0, skeleton: str = SKELETON) -> str:
    rows = "\n".join(" ".join(f"{cell:.6g}" for cell in row) for row in values)
    return f"{skeleton}MOTION\nFrames: {len(values)}\nFrame Time: {1 / rate_hz:.7f}\n{rows}\n"


def written(folder: Path) -> dict[str, Path]:
    """One good file of every kind."""
    time_s, acc, gyr = foot()
    texts: dict[str, str | bytes] = {
        "walk_lf.txt": ipol(acc, gyr),
        "walk_lb.txt": ipol(acc, gyr, worn=IPOL_BACK),
        "xio.csv": xio(time_s, acc, gyr),
        "feet.csv": gaitmap(acc, gyr),
        "ms_left.csv": gaitmap_one(acc, gyr),
        "phone.csv": phone(time_s, acc, gyr),
        "data.mat": mobgap(acc, gyr),
        "plain.mat": mobgap(acc, gyr, packed=False),
        "clip.bvh": bvh(bvh_values()),
    }
    paths = {}
    for name, content in texts.items():
        paths[name] = folder / name
        raw = content if isinstance(content, bytes) else content.encode()
        paths[name].write_bytes(raw)
    return paths
