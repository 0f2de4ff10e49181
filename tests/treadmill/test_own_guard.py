"""The app's own guard without a process: how it is begun, watched, waited for and left."""

import logging
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from retrowalk.errors import Conflict, LinkLost
from retrowalk.treadmill import guard_child
from retrowalk.treadmill.guard_child import AGAIN_S, OwnGuard, guarded_treadmill, treadmill_named
from retrowalk.treadmill.guard_words import Standing, State
from retrowalk.treadmill.port import Capability, Treadmill
from retrowalk.treadmill.simulated import SIMULATED

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
CAN = Capability(0.14, 3.33, 0.028)
READY = Standing("virtual", State.READY, "", CAN)


class Child:
    """A process that was not started."""

    def __init__(self, *, ended: bool = False) -> None:
        self.ended, self.told = ended, ""

    def poll(self) -> int | None:
        return 1 if self.ended else None

    def terminate(self) -> None:
        self.told = "end"


class Scene:
    """A guard's folder in which everything that happens is written down."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.own = OwnGuard(folder / "deep" / "guard", "virtual")
        self.answers: list[Standing | Exception] = []
        self.looks: list[bool] = []
        self.started: list[tuple[list[str], dict[str, Any]]] = []
        self.child = Child()
        self.now_s = 100.0
        self.slept: list[float] = []
        monkeypatch.setattr(guard_child, "standing", self.standing)
        monkeypatch.setattr(subprocess, "Popen", self.popen)
        clock = SimpleNamespace(monotonic=lambda: self.now_s, sleep=self.sleep)
        monkeypatch.setattr(guard_child, "time", clock)  # its own: other threads sleep too
        monkeypatch.setattr(OwnGuard, "_stay", lambda _: None)

    def standing(self, folder: Path, *, look: bool = False) -> Standing:
        assert folder == self.own.folder
        self.looks.append(look)
        told = self.answers.pop(0) if self.answers else LinkLost("nobody")
        if isinstance(told, Exception):
            raise told
        return told

    def popen(self, command: list[str], **how: Any) -> Child:
        assert not how["stderr"].closed
        how["stderr"].write(b"a word\nanother\nthe last word\n")
        self.started.append((command, how))
        return self.child

    def sleep(self, seconds: float) -> None:
        assert len(self.slept) < 10_000, "it waits for ever"
        self.slept.append(seconds)
        self.now_s += seconds


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(tmp_path, monkeypatch)


def away(sentence: str) -> Standing:
    return Standing("virtual", State.AWAY, sentence)


# --- its beginning -----------------------------------------------------------------------


def test_it_is_started_as_the_command_a_person_would_type_in_a_session_of_its_own(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.answers = [LinkLost("none"), READY]
    machine = scene.own.begin()
    ((command, how),) = scene.started
    folder = str(scene.own.folder)
    assert command == [
        sys.executable, "-m", "retrowalk", "guard", "--leave-with-app",
        "--treadmill", "virtual", "--folder", folder,
    ]  # fmt: skip
    log = how.pop("stderr")
    assert how == {
        "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "start_new_session": True,
    }  # fmt: skip
    assert (log.name, log.closed) == (f"{folder}/guard.log", True)
    assert scene.own.folder.stat().st_mode & 0o777 == 0o700
    assert (machine.name, machine.capability) == ("virtual", CAN)
    driven: list[object] = []
    monkeypatch.setattr(guard_child, "drive", lambda *how: driven.append(how))
    machine.maker(0.9)("a clock")  # type: ignore[arg-type]
    assert driven == [(scene.own.folder, "a clock", 0.9)]


def test_a_guard_there_already_is_used(scene: Scene) -> None:
    scene.answers = [READY, READY]
    scene.own.begin()
    assert scene.started == []
    assert scene.slept == []


def test_a_folder_there_already_is_used(scene: Scene) -> None:
    scene.own.folder.mkdir(parents=True)
    scene.answers = [LinkLost("none"), READY]
    scene.own.begin()
    assert len(scene.started) == 1


def test_a_guard_of_another_treadmill_is_left_alone(scene: Scene) -> None:
    scene.answers = [Standing("demo", State.READY, "", CAN)]
    with pytest.raises(Conflict, match=exactly(
        "A guard for demo runs here, and virtual was given: end that guard first, or choose its "
        "treadmill."
    )):  # fmt: skip
        scene.own.begin()
    assert scene.started == []


def test_another_guard_that_came_first_is_found_out_while_waiting(scene: Scene) -> None:
    scene.answers = [LinkLost("none"), Standing("demo", State.READY, "", CAN)]
    with pytest.raises(Conflict):
        scene.own.begin()


def test_it_is_asked_to_look_once_it_said_that_it_is_away(scene: Scene) -> None:
    scene.answers = [LinkLost("none"), LinkLost("none"), away("Off."), away("Off."), READY]
    scene.own.begin()
    assert scene.looks == [False, False, False, True, True]
    assert scene.slept == [guard_child.LOOK_S] * 3


def test_ready_without_knowing_what_it_can_is_not_ready(scene: Scene) -> None:
    unknown = Standing("virtual", State.READY, "")
    stopping = Standing("virtual", State.STOPPING, "Being stopped.", CAN)
    scene.answers = [LinkLost("none"), unknown, stopping, READY]
    assert scene.own.begin().capability == CAN
    assert len(scene.slept) == 2


@pytest.mark.parametrize(
    ("answers", "why"),
    [([], "It did not answer in time."), ([away("Switch it on.")] * 999, "Switch it on.")],
)
def test_a_treadmill_not_ready_in_time_is_told_with_why(
    scene: Scene, answers: list[Standing | Exception], why: str
) -> None:
    scene.answers = answers
    with pytest.raises(
        LinkLost, match=exactly(f"The treadmill virtual could not be made ready: {why}")
    ):
        scene.own.begin(within_s=3.0)
    assert scene.now_s == pytest.approx(103.0, abs=guard_child.LOOK_S)


def test_it_is_waited_for_half_a_minute_and_no_longer(scene: Scene) -> None:
    with pytest.raises(LinkLost):
        scene.own.begin()
    assert scene.now_s == pytest.approx(130.0, abs=guard_child.LOOK_S)


def test_a_guard_that_ended_is_told_in_its_last_words(scene: Scene) -> None:
    scene.child.ended = True
    with pytest.raises(LinkLost, match=exactly("the last word")):
        scene.own.begin()
    assert scene.slept == []


@pytest.mark.parametrize("words", [b"", b"  \n\n"])
def test_a_guard_that_ended_without_a_word_is_told_so(scene: Scene, words: bytes) -> None:
    scene.own.folder.mkdir(parents=True)
    (scene.own.folder / "guard.log").write_bytes(words)
    assert scene.own._last_words() == "The guard ended at once, without a word: try again."


def test_last_words_that_are_no_text_are_told_as_far_as_they_go(scene: Scene) -> None:
    scene.own.folder.mkdir(parents=True)
    (scene.own.folder / "guard.log").write_bytes(b"well\nbr\xffken\n\n")
    assert scene.own._last_words() == "br\N{REPLACEMENT CHARACTER}ken"


# --- while the app runs ------------------------------------------------------------------


def test_it_is_watched_on_a_thread_that_keeps_nobody_alive(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[dict[str, Any]] = []

    class Watch:
        def __init__(self, **how: Any) -> None:
            begun.append(how)

        def start(self) -> None:
            begun[-1]["target"]()
            begun.append({})

        def join(self, within_s: float) -> None:
            begun.append({"joined": within_s})

    sat: list[OwnGuard] = []

    def stay(own: OwnGuard) -> None:
        sat.append(own)

    monkeypatch.setattr(guard_child, "Thread", Watch)
    monkeypatch.setattr(OwnGuard, "_stay", stay)
    scene.answers = [LinkLost("none"), READY]
    scene.own.begin()
    assert (begun[0]["daemon"], begun[0]["name"]) == (True, "with the guard")
    assert sat == [scene.own]
    scene.own.close()
    assert begun[1:] == [{}, {"joined": 2 * AGAIN_S}]
    assert scene.child.told == "end"
    assert scene.own._closing.is_set()


def stays(
    own: OwnGuard, monkeypatch: pytest.MonkeyPatch, *, ensure: Callable[[], None]
) -> list[object]:
    """What happens, in order, while it is watched till it closes."""
    real, done = guard_child.OwnGuard._stay, []

    class Closing:
        def is_set(self) -> bool:
            return len(done) > 8

        def wait(self, seconds: float) -> bool:
            done.append(seconds)
            return self.is_set()

    def ensured(_: OwnGuard) -> None:
        done.append("ensure")
        ensure()

    own._closing = Closing()  # type: ignore[assignment]
    monkeypatch.setattr(OwnGuard, "_sit", lambda _: done.append("sit"))
    monkeypatch.setattr(OwnGuard, "_ensure", ensured)
    real(own)
    return done


def test_a_guard_gone_is_started_again_after_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = OwnGuard(tmp_path, "virtual")
    one = ["sit", guard_child.LOOK_S, "ensure", AGAIN_S]
    assert stays(own, monkeypatch, ensure=lambda: None) == one * 2 + one[:2] + one[3:]


@pytest.mark.parametrize("fault", [OSError("odd"), LinkLost("odd"), Conflict("odd")])
def test_a_guard_that_cannot_be_started_is_noted_and_tried_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    def refuse() -> None:
        raise fault

    caplog.set_level(logging.WARNING)
    done = stays(OwnGuard(tmp_path, "virtual"), monkeypatch, ensure=refuse)
    assert done.count("ensure") == 2
    assert caplog.messages == ["odd", "odd"]


def test_sitting_with_a_guard_ends_when_it_hangs_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = socket.socketpair(socket.AF_UNIX)
    here.settimeout(0.01)
    called: list[Path] = []
    heard: list[int] = []

    class Line:
        def __enter__(self) -> "Line":
            return self

        def __exit__(self, *_: object) -> None:
            here.close()

        def recv(self, size: int) -> bytes:
            heard.append(size)
            if len(heard) == 3:
                there.close()
            return here.recv(size)

    def call(folder: Path) -> Line:
        called.append(folder)
        return Line()

    monkeypatch.setattr(guard_child, "call", call)
    OwnGuard(tmp_path, "virtual")._sit()
    assert called == [tmp_path]
    assert heard == [guard_child.READ_BYTES] * 3  # twice nothing was said, then it was gone


def test_where_no_guard_answers_there_is_nobody_to_sit_with(tmp_path: Path) -> None:
    OwnGuard(tmp_path, "virtual")._sit()


# --- what the app is given ---------------------------------------------------------------


def test_its_belt_is_driven_at_the_cap_of_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven: list[object] = []
    monkeypatch.setattr(guard_child, "drive", lambda *how: driven.append(how))
    machine = guarded_treadmill(tmp_path, "virtual", CAN)
    machine.maker(0.9)("a clock")  # type: ignore[arg-type]
    machine.make_belt("a clock")  # type: ignore[arg-type]
    assert driven == [(tmp_path, "a clock", 0.9), (tmp_path, "a clock", CAN.max_mps)]
    assert (machine.name, machine.capability) == ("virtual", CAN)


@pytest.mark.parametrize("fails", [False, True])
def test_it_is_left_whatever_becomes_of_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    done: list[object] = []

    def begin(own: OwnGuard) -> Treadmill:
        done.append((own.folder, own.treadmill))
        if fails:
            raise LinkLost("It is off.")
        return SIMULATED

    monkeypatch.setattr(OwnGuard, "begin", begin)
    monkeypatch.setattr(OwnGuard, "close", lambda _: done.append("closed"))
    try:
        with treadmill_named("virtual", tmp_path) as machine:
            assert machine is SIMULATED
    except LinkLost:
        assert fails
    assert done == [(tmp_path / "guard", "virtual"), "closed"]


def exactly(sentence: str) -> str:
    return f"^{re.escape(sentence)}$"
