"""The eight questions between screening and the first session."""

from retrowalk.programme.answers import Raw
from retrowalk.words import Question, Walker

PROFILE: tuple[Question, ...] = ()


def read_walker(raw: Raw) -> Walker:
    """The walker of a profile form; raises BadAnswers.

    `speed` is one of slow, usual, brisk, own; with own, a second value of the same field
    (or the field alone) is the number, in the unit answered under `units`.
    """
    raise NotImplementedError
