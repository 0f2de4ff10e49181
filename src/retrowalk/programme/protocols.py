"""A protocol: a published or expert recipe as a value, read from its TOML text.

A ladder climbs: each rung asks at least what the one below asked, raises one thing (time or
speed) and neither far.  A file that breaks a rule is refused with every fault's line.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from retrowalk.authored import reading, schema
from retrowalk.authored.schema import Faults, Table
from retrowalk.errors import BadProtocol
from retrowalk.units import MINUTE, PERCENT
from retrowalk.words import (
    BACKWARD_CEILING_MPS,
    FORWARD_CEILING_MPS,
    INCLINE_CEILING_RATIO,
    Direction,
    Goal,
    IntervalKind,
    Place,
)

LONGEST_FILE = 100_000  # characters; the longest of ours is a twentieth of it
LONGEST_S = 120 * MINUTE  # nobody is asked to walk longer than two hours
FIRST_MOST_S = 10 * MINUTE  # backward on the first stage of a file somebody wrote; ours has 8
MOST_RUNGS = 20
MOST_STRETCHES = 200  # of one session
MOST_RATIO = 1.5  # of the starting speed: a ladder's whole climb
RATIO_STEP = 0.1  # of the starting speed a rung (and a week), as in Michaelsen's trial
INCLINE_STEP = 0.02  # a rung; our own judgement
TIME_FACTOR = 2.0  # backward time of a rung over the one below: doubling is the most
MOST_CHECKS = 2  # of three, whole points of pain would call too many a real change
EASED = -1  # below the lowest rung: half of it
NEARLY = 1e-9  # 1.1 - 1.0 is a little more than 0.1


class Tag(Enum):
    """How well a source supports the recipe."""

    TRIAL = "trial"  # this very recipe was tried
    NEAREST = "nearest trial"  # something like it was tried; the text says what differs
    EXPERT = "expert opinion"
    OURS = "our own judgement"


class ChosenBy(Enum):
    SELF = "self"
    CLINICIAN = "clinician"


@dataclass(frozen=True, slots=True)
class Source:
    text: str
    tag: Tag


class CompanionKind(Enum):
    WALKING = "walking"
    STRENGTH = "strength"
    STRETCHING = "stretching"
    SWIM_OR_CYCLE = "swim or cycle"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Companion:
    """What is done beside the backward walking; 0 minutes where it has no length."""

    kind: CompanionKind
    title: str
    text: str
    per_week: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """One direction for one time.  A rest keeps the direction walked before it."""

    kind: IntervalKind
    direction: Direction
    duration_s: float
    incline_ratio: float = 0.0


@dataclass(frozen=True, slots=True)
class Stage:
    """A rung of the ladder, its template already written out."""

    title: str
    stretches: tuple[Stretch, ...]
    speed_ratio: float = 1.0  # of the prescribed starting speed, backward only

    @property
    def duration_s(self) -> float:
        return sum(stretch.duration_s for stretch in self.stretches)

    @property
    def incline_ratio(self) -> float:
        """Its steepest."""
        return max((stretch.incline_ratio for stretch in self.stretches), default=0.0)

    @property
    def backward_s(self) -> float:
        return sum(s.duration_s for s in self.stretches if _is_backward(s))


@dataclass(frozen=True, slots=True)
class Protocol:
    id: str
    title: str
    summary: str
    sources: tuple[Source, ...]
    for_whom: str
    goals: tuple[Goal, ...]
    chosen_by: ChosenBy
    places: tuple[Place, ...]
    frequency_per_week: int
    weeks: int
    good_sessions: int  # in a row, before one more rung
    backward_mps: float
    forward_mps: float
    comfortable_ratio: float  # of the comfortable forward speed; at most a half
    rails: bool  # a treadmill only with rails
    top_incline_ratio: float  # no stretch is steeper
    start: int  # the rung a practised walker begins on; below it lies where to step back to
    ladder: tuple[Stage, ...]
    stop_rules: tuple[str, ...]
    check_weeks: tuple[int, ...]  # when tests say whether it works
    companions: tuple[Companion, ...]
    company: bool  # only with somebody near
    handrail: bool  # in a corridor, too, only with something firm to hold
    written_by: str = ""  # of one that does not come with retrowalk

    def rung(self, stage: int) -> Stage:
        """The rung of this stage; of stage -1, half of the lowest."""
        return _halved(self.ladder[0]) if stage == EASED else self.ladder[stage]


def _halved(stage: Stage) -> Stage:
    """Half the walking in each stretch; warm-up, rests and cool-down stay whole."""
    stretches = tuple(
        replace(s, duration_s=s.duration_s / 2) if s.kind is IntervalKind.WALK else s
        for s in stage.stretches
    )
    return replace(stage, title=f"Half of the first step ({stage.title})", stretches=stretches)


def parse_protocol(text: str, *, name: str, taken: Collection[str] | None = None) -> Protocol:
    """The protocol in this TOML text; raises BadProtocol with `name`, line and reason.

    One line of the message per fault, each one sentence.  `taken`, the ids that come with
    retrowalk, is given for a file somebody wrote and wants to be chosen: more is asked of it.
    """
    with reading.parsing(text, name, BadProtocol, LONGEST_FILE, one="protocol") as top:
        protocol = _protocol(top)
        if not top.faults.found:
            _judge(protocol, top.faults)
            if taken is not None:
                _judge_own(protocol, taken, top.faults)
    return protocol


def _protocol(top: Table) -> Protocol:
    speed, guard = top.table("speed"), top.table("guardrails")
    protocol = Protocol(
        id=top.take("id", schema.name, ""),
        title=top.take("title", schema.words(most=60), ""),
        summary=top.take("summary", schema.words(most=400), ""),
        sources=tuple(_source(row) for row in top.tables("source", most=10)),
        for_whom=top.take("for_whom", schema.words(most=400), ""),
        goals=top.take("goals", schema.several(schema.one_of(Goal), most=len(Goal)), ()),
        chosen_by=top.take("chosen_by", schema.one_of(ChosenBy), ChosenBy.SELF),
        places=top.take("places", schema.several(schema.one_of(Place), most=len(Place)), ()),
        frequency_per_week=top.take("frequency_per_week", schema.count(1, 7), 1),
        weeks=top.take("weeks", schema.count(1, 52), 1),
        good_sessions=top.take("good_sessions", schema.count(1, 14), 1),
        backward_mps=speed.take("backward", BACKWARD, 0.0),
        forward_mps=speed.take("forward", FORWARD, 0.0),
        comfortable_ratio=speed.take("share_of_comfortable", schema.number(0.1, 0.5), 0.5),
        rails=guard.take("rails", schema.flag, True),
        top_incline_ratio=guard.take("incline_percent", _incline, 0.0),
        start=top.take("start", schema.count(1, MOST_RUNGS), 1) - 1,
        ladder=tuple(_stage(row) for row in top.tables("stage", most=MOST_RUNGS)),
        stop_rules=top.take("stop_rules", schema.several(schema.words(most=200), most=20), ()),
        check_weeks=top.take(
            "check_weeks", schema.several(schema.count(1, 52), most=MOST_CHECKS), (), optional=True
        ),
        companions=tuple(
            _companion(row) for row in top.tables("companion", most=20, optional=True)
        ),
        company=guard.take("company", schema.flag, False, optional=True),
        handrail=guard.take("handrail", schema.flag, False, optional=True),
        written_by=top.take("written_by", schema.words(most=60), "", optional=True),
    )
    for table in (speed, guard, top):
        table.close()
    return protocol


BACKWARD = schema.speed_mps(BACKWARD_CEILING_MPS, why="the ceiling for walking backward")
FORWARD = schema.speed_mps(FORWARD_CEILING_MPS, why="the ceiling for walking forward")
STRETCH_S = schema.time_s(5, 60 * MINUTE)
WALKED = schema.one_of(Direction, but=(Direction.UNCLEAR,))
KINDS = {"walk": IntervalKind.WALK, "warm_up": IntervalKind.WARM_UP,
         "cool_down": IntervalKind.COOL_DOWN}  # fmt: skip


def _incline(value: object) -> float:
    if isinstance(value, int | float) and value < 0:
        raise schema.Unfit(
            f"is {schema.shown(value)}: never backward on a decline, 0 or more expected"
        )
    return schema.number(0, INCLINE_CEILING_RATIO / PERCENT)(value) * PERCENT


def _source(row: Table) -> Source:
    source = Source(row.take("text", schema.words(most=600), ""),
                    row.take("tag", schema.one_of(Tag), Tag.OURS))  # fmt: skip
    row.close()
    return source


def _companion(row: Table) -> Companion:
    companion = Companion(
        kind=row.take("kind", schema.one_of(CompanionKind), CompanionKind.OTHER),
        title=row.take("title", schema.words(most=60), ""),
        text=row.take("text", schema.words(most=400), ""),
        per_week=row.take("per_week", schema.count(1, 7), 1),
        minutes=row.take("minutes", schema.count(1, 120), 0, optional=True),
    )
    row.close()
    return companion


def _stage(row: Table) -> Stage:
    """One rung: what comes before, the part repeated `times`, what comes after.

    A rest that ends the repeated part stands between repetitions, not after the last.
    """
    title = row.take("title", schema.words(most=80), "")
    ratio = row.take("speed_ratio", schema.number(0.5, MOST_RATIO), 1.0, optional=True)
    times = row.take("times", schema.count(1, 100), 1, optional=True)
    before, each, after = (
        tuple(_stretch(part) for part in row.tables(key, most=20, optional=key != "each"))
        for key in ("before", "each", "after")
    )
    row.close()
    if times * len(each) > MOST_STRETCHES:
        row.faults.add((*row.path, "times"), f"makes {times * len(each)} stretches, at most "
                       f"{MOST_STRETCHES} expected")  # fmt: skip
        times = 1
    walked = each * times
    if times > 1 and each[-1:] and each[-1].kind is IntervalKind.REST:
        walked = walked[:-1]
    return Stage(title, _faced((*before, *walked, *after)), ratio)


def _stretch(part: Table) -> Stretch:
    """{ walk = "backward", time = "2 min" } or { rest = "1 min" }."""
    if part.has("rest"):
        stretch = Stretch(IntervalKind.REST, Direction.UNCLEAR, part.take("rest", STRETCH_S, 0.0))
    else:
        key = next((key for key in KINDS if part.has(key)), "walk")
        direction = part.take(key, WALKED, Direction.FORWARD)
        lasts_s = part.take("time", STRETCH_S, 0.0)
        steep = part.take("incline_percent", _incline, 0.0, optional=True)
        stretch = Stretch(KINDS[key], direction, lasts_s, steep)
    part.close()
    return stretch


def _faced(stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Each rest faces as the stretch before it: nobody turns just to stand."""
    faced: list[Stretch] = []
    direction = Direction.FORWARD
    for stretch in stretches:
        if stretch.kind is not IntervalKind.REST:
            direction = stretch.direction
        faced.append(replace(stretch, direction=direction))
    return tuple(faced)


def _is_backward(stretch: Stretch) -> bool:
    return stretch.direction is Direction.BACKWARD and stretch.kind is not IntervalKind.REST


def _judge(protocol: Protocol, faults: Faults) -> None:
    """The rules that bind several keys together; each rung judged, then each step up."""
    if protocol.start >= len(protocol.ladder):
        faults.add(("start",), f"is {protocol.start + 1}, but there are only "
                   f"{len(protocol.ladder)} stages")  # fmt: skip
    for i, stage in enumerate(protocol.ladder):
        for text in _rung_faults(stage, protocol.backward_mps):
            faults.add(("stage", i), text)
        if stage.incline_ratio > protocol.top_incline_ratio + NEARLY:
            faults.add(("stage", i), "is steeper than incline_percent of the guardrails allows")
    for i, (below, above) in enumerate(pairwise(protocol.ladder), start=1):
        for text in _step_faults(below, above):
            faults.add(("stage", i), text)
    if protocol.good_sessions > protocol.frequency_per_week * protocol.weeks:
        faults.add(("good_sessions",), f"is {protocol.good_sessions}, but {protocol.weeks} weeks "
                   f"have only {protocol.frequency_per_week * protocol.weeks} sessions: the first "
                   "stage would be walked for ever")  # fmt: skip
    if any(week > protocol.weeks for week in protocol.check_weeks):
        faults.add(("check_weeks",), f"names a week after the last of {protocol.weeks}")
    if list(protocol.check_weeks) != sorted(set(protocol.check_weeks)):
        faults.add(("check_weeks",), "is not in order, each week once and the first one first "
                   "expected")  # fmt: skip
    titles = [companion.title for companion in protocol.companions]
    for twice in sorted({title for title in titles if titles.count(title) > 1}):
        faults.add(("companion",), f"is there twice as {twice!r}, each title once expected")


def _judge_own(protocol: Protocol, taken: Collection[str], faults: Faults) -> None:
    """What a file somebody wrote must say, and may not loosen."""
    if protocol.id in taken:
        faults.add(("id",), f"is {protocol.id!r}, one that comes with retrowalk, another expected")
    if not protocol.written_by:
        faults.add(("written_by",), "is not there, a name such as 'Dr Ruiz' expected")
    if not protocol.rails:
        faults.add(("guardrails", "rails"), "is false, true expected: nobody walks backward on a "
                   "treadmill without rails here")  # fmt: skip
    first_s = protocol.ladder[0].backward_s
    if first_s > FIRST_MOST_S:
        faults.add(("stage", 0), f"has {first_s / MINUTE:.0f} minutes backward, at most "
                   f"{FIRST_MOST_S / MINUTE:.0f} expected: newcomers begin on it")  # fmt: skip


def _rung_faults(stage: Stage, backward_mps: float) -> list[str]:
    rests = [s.kind is IntervalKind.REST for s in stage.stretches]
    faults = []
    if stage.duration_s > LONGEST_S:
        faults.append(f"lasts {stage.duration_s / MINUTE:.0f} minutes, at most "
                      f"{LONGEST_S / MINUTE:.0f} expected")  # fmt: skip
    if not stage.backward_s:
        faults.append("has no backward walking, at least one backward stretch expected")
    if rests[0] or rests[-1] or any(a and b for a, b in pairwise(rests)):
        faults.append("has a rest first, last or twice in a row, rests between walking expected")
    if backward_mps * stage.speed_ratio > BACKWARD_CEILING_MPS + NEARLY:
        faults.append("is faster than the ceiling for walking backward, a smaller speed_ratio "
                      "expected")  # fmt: skip
    return faults


def _step_faults(below: Stage, above: Stage) -> list[str]:
    longer_s = above.backward_s - below.backward_s
    faster = above.speed_ratio - below.speed_ratio
    steeper = above.incline_ratio - below.incline_ratio
    faults = []
    if min(longer_s, faster, steeper) < -NEARLY:
        faults.append("asks less than the stage before it, a ladder that climbs expected")
    if (below.stretches, below.speed_ratio) == (above.stretches, above.speed_ratio):
        faults.append("is the stage before it once more, and a ladder of equal stages is walked "
                      "for ever; please raise something or leave it out")  # fmt: skip
    if longer_s > NEARLY and below.incline_ratio > NEARLY:
        faults.append("raises time on an incline, all time before any incline expected")
    if longer_s > NEARLY and faster > NEARLY:
        faults.append("raises time and speed at once, one of them expected")
    if steeper > NEARLY and (longer_s > NEARLY or faster > NEARLY):
        faults.append("raises the incline and something else at once, one of them expected")
    if steeper > INCLINE_STEP + NEARLY:
        faults.append(f"raises the incline by {steeper / PERCENT:.3g} percent, at most "
                      f"{INCLINE_STEP / PERCENT:.3g} expected")  # fmt: skip
    if faster > RATIO_STEP + NEARLY:
        faults.append(f"raises speed_ratio by {faster:.2f}, at most {RATIO_STEP} expected")
    if above.backward_s > TIME_FACTOR * below.backward_s + NEARLY:
        faults.append("more than doubles the backward time of the stage before it, a smaller "
                      "step expected")  # fmt: skip
    return faults
