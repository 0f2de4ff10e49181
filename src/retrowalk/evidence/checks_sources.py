"""Whether a file can be traced: its addresses, the reports of its figures, its doses, its rows."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator

from retrowalk.evidence.figure import Figure
from retrowalk.evidence.findings import Finding
from retrowalk.evidence.review import Review
from retrowalk.evidence.study import Arm, Outcome, Report, Study
from retrowalk.evidence.words import About, Walks

FORMS = {
    "doi": r"10\.\d{4,9}/[^\s]*[^\s.,;]",
    "pmid": r"[1-9]\d{0,7}",
    "registry": r"NCT\d{8}|ISRCTN\d{8}|(?!NCT|ISRCTN)[A-Z][A-Za-z]{2,7}[-\d/]{6,20}",
    "url": r"https?://[^\s/]+\.[^\s]+",
}
BACKWARD_MPS = 2.0  # people run from about 1.6 m/s on (Hreljac 2005); faster than this they all do
LONGEST_MIN, MOST_DAYS, MOST_A_DAY, LONGEST_WEEKS = 240.0, 7.0, 6.0, 104.0
SESSIONS_OFF = 1.5  # sessions and weeks may disagree by holidays, not by more
GAIT_OFF = 1.4  # speed against step length times cadence


def figures(value: object) -> Iterator[Figure]:
    """Every figure in this study, review or part of one."""
    match value:
        case Figure():
            yield value
        case tuple():
            for one in value:
                yield from figures(one)
        case _ if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                yield from figures(getattr(value, field.name))


def check_sources(study: Study | Review) -> Iterator[Finding]:
    """Everything about addresses, and about which report a figure was read in."""
    for check, text in (*_reports(study.reports), *_read(study)):
        yield Finding(check, study.id, "", text)
    rows = study.outcomes if isinstance(study, Study) else study.pooled
    names = Counter(row.id for row in rows)
    for name in (name for name, count in names.items() if count > 1):
        yield Finding("name-twice", study.id, name, "two rows bear this name; please rename one")
    for row in rows:
        for figure in figures(row):
            yield from _elsewhere(study.id, row.id, figure)
    if isinstance(study, Study):
        for part in (study.people, study.arms):
            for figure in figures(part):
                yield from _elsewhere(study.id, "", figure)
        for arm in study.arms:
            for text in _dose(arm):
                yield Finding(
                    "dose-impossible", study.id, "", f"{arm.id}: {text}; please look again"
                )
            yield from _running(study, arm)
        yield from _gait(study)


def _reports(reports: tuple[Report, ...]) -> Iterator[tuple[str, str]]:
    if not any(report.cited for report in reports):
        yield "no-citation", "no DOI, PMID, register number, address or journal is given"
    for report in reports:
        for key, form in FORMS.items():
            text = getattr(report, key)
            if text and not re.fullmatch(form, text):
                yield (
                    "identifier-malformed",
                    (
                        f"{key} is {text!r}, which cannot be one (a DOI begins with "
                        "10. and has no https); please mend it"
                    ),
                )


def _read(study: Study | Review) -> Iterator[tuple[str, str]]:
    known = {report.id for report in study.reports}
    for read in sorted({figure.read for figure in figures(study)} - known):
        yield "figure-not-read", f"a figure was read in {read!r}, which is no report of this file"


def _elsewhere(study: str, row: str, figure: Figure) -> Iterator[Finding]:
    if any(other != figure.value for other in figure.elsewhere):
        others = ", ".join(f"{one:g}" for one in figure.elsewhere)
        yield Finding("sources-disagree", study, row, f"{figure.value:g} here, {others} elsewhere")


def _dose(arm: Arm) -> Iterator[str]:
    dose = arm.dose
    for figure, highest, what in (
        (dose.session_min.highest if dose.session_min else None, LONGEST_MIN, "min a session"),
        (dose.beside_min, LONGEST_MIN, "min beside the walking"),
        (dose.per_week, MOST_DAYS, "days a week"),
        (dose.per_day, MOST_A_DAY, "sessions a day"),
        (dose.weeks, LONGEST_WEEKS, "weeks"),
    ):
        if figure and not 0 < figure.value <= highest:
            yield f"{figure.value:g} {what}, above 0 and at most {highest:g} expected"
    if dose.sessions and dose.per_week and dose.weeks:
        per_day = dose.per_day.value if dose.per_day else 1.0
        planned = dose.per_week.value * dose.weeks.value * per_day
        if not planned / SESSIONS_OFF <= dose.sessions.value <= planned * SESSIONS_OFF:
            yield f"{dose.sessions.value:g} sessions, though weeks and days give {planned:g}"


def _running(study: Study, arm: Arm) -> Iterator[Finding]:
    speed = arm.dose.speed_mps
    if speed and speed.value > BACKWARD_MPS and arm.walks is not Walks.NOT and not arm.running:
        yield Finding(
            "running-called-walking",
            study.id,
            "",
            f"{arm.id}: at {speed.value:g} m/s people run; please say running = true",
        )


def _gait(study: Study) -> Iterator[Finding]:
    """Speed is step length times cadence, in every arm that gives the three."""
    for arm in study.arms:
        for speed in _rows(study, arm, About.SPEED, "m/s"):
            for length in _rows(study, arm, About.STRIDE, "m"):
                for cadence in _rows(study, arm, About.CADENCE, "steps/min"):
                    yield from _fits(study.id, arm.id, speed, length, cadence)


def _rows(study: Study, arm: Arm, about: About, unit: str) -> Iterator[Outcome]:
    for one in study.outcomes:
        group = one.group(arm.id)
        if one.about is about and one.unit == unit and group and group.mean:
            yield one


def _fits(
    study: str, arm: str, speed: Outcome, length: Outcome, cadence: Outcome
) -> Iterator[Finding]:
    if len({(one.kind, one.when) for one in (speed, length, cadence)}) > 1:
        return
    v, m, spm = (
        group.mean.value
        for one in (speed, length, cadence)
        if (group := one.group(arm)) and group.mean
    )
    steps = 2 if "stride" in length.name.lower() else 1
    expected = m * spm / 60 / steps
    if v > 0 and expected > 0 and not 1 / GAIT_OFF <= v / expected <= GAIT_OFF:
        yield Finding(
            "contradictory-figures",
            study,
            speed.id,
            f"{v:g} m/s, though length and cadence give {expected:.2g} m/s",
        )
