"""/today: how the walker is today, before each session."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import planning, screening
from retrowalk.errors import BadAnswers
from retrowalk.web import forms
from retrowalk.web.forms import Questionnaire
from retrowalk.web.page import house_of, see_other
from retrowalk.web.way import TODAY, way
from retrowalk.words import Clear

ABOUT = Questionnaire(
    heading="How are you today?",
    lead="Asked before each session, because yesterday’s answer does not count.",
    go="Plan today’s session",
    way=way(TODAY),
)


async def show(request: Request) -> Response:
    return forms.ask(request, screening.today_questions(), ABOUT)


async def answer(request: Request) -> Response:
    questions, given = screening.today_questions(), await forms.typed(request)
    try:
        verdict = planning.submit_readiness(house_of(request), forms.answers(questions, given))
    except BadAnswers as bad:
        return forms.ask(request, questions, ABOUT, given=given, problems=bad.problems)
    return see_other("/" if isinstance(verdict, Clear) else "/verdict")
