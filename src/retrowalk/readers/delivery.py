"""The last steps every reader shares: axes turned, signals mended, tilt levelled, all said."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrowalk.readers.mountings import Worn, levelled
from retrowalk.readers.opening import shown
from retrowalk.readers.signals import made_sensor
from retrowalk.tables import Floats, Recording, Sensor
from retrowalk.words import Mounting, Placement


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller says of a file; None leaves it to the file."""

    placement: Placement | None = None
    mounting: Mounting | None = None
    rate_hz: float | None = None  # for tables without a time column


@dataclass(frozen=True, slots=True)
class Raw:
    """One sensor in SI and in its own axes: (n,), (n, 3), (n, 3).  `worn` where it is known."""

    time_s: Floats
    acc_mps2: Floats
    gyr_radps: Floats
    placement: Placement
    worn: Worn | None = None


def delivered(
    path: Path, raws: Sequence[Raw], said: Sequence[str], *, told: Told, part: str = ""
) -> Recording:
    """The Recording, with sensors KNOWN only where their axes are known or the caller says so."""
    sensors: list[Sensor] = []
    sayings = list(said)
    for raw in raws:
        sensor, mended = _one(path, raw, told)
        sensors.append(sensor)
        where = f"{raw.placement.value}: " if len(raws) > 1 else ""
        sayings += [where + sentence for sentence in mended]
    source = f"{shown(path)} · {part}" if part else shown(path)
    return Recording(source, tuple(sensors), tuple(dict.fromkeys(sayings)))


def _one(path: Path, raw: Raw, told: Told) -> tuple[Sensor, tuple[str, ...]]:
    known = raw.worn is not None or told.mounting is Mounting.KNOWN
    mounting = told.mounting or (Mounting.KNOWN if known else Mounting.UNKNOWN)
    acc, gyr = raw.acc_mps2, raw.gyr_radps
    if raw.worn is not None:
        acc, gyr = acc @ raw.worn.turn.T, gyr @ raw.worn.turn.T
    sensor, said = made_sensor(
        path, raw.time_s, acc, gyr, placement=raw.placement, mounting=mounting
    )
    if mounting is not Mounting.KNOWN:
        return sensor, (*said, "the sensor's axes are not known, so direction may stay unclear")
    acc, gyr, tilt = levelled(sensor.time_s, sensor.acc_mps2, sensor.gyr_radps)
    return Sensor(sensor.time_s, acc, gyr, raw.placement, mounting), (*said, *tilt)
