"""The app's own guard: started beside it, outliving it, and gone when the belt rests."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import typer
from tests.treadmill.outside import ROOT, ended, environment
from tests.waiting import until
from typer.testing import CliRunner

from retrowalk.cli.guard import guard
from retrowalk.errors import BadInput, Conflict, LinkLost
from retrowalk.live.events import StartBelt
from retrowalk.treadmill import guard_child
from retrowalk.treadmill.guard_child import OwnGuard, treadmill_named
from retrowalk.treadmill.guard_words import Standing, State
from retrowalk.treadmill.guarded import standing
from retrowalk.treadmill.port import SpeedHeard, Treadmill
from retrowalk.treadmill.simulated import SIMULATED

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
app = typer.Typer()
app.command()(guard)


@pytest.fixture(autouse=True)
def _ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])


def in_folder(play: Callable[[Path], object]) -> None:
    with TemporaryDirectory(prefix="rw") as folder:
        play(Path(folder))


def test_the_simulated_treadmill_needs_no_guard(tmp_path: Path) -> None:
    with treadmill_named("simulated", tmp_path) as machine:
        assert machine is SIMULATED
    assert list(tmp_path.iterdir()) == []


def test_a_treadmill_that_is_none_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput), treadmill_named("usb", tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_any_other_has_a_guard_in_the_apps_folder_that_is_left_at_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done: list[object] = []

    def begin(own: OwnGuard) -> Treadmill:
        done.append(own.folder)
        return SIMULATED

    monkeypatch.setattr(OwnGuard, "begin", begin)
    monkeypatch.setattr(OwnGuard, "close", lambda _: done.append("closed"))
    with treadmill_named("bluetooth:AA:BB", tmp_path) as machine:
        assert machine is SIMULATED
        assert done == [tmp_path / "guard"]
    assert done[1:] == ["closed"]


def test_the_virtual_one_is_driven_through_a_guard_that_is_started_again_when_killed() -> None:
    def play(folder: Path) -> None:
        own = OwnGuard(folder / "guard", "virtual")
        machine = own.begin()
        first = own.child
        assert first is not None
        assert (machine.name, machine.capability.simulated) == ("virtual", False)

        async def drive() -> None:
            belt = machine.maker(0.9)(asyncio.get_running_loop())
            heard: list[object] = []
            belt.listen(heard.append)
            await asyncio.sleep(2.5)
            belt.ask(StartBelt())
            await asyncio.sleep(5)
            await belt.close()
            assert any(isinstance(one, SpeedHeard) and one.belt_mps > 0.1 for one in heard)

        asyncio.run(drive())
        first.kill()
        first.wait()
        until(lambda: own.child is not first)
        until(lambda: _state(own.folder) is State.READY)
        own.close()
        assert own.child is not None
        assert own.child.wait(20) == 0

    in_folder(play)


def _state(folder: Path) -> State | None:
    try:
        return standing(folder).state
    except LinkLost:
        return None


def test_a_guard_that_runs_already_is_used_and_left_alone() -> None:
    def play(folder: Path) -> None:
        first, second = OwnGuard(folder, "simulated"), OwnGuard(folder, "simulated")
        first.begin()
        second.begin()
        assert second.child is None
        second.close()
        with pytest.raises(Conflict, match="A guard for simulated runs here"):
            OwnGuard(folder, "virtual").begin()
        assert _state(folder) is State.READY
        first.close()
        assert first.child is not None
        assert first.child.wait(20) == 0

    in_folder(play)


def test_a_guard_that_ends_at_once_is_told_in_its_own_words() -> None:
    def play(folder: Path) -> None:
        (folder / "guard.lock").mkdir()
        own = OwnGuard(folder, "simulated")
        with pytest.raises(LinkLost, match="The guard cannot write to"):
            own.begin()
        assert own.child is not None
        own.close()
        (folder / "guard.log").write_text("")
        with pytest.raises(LinkLost, match="without a word"):
            raise LinkLost(own._last_words())

    in_folder(play)


def test_a_treadmill_that_is_not_there_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    looks: list[bool] = []

    def away(_: Path, *, look: bool = False) -> Standing:
        looks.append(look)
        return Standing("virtual", State.AWAY, "Switch it on.")

    monkeypatch.setattr(guard_child, "standing", away)
    own = OwnGuard(tmp_path, "virtual")
    with pytest.raises(LinkLost, match=r"could not be made ready: Switch it on\."):
        own.begin(within_s=0.5)
    own.close()
    assert looks[-1]


def test_watching_goes_on_when_a_guard_cannot_be_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own, tried = OwnGuard(tmp_path, "virtual"), []

    def ensure(self: OwnGuard) -> None:
        tried.append(1)
        if len(tried) == 2:
            own._closing.set()
        raise Conflict("Another guard runs here.")

    monkeypatch.setattr(guard_child, "AGAIN_S", 0.01)
    monkeypatch.setattr(guard_child, "LOOK_S", 0.01)
    monkeypatch.setattr(OwnGuard, "_ensure", ensure)
    own._stay()
    assert tried == [1, 1]
    assert "Another guard runs here." in caplog.text


def test_closing_while_nobody_answers_starts_nothing(tmp_path: Path) -> None:
    own = OwnGuard(tmp_path, "virtual")
    own._closing.set()
    own._stay()
    own._sit()
    assert own.child is None


def test_an_app_killed_leaves_no_guard_behind_for_long() -> None:
    def play(folder: Path) -> None:
        code = (
            "import sys,time; from pathlib import Path\n"
            "from retrowalk.treadmill.guard_child import OwnGuard\n"
            "own = OwnGuard(Path(sys.argv[1]), 'simulated'); own.begin(); time.sleep(1)\n"
            "print(own.child.pid, flush=True); time.sleep(600)"
        )
        started = subprocess.Popen([sys.executable, "-c", code, str(folder)],
                                   stdout=subprocess.PIPE)  # fmt: skip
        with ended(started):
            assert started.stdout is not None
            guard_id = int(started.stdout.readline())
            started.kill()
        assert _runs(guard_id)
        until(lambda: not _runs(guard_id))
        assert not (folder / "guard.sock").exists()

    in_folder(play)


def _runs(pid: int) -> bool:
    """Whether this process lives; one that nobody has waited for does not."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


# --- the command -----------------------------------------------------------------------


def test_the_command_is_found_and_explains_itself() -> None:
    run = subprocess.run([sys.executable, "-m", "retrowalk", "guard", "--help"],
                         capture_output=True, text=True, check=True, cwd=ROOT)  # fmt: skip
    assert "--treadmill" in run.stdout
    assert "--leave-with-app" not in run.stdout


def test_the_unit_names_the_command_that_was_given() -> None:
    result = CliRunner().invoke(
        app, ["--unit", "--treadmill", "bluetooth:AA:BB", "--folder", "/a 100% b"]
    )
    assert result.exit_code == 0
    (command,) = [one for one in result.stdout.splitlines() if one.startswith("ExecStart=")]
    assert command.endswith("-m retrowalk guard --treadmill bluetooth:AA:BB --folder '/a 100%% b'")
    assert "Restart=on-failure" in result.stdout


def test_a_bad_call_is_one_sentence_and_exit_code_two(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--treadmill", "usb"])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "choose simulated, virtual, demo or bluetooth:ADDRESS" in result.stderr


def test_the_command_runs_until_it_is_told_to_end() -> None:
    def play(folder: Path) -> None:
        run = subprocess.Popen(
            [sys.executable, "-m", "retrowalk", "guard", "--folder", str(folder / "guard")],
            stdout=subprocess.PIPE, env=os.environ,
        )  # fmt: skip
        with ended(run):
            until(lambda: _state(folder / "guard") is State.READY)
            run.terminate()
            assert run.wait(20) == 0
            assert run.stdout is not None
            assert b"seen at rest" in run.stdout.read()

    in_folder(play)
