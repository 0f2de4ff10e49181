"""Real processes and sockets: what dies, hangs, talks nonsense or will not listen."""

import asyncio
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.treadmill.outside import Outside, ended, environment, outside, run_guard
from tests.waiting import LONGEST_S
from validation.guard import many

from retrowalk.errors import LinkLost, Refused, RetrowalkError
from retrowalk.live.events import SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.guard_words import Drive, State, asking
from retrowalk.treadmill.guarded import GuardedBelt, call, drive, standing
from retrowalk.treadmill.port import SpeedHeard, TroubleHeard

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
APP = """
import asyncio, sys
from pathlib import Path
from retrowalk.live.events import SetSpeed, StartBelt
from retrowalk.treadmill.guarded import drive

async def main():
    belt = drive(Path(sys.argv[1]), asyncio.get_running_loop(), 0.9)
    await asyncio.sleep(2.2)
    belt.ask(StartBelt())
    await asyncio.sleep(3)
    belt.ask(SetSpeed(0.5))
    print("walking", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@dataclass
class Scene:
    """A treadmill in this process, a guard in its own, and a folder for both."""

    folder: Path
    treadmill: Outside
    guard: "subprocess.Popen[bytes]"
    heard: list[object] = field(default_factory=list)

    @property
    def troubles(self) -> list[StopReason]:
        return [one.reason for one in self.heard if isinstance(one, TroubleHeard)]

    async def drive(self, cap_mps: float = 0.9) -> GuardedBelt:
        belt = drive(self.folder, asyncio.get_running_loop(), cap_mps)
        belt.listen(self.heard.append)
        return belt

    async def walking(self) -> GuardedBelt:
        belt = await self.drive()
        belt.ask(StartBelt())
        await until(lambda: self.treadmill.machine.belt_mps > 0.1)
        belt.ask(SetSpeed(0.4))
        return belt

    async def app(self) -> "subprocess.Popen[bytes]":
        """An app of its own that walks."""
        app = subprocess.Popen([sys.executable, "-c", APP, str(self.folder)], env=environment(),
                               stdout=subprocess.PIPE)  # fmt: skip
        assert app.stdout is not None
        assert await asyncio.to_thread(app.stdout.readline) == b"walking\n"
        return app

    async def at_rest(self) -> None:
        await until(lambda: self.treadmill.machine.belt_mps == 0)


async def until(true: Callable[[], Any]) -> None:
    """How soon a guard acts is tested on a virtual clock: test_guard_time.py."""
    end_s = time.monotonic() + LONGEST_S
    while not true():
        assert time.monotonic() < end_s, "it did not come true in time"
        await asyncio.sleep(0.02)


def state_of(folder: Path) -> State | None:
    try:
        return standing(folder).state
    except LinkLost:
        return None


async def ready(folder: Path) -> None:
    end_s = time.monotonic() + LONGEST_S
    while await asyncio.to_thread(state_of, folder) is not State.READY:
        assert time.monotonic() < end_s, "the guard was not ready in time"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def scene(*more: str) -> AsyncIterator[Scene]:
    with TemporaryDirectory(prefix="rw") as where:
        folder, path = Path(where) / "guard", Path(where) / "belt.sock"
        treadmill = await outside(path)
        guard = run_guard(folder, path, *more)
        here = Scene(folder, treadmill, guard)
        with ended(guard):
            try:
                await ready(folder)
                yield here
            finally:
                await treadmill.end()


def in_scene(play: Callable[[Scene], Any], *more: str) -> None:
    async def main() -> None:
        async with scene(*more) as here:
            await play(here)

    asyncio.run(main())


# --- the app dies ----------------------------------------------------------------------


def test_an_app_killed_leaves_a_belt_that_stops() -> None:
    async def play(here: Scene) -> None:
        app = await here.app()
        with ended(app):
            killed_s = time.monotonic()
            app.kill()
            await here.at_rest()
        assert here.treadmill.stops(killed_s)
        await until(lambda: not (here.folder / "guard.state").exists())

    in_scene(play)


def test_ten_apps_killed_at_any_moment_leave_ten_belts_asked_to_stop() -> None:
    waits_s = asyncio.run(many(10, signal.SIGKILL))
    assert all(wait_s < LONGEST_S for wait_s in waits_s)


def test_an_app_that_hangs_leaves_a_belt_that_stops() -> None:
    async def play(here: Scene) -> None:
        app = await here.app()
        with ended(app):
            hung_s = time.monotonic()
            app.send_signal(signal.SIGSTOP)
            await here.at_rest()
            assert here.treadmill.stops(hung_s)[0] - hung_s > 1.0

    in_scene(play)


def test_a_socket_held_open_by_nobody_is_no_driver() -> None:
    async def play(here: Scene) -> None:
        half_open = call(here.folder)
        half_open.sendall(asking(Drive(0.9)) + asking(StartBelt()))
        with half_open:
            await until(lambda: here.treadmill.asked)
            await until(here.treadmill.stops)

    in_scene(play)


# --- the guard dies --------------------------------------------------------------------


def test_a_guard_killed_and_started_again_stops_what_moves_before_it_takes_a_request() -> None:
    async def play(here: Scene) -> None:
        belt = await here.walking()
        await until(lambda: here.treadmill.machine.belt_mps > 0.38)
        killed_s = time.monotonic()
        here.guard.kill()
        here.guard.wait()
        await until(lambda: here.troubles == [StopReason.LINK_LOST])
        assert (here.folder / "guard.state").read_text() == "outside"
        await asyncio.sleep(1)
        assert here.treadmill.machine.belt_mps > 0.3  # nobody stops it now
        second = run_guard(here.folder, here.treadmill.path)
        with ended(second):
            await until(lambda: state_of(here.folder) is State.STOPPING)
            with pytest.raises(Refused, match="not seen at rest"):
                await here.drive()
            await here.at_rest()
            await ready(here.folder)
            assert not (here.folder / "guard.state").exists()
            later = [one for at, one in here.treadmill.asked if at > killed_s]
            assert later
            assert all(isinstance(one, StopBelt) for one in later)
            await until(lambda: here.heard[-1] == SpeedHeard(0.0))  # the app sees it rest
            belt.ask(StartBelt())
            await asyncio.sleep(0.5)
            assert not any(one == StartBelt() for at, one in here.treadmill.asked if at > killed_s)
            await belt.close()

    in_scene(play)


def test_a_guard_that_cannot_reach_the_belt_it_left_goes_on_trying(tmp_path: Path) -> None:
    async def play(here: Scene) -> None:
        belt = await here.walking()
        here.guard.kill()
        here.guard.wait()
        here.treadmill.reachable = False
        second = run_guard(here.folder, here.treadmill.path)
        with ended(second):
            await until(lambda: state_of(here.folder) is State.AWAY)
            with pytest.raises(Refused, match="no link to the treadmill"):
                await here.drive()
            here.treadmill.reachable = True
            await here.at_rest()
            await belt.close()

    in_scene(play)


def test_a_guard_told_to_end_stops_first() -> None:
    async def play(here: Scene) -> None:
        await here.walking()
        here.guard.terminate()
        assert await asyncio.to_thread(here.guard.wait, LONGEST_S) == 0
        assert here.treadmill.machine.belt_mps == 0
        assert not (here.folder / "guard.state").exists()
        assert not (here.folder / "guard.sock").exists()

    in_scene(play)


def test_a_guard_told_to_end_says_that_the_belt_was_not_seen_at_rest() -> None:
    async def play(here: Scene) -> None:
        await here.walking()
        here.treadmill.machine.faults.silent = True
        here.guard.terminate()
        assert await asyncio.to_thread(here.guard.wait, LONGEST_S) != 0
        assert here.guard.stderr is not None
        assert b"pull the safety key" in here.guard.stderr.read()
        assert (here.folder / "guard.state").exists()

    in_scene(play)


def test_the_apps_own_guard_stays_while_the_belt_moves_and_then_leaves() -> None:
    async def play(here: Scene) -> None:
        belt = await here.walking()
        await asyncio.sleep(1)
        assert here.guard.poll() is None
        await belt.close()
        assert await asyncio.to_thread(here.guard.wait, LONGEST_S) == 0
        assert here.treadmill.machine.belt_mps == 0

    in_scene(play, "--leave")


def test_a_guard_let_run_again_after_a_pause_stops_the_belt() -> None:
    async def play(here: Scene) -> None:
        belt = await here.walking()
        here.guard.send_signal(signal.SIGSTOP)
        await until(lambda: here.troubles == [StopReason.LINK_LOST])  # the app heard nothing
        woken_s = time.monotonic()
        here.guard.send_signal(signal.SIGCONT)
        await here.at_rest()
        assert here.treadmill.stops(woken_s)
        await belt.close()

    in_scene(play)


# --- the link dies ---------------------------------------------------------------------


def test_a_link_lost_while_walking_is_made_again_only_to_stop() -> None:
    async def play(here: Scene) -> None:
        await here.walking()
        dropped_s = time.monotonic()
        here.treadmill.drop()
        await until(lambda: here.troubles == [StopReason.LINK_LOST])
        await here.at_rest()
        later = [one for at, one in here.treadmill.asked if at > dropped_s]
        assert all(isinstance(one, StopBelt) for one in later)
        await ready(here.folder)

    in_scene(play)


def test_a_link_lost_at_rest_is_made_again_when_somebody_wants_it() -> None:
    async def play(here: Scene) -> None:
        here.treadmill.drop()
        await until(lambda: state_of(here.folder) is State.AWAY)
        await asyncio.sleep(0.5)
        assert here.treadmill.connections == 1
        with pytest.raises(Refused):
            await here.drive()
        await ready(here.folder)
        assert here.treadmill.stops() == []
        (await here.drive()).ask(StartBelt())
        await until(lambda: here.treadmill.asked)

    in_scene(play)


# --- the door --------------------------------------------------------------------------

GARBAGE = (
    b"\x00" * 2000,
    b"GET / HTTP/1.1\r\nHost: guard\r\n\r\n",
    b'{"ask": "speed", "mps": NaN}\n',
    b"[" * 3000 + b"\n",
    b"x" * 100_000,
    b'{"ask": "drive", "cap_mps": "fast"}\n',
    b"\xff\xfe\n",
)


def test_garbage_gets_one_sentence_and_the_belt_walks_on() -> None:
    async def play(here: Scene) -> None:
        belt = await here.walking()
        await until(lambda: here.treadmill.machine.belt_mps > 0.38)
        for nonsense in GARBAGE:
            answer = await asyncio.to_thread(answer_to, here.folder, nonsense)
            assert answer.count(b'"say": "no"') == (1 if nonsense != GARBAGE[0] else 0), nonsense
        await asyncio.sleep(1)
        assert here.treadmill.machine.belt_mps > 0.38
        assert here.treadmill.stops() == []
        await belt.close()

    in_scene(play)


def answer_to(folder: Path, nonsense: bytes) -> bytes:
    heard = b""
    with call(folder) as line:
        try:
            line.sendall(nonsense)
            line.shutdown(socket.SHUT_WR)
            while piece := line.recv(4096):
                heard += piece
        except OSError:
            pass  # sent away before all of it was said
    return heard


def test_nonsense_from_the_driver_stops_the_belt() -> None:
    async def play(here: Scene) -> None:
        belt = await here.walking()
        assert belt.line is not None
        belt.line.send(b"faster!\n")
        await here.at_rest()
        assert StopReason.LINK_LOST in here.troubles

    in_scene(play)


def test_a_second_client_may_watch_and_stop_but_not_drive() -> None:
    async def play(here: Scene) -> None:
        await here.walking()
        with pytest.raises(Refused, match="Another client drives"):
            await here.drive()
        with call(here.folder) as watcher:
            watcher.sendall(asking(StopBelt(StopReason.WALKER)))
            await here.at_rest()
        assert here.troubles == []

    in_scene(play)


def test_a_client_that_never_reads_is_sent_away_and_nobody_waits_for_it() -> None:
    async def play(here: Scene) -> None:
        belt = await here.walking()
        with call(here.folder) as slow:
            slow.setblocking(False)
            await asyncio.to_thread(flood, slow)
            belt.ask(StopBelt(StopReason.WALKER))
            await until(here.treadmill.stops)
        await here.at_rest()
        assert here.guard.poll() is None
        await belt.close()

    in_scene(play)


def flood(slow: socket.socket) -> None:
    """Ask for refusals, a sentence each, and read none; until it is hung up on us."""
    until_s = time.monotonic() + LONGEST_S
    while time.monotonic() < until_s:
        try:
            slow.send(asking(StartBelt()) * 50)
        except BlockingIOError:
            time.sleep(0.001)
        except OSError:
            return
    pytest.fail("a client that reads nothing was kept")


def test_only_so_many_come_in_and_the_driver_keeps_its_seat() -> None:
    async def play(here: Scene) -> None:
        belt = await here.walking()
        many = [call(here.folder) for _ in range(30)]
        await asyncio.sleep(0.3)
        answers = [one.recv(4096) for one in many]
        assert sum(b"as many clients" in one for one in answers) == 15
        for one in many:
            one.close()
        await asyncio.sleep(0.3)
        assert await asyncio.to_thread(state_of, here.folder) is State.READY
        assert here.treadmill.stops() == []
        await belt.close()

    in_scene(play)


def test_only_its_user_can_open_the_folder_and_the_socket() -> None:
    async def play(here: Scene) -> None:
        assert stat.S_IMODE(here.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((here.folder / "guard.sock").stat().st_mode) == 0o600
        assert stat.S_IMODE((here.folder / "guard.lock").stat().st_mode) == 0o600

    in_scene(play)


def test_there_is_one_guard_in_a_folder() -> None:
    async def play(here: Scene) -> None:
        second = run_guard(here.folder, here.treadmill.path)
        with ended(second):
            assert await asyncio.to_thread(second.wait, LONGEST_S) != 0
            assert second.stderr is not None
            assert b"Another guard runs in" in second.stderr.read()
        assert await asyncio.to_thread(state_of, here.folder) is State.READY

    in_scene(play)


def test_a_full_disk_refuses_to_drive_and_the_guard_lives_on() -> None:
    async def play(here: Scene) -> None:
        blocked = here.folder / "guard.new"
        blocked.mkdir()  # the state cannot be written, for root neither
        with pytest.raises(RetrowalkError, match="cannot write to"):
            await here.drive()
        assert here.treadmill.asked == []
        blocked.rmdir()
        belt = await here.walking()
        await belt.close()
        await here.at_rest()

    in_scene(play)


def test_a_disk_that_fills_while_walking_does_not_matter() -> None:
    async def play(here: Scene) -> None:
        belt = await here.walking()
        (here.folder / "guard.new").mkdir()
        await asyncio.sleep(1)
        assert here.treadmill.stops() == []
        (here.folder / "guard.state").unlink()
        await belt.close()
        await here.at_rest()
        (here.folder / "guard.new").rmdir()

    in_scene(play)
