"""A researcher's own trial: the table in, everything found out; nothing is kept."""

import csv
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, asdict, dataclass
from enum import Enum
from io import StringIO
from pathlib import Path

from retrowalk.app import outcomes
from retrowalk.errors import BadTrial, Missing
from retrowalk.evidence import trial
from retrowalk.evidence.sample_size import Comparing, Design, Size, size
from retrowalk.evidence.trial import Analysis, Asked, Interval
from retrowalk.evidence.trial_baseline import Row, baseline_rows
from retrowalk.evidence.trial_missing import Filled, sensitivity
from retrowalk.evidence.trial_sheet import Sheet, read_sheet
from retrowalk.outcomes.catalogue import Outcome
from retrowalk.readers.authored import MOST_BYTES, decoded, text_of
from retrowalk.words import Better

__all__ = ["MOST_BYTES", "Comparing", "Design", "Options", "Trial", "analysed", "as_csv", "as_json",
           "read", "read_sent", "size"]  # fmt: skip

COMPARATORS = ("control", "usual", "sham", "placebo", "wait", "no training", "conventional",
               "standard", "forward", "fw", "fwd")  # fmt: skip
KNOWN_AS = {"tug": "timed-up-and-go", "6mwt": "six-minute-walk", "5xsts": "sit-to-stand-five",
            "ftsst": "sit-to-stand-five", "3mbwt": "backward-walk-3m"}  # fmt: skip
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Options:
    """What the researcher said; empty where they left it to us."""

    outcomes: tuple[str, ...] = ()
    _: KW_ONLY
    comparator: str = ""
    better: Better | None = None
    matters: float = 0.0  # in the unit of the table
    test: str = ""  # of our catalogue: gives better and matters
    last: str = ""  # the time that is the follow-up


@dataclass(frozen=True, slots=True)
class Found:
    """One outcome."""

    analysis: Analysis
    _: KW_ONLY
    filled: tuple[Filled, ...]
    from_catalogue: Outcome | None
    next_trial: tuple[Size, ...]  # for 80 and 90 % power; empty where nobody said what matters


@dataclass(frozen=True, slots=True)
class Trial:
    name: str  # the file's
    _: KW_ONLY
    sheet: Sheet
    comparator: str
    notes: tuple[str, ...]  # what was taken for granted
    baseline: tuple[Row, ...]
    found: tuple[Found, ...]


def read(path: Path) -> str:
    """The text of a table; BadTrial where it cannot be read as text."""
    return text_of(path, one="trial's table", refused=BadTrial).text


def read_sent(content: bytes, name: str) -> str:
    """The same of a table that came through a page."""
    return decoded(content, name=name, one="trial's table", refused=BadTrial).text


def analysed(text: str, name: str, options: Options) -> Trial:
    """Everything there is to say of every outcome asked for.  BadTrial: one sentence."""
    sheet = read_sheet(text, last=options.last)
    comparator, said = _comparator(sheet, options.comparator)
    wanted = options.outcomes or tuple(one.name for one in sheet.outcomes)
    if len(wanted) > 1 and (options.matters or options.test or options.better):
        raise BadTrial(
            f"{len(wanted)} outcomes are to be analysed, and what matters was said for one; please "
            f"choose one of them: {', '.join(wanted)}."
        )
    return Trial(
        name, sheet=sheet, comparator=comparator, notes=(*sheet.notes, *said),
        baseline=baseline_rows(sheet, comparator),
        found=tuple(_found(sheet, outcome, comparator, options) for outcome in wanted),
    )  # fmt: skip


def _comparator(sheet: Sheet, asked: str) -> tuple[str, tuple[str, ...]]:
    """The arm the others are held against, and why, where we chose it."""
    arms = sheet.arm_names
    if asked.strip():
        same = [arm for arm in arms if arm.casefold() == asked.strip().casefold()]
        return (same[0] if same else asked), ()
    named = [arm for arm in arms if any(word in arm.casefold() for word in COMPARATORS)]
    back = [arm for arm in arms if "back" in arm.casefold() or "retro" in arm.casefold()]
    found = [arm for arm in named if arm not in back]
    if len(found) != 1 and len(arms) == 2 and len(back) == 1:
        found = [arm for arm in arms if arm not in back]
    if len(found) != 1:
        raise BadTrial(
            f"It is not plain which of the arms {', '.join(arms)} the others are compared with; "
            "please name the comparator."
        )
    return found[0], (f"Compared with the arm {found[0]}, chosen by its name.",)


def _found(sheet: Sheet, outcome: str, comparator: str, options: Options) -> Found:
    measured = trial.find(sheet, outcome)
    known = _known(measured.name, options.test)
    if known:
        _judge_range(known, measured.name, (*measured.baseline, *measured.followup))
    mdc = known.error.mdc / known.quantity.si if known and known.error else 0.0
    better = options.better or (known.better if known else None)
    asked = Asked(comparator, better=better, matters=options.matters or mdc)
    if options.matters and better is None:
        raise BadTrial(
            f"{options.matters:g} was given as the smallest change that matters; please also say "
            "whether lower or higher is better."
        )
    analysis = trial.analyse(sheet, measured.name, asked)
    return Found(
        analysis, filled=sensitivity(sheet, measured.name, asked),
        from_catalogue=known if not options.matters else None, next_trial=_next(analysis),
    )  # fmt: skip


def _known(name: str, test: str) -> Outcome | None:
    """The test of our catalogue this outcome is, asked for or plain by its name."""
    if test:
        try:
            return outcomes.find(test)
        except Missing as none:
            raise BadTrial(str(none)) from None
    slug = "-".join(name.casefold().replace("_", " ").replace("-", " ").split())
    slug = KNOWN_AS.get(slug, slug)
    return next((one for one in outcomes.catalogue() if one.id == slug), None)


def _judge_range(known: Outcome, name: str, values: Sequence[float]) -> None:
    low, high = known.lowest / known.quantity.si, known.highest / known.quantity.si
    wrong = [v for v in values if v < low - ROUNDING or v > high + ROUNDING]
    if wrong:
        raise BadTrial(
            f"{name} has a value of {wrong[0]:g}, and {known.title} gives {low:g} to {high:g} "
            f"{known.quantity.value}; please check value and unit, or name the column otherwise."
        )


def _next(analysis: Analysis) -> tuple[Size, ...]:
    """The next trial, with the spread and correlation of this one."""
    if analysis.asked.matters <= 0 or math.isnan(analysis.correlation):
        return ()
    correlation = min(max(analysis.correlation, 0.0), 0.95)  # of few people: never trusted whole
    try:
        return tuple(
            size(Design(analysis.asked.matters, sd=analysis.sd_followup, correlation=correlation,
                        comparing=Comparing.ANCOVA, power=power))
            for power in (0.8, 0.9)
        )  # fmt: skip
    except BadTrial:  # so small a change against such a spread that no trial would do
        return ()


def as_json(made: Trial) -> str:
    """Every number, for other programs; null where there is none."""
    tree = {
        "file": made.name, "comparator": made.comparator, "notes": made.notes,
        "people": len(made.sheet.people),
        "baseline": [asdict(row) for row in made.baseline],
        "outcomes": [_tree(one) for one in made.found],
    }  # fmt: skip
    return json.dumps(_plain(tree), indent=1) + "\n"


def _tree(found: Found) -> dict[str, object]:
    known = found.from_catalogue
    return asdict(found.analysis) | {
        "filled": [asdict(one) for one in found.filled],
        "matters_from": known.id if known else "",
        "next_trial": [asdict(one) for one in found.next_trial],
    }


def _plain(value: object) -> object:
    """As JSON has it: enums by value, what is no number as null."""
    match value:
        case Enum():
            return value.value
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {key: _plain(one) for key, one in value.items() if key != "_"}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value


COLUMNS = ("outcome", "what", "arm", "comparator", "people", "estimate", "low", "high", "p")


def as_csv(made: Trial) -> str:
    """One line a number with its interval, for a spreadsheet."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for found in made.found:
        writer.writerows(_lines(found))
    return text.getvalue()


def _lines(found: Found) -> Iterator[tuple[object, ...]]:
    analysis = found.analysis
    people = {arm.arm: arm.people for arm in analysis.arms}
    for arm in analysis.arms:
        yield (
            _safe(analysis.outcome),
            "change",
            _safe(arm.arm),
            "",
            arm.people,
            *_three(arm.change),
        )
    for one in analysis.contrasts:
        both = people[one.arm] + people[one.comparator]
        rows = [
            ("difference in change", one.change),
            ("ANCOVA, HC3", one.ancova.robust),
            ("ANCOVA, classical", one.ancova.classical),
            ("Hedges g of changes", one.g_change),
            ("Hedges g of follow-ups", one.g_followup),
        ]
        if one.responders:
            rows.append(("difference in responders", one.responders.difference))
        rows += [(f"ANCOVA, HC3: {f.how}", f.difference) for f in found.filled if f.arm == one.arm]
        for what, interval in rows:
            yield (_safe(analysis.outcome), what, _safe(one.arm), _safe(one.comparator), both,
                   *_three(interval))  # fmt: skip


def _safe(text: str) -> str:
    """A name a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" else text


def _three(interval: Interval) -> tuple[object, ...]:
    p = "" if math.isnan(interval.p) else f"{interval.p:.6g}"
    return f"{interval.estimate:.6g}", f"{interval.low:.6g}", f"{interval.high:.6g}", p
