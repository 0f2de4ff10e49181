"""How sure one can be of a pooled result: high, moderate, low or very low, with every reason.

Five questions, as GRADE asks them, each taking up to two steps away: how the trials were done,
whether they agree, whether they are about these people and this comparison, whether the interval
tells what one wants to know, whether small ones tell of larger effects.  It begins high for trials
by lot, low for others.  What cannot be judged takes nothing away, and is said.

*From:* Guyatt and others 2008 (BMJ 336:924) and 2011 (J Clin Epidemiol 64:1283, imprecision);
Cochrane Handbook, version 6, chapter 14.  *Differs:* GRADE is a judgement of people who have read
the trials; the numbers below are ours, fixed beforehand, so that the same evidence always gets the
same word.
"""

import math
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from enum import IntEnum, StrEnum
from statistics import NormalDist

from retrowalk.errors import BadStudy
from retrowalk.evidence.effects import positive
from retrowalk.evidence.small_study import NotChecked, SmallStudy
from retrowalk.evidence.synthesis import Synthesis

MOSTLY = 0.5  # of the weight
PARTLY = 0.2
SUBSTANTIAL, CONSIDERABLE = 0.5, 0.75  # I²: Handbook 10.10.2, "may represent"
NOTABLE = 0.3  # I² from which a wide prediction interval counts as disagreement
ENOUGH_PEOPLE = 400  # GRADE's rule of thumb for results that are measured, not counted
MOST_STEPS = 2  # for one question


class Word(IntEnum):
    """Certainty, in four words; higher is surer."""

    VERY_LOW = 0
    LOW = 1
    MODERATE = 2
    HIGH = 3

    @property
    def label(self) -> str:
        return self.name.lower().replace("_", " ")

    @property
    def meaning(self) -> str:
        return MEANINGS[self]


MEANINGS = {
    Word.HIGH: "More studies would hardly change this.",
    Word.MODERATE: "Probably about right; more studies might change it.",
    Word.LOW: "The truth may be quite different; more studies will likely change this.",
    Word.VERY_LOW: "Hardly more than a guess.",
}


class Risk(StrEnum):
    """Whether the way one study was done may have led it astray."""

    LOW = "low"
    UNCLEAR = "unclear"  # some concerns, or its report does not tell
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Body:
    """What the word is judged from.

    `high_risk` and `unclear_risk` are shares of the weight, 0 to 1.  `ci` and `matters`, the
    smallest change that matters, are in one unit.  `indirect` names each way in which the studies
    are about something else than asked.  `i2` and `prediction` are None where too few studies tell
    them.
    """

    ci: tuple[float, float]
    _: KW_ONLY
    matters: float
    people: int
    high_risk: float
    unclear_risk: float
    i2: float | None
    prediction: tuple[float, float] | None
    small: SmallStudy | NotChecked
    indirect: tuple[str, ...] = ()
    by_lot: bool = True
    enough_people: int = ENOUGH_PEOPLE

    def __post_init__(self) -> None:
        positive("smallest change that matters", self.matters)
        low, high = self.ci
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise BadStudy(
                f"An interval from {low:g} to {high:g} came; it must rise: please check."
            )
        if not (min(self.high_risk, self.unclear_risk) >= 0
                and self.high_risk + self.unclear_risk <= 1 + 1e-9):  # fmt: skip
            raise BadStudy(
                f"Shares of {self.high_risk:g} at high and {self.unclear_risk:g} at unclear risk "
                "came; each is at least 0, and together they are at most 1."
            )


@dataclass(frozen=True, slots=True)
class Downgrade:
    """How many steps one question takes away, and why."""

    question: str
    steps: int
    reason: str


@dataclass(frozen=True, slots=True)
class Certainty:
    """The word, why it is not higher, and what could not be judged."""

    word: Word
    downgrades: tuple[Downgrade, ...]
    not_judged: tuple[str, ...]


def certainty(body: Body) -> Certainty:
    """How sure one can be.  A worse input never makes it surer."""
    begins, why = (Word.HIGH, ()) if body.by_lot else (Word.LOW, (NOT_BY_LOT,))
    asked = (
        _bias(body),
        _inconsistency(body),
        _indirectness(body),
        _imprecision(body),
        _small(body),
    )
    taken = tuple(one for one in asked if one.steps)
    word = Word(max(Word.VERY_LOW, begins - sum(one.steps for one in taken)))
    return Certainty(word, why + taken, _not_judged(body))


NOT_BY_LOT = Downgrade(
    "design", 2, "Who walked backward was not decided by lot: other causes cannot be ruled out."
)


def body_of(
    synthesis: Synthesis,
    risks: Sequence[Risk],
    *,
    matters: float,
    people: int,
    small: SmallStudy | NotChecked,
    indirect: tuple[str, ...] = (),
    by_lot: bool = True,
    enough_people: int = ENOUGH_PEOPLE,
) -> Body:
    """What a synthesis gives to judge from; `risks` in the order of its studies."""
    if len(risks) != synthesis.k:
        raise BadStudy(f"{synthesis.k} studies and {len(risks)} risks came; give one for each.")
    weighed = list(zip(synthesis.weights, risks, strict=True))
    share = {risk: math.fsum(w for w, of in weighed if of is risk) for risk in Risk}
    return Body(
        synthesis.ci, matters=matters, people=people, high_risk=share[Risk.HIGH],
        unclear_risk=share[Risk.UNCLEAR], i2=synthesis.i2, prediction=synthesis.prediction,
        small=small, indirect=indirect, by_lot=by_lot, enough_people=enough_people,
    )  # fmt: skip


def optimal_people(matters: float, *, sd: float, power: float = 0.8, level: float = 0.95) -> int:
    """How many people, both arms together, one good trial would need: for `enough_people`.

    4 (z(1 - α/2) + z(power))² (sd / smallest change that matters)².  From: Guyatt and others 2011.
    """
    positive("smallest change that matters", matters)
    positive("standard deviation", sd)
    z = NormalDist().inv_cdf
    return math.ceil(4 * ((z((1 + level) / 2) + z(power)) * sd / matters) ** 2)


def _bias(body: Body) -> Downgrade:
    high, doubtful = body.high_risk, body.high_risk + body.unclear_risk
    if high > MOSTLY:
        return Downgrade("risk of bias", 2, f"{high:.0%} of the weight is of studies done in a way "
                         "that may well have led them astray.")  # fmt: skip
    steps = int(high > PARTLY or doubtful > MOSTLY)
    return Downgrade("risk of bias", steps, f"{doubtful:.0%} of the weight is of studies that may "
                     "have been led astray, or do not tell how they were done.")  # fmt: skip


def _inconsistency(body: Body) -> Downgrade:
    i2 = body.i2 or 0.0
    if i2 >= CONSIDERABLE:
        return Downgrade("inconsistency", 2, f"The studies disagree widely (I² {i2:.0%}).")
    if i2 >= SUBSTANTIAL:
        return Downgrade("inconsistency", 1, f"The studies disagree (I² {i2:.0%}).")
    low, high = body.prediction or (1.0, 1.0)
    steps = int(i2 >= NOTABLE and low < 0 < high)
    return Downgrade("inconsistency", steps,
                     "The studies differ, so that a new one might find the opposite.")  # fmt: skip


def _indirectness(body: Body) -> Downgrade:
    reason = f"The studies are about something else: {'; '.join(body.indirect)}."
    return Downgrade("indirectness", min(len(body.indirect), MOST_STEPS), reason)


def _imprecision(body: Body) -> Downgrade:
    """Lines the interval crosses: better by what matters, worse by it; 0 counts beside one of them.

    An interval that crosses 0 alone is sure enough: whatever it is, it does not matter.
    """
    low, high = body.ci
    crossed = sum(low < line < high for line in (-body.matters, body.matters))
    lines = min(MOST_STEPS, crossed + (crossed > 0 and low < 0 < high))
    few = body.people < body.enough_people
    said = []
    if lines:
        said.append("The interval holds both a difference that matters and one that does not"
                    + (", even none at all." if lines == MOST_STEPS else "."))  # fmt: skip
    if few:
        said.append(f"Only {body.people} people; about {body.enough_people} would be enough.")
    return Downgrade("imprecision", min(MOST_STEPS, lines + few), " ".join(said))


def _small(body: Body) -> Downgrade:
    found = body.small
    steps = int(isinstance(found, SmallStudy) and found.suspected)
    return Downgrade("small studies", steps, "Small studies tell of larger effects: others with "
                     "smaller effects may never have been printed.")  # fmt: skip


def _not_judged(body: Body) -> tuple[str, ...]:
    said = []
    if body.i2 is None:
        said.append("Whether studies agree: there is one only.")
    if isinstance(body.small, NotChecked):
        said.append(f"Whether small studies tell of larger effects. {body.small.reason}")
    return tuple(said)
