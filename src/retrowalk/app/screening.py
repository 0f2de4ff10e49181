"""May this person walk backwards: the standing questions, and what a clinician cleared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.app.keeping import decided, local_day, newest
from retrowalk.programme.answers import Answers as Given
from retrowalk.programme.answers import read_answers
from retrowalk.programme.screening import (
    CLEARABLE,
    RULE,
    STANDING,
    TODAY,
    Clearance,
    read_clearance,
    screen,
    standing_valid,
)
from retrowalk.store.codec import decode, encode
from retrowalk.store.models import ClearanceRow, ScreeningRow
from retrowalk.words import Question, Verdict

__all__ = ["Answers", "Clearance", "NoScreening", "ScreeningShown", "clearable_topics",
           "latest", "record_clearance", "standing_questions", "submit_screening",
           "today_questions"]  # fmt: skip

Answers = Mapping[str, str | list[str]]
"""A form as it arrives: question id → text, or list of texts where several may be ticked."""

STANDING_KIND, TODAY_KIND = "standing", "today"


@dataclass(frozen=True, slots=True)
class ScreeningShown:
    """The latest standing screening, judged again with today's clearances."""

    verdict: Verdict
    at: datetime
    answers: Mapping[str, str | list[str]]
    clearances: tuple[Clearance, ...]


@dataclass(frozen=True, slots=True)
class NoScreening:
    """Nobody has answered the standing questions yet, or they are over a year old."""


def standing_questions() -> tuple[Question, ...]:
    """Asked once, and again when something changes or a year has passed."""
    return STANDING


def today_questions() -> tuple[Question, ...]:
    """Asked before each session (`planning.submit_readiness` takes the answers)."""
    return TODAY


def clearable_topics() -> tuple[tuple[str, str], ...]:
    """(topic, label) of what a clinician can clear."""
    return CLEARABLE


def submit_screening(house: House, answers: Answers) -> Verdict:
    """Judge and store the standing answers.  BadAnswers on problems."""
    given = read_answers(STANDING, answers)
    with house.store.writing() as rows:
        clearances = stored_clearances(house, rows)
        verdict = screen(given, None, clearances=clearances, on=house.today)
        store_screening(house, rows, STANDING_KIND, given, verdict)
        inputs = {"standing": given.plain(), "clearances": list(clearances)}
        store_verdict(house, rows, "screening", verdict, inputs)
    return verdict


def record_clearance(house: House, *, topics: Sequence[str], by: str, on: date) -> None:
    """Store what a clinician has cleared.  BadAnswers: no topic, no name, a date ahead."""
    cleared = read_clearance(topics, by, on, on=house.today)
    with house.store.writing() as rows:
        rows.add(
            ClearanceRow(
                walker_id=house.walker_id,
                at=house.now(),
                topics=encode(list(cleared.topics)),
                by=cleared.by,
                on=cleared.on,
            )
        )


def latest(house: House) -> ScreeningShown | NoScreening:
    """The standing screening as it stands today."""
    with house.store.reading() as rows:
        return standing(house, rows)


# --- for the other use cases ---------------------------------------------------------


def standing(house: House, rows: Rows) -> ScreeningShown | NoScreening:
    """`latest`, within a reading under way."""
    row = newest(house, rows, ScreeningRow, kind=STANDING_KIND)
    if row is None or not standing_valid(local_day(row.at), on=house.today):
        return NoScreening()
    answers = stored_answers(row)
    clearances = stored_clearances(house, rows)
    given = read_answers(STANDING, answers)
    verdict = screen(given, None, clearances=clearances, on=house.today)
    return ScreeningShown(verdict, row.at, answers, clearances)


def stored_answers(row: ScreeningRow) -> dict[str, str | list[str]]:
    answers: dict[str, str | list[str]] = decode(row.answers, dict[str, str | list[str]])
    return answers


def stored_clearances(house: House, rows: Rows) -> tuple[Clearance, ...]:
    found = rows.scalars(
        select(ClearanceRow)
        .where(ClearanceRow.walker_id == house.walker_id)
        .order_by(ClearanceRow.id)
    )
    return tuple(Clearance(decode(row.topics, tuple[str, ...]), row.by, row.on) for row in found)


def store_screening(house: House, rows: Rows, kind: str, given: Given, verdict: Verdict) -> None:
    rows.add(
        ScreeningRow(
            walker_id=house.walker_id,
            at=house.now(),
            kind=kind,
            answers=encode(given.plain()),
            verdict=encode(verdict, Verdict),
        )
    )


def store_verdict(
    house: House, rows: Rows, kind: str, verdict: Verdict, inputs: Mapping[str, object]
) -> None:
    decided(
        house, rows, kind, rule=RULE, inputs=inputs, answer=verdict, as_type=Verdict,
        reasons=verdict.reasons,
    )  # fmt: skip
