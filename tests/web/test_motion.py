"""The socket of a phone: what it takes, and what it refuses in one sentence."""

import json
import warnings
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.errors import BadRecording
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.readers.live_phone import LONGEST_TEXT, read_message, read_packet, read_span
from retrowalk.units import DEGREE
from retrowalk.words import Direction, Placement

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.websockets import WebSocketDisconnect

SOCKETS = "ws://127.0.0.1:8377"
HELLO = {"phone": "a-phone-of-mine", "worn": "right", "safety": False}
GOOD = {
    "n": 0, "i": 16.7, "t": [0.0, 20.0], "a": [[0, 0, 9.8], [0, 0.1, 9.8]],
    "r": [[0, 0, 0], [1, 2, 3]],
}  # fmt: skip
BAD = [
    {"n": "0"}, {"n": -1}, {"n": True}, {"n": 1.5}, {"i": 0}, {"i": None}, {"i": 1e9},
    {"t": []}, {"t": [20.0, 0.0]}, {"t": [0.0, 0.0]}, {"t": [0.0, 1e300]}, {"t": [-5.0, 0.0]},
    {"t": [0.0, 5000.0]}, {"t": [0.0, None]}, {"t": [0.0] * 300}, {"a": []}, {"a": None},
    {"a": [[0, 0], [0, 0]]}, {"a": [[0, 0, 1e6], [0, 0, 0]]}, {"a": [["x", 0, 0], [0, 0, 0]]},
    {"r": [[0, 0, float("nan")], [0, 0, 0]]}, {"r": [[0, 0, 1e300], [0, 0, 0]]},
    {"r": [[0, 0, 10**400], [0, 0, 0]]}, {"r": [[True, 0, 0], [0, 0, 0]]}, {"r": "garbage"},
]  # fmt: skip


def packets(sensor, every=18):
    """What a page would send of these readings, about 0.3 s at a time."""
    for number, begin in enumerate(range(0, len(sensor), every)):
        rows = slice(begin, begin + every)
        yield {
            "n": number, "i": 16.7, "t": (sensor.time_s[rows] * 1000).tolist(),
            "a": sensor.acc_mps2[rows].tolist(),
            "r": (sensor.gyr_radps[rows] / DEGREE).tolist(),
        }  # fmt: skip


def test_a_packet_is_read_in_si():
    packet = read_packet(GOOD)
    assert packet.number == 0
    assert np.allclose(packet.time_s, [0.0, 0.02])
    assert np.allclose(packet.gyr_radps[1], np.array([1, 2, 3]) * DEGREE)


@pytest.mark.parametrize("wrong", BAD, ids=str)
def test_what_no_phone_sends_is_refused(wrong):
    with pytest.raises(BadRecording, match=r"^The phone sent"):
        read_packet(GOOD | wrong)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "[" * 20_000, "9" * 20_000, "x" * (LONGEST_TEXT + 1), "null"]
)
def test_what_is_no_message_is_refused(text):
    with pytest.raises(BadRecording):
        read_message(text)


@pytest.mark.parametrize("span", [None, [], [1], [5, 1], [0, 1e9], [-1, 5], ["a", "b"], [0, 200e3]])
def test_a_calibration_at_no_time_is_refused(span):
    with pytest.raises(BadRecording):
        read_span({"calibrate": span})


@settings(max_examples=200)
@given(st.text(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["n", "i", "t", "a", "r", "calibrate"]), inner, max_size=6), max_leaves=30,
).map(json.dumps))  # fmt: skip
def test_garbage_raises_nothing_but_our_own(text):
    for read in (read_packet, read_span):
        with suppress(BadRecording):
            read(read_message(text))


def test_a_phone_is_heard_and_what_it_sent_can_be_kept_and_deleted(client, begun, house):
    path = begun()
    made = simulate([Spell(Direction.BACKWARD, 16, 0.5, 1.4)], [Placement.RIGHT_THIGH],
                    np.random.default_rng(1), rate_hz=60)  # fmt: skip
    with client.websocket_connect(f"{SOCKETS}{path}/motion") as socket:
        socket.send_json(HELLO)
        assert socket.receive_json() == {"next": 0, "calibrated": False}
        sent = list(packets(made.recording.sensors[0]))
        for packet in sent[1::2] + sent[0::2]:  # every other one is overtaken
            socket.send_json(packet)
            assert socket.receive_json() == {"had": packet["n"]}
    assert client.post(f"{path}/finish").status_code == 303
    client.portal.call(house.lives[path.rsplit("/", 1)[1]].settled.wait)
    page = client.get(f"{path}/review")
    assert page.status_code == 200
    from retrowalk.app import felt  # noqa: PLC0415

    session_id = path.rsplit("/", 1)[1]
    (kept,) = felt.kept(house, session_id)
    content = client.get(f"{path}/recording/{kept.id}")
    assert content.content[:4] == b"PAR1"
    sensor = felt.again(house, session_id, kept.id).recording.sensors[0]
    assert np.allclose(sensor.time_s, made.recording.sensors[0].time_s)
    assert client.post(f"{path}/recording/delete").status_code == 303
    assert felt.kept(house, session_id) == ()
    assert client.get(f"{path}/recording/{kept.id}").status_code == 404


def test_the_second_phone_is_told(client, begun):
    path = begun()
    with (
        client.websocket_connect(f"{SOCKETS}{path}/motion") as first,
        client.websocket_connect(f"{SOCKETS}{path}/motion") as second,
    ):
        first.send_json(HELLO)
        first.receive_json()
        second.send_json(HELLO | {"phone": "another-phone"})
        assert "Another phone is the sensor" in second.receive_json()["refused"]
        with pytest.raises(WebSocketDisconnect):
            second.receive_json()
        first.send_json(GOOD)
        assert first.receive_json() == {"had": 0}


@pytest.mark.parametrize(
    "hello", [{}, {"phone": "x"}, HELLO | {"worn": "hat"}, HELLO | {"worn": []}]
)
def test_a_phone_that_does_not_say_who_and_where_is_refused(client, begun, hello):
    with client.websocket_connect(f"{SOCKETS}{begun()}/motion") as socket:
        socket.send_json(hello)
        assert socket.receive_json()["refused"]


def test_garbage_is_refused_and_then_the_socket_closed(client, begun):
    with client.websocket_connect(f"{SOCKETS}{begun()}/motion") as socket:
        socket.send_json(HELLO)
        socket.receive_json()
        for _ in range(5):
            socket.send_text("garbage")
            assert "The phone sent" in socket.receive_json()["refused"]
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()


def test_a_flood_is_refused(client, begun):
    with client.websocket_connect(f"{SOCKETS}{begun()}/motion") as socket:
        socket.send_json(HELLO)
        socket.receive_json()
        said = ""
        for number in range(100):
            socket.send_json(GOOD | {"n": number, "t": [40.0 * number, 40.0 * number + 20.0]})
            said = socket.receive_json().get("refused", "")
            if said:
                break
        assert "messages a second" in said


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}], ids=str
)
def test_the_gate_covers_the_socket(client, begun, headers):
    path = begun()
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(f"{SOCKETS}{path}/motion", headers=headers) as socket,
    ):
        socket.receive_json()


def test_a_session_that_is_not_walked_is_said(client):
    with client.websocket_connect(f"{SOCKETS}/session/0123/motion") as socket:
        assert "not being walked" in socket.receive_json()["refused"]
