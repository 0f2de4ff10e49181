"""Who gets which arm, so that the arms stay alike in what matters, with chance in every choice.

One person at a time: the arm that leaves the factors most even is preferred, with a probability
short of one.  From: Pocock and Simon 1975 (Biometrics 31:103), range as the measure, weights one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

from retrowalk.errors import BadTrial
from retrowalk.evidence.chance import Chance
from retrowalk.evidence.randomise import Foreseen, judge_arms, judge_seed

LISTS = 100  # made to tell how foreseeable and how even such allocations are
MOST_FACTORS = 8
Levels = Mapping[str, str]  # a factor's level, for one person


@dataclass(frozen=True, slots=True)
class Minimisation:
    """What decides; with the people before, the same person gets the same arm."""

    arms: tuple[str, ...]
    _: KW_ONLY
    factors: tuple[tuple[str, tuple[str, ...]], ...]
    seed: int
    preferred: float = 0.8  # how often the arm that is best for balance is given

    def __post_init__(self) -> None:
        judge_arms(self.arms)
        judge_seed(self.seed)
        thin = [name for name, levels in self.factors if len(set(levels)) < 2 or not name]
        if thin or not 1 <= len(self.factors) <= MOST_FACTORS:
            raise BadTrial(
                f"{len(self.factors)} factors came; 1 to {MOST_FACTORS} are expected, each with a "
                "name and at least two levels, as in sex=f,m."
            )
        if not 1 / len(self.arms) < self.preferred < 1:
            raise BadTrial(
                f"A preference of {self.preferred:g} came; more than {1 / len(self.arms):.2f} "
                "(blind chance) and less than 1 (no chance at all) is expected."
            )


@dataclass(frozen=True, slots=True)
class Given:
    """A person already allotted."""

    levels: Levels
    _: KW_ONLY
    arm: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The arm, and how far each arm would have put the factors out of balance."""

    arm: str
    _: KW_ONLY
    imbalance: tuple[tuple[str, int], ...]
    preferred: tuple[str, ...]  # the arms that were best for balance


def allocate(rule: Minimisation, so_far: Sequence[Given], newcomer: Levels) -> Choice:
    """The next person's arm.  BadTrial: a factor is lacking, or has a level nobody named."""
    for name, levels in rule.factors:
        if newcomer.get(name) not in levels:
            raise BadTrial(
                f"{name} is {newcomer.get(name, 'not given')!r}; one of {', '.join(levels)} is "
                "expected."
            )
    chance = Chance(rule.seed, "minimise", str(len(so_far)))
    counts = _alike(rule, so_far, newcomer)
    imbalance = {arm: _imbalance(rule, counts, arm) for arm in rule.arms}
    least = min(imbalance.values())
    best = tuple(arm for arm in rule.arms if imbalance[arm] == least)
    others = tuple(arm for arm in rule.arms if arm not in best)
    among = best if not others or chance.share() < rule.preferred else others
    return Choice(chance.one_of(among), imbalance=tuple(imbalance.items()), preferred=best)


def _alike(rule: Minimisation, so_far: Sequence[Given], newcomer: Levels) -> list[Counter[str]]:
    """Of each factor, how many with the newcomer's level each arm has."""
    return [Counter(one.arm for one in so_far if one.levels[name] == newcomer[name])
            for name, _ in rule.factors]  # fmt: skip


def _imbalance(rule: Minimisation, counts: Sequence[Counter[str]], arm: str) -> int:
    """The ranges of the counts, summed over the factors, were the newcomer in this arm."""
    total = 0
    for count in counts:
        sizes = [count[other] + (other == arm) for other in rule.arms]
        total += max(sizes) - min(sizes)
    return total


@dataclass(frozen=True, slots=True)
class Evenness:
    """Of simulated people with every level as likely as the next."""

    foreseen: Foreseen
    _: KW_ONLY
    largest: float  # difference of two arms within any level at the end, on average


def evenness(rule: Minimisation, people: int) -> Evenness:
    """What such allocations give: how even, and how often writing along would guess right."""
    hits = apart = 0.0
    for other in range(LISTS):
        given = _simulated(rule, people, other)
        hits += given[1]
        apart += _largest(rule, given[0])
    foretold = Foreseen(0.0, guessed=hits / (LISTS * people), blind=1 / len(rule.arms))
    return Evenness(foretold, largest=apart / LISTS)


def _simulated(rule: Minimisation, people: int, seed: int) -> tuple[list[Given], float]:
    again = Minimisation(rule.arms, factors=rule.factors, seed=seed, preferred=rule.preferred)
    crowd = Chance(seed, "people")
    given: list[Given] = []
    hits = 0.0
    for _ in range(people):
        newcomer = {name: crowd.one_of(levels) for name, levels in rule.factors}
        choice = allocate(again, given, newcomer)
        hits += (choice.arm in choice.preferred) / len(choice.preferred)
        given.append(Given(newcomer, arm=choice.arm))
    return given, hits


def _largest(rule: Minimisation, given: Sequence[Given]) -> int:
    """The largest difference of two arms within any level of any factor."""
    found = 0
    for name, levels in rule.factors:
        for level in levels:
            counts = Counter(one.arm for one in given if one.levels[name] == level)
            sizes = [counts[arm] for arm in rule.arms]
            found = max(found, max(sizes) - min(sizes))
    return found
