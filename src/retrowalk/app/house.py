"""The house at run time: one folder, its store, the protocols, and the sessions now live."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.protocols import Protocol, packaged
from retrowalk.errors import BadInput, Missing, NotAllowed, StoreError
from retrowalk.live.dose import Delivered, delivered
from retrowalk.live.events import StopReason
from retrowalk.live.heart_walked import heart_walked
from retrowalk.store.codec import decode, encode
from retrowalk.store.database import Store, open_store
from retrowalk.store.log import read_events
from retrowalk.store.models import DecisionRow, SessionRow, Status, WalkerRow
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
    protocols: tuple[Protocol, ...]
    treadmill: Treadmill
    walker_id: int
    now: Callable[[], datetime] = utc_clock
    speed_up: float = 1.0
    strap: Strap | None = None
    lives: "dict[str, Live]" = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.store.folder

    @property
    def today(self) -> date:
        """The walker's own calendar day."""
        return self.now().astimezone().date()

    def protocol(self, protocol_id: str) -> Protocol:
        """Missing if there is none of that name."""
        for protocol in self.protocols:
            if protocol.id == protocol_id:
                return protocol
        known = ", ".join(protocol.id for protocol in self.protocols)
        raise Missing(f"There is no protocol {protocol_id[:40]!r}: choose one of {known}.")

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
    protocols = packaged()
    store = open_store(folder)
    try:
        with store.writing() as rows:
            walker_id = _only_walker(rows, now())
            _interrupt(rows, now())
    except BaseException:
        store.close()
        raise
    return House(store, protocols, treadmill, walker_id, now, speed_up, strap)


def settle(house: House) -> None:
    """After other rows have taken the place of all: whose they are, and nothing left live."""
    with house.store.writing() as rows:
        house.walker_id = _only_walker(rows, house.now())
        _interrupt(rows, house.now())


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
