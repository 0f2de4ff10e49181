"""The app's side of the guard: a `Belt` that asks it, and hears it.

The heartbeat is made on the session's own clock: when the session hangs or dies, it ends, and the
guard stops the belt.  A guard that is gone, or silent, is a link lost, told at once; from then on
this belt only asks for stops, and hears the rest, from the guard that took its place.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from retrowalk.errors import BadPacket, LinkLost, Refused
from retrowalk.live.events import Request, StopBelt, StopReason
from retrowalk.treadmill.guard import BEAT_S
from retrowalk.treadmill.guard_keep import SOCKET
from retrowalk.treadmill.guard_words import (
    Asked,
    Beat,
    Bye,
    Drive,
    Granted,
    Lines,
    Look,
    No,
    Said,
    Standing,
    asking,
    said,
)
from retrowalk.treadmill.port import Capability, Clock, Report, SpeedHeard, Timer, TroubleHeard

GUARD_LOST_S = 3.0  # longer than its driver may be silent: it has stopped the belt by then
ANSWER_S = 1.0  # it answers in a millisecond, or hangs
AGAIN_S = 0.05  # while a session runs nothing may wait for longer
READ_BYTES = 4096
NO_GUARD = (
    "The guard, the small program that holds the link to the treadmill, does not answer: "
    "start it with “retrowalk guard”, or start retrowalk again."
)
logger = logging.getLogger(__name__)


class Line(Protocol):
    """A line to the guard."""

    def send(self, line: bytes) -> bool:
        """Hand this over now, without waiting; False where that cannot be."""
        ...

    def listen(self, heard: Callable[[bytes], None]) -> None:
        """Call `heard` with every piece from now on; with nothing, when the line is lost."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class GuardedBelt:
    """A belt behind a guard that has granted its wheel.  Made by `drive`.

    `again` calls the guard that took a dead one's place: to stop and to hear, never to drive.
    """

    clock: Clock
    line: Line | None
    capability: Capability
    again: Callable[[], Line | None] = lambda: None
    drives: bool = True
    _lines: Lines = field(default_factory=Lines)
    _heard: list[Callable[[Report], None]] = field(default_factory=list)
    _heard_s: float = 0.0
    _timer: Timer | None = None

    def __post_init__(self) -> None:
        self._attach(self.line)
        self._beat()

    # --- the port --------------------------------------------------------------------

    def listen(self, heard: Callable[[Report], None]) -> None:
        self._heard.append(heard)

    def ask(self, request: Request) -> None:
        if self.drives or isinstance(request, StopBelt):
            self._send(request)

    async def close(self) -> None:
        """The guard asks the belt to stop until it rests; nobody need wait for it here."""
        self._heard.clear()
        self._send(StopBelt(StopReason.SHUTDOWN))
        self._send(Bye())
        self._hang_up()
        if self._timer is not None:
            self._timer.cancel()

    # --- the line --------------------------------------------------------------------

    def _attach(self, line: Line | None) -> None:
        self.line, self._lines, self._heard_s = line, Lines(), self.clock.time()
        if line is not None:
            line.listen(lambda piece: self._hear(line, piece))

    def _send(self, asked: Asked) -> None:
        if self.line is not None and not self.line.send(asking(asked)):
            self._hang_up()
            # told a moment later: whoever asks now is in the middle of something
            self.clock.call_later(0.0, lambda: self._tell(TroubleHeard(StopReason.LINK_LOST)))

    def _hear(self, line: Line, piece: bytes) -> None:
        if line is not self.line:
            return
        self._heard_s = self.clock.time()
        if not piece:
            self._lose()
            return
        try:
            for words in self._lines.hear(piece):
                self._take(said(words))
        except BadPacket as bad:
            logger.warning("%s", bad)
            self._lose()

    def _take(self, told: Said) -> None:
        match told:
            case SpeedHeard() | TroubleHeard():
                self._tell(told)
            case No(sentence):
                logger.warning("%s", sentence)

    def _beat(self) -> None:
        self._timer = self.clock.call_later(BEAT_S, self._beat)
        if self.line is None:
            self._attach(self.again())
        elif self.clock.time() - self._heard_s > GUARD_LOST_S:
            self._lose()
        else:
            self._send(Beat())

    def _lose(self) -> None:
        self._hang_up()
        self._tell(TroubleHeard(StopReason.LINK_LOST))

    def _hang_up(self) -> None:
        """The guard hears that too, if it lives, and stops the belt."""
        line, self.line, self.drives = self.line, None, False
        if line is not None:
            line.close()

    def _tell(self, report: Report) -> None:
        for heard in list(self._heard):
            heard(report)


# --- over a real socket ----------------------------------------------------------------


def call(folder: Path, *, within_s: float | None = None) -> socket.socket:
    """A socket to the guard of this folder.  LinkLost if none is there."""
    if not hasattr(socket, "AF_UNIX"):
        raise LinkLost(NO_GUARD)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(ANSWER_S if within_s is None else within_s)
    try:
        line.connect(os.fspath(folder / SOCKET))
    except OSError as wrong:
        line.close()
        raise LinkLost(NO_GUARD) from wrong
    return line


@dataclass(slots=True)
class Listener:
    """Waits, for a moment, for what the guard answers."""

    socket: socket.socket
    _lines: Lines = field(default_factory=Lines)

    def next(self) -> Said:
        """The next thing said.  LinkLost where none comes in time."""
        while True:
            try:
                piece = self.socket.recv(1)  # no more than is ours: the belt reads on after us
                for line in self._lines.hear(piece):
                    return said(line)
            except (OSError, BadPacket) as wrong:
                raise LinkLost(NO_GUARD) from wrong
            if not piece:
                raise LinkLost(NO_GUARD)


def standing(folder: Path, *, look: bool = False) -> Standing:
    """How things stand with the guard of this folder, which may be asked to look for its
    treadmill.  LinkLost if there is none."""
    with call(folder) as line:
        if look:
            _ask(line, Look())
        listener = Listener(line)
        while True:
            match listener.next():
                case Standing() as found:
                    return found


def drive(folder: Path, clock: Clock, cap_mps: float) -> GuardedBelt:
    """Take the wheel, now, at the guard of this folder, which will never exceed `cap_mps`.

    To be called on a running event loop.  LinkLost or Refused where it cannot be, with why.
    """
    line, loop = call(folder), asyncio.get_running_loop()
    try:
        can = _granted(line, cap_mps)
    except BaseException:
        line.close()
        raise

    def again() -> Line | None:
        try:
            return SocketLine(call(folder, within_s=AGAIN_S), loop)
        except LinkLost:
            return None

    return GuardedBelt(clock, SocketLine(line, loop), can, again)


def _ask(line: socket.socket, asked: Asked) -> None:
    try:
        line.sendall(asking(asked))
    except OSError as wrong:
        raise LinkLost(NO_GUARD) from wrong


def _granted(line: socket.socket, cap_mps: float) -> Capability:
    _ask(line, Drive(cap_mps))
    listener, can = Listener(line), None
    while True:
        match listener.next():
            case Standing(can=Capability() as known):
                can = known
            case No(sentence):
                raise Refused(sentence)
            case Granted() if can is not None:
                return can


@dataclass(slots=True, eq=False)
class SocketLine:
    """A line over a socket; it writes at once or not at all, so that no stop waits in a queue."""

    socket: socket.socket
    loop: asyncio.AbstractEventLoop
    _open: bool = True

    def __post_init__(self) -> None:
        self.socket.setblocking(False)

    def send(self, line: bytes) -> bool:
        try:
            return self.socket.send(line) == len(line)
        except OSError:
            return False

    def listen(self, heard: Callable[[bytes], None]) -> None:
        self.loop.add_reader(self.socket.fileno(), lambda: heard(self._read()))

    def _read(self) -> bytes:
        try:
            return self.socket.recv(READ_BYTES)
        except OSError:
            return b""

    def close(self) -> None:
        if self._open:
            self._open = False
            self.loop.remove_reader(self.socket.fileno())
            self.socket.close()
