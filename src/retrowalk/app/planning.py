"""What comes next for this walker, and why."""

import json
from secrets import token_hex

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.course import course
from retrowalk.app.heart import stored_ceiling
from retrowalk.app.house import House
from retrowalk.app.keeping import decided, local_day, newest, planned_dose, stopped_on
from retrowalk.app.morning import unasked_day
from retrowalk.app.pace import carefully
from retrowalk.app.prescribing import choose_protocol, follow_profile, suggestions
from retrowalk.app.profile import NoWalker, stored_walker
from retrowalk.app.records import history, troubled
from retrowalk.app.screening import (
    TODAY_KIND,
    Answers,
    NoScreening,
    ScreeningShown,
    standing,
    store_screening,
    store_verdict,
    stored_answers,
)
from retrowalk.app.steps import (
    Finished,
    MachineUnfit,
    MayNotWalk,
    NeedsMorning,
    NeedsProfile,
    NeedsProtocol,
    NeedsReadiness,
    NeedsReview,
    NeedsScreening,
    NextStep,
    Paused,
    SessionReady,
    SessionRunning,
    Suggestion,
)
from retrowalk.app.taking import broken_off
from retrowalk.app.week import paused
from retrowalk.errors import OutsideGuardrail, ScreeningNeeded
from retrowalk.live.check import check
from retrowalk.programme import progression
from retrowalk.programme.answers import read_answers
from retrowalk.programme.heart import with_ceiling
from retrowalk.programme.incident import incidents
from retrowalk.programme.machines import Range
from retrowalk.programme.plan import plan_session
from retrowalk.programme.prescribe import (
    Prescription,
    hindrances,
)
from retrowalk.programme.protocols import Protocol
from retrowalk.programme.questions import HARDLY
from retrowalk.programme.screening import INCIDENT, STANDING, TODAY, screen
from retrowalk.store.codec import decode, encode, plain
from retrowalk.store.models import (
    DecisionRow,
    PrescriptionRow,
    ReviewRow,
    ScreeningRow,
    SessionRow,
    Status,
)
from retrowalk.words import (
    AskClinician,
    Clear,
    Decision,
    Dose,
    Hold,
    Reason,
    Refer,
    SessionPlan,
    Verdict,
    Walker,
)

__all__ = [
    "PLAN_RULE",
    "Finished",
    "MachineUnfit",
    "MayNotWalk",
    "NeedsMorning",
    "NeedsProfile",
    "NeedsProtocol",
    "NeedsReadiness",
    "NeedsReview",
    "NeedsScreening",
    "NextStep",
    "Paused",
    "SessionReady",
    "SessionRunning",
    "Suggestion",
    "choose_protocol",
    "next_step",
    "submit_readiness",
    "suggestions",
]  # fmt: skip

PLAN_RULE = "planning 1"  # app's own: which rung, from which answer; the plan itself is programme's


def next_step(house: House) -> NextStep:
    """The one thing to do now.  Plans today's session when everything else is done."""
    for one in house.lives.values():
        if not one.settled.is_set():
            return SessionRunning(one.session_id)
    with house.store.writing() as rows:
        return _next_step(house, rows)


def submit_readiness(house: House, answers: Answers) -> Verdict:
    """Judge and store today's answers; if Clear, today's session can be planned.  BadAnswers."""
    today = read_answers(TODAY, answers)
    with house.store.writing() as rows:
        shown = standing(house, rows)
        if isinstance(shown, NoScreening):
            raise ScreeningNeeded(
                "The health questions come first: please answer them, then these."
            )
        verdict = _screen(house, shown, today.plain())
        store_screening(house, rows, TODAY_KIND, today, verdict)
        inputs = {
            "standing": dict(shown.answers),
            "today": today.plain(),
            "clearances": list(shown.clearances),
        }
        store_verdict(house, rows, "readiness", verdict, inputs)
    return verdict


# --- the way, step by step -----------------------------------------------------------


def _next_step(house: House, rows: Rows) -> NextStep:
    unreviewed = _unreviewed(house, rows)
    if unreviewed is not None:
        return NeedsReview(unreviewed.id, unreviewed.status == Status.INTERRUPTED.value)
    shown, walker = standing(house, rows), stored_walker(house, rows)
    if isinstance(shown, NoScreening):
        return NeedsScreening()
    if not isinstance(shown.verdict, Clear):
        return MayNotWalk(shown.verdict)
    if isinstance(walker, NoWalker):
        return NeedsProfile()
    happened = incidents(
        troubled(house, rows), tests=broken_off(house, rows), clearances=shown.clearances
    )
    if happened:
        return MayNotWalk(AskClinician(happened))
    row, verdict = newest(house, rows, PrescriptionRow), carefully(house, rows, shown.verdict)
    if row is not None and (stopped := stopped_on(house, rows)) is not None:
        return Finished(stopped)
    if row is None or not house.knows(row.protocol) or _hindered(house, row, walker, verdict):
        return NeedsProtocol()
    if (pause := paused(house, rows)) is not None:
        return Paused(pause.since)
    if (walked_on := unasked_day(house, rows)) is not None:
        return NeedsMorning(walked_on)
    ready = _readiness(house, rows)
    if ready is None:
        return NeedsReadiness()
    now = _screen(house, shown, stored_answers(ready))
    if not isinstance(now, Clear):
        return MayNotWalk(now)
    try:
        row = follow_profile(house, rows, row, walker, verdict)
        decision = _rung(house, rows, row, ready)
        if isinstance(decision, Refer) and not _advised(house, rows, row, shown):
            told = (Reason(INCIDENT, reason.text) for reason in decision.reasons)
            return MayNotWalk(AskClinician(tuple(told)))
        return _session_ready(
            house, rows, walker=walker, prescribed=row, ready=ready, decision=decision
        )
    except OutsideGuardrail as outside:
        return MachineUnfit(str(outside))


def _hindered(house: House, row: PrescriptionRow, walker: Walker, verdict: Verdict) -> bool:
    by = decode(row.body, Prescription).by
    return bool(hindrances(walker, house.protocol(row.protocol), verdict=verdict, by=by))


def _advised(house: House, rows: Rows, row: PrescriptionRow, shown: ScreeningShown) -> bool:
    """Whether a clinician has said yes since the last session of this protocol."""
    last_day = max(session.day for session in history(house, rows, row.protocol))
    yes = (c.on.toordinal() for c in shown.clearances if INCIDENT in c.topics)
    return max(yes, default=0) >= last_day


def _unreviewed(house: House, rows: Rows) -> SessionRow | None:
    """The oldest session with steps in it of which the walker has said nothing."""
    over = rows.scalars(
        select(SessionRow)
        .outerjoin(ReviewRow, ReviewRow.session_id == SessionRow.id)
        .where(SessionRow.walker_id == house.walker_id, ReviewRow.session_id.is_(None))
        .where(SessionRow.status.in_([Status.DONE.value, Status.INTERRUPTED.value]))
        .order_by(SessionRow.began_at)
    )
    return next((row for row in over if decode(row.delivered, Dose) != Dose()), None)


def _readiness(house: House, rows: Rows) -> ScreeningRow | None:
    """Today's answers, if they were given today and not before the last session."""
    row = newest(house, rows, ScreeningRow, kind=TODAY_KIND)
    if row is None or local_day(row.at) != house.today:
        return None
    walked = rows.scalar(
        select(func.max(SessionRow.ended_at))
        .join(ReviewRow, ReviewRow.session_id == SessionRow.id)
        .where(SessionRow.walker_id == house.walker_id)
    )
    return row if walked is None or walked <= row.at else None


def _screen(house: House, shown: ScreeningShown, today: Answers) -> Verdict:
    return screen(
        read_answers(STANDING, shown.answers),
        read_answers(TODAY, today),
        clearances=shown.clearances,
        on=house.today,
    )


# --- planning ------------------------------------------------------------------------


def _session_ready(
    house: House,
    rows: Rows,
    *,
    walker: Walker,
    prescribed: PrescriptionRow,
    ready: ScreeningRow,
    decision: Decision,
) -> SessionReady:
    planned = rows.scalars(
        select(SessionRow).where(
            SessionRow.walker_id == house.walker_id, SessionRow.status == Status.PLANNED.value
        )
    ).first()
    protocol = house.protocol(prescribed.protocol)
    prescription: Prescription = decode(prescribed.body, Prescription)
    heart = stored_ceiling(house, rows)
    given_at = max(prescribed.at, ready.at, heart.at)
    fresh = planned is not None and planned.planned_at >= given_at
    if planned is None or not fresh or not _for_this_machine(house, rows, planned.id):
        planned = planned or SessionRow(id=token_hex(8), walker_id=house.walker_id)
        planned.prescription_id = prescribed.id
        plan = _plan(house, walker, prescription, protocol, decision)
        plan = check(with_ceiling(plan, heart.ceiling))
        _store_plan(house, rows, planned, plan, decision)
    return SessionReady(
        session_id=planned.id,
        plan=decode(planned.plan, SessionPlan),
        title=protocol.title,
        stage_text=protocol.rung(planned.stage).title,
        reasons=decision.reasons,
    )


def _for_this_machine(house: House, rows: Rows, session_id: str) -> bool:
    """A treadmill changed between planning and walking asks for the plan to be made anew."""
    made = rows.scalars(
        select(DecisionRow)
        .where(DecisionRow.session_id == session_id, DecisionRow.kind == "plan")
        .order_by(DecisionRow.id.desc())
    ).first()
    return made is not None and json.loads(made.inputs)["belt"] == plain(house.treadmill.capability)


def _rung(house: House, rows: Rows, prescribed: PrescriptionRow, ready: ScreeningRow) -> Decision:
    """Where on the ladder today: the engine's answer to all that was walked of this protocol."""
    protocol = house.protocol(prescribed.protocol)
    prescription: Prescription = decode(prescribed.body, Prescription)
    walked = history(house, rows, protocol.id)
    if not walked:
        return Hold(prescription.stage, prescription.reasons)
    now = course(house, rows)
    kept = now.kept(house.today) if now else ""
    said = read_answers(TODAY, stored_answers(ready))
    today = progression.Today(round(said.number("pain")), slept=said.word("sleep") != HARDLY)
    on_day = house.today.toordinal()
    return progression.decide(walked, protocol, prescription, on_day=on_day, today=today, kept=kept)


def _plan(
    house: House,
    walker: Walker,
    prescription: Prescription,
    protocol: Protocol,
    decision: Decision,
) -> SessionPlan:
    can = house.treadmill.capability
    belt = Range(
        can.min_mps, can.max_mps, can.step_mps, can.max_incline_ratio, can.incline_step_ratio
    )
    return check(
        plan_session(prescription, protocol, stage=decision.stage, walker=walker, belt=belt)
    )


def _store_plan(
    house: House, rows: Rows, row: SessionRow, plan: SessionPlan, decision: Decision
) -> None:
    """Write today's session, in place of one planned before and never begun."""
    row.protocol, row.stage, row.status = plan.protocol, plan.stage, Status.PLANNED.value
    row.plan, row.planned = encode(plan), encode(planned_dose(plan))
    row.planned_at, row.began_at, row.ended_at = house.now(), None, None
    row.delivered, row.reasons, row.speed_up = encode(Dose()), "[]", house.speed_up
    rows.add(row)
    rows.flush()
    inputs = {
        "prescription": row.prescription_id,
        "stage": decision.stage,
        "progression": progression.RULE,
        "on_day": house.today.toordinal(),
        "belt": house.treadmill.capability,
    }
    decided(
        house, rows, "plan", rule=PLAN_RULE, inputs=inputs, answer=plan, reasons=decision.reasons,
        session_id=row.id,
    )  # fmt: skip
