"""/ : the one thing to do next."""

from itertools import pairwise
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from retrowalk import present
from retrowalk.app import ending, evidence, outcomes, planning
from retrowalk.app.planning import (
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
)
from retrowalk.app.profile import NoWalker, current_walker
from retrowalk.pictures.ribbon import ribbon_picture
from retrowalk.web.page import house_of, page, units_of
from retrowalk.web.way import place_of, way
from retrowalk.words import AskClinician, Direction, SessionPlan

NARROW, WIDE = 360, 860  # pixels a phone and a screen give a picture


async def show(request: Request) -> Response:
    house = house_of(request)
    step = planning.next_step(house)
    known = not isinstance(current_walker(house), NoWalker)
    shown: dict[str, Any] = {
        "way": way(place_of(step)),
        "first_time": isinstance(step, NeedsScreening) and not known,
        "has_profile": known,
        "speed_up": house.speed_up,
        "treadmill": house.treadmill.name,
        "plan": None,
        "due": outcomes.due_now(house) if known else (),
        "ended": ending.ending(house) if known else None,
        "lead": "",
    }
    return page(request, "home.html", **shown | _about(step) | _plan(step, request))


def _about(step: NextStep) -> dict[str, Any]:
    match step:
        case NeedsScreening():
            return _ask(
                "Next: your health",
                "/screening",
                "Answer the health questions",
                "It is time to ask again whether walking backward suits you.",
            )
        case NeedsProfile():
            return _ask(
                "Next: about you",
                "/profile",
                "Answer eight questions",
                "So that the first session fits: your goal, your pace, your place.",
            )
        case NeedsProtocol():
            return _ask(
                "Next: choose how to begin",
                "/protocols",
                "See the protocols",
                "Recipes others have walked before you, each with its source.",
            )
        case Paused(since):
            return _ask(
                "Your plan is paused",
                "/week",
                "Go to your week",
                f"Since {present.day(since)}. Go on with it there, when you like.",
            )
        case Finished(since):
            return _ask(
                "You have finished",
                "/protocols",
                "See the protocols",
                f"Since {present.day(since)} no session is planned. What you did is kept, and you "
                "can begin again whenever you like.",
            )
        case NeedsMorning(walked_on):
            return _ask(
                "How was the morning after?",
                "/morning",
                "Say how it was",
                f"Two numbers about the day after {present.day(walked_on)}: whether pain settled "
                "and how sore your legs were.",
            )
        case NeedsReadiness():
            return _ask(
                "How are you today?",
                "/today",
                "Answer today’s questions",
                "A few questions before each session, then today’s plan is ready.",
            )
        case MayNotWalk(AskClinician()):
            return _ask(
                "Ask a clinician first",
                "/verdict",
                "See why, and what to do",
                "Something you answered needs a yes from a doctor or physiotherapist.",
            )
        case MayNotWalk():
            return _ask(
                "Not today",
                "/verdict",
                "See why",
                "Rest is part of the programme. Come back when it has passed.",
            )
        case MachineUnfit(text):
            return _ask(
                "Your treadmill cannot do this plan", "/profile", "Change where you walk", text
            )
        case SessionRunning(session_id):
            return _ask(
                "A session is running",
                f"/session/{session_id}",
                "Go to the session",
                "It goes on where it is; you may watch and stop it from here.",
            )
        case NeedsReview(session_id, interrupted=True):
            return _ask(
                "Your session was interrupted",
                f"/session/{session_id}",
                "See the session",
                "retrowalk stopped while you walked. All up to then was kept, and no belt "
                "was started again.",
            )
        case NeedsReview(session_id):
            return _ask(
                "How did it go?",
                f"/session/{session_id}/review",
                "Review your session",
                "Four numbers and what felt wrong: they decide the next session.",
            )
        case SessionReady():
            return {"heading": "Today’s session is ready"}  # fmt: skip


def _ask(heading: str, go_to: str, go: str, lead: str) -> dict[str, Any]:
    return {"heading": heading, "go_to": go_to, "go": go, "lead": lead}


def _plan(step: NextStep, request: Request) -> dict[str, Any]:
    if not isinstance(step, SessionReady):
        return {}
    plan = step.plan
    return {
        "plan": plan,
        "title": step.title,
        "stage_text": step.stage_text,
        "reasons": step.reasons,
        "claims": evidence.behind_protocol(plan.protocol),
        "session_id": step.session_id,
        "units": units_of(house_of(request)),
        "back_mps": max((i.belt_mps for i in plan.intervals
                         if i.direction is Direction.BACKWARD), default=0.0),
        "turns": _turns(plan),
        "ribbon": tuple(ribbon_picture(plan, width=width, prefix=f"ribbon{width}")
                        for width in (WIDE, NARROW)),
    }  # fmt: skip


def _turns(plan: SessionPlan) -> int:
    walked = [i.direction for i in plan.intervals if i.belt_mps > 0]
    return sum(before is not after for before, after in pairwise(walked))
