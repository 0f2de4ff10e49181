"""What is known, in the words an older person on a phone reads: conditions, verdicts, figures."""

import re
from enum import Enum

from retrowalk.app.evidence import (
    About,
    Clean,
    Comparator,
    Condition,
    Design,
    Direction,
    Dose,
    Doubt,
    Figure,
    Harm,
    Kind,
    Number,
    Outcome,
    Printed,
    Review,
    Span,
    Study,
    Sure,
    Tag,
    Topic,
    Verdict,
    Way,
)

INITIALS = re.compile(r" [A-Z]{1,3}$")  # Chen Z, Kim CY

PEOPLE = {
    Condition.KNEE_OA: "knee arthritis",
    Condition.KNEE_PAIN: "pain around the kneecap",
    Condition.STROKE: "a stroke",
    Condition.PARKINSON: "Parkinson’s",
    Condition.MS: "multiple sclerosis",
    Condition.NEUROPATHY: "nerve damage from diabetes",
    Condition.CEREBRAL_PALSY: "cerebral palsy (children)",
    Condition.DOWN: "Down syndrome (children)",
    Condition.ARTHRITIS_CHILD: "juvenile arthritis (children)",
    Condition.OLDER: "older, otherwise well",
    Condition.OVERWEIGHT: "overweight",
    Condition.BACK_PAIN: "a painful back",
    Condition.FLAT_FOOT: "flat feet",
    Condition.ATHLETES: "athletes",
    Condition.HEALTHY: "healthy",
    Condition.MIXED: "people of several kinds",
}
MEASURED = {
    About.MUSCLE: "how hard muscles work",
    About.LOAD: "load on joints",
    About.GAIT: "how even and how one walks",
    About.MOVEMENT: "movement after a stroke",
    About.PROPRIOCEPTION: "sense of the joints",
    About.OXYGEN: "oxygen used",
    About.BODY: "weight and body fat",
    About.BLOOD: "blood and its pressure",
    About.COGNITION: "thinking",
}
VERDICTS = {  # a mark, the word, and what it means
    Verdict.SUPPORTED: ("✔", "Supported", "Trials bear it out."),
    Verdict.LIKELY: ("◕", "Likely", "At least one trial bears it out; more would help."),
    Verdict.MIXED: ("◐", "Mixed", "Something speaks for it, something against."),
    Verdict.UNSUPPORTED: ("○", "Not shown", "Nobody has shown it. It may still be true."),
    Verdict.CONTRADICTED: ("✘", "Contradicted", "What was measured says otherwise."),
    Verdict.EXPERT: ("❝", "Expert opinion", "Somebody says so; no study does."),
}
SURE = {
    Sure.HIGH: "More studies would hardly change this.",
    Sure.MODERATE: "Probably about right; more studies might change it.",
    Sure.LOW: "The truth may be quite different; more studies will likely change this.",
    Sure.VERY_LOW: "Hardly more than a guess.",
}
TOPICS = {
    Topic.PAIN: "Pain",
    Topic.DAILY: "Daily life",
    Topic.LOAD: "Load on the knee",
    Topic.STRENGTH: "Strength",
    Topic.STRETCH: "Flexibility",
    Topic.BALANCE: "Balance",
    Topic.FALLS: "Falls",
    Topic.WALKING: "Walking",
    Topic.RUNNING: "Running and jumping",
    Topic.STAMINA: "Stamina and effort",
    Topic.HEART: "Heart, weight and blood",
    Topic.MIND: "Mood and thinking",
    Topic.DOSE: "How much is enough",
    Topic.SAFETY: "Is it safe?",
}
WAYS = {
    Way.FOR: "What speaks for it",
    Way.AGAINST: "What speaks against it",
    Way.BESIDE: "Near the question, but no answer",
    Way.AWAITED: "Not told yet",
}
AGAINST = {
    Comparator.FORWARD: "walking forward",
    Comparator.USUAL: "usual care",
    Comparator.EXERCISE: "other exercise",
    Comparator.NOTHING: "no training",
}
MATCHED = {
    Clean.CLEAN: "both groups treated equally long",
    Clean.CONFOUNDED: "backward walking on top: that group was treated for longer",
    Clean.UNCLEAR: "whether both were treated equally long is not clear",
}
FAVOURS = {
    Direction.BACKWARD: "better with backward walking",
    Direction.OTHER: "better with the other",
    Direction.NEITHER: "no difference found",
    Direction.MIXED: "some better, some not",
    Direction.NOT_SEEN: "result not in what we read",
}
DESIGNS = {
    Design.RANDOMISED: "groups drawn by lot",
    Design.CROSSOVER: "drawn by lot, then changed over",
    Design.NON_RANDOMISED: "groups not drawn by lot",
    Design.ONE_ARM: "one group, nobody to compare with",
    Design.ACUTE: "one visit, both ways in the same people",
    Design.ACROSS: "people compared once",
    Design.NOT_SAID: "whether groups were drawn by lot is not in what we read",
}


READ: dict[Tag, str] = {
    Tag.SEEN: "read there",
    Tag.DERIVED: "worked out from figures read there",
    Tag.DOUBTFUL: "read, but not beyond doubt",
}
DOUBT = {
    Doubt.BIAS: "How the trials were done",
    Doubt.INCONSISTENT: "They do not agree",
    Doubt.INDIRECT: "Not quite the same question",
    Doubt.IMPRECISE: "Too few people",
    Doubt.MISSING: "Results we could not read",
    Doubt.NO_STUDY: "Nobody has looked",
}
HARM = {
    Harm.COUNTED: "It was counted.",
    Harm.SAID_SAFE: "Said to be safe, without a count.",
    Harm.NOT_SEEN: "Nothing about harm stands in what we read.",
}
STATUS = {
    Kind.PROTOCOL: "A plan: no result yet",
    Kind.REGISTRY: "An entry in a registry: no result we could read",
}


def slug(one: Enum) -> str:
    """In an address: "knee-osteoarthritis", "parkinsons-disease"."""
    kept = str(one.value).lower().replace("’", "").replace("'", "").replace(",", "")
    return kept.replace(" ", "-")


def upper(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]


def people(condition: Condition) -> str:
    return PEOPLE[condition]


def topic(one: Topic) -> str:
    return TOPICS[one]


def against(one: Comparator) -> str:
    return AGAINST[one]


def measured(about: About) -> str:
    return MEASURED.get(about, about.value)


def number(one: Number) -> str:
    """−0.69 points of 10 (−1.21 to −0.17)."""
    shown = f"{figure(one.value)} {one.unit}"
    if one.low is None or one.high is None:
        return shown
    return f"{shown} ({figure(one.low)} to {figure(one.high)})"


def figure(value: float) -> str:
    """At most three digits that count; large whole numbers as they are."""
    shown = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return shown.replace("-", "−")


def named(one: Study | Review) -> str:
    """Weng and others 2006, Gondhalekar and Deo 2013; the title where no author was seen."""
    if not one.authors:
        return one.title
    listed = one.authors.removesuffix(" and others").split(", ")
    more = len(listed) > 2 or one.authors.endswith(" and others")
    surnames = [INITIALS.sub("", name) for name in listed]
    who = f"{surnames[0]} and others" if more else " and ".join(surnames)
    return f"{who} {one.year or ''}".strip()


def short(one: Study | Review) -> str:
    """Weng 2006: for a picture on a phone."""
    if not one.authors:
        return one.id
    return f"{INITIALS.sub('', one.authors.split(', ')[0].removesuffix(' and others'))} {one.year}"


def status(study: Study) -> str:
    """What a study found, or why it is none."""
    if study.duplicate_of:
        return "Told twice: counted with the other"
    return STATUS.get(study.kind) or upper(FAVOURS[study.direction])


def people_of(study: Study) -> str:
    """68 people with knee osteoarthritis, 56 years old on average."""
    found = study.people
    text = found.text[:1].lower() + found.text[1:]
    if found.n:
        joined = "" if text.startswith("people") else "people: "
        text = f"{found.n.value:.0f} {joined}{text}"
    age = f", {found.age_years.value:.0f} years old on average" if found.age_years else ""
    if not age and found.ages_years:
        age = f", {span(found.ages_years)} years old"
    return f"{upper(text)}{age}."


def span(one: Span) -> str:
    low, high = one.lowest.value, one.highest.value
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def dose(one: Dose) -> str:
    """10 minutes, 3 times a week, 6 weeks, at 3 km/h up 10 %."""
    parts = [f"{span(one.session_min)} minutes" if one.session_min else ""]
    for given, words in ((one.per_day, "times a day"), (one.per_week, "times a week"),
                         (one.weeks, "weeks"), (one.sessions, "sessions")):  # fmt: skip
        if given and not (given is one.per_day and given.value == 1):
            parts.append(f"{given.value:g} {words}")
    if one.speed_mps:
        parts.append(f"at {one.speed_mps.value:.2f} m/s")
    if one.incline_pct:
        parts.append(f"slope {figure(one.incline_pct.value)} %")
    return ", ".join(part for part in parts if part)


def printed(outcome: Outcome) -> list[str]:
    """Effects as a report prints them, without the groups' figures."""
    return [f"Printed: {effect(one, outcome.unit)}." for one in outcome.printed]


def effect(one: Printed, unit: str) -> str:
    """−1 standard deviations (−1.37 to −0.62)."""
    words = {"smd": "standard deviations", "percent": "%", "unclear": "(of an unclear kind)"}
    shown = f"{figure(one.estimate.value)} {words.get(one.measure.value, unit)}".strip()
    return shown + interval(one.lowest, one.highest)


def interval(low: Figure | None, high: Figure | None) -> str:
    if low is None or high is None:
        return ""
    return f" ({figure(low.value)} to {figure(high.value)})"
