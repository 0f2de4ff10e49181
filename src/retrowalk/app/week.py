"""The walker's week: what stands on which day, ticked off, moved, skipped; paused and resumed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.app.keeping import newest, stopped_on
from retrowalk.app.records import history
from retrowalk.errors import BadAnswers, Conflict, Missing
from retrowalk.programme.prescribe import Prescription
from retrowalk.programme.week import BACKWARD, Day, Did, Mark, Walked, lay_out
from retrowalk.store.codec import decode
from retrowalk.store.models import MarkRow, PrescriptionRow
from retrowalk.units import MINUTE
from retrowalk.writers.calendar import Appointment, calendar

__all__ = ["BACKWARD", "Day", "Did", "NoPlan", "Pause", "WeekShown", "as_calendar", "mark", "pause",
           "pauses", "resume", "undo", "week"]  # fmt: skip

PLAN, PAUSED, RESUMED = "plan", "paused", "resumed"
AHEAD_WEEKS = 4  # in a calendar; later ones depend on what comes
FARTHEST = timedelta(weeks=8)
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class NoPlan:
    """No protocol is chosen yet, or the walker has stopped."""


@dataclass(frozen=True, slots=True)
class Pause:
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class WeekShown:
    title: str
    days: tuple[Day, ...]
    today: date
    pause: Pause | None
    last: MarkRow | None  # what could be undone

    @property
    def monday(self) -> date:
        return self.days[0].on


def week(house: House, *, ahead: int = 0) -> WeekShown | NoPlan:
    """This week, or one so many ahead (or back)."""
    with house.store.reading() as rows:
        row = newest(house, rows, PrescriptionRow)
        gone = row is None or not house.knows(row.protocol)
        if row is None or gone or stopped_on(house, rows) is not None:
            return NoPlan()
        prescription: Prescription = decode(row.body, Prescription)
        asked = house.protocol(row.protocol)
        protocol = replace(asked, frequency_per_week=prescription.per_week)
        walked = history(house, rows)
        monday = house.today - timedelta(days=house.today.weekday()) + timedelta(weeks=ahead)
        marks = _marks(house, rows)
        last_stage = walked[-1].stage if walked else 0
        lasts_s = protocol.rung(min(last_stage, len(protocol.ladder) - 1)).duration_s
        days = lay_out(
            protocol, monday=monday, today=house.today, minutes=ceil(lasts_s / MINUTE),
            walked=tuple(Walked(date.fromordinal(s.day), s.next_day.sore) for s in walked),
            marks=tuple(_mark(one) for one in marks if one.activity != PLAN),
        )  # fmt: skip
        last = max(marks, key=lambda one: one.id, default=None)
        return WeekShown(protocol.title, days, house.today, _pause(marks), last)


def mark(house: House, *, on: str, activity: str, did: str, to: str = "", reason: str = "") -> None:
    """Tick off, move or skip one activity of a day.  BadAnswers with a sentence for a wrong one."""
    day, what, where = _day(on), _did(did), _day(to) if to else None
    if what is Did.MOVED and where is None:
        raise BadAnswers({"to": "Say the day to move it to, then move it again."})
    if what is Did.DONE and day > house.today:
        raise BadAnswers({"on": "That day has not come: tick it off when it is done."})
    if any(one is not None and abs(one - house.today) > FARTHEST for one in (day, where)):
        raise BadAnswers({"to": "That is more than eight weeks away: choose a nearer day."})
    if activity == BACKWARD and what is Did.DONE:
        raise BadAnswers({"on": "A backward session ticks itself off when it has been walked."})
    if len(activity) > LONGEST_REASON or len(reason) > LONGEST_REASON:
        raise BadAnswers({"reason": f"Please say why in at most {LONGEST_REASON} letters."})
    with house.store.writing() as rows:
        rows.add(MarkRow(walker_id=house.walker_id, at=house.now(), on=day, activity=activity,
                         did=what.value, to=where if what is Did.MOVED else None,
                         reason=reason, undone_at=None))  # fmt: skip


def undo(house: House, mark_id: int) -> None:
    """Take one mark back.  Missing if there is none; Conflict if it was taken back before."""
    with house.store.writing() as rows:
        row = rows.get(MarkRow, mark_id)
        if row is None or row.walker_id != house.walker_id:
            raise Missing("There is nothing of that number to undo: look at the week again.")
        if row.undone_at is not None:
            raise Conflict("That has been undone already: look at the week again.")
        row.undone_at = house.now()


def pause(house: House, *, reason: str = "") -> None:
    """From today no session is planned until `resume`.  Conflict if paused already."""
    _turn(house, PAUSED, reason)


def resume(house: House) -> None:
    """Go on; the days away count as such.  Conflict if the plan is not paused."""
    _turn(house, RESUMED, "")


def paused(house: House, rows: Rows) -> Pause | None:
    return _pause(_marks(house, rows, PLAN))


def pauses(house: House, rows: Rows) -> tuple[tuple[date, date], ...]:
    """(first day, first day after) of every pause; one not over yet ends today."""
    found: list[tuple[date, date]] = []
    since: date | None = None
    for turn in _marks(house, rows, PLAN):
        if turn.did == PAUSED:
            since = turn.on
        elif since is not None:
            found.append((since, turn.on))
            since = None
    return (*found, (since, house.today)) if since is not None else tuple(found)


def as_calendar(house: House) -> bytes:
    """This week from today and the three after it.  Nothing while paused, or without a plan."""
    found = []
    for ahead in range(AHEAD_WEEKS):
        shown = week(house, ahead=ahead)
        if isinstance(shown, WeekShown) and shown.pause is None:
            found += [one for day in shown.days if day.on >= house.today
                      for one in _appointments(day)]  # fmt: skip
    return calendar(found, made_at=house.now())


def _appointments(day: Day) -> list[Appointment]:
    return [
        Appointment(day.on, entry.title, entry.text,
                    entry.minutes if entry.activity == BACKWARD else 0,
                    "".join(c if c.isalnum() else "-" for c in entry.activity.lower()))
        for entry in day.entries if entry.did is None
    ]  # fmt: skip


def _turn(house: House, did: str, reason: str) -> None:
    if len(reason) > LONGEST_REASON:
        raise BadAnswers({"reason": f"Please say why in at most {LONGEST_REASON} letters."})
    with house.store.writing() as rows:
        if (paused(house, rows) is not None) is (did == PAUSED):
            state = "paused already" if did == PAUSED else "not paused"
            raise Conflict(f"Your plan is {state}: look at the week again.")
        rows.add(MarkRow(walker_id=house.walker_id, at=house.now(), on=house.today, activity=PLAN,
                         did=did, to=None, reason=reason, undone_at=None))  # fmt: skip


def _marks(house: House, rows: Rows, activity: str = "") -> Sequence[MarkRow]:
    """Those that stand, oldest first; of the plan all, of the rest those still near."""
    near = (MarkRow.on >= house.today - FARTHEST) | (MarkRow.activity == PLAN)
    asked = select(MarkRow).where(MarkRow.walker_id == house.walker_id, near)
    asked = asked.where(MarkRow.activity == activity) if activity else asked
    found = rows.scalars(asked.where(MarkRow.undone_at.is_(None)).order_by(MarkRow.id)).all()
    for row in found:
        rows.expunge(row)
    return found


def _pause(marks: Sequence[MarkRow]) -> Pause | None:
    turns = [row for row in marks if row.activity == PLAN]
    if not turns or turns[-1].did != PAUSED:
        return None
    return Pause(turns[-1].on, turns[-1].reason)


def _mark(row: MarkRow) -> Mark:
    return Mark(row.on, row.activity, Did(row.did), row.to, row.reason)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        sentence = f"{typed[:20]!r} is no day: choose one such as 2026-11-21."
        raise BadAnswers({"to": sentence}) from None


def _did(typed: str) -> Did:
    try:
        return Did(typed)
    except ValueError:
        raise BadAnswers({"did": "Choose done, moved or skipped."}) from None
