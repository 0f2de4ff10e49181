"""The walker's heart: what is believed of it, and what it asks of the session.

    readings ──median of 5 s──▶ above the ceiling for 5 s ──▶ half the speed
                                  not below 30 s later, or above again ──▶ ramp down, stop

The ceiling is the walker's own or their clinician's; without one a heart rate is only shown.
The times and the half are ours: they are no medical figures.  An eased belt goes faster again only
in another stretch, after the walker's own hold, which does not count above the ceiling.
A strap that falls silent stops nothing (dry skin does that, and every stop throws a little) unless
the walker or the clinician said that the heart must be heard.
"""

from dataclasses import dataclass, replace
from math import inf
from statistics import median

from retrowalk.live.events import Event, HeartHeard, StopReason
from retrowalk.words import Limits

NEVER_S = float("-inf")
LOWEST_BPM, HIGHEST_BPM = 25, 240  # outside, a strap counts noise: 0 and 255 are its favourites
WINDOW_S = 5.0  # one or two wild readings do not move the median of five
FEWEST = 3  # a median of fewer is a reading
KEPT = 40  # a strap that chatters costs no more than that
SUSTAINED_S = 5.0  # with the median: a jump is believed when it has lasted about eight seconds
EASE_RATIO = 0.5  # half the speed: slow enough to tell in half a minute
EASED_S = 30.0  # a heart needs about that long to follow
WARN_S = 5.0  # unheard: said
LOST_S = 15.0  # unheard where it must be: time to be warned, and for a link to be made anew


@dataclass(frozen=True, slots=True)
class Eased:
    """The belt goes slower for the heart since then; `helped` once it came below the ceiling."""

    since_s: float
    belt_mps: float
    interval_i: int
    helped: bool = False


@dataclass(frozen=True, slots=True)
class Heart:
    """What is known of the heart.  `beats` are (at_s, bpm), believed, of five seconds.

    `known_s` is when it was last believed; `above_s` since when it beats above its ceiling,
    infinite while it does not; `touches` is False where the strap spoke last without belief.
    """

    beats: tuple[tuple[float, int], ...] = ()
    known_s: float = NEVER_S
    above_s: float = inf
    eased: Eased | None = None
    touches: bool = True


UNHEARD = Heart()


def notice(limits: Limits, heart: Heart, event: Event, now_s: float) -> Heart:
    """Take in a beat, or that time has passed without one."""
    if isinstance(event, HeartHeard):
        heart = _hear(heart, event, now_s)
    if not is_above(limits, heart, now_s):
        return heart if heart.above_s == inf else replace(heart, above_s=inf)
    return heart if heart.above_s < inf else replace(heart, above_s=now_s)


def _hear(heart: Heart, beat: HeartHeard, now_s: float) -> Heart:
    if not (beat.contact and LOWEST_BPM <= beat.heart_bpm <= HIGHEST_BPM):
        return replace(heart, touches=False)
    recent = tuple(one for one in heart.beats if now_s - one[0] < WINDOW_S)
    beats = (*recent, (now_s, beat.heart_bpm))[-KEPT:]
    return replace(heart, beats=beats, known_s=now_s, touches=True)


def rate_bpm(heart: Heart, now_s: float) -> float | None:
    """The rate a decision may rest on; None where it is not known now."""
    if len(heart.beats) < FEWEST or is_lost(heart, now_s):
        return None
    return median(bpm for _, bpm in heart.beats)


def is_lost(heart: Heart, now_s: float) -> bool:
    """Not believed for some seconds, or never: no strap, no skin, nonsense."""
    return now_s - heart.known_s > WARN_S


def is_above(limits: Limits, heart: Heart, now_s: float) -> bool:
    """Whether it is known to beat faster than its ceiling now."""
    bpm, ceiling = rate_bpm(heart, now_s), limits.heart_ceiling_bpm
    return ceiling is not None and bpm is not None and bpm > ceiling


def allows(limits: Limits, heart: Heart, now_s: float) -> bool:
    """Whether the walker's hold may count: not above the ceiling, and heard where it must be."""
    if limits.heart_needed and rate_bpm(heart, now_s) is None:
        return False
    return not is_above(limits, heart, now_s)


def begun(heart: Heart, now_s: float, interval_i: int) -> Heart:
    """The walker's own hand starts a belt: an ease ends where another stretch begins."""
    match heart.eased:
        case Eased(interval_i=eased_i) as eased if eased_i == interval_i:
            return replace(heart, eased=replace(eased, since_s=now_s, helped=True))
        case _:
            return replace(heart, eased=None)


def why_stop(
    limits: Limits, heart: Heart, now_s: float, asked_mps: float, planned_mps: float
) -> StopReason | None:
    """Why a walk must end gently now; None mostly."""
    if limits.heart_needed and now_s - heart.known_s > LOST_S:
        return StopReason.HEART_LOST
    above = _lastingly_above(heart)
    match heart.eased:
        case None:
            no_slower = asked_mps <= _slower_mps(limits, planned_mps)
            return StopReason.HEART if above and no_slower else None
        case Eased(helped=True):
            return StopReason.HEART if above else None
        case Eased(since_s=since_s) if now_s - since_s < EASED_S:
            return None
        case _ if rate_bpm(heart, now_s) is None:
            return StopReason.HEART_LOST
        case _:
            return StopReason.HEART if is_above(limits, heart, now_s) else None


def ease(
    limits: Limits, heart: Heart, now_s: float, *, interval_i: int, planned_mps: float
) -> Heart:
    """Begin to go slower where the heart asks for it, or see that it has helped."""
    match heart.eased:
        case None if _lastingly_above(heart):
            slower_mps = _slower_mps(limits, planned_mps)
            return replace(heart, eased=Eased(now_s, slower_mps, interval_i))
        case Eased(since_s=since_s, helped=False) as eased if now_s - since_s >= EASED_S:
            return replace(heart, eased=replace(eased, helped=True))
        case _:
            return heart


def top_mps(heart: Heart) -> float:
    """No faster than this, for the heart's sake; infinite mostly."""
    return inf if heart.eased is None else heart.eased.belt_mps


def _lastingly_above(heart: Heart) -> bool:
    """Counted to the last belief: silence does not make it last."""
    return heart.known_s - heart.above_s >= SUSTAINED_S


def _slower_mps(limits: Limits, planned_mps: float) -> float:
    return max(EASE_RATIO * planned_mps, limits.least_mps)
