"""Which way a sensor sits on the body, from three things a person can do with a phone.

    stand still              which way is up; the front must be known already
    sit down and stand up    a thigh lies flat when sitting: what then points up is its front
    three steps forward      where it went, announced as forward, is its front

Each takes the span of time in which the person did it, beginning and ending standing still, and
gives the sensor turned into body axes, or says why it cannot. The walk that is measured later
is never looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from retrowalk.gait.clock import Stretch, stretches
from retrowalk.gait.smooth import moving_mean
from retrowalk.gait.strapdown import strapdown
from retrowalk.tables import Floats, Sensor
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import Mounting, Placement

THIGHS = (Placement.LEFT_THIGH, Placement.RIGHT_THIGH)
Span = tuple[float, float]  # seconds on the sensor's clock

STILL_S = 1.0  # a person who is asked to stand still does so for longer
CALM_S = 0.4  # over which stillness is judged
CALM_RADPS = 0.15  # swaying stays below, shifting weight does not
CALM_MPS2 = 0.35  # likewise, around the mean
GRAVITY_RATIO = 0.05  # a still sensor reads gravity within this, or is not in m/s²
TILTED_RAD = 0.6  # a strap or dorsum slopes less; beyond it the axes are others than said
SITS_RAD = (0.7, 2.3)  # between standing and sitting; a chair gives about half a turn's half
BACK_RAD = 0.35  # standing again as before, or the phone has shifted in the pocket
LEAST_M = 0.5  # of three steps; less is shuffling on the spot
MOST_M = 4.0  # of three steps; more is drift
TURNED_RAD = 0.5  # walked straight
DRIFT_MPS2 = 0.7  # left over when standing again, per second: gravity mistaken by 4 degrees
INWARD_S = 0.3  # a pause is still this far from its ends


@dataclass(frozen=True, slots=True)
class Cannot:
    """Why this did not calibrate, in a sentence for the person who did it."""

    why: str


@dataclass(frozen=True, slots=True)
class _Pause:
    """Rows [first, stop) of a stretch in which it was still, and the up it felt there."""

    first: int
    stop: int
    up: Floats


def by_standing(sensor: Sensor, span: Span) -> Sensor | Cannot:
    """Take out the strap's tilt: what was up while standing still becomes z.

    Which way is front stays as it was known; where it was not, standing cannot tell.
    """
    if sensor.mounting is Mounting.UNKNOWN:
        return Cannot("Standing still shows which way is up, not which way is front: "
                      "take three steps forward as well.")  # fmt: skip
    stretch = _part(sensor, span)
    if isinstance(stretch, Cannot):
        return stretch
    pauses = _pauses(stretch)
    if not pauses:
        return _restless()
    up = max(pauses, key=lambda pause: pause.stop - pause.first).up
    if up[2] < np.cos(TILTED_RAD):
        return Cannot("The sensor is tilted further than a strap slips: fasten it upright, or "
                      "say that its mounting is not known.")  # fmt: skip
    return _turned(sensor, up, np.array([1.0, 0.0, 0.0]))


def by_sitting(sensor: Sensor, span: Span) -> Sensor | Cannot:
    """A thigh's axes from standing, sitting and standing again, whatever way it was put in.

    From: sitting, the front of the thigh faces up; the part of gravity then felt that is square
    to gravity when standing is the anterior axis, and its sign the sign of flexion.
    Differs: no gyroscope is needed, so a drifting one does no harm.
    """
    if sensor.placement not in THIGHS:
        return Cannot("Only a thigh tips over when sitting down: wear the sensor in a trouser "
                      "pocket, or take three steps forward instead.")  # fmt: skip
    stretch = _part(sensor, span)
    if isinstance(stretch, Cannot):
        return stretch
    pauses = _pauses(stretch)
    if len(pauses) < 3:
        return Cannot("Standing, sitting and standing were not all still: do each for two seconds.")
    stood, again = pauses[0], pauses[-1]
    sat = max(pauses[1:-1], key=lambda pause: _angle(pause.up, stood.up))
    if not SITS_RAD[0] <= _angle(sat.up, stood.up) <= SITS_RAD[1]:
        return Cannot("The thigh did not come to lie flat: sit on an ordinary chair.")
    if _angle(again.up, stood.up) > BACK_RAD:
        return Cannot("The sensor moved in between: put it where it stays, and do it again.")
    return _turned(sensor, stood.up + again.up, sat.up)


def by_steps(sensor: Sensor, span: Span) -> Sensor | Cannot:
    """The axes of any sensor but a wrist's, from three announced steps forward.

    From: integration between two rests (Peruzzi et al. 2011, J Biomech 44:1991).
    Differs: the direction of the travel is used, not its length, and it is the person's word
    that it was forward.
    """
    if sensor.placement is Placement.WRIST:
        return Cannot("A wrist turns as it likes: wear the sensor on the back, thigh or foot.")
    if not np.any(sensor.gyr_radps):
        return Cannot("Steps need a gyroscope, and this sensor has none.")
    stretch = _part(sensor, span)
    if isinstance(stretch, Cannot):
        return stretch
    pauses = _pauses(stretch)
    if len(pauses) < 2:
        return _restless()
    before, after = _around_walk(pauses)
    went = _travel(stretch, before, after)
    return went if isinstance(went, Cannot) else _turned(sensor, before.up, went)


def axes_found(
    by: Callable[[Sensor, Span], Sensor | Cannot], sensor: Sensor, span: Span
) -> Floats | Cannot:
    """(3, 3) what one of these calibrations turns readings with: `acc @ axes.T` is the body's.

    For a sensor that goes on reading: three readings along its axes, after the span, tell.
    """
    after_s = max(float(sensor.time_s[-1]), span[1]) + np.arange(1.0, 4.0)
    turned = by(
        replace(
            sensor,
            time_s=np.append(sensor.time_s, after_s),
            acc_mps2=np.concatenate([sensor.acc_mps2, np.eye(3)]),
            gyr_radps=np.concatenate([sensor.gyr_radps, np.zeros((3, 3))]),
        ),
        span,
    )
    if isinstance(turned, Cannot):
        return turned
    axes: Floats = turned.acc_mps2[-3:].T
    return axes


def _around_walk(pauses: tuple[_Pause, ...]) -> tuple[_Pause, _Pause]:
    """The pauses on both sides of the longest movement."""
    gaps = [b.first - a.stop for a, b in pairwise(pauses)]
    i = int(np.argmax(gaps))
    return pauses[i], pauses[i + 1]


def _travel(stretch: Stretch, before: _Pause, after: _Pause) -> Floats | Cannot:
    """(3,) where the sensor went, in its own axes as it stood before."""
    level = _axes(before.up, _across(before.up))
    bias = stretch.gyr_radps[before.first : before.stop].mean(axis=0)
    flat = replace(
        stretch,
        acc_mps2=stretch.acc_mps2 @ level.T,
        gyr_radps=(stretch.gyr_radps - bias) @ level.T,
    )
    inward = stretch.samples(INWARD_S)
    first, last = before.stop - inward, after.first + inward
    path = strapdown(flat, np.array([first]), np.array([last]))
    drift_mps2 = float(path.drift_mps[0]) * stretch.rate_hz / (last - first)
    went = path.travel_m[0] * [1.0, 1.0, 0.0]
    far_m = float(np.linalg.norm(went))
    if not LEAST_M <= far_m <= MOST_M or drift_mps2 > DRIFT_MPS2:
        return Cannot("Three ordinary steps were not seen: stand still, take them, stand still.")
    if abs(float(path.turn_rad[0])) > TURNED_RAD:
        return Cannot("The steps went round a corner: take them straight ahead.")
    ahead: Floats = went @ level
    return ahead


def _part(sensor: Sensor, span: Span) -> Stretch | Cannot:
    """What the sensor read in this span, if it read without holes."""
    inside = (sensor.time_s >= span[0]) & (sensor.time_s <= span[1])
    if np.count_nonzero(inside) < 2:
        return Cannot("The sensor read nothing at that time: start it first.")
    cut = replace(
        sensor,
        time_s=sensor.time_s[inside],
        acc_mps2=sensor.acc_mps2[inside],
        gyr_radps=sensor.gyr_radps[inside],
    )
    parts = stretches(cut)
    if len(parts) != 1:
        return Cannot("The sensor was silent in between: keep its app open, and do it again.")
    return parts[0]


def _pauses(stretch: Stretch) -> tuple[_Pause, ...]:
    """Every stretch of stillness, in order."""
    window = stretch.samples(CALM_S)
    acc, gyr = stretch.acc_mps2.T, stretch.gyr_radps.T
    spread = moving_mean(acc**2, window) - moving_mean(acc, window) ** 2
    turning = moving_mean(gyr**2, window)
    calm = (spread.sum(axis=0) < CALM_MPS2**2) & (turning.sum(axis=0) < CALM_RADPS**2)
    edge = np.diff(np.concatenate([[0], calm.astype(np.int8), [0]]))
    found = []
    for first, stop in zip(np.flatnonzero(edge > 0), np.flatnonzero(edge < 0), strict=True):
        up = stretch.acc_mps2[first:stop].mean(axis=0)
        size = float(np.linalg.norm(up))
        right = abs(size / STANDARD_GRAVITY_MPS2 - 1) <= GRAVITY_RATIO
        if right and stop - first >= STILL_S * stretch.rate_hz:
            found.append(_Pause(int(first), int(stop), up / size))
    return tuple(found)


def _restless() -> Cannot:
    return Cannot("Nobody stood still: stand for two seconds before and after.")


def _turned(sensor: Sensor, up: Floats, front: Floats) -> Sensor:
    """The sensor in axes with `up` on z and `front`, as far as it is square to it, on x."""
    axes = _axes(up, front)
    return replace(
        sensor,
        acc_mps2=sensor.acc_mps2 @ axes.T,
        gyr_radps=sensor.gyr_radps @ axes.T,
        mounting=Mounting.CALIBRATED,
    )


def _axes(up: Floats, front: Floats) -> Floats:
    """(3, 3) rows ahead, left and up, right-handed."""
    z = up / np.linalg.norm(up)
    x = front - z * float(front @ z)
    x = x / np.linalg.norm(x)
    return np.stack([x, np.cross(z, x), z])


def _across(up: Floats) -> Floats:
    """(3,) the sensor axis that is farthest from upright."""
    across: Floats = np.eye(3)[int(np.argmin(np.abs(up)))]
    return across


def _angle(a: Floats, b: Floats) -> float:
    return float(np.arctan2(np.linalg.norm(np.cross(a, b)), float(a @ b)))
