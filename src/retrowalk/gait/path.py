"""Where one foot went through a whole recording, from rest to rest, in one heading.

    way = foot_path(sensor)
    way[0].position_m      (k, 3) metres from the first rest, x where the toes then pointed, z up

Each movement between two rests is integrated by itself; the heading is carried on through every
movement and every stance by the gyroscope.  No direction of walking and no level floor is assumed.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.clock import Stretch, stretches
from retrowalk.gait.limb import AT_ONCE, FOOT, turning
from retrowalk.gait.rests import Heard, Rests
from retrowalk.gait.strapdown import strapdown
from retrowalk.tables import Floats, Sensor

STILL_RADPS = 0.1  # a foot that stands; its gyroscope's bias stays below
STILL_S = 1.0  # shorter rests are stances, in which a foot still rolls

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Path:
    """Rests of one foot: (k,) times and headings, (k, 3) positions from the first of them."""

    time_s: Floats
    position_m: Floats
    heading_rad: Floats  # turned to the left since the first rest, not wrapped

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def length_m(self) -> float:
        """From rest to rest along the floor."""
        steps = np.diff(self.position_m[:, :2], axis=0)
        return float(np.sum(np.hypot(steps[:, 0], steps[:, 1])))

    @property
    def apart_m(self) -> float:
        """From the first rest straight to the last, along the floor."""
        return float(np.hypot(*(self.position_m[-1, :2] - self.position_m[0, :2])))

    @property
    def rise_m(self) -> float:
        """How much higher the last rest seems than the first: on one floor, an error."""
        return float(self.position_m[-1, 2] - self.position_m[0, 2])


def foot_path(sensor: Sensor) -> tuple[Path, ...]:
    """One path for each stretch without a hole; a stretch without a movement gives none."""
    found = (_path(stretch) for stretch in stretches(sensor))
    return tuple(path for path in found if path is not None)


def resting_bias(stretch: Stretch) -> Floats:
    """(3,) what the gyroscope reads while the foot stands; zeros where it never does."""
    still = turning(stretch) < STILL_RADPS
    edge = np.diff(np.concatenate([[False], still, [False]]).astype(np.int8))
    start, stop = np.flatnonzero(edge > 0), np.flatnonzero(edge < 0)
    long = stop - start >= stretch.samples(STILL_S)
    rows = [stretch.gyr_radps[a:b] for a, b in zip(start[long], stop[long], strict=True)]
    return np.mean(np.concatenate(rows), axis=0) if rows else np.zeros(3)


def _path(stretch: Stretch) -> Path | None:
    calm = replace(stretch, gyr_radps=stretch.gyr_radps - resting_bias(stretch))
    heard = Heard(turning(calm), 0, len(calm), ends=True)
    first, last = Rests(FOOT.moving, calm.rate_hz).hear(heard)
    if not len(first):
        return None
    travel, turned = _movements(calm, first, last)
    # the heading as each movement begins: what the ones before turned, and the stances between
    stood = np.array([_stance(calm, a, b) for a, b in zip(last[:-1], first[1:], strict=True)])
    begun = np.concatenate([[0.0], np.cumsum(turned[:-1] + stood)])
    ahead, aside = travel[:, 0], travel[:, 1]
    step = np.stack(
        [
            ahead * np.cos(begun) - aside * np.sin(begun),
            ahead * np.sin(begun) + aside * np.cos(begun),
            travel[:, 2],
        ],
        axis=1,
    )
    return Path(
        time_s=calm.at_s(np.concatenate([first[:1], last])),
        position_m=np.concatenate([np.zeros((1, 3)), np.cumsum(step, axis=0)]),
        heading_rad=np.concatenate([[0.0], begun + turned]),
    )


def _movements(stretch: Stretch, first: Rows, last: Rows) -> tuple[Floats, Floats]:
    """(k, 3) travel from each rest to the next, level at the first, and (k,) turn."""
    parts = [
        strapdown(
            stretch, first[i : i + AT_ONCE], last[i : i + AT_ONCE], still_point_m=FOOT.still_m
        )
        for i in range(0, len(first), AT_ONCE)
    ]
    travel: Floats = np.concatenate([part.travel_m for part in parts])
    return travel, np.concatenate([part.turn_rad for part in parts])


def _stance(stretch: Stretch, start: int, stop: int) -> float:
    """How far a standing foot turned about the vertical between two rows, to the left."""
    if stop <= start:
        return 0.0
    rows = slice(start, stop + 1)
    up = stretch.acc_mps2[rows].mean(axis=0)
    about = stretch.gyr_radps[rows] @ (up / max(float(np.linalg.norm(up)), 1e-9))
    return float(np.sum(0.5 * (about[1:] + about[:-1]))) / stretch.rate_hz
