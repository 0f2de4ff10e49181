"""After a fall, dizziness, a knee that gave way or a sharp pain, a clinician comes first.

A step down the ladder is not enough for these: no session is planned until a clinician's
yes to what happened is recorded, dated that day or later.
"""

from collections.abc import Sequence
from datetime import date

from retrowalk.programme.findings import WRONGS, Answer
from retrowalk.programme.screening import INCIDENT, Clearance
from retrowalk.words import Reason, SessionRecord, Wrong

SERIOUS = frozenset(wrong for wrong, (answer, _) in WRONGS.items() if answer is Answer.ASK)


def incidents(
    history: Sequence[SessionRecord],
    *,
    tests: Sequence[tuple[int, Wrong]] = (),
    clearances: Sequence[Clearance] = (),
) -> tuple[Reason, ...]:
    """What happened and nobody has cleared, oldest first; empty when nothing stands in the way.

    `SessionRecord.day` is a date's ordinal here; `tests` are those broken off: day and why.
    """
    cleared = max((c.on.toordinal() for c in clearances if INCIDENT in c.topics), default=0)
    walked = tuple(
        _reason(wrong, session.day, "session")
        for session in history
        if session.day > cleared
        for wrong in Wrong
        if wrong in SERIOUS & session.review.wrongs
    )
    tested = (_reason(why, day, "test") for day, why in tests if day > cleared and why in SERIOUS)
    return (*walked, *tested)


def _reason(wrong: Wrong, day: int, where: str) -> Reason:
    _, said = WRONGS[wrong]
    when = f"{date.fromordinal(day):%Y-%m-%d}"
    text = f"{said} That was in your {where} of {when}; a clinician’s advice comes first."
    return Reason(INCIDENT, text)
