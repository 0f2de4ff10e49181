"""What comes next, and why: the page that matters.

The last session is judged first.  Every finding argues for one of four answers, and the most
careful of them wins:

    up        it went well, and so did the sessions before it
    stay      not yet, or not quite: the same rung again, until it goes well
    down      too much: one rung down
    ask       down, and a clinician is asked before the next session

Time away is judged with it: each fortnight without a session is one rung down.  A rung up
comes only after the protocol's number of good sessions in a row on this rung, spread over
about a week (the whole of one, where speed is raised), so that nobody climbs faster than a
rung, or a tenth of the starting speed, a week.

Promises, held by tests/programme/test_progression.py over arbitrary histories: more pain,
effort or wrongs never give a higher rung; an answer missing never progresses; the rung is
always on the ladder; every decision carries reasons, and is a function of its arguments alone.

"More pain" is more pain during or after, or all three scales raised alike.  Pain *before*
alone is not: with the same pain after it, the walk itself has hurt less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

from retrowalk.programme.prescribe import Prescription
from retrowalk.programme.protocols import Protocol
from retrowalk.words import Decision, Hold, Progress, Reason, Regress, SessionRecord, Wrong

RULE = "progression 1"

PAIN_AMBER, PAIN_RED = 4, 6  # of 10; the traffic light of physiotherapy clinics: 0–3, 4–5, 6–10
PAIN_RISE = 2  # of 10 over before: the change usually held to matter
EFFORT_HARD, EFFORT_TOO_HARD = 7, 9  # of 10; ours: easy walking is meant to stay below
DONE_MOST, DONE_HALF = 0.8, 0.5  # of the planned backward time
AWAY_DAYS = 14  # a fortnight off: strength and habit have gone some way
WEEK_DAYS = 7
STUMBLES_LOOKED_AT = 3  # sessions; a second stumble among them is no accident


class Answer(IntEnum):
    """What a finding argues for; the greater, the more careful."""

    UP = 0
    STAY = 1
    DOWN = 2
    ASK = 3


@dataclass(frozen=True, slots=True)
class Finding:
    answer: Answer
    reason: Reason


WRONGS = {
    Wrong.FALL: (Answer.ASK, "You fell."),
    Wrong.DIZZY: (Answer.ASK, "You felt dizzy or unwell."),
    Wrong.KNEE_GAVE: (Answer.ASK, "Your knee locked or gave way."),
    Wrong.SHARP_PAIN: (Answer.ASK, "You had a sharp pain."),
    Wrong.BREATHLESS: (Answer.DOWN, "You were too breathless to talk."),
    Wrong.STUMBLE: (Answer.STAY, "You stumbled: the same step again until it feels sure."),
    Wrong.FEAR: (Answer.STAY, "You were afraid: the same step again until it feels safe."),
    Wrong.TOO_FAST: (Answer.STAY, "The belt felt too fast."),
}
ASK = Reason("clinician", "Please ask a doctor or physiotherapist before your next session.")


def decide(
    history: Sequence[SessionRecord],
    protocol: Protocol,
    prescription: Prescription,
    *,
    on_day: int = 0,
) -> Decision:
    """Progress, hold or regress, with reasons; `stage` is the next session's rung.

    `history` holds this protocol's sessions in any order; `on_day` is the day asked about,
    counted as `SessionRecord.day` is (the last session's day if that is later).
    """
    top = len(protocol.ladder) - 1
    if not history:
        first = Reason("first", "This is your first session of this protocol.")
        return Hold(_within(prescription.stage, top), (first,))
    sessions = tuple(sorted(history, key=lambda session: session.day))
    last = sessions[-1]
    stage = _within(last.stage, top)
    findings = tuple(_findings(sessions))
    away = max(on_day - last.day, 0) // AWAY_DAYS
    worst = max((finding.answer for finding in findings), default=Answer.UP)

    if worst >= Answer.DOWN or away:
        return _down(stage, max(away, worst >= Answer.DOWN), (*findings, *_away(away)))
    if worst is Answer.STAY:
        return Hold(stage, tuple(finding.reason for finding in findings))
    waiting = tuple(_waiting(sessions, protocol, prescription))
    if waiting:
        return Hold(stage, waiting)
    return Progress(stage + 1, (_good(sessions), _raised(protocol, stage)))


def _within(stage: int, top: int) -> int:
    """On the ladder, though the protocol may have been shortened since."""
    return min(max(stage, 0), top)


# --- the last session ---------------------------------------------------------------------


def _findings(sessions: Sequence[SessionRecord]) -> Iterator[Finding]:
    last = sessions[-1]
    yield from _session_findings(last)
    recent = sessions[-STUMBLES_LOOKED_AT:]
    stumbles = sum(Wrong.STUMBLE in session.review.wrongs for session in recent)
    if Wrong.STUMBLE in last.review.wrongs and stumbles > 1:
        text = f"You stumbled in {stumbles} of your last {len(recent)} sessions."
        yield Finding(Answer.DOWN, Reason("stumble", text))


def _session_findings(session: SessionRecord) -> Iterator[Finding]:
    """Everything about one session that argues against more; nothing, if it was good."""
    yield from _unanswered(session)
    yield from _pain(session)
    yield from _effort(session)
    yield from _completion(session)
    for wrong, (answer, text) in WRONGS.items():
        if wrong in session.review.wrongs:
            yield Finding(answer, Reason(wrong.name.lower(), text))


def _unanswered(session: SessionRecord) -> Iterator[Finding]:
    review = session.review
    scales = (review.pain_before, review.pain_during, review.pain_after, review.effort)
    if review.unanswered or any(scale < 0 for scale in scales):
        text = "Some questions about the session were not answered, and without them no step up."
        yield Finding(Answer.STAY, Reason("unanswered", text))


def _pain(session: SessionRecord) -> Iterator[Finding]:
    review = session.review
    peak = max(review.pain_before, review.pain_during, review.pain_after)
    rise = max(review.pain_during, review.pain_after) - review.pain_before
    if peak >= PAIN_RED:
        yield Finding(Answer.DOWN, Reason("pain", f"Your pain reached {peak} of 10: too much."))
    elif peak >= PAIN_AMBER:
        text = f"Your pain reached {peak} of 10: no more until it stays at 3 or below."
        yield Finding(Answer.STAY, Reason("pain", text))
    if rise >= PAIN_RISE:
        text = f"Your pain rose by {rise} from before the session."
        yield Finding(Answer.STAY, Reason("pain rise", text))


def _effort(session: SessionRecord) -> Iterator[Finding]:
    effort = session.review.effort
    if effort >= EFFORT_TOO_HARD:
        text = f"The effort was {effort} of 10: far too hard for easy walking."
        yield Finding(Answer.DOWN, Reason("effort", text))
    elif effort >= EFFORT_HARD:
        yield Finding(Answer.STAY, Reason("effort", f"The effort was {effort} of 10: hard."))


def _completion(session: SessionRecord) -> Iterator[Finding]:
    """A ratio that is not a number counts as nothing known: no step up."""
    done = session.completed_ratio
    if done >= DONE_MOST:
        return
    answer = Answer.DOWN if done < DONE_HALF else Answer.STAY
    said = f"{done:.0%}" if isfinite(done) else "an unknown part"
    text = f"You walked {said} of the planned backward time."
    yield Finding(answer, Reason("completion", text))


# --- time away, and steps down -------------------------------------------------------------


def _away(fortnights: int) -> Iterator[Finding]:
    if fortnights:
        text = f"You have been away for {fortnights * AWAY_DAYS} days or more: we begin lower."
        yield Finding(Answer.DOWN, Reason("away", text))


def _down(stage: int, rungs: int, findings: Sequence[Finding]) -> Regress:
    reasons = [f.reason for f in sorted(findings, key=lambda f: -f.answer)]
    if any(finding.answer is Answer.ASK for finding in findings):
        reasons.append(ASK)
    if stage == 0:
        text = "This is already the easiest step: walk less of it, and stop when you like."
        reasons.append(Reason("lowest", text))
    return Regress(max(stage - rungs, 0), tuple(reasons))


# --- steps up --------------------------------------------------------------------------------


def _waiting(
    sessions: Sequence[SessionRecord], protocol: Protocol, prescription: Prescription
) -> Iterator[Reason]:
    """What is still to come before a rung up, the last session having been good."""
    stage, top = sessions[-1].stage, len(protocol.ladder) - 1
    if stage >= top:
        yield Reason("top", "This is the top of the ladder: keep what you have reached.")
        return
    if stage < 0:
        yield Reason("ladder", "The last session was of no step of this ladder.")
        return
    days = _good_days(sessions)
    if len(days) < protocol.good_sessions:
        text = (f"It went well. {len(days)} of {protocol.good_sessions} good sessions, on "
                "different days, before the next step.")  # fmt: skip
        yield Reason("good sessions", text)
    elif days[-1] - days[0] < (spread := _spread_days(protocol, stage)):
        text = (f"It went well. This step lasts at least {spread + 1} days, and today is day "
                f"{days[-1] - days[0] + 1}.")  # fmt: skip
        yield Reason("a week", text)
    if (number := _this_week(sessions)) > protocol.frequency_per_week:
        text = (f"You walked {number} times in 7 days, and {protocol.frequency_per_week} are "
                "asked: rest belongs to it.")  # fmt: skip
        yield Reason("too often", text)
    above_mps = prescription.backward_mps * protocol.ladder[stage + 1].speed_ratio
    if above_mps > prescription.backward_top_mps * (1 + 1e-9):  # rounding is no excess
        yield Reason("ceiling", "The next step would be faster than your prescription allows.")


def _good_days(sessions: Sequence[SessionRecord]) -> list[int]:
    """The days of the unbroken run of good sessions on the last one's rung, first to last."""
    last = sessions[-1]
    days = [last.day]
    for session in reversed(sessions[:-1]):
        broken = any(_session_findings(session)) or session.stage != last.stage
        if broken or days[0] - session.day >= AWAY_DAYS:
            break
        if session.day < days[0]:
            days.insert(0, session.day)
    return days


def _spread_days(protocol: Protocol, stage: int) -> int:
    """Days from the first good session to the last; a raised speed waits its whole week."""
    about_a_week = WEEK_DAYS * (protocol.good_sessions - 1) // protocol.frequency_per_week
    below, above = protocol.ladder[stage : stage + 2]
    faster = above.speed_ratio > below.speed_ratio
    return max(about_a_week, WEEK_DAYS - 1) if faster else about_a_week


def _this_week(sessions: Sequence[SessionRecord]) -> int:
    return sum(sessions[-1].day - session.day < WEEK_DAYS for session in sessions)


def _good(sessions: Sequence[SessionRecord]) -> Reason:
    number = len(_good_days(sessions))
    text = f"{number} sessions went well: little pain, easy effort, all walked."
    return Reason("good sessions", text if number > 1 else "The session went well.")


def _raised(protocol: Protocol, stage: int) -> Reason:
    below, above = protocol.ladder[stage : stage + 2]
    what = "a little faster" if above.speed_ratio > below.speed_ratio else "a little longer"
    if above.speed_ratio == below.speed_ratio and above.backward_s == below.backward_s:
        what = "the same time, set out differently"
    return Reason("next", f"The next step is {what}: {above.title}.")
