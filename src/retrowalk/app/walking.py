"""The live session: one asyncio task drives the machine, the belt, the log and the pages.

Everything here is called on the event loop's own thread (from `async def` routes).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrowalk.app.house import House
from retrowalk.words import SessionPlan

if TYPE_CHECKING:
    from retrowalk.live.cues import Cue
    from retrowalk.live.view import View


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page shows now, and the cues since the frame before.

    `seq` counts the frames of a session; `at_s` is session time.  `notice` is one
    sentence to show loudly (the session is not being saved), or empty.  `elsewhere`:
    another open page holds this session; this one may watch and stop.
    """

    seq: int
    at_s: float
    view: "View"
    cues: "tuple[Cue, ...]"
    notice: str = ""
    elsewhere: bool = False


class Live:
    """A session being walked."""

    session_id: str
    plan: SessionPlan

    def frame(self, page: str = "") -> Frame:
        """The state now, without cues.  A page that polls with its token counts as open."""
        raise NotImplementedError

    def frames(self, page: str) -> AsyncIterator[Frame]:
        """Frames as things change, at least twice a second, until the session has ended.

        While iterated, `page` counts as open.  No cue is lost to a slow reader.
        """
        raise NotImplementedError

    def hold(self, page: str) -> None:
        """One beat (every 250 ms) of a finger on Start.  Conflict if another page holds it."""
        raise NotImplementedError

    def release(self, page: str) -> None:
        """The finger left Start."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop, from anyone, always."""
        raise NotImplementedError

    def finish(self) -> None:
        """End the session here (it stops first if the belt moves)."""
        raise NotImplementedError

    @property
    def ended(self) -> bool:
        raise NotImplementedError


def begin(house: House, session_id: str) -> Live:
    """Open a planned session to be walked; the belt waits for the walker's hold.

    Called again for the same session it returns the same Live.  Conflict if another
    session runs or this one is over; Missing if there is none.
    """
    raise NotImplementedError


def live(house: House, session_id: str) -> Live:
    """The running (or just ended) session.  Missing otherwise."""
    raise NotImplementedError


async def shut_down(house: House, *, within_s: float = 15.0) -> None:
    """Stop every live session and wait until its belt is at rest, at most `within_s`.

    Call it before uvicorn waits for open streams: they end when the sessions do.
    """
    raise NotImplementedError
