"""What articles say walking backward does, and how far studies bear it out: claims as data.

A file holds one claim.  `parse_claim` says in a sentence, with its line, what is wrong with one.
What a verdict may be called is not the author's alone:

    supported        something controlled speaks for it, with figures that may be pooled (of one
                     walk: measured both ways in the same people); certainty at least low
    likely           something controlled speaks for it; certainty at least low
    mixed            something speaks for it and something against it
    unsupported      nothing controlled speaks for it, or what does is of very low certainty
    contradicted     something speaks against it, and nothing controlled for it
    expert opinion   somebody says so; no study speaks for it

Certainty is high less one step for each `lowered`, so that each step has its reason.  What has no
result yet (a protocol, a trial running) is awaited and speaks for nothing; a report of a study
counted already speaks for nothing either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date
from enum import Enum
from typing import TypeVar

from retrowalk.authored import reading, schema
from retrowalk.authored.locate import Path
from retrowalk.authored.schema import Table
from retrowalk.errors import BadStudy
from retrowalk.evidence.figure import Tag
from retrowalk.evidence.given import read_tag
from retrowalk.evidence.words import About, Comparator, Condition

LONGEST_FILE = 20_000  # characters

E = TypeVar("E", bound=Enum)


class Verdict(Enum):
    """How far what was found bears a claim out."""

    SUPPORTED = "supported"
    LIKELY = "likely"
    MIXED = "mixed"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    EXPERT = "expert opinion"


class Sure(Enum):
    """How sure one can be of the verdict's numbers, most sure first."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very low"


SURE = tuple(Sure)
NEEDS = {
    Verdict.SUPPORTED: "a controlled study for it with figures that may be pooled, and more than "
    "very low certainty",
    Verdict.LIKELY: "a controlled study for it, and more than very low certainty",
    Verdict.MIXED: "a study for it and one against it",
    Verdict.UNSUPPORTED: "that no controlled study speaks for it but at very low certainty",
    Verdict.CONTRADICTED: "a study against it, and no controlled one for it",
    Verdict.EXPERT: "that no study speaks for it",
}


class Doubt(Enum):
    """Why certainty is lowered."""

    BIAS = "risk of bias"
    INCONSISTENT = "inconsistency"
    INDIRECT = "indirectness"
    IMPRECISE = "imprecision"
    MISSING = "missing results"
    NO_STUDY = "no study"


class Kind(Enum):
    """What a claim is about."""

    TRAINING = "training"  # weeks of it
    ONE_WALK = "one walk"  # what happens while walking
    SAYING = "saying"  # a dose, a number, a promise of safety


class Way(Enum):
    FOR = "for"
    AGAINST = "against"
    BESIDE = "beside"  # near the question, and no answer to it
    AWAITED = "awaited"  # no result yet


class Topic(Enum):
    """What a claim promises."""

    PAIN = "pain"
    DAILY = "daily life"
    LOAD = "load on the knee"
    STRENGTH = "strength"
    STRETCH = "flexibility"
    BALANCE = "balance"
    FALLS = "falls"
    WALKING = "walking"
    RUNNING = "running and jumping"
    STAMINA = "stamina"
    HEART = "heart, weight and blood"
    MIND = "mood and thinking"
    DOSE = "how much is enough"
    SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Source:
    """What a claim must know of a study it names."""

    id: str
    _: KW_ONLY
    controlled: bool  # compared with other people, not known to be by choice
    both_ways: bool  # one walk, backward and forward in the same people
    poolable: bool  # has a figure that may be pooled
    has_result: bool
    duplicate_of: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    id: str
    way: Way
    found: str


@dataclass(frozen=True, slots=True)
class Number:
    """One figure in the unit people know.  `low` and `high` are its interval, if there is one."""

    text: str
    unit: str
    value: float
    low: float | None
    high: float | None
    study: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class Matters:
    """The smallest change worth having; `value` None where none is known, as `text` then says.

    Figures in the same `unit` are held against it.  `own_error` where it is no change worth having
    but what one person's two tests differ by without any.
    """

    text: str
    value: float | None
    unit: str
    own_error: bool
    source: str


@dataclass(frozen=True, slots=True)
class Lowered:
    """A step down in certainty, and why."""

    doubt: Doubt
    steps: int
    why: str


@dataclass(frozen=True, slots=True)
class Pool:
    """Which pooled comparisons stand behind the claim; against anything where None."""

    about: About
    condition: Condition
    comparator: Comparator | None


@dataclass(frozen=True, slots=True)
class Claim:
    """`said` is what people say, in our words; `answer` is ours to them."""

    id: str
    title: str
    kind: Kind
    said: str
    question: str
    answer: str
    verdict: Verdict
    sure: Sure
    lowered: tuple[Lowered, ...]
    numbers: tuple[Number, ...]
    matters: Matters
    studies: tuple[Cited, ...]
    change_mind: str
    for_whom: str
    conditions: tuple[Condition, ...]
    topics: tuple[Topic, ...]
    benefits: tuple[str, ...]
    protocols: tuple[str, ...]
    pools: tuple[Pool, ...]
    care: str  # a word of safety, where one is needed
    checked: date

    def cited(self, way: Way) -> tuple[Cited, ...]:
        return tuple(one for one in self.studies if one.way is way)


def parse_claim(text: str, *, name: str, sources: Mapping[str, Source]) -> Claim:
    """The claim in this TOML text; `sources` are the studies and reviews there are.

    Raises BadStudy with `name`, line and reason, one sentence for each fault.
    """
    with reading.parsing(text, name, BadStudy, LONGEST_FILE, one="claim") as top:
        claim = _claim(top)
        top.close()
        if not top.faults.found:
            for where, what in dishonest(claim, sources):
                top.faults.add(where, what)
    return claim


def dishonest(claim: Claim, sources: Mapping[str, Source]) -> Iterator[tuple[Path, str]]:
    """Where a claim says more than its studies bear: the key, and what is wrong."""
    yield from _unknown(claim, sources)
    steps = min(sum(one.steps for one in claim.lowered), len(SURE) - 1)
    if claim.sure is not SURE[steps]:
        yield ("sure",), f"is {claim.sure.value!r}, but its reasons make it {SURE[steps].value!r}"
    found = [s for one in claim.cited(Way.FOR) if (s := sources.get(one.id))]
    one_walk = claim.kind is Kind.ONE_WALK
    backed = any(s.controlled or (one_walk and s.both_ways) for s in found)
    pooled = any((s.controlled and s.poolable) or (one_walk and s.both_ways) for s in found)
    against, low = bool(claim.cited(Way.AGAINST)), claim.sure is Sure.VERY_LOW
    bare = {
        Verdict.SUPPORTED: not pooled or low,
        Verdict.LIKELY: not backed or low,
        Verdict.MIXED: not (found and against),
        Verdict.UNSUPPORTED: backed and not low,
        Verdict.CONTRADICTED: backed or not against,
        Verdict.EXPERT: bool(found),
    }
    if bare[claim.verdict]:
        yield ("verdict",), f"is {claim.verdict.value!r}, which needs {NEEDS[claim.verdict]}"


def _unknown(claim: Claim, sources: Mapping[str, Source]) -> Iterator[tuple[Path, str]]:
    for i, one in enumerate(claim.studies):
        at, counted = ("study", i, "id"), one.way in {Way.FOR, Way.AGAINST}
        source = sources.get(one.id)
        if source is None:
            yield at, f"names {one.id!r}, which is no study here"
        elif not source.has_result and counted:
            yield at, f"counts {one.id!r} {one.way.value} it, but that has no result yet"
        elif source.duplicate_of and counted:
            yield at, f"counts {one.id!r}, but that repeats {source.duplicate_of!r}"
        elif source.has_result and one.way is Way.AWAITED:
            yield at, f"awaits {one.id!r}, but that has a result"
    for i, number in enumerate(claim.numbers):
        if number.study not in sources:
            yield ("number", i, "study"), f"names {number.study!r}, which is no study here"


def _claim(top: Table) -> Claim:
    return Claim(
        id=top.take("id", schema.name, ""),
        title=top.take("title", schema.words(most=60), ""),
        kind=top.take("kind", schema.one_of(Kind), Kind.TRAINING),
        said=top.take("said", schema.words(most=200), ""),
        question=top.take("question", schema.words(most=100), ""),
        answer=top.take("answer", schema.words(most=700), ""),
        verdict=top.take("verdict", schema.one_of(Verdict), Verdict.UNSUPPORTED),
        sure=top.take("sure", schema.one_of(Sure), Sure.VERY_LOW),
        change_mind=top.take("change_mind", schema.words(most=400), ""),
        for_whom=top.take("for_whom", schema.words(most=300), ""),
        conditions=top.take("conditions", _several(Condition), ()),
        topics=top.take("topics", _several(Topic), ()),
        benefits=top.take("benefits", schema.several(schema.name, most=8), (), optional=True),
        protocols=top.take("protocols", schema.several(schema.name, most=12), (), optional=True),
        care=top.take("care", schema.words(most=300), "", optional=True),
        checked=top.take("checked", _day, date.min),
        matters=_matters(top.table("matters")),
        lowered=tuple(map(_lowered, top.tables("lowered", most=6, optional=True))),
        numbers=tuple(map(_number, top.tables("number", most=12, optional=True))),
        studies=tuple(map(_cited, top.tables("study", most=20, optional=True))),
        pools=tuple(map(_pool, top.tables("pool", most=4, optional=True))),
    )


def _matters(row: Table) -> Matters:
    made = Matters(
        text=row.take("text", schema.words(most=300), ""),
        value=row.take("value", _figure, None, optional=True),
        unit=row.take("unit", schema.words(most=40), "", optional=True),
        own_error=row.take("own_error", schema.flag, False, optional=True),
        source=row.take("source", schema.words(most=200), "", optional=True),
    )
    row.close()
    if made.value is not None and not (made.source and made.unit):
        row.faults.add(row.path, "gives a value, so it must give its unit and its source")
    return made


def _lowered(row: Table) -> Lowered:
    made = Lowered(
        doubt=row.take("doubt", schema.one_of(Doubt), Doubt.BIAS),
        steps=row.take("steps", schema.count(1, 3), 1, optional=True),
        why=row.take("why", schema.words(most=300), ""),
    )
    row.close()
    return made


def _number(row: Table) -> Number:
    made = Number(
        text=row.take("text", schema.words(most=240), ""),
        unit=row.take("unit", schema.words(most=40), ""),
        value=row.take("value", _figure, None) or 0.0,
        low=row.take("low", _figure, None, optional=True),
        high=row.take("high", _figure, None, optional=True),
        study=row.take("study", schema.name, ""),
        tag=row.take("tag", read_tag, Tag.SEEN),
    )
    row.close()
    if (made.low is None) is not (made.high is None):
        row.faults.add(row.path, "has one end of an interval; give both, or none")
    elif made.low is not None and made.high is not None and not made.low <= made.value <= made.high:
        row.faults.add(row.path, "has its value outside its own interval")
    return made


def _cited(row: Table) -> Cited:
    made = Cited(
        id=row.take("id", schema.name, ""),
        way=row.take("way", schema.one_of(Way), Way.BESIDE),
        found=row.take("found", schema.words(most=300), ""),
    )
    row.close()
    return made


def _pool(row: Table) -> Pool:
    made = Pool(
        about=row.take("outcome", schema.one_of(About), About.PAIN),
        condition=row.take("population", schema.one_of(Condition), Condition.MIXED),
        comparator=row.take("comparator", _comparator, None, optional=True),
    )
    row.close()
    return made


def _comparator(value: object) -> Comparator | None:
    return schema.one_of(Comparator)(value)


def _several(kind: type[E]) -> schema.Read[tuple[E, ...]]:
    return schema.several(schema.one_of(kind), most=len(kind))


def _figure(value: object) -> float | None:
    return schema.number(-1e6, 1e6)(value)


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise schema.Unfit(f"is {schema.shown(value)}, a day such as 2026-11-21 expected")
    return value
