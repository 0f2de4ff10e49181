"""People like me: what was found in them, and the honest answer where nobody looked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrowalk.app.evidence import claims, studies
from retrowalk.errors import BadAnswers
from retrowalk.evidence.claims import Claim
from retrowalk.evidence.study import Study
from retrowalk.evidence.words import Condition

YOUNGEST, OLDEST = 5, 110
GROWN, OLDER_FROM = 18, 60
NEAR_YEARS = 10  # from a study's mean age: about one standard deviation in these trials
WELL = {Condition.HEALTHY, Condition.OLDER, Condition.ATHLETES}
UNSTUDIED = {
    "knee-ligament": "a torn or mended knee ligament",
    "hip": "arthritis of the hip",
    "new-joint": "a new knee or hip",
    "thin-bones": "thin bones (osteoporosis)",
    "dizzy": "dizziness or vertigo",
    "heart": "a heart condition",
    "lungs": "a lung condition",
    "sight": "poor sight",
    "pregnant": "pregnancy",
    "other": "something not named here",
}
BESIDE = {
    "knee-ligament": "A review says that walking and strength got better after such an injury; "
    "we found no trial of it with figures.",
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """`near` are studies in people of about this age, `others` the rest of the condition's."""

    sentences: tuple[str, ...]
    near: tuple[Study, ...]
    others: tuple[Study, ...]
    claims: tuple[Claim, ...]
    ask_first: bool  # a clinician, before anything else


def people_like(condition: Condition | str, age_years: int | None = None) -> Likeness:
    """`condition` is one that was studied, or a key of UNSTUDIED.  BadAnswers for an odd age."""
    if age_years is not None and not YOUNGEST <= age_years <= OLDEST:
        raise BadAnswers({"age": f"An age of {age_years} came, and {YOUNGEST} to {OLDEST} was "
                                 "expected: please look at it again."})  # fmt: skip
    if isinstance(condition, str):
        return Likeness(tuple(_nobody(condition)), (), (), (), ask_first=True)
    meant = _meant(condition, age_years)
    found = [one for one in studies() if one.condition in meant]
    near = tuple(one for one in found if age_years is not None and is_near(one, age_years))
    others = tuple(one for one in found if one not in near)
    child = age_years is not None and age_years < GROWN
    named = () if child else tuple(one for one in claims() if meant & set(one.conditions))
    return Likeness(tuple(_told(found, near, age_years)), near, others, named,
                    ask_first=child or not meant <= WELL)  # fmt: skip


def _meant(condition: Condition, age_years: int | None) -> set[Condition]:
    """Whose studies are asked for: somebody well of 60 is an older adult in them."""
    if condition in WELL and age_years is not None and age_years >= OLDER_FROM:
        return {condition, Condition.OLDER}
    return {condition}


def is_near(study: Study, age_years: int) -> bool:
    """Whether its people were of about this age; not, where it does not say."""
    people = study.people
    if people.ages_years is not None:
        ages = people.ages_years
        if ages.lowest.value <= age_years <= ages.highest.value:
            return True
    mean = people.age_years
    return mean is not None and abs(mean.value - age_years) <= NEAR_YEARS


def _nobody(condition: str) -> Iterator[str]:
    name = UNSTUDIED.get(condition, UNSTUDIED["other"])
    yield f"We found nobody who studied walking backward in people with {name}."
    if condition in BESIDE:
        yield BESIDE[condition]
    yield ("What was found in other people need not hold for you. Ask a doctor or physiotherapist "
           "who knows you before you begin.")  # fmt: skip


def _told(found: Sequence[Study], near: Sequence[Study], age_years: int | None) -> Iterator[str]:
    results = [one for one in found if one.counted]
    if not results:
        yield "Nobody has a result yet in people like you, as far as we found."
    else:
        yield f"{_many(len(results))} people with this."
    if awaited := sum(one.kind.value != "result" for one in found):
        yield f"{awaited} more {'is' if awaited == 1 else 'are'} planned or not yet told."
    if age_years is None or not results:
        return
    if age_years < GROWN:
        yield ("retrowalk is for grown-ups and plans nothing for children: ask the child’s "
               "physiotherapist.")  # fmt: skip
        return
    close = sum(one.counted for one in near)
    if close:
        yield f"{close} of them had people of about your age."
    else:
        yield f"None of them says that its people were of about {age_years}.{_ages(results)}"


def _many(count: int) -> str:
    return "One study looked at" if count == 1 else f"{count} studies looked at"


def _ages(results: Sequence[Study]) -> str:
    means = [one.people.age_years.value for one in results if one.people.age_years is not None]
    if not means:
        return ""
    low, high = round(min(means)), round(max(means))
    return f" Where a mean age is told, it is {low if low == high else f'{low} to {high}'}."
