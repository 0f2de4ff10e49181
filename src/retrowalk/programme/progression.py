"""What comes next, and why."""

from collections.abc import Sequence

from retrowalk.programme.prescribe import Prescription
from retrowalk.programme.protocols import Protocol
from retrowalk.words import Decision, SessionRecord

RULE = "progression 1"


def decide(
    history: Sequence[SessionRecord],
    protocol: Protocol,
    prescription: Prescription,
    *,
    on_day: int = 0,
) -> Decision:
    """Progress, hold or regress, with reasons.

    `history` holds this protocol's sessions; `on_day` is the day asked about, counted as
    `SessionRecord.day` is (never before the last session).
    """
    raise NotImplementedError
