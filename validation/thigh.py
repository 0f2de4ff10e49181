"""Direction from a thigh whose flexion sign is known, on signals derived from motion capture.

    python -m validation.thigh

Straps are askew by up to 20 degrees, with noise; every clip, both thighs, several draws of the
strap. Wrists, and thighs of unknown mounting, must stay unclear.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

import numpy as np

from retrowalk.gait.pipeline import measure
from retrowalk.tables import DIRECTION_CODE, Codes, Sensor
from retrowalk.units import DEGREE
from retrowalk.words import Direction, Mounting, Placement
from validation import recordings as known
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.thigh"
TILT_RAD = 20 * DEGREE
DRAWS = 5
THIGHS = (Placement.LEFT_THIGH, Placement.RIGHT_THIGH)
SETS = ("cmu", "bandai")


def promises() -> Iterator[Promise]:
    """Right of decided and decided of all, per set and way; then the silence of the others."""
    if known.folder() is None:
        print("gait.thigh.*: no recordings at RETROWALK_DATA, nothing measured", file=sys.stderr)
        return
    for name in SETS:
        for way in (Direction.FORWARD, Direction.BACKWARD):
            codes = called(name, way, THIGHS)
            decided = codes[codes != 0]
            right = 100.0 * float(np.mean(decided == DIRECTION_CODE[way]))
            told = 100.0 * float(np.mean(codes != 0))
            label = f"gait.thigh.{name}_{way.value}"
            yield at_least(f"{label}_right", right, 98, "%", COMMAND)
            yield at_least(f"{label}_decided", told, 80, "%", COMMAND)
    yield _silent("unknown_mounting", THIGHS, _unmounted)
    yield _silent("wrist", (Placement.WRIST,), _same)


def called(
    name: str,
    way: Direction,
    placements: tuple[Placement, ...],
    how: Callable[[Sensor], Sensor] = lambda sensor: sensor,
) -> Codes:
    """The direction codes of every stride of every clip that goes this way, each sensor alone."""
    data = known.folder()
    assert data is not None
    rng = np.random.default_rng(20261121)
    codes = []
    for path in known.clips(data, name, backward=way is Direction.BACKWARD):
        for placement in placements * DRAWS:
            recording = known.derived(path, placement, rng=rng, tilt_rad=TILT_RAD)
            sensors = tuple(how(sensor) for sensor in recording.sensors)
            codes.append(measure(replace(recording, sensors=sensors)).strides.direction)
    return np.concatenate(codes)


def _same(sensor: Sensor) -> Sensor:
    return sensor


def _unmounted(sensor: Sensor) -> Sensor:
    return replace(sensor, mounting=Mounting.UNKNOWN)


def _silent(
    name: str, placements: tuple[Placement, ...], how: Callable[[Sensor], Sensor]
) -> Promise:
    """Strides called anything but unclear; there must be strides for this to say something."""
    codes = np.concatenate([
        called(clips, way, placements, how)
        for clips in SETS
        for way in (Direction.FORWARD, Direction.BACKWARD)
    ])  # fmt: skip
    share = 100.0 * float(np.mean(codes != 0)) if len(codes) else float("nan")
    return at_most(f"gait.thigh.{name}_called", share, 0, "%", COMMAND)


def main() -> list[dict[str, object]]:
    rows = []
    for promise in promises():
        print(promise.line(), flush=True)
        rows.append(asdict(promise))
    return rows


if __name__ == "__main__":
    main()
