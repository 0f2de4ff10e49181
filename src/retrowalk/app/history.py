"""All that was walked; taking it along; deleting it."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from io import StringIO
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Rows
from sqlalchemy.orm import defer

from retrowalk.app import own_protocols
from retrowalk.app.house import House
from retrowalk.app.keeping import local_day
from retrowalk.app.reviewing import NotReviewed
from retrowalk.errors import Conflict
from retrowalk.live.heart_walked import HeartWalked
from retrowalk.store.codec import decode
from retrowalk.store.migrate import HEAD
from retrowalk.store.models import Base, DecisionRow, ReviewRow, SessionRow, Status, WalkerRow
from retrowalk.units import MINUTE
from retrowalk.words import Decision, Dose, Review

COLUMNS = (
    "began_at", "protocol", "stage", "status", "planned_backward_min", "backward_min",
    "planned_forward_min", "forward_min", "backward_m", "forward_m", "stops", "pain_before",
    "pain_during", "pain_after", "effort", "felt_wrong", "note", "decision", "reasons", "speed_up",
    "heart_mean_bpm", "heart_top_bpm", "heart_known_min", "heart_above_min", "heart_ceiling_bpm",
)  # fmt: skip
JSON_COLUMNS = frozenset((
    "answers", "body", "verdict", "topics", "trials", "plan", "planned", "delivered", "reasons",
    "inputs", "answer",
))  # fmt: skip
ASKED_BY_NAME = 500  # more sessions than this and all reviews are read at once
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins so


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session that was begun."""

    session_id: str
    began_at: datetime
    title: str
    stage: int
    status: str  # live, done, interrupted
    planned: Dose
    delivered: Dose
    stops: tuple[str, ...]  # stop reasons in words
    review: Review | NotReviewed
    decision: Decision | NotReviewed
    speed_up: float  # other than 1: a demonstration
    heart: HeartWalked | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """One calendar week, Monday first; weeks without a session are there too."""

    starts_on: date
    backward_s: float
    forward_s: float
    sessions: int


def sessions(house: House, *, most: int = -1) -> tuple[SessionLine, ...]:
    """Every session begun, newest first; of the newest `most` only where ten years are too many."""
    with house.store.reading() as rows:
        begun = rows.scalars(
            select(SessionRow)
            .options(defer(SessionRow.plan))
            .where(SessionRow.walker_id == house.walker_id, SessionRow.began_at.is_not(None))
            .order_by(SessionRow.began_at.desc())
            .limit(most)
        ).all()
        about = _about(rows, begun)
        return tuple(_line(house, about, row) for row in begun)


def day_of(house: House, session_id: str) -> date | None:
    """The walker's own day of a session that was begun."""
    with house.store.reading() as rows:
        row = rows.get(SessionRow, session_id)
        return local_day(row.began_at) if row is not None and row.began_at else None


def begun(house: House) -> int:
    """How many sessions were begun."""
    with house.store.reading() as rows:
        counted = select(func.count()).where(
            SessionRow.walker_id == house.walker_id, SessionRow.began_at.is_not(None)
        )
        return rows.scalar(counted) or 0


def weekly_minutes(house: House) -> tuple[Week, ...]:
    """From the first week walked to this one, oldest first; empty before the first session."""
    weeks: dict[date, Week] = {}
    for began_at, delivered in _doses(house):
        starts_on = _monday(local_day(began_at))
        week = weeks.get(starts_on, Week(starts_on, 0.0, 0.0, 0))
        weeks[starts_on] = Week(
            starts_on,
            week.backward_s + delivered.backward_s,
            week.forward_s + delivered.forward_s,
            week.sessions + 1,
        )
    if not weeks:
        return ()
    first, last = min(weeks), max(_monday(house.today), *weeks)
    mondays = [first + timedelta(weeks=i) for i in range((last - first).days // 7 + 1)]
    return tuple(weeks.get(monday, Week(monday, 0.0, 0.0, 0)) for monday in mondays)


def export_json(house: House) -> bytes:
    """Everything stored, table by table, UTF-8; bodies are JSON values, not text."""
    with house.store.reading() as rows:
        tables = {
            table.name: [
                {name: _opened(name, value) for name, value in row._mapping.items()}
                for row in rows.execute(table.select())
            ]
            for table in Base.metadata.sorted_tables
        }
    everything = {"retrowalk": {"step": HEAD, "exported_at": house.now().isoformat()}, **tables}
    return json.dumps(everything, ensure_ascii=False, indent=1).encode()


def export_csv(house: House) -> bytes:
    """One line per session for a spreadsheet, UTF-8."""
    page = StringIO()
    writer = csv.writer(page)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in _cells(line)] for line in sessions(house))
    return page.getvalue().encode()


def delete_everything(house: House) -> None:
    """Wipe the store, beyond recovery from its files.  Conflict while a session runs."""
    if any(not one.settled.is_set() for one in house.lives.values()):
        raise Conflict("A session is being walked: finish it first, then delete everything.")
    house.lives.clear()
    house.store.wipe()
    for copy in house.folder.glob("before-restore-*.zip"):  # what a restore kept is part of it
        copy.unlink(missing_ok=True)
    own_protocols.clear(house.folder)
    house.kept.clear()
    with house.store.writing() as rows:
        walker = WalkerRow(at=house.now())
        rows.add(walker)
        rows.flush()
        house.walker_id = walker.id


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _doses(house: House) -> list[tuple[datetime, Dose]]:
    """When each session began and what it delivered; one decoding for doses that are alike."""
    read = cache(lambda text: decode(text, Dose))
    with house.store.reading() as rows:
        asked = select(SessionRow.began_at, SessionRow.delivered).where(
            SessionRow.walker_id == house.walker_id, SessionRow.began_at.is_not(None)
        )
        return [(began_at, read(text)) for began_at, text in rows.execute(asked) if began_at]


@dataclass(frozen=True, slots=True)
class _About:
    """Reviews and decisions of all the sessions asked for, each read in one question."""

    reviews: dict[str, Review]
    decisions: dict[str, Decision]
    hearts: dict[str, HeartWalked]


def _about(rows: Rows, begun: Sequence[SessionRow]) -> _About:
    own = {row.id for row in begun}
    reviewed = select(ReviewRow.session_id, ReviewRow.body)
    decided = (
        select(DecisionRow.session_id, DecisionRow.kind, DecisionRow.answer)
        .where(DecisionRow.kind.in_(("progression", "heart")))
        .order_by(DecisionRow.id)
    )
    if len(own) <= ASKED_BY_NAME:
        reviewed = reviewed.where(ReviewRow.session_id.in_(own))
        decided = decided.where(DecisionRow.session_id.in_(own))
    found: dict[tuple[str, str], str] = {
        (session_id or "", kind): answer for session_id, kind, answer in rows.execute(decided)
    }
    return _About(
        {name: decode(body, Review) for name, body in rows.execute(reviewed) if name in own},
        {name: decode(text, Decision) for (name, kind), text in found.items()
         if kind == "progression" and name in own},
        {name: decode(text, HeartWalked) for (name, kind), text in found.items()
         if kind == "heart" and name in own},
    )  # fmt: skip


def _line(house: House, about: _About, row: SessionRow) -> SessionLine:
    return SessionLine(
        session_id=row.id,
        began_at=row.began_at or row.planned_at,
        title=house.title(row.protocol),
        stage=row.stage,
        status=Status(row.status).value,
        planned=decode(row.planned, Dose),
        delivered=decode(row.delivered, Dose),
        stops=decode(row.reasons, tuple[str, ...]),
        review=about.reviews.get(row.id, NotReviewed()),
        decision=about.decisions.get(row.id, NotReviewed()),
        speed_up=row.speed_up,
        heart=about.hearts.get(row.id),
    )


def _cells(line: SessionLine) -> Iterable[object]:
    yield line.began_at.astimezone().isoformat(timespec="seconds")
    yield from (line.title, line.stage + 1, line.status)
    for seconds in (line.planned.backward_s, line.delivered.backward_s,
                    line.planned.forward_s, line.delivered.forward_s):  # fmt: skip
        yield round(seconds / MINUTE, 2)
    yield from (round(line.delivered.backward_m, 1), round(line.delivered.forward_m, 1))
    yield "; ".join(line.stops)
    yield from _review_cells(line.review)
    match line.decision:
        case NotReviewed():
            yield from ("", "")
        case decision:
            yield type(decision).__name__.lower()
            yield " ".join(reason.text for reason in decision.reasons)
    yield line.speed_up
    yield from _heart_cells(line.heart)


def _heart_cells(heart: HeartWalked | None) -> Iterable[object]:
    if heart is None:
        yield from [""] * 5
        return
    yield from (round(heart.mean_bpm, 1), round(heart.top_bpm))
    yield from (round(seconds / MINUTE, 2) for seconds in (heart.known_s, heart.above_s))
    yield "" if heart.ceiling_bpm is None else heart.ceiling_bpm


def _review_cells(review: Review | NotReviewed) -> Iterable[object]:
    match review:
        case NotReviewed():
            yield from [""] * 6
        case Review():
            yield from (review.pain_before, review.pain_during, review.pain_after, review.effort)
            yield "; ".join(sorted(wrong.value for wrong in review.wrongs))
            yield review.note


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


def _opened(column: str, value: Any) -> Any:
    """What is JSON text becomes what it says; times become ISO text."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes of Parquet, to be had on the session's own page"
    if isinstance(value, date):
        return value.isoformat()
    return json.loads(value) if column in JSON_COLUMNS else value
