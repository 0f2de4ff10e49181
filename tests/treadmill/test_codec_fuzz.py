"""A short search over drawn payloads; the long one is `make campaign`."""

import math
from random import Random

import pytest
from validation import fuzz_codec
from validation.codec_payloads import ACCIDENTS, KINDS, mangled, stock
from validation.fuzz_codec import LOT, lot, promises, verdict

from retrowalk.errors import BadPacket
from retrowalk.live.events import SetIncline, SetSpeed
from retrowalk.treadmill.ftms_records import TreadmillRecord


def test_five_thousand_payloads_are_read_or_refused() -> None:
    wrong, payloads = promises(count=5 * LOT, seed=1)
    assert wrong.ok
    assert payloads.value == 5 * LOT


def test_a_lot_is_made_again_from_its_number() -> None:
    assert list(lot(3, 7)) == list(lot(3, 7)) != list(lot(3, 8))


def test_every_decoder_reads_some_and_refuses_some() -> None:
    seen = {(name, told) for name, _, told in lot(0, 0)}
    for name in fuzz_codec.decoders():
        assert (name, "read") in seen
        assert (name, "refused") in seen or name == "says_treadmill"


def test_every_accident_and_kind_can_befall_anything() -> None:
    for number in range(200):
        for kind in KINDS:
            kind(Random(number))
        for accident in ACCIDENTS:
            for payload in (b"", b"\x01", *stock()):
                accident(Random(number), payload)
    assert len({mangled(Random(n)) for n in range(200)}) > 150


def refuse(sentence: str) -> object:
    raise BadPacket(sentence)


@pytest.mark.parametrize(
    ("decode", "told"),
    [
        (lambda _: {}["no"], "ESCAPED KeyError"),
        (lambda _: refuse("no end"), "NO CALM SENTENCE"),
        (lambda _: refuse("two\nlines."), "NO CALM SENTENCE"),
        (lambda _: refuse("." * 401), "NO CALM SENTENCE"),
        (lambda _: refuse(""), "NO CALM SENTENCE"),
        (lambda _: (TreadmillRecord(speed_mps=math.inf), False), "NOT FINITE"),
        (lambda _: SetSpeed(-0.1), "NO SPEED OF A BELT"),
        (lambda _: SetSpeed(100.1), "NO SPEED OF A BELT"),
        (lambda _: SetSpeed(100.0), "read"),
        (lambda _: SetIncline(-0.01), "NO INCLINE OF A BELT"),
        (lambda _: None, "read"),
    ],
)
def test_what_may_not_be_is_noticed(decode: fuzz_codec.Decoder, told: str) -> None:
    assert verdict(decode, b"").startswith(told)


def test_a_fault_is_counted_and_told_with_its_lot(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzz_codec, "decoders", lambda: {"broken": lambda payload: payload[0]})
    wrong, _ = promises(count=LOT)
    assert wrong.value > 0
    assert not wrong.ok
    assert "lot 0: broken of : ESCAPED IndexError" in capsys.readouterr().out
