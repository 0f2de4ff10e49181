"""The phone of a live session: who may be it, what its silence means, and what is kept of it.

Called on the event loop's thread, but for what `PhoneLink` does in its own.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retrowalk.app.driving import Drive
from retrowalk.errors import Conflict
from retrowalk.live.events import StopWanted
from retrowalk.live.phone import (
    Felt,
    Phone,
    answered,
    feel,
    is_lost,
    phone_cues,
    phone_warning,
    stop_wanted,
)

if TYPE_CHECKING:
    from retrowalk.app.phone import PhoneLink
    from retrowalk.gait.packets import Packet

GIVEN_UP_S = 15.0  # a phone silent for so long may be replaced by another
MOST_PHONES = 8  # that came one after the other in a session


@dataclass(frozen=True, slots=True)
class Sensed:
    """What a page shows of the phone; None where it cannot be told."""

    lost: bool
    safety: bool
    silent_s: float
    direction: str
    cadence_spm: float | None
    uneven_ratio: float | None


class Sensing:
    """Which phone is worn in this session.  Made with the session, without any phone."""

    def __init__(self, drive: Drive, clock: Callable[[], float]) -> None:
        self._drive = drive
        self._clock = clock
        self._links: list[PhoneLink] = []
        self._link: PhoneLink | None = None
        self._phone = Phone(safety=False)
        self._heard_s = clock()
        self._busy = asyncio.Lock()

    @property
    def links(self) -> "tuple[PhoneLink, ...]":
        """Every phone there was, in order."""
        return tuple(self._links)

    def join(self, made: "PhoneLink", *, safety: bool) -> "PhoneLink":
        """Let this phone be the sensor, or come back as it.  Conflict: another one is.

        Once the session has begun to move, what was chosen as safety link stays it.
        """
        if self._link is not None and self._link.token == made.token:
            if self._link.worn is made.worn:
                made = self._link
        elif self._link is not None and self._silent_s < GIVEN_UP_S:
            raise Conflict(
                "Another phone is the sensor of this session: this one may watch and stop. "
                "To change, press “Go on without it” there first."
            )
        if made not in self._links:
            if len(self._links) >= MOST_PHONES:
                raise Conflict("Too many phones came and went in this session: walk on without.")
            self._links.append(made)
            self._phone = Phone(safety=safety)
        kept = self._drive.needs_a_page and self._phone.safety
        self._phone = Phone(safety=safety or kept, stumbles=made.felt.stumbles)
        self._link, self._heard_s = made, self._clock()
        return made

    def leave(self) -> None:
        """The walker goes on without a phone.  What it sent stays."""
        self._link, self._phone = None, Phone(safety=False)

    async def take(self, link: "PhoneLink", packet: "Packet") -> None:
        """One packet, worked out in a thread so that no stop waits for it.  BadRecording."""
        async with self._busy:
            await asyncio.to_thread(link.take, packet)
        if link is self._link:
            self._heard_s = self._clock()
            self.watch()

    async def calibrate(self, link: "PhoneLink", span: tuple[float, float]) -> str:
        async with self._busy:
            return await asyncio.to_thread(link.calibrate, span)

    def watch(self) -> None:
        """Judge the phone now: a cue or a stop may come of it.  Called with every wake."""
        if self._link is None:
            return
        heard, session = self._link.felt, self._drive.session
        felt = Felt(self._silent_s, heard.still_s, heard.moves_s, heard.stumbles)
        before, self._phone = self._phone, feel(self._phone, session, felt)
        self._drive.cues += phone_cues(before, self._phone, session)
        reason = stop_wanted(self._drive.plan, session, self._phone)
        if reason is not None:
            self._drive.take(StopWanted(self._drive.at_s, reason))
        self._phone = answered(self._phone)

    @property
    def warning(self) -> str:
        """One sentence to show, or empty."""
        return "" if self._link is None else phone_warning(self._phone, self._drive.session)

    @property
    def seen(self) -> Sensed | None:
        if self._link is None:
            return None
        now = self._link.felt.now
        walks = now.walking
        return Sensed(
            lost=is_lost(self._phone),
            safety=self._phone.safety,
            silent_s=self._silent_s,
            direction=now.direction.value if walks else "",
            cadence_spm=_known(now.cadence_spm) if walks else None,
            uneven_ratio=_known(now.uneven_ratio) if walks else None,
        )

    @property
    def _silent_s(self) -> float:
        return max(self._clock() - self._heard_s, 0.0)


def _known(value: Any) -> float | None:
    return float(value) if value == value else None  # noqa: PLR0124 -- NaN is not itself
