"""An ordinary walker, the packaged protocols, and answers that trouble nobody."""

from typing import Any

from retrowalk.programme.prescribe import prescribe
from retrowalk.programme.protocols import Protocol, parse_protocol
from retrowalk.programme.questions import STANDING, TODAY
from retrowalk.readers.protocols import packaged_texts
from retrowalk.units import KMH
from retrowalk.words import (
    Aid,
    AnswerKind,
    Clear,
    Experience,
    Goal,
    NextDay,
    Place,
    Question,
    Review,
    SessionRecord,
    Units,
    Walker,
)

TEXTS = {file.name.removesuffix(".toml"): file.text for file in packaged_texts()}
TEN = parse_protocol(TEXTS["ten-by-three"], name="ten-by-three.toml")
THIRTY = parse_protocol(TEXTS["alternating-thirty"], name="alternating-thirty.toml")
PROTOCOLS: tuple[Protocol, ...] = (THIRTY, TEN)

WALKER = Walker(
    goal=Goal.BALANCE,
    age_years=68,
    comfortable_forward_mps=4.0 * KMH,
    experience=Experience.SOME,
    place=Place.DRIVEN,
    rails=True,
    units=Units.KMH,
    aid=Aid.NONE,
)
PRESCRIBED = {p.id: prescribe(WALKER, p, verdict=Clear()) for p in PROTOCOLS}
GOOD = Review(pain_before=1, pain_during=1, pain_after=1, effort=3)
SETTLED = NextDay(pain=1, sore=1)


def fine(question: Question) -> Any:
    """The answer of somebody who is well."""
    match question.kind:
        case AnswerKind.YES_NO:
            return "no"
        case AnswerKind.SCALE:
            return "0"
        case AnswerKind.PRESSURE:
            return ["128", "78"]
        case _:
            return question.choices[0][0]


WELL_STANDING = {q.id: fine(q) for q in STANDING}
WELL_TODAY = {q.id: fine(q) for q in TODAY}


def walked(
    *days: int, stage: int = 0, review: Review = GOOD, done: float = 1.0
) -> tuple[SessionRecord, ...]:
    return tuple(SessionRecord(day, stage, done, review, next_day=SETTLED) for day in days)


MINE = (
    TEXTS["ten-by-three"]
    .replace('id = "ten-by-three"', 'id = "mine"\nwritten_by = "Dr Ruiz"')
    .replace('title = "Ten by three"', 'title = "My own"', 1)
)
