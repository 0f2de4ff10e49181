"""What comes next for this walker, and why."""

from dataclasses import dataclass

from retrowalk.app.house import House
from retrowalk.app.screening import Answers
from retrowalk.words import Reason, SessionPlan, Verdict


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One protocol as the choosing page shows it; the first of several suits best."""

    protocol_id: str
    title: str
    summary: str
    source: str
    suits: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NeedsScreening: ...


@dataclass(frozen=True, slots=True)
class NeedsProfile: ...


@dataclass(frozen=True, slots=True)
class NeedsProtocol: ...


@dataclass(frozen=True, slots=True)
class NeedsReadiness:
    """Today's questions come next; then the session is planned."""


@dataclass(frozen=True, slots=True)
class MayNotWalk:
    """AskClinician (a clearance can be recorded) or NotToday (come back tomorrow)."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class SessionReady:
    session_id: str
    plan: SessionPlan
    title: str  # of the protocol
    stage_text: str  # where on its ladder, in words
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SessionRunning:
    session_id: str


@dataclass(frozen=True, slots=True)
class NeedsReview:
    """Walked but not yet reviewed.  `interrupted`: the program died while it was walked."""

    session_id: str
    interrupted: bool = False


NextStep = (
    NeedsScreening
    | NeedsProfile
    | NeedsProtocol
    | NeedsReadiness
    | MayNotWalk
    | SessionReady
    | SessionRunning
    | NeedsReview
)


def suggestions(house: House) -> tuple[Suggestion, ...]:
    """The protocols, the best suited first, each with why."""
    raise NotImplementedError


def choose_protocol(house: House, protocol_id: str) -> None:
    """Prescribe this protocol from its first stage.  Missing if there is none of that name."""
    raise NotImplementedError


def next_step(house: House) -> NextStep:
    """The one thing to do now.  Reads only."""
    raise NotImplementedError


def submit_readiness(house: House, answers: Answers) -> Verdict:
    """Judge and store today's answers; if Clear, today's session is planned.  BadAnswers."""
    raise NotImplementedError
