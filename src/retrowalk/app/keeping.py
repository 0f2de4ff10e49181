"""Rows in and out, as the use cases need them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.errors import Missing
from retrowalk.store.codec import encode, plain
from retrowalk.store.models import (
    ClearanceRow,
    DecisionRow,
    MorningRow,
    PrescriptionRow,
    ProfileRow,
    RecordingRow,
    ScreeningRow,
    SessionRow,
)
from retrowalk.words import Direction, Dose, IntervalKind, Reason, SessionPlan

ENDING = "ending"  # the kind of decision by which a walker says how to go on
Dated = TypeVar("Dated", ProfileRow, ScreeningRow, ClearanceRow, PrescriptionRow, MorningRow)


def newest(house: House, rows: Rows, table: type[Dated], /, **having: str) -> Dated | None:
    """The walker's newest row of this table."""
    asked = select(table).where(table.walker_id == house.walker_id).filter_by(**having)
    return rows.scalars(asked.order_by(table.id.desc()).limit(1)).first()


def stopped_on(house: House, rows: Rows) -> date | None:
    """The day the walker said, of the newest programme, that they stop; none if they did not."""
    ending = rows.scalars(
        select(DecisionRow)
        .where(DecisionRow.session_id.is_(None), DecisionRow.kind == ENDING)
        .where(DecisionRow.walker_id == house.walker_id)
        .order_by(DecisionRow.id.desc())
        .limit(1)
    ).first()
    if ending is None or json.loads(ending.answer) != "stop":
        return None
    newest = rows.scalars(
        select(PrescriptionRow.id)
        .where(PrescriptionRow.walker_id == house.walker_id)
        .order_by(PrescriptionRow.id.desc())
        .limit(1)
    ).first()
    return local_day(ending.at) if json.loads(ending.inputs)["prescription"] == newest else None


def session_row(house: House, rows: Rows, session_id: str) -> SessionRow:
    row = rows.get(SessionRow, session_id)
    if row is None or row.walker_id != house.walker_id:
        raise Missing("There is no such session: go to the first page to see what comes next.")
    return row


def has_recordings(house: House, session_id: str) -> bool:
    """Whether a phone's recording is kept with this session."""
    with house.store.reading() as rows:
        asked = select(RecordingRow.id).where(RecordingRow.session_id == session_id).limit(1)
        return rows.scalars(asked).first() is not None


def decided(
    house: House,
    rows: Rows,
    kind: str,
    *,
    rule: str,
    inputs: Mapping[str, object],
    answer: object,
    as_type: object = None,
    reasons: Sequence[Reason] = (),
    session_id: str | None = None,
) -> None:
    """Store one arrow of the house: what went in, what came out, why, by which rule."""
    row = DecisionRow(
        walker_id=house.walker_id,
        session_id=session_id,
        at=house.now(),
        kind=kind,
        rule=rule,
        inputs=encode({name: plain(value) for name, value in inputs.items()}),
        answer=encode(answer, as_type),
        reasons=encode(list(reasons)),
    )
    rows.add(row)


def local_day(at: datetime) -> date:
    return at.astimezone().date()


def planned_dose(plan: SessionPlan) -> Dose:
    """What the plan would deliver, walked to the second; rests deliver nothing."""
    walked = [i for i in plan.intervals if i.kind is not IntervalKind.REST]
    back = [i for i in walked if i.direction is Direction.BACKWARD]
    ahead = [i for i in walked if i.direction is Direction.FORWARD]
    return Dose(
        backward_s=sum(i.duration_s for i in back),
        forward_s=sum(i.duration_s for i in ahead),
        backward_m=sum(i.duration_s * i.belt_mps for i in back),
        forward_m=sum(i.duration_s * i.belt_mps for i in ahead),
    )


def dose_ratio(delivered: Dose, planned: Dose) -> float:
    """Of the planned backward time, how much was walked, 0 to 1; a plan without any is whole."""
    if planned.backward_s <= 0:
        return 1.0
    return min(delivered.backward_s / planned.backward_s, 1.0)
