"""Whether somebody may walk today, with every reason.

Two sets of questions, in our own words: standing ones, good for a year or until something
changes, and today's, before every session.  Each answer that matters is a finding: *ask*
(a clinician can clear it, with a name and a date) or *not today* (nobody can).  The verdict
is the most serious finding, and shows all of them.  One more "yes" never makes it milder.

An exercise coach's caution, not a diagnosis and not a medical device.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from retrowalk.errors import BadAnswers, ScreeningNeeded
from retrowalk.programme.answers import Answers, Pressure, read_answers
from retrowalk.programme.questions import STANDING, TODAY
from retrowalk.words import AskClinician, Clear, NotToday, Question, Reason, Verdict

__all__ = ["CLEARABLE", "INCIDENT", "RULE", "STANDING", "TODAY", "Answers", "Clearance",
           "read_answers", "read_clearance", "screen", "standing_valid"]  # fmt: skip

RULE = "screening 1"
STANDING_DAYS = 365  # health changes; a year is the longest an answer is trusted
CLEARANCE_DAYS = 365  # as long as the answers it speaks about
LONGEST_NAME = 80  # characters
PAIN_MOST = 6  # of 10: the red of the usual 0–3, 4–5, 6–10 traffic light
PAIN_SOME = 4  # amber: may walk, gently
PRESSURE_MOST = Pressure(180, 110)  # mmHg, at rest: no exercise at or above either
PRESSURE_HIGH = Pressure(160, 100)  # below what trials turned away (200/100): rather early
PRESSURE_LOW_MMHG = 90  # systolic: standing and turning may make dizzy

ASK_IF_YES = {
    "heart": "You have a heart or circulation disease.",
    "metabolic": "You have diabetes, or a metabolic or kidney disease.",
    "symptoms": "You have had chest pain, breathlessness or another warning sign.",
    "dizzy": "You have been dizzy or have fainted in the last year.",
    "falls": "You have fallen in the last year.",
    "sight": "You cannot see well even with glasses.",
    "nerves": "You have had a stroke, or have Parkinson’s, MS or numb feet.",
    "surgery": "You have had an operation or a bad injury of leg, hip or back within a year.",
    "pregnancy": "You are pregnant or have recently given birth.",
    "advised": "You have been told to be careful with exercise.",
    "medicine": "Your medicines have changed, and new ones can make dizzy.",
}
NOT_TODAY_IF_YES = {
    "warning": "You have a warning sign today. If it is chest pain, bad breathlessness or a "
    "faint, please call for medical help now.",
    "swelling": "Your knee or leg is newly swollen, hot or red.",
    "locked": "Your knee has locked or given way since yesterday.",
    "unwell": "You have a fever or feel unwell.",
    "alcohol": "You have drunk alcohol or taken something that makes drowsy.",
    "changed": "Something in your health has changed: please answer the health questions again.",
}
INCIDENT = "incident"  # what happened in a session; see programme/incident.py
CLEARABLE = (
    *((q.id, q.text) for q in STANDING),
    *((q.id, q.text) for q in TODAY if q.id in {"medicine", "pressure_today"}),
    (INCIDENT, "What happened in a session: a fall, dizziness, a knee that gave way, sharp pain"),
)  # (topic, question): what a clinician can say yes to


@dataclass(frozen=True, slots=True)
class Clearance:
    """A clinician's yes to some topics (ids of the questions), with a date."""

    topics: tuple[str, ...]
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Ask:
    reason: Reason


@dataclass(frozen=True, slots=True)
class Stay:
    reason: Reason


@dataclass(frozen=True, slots=True)
class Note:
    """Seen, and no obstacle."""

    reason: Reason


Finding = Note | Ask | Stay


def read_clearance(topics: Sequence[str], by: str, given_on: date, *, on: date) -> Clearance:
    """A clearance fit to be stored on day `on`; raises BadAnswers (topics, by, on)."""
    known = tuple(topic for topic, _ in CLEARABLE if topic in topics)
    problems = {}
    if not known or len(known) < len(set(topics)):
        problems["topics"] = "Please tick which of the listed points the clinician has cleared."
    try:
        name = read_name(by)
    except BadAnswers as bad:
        problems |= bad.problems
    if (fault := _out_of_date(given_on, on=on)) is not None:
        problems["on"] = f"The date {given_on:%Y-%m-%d} {fault}; please give the day of the advice."
    if problems:
        raise BadAnswers(problems)
    return Clearance(known, name, given_on)


def read_name(by: str) -> str:
    """A clinician's name as it is kept; raises BadAnswers (by)."""
    name = " ".join(by.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        sentence = f"Please give the clinician’s name in 1 to {LONGEST_NAME} letters."
        raise BadAnswers({"by": sentence})
    return name


def standing_valid(answered_on: date, *, on: date) -> bool:
    """Whether standing answers of that day still count."""
    return 0 <= (on - answered_on).days <= STANDING_DAYS


def screen(
    standing: Answers,
    today: Answers | None,
    *,
    clearances: tuple[Clearance, ...] = (),
    on: date,
) -> Verdict:
    """The verdict of all questions; `today` None judges the standing ones alone.

    Raises ScreeningNeeded if any question is without an answer.
    """
    _all_answered(STANDING, standing)
    findings = [*_yes_findings(standing), *_standing_pressure(standing)]
    if today is not None:
        _all_answered(TODAY, today)
        findings += [*_yes_findings(today), *_today_findings(today)]
    return _verdict([f for finding in findings for f in _cleared(finding, clearances, on=on)])


def _all_answered(questions: Sequence[Question], answers: Answers) -> None:
    open_ = [q.text for q in questions if q.id not in answers]
    if open_:
        raise ScreeningNeeded(
            f"{len(open_)} health questions are not answered, the first is “{open_[0]}”; "
            "please answer them all before walking."
        )


def _yes_findings(answers: Answers) -> Iterator[Finding]:
    for id_, answer in answers.given:
        if answer is True and id_ in ASK_IF_YES:
            yield Ask(Reason(id_, ASK_IF_YES[id_]))
        elif answer is True:
            yield Stay(Reason(id_, NOT_TODAY_IF_YES[id_]))


def _standing_pressure(standing: Answers) -> Iterator[Finding]:
    match standing.word("pressure"):
        case "high":
            yield Ask(Reason("pressure", "Your blood pressure is high or not under control."))
        case "treated":
            yield Note(Reason("pressure", "Your blood pressure is treated and checked."))
        case "not known":
            text = "You do not know your blood pressure; a pharmacy or surgery can measure it."
            yield Note(Reason("pressure", text))


def _today_findings(today: Answers) -> Iterator[Finding]:
    pain = today.number("pain")
    if pain >= PAIN_MOST:
        yield Stay(Reason("pain", f"Your pain is {pain:.0f} of 10 today."))
    elif pain >= PAIN_SOME:
        text = f"Your pain is {pain:.0f} of 10: walk gently, and stop if it grows."
        yield Note(Reason("pain", text))
    if today.word("sleep") == "hardly":
        yield Stay(Reason("sleep", "You have hardly slept, and balance suffers first."))
    pressure = today["pressure_today"]
    if isinstance(pressure, Pressure):
        yield from _measured(pressure)


def _measured(pressure: Pressure) -> Iterator[Finding]:
    shown = f"{pressure.systolic_mmhg:.0f} over {pressure.diastolic_mmhg:.0f}"
    if _reaches(pressure, PRESSURE_MOST):
        text = f"Your blood pressure is {shown}, too high for exercise: please tell your doctor."
        yield Stay(Reason("pressure_today", text))
    elif _reaches(pressure, PRESSURE_HIGH):
        yield Ask(Reason("pressure_today", f"Your blood pressure is {shown}, which is high."))
    elif pressure.systolic_mmhg < PRESSURE_LOW_MMHG:
        yield Ask(Reason("pressure_today", f"Your blood pressure is {shown}, which is low."))


def _reaches(pressure: Pressure, bound: Pressure) -> bool:
    upper = pressure.systolic_mmhg >= bound.systolic_mmhg
    return upper or pressure.diastolic_mmhg >= bound.diastolic_mmhg


def _cleared(finding: Finding, clearances: Sequence[Clearance], *, on: date) -> Iterator[Finding]:
    """The finding, or the clinician's yes to it; a clearance that does not count says why."""
    if not isinstance(finding, Ask):
        yield finding
        return
    topic = finding.reason.topic
    speaking = sorted((c for c in clearances if topic in c.topics), key=lambda c: c.on)
    for clearance in reversed(speaking):
        if _out_of_date(clearance.on, on=on) is None:
            text = f"{finding.reason.text} Cleared by {clearance.by} on {clearance.on:%Y-%m-%d}."
            yield Note(Reason(topic, text))
            return
    yield finding
    for clearance in speaking:
        fault = _out_of_date(clearance.on, on=on)
        text = f"The clearance by {clearance.by} of {clearance.on:%Y-%m-%d} {fault}."
        yield Ask(Reason(topic, text))


def _out_of_date(given_on: date, *, on: date) -> str | None:
    """What is wrong with a clearance of that day, if anything."""
    age_days = (on - given_on).days
    if age_days < 0:
        return "lies in the future"
    return "is more than a year old" if age_days > CLEARANCE_DAYS else None


def _verdict(findings: Sequence[Finding]) -> Verdict:
    asks = tuple(finding.reason for finding in findings if isinstance(finding, Ask))
    stays = tuple(finding.reason for finding in findings if isinstance(finding, Stay))
    if stays:
        return NotToday((*stays, *asks))
    if asks:
        return AskClinician(asks)
    return Clear(tuple(finding.reason for finding in findings))
