"""The live session: one asyncio task, and the pages that watch and touch it.

    page ──hold, release, stop, finish──▶ ┌──────┐          ┌───────┐ ──requests──▶ belt
                                          │ Live │ ──────▶  │ Drive │ ◀──reports─── belt
         ◀──frames: view, cues, notice─── └──────┘          └───────┘ ──events────▶ log

Everything here is called on the event loop's own thread (from `async def` routes): a stop
is judged, and asked of the belt, before `stop()` returns.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass

from retrowalk import present
from retrowalk.app.audience import Audience
from retrowalk.app.beating import Beating
from retrowalk.app.beginning import begun, set_status
from retrowalk.app.driving import Drive
from retrowalk.app.house import House, close_session
from retrowalk.app.keeping import session_row
from retrowalk.app.sensing import Sensed, Sensing
from retrowalk.app.setting_up import setup_list
from retrowalk.errors import BadInput, Conflict, Missing, StoreError
from retrowalk.live.ahead import Planned, ahead
from retrowalk.live.by_hand import FASTEST_SAID_MPS
from retrowalk.live.cues import Cue
from retrowalk.live.events import (
    HoldBeat,
    HoldReleased,
    SetUp,
    SpeedSaid,
    StopReason,
    StopWanted,
)
from retrowalk.live.heart_say import HeartSeen
from retrowalk.live.view import View, view
from retrowalk.store.log import EventLog
from retrowalk.store.models import Status
from retrowalk.words import SessionPlan, Units

SHORTEST_NAP_S = 0.02  # a hurried session does several ticks per wake
LONGEST_NAP_S = 0.25  # and a frame after each: so a page hears that we are alive
LATE_S = 0.001  # a wake a hair too early finds nothing due and must nap again
PAGE_LOST_S = 10.0  # phones blink; longer, and nobody has a Stop button
BEHIND_S = 5.0  # a disk this far behind is as bad as a full one
SETTLE_EVERY_S = 2.0  # how often an unsaved end is tried again
STOP_WAIT_S = 15.0  # coasting belts rest within ten

OUR_FAULT = (
    "retrowalk has failed and is stopping the belt: hold the rails, and pull the safety key "
    "if the belt does not stop."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page shows now, and the cues since the frame before.

    `seq` counts the frames made; `at_s` is session time.  `notice` is one sentence to show
    loudly (the session is not being saved), or empty.  `elsewhere`: another open page
    holds this session; this one may watch and stop.  `ahead` are cues with their moments,
    foretold; `rate` is how fast session time runs.
    """

    seq: int
    at_s: float
    view: View
    cues: tuple[Cue, ...]
    notice: str = ""
    elsewhere: bool = False
    ahead: tuple[Planned, ...] = ()
    rate: float = 1.0
    sensed: Sensed | None = None  # of a phone worn as a sensor
    heart: HeartSeen | None = None  # of a strap


class Live:
    """A session being walked.  Made by `begin`."""

    def __init__(self, house: House, session_id: str, plan: SessionPlan, *, log: EventLog) -> None:
        self.session_id = session_id
        self.plan = plan
        self._house = house
        self._log = log
        self._loop = asyncio.get_running_loop()
        self.drive = Drive(
            plan,
            make_belt=house.treadmill.maker(plan.top_mps),
            log=log,
            wall=self._loop.time,
            speed_up=house.speed_up,
        )
        self.sensing = Sensing(self.drive, self._loop.time)
        self.beating = Beating(self.drive, house.strap, self._do)
        self._pages = Audience(self._loop.time)
        self._prepared = False  # the set-up list said and the sound heard, or done without
        self._seq = 0
        self._notice = ""
        self._giving_up = False
        self.settled = asyncio.Event()  # ended, and as saved as the disk allows
        self._task = self._loop.create_task(self._run(), name=f"session {session_id}")

    # --- what pages see --------------------------------------------------------------

    def frame(self, page: str = "") -> Frame:
        """The state now, without cues.  A page that polls with its token counts as open."""
        if page:
            self.seen(page)
        return self._frame(page, ())

    async def frames(self, page: str) -> AsyncIterator[Frame]:
        """Frames as things change, at least twice a second, until the session has ended.

        While iterated, `page` counts as open (but see `seen`); a screen without a name only
        watches, and never counts.  No cue is lost to a slow
        reader; one that sleeps long hears the last twenty.
        """
        reader = self._pages.join(page)
        try:
            while not self.settled.is_set():
                yield self._frame(page, reader.taken())
                await reader.changed.wait()
                reader.changed.clear()
            yield self._frame(page, reader.taken())
        finally:
            self._pages.leave(reader)

    def seen(self, page: str) -> None:
        """This page was alive just now.

        A stream to a phone that died looks open for minutes.  A page that has called this
        once is judged by it from then on: call it every second or two.
        """
        self._pages.seen(page)

    @property
    def ended(self) -> bool:
        return self.drive.over

    def _frame(self, page: str, new: tuple[Cue, ...]) -> Frame:
        self._seq += 1
        notice = OUR_FAULT if self.drive.broken else self._notice
        elsewhere = self._pages.elsewhere(page)
        seen = view(self.plan, self.drive.session)
        notice = " ".join(text for text in (notice, *self._warnings) if text)
        coming = () if self.drive.broken else ahead(self.plan, self.drive.session)
        return Frame(
            self._seq, self.drive.at_s, seen, new, notice, elsewhere, coming, self.drive.rate,
            self.sensing.seen, self.beating.seen,
        )  # fmt: skip

    @property
    def _warnings(self) -> tuple[str, ...]:
        return self.sensing.warning, self.beating.warning

    # --- what pages do ---------------------------------------------------------------

    def hold(self, page: str) -> None:
        """One beat (every 250 ms) of a finger on Start.  Conflict if another page holds it."""
        if not page:
            raise BadInput("This page has no name of its own: load it again, then hold Start.")
        self.seen(page)
        if not self._prepared:
            raise Conflict(
                "The set-up list comes first: tick every line and say whether you hear the "
                "sounds, then hold Start."
            )
        if self._pages.elsewhere(page):
            raise Conflict(
                "This session is held by another open page, so this one can watch and stop it: "
                "press Start there, or close that page first."
            )
        self._pages.owner = page
        self._do(lambda: self.drive.take(HoldBeat(self.drive.at_s)))

    def prepare(self, said: Collection[str], *, heard: bool, silent: bool) -> None:
        """The walker has said the set-up list, and heard a cue or walks without sound.

        BadInput names what is missing; nothing can be held before.
        """
        missing = [text for name, text in setup_list(self.plan.place) if name not in said]
        if missing:
            raise BadInput(f"Before the start this is still to be said: {'; '.join(missing)}.")
        if not heard and not silent:
            raise BadInput(
                "Nobody has said whether the sounds are heard: play one and say so, or say "
                "that you walk without sound and someone is with you."
            )
        self._prepared = True
        lines = tuple(name for name, _ in setup_list(self.plan.place))
        self._do(lambda: self.drive.take(SetUp(self.drive.at_s, lines, heard)))

    def release(self, page: str) -> None:
        """The finger left Start."""
        if page == self._pages.owner:
            self._do(lambda: self.drive.take(HoldReleased(self.drive.at_s)))

    def say_speed(self, typed: str) -> None:
        """What the console of a belt set by hand shows, in the walker's unit; anyone may say it.

        Too late (nobody walks any more) it says nothing.  BadInput for no speed of a console.
        """
        if not self.plan.by_hand:
            raise Conflict("Nobody sets this session's belt by hand, so there is no speed to say.")
        belt_mps = _said_mps(typed, self.plan.units)
        self._do(lambda: self.drive.take(SpeedSaid(self.drive.at_s, belt_mps)))

    def stop(self, reason: StopReason = StopReason.WALKER) -> None:
        """Stop, from anyone, always."""
        self._do(lambda: self.drive.take(StopWanted(self.drive.at_s, reason)))

    def finish(self) -> None:
        """End the session here (it stops first if the belt moves)."""
        self.stop(StopReason.FINISHED)

    def _do(self, act: Callable[[], None]) -> None:
        asyncio.get_running_loop()  # on another thread this would race with the ticks
        if self.drive.over:
            return
        self.drive.catch_up()
        act()
        self._publish()

    # --- the task --------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while not self.drive.over:
                nap_s = self.drive.nap_s() + LATE_S
                nap_s = min(max(nap_s, SHORTEST_NAP_S), LONGEST_NAP_S)
                await asyncio.sleep(nap_s)
                self._wake_safely()
        finally:
            if self.drive.belt is not None:
                await self.drive.belt.close()
            await self.beating.close()
            await self._settle()

    def _wake_safely(self) -> None:
        try:
            self._wake()
        except Exception:
            logger.exception("session %s: a fault of our own", self.session_id)
            self.drive.fail()

    def _wake(self) -> None:
        self.drive.catch_up()
        if self._pages.away_s(needed=self.drive.needs_a_page) > PAGE_LOST_S:
            self.stop(StopReason.PAGE_LOST)
        self.sensing.watch()
        self._watch_disk()
        self._publish()

    def _watch_disk(self) -> None:
        trouble = self._log.trouble
        if not trouble and self._log.behind_s > BEHIND_S:
            trouble = "The disk does not keep up with writing this session down."
        if trouble and not self._notice:
            self.stop(StopReason.NOT_SAVED)
        self._notice = trouble and f"This session is being stopped, it cannot be saved. {trouble}"

    def _publish(self) -> None:
        new, self.drive.cues = self.drive.cues, []
        self._pages.tell(new)

    async def _settle(self) -> None:
        """Save the end; while the disk refuses, keep everything and try again."""
        try:
            while not await asyncio.to_thread(self._saved) and not self._giving_up:
                self._publish()
                await asyncio.sleep(SETTLE_EVERY_S)
            await self._keep_recordings()
        finally:
            self._log.close()
            self.settled.set()
            self._publish()

    async def _keep_recordings(self) -> None:
        """What a phone sent; the session is saved without it where that fails."""
        if not self.sensing.links:
            return
        from retrowalk.app import felt  # noqa: PLC0415 -- the gait engine, loaded by the phone

        try:
            await asyncio.to_thread(felt.keep, self._house, self.session_id, self.sensing.links)
        except StoreError as wrong:
            self._notice = f"What the phone sent could not be kept. {wrong}"
        except Exception:
            logger.exception("session %s: the phone's recording", self.session_id)

    def _saved(self) -> bool:
        try:
            if not self._log.flush():
                raise StoreError(self._log.trouble or "The disk is slow.")
            self._write_end()
        except StoreError as wrong:
            self._notice = f"The end of this session is not saved yet. {wrong}"
            return False
        self._notice = ""
        return True

    def _write_end(self) -> None:
        status = Status.INTERRUPTED if self.drive.broken else Status.DONE
        with self._house.store.writing() as rows:
            row = session_row(self._house, rows, self.session_id)
            close_session(rows, row, status, self._house.now())

    async def shut(self, *, within_s: float) -> None:
        """Stop for good and wait, bounded, for rest and for the disk."""
        if not self.drive.over:
            self.stop(StopReason.SHUTDOWN)
        _, late = await asyncio.wait({self._task}, timeout=within_s)
        for task in late:
            logger.error("session %s: not at rest and saved in time", self.session_id)
            self._giving_up = True
            task.cancel()
        await asyncio.wait({self._task})


def _said_mps(typed: str, units: Units) -> float:
    try:
        said_mps = present.speed_mps(typed, units)
    except ValueError:
        said_mps = float("nan")
    if 0 <= said_mps <= FASTEST_SAID_MPS:
        return said_mps
    most = present.speed(FASTEST_SAID_MPS, units)
    raise BadInput(
        f"“{typed[:20]}” was given as the console's speed: say a number from 0 to {most}, or leave "
        "it, and the planned speed is counted."
    )


def begin(house: House, session_id: str) -> Live:
    """Open a planned session to be walked; the belt waits for the walker's hold.

    Called again for the same session it returns the same Live.  Conflict if another
    session runs or this one is over; Missing if there is none.
    """
    if session_id in house.lives:
        return house.lives[session_id]
    if any(not other.ended for other in house.lives.values()):
        raise Conflict(
            "Another session is being walked: finish that one first, then open this one again."
        )
    plan = begun(house, session_id)
    house.lives.clear()
    log = EventLog(house.store, session_id)
    try:
        house.lives[session_id] = Live(house, session_id, plan, log=log)
    except BaseException:
        log.close()
        set_status(house, session_id, Status.PLANNED)  # no belt, no session: it may be tried again
        raise
    return house.lives[session_id]


def live(house: House, session_id: str) -> Live:
    """The running (or just ended) session.  Missing otherwise."""
    if session_id not in house.lives:
        raise Missing("This session is not being walked now: go to the first page to see what is.")
    return house.lives[session_id]


async def shut_down(house: House, *, within_s: float = STOP_WAIT_S) -> None:
    """Stop every live session and wait until its belt is at rest, at most `within_s`.

    Call it before uvicorn waits for open streams: they end when the sessions do.
    """
    await asyncio.gather(*(one.shut(within_s=within_s) for one in house.lives.values()))
