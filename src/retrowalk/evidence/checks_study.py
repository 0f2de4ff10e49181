"""Whether a study as a whole can be: its kind, contrasts, people, and what its summary says."""

import re
from collections.abc import Iterator
from datetime import date

from retrowalk.evidence.checks_numbers import OF_ONE_ARM
from retrowalk.evidence.findings import Finding
from retrowalk.evidence.study import Arm, Harm, Outcome, Pair, ReportType, Study
from retrowalk.evidence.words import Clean, Comparator, Design, Direction, Kind, Walks

LONGER = 1.15  # a session this much longer is another dose
FEW = 0.75  # of those planned
PLANS = (ReportType.PROTOCOL, ReportType.REGISTRY)
RESULT = re.compile(r"[0-9]\.[0-9]|±|[0-9] ?%|\bp ?[<=>]")
Found = Iterator[tuple[str, str]]


def check_design(study: Study, *, today: date) -> Iterator[Finding]:
    """Everything about the study that is not about one outcome."""
    for check, text in (*_kind(study), *_contrasts(study), *_people(study), *_words(study, today)):
        yield Finding(check, study.id, "", text)


def _kind(study: Study) -> Found:
    told = [one for one in study.outcomes if _tells(one)]
    if study.kind is not Kind.RESULT:
        if told or study.direction is not Direction.NOT_SEEN:
            where = told[0].id if told else f"direction {study.direction.value!r}"
            yield (
                "protocol-with-results",
                (
                    f"a {study.kind.value} has no results, {where} tells some; "
                    "please take them out, or say kind result"
                ),
            )
    elif all(report.type in PLANS for report in study.reports):
        yield (
            "protocol-with-results",
            (
                "every report is a plan or a register's entry, so the kind is "
                "not result; please name the report that has results"
            ),
        )


def _tells(outcome: Outcome) -> bool:
    """Whether the outcome has any result."""
    means = any(group.mean for group in outcome.groups)
    return bool(means or outcome.printed or outcome.p) or outcome.favours is not Direction.NOT_SEEN


def _contrasts(study: Study) -> Found:
    for pair in study.contrasts:
        one, two = study.arm(pair.backward), study.arm(pair.against)
        if one is None or two is None:
            continue
        if one.walks not in (Walks.BACKWARD, Walks.BOTH) or two.walks in (
            Walks.BACKWARD,
            Walks.BOTH,
        ):
            yield (
                "both-walk-backward",
                (
                    f"{one.id} walks {one.walks.value}, {two.id} {two.walks.value}: "
                    "no contrast of backward walking; please take it out"
                ),
            )
        if study.design is Design.ONE_ARM:
            yield "no-control", "the design is one arm without control, yet a contrast is given"
        if pair.clean is Clean.CLEAN and (why := _confounded(study, pair, one, two)):
            yield "confounded-called-clean", f"{why}; please say 'confounded dose'"


def _confounded(study: Study, pair: Pair, one: Arm, two: Arm) -> str:
    """Why the arms differ in more than the walking; empty where nothing says so."""
    if study.design in OF_ONE_ARM:
        return ""
    if one.on_top_of == two.id:
        return f"{one.id} gets everything {two.id} gets, and walking on top"
    if pair.comparator is Comparator.NOTHING:
        return f"{two.id} does not train at all"
    minutes = [_session_min(arm) for arm in (one, two)]
    if all(minutes) and max(minutes) > LONGER * min(minutes):
        return f"a session lasts {minutes[0]:g} min in {one.id} and {minutes[1]:g} min in {two.id}"
    return ""


def _session_min(arm: Arm) -> float:
    """Of walking and everything else; 0 where neither was seen."""
    dose = arm.dose
    walking = dose.session_min.highest.value if dose.session_min else 0.0
    return walking + (dose.beside_min.value if dose.beside_min else 0.0)


def _people(study: Study) -> Found:
    people, sizes = study.people, [arm.n.value for arm in study.arms if arm.n]
    n = people.n.value if people.n else 0.0
    parallel = study.design not in (*OF_ONE_ARM, Design.CROSSOVER)
    if n and sizes and len(sizes) == len(study.arms) and parallel and sum(sizes) != n:
        yield "n-does-not-add", f"the arms have {sum(sizes):g} people, the study {n:g}"
    if n and people.randomised and n > people.randomised.value:
        yield "n-does-not-add", f"{n:g} are told of, {people.randomised.value:g} drew lots"
    if n and people.women and people.women.value > n:
        yield "n-does-not-add", f"{people.women.value:g} women among {n:g} people"
    if n and sizes and max(sizes) > n:
        yield "n-does-not-add", f"an arm has {max(sizes):g} people, the study {n:g}"
    for outcome in study.outcomes:
        for group in outcome.groups:
            arm = study.arm(group.arm)
            if arm and arm.n and group.n and group.n.value > arm.n.value:
                yield (
                    "n-does-not-add",
                    (
                        f"{outcome.id} has {group.n.value:g} people in {arm.id}, the arm "
                        f"{arm.n.value:g}"
                    ),
                )
    if n and people.planned and n < FEW * people.planned.value:
        yield "fewer-than-planned", f"{people.planned.value:g} were planned, {n:g} are told of"


def _words(study: Study, today: date) -> Found:
    if study.year and study.year > today.year:
        yield "date-in-future", f"the year {study.year} has not come yet; please look again"
    for text in (study.title, study.summary):
        if found := RESULT.search(text):
            yield (
                "untagged-number",
                (
                    f"{found.group()!r} in title or summary looks like a result; please "
                    "put it into an outcome, with its tag"
                ),
            )
    if study.adverse.harm is not Harm.NOT_SEEN and not study.adverse.text:
        yield "harm-without-words", f"harm is {study.adverse.harm.value!r}; please say what is told"
    yield from _direction(study)


def _direction(study: Study) -> Found:
    if study.kind is not Kind.RESULT or not study.outcomes:
        return
    told = {one.favours for one in study.outcomes} - {Direction.NOT_SEEN}
    fits = {
        Direction.BACKWARD: Direction.BACKWARD in told and Direction.OTHER not in told,
        Direction.OTHER: Direction.OTHER in told and Direction.BACKWARD not in told,
        Direction.NEITHER: told == {Direction.NEITHER},
        Direction.MIXED: len(told) > 1 or Direction.MIXED in told,
        Direction.NOT_SEEN: not told & {Direction.BACKWARD, Direction.OTHER},
    }
    if not fits[study.direction]:
        seen = ", ".join(sorted(one.value for one in told)) or "nothing"
        yield (
            "direction-disagrees",
            (
                f"the study is said to favour {study.direction.value!r}, its outcomes "
                f"say {seen}; please mend one of the two"
            ),
        )
