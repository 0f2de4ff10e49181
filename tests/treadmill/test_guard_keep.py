"""What outlives a guard: one folder, one guard in it, and whether a belt was left open."""

import os
import re
import socket
from pathlib import Path

import pytest

from retrowalk.errors import Conflict, NotAllowed, NotFound, Unwritable
from retrowalk.treadmill import guard_keep
from retrowalk.treadmill.guard_keep import LONGEST_PATH, Keep, unix_locks, unix_only

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    return Keep(tmp_path / "guard", "virtual")


def test_it_is_claimed_once(keep: Keep) -> None:
    lock = keep.claim()
    with pytest.raises(Conflict, match="use that one"):
        keep.claim()
    os.close(lock)
    os.close(keep.claim())


def test_a_mark_is_found_by_the_next_guard_and_cleared_once(keep: Keep) -> None:
    os.close(keep.claim())
    assert keep.left_open() == ""
    keep.mark()
    keep.mark()
    assert keep.left_open() == "virtual"
    os.close(keep.claim())
    keep.clear()
    keep.clear()
    assert keep.left_open() == ""


def test_another_treadmill_left_open_is_not_forgotten(keep: Keep) -> None:
    os.close(keep.claim())
    keep.mark()
    other = Keep(keep.folder, "bluetooth:AA:BB")
    with pytest.raises(NotAllowed, match=r"drove virtual.*see that the first one stands still"):
        other.claim()
    keep.clear()
    os.close(other.claim())  # and the lock was let go


@pytest.mark.parametrize("rubbish", [b"", b"\x00\xff" * 20, b"  \n"])
def test_a_mark_that_cannot_be_read_is_a_mark(keep: Keep, rubbish: bytes) -> None:
    os.close(keep.claim())
    (keep.folder / "guard.state").write_bytes(rubbish)
    assert keep.left_open()


def test_a_mark_that_cannot_even_be_opened_is_a_mark(keep: Keep) -> None:
    os.close(keep.claim())
    (keep.folder / "guard.state").mkdir()
    assert keep.left_open() == "virtual"
    keep.clear()  # cannot be, and harms nobody: the next guard begins with a stop
    with pytest.raises(Unwritable):
        keep.mark()


def test_a_full_disk_is_told(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    os.close(keep.claim())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unwritable, match=r"no space left on device.*free some space"):
        keep.mark()
    assert keep.left_open() == ""


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unwritable, match="choose another folder"):
        Keep(tmp_path / "file" / "guard", "virtual").claim()


def test_a_folder_that_is_a_link_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(NotAllowed, match="only a link"):
        Keep(tmp_path / "link", "virtual").claim()


def test_a_folder_of_somebody_else_is_not_taken(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)
    with pytest.raises(NotAllowed, match="belongs to somebody else"):
        keep.claim()


def test_an_open_folder_is_closed_to_others(keep: Keep) -> None:
    keep.folder.mkdir(mode=0o755)
    os.close(keep.claim())
    assert keep.folder.stat().st_mode & 0o777 == 0o700


def test_a_name_too_long_for_a_socket_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="too long a name"):
        Keep(tmp_path / ("x" * 100), "virtual").claim()


def test_without_unix_sockets_it_says_so_in_one_sentence(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard_keep, "unix_locks", lambda: None)
    with pytest.raises(NotFound, match="needs Unix sockets"):
        keep.claim()
    monkeypatch.undo()
    monkeypatch.setitem(__import__("sys").modules, "fcntl", None)
    assert unix_locks() is None
    with pytest.raises(NotFound):
        unix_only(None)


def test_tidying_twice_is_quiet(keep: Keep) -> None:
    keep.folder.mkdir()
    keep.socket.touch()
    keep.tidy()
    keep.tidy()
    assert not keep.socket.exists()


# --- its edges and words -----------------------------------------------------------------


def test_folders_above_it_are_made_too(tmp_path: Path) -> None:
    keep = Keep(tmp_path / "not" / "yet" / "there", "virtual")
    os.close(keep.claim())
    assert keep.folder.is_dir()


def test_folder_and_lock_are_closed_to_others_from_their_first_moment(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: None)  # what comes later cannot be relied on
    os.close(keep.claim())
    assert keep.folder.stat().st_mode & 0o777 == 0o700
    assert (keep.folder / "guard.lock").stat().st_mode & 0o777 == 0o600


def test_a_mark_is_clipped_and_clearing_what_is_not_there_is_no_news(
    keep: Keep, caplog: pytest.LogCaptureFixture
) -> None:
    os.close(keep.claim())
    keep.clear()
    assert caplog.messages == []
    (keep.folder / "guard.state").write_text("v" * 999)
    assert keep.left_open() == "v" * 100


def test_the_longest_name_a_socket_may_have_is_taken(tmp_path: Path) -> None:
    def named(length: int) -> Keep:
        left = length - len(os.fsencode(tmp_path)) - len("//guard.sock")
        return Keep(tmp_path / ("x" * left), "virtual")

    if len(os.fsencode(tmp_path)) > LONGEST_PATH - 20:
        pytest.skip("the folder for tests has too long a name itself")
    os.close(named(LONGEST_PATH).claim())
    with pytest.raises(NotAllowed):
        named(LONGEST_PATH + 1).claim()


def exactly(sentence: str) -> str:
    return f"^{re.escape(sentence)}$"


def test_each_refusal_says_what_is_wrong_and_what_to_do(
    keep: Keep, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = keep.folder
    lock = keep.claim()
    with pytest.raises(Conflict, match=exactly(
        f"Another guard runs in {folder}: use that one, or choose another folder with --folder."
    )):  # fmt: skip
        keep.claim()
    os.close(lock)
    (folder / "guard.state").mkdir()
    keep.clear()
    assert caplog.messages == [
        f"{folder / 'guard.state'} cannot be removed (Is a directory): the next guard will begin "
        "with a stop"
    ]
    with pytest.raises(Unwritable, match=exactly(
        f"The guard cannot write to {folder} (is a directory), and without that no belt is "
        "started: free some space or choose another folder."
    )):  # fmt: skip
        keep.mark()
    with pytest.raises(NotAllowed, match=exactly(
        f"The folder {folder / ('x' * 99)} has too long a name for a socket in it: choose one "
        "nearer to the root with --folder."
    )):  # fmt: skip
        Keep(folder / ("x" * 99), "virtual").claim()
    (folder.parent / "link").symlink_to(folder)
    with pytest.raises(NotAllowed, match=exactly(
        f"The folder {folder.parent / 'link'} belongs to somebody else, or is only a link to one: "
        "choose another with --folder."
    )):  # fmt: skip
        Keep(folder.parent / "link", "virtual").claim()

    def odd(*_: object, **__: object) -> None:
        raise OSError("Something ODD")

    monkeypatch.setattr(Path, "mkdir", odd)
    with pytest.raises(Unwritable, match=re.escape(f"write to {folder} (something odd), and")):
        keep.claim()
