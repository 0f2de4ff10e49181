"""What a watch or phone saw that may be what the week asked for: offered, never ticked off by us.

Only walking, swimming and cycling can be told from a file; strength and stretching the walker says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from retrowalk.app.house import House
from retrowalk.app.importing import Kind
from retrowalk.app.keeping import local_day, newest
from retrowalk.app.week import WeekShown
from retrowalk.programme.protocols import CompanionKind
from retrowalk.programme.week import Entry
from retrowalk.store.models import ActivityRow, PrescriptionRow
from retrowalk.units import MINUTE

FITS = {
    CompanionKind.WALKING: frozenset({Kind.WALK.value}),
    CompanionKind.SWIM_OR_CYCLE: frozenset({Kind.SWIM.value, Kind.CYCLE.value}),
}
ENOUGH_RATIO = 0.9  # of the minutes asked for: who stops a watch at the door did it all
SHORTEST_S = 10 * MINUTE  # where the plan says no minutes


@dataclass(frozen=True, slots=True)
class Offer:
    """Activities of one day that together are long enough, in the order they began."""

    seen: tuple[ActivityRow, ...]

    @property
    def duration_s(self) -> float:
        return sum(one.duration_s for one in self.seen)

    @property
    def source(self) -> str:
        return ", ".join(sorted({one.source for one in self.seen if one.source})) or "a file"


def offers(house: House, shown: WeekShown) -> Mapping[tuple[date, str], Offer]:
    """By day and activity: what may be ticked off with one press, to today."""
    asked = [(day.on, entry) for day in shown.days for entry in day.entries
             if entry.did is None and day.on <= shown.today]  # fmt: skip
    if not asked:
        return {}
    kinds = _kinds(house)
    met = _met(house, shown)
    found = {(on, entry.activity): _offer(entry, met.get(on, ()), kinds) for on, entry in asked}
    return {key: offer for key, offer in found.items() if offer is not None}


def _offer(
    entry: Entry, of_day: Sequence[ActivityRow], kinds: Mapping[str, frozenset[str]]
) -> Offer | None:
    offer = Offer(tuple(one for one in of_day if one.kind in kinds.get(entry.activity, ())))
    needs_s = ENOUGH_RATIO * entry.minutes * MINUTE or SHORTEST_S
    return offer if offer.seen and offer.duration_s >= needs_s else None


def _kinds(house: House) -> Mapping[str, frozenset[str]]:
    """What fits each companion of the protocol chosen."""
    with house.store.reading() as rows:
        row = newest(house, rows, PrescriptionRow)
        companions = house.protocol(row.protocol).companions if row is not None else ()
    return {one.title: FITS[one.kind] for one in companions if one.kind in FITS}


def _met(house: House, shown: WeekShown) -> Mapping[date, Sequence[ActivityRow]]:
    """What was brought from elsewhere, by the walker's own day."""
    first = house.now() - timedelta(days=(house.today - shown.monday).days + 2)
    with house.store.reading() as rows:
        found = rows.scalars(
            select(ActivityRow).where(ActivityRow.walker_id == house.walker_id,
                                      ActivityRow.began_at.between(first, house.now()))
            .order_by(ActivityRow.began_at)
        ).all()  # fmt: skip
        rows.expunge_all()
    met: dict[date, list[ActivityRow]] = {}
    for one in found:
        met.setdefault(local_day(one.began_at), []).append(one)
    return met
