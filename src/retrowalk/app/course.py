"""The programme under way: since when, until when, whether its weeks are over, what it looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.app.keeping import local_day
from retrowalk.app.week import pauses
from retrowalk.errors import Missing
from retrowalk.programme.prescribe import Prescription
from retrowalk.programme.week import after_weeks
from retrowalk.store.codec import decode
from retrowalk.store.models import PrescriptionRow, SessionRow

__all__ = ["Course", "course"]

LOOKED_AT = 50  # newest prescriptions; a programme has one for each change of the profile
KEEP_WEEKS = (12,)  # when a gentle going on is looked at: whether it lasts
KEPT = "You keep what you have reached: no new step until you choose more."
OVER = "The weeks of this protocol are over: the same until you choose how to go on."
EARLY = timedelta(days=3)  # tests of a last check point may come so much before its day


@dataclass(frozen=True, slots=True)
class Course:
    """One programme from its choosing on; `began` and what follows from it wait for a session."""

    protocol: str
    prescription: Prescription
    began: date | None
    weeks: tuple[int, ...]  # after which tests say whether it works
    checks: tuple[tuple[int, date], ...]  # (week, day) of each of them
    ends: date | None  # the first day after its weeks; none of a gentle going on
    rows: tuple[int, ...]  # its prescriptions, the newest first: one for each change of profile
    after: date | None  # the tests before this day belong to the programme before

    def over(self, today: date) -> bool:
        return self.ends is not None and today >= self.ends

    def kept(self, today: date) -> str:
        """Why there is no step up whatever was walked; empty while the weeks run."""
        if self.prescription.keeps:
            return KEPT
        return OVER if self.over(today) else ""

    @property
    def looks(self) -> int:
        return max(len(self.weeks), 1)


def course(house: House, rows: Rows) -> Course | None:
    """The newest one; none before a protocol was chosen."""
    asked = (
        select(PrescriptionRow)
        .where(PrescriptionRow.walker_id == house.walker_id)
        .order_by(PrescriptionRow.id.desc())
        .limit(LOOKED_AT)
    )
    found = ((row, decode(row.body, Prescription)) for row in rows.scalars(asked))
    runs = groupby(found, key=lambda pair: (pair[0].protocol, pair[1].course))
    newest = next((list(run) for _, run in runs), None)
    if newest is None:
        return None
    before = next((list(run) for _, run in runs), None)
    ended = _course(house, rows, before, None).ends if before else None
    chosen_on = local_day(newest[-1][0].at)
    after = ended - EARLY if ended is not None and ended <= chosen_on else None
    return _course(house, rows, newest, after)


def _course(
    house: House,
    rows: Rows,
    run: Sequence[tuple[PrescriptionRow, Prescription]],
    after: date | None,
) -> Course:
    row, prescription = run[0]
    began_at = rows.scalars(
        select(SessionRow.began_at)
        .where(SessionRow.walker_id == house.walker_id, SessionRow.began_at.is_not(None))
        .where(SessionRow.prescription_id.in_([one.id for one, _ in run]))
        .order_by(SessionRow.began_at)
        .limit(1)
    ).first()
    began = local_day(began_at) if began_at else None
    keeps = prescription.keeps
    weeks = KEEP_WEEKS if keeps else _check_weeks(house, row.protocol, prescription)
    away = pauses(house, rows)
    return Course(
        protocol=row.protocol,
        prescription=prescription,
        began=began,
        weeks=weeks,
        checks=tuple((week, after_weeks(week, began, pauses=away)) for week in weeks)
        if began else (),
        ends=after_weeks(prescription.weeks, began, pauses=away) if began and not keeps else None,
        rows=tuple(one.id for one, _ in run),
        after=after,
    )  # fmt: skip


def _check_weeks(house: House, protocol: str, prescription: Prescription) -> tuple[int, ...]:
    """The protocol's own; the end of its weeks where it names none."""
    try:
        return house.protocol(protocol).check_weeks or (prescription.weeks,)
    except Missing:
        return (prescription.weeks,)
