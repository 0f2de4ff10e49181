"""The physiotherapist's page: what was walked, how it felt, what changed, and what is not known."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from statistics import median

from retrowalk import present
from retrowalk.app.history import SessionLine, sessions
from retrowalk.app.house import House
from retrowalk.app.keeping import local_day, newest
from retrowalk.app.outcomes import Line, TooLittle, Unjudged, overview
from retrowalk.app.profile import NoWalker, stored_walker
from retrowalk.app.reviewing import NotReviewed
from retrowalk.programme.prescribe import Prescription
from retrowalk.store.codec import decode
from retrowalk.store.models import ClearanceRow, PrescriptionRow, ScreeningRow
from retrowalk.units import MINUTE
from retrowalk.words import Clear, Review, Units, Walker
from retrowalk.words import Verdict as Screened
from retrowalk.writers.pdf import report_pdf
from retrowalk.writers.report import OutcomeLine, Report, WeekLine

MOST_WEEKS, MOST_STOPS, MOST_OUTCOMES = 8, 5, 8
LIMITS = (
    "Distances are the belt’s, or where the walker set the belt or walked a corridor, as planned "
    "or as the walker said.  Pain and effort are the walker’s own words on a scale of 0 to 10.",
    "A change counts as real only beyond the test’s own error (minimal detectable change) in the "
    "people named in retrowalk’s list of tests; these may differ from this walker.  Tests at home "
    "are not supervised; of five tests, about one in ten people who do not change see one “real”.",
    "No cause is shown: what else the walker did, took or had treated is not known here.",
)


def report(house: House, *, name: str = "") -> bytes:
    """One page of PDF.  `name` is printed and kept nowhere."""
    return report_pdf(report_of(house, name=" ".join(name.split())))


def report_of(house: House, *, name: str = "") -> Report:
    """What the page says."""
    walked = [line for line in sessions(house) if line.speed_up == 1]  # others nobody walked
    with house.store.reading() as rows:
        walker = stored_walker(house, rows)
        prescribed = newest(house, rows, PrescriptionRow)
        screened = newest(house, rows, ScreeningRow, kind="standing")
        cleared = newest(house, rows, ClearanceRow)
        facts = (*_who(walker), *_verdict(screened), *_cleared(cleared))
    units = Units.KMH if isinstance(walker, NoWalker) else walker.units
    weeks = _weeks(walked, units)
    tested = [line for line in overview(house) if line.tests]
    return Report(
        name=name,
        made=present.day(house.today),
        facts=facts + _programme(house, prescribed, walked, units),
        weeks=tuple(weeks[-MOST_WEEKS:]),
        earlier=_earlier(walked, weeks),
        stops=_stops(walked),
        outcomes=tuple(_outcome(line, units) for line in tested[:MOST_OUTCOMES]),
        more_outcomes=_more(len(tested)),
        next_step=_next(walked),
        limits=LIMITS,
    )


def _who(walker: Walker | NoWalker) -> tuple[tuple[str, str], ...]:
    if isinstance(walker, NoWalker):
        return (("Walker", "no profile yet"),)
    return (
        ("Age", f"{walker.age_years} years"),
        ("Goal", present.name_of(walker.goal)),
        ("Before", f"walked backward: {present.name_of(walker.experience).lower()}"),
        ("Aid", present.name_of(walker.aid).lower()),
    )


def _verdict(row: ScreeningRow | None) -> tuple[tuple[str, str], ...]:
    if row is None:
        return ()
    verdict: Screened = decode(row.verdict, Screened)
    said = f"{present.verdict(verdict).lower()}, {present.short_day(local_day(row.at))}"
    match verdict:
        case Clear():
            why = ""
        case _:
            why = ": " + " ".join(reason.text for reason in verdict.reasons[:3])
    return (("Screening", said + why),)


def _cleared(row: ClearanceRow | None) -> tuple[tuple[str, str], ...]:
    return (("Cleared", f"by {row.by}, {present.short_day(row.on)} {row.on.year}"),) if row else ()


def _programme(
    house: House, row: PrescriptionRow | None, walked: Sequence[SessionLine], units: Units
) -> tuple[tuple[str, str], ...]:
    if row is None or not house.knows(row.protocol):
        return (("Programme", "none chosen yet"),)
    prescription: Prescription = decode(row.body, Prescription)
    protocol = house.protocol(row.protocol)
    own = [line for line in walked if line.title == protocol.title]
    stage = own[0].stage if own else prescription.stage
    lasts = "gently, to keep it" if prescription.keeps else f"{prescription.weeks} weeks"
    often = f"{prescription.per_week} times a week, {lasts}"
    top = present.speed(prescription.backward_top_mps, units)
    return (
        ("Programme", f"{protocol.title}, {often}"),
        ("Step", f"{stage + 1} of {len(protocol.ladder)}: {protocol.ladder[stage].title}"),
        ("Backward", f"{present.speed(prescription.backward_mps, units)}, never above {top}"),
        ("Sessions", f"{len(walked)}" + (f" since {_dated(local_day(walked[-1].began_at))}"
                                         if walked else ""))
    )  # fmt: skip


def _dated(day: date) -> str:
    return f"{present.short_day(day)} {day.year}"


def _monday(line: SessionLine) -> date:
    day = local_day(line.began_at)
    return day - timedelta(days=day.weekday())


def _weeks(walked: Sequence[SessionLine], units: Units) -> list[WeekLine]:
    """Weeks with a session, oldest first."""
    return [_week(monday, list(lines), units)
            for monday, lines in groupby(reversed(walked), key=_monday)]  # fmt: skip


def _week(monday: date, lines: list[SessionLine], units: Units) -> WeekLine:
    back_s = sum(line.delivered.backward_s for line in lines)
    fore_s = sum(line.delivered.forward_s for line in lines)
    back_m = sum(line.delivered.backward_m for line in lines)
    fore_m = sum(line.delivered.forward_m for line in lines)
    pains = _answers(lines, "pain_during")
    efforts = _answers(lines, "effort")
    return WeekLine(
        label=present.short_day(monday), sessions=len(lines), backward_min=back_s / MINUTE,
        backward=f"{back_s / MINUTE:.0f} min, {present.distance(back_m, units)}",
        forward=f"{fore_s / MINUTE:.0f} min, {present.distance(fore_m, units)}",
        pain=f"{max(pains)} of 10" if pains else "not said",
        effort=f"{median(efforts):g} of 10" if efforts else "not said",
        stops=sum(len(line.stops) for line in lines),
    )  # fmt: skip


def _answers(lines: Sequence[SessionLine], scale: str) -> list[int]:
    return [int(getattr(line.review, scale)) for line in lines
            if isinstance(line.review, Review) and scale not in line.review.unanswered]  # fmt: skip


def _earlier(walked: Sequence[SessionLine], weeks: Sequence[WeekLine]) -> str:
    if not walked:
        return "No session yet."
    all_min = sum(line.delivered.backward_s for line in walked) / MINUTE
    whole = f"In all {present.count(len(walked), 'session')} and {all_min:.0f} minutes backward."
    before = weeks[:-MOST_WEEKS]
    if not before:
        return whole
    return (f"The last {MOST_WEEKS} weeks with a session; {present.count(len(before), 'week')} "
            f"before them with {sum(w.backward_min for w in before):.0f} minutes backward.  "
            f"{whole}")  # fmt: skip


def _stops(walked: Sequence[SessionLine]) -> tuple[str, ...]:
    counted = Counter(stop for line in walked for stop in line.stops)
    newest_of = {stop: line for line in reversed(walked) for stop in line.stops}
    wrong = Counter(wrong.value for line in walked if isinstance(line.review, Review)
                    for wrong in line.review.wrongs)  # fmt: skip
    said = [f"{stop[:1].upper()}{stop[1:]}: {number} ×, last on "
            f"{_dated(local_day(newest_of[stop].began_at))}."
            for stop, number in counted.most_common(MOST_STOPS)]  # fmt: skip
    if len(counted) > MOST_STOPS:
        said.append(f"And {present.count(len(counted) - MOST_STOPS, 'other reason')}.")
    felt = "; ".join(f"“{what}” {number} ×" for what, number in wrong.most_common(MOST_STOPS))
    said.append(f"The walker ticked: {felt}." if felt else "The walker ticked nothing as wrong.")
    return tuple(said) if counted else ("None.", *said)


def _outcome(line: Line, units: Units) -> OutcomeLine:
    def figure(value: float) -> str:
        return present.measured_brief(value, line.outcome.quantity, units)

    error = figure(line.outcome.error.mdc) if line.outcome.error else "not known"
    match line.change:
        case TooLittle():
            first = figure(line.latest.value) if line.latest else ""
            return OutcomeLine(line.outcome.title, first, "", error, "too little to tell")
        case Unjudged(baseline, now):
            said = "no verdict: its error is not known"
            return OutcomeLine(line.outcome.title, figure(baseline), figure(now), error, said)
        case judged:
            return OutcomeLine(line.outcome.title, figure(judged.baseline), figure(judged.now),
                               error, judged.verdict.value)  # fmt: skip


def _more(tested: int) -> str:
    if tested == 0:
        return "No test was taken."
    more = tested - MOST_OUTCOMES
    return f"And {present.count(more, 'test')} more in retrowalk itself." if more > 0 else ""


def _next(walked: Sequence[SessionLine]) -> str:
    for line in walked:
        if isinstance(line.review, Review) and not isinstance(line.decision, NotReviewed):
            why = " ".join(reason.text for reason in line.decision.reasons)
            return f"{present.decision(line.decision)}.  {why}"
    return "Nothing is decided before a session has been walked and reviewed."
