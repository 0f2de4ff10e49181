"""The screening questions, in our own plain words.  Every yes is the more careful answer."""

from retrowalk.programme.answers import NOT_KNOWN
from retrowalk.words import AnswerKind, Question

HARDLY = "hardly"  # slept
IF_UNSURE = "If you are not sure, answer yes."


def _yes_no(id_: str, group: str, text: str, help_: str = IF_UNSURE) -> Question:
    return Question(id_, text, AnswerKind.YES_NO, help=help_, group=group)


HEART, FEET, BODY = "Heart and body", "Steady on your feet", "Other health"
NOW, KNEE = "How you are today", "Your knees and legs today"

STANDING: tuple[Question, ...] = (
    _yes_no("heart", HEART, "Do you have a heart disease, or trouble with your circulation?",
            "Such as a heart attack, angina, heart failure, an irregular heartbeat, a pacemaker, "
            f"or narrowed arteries. {IF_UNSURE}"),
    _yes_no("metabolic", HEART, "Do you have diabetes, or a metabolic or kidney disease?"),
    _yes_no("symptoms", HEART, "In the last few months, have you had any of these warning signs?",
            "Pain or pressure in the chest. Breathless at rest or with little effort. A racing or "
            f"stumbling heart. Newly swollen ankles. Calf pain whenever you walk. {IF_UNSURE}"),
    Question("pressure", "How is your blood pressure, as far as you know?", AnswerKind.CHOICE,
             group=HEART, help="“I do not know” is a fine answer.",
             choices=(("normal", "Normal"),
                      ("treated", "High, but treated and checked"),
                      ("high", "High, or not under control"),
                      (NOT_KNOWN, "I do not know"))),
    _yes_no("dizzy", FEET, "In the last year, have you had dizzy spells or fainted?"),
    _yes_no("falls", FEET, "In the last year, have you fallen?",
            "To the floor or against something, indoors or out, hurt or not."),
    _yes_no("sight", FEET, "Do you see badly even with your glasses on?",
            "For instance, you could not notice a step or a kerb in time."),
    _yes_no("nerves", FEET, "Have you had a stroke, or do you have Parkinson’s disease, "
            "multiple sclerosis, or numb feet?",
            f"Numb feet from diabetes count as well. {IF_UNSURE}"),
    _yes_no("surgery", BODY, "In the last year, have you had an operation on, or a bad injury of, "
            "a foot, leg, hip or your back?"),
    _yes_no("pregnancy", BODY, "Are you pregnant, or have you given birth in the last 3 months?",
            "If this cannot be, answer no."),
    _yes_no("advised", BODY, "Has a doctor or physiotherapist told you to avoid exercise, "
            "or to walk only with help?"),
)  # fmt: skip

TODAY: tuple[Question, ...] = (
    _yes_no("warning", NOW, "Do you have any of these right now?",
            "Chest pain or pressure. Breathless while sitting. Dizzy or faint. Your heart racing. "
            "Suddenly weak, numb or confused."),
    _yes_no("unwell", NOW, "Do you have a fever, or feel unwell?",
            "A bad cold, an upset stomach and the like count as well."),
    Question("pain", "How much does your knee, or whatever usually hurts, hurt now?",
             AnswerKind.SCALE, group=KNEE, help="0 is no pain at all, 10 the worst you can think "
             "of."),
    _yes_no("swelling", KNEE, "Is a knee or leg newly swollen, hot or red?"),
    _yes_no("locked", KNEE, "Since yesterday, has a knee locked or given way?"),
    _yes_no("alcohol", NOW, "In the last 6 hours, have you had alcohol, or anything that makes "
            "you drowsy?", "Such as a sleeping pill or a strong painkiller."),
    _yes_no("medicine", NOW, "Since your last session, or in the last two weeks, have you begun "
            "a new medicine or changed a dose?"),
    Question("sleep", "How did you sleep?", AnswerKind.CHOICE, group=NOW,
             choices=(("well", "Well enough"), ("short", "Badly or too little"),
                      (HARDLY, "Hardly at all"))),
    Question("pressure_today", "Have you measured your blood pressure today?",
             AnswerKind.PRESSURE, group=NOW,
             help="The two numbers the cuff showed, or “not known”: you need not measure."),
    _yes_no("changed", NOW, "Since you answered the health questions, has anything in them "
            "changed?", "A new illness, a fall, an operation."),
)  # fmt: skip

MORNING: tuple[Question, ...] = (
    Question("pain", "How much did your knee, or whatever usually hurts, hurt the morning after?",
             AnswerKind.SCALE, help="0 is no pain at all, 10 the worst you can think of. Leave it "
             "open if you do not remember.", required=False),
    Question("sore", "And how sore were the muscles of your legs?", AnswerKind.SCALE,
             help="0 is not at all, 10 is hardly able to take the stairs. Muscles are sorest one "
             "to four days after something new.", required=False),
)  # fmt: skip
