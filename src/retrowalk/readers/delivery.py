"""The last steps every reader shares: axes turned, signals mended, tilt levelled, all said."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrowalk.readers.counting import Counts
from retrowalk.readers.looking import Look, Looking
from retrowalk.readers.mending import Rows, mended
from retrowalk.readers.mountings import Worn, levelling, turned
from retrowalk.readers.opening import shown
from retrowalk.readers.signals import made_sensor
from retrowalk.tables import Floats, Recording, Sensor
from retrowalk.words import Mounting, Placement

AXES_UNKNOWN = "the sensor's axes are not known, so direction may stay unclear"


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
    mounting = mounting_of(told, raw.worn)
    acc, gyr = raw.acc_mps2, raw.gyr_radps
    if raw.worn is not None:
        acc, gyr = acc @ raw.worn.turn.T, gyr @ raw.worn.turn.T
    sensor, said = made_sensor(
        path, raw.time_s, acc, gyr, placement=raw.placement, mounting=mounting
    )
    if mounting is not Mounting.KNOWN:
        return sensor, (*said, AXES_UNKNOWN)
    turn, tilt = levelling(raw.time_s, acc, gyr)
    acc, gyr = turned(turn, sensor.acc_mps2), turned(turn, sensor.gyr_radps)
    return Sensor(sensor.time_s, acc, gyr, raw.placement, mounting), (*said, *tilt)


def delivered_in_pieces(
    path: Path,
    rows: Callable[[], Iterator[Rows]],
    judged: Callable[[Look], tuple[float, float, list[str]]],
    placement: Placement,
    *,
    told: Told,
) -> Iterator[Recording]:
    """The same of one sensor whose rows come twice, in pieces: first to be judged, then to be had.

    `judged` says the factors to m/s² and rad/s, and what was assumed.
    """
    counts, looking = Counts(), Looking()
    for part in rows():
        counts.hear(*part)
        looking.hear(*part)
    look = looking.look()
    del looking  # a few megabytes
    acc_factor, gyr_factor, said = judged(look)
    counts.refuse(path, acc_factor=acc_factor, gyr_factor=gyr_factor)
    mounting = mounting_of(told)
    turn: Floats | None = None
    tilt: tuple[str, ...] = (AXES_UNKNOWN,)
    if mounting is Mounting.KNOWN:
        turn, tilt = levelling(look.time_s, look.acc * acc_factor, look.gyr * gyr_factor)
    sayings = tuple(dict.fromkeys((*said, *counts.said(), *tilt)))
    scaled = ((at_s, acc * acc_factor, gyr * gyr_factor) for at_s, acc, gyr in rows())
    for time_s, acc, gyr in mended(counts, scaled):
        sensor = Sensor(time_s, turned(turn, acc), turned(turn, gyr), placement, mounting)
        yield Recording(shown(path), (sensor,), sayings)


def mounting_of(told: Told, worn: Worn | None = None) -> Mounting:
    """As the caller says, else known where it is documented how the sensor was worn."""
    return told.mounting or (Mounting.UNKNOWN if worn is None else Mounting.KNOWN)
