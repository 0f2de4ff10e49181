"""Chance that can be had again: the same seed and place give the same draw, for ever.

Only raw words of PCG64 are used, whose stream numpy promises to keep; what its Generator makes of
them (permutations, integers) may change from one numpy to the next, and a list must not.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

VERSION = "1"  # of how words become draws; a change makes other lists, so it must change too
WORD = 2**64
MOST_SEED = 2**53  # what a spreadsheet and JSON keep without rounding
Thing = TypeVar("Thing")


class Chance:
    """A stream of draws for one place: a stratum, a person."""

    def __init__(self, seed: int, *place: str) -> None:
        told = "\x1f".join(place).encode()
        key = np.frombuffer(hashlib.sha256(told).digest(), dtype="<u4")
        self._words = np.random.PCG64(
            np.random.SeedSequence(seed, spawn_key=tuple(int(part) for part in key))
        )

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1, each as likely as the other."""
        even = WORD - WORD % limit
        while (word := int(self._words.random_raw())) >= even:
            continue
        return word % limit

    def share(self) -> float:
        """A number from 0 up to, and never, 1."""
        return float(int(self._words.random_raw()) >> 11) / 2**53

    def one_of(self, things: Sequence[Thing]) -> Thing:
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """In any order, each as likely.  From: Fisher and Yates, as Durstenfeld 1964 has it."""
        mixed = list(things)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed
