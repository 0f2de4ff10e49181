"""Where the bytes of a treadmill end: the last step, the last bit, the byte too many, the words."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.treadmill.test_ftms import record, sent_kmh

from retrowalk.errors import BadPacket
from retrowalk.treadmill import ftms
from retrowalk.treadmill.ftms import (
    INCLINE_STEP_RATIO,
    SPEED_STEP_MPS,
    Announced,
    Claims,
    Happened,
    Range,
)
from retrowalk.treadmill.ftms_records import RECORD_PARTS, Records, TreadmillRecord, parse_record

u16, s16 = st.integers(0, 0xFFFF), st.integers(-0x8000, 0x7FFF)
more = st.binary(max_size=6)  # bytes of a machine's own, after all that is known


def wire(*numbers: int, size: int = 2) -> bytes:
    return b"".join((number % (1 << 8 * size)).to_bytes(size, "little") for number in numbers)


# --- commands ------------------------------------------------------------------------


@given(steps=u16)
def test_the_wire_takes_speeds_to_its_last_step(steps: int) -> None:
    assert sent_kmh(ftms.set_speed(steps * SPEED_STEP_MPS)) == steps / 100


@given(steps=st.integers(0, 0x7FFF))
def test_the_wire_takes_inclines_up_to_where_they_would_turn_negative(steps: int) -> None:
    assert ftms.set_incline(steps * INCLINE_STEP_RATIO) == b"\x03" + wire(steps)


@given(steps=st.floats(0x8001, 0xFFFF))
def test_an_incline_that_would_arrive_as_a_decline_is_not_sent(steps: float) -> None:
    with pytest.raises(BadPacket, match="0 to 32767"):
        ftms.set_incline(steps * INCLINE_STEP_RATIO)


# --- what a machine says of itself -----------------------------------------------------


@given(st.tuples(u16, u16).map(sorted), u16, more)
def test_any_range_of_speeds_is_read_unsigned(ends: list[int], step: int, rest: bytes) -> None:
    least, most = ends
    found = ftms.parse_speed_range(wire(least, most, step) + rest)
    assert found == Range(
        least * SPEED_STEP_MPS, most * SPEED_STEP_MPS, max(step, 1) * SPEED_STEP_MPS
    )


@given(st.tuples(s16, s16).map(sorted), u16, more)
def test_any_range_of_inclines_is_read_signed(ends: list[int], step: int, rest: bytes) -> None:
    least, most = (end * INCLINE_STEP_RATIO for end in ends)
    found = ftms.parse_incline_range(wire(*ends, step) + rest)
    assert found == Range(least, most, max(step, 1) * INCLINE_STEP_RATIO)


@given(st.binary(min_size=4, max_size=4), st.integers(0, 0xFFFFFFFF), more)
def test_only_the_two_bits_that_mean_targets_are_claims(
    reads: bytes, sets: int, rest: bytes
) -> None:
    claims = ftms.parse_features(reads + wire(sets, size=4) + rest)
    assert claims == Claims(speed=sets % 2 == 1, incline=sets % 4 >= 2)


@given(st.binary(max_size=1), st.binary(min_size=2, max_size=2), more)
def test_an_advertisements_own_bytes_after_the_type_say_nothing(
    flags: bytes, kind: bytes, rest: bytes
) -> None:
    told = ftms.says_treadmill((flags or b"\x01") + kind + rest)
    assert told is bool((kind[0] | kind[1]) & 1)


@given(st.sampled_from([b"\x01", b"\x02\x02", b"\x02\x01", b"\x03", b"\x04"]), more)
def test_what_follows_an_announcement_changes_nothing(payload: bytes, rest: bytes) -> None:
    told = ftms.parse_status(payload + rest)
    assert told == ftms.parse_status(payload) or payload == b"\x02"


@given(steps=u16, rest=more)
def test_an_announced_speed_is_two_bytes_and_no_more(steps: int, rest: bytes) -> None:
    told = ftms.parse_status(b"\x05" + wire(steps) + rest)
    assert told == Announced(Happened.SPEED_CHANGED, steps * SPEED_STEP_MPS)


@given(steps=s16, rest=more)
def test_an_announced_incline_is_signed(steps: int, rest: bytes) -> None:
    told = ftms.parse_status(b"\x06" + wire(steps) + rest)
    assert told == Announced(Happened.INCLINE_CHANGED, steps * INCLINE_STEP_RATIO)


# --- records -----------------------------------------------------------------------------


@given(begun=st.integers(0, RECORD_PARTS - 1))
def test_a_record_begun_anew_has_all_its_pieces_again(begun: int) -> None:
    records = Records()
    for _ in range(begun):
        records.hear(record(0x0401, (1, 2)))
    records.forget()
    heard = [records.hear(record(0x0401, (n, 2))) for n in range(RECORD_PARTS)]
    assert heard == [None] * (RECORD_PARTS - 1) + [TreadmillRecord(elapsed_s=RECORD_PARTS - 1)]


@given(bits=st.integers(0, 7), rest=more)
def test_reserved_flags_announce_nothing(bits: int, rest: bytes) -> None:
    said = parse_record(record(0x0001 | bits << 13) + rest)
    assert said == (TreadmillRecord(), True)


# --- words -------------------------------------------------------------------------------

RANGE = "the treadmill gave its range as {} where least, most and step were expected; its range is "
ANSWER = "the treadmill answered {} where 80, the request and a result were expected; it was "
NINE = bytes(range(9))
REFUSALS: list[tuple[Callable[[], object], str]] = [
    (lambda: ftms.set_speed(-1.0), "a speed of -360 steps was to be sent where a treadmill takes 0 "
     "to 65535; ask for one within its range."),
    (lambda: ftms.set_incline(-0.01), "an incline of -10 steps was to be sent where a treadmill "
     "takes 0 to 32767; ask for one within its range."),
    (lambda: ftms.parse_speed_range(b""), RANGE.format("nothing") + "not known."),
    (lambda: ftms.parse_speed_range(wire(9, 2, 1, 7, 7)),
     RANGE.format("09 00 02 00 01 00 07 00") + "not known."),
    (lambda: ftms.parse_answer(b""), ANSWER.format("nothing") + "passed over."),
    (lambda: ftms.parse_answer(NINE), ANSWER.format("00 01 02 03 04 05 06 07") + "passed over."),
    (lambda: ftms.parse_features(b"\x01"), "the treadmill gave 1 bytes of features where eight "
     "were expected; they are not known."),
    (lambda: ftms.parse_status(b""), "the treadmill announced nothing at all; it was passed over."),
    (lambda: parse_record(b"\x01"), "the treadmill sent 1 bytes of data where a record begins with "
     "two of flags; it was passed over."),
]  # fmt: skip


@pytest.mark.parametrize(("asks", "sentence"), REFUSALS)
def test_a_refusal_tells_what_was_given_expected_and_done(
    asks: Callable[[], object], sentence: str
) -> None:
    with pytest.raises(BadPacket, match=f"^{re.escape(sentence)}$"):
        asks()
