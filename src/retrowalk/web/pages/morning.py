"""/morning: how the walker was the morning after a session."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import morning
from retrowalk.errors import BadAnswers
from retrowalk.web import forms
from retrowalk.web.forms import Questionnaire
from retrowalk.web.page import house_of, see_other
from retrowalk.web.way import TODAY, way

ABOUT = Questionnaire(
    heading="How was the morning after?",
    lead="Pain that settles within a day is a good sign; soreness says how long to rest. Think of "
    "the morning after you last walked.",
    go="Keep it",
    way=way(TODAY),
)


async def show(request: Request) -> Response:
    if morning.unasked(house_of(request)) is None:
        return see_other("/")
    return forms.ask(request, morning.morning_questions(), ABOUT)


async def answer(request: Request) -> Response:
    questions, given = morning.morning_questions(), await forms.typed(request)
    try:
        morning.submit_morning(house_of(request), forms.answers(questions, given))
    except BadAnswers as bad:
        return forms.ask(request, questions, ABOUT, given=given, problems=bad.problems)
    return see_other("/")
