"""What can be wrong with an outcome: its unit, its labels, its place among those poolable."""

from collections.abc import Iterator

from retrowalk.evidence.checks_numbers import OF_ONE_ARM, pairs, speaks
from retrowalk.evidence.figure import Figure, Tag, Unit
from retrowalk.evidence.findings import Finding
from retrowalk.evidence.study import Group, Outcome, Study, When
from retrowalk.evidence.words import About, Direction, Poolable

# What one person can give, by unit: outside it the unit is another one.
PLAUSIBLE = {
    (About.SPEED, "m/s"): (0.02, 3.5), (About.SPEED, "m/min"): (2, 200),
    (About.BACKWARD_SPEED, "m/s"): (0.02, 3.0),
    (About.STRIDE, "m"): (0.02, 2.2), (About.STRIDE, "cm"): (4, 220),
    (About.CADENCE, "steps/min"): (15, 250), (About.HEART, "bpm"): (35, 220),
    (About.OXYGEN, "mL/kg/min"): (2, 90), (About.OXYGEN, "L/min"): (0.1, 7),
}  # fmt: skip


def check_outcome(study: Study, outcome: Outcome) -> Iterator[Finding]:
    """Everything about one outcome that needs no arithmetic between arms."""
    for check, text in (*_unit(outcome), *_scale(outcome), *_labels(outcome)):
        yield Finding(check, study.id, outcome.id, text)
    reasons = tuple(_not_poolable(study, outcome))
    if outcome.poolable in (Poolable.YES, Poolable.SMD_ONLY) and reasons:
        text = f"it is called poolable ({outcome.poolable.value}), yet {reasons[0]}; please say no"
        yield Finding("poolable-though-doubtful", study.id, outcome.id, text)


def _means(outcome: Outcome) -> tuple[Group, ...]:
    return tuple(group for group in outcome.groups if group.mean)


def _unit(outcome: Outcome) -> Iterator[tuple[str, str]]:
    figures = _means(outcome)
    if figures and outcome.unit_is is Unit.ABSENT:
        yield "unit-missing", "its figures have no unit; please find it, or hold them only as smd"
    if figures and outcome.unit_is is Unit.INFERRED:
        yield "unit-inferred", f"the unit {outcome.unit!r} is inferred, not printed"
    if outcome.unit_printed and outcome.unit_printed != outcome.unit:
        yield "unit-wrong", f"{outcome.unit_printed!r} is printed, {outcome.unit!r} is meant"
    ends = PLAUSIBLE.get((outcome.about, outcome.unit))
    if ends and outcome.kind in (When.BASELINE, When.FINAL):
        for group in figures:
            if group.mean and not ends[0] <= group.mean.value <= ends[1]:
                yield (
                    "unit-wrong",
                    (
                        f"{group.mean.value:g} {outcome.unit} is no {outcome.about.value}"
                        "; please look for another unit"
                    ),
                )


def _scale(outcome: Outcome) -> Iterator[tuple[str, str]]:
    scale = outcome.scale
    if scale is None and outcome.unit == "%" and outcome.kind in (When.BASELINE, When.FINAL):
        scale = (0.0, 100.0)
    if scale is None:
        return
    width = scale[1] - scale[0]
    lowest, highest = (-width, width) if outcome.kind is When.CHANGE else scale
    for group in _means(outcome):
        if group.mean and not lowest <= group.mean.value <= highest:
            yield (
                "out-of-scale",
                (
                    f"{group.mean.value:g} {outcome.unit} lies outside {lowest:g} to "
                    f"{highest:g}; please look at the figure and the scale"
                ),
            )
        if group.spread and group.spread.value > width / 2 and outcome.kind is not When.CHANGE:
            yield (
                "out-of-scale",
                (
                    f"a spread of {group.spread.value:g} is more than half the scale, "
                    "which no group can show; please look at it"
                ),
            )


def _labels(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if not outcome.labelled:
        yield "unlabelled", "the report does not say which figure belongs to which measure"
    if outcome.p and outcome.p.relation == "=" and outcome.p.figure.value == 0:
        yield "p-impossible", "a p of 0 is printed; no test gives one: it was cut, or made up"


def _not_poolable(study: Study, outcome: Outcome) -> Iterator[str]:
    """Every reason why this may not be pooled, the gravest first."""
    if not study.counted:
        yield "the study is no result of its own"
    if not outcome.labelled:
        yield "its figures are unlabelled"
    if outcome.kind in (When.UNCERTAIN, When.BASELINE):
        yield f"it is of the kind {outcome.kind.value!r}"
    if study.design in OF_ONE_ARM:
        yield f"the study is {study.design.value!r}"
    if any(figure.tag is Tag.DOUBTFUL for figure in _figures(outcome)):
        yield "a figure of it is doubtful"
    found = tuple(pairs(study, outcome))
    if not any(one.ready for one in found):
        yield "no contrast has a mean, a standard deviation and a number of people in both arms"
    if any(speaks(outcome, pair) not in (outcome.favours, Direction.NEITHER) for pair in found):
        yield "words and figures contradict each other"
    if outcome.poolable is Poolable.YES and outcome.unit_is is Unit.ABSENT:
        yield "it has no unit (smd only, then)"


def _figures(outcome: Outcome) -> Iterator[Figure]:
    for group in outcome.groups:
        yield from (one for one in (group.n, group.mean, group.spread) if one)
