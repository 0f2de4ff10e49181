"""Ordinary walking from elsewhere: brought in once, shown beside the sessions, taken back whole.

It is never a backward dose and no decision looks at it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.alike import Span, Spans
from retrowalk.app.house import House
from retrowalk.errors import BadImport, Conflict, Missing
from retrowalk.readers.brought import Activity, Brought, Day, Kind, Progress
from retrowalk.store.codec import decode, encode
from retrowalk.store.models import ActivityRow, DayRow, ImportRow, SessionRow
from retrowalk.units import DAY

__all__ = ["Activity", "Import", "Kind", "Outcome", "activities", "bring_in", "counted",
           "imports", "steps_lately", "take_back"]  # fmt: skip

FIRST = datetime(1990, 1, 1, tzinfo=UTC)  # before it no watch counted steps
LONGEST_S = 2 * DAY
MOST_M, MOST_STEPS = 500_000.0, 200_000
LATELY_DAYS = 28


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file, counted."""

    activities: int
    days: int
    known: int  # already here, from another file
    own: int  # walked in a session of ours, and counted there
    unlikely: int  # of no time or length a walk can have
    unread: int  # in the file, and not understood


@dataclass(frozen=True, slots=True)
class Import:
    """One file that was brought."""

    id: int
    at: datetime
    name: str
    form: str
    outcome: Outcome
    undone: bool


def bring_in(
    house: House, path: Path, *, name: str = "", progress: Progress | None = None
) -> Import:
    """Read a file and keep what is new in it.

    BadImport with one sentence; Conflict if this very file is here already.
    """
    told = name or path.name
    found = _named(path, told, progress)
    checksum = _checksum(path)
    with house.store.writing() as rows:
        _refuse_again(house, rows, told, checksum)
        latest = house.now() + timedelta(days=1)
        likely = [made for one in found.activities if (made := _likely(one, latest)) is not None]
        new, known, own = _sorted_out(house, rows, likely)
        days = _new_days(house, rows, found.days)
        outcome = Outcome(len(new), len(days), known, own, len(found.activities) - len(likely),
                          found.unread)  # fmt: skip
        row = ImportRow(walker_id=house.walker_id, at=house.now(), name=told[:120], undone_at=None,
                        form=found.form, sha256=checksum, body=encode(outcome))  # fmt: skip
        rows.add(row)
        rows.flush()
        owned = {"walker_id": house.walker_id, "import_id": row.id}
        if new:
            rows.execute(insert(ActivityRow), [_columns(one) | owned for one in new])
        if days:
            rows.execute(insert(DayRow), [_said(day) | owned for day in days])
        return _import(row)


def take_back(house: House, import_id: int) -> None:
    """What this import brought is gone.  Missing if there is none."""
    with house.store.writing() as rows:
        row = rows.get(ImportRow, import_id)
        if row is None or row.walker_id != house.walker_id:
            raise Missing("There is no such import: go to “Bring it here” to see those there are.")
        for table in (ActivityRow, DayRow):
            rows.execute(delete(table).where(table.import_id == import_id))
        row.undone_at = row.undone_at or house.now()


def imports(house: House) -> tuple[Import, ...]:
    """Every file brought, newest first."""
    with house.store.reading() as rows:
        found = rows.scalars(select(ImportRow).where(ImportRow.walker_id == house.walker_id)
                             .order_by(ImportRow.id.desc()))  # fmt: skip
        return tuple(_import(row) for row in found)


def activities(house: House, *, most: int) -> tuple[Activity, ...]:
    """The newest of them."""
    with house.store.reading() as rows:
        found = rows.scalars(
            select(ActivityRow).where(ActivityRow.walker_id == house.walker_id)
            .order_by(ActivityRow.began_at.desc()).limit(most)
        )  # fmt: skip
        return tuple(
            Activity(Kind(row.kind), row.began_at, row.duration_s, row.distance_m, row.steps,
                     row.heart_mean_bpm, row.heart_top_bpm, row.source)
            for row in found
        )  # fmt: skip


def counted(house: House) -> int:
    """How many there are."""
    with house.store.reading() as rows:
        asked = select(func.count()).where(ActivityRow.walker_id == house.walker_id)
        return rows.scalar(asked) or 0


def steps_lately(house: House) -> tuple[int, int] | None:
    """Steps a day over the last four weeks, and over how many counted days; or nothing."""
    since = house.today - timedelta(days=LATELY_DAYS)
    with house.store.reading() as rows:
        by_day = (
            select(func.max(DayRow.steps).label("steps"))
            .where(DayRow.walker_id == house.walker_id, DayRow.on >= since,
                   DayRow.on < house.today, DayRow.steps.is_not(None))
            .group_by(DayRow.on).subquery()
        )  # fmt: skip
        mean, days = rows.execute(select(func.avg(by_day.c.steps), func.count())
                                  .select_from(by_day)).one()  # fmt: skip
    return (round(mean), days) if days else None


def _named(path: Path, told: str, progress: Progress | None) -> Brought:
    from retrowalk.readers.bringing import bring  # noqa: PLC0415 -- readers load only when needed

    try:
        return bring(path, progress)
    except BadImport as wrong:  # the walker's name of it, not that of our copy
        raise BadImport(str(wrong).replace(path.name, told, 1)) from None


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_again(house: House, rows: Rows, told: str, checksum: str) -> None:
    row = rows.scalars(
        select(ImportRow).where(ImportRow.walker_id == house.walker_id,
                                ImportRow.sha256 == checksum, ImportRow.undone_at.is_(None))
    ).first()  # fmt: skip
    if row is not None:
        raise Conflict(f"{told[:80]} is here already, since {row.at:%Y-%m-%d}: take that import "
                       "back first to bring it anew.")  # fmt: skip


def _likely(one: Activity, latest: datetime) -> Activity | None:
    """As it can have been, or nothing; figures no walk has are left out."""
    if not (0 < one.duration_s <= LONGEST_S and FIRST <= one.began_at <= latest):
        return None
    distance_m = one.distance_m if one.distance_m and 0 < one.distance_m <= MOST_M else None
    steps = one.steps if one.steps and 0 < one.steps <= MOST_STEPS else None
    return replace(one, distance_m=distance_m, steps=steps)


def _sorted_out(
    house: House, rows: Rows, found: Sequence[Activity]
) -> tuple[list[Activity], int, int]:
    """The new ones; how many were here already; how many were sessions of ours."""
    if not found:
        return [], 0, 0
    ours, here = _ours(house, rows, found), _here(house, rows, found)
    new, known, own = [], 0, 0
    for one in found:
        span = _span(one.began_at, one.duration_s)
        if ours.has_alike(span):
            own += 1
        elif here.has_alike(span):
            known += 1
        else:
            new.append(one)
            here.add(span)
    return new, known, own


def _around(found: Sequence[Activity]) -> tuple[datetime, datetime]:
    """What began between these two may touch one of them: the rest need not be looked at."""
    longest = timedelta(seconds=LONGEST_S)
    return min(a.began_at for a in found) - longest, max(a.began_at for a in found) + longest


def _ours(house: House, rows: Rows, found: Sequence[Activity]) -> Spans:
    asked = select(SessionRow.began_at, SessionRow.ended_at).where(
        SessionRow.walker_id == house.walker_id, SessionRow.ended_at.is_not(None),
        SessionRow.began_at.between(*_around(found)), SessionRow.speed_up == 1,
    )  # fmt: skip
    return Spans((began.timestamp(), ended.timestamp()) for began, ended in rows.execute(asked)
                 if began and ended and ended > began)  # fmt: skip


def _here(house: House, rows: Rows, found: Sequence[Activity]) -> Spans:
    asked = select(ActivityRow.began_at, ActivityRow.duration_s).where(
        ActivityRow.walker_id == house.walker_id,
        ActivityRow.began_at.between(*_around(found)),
    )
    return Spans(_span(began, lasted_s) for began, lasted_s in rows.execute(asked))


def _span(began: datetime, lasted_s: float) -> Span:
    return began.timestamp(), began.timestamp() + lasted_s


def _new_days(house: House, rows: Rows, found: Sequence[Day]) -> list[Day]:
    """Days that say more than is known of them: a day exported at noon grows until midnight."""
    most: dict[object, tuple[int, bool]] = {
        on: (steps or 0, rest is not None)
        for on, steps, rest in rows.execute(
            select(DayRow.on, func.max(DayRow.steps), func.max(DayRow.heart_rest_bpm))
            .where(DayRow.walker_id == house.walker_id).group_by(DayRow.on)
        )
    }  # fmt: skip
    new = []
    for day in found:
        steps, rested = most.get(day.on, (0, False))
        counted_steps = day.steps if day.steps and day.steps <= MOST_STEPS else None
        likely = FIRST.date() <= day.on <= house.today + timedelta(days=1)
        more = (counted_steps or 0) > steps or (day.heart_rest_bpm is not None and not rested)
        if likely and more:
            new.append(replace(day, steps=counted_steps))
    return new


def _columns(one: Activity) -> dict[str, object]:
    source = "".join(c for c in one.source if c.isprintable())[:60]
    return _said(one) | {"kind": one.kind.value, "source": source}


def _said(one: Activity | Day) -> dict[str, object]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _import(row: ImportRow) -> Import:
    return Import(row.id, row.at, row.name, row.form, decode(row.body, Outcome),
                  row.undone_at is not None)  # fmt: skip
