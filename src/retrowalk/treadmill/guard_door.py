"""The guard's door: a local socket only its own user can open, and who has come in.

Nobody can make it wait: a client is read two kilobytes at a time, in turn with the others, and one
that does not read what it is told is sent away.  So is one that says nonsense, after one sentence.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from retrowalk.errors import BadPacket
from retrowalk.treadmill.guard import Guard
from retrowalk.treadmill.guard_words import Bye, Lines, No, Said, asked, saying

READ_BYTES = 2048  # a hundred lines, some two milliseconds of work
UNREAD_BYTES = 16_384  # beyond what the system itself keeps for a client: minutes of reports
SEATS = 16
PEER = struct.Struct("3i")  # Linux: process, user, group
STRANGER = "The guard answers only the user who started it."
FULL = "The guard has as many clients as it takes: close one, and try again."


def who_calls(connection: socket.socket) -> int | None:
    """Who is at the other end; None where the system does not say."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None  # the folder's and the socket's own permissions are what is left
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size)
    user: int = PEER.unpack(told)[1]
    return user


@dataclass(slots=True, eq=False)
class Caller(asyncio.BufferedProtocol):
    """One client, in its seat."""

    door: "Door"
    _lines: Lines = field(default_factory=Lines)
    _buffer: bytearray = field(default_factory=lambda: bytearray(READ_BYTES))
    _line: asyncio.Transport | None = None

    def connection_made(self, line: asyncio.BaseTransport) -> None:
        assert isinstance(line, asyncio.Transport)
        self._line = line
        line.set_write_buffer_limits(high=UNREAD_BYTES)
        if refusal := self.door.refusal(line.get_extra_info("socket")):
            self._send_away(refusal)
        else:
            self.door.guard.sit(self)

    def get_buffer(self, _: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, count: int) -> None:
        try:
            for line in self._lines.hear(bytes(self._buffer[:count])):
                if self._line is not None:
                    self._take(line)
        except BadPacket as bad:
            self._send_away(str(bad))

    def _take(self, line: bytes) -> None:
        said = asked(line)
        self.door.guard.asked(self, said)
        if said == Bye():
            self._send_away("")

    def pause_writing(self) -> None:
        """It does not read: whatever it was, it is no driver and no watcher any more."""
        line = self._line
        self._gone()
        if line is not None:
            line.abort()

    def connection_lost(self, _: Exception | None) -> None:
        self._gone()

    def tell(self, said: Said) -> None:
        if self._line is not None:
            self._line.write(saying(said))

    def _send_away(self, sentence: str) -> None:
        line = self._line
        if line is not None:
            if sentence:
                self.tell(No(sentence))
            line.close()
        self._gone()

    def _gone(self) -> None:
        self._line = None
        self.door.guard.leave(self)


@dataclass(slots=True)
class Door:
    """Where clients come in."""

    guard: Guard
    user: Callable[[], int] = os.getuid
    root: int = 0  # who may do anything anyway
    _server: asyncio.Server | None = None

    def refusal(self, connection: socket.socket) -> str:
        """Why this one may not come in; "" where it may."""
        who = who_calls(connection)
        if who is not None and who not in (self.user(), self.root):
            return STRANGER
        return FULL if len(self.guard.seats) >= SEATS else ""

    async def open(self, path: Path) -> None:
        """Listen there, in place of whatever a dead guard left."""
        path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)  # 0600 from its first moment
        try:
            listening.bind(os.fspath(path))
        finally:
            os.umask(before)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: Caller(self), sock=listening)

    def close(self) -> None:
        """Nobody comes in any more; who is in stays until the belt rests."""
        if self._server is not None:
            self._server.close()
