"""What may come next for a walker: one of these, and only one; and what there is to choose."""

from dataclasses import dataclass
from datetime import date

from retrowalk.words import Reason, SessionPlan, Verdict


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One protocol as the choosing page shows it; the first of several suits best.

    `by_clinician`: nothing stands against it but that a clinician must choose it.
    """

    protocol_id: str
    title: str
    summary: str
    source: str
    suits: bool
    reasons: tuple[Reason, ...]
    by_clinician: bool = False
    written_by: str = ""  # of one that does not come with retrowalk


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
class NeedsMorning:
    """How the walker was the morning after `walked_on` comes first."""

    walked_on: date


@dataclass(frozen=True, slots=True)
class Paused:
    """The walker has paused the plan; only they go on."""

    since: date


@dataclass(frozen=True, slots=True)
class Finished:
    """The programme's weeks are over and the walker has said that they stop."""

    since: date


@dataclass(frozen=True, slots=True)
class MayNotWalk:
    """AskClinician (a clearance can be recorded) or NotToday (come back tomorrow)."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class MachineUnfit:
    """Today's plan asks what the treadmill cannot do; `text` says what, and what to do."""

    text: str


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
    | NeedsMorning
    | Paused
    | Finished
    | NeedsReadiness
    | MayNotWalk
    | MachineUnfit
    | SessionReady
    | SessionRunning
    | NeedsReview
)
