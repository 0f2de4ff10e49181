"""The guard's lines: what is said is heard, and garbage is one sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.errors import BadPacket
from retrowalk.live.events import SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.guard_words import (
    LINE_BYTES,
    Alive,
    Beat,
    Bye,
    Drive,
    Granted,
    Lines,
    Look,
    No,
    Standing,
    State,
    asked,
    asking,
    said,
    saying,
)
from retrowalk.treadmill.port import Capability, SpeedHeard, TroubleHeard

speeds = st.floats(0, 50)
reasons = st.sampled_from(StopReason)
asks = st.one_of(
    st.builds(Drive, speeds), st.builds(SetSpeed, speeds), st.builds(StopBelt, reasons),
    st.sampled_from([StartBelt(), Beat(), Look(), Bye()]),
)  # fmt: skip
can = st.none() | st.builds(Capability, st.floats(0.1, 0.5), st.floats(1, 5), st.floats(0.01, 0.2))
says = st.one_of(
    st.builds(Standing, st.text(max_size=12), st.sampled_from(State), st.text(max_size=30), can),
    st.builds(SpeedHeard, speeds), st.builds(TroubleHeard, reasons),
    st.builds(No, st.text(max_size=60)), st.sampled_from([Alive(), Granted()]),
)  # fmt: skip


@given(asks)
def test_what_is_asked_is_heard(one: object) -> None:
    assert asked(asking(one)) == one  # type: ignore[arg-type]


@given(says)
def test_what_is_said_is_heard(one: object) -> None:
    assert said(saying(one)) == one  # type: ignore[arg-type]


@given(st.lists(asks, max_size=10), st.integers(1, 40))
def test_lines_may_come_in_pieces(way: list[object], size: int) -> None:
    whole = b"".join(asking(one) for one in way)  # type: ignore[arg-type]
    lines = Lines()
    pieces = (whole[at : at + size] for at in range(0, len(whole), size))
    assert [asked(line) for piece in pieces for line in lines.hear(piece)] == way


@given(st.one_of(st.binary(max_size=LINE_BYTES), st.text(max_size=100).map(str.encode)))
def test_garbage_is_one_sentence_and_no_other_error(line: bytes) -> None:
    for read in (asked, said):
        with pytest.raises(BadPacket, match="which is no line it knows: send"):
            read(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.sampled_from(["drive", "speed", "stop", "no", "standing"]), json_values, json_values)
def test_words_of_ours_with_nonsense_in_them_move_nothing(
    word: str, one: object, other: object
) -> None:
    line = json.dumps({"ask": word, "say": word, "cap_mps": one, "mps": other}).encode()
    try:
        heard = asked(line)
    except BadPacket:
        return
    match heard:
        case Drive(mps) | SetSpeed(mps):
            assert 0 <= mps <= 100
        case _:
            assert heard == StopBelt(StopReason.WALKER)


@pytest.mark.parametrize("mps", ["NaN", "Infinity", "-1", "1e999", "true", '"1"', "null", "[1]"])
def test_a_speed_is_a_number_a_belt_could_run(mps: str) -> None:
    for line in (f'{{"ask": "speed", "mps": {mps}}}', f'{{"ask": "drive", "cap_mps": {mps}}}'):
        with pytest.raises(BadPacket):
            asked(line.encode())
    with pytest.raises(BadPacket):
        said(f'{{"say": "speed", "mps": {mps}}}'.encode())


def test_a_stop_for_an_unknown_reason_is_a_stop() -> None:
    assert asked(b'{"ask": "stop", "why": "EARTHQUAKE"}') == StopBelt(StopReason.WALKER)
    assert asked(b'{"ask": "stop"}') == StopBelt(StopReason.WALKER)


def test_a_standing_with_an_unknown_state_or_sizes_is_not_believed() -> None:
    line = saying(Standing("simulated", State.READY, "", Capability(0.1, 1.0, 0.1)))
    with pytest.raises(BadPacket):
        said(line.replace(b"ready", b"eager"))
    odd = said(line.replace(b"0.1, 1.0, 0.1", b"0.1, 1.0, 0"))
    assert isinstance(odd, Standing)
    assert odd.can is None


def test_depth_is_no_danger() -> None:
    with pytest.raises(BadPacket):
        asked(b"[" * 100_000)


@given(st.integers(1, 9000))
def test_a_line_without_end_is_refused_before_it_is_kept(size: int) -> None:
    lines = Lines()

    def hear_on() -> None:
        for _ in range(LINE_BYTES + 1):
            assert list(lines.hear(b"x" * size)) == []

    with pytest.raises(BadPacket, match="more than 4000 bytes"):
        hear_on()
    assert len(lines._begun) <= LINE_BYTES + 1


def test_the_longest_line_is_still_read() -> None:
    lines = Lines()
    assert list(lines.hear(b"x" * LINE_BYTES + b"\n")) == [b"x" * LINE_BYTES]
    with pytest.raises(BadPacket):
        list(lines.hear(b"x" * (LINE_BYTES + 1) + b"\n"))


@given(st.text(min_size=200), st.text(min_size=60), st.sampled_from(State))
def test_every_sentence_fits_a_line(sentence: str, name: str, state: State) -> None:
    lines = Lines()
    speeds = Capability(1 / 7, 10 / 3, 1 / 36)
    for one in (No(sentence), Standing(name, state, sentence, speeds)):
        (line,) = lines.hear(saying(one))
        assert type(said(line)) is type(one)


@pytest.mark.parametrize("line", [b'{"say": "perhaps", "ask": "perhaps"}', b"7", b"[]", b"{}"])
def test_words_that_are_none_of_ours_are_refused(line: bytes) -> None:
    for read in (asked, said):
        with pytest.raises(BadPacket):
            read(line)
