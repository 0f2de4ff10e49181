"""Do cues land on time?  An hour in virtual time, and a minute in a real browser, both with
frames that come late by chance.

python -m validation.cues [virtual|browser]
"""

import asyncio
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from tests.app.ways import LIMITS, known, new_house, ready, walk

from retrowalk.app import walking
from retrowalk.app.house import House
from retrowalk.app.virtual import run_virtually
from retrowalk.app.walking import Live
from retrowalk.live.cues import CueKind
from retrowalk.live.events import Event
from retrowalk.live.machine import advance
from retrowalk.live.states import Countdown, Resting, Session, Slowing, Walking
from retrowalk.store.log import read_events
from retrowalk.words import Direction, Interval, IntervalKind, SessionPlan
from validation.cues_browser import heard_in_browser
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.cues"
LATE_S = 0.4  # a frame is late by up to this, evenly at random
FAST_RATIO = 1e-4  # the page's clock gains 100 ppm: a poor crystal
KEPT_S = 30.0  # as in web/static/clock.js
NEAR_S = 5.0  # a cue and its truth further apart than this are not each other's
COUNTS = {CueKind.TEN_SECONDS: 10, CueKind.THREE: 3, CueKind.TWO: 2, CueKind.ONE: 1}
MIXED = tuple(
    Interval(direction, 120, 0.35, repetition=number, repetitions=14)
    for number in range(1, 15)
    for direction in (Direction.BACKWARD, Direction.FORWARD)
)
HOUR = SessionPlan(
    (*MIXED, Interval(Direction.FORWARD, 120, 0.0, IntervalKind.REST),
     Interval(Direction.FORWARD, 60, 0.3, IntervalKind.COOL_DOWN),
     Interval(Direction.FORWARD, 60, 0.35)),
    LIMITS,
    "alternating-thirty",
)  # fmt: skip
MINUTE = SessionPlan(
    (Interval(Direction.BACKWARD, 14, 0.2), Interval(Direction.BACKWARD, 14, 0.3),
     Interval(Direction.BACKWARD, 12, 0.0, IntervalKind.REST),
     Interval(Direction.BACKWARD, 12, 0.3)),
    LIMITS,
    "alternating-thirty",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """One cue: when it was heard, or when it should have been, in session time."""

    kind: str
    at_s: float


def promises() -> Iterable[Promise]:
    for measure in MEASURES.values():
        yield from measure()


def virtual() -> Iterator[Promise]:
    """60 minutes of turns with a page whose frames are late and whose clock runs fast."""
    command = f"{COMMAND} virtual"
    with tempfile.TemporaryDirectory() as place:
        house = known(new_house(Path(place)))
        heard, truth = run_virtually(_hour(house))
        house.close()
    errors_s = _errors_s(heard, truth)
    worst_s = max(abs(error_s) for error_s in errors_s)
    yield at_most("belt.cue_error_virtual", 1000 * worst_s, 100, "ms", command)
    tenth = len(errors_s) // 10
    drift_s = abs(mean(errors_s[-tenth:]) - mean(errors_s[:tenth]))
    yield at_most("belt.cue_drift_virtual_60_min", 1000 * drift_s, 10, "ms", command)
    on_time = len(errors_s) / len(truth)
    yield at_least("belt.cues_foretold_virtual", 100 * on_time, 100, "%", command)


def browser() -> Iterator[Promise]:
    """A minute in headless Chromium: from the audio clock's moment of each clip to its truth."""
    command = f"{COMMAND} browser"
    with tempfile.TemporaryDirectory() as place:
        house = known(new_house(Path(place)))
        session_id = ready(house, MINUTE)
        told = heard_in_browser(house, session_id, late_s=LATE_S)
        truth = _truth(house, session_id)
        house.close()
    heard = [Moment(one.kind, one.at_s) for one in told]
    errors_s = _errors_s(heard, truth)
    worst_s = max((abs(error_s) for error_s in errors_s), default=float("inf"))
    yield at_most("belt.cue_error_browser", 1000 * worst_s, 250, "ms", command)
    on_time = len(errors_s) / len(truth)
    yield at_least("belt.cues_foretold_browser", 100 * on_time, 100, "%", command)


MEASURES: dict[str, Callable[[], Iterator[Promise]]] = {"virtual": virtual, "browser": browser}


# --- a page made of arithmetic ---------------------------------------------------------


@dataclass(slots=True)
class _Page:
    """What web/static/clock.js and ahead.js do, on a clock that gains."""

    heard: list[tuple[float, float]] = field(default_factory=list)
    due: dict[tuple[str, int], float] = field(default_factory=dict)  # in the page's own seconds

    def take(self, frame: walking.Frame, now_s: float) -> None:
        here_s = now_s * (1 + FAST_RATIO)
        self.heard = [one for one in self.heard if here_s - one[0] <= KEPT_S]
        self.heard.append((here_s, here_s - frame.at_s))
        offset_s = min(late_s for _, late_s in self.heard)
        for one in frame.ahead:
            key = (one.cue.kind.value, round(one.due_s))
            known_already = any((key[0], key[1] + near) in self.due for near in (-1, 0, 1))
            if not known_already:
                self.due[key] = offset_s + one.due_s

    def moments(self, began_s: float) -> list[Moment]:
        """In session time: the page's clock taken back to the true one."""
        sounded = ((kind, here_s / (1 + FAST_RATIO)) for (kind, _), here_s in self.due.items())
        return [Moment(kind, at_s - began_s) for kind, at_s in sounded]


async def _hour(house: House) -> tuple[list[Moment], list[Moment]]:
    session_id = ready(house, HOUR)
    live, page = walking.begin(house, session_id), _Page()
    began_s = asyncio.get_running_loop().time()
    watching = asyncio.ensure_future(_watch(live, page))
    await walk(live)
    await watching
    return page.moments(began_s), _truth(house, session_id)


async def _watch(live: Live, page: _Page) -> None:
    """Frames reach the page late, each by chance, in order as TCP has them."""
    chance, loop, waiting = random.Random(9), asyncio.get_running_loop(), 0.0
    async for frame in live.frames("late"):
        waiting = max(waiting, loop.time() + chance.uniform(0.0, LATE_S))
        loop.call_at(waiting, lambda frame=frame: page.take(frame, loop.time()))


# --- the truth: what the session's own log says happened, replayed ----------------------


def _truth(house: House, session_id: str) -> list[Moment]:
    with house.store.reading() as rows:
        events = read_events(rows, session_id)
    plan = HOUR if len(events) > 5000 else MINUTE
    return [moment for change in _changes(plan, events) for moment in change]


def _changes(plan: SessionPlan, events: Iterable[Event]) -> Iterator[list[Moment]]:
    """Each change of the plan with its cues: the change itself, and the counts before it."""
    session, since_s = Session(), 0.0
    for event in events:
        before, (session, _) = session, advance(plan, session, event)
        kind = _cued(plan, before, session)
        if type(before.phase) is not type(session.phase) or before.interval_i != session.interval_i:
            if kind is not None:
                yield _counted(kind, session.now_s, session.now_s - since_s)
            since_s = session.now_s


def _cued(plan: SessionPlan, before: Session, after: Session) -> str | None:
    """What the plan itself called for at this step; empty where only counts led to it."""
    back = plan.intervals[after.interval_i].direction is Direction.BACKWARD
    match before.phase, after.phase:
        case Countdown(), phase if not isinstance(phase, Countdown):
            return ""
        case Walking(), Slowing():
            return CueKind.SLOWER.value
        case Walking(), Walking() if before.interval_i != after.interval_i:
            return CueKind.BACK.value if back else CueKind.FORWARD.value
        case Resting(), phase if not isinstance(phase, Resting):
            return CueKind.READY.value
        case _:
            return None


def _counted(kind: str, at_s: float, lasted_s: float) -> list[Moment]:
    counts = [Moment(count.value, at_s - s) for count, s in COUNTS.items() if s < lasted_s - 0.5]
    return [*counts, *([Moment(kind, at_s)] if kind else [])]


def _errors_s(heard: list[Moment], truth: list[Moment]) -> list[float]:
    """Heard minus true, for every true cue that was heard."""
    errors_s = []
    for true in truth:
        near = [one.at_s - true.at_s for one in heard if one.kind == true.kind]
        nearest = min(near, key=abs, default=NEAR_S)
        if abs(nearest) < NEAR_S:
            errors_s.append(nearest)
    return errors_s


def main() -> int:
    short = 0
    for name in sys.argv[1:] or MEASURES:
        for promise in MEASURES[name]():
            print(promise.line(), flush=True)
            short += not promise.ok
    return 1 if short else 0


if __name__ == "__main__":
    raise SystemExit(main())
