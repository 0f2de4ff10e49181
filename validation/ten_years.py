"""How quick the pages are for somebody who has walked every day for ten years.

python -m validation.ten_years
"""

import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from sqlalchemy.orm import Session as Rows

from retrowalk.app import morning, planning, profile, screening
from retrowalk.app.house import House, open_house
from retrowalk.app.planning import SessionReady
from retrowalk.store.codec import encode
from retrowalk.store.models import (
    DecisionRow,
    MorningRow,
    ReviewRow,
    ScreeningRow,
    SessionRow,
    Status,
)
from retrowalk.web.app import create_app
from retrowalk.words import AnswerKind, Decision, Hold, NextDay, Question, Reason, Review
from validation.promise import Promise, at_most

COMMAND = "python -m validation.ten_years"
DAYS = 3650
PATHS = ("/", "/verdict", "/screening", "/profile", "/protocols", "/today", "/history",
         "/week", "/week.ics", "/heart", "/benefits", "/tests", "/about",
         "/session/day1", "/session/day3000")  # fmt: skip


def promises() -> Iterator[Promise]:
    """The slowest page, and each decision with its store."""
    with warnings.catch_warnings(), TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")  # starlette asks for httpx2
        from starlette.testclient import TestClient  # noqa: PLC0415

        house = open_house(Path(folder) / "house")
        _lived(house)
        took: dict[str, float] = {}
        with TestClient(create_app(house), base_url="http://127.0.0.1:8377") as client:
            for path in PATHS:
                client.get(path)  # templates are read once
                began_s = process_time()
                answer = client.get(path)
                took[path] = process_time() - began_s
                assert answer.status_code == 200, (path, answer.status_code)
        decisions_s = [_next_step(house) for _ in range(20)]
        house.close()
    for path, seconds in sorted(took.items(), key=lambda item: -item[1]):
        print(f"{1000 * seconds:7.1f} ms {path}")
    yield at_most("plan.ten_years_page", 1000 * max(took.values()), 200, "ms of processor",
                  COMMAND)  # fmt: skip
    yield at_most(
        "plan.ten_years_next_session", 1000 * median(decisions_s), 50, "ms of processor", COMMAND
    )


def _next_step(house: House) -> float:
    began_s = process_time()
    step = planning.next_step(house)
    took_s = process_time() - began_s
    assert isinstance(step, SessionReady), step
    return took_s


def _lived(house: House) -> None:
    """Screened and ready today, with a session, its review and its morning every day before."""
    screening.submit_screening(house, _form(screening.standing_questions()))
    profile.submit_profile(house, _form(profile.profile_questions()) | {"rails": "yes"})
    planning.choose_protocol(house, "daily-minutes")
    planning.submit_readiness(house, _form(screening.today_questions()))
    step = planning.next_step(house)
    assert isinstance(step, SessionReady)
    with house.store.writing() as rows:
        like = rows.get_one(SessionRow, step.session_id)
        for ago in range(DAYS, 0, -1):
            rows.add(_session(house, like, ago))
        rows.flush()
        for ago in range(DAYS, 0, -1):
            _said(house, rows, like.walker_id, ago)
    morning.submit_morning(house, {"pain": "1", "sore": "1"})
    planning.submit_readiness(house, _form(screening.today_questions()))


def _session(house: House, like: SessionRow, ago: int) -> SessionRow:
    at = house.now() - timedelta(days=ago)
    return SessionRow(
        id=f"day{ago}", walker_id=like.walker_id, prescription_id=like.prescription_id,
        protocol=like.protocol, stage=ago % 3, status=Status.DONE.value, plan=like.plan,
        planned=like.planned, planned_at=at, began_at=at, ended_at=at, delivered=like.planned,
        reasons="[]", speed_up=1.0,
    )  # fmt: skip


def _said(house: House, rows: Rows, walker: int, ago: int) -> None:
    """The review, the decisions and the morning after of that day's session."""
    at, id_ = house.now() - timedelta(days=ago), f"day{ago}"
    review = Review(1, 1, 1, 2 + ago % 3)
    rows.add(ReviewRow(session_id=id_, at=at, answers="{}", body=encode(review)))
    kept = encode(Hold(0, (Reason("good sessions", "It went well."),)), Decision)
    inputs = encode({"history": ["x" * 40] * 400})  # as large as twelve weeks of sessions
    for kind in ("plan", "dose", "progression", "readiness"):
        rows.add(DecisionRow(walker_id=walker, session_id=id_, at=at, kind=kind, rule="",
                             inputs=inputs, answer=kept, reasons="[]"))  # fmt: skip
    rows.add(ScreeningRow(walker_id=walker, at=at, kind="today", answers="{}", verdict="{}"))
    if ago > 1:
        on = at.astimezone().date()
        rows.add(MorningRow(walker_id=walker, at=at, walked_on=on, answers="{}",
                            body=encode(NextDay(1, 1))))  # fmt: skip


def _form(questions: tuple[Question, ...]) -> dict[str, str | list[str]]:
    return {question.id: _calm(question) for question in questions}


def _calm(question: Question) -> str:
    match question.kind:
        case AnswerKind.YES_NO:
            return "no"
        case AnswerKind.SCALE:
            return "1"
        case AnswerKind.PRESSURE:
            return "not known"
        case AnswerKind.NUMBER:
            return "60"
        case AnswerKind.SPEED:
            return "usual"
        case _:
            return question.choices[0][0] if question.choices else ""


if __name__ == "__main__":
    for promise in promises():
        print(promise.line(), flush=True)
