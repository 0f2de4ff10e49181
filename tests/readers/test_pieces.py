"""A recording read in pieces is the recording read whole, bit for bit, or the same refusal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.readers import made, made_devices

from retrowalk.errors import BadRecording
from retrowalk.readers import columns, looking, mending
from retrowalk.readers.delivery import Told
from retrowalk.readers.detect import read
from retrowalk.readers.pieces import pieces
from retrowalk.tables import Floats, Recording
from retrowalk.words import Mounting, Placement

KNOWN = Told(Placement.LOWER_BACK, Mounting.KNOWN)
SLOPPY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Borders everywhere, so that small files have many."""
    monkeypatch.setattr(mending, "PIECE_ROWS", 512)
    monkeypatch.setattr("retrowalk.readers.pieces.PIECE_ROWS", 512)
    for module in ("looking", "judging", "phone", "pieces"):
        monkeypatch.setattr(f"retrowalk.readers.{module}.LOOKED_AT", 3 * 512)
    monkeypatch.setattr(columns, "CHUNK", 10_000)
    assert looking.LOOKED_AT == 3 * 512


def walk(n: int) -> tuple[Floats, Floats, Floats]:
    time_s, acc, gyr = made.foot()
    row = np.arange(n) % len(time_s)
    step = np.random.default_rng(n).uniform(0.009, 0.011, n)
    return np.cumsum(step), acc[row], gyr[row]


def as_csv(path: Path, time_s: Floats, acc: Floats, gyr: Floats) -> Path:
    rows = np.column_stack((time_s, acc, gyr))
    lines = [",".join("" if np.isnan(cell) else f"{cell:.6f}" for cell in row) for row in rows]
    path.write_text("\n".join([",".join(made.PHONE), *lines]) + "\n")
    return path


def as_parquet(path: Path, time_s: Floats, acc: Floats, gyr: Floats) -> Path:
    return made_devices.parquet(path, time_s, acc, gyr)


def joined(parts: list[Recording]) -> tuple[Floats, Floats, Floats]:
    sensors = [part.sensors[0] for part in parts]
    return (np.concatenate([sensor.time_s for sensor in sensors]),
            np.concatenate([sensor.acc_mps2 for sensor in sensors]),
            np.concatenate([sensor.gyr_radps for sensor in sensors]))  # fmt: skip


def outcome(reading: Callable[[], tuple[str, list[Recording]]]) -> object:
    try:
        return reading()
    except BadRecording as refusal:
        return str(refusal)


def agree(path: Path, told: Told = Told()) -> object:
    """The two ways agree; gives the whole's assumptions, or the sentence of both."""

    def by_pieces() -> tuple[str, list[Recording]]:
        found = pieces(path, told=told)
        assert found is not None
        return found[0], list(found[1])

    def at_once() -> tuple[str, list[Recording]]:
        kind, recordings = read(path, told=told)
        return kind, list(recordings)

    one, whole = outcome(by_pieces), outcome(at_once)
    if isinstance(whole, str) or isinstance(one, str):
        assert one == whole
        return whole
    (kind, parts), (whole_kind, (recording,)) = one, whole  # type: ignore[misc]
    assert kind == whole_kind
    sensor = recording.sensors[0]
    for got, expected in zip(
        joined(parts), (sensor.time_s, sensor.acc_mps2, sensor.gyr_radps), strict=True
    ):
        np.testing.assert_array_equal(got, expected)
    for part in parts:
        assert 0 < len(part.sensors[0]) <= 2 * mending.PIECE_ROWS
        assert part.assumptions == recording.assumptions
        assert part.source == recording.source
        assert part.sensors[0].placement is sensor.placement
        assert part.sensors[0].mounting is sensor.mounting
    return recording.assumptions


@pytest.mark.parametrize("n", [11, 511, 512, 513, 1536, 1537, 3100, 7001])
@pytest.mark.parametrize("told", [Told(), KNOWN])
def test_pieces_are_the_whole_at_any_length(tmp_path: Path, n: int, told: Told) -> None:
    agree(as_csv(tmp_path / "walk", *walk(n)), told)


@pytest.mark.parametrize(("n", "told"), [(11, KNOWN), (512, Told()), (513, KNOWN), (7001, Told())])
def test_pieces_of_parquet_are_the_whole(tmp_path: Path, n: int, told: Told) -> None:
    """Fewer, because each is read in a box: a process of its own."""
    agree(as_parquet(tmp_path / "walk", *walk(n)), told)


@SLOPPY
@given(
    n=st.integers(12, 4000),
    seed=st.integers(0, 2**20),
    holes=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 30)), max_size=4),
    stops=st.lists(st.floats(0, 1), max_size=3),
    clockless=st.lists(st.floats(0, 1), max_size=3),
    breaks=st.lists(st.tuples(st.floats(0, 1), st.floats(-2, 90)), max_size=3),
)
def test_whatever_is_wrong_with_a_table_is_mended_or_refused_alike(  # noqa: PLR0917
    tmp_path: Path,
    n: int,
    seed: int,
    holes: list[tuple[float, int]],
    stops: list[float],
    clockless: list[float],
    breaks: list[tuple[float, float]],
) -> None:
    time_s, acc, gyr = walk(n)
    rng = np.random.default_rng(seed)
    for at, lasts_s in breaks:
        time_s[int(at * (n - 1)) :] += lasts_s
    for at in stops:
        row = int(at * (n - 2))
        time_s[row + 1] = time_s[row]
    for at in clockless:
        time_s[int(at * (n - 1))] = np.nan
    for at, rows in holes:
        first = int(at * (n - 1))
        (acc if rng.random() < 0.5 else gyr)[first : first + rows, rng.integers(3)] = np.nan
    agree(as_csv(tmp_path / "walk.csv", time_s, acc, gyr))


def test_a_gap_across_a_border_is_bridged_as_in_the_whole(tmp_path: Path) -> None:
    time_s, acc, gyr = walk(3000)
    for border in range(512, 3000, 512):
        acc[border - 4 : border + 5, 1] = np.nan
    said = agree(as_parquet(tmp_path / "walk", time_s, acc, gyr), KNOWN)
    assert any("bridged by a line" in sentence for sentence in said)  # type: ignore[attr-defined]


def test_incomplete_ends_longer_than_a_piece_are_left_out(tmp_path: Path) -> None:
    time_s, acc, gyr = walk(4000)
    acc[:1300], gyr[2900:] = np.nan, np.nan
    said = agree(as_csv(tmp_path / "walk", time_s, acc, gyr))
    assert "2400 incomplete rows at the ends left out" in said  # type: ignore[operator]


@pytest.mark.parametrize(
    ("column", "rows", "value", "words"),
    [
        ("time", slice(3900, None), 1.0, "time runs backwards"),
        ("acc", slice(3800, 3850), np.nan, "values are missing"),
        ("acc", slice(3900, 3901), 9e4, "acceleration reaches"),
        ("time", slice(3800, None), np.nan, "the time is missing"),
    ],
)
def test_what_is_bad_late_in_a_file_is_refused_in_the_same_words(
    tmp_path: Path, column: str, rows: slice, value: float, words: str
) -> None:
    time_s, acc, gyr = walk(4000)
    {"time": time_s, "acc": acc}[column][rows] = value
    assert words in str(agree(as_csv(tmp_path / "walk.csv", time_s, acc, gyr)))


def test_words_blank_lines_and_ragged_rows_are_read_alike(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "walk.csv", *walk(3000))
    lines = path.read_text().splitlines()
    for k in range(100, 3000, 37):
        lines[k] = ["", lines[k] + ",9,9", "1,2", '"a","b"', lines[k] + "\r", "\xff\xfe"][k % 6]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    agree(path)


def test_a_preamble_semicolons_and_decimal_commas_are_read_alike(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "walk.csv", *walk(2000))
    text = path.read_text().replace(",", ";").replace(".", ",")
    path.write_text(f"logger 3\nowner; me\n\n{text}")
    agree(path, KNOWN)


def test_dates_are_read_alike(tmp_path: Path) -> None:
    time_s, acc, gyr = walk(2500)
    begun = datetime(2026, 5, 1, 23, 59, 50, tzinfo=UTC)
    instants = [begun + timedelta(microseconds=round(at * 1e6)) for at in time_s]
    table = dict(zip(made.PHONE[1:], np.column_stack((acc, gyr)).T, strict=True))
    frame = pl.DataFrame({"timestamp": instants, **table})
    frame.write_parquet(tmp_path / "walk.parquet")
    frame.write_csv(tmp_path / "walk.csv")
    for path in (tmp_path / "walk.parquet", tmp_path / "walk.csv"):
        said = agree(path)
        assert any("from the dates" in sentence for sentence in said)  # type: ignore[attr-defined]


def test_a_rate_told_is_the_clock(tmp_path: Path) -> None:
    agree(as_csv(tmp_path / "walk.csv", *walk(2000)), Told(rate_hz=99.7))


def test_large_row_groups_and_columns_of_no_numbers_are_read_alike(tmp_path: Path) -> None:
    path = as_parquet(tmp_path / "walk.parquet", *walk(3000))
    frame = pl.read_parquet(path).with_columns(epoch=pl.lit([1, 2]), extra=pl.lit("word"))
    frame.select("epoch", pl.exclude("epoch")).write_parquet(path, row_group_size=700)
    agree(path)


def test_units_of_late_walking_are_read_alike(tmp_path: Path) -> None:
    time_s, acc, gyr = walk(6000)
    gyr[:4000] *= 0.001
    path = tmp_path / "walk.csv"
    as_csv(path, time_s, acc / 9.80665, np.rad2deg(gyr))
    path.write_text("t,ax,ay,az,gx,gy,gz\n" + path.read_text().partition("\n")[2])
    agree(path)


def test_a_broken_parquet_is_refused_in_the_same_words(tmp_path: Path) -> None:
    path = as_parquet(tmp_path / "walk.parquet", *walk(6000))
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 2000] = b"\x5a" * 2000
    path.write_bytes(content)
    assert "damaged" in str(agree(path))


def test_what_is_no_table_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    for path in (tmp_path / "none.csv", tmp_path / "empty.csv", tmp_path):
        assert outcome(lambda path=path: pieces(path)) == (  # type: ignore[misc]
            outcome(lambda path=path: read(path))  # type: ignore[misc]
        )


def test_other_formats_are_read_whole(tmp_path: Path) -> None:
    for path in made_devices.written(tmp_path).values():
        assert pieces(path) is None


@pytest.mark.parametrize("told", [Told(), KNOWN])
def test_a_cwa_in_runs_of_blocks_is_the_whole(tmp_path: Path, told: Told) -> None:
    pytest.importorskip("actfast")
    _, acc, gyr = walk(70_001)
    path = tmp_path / "ax6.cwa"
    path.write_bytes(made_devices.cwa(acc, gyr))
    agree(path, told)
    path.write_bytes(made_devices.cwa(acc))
    agree(path, Told(Placement.WRIST))
    agree(path, Told(Placement.LEFT_FOOT))


def test_a_cwa_with_a_damaged_block_or_a_pause_is_the_whole(tmp_path: Path) -> None:
    pytest.importorskip("actfast")
    _, acc, gyr = walk(70_000)
    content = bytearray(made_devices.cwa(acc, gyr))
    hole = 1024 + 512 * 300
    for damaged in (
        bytes(content[:hole] + content[hole + 512 * 90 :]),
        bytes(content[: hole + 100] + b"\x99" * 50 + content[hole + 150 :]),
        bytes(content[:-200]),
    ):
        (tmp_path / "ax6.cwa").write_bytes(damaged)
        agree(tmp_path / "ax6.cwa")


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    heard: list[float] = []
    found = pieces(as_csv(tmp_path / "walk.csv", *walk(6000)), progress=heard.append)
    assert found is not None
    assert len(list(found[1])) > 5
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("size", [5, 37, 100, 391])
def test_lines_of_any_kind_at_the_border_of_two_chunks_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(columns, "CHUNK", size)
    path = as_csv(tmp_path / "walk.csv", *walk(120))
    lines = path.read_text().splitlines()
    odd = ["", "\r", " ", "\n\n", ",", "1,2,3", '"x,"', lines[9] + ",9,9", lines[9] + "\r"]
    for k in range(10, 115, 3):
        lines[k] = odd[k // 3 % len(odd)]
    path.write_text("\n".join(lines), newline="")
    table = columns.layout(path, path.read_text())
    parts = list(columns.blocks(path, table, range(7), (), lambda _: None))
    np.testing.assert_array_equal(np.concatenate(parts), columns.numbers(path, table, range(7)))
