"""Taking typed values out of a parsed TOML table, and keeping count of what is wrong.

Every `read` here turns one raw value into a good one or raises `Unfit` with what was
expected.  A `Table` notes the fault with its path and goes on, so that a file's author
hears of everything at once.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from retrowalk.authored.locate import Path
from retrowalk.errors import BadInput
from retrowalk.units import KMH, MINUTE, MPH

T = TypeVar("T")
E = TypeVar("E", bound=Enum)
Read = Callable[[object], T]

TIME = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?) ?(s|min)")
SPEED = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?(km/h|mph|m/s)")
SECONDS = {"s": 1.0, "min": MINUTE}
MPS = {"km/h": KMH, "mph": MPH, "m/s": 1.0}
SHOWN = 30  # letters of a wrong value worth quoting


class Unfit(BadInput):
    """One value that will not do; its text is what was expected."""


@dataclass(frozen=True, slots=True)
class Fault:
    path: Path
    text: str


@dataclass(slots=True)
class Faults:
    """What was found wrong so far."""

    found: list[Fault] = field(default_factory=list)

    def add(self, path: Path, text: str) -> None:
        self.found.append(Fault(path, text))


class Absent:
    """In the place of a table that is not there."""


class Table:
    """A table of the file: every key is taken once, and `close` reports the rest."""

    def __init__(self, value: object, path: Path, faults: Faults) -> None:
        self.path = path
        self.faults = faults
        self.rest: dict[str, object] = {}
        match value:
            case dict():
                self.rest = dict(value)
            case Absent():
                self.faults = Faults()  # said already; what it lacks inside is no news
            case _:
                faults.add(path, f"is {shown(value)}, a table expected")
                self.faults = Faults()

    def has(self, key: str) -> bool:
        return key in self.rest

    def take(self, key: str, read: Read[T], instead: T, *, optional: bool = False) -> T:
        """The value read, or `instead` where it is absent or (noted) wrong."""
        if key not in self.rest:
            if not optional:
                self.faults.add(self.path, f"lacks the key {key!r}; please add it")
            return instead
        try:
            return read(self.rest.pop(key))
        except Unfit as unfit:
            self.faults.add((*self.path, key), str(unfit))
            return instead

    def table(self, key: str) -> "Table":
        absent: object = Absent()
        value = self.take(key, _anything, absent)
        return Table(value, (*self.path, key), self.faults)

    def tables(self, key: str, *, most: int, optional: bool = False) -> tuple["Table", ...]:
        none: tuple[object, ...] = ()
        rows = self.take(key, several(_anything, most=most), none, optional=optional)
        return tuple(Table(row, (*self.path, key, i), self.faults) for i, row in enumerate(rows))

    def close(self) -> None:
        for key in self.rest:
            self.faults.add((*self.path, key), "is not a key known here; please remove it")


def shown(value: object) -> str:
    """A wrong value, short enough to quote."""
    try:
        text = repr(value)
    except ValueError:  # Python refuses to write out a whole number of thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _anything(value: object) -> object:
    return value


def words(*, most: int) -> Read[str]:
    def read(value: object) -> str:
        if not (isinstance(value, str) and 0 < len(value.strip()) <= most):
            raise Unfit(f"is {shown(value)}, text of 1 to {most} letters expected")
        if not all(letter.isprintable() or letter == "\n" for letter in value):
            raise Unfit(f"is {shown(value)}, text without control characters expected")
        return " ".join(value.split())

    return read


def name(value: object) -> str:
    if not (isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9-]{0,39}", value)):
        raise Unfit(f"is {shown(value)}, a name such as 'ten-by-three' expected")
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"is {shown(value)}, true or false expected")
    return value


def count(lowest: int, highest: int) -> Read[int]:
    def read(value: object) -> int:
        fits = isinstance(value, int) and not isinstance(value, bool)
        if not (fits and isinstance(value, int) and lowest <= value <= highest):
            raise Unfit(f"is {shown(value)}, a whole number from {lowest} to {highest} expected")
        return value

    return read


def number(lowest: float, highest: float) -> Read[float]:
    def read(value: object) -> float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not (fits and isinstance(value, int | float) and lowest <= value <= highest):
            raise Unfit(f"is {shown(value)}, a number from {lowest:g} to {highest:g} expected")
        return float(value)

    return read


def one_of(kind: type[E], *, but: Sequence[E] = ()) -> Read[E]:
    offered = {member.value: member for member in kind if member not in but}

    def read(value: object) -> E:
        if not (isinstance(value, str) and value in offered):
            raise Unfit(f"is {shown(value)}, one of {', '.join(map(repr, offered))} expected")
        return offered[value]

    return read


def several(read: Read[T], *, most: int) -> Read[tuple[T, ...]]:
    def read_all(value: object) -> tuple[T, ...]:
        if not (isinstance(value, list) and 0 < len(value) <= most):
            long = f"{len(value)} long" if isinstance(value, list) else shown(value)
            raise Unfit(f"is {long}, a list of 1 to {most} expected")
        return tuple(read(one) for one in value)

    return read_all


def time_s(lowest_s: float, highest_s: float) -> Read[float]:
    def read(value: object) -> float:
        found = TIME.fullmatch(value) if isinstance(value, str) else None
        if not found:
            raise Unfit(f"is {shown(value)}, a time such as '2 min' or '30 s' expected")
        duration_s = float(found[1]) * SECONDS[found[2]]
        if not lowest_s <= duration_s <= highest_s:
            bounds = f"{lowest_s:g} s to {highest_s / MINUTE:g} min"
            raise Unfit(f"is {shown(value)}, a time from {bounds} expected")
        return duration_s

    return read


def speed_mps(highest_mps: float, *, why: str) -> Read[float]:
    def read(value: object) -> float:
        found = SPEED.fullmatch(value) if isinstance(value, str) else None
        if not found:
            raise Unfit(f"is {shown(value)}, a speed such as '0.8 mph' or '1.3 km/h' expected")
        mps = float(found[1]) * MPS[found[2]]
        if not 0 < mps <= highest_mps:
            top = f"{highest_mps / KMH:.1f} km/h, {highest_mps / MPH:.2f} mph"
            raise Unfit(f"is {shown(value)}, above 0 and at most {top} expected ({why})")
        return mps

    return read
