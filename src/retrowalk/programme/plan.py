"""Today's session, interval by interval, inside every limit."""

from dataclasses import dataclass

from retrowalk.programme.prescribe import Prescription
from retrowalk.programme.protocols import Protocol
from retrowalk.words import SessionPlan, Walker


@dataclass(frozen=True, slots=True)
class Range:
    """What the belt can do: its slowest, its fastest, and the step between speeds."""

    min_mps: float
    max_mps: float
    step_mps: float


def plan_session(
    prescription: Prescription,
    protocol: Protocol,
    *,
    stage: int,
    walker: Walker,
    belt: Range | None = None,
) -> SessionPlan:
    """The session of this rung; raises OutsideGuardrail when the belt cannot go so slowly."""
    raise NotImplementedError
