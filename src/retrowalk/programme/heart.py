"""How fast the heart may beat: asked of the walker, never worked out by us.

Formulas from age are wrong by ten beats and more for one person, and medicines change it besides:
so there is no default.  Without a number from the walker a heart rate is shown and nothing else.
"""

from dataclasses import replace

from retrowalk.errors import BadAnswers
from retrowalk.programme.answers import Raw, read_answers
from retrowalk.words import AnswerKind, HeartCeiling, Question, SessionPlan

RULE = "heart ceiling 1"
LEAST_BPM, MOST_BPM = 50, 220  # no advice: outside of it we take the number for a slip
CLINICIAN, MYSELF = "clinician", "myself"

CEILING: tuple[Question, ...] = (
    Question("ceiling", "How fast may your heart beat while you walk?", AnswerKind.NUMBER,
             help="In beats a minute, as a doctor or physiotherapist has told you. Leave it empty "
             "if nobody has: your heart rate is then only shown.", lowest=LEAST_BPM,
             highest=MOST_BPM, required=False),
    Question("by", "Whose number is it?", AnswerKind.CHOICE, required=False, choices=(
        (CLINICIAN, "A doctor’s or physiotherapist’s"),
        (MYSELF, "My own"))),
    Question("needed", "Must your heart be heard while you walk?", AnswerKind.YES_NO,
             help="With yes, nothing starts without your strap, and the belt slows and stops when "
             "it is not heard for a quarter of a minute. With no, you are told, and walk on."),
)  # fmt: skip


def read_ceiling(raw: Raw) -> HeartCeiling:
    """The ceiling of the form; raises BadAnswers."""
    given = read_answers(CEILING, raw)
    if "ceiling" not in given:
        if given.yes("needed"):
            raise BadAnswers({"ceiling": "The heart must be heard, and no number is given to "
                              "hold it to: give the number, or choose no."})  # fmt: skip
        return HeartCeiling()
    if "by" not in given:
        raise BadAnswers({"by": "A number is given and not whose it is: please choose one."})
    bpm = int(given.number("ceiling"))  # down to the whole beat
    return HeartCeiling(bpm, given.yes("needed"), given.word("by"))


def with_ceiling(plan: SessionPlan, ceiling: HeartCeiling) -> SessionPlan:
    """The plan, walked under this ceiling."""
    limits = replace(
        plan.limits, heart_ceiling_bpm=ceiling.bpm, heart_needed=ceiling.needed
    )  # fmt: skip
    return replace(plan, limits=limits)
