"""Bytes of a treadmill: every speed right on the wire, every record read as far as it goes."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.recordings import folder

from retrowalk.errors import BadPacket
from retrowalk.treadmill import ftms
from retrowalk.treadmill.ftms import Announced, Answer, Happened, Op, Range, Result
from retrowalk.treadmill.ftms_records import RECORD_PARTS, Records, TreadmillRecord, parse_record
from retrowalk.units import KMH

DATA = folder()
PACKETS = None if DATA is None else DATA / "ftms" / "packets.json"


def sent_kmh(payload: bytes) -> float:
    assert payload[0] == 0x02
    return int.from_bytes(payload[1:], "little") / 100


def test_every_speed_to_25_km_h_is_right_on_the_wire() -> None:
    wrong = [n for n in range(2501) if sent_kmh(ftms.set_speed(n / 100 * KMH)) != n / 100]
    assert wrong == []


@given(speed_kmh=st.floats(0, 25))
def test_a_speed_between_two_steps_goes_to_the_slower(speed_kmh: float) -> None:
    sent = sent_kmh(ftms.set_speed(speed_kmh * KMH))
    assert speed_kmh - 0.01 - 1e-9 < sent <= speed_kmh + 1e-8


@given(st.one_of(st.floats(max_value=-1e-6), st.floats(min_value=183.0), st.just(float("nan"))))
def test_a_speed_no_belt_runs_is_not_sent(speed_mps: float) -> None:
    with pytest.raises(BadPacket, match="within its range"):
        ftms.set_speed(speed_mps)


@given(incline_ratio=st.floats(max_value=-1e-6, allow_nan=False))
def test_a_belt_is_never_told_to_decline(incline_ratio: float) -> None:
    with pytest.raises(BadPacket):
        ftms.set_incline(incline_ratio)
    assert ftms.set_incline(0.015) == bytes([3, 15, 0])


@pytest.mark.skipif(PACKETS is None, reason="RETROWALK_DATA names no folder of recordings")
def test_bytes_of_real_machines_say_what_they_are_known_to_say() -> None:
    assert PACKETS is not None
    packets = json.loads(Path(PACKETS).read_text())
    assert len(packets) >= 13
    for packet in packets:
        data, _ = parse_record(bytes.fromhex(packet["hex"].replace(" ", "")))
        said = {
            "distance": data.distance_m,
            "elapsed": data.elapsed_s,
            "calories": data.energy_kcal,
            "caloriesPerHour": data.energy_kcal_per_hour,
            "caloriesPerMinute": data.energy_kcal_per_minute,
            "speed": None if data.speed_mps is None else data.speed_mps / KMH,
            "heartRate": data.heart_bpm,
            "power": data.power_w,
        }
        for name, value in packet["expected"].items():
            assert said[name] == pytest.approx(float(value), abs=0.006), (packet["hex"], name)


def record(flags: int, *values: tuple[int, int]) -> bytes:
    """Flags, then each (value, size)."""
    body = b"".join((value % (1 << 8 * size)).to_bytes(size, "little") for value, size in values)
    return flags.to_bytes(2, "little") + body


EVERYTHING = record(
    0x1FFE,
    (130, 2), (125, 2), (70_000, 3), (-15, 2), (-9, 2), (101, 2), (102, 2), (20, 1), (19, 1),
    (65, 2), (240, 2), (4, 1), (118, 1), (43, 1), (601, 2), (1199, 2), (-210, 2), (-95, 2),
)  # fmt: skip
READ = TreadmillRecord(
    speed_mps=1.3 * KMH, average_mps=1.25 * KMH, distance_m=70_000, incline_ratio=-0.015,
    ramp_rad=-0.9 * 3.141592653589793 / 180, climbed_m=10.1, descended_m=10.2,
    pace_mps=2000 / 60, average_pace_mps=1900 / 60, energy_kcal=65, energy_kcal_per_hour=240,
    energy_kcal_per_minute=4, heart_bpm=118, metabolic_equivalents=4.3, elapsed_s=601,
    remaining_s=1199, belt_force_n=-210, power_w=-95,
)  # fmt: skip
NAMES = tuple(TreadmillRecord.__dataclass_fields__)


def test_every_field_is_read_in_its_unit_and_order() -> None:
    data, more = parse_record(EVERYTHING)
    assert not more
    for name in NAMES:
        assert getattr(data, name) == pytest.approx(getattr(READ, name)), name


@given(cut=st.integers(2, len(EVERYTHING)))
def test_a_record_that_ends_early_is_read_as_far_as_it_goes(cut: int) -> None:
    data, _ = parse_record(EVERYTHING[:cut])
    known = [getattr(data, name) is not None for name in NAMES]
    assert known == sorted(known, reverse=True)
    for name, is_known in zip(NAMES, known, strict=True):
        assert not is_known or getattr(data, name) == pytest.approx(getattr(READ, name))


def test_bytes_of_its_own_at_the_end_and_reserved_bits_harm_nothing() -> None:
    steps = record(0x2004, (80, 2), (1200, 3), (777, 3))
    data, _ = parse_record(steps + b"\xde\xad")
    assert (data.speed_mps, data.distance_m) == (pytest.approx(0.8 * KMH), 1200)


def test_codes_for_not_available_are_not_numbers() -> None:
    flags = 1 << 3 | 1 << 4 | 1 << 7 | 1 << 12
    data, _ = parse_record(
        record(flags, (200, 2), (0x7FFF, 2), (0x7FFF, 2), (0xFFFF, 2), (0xFFFF, 2), (0xFFFF, 2),
               (0xFFFF, 2), (0xFF, 1), (0x7FFF, 2), (0x7FFF, 2))
    )  # fmt: skip
    assert data == TreadmillRecord(speed_mps=2.0 * KMH)


def speed(kmh_hundredths: int) -> TreadmillRecord:
    return TreadmillRecord(speed_mps=kmh_hundredths * (0.01 * KMH))


def test_a_record_in_two_notifications_is_one() -> None:
    records = Records()
    assert records.hear(record(0x0401, (61, 2))) is None
    assert records.hear(record(0x0000, (130, 2))) == replace(speed(130), elapsed_s=61)
    assert records.hear(record(0x0000, (140, 2))) == speed(140)


def test_a_begun_record_is_forgotten_with_the_link_and_with_garbage() -> None:
    records = Records()
    records.hear(record(0x0401, (61, 2)))
    records.forget()
    assert records.hear(record(0x0000, (130, 2))) == speed(130)
    records.hear(record(0x0401, (61, 2)))
    with pytest.raises(BadPacket, match="two of flags"):
        records.hear(b"\x01")
    assert records.hear(record(0x0000, (130, 2))) == speed(130)


def test_a_record_that_never_ends_is_told_all_the_same() -> None:
    records = Records()
    heard = [records.hear(record(0x0401, (n, 2))) for n in range(RECORD_PARTS)]
    assert heard[:-1] == [None] * (RECORD_PARTS - 1)
    assert heard[-1] == TreadmillRecord(elapsed_s=RECORD_PARTS - 1)


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        (b"\x80\x02\x01", Answer(Op.SET_SPEED, Result.SUCCESS)),
        (b"\x80\x08\x04", Answer(Op.STOP, Result.FAILED)),
        (b"\x80\x00\x05\x99\x99", Answer(Op.REQUEST_CONTROL, Result.NOT_PERMITTED)),
        (b"\x80\x55\x77", Answer(None, Result.UNKNOWN)),
        (b"\x05", Answer(None, Result.NOT_PERMITTED)),
        (b"\x02", Answer(None, Result.NOT_SUPPORTED)),
    ],
)
def test_answers_are_understood_the_bare_ones_too(payload: bytes, answer: Answer) -> None:
    assert ftms.parse_answer(payload) == answer


@pytest.mark.parametrize("payload", [b"", b"\x80", b"\x80\x02", b"\x07\x02\x01", b"\x01\x02"])
def test_what_is_no_answer_is_refused(payload: bytes) -> None:
    with pytest.raises(BadPacket, match="a result were expected"):
        ftms.parse_answer(payload)


def test_ranges_are_read_and_senseless_ones_refused() -> None:
    slow = ftms.parse_speed_range(bytes.fromhex("3200d0070a00"))
    assert slow == Range(
        pytest.approx(0.5 * KMH), pytest.approx(20 * KMH), pytest.approx(0.1 * KMH)
    )
    hill = ftms.parse_incline_range(bytes.fromhex("e2ff96000500ffff"))
    assert hill == Range(pytest.approx(-0.03), pytest.approx(0.15), pytest.approx(0.005))
    assert ftms.parse_speed_range(bytes.fromhex("320032000000")).step == pytest.approx(0.01 * KMH)
    for payload in (b"", b"\x32\x00\xd0\x07\x0a", bytes.fromhex("d0073200" + "0a00")):
        with pytest.raises(BadPacket, match="range is not known"):
            ftms.parse_speed_range(payload)


@pytest.mark.parametrize(
    ("payload", "announced"),
    [
        ("01", Announced(Happened.RESET)),
        ("0201", Announced(Happened.STOPPED)),
        ("02", Announced(Happened.STOPPED)),
        ("0202", Announced(Happened.PAUSED)),
        ("03", Announced(Happened.SAFETY_KEY)),
        ("04", Announced(Happened.STARTED)),
        ("058200", Announced(Happened.SPEED_CHANGED, pytest.approx(1.3 * KMH))),
        ("05", Announced(Happened.SPEED_CHANGED)),
        ("06e2ff", Announced(Happened.INCLINE_CHANGED, pytest.approx(-0.03))),
        ("06ff", Announced(Happened.INCLINE_CHANGED)),
        ("ff", Announced(Happened.CONTROL_LOST)),
        ("0d", Announced(Happened.OTHER)),
    ],
)
def test_what_others_do_is_announced(payload: str, announced: Announced) -> None:
    assert ftms.parse_status(bytes.fromhex(payload)) == announced


def test_features_advertisements_and_numbers() -> None:
    assert ftms.parse_features(bytes(4) + b"\x03\x00\x00\x00") == ftms.Claims(True, True)
    assert ftms.parse_features(bytes(4) + b"\x01\x00\x00\x00\xff") == ftms.Claims(True, False)
    for short in (b"", bytes(7)):
        with pytest.raises(BadPacket, match="eight"):
            ftms.parse_features(short)
    assert ftms.says_treadmill(b"\x01\x01\x00") is ftms.says_treadmill(b"\x01\x00\x01") is True
    assert ftms.says_treadmill(b"\x01\x01") is True
    assert ftms.says_treadmill(b"\x01\x02\x00") is False
    assert ftms.says_treadmill(b"\x01") is ftms.says_treadmill(b"") is None
    assert ftms.CONTROL_POINT == "00002ad9-0000-1000-8000-00805f9b34fb"
    assert (ftms.START, ftms.STOP, ftms.PAUSE) == (b"\x07", b"\x08\x01", b"\x08\x02")
    assert ftms.REQUEST_CONTROL == b"\x00"
    with pytest.raises(BadPacket):
        ftms.parse_status(b"")


@given(payload=st.binary(max_size=64))
def test_any_bytes_are_read_or_refused_in_a_sentence(payload: bytes) -> None:
    records = Records()
    for parse in (parse_record, records.hear, ftms.parse_answer, ftms.parse_speed_range,
                  ftms.parse_incline_range, ftms.parse_status, ftms.parse_features,
                  ftms.says_treadmill):  # fmt: skip
        with suppress(BadPacket):
            parse(payload)
