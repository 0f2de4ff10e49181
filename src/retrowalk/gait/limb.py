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
from retrowalk.gait.smooth import highest_near, moving_mean
from retrowalk.gait.strapdown import Paths, strapdown
from retrowalk.tables import Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2

CALM_S = 0.10  # averaging window of the turning rate: shorter than the flat part of a fast stance
NEARBY_S = 0.7  # about half a stride on each side
SHORTEST_SWING_S = 0.12
REST_WITHIN_S = 0.5  # the still instant is looked for this close to the swing
AT_ONCE = 256  # swings integrated side by side: enough to be quick, few enough to be small
LONGEST_S = 4.0  # between two rests; anything longer is not a stride
LEAVES_RATIO = 0.22  # of a swing's top speed, at which the stillest sole point leaves or lands
LEAN_S = 0.25  # the middle of a stance
KNOCK_MPS2 = 20.0  # beyond this at an ankle is a knock, beside which a swing would seem rest


class Limb(Enum):
    FOOT = "foot"
    SHANK = "shank"


@dataclass(frozen=True, slots=True)
class Worn:
    """Where the sensor sits on the limb, in metres from the sensor, body axes."""

    limb: Limb
    still_m: tuple[float, float, float]  # the point that stands still in mid-stance
    sole_m: tuple[tuple[float, float, float], ...]  # points, one of which stands still in stance
    moving_radps: float  # a resting limb stays below, the slowest swing rises above
    moving_ratio: float  # … or below this share of the movement nearby, for fast walkers
    merge_s: float  # a calmer moment within a swing is shorter, a stance is longer


FOOT = Worn(
    limb=Limb.FOOT,
    still_m=(0.0, 0.0, 0.0),
    sole_m=((0.11, 0.0, -0.04), (-0.12, 0.0, -0.06)),  # ball and heel, seen from the dorsum
    moving_radps=1.0,  # a resting foot rocks below; the slowest swings, simulated at 0.25 m/s, rise
    moving_ratio=0.22,  # a fast walker's stance never falls below 1.5 rad/s
    merge_s=0.12,
)
SHANK = Worn(
    limb=Limb.SHANK,
    still_m=(0.0, 0.0, -0.15),  # mid-shank to ankle
    sole_m=((0.0, 0.0, -0.15),),
    moving_radps=1.2,  # these three fitted on cmu alone
    moving_ratio=0.44,
    merge_s=0.20,
)


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class Swings:
    """One row per swing, in order.

    `along_m` is signed, + toward the toes; `drift_mps` is what had to be taken out to come to
    rest; `unrest_radps` is how much the limb still moved at the calmer ends (0 is perfect);
    `lean_radps` is how fast the limb tipped toward the toes while it stood, before and after.
    """

    final_s: Floats = field(default_factory=_none)
    initial_s: Floats = field(default_factory=_none)
    along_m: Floats = field(default_factory=_none)
    across_m: Floats = field(default_factory=_none)
    turn_rad: Floats = field(default_factory=_none)
    drift_mps: Floats = field(default_factory=_none)
    unrest_radps: Floats = field(default_factory=_none)
    lean_radps: Floats = field(default_factory=_none)

    def __len__(self) -> int:
        return len(self.final_s)


def find_swings(stretch: Stretch, worn: Worn = FOOT) -> Swings:
    """Every movement of the limb between two rests, whether walking or not."""
    motion = turning(stretch) if worn.limb is Limb.FOOT else swinging(stretch, worn)
    first, last = _between_rests(motion, stretch, worn)
    if not len(first):
        return Swings()
    lean = moving_mean(stretch.gyr_radps[:, 1], stretch.samples(LEAN_S))
    parts = [
        _swings(strapdown(stretch, a, b, still_point_m=worn.still_m), stretch, worn)
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
    final, initial = _contacts(paths, worn)
    half = 0.5 * paths.turn_rad
    ahead, left = paths.travel_m[:, 0], paths.travel_m[:, 1]
    return Swings(
        final_s=stretch.at_s(paths.first + final),
        initial_s=stretch.at_s(paths.first + initial),
        along_m=ahead * np.cos(half) + left * np.sin(half),
        across_m=left * np.cos(half) - ahead * np.sin(half),
        turn_rad=paths.turn_rad,
        drift_mps=paths.drift_mps,
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
    lever = np.broadcast_to(lever, gyr.shape)
    ankle = stretch.acc_mps2 + np.cross(spin, lever) + np.cross(gyr, np.cross(gyr, lever))
    excess = np.minimum(np.abs(np.linalg.norm(ankle, axis=1) - STANDARD_GRAVITY_MPS2), KNOCK_MPS2)
    smooth: Floats = moving_mean(excess**2, stretch.samples(CALM_S))
    return 0.25 * np.sqrt(np.maximum(smooth, 0.0)) + 0.5 * turning(stretch)


def _between_rests(
    rate: Floats, stretch: Stretch, worn: Worn
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The stillest samples before and after each run of turning."""
    start, stop = _runs(rate, stretch, worn)
    reach = stretch.samples(REST_WITHIN_S)
    first, last = [], []
    for j, (a, b) in enumerate(zip(start, stop, strict=True)):
        low = max(stop[j - 1] if j else 0, a - reach)
        high = min(start[j + 1] if j + 1 < len(start) else len(rate), b + reach)
        if a - low < 2 or high - b < 2:
            continue  # the recording begins or ends within this swing
        i, k = low + int(np.argmin(rate[low : a + 1])), b + int(np.argmin(rate[b:high]))
        if k - i <= LONGEST_S * stretch.rate_hz:
            first.append(i)
            last.append(k)
    return np.asarray(first, dtype=np.intp), np.asarray(last, dtype=np.intp)


def _runs(rate: Floats, stretch: Stretch, worn: Worn) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Runs [start, stop) of turning, merged over calm moments too short for a stance."""
    near = highest_near(rate, stretch.samples(NEARBY_S))
    moving = rate > np.maximum(worn.moving_radps, worn.moving_ratio * near)
    edge = np.diff(np.concatenate([[0], moving.astype(np.int8), [0]]))
    start, stop = np.flatnonzero(edge > 0), np.flatnonzero(edge < 0)
    apart = start[1:] - stop[:-1] > worn.merge_s * stretch.rate_hz
    start, stop = start[np.r_[True, apart][: len(start)]], stop[np.r_[apart, True][: len(stop)]]
    lasting = stop - start > SHORTEST_SWING_S * stretch.rate_hz
    return start[lasting], stop[lasting]


def _contacts(paths: Paths, worn: Worn) -> tuple[Floats, Floats]:
    """Samples from `first` at which the stillest point of the sole leaves and lands."""
    speed = np.min(
        [_speed(paths, np.asarray(point)) for point in worn.sole_m],
        axis=0,
    )
    fastest = np.argmax(speed, axis=1)
    top = speed[np.arange(len(speed)), fastest]
    limit = LEAVES_RATIO * top
    slow = speed < limit[:, None]
    column = np.arange(speed.shape[1])
    before = slow & (column < fastest[:, None])
    after = slow & (column > fastest[:, None])
    left = before.shape[1] - 1 - np.argmax(before[:, ::-1], axis=1)
    landed = np.where(after.any(axis=1), np.argmax(after, axis=1), paths.last - paths.first)
    left = np.where(before.any(axis=1), left, 0)
    return (
        left + _share(speed, left, left + 1, limit),
        landed - 1 + _share(speed, landed - 1, landed, limit),
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
    carried = np.cross(paths.rate_radps, np.broadcast_to(point, paths.rate_radps.shape))
    speed: Floats = np.linalg.norm(paths.velocity_mps + carried, axis=2)
    return speed
