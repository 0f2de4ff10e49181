"""Whether a printed effect can be: its interval, its p, its size and its unit."""

import math
from collections.abc import Iterator

from retrowalk.evidence.checks_numbers import LARGEST, OXYGEN_PCT, agrees
from retrowalk.evidence.figure import Figure, Measure, Printed, PValue
from retrowalk.evidence.printed import p_from_interval
from retrowalk.evidence.words import About

INTERVALS = (Measure.MD, Measure.SMD, Measure.UNCLEAR, Measure.RATIO)
# The middle of an interval whose ends are rounded lies this far off, in last digits printed.
OFF_MIDDLE = 0.5


def check_printed(
    effect: Printed, *, about: About, unit: str, unit_printed: str, p: PValue | None
) -> Iterator[tuple[str, str]]:
    """The checks that do not hold, each with its reason."""
    value = effect.estimate.value
    if effect.measure is Measure.SMD and (unit or unit_printed):
        yield (
            "smd-with-unit",
            (
                f"a standardised difference has no unit, {unit or unit_printed!r} is "
                "given; please take it away or say md"
            ),
        )
    if effect.measure is Measure.UNCLEAR:
        yield "measure-unclear", "raw or standardised difference: the text seen does not say"
    if effect.measure is Measure.MD and not unit:
        yield "unit-missing", "a raw difference stands without a unit"
    if effect.measure is Measure.MD and abs(value) > LARGEST.get((about, unit), math.inf):
        yield (
            "size-impossible",
            (
                f"{value:g} {unit} is more than training gives; it may be a "
                "standardised difference printed with a unit"
            ),
        )
    oxygen = about is About.OXYGEN and effect.measure is Measure.PERCENT and p is not None
    if oxygen and abs(value) > OXYGEN_PCT:
        yield "change-too-large", f"{value:g} % is more than training gives"
    if effect.measure in INTERVALS:
        yield from _interval(effect, p)


def _interval(effect: Printed, p: PValue | None) -> Iterator[tuple[str, str]]:
    if effect.lowest is None or effect.highest is None:
        return
    low, value, high = (f.value for f in (effect.lowest, effect.estimate, effect.highest))
    if not low <= value <= high or low == high:
        yield "ci-impossible", f"{value:g} lies outside {low:g} to {high:g}; please look again"
        return
    ratio = effect.measure is Measure.RATIO
    if ratio and low <= 0:
        yield "ci-impossible", f"a ratio cannot reach {low:g}"
        return
    if _off_middle(effect.lowest, effect.estimate, effect.highest, ratio=ratio) > OFF_MIDDLE:
        scale = " on the logarithm" if ratio else ""
        yield "ci-asymmetric", f"{value:g} is not in the middle of {low:g} to {high:g}{scale}"
    if p is None:
        return
    if ratio:
        low, value, high = math.log(low), math.log(value), math.log(high)
    found = p_from_interval(value, low, high)
    if not agrees(p, found):
        yield (
            "p-disagrees",
            (f"the interval gives a p of {found:.2g}, printed is {p.relation} {p.figure.value:g}"),
        )


def _off_middle(lowest: Figure, estimate: Figure, highest: Figure, *, ratio: bool) -> float:
    """How far the estimate lies from the middle, in steps of the last digit printed."""
    step = 10.0 ** -max(_digits(f.value) for f in (lowest, estimate, highest))
    low, value, high = lowest.value, estimate.value, highest.value
    if ratio:
        middle = math.sqrt(low * high)
        step *= max(1.0, middle / low)  # the lower end's rounding weighs more on the logarithm
    else:
        middle = (low + high) / 2
    return (abs(middle - value) - 1e-9) / step


def _digits(value: float) -> int:
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])
