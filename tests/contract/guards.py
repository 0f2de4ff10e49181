"""A guard and the app's belt, joined by a line of memory instead of a socket; one clock."""

from collections.abc import Callable
from dataclasses import dataclass, field

from retrowalk.errors import Unwritable
from retrowalk.treadmill.guard import Guard
from retrowalk.treadmill.guard_words import Drive, Lines, Said, asked, asking, saying
from retrowalk.treadmill.guarded import GuardedBelt
from retrowalk.treadmill.port import Belt, Clock


@dataclass
class Kept:
    """What a state file is, without a disk."""

    marked: bool = False
    full: bool = False

    def mark(self) -> None:
        if self.full:
            raise Unwritable("The guard cannot write: free some space.")
        self.marked = True

    def clear(self) -> None:
        self.marked = False


@dataclass(eq=False)
class Wire:
    """Both ends of a line: a `Line` for the app, a `Seat` for the guard."""

    guard: Guard
    cut: bool = False  # both ends know
    dead: bool = False  # neither end knows: nothing gets through
    told: list[Said] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    _heard: Callable[[bytes], None] = lambda _: None
    _lines: Lines = field(default_factory=Lines)

    def __post_init__(self) -> None:
        self.guard.sit(self)

    def send(self, line: bytes) -> bool:
        if self.cut:
            return False
        self.sent.append(line)
        for words in () if self.dead else self._lines.hear(line):
            self.guard.asked(self, asked(words))
        return True

    def listen(self, heard: Callable[[bytes], None]) -> None:
        self._heard = heard

    def close(self) -> None:
        if not self.cut:
            self.cut = True
            if not self.dead:
                self.guard.leave(self)

    def tell(self, said: Said) -> None:
        if not self.cut and not self.dead:
            self.told.append(said)
            self._heard(saying(said))

    def break_off(self) -> None:
        """The guard's process dies: the app's end hears the end of the line."""
        self.cut = True
        self._heard(b"")


@dataclass
class Guarded:
    """A guard that has been asked to drive, and the app's belt."""

    guard: Guard
    keep: Kept
    wire: Wire
    belt: GuardedBelt


def guarded_on(clock: Clock, belt: Belt, cap_mps: float = 100.0) -> Guarded:
    keep = Kept()
    guard = Guard(clock, "simulated", keep, clock.time)
    guard.opened(belt)
    wire = Wire(guard)
    wire.send(asking(Drive(cap_mps)))
    assert guard.can is not None
    return Guarded(guard, keep, wire, GuardedBelt(clock, wire, guard.can))
