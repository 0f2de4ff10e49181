"""What one session says for and against more: each finding argues for one of four answers.

    up     it went well
    stay   not yet, or not quite: the same rung again
    down   too much: one rung down
    ask    down, and a clinician's yes before the next session

The numbers are bounds between answers, never scores: a worse answer finds at least as much.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

from retrowalk.words import Reason, SessionRecord, Wrong

PAIN_AMBER, PAIN_RED = 4, 6  # of 10; the traffic light of physiotherapy clinics: 0–3, 4–5, 6–10
PAIN_RISE = 2  # of 10 over before: the change usually held to matter
SORE_SOME, SORE_MUCH = 4, 7  # of 10; ours: where stairs are felt, where they are avoided
EFFORT_HARD, EFFORT_TOO_HARD = 7, 9  # of 10; ours: easy walking is meant to stay below
DONE_MOST, DONE_HALF = 0.8, 0.5  # of the planned backward time
HEART_SEEN_S, HEART_LONG_S = 5.0, 60.0  # above the walker's own ceiling; ours


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


def found(answer: Answer, topic: str, text: str) -> Finding:
    return Finding(answer, Reason(topic, text))


def stumbled(session: SessionRecord) -> bool:
    """Ticked by the walker, or felt by the phone they wore."""
    return Wrong.STUMBLE in session.review.wrongs or session.felt_stumble


def findings(session: SessionRecord, *, morning_came: bool) -> Iterator[Finding]:
    """Everything about one session that argues against more; nothing, if it was good.

    `morning_came`: whether the next day has begun, so that an answer about it can be missed.
    """
    yield from _unanswered(session)
    yield from _pain(session)
    yield from _next_day(session, morning_came=morning_came)
    yield from _effort(session)
    yield from _heart(session)
    yield from _completion(session)
    for wrong, (answer, text) in WRONGS.items():
        if wrong in session.review.wrongs:
            yield found(answer, wrong.name.lower(), text)
    if session.felt_stumble and Wrong.STUMBLE not in session.review.wrongs:
        yield found(Answer.STAY, "stumble", "Your phone felt a stumble: the same step again.")


def _unanswered(session: SessionRecord) -> Iterator[Finding]:
    review = session.review
    scales = (review.pain_before, review.pain_during, review.pain_after, review.effort)
    if review.unanswered or any(scale < 0 for scale in scales):
        text = "Some questions about the session were not answered, and without them no step up."
        yield found(Answer.STAY, "unanswered", text)


def _pain(session: SessionRecord) -> Iterator[Finding]:
    review = session.review
    peak = max(review.pain_before, review.pain_during, review.pain_after)
    rise = max(review.pain_during, review.pain_after) - review.pain_before
    if peak >= PAIN_RED:
        yield found(Answer.DOWN, "pain", f"Your pain reached {peak} of 10: too much.")
    elif peak >= PAIN_AMBER:
        text = f"Your pain reached {peak} of 10: no more until it stays at 3 or below."
        yield found(Answer.STAY, "pain", text)
    if rise >= PAIN_RISE:
        yield found(Answer.STAY, "pain rise", f"Your pain rose by {rise} from before the session.")


def _next_day(session: SessionRecord, *, morning_came: bool) -> Iterator[Finding]:
    """Whether pain has settled within the day, and how sore the legs are; or that nobody said."""
    after, review = session.next_day, session.review
    if morning_came and not after.said:
        text = "How you were the morning after was not said, and without it no step up."
        yield found(Answer.STAY, "morning", text)
    amber = max(review.pain_before, review.pain_during, review.pain_after) >= PAIN_AMBER
    if after.pain >= PAIN_RED:
        text = f"The morning after, your pain was {after.pain} of 10: too much."
        yield found(Answer.DOWN, "morning pain", text)
    elif after.pain >= PAIN_AMBER:
        text = f"The morning after, your pain was still {after.pain} of 10"
        more = ": it did not settle within a day." if amber else ": not yet settled."
        yield found(Answer.DOWN if amber else Answer.STAY, "morning pain", text + more)
    elif after.pain - max(review.pain_before, 0) >= PAIN_RISE:
        text = f"The morning after, your pain was {after.pain} of 10, more than before the session."
        yield found(Answer.STAY, "morning pain", text)
    if after.sore >= SORE_SOME:
        much = after.sore >= SORE_MUCH
        text = f"The morning after, your legs were sore, {after.sore} of 10: rest before more."
        yield found(Answer.DOWN if much else Answer.STAY, "sore", text)


def _effort(session: SessionRecord) -> Iterator[Finding]:
    effort = session.review.effort
    if effort >= EFFORT_TOO_HARD:
        text = f"The effort was {effort} of 10: far too hard for easy walking."
        yield found(Answer.DOWN, "effort", text)
    elif effort >= EFFORT_HARD:
        yield found(Answer.STAY, "effort", f"The effort was {effort} of 10: hard.")


def _heart(session: SessionRecord) -> Iterator[Finding]:
    """Against the ceiling the walker or a clinician gave; a time that is no number counts."""
    above_s = session.heart_above_s
    if session.heart_stop or above_s >= HEART_LONG_S:
        text = "Your heart beat above its ceiling for too long: easier until it stays below."
        yield found(Answer.DOWN, "heart", text)
    elif not above_s < HEART_SEEN_S:
        text = "Your heart beat above its ceiling: the same step again until it stays below."
        yield found(Answer.STAY, "heart", text)


def _completion(session: SessionRecord) -> Iterator[Finding]:
    """A ratio that is not a number counts as nothing known: no step up."""
    done = session.completed_ratio
    if done >= DONE_MOST:
        return
    answer = Answer.DOWN if done < DONE_HALF else Answer.STAY
    said = f"{done:.0%}" if isfinite(done) else "an unknown part"
    yield found(answer, "completion", f"You walked {said} of the planned backward time.")
