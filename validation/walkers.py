"""Six kinds of simulated walkers, and what the engine does with each over twelve weeks.

Nobody real behaves like these; each is one temptation for a rule that gives more or less.
Pain, effort and soreness come from the load of a session against what the walker can bear.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from retrowalk.programme.prescribe import Prescription
from retrowalk.programme.progression import Today, decide
from retrowalk.programme.protocols import EASED, Protocol
from retrowalk.units import MINUTE
from retrowalk.words import Decision, NextDay, Refer, Review, SessionRecord, Wrong

WEEKS = 12
DAYS = 7 * WEEKS
ADVICE_DAYS = 7  # a referred walker comes back with a clinician's yes a week later
FLARE_DAYS = 10


class Kind(Enum):
    RESPONDER = "responder"
    NON_RESPONDER = "non-responder"
    FLARE_UP = "flare-up"
    QUITTER = "quitter"
    OVER_EAGER = "over-eager"
    LIAR = "lies about pain"


@dataclass(slots=True)
class Life:
    """One walker's twelve weeks: what was walked, and what was answered to it."""

    protocol: Protocol
    walked: list[SessionRecord] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    flare_day: int = -1

    def minutes(self, week: int) -> float:
        """Backward minutes planned for a session of that week, the last one asked for."""
        so_far = [s for s in self.walked if s.day < 7 * (week + 1)]
        return self.protocol.rung(so_far[-1].stage).backward_s / MINUTE if so_far else 0.0


@dataclass(slots=True)
class _Body:
    """What this walker can bear, in backward minutes, and how they answer."""

    kind: Kind
    bears_min: float
    gains: float  # of what they can bear, a session
    pain: float
    from_day: int  # the flare-up's, or the pause's
    to_day: int

    def hurts(self, load_min: float, day: int, rng: np.random.Generator) -> float:
        flare = 5.0 if self.kind is Kind.FLARE_UP and self.from_day <= day < self.to_day else 0.0
        over = max(load_min / self.bears_min - 1.0, 0.0)
        return float(np.clip(self.pain + flare + 4.0 * over + rng.normal(0, 0.6), 0, 10))

    def walks(self, days: Sequence[int], day: int, per_week: int, rng: np.random.Generator) -> bool:
        """Whether they walk today, having walked on these days."""
        since = day - days[-1] if days else 99
        room = sum(day - other < 7 for other in days) < per_week
        if self.kind is Kind.OVER_EAGER:  # half of them daily, half as often as they may
            return self.from_day % 2 == 0 or (room and since >= max(7 // per_week, 1))
        if self.kind is Kind.QUITTER and self.from_day <= day < self.to_day:
            return False
        return room and since >= max(7 // per_week, 1) and bool(rng.random() < 0.85)


def lived(
    kind: Kind, protocol: Protocol, prescription: Prescription, rng: np.random.Generator
) -> Life:
    """Twelve weeks of one walker who does what the engine answers."""
    body, life = _body(kind, protocol, rng), Life(protocol)
    life.flare_day = body.from_day if kind is Kind.FLARE_UP else -1
    not_before, advised = 0, -1
    for day in range(DAYS):
        days = [session.day for session in life.walked[-20:]]
        if day < not_before or not body.walks(days, day, protocol.frequency_per_week, rng):
            continue
        twice = kind is Kind.OVER_EAGER and body.from_day % 2 == 0 and bool(rng.random() < 0.2)
        for _ in range(1 + twice):
            decision = decide(life.walked, protocol, prescription, on_day=day, today=Today())
            life.decisions.append(decision)
            if isinstance(decision, Refer) and advised != len(life.walked):
                advised, not_before = len(life.walked), day + ADVICE_DAYS
                break
            life.walked.append(_session(body, protocol, day, decision.stage, rng))
    return life


def _body(kind: Kind, protocol: Protocol, rng: np.random.Generator) -> _Body:
    recipe_min = protocol.ladder[-1].backward_s / MINUTE
    bears, gains, pain = rng.uniform(0.6, 1.2), rng.uniform(0.01, 0.03), rng.uniform(0.5, 2.5)
    if kind is Kind.NON_RESPONDER:
        bears, gains, pain = rng.uniform(0.3, 0.7), 0.0, rng.uniform(1.5, 3.5)
    if kind is Kind.LIAR:
        bears, gains, pain = rng.uniform(0.3, 0.6), 0.0, rng.uniform(3, 5)
    begins = int(rng.integers(14, 56))
    lasts = FLARE_DAYS if kind is Kind.FLARE_UP else int(rng.integers(14, 90))
    return _Body(kind, bears * recipe_min, gains, pain, begins, begins + lasts)


def _session(
    body: _Body, protocol: Protocol, day: int, stage: int, rng: np.random.Generator
) -> SessionRecord:
    rung = protocol.rung(stage)
    load = rung.backward_s / MINUTE * (0.5 + 0.5 * rung.speed_ratio)
    pain = body.hurts(load, day, rng)
    effort = float(np.clip(3 + 4 * (load / body.bears_min - 1) + rng.normal(0, 0.7), 0, 10))
    sore = float(np.clip(6 * (load / body.bears_min - 1) + rng.normal(0, 1.0), 0, 10))
    done = 1.0 if pain < 7 else float(rng.uniform(0.3, 0.8))  # nobody walks on with such pain
    stumbled = rng.random() < 0.02
    body.bears_min *= 1 + body.gains
    if body.kind is Kind.RESPONDER:
        body.pain = max(body.pain - 0.03, 0.0)
    if body.kind is Kind.OVER_EAGER:
        pain, effort, sore, done, stumbled = 0.0, 1.0, 0.0, 1.0, False
    if body.kind is Kind.LIAR:
        pain, effort = min(pain, 2.0), min(effort, 4.0)
    wrongs = frozenset({Wrong.STUMBLE} if stumbled else ())
    before = round(max(pain - rng.uniform(0, 1.2), 0))
    review = Review(before, round(pain), round(pain), round(effort), wrongs)
    return SessionRecord(day, stage, done, review, next_day=NextDay(before, round(sore)))


def speed_in_a_week(life: Life) -> float:
    """The most the speed ratio rose within any seven days."""
    ratio = [life.protocol.rung(s.stage).speed_ratio for s in life.walked]
    return max(
        (ratio[j] - ratio[i] for j, one in enumerate(life.walked)
         for i in range(max(j - 16, 0), j) if one.day - life.walked[i].day < 7),
        default=0.0,
    )  # fmt: skip


def rungs_in_days(life: Life, days: int) -> int:
    """The most rungs climbed within any so many days."""
    return max(
        (one.stage - before.stage for j, one in enumerate(life.walked)
         for before in life.walked[max(j - 16, 0) : j] if one.day - before.day < days),
        default=0,
    )  # fmt: skip


def falls_at_once(life: Life) -> bool | None:
    """Whether the session after the first red one of the flare-up asked less; None if none was.

    Below half of the lowest rung there is nothing less: there a clinician is asked instead.
    """
    walked: Sequence[SessionRecord] = life.walked
    for i, session in enumerate(walked[:-1]):
        if session.day >= life.flare_day and session.review.pain_during >= 6:
            lower = walked[i + 1].stage < session.stage
            return lower or session.stage == EASED
    return None
