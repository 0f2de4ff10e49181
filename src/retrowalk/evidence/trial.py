"""What a two- or many-armed trial found: each arm's change, and the difference the arm made.

`analyse` shows the idea whole.  Differences are arm minus comparator in the outcome's own unit;
whether higher is better is said by `Asked`.  People are analysed in the arm they were allotted to;
those without a follow-up are counted, and `trial_missing` asks how much they could change.
"""

import math
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

import numpy as np
from numpy.typing import NDArray

from retrowalk.errors import BadTrial
from retrowalk.evidence.effects import Contrast as Means
from retrowalk.evidence.effects import Sample, standardised_difference
from retrowalk.evidence.printed import quantile, two_sided_p
from retrowalk.evidence.trial_sheet import Measured, Sheet
from retrowalk.words import Better

Floats = NDArray[np.float64]
FEWEST = 2  # people in an arm: of one there is no spread
LEVEL = 0.95
SAME = 1e-9  # relative: a spread below is none
LEVERED = 1 - 1e-6  # a person on whom the fit rests alone: HC3 divides by what is left


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be found out of one outcome."""

    comparator: str
    _: KW_ONLY
    better: Better | None = None  # None: not said
    matters: float = 0.0  # the smallest change that matters, in the outcome's unit; 0: not said


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and where it may lie, at 95 %.  `p`: of none at all; NaN where none is given."""

    estimate: float
    _: KW_ONLY
    low: float
    high: float
    p: float = math.nan


@dataclass(frozen=True, slots=True)
class ArmChange:
    """One arm: whom it had, and how those measured twice changed (follow-up minus baseline)."""

    arm: str
    _: KW_ONLY
    allotted: int
    without_baseline: int
    without_followup: int
    people: int  # measured twice
    baseline: tuple[float, float]  # mean and sd of those measured twice
    followup: tuple[float, float]
    sd: float  # of the changes
    change: Interval


@dataclass(frozen=True, slots=True)
class Ancova:
    """follow-up ~ baseline + arm: the difference between two people of the same baseline.

    `robust` has HC3 standard errors and decides; `classical` supposes equal spreads.
    """

    robust: Interval
    _: KW_ONLY
    classical: Interval
    slope: float  # of follow-up on baseline
    sd: float  # of what baseline and arm do not tell
    swayed: tuple[float, float]  # the smallest and largest estimate with one person left out
    by: str  # the person whose leaving out moves it most


@dataclass(frozen=True, slots=True)
class Responders:
    """How many changed for the better by at least what matters."""

    arm: tuple[int, int]  # responders, people measured twice
    comparator: tuple[int, int]
    difference: Interval  # of the shares; Newcombe's interval


@dataclass(frozen=True, slots=True)
class Contrast:
    """One arm beside the comparator."""

    arm: str
    _: KW_ONLY
    comparator: str
    change: Interval  # difference of the changes, Welch
    ancova: Ancova
    g_change: Interval  # Hedges' g of the changes, in standard deviations of the change
    g_followup: Interval  # of the follow-ups
    responders: Responders | None  # None: nobody said what matters


@dataclass(frozen=True, slots=True)
class Analysis:
    outcome: str
    _: KW_ONLY
    asked: Asked
    arms: tuple[ArmChange, ...]  # the comparator last
    contrasts: tuple[Contrast, ...]
    correlation: float  # of baseline and follow-up within arms; NaN where one does not vary
    sd_followup: float  # within arms
    persons: tuple[tuple[str, tuple[float, ...]], ...]  # each arm's changes, one a person
    doubts: tuple[str, ...]


def analyse(sheet: Sheet, outcome: str, asked: Asked) -> Analysis:
    """Everything there is to say of one outcome.  BadTrial: too few people, or no spread."""
    measured = find(sheet, outcome)
    names = order(sheet, asked.comparator)
    table = Complete(sheet, measured, names)
    changes = tuple(_arm(sheet, measured, table, name) for name in names)
    fitted = fit(table)
    contrasts = tuple(_contrast(table, fitted, name, asked) for name in names[:-1])
    return Analysis(
        outcome, asked=asked, arms=changes, contrasts=contrasts,
        correlation=_correlation(table), sd_followup=_within(table, table.after),
        persons=tuple((name, tuple(table.changes(name).tolist())) for name in names),
        doubts=tuple(_doubts(table, fitted)),
    )  # fmt: skip


def find(sheet: Sheet, outcome: str) -> Measured:
    """The outcome of this name; BadTrial names those there are."""
    for one in sheet.outcomes:
        if one.name.casefold() == outcome.strip().casefold():
            return one
    there = ", ".join(one.name for one in sheet.outcomes)
    raise BadTrial(f"The table has no outcome {outcome[:40]!r}; please choose one of {there}.")


def order(sheet: Sheet, comparator: str) -> tuple[str, ...]:
    """The arms as the table has them, the comparator last."""
    if comparator not in sheet.arm_names:
        raise BadTrial(
            f"No arm is called {comparator[:40]!r}; please compare with one of "
            f"{', '.join(sheet.arm_names)}."
        )
    return (*(name for name in sheet.arm_names if name != comparator), comparator)


class Complete:
    """Those measured twice: people, and arrays (n,) of arm, before and after."""

    def __init__(self, sheet: Sheet, measured: Measured, names: Sequence[str]) -> None:
        before, after = np.array(measured.baseline), np.array(measured.followup)
        kept = ~(np.isnan(before) | np.isnan(after))
        self.names = tuple(names)
        self.people = tuple(p for p, keep in zip(sheet.people, kept, strict=True) if keep)
        self.arm = np.array([self.names.index(arm) for arm in sheet.arms])[kept]
        self.before, self.after = before[kept], after[kept]
        for name in names:
            self._judge(measured.name, name)

    def _judge(self, outcome: str, name: str) -> None:
        here = self.of(name)
        if here.sum() < FEWEST:
            raise BadTrial(
                f"The arm {name!r} has {here.sum()} people with both a baseline and a follow-up of "
                f"{outcome}; at least {FEWEST} are needed, and more than ten to say much."
            )
        if not _varies(self.changes(name)) or not _varies(self.after[here]):
            raise BadTrial(
                f"In the arm {name!r} everybody has the same follow-up or the same change in "
                f"{outcome}, so no interval can be given; please check that the column is right."
            )

    def of(self, name: str) -> NDArray[np.bool_]:
        return np.asarray(self.arm == self.names.index(name), dtype=np.bool_)

    def changes(self, name: str) -> Floats:
        here = self.of(name)
        return np.asarray(self.after[here] - self.before[here])

    @property
    def design(self) -> Floats:
        """(n, arms + 1): one, each arm but the comparator, the centred baseline if it varies."""
        arms = [self.of(name).astype(float) for name in self.names[:-1]]
        baseline = [self.before - self.before.mean()] if _varies(self.before) else []
        return np.column_stack([np.ones(len(self.after)), *arms, *baseline])


def _varies(values: Floats) -> bool:
    return bool(np.ptp(values) > SAME * max(1.0, float(np.abs(values).max())))


def _arm(sheet: Sheet, measured: Measured, table: Complete, name: str) -> ArmChange:
    sides = [(np.isnan(b), np.isnan(a))
             for arm, b, a in zip(sheet.arms, measured.baseline, measured.followup, strict=True)
             if arm == name]  # fmt: skip
    here, changes = table.of(name), table.changes(name)
    return ArmChange(
        name, allotted=len(sides), without_baseline=sum(bool(b) for b, _ in sides),
        without_followup=sum(bool(a) for _, a in sides), people=len(changes),
        baseline=_mean_sd(table.before[here]), followup=_mean_sd(table.after[here]),
        sd=float(changes.std(ddof=1)), change=_mean(changes),
    )  # fmt: skip


def _mean_sd(values: Floats) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1))


def _mean(values: Floats) -> Interval:
    se = float(values.std(ddof=1)) / math.sqrt(len(values))
    return _interval(float(values.mean()), se, len(values) - 1)


def _interval(estimate: float, se: float, df: float) -> Interval:
    half = quantile(LEVEL, df) * se
    p = two_sided_p(estimate / se, df)
    return Interval(estimate, low=estimate - half, high=estimate + half, p=p)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The regression of follow-up on arm and baseline, with two kinds of standard errors."""

    estimates: Floats  # (k,)
    _: KW_ONLY
    robust: Floats  # (k,) standard errors, HC3
    classical: Floats
    df: int
    sd: float
    without: Floats  # (n, k): the estimates with each person left out
    levered: bool  # the fit rests on one person alone: no HC3

    def at(self, place: int, *, robust: bool) -> Interval:
        errors = self.robust if robust else self.classical
        return _interval(float(self.estimates[place]), float(errors[place]), self.df)


def fit(table: Complete) -> Fitted:
    """By ordinary least squares.

    From: statsmodels; HC3: MacKinnon and White 1985, recommended for few people by Long and Ervin
    2000; with t of the residual degrees of freedom.
    """
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415 -- takes seconds to load

    design = table.design
    df = len(table.after) - design.shape[1]  # at least 1: arms have two people each
    found = OLS(table.after, design).fit()
    leverage: Floats = found.get_influence().hat_matrix_diag
    if found.mse_resid <= SAME**2 * max(1.0, float(np.abs(table.after).max())) ** 2:
        raise BadTrial(
            "Every follow-up follows from baseline and arm without any scatter, so no interval can "
            "be given; please check that the follow-ups were measured, not computed."
        )
    levered = bool(leverage.max() > LEVERED)
    room = np.maximum(1 - leverage, 1 - LEVERED)
    moved = (np.linalg.pinv(design) * (found.resid / room)).T
    return Fitted(
        np.asarray(found.params), robust=np.asarray(found.bse if levered else found.HC3_se),
        classical=np.asarray(found.bse), df=df, sd=math.sqrt(float(found.mse_resid)),
        without=found.params - moved, levered=levered,
    )  # fmt: skip


def _contrast(table: Complete, fitted: Fitted, name: str, asked: Asked) -> Contrast:
    comparator = table.names[-1]
    changes = table.changes(name), table.changes(comparator)
    followups = table.after[table.of(name)], table.after[table.of(comparator)]
    return Contrast(
        name, comparator=comparator, change=welch(*changes),
        ancova=_ancova(table, fitted, 1 + table.names.index(name)),
        g_change=_hedges(*changes), g_followup=_hedges(*followups),
        responders=responders(*changes, asked=asked),
    )  # fmt: skip


def _ancova(table: Complete, fitted: Fitted, place: int) -> Ancova:
    without = fitted.without[:, place]
    most = int(np.argmax(np.abs(without - fitted.estimates[place])))
    adjusted = len(fitted.estimates) > len(table.names)
    return Ancova(
        fitted.at(place, robust=True), classical=fitted.at(place, robust=False),
        slope=float(fitted.estimates[-1]) if adjusted else math.nan, sd=fitted.sd,
        swayed=(float(without.min()), float(without.max())), by=table.people[most],
    )  # fmt: skip


def welch(one: Floats, other: Floats) -> Interval:
    """The difference of two means whose spreads may differ.  From: Welch 1947."""
    parts = [float(values.var(ddof=1)) / len(values) for values in (one, other)]
    se = math.sqrt(sum(parts))
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(one) - 1) + parts[1] ** 2 / (len(other) - 1))
    return _interval(float(one.mean() - other.mean()), se, df)


def _hedges(one: Floats, other: Floats) -> Interval:
    """Hedges' g with its large-sample interval; `evidence.effects` has the formulas."""
    samples = [Sample(float(v.mean()), sd=float(v.std(ddof=1)), n=len(v)) for v in (one, other)]
    found = standardised_difference(Means(samples[0], control=samples[1]))
    half = quantile(LEVEL) * found.se
    return Interval(found.estimate, low=found.estimate - half, high=found.estimate + half)


def responders(one: Floats, other: Floats, *, asked: Asked) -> Responders | None:
    """Who changed for the better by at least what matters.  From: Newcombe 1998, method 10."""
    if asked.better is None or asked.matters <= 0:
        return None
    from statsmodels.stats.proportion import confint_proportions_2indep  # noqa: PLC0415 -- as above

    way = -1 if asked.better is Better.LOWER else 1
    enough = asked.matters * (1 - SAME)  # 0.3 - 0.1 is a little less than 0.2
    arm, comparator = ((int((way * v >= enough).sum()), len(v)) for v in (one, other))
    low, high = confint_proportions_2indep(
        *arm, *comparator, method="newcomb", compare="diff", alpha=1 - LEVEL
    )
    estimate = arm[0] / arm[1] - comparator[0] / comparator[1]
    found = Interval(estimate, low=float(low), high=float(high))
    return Responders(arm, comparator=comparator, difference=found)


def _within(table: Complete, values: Floats) -> float:
    """The standard deviation within arms."""
    parts = [values[table.of(name)] for name in table.names]
    squares = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    return math.sqrt(squares / (len(values) - len(parts)))


def _correlation(table: Complete) -> float:
    """Of baseline and follow-up, within arms."""
    if not all(_varies(table.before[table.of(name)]) for name in table.names):
        return math.nan
    before, after = table.before.copy(), table.after.copy()
    for name in table.names:
        here = table.of(name)
        before[here] -= before[here].mean()
        after[here] -= after[here].mean()
    return float(np.corrcoef(before, after)[0, 1])


def _doubts(table: Complete, fitted: Fitted) -> list[str]:
    """What makes the numbers less sure than their intervals say."""
    few = [name for name in table.names if table.of(name).sum() < 10]
    said = []
    if few:
        said.append(
            f"Fewer than ten people were measured twice in {', '.join(few)}: the intervals rest on "
            "assumptions that so few people cannot show to be wrong."
        )
    if fitted.levered:
        said.append(
            "One person's baseline decides a part of the fit alone, so robust standard errors "
            "cannot be had; the classical ones stand in their place."
        )
    if not _varies(table.before):
        said.append("Everybody has the same baseline, so nothing could be adjusted for it.")
    residuals = np.abs(table.after - table.design @ fitted.estimates) / fitted.sd
    far = [person for person, size in zip(table.people, residuals, strict=True) if size > 3]
    if far:
        said.append(
            f"Far from what baseline and arm foretell: {', '.join(far[:5])}; please look at what "
            "was written down for them, and leave nobody out for being far."
        )
    return said
