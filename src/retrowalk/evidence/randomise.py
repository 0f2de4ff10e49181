"""Who gets which arm, by chance that nobody can foresee: permuted blocks, stratum by stratum.

Blocks of several sizes, drawn themselves, so that who counts along cannot tell where one ends.
From: Schulz and Grimes 2002 (Lancet 359:515); CONSORT 2010, items 8 to 10.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from itertools import product

from retrowalk.errors import BadTrial
from retrowalk.evidence.chance import MOST_SEED, Chance

MOST_PEOPLE = 20_000
MOST_STRATA = 64
MOST_ARMS = 8
LARGEST_BLOCK = 24
LISTS = 200  # made to tell how foreseeable such lists are


@dataclass(frozen=True, slots=True)
class Blocks:
    """What a list is made from; the same values make the same list."""

    arms: tuple[str, ...]
    _: KW_ONLY
    people: int  # in each stratum, at least: the last block is a whole one
    seed: int
    strata: tuple[tuple[str, tuple[str, ...]], ...] = ()  # a factor and its levels
    sizes: tuple[int, ...] = ()  # of blocks; empty: two and three times the smallest
    ratio: tuple[int, ...] = ()  # of the arms; empty: alike

    def __post_init__(self) -> None:
        judge_arms(self.arms)
        judge_seed(self.seed)
        shares = self.shares
        if len(shares) != len(self.arms) or not all(1 <= share <= 9 for share in shares):
            raise BadTrial(
                f"A ratio of {':'.join(map(str, shares))} came for {len(self.arms)} arms; a whole "
                "number from 1 to 9 is expected for each."
            )
        most = max(LARGEST_BLOCK, 3 * sum(shares))
        wrong = [n for n in self.block_sizes if not 0 < n <= most or n % sum(shares)]
        if wrong:
            raise BadTrial(
                f"A block of {wrong[0]} came; it must be a multiple of {sum(shares)}, so that it "
                f"holds the arms as asked, and at most {most}."
            )
        if not 1 <= self.people <= MOST_PEOPLE or len(self.all_strata) > MOST_STRATA:
            raise BadTrial(
                f"{self.people} people in each of {len(self.all_strata)} strata came; 1 to "
                f"{MOST_PEOPLE} people and at most {MOST_STRATA} strata are expected."
            )

    @property
    def shares(self) -> tuple[int, ...]:
        return self.ratio or (1,) * len(self.arms)

    @property
    def block_sizes(self) -> tuple[int, ...]:
        smallest = sum(self.shares)
        return tuple(sorted(set(self.sizes))) or (2 * smallest, 3 * smallest)

    @property
    def all_strata(self) -> tuple[str, ...]:
        """Every combination of the factors' levels, in words; one empty one without factors."""
        named = [[f"{name}={level}" for level in levels] for name, levels in self.strata]
        return tuple(", ".join(levels) for levels in product(*named))


@dataclass(frozen=True, slots=True)
class Place:
    """One envelope: its number, its stratum, and what is in it."""

    number: str
    _: KW_ONLY
    stratum: str
    block: int
    block_size: int
    arm: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How often somebody who writes along would be right, as shares of all allocations.

    `certain`: knew every block's size, and the rest of a block was one arm; `guessed`: always said
    the arm given least so far in the stratum; `blind`: what guessing without writing along gives.
    """

    certain: float
    _: KW_ONLY
    guessed: float
    blind: float


def judge_arms(arms: Sequence[str]) -> None:
    named = [arm.strip().casefold() for arm in arms]
    if not 2 <= len(arms) <= MOST_ARMS or len(set(named)) < len(named) or not all(named):
        raise BadTrial(
            f"The arms {', '.join(arms) or 'none'} came; 2 to {MOST_ARMS} arms with different "
            "names are expected."
        )


def judge_seed(seed: int) -> None:
    if not 0 <= seed < MOST_SEED:
        raise BadTrial(f"A seed of {seed} came; a whole number from 0 to 2^53 - 1 is expected.")


def allocation_list(blocks: Blocks) -> tuple[Place, ...]:
    """The whole list, stratum by stratum; every block holds the arms as asked."""
    return tuple(place for stratum in blocks.all_strata for place in _stratum(blocks, stratum))


def _stratum(blocks: Blocks, stratum: str) -> Iterator[Place]:
    chance = Chance(blocks.seed, "blocks", stratum)
    before = 1 + blocks.all_strata.index(stratum)
    lead = f"{before:02}-" if blocks.strata else ""
    given, block = 0, 0
    while given < blocks.people:
        block += 1
        size = chance.one_of(blocks.block_sizes)
        times = size // sum(blocks.shares)
        whole = [arm for arm, share in zip(blocks.arms, blocks.shares, strict=True)
                 for _ in range(share * times)]  # fmt: skip
        for arm in chance.shuffled(whole):
            given += 1
            yield Place(f"{lead}{given:04}", stratum=stratum, block=block, block_size=size, arm=arm)


def foreseen(blocks: Blocks) -> Foreseen:
    """Over many lists of this kind with other seeds, each as long as one stratum."""
    certain, guessed, total = 0, 0.0, 0
    for other in range(LISTS):
        alike = Blocks(blocks.arms, people=blocks.people, seed=other, sizes=blocks.block_sizes,
                       ratio=blocks.shares)  # fmt: skip
        places = list(_stratum(alike, ""))
        total += len(places)
        certain += _certain(places)
        guessed += _guessed(places, blocks)
    blind = max(blocks.shares) / sum(blocks.shares)
    return Foreseen(certain / total, guessed=guessed / total, blind=blind)


def _certain(places: Sequence[Place]) -> int:
    """Allocations at the end of a block where all that is left is one arm."""
    sure = 0
    for last, place in enumerate(places):
        ends = last + 1 == len(places) or places[last + 1].block != place.block
        if ends:
            run = last
            while run >= 0 and (places[run].block, places[run].arm) == (place.block, place.arm):
                run -= 1
            sure += last - run
    return sure


def _guessed(places: Sequence[Place], blocks: Blocks) -> float:
    """Hits of guessing the arm most behind its share; of arms equally behind, one by chance."""
    given: Counter[str] = Counter()
    hits = 0.0
    for place in places:
        behind = {arm: given[arm] / share
                  for arm, share in zip(blocks.arms, blocks.shares, strict=True)}  # fmt: skip
        least = min(behind.values())
        best = [arm for arm, so_far in behind.items() if so_far == least]
        hits += (place.arm in best) / len(best)
        given[place.arm] += 1
    return hits
