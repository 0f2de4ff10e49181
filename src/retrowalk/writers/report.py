"""What the physiotherapist's page says, ready to print: words and figures, nothing to work out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week of the dose, by direction."""

    label: str
    sessions: int
    backward_min: float
    backward: str  # minutes and distance, as printed
    forward: str
    pain: str  # the worst during a session
    effort: str
    stops: int


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One test: its first result, the newest, and what may be said of the difference."""

    title: str
    first: str
    now: str
    error: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Report:
    """One page.  `name` is what the walker typed for this page; it is stored nowhere."""

    name: str
    made: str
    facts: tuple[tuple[str, str], ...]
    weeks: tuple[WeekLine, ...]  # oldest first
    earlier: str  # what came before them, in a sentence
    stops: tuple[str, ...]
    outcomes: tuple[OutcomeLine, ...]
    more_outcomes: str
    next_step: str
    limits: tuple[str, ...]
