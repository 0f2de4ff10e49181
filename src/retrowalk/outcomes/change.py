"""Whether something really changed: the first tests against now, and the test's own error.

The first tests' median is the baseline; the median of the newest week is now.  Only a difference
larger than two results of somebody who does not change may show (MDC, 95 %) is called real.
One test repeated until it comes out well does not count as better: the week's median does.

Who looks twice sees chance twice: a programme with several check points asks for a larger
difference at each, so that all of them together are as rarely wrong as one (Bonferroni).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import hypot, sqrt
from statistics import NormalDist, median

from retrowalk.outcomes.catalogue import Outcome, Spread
from retrowalk.words import Better

RULE = "change 2"
FIRST_DAYS = 14  # the first tests are those of two weeks, before training can have done much
FIRST_MOST = 3
NOW_DAYS = 7
EARLY_DAYS, LATE_DAYS = 3, 10  # a check point's test may come so much before or after its day
TREND_TESTS, TREND_DAYS = 5, 21  # a slope of less is a guess
TREND_MOST = 100  # newest tests: what was years ago is no trend of now
WEEK_DAYS = 7
FALSE_SHARE = 0.025  # of people who do not change, beyond a 95 % error to the better side


@dataclass(frozen=True, slots=True)
class Point:
    """One result.  `day` counts from any fixed day, in the walker's own calendar."""

    day: int
    value: float


class Verdict(Enum):
    IMPROVED = "real improvement"
    WITHIN = "within the test’s error"
    WORSE = "real worsening"
    TOO_LITTLE = "too little to tell"


@dataclass(frozen=True, slots=True)
class TooLittle:
    """Not enough tests to say anything; `reason` says what is missing."""

    reason: str
    verdict: Verdict = Verdict.TOO_LITTLE


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Two figures and no verdict, because nobody has measured the test's own error."""

    baseline: float
    now: float
    gain: float
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """`gain` is above 0 for better, whichever way better is; `band` is the MDC."""

    baseline: float
    now: float
    gain: float
    band: float
    verdict: Verdict
    no_room: bool = False  # the baseline is so good that the test could not show a gain


Change = TooLittle | Unjudged | Judged


@dataclass(frozen=True, slots=True)
class Ahead:
    """A check point whose test may still be taken."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check point: the change then, or what stands in its place."""

    week: int
    day: int
    found: Change | Ahead


@dataclass(frozen=True, slots=True)
class Slope:
    """Change per week, better above 0, with the 95 % interval it lies in."""

    per_week: float
    low: float
    high: float
    tests: int


def gain(outcome: Outcome, before: float, after: float) -> float:
    """How much better `after` is; below 0 if worse."""
    return before - after if outcome.better is Better.LOWER else after - before


def first_tests(points: Sequence[Point]) -> tuple[Point, ...]:
    """Those the baseline is made of: up to three within two weeks of the first."""
    ordered = _ordered(points)
    return tuple(p for p in ordered[:FIRST_MOST] if p.day <= ordered[0].day + FIRST_DAYS)


def change(outcome: Outcome, points: Sequence[Point], *, looks: int = 1) -> Change:
    """The newest week against the first tests; `looks`: check points of the programme."""
    later = _ordered(points)[len(first_tests(points)) :]
    now = [p for p in later if p.day > later[-1].day - NOW_DAYS]
    return _against(outcome, points, now, looks)


def checks(
    outcome: Outcome, points: Sequence[Point], *, on: Sequence[tuple[int, int]], today: int
) -> tuple[Check, ...]:
    """The check points of a programme: `on` holds (week, day) of each."""
    return tuple(
        Check(week, day, _checked(outcome, points, day, today, looks=len(on))) for week, day in on
    )


def _checked(
    outcome: Outcome, points: Sequence[Point], day: int, today: int, *, looks: int
) -> Change | Ahead:
    later = _ordered(points)[len(first_tests(points)) :]
    now = [p for p in later if day - EARLY_DAYS <= p.day <= day + LATE_DAYS]
    if not now and today <= day + LATE_DAYS:
        return Ahead()
    return _against(outcome, points, now, looks)


def _against(outcome: Outcome, points: Sequence[Point], now: Sequence[Point], looks: int) -> Change:
    if not points:
        return TooLittle("There is no test yet.")
    if not now:
        return TooLittle(
            "These are first tests, which make the baseline; a later one is needed beside them."
        )
    baseline = median(p.value for p in first_tests(points))
    return judge(outcome, baseline, median(p.value for p in now), looks=looks)


def judge(outcome: Outcome, baseline: float, now: float, *, looks: int = 1) -> Change:
    """Baseline against now, by the test's own error."""
    gained = gain(outcome, baseline, now)
    error = outcome.error
    if error is None:
        return Unjudged(baseline, now, gained, outcome.no_error)
    band = needed(outcome, error, looks=looks)
    if gained > band:
        verdict = Verdict.IMPROVED
    elif gained < -band:
        verdict = Verdict.WORSE
    else:
        verdict = Verdict.WITHIN
    best = outcome.lowest if outcome.better is Better.LOWER else outcome.highest
    no_room = gain(outcome, baseline, best) <= band
    return Judged(baseline, now, gained, band, verdict, no_room)


def needed(outcome: Outcome, error: Spread, *, looks: int = 1) -> float:
    """What two results must differ by, where the programme looks so often.

    From: Bonferroni.  Differs: where a test is read in coarse steps, their rounding is counted
    with its error, or three stands more would be called real at each of two looks.
    """
    if looks <= 1:
        return error.mdc
    sem = hypot(error.sem, outcome.step / sqrt(12))  # a rounded figure lies evenly in its step
    return NormalDist().inv_cdf(1 - FALSE_SHARE / looks) * sqrt(2) * sem


def trend(outcome: Outcome, points: Sequence[Point]) -> Slope | TooLittle:
    """The change per week over the newest tests, by a slope that one odd test cannot bend.

    From: the median of the slopes of all pairs of tests (Theil 1950, Sen 1968), with its interval.
    """
    ordered = _ordered(points)[-TREND_MOST:]
    if len(ordered) < TREND_TESTS or ordered[-1].day - ordered[0].day < TREND_DAYS:
        return TooLittle(
            f"A trend needs {TREND_TESTS} tests over {TREND_DAYS // WEEK_DAYS} weeks at least."
        )
    from scipy.stats import theilslopes  # noqa: PLC0415 -- slow to load

    weeks = [p.day / WEEK_DAYS for p in ordered]
    found = theilslopes([p.value for p in ordered], weeks, alpha=0.95)
    slope, low, high = float(found[0]), float(found[2]), float(found[3])
    if outcome.better is Better.LOWER:
        slope, low, high = -slope, -high, -low
    return Slope(slope, low, high, len(ordered))


def _ordered(points: Sequence[Point]) -> list[Point]:
    return sorted(points, key=lambda p: p.day)
