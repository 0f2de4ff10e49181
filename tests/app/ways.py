"""Ways through the house for tests: forms filled in, a session made ready, a walker who holds."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from retrowalk.app import morning, planning, profile, screening, walking
from retrowalk.app.house import House, open_house, utc_clock
from retrowalk.app.keeping import planned_dose
from retrowalk.app.planning import SessionReady
from retrowalk.app.setting_up import setup_list
from retrowalk.app.virtual import run_virtually
from retrowalk.app.walking import Frame, Live
from retrowalk.live.events import StopReason
from retrowalk.store.codec import encode
from retrowalk.store.models import SessionRow
from retrowalk.treadmill.port import Treadmill
from retrowalk.treadmill.simulated import SIMULATED, SimulatedBelt
from retrowalk.words import (
    AnswerKind,
    Direction,
    Interval,
    Limits,
    Question,
    SessionPlan,
)

PAGE = "the walker's own page"
LIMITS = Limits(backward_top_mps=0.4, forward_top_mps=0.5)
SHORT = SessionPlan(
    (
        Interval(Direction.BACKWARD, 20, 0.35, repetition=1, repetitions=1),
        Interval(Direction.FORWARD, 20, 0.4, repetition=1, repetitions=1),
    ),
    LIMITS,
    "alternating-thirty",
)


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
        case AnswerKind.CHOICE:
            return question.choices[0][0]
        case _:
            return ""


def form(questions: Sequence[Question], **other: str | list[str]) -> dict[str, str | list[str]]:
    """A form filled in by somebody well, but for what is given."""
    return {question.id: _calm(question) for question in questions} | other


def known(house: House, **about: str | list[str]) -> House:
    """Screened, with a profile and a protocol."""
    screening.submit_screening(house, form(screening.standing_questions()))
    profile.submit_profile(house, form(profile.profile_questions(), rails="yes", **about))
    planning.choose_protocol(house, "alternating-thirty")
    return house


def ready(house: House, plan: SessionPlan | None = SHORT) -> str:
    """Ready to begin: the session's id, its plan replaced by `plan`."""
    if morning.unasked(house) is not None:
        morning.submit_morning(house, form(morning.morning_questions()))
    planning.submit_readiness(house, form(screening.today_questions()))
    step = planning.next_step(house)
    assert isinstance(step, SessionReady), step
    if plan is not None:
        with house.store.writing() as rows:
            row = rows.get_one(SessionRow, step.session_id)
            row.plan, row.planned = encode(plan), encode(planned_dose(plan))
    return step.session_id


def new_house(
    folder: Path,
    *,
    now: Callable[[], datetime] = utc_clock,
    treadmill: Treadmill = SIMULATED,
    speed_up: float = 1.0,
) -> House:
    return open_house(folder, now=now, treadmill=treadmill, speed_up=speed_up)


def belt_of(live: Live) -> SimulatedBelt:
    assert isinstance(live.drive.belt, SimulatedBelt)
    return live.drive.belt


def set_up(live: Live) -> None:
    """The whole list said, the sound heard."""
    live.prepare([name for name, _ in setup_list(live.plan.place)], heard=True, silent=False)


async def hold(live: Live, page: str = PAGE) -> None:
    """Hold Start until the belt is under way."""
    set_up(live)
    until_s = asyncio.get_running_loop().time() + 30
    while (seen := live.frame(page)).view.phase in {"waiting", "holding"}:
        assert asyncio.get_running_loop().time() < until_s, seen
        if seen.view.may_hold:
            live.hold(page)
        await asyncio.sleep(0.25)


async def until(live: Live, *phases: str, within_s: float = 120, page: str = PAGE) -> Frame:
    """Watch until one of these phases."""
    until_s = asyncio.get_running_loop().time() + within_s
    while (seen := live.frame(page)).view.phase not in phases:
        assert asyncio.get_running_loop().time() < until_s, seen
        await asyncio.sleep(0.25)
    return seen


async def walk(live: Live, page: str = PAGE) -> None:
    """Walk it all: a page that reads every frame, and a walker who holds when asked to."""

    async def watch() -> None:
        async for _ in live.frames(page):
            pass

    set_up(live)
    watching = asyncio.ensure_future(watch())
    while not live.ended:
        if (view := live.frame(page).view).may_hold or view.phase == "holding":
            live.hold(page)
        await asyncio.sleep(0.25 if view.phase in {"waiting", "holding"} else 1.0)
    await watching


async def walked_out(house: House, session_id: str) -> Live:
    live = walking.begin(house, session_id)
    await walk(live)
    return live


def requests(live: Live) -> list[str]:
    """What was asked of the belt, by name."""
    return [type(request).__name__ for request in belt_of(live).asked]


def reasons(live: Live) -> tuple[StopReason, ...]:
    return live.drive.session.reasons


def virtually(house: House, main: Coroutine[Any, Any, None]) -> None:
    """In virtual time; whatever happens, the session is shut down."""

    async def closing() -> None:
        try:
            await main
        finally:
            await walking.shut_down(house)

    run_virtually(closing())
