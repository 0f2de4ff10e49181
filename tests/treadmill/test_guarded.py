"""The app's belt behind a guard: a guard that is gone is told at once, and never driven again."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contract.guards import Wire, guarded_on
from tests.treadmill.test_guard import Room

from retrowalk.app.clock import SessionClock
from retrowalk.app.driving import Drive as Session
from retrowalk.errors import LinkLost, Refused
from retrowalk.live.events import HoldBeat, SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill import guarded
from retrowalk.treadmill.guard_words import Granted, No, Said, Standing, State, saying
from retrowalk.treadmill.guarded import GuardedBelt, SocketLine, call, drive, standing
from retrowalk.treadmill.port import SpeedHeard, TroubleHeard
from retrowalk.treadmill.simulated import HOME_TREADMILL, SimulatedBelt
from retrowalk.words import Direction, Interval, Limits, SessionPlan

LOST = [StopReason.LINK_LOST]
READY = Standing("simulated", State.READY, "", replace(HOME_TREADMILL, simulated=False))
pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")


# --- the guard dies --------------------------------------------------------------------


def test_a_dead_guard_is_told_at_once_and_once() -> None:
    room = Room().walking()
    room.rig.wire.break_off()
    assert room.troubles == LOST
    room.ask(SetSpeed(0.9)).wait(10)
    assert room.troubles == LOST


def test_a_line_that_takes_nothing_more_is_a_link_lost() -> None:
    room = Room().walking()
    room.rig.wire.cut = True
    room.app.ask(SetSpeed(0.9))
    assert room.troubles == []  # whoever asks is in the middle of something
    room.wait(0.01)
    assert room.troubles == LOST


def test_a_silent_guard_is_a_link_lost_within_four_seconds() -> None:
    room = Room().walking()
    room.rig.wire.dead = True
    room.wait(2.5)
    assert room.troubles == []
    room.wait(1.5)
    assert room.troubles == LOST


def test_a_guard_that_talks_nonsense_is_a_link_lost() -> None:
    room = Room().walking()
    room.rig.wire._heard(b"faster!\n")
    assert room.troubles == LOST
    assert room.rig.wire.cut


def test_the_guard_that_took_its_place_is_only_heard_and_asked_to_stop() -> None:
    room = Room().walking()
    room.rig.wire.break_off()
    room.rig.guard.leave(room.rig.wire)
    second = guarded_on(room.clock, SimulatedBelt(room.clock))
    second.wire.close()
    wires: list[Wire] = []

    def again() -> Wire:
        wires.append(Wire(second.guard))
        return wires[-1]

    room.app.again = again
    room.wait(20)
    assert len(wires) == 1
    assert isinstance(room.heard[-1], SpeedHeard)
    for request in (StartBelt(), SetSpeed(1.0), StopBelt(StopReason.WALKER)):
        room.ask(request, 0.5)
    assert [line for line in wires[0].sent if b"beat" not in line] == [
        b'{"ask": "stop", "why": "WALKER"}\n'
    ]
    wires[0].break_off()
    assert room.troubles == LOST * 2


def test_words_of_a_line_hung_up_are_not_heard() -> None:
    room = Room().walking()
    wire = room.rig.wire
    room.app._hang_up()
    heard = list(room.heard)
    wire._heard(saying(SpeedHeard(0.3)))
    assert room.heard == heard


def test_closing_says_goodbye_and_stops_the_belt() -> None:
    room = Room().walking()
    asyncio.run(room.app.close())
    assert room.stops == 1
    assert room.guard.driver is None
    assert room.rig.wire.cut
    room.wait(5)
    assert room.machine.belt_mps == 0.0


def test_closing_after_the_guard_died_is_quiet() -> None:
    room = Room().walking()
    room.rig.wire.break_off()
    asyncio.run(room.app.close())
    room.wait(5)
    assert room.troubles == LOST


def test_a_belt_never_begun_can_be_closed() -> None:
    belt = GuardedBelt(SessionClock(), None, HOME_TREADMILL)
    belt._timer = None
    asyncio.run(belt.close())


def test_a_whole_session_goes_through_a_guard_and_a_dead_guard_ends_it_in_words() -> None:
    limits = Limits(backward_top_mps=0.4, forward_top_mps=0.5)
    plan = SessionPlan((Interval(Direction.BACKWARD, 60, 0.35),), limits)
    wall, made = [0.0], []

    def make_belt(clock: SessionClock) -> GuardedBelt:
        made.append(guarded_on(clock, SimulatedBelt(clock), plan.top_mps))
        return made[-1].belt

    session = Session(plan, make_belt=make_belt, log=NoLog(), wall=lambda: wall[0])  # type: ignore[arg-type]

    def wait(seconds: float, *, hold: bool = False) -> None:
        for _ in range(round(seconds / 0.25)):
            wall[0] += 0.25
            session.catch_up()
            if hold:
                session.take(HoldBeat(session.at_s))

    wait(3)
    wait(3, hold=True)
    wait(20)
    assert session.session.heard_mps == pytest.approx(0.35, abs=0.03)
    made[0].wire.break_off()
    wait(1)
    assert StopReason.LINK_LOST in session.session.reasons


class NoLog:
    def add(self, at_s: float, entry: object, /) -> None: ...


# --- over a socket ---------------------------------------------------------------------


@contextmanager
def answering(folder: Path, *said: bytes, hold_s: float = 0.0) -> Iterator[Path]:
    """Somebody at the guard's socket who says this to the first who calls, and hangs up."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(os.fspath(folder / "guard.sock"))
        door.listen()

        def answer() -> None:
            with door.accept()[0] as line:
                for words in said:
                    line.sendall(words)
                threading.Event().wait(hold_s)

        thread = threading.Thread(target=answer)
        thread.start()
        yield folder
        thread.join()


def said(*words: Said) -> bytes:
    return b"".join(saying(one) for one in words)


def test_no_guard_is_told_with_what_to_do(tmp_path: Path) -> None:
    for asks in (lambda: standing(tmp_path), lambda: call(tmp_path)):
        with pytest.raises(LinkLost, match="start it with “retrowalk guard”"):
            asks()


def test_a_system_without_unix_sockets_has_no_guard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    with pytest.raises(LinkLost):
        call(tmp_path)


def test_how_things_stand_is_heard_among_other_words(tmp_path: Path) -> None:
    with answering(tmp_path, said(SpeedHeard(0.1), READY), hold_s=0.1):
        assert standing(tmp_path, look=True) == READY


@pytest.mark.parametrize("words", [b"", b"no guard\n"])
def test_somebody_else_at_the_socket_is_no_guard(tmp_path: Path, words: bytes) -> None:
    with answering(tmp_path, words), pytest.raises(LinkLost):
        standing(tmp_path)


def test_a_guard_that_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "ANSWER_S", 0.05)
    with answering(tmp_path, hold_s=1.5), pytest.raises(LinkLost):
        standing(tmp_path)


def driven(folder: Path, then: Callable[[GuardedBelt, list[object]], object]) -> list[object]:
    async def main() -> list[object]:
        belt = drive(folder, asyncio.get_running_loop(), 1.0)
        heard: list[object] = []
        belt.listen(heard.append)
        await asyncio.sleep(0.1)
        then(belt, heard)
        await asyncio.sleep(0.7)
        await belt.close()
        return heard

    return asyncio.run(main())


def test_the_wheel_is_granted_and_every_word_after_that_is_heard(tmp_path: Path) -> None:
    words = said(READY, SpeedHeard(0.0), Granted(), SpeedHeard(0.1), SpeedHeard(0.2))
    with answering(tmp_path, words, hold_s=0.3):
        heard = driven(tmp_path, lambda *_: (tmp_path / "guard.sock").unlink())
    assert heard == [SpeedHeard(0.1), SpeedHeard(0.2), TroubleHeard(StopReason.LINK_LOST)]


def test_a_refusal_is_told_in_its_own_words(tmp_path: Path) -> None:
    with (
        answering(tmp_path, said(READY, No("Another drives.")), hold_s=0.1),
        pytest.raises(Refused, match="Another drives"),
    ):
        driven(tmp_path, lambda *_: None)


def test_a_guard_that_hangs_up_while_it_is_asked_is_a_link_lost() -> None:
    here, there = socket.socketpair(socket.AF_UNIX)
    there.close()
    with here, pytest.raises(LinkLost):
        guarded._granted(here, 1.0)


def test_a_line_that_is_full_says_so_instead_of_waiting() -> None:
    async def main() -> None:
        here, there = socket.socketpair(socket.AF_UNIX)
        line = SocketLine(here, asyncio.get_running_loop())
        with there:
            for _ in range(100_000):
                if not line.send(b"x" * 400):
                    break
            else:
                pytest.fail("it took everything")
        line.close()
        line.close()

    asyncio.run(main())


def test_a_line_reset_is_a_line_ended() -> None:
    async def main() -> None:
        here, there = socket.socketpair(socket.AF_UNIX)
        line = SocketLine(here, asyncio.get_running_loop())
        assert line._read() == b""  # nothing to read is an error of the system's, and an end
        there.close()
        assert line._read() == b""
        line.close()

    asyncio.run(main())
