"""/screening and /verdict: may this person walk backward, and who said so."""

from collections.abc import Mapping
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import planning, screening
from retrowalk.app.planning import MayNotWalk
from retrowalk.app.screening import NoScreening
from retrowalk.errors import BadAnswers
from retrowalk.web import forms
from retrowalk.web.forms import Questionnaire
from retrowalk.web.page import house_of, page, see_other
from retrowalk.web.way import HEALTH, way
from retrowalk.words import AskClinician, Clear, NotToday, Verdict

ABOUT = Questionnaire(
    heading="First, your health",
    lead="Walking backward is harder on heart and balance than it looks. Answer for yourself; "
    "nothing leaves this computer.",
    go="See what it means",
    way=way(HEALTH),
)


async def show(request: Request) -> Response:
    questions = screening.standing_questions()
    before = screening.latest(house_of(request))
    stored = {} if isinstance(before, NoScreening) else before.answers
    return forms.ask(request, questions, ABOUT, given=forms.as_typed(questions, stored))


async def answer(request: Request) -> Response:
    questions, given = screening.standing_questions(), await forms.typed(request)
    try:
        screening.submit_screening(house_of(request), forms.answers(questions, given))
    except BadAnswers as bad:
        return forms.ask(request, questions, ABOUT, given=given, problems=bad.problems)
    return see_other("/verdict")


async def verdict(request: Request) -> Response:
    return _verdict(request)


async def clear(request: Request) -> Response:
    """Record what a clinician has cleared."""
    given = await forms.typed(request)
    topics, by, on = given.get("topics", []), forms.first(given, "by"), forms.first(given, "on")
    kept = {"topics": topics, "by": by, "on": on}
    try:
        day = date.fromisoformat(on)
    except ValueError:
        problem = {"on": "The day of the clearance is missing or no date; give it as 2026-11-21."}
        return _verdict(request, given=kept, problems=problem)
    try:
        screening.record_clearance(house_of(request), topics=topics, by=by, on=day)
    except BadAnswers as bad:
        return _verdict(request, given=kept, problems=bad.problems)
    return see_other("/verdict")


def _verdict(
    request: Request,
    *,
    given: Mapping[str, object] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    house = house_of(request)
    step, latest = planning.next_step(house), screening.latest(house)
    if isinstance(latest, NoScreening):
        return see_other("/screening")
    standing = latest.verdict
    shown = step.verdict if isinstance(step, MayNotWalk) else standing
    return page(
        request, "verdict.html", status=422 if problems else 200, verdict=shown,
        kind=_kind(shown), problems=problems or {},
        given=given or {"topics": [], "by": "", "on": house.now().date().isoformat()},
        again="/screening" if standing == shown else "/today",
    )  # fmt: skip


def _kind(verdict: Verdict) -> str:
    match verdict:
        case Clear():
            return "yes"
        case AskClinician():
            return "ask"
        case NotToday():
            return "no"
