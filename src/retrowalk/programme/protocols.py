"""A protocol: a published or expert recipe as a value, read from its TOML text."""

from dataclasses import dataclass
from enum import Enum

from retrowalk.words import Direction, Goal, IntervalKind, Place


class Tag(Enum):
    """How well a source supports the recipe."""

    TRIAL = "trial"
    EXPERT = "expert opinion"
    OURS = "our own judgement"


class ChosenBy(Enum):
    SELF = "self"
    CLINICIAN = "clinician"


@dataclass(frozen=True, slots=True)
class Source:
    text: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class Stretch:
    kind: IntervalKind
    direction: Direction
    duration_s: float


@dataclass(frozen=True, slots=True)
class Stage:
    """A rung of the ladder, its template already written out."""

    title: str
    stretches: tuple[Stretch, ...]
    speed_ratio: float = 1.0  # of the prescribed starting speed, backward only


@dataclass(frozen=True, slots=True)
class Protocol:
    id: str
    title: str
    summary: str
    sources: tuple[Source, ...]
    for_whom: str
    goals: tuple[Goal, ...]
    chosen_by: ChosenBy
    places: tuple[Place, ...]
    frequency_per_week: int
    weeks: int
    good_sessions: int  # in a row, before one more rung
    backward_mps: float
    forward_mps: float
    comfortable_ratio: float  # of the comfortable forward speed; at most a half
    rails: bool  # a treadmill only with rails
    start: int  # the rung a practised walker begins on; below it lies where to step back to
    ladder: tuple[Stage, ...]
    stop_rules: tuple[str, ...]


def parse_protocol(text: str, *, name: str) -> Protocol:
    """The protocol in this TOML text; raises BadProtocol with `name`, line and reason."""
    raise NotImplementedError
