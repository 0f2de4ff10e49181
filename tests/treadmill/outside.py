"""A treadmill outside the guard's process, so that the guard may die while the belt runs on.

As a program it is a guard of that treadmill: `python outside.py FOLDER SOCKET [--leave]`.
The two speak the guard's own words; what is asked of the machine is kept with its time.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from retrowalk.errors import LinkLost
from retrowalk.live.events import Request, SetSpeed, StartBelt, StopBelt
from retrowalk.treadmill.guard_run import guard_treadmill
from retrowalk.treadmill.guard_words import Lines, asked, saying
from retrowalk.treadmill.guarded import GuardedBelt, SocketLine
from retrowalk.treadmill.port import Belt, Report
from retrowalk.treadmill.simulated import HOME_TREADMILL, SimulatedBelt

ROOT = Path(__file__).parents[2]


@dataclass(eq=False)
class Outside(asyncio.Protocol):
    """A machine on this process's loop, heard and asked over a socket by one guard at a time."""

    path: Path
    machine: SimulatedBelt
    asked: list[tuple[float, Request]] = field(default_factory=list)
    connections: int = 0
    reachable: bool = True
    _lines: Lines = field(default_factory=Lines)
    _link: asyncio.Transport | None = None
    _server: asyncio.Server | None = None

    async def begin(self) -> "Outside":
        loop = asyncio.get_running_loop()
        self.machine.listen(self._say)
        self._server = await loop.create_unix_server(lambda: self, os.fspath(self.path))
        return self

    def connection_made(self, link: asyncio.BaseTransport) -> None:
        assert isinstance(link, asyncio.Transport)
        if not self.reachable:
            link.abort()
            return
        self.connections += 1
        self._link, self._lines = link, Lines()

    def data_received(self, piece: bytes) -> None:
        for line in self._lines.hear(piece):
            match asked(line):
                case (StartBelt() | SetSpeed() | StopBelt()) as request:
                    self.asked.append((time.monotonic(), request))
                    self.machine.ask(request)
                case _:
                    pass  # heartbeats: a treadmill has no watchdog

    def _say(self, report: Report) -> None:
        if self._link is not None and not self._link.is_closing():
            self._link.write(saying(report))

    def drop(self) -> None:
        """Lose the link, from this side; the belt runs on."""
        if self._link is not None:
            self._link.abort()
            self._link = None

    def stops(self, since_s: float = 0.0) -> list[float]:
        return [at for at, one in self.asked if isinstance(one, StopBelt) and at >= since_s]

    async def end(self) -> None:
        self.drop()
        await self.machine.close()
        if self._server is not None:
            self._server.close()


async def outside(path: Path) -> Outside:
    return await Outside(path, SimulatedBelt(asyncio.get_running_loop())).begin()


async def reach(path: Path, loop: asyncio.AbstractEventLoop) -> Belt:
    """The guard's side of the link: a belt that is asked over the socket."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.connect(os.fspath(path))
    except OSError as wrong:
        line.close()
        raise LinkLost("the treadmill is switched off; switch it on.") from wrong
    return GuardedBelt(loop, SocketLine(line, loop), HOME_TREADMILL)


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def run_guard(folder: Path, path: Path, *more: str) -> "subprocess.Popen[bytes]":
    """This file as a process."""
    return subprocess.Popen(
        [sys.executable, __file__, str(folder), str(path), *more],
        env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip


@contextmanager
def ended(*processes: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Leave none of them behind."""
    try:
        yield
    finally:
        for one in processes:
            one.kill()
            one.wait()
            for pipe in (one.stdout, one.stderr):
                if pipe is not None:
                    pipe.close()


if __name__ == "__main__":
    asyncio.run(
        guard_treadmill(
            Path(sys.argv[1]), "outside", lambda loop: reach(Path(sys.argv[2]), loop),
            leave_with_app="--leave" in sys.argv,
        )
    )  # fmt: skip
