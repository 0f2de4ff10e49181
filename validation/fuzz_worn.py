"""Recordings as hypothesis draws them: a few words each, from which the arrays are made.

A drawing is small, so that hypothesis is quick and a failure can be read and made again.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from hypothesis import strategies as st

from retrowalk.gait.simulate import Spell, simulate
from retrowalk.tables import Floats, Recording, Sensor
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2
from retrowalk.words import Direction, Mounting, Placement

SIMULATED_HZ = 100.0
RATES_HZ = (*(100.0,) * 8, *(50.0,) * 3, 204.8, 25.0, 400.0, 15.0, 1.0, 2000.0, 1e5)
SIZES = (0.0, 1e-320, 1e-9, 0.1, 3.0, 20.0, 60.0, 1e4)
ODD = (np.nan, np.inf, -np.inf, 1e308, -1e308, 1e-320, 1e5, -0.0, 9e10)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One sensor: what it reads, for how many samples, and what is wrong with it."""

    source: str
    n: int
    first: int = 0
    rate_hz: float = SIMULATED_HZ
    size: float = 3.0
    seed: int = 0
    placement: Placement = Placement.LEFT_FOOT
    mounting: Mounting = Mounting.KNOWN
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnRecording:
    """Sensors on one clock, and how many pieces it is streamed in (0: measured whole only)."""

    sensors: tuple[Drawn, ...]
    pieces: int = 0


def recording(drawn: DrawnRecording) -> Recording:
    return Recording("drawn", tuple(sensor(one) for one in drawn.sensors))


def sensor(drawn: Drawn) -> Sensor:
    """The arrays; nobody may write to them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # absurd numbers are what is wanted
        made = _made(drawn)
    for column in (made.time_s, made.acc_mps2, made.gyr_radps):
        column.flags.writeable = False
    return made


def _made(drawn: Drawn) -> Sensor:
    rng = np.random.default_rng(drawn.seed)
    time_s, acc, gyr = SOURCES[drawn.source](drawn, rng)
    made = Sensor(time_s, acc, gyr, drawn.placement, drawn.mounting)
    wrong = ["shape"] if "shape" in drawn.faults else []  # comes last, and once
    for fault in [*(fault for fault in drawn.faults if fault != "shape"), *wrong]:
        if len(made):
            made = FAULTS[fault](made, rng)
    return made


Motion = tuple[Floats, Floats, Floats]


@cache
def _walks() -> dict[Placement, Sensor]:
    """Half a minute of every placement: ahead, back, ahead."""
    there, back = Spell(steps=8), Spell(Direction.BACKWARD, 8, 0.7, 1.3)
    rng = np.random.default_rng(3)
    made = simulate((there, back, there), tuple(Placement)[:7], rng, tilt_rad=0.1)
    known = {worn.placement: worn for worn in made.recording.sensors}
    rest = {Placement.WRIST: known[Placement.LOWER_BACK],
            Placement.UNKNOWN: known[Placement.LEFT_THIGH]}  # fmt: skip
    return known | rest


def _walk(drawn: Drawn, rng: np.random.Generator) -> Motion:
    """Somebody walking; one in eight wears the sensor elsewhere than is said."""
    worn = drawn.placement if rng.uniform() > 0.125 else Placement.LOWER_BACK
    walked = _walks()[worn]
    rows = np.arange(drawn.first, drawn.first + drawn.n) % len(walked)
    return (_clock(drawn), walked.acc_mps2[rows], walked.gyr_radps[rows])


def _noise(drawn: Drawn, rng: np.random.Generator) -> Motion:
    acc = drawn.size * rng.standard_normal((drawn.n, 3)) + [0.0, 0.0, STANDARD_GRAVITY_MPS2]
    gyr = np.clip(0.3 * drawn.size * rng.standard_normal((drawn.n, 3)), -70, 70)
    return _clock(drawn), acc, gyr


def _swing(drawn: Drawn, rng: np.random.Generator) -> Motion:
    """Sines about steps' rate, with harmonics, as regular as no person is."""
    time_s = _clock(drawn)
    beats = np.sin(2 * np.pi * rng.uniform(0.2, 3) * time_s[:, None] * [1, 2, 3, 1, 2, 3]
                   + rng.uniform(0, 6, 6))  # fmt: skip
    beats *= min(drawn.size, 60.0) * rng.uniform(0, 1, 6)
    acc = beats[:, :3] + [0.0, 0.0, STANDARD_GRAVITY_MPS2]
    return time_s, acc, beats[:, 3:]


def _constant(drawn: Drawn, rng: np.random.Generator) -> Motion:
    up = rng.standard_normal(3)
    up *= STANDARD_GRAVITY_MPS2 / max(float(np.linalg.norm(up)), 1e-9)
    turning = min(drawn.size, 80.0) * rng.choice((-1.0, 0.0, 1.0), 3)
    shape = np.ones((drawn.n, 1))
    return _clock(drawn), shape * up, shape * turning


def _pulses(drawn: Drawn, rng: np.random.Generator) -> Motion:
    """Rest, and now and then one loud sample or a step that stays."""
    time_s, acc, gyr = _constant(replace(drawn, size=0.0), rng)
    at = rng.integers(0, max(drawn.n, 1), 9)
    acc[at[at < drawn.n]] += min(drawn.size, 1e4) * rng.standard_normal(3)
    gyr[at[at < drawn.n]] += min(drawn.size, 60.0)
    return time_s, acc, np.clip(gyr.cumsum(axis=0) if drawn.seed % 2 else gyr, -70, 70)


def _anything(drawn: Drawn, rng: np.random.Generator) -> Motion:
    """Any bits at all."""
    bits = rng.bytes(8 * 7 * drawn.n)
    values = np.frombuffer(bits, dtype=np.float64).reshape(drawn.n, 7).copy()
    return values[:, 0], values[:, 1:4], values[:, 4:]


def _clock(drawn: Drawn) -> Floats:
    return np.arange(drawn.n) / drawn.rate_hz


SOURCES: dict[str, Callable[[Drawn, np.random.Generator], Motion]] = {
    "walk": _walk, "noise": _noise, "swing": _swing, "constant": _constant,
    "pulses": _pulses, "anything": _anything,
}  # fmt: skip


def _columns(sensor: Sensor) -> tuple[Floats, Floats, Floats]:
    return sensor.time_s.copy(), sensor.acc_mps2.copy(), sensor.gyr_radps.copy()


def _odd(sensor: Sensor, rng: np.random.Generator) -> Sensor:
    """A few cells of one column."""
    columns = _columns(sensor)
    column = columns[rng.integers(3)]
    rows = rng.integers(0, len(column), rng.choice((1, 3, len(column))))
    column[rows] = rng.choice(ODD)
    return replace(sensor, time_s=columns[0], acc_mps2=columns[1], gyr_radps=columns[2])


def _rows(sensor: Sensor, rows: object) -> Sensor:
    time_s, acc, gyr = sensor.time_s, sensor.acc_mps2, sensor.gyr_radps
    return replace(sensor, time_s=time_s[rows], acc_mps2=acc[rows], gyr_radps=gyr[rows])  # type: ignore[index]


def _gap(sensor: Sensor, rng: np.random.Generator) -> Sensor:
    at = sensor.time_s[rng.integers(len(sensor))]
    longer = sensor.time_s + rng.choice((0.3, 0.6, 5.0, 1e4, 1e9)) * (sensor.time_s > at)
    return replace(sensor, time_s=longer)


def _jitter(sensor: Sensor, rng: np.random.Generator) -> Sensor:
    """Uneven by less or more than a sample; where it is more, times fall."""
    step_s = sensor.time_s[-1] / len(sensor)
    moved = sensor.time_s + rng.choice((0.1, 0.45, 0.9)) * step_s * rng.uniform(-1, 1, len(sensor))
    return replace(sensor, time_s=np.sort(moved) if rng.uniform() < 0.8 else moved)


def _shape(sensor: Sensor, rng: np.random.Generator) -> Sensor:
    time_s, acc, gyr = _columns(sensor)
    match int(rng.integers(6)):
        case 0:
            return replace(sensor, acc_mps2=acc[:, :2])
        case 1:
            return replace(sensor, gyr_radps=gyr[:-1])
        case 2:
            return replace(sensor, time_s=time_s[:, None])
        case 3:
            return replace(sensor, acc_mps2=acc.ravel())
        case 4:
            return replace(sensor, gyr_radps=gyr[None])
        case _:
            return replace(sensor, acc_mps2=acc.T, gyr_radps=gyr.T)


FAULTS: dict[str, Callable[[Sensor, np.random.Generator], Sensor]] = {
    "odd": _odd,
    "gap": _gap,
    "jitter": _jitter,
    "shape": _shape,
    "lost": lambda s, rng: _rows(s, rng.uniform(size=len(s)) > rng.choice((0.02, 0.3, 0.9))),
    "unsorted": lambda s, rng: _rows(s, rng.permutation(len(s))),
    "repeated": lambda s, rng: _rows(s, np.sort(rng.integers(0, len(s), len(s)))),
    "reversed": lambda s, _: _rows(s, slice(None, None, -1)),
    "strided": lambda s, _: _rows(s, slice(None, None, 2)),
    "clipped": lambda s, _: replace(s, acc_mps2=np.clip(s.acc_mps2, -12, 12),
                                    gyr_radps=np.clip(s.gyr_radps, -2, 2)),
    "no gyroscope": lambda s, _: replace(s, gyr_radps=np.zeros_like(s.gyr_radps)),
    "no acceleration": lambda s, _: replace(s, acc_mps2=np.zeros_like(s.acc_mps2)),
    "upside down": lambda s, _: replace(s, acc_mps2=-s.acc_mps2, gyr_radps=-s.gyr_radps),
    "in g": lambda s, _: replace(s, acc_mps2=s.acc_mps2 / STANDARD_GRAVITY_MPS2),
    "in degrees": lambda s, _: replace(s, gyr_radps=s.gyr_radps / DEGREE),
    "in milliseconds": lambda s, _: replace(s, time_s=s.time_s * 1000),
    "since 1970": lambda s, _: replace(s, time_s=s.time_s + 1.7e9),
    "before zero": lambda s, _: replace(s, time_s=s.time_s - 1e4),
    "far": lambda s, _: replace(s, time_s=s.time_s + 9.9e10),
    "in 32 bits": lambda s, _: replace(s, acc_mps2=s.acc_mps2.astype("f4"),
                                       gyr_radps=s.gyr_radps.astype("f4")),
    "rounded": lambda s, _: replace(s, time_s=np.round(s.time_s, 2), acc_mps2=np.round(s.acc_mps2)),
}  # fmt: skip

MILD = ("gap", "jitter", "lost", "strided", "clipped", "no gyroscope", "upside down", "since 1970",
        "before zero", "in 32 bits")  # fmt: skip
LENGTHS = (
    st.integers(0, 3) | st.integers(2, 80) | st.integers(60, 400) | st.integers(60, 400)
    | st.integers(300, 1500) | st.integers(300, 1500)
)  # fmt: skip
SOURCE = st.sampled_from(("walk",) * 12 + ("noise", "swing", "swing", "constant", "pulses",
                                          "anything"))  # fmt: skip
SOME_FAULTS = (
    st.just(())
    | st.just(())
    | st.sampled_from(MILD).map(lambda fault: (fault,))
    | st.lists(st.sampled_from(sorted(FAULTS)), max_size=3).map(tuple)
)
ONE = st.builds(
    Drawn,
    source=SOURCE,
    n=LENGTHS,
    first=st.integers(0, 2000),
    rate_hz=st.sampled_from(RATES_HZ),
    size=st.sampled_from(SIZES),
    seed=st.integers(0, (1 << 32) - 1),
    placement=st.sampled_from(Placement),
    mounting=st.sampled_from(Mounting),
    faults=SOME_FAULTS,
)
RECORDINGS = st.builds(
    DrawnRecording,
    sensors=st.lists(ONE, min_size=1, max_size=1).map(tuple) | st.lists(ONE, max_size=3).map(tuple),
    pieces=st.sampled_from((0, 0, 0, 0, 0, 0, 1, 2, 7, 40)),
)
