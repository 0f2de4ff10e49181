"""What outlives a guard: one folder, one guard in it, and whether a belt was left open."""

import os
import socket
from pathlib import Path

import pytest

from retrowalk.errors import Conflict, NotAllowed, NotFound, Unwritable
from retrowalk.treadmill import guard_keep
from retrowalk.treadmill.guard_keep import Keep, unix_locks, unix_only

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
