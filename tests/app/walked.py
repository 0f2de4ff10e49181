"""A house with years behind it: sessions with a real log, reviews, tests; made in a moment."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from tests.app.ways import form
from tests.live.walks import PLAN, Walk
from tests.programme.cases import PRESCRIBED

from retrowalk.app import planning, profile, screening
from retrowalk.app.house import House, close_session, open_house
from retrowalk.app.keeping import planned_dose
from retrowalk.live.dose import Delivered, delivered
from retrowalk.live.events import Event
from retrowalk.live.states import Ended
from retrowalk.store.codec import encode
from retrowalk.store.models import (
    DecisionRow,
    EventRow,
    OutcomeRow,
    PrescriptionRow,
    ReviewRow,
    SessionRow,
    Status,
)
from retrowalk.words import Decision, Hold, Reason, Review, Wrong

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@cache
def log(heart_bpm: int = 96) -> tuple[Event, ...]:
    """One session of both directions, walked to its end with a strap."""
    walk = Walk(PLAN)
    walk.heart_bpm = heart_bpm
    return tuple(walk.until(Ended, within_s=2000).events)


@cache
def was() -> Delivered:
    return delivered(PLAN, log())


def a_house(folder: Path, *, at: datetime = NOON, protocol: str = "ten-by-three") -> House:
    """Screened, with a profile and a programme, and a clock that stands."""
    house = open_house(folder, now=lambda: at)
    screening.submit_screening(house, form(screening.standing_questions()))
    profile.submit_profile(house, form(profile.profile_questions(), rails="yes"))
    planning.choose_protocol(house, protocol)
    return house


def put_sessions(
    house: House,
    began: Sequence[datetime],
    *,
    events: Sequence[Event] = (),
    stops: Sequence[str] = (),
    review: Review | None = None,
    speed_up: float = 1.0,
) -> list[str]:
    """Sessions as walked; without events their dose and stops are written down as given."""
    ids = []
    with house.store.writing() as rows:
        prescribed = rows.query(PrescriptionRow).order_by(PrescriptionRow.id.desc()).first()
        if prescribed is None:
            prescribed = PrescriptionRow(walker_id=house.walker_id, at=house.now(),
                                         protocol="ten-by-three",
                                         body=encode(PRESCRIBED["ten-by-three"]))  # fmt: skip
            rows.add(prescribed)
            rows.flush()
        for i, at in enumerate(began):
            row = SessionRow(
                id=f"{at:%Y%m%d%H%M%S}{i:08}", walker_id=house.walker_id,
                prescription_id=prescribed.id, protocol=prescribed.protocol, stage=0,
                status=Status.DONE.value, plan=encode(PLAN), planned=encode(planned_dose(PLAN)),
                planned_at=at, began_at=at, ended_at=at, delivered=encode(was().dose),
                reasons=encode(list(stops)), speed_up=speed_up,
            )  # fmt: skip
            ids.append(row.id)
            rows.add(row)
            rows.flush()
            for seq, event in enumerate(events):
                rows.add(EventRow(session_id=row.id, seq=seq, at_s=event.at_s,
                                  kind=type(event).__name__, body=encode(event)))  # fmt: skip
            if events:
                rows.flush()
                close_session(rows, row, Status.DONE, at)
            if review is not None:
                _reviewed(house, row, review, rows)
    return ids


def _reviewed(house, row, review, rows) -> None:
    rows.add(ReviewRow(session_id=row.id, at=row.began_at, answers="{}", body=encode(review)))
    why = (Reason("pain", "The pain was light, and it went well."),)
    rows.add(DecisionRow(walker_id=house.walker_id, session_id=row.id, at=row.began_at,
                         kind="progression", rule="test", inputs="{}", reasons=encode(list(why)),
                         answer=encode(Hold(0, why), Decision)))  # fmt: skip


def put_test(house: House, outcome: str, on: date, value: float) -> None:
    with house.store.writing() as rows:
        rows.add(OutcomeRow(walker_id=house.walker_id, outcome=outcome, on=on, at=house.now(),
                            by="me", trials=f"[{value}]", value=value, stopped="",
                            rule="test"))  # fmt: skip


def daily(days: int, *, until: datetime = NOON) -> list[datetime]:
    """One a day, oldest first, the last yesterday."""
    return [until - timedelta(days=back) for back in range(days, 0, -1)]


SORE = Review(2, 4, 3, 5, frozenset({Wrong.FEAR, Wrong.TOO_FAST}), note="a note")
