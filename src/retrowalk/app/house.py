"""The house at run time: one folder, its store, the protocols, and the sessions now live."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.own_protocols import Own, own
from retrowalk.app.protocols import Protocol, packaged
from retrowalk.errors import BadInput, BadProtocol, Missing, NotAllowed, StoreError
from retrowalk.live.dose import Delivered, delivered
from retrowalk.live.events import StopReason
from retrowalk.live.heart_walked import heart_walked
from retrowalk.programme.protocols import parse_protocol
from retrowalk.store.codec import decode, encode
from retrowalk.store.database import Store, open_store
from retrowalk.store.log import read_events
from retrowalk.store.models import DecisionRow, ProtocolRow, SessionRow, Status, WalkerRow
from retrowalk.treadmill.port import Treadmill
from retrowalk.treadmill.simulated import SIMULATED
from retrowalk.treadmill.strap import Strap
from retrowalk.words import Reason, SessionPlan

if TYPE_CHECKING:
    from retrowalk.app.walking import Live

HEART_RULE = "heart 1"  # live.heart_walked over the same
DOSE_RULE = "dose 1"  # live.dose over the stored events
FASTEST_SPEED_UP = 600.0  # a half-hour session in three seconds; faster shows nothing


def utc_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, eq=False)
class House:
    """What every use case needs.  Made by `open_house`; closed once, at the end."""

    store: Store
    packaged: tuple[Protocol, ...]  # those that come with retrowalk
    treadmill: Treadmill
    walker_id: int
    now: Callable[[], datetime] = utc_clock
    speed_up: float = 1.0
    strap: Strap | None = None
    lives: "dict[str, Live]" = field(default_factory=dict)
    kept: dict[str, Protocol] = field(default_factory=dict)  # others, as they were when chosen

    @property
    def folder(self) -> Path:
        return self.store.folder

    @property
    def today(self) -> date:
        """The walker's own calendar day."""
        return self.now().astimezone().date()

    @property
    def own(self) -> Own:
        """The protocols somebody here wrote, as their files stand now."""
        return own(self.folder)

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """All that may be chosen."""
        return (*self.packaged, *(one.protocol for one in self.own.good))

    def protocol(self, protocol_id: str) -> Protocol:
        """As it is followed: of one somebody wrote, the copy kept when it was chosen.  Missing."""
        if protocol_id in self.kept and not any(one.id == protocol_id for one in self.packaged):
            return self.kept[protocol_id]
        return self.offered(protocol_id)

    def offered(self, protocol_id: str) -> Protocol:
        """As it would be chosen now.  Missing if there is none of that name."""
        for protocol in self.packaged:  # most are, and then no file need be looked at
            if protocol.id == protocol_id:
                return protocol
        if (found := self.own.named(protocol_id)) is not None:
            return found.protocol
        known = ", ".join(protocol.id for protocol in self.protocols)
        raise Missing(f"There is no protocol {protocol_id[:40]!r}: choose one of {known}.")

    def knows(self, protocol_id: str) -> bool:
        """Whether `protocol` has it; a copy kept by another version may have become unreadable."""
        try:
            self.protocol(protocol_id)
        except Missing:
            return False
        return True

    def title(self, protocol_id: str) -> str:
        """What to call it, even if it is gone."""
        return self.protocol(protocol_id).title if self.knows(protocol_id) else protocol_id

    def close(self) -> None:
        """Let go of the folder.  While sessions may be live, await `walking.shut_down` first."""
        self.store.close()


def open_house(
    folder: Path,
    *,
    speed_up: float = 1.0,
    now: Callable[[], datetime] = utc_clock,
    treadmill: Treadmill = SIMULATED,
    strap: Strap | None = None,
) -> House:
    """Open (or make) the data folder.

    Sessions found live become interrupted; no belt is ever started here.  Unwritable,
    MigrationNeeded, Conflict (another retrowalk uses the folder) or StoreError, each
    with what to do.  `speed_up` is for the simulated treadmill only, and for no heart: NotAllowed.
    """
    _check_speed_up(speed_up, treadmill, strap)
    store = open_store(folder)
    try:
        with store.writing() as rows:
            walker_id = _only_walker(rows, now())
            _interrupt(rows, now())
    except BaseException:
        store.close()
        raise
    house = House(store, packaged(), treadmill, walker_id, now, speed_up, strap)
    read_kept(house)
    return house


def settle(house: House) -> None:
    """After other rows have taken the place of all: whose they are, and nothing left live."""
    with house.store.writing() as rows:
        house.walker_id = _only_walker(rows, house.now())
        _interrupt(rows, house.now())
    read_kept(house)


def read_kept(house: House) -> None:
    """The protocols not from retrowalk that a walker here has chosen, as they were then."""
    house.kept.clear()
    with house.store.reading() as rows:
        for row in rows.scalars(select(ProtocolRow).order_by(ProtocolRow.id)):
            with suppress(BadProtocol):  # of another version: the walker is asked to choose anew
                house.kept[row.protocol] = parse_protocol(row.text, name=row.protocol)


def _check_speed_up(speed_up: float, treadmill: Treadmill, strap: Strap | None) -> None:
    if not 1.0 <= speed_up <= FASTEST_SPEED_UP:
        raise BadInput(
            f"A speed-up of {speed_up} was given: choose a number from 1 to {FASTEST_SPEED_UP:g}."
        )
    if speed_up != 1.0 and not treadmill.capability.simulated:
        raise NotAllowed("Sessions run faster only on the simulated treadmill: leave --speed-up.")
    if speed_up != 1.0 and strap is not None:
        raise NotAllowed("No heart beats faster for a demonstration: leave --speed-up or --strap.")


def _only_walker(rows: Rows, now: datetime) -> int:
    walker = rows.scalars(select(WalkerRow).order_by(WalkerRow.id)).first()
    if walker is None:
        walker = WalkerRow(at=now)
        rows.add(walker)
        rows.flush()
    return walker.id


def _interrupt(rows: Rows, now: datetime) -> None:
    """Whatever was live when the program died is over; what it logged is kept and counted."""
    for session in rows.scalars(select(SessionRow).where(SessionRow.status == Status.LIVE.value)):
        close_session(rows, session, Status.INTERRUPTED, now)


def close_session(rows: Rows, session: SessionRow, status: Status, now: datetime) -> None:
    """Set the session down as over, with what its log says was walked."""
    session.status = status.value
    session.ended_at = now
    try:
        events = read_events(rows, session.id)
    except StoreError:
        return  # an unreadable log must not keep the house shut; the rows are all still there
    plan: SessionPlan = decode(session.plan, SessionPlan)
    was = delivered(plan, events)
    stops = [reason.value for _, reason in unplanned(was)]
    session.delivered, session.reasons = encode(was.dose), encode(stops)
    rows.add(
        DecisionRow(
            walker_id=session.walker_id, session_id=session.id, at=now, kind="dose",
            rule=DOSE_RULE, inputs=encode({"events": len(events)}), answer=session.delivered,
            reasons=encode([Reason("stop", stop) for stop in stops]),
        )
    )  # fmt: skip
    heart = heart_walked(was.track, plan.limits.heart_ceiling_bpm)
    if heart is not None:
        rows.add(
            DecisionRow(
                walker_id=session.walker_id, session_id=session.id, at=now, kind="heart",
                rule=HEART_RULE, inputs=encode({"events": len(events)}), answer=encode(heart),
                reasons="[]",
            )
        )  # fmt: skip


def unplanned(was: Delivered) -> tuple[tuple[float, StopReason], ...]:
    """The stops that were not simply the end of the plan, each with its session time."""
    return tuple((at_s, why) for at_s, why in was.stops if why is not StopReason.COMPLETED)
