"""How many people the next trial needs, and what was supposed to say so.

Two arms, a result that is a number, a two-sided test at `alpha`.  The SD and the correlation are
guesses, mostly from a small trial: `Size.if_sd_larger` says what a quarter more would cost.
"""

import math
from dataclasses import KW_ONLY, dataclass, replace
from enum import Enum

from retrowalk.errors import BadTrial

MOST = 100_000  # people in an arm; more is a slip in the numbers
FEWEST = 3  # in an arm: of fewer no spread is worth its name
ONE_SIDE = 6.0  # standard errors apart: the other side adds 1e-15, and soon scipy gives NaN for it
CERTAIN = 36.0  # standard errors apart: found for sure
LARGER = 1.25  # a pilot of 15 an arm mistakes the SD by so much one time in twenty


class Comparing(Enum):
    """What of each person is compared."""

    ANCOVA = "ancova"  # the follow-up, adjusted for the baseline
    CHANGE = "change"  # follow-up minus baseline
    FOLLOWUP = "followup"  # the follow-up alone


@dataclass(frozen=True, slots=True)
class Design:
    """What is to be found, and what is supposed of the people."""

    difference: float  # the smallest worth finding, in the outcome's unit
    _: KW_ONLY
    sd: float  # of the outcome among people of one arm, at one time
    correlation: float = 0.5  # of baseline and follow-up among people of one arm
    comparing: Comparing = Comparing.ANCOVA
    power: float = 0.8
    alpha: float = 0.05
    ratio: float = 1.0  # people in the comparator for each in the arm
    dropout: float = 0.0  # share without a follow-up
    cluster: float = 1.0  # people treated together, such as a class; 1: each alone
    icc: float = 0.0  # how alike people of one cluster are

    def __post_init__(self) -> None:
        for what, value, low, high in (
            ("difference to find", abs(self.difference), 0.0, math.inf),
            ("standard deviation", self.sd, 0.0, math.inf),
            ("correlation", self.correlation, -1.0, 1.0),
            ("power", self.power, self.alpha, 1.0),
            ("alpha", self.alpha, 1e-4, 0.5),
            ("ratio of the arms", self.ratio, 0.0, 20.0),
        ):
            if not (low < value < high and math.isfinite(value)):
                raise BadTrial(f"A {what} of {value:g} came; {_between(low, high)} is expected.")
        for what, value, low, high in (
            ("share that drops out", self.dropout, 0.0, 0.9),
            ("cluster of people", self.cluster, 1.0, 1e4),
            ("likeness within clusters (ICC)", self.icc, 0.0, 1.0),
        ):
            if not low <= value <= high:
                raise BadTrial(f"A {what} of {value:g} came; {low:g} to {high:g} is expected.")

    @property
    def spread(self) -> float:
        """The standard deviation of what is compared.

        From: Borm, Fransen and Lemmens 2007 (J Clin Epidemiol 60:1234): √(1-r²) of the SD for
        ANCOVA; √(2(1-r)) for changes.
        """
        match self.comparing:
            case Comparing.ANCOVA:
                return self.sd * math.sqrt(1 - self.correlation**2)
            case Comparing.CHANGE:
                return self.sd * math.sqrt(2 * (1 - self.correlation))
            case _:
                return self.sd

    @property
    def inflation(self) -> float:
        """How many more are needed because people come in clusters: 1 + (m - 1) icc."""
        return 1 + (self.cluster - 1) * self.icc


@dataclass(frozen=True, slots=True)
class Size:
    """People to be measured twice, and to be taken in so that these remain."""

    design: Design
    _: KW_ONLY
    measured: tuple[int, int]  # in the arm and the comparator
    taken_in: tuple[int, int]
    clusters: tuple[int, int]  # whole ones; as many as people where each comes alone
    power: float  # that `measured` gives; never below what was asked
    if_sd_larger: tuple[int, int]  # to be taken in if the SD is a quarter larger

    @property
    def people(self) -> int:
        return sum(self.taken_in)


def size(design: Design) -> Size:
    """The fewest people who give the power asked for.  BadTrial: there are none."""
    found = _size(design)
    return replace(found, if_sd_larger=_size(replace(design, sd=LARGER * design.sd)).taken_in)


def _size(design: Design) -> Size:
    arm = _fewest(design)
    alone = arm, math.ceil(arm * design.ratio)
    measured = tuple(math.ceil(n * design.inflation) for n in alone)
    asked = tuple(math.ceil(n / (1 - design.dropout) - 1e-9) for n in measured)
    clusters = tuple(math.ceil(n / design.cluster) for n in asked)
    taken_in = tuple(math.ceil(n * design.cluster) for n in clusters)
    return Size(design, measured=_two(measured), taken_in=_two(taken_in), clusters=_two(clusters),
                power=power(design, arm), if_sd_larger=_two(taken_in))  # fmt: skip


def power(design: Design, people: int) -> float:
    """The chance to find the difference with so many in the arm, all measured, each alone.

    From: the noncentral t distribution, as statsmodels computes it.  *Differs:* ANCOVA loses one
    degree of freedom to the baseline, and on average a share of 1/(N - 4) to baselines that differ
    by chance, N people in all (the expectation of an F of 1 and N - 2).
    """
    from statsmodels.stats.power import TTestIndPower  # noqa: PLC0415 -- takes seconds to load

    total = people + math.ceil(people * design.ratio)
    ratio, df = math.ceil(people * design.ratio) / people, total - 2
    effect = abs(design.difference) / design.spread
    if design.comparing is Comparing.ANCOVA:
        df -= 1
        effect /= math.sqrt(1 + 1 / max(total - 4, 1))
    apart = effect * math.sqrt(people * (total - people) / total)
    if apart > CERTAIN:
        return 1.0
    alpha, sides = (design.alpha, "two-sided") if apart < ONE_SIDE else (design.alpha / 2, "larger")
    return float(
        TTestIndPower().power(effect, people, alpha, ratio=ratio, df=df, alternative=sides)
    )


def detectable(design: Design, people: int) -> float:
    """The smallest difference that so many in the arm find with the power asked for."""
    if people < FEWEST:
        raise BadTrial(f"An arm of {people} came; at least {FEWEST} people are expected.")
    low, high = 0.0, design.spread
    while power(replace(design, difference=high), people) < design.power:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        enough = power(replace(design, difference=middle), people) >= design.power
        low, high = (low, middle) if enough else (middle, high)
    return high


def _fewest(design: Design) -> int:
    if power(design, MOST) < design.power:
        raise BadTrial(
            f"A difference of {design.difference:g} with a standard deviation of {design.sd:g} "
            f"needs more than {MOST} people an arm; please look at the two numbers and their units."
        )
    low, high = FEWEST - 1, FEWEST
    while power(design, high) < design.power:
        low, high = high, min(2 * high, MOST)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(design, middle) >= design.power else (middle, high)
    return high


def _between(low: float, high: float) -> str:
    return f"above {low:g}" if high == math.inf else f"between {low:g} and {high:g}"


def _two(sizes: tuple[int, ...]) -> tuple[int, int]:
    return sizes[0], sizes[1]
