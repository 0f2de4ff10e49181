"""What comes next, and why: the page that matters.

The last session is judged first (findings.py).  Every finding argues for one of four answers,
and the most careful of them wins:

    up        it went well, and so did the sessions before it
    stay      not yet, or not quite: the same rung again, until it goes well
    down      too much: one rung down; from the lowest, half of it
    ask       down, and a clinician is asked before the next session

How the walker is today can only keep a step up waiting.  Time away is judged with the rest:
each fortnight without a session is one rung down.  A rung up comes only after the protocol's
number of good sessions in a row on this rung, each with a good morning after, spread over
about a week (the whole of one, where speed or incline is raised) and not over many, so that
nobody climbs faster than a rung, or a tenth of the starting speed, a week.

Promises, held by tests/programme/test_progression.py and validation/plans.py over arbitrary
histories: more pain, soreness, effort, heart or wrongs never give a higher rung; an answer
missing never progresses; the rung is always on the ladder or half of its lowest; every decision
carries reasons, and is a function of its arguments alone.

"More pain" is more pain during or after, the next morning, or all alike.  Pain *before*
alone is not: with the same pain after it, the walk itself has hurt less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrowalk.programme.findings import (
    PAIN_AMBER,
    PAIN_RED,
    Answer,
    Finding,
    findings,
    found,
    stumbled,
)
from retrowalk.programme.prescribe import Prescription
from retrowalk.programme.protocols import EASED, Protocol
from retrowalk.words import Decision, Hold, Progress, Reason, Refer, Regress, SessionRecord

RULE = "progression 3"

AWAY_DAYS = 14  # a fortnight off: strength and habit have gone some way
WEEK_DAYS = 7
LOOKED_AT_DAYS = 84  # of history before the last session: older ones decide nothing
LONG_FACTOR = 2  # good sessions spread over more than twice their usual time prove no habit
STUMBLES_LOOKED_AT = 3  # sessions; a second stumble among them is no accident

ASK = Reason("clinician", "Please ask a doctor or physiotherapist before your next session.")


@dataclass(frozen=True, slots=True)
class Today:
    """What the readiness check said, where it lets the walker walk at all."""

    pain: int = 0
    slept: bool = True


def decide(
    history: Sequence[SessionRecord],
    protocol: Protocol,
    prescription: Prescription,
    *,
    on_day: int = 0,
    today: Today = Today(),
    kept: str = "",
) -> Decision:
    """Progress, hold, regress or refer, with reasons; `stage` is the next session's rung.

    `history` holds this protocol's sessions in any order; `on_day` is the day asked about,
    counted as `SessionRecord.day` is (the last session's day if that is later).  `kept` says
    why there is no step up whatever was walked, where the weeks are over; empty while they run.
    """
    top = len(protocol.ladder) - 1
    if not history:
        first = Reason("first", "This is your first session of this protocol.")
        return Hold(min(max(prescription.stage, 0), top), (first,))
    sessions = _recent(history)
    last = sessions[-1]
    stage = min(max(last.stage, EASED), top)  # the protocol may have been shortened since
    seen = (*_findings(sessions, on_day), *_today(today))
    away = max(on_day - last.day, 0) // AWAY_DAYS
    worst = max((finding.answer for finding in seen), default=Answer.UP)

    if worst >= Answer.DOWN or away:
        return _down(stage, away, worst, (*seen, *_away(away)))
    if worst is Answer.STAY:
        return Hold(stage, tuple(finding.reason for finding in seen))
    waiting = tuple(_waiting(sessions, protocol, prescription, kept))
    if waiting:
        return Hold(stage, waiting)
    return Progress(stage + 1, (_good(sessions), _raised(protocol, stage)))


def _recent(history: Sequence[SessionRecord]) -> tuple[SessionRecord, ...]:
    """Oldest first; ten years of them are no slower than twelve weeks."""
    last_day = max(session.day for session in history)
    kept = (session for session in history if last_day - session.day <= LOOKED_AT_DAYS)
    return tuple(sorted(kept, key=lambda session: session.day))


# --- the last session, and today ------------------------------------------------------------


def _findings(sessions: Sequence[SessionRecord], on_day: int) -> Iterator[Finding]:
    last = sessions[-1]
    yield from findings(last, morning_came=on_day > last.day)
    recent = sessions[-STUMBLES_LOOKED_AT:]
    stumbles = sum(map(stumbled, recent))
    if stumbled(last) and stumbles > 1:
        text = f"You stumbled in {stumbles} of your last {len(recent)} sessions."
        yield found(Answer.DOWN, "stumble", text)


def _today(today: Today) -> Iterator[Finding]:
    if today.pain >= PAIN_AMBER:
        answer = Answer.DOWN if today.pain >= PAIN_RED else Answer.STAY
        yield found(answer, "today", f"Your pain today is {today.pain} of 10.")
    if not today.slept:
        yield found(Answer.STAY, "sleep", "You hardly slept: not the day for a new step.")


# --- time away, and steps down -------------------------------------------------------------


def _away(fortnights: int) -> Iterator[Finding]:
    if fortnights:
        text = f"You have been away for {fortnights * AWAY_DAYS} days or more: we begin lower."
        yield found(Answer.DOWN, "away", text)


def _down(stage: int, away: int, worst: Answer, seen: Sequence[Finding]) -> Refer | Regress:
    """Time away leads back to the lowest rung at most; too much, to half of it, then to advice."""
    reasons = [f.reason for f in sorted(seen, key=lambda f: -f.answer)]
    hurt = worst >= Answer.DOWN
    lower = max(stage - max(away, hurt), EASED if hurt else min(stage, 0))
    if lower == EASED:
        text = "That is half of the first step: stop when you like, and tell us how it was."
        reasons.append(Reason("lowest", text))
    if worst is Answer.ASK or (hurt and stage == EASED):
        return Refer(lower, (*reasons, ASK))
    return Regress(lower, tuple(reasons))


# --- steps up --------------------------------------------------------------------------------


def _waiting(
    sessions: Sequence[SessionRecord], protocol: Protocol, prescription: Prescription, kept: str
) -> Iterator[Reason]:
    """What is still to come before a rung up, the last session having been good."""
    if kept:
        yield Reason("kept", kept)
        return
    stage, top = sessions[-1].stage, len(protocol.ladder) - 1
    if stage >= top:
        yield Reason("top", "This is the top of the ladder: keep what you have reached.")
        return
    if stage < EASED:
        yield Reason("ladder", "The last session was of no step of this ladder.")
        return
    days, asked = _good_days(sessions), protocol.good_sessions
    if len(days) < asked:
        text = (f"It went well. {len(days)} of {asked} good sessions, on "
                "different days, before the next step.")  # fmt: skip
        yield Reason("good sessions", text)
    elif days[-1] - days[0] < (spread := _spread_days(protocol, stage)):
        text = (f"It went well. This step lasts at least {spread + 1} days, and today is day "
                f"{days[-1] - days[0] + 1}.")  # fmt: skip
        yield Reason("a week", text)
    elif days[-1] - days[-asked] >= _longest_days(protocol):
        took = days[-1] - days[-asked] + 1
        text = (f"It went well, but {asked} sessions took {took} days, where "
                f"{protocol.frequency_per_week} a week are asked: the same again.")  # fmt: skip
        yield Reason("missed", text)
    if (number := _this_week(sessions)) > protocol.frequency_per_week:
        text = (f"You walked {number} times in 7 days, and {protocol.frequency_per_week} are "
                "asked: rest belongs to it.")  # fmt: skip
        yield Reason("too often", text)
    above_mps = prescription.backward_mps * protocol.rung(stage + 1).speed_ratio
    if above_mps > prescription.backward_top_mps * (1 + 1e-9):  # rounding is no excess
        yield Reason("ceiling", "The next step would be faster than your prescription allows.")


def _good_days(sessions: Sequence[SessionRecord]) -> list[int]:
    """The days of the unbroken run of good sessions on the last one's rung, first to last."""
    last = sessions[-1]
    days = [last.day]
    for session in reversed(sessions[:-1]):
        bad = any(findings(session, morning_came=session.day < last.day))
        if bad or session.stage != last.stage or days[0] - session.day >= AWAY_DAYS:
            break
        if session.day < days[0]:
            days.insert(0, session.day)
    return days


def _spread_days(protocol: Protocol, stage: int) -> int:
    """Days from the first good session to the last; a raised speed or incline waits its week."""
    about_a_week = WEEK_DAYS * (protocol.good_sessions - 1) // protocol.frequency_per_week
    below, above = protocol.rung(stage), protocol.rung(stage + 1)
    longer = above.backward_s > below.backward_s
    return about_a_week if longer else max(about_a_week, WEEK_DAYS - 1)


def _longest_days(protocol: Protocol) -> int:
    usual = -(-WEEK_DAYS * protocol.good_sessions // protocol.frequency_per_week)
    return LONG_FACTOR * max(usual, WEEK_DAYS)


def _this_week(sessions: Sequence[SessionRecord]) -> int:
    return sum(sessions[-1].day - session.day < WEEK_DAYS for session in sessions)


def _good(sessions: Sequence[SessionRecord]) -> Reason:
    number = len(_good_days(sessions))
    text = f"{number} sessions went well: little pain, easy effort, all walked."
    return Reason("good sessions", text if number > 1 else "The session went well.")


def _raised(protocol: Protocol, stage: int) -> Reason:
    below, above = protocol.rung(stage), protocol.rung(stage + 1)
    if above.speed_ratio > below.speed_ratio:
        what = "a little faster"
    elif above.backward_s > below.backward_s:
        what = "a little longer"
    elif above.incline_ratio > below.incline_ratio:
        what = "a little steeper"
    else:
        what = "the same time, set out differently"
    return Reason("next", f"The next step is {what}: {above.title}.")
