"""A form's answers: every question answered with sense, or one sentence for each that is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrowalk.words import Question

Raw = Mapping[str, str | Sequence[str]]
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Pressure:
    """A blood pressure as the cuff shows it."""

    systolic_mmhg: float
    diastolic_mmhg: float


@dataclass(frozen=True, slots=True)
class NotKnown:
    """An honest answer, never the same as no answer."""


Answer = bool | float | str | tuple[str, ...] | Pressure | NotKnown


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, by question id, in the order asked."""

    given: tuple[tuple[str, Answer], ...]

    def __contains__(self, id_: object) -> bool: ...
    def yes(self, id_: str) -> bool: ...
    def number(self, id_: str) -> float: ...
    def word(self, id_: str) -> str: ...
    def words(self, id_: str) -> tuple[str, ...]: ...
    def plain(self) -> dict[str, str | list[str]]:
        """The answers as a form would send them; `read_answers` reads them back the same."""
        ...


def read_answers(questions: Sequence[Question], raw: Raw) -> Answers:
    """Every answer checked; raises BadAnswers with one sentence for each that will not do."""
    raise NotImplementedError
