"""The nouns of the field, as values.  Imports nothing of ours but units."""

from dataclasses import dataclass
from enum import Enum

from retrowalk.units import CENTIMETRE, DEGREE, KMH, MPH


class Direction(Enum):
    """Of travel relative to the body; speeds and lengths stay unsigned."""

    FORWARD = "forward"
    BACKWARD = "backward"
    UNCLEAR = "unclear"


class Place(Enum):
    DRIVEN = "driven"  # a treadmill retrowalk can ask for a speed
    BY_HAND = "by hand"  # a treadmill the walker sets at its console
    CORRIDOR = "corridor"  # a corridor, a hall, a flat paved way


class Goal(Enum):
    KNEE = "knee"
    BALANCE = "balance"
    STRENGTH = "strength"
    RUNNING = "running"
    CURIOSITY = "curiosity"


class Experience(Enum):
    NEVER = "never"  # has not walked backwards on purpose
    SOME = "some"  # a few times
    REGULAR = "regular"  # weekly


class Units(Enum):
    KMH = "km/h"
    MPH = "mph"


class Aid(Enum):
    NONE = "none"
    STICK = "stick or poles"
    FRAME = "walking frame"


@dataclass(frozen=True, slots=True)
class Walker:
    """What the first plan needs to know of a person: eight answers."""

    goal: Goal
    age_years: int
    comfortable_forward_mps: float
    experience: Experience
    place: Place
    rails: bool
    units: Units
    aid: Aid


class IntervalKind(Enum):
    WARM_UP = "warm-up"
    WALK = "walk"
    REST = "rest"  # standing, belt at rest
    COOL_DOWN = "cool-down"


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of a session: one direction at one belt speed.  A rest has speed 0."""

    direction: Direction
    duration_s: float
    belt_mps: float
    kind: IntervalKind = IntervalKind.WALK
    repetition: int = 0  # which backward (or forward) stretch this is, from 1; 0 outside the count
    repetitions: int = 0  # of how many
    incline_ratio: float = 0.0  # rise over run; never below 0


BACKWARD_CEILING_MPS = 3.2 * KMH  # design.md section 6.3; a clinician may raise it
FORWARD_CEILING_MPS = 6.0 * KMH  # brisk walking; a retro-walker's forward turns are easy
INCLINE_CEILING_RATIO = 0.1  # our own judgement: home machines go to 12 or 15 %
RAMP_MPS2 = 0.1  # 0 to 0.8 mph in 3.6 s: no jolt for someone holding rails
STRAY_MPS = 0.1  # belts hunt by a few hundredths; a step more is a fault
SPEED_0_8_MPH_MPS = 0.8 * MPH


@dataclass(frozen=True, slots=True)
class Limits:
    """What the belt may never do under this walker.

    The tops are already the least of machine, prescription, walker and product.
    """

    backward_top_mps: float
    forward_top_mps: float
    ramp_mps2: float = RAMP_MPS2
    stray_mps: float = STRAY_MPS
    top_incline_ratio: float = INCLINE_CEILING_RATIO
    warn_silence_s: float = 2.8  # design.md section 6.7: three seconds and five, by the next tick
    silence_s: float = 4.7
    least_mps: float = 0.0  # a moving belt's slowest; 0 where no belt is asked
    heart_ceiling_bpm: int | None = None  # without one a heart rate is only shown
    heart_needed: bool = False  # walked only while the heart is heard

    def top_mps(self, direction: Direction) -> float:
        """The ceiling for this direction; unclear gets the lower of the two."""
        match direction:
            case Direction.BACKWARD:
                return self.backward_top_mps
            case Direction.FORWARD:
                return self.forward_top_mps
            case Direction.UNCLEAR:
                return min(self.backward_top_mps, self.forward_top_mps)


@dataclass(frozen=True, slots=True)
class HeartCeiling:
    """How fast the heart may beat, by whose word, and whether it must be heard at all."""

    bpm: int | None = None
    needed: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """One prescribed session: what to walk, and the limits it is walked in."""

    intervals: tuple[Interval, ...]
    limits: Limits
    protocol: str = ""  # id of the protocol it came from
    stage: int = 0  # rung of the protocol's ladder, from 0
    place: Place = Place.DRIVEN
    units: Units = Units.KMH  # the walker's, for what is said while walking
    before_start: tuple[str, ...] = ()  # where the machine cannot do exactly what is asked

    @property
    def driven(self) -> bool:
        """Whether we ask the belt; otherwise we only cue and the walker does."""
        return self.place is Place.DRIVEN

    @property
    def by_hand(self) -> bool:
        """Whether the walker sets a belt at its console."""
        return self.place is Place.BY_HAND

    @property
    def duration_s(self) -> float:
        return sum(interval.duration_s for interval in self.intervals)

    @property
    def top_mps(self) -> float:
        """The highest ceiling of its stretches: nothing in this session may be faster."""
        tops = (self.limits.top_mps(interval.direction) for interval in self.intervals)
        return max(tops, default=0.0)

    @property
    def backward_s(self) -> float:
        """Walked backward; a rest faces some way, but walks none."""
        walked = (i for i in self.intervals if i.kind is not IntervalKind.REST)
        return sum(i.duration_s for i in walked if i.direction is Direction.BACKWARD)


@dataclass(frozen=True, slots=True)
class Dose:
    """What was delivered (or planned): the currency of a programme."""

    backward_s: float = 0.0
    forward_s: float = 0.0
    backward_m: float = 0.0
    forward_m: float = 0.0


class Placement(Enum):
    """Where a sensor was worn."""

    LEFT_FOOT = "left foot"
    RIGHT_FOOT = "right foot"
    LEFT_SHANK = "left shank"
    RIGHT_SHANK = "right shank"
    LEFT_THIGH = "left thigh"
    RIGHT_THIGH = "right thigh"
    LOWER_BACK = "lower back"
    WRIST = "wrist"
    UNKNOWN = "unknown"


class Mounting(Enum):
    """How well the sensor's axes are known relative to the body's."""

    KNOWN = "known"  # axes are the body frame's: x anterior, y left, z up
    CALIBRATED = "calibrated"
    UNKNOWN = "unknown"


class Side(Enum):
    """Which foot.  Unknown where a sensor cannot tell left from right."""

    LEFT = "left"
    RIGHT = "right"
    UNKNOWN = "unknown"


class ContactKind(Enum):
    """A foot meets the ground, or leaves it; nothing is said of heel or toe."""

    INITIAL = "initial contact"
    FINAL = "final contact"


class Quantity(Enum):
    """What an outcome is counted in; the value is the unit a file and a page speak."""

    TIME = "s"
    SPEED = "m/s"
    DISTANCE = "m"
    REACH = "cm"
    ANGLE = "degrees"
    RATE = "beats a minute"
    POINTS = "points"
    COUNT = "times"

    @property
    def si(self) -> float:
        """One of it as retrowalk computes: metres, radians; the others are as they are."""
        return {Quantity.REACH: CENTIMETRE, Quantity.ANGLE: DEGREE}.get(self, 1.0)


class Better(Enum):
    """Which way is better."""

    LOWER = "lower"
    HIGHER = "higher"


class AnswerKind(Enum):
    YES_NO = "yes or no"
    SCALE = "0 to 10"
    PRESSURE = "two numbers, or not known"
    CHOICE = "one of these"
    CHOICES = "any of these"
    NUMBER = "a number"
    SPEED = "a speed"
    TEXT = "words"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing we ask, in plain words.  `choices` are (value, label) pairs."""

    id: str
    text: str
    kind: AnswerKind
    help: str = ""
    group: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    lowest: float = 0.0  # for numbers, in the unit asked
    highest: float = 10.0
    required: bool = True


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule answered as it did: `topic` is the question or rule, `text` plain words."""

    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class Clear:
    """May walk.  `reasons` say what was looked at or what a clinician has cleared."""

    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class AskClinician:
    """Not before a clinician has said yes to each reason."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NotToday:
    """Nobody can clear these for today; come back when they have passed."""

    reasons: tuple[Reason, ...]


Verdict = Clear | AskClinician | NotToday


class Wrong(Enum):
    """What felt wrong in a session, as the walker ticks it."""

    STUMBLE = "I stumbled or nearly fell"
    FALL = "I fell"
    DIZZY = "I felt dizzy or unwell"
    KNEE_GAVE = "My knee locked or gave way"
    SHARP_PAIN = "I had a sharp pain"
    BREATHLESS = "I was too breathless to talk"
    FEAR = "I was afraid"
    TOO_FAST = "The belt felt too fast"


@dataclass(frozen=True, slots=True)
class Review:
    """What the walker said afterwards; scales are 0 to 10.

    `unanswered` names the scales left open, whatever stands in them: they never progress.
    """

    pain_before: int
    pain_during: int
    pain_after: int
    effort: int
    wrongs: frozenset[Wrong] = frozenset()
    note: str = ""
    unanswered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Progress:
    """One rung up the protocol's ladder: `stage` is the next session's."""

    stage: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    stage: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Regress:
    stage: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Refer:
    """Down, and a clinician's yes before the next session, which is then of `stage`."""

    stage: int
    reasons: tuple[Reason, ...]


Decision = Progress | Hold | Regress | Refer


@dataclass(frozen=True, slots=True)
class NextDay:
    """The morning after a session; scales 0 to 10, below 0 where nobody has said."""

    pain: int = -1
    sore: int = -1

    @property
    def said(self) -> bool:
        return self.pain >= 0 and self.sore >= 0


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session as history sees it.  `day` counts from any fixed day; `completed_ratio`
    is delivered over planned backward time, 0 to 1.  Stage -1 is half of the lowest rung."""

    day: int
    stage: int
    completed_ratio: float
    review: Review
    planned: Dose = Dose()
    delivered: Dose = Dose()
    stopped: tuple[str, ...] = ()  # the stop reasons, as words
    next_day: NextDay = NextDay()
    felt_stumble: bool = False  # by a phone worn as a sensor, ticked or not
    heart_stop: bool = False  # the belt stopped because of a heart above its ceiling
    heart_above_s: float = 0.0  # 0 too where no heart or no ceiling was known
