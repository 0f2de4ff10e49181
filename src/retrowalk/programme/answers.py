"""A form's answers: every question answered with sense, or one sentence for each that is not.

Whatever arrives from outside is text; what leaves here is typed, inside its bounds, and
nobody need look at it again.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from retrowalk.errors import BadAnswers, BadInput
from retrowalk.words import AnswerKind, Question

T = TypeVar("T")
Raw = Mapping[str, str | Sequence[str]]

NOT_KNOWN = "not known"
OWN = "own"  # the choice of a speed question that says: I give the number myself
LONGEST_TEXT = 1000  # characters; a note on a session, not a diary
LONGEST_WORD = 40  # characters; longer than any number or choice we offer
MOST_PARTS = 40  # values for one field; more than any question offers
PRESSURE_MMHG = (50.0, 260.0), (25.0, 160.0)  # what a cuff can show of someone sitting up
NUMBER = re.compile(r"[+-]?[0-9]{1,9}([.,][0-9]{1,9})?")
SHOWABLE = re.compile(r"[A-Za-z0-9 .,/+-]{1,12}")  # safe and short enough to quote back


@dataclass(frozen=True, slots=True)
class Pressure:
    """A blood pressure as the cuff shows it: mmHg is what every cuff and clinician says."""

    systolic_mmhg: float
    diastolic_mmhg: float


@dataclass(frozen=True, slots=True)
class NotKnown:
    """An honest answer, never the same as no answer."""


Answer = bool | float | str | tuple[str, ...] | Pressure | NotKnown


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, by question id, in the order asked.

    A wrong type asked for is a wrong call (TypeError), an id never answered a KeyError.
    """

    given: tuple[tuple[str, Answer], ...]

    def __contains__(self, id_: object) -> bool:
        return any(id_ == known for known, _ in self.given)

    def __getitem__(self, id_: str) -> Answer:
        return dict(self.given)[id_]

    def yes(self, id_: str) -> bool:
        return _typed(self[id_], bool)

    def number(self, id_: str) -> float:
        return _typed(self[id_], float)

    def word(self, id_: str) -> str:
        return _typed(self[id_], str)

    def words(self, id_: str) -> tuple[str, ...]:
        return _typed(self[id_], tuple)

    def plain(self) -> dict[str, str | list[str]]:
        """The answers as a form would send them; `read_answers` reads them back the same."""
        return {id_: _plain(answer) for id_, answer in self.given}


def read_answers(questions: Sequence[Question], raw: Raw) -> Answers:
    """Every answer checked; raises BadAnswers with one sentence for each that will not do.

    Fields nobody asked for are left aside.  A question that is not required and not
    answered is simply absent from the answers.
    """
    given: list[tuple[str, Answer]] = []
    problems: dict[str, str] = {}
    for question in questions:
        try:
            parts = _parts(raw.get(question.id, ""), _longest(question))
            if parts or question.required:
                given.append((question.id, _read(question, parts)))
        except _Unfit as unfit:
            problems[question.id] = str(unfit)
    if problems:
        raise BadAnswers(problems)
    return Answers(tuple(given))


class _Unfit(BadInput):
    """One answer that will not do; its text is the sentence shown."""


def _typed(answer: Answer, kind: type[T]) -> T:
    if not isinstance(answer, kind):
        raise TypeError(f"the answer is {answer!r}, {kind.__name__} was asked for")
    return answer


def _plain(answer: Answer) -> str | list[str]:
    match answer:
        case bool():
            return "yes" if answer else "no"
        case float():
            return _number_text(answer)
        case str():
            return answer
        case tuple():
            return list(answer)
        case Pressure(systolic, diastolic):
            return [_number_text(systolic), _number_text(diastolic)]
        case _:
            return NOT_KNOWN


def _number_text(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")


def _longest(question: Question) -> int:
    return LONGEST_TEXT if question.kind is AnswerKind.TEXT else LONGEST_WORD


def _parts(value: object, longest: int) -> tuple[str, ...]:
    """The field's values that are not blank; a field never answered has none."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
        raise _Unfit("This answer did not arrive as words; please answer it on the page again.")
    if len(values) > MOST_PARTS:
        raise _Unfit(f"This question got {len(values)} answers; please answer it once.")
    stripped = [v.strip() for v in values]
    if any(len(v) > longest for v in stripped):
        most = max(len(v) for v in stripped)
        raise _Unfit(f"This answer has {most} letters; please keep it to {longest}.")
    if any(map(_unprintable, stripped)):
        raise _Unfit("This answer holds signs that cannot be read; please type it again.")
    return tuple(v for v in stripped if v)


def _unprintable(text: str) -> bool:
    return any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\r\t" for c in text)


def _read(question: Question, parts: tuple[str, ...]) -> Answer:
    match question.kind:
        case AnswerKind.CHOICES:
            return _choices(question, parts)
        case AnswerKind.PRESSURE:
            return _pressure(parts)
        case AnswerKind.SPEED:
            return _speed(question, parts)
        case AnswerKind.YES_NO:
            return _one_of({"yes": "Yes", "no": "No"}, _single(parts, "yes or no")) == "yes"
        case AnswerKind.CHOICE:
            return _one_of(dict(question.choices), _single(parts, "one of the answers offered"))
        case AnswerKind.TEXT:
            return _single(parts, "a few words")
        case AnswerKind.SCALE:
            return _scale(question, _single(parts, _bounds(question)))
        case _:  # NUMBER
            return _number(question, _single(parts, _bounds(question)))


def _single(parts: tuple[str, ...], expected: str) -> str:
    match parts:
        case ():
            raise _Unfit(f"This question is not answered yet; please answer with {expected}.")
        case (part,):
            return part
        case _:
            raise _Unfit(f"This question got {len(parts)} answers; please give {expected}.")


def _one_of(labels: Mapping[str, str], part: str) -> str:
    if part not in labels:
        offered = ", ".join(labels.values())
        raise _Unfit(f"{_quoted(part)} is not one of the answers; please choose from: {offered}.")
    return part


def _choices(question: Question, parts: tuple[str, ...]) -> tuple[str, ...]:
    if question.required and not parts:
        raise _Unfit("This question is not answered yet; please tick at least one answer.")
    ticked = {_one_of(dict(question.choices), part) for part in parts}
    return tuple(value for value, _ in question.choices if value in ticked)


def _number(question: Question, part: str) -> float:
    number = _figure(part, _bounds(question))
    if not question.lowest <= number <= question.highest:
        raise _Unfit(f"{_quoted(part)} is out of range; please give {_bounds(question)}.")
    return number


def _scale(question: Question, part: str) -> float:
    number = _number(question, part)
    if number != int(number):
        raise _Unfit(f"{_quoted(part)} is between two steps; please give {_bounds(question)}.")
    return number


def _bounds(question: Question) -> str:
    lowest, highest = _number_text(question.lowest), _number_text(question.highest)
    what = "a whole number" if question.kind is AnswerKind.SCALE else "a number"
    return f"{what} from {lowest} to {highest}"


def _figure(part: str, expected: str) -> float:
    if not NUMBER.fullmatch(part):
        raise _Unfit(f"{_quoted(part)} is not a number we can read; please give {expected}.")
    return float(part.replace(",", "."))


def _speed(question: Question, parts: tuple[str, ...]) -> str | float:
    """A choice offered, or a number; `own` beside a number says the same as the number."""
    offered = [part for part in parts if part in dict(question.choices) and part != OWN]
    numbers = [part for part in parts if part != OWN and part not in offered]
    if parts and not offered and not numbers:
        raise _Unfit(f"Your own speed is missing; please give {_bounds(question)}.")
    one = _single((*offered, *numbers), f"one of the speeds, or {_bounds(question)}")
    return one if offered else _number(question, one)


def _pressure(parts: tuple[str, ...]) -> Pressure | NotKnown:
    """`not known`, or two figures, or both in one as 130/80."""
    expected = "two numbers such as 130 and 80, or “not known”"
    match parts:
        case (part,) if part == NOT_KNOWN:
            return NotKnown()
        case (part,) if part.count("/") == 1:
            upper, lower = (piece.strip() for piece in part.split("/"))
        case (upper, lower) if NOT_KNOWN not in parts:
            pass
        case ():
            raise _Unfit(f"Your blood pressure is not answered yet; please give {expected}.")
        case _:
            raise _Unfit(f"This is not a blood pressure we can read; please give {expected}.")
    pressure = Pressure(_figure(upper, expected), _figure(lower, expected))
    (s_low, s_high), (d_low, d_high) = PRESSURE_MMHG
    systolic, diastolic = pressure.systolic_mmhg, pressure.diastolic_mmhg
    if not (s_low <= systolic <= s_high and d_low <= diastolic <= d_high and diastolic < systolic):
        raise _Unfit(
            f"{_quoted(upper)} over {_quoted(lower)} cannot be a blood pressure; "
            f"please read the cuff again, the higher number first, or choose “not known”."
        )
    return pressure


def _quoted(part: str) -> str:
    """What was given, if it is short and harmless; never somebody's script sent back."""
    return f"“{part}”" if SHOWABLE.fullmatch(part) else "What was given"
