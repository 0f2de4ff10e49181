"""Which protocol suits this walker, and at which speeds and ceilings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from retrowalk.errors import NotAllowed, ScreeningNeeded
from retrowalk.programme import saying
from retrowalk.programme.protocols import ChosenBy, Protocol
from retrowalk.units import KMH
from retrowalk.words import (
    BACKWARD_CEILING_MPS,
    FORWARD_CEILING_MPS,
    Aid,
    AskClinician,
    Clear,
    Experience,
    Goal,
    Place,
    Reason,
    Verdict,
    Walker,
)

RULE = "prescribing 2"
SLOW_BACKWARD = "slow backward"
CAREFUL_TOPICS = frozenset(
    {"falls", "dizzy", "sight", "nerves", SLOW_BACKWARD}
)  # cleared, yet still true
SLOW_MPS = 0.6  # backward: all who had fallen were slower (Fritz 2013)
SLOW_WALKER_MPS = 2.2 * KMH  # forward, where backward is not known; ours, the same 0.6 m/s
CHOSEN_BY = "chosen by"  # the hindrance a clinician's name takes away
GENTLE_PER_WEEK = 2  # ours; strength is kept with less than it was gained with
OLD_YEARS = 75  # ours: from here on company at first, and the gentler start


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A protocol, best first; `allowed` false means not for this walker, and `reasons` why."""

    protocol: Protocol
    allowed: bool
    reasons: tuple[Reason, ...]
    cautions: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Prescription:
    """What this walker is to do of a protocol.  Speeds are those of a rung with ratio 1."""

    protocol: str
    stage: int
    backward_mps: float
    forward_mps: float
    backward_top_mps: float
    forward_top_mps: float
    per_week: int
    weeks: int
    reasons: tuple[Reason, ...]
    rule: str = RULE
    by: str = ""  # the clinician who prescribed it
    course: int = 1  # counts how often the walker has begun a programme; see app/course.py
    keeps: bool = False  # a gentle going on, without a new step, after the weeks are over


def careful(verdict: Verdict, *, backward_mps: Sequence[float]) -> Verdict:
    """The verdict, with a reason where a test has shown slow backward walking."""
    slowest = min(backward_mps, default=SLOW_MPS)
    if not isinstance(verdict, Clear) or slowest >= SLOW_MPS:
        return verdict
    text = (f"Your backward walk was tested at {slowest:.2f} m/s: below {SLOW_MPS} m/s (three "
            "metres in five seconds) only with rails and company.")  # fmt: skip
    return Clear((*verdict.reasons, Reason(SLOW_BACKWARD, text)))


def suggest(
    walker: Walker, protocols: Sequence[Protocol], *, verdict: Verdict = Clear()
) -> tuple[Suggestion, ...]:
    """Every protocol, the best suited first, each with its reasons.

    The gentlest start comes first for those who need it; for others the one made for
    their goal, and of those the fuller.
    """
    return tuple(
        _suggestion(walker, protocol, verdict)
        for protocol in sorted(protocols, key=lambda p: _rank(walker, p, verdict))
    )


def prescribe(
    walker: Walker, protocol: Protocol, *, verdict: Verdict, by: str = ""
) -> Prescription:
    """The prescription; raises ScreeningNeeded (verdict not Clear) or NotAllowed.

    `by` names the clinician who prescribes it, where only a clinician may.
    """
    _must_be_clear(verdict)
    for reason in hindrances(walker, protocol, verdict=verdict, by=by):
        raise NotAllowed(f"{protocol.title} is not for you now: {reason.text}")
    stage = start_stage(walker, protocol, verdict=verdict)
    forward_mps = min(protocol.forward_mps, walker.comfortable_forward_mps, FORWARD_CEILING_MPS)
    speed = _backward_speed(walker, protocol)
    climb = max(rung.speed_ratio for rung in protocol.ladder)
    return Prescription(
        protocol=protocol.id,
        stage=stage,
        backward_mps=speed[0],
        forward_mps=forward_mps,
        backward_top_mps=min(speed[0] * climb, BACKWARD_CEILING_MPS),
        forward_top_mps=forward_mps,
        per_week=protocol.frequency_per_week,
        weeks=protocol.weeks,
        reasons=(
            speed[1],
            _start_reason(protocol, stage),
            *cautions(walker, protocol, verdict=verdict),
            *verdict.reasons,
            *((Reason(CHOSEN_BY, f"Prescribed by {by}."),) if by else ()),
        ),
        by=by,
    )


def gently_on(prescription: Prescription) -> Prescription:
    """The same at fewer days and without a new step: what keeps needs less than what gains."""
    per_week = min(GENTLE_PER_WEEK, prescription.per_week)
    text = f"You go on gently: {per_week} times a week at what you have reached, no new step."
    reasons = (*prescription.reasons, Reason("keeps", text))
    return replace(prescription, per_week=per_week, keeps=True, reasons=reasons)


def start_stage(walker: Walker, protocol: Protocol, *, verdict: Verdict = Clear()) -> int:
    """The rung of the first session: the lowest for whoever should begin gently."""
    return 0 if _gently(walker, verdict) else protocol.start


def hindrances(
    walker: Walker, protocol: Protocol, *, verdict: Verdict = Clear(), by: str = ""
) -> tuple[Reason, ...]:
    """Why this protocol is not for this walker here; none if it may be chosen."""
    return tuple(_hindrances(walker, protocol, verdict, by))


def cautions(
    walker: Walker, protocol: Protocol, *, verdict: Verdict = Clear()
) -> tuple[Reason, ...]:
    """What to arrange before the first session."""
    found = []
    if protocol.company or _needs_rails(walker, verdict):
        text = "Hold the rails all the way, and have somebody near."
        found.append(Reason("company", text))
    elif walker.age_years >= OLD_YEARS or walker.experience is Experience.NEVER:
        found.append(Reason("company", "For the first sessions, have somebody near."))
    if walker.place is Place.CORRIDOR:
        text = "Clear the way, walk along a wall, and let somebody be your eyes."
        found.append(Reason("place", text))
    elif protocol.rails:
        found.append(Reason("rails", "Keep a hand on the rails, and clip the safety key on."))
    return tuple(found)


def _must_be_clear(verdict: Verdict) -> None:
    if isinstance(verdict, Clear):
        return
    ask = isinstance(verdict, AskClinician)
    first = "A clinician needs to say yes first" if ask else "Not today"
    raise ScreeningNeeded(f"{first}: {' '.join(reason.text for reason in verdict.reasons)}")


def _rank(walker: Walker, protocol: Protocol, verdict: Verdict) -> tuple[bool, int, float]:
    refused = bool(hindrances(walker, protocol, verdict=verdict))
    backward_s = protocol.ladder[start_stage(walker, protocol, verdict=verdict)].backward_s
    if _gently(walker, verdict):
        return refused, 0, backward_s
    return refused, _goal_rank(walker.goal, protocol), -backward_s


def _goal_rank(goal: Goal, protocol: Protocol) -> int:
    """How near the front of its goals a protocol names this one."""
    return protocol.goals.index(goal) if goal in protocol.goals else len(Goal)


def _suggestion(walker: Walker, protocol: Protocol, verdict: Verdict) -> Suggestion:
    hindering = hindrances(walker, protocol, verdict=verdict)
    if hindering:
        return Suggestion(protocol, False, hindering)
    stage = start_stage(walker, protocol, verdict=verdict)
    reasons = [_start_reason(protocol, stage)]
    if _gently(walker, verdict):
        reasons.append(Reason("gently", _why_gently(walker, verdict)))
    if walker.goal in protocol.goals[:2]:
        reasons.append(Reason("goal", f"It is made with your goal in mind: {walker.goal.value}."))
    return Suggestion(protocol, True, tuple(reasons), cautions(walker, protocol, verdict=verdict))


def _start_reason(protocol: Protocol, stage: int) -> Reason:
    rung = protocol.ladder[stage]
    backward, whole = saying.minutes(rung.backward_s), saying.minutes(rung.duration_s)
    return Reason("start", f"It begins with {backward} backward in a session of {whole}.")


def _backward_speed(walker: Walker, protocol: Protocol) -> tuple[float, Reason]:
    """The least of protocol, share of comfort and product ceiling, and which it was."""
    share = protocol.comfortable_ratio
    least_mps, why = min(
        (protocol.backward_mps, "the speed this protocol names"),
        (share * walker.comfortable_forward_mps,
         f"{share:.0%} of your comfortable speed forward"),
        (BACKWARD_CEILING_MPS, "as fast as anyone may go backward here"),
    )  # fmt: skip
    text = f"Backward you begin at {saying.speed(least_mps, walker.units)}: {why}."
    return least_mps, Reason("speed", text)


def _gently(walker: Walker, verdict: Verdict) -> bool:
    new = walker.experience is Experience.NEVER
    return new or walker.age_years >= OLD_YEARS or _needs_rails(walker, verdict)


def _why_gently(walker: Walker, verdict: Verdict) -> str:
    if _needs_rails(walker, verdict):
        return "Your balance or your pace asks for a careful beginning."
    if walker.experience is Experience.NEVER:
        return "Walking backwards is new to you, so it begins with its easiest step."
    return "Beginning with the easiest step suits your age."


def _needs_rails(walker: Walker, verdict: Verdict) -> bool:
    """Whoever has fallen, is unsteady, leans on an aid or walks slowly: rails and company."""
    unsteady = any(reason.topic in CAREFUL_TOPICS for reason in verdict.reasons)
    slow = walker.comfortable_forward_mps < SLOW_WALKER_MPS
    return unsteady or slow or walker.aid is not Aid.NONE


def _hindrances(walker: Walker, protocol: Protocol, verdict: Verdict, by: str) -> Iterator[Reason]:
    if protocol.chosen_by is ChosenBy.CLINICIAN and not by:
        yield Reason(CHOSEN_BY, "Only a clinician may choose this protocol.")
    if walker.place not in protocol.places:
        yield Reason("place", "This protocol is not made for the place where you walk.")
    treadmill = walker.place is not Place.CORRIDOR
    if treadmill and walker.aid is Aid.FRAME:
        text = "With a walking frame, a treadmill is only for sessions beside a physiotherapist."
        yield Reason("aid", text)
    if not walker.rails and treadmill and protocol.rails:
        text = "It needs a treadmill with rails; without them, a corridor with a handrail is safer."
        yield Reason("rails", text)
    elif not walker.rails and (protocol.handrail or _needs_rails(walker, verdict)):
        text = "You need a firm rail to hold all the way, and somebody near."
        yield Reason("rails", text)
