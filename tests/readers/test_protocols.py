"""A protocol file is read as text, or refused with one sentence, whatever lies there."""

import os
from pathlib import Path

import pytest

from retrowalk.errors import BadProtocol
from retrowalk.readers.protocols import MOST_BYTES, packaged_texts, protocol_text


def test_the_packaged_protocols_come_by_name() -> None:
    assert [file.name for file in packaged_texts()] == [
        "alternating-thirty.toml", "daily-minutes.toml", "incline-strength.toml",
        "knee-six-weeks.toml", "older-adult-balance.toml", "return-after-a-pause.toml",
        "short-bursts.toml", "stroke-four-weeks.toml", "ten-by-three.toml",
    ]  # fmt: skip


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xef\xbb\xbfid = 'caf\xc3\xa9'\r\n")
    read = protocol_text(file)
    assert (read.name, read.text) == ("mine.toml", "id = 'café'\r\n")


def refused(path: Path) -> str:
    with pytest.raises(BadProtocol) as error:
        protocol_text(path)
    return str(error.value)


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "absent.toml")
    assert "is not a file" in refused(tmp_path)
    assert "no file can have that name" in refused(Path("a\0b"))
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in refused(tmp_path / "pipe")  # and nobody waits at it


def test_a_file_far_too_long_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    with file.open("wb") as huge:
        huge.truncate(2 * 1024**3)
    assert f"longer than {MOST_BYTES} bytes" in refused(file)


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"id = 'x'\nweeks = \xff\n")
    assert refused(file).startswith("mine.toml, line 2: this is not UTF-8 text")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.touch(mode=0o000)
    assert "permission denied" in refused(file)
