"""Forms in: answers for the app, and everything typed, kept to show again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from retrowalk.web.page import page
from retrowalk.words import AnswerKind, Question

NOT_KNOWN = "not known"  # how the app reads an honest "I do not know"
Typed = Mapping[str, list[str]]
Answers = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A page of questions: what stands above them and on its button."""

    heading: str
    lead: str
    go: str
    way: tuple[tuple[str, str], ...] = ()


async def typed(request: Request) -> Typed:
    """Every text of a form, field by field; files are not answers."""
    form: FormData = await request.form(max_files=0, max_fields=200)
    given: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            given.setdefault(name, []).append(value)
    return given


def first(given: Typed, name: str) -> str:
    return given.get(name, [""])[0].strip()


def answers(questions: Sequence[Question], given: Typed) -> Answers:
    """As the app takes them; a question without an answer is left out."""
    found = ((q.id, _answer(q, given)) for q in questions)
    return {id_: answer for id_, answer in found if answer}


def _answer(question: Question, given: Typed) -> str | list[str]:
    texts = [text for text in given.get(question.id, []) if text.strip()]
    match question.kind:
        case AnswerKind.PRESSURE if first(given, f"{question.id}-unknown"):
            return NOT_KNOWN
        case AnswerKind.PRESSURE:
            return _filled(given, f"{question.id}-upper", f"{question.id}-lower")
        case AnswerKind.SPEED:
            return [*texts, *_filled(given, f"{question.id}-own")]
        case AnswerKind.CHOICES:
            return texts
        case _:
            return texts if len(texts) > 1 else "".join(texts)


def _filled(given: Typed, *names: str) -> list[str]:
    return [text for text in (first(given, name) for name in names) if text]


def as_typed(questions: Sequence[Question], stored: Mapping[str, str | list[str]]) -> Typed:
    """Answers from the store, as the form that gave them."""
    given: dict[str, list[str]] = {}
    for question in questions:
        if question.id in stored:
            given |= _fields(question, stored[question.id])
    return given


def _fields(question: Question, answer: str | list[str]) -> dict[str, list[str]]:
    texts = [answer] if isinstance(answer, str) else list(answer)
    match question.kind:
        case AnswerKind.PRESSURE if texts == [NOT_KNOWN]:
            return {f"{question.id}-unknown": ["yes"]}
        case AnswerKind.PRESSURE:
            names = (f"{question.id}-upper", f"{question.id}-lower")
            return {name: [text] for name, text in zip(names, texts, strict=False)}
        case AnswerKind.SPEED if texts[-1:] and texts[-1] not in dict(question.choices):
            return {question.id: ["own"], f"{question.id}-own": texts[-1:]}
        case _:
            return {question.id: texts}


def ask(
    request: Request,
    questions: Sequence[Question],
    about: Questionnaire,
    *,
    given: Typed | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    """The page of these questions; with problems, 422 and everything typed still there."""
    return page(
        request, "questions.html", status=422 if problems else 200, questions=questions,
        heading=about.heading, lead=about.lead, go=about.go, way=about.way,
        given=given or {}, problems=_in_order(questions, problems or {}),
    )  # fmt: skip


def _in_order(questions: Sequence[Question], problems: Mapping[str, str]) -> dict[str, str]:
    known = {q.id: problems[q.id] for q in questions if q.id in problems}
    return known | {id_: text for id_, text in problems.items() if id_ not in known}
