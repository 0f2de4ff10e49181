"""One frame of a live session as the page shows it, in words; the same for SSE and no script."""

import json
from dataclasses import asdict, dataclass
from math import ceil, isfinite

from retrowalk import present
from retrowalk.app.beating import HeartSeen
from retrowalk.app.sensing import Sensed
from retrowalk.app.walking import Frame
from retrowalk.words import Direction, IntervalKind, SessionPlan, Units

TIMED = {"walking", "resting", "countdown", "starting"}  # phases in which time left matters
STANDING = {"waiting", "holding"}
FIRST_REPORT_S = 3.0  # as long as a silence may last before it is warned of
OLD_S = 5.0  # as long as decisions still rest on it (live/heart.py)
PAST = "Stopped because"  # a warning of what was; nothing to be alarmed about any more


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the page.  `look` is its colour, `shape` its picture."""

    seq: int
    phase: str
    look: str
    shape: str
    headline: str
    detail: str
    left: str
    next: str
    rep_what: str
    rep: str
    belt: str
    belt_age: str
    belt_age_s: float | None
    may_hold: bool
    may_finish: bool
    ended: bool
    elsewhere: bool
    first: bool
    hold_sure: str  # what a hold confirms
    hold_go: str
    hold_ratio: float
    progress_ratio: float
    alarm: str
    phone: str  # what a phone worn as a sensor feels; empty without one
    heart: str  # the heart rate with its age and ceiling; empty without strap and ceiling
    hold_why: str  # why a hold does not count, where it is for the heart's sake
    by_hand: bool = False
    asks_speed: bool = False  # what the console shows may be said now
    said: str = ""  # the figure counted, and its neighbours on − and +
    less: str = ""
    more: str = ""
    cues: tuple[dict[str, str], ...] = ()
    at_s: float = 0.0
    rate: float = 1.0
    ahead: tuple[dict[str, str | float], ...] = ()

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)


def shown(frame: Frame, units: Units = Units.KMH) -> Shown:
    view = frame.view
    repetition = f"{view.repetition} of {view.repetitions}" if view.repetitions else ""
    look, shape = _dress(frame)
    heard = isfinite(view.belt_age_s)
    sure, _, go = view.hold_text.rpartition(". ")
    new = not heard and frame.at_s < FIRST_REPORT_S  # the belt has had no time to speak yet
    warning = "" if new else view.warning
    calm = view.phase in STANDING and warning.startswith(PAST)
    belt, belt_age = _belt(frame, units)
    said_mps = view.plan_mps if view.said_mps is None else view.said_mps
    less, said, more = present.steps(said_mps, units)
    return Shown(
        seq=frame.seq,
        phase=view.phase,
        look=look,
        shape=shape,
        headline=view.headline,
        detail=f"{view.warning} {view.detail}" if calm else _unless(repetition, view.detail),
        left=_left(view.phase, view.left_s),
        next=view.next_text[:1].upper() + view.next_text[1:],
        rep_what=view.direction.value.capitalize() if repetition else "",
        rep=repetition,
        belt=belt,
        belt_age=belt_age,
        belt_age_s=round(view.belt_age_s, 2) if heard else None,
        may_hold=view.may_hold,
        may_finish=view.may_finish,
        ended=view.ended,
        elsewhere=frame.elsewhere,
        first=view.phase in STANDING and view.progress_ratio == 0,
        hold_sure=sure,
        hold_go=go or "Hold to start",
        hold_ratio=round(view.hold_ratio, 3),
        progress_ratio=round(view.progress_ratio, 4),
        alarm=" ".join(text for text in ("" if calm else warning, frame.notice) if text),
        phone=phone_text(frame.sensed),
        by_hand=view.by_hand,
        asks_speed=view.asks_speed,
        said=said,
        less=less,
        more=more,
        heart="" if frame.heart is None else heart_text(frame.heart),
        hold_why="" if frame.heart is None else frame.heart.hold_why,
        cues=tuple({"kind": cue.kind.value, "text": cue.text} for cue in frame.cues),
        at_s=round(frame.at_s, 3),
        rate=frame.rate,
        ahead=tuple(
            {"kind": one.cue.kind.value, "text": one.cue.text, "due_s": round(one.due_s, 3)}
            for one in frame.ahead
        ),
    )


def _belt(frame: Frame, units: Units) -> tuple[str, str]:
    """The belt's speed and how it is known: heard, said, or only planned."""
    view = frame.view
    if view.by_hand and not view.asks_speed:
        return "set by hand", ""
    if view.by_hand and view.said_mps is None:
        return present.speed(view.plan_mps, units), "as planned"
    if view.by_hand and view.said_mps is not None:
        return present.speed(view.said_mps, units), "as you said"
    if not isfinite(view.belt_age_s):
        return "not heard", "yet"
    belt = present.speed(view.belt_mps, units) + present.incline(view.incline_ratio)
    return belt, present.age(view.belt_age_s)


def phone_text(sensed: Sensed | None) -> str:
    """ "Backward · 84 steps a minute · steady", or that the phone is not heard."""
    if sensed is None:
        return ""
    if sensed.lost:
        return f"Phone not heard for {sensed.silent_s:.0f} s"
    if not sensed.direction:
        return "Phone heard: no steps now"
    way = "direction unclear" if sensed.direction == "unclear" else sensed.direction
    parts = [way.capitalize()]
    if sensed.cadence_spm is not None:
        parts.append(f"{sensed.cadence_spm:.0f} steps a minute")
    if sensed.uneven_ratio is not None:
        parts.append(present.steady_word(sensed.uneven_ratio))
    return " · ".join(parts)


def heart_text(heart: HeartSeen) -> str:
    """ "Heart 98 · ceiling 120", or since when it is not heard."""
    ceiling = f" · ceiling {heart.ceiling_bpm}" if heart.ceiling_bpm is not None else ""
    if not isfinite(heart.age_s):
        skin = "" if heart.touches else ": the strap feels no skin, wet its electrodes"
        return f"Heart not heard yet{skin}{ceiling}"
    if heart.age_s > OLD_S:
        return f"Heart not heard, {heart.heart_bpm:.0f} was {present.age(heart.age_s)}{ceiling}"
    fresh = present.age(heart.age_s)
    shown = f"Heart {heart.heart_bpm:.0f}" + ("" if fresh == "now" else f", {fresh}")
    return f"{shown}{ceiling}{' · slower' if heart.eased else ''}"


def _unless(said: str, detail: str) -> str:
    """A detail the page says elsewhere already is not said twice."""
    return "" if detail == said else detail


def _left(phase: str, left_s: float) -> str:
    if phase == "countdown":
        return str(ceil(left_s))
    return present.clock(ceil(left_s)) if phase in TIMED else ""


def _dress(frame: Frame) -> tuple[str, str]:
    """Colour and shape: direction while it matters, else what to do with one's feet."""
    view = frame.view
    way = view.direction.value
    match view.phase:
        case "walking" | "starting" | "countdown" | "slowing":
            return way, way
        case "waiting" | "holding":
            return "stand", "turn" if view.headline.startswith("Turn") else "stand"
        case "stopping":
            return "stop", "stop"
        case "ended":
            return "done", "done"
        case _:
            return "rest", "rest"


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of the strip along the top edge, in thousandths of the plan."""

    x: float
    width: float
    look: str


def strip(plan: SessionPlan) -> tuple[Piece, ...]:
    pieces, at_s, whole_s = [], 0.0, plan.duration_s or 1.0
    for interval in plan.intervals:
        resting = interval.kind is IntervalKind.REST or interval.direction is Direction.UNCLEAR
        look = "rest" if resting else interval.direction.value
        pieces.append(Piece(round(1000 * at_s / whole_s, 1),
                            round(1000 * interval.duration_s / whole_s - 2, 1), look))  # fmt: skip
        at_s += interval.duration_s
    return tuple(pieces)
