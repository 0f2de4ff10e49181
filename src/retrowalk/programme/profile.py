"""The eight questions between screening and the first session."""

from retrowalk.errors import BadAnswers
from retrowalk.programme.answers import OWN, Answers, Raw, read_answers
from retrowalk.units import KMH, MPH
from retrowalk.words import Aid, AnswerKind, Experience, Goal, Place, Question, Units, Walker

PACES_MPS = {
    "slow": 2.5 * KMH,  # ours, as are the next two: rounded, and rather slow
    "usual": 4.0 * KMH,
    "brisk": 5.5 * KMH,
}
SLOWEST_MPS = 0.8 * KMH  # below this, walking with company and advice, not a programme
FASTEST_MPS = 9.0 * KMH  # above this one runs
YOUNGEST, OLDEST = 16, 110  # years; younger bodies need another programme
UNIT_MPS = {Units.KMH: KMH, Units.MPH: MPH}


def _pace(name: str, words: str) -> tuple[str, str]:
    mps = PACES_MPS[name]
    return name, f"{words}: about {mps / KMH:.1f} km/h, {mps / MPH:.1f} mph"


PROFILE: tuple[Question, ...] = (
    Question("goal", "What would you like most?", AnswerKind.CHOICE, group="You", choices=(
        (Goal.KNEE.value, "An easier knee"),
        (Goal.BALANCE.value, "Better balance"),
        (Goal.STRENGTH.value, "Stronger legs"),
        (Goal.RUNNING.value, "To run better"),
        (Goal.CURIOSITY.value, "Just to try it"))),
    Question("age", "How old are you?", AnswerKind.NUMBER, group="You",
             help="In years.", lowest=YOUNGEST, highest=OLDEST),
    Question("experience", "Have you walked backwards on purpose before?", AnswerKind.CHOICE,
             group="You", choices=(
        (Experience.NEVER.value, "No, never"),
        (Experience.SOME.value, "Yes, a few times"),
        (Experience.REGULAR.value, "Yes, every week"))),
    Question("aid", "What do you walk with?", AnswerKind.CHOICE, group="You", choices=(
        (Aid.NONE.value, "Nothing"),
        (Aid.STICK.value, "A stick or poles"),
        (Aid.FRAME.value, "A walking frame"))),
    Question("units", "Which units does your treadmill show?", AnswerKind.CHOICE,
             group="Your place", choices=(
        (Units.KMH.value, "Kilometres per hour (km/h)"),
        (Units.MPH.value, "Miles per hour (mph)"))),
    Question("speed", "How fast do you walk forward, in comfort?", AnswerKind.SPEED,
             group="Your place", lowest=0.1, highest=20.0,
             help="Backwards you will begin at half of this or less.",
             choices=(_pace("slow", "Slow, a stroll"), _pace("usual", "Usual"),
                      _pace("brisk", "Brisk"), (OWN, "I know the number"))),
    Question("place", "Where will you walk?", AnswerKind.CHOICE, group="Your place", choices=(
        (Place.DRIVEN.value, "On a treadmill that retrowalk drives"),
        (Place.BY_HAND.value, "On a treadmill I set by hand"),
        (Place.CORRIDOR.value, "In a level corridor or hall"))),
    Question("rails", "Is there something firm to hold all the way?", AnswerKind.YES_NO,
             group="Your place", help="Treadmill rails on both sides, or a handrail on the wall."),
)  # fmt: skip


def read_walker(raw: Raw) -> Walker:
    """The walker of a profile form; raises BadAnswers.

    `speed` is one of slow, usual, brisk, own; with own, a second value of the same field
    (or the field alone) is the number, in the unit answered under `units`.
    """
    answers = read_answers(PROFILE, raw)
    units = Units(answers.word("units"))
    return Walker(
        goal=Goal(answers.word("goal")),
        age_years=int(answers.number("age")),
        comfortable_forward_mps=_speed_mps(answers, units),
        experience=Experience(answers.word("experience")),
        place=Place(answers.word("place")),
        rails=answers.yes("rails"),
        units=units,
        aid=Aid(answers.word("aid")),
    )


def _speed_mps(answers: Answers, units: Units) -> float:
    given = answers["speed"]
    if isinstance(given, str):
        return PACES_MPS[given]
    one_mps = UNIT_MPS[units]
    mps = answers.number("speed") * one_mps
    if SLOWEST_MPS <= mps <= FASTEST_MPS:
        return mps
    sentence = (
        f"{mps / one_mps:g} {units.value} is not a comfortable walk we can plan with; "
        f"please give {SLOWEST_MPS / one_mps:.1f} to {FASTEST_MPS / one_mps:.1f} {units.value}."
    )
    raise BadAnswers({"speed": sentence})
