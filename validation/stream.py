"""What hearing in pieces promises: the same tables, soon, and for little.

python -m validation.stream [chunking|latency|cost …]

Real recordings are cut up where the folder RETROWALK_DATA is there, simulated ones everywhere.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise

import numpy as np

from retrowalk.gait.pipeline import measure
from retrowalk.gait.simulate import Simulated, Spell, simulate
from retrowalk.gait.stream import Now, Stream
from retrowalk.tables import DIRECTION_CODE, SIDE_CODE, Recording, Sensor
from retrowalk.words import Direction, Placement, Side
from validation import recordings as known
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.stream"
CHUNKINGS = 500
PIECE_S = 0.5
FORWARD, BACKWARD = Direction.FORWARD, Direction.BACKWARD
WORN: dict[str, tuple[Placement, ...]] = {
    "feet": (Placement.LEFT_FOOT, Placement.RIGHT_FOOT),
    "foot": (Placement.LEFT_FOOT,),
    "shanks": (Placement.LEFT_SHANK, Placement.RIGHT_SHANK),
    "thigh": (Placement.RIGHT_THIGH,),
    "back": (Placement.LOWER_BACK,),
}


def promises() -> Iterable[Promise]:
    for part in MEASURES.values():
        yield from part()


def chunking() -> Iterator[Promise]:
    """Recordings cut at random: how many chunkings give exactly the tables of the whole."""
    rng = np.random.default_rng(20261121)
    recordings = [made.recording for made in (_walk(name, 0.9) for name in WORN)] + _real()
    whole = [measure(recording) for recording in recordings]
    same = 0
    for number in range(CHUNKINGS):
        row = number % len(recordings)
        cuts = int(10 ** rng.uniform(0, 3))
        same += identical(whole[row], _by_pieces(recordings[row], rng.uniform(size=cuts)))
    yield at_least("gait.chunking", same, CHUNKINGS, "identical", f"{COMMAND} chunking")


def latency() -> Iterator[Promise]:
    """Strides of one foot finished before a change of direction is said; the slowest of all."""
    for name in WORN:
        late = [_late(_walk(name, speed_mps, seed)) for speed_mps in (0.5, 0.8, 1.1)
                for seed in range(4)]  # fmt: skip
        yield at_most(f"gait.heard_within.{name}", max(late), 2, "strides", f"{COMMAND} latency")


def cost() -> Iterator[Promise]:
    """CPU of one piece of half a second at 100 Hz while walking, on average."""
    for name in WORN:
        made = _walk(name, 0.9)
        begun = time.process_time()
        pieces = sum(1 for _ in _live(made.recording))
        each_ms = 1e3 * (time.process_time() - begun) / pieces
        yield at_most(f"gait.piece_cpu.{name}", each_ms, 2, "ms", f"{COMMAND} cost")


MEASURES: dict[str, Callable[[], Iterator[Promise]]] = {
    "chunking": chunking,
    "latency": latency,
    "cost": cost,
}


def _walk(name: str, speed_mps: float, seed: int = 0) -> Simulated:
    spells = [Spell(way, 16, speed_mps, 1.2) for way in (FORWARD, BACKWARD, FORWARD)]
    return simulate(spells, WORN[name], np.random.default_rng(seed), tilt_rad=0.1)


def _real() -> list[Recording]:
    data = known.folder()
    if data is None:
        print("gait.chunking: simulated walks alone, no recordings at RETROWALK_DATA",
              file=sys.stderr)  # fmt: skip
        return []
    trials = known.ipol_trials(data)[:8]
    worn = (("lf", "rf"), ("lb",))
    return [
        *(known.ipol(data, trial, *places) for trial in trials for places in worn),
        *(recording for recording, _ in known.mobgap(data)),
        known.gaitmap(data),
    ]  # fmt: skip


def identical(a: object, b: object) -> bool:
    """To the last bit."""
    if is_dataclass(a) and is_dataclass(b):
        names = [field.name for field in fields(a)]
        return all(identical(getattr(a, name), getattr(b, name)) for name in names)
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True)
    return a == b


def _by_pieces(recording: Recording, cuts: np.ndarray) -> object:
    stream = Stream(recording.sensors, source=recording.source)
    for low, high in pairwise(np.sort(np.concatenate([[0.0, 1.0], cuts])).tolist()):
        stream.push(
            [_rows(s, round(low * len(s)), round(high * len(s))) for s in recording.sensors]
        )
    return stream.finish()


def _live(recording: Recording) -> Iterator[Now]:
    stream = Stream(recording.sensors)
    every = round(PIECE_S * 100)
    for first in range(0, max(map(len, recording.sensors)), every):
        stream.push([_rows(sensor, first, first + every) for sensor in recording.sensors])
        yield stream.now


def _late(made: Simulated) -> float:
    """Strides of a foot, begun after a change, that end before it is said."""
    said = list(_live(made.recording))
    strides = made.strides
    most = 0
    for first in (np.flatnonzero(np.diff(strides.direction)) + 1).tolist():
        way = next(w for w in (FORWARD, BACKWARD) if DIRECTION_CODE[w] == strides.direction[first])
        begun_s = strides.start_s[first]
        told = [now.at_s for now in said if now.at_s > begun_s and now.direction is way]
        if not told:
            return float("inf")
        done = strides.end_s[first:] <= told[0]
        sides = [strides.side[first:] == SIDE_CODE[side] for side in (Side.LEFT, Side.RIGHT)]
        most = max(most, *(int(np.sum(done & own)) for own in sides))
    return float(most)


def _rows(sensor: Sensor, first: int, last: int) -> Sensor:
    part = slice(first, last)
    return replace(
        sensor,
        time_s=sensor.time_s[part],
        acc_mps2=sensor.acc_mps2[part],
        gyr_radps=sensor.gyr_radps[part],
    )


def main(chosen: list[str]) -> None:
    for name in chosen or list(MEASURES):
        for promise in MEASURES[name]():
            print(promise.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
