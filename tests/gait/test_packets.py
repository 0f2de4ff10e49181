"""Packets come lost, late, twice and out of order; the recording is what was sent."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.errors import BadRecording
from retrowalk.gait.packets import MOST_PACKETS, WAIT_S, Order, Packet

PACKET_S, ROWS = 0.25, 5


def packet(number: int, *, at_s: float | None = None) -> Packet:
    begins_s = 3.0 + number * PACKET_S if at_s is None else at_s
    time_s = begins_s + np.arange(ROWS) * PACKET_S / ROWS
    return Packet(number, time_s, np.full((ROWS, 3), float(number)), np.zeros((ROWS, 3)))


def numbers(packets: tuple[Packet, ...]) -> list[int]:
    return [one.number for one in packets]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[int, list[int]]:
    """How many were sent, and in which order which of them came: at most a fifth is lost."""
    sent = draw(st.integers(1, 60))
    lost = draw(st.sets(st.integers(0, sent - 1), max_size=sent // 5))
    came = [number for number in range(sent) if number not in lost]
    twice = draw(st.lists(st.sampled_from(came), max_size=5))
    return sent, draw(st.permutations(came + twice))


@given(deliveries())
def test_the_recording_is_what_was_sent_but_for_what_was_lost(
    delivered: tuple[int, list[int]],
) -> None:
    _, came = delivered
    order = Order()
    for number in came:
        order.take(packet(number))
    assert numbers(order.all()) == sorted(set(came))
    times = np.concatenate([one.time_s for one in order.all()])
    sent = np.concatenate([packet(number).time_s for number in sorted(set(came))])
    assert np.array_equal(times, sent)
    assert order.lost == max(came) + 1 - len(set(came))


@given(deliveries())
def test_live_listening_never_hears_out_of_order_nor_twice(
    delivered: tuple[int, list[int]],
) -> None:
    _, came = delivered
    order = Order()
    heard = [one for number in came for one in order.take(packet(number))]
    heard += order.rest()
    assert all(a.number < b.number and a.ends_s < b.begins_s for a, b in pairwise(heard))
    assert set(numbers(tuple(heard))) <= set(came)


@given(deliveries(), st.data())
def test_what_is_late_by_less_than_the_wait_is_heard_live(
    delivered: tuple[int, list[int]], data: st.DataObject
) -> None:
    """Each packet overtaken by at most two others: half a second of them."""
    came = sorted(set(delivered[1]))
    late = {number: number + data.draw(st.floats(0.0, 2.0)) for number in came}
    order = Order()
    heard = [one for n in sorted(came, key=lambda n: late[n]) for one in order.take(packet(n))]
    assert numbers((*heard, *order.rest())) == came


def test_a_hole_is_waited_for_one_second_and_no_longer() -> None:
    order = Order()
    assert numbers(order.take(packet(0))) == [0]
    waited = [numbers(order.take(packet(number))) for number in (2, 3, 4, 5, 6)]
    behind = round(WAIT_S / PACKET_S)
    assert waited[:behind] == [[]] * behind
    assert waited[behind] == [2, 3, 4, 5, 6]


def test_what_comes_after_the_wait_is_kept_for_the_recording_only() -> None:
    order = Order()
    for number in (0, 2, 3, 4, 5, 6):
        order.take(packet(number))
    assert order.lost == 1
    assert numbers(order.take(packet(1))) == []
    assert numbers(order.all()) == [0, 1, 2, 3, 4, 5, 6]
    assert order.lost == 0


def test_nothing_sent_is_an_empty_recording() -> None:
    order = Order()
    assert (order.all(), order.rest(), order.newest, order.lost) == ((), (), -1, 0)


@pytest.mark.parametrize("at_s", [2.0, 3.1, 9.0])
def test_a_packet_that_is_not_between_its_neighbours_is_refused(at_s: float) -> None:
    order = Order()
    order.take(packet(0))
    order.take(packet(2))
    with pytest.raises(BadRecording, match="not between its neighbours"):
        order.take(packet(1, at_s=at_s))
    assert numbers(order.all()) == [0, 2]


@pytest.mark.parametrize("number", [-1, MOST_PACKETS])
def test_a_number_no_session_reaches_is_refused(number: int) -> None:
    with pytest.raises(BadRecording, match="at most"):
        Order().take(packet(number))
