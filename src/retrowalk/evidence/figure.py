"""One number of a study: its value, how well it was read, and in which of the study's reports."""

from dataclasses import dataclass
from enum import Enum


class Tag(Enum):
    """How well a figure was read.  One from memory is never shipped, so it has no tag here."""

    SEEN = "seen"  # in the report named
    DERIVED = "derived"  # by arithmetic from figures seen
    DOUBTFUL = "doubtful"  # seen, but ambiguous

    @property
    def letter(self) -> str:
        return {"seen": "S", "derived": "D", "doubtful": "?"}[self.value]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in the unit printed; `read` is the id of the report it was read in."""

    value: float
    tag: Tag
    read: str
    how: str = ""  # of a derived figure its arithmetic, of a doubtful one the reason
    elsewhere: tuple[float, ...] = ()  # what other reports give for the same thing


@dataclass(frozen=True, slots=True)
class Span:
    """From one figure to another; the same twice where only one was given."""

    lowest: Figure
    highest: Figure


@dataclass(frozen=True, slots=True)
class PValue:
    """As printed: "=" 0.033, "<" 0.05."""

    relation: str  # one of = < >
    figure: Figure


class Measure(Enum):
    """What kind of effect a printed estimate is."""

    MD = "md"  # difference of means, in the unit
    SMD = "smd"  # standardised: in standard deviations, without a unit
    UNCLEAR = "unclear"  # printed as one, of the size of the other
    RATIO = "ratio"  # its interval is symmetric on the logarithm
    PERCENT = "percent"
    ETA2 = "eta squared"
    COUNT = "count"


class Better(Enum):
    """Which way an outcome should go."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Unit(Enum):
    """How the unit came to be known."""

    PRINTED = "printed"
    INFERRED = "inferred"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Printed:
    """An effect as a report prints it, with no group figures needed.  None: not printed."""

    measure: Measure
    estimate: Figure
    lowest: Figure | None  # ends of the 95 % interval
    highest: Figure | None
    arm: str  # whose own change this is; empty for a difference between arms
