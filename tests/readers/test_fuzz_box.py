"""The campaign's own tools: a fast box that is the real one's equal, workers that may die."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.readers import made, made_all, made_devices
from tests.readers.mutating import FAULTS, MOST_BYTES
from validation import fuzz_workers
from validation.fuzz_box import Box
from validation.fuzz_workers import Attempt, watched

from retrowalk.readers import boxed, boxed_reading


def test_the_fast_box_answers_as_the_real_one(tmp_path: Path) -> None:
    good = made_devices.parquet(tmp_path / "walk.parquet", *made.foot())
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(good.read_bytes()[:-40])
    with Box() as fast:
        for path, code in ((good, 0), (broken, boxed_reading.UNREADABLE)):
            found = [tmp_path / f"{box}-{path.stem}.npz" for box in ("fast", "real")]
            assert fast.run(["numbers", str(path), str(found[0]), "1"]) == code
            assert boxed._run(["numbers", str(path), str(found[1]), "1"]) == code
            if code == 0:
                mine, theirs = (np.load(npz)["values"] for npz in found)
                np.testing.assert_array_equal(mine, theirs)
        assert fast.peak_mib > 10


def test_a_fast_box_outlives_a_kind_it_does_not_know(tmp_path: Path) -> None:
    good = made_devices.parquet(tmp_path / "walk.parquet", *made.foot())
    with Box() as fast:
        assert fast.run(["unknown", str(good), str(tmp_path / "a.npz")]) != 0
        assert fast.run(["described", str(good), str(tmp_path / "b.npz")]) == 0


@pytest.mark.parametrize("number", [209, 263])  # took 4 GiB and 9 s before they were bounded
def test_a_c3d_whose_header_lies_takes_neither_memory_nor_time(tmp_path: Path, number: int) -> None:
    pytest.importorskip("ezc3d")
    content = made_all.boxed(tmp_path)["walk.c3d"].read_bytes()
    lying = tmp_path / "lying.c3d"
    lying.write_bytes(made_all.mangled("walk.c3d", content, random.Random(f"3 walk.c3d {number}")))
    with Box() as fast:
        assert fast.run(["c3d", str(lying), str(tmp_path / "a.npz")]) != 0
        assert fast.peak_mib < 1024


def test_a_library_that_never_ends_is_ended_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = made_devices.parquet(tmp_path / "walk.parquet", *made.foot())
    monkeypatch.setattr(boxed, "SOON_S", 0.01)  # sooner than Python starts
    assert boxed._run(["described", str(good), "x.npz"]) == boxed_reading.UNREADABLE
    assert boxed.longest_s(good) < 1


def falling(name: str, first: int, last: int, seed: int) -> Iterator[Attempt]:
    """Dies at 2, hangs at 4."""
    for number in range(first, last):
        if number == 2:
            os._exit(7)
        if number == 4:
            time.sleep(60)
        yield Attempt(number, f"{name} {seed}")


def test_what_dies_or_hangs_is_told_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_workers, "HANGS_S", 1.0)
    monkeypatch.setattr(fuzz_workers, "ENDS_S", 0.1)
    told = [(a.number, a.verdict, a.failed) for a in watched(falling, "file", 0, 6, 9)]
    well = [(n, "file 9", False) for n in range(6)]
    assert told == [*well[:2], (2, "DIED 7", True), well[3], (4, "HUNG", True), well[5]]


def failing(*_: object) -> Iterator[Attempt]:
    yield Attempt(0, "well")
    raise ValueError("a fault of its own")


def test_a_fault_of_the_campaign_is_none_of_the_readers() -> None:
    with pytest.raises(RuntimeError, match="a fault of its own"):
        list(watched(failing, "file", 0, 3, 0))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_breaks_any_bytes_the_same_way_twice(fault) -> None:
    for content in (b"", b"a", b"a,b\n1,2\n", bytes(range(256)) * 9):
        once, twice = (fault(content, random.Random(5)) for _ in range(2))
        assert once == twice
        assert len(once) <= 2 * MOST_BYTES
