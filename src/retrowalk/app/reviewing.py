"""Afterwards: what the walker says, what was walked, what comes next."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.course import course
from retrowalk.app.house import House, unplanned
from retrowalk.app.keeping import decided, session_row
from retrowalk.app.records import history
from retrowalk.app.screening import Answers
from retrowalk.errors import Conflict
from retrowalk.live.dose import TrackPoint, delivered
from retrowalk.live.events import StopReason
from retrowalk.live.heart_walked import HeartWalked, heart_walked
from retrowalk.programme import progression
from retrowalk.programme.answers import Answers as Given
from retrowalk.programme.answers import read_answers
from retrowalk.programme.prescribe import Prescription
from retrowalk.store.codec import decode, encode
from retrowalk.store.log import read_events
from retrowalk.store.models import DecisionRow, PrescriptionRow, ReviewRow, SessionRow, Status
from retrowalk.words import (
    AnswerKind,
    Decision,
    Dose,
    Hold,
    Progress,
    Question,
    Reason,
    Refer,
    Regress,
    Review,
    SessionPlan,
    Wrong,
)

GONE = Reason("protocol", "This protocol is not here any more: please choose another.")
SCALES = ("pain_before", "pain_during", "pain_after", "effort")
PAIN = "0 is no pain, 10 the worst you can imagine."
HARD = "0 is rest, 3 moderate, 5 hard, 10 the hardest you can imagine."


def _scale(id_: str, text: str, help_: str, group: str) -> Question:
    return Question(id_, text, AnswerKind.SCALE, help_, group, required=False)


QUESTIONS = (
    _scale("pain_before", "How much pain did you have before?", PAIN, "Pain"),
    _scale("pain_during", "And at the worst moment of the walk?", PAIN, "Pain"),
    _scale("pain_after", "And now?", PAIN, "Pain"),
    _scale("effort", "How hard was it?", HARD, "Effort"),
    Question(
        "wrongs", "Did anything feel wrong?", AnswerKind.CHOICES, "Tick all that happened.",
        "What happened", tuple((wrong.name.lower(), wrong.value) for wrong in Wrong),
        required=False,
    ),
    Question(
        "note", "Anything you want to remember?", AnswerKind.TEXT, group="What happened",
        required=False,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotReviewed:
    """The walker has not said yet how it was."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One session, planned against delivered."""

    session_id: str
    title: str  # of the protocol
    status: str  # planned, live, done, interrupted
    plan: SessionPlan
    planned: Dose
    delivered: Dose
    track: tuple[TrackPoint, ...]
    stops: tuple[tuple[float, StopReason], ...]  # (at_s, why)
    review: Review | NotReviewed
    decision: Decision | NotReviewed
    next_text: str  # what comes next, in words
    said_m: float = 0.0  # of a belt set by hand: so much of the distance is as the walker said
    speed_up: float = 1.0  # other than 1: a demonstration, not a walk
    heart: HeartWalked | None = None


def review_questions() -> tuple[Question, ...]:
    return QUESTIONS


def submit_review(house: House, session_id: str, answers: Answers) -> Decision:
    """Store the review and the engine's answer to it.

    BadAnswers; Missing; Conflict if not walked yet or already reviewed.
    """
    given = read_answers(QUESTIONS, answers)
    review = _review(given)
    with house.store.writing() as rows:
        session = session_row(house, rows, session_id)
        _must_await_review(rows, session)
        row = ReviewRow(
            session_id=session_id, at=house.now(), answers=encode(given.plain()),
            body=encode(review),
        )  # fmt: skip
        rows.add(row)
        rows.flush()
        return _decide(house, rows, session)


def summary(house: House, session_id: str) -> Summary:
    """Missing if there is no such session."""
    with house.store.reading() as rows:
        session = session_row(house, rows, session_id)
        plan: SessionPlan = decode(session.plan, SessionPlan)
        was = delivered(plan, read_events(rows, session_id))
        decision = stored_decision(rows, session_id)
        return Summary(
            session_id=session_id,
            title=house.title(session.protocol),
            status=session.status,
            plan=plan,
            planned=decode(session.planned, Dose),
            delivered=was.dose,
            track=was.track,
            stops=unplanned(was),
            review=stored_review(rows, session_id),
            decision=decision,
            next_text=_next_text(house, session, decision),
            said_m=was.said_m,
            speed_up=session.speed_up,
            heart=heart_walked(was.track, plan.limits.heart_ceiling_bpm),
        )


def stored_review(rows: Rows, session_id: str) -> Review | NotReviewed:
    row = rows.get(ReviewRow, session_id)
    if row is None:
        return NotReviewed()
    review: Review = decode(row.body, Review)
    return review


def stored_decision(rows: Rows, session_id: str) -> Decision | NotReviewed:
    row = rows.scalars(
        select(DecisionRow)
        .where(DecisionRow.session_id == session_id, DecisionRow.kind == "progression")
        .order_by(DecisionRow.id.desc())
    ).first()
    if row is None:
        return NotReviewed()
    decision: Decision = decode(row.answer, Decision)
    return decision


def _review(given: Given) -> Review:
    """A scale may be left open; that is kept as such and never counts as a good session."""
    ticked = given.words("wrongs") if "wrongs" in given else ()
    return Review(
        pain_before=_scaled(given, "pain_before"),
        pain_during=_scaled(given, "pain_during"),
        pain_after=_scaled(given, "pain_after"),
        effort=_scaled(given, "effort"),
        wrongs=frozenset(Wrong[name.upper()] for name in ticked),
        note=given.word("note") if "note" in given else "",
        unanswered=frozenset(name for name in SCALES if name not in given),
    )


def _scaled(given: Given, name: str) -> int:
    return round(given.number(name)) if name in given else 0


def _must_await_review(rows: Rows, session: SessionRow) -> None:
    if session.status not in {Status.DONE.value, Status.INTERRUPTED.value}:
        raise Conflict(
            "This session is not over yet: walk or finish it first, then say how it was."
        )
    if rows.get(ReviewRow, session.id) is not None:
        raise Conflict("You have already said how this session was: the next one comes next.")


def _decide(house: House, rows: Rows, session: SessionRow) -> Decision:
    prescribed = rows.get_one(PrescriptionRow, session.prescription_id)
    prescription: Prescription = decode(prescribed.body, Prescription)
    walked = history(house, rows, session.protocol)
    on_day = max(house.today.toordinal(), walked[-1].day)
    now = course(house, rows)
    kept = now.kept(house.today) if now is not None and now.protocol == session.protocol else ""
    decision: Decision = Hold(session.stage, (GONE,))
    if house.knows(session.protocol):
        protocol = house.protocol(session.protocol)
        decision = progression.decide(walked, protocol, prescription, on_day=on_day, kept=kept)
    inputs = {"history": walked, "prescription": prescription, "on_day": on_day, "kept": kept}
    decided(
        house, rows, "progression", rule=progression.RULE, inputs=inputs, answer=decision,
        as_type=Decision, reasons=decision.reasons, session_id=session.id,
    )  # fmt: skip
    return decision


def _next_text(house: House, session: SessionRow, decision: Decision | NotReviewed) -> str:
    match decision:
        case NotReviewed():
            return "Say how it was, then the next session is planned."
        case Progress(stage):
            way = "One step further"
        case Hold(stage):
            way = "The same again"
        case Regress(stage):
            way = "One step easier"
        case Refer(stage):
            way = "First a clinician’s advice, then one step easier"
    if not house.knows(session.protocol):
        return f"{way}."
    return f"{way}: {house.protocol(session.protocol).rung(stage).title}."
