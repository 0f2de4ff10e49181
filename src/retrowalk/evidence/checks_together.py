"""What only several files together show: studies told twice, names that lead nowhere."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from retrowalk.evidence.changes import Change
from retrowalk.evidence.findings import Finding
from retrowalk.evidence.review import Review
from retrowalk.evidence.study import Study

SAME_FIGURES = 2  # rows that agree in every mean and spread


def check_together(studies: Sequence[Study]) -> Iterator[Finding]:
    """Studies told twice and not said to be, and names of studies that are not there."""
    yield from _names(studies)
    for one, two in combinations(studies, 2):
        if one.duplicate_of == two.id or two.duplicate_of == one.id:
            continue
        yield from _alike(one, two)


def check_changes(
    files: Sequence[Study | Review], changes: Sequence[Change], *, today: date
) -> Iterator[Finding]:
    """Every file is named in the history, and the history names no other and no day to come."""
    named = {study for change in changes for study in change.studies}
    ids = {one.id for one in files}
    for missing in sorted(ids - named):
        yield Finding(
            "not-in-changes",
            missing,
            "",
            "the history of the data does not name it; please add it to a change in CHANGES.toml",
        )
    for unknown in sorted(named - ids):
        yield Finding(
            "unknown-study",
            unknown,
            "",
            "the history of the data names it, yet there is no such file",
        )
    for change in changes:
        if change.on > today:
            yield Finding(
                "date-in-future", "CHANGES", "", f"{change.on.isoformat()} has not come yet"
            )


def _names(studies: Sequence[Study]) -> Iterator[Finding]:
    known = {study.id: study for study in studies}
    for id, count in _count(study.id for study in studies):
        if count > 1:
            yield Finding("duplicate-study", id, "", "two files bear this id")
    for study in studies:
        for name in (*study.overlaps, *([study.duplicate_of] if study.duplicate_of else [])):
            if name not in known or name == study.id:
                yield Finding(
                    "unknown-study", study.id, "", f"it names {name!r}, which is not here"
                )
        original = known.get(study.duplicate_of)
        if original and original.duplicate_of:
            yield Finding(
                "unknown-study",
                study.id,
                "",
                f"{original.id} is itself a duplicate; please name {original.duplicate_of!r}",
            )


def _count(ids: Iterator[str]) -> list[tuple[str, int]]:
    found: dict[str, int] = defaultdict(int)
    for id in ids:
        found[id] += 1
    return list(found.items())


def _alike(one: Study, two: Study) -> Iterator[Finding]:
    please = "please say duplicate_of in one of the two"
    if shared := _identifiers(one) & _identifiers(two):
        yield Finding("duplicate-study", two.id, "", f"{one.id} has {min(shared)} too; {please}")
    if _plain(one.summary) == _plain(two.summary):
        yield Finding("duplicate-text", two.id, "", f"{one.id} is told in the same words; {please}")
    if len(_figures(one) & _figures(two)) >= SAME_FIGURES:
        yield Finding("duplicate-figures", two.id, "", f"{one.id} gives the same figures; {please}")
    known = two.id in one.overlaps or one.id in two.overlaps
    if not known and (design := _design(one)) and design == _design(two):
        yield Finding(
            "duplicate-design",
            two.id,
            "",
            f"{one.id} has the same people and dose; {please}, or name the other in overlaps",
        )


def _identifiers(study: Study) -> set[str]:
    found = {
        text.lower()
        for report in study.reports
        for text in (report.doi, report.pmid, report.registry)
        if text
    }
    pages = {report.url.rstrip("/").lower() for report in study.reports}
    return found | {url for url in pages if url.count("/") > 2}  # an address of more than a site


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.lower()))


def _figures(study: Study) -> set[tuple[float, ...]]:
    """The means and spreads of every row of two arms or more."""
    found = set()
    for outcome in study.outcomes:
        row = tuple(
            figure.value
            for group in outcome.groups
            for figure in (group.mean, group.spread)
            if figure
        )
        if len(row) >= 4:
            found.add(row)
    return found


def _design(study: Study) -> tuple[object, ...]:
    """Condition, people, arms and dose, where all of them were seen; empty otherwise."""
    doses = [arm.dose for arm in study.arms if arm.dose.session_min and arm.dose.per_week]
    if not (study.people.n and doses and study.counted):
        return ()
    dose = doses[0]
    minutes = dose.session_min.highest.value if dose.session_min else 0.0
    days = dose.per_week.value if dose.per_week else 0.0
    weeks = dose.weeks.value if dose.weeks else 0.0
    walks = tuple(sorted(arm.walks.value for arm in study.arms))
    return (study.condition, study.people.n.value, walks, minutes, days, weeks)
