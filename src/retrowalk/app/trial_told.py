"""A trial's report in words, tables and pictures, for the page, the file and the terminal alike."""

import math
from collections.abc import Iterator

from retrowalk import present
from retrowalk.app.trial import Found, Trial
from retrowalk.evidence.sample_size import Size
from retrowalk.evidence.trial import Analysis, Contrast, Interval
from retrowalk.evidence.trial_baseline import Average, Share
from retrowalk.pictures.trial import ArmRow, DifferenceRow, trial_picture
from retrowalk.words import Better, Direction
from retrowalk.writers.trial_html import Section, Table, TrialReport, as_html

__all__ = ["as_html", "supposed", "told"]

ALWAYS = (
    "Chance, and nothing else, decided who was in which arm. The table cannot show this: how the "
    "arms were allotted belongs into the report of the trial.",
    "Each person is one row and tells nothing about another.",
    "People are analysed in the arm they were allotted to. Those without a follow-up are left out "
    "of the main numbers; what they could change stands below it.",
    "ANCOVA supposes that follow-up rises with baseline along a straight line, equally steep in "
    "every arm.",
    "Robust standard errors (HC3) with t of the residual degrees of freedom: the arms may scatter "
    "differently. The classical interval, which supposes they do not, stands beside.",
    "Intervals are of 95 %. Several outcomes or arms are several chances to be misled, and nothing "
    "here is corrected for them: name the one that counts before looking.",
)
NARROW, WIDE = 420, 860


def told(trial: Trial, *, made: str = "") -> TrialReport:
    """The whole report; `made` says with what, and when where that is known."""
    people = len(trial.sheet.people)
    lead = (
        f"{present.count(people, 'person')} in {len(trial.sheet.arm_names)} arms; every "
        f"difference is an arm less {trial.comparator}. "
        "These numbers tell what this table says, not whether the trial was a good one."
    )
    outcomes = tuple(_outcome(found, place) for place, found in enumerate(trial.found))
    return TrialReport(
        f"Trial: {trial.name}", lead=lead,
        sections=(*outcomes, _baseline(trial), *_next(trial), _assumed(trial)),
        made=made or "Made with retrowalk, open software for walking backward.",
    )  # fmt: skip


def _outcome(found: Found, place: int) -> Section:
    analysis, show = found.analysis, Shown(found.analysis)
    tables = [_changes(analysis, show)]
    tables += [_differences(one, show) for one in analysis.contrasts]
    if any(one.responders for one in analysis.contrasts):
        tables.append(_responders(analysis))
    tables += _filled(found, show)
    return Section(
        f"Outcome: {analysis.outcome}",
        lines=tuple(_verdict(one, analysis, show) for one in analysis.contrasts),
        picture=_pictures(analysis, place), tables=tuple(tables), notes=tuple(_notes(found, show)),
    )  # fmt: skip


class Shown:
    """Numbers of one outcome, all with the decimals its spread deserves."""

    def __init__(self, analysis: Analysis) -> None:
        spread = analysis.sd_followup
        self._places = min(max(1 - math.floor(math.log10(spread)), 0), 6)

    def __call__(self, value: float) -> str:
        if math.isnan(value):
            return "not known"
        said = f"{value:.{self._places}f}"
        return (said[1:] if float(said) == 0 and said[0] == "-" else said).replace("-", "\u2212")

    def interval(self, one: Interval) -> str:
        return f"{self(one.low)} to {self(one.high)}"


def _p(p: float) -> str:
    return "not given" if math.isnan(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _verdict(one: Contrast, analysis: Analysis, show: Shown) -> str:
    """The main number in a sentence, and whether it is surely any difference, and one to matter."""
    robust, asked = one.ancova.robust, analysis.asked
    way = "lower" if robust.estimate < 0 else "higher"
    better = {None: "", Better.LOWER: "lower is better", Better.HIGHER: "higher is better"}
    good = f" ({better[asked.better]})" if asked.better else ""
    said = (
        f"{one.arm} ended {show(abs(robust.estimate))} {way} than {one.comparator}{good}, compared "
        f"at the same baseline: 95 % interval {show.interval(robust)}, p {_p(robust.p)}."
    )
    said += (
        " The interval does not hold “no difference”."
        if robust.low > 0 or robust.high < 0
        else " The interval holds “no difference” too."
    )
    return f"{said} {_mattering(robust, analysis, show)}".strip()


def _mattering(robust: Interval, analysis: Analysis, show: Shown) -> str:
    asked = analysis.asked
    if asked.better is None or asked.matters <= 0:
        return ""
    ends = (
        (-robust.high, -robust.low) if asked.better is Better.LOWER else (robust.low, robust.high)
    )
    least, most = ends
    size = f"the smallest change that matters, {show(asked.matters)}"
    if least >= asked.matters:
        return f"The whole interval is better by at least {size}."
    if most < asked.matters:
        return f"No part of the interval is better by {size}."
    return f"Whether it is better by {size}, the interval leaves open."


def _changes(analysis: Analysis, show: Shown) -> Table:
    rows = tuple(
        (arm.arm, str(arm.allotted), str(arm.people),
         f"{show(arm.baseline[0])} ({show(arm.baseline[1])})",
         f"{show(arm.followup[0])} ({show(arm.followup[1])})",
         show(arm.change.estimate), show.interval(arm.change))
        for arm in analysis.arms
    )  # fmt: skip
    head = ("arm", "allotted", "measured twice", "baseline, mean (SD)", "follow-up, mean (SD)",
            "change", "95 % interval")  # fmt: skip
    return Table("What changed in each arm", head=head, rows=rows)


def _differences(one: Contrast, show: Shown) -> Table:
    rows = [
        (how, show(interval.estimate), show.interval(interval), _p(interval.p))
        for how, interval in (
            ("ANCOVA, robust (HC3)", one.ancova.robust),
            ("ANCOVA, classical", one.ancova.classical),
            ("changes (Welch)", one.change),
        )
    ]
    for how, g in (("changes", one.g_change), ("follow-ups", one.g_followup)):
        rows.append(
            (
                f"Hedges’ g of {how}, in SD",
                _two(g.estimate),
                f"{_two(g.low)} to {_two(g.high)}",
                "–",
            )
        )
    head = ("by", "difference", "95 % interval", "p")
    return Table(f"{one.arm} less {one.comparator}", head=head, rows=tuple(rows))


def _responders(analysis: Analysis) -> Table:
    rows = tuple(
        (f"{one.arm} and {one.comparator}", "{} of {}".format(*one.responders.arm),
         "{} of {}".format(*one.responders.comparator),
         f"{_percent(one.responders.difference.estimate)}",
         f"{_percent(one.responders.difference.low)} to {_percent(one.responders.difference.high)}")
        for one in analysis.contrasts if one.responders
    )  # fmt: skip
    caption = f"Who got better by at least {analysis.asked.matters:g}"
    head = ("arms", "in the arm", "in the comparator", "difference", "95 % interval (Newcombe)")
    return Table(caption, head=head, rows=rows)


def _filled(found: Found, show: Shown) -> Iterator[Table]:
    head = ("if for them it was", "people", "ANCOVA", "95 % interval", "p")
    for one in found.analysis.contrasts:
        rows = tuple(
            (filled.how, str(filled.filled), show(filled.difference.estimate),
             show.interval(filled.difference), _p(filled.difference.p))
            for filled in found.filled if filled.arm == one.arm
        )  # fmt: skip
        if rows:
            caption = f"What those without a follow-up could change: {one.arm}"
            yield Table(caption, head=head, rows=rows)


def _notes(found: Found, show: Shown) -> Iterator[str]:
    analysis, known = found.analysis, found.from_catalogue
    yield from analysis.doubts
    if known and known.error:
        yield (
            f"Taken for our {known.title}, in {known.quantity.value}: {known.better.value} is "
            f"better, and {analysis.asked.matters:g} is its own error (MDC 95 %, "
            f"{known.error.cited.population}). A change beyond its error need not matter to "
            "anybody."
        )
    elif analysis.asked.matters <= 0:
        yield (
            "What change matters was not said, so nobody is counted as having responded; name a "
            "smallest change, and whether lower or higher is better."
        )
    if any(one.responders for one in analysis.contrasts):
        yield "Counting responders throws information away: the ANCOVA is the main answer."
    for one in analysis.contrasts:
        low, high = one.ancova.swayed
        yield (
            f"With any one person left out, {one.arm} less {one.comparator} lies between "
            f"{show(low)} and {show(high)} (most moved by {one.ancova.by})."
        )
    gone = sum(arm.without_baseline for arm in analysis.arms)
    if gone:
        yield f"{gone} without a baseline cannot be filled in, and are left out throughout."


def _pictures(analysis: Analysis, place: int) -> tuple[str, str]:
    changes = dict(analysis.persons)
    arms = [ArmRow(arm.arm, direction=_direction(arm.arm), mean=arm.change.estimate,
                   low=arm.change.low, high=arm.change.high, persons=changes[arm.arm])
            for arm in analysis.arms]  # fmt: skip
    apart = [DifferenceRow(f"{one.arm} less {one.comparator}, same baseline",
                           estimate=one.ancova.robust.estimate, low=one.ancova.robust.low,
                           high=one.ancova.robust.high) for one in analysis.contrasts]  # fmt: skip
    better = analysis.asked.better
    matters = -analysis.asked.matters if better is Better.LOWER else analysis.asked.matters

    def drawn(width: int, prefix: str) -> str:
        return trial_picture(arms, apart, outcome=analysis.outcome, width=width, prefix=prefix,
                             better=better.value if better else "", matters=matters)  # fmt: skip

    return drawn(WIDE, f"trial{place}"), drawn(NARROW, f"trial{place}-narrow")


def _direction(arm: str) -> Direction:
    said = arm.casefold()
    if "back" in said or "retro" in said:
        return Direction.BACKWARD
    return Direction.FORWARD if "forward" in said else Direction.UNCLEAR


def _baseline(trial: Trial) -> Section:
    arms = [arm.arm for arm in trial.found[0].analysis.arms]
    rows = tuple((row.name, *map(_cell, row.cells)) for row in trial.baseline)
    table = Table("Before the trial: mean (SD), or number (%)", head=("", *arms), rows=rows)
    note = (
        "There are no p-values here on purpose: differences between arms made by chance are made "
        "by chance. Judge by their size whether they could matter."
    )
    return Section("Who took part", tables=(table,), notes=(note,))


def _cell(cell: Average | Share) -> str:
    match cell:
        case Average():
            mean, sd = (f"{v:.3g}" if not math.isnan(v) else "–" for v in (cell.mean, cell.sd))
            return f"{mean} ({sd}), n {cell.known}"
        case _:
            share = f"{100 * cell.count / cell.known:.0f} %" if cell.known else "–"
            return f"{cell.count} ({share})"


def _next(trial: Trial) -> Iterator[Section]:
    for found in trial.found:
        if found.next_trial:
            yield Section(
                f"The next trial: {found.analysis.outcome}",
                lines=tuple(_size(one) for one in found.next_trial),
                notes=tuple(supposed(found.next_trial[0])),
            )


def _size(one: Size) -> str:
    return (
        f"To find {one.design.difference:g} with {100 * one.design.power:.0f} % power: "
        f"{one.measured[0]} people in each arm, measured twice; were the standard deviation a "
        f"quarter larger, {one.if_sd_larger[0]}."
    )


def supposed(one: Size) -> Iterator[str]:
    """What a size rests on."""
    design = one.design
    yield (
        f"Supposed: two arms compared by {WAYS[design.comparing.value]}, standard deviation "
        f"{design.sd:.3g} within arms, correlation of baseline and follow-up "
        f"{design.correlation:.2f}, two-sided test at {design.alpha:g}."
    )
    if design.dropout <= 0:
        yield "Nobody drops out: take in more, for some will."
    if design.cluster <= 1:
        yield "Each is treated alone; people taught in classes are more alike, and more are needed."
    yield "Standard deviation and correlation are guesses: the true size may be half or double."


WAYS = {"ancova": "ANCOVA", "change": "their changes", "followup": "their follow-ups"}


def _assumed(trial: Trial) -> Section:
    clusters = trial.sheet.clusters
    warned = (
        (
            f"The column {clusters} says that people were treated together. That is not taken into "
            "account: the intervals are too narrow, and a mixed model would be right.",
        )
        if clusters
        else ()
    )
    return Section("What was supposed", notes=(*warned, *trial.notes, *ALWAYS))


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "\u2212")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %".replace("-", "\u2212")
