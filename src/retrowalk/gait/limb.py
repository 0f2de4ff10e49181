"""Swings of one foot, from a sensor on it: when it left, when it came, and which way it went.

    rest        roll        swing         roll   rest
    ____________/~~\\____/~~~~~~~~~~~\\__/~\\__________   how fast the foot turns
          ^         ^                 ^         ^
        first     final            initial     last

Nothing here knows which way is forward: the point of the sole that stands still longest
(the toe in forward walking, the heel in backward) decides when the foot leaves the ground,
and the first to come to rest when it lands.
"""

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.clock import Stretch
from retrowalk.gait.rests import Heard, Moving, Rests
from retrowalk.gait.smooth import moving_mean
from retrowalk.gait.strapdown import Paths, cross, strapdown
from retrowalk.tables import Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2

CALM_S = 0.10  # averaging window of the turning rate: shorter than the flat part of a fast stance
AT_ONCE = 256  # swings integrated side by side: enough to be quick, few enough to be small
LEAN_S = 0.25  # the middle of a stance
KNOCK_MPS2 = 20.0  # beyond this at an ankle is a knock, beside which a swing would seem rest


class Part(Enum):
    FOOT = "foot"
    SHANK = "shank"


@dataclass(frozen=True, slots=True)
class Worn:
    """Where the sensor sits on the limb, in metres from the sensor, body axes."""

    part: Part
    still_m: tuple[float, float, float]  # the point that stands still in mid-stance
    sole_m: tuple[tuple[float, float, float], ...]  # points, one of which stands still in stance
    leaves_ratio: float  # of a swing's top speed, at which the stillest of them leaves or lands
    moving: Moving


FOOT = Worn(
    part=Part.FOOT,
    still_m=(-0.12, 0.0, -0.06),  # the heel: at its stillest a foot still rocks; on xio, gaitmap
    sole_m=((0.11, 0.0, -0.04), (-0.12, 0.0, -0.06)),  # ball and heel, seen from the dorsum
    leaves_ratio=0.22,
    moving=Moving(
        above_radps=1.0,  # a resting foot rocks below; swings simulated at 0.25 m/s rise above
        above_ratio=0.22,  # a fast walker's stance never falls below 1.5 rad/s
        merge_s=0.12,
    ),
)
SHANK = Worn(
    part=Part.SHANK,
    still_m=(0.0, 0.0, -0.15),  # mid-shank to ankle
    sole_m=((0.0, 0.0, -0.15),),
    leaves_ratio=0.35,  # an ankle still moves while the sole stands: fitted on cmu, both ways
    moving=Moving(
        above_radps=0.45,  # slow simulated swings rise above; cmu is the same from 0.35 to 1.2
        above_ratio=0.44,  # this and the next fitted on cmu
        merge_s=0.20,
    ),
)


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class Swings:
    """One row per swing, in order.

    `along_m` is signed, + toward the toes; `drift_mps` is what had to be taken out to come to
    rest; `unrest_radps` is how much the limb still moved at the calmer ends (0 is perfect);
    `lean_radps` is how fast the limb tipped toward the toes while it stood, before and after;
    `upright` is how much of gravity lay on the sensor's own z axis then, 1 at most.
    """

    final_s: Floats = field(default_factory=_none)
    initial_s: Floats = field(default_factory=_none)
    along_m: Floats = field(default_factory=_none)
    across_m: Floats = field(default_factory=_none)
    turn_rad: Floats = field(default_factory=_none)
    drift_mps: Floats = field(default_factory=_none)
    unrest_radps: Floats = field(default_factory=_none)
    lean_radps: Floats = field(default_factory=_none)
    upright: Floats = field(default_factory=_none)

    def __len__(self) -> int:
        return len(self.final_s)


class Limb:
    """One foot or shank, heard in pieces: every movement between two rests, walking or not."""

    def __init__(self, worn: Worn = FOOT) -> None:
        self._worn = worn
        self._rows: Stretch | None = None
        self._rests: Rests

    def hear(self, piece: Stretch, *, ends: bool) -> Swings:
        """The swings that this piece completes, whatever may follow."""
        rows = piece if self._rows is None else self._rows.then(piece)
        if self._rows is None:
            self._rests = Rests(self._worn.moving, piece.rate_hz)
        motion = turning(rows) if self._worn.part is Part.FOOT else swinging(rows, self._worn)
        blurred = 0 if ends else rows.samples(CALM_S)  # rows that later ones will change
        sure = rows.first + len(rows) - blurred
        first, last = self._rests.hear(Heard(motion, rows.first, sure, ends))
        swings = _between(first - rows.first, last - rows.first, motion, rows, self._worn)
        margin = rows.samples(LEAN_S) + rows.samples(CALM_S)
        self._rows = None if ends else rows.since(self._rests.needed - margin)
        return swings


def find_swings(stretch: Stretch, worn: Worn = FOOT) -> Swings:
    """Every movement of the limb between two rests, whether walking or not."""
    return Limb(worn).hear(stretch, ends=True)


def _between(
    first: NDArray[np.intp],
    last: NDArray[np.intp],
    motion: Floats,
    rows: Stretch,
    worn: Worn,
) -> Swings:
    if not len(first):
        return Swings()
    lean = moving_mean(rows.gyr_radps[:, 1], rows.samples(LEAN_S))
    parts = [
        _swings(strapdown(rows, a, b, still_point_m=worn.still_m), rows, worn)
        for a, b in zip(_portions(first), _portions(last), strict=True)
    ]
    moved = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Swings.__dataclass_fields__
    }
    moved["unrest_radps"] = np.maximum(motion[first], motion[last])
    moved["lean_radps"] = 0.5 * (lean[first] + lean[last])
    return Swings(**moved)


def _portions(values: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    return [values[i : i + AT_ONCE] for i in range(0, len(values), AT_ONCE)]


def _swings(paths: Paths, stretch: Stretch, worn: Worn) -> Swings:
    """What the paths themselves tell."""
    left, landed = _contacts(paths, worn)
    half = 0.5 * paths.turn_rad
    ahead, aside = paths.travel_m[:, 0], paths.travel_m[:, 1]
    return Swings(
        final_s=stretch.at_s(paths.first + left[0], left[1]),
        initial_s=stretch.at_s(paths.first + landed[0], landed[1]),
        along_m=ahead * np.cos(half) + aside * np.sin(half),
        across_m=aside * np.cos(half) - ahead * np.sin(half),
        turn_rad=paths.turn_rad,
        drift_mps=paths.drift_mps,
        upright=paths.upright,
    )


def turning(stretch: Stretch) -> Floats:
    """(n,) root mean square turning rate over CALM_S."""
    square = np.sum(stretch.gyr_radps**2, axis=1)
    smooth: Floats = moving_mean(square, stretch.samples(CALM_S))
    return np.sqrt(np.maximum(smooth, 0.0))


def swinging(stretch: Stretch, worn: Worn) -> Floats:
    """(n,) how far a shank is from standing on a still ankle, on the scale of `turning`.

    A standing shank turns about the ankle all the while, so turning alone does not tell: the
    acceleration carried down to the ankle does, which is gravity while the ankle is still.
    """
    lever = np.asarray(worn.still_m)
    gyr = stretch.gyr_radps
    spin = np.gradient(gyr, 1.0 / stretch.rate_hz, axis=0)
    ankle = stretch.acc_mps2 + cross(spin, lever) + cross(gyr, cross(gyr, lever))
    excess = np.minimum(np.abs(np.linalg.norm(ankle, axis=1) - STANDARD_GRAVITY_MPS2), KNOCK_MPS2)
    smooth: Floats = moving_mean(excess**2, stretch.samples(CALM_S))
    return 0.25 * np.sqrt(np.maximum(smooth, 0.0)) + 0.5 * turning(stretch)


Instants = tuple[NDArray[np.intp], Floats]  # a row, and the share of the way on to the next


def _contacts(paths: Paths, worn: Worn) -> tuple[Instants, Instants]:
    """Rows from `first` at which the stillest point of the sole leaves and lands."""
    speed = np.min(
        [_speed(paths, np.asarray(point)) for point in worn.sole_m],
        axis=0,
    )
    fastest = np.argmax(speed, axis=1)
    top = speed[np.arange(len(speed)), fastest]
    limit = worn.leaves_ratio * top
    slow = speed < limit[:, None]
    column = np.arange(speed.shape[1])
    before = slow & (column < fastest[:, None])
    after = slow & (column > fastest[:, None])
    left = before.shape[1] - 1 - np.argmax(before[:, ::-1], axis=1)
    landed = np.where(after.any(axis=1), np.argmax(after, axis=1), paths.last - paths.first)
    left = np.where(before.any(axis=1), left, 0)
    return (
        (left, _share(speed, left, left + 1, limit)),
        (landed - 1, _share(speed, landed - 1, landed, limit)),
    )


def _share(speed: Floats, a: NDArray[np.intp], b: NDArray[np.intp], limit: Floats) -> Floats:
    """Where between two neighbouring samples the speed passes the limit, 0 to 1."""
    rows = np.arange(len(speed))
    end = speed.shape[1] - 1
    low, high = speed[rows, np.clip(a, 0, end)], speed[rows, np.clip(b, 0, end)]
    gap = high - low
    share = (limit - low) / np.where(np.abs(gap) < 1e-12, 1.0, gap)
    return np.clip(share, 0.0, 1.0)


def _speed(paths: Paths, point: Floats) -> Floats:
    carried = cross(paths.rate_radps, point)
    speed: Floats = np.linalg.norm(paths.velocity_mps + carried, axis=2)
    return speed
