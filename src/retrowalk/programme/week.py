"""What stands on which day of a week: backward sessions, rest between them, what goes beside it.

Sessions already walked stay where they were.  The next one waits for its rest: as many days as
the protocol's frequency leaves, more after sore legs.  Companions keep their days from week to
week, so that ticking one off moves no other.  What the walker moved or skipped is obeyed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from retrowalk.programme.findings import SORE_MUCH, SORE_SOME
from retrowalk.programme.protocols import Companion, CompanionKind, Protocol

BACKWARD = "backward"
WEEK = 7
SORE_REST, VERY_SORE_REST = 3, 5  # days from one session to the next; soreness lasts 24 to 96 hours
ONE = timedelta(days=1)


class Did(Enum):
    DONE = "done"
    MOVED = "moved"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the walker did with an activity of a day; the newest of both counts."""

    on: date
    activity: str
    did: Did
    to: date | None = None  # where it was moved
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of one day.  `did` is None while it is still to come, or was missed."""

    activity: str
    title: str
    text: str
    minutes: int
    did: Did | None = None
    reason: str = ""
    to: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    entries: tuple[Entry, ...]
    rest: str = ""  # why no backward session may stand here yet; empty where one may


@dataclass(frozen=True, slots=True)
class Walked:
    """A day with a session, and how sore the legs were the morning after (below 0: not said)."""

    on: date
    sore: int = -1


def rest_days(protocol: Protocol, sore: int) -> int:
    """Days from a session to the next one: 2 is every other day."""
    usual = max(WEEK // protocol.frequency_per_week, 1)
    if sore >= SORE_MUCH:
        return max(usual, VERY_SORE_REST)
    return max(usual, SORE_REST) if sore >= SORE_SOME else usual


def after_weeks(weeks: int, began: date, *, pauses: Sequence[tuple[date, date]] = ()) -> date:
    """The first day after so many weeks; days of a pause before it do not count."""
    day = began + weeks * WEEK * ONE
    for since, until in sorted(pauses):
        if since < day:
            day += max(until - max(since, began), 0 * ONE)
    return day


def lay_out(
    protocol: Protocol,
    *,
    monday: date,
    today: date,
    walked: Sequence[Walked],
    marks: Sequence[Mark] = (),
    minutes: int = 0,
) -> tuple[Day, ...]:
    """Seven days from this Monday.  `minutes` is how long the next backward session lasts."""
    days = tuple(monday + i * ONE for i in range(WEEK))
    said = {(mark.on, mark.activity): mark for mark in marks}
    back = Entry(BACKWARD, protocol.title, "Walk backward", minutes)
    entries: dict[date, list[Entry]] = {day: [] for day in days}
    for day in _sessions(protocol, days, today, walked, said):
        done = any(one.on == day for one in walked)
        entries[day].append(replace(back, did=Did.DONE) if done else back)
    for i, companion in enumerate(protocol.companions):
        entry = Entry(companion.title, companion.title, companion.text, companion.minutes)
        for day in _companion_days(companion, i, days):
            entries[day].append(entry)
    _obey(entries, said, back, protocol)
    return tuple(Day(day, tuple(entries[day]), _rest(protocol, day, walked)) for day in days)


def _sessions(
    protocol: Protocol,
    days: Sequence[date],
    today: date,
    walked: Sequence[Walked],
    said: Mapping[tuple[date, str], Mark],
) -> Iterator[date]:
    """Days with a session: those walked, then those to come, each after its rest.

    No seven days hold more than the protocol asks in a week: more would only hold the walker back.
    """
    stand = sorted({one.on for one in walked})
    yield from (day for day in stand if day in days)
    moved = [mark for mark in said.values() if mark.activity == BACKWARD and mark.to]
    there = {mark.to for mark in moved if mark.to}
    last = max(walked, key=lambda one: one.on, default=None)
    free = today if last is None else last.on + rest_days(protocol, last.sore) * ONE
    usual, day = rest_days(protocol, -1) * ONE, today
    while day <= days[-1]:
        near = [one for one in (*stand, *there) if (WEEK - 1) * -ONE <= one - day <= 0 * ONE]
        close = any(abs(one - day) < usual for one in there)
        if day >= free and not close and len(near) < protocol.frequency_per_week:
            if day in days:
                yield day
            if all(mark.on != day for mark in moved):  # one moved stands where it went
                stand.append(day)
                free = day + usual
        day += ONE


def _companion_days(companion: Companion, number: int, days: Sequence[date]) -> Iterator[date]:
    """Evenly over the week, each companion a day later than the one before it."""
    first = 1 if companion.kind is CompanionKind.SWIM_OR_CYCLE else number
    for i in range(companion.per_week):
        yield days[(first + i * WEEK // companion.per_week) % WEEK]


def _obey(
    entries: dict[date, list[Entry]],
    said: Mapping[tuple[date, str], Mark],
    back: Entry,
    protocol: Protocol,
) -> None:
    """Done, skipped and moved as the walker said; what was moved stands on its new day too."""
    known = {c.title: Entry(c.title, c.title, c.text, c.minutes) for c in protocol.companions}
    known[BACKWARD] = back
    for day, found in entries.items():
        for i, entry in enumerate(found):
            mark = said.get((day, entry.activity))
            if mark is not None and entry.did is None:
                found[i] = replace(entry, did=mark.did, reason=mark.reason, to=mark.to)
        for mark in said.values():
            there = any(entry.activity == mark.activity for entry in found)
            if mark.on == day and mark.activity in known and not there:
                found.append(replace(known[mark.activity], did=mark.did, reason=mark.reason,
                                     to=mark.to))  # fmt: skip
    for mark in said.values():
        there_too = entries.get(mark.to, []) if mark.to else []
        if mark.to in entries and mark.activity in known and not any(
            entry.activity == mark.activity for entry in there_too
        ):  # fmt: skip
            entries[mark.to].append(known[mark.activity])


def _rest(protocol: Protocol, day: date, walked: Sequence[Walked]) -> str:
    before = [one for one in walked if one.on < day]
    last = max(before, key=lambda one: one.on, default=None)
    if last is None or any(one.on == day for one in walked):
        return ""
    since, needs = (day - last.on).days, rest_days(protocol, last.sore)
    if since >= needs:
        return ""
    if last.sore >= SORE_SOME:
        return f"Rest: your legs were sore, {last.sore} of 10. The next session from day {needs}."
    return "Rest from walking backward."
