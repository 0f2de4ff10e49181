"""A study of walking backward, as a value: what was done, in whom, and what was read of it.

Figures stay in the unit printed, for a conversion is one more thing to get wrong.  None means
one thing: it is not in the text that was seen.
"""

from dataclasses import dataclass
from enum import Enum

from retrowalk.evidence.figure import Better, Figure, Printed, PValue, Span, Unit
from retrowalk.evidence.printed import sd_from_se
from retrowalk.evidence.words import (
    About,
    Clean,
    Comparator,
    Condition,
    Design,
    Direction,
    Kind,
    Poolable,
    Walks,
)


class ReportType(Enum):
    ARTICLE = "article"
    PROTOCOL = "protocol"
    REGISTRY = "registry"
    THESIS = "thesis"
    CONFERENCE = "conference abstract"


class Read(Enum):
    """How much of a report was before the reader's eyes."""

    FULL = "full text"
    ABSTRACT = "abstract"
    CUT = "abstract, cut off"
    REGISTRY = "registry"
    SECONDARY = "told by another page"


@dataclass(frozen=True, slots=True)
class Report:
    """One text about the study, and where it can be found; empty where none was seen."""

    id: str
    type: ReportType
    read: Read
    seen_in: str
    doi: str = ""
    pmid: str = ""
    registry: str = ""
    url: str = ""
    journal: str = ""

    @property
    def cited(self) -> bool:
        """Whether somebody else can find it."""
        return any((self.doi, self.pmid, self.registry, self.url, self.journal))


@dataclass(frozen=True, slots=True)
class People:
    text: str
    n: Figure | None  # whose results were told
    randomised: Figure | None
    planned: Figure | None
    women: Figure | None
    age_years: Figure | None  # mean
    age_sd_years: Figure | None
    ages_years: Span | None


@dataclass(frozen=True, slots=True)
class Dose:
    """Of walking; `beside_min` is other treatment in the same session."""

    session_min: Span | None
    per_day: Figure | None
    per_week: Figure | None
    weeks: Figure | None
    sessions: Figure | None
    beside_min: Figure | None
    speed_mps: Figure | None
    incline_pct: Figure | None

    @property
    def total_min(self) -> float | None:
        """Minutes of walking in all, at the middle of the planned range, where that is known."""
        if self.session_min is None:
            return None
        mean_min = (self.session_min.lowest.value + self.session_min.highest.value) / 2
        if self.sessions:
            return mean_min * self.sessions.value
        if self.per_week and self.weeks:
            per_day = self.per_day.value if self.per_day else 1
            return mean_min * self.per_week.value * self.weeks.value * per_day
        return None


@dataclass(frozen=True, slots=True)
class Arm:
    """A group that was treated alike; in an acute study, a condition everybody went through."""

    id: str
    text: str
    walks: Walks
    running: bool
    n: Figure | None
    dose: Dose
    on_top_of: str  # the arm whose whole treatment this one gets too, with nothing left out


@dataclass(frozen=True, slots=True)
class Pair:
    """Which arm is held against which, and whether only the walking differs."""

    backward: str
    against: str
    comparator: Comparator
    clean: Clean
    why: str


class Spread(Enum):
    SD = "sd"
    SE = "se"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Group:
    """What one arm gave."""

    arm: str
    n: Figure | None
    mean: Figure | None
    spread: Figure | None
    spread_is: Spread

    @property
    def sd(self) -> float | None:
        """The standard deviation, where the report leaves no doubt that it is one."""
        match self.spread, self.spread_is, self.n:
            case Figure() as spread, Spread.SD, _:
                return spread.value
            case Figure() as spread, Spread.SE, Figure() as n:
                return sd_from_se(spread.value, int(n.value))
            case _:
                return None


class When(Enum):
    BASELINE = "baseline"
    FINAL = "final"
    CHANGE = "change"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing measured at one time, in every arm that was told."""

    id: str
    name: str
    about: About
    unit: str
    unit_is: Unit
    unit_printed: str  # where the report prints one that cannot be; empty otherwise
    scale: tuple[float, float] | None  # lowest and highest a result can be
    better: Better
    kind: When
    when: str
    groups: tuple[Group, ...]
    printed: tuple[Printed, ...]
    p: PValue | None  # between arms
    favours: Direction  # as the report says
    labelled: bool  # whether the report says which figure belongs to which measure
    poolable: Poolable
    why: str  # it is not, or only so far
    note: str

    def group(self, arm: str) -> Group | None:
        return next((one for one in self.groups if one.arm == arm), None)


class Harm(Enum):
    COUNTED = "counted"
    SAID_SAFE = "said to be safe"  # without a count
    NOT_SEEN = "not in the text seen"


@dataclass(frozen=True, slots=True)
class Adverse:
    harm: Harm
    text: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding of `check` that is known: `about` is its name, `rows` the outcomes it is in."""

    about: str
    rows: tuple[str, ...]  # none: the study as a whole
    text: str


@dataclass(frozen=True, slots=True)
class Study:
    id: str
    title: str
    authors: str
    year: int | None
    kind: Kind
    condition: Condition
    design: Design
    summary: str
    direction: Direction
    children: bool
    reports: tuple[Report, ...]
    people: People
    arms: tuple[Arm, ...]
    contrasts: tuple[Pair, ...]
    outcomes: tuple[Outcome, ...]
    adverse: Adverse
    doubts: tuple[Doubt, ...]
    duplicate_of: str  # counted there
    overlaps: tuple[str, ...]  # studies with perhaps the same people

    @property
    def counted(self) -> bool:
        """Whether it is a result of its own: neither a plan nor told before."""
        return self.kind is Kind.RESULT and not self.duplicate_of

    def arm(self, id: str) -> Arm | None:
        return next((arm for arm in self.arms if arm.id == id), None)

    def report(self, id: str) -> Report | None:
        return next((report for report in self.reports if report.id == id), None)
