"""One hazard each: every one is a BadRecording of one sentence that names the file."""

import io
import os
import random
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat
from tests.readers import made

from retrowalk.errors import BadRecording
from retrowalk.readers import opening
from retrowalk.readers.detect import read

TIME, ACC, GYR = made.foot()
PHONE = made.phone(TIME, ACC, GYR)


def refused(path: Path) -> str:
    with pytest.raises(BadRecording) as refusal:
        read(path)
    said = str(refusal.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert said.isprintable()
    assert said.count("; ") >= 2  # found; expected; do
    assert str(path.parent) not in said
    return said


def put(folder: Path, content: str | bytes, name: str = "walk.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def without(rows: slice, text: str = PHONE, *, fill: str = "nan") -> str:
    """The phone table with cells of these rows replaced."""
    lines = text.splitlines()
    for i in range(*rows.indices(len(lines))):
        lines[i] = lines[i].split(",")[0] + f",{fill}" * 6
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff" * 500, "binary"),
        (bytes(random.Random(1).randbytes(4096)), "walk.csv"),
        (b"PK\x03\x04" + bytes(100), "ZIP"),
        (b"\x1f\x8b" + bytes(100), "gzip"),
        (b"\x89HDF\r\n\x1a\n" + bytes(600), "MATLAB 7.3"),
        (b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT" + bytes(50), "FIT"),
        ("# notes\nnothing here\n", "no table of numbers"),
        ("a,b,c,d\n" * 50, "no table of numbers"),
        (PHONE[:200], "walk.csv"),
        ("\n".join(PHONE.splitlines()[:9]), "samples"),
        (without(slice(200, 300)), "values are missing for 1.0"),
        (without(slice(1, None)), "walk.csv"),
        (without(slice(1, None), fill="1e300"), "walk.csv"),
        (without(slice(1, None), fill="99999"), "acceleration is mostly"),
    ],
)
def test_a_bad_table_is_one_sentence(tmp_path: Path, content: str | bytes, expected: str) -> None:
    assert expected in refused(put(tmp_path, content))


def test_time_that_runs_backward_is_refused_with_its_row(tmp_path: Path) -> None:
    lines = PHONE.splitlines()
    lines[100], lines[300] = lines[300], lines[100]
    assert "time runs backwards at row 101" in refused(put(tmp_path, "\n".join(lines)))


def test_time_that_stands_still_is_refused(tmp_path: Path) -> None:
    frozen = np.floor(TIME * 10) / 10
    assert "walk.csv" in refused(put(tmp_path, made.phone(frozen, ACC, GYR)))


def test_short_gaps_are_bridged_and_said(tmp_path: Path) -> None:
    (recording,) = read(put(tmp_path, without(slice(200, 210))))[1]
    np.testing.assert_allclose(recording.sensors[0].acc_mps2[:190], ACC[:190], atol=1e-4)
    assert any("bridged by a line" in said for said in recording.assumptions)


def test_a_table_cut_in_its_last_row_is_read_without_it(tmp_path: Path) -> None:
    (recording,) = read(put(tmp_path, PHONE[:-30]))[1]
    assert len(TIME) - 2 <= len(recording.sensors[0]) < len(TIME)
    assert any("incomplete rows" in said for said in recording.assumptions)


def test_folders_missing_files_pipes_and_odd_names(tmp_path: Path) -> None:
    assert "this is a folder" in refused(tmp_path)
    assert "no such file" in refused(tmp_path / "nowhere.csv")
    assert "bad name" in refused(tmp_path / "a\x00b.csv")
    os.mkfifo(tmp_path / "pipe")
    assert "device or a pipe" in refused(tmp_path / "pipe")
    assert "cannot be opened" in refused(tmp_path / ("long" * 200))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = put(tmp_path, PHONE)
    path.chmod(0)
    assert "may not be read" in refused(path)


def test_permission_refused_by_the_system_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    path = put(tmp_path, PHONE)
    monkeypatch.setattr(Path, "open", denied)
    assert "may not be read" in refused(path)


@pytest.mark.parametrize("name", ["huge.csv", "huge.bvh", "huge.mat"])
def test_two_gigabytes_are_refused_unread_with_the_way_to_split_them(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(2 << 30)  # sparse: no disk is filled
    tracemalloc.start()
    said = refused(path)
    assert tracemalloc.get_traced_memory()[1] < 10 << 20
    tracemalloc.stop()
    assert "2.0 GiB" in said
    assert "split -C 500M" in said


def test_a_strangers_file_name_cannot_draw_on_the_terminal(tmp_path: Path) -> None:
    said = refused(put(tmp_path, b"", name="a\x1b[31mb\u202ec.csv"))
    assert "a?[31mb?c.csv" in said


def mat(tree: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    savemat(file, tree, do_compression=True)
    return file.getvalue()


def test_a_mat_bomb_stops_before_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrowalk.readers.matguard.LARGEST_UNPACKED", 1 << 20)
    bomb = mat({"data": np.zeros((2_000_000, 3))})
    assert len(bomb) < 100_000
    assert "unpacks to more" in refused(put(tmp_path, bomb, "data.mat"))


def test_a_mat_file_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    good = bytearray(made.mobgap(ACC, GYR, packed=False))
    struct.pack_into("<I", good, 132, 0x7FFFFFF0)
    assert "larger than what holds it" in refused(put(tmp_path, bytes(good), "data.mat"))


def test_a_mat_file_nested_too_deep_is_refused(tmp_path: Path) -> None:
    def element(kind: int, content: bytes) -> bytes:
        return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)

    inner = b""
    for _ in range(3000):
        flags = element(6, struct.pack("<II", 1, 0)) + element(5, struct.pack("<ii", 1, 1))
        inner = element(14, flags + element(1, b"") + inner)
    header = made.mobgap(ACC, GYR)[:128]
    packed = zlib.compress(inner)
    whole = header + struct.pack("<II", 15, len(packed)) + packed
    assert "deep" in refused(put(tmp_path, whole, "data.mat"))


@pytest.mark.parametrize(
    ("spoilt", "expected"),
    [
        ({"data": 5}, "SU.LowerBack"),
        ({"data": {"SU": {"LowerBack": {"Acc": "text", "Gyr": "text"}}}}, "three columns"),
        ({"data": {"SU": {"LowerBack": {"Acc": ACC, "Gyr": GYR[:-5]}}}}, "as many of each"),
        ({"data": {"SU": {"LowerBack": {"Acc": ACC[:, :2], "Gyr": GYR}}}}, "three columns"),
        ({"data": {"SU": {"LowerBack": {"Acc": ACC * np.nan, "Gyr": GYR}}}}, "no row is complete"),
    ],
)  # fmt: skip
def test_a_mat_file_of_another_shape_is_refused(
    tmp_path: Path, spoilt: dict[str, Any], expected: str
) -> None:
    assert expected in refused(put(tmp_path, mat(spoilt), "data.mat"))


def test_every_message_is_one_sentence_even_for_a_nameless_path() -> None:
    assert opening.shown(Path("/")) == "?"
    assert len(opening.shown(Path("x" * 300))) <= 80
