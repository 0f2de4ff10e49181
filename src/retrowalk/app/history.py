"""All that was walked; taking it along; deleting it."""

from dataclasses import dataclass
from datetime import date, datetime

from retrowalk.app.house import House
from retrowalk.app.reviewing import NotReviewed
from retrowalk.words import Decision, Dose, Review


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One walked session, newest first in `sessions`."""

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
    speed_up: float


@dataclass(frozen=True, slots=True)
class Week:
    """One calendar week, Monday first; weeks without a session are there too."""

    starts_on: date
    backward_s: float
    forward_s: float
    sessions: int


def sessions(house: House) -> tuple[SessionLine, ...]:
    raise NotImplementedError


def weekly_minutes(house: House) -> tuple[Week, ...]:
    """From the first week walked to this one, oldest first; empty before the first session."""
    raise NotImplementedError


def export_json(house: House) -> bytes:
    """Everything stored, UTF-8."""
    raise NotImplementedError


def export_csv(house: House) -> bytes:
    """One line per session for a spreadsheet, UTF-8."""
    raise NotImplementedError


def delete_everything(house: House) -> None:
    """Wipe the store, beyond recovery from its files.  Conflict while a session runs."""
    raise NotImplementedError
