"""Whatever a form sends becomes typed answers, or one sentence for each field that will not do."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programme.cases import WELL_STANDING, WELL_TODAY

from retrowalk.errors import BadAnswers
from retrowalk.programme.answers import (
    LONGEST_TEXT,
    NOT_KNOWN,
    Answers,
    NotKnown,
    Pressure,
    read_answers,
)
from retrowalk.programme.profile import PROFILE
from retrowalk.programme.questions import STANDING, TODAY
from retrowalk.words import AnswerKind, Question

SCALE = Question("it", "How much?", AnswerKind.SCALE)
NUMBER = Question("it", "How many?", AnswerKind.NUMBER, lowest=16, highest=110)
YES_NO = Question("it", "Is it?", AnswerKind.YES_NO)
CUFF = Question("it", "Pressure?", AnswerKind.PRESSURE)
COLOURS = (("r", "Red"), ("g", "Green"), ("b", "Blue"))
CHOICE = Question("it", "Which?", AnswerKind.CHOICE, choices=COLOURS)
CHOICES = Question("it", "Which of these?", AnswerKind.CHOICES, choices=COLOURS)
SOME = Question("it", "Any of these?", AnswerKind.CHOICES, choices=COLOURS, required=False)
NOTE = Question("it", "Anything else?", AnswerKind.TEXT, required=False)
PACE = Question("it", "How fast?", AnswerKind.SPEED, lowest=0.1, highest=20,
                choices=(("slow", "Slow"), ("own", "My own")))  # fmt: skip
EVERY = (SCALE, NUMBER, YES_NO, CUFF, CHOICE, CHOICES, SOME, NOTE, PACE)


def read(question: Question, value: Any) -> Any:
    return read_answers([question], {"it": value})["it"]


def sentence(question: Question, value: Any) -> str:
    with pytest.raises(BadAnswers) as refused:
        read_answers([question], {"it": value})
    return refused.value.problems["it"]


@pytest.mark.parametrize(
    ("question", "sent", "understood"),
    [
        (YES_NO, "yes", True),
        (YES_NO, ["no"], False),
        (SCALE, " 7 ", 7.0),
        (SCALE, "7.0", 7.0),
        (NUMBER, "67,5", 67.5),
        (CHOICE, "g", "g"),
        (CHOICES, ["b", "r", "b"], ("r", "b")),
        (SOME, ["g"], ("g",)),
        (CUFF, ["130", "80"], Pressure(130, 80)),
        (CUFF, "130/80", Pressure(130, 80)),
        (CUFF, ["130 / 80", ""], Pressure(130, 80)),
        (CUFF, ["", "", NOT_KNOWN], NotKnown()),
        (PACE, "slow", "slow"),
        (PACE, ["slow", ""], "slow"),
        (PACE, ["own", "3.5"], 3.5),
        (PACE, "3,5", 3.5),
        (NOTE, "tired <b>legs</b>\nsee you", "tired <b>legs</b>\nsee you"),
    ],
)
def test_an_answer_is_understood(question: Question, sent: Any, understood: Any) -> None:
    assert read(question, sent) == understood


@pytest.mark.parametrize(
    ("question", "sent", "says"),
    [
        (YES_NO, "", "not answered yet"),
        (YES_NO, "  ", "not answered yet"),
        (YES_NO, "maybe", "“maybe” is not one of the answers; please choose from: Yes, No."),
        (YES_NO, ["yes", "no"], "2 answers"),
        (SCALE, "11", "out of range; please give a whole number from 0 to 10"),
        (SCALE, "-1", "out of range"),
        (SCALE, "3.5", "between two steps"),
        (SCALE, "nan", "not a number we can read"),
        (SCALE, "1e1", "not a number we can read"),
        (SCALE, "٣", "not a number we can read"),
        (NUMBER, "900", "“900” is out of range; please give a number from 16 to 110"),
        (NUMBER, "9" * 30, "not a number we can read"),
        (CHOICE, "purple", "is not one of the answers; please choose from: Red, Green, Blue"),
        (CHOICES, [], "tick at least one"),
        (CHOICES, ["r", "x"], "“x” is not one of the answers"),
        (CUFF, "", "blood pressure is not answered yet"),
        (CUFF, ["130"], "not a blood pressure we can read"),
        (CUFF, ["130", "80", "70"], "not a blood pressure we can read"),
        (CUFF, ["130", NOT_KNOWN], "not a blood pressure we can read"),
        (CUFF, ["80", "130"], "the higher number first"),
        (CUFF, ["900", "80"], "cannot be a blood pressure"),
        (CUFF, ["130", "5"], "cannot be a blood pressure"),
        (CUFF, "130/x", "not a number we can read"),
        (PACE, "", "not answered yet"),
        (PACE, "own", "Your own speed is missing"),
        (PACE, ["slow", "3.5"], "2 answers"),
        (PACE, "900", "out of range"),
        (YES_NO, "y" * 41, "has 41 letters; please keep it to 40"),
        (NOTE, "y" * (LONGEST_TEXT + 1), "please keep it to 1000"),
        (NOTE, "bell \x07", "signs that cannot be read"),
        (NOTE, "half \ud800", "signs that cannot be read"),
        (YES_NO, ["no"] * 41, "got 41 answers"),
        (YES_NO, None, "did not arrive as words"),
        (YES_NO, [1], "did not arrive as words"),
        (YES_NO, {"yes": 1}, "did not arrive as words"),
    ],
)
def test_an_answer_that_will_not_do_gets_a_sentence(
    question: Question, sent: Any, says: str
) -> None:
    assert says in sentence(question, sent)


def test_a_script_is_never_sent_back() -> None:
    for question in (YES_NO, SCALE, CHOICE, CHOICES, CUFF, PACE):
        assert "script" not in sentence(question, "<script>alert(1)</script>")


def test_every_problem_is_told_at_once_and_one_question_apiece() -> None:
    with pytest.raises(BadAnswers) as refused:
        read_answers(STANDING, {"heart": "yes", "pressure": "purple"})
    assert set(refused.value.problems) == {q.id for q in STANDING} - {"heart"}
    for problem in refused.value.problems.values():
        assert problem.endswith(".")
        assert problem.count(". ") == 0


@pytest.mark.parametrize("missing", [q.id for q in (*STANDING, *TODAY, *PROFILE)])
def test_no_question_can_be_skipped(missing: str) -> None:
    questions = [q for q in (*STANDING, *TODAY, *PROFILE) if q.id == missing]
    with pytest.raises(BadAnswers) as refused:
        read_answers(questions, {})
    assert list(refused.value.problems) == [missing]


def test_what_nobody_asked_is_left_aside_and_what_may_be_open_is_absent() -> None:
    answers = read_answers([YES_NO, Question("note", "", AnswerKind.TEXT, required=False)],
                           {"it": "yes", "admin": "true"})  # fmt: skip
    assert answers == Answers((("it", True),))
    assert "note" not in answers
    assert "it" in answers


def test_answers_are_asked_for_by_their_type() -> None:
    answers = Answers((("a", True), ("b", 3.0), ("c", "red"), ("d", ("r", "g"))))
    assert (answers.yes("a"), answers.number("b"), answers.word("c")) == (True, 3.0, "red")
    assert answers.words("d") == ("r", "g")
    with pytest.raises(TypeError, match="str was asked for"):
        answers.word("a")
    with pytest.raises(KeyError):
        answers.yes("z")


def test_well_answers_come_back_the_same() -> None:
    for questions, raw in ((STANDING, WELL_STANDING), (TODAY, WELL_TODAY)):
        answers = read_answers(questions, raw)
        assert read_answers(questions, answers.plain()) == answers


def test_answers_of_every_kind_come_back_the_same() -> None:
    sent = [(SCALE, "4"), (NUMBER, "67.25"), (YES_NO, "yes"), (CUFF, "130/80"), (CUFF, NOT_KNOWN),
            (CHOICE, "g"), (CHOICES, ["b", "r"]), (NOTE, "tired"), (PACE, "3.5")]  # fmt: skip
    for question, value in sent:
        answers = read_answers([question], {"it": value})
        assert read_answers([question], answers.plain()) == answers


anything = st.recursive(
    st.one_of(st.text(max_size=60), st.none(), st.integers(), st.floats(),
              st.sampled_from(["yes", "no", "r", "own", "3", "7.25", "130", "80", NOT_KNOWN])),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=6,
)  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(EVERY), anything)
def test_anything_at_all_is_read_or_refused_and_reads_back_the_same(
    question: Question, sent: Any
) -> None:
    told: set[str] = set()
    try:
        answers = read_answers([question], {"it": sent})
        again = read_answers([question], answers.plain())
    except BadAnswers as refused:
        told = set(refused.problems)
        answers = again = Answers(())
    assert answers == again
    assert told <= {"it"}
