"""/session/{id}/review: what the walker says afterwards."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import reviewing
from retrowalk.app.reviewing import NotReviewed
from retrowalk.errors import BadAnswers
from retrowalk.web import forms
from retrowalk.web.forms import Questionnaire
from retrowalk.web.page import house_of, see_other
from retrowalk.web.pages.summary import written

ABOUT = Questionnaire(
    heading="How did it go?",
    lead="Your answers decide the next session, so be honest rather than brave.",
    go="See my session",
)


async def show(request: Request) -> Response:
    seen = await written(request)
    if seen.status in {"planned", "live"} or not isinstance(seen.review, NotReviewed):
        return see_other(f"/session/{seen.session_id}")
    return forms.ask(request, reviewing.review_questions(), ABOUT)


async def answer(request: Request) -> Response:
    session_id = request.path_params["session_id"]
    questions, given = reviewing.review_questions(), await forms.typed(request)
    try:
        reviewing.submit_review(house_of(request), session_id, forms.answers(questions, given))
    except BadAnswers as bad:
        return forms.ask(request, questions, ABOUT, given=given, problems=bad.problems)
    return see_other(f"/session/{session_id}")
