"""What a phone sent, in the order it was read, however it came.

A phone numbers its packets.  Live listening waits `WAIT_S` for a missing one, by the phone's own
clock, and then goes on with a hole; one that comes after that is kept for the recording only.
No row is ever moved in time: what is lost is a gap.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.tables import Floats

WAIT_S = 1.0  # Wi-Fi brings late packets within half of it; a stop is later by no more than this
MOST_PACKETS = 50_000  # more than three hours of the shortest
MOST_ROWS = 3_000_000  # four hours of the fastest phone: 170 MB, and no more


@dataclass(frozen=True, slots=True)
class Packet:
    """Consecutive readings: `time_s` (n,) rises on the phone's clock; (n, 3) in SI."""

    number: int
    time_s: Floats
    acc_mps2: Floats
    gyr_radps: Floats

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def begins_s(self) -> float:
        return float(self.time_s[0])

    @property
    def ends_s(self) -> float:
        return float(self.time_s[-1])


class Order:
    """Puts packets in order.  `take` gives what live listening may hear now."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._kept: dict[int, Packet] = {}
        self._rows = 0
        self._next = 0  # the first number live listening has not had, and still waits for

    def take(self, packet: Packet) -> tuple[Packet, ...]:
        """The packets whose turn has come, in order; a known number changes nothing.

        Raises BadRecording for a packet whose times do not lie between its neighbours'.
        """
        if packet.number in self._kept:
            return ()
        self._check(packet)
        insort(self._numbers, packet.number)
        self._kept[packet.number] = packet
        self._rows += len(packet)
        return self._due()

    def rest(self) -> tuple[Packet, ...]:
        """What still waited behind holes; nothing more is waited for."""
        waiting = self._waiting()
        self._next = waiting[-1].number + 1 if waiting else self._next
        return waiting

    def all(self) -> tuple[Packet, ...]:
        """Everything that ever came, late or not, in order: the recording."""
        return tuple(self._kept[number] for number in self._numbers)

    @property
    def newest(self) -> int:
        """The highest number so far; −1 before any."""
        return self._numbers[-1] if self._numbers else -1

    @property
    def lost(self) -> int:
        """How many numbers up to the highest have not come."""
        return self.newest + 1 - len(self._numbers)

    def _waiting(self) -> tuple[Packet, ...]:
        row = bisect_left(self._numbers, self._next)
        return tuple(self._kept[number] for number in self._numbers[row:])

    def _due(self) -> tuple[Packet, ...]:
        waiting, due = self._waiting(), 0
        for packet in waiting:
            patient = waiting[-1].ends_s - packet.begins_s < WAIT_S
            if packet.number != self._next and patient:
                break
            self._next, due = packet.number + 1, due + 1
        return waiting[:due]

    def _check(self, packet: Packet) -> None:
        if not 0 <= packet.number < MOST_PACKETS or self._rows + len(packet) > MOST_ROWS:
            raise BadRecording(
                f"The phone sent packet {packet.number} after {self._rows} readings; at most "
                f"{MOST_PACKETS} packets and {MOST_ROWS} readings belong to a session, so walk on "
                "without the phone."
            )
        row = bisect_left(self._numbers, packet.number)
        before = self._kept[self._numbers[row - 1]].ends_s if row else -np.inf
        after = self._kept[self._numbers[row]].begins_s if row < len(self._numbers) else np.inf
        if not before < packet.begins_s <= packet.ends_s < after:
            raise BadRecording(
                f"The phone's packet {packet.number} lies at {packet.begins_s:.2f} s, not between "
                "its neighbours; its clock was changed, so begin again with the phone."
            )
