"""Strides and direction from a thigh sensor or a trouser pocket whose flexion sign is known.

Time has a direction in a thigh: the leg is thrown quickly and carried back slowly, and the
hip brakes at each landing and is then slowly overcome. Three signs of it are read in every
stride. Each turns round when the walk is played backward in time:

    skew      fast flexion and slow extension (+), or fast extension and slow flexion (-)
    rise      the hip's vertical acceleration against the thigh's swing, at the step frequency
    surge     its anterior acceleration against the swing, likewise

Turned the wrong way round, skew and surge change sign and rise does not, so that a false
flexion sign tends to contradict itself; but it is never found out here: without a known sign
nothing is said.
"""

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.cycles import Cycles
from retrowalk.gait.quality import UPRIGHT
from retrowalk.gait.smooth import moving_mean
from retrowalk.gait.strides import STRIDE_S, Walk
from retrowalk.tables import KIND_CODE, SIDE_CODE, Contacts, Floats, Strides
from retrowalk.words import ContactKind, Side

LANDS = (0.26, -0.33)  # of a stride after fastest flexion, forward and backward; on cmu
AROUND = 5  # cycles whose evidence together says which of the two, be it certain or not
UNEVEN = 0.4  # a cycle this much off the local stride time is a start, a stop or a turn
SKEW_WEIGHT = 2.6  # these four fitted on cmu (forward, the one backward clip, both played
RISE_WEIGHT = 2.9  # backward) and simulation: log-odds of a plain sign
RISE_RAD = 1.1
SURGE_WEIGHT = 1.4
DULL = 1.0  # log-odds below which nothing is said: neighbours share their harmonics, and so errors
SLOW_S = (1.6, 2.0)  # stride times at which evidence begins to fade and ends: slower was not seen
MOST = 4.0  # log-odds one stride can give


def evidence(cycles: Cycles) -> Floats:
    """Log-odds of each cycle, + for backward.

    From: the sawtooth of the thigh in time (measured in motion capture; skewness of the flexion
    rate, biphases at one and two times the stride frequency).
    Differs: the biphase of the angle with itself says what skew says and got no weight in the
    fit; its biphases with the two accelerations of the hip do, and tell slow walks apart.
    """
    said = (
        -SKEW_WEIGHT * np.clip(cycles.skew, -1.0, 1.0)
        + RISE_WEIGHT * np.cos(cycles.rise_rad - RISE_RAD)
        - SURGE_WEIGHT * np.sin(cycles.surge_rad)
    )
    low, high = SLOW_S
    trust = np.clip((high - cycles.stride_s) / (high - low), 0.0, 1.0)
    plain: Floats = np.sign(said) * np.clip(trust * np.abs(said) - DULL, 0.0, MOST)
    return np.where(cycles.upright < UPRIGHT, 0.0, plain)


def walk_of(cycles: Cycles, side: Side) -> Walk:
    """One thigh's landings, strides and evidence; the caller vouches for the flexion sign.

    A thigh does not feel its foot land: landings are set at the phase of the swing at which they
    are seen in motion capture, 0.07 of a stride off either way.  Final contacts are not told.
    """
    said = evidence(cycles)
    landed = cycles.time_s + np.where(_leaning(said), LANDS[1], LANDS[0]) * cycles.stride_s
    contacts = Contacts(
        time_s=np.sort(landed),
        kind=np.full(len(landed), KIND_CODE[ContactKind.INITIAL], dtype=np.int8),
        side=np.full(len(landed), SIDE_CODE[side], dtype=np.int8),
    )
    if len(cycles) < 2:
        return Walk(contacts=contacts, evidence=said, evidence_s=cycles.time_s)
    lasts = np.diff(landed)
    even = np.abs(lasts / cycles.stride_s[1:] - 1) < UNEVEN
    good = even & (lasts >= STRIDE_S[0]) & (lasts <= STRIDE_S[1])
    n = int(np.count_nonzero(good))
    strides = Strides(
        start_s=landed[:-1][good],
        end_s=landed[1:][good],
        side=np.full(n, SIDE_CODE[side], dtype=np.int8),
        direction=np.zeros(n, dtype=np.int8),
        backward_probability=np.full(n, 0.5),
        stance_s=np.full(n, np.nan),
        length_m=np.full(n, np.nan),
        speed_mps=np.full(n, np.nan),
        bout_i=np.full(n, -1, dtype=np.int64),
    )
    return Walk(contacts, strides, said, cycles.time_s, np.flatnonzero(good) + 1)


def _leaning(said: Floats) -> NDArray[np.bool_]:
    """Whether the cycles around each speak rather for backward."""
    if not len(said):
        return np.empty(0, dtype=np.bool_)
    total = moving_mean(said, AROUND, beyond="nothing")
    leaning: NDArray[np.bool_] = total > 0
    return leaning
