"""/heart: how fast the heart may beat, asked of whoever wears a strap."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import heart
from retrowalk.errors import BadAnswers
from retrowalk.web import forms
from retrowalk.web.forms import Answers, Questionnaire
from retrowalk.web.page import house_of, see_other
from retrowalk.words import HeartCeiling

ABOUT = Questionnaire(
    heading="Your heart’s ceiling",
    lead="For whoever wears a heart-rate strap. Above this number the belt slows down, and stops "
    "if that does not help. retrowalk never makes a number up: ask who treats you. A strap is no "
    "doctor; if you feel unwell, stop, whatever it shows.",
    go="Keep this",
)


async def show(request: Request) -> Response:
    questions = heart.ceiling_questions()
    stored = _answers_of(heart.current_ceiling(house_of(request)))
    return forms.ask(request, questions, ABOUT, given=forms.as_typed(questions, stored))


async def answer(request: Request) -> Response:
    questions, given = heart.ceiling_questions(), await forms.typed(request)
    try:
        heart.submit_ceiling(house_of(request), forms.answers(questions, given))
    except BadAnswers as bad:
        return forms.ask(request, questions, ABOUT, given=given, problems=bad.problems)
    return see_other("/")


def _answers_of(ceiling: HeartCeiling) -> Answers:
    given: Answers = {"needed": "yes" if ceiling.needed else "no"}
    if ceiling.bpm is not None:
        given |= {"ceiling": str(ceiling.bpm), "by": ceiling.by}
    return given
