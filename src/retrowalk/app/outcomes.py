"""What tests say of this walker: their results, whether something changed, what is due."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from io import StringIO
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.course import Course, course
from retrowalk.app.house import House
from retrowalk.app.profile import NoWalker, stored_walker
from retrowalk.errors import Missing
from retrowalk.outcomes.catalogue import BelowTable, Outcome, parse_outcomes
from retrowalk.outcomes.change import (
    EARLY_DAYS,
    Ahead,
    Change,
    Check,
    Judged,
    Point,
    Slope,
    TooLittle,
    Unjudged,
    Verdict,
    change,
    checks,
    first_tests,
    trend,
)
from retrowalk.readers.outcomes import outcome_text, packaged_texts
from retrowalk.store.codec import decode
from retrowalk.store.models import OutcomeRow
from retrowalk.words import Goal

__all__ = ["Ahead", "Change", "Check", "Judged", "Line", "Outcome", "Slope", "Story", "Taken",
           "TooLittle", "Unjudged", "Verdict", "catalogue", "check_weeks", "due_now",
           "export_csv", "find", "overview", "read", "si_unit", "story", "suited"]  # fmt: skip

COLUMNS = ("on", "outcome", "title", "value", "unit_si", "trials", "measured_by", "broken_off",
           "taken_back", "written_at")  # fmt: skip
SUITS = {
    Goal.KNEE: ("knee-pain-left", "knee-pain-right", "chair-stand-30s", "walk-10m-forward"),
    Goal.BALANCE: ("timed-up-and-go", "backward-walk-3m", "balance-confidence"),
    Goal.STRENGTH: ("chair-stand-30s", "sit-to-stand-five"),
    Goal.RUNNING: ("six-minute-walk", "heart-rate-stage", "chair-stand-30s"),
    Goal.CURIOSITY: ("timed-up-and-go", "chair-stand-30s"),
}
BEFORE_DAYS = 28  # tests so long before a programme still are its first ones


@dataclass(frozen=True, slots=True)
class Taken:
    """One test as kept.  `value` counts only where `counts`."""

    id: int
    on: date
    value: float
    trials: tuple[float, ...]
    by: str
    stopped: str
    counts: bool  # neither broken off nor taken back
    undone: bool
    first: bool  # one of those the baseline is made of


@dataclass(frozen=True, slots=True)
class Story:
    """Everything there is to say of one outcome."""

    outcome: Outcome
    taken: tuple[Taken, ...]  # newest first
    change: Change
    slope: Slope | TooLittle
    checks: tuple[Check, ...]  # empty before a programme has begun
    below: tuple[tuple[BelowTable, tuple[str, ...]], ...]  # rows for this walker's age, in words


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest result that counts."""

    on: date
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """One outcome in the list."""

    outcome: Outcome
    change: Change
    latest: Latest | None
    due: date | None  # of the next check point whose test is missing
    tests: int
    last_check: Check | None = None  # the final check point, where one is known and was prepared


@cache
def catalogue() -> tuple[Outcome, ...]:
    """The outcomes that come with retrowalk, heading by heading."""
    found = [
        outcome
        for file in packaged_texts()
        for outcome in parse_outcomes(file.text, name=file.name)
    ]
    order = list(type(found[0].group))
    return tuple(sorted(found, key=lambda one: order.index(one.group)))


def find(outcome_id: str) -> Outcome:
    """Missing if there is none of that name."""
    for outcome in catalogue():
        if outcome.id == outcome_id:
            return outcome
    raise Missing("There is no test of this name: go to the tests to see those there are.")


def read(path: Path) -> tuple[Outcome, ...]:
    """The outcome in this file; BadOutcome with file, line and reason for every fault."""
    file = outcome_text(path)
    return parse_outcomes(file.text, name=file.name)


def story(house: House, outcome_id: str) -> Story:
    """The results of one outcome, and what they say."""
    outcome = find(outcome_id)
    with house.store.reading() as rows:
        now = course(house, rows)
        taken = _taken(_rows(house, rows, outcome_id), _since(now))
        walker = stored_walker(house, rows)
    points = _points(taken, _since(now))
    today = house.today.toordinal()
    age = 0 if isinstance(walker, NoWalker) else walker.age_years
    return Story(
        outcome=outcome,
        taken=tuple(reversed(taken)),
        change=change(outcome, points, looks=now.looks if now else 1),
        slope=trend(outcome, points),
        checks=checks(outcome, points, on=_on(now), today=today),
        below=tuple((table, _for_age(table, age)) for table in outcome.below),
    )


def overview(house: House) -> tuple[Line, ...]:
    """Every outcome, with what it says and when its next test is due."""
    kept: dict[str, list[Latest]] = {}
    with house.store.reading() as rows:
        now = course(house, rows)
        counted = (
            select(OutcomeRow.outcome, OutcomeRow.on, OutcomeRow.value)  # no more: of ten years
            .where(OutcomeRow.walker_id == house.walker_id, OutcomeRow.undone_at.is_(None))
            .where(OutcomeRow.value.is_not(None))
            .order_by(OutcomeRow.on, OutcomeRow.id)
        )
        for name, on, value in rows.execute(counted):
            kept.setdefault(name, []).append(Latest(on, value or 0.0))
    today = house.today.toordinal()
    return tuple(_line(outcome, kept.get(outcome.id, []), now, today) for outcome in catalogue())


def due_now(house: House) -> tuple[Line, ...]:
    """Outcomes tested before whose check point is here: from three days before its day."""
    soon = house.today + timedelta(days=EARLY_DAYS)
    return tuple(line for line in overview(house) if line.due is not None and line.due <= soon)


def check_weeks(house: House) -> tuple[int, ...]:
    """When this walker's programme asks for tests again; empty before one is chosen."""
    with house.store.reading() as rows:
        now = course(house, rows)
    return now.weeks if now else ()


def suited(house: House) -> tuple[str, ...]:
    """The outcomes that show best what this walker walks for; few, for few get taken again."""
    with house.store.reading() as rows:
        walker = stored_walker(house, rows)
    return SUITS[Goal.CURIOSITY if isinstance(walker, NoWalker) else walker.goal]


def export_csv(house: House) -> bytes:
    """One line per test for a spreadsheet, in SI, UTF-8."""
    titles = {outcome.id: outcome.title for outcome in catalogue()}
    page = StringIO()
    writer = csv.writer(page)
    writer.writerow(COLUMNS)
    with house.store.reading() as rows:
        for row in _rows(house, rows):
            writer.writerow(
                (row.on.isoformat(), row.outcome, titles.get(row.outcome, row.outcome),
                 "" if row.value is None else repr(row.value), si_unit(row.outcome),
                 row.trials.strip("[]").replace(",", " "), row.by,
                 row.stopped, "yes" if row.undone_at else "", row.at.isoformat())
            )  # fmt: skip
    return page.getvalue().encode()


def si_unit(outcome_id: str) -> str:
    """The SI unit a file gives the figures in: rad for degrees, m for centimetres."""
    found = [one.quantity for one in catalogue() if one.id == outcome_id]
    if not found:
        return ""
    return {"cm": "m", "degrees": "rad"}.get(found[0].value, found[0].value)


def _line(outcome: Outcome, counted: list[Latest], now: Course | None, today: int) -> Line:
    since = _since(now)
    points = tuple(
        Point(one.on.toordinal(), one.value) for one in counted if one.on.toordinal() >= since
    )
    found = checks(outcome, points, on=_on(now), today=today) if points else ()
    due = next((date.fromordinal(c.day) for c in found if isinstance(c.found, Ahead)), None)
    said = change(outcome, points, looks=now.looks if now else 1)
    latest = counted[-1] if counted else None
    return Line(outcome, said, latest, due, len(counted), found[-1] if found else None)


def _rows(house: House, rows: Rows, outcome_id: str = "") -> list[OutcomeRow]:
    """Tests in the order of their days; of one day, in the order written down."""
    asked = select(OutcomeRow).where(OutcomeRow.walker_id == house.walker_id)
    if outcome_id:
        asked = asked.where(OutcomeRow.outcome == outcome_id)
    return list(rows.scalars(asked.order_by(OutcomeRow.on, OutcomeRow.id)))


def _taken(found: list[OutcomeRow], since: int) -> tuple[Taken, ...]:
    counted = [row for row in found if _counts(row) and row.on.toordinal() >= since]
    points = [Point(row.on.toordinal(), row.value or 0.0) for row in counted]
    first = {row.id for row in counted[: len(first_tests(points))]}
    return tuple(
        Taken(
            id=row.id, on=row.on, value=row.value or 0.0,
            trials=decode(row.trials, tuple[float, ...]), by=row.by, stopped=row.stopped,
            counts=_counts(row), undone=row.undone_at is not None, first=row.id in first,
        )
        for row in found
    )  # fmt: skip


def _counts(row: OutcomeRow) -> bool:
    return row.value is not None and row.undone_at is None


def _points(taken: tuple[Taken, ...], since: int) -> tuple[Point, ...]:
    return tuple(
        Point(one.on.toordinal(), one.value)
        for one in taken
        if one.counts and one.on.toordinal() >= since
    )


def _on(now: Course | None) -> tuple[tuple[int, int], ...]:
    """The check points, (week, day); none before a programme has begun."""
    return tuple((week, day.toordinal()) for week, day in now.checks) if now else ()


def _since(now: Course | None) -> int:
    """Tests of before this day belong to an earlier programme."""
    if now is None or now.began is None:
        return 0
    before = now.began.toordinal() - BEFORE_DAYS
    return before if now.after is None else max(before, now.after.toordinal())


def _for_age(table: BelowTable, age: int) -> tuple[str, ...]:
    return tuple(
        f"{row.sex} of {row.from_years} to {row.to_years}: fewer than {row.fewer_than:g}"
        for row in table.rows
        if row.from_years <= age <= row.to_years
    )
