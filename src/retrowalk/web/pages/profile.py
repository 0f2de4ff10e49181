"""/profile: eight answers the first plan needs."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk import present
from retrowalk.app import profile
from retrowalk.app.profile import NoWalker
from retrowalk.errors import BadAnswers
from retrowalk.web import forms
from retrowalk.web.forms import Answers, Questionnaire
from retrowalk.web.page import house_of, see_other
from retrowalk.web.way import YOU, way
from retrowalk.words import Walker

ABOUT = Questionnaire(
    heading="About you",
    lead="Eight answers, so that the first session fits.",
    go="Keep these answers",
    way=way(YOU),
)


async def show(request: Request) -> Response:
    questions = profile.profile_questions()
    walker = profile.current_walker(house_of(request))
    stored = {} if isinstance(walker, NoWalker) else _answers_of(walker)
    return forms.ask(request, questions, ABOUT, given=forms.as_typed(questions, stored))


async def answer(request: Request) -> Response:
    questions, given = profile.profile_questions(), await forms.typed(request)
    try:
        profile.submit_profile(house_of(request), forms.answers(questions, given))
    except BadAnswers as bad:
        return forms.ask(request, questions, ABOUT, given=given, problems=bad.problems)
    return see_other("/")


def _answers_of(walker: Walker) -> Answers:
    return {
        "goal": walker.goal.value,
        "age": str(walker.age_years),
        "experience": walker.experience.value,
        "aid": walker.aid.value,
        "units": walker.units.value,
        "speed": ["own", present.speed_number(walker.comfortable_forward_mps, walker.units)],
        "place": walker.place.value,
        "rails": "yes" if walker.rails else "no",
    }
