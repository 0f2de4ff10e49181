"""Sessions for tests: a small plan, a belt that obeys, and a walker who holds Start."""

from collections.abc import Iterable, Iterator

from retrowalk.live.events import (
    BeltReported,
    Event,
    HeartHeard,
    HoldBeat,
    Request,
    SetSpeed,
    StartBelt,
    StopBelt,
    Ticked,
)
from retrowalk.live.machine import advance
from retrowalk.live.states import Session
from retrowalk.words import Direction, Interval, IntervalKind, Limits, Place, SessionPlan

BACK, AHEAD = Direction.BACKWARD, Direction.FORWARD
CEILING = 120
LIMITS = Limits(backward_top_mps=0.3, forward_top_mps=0.4, heart_ceiling_bpm=CEILING)
PLAN = SessionPlan(
    (
        Interval(BACK, 12, 0.3, repetition=1, repetitions=2),
        Interval(AHEAD, 12, 0.4, repetition=1, repetitions=1),
        Interval(BACK, 12, 0.9, repetition=2, repetitions=2),  # more than the limits allow
        Interval(BACK, 12, 0.0, IntervalKind.REST),
        Interval(AHEAD, 12, 0.4),
        Interval(AHEAD, 12, 0.2, IntervalKind.COOL_DOWN),
    ),
    LIMITS,
)
CORRIDOR = SessionPlan(PLAN.intervals, LIMITS, place=Place.CORRIDOR)
TICK_S = 0.2


def run(
    events: Iterable[Event], session: Session | None = None, plan: SessionPlan = PLAN
) -> tuple[Session, list[Request | None]]:
    session = session or Session()
    requests = []
    for event in events:
        session, request = advance(plan, session, event)
        requests.append(request)
    return session, requests


def speeds(requests: Iterable[Request | None]) -> list[float]:
    return [r.belt_mps for r in requests if isinstance(r, SetSpeed)]


class Walk:
    """A walker who holds Start whenever awaited, on a belt that does as it is asked.

    Time moves in ticks of 0.2 s; the belt reports every second, gains and loses 0.2 m/s².
    """

    def __init__(self, plan: SessionPlan = PLAN, *, holds: bool = True) -> None:
        self.plan, self.holds = plan, holds
        self.heart_bpm, self.contact = 0, True  # 0: no strap is worn
        self.session, self.at_s, self.belt_mps, self.wanted_mps = Session(), 0.0, 0.0, 0.0
        self.log: list[tuple[Event, Session, Session, Request | None]] = []

    def send(self, event: Event) -> Request | None:
        assert len(self.log) < 20_000, "it never ends"
        before = self.session
        self.session, request = advance(self.plan, before, event)
        self.log.append((event, before, self.session, request))
        match request:
            case StartBelt():
                self.wanted_mps = 0.1
            case SetSpeed(mps):
                self.wanted_mps = mps
            case StopBelt():
                self.wanted_mps = 0.0
        return request

    def tick(self, *, heard: bool = True) -> None:
        holding = self.holds and self.session.waits_for_hand
        self.at_s = round(self.at_s + TICK_S, 3)
        step_mps = 0.2 * TICK_S
        change = min(max(self.wanted_mps - self.belt_mps, -step_mps), step_mps)
        self.belt_mps = round(self.belt_mps + change, 6)
        if heard and round(self.at_s % 1, 3) == 0:
            self.send(BeltReported(self.at_s, self.belt_mps))
        if self.heart_bpm and round(self.at_s % 1, 3) == 0.4:
            self.send(HeartHeard(self.at_s, self.heart_bpm, self.contact))
        if holding:
            self.send(HoldBeat(self.at_s))
        self.send(Ticked(self.at_s))

    def until(self, phase: type, *, within_s: float = 200, heard: bool = True) -> "Walk":
        began_s = self.at_s
        while not isinstance(self.session.phase, phase):
            assert self.at_s - began_s < within_s, f"still {self.session.phase}, not {phase}"
            self.tick(heard=heard)
        return self

    def for_s(self, seconds: float, *, heard: bool = True) -> "Walk":
        end_s = self.at_s + seconds
        while self.at_s < end_s - 1e-9:
            self.tick(heard=heard)
        return self

    @property
    def events(self) -> list[Event]:
        return [event for event, *_ in self.log]

    @property
    def requests(self) -> list[Request | None]:
        return [request for *_, request in self.log]

    def phases(self) -> Iterator[str]:
        """The names of the phases gone through, each once a visit."""
        last = ""
        for *_, after, _request in self.log:
            name = type(after.phase).__name__
            if name != last:
                yield name
            last = name
