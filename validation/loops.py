"""Closed loops: how far from its start a foot that came back to it seems to end.

python -m validation.loops
"""

import sys
from collections.abc import Iterator
from dataclasses import replace

from retrowalk.gait.path import Path, foot_path
from retrowalk.words import Placement
from validation import recordings as known
from validation.promise import Promise, at_most

COMMAND = "python -m validation.loops"
LOOPS = ("short", "long")


def promises() -> Iterator[Promise]:
    """The bar, along the floor; beside it the height, for which no level floor is assumed."""
    if known.folder() is None:
        print("gait.xio_loops_*: no recordings at RETROWALK_DATA, nothing measured",
              file=sys.stderr)  # fmt: skip
        return
    for name in LOOPS:
        way = path(name)
        apart, rise = (100 * abs(m) / way.length_m for m in (way.apart_m, way.rise_m))
        yield at_most(f"gait.xio_loops_closed.{name}", apart, 1, "% of its length", COMMAND)
        yield at_most(f"gait.xio_loops_height.{name}", rise, 1, "% of its length", COMMAND)


def path(name: str) -> Path:
    data = known.folder()
    assert data is not None
    (sensor,) = known.first(data / "xio" / f"{name}_walk.csv").sensors
    (way,) = foot_path(replace(sensor, placement=Placement.RIGHT_FOOT))
    return way


if __name__ == "__main__":
    for promise in promises():
        print(promise.line(), flush=True)
