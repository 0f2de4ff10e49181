"""Heart rate in bytes: as the service says, and as straps really send it."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.errors import BadPacket
from retrowalk.treadmill.heart import TICK_S, Beat, beat_bytes, parse_beat


@pytest.mark.parametrize(
    ("payload", "beat"),
    [
        ("0048", Beat(72)),
        ("064d", Beat(77)),  # touches the skin, and can tell
        ("044d", Beat(77, contact=False)),  # can tell, and does not touch
        ("024d", Beat(77)),  # cannot tell: the other bit says nothing
        ("0600", Beat(0, contact=False)),
        ("0000", Beat(0, contact=False)),  # no rate is no contact, whatever the strap can tell
        ("014800", Beat(72)),
        ("012c01", Beat(300)),
        ("00ff", Beat(255)),  # a number like others here: who hears it judges it
        ("08486400", Beat(72, energy_j=100_000)),
        ("0848ffff", Beat(72)),  # as much as can be counted, or more
        ("104800040002", Beat(72, beats_s=(1.0, 0.5))),
        ("1848640000040002", Beat(72, energy_j=100_000, beats_s=(1.0, 0.5))),
        ("1948000a00000400020004", Beat(72, energy_j=10_000, beats_s=(1.0, 0.5, 1.0))),
    ],
)
def test_a_measurement_is_read_field_by_field(payload: str, beat: Beat) -> None:
    assert parse_beat(bytes.fromhex(payload)) == beat


@pytest.mark.parametrize(
    ("payload", "beat"),
    [
        ("0848", Beat(72)),  # energy announced, and left out
        ("084864", Beat(72)),  # and cut in the middle
        ("10480004ff", Beat(72, beats_s=(1.0,))),  # an interval cut in the middle
        ("18486400", Beat(72, energy_j=100_000)),  # intervals announced, and left out
        ("0048ffffff", Beat(72)),  # bytes of its own behind it
        ("e048", Beat(72)),  # reserved bits
    ],
)
def test_what_a_strap_leaves_out_or_adds_does_not_cost_the_rate(payload: str, beat: Beat) -> None:
    assert parse_beat(bytes.fromhex(payload)) == beat


@pytest.mark.parametrize("payload", ["", "00", "01", "0148", "1f", "ff48"])
def test_without_a_rate_it_is_no_measurement(payload: str) -> None:
    with pytest.raises(BadPacket, match="wait for the strap's next one"):
        parse_beat(bytes.fromhex(payload))


@settings(max_examples=2000)
@given(st.binary(max_size=40))
def test_any_bytes_are_a_rate_or_refused_in_our_own_words(payload: bytes) -> None:
    try:
        beat = parse_beat(payload)
    except BadPacket:
        return
    assert 0 <= beat.heart_bpm <= 0xFFFF
    assert not (beat.contact and beat.heart_bpm == 0)
    assert all(one >= 0 for one in beat.beats_s)


beats = st.builds(
    Beat,
    st.integers(1, 0xFFFF),
    contact=st.booleans(),
    energy_j=st.none() | st.integers(0, 0xFFFE).map(lambda kj: 1000.0 * kj),
    beats_s=st.lists(st.integers(0, 0xFFFF).map(lambda n: n * TICK_S), max_size=9).map(tuple),
)


@given(beats, st.booleans())
def test_what_is_written_is_read_back(beat: Beat, wide: bool) -> None:
    assert parse_beat(beat_bytes(beat, wide=wide)) == beat


def test_a_strap_that_cannot_tell_touch_is_believed() -> None:
    assert parse_beat(beat_bytes(Beat(80, contact=False), tells_touch=False)).contact


def test_the_codec_needs_no_radio() -> None:
    code = ("import sys; sys.modules['bleak'] = None; sys.modules['bumble'] = None; "
            "import retrowalk.treadmill.heart")  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True)
