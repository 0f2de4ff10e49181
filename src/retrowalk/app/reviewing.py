"""Afterwards: what the walker says, what was walked, what comes next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrowalk.app.house import House
from retrowalk.app.screening import Answers
from retrowalk.live.events import StopReason
from retrowalk.words import Decision, Dose, Question, Review, SessionPlan

if TYPE_CHECKING:
    from retrowalk.live.dose import TrackPoint


@dataclass(frozen=True, slots=True)
class NotReviewed: ...


@dataclass(frozen=True, slots=True)
class Summary:
    """One session, planned against delivered."""

    session_id: str
    title: str  # of the protocol
    status: str  # planned, live, done, interrupted
    plan: SessionPlan
    planned: Dose
    delivered: Dose
    track: "tuple[TrackPoint, ...]"
    stops: tuple[tuple[float, StopReason], ...]  # (at_s, why)
    review: Review | NotReviewed
    decision: Decision | NotReviewed
    next_text: str  # what comes next, in words
    speed_up: float = 1.0  # other than 1: a demonstration, not a walk


def review_questions() -> tuple[Question, ...]:
    raise NotImplementedError


def submit_review(house: House, session_id: str, answers: Answers) -> Decision:
    """Store the review and the engine's answer to it.

    BadAnswers; Missing; Conflict if not walked yet or already reviewed.
    """
    raise NotImplementedError


def summary(house: House, session_id: str) -> Summary:
    """Missing if there is no such session."""
    raise NotImplementedError
