"""Drawn payloads for every decoder of a treadmill's bytes and of the guard's lines.

    python -m validation.fuzz_codec [--count 1000000] [--seed 0] [--first 0]

Each is read, or refused by BadPacket in one calm sentence; what is read holds finite numbers, and
speeds a belt could run.  Payloads come in lots of LOT, each from its own seed; a fault is told with
its lot, so that `--first LOT×1000 --count 1000` makes it again.
"""

import argparse
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, is_dataclass
from math import isfinite
from random import Random

from retrowalk.errors import BadPacket
from retrowalk.live.events import SetIncline, SetSpeed
from retrowalk.treadmill import ftms, guard_words
from retrowalk.treadmill.ftms_records import Records, parse_record
from retrowalk.treadmill.guard_words import FASTEST_MPS, STEEPEST_RATIO, Drive
from retrowalk.treadmill.port import SpeedHeard
from validation.codec_payloads import Draw, draw
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.fuzz_codec"
COUNT = 1_000_000
LOT = 1000
LONGEST_SENTENCE = 400
SHOWN = 10  # faults told in full
Decoder = Callable[[bytes], object]


def decoders() -> dict[str, Decoder]:
    """All of them; two remember what they heard before, so a lot has its own."""
    records, lines = Records(), guard_words.Lines()
    return {
        "parse_record": parse_record,
        "Records.hear": records.hear,
        "parse_answer": ftms.parse_answer,
        "parse_speed_range": ftms.parse_speed_range,
        "parse_incline_range": ftms.parse_incline_range,
        "parse_features": ftms.parse_features,
        "parse_status": ftms.parse_status,
        "says_treadmill": ftms.says_treadmill,
        "asked": guard_words.asked,
        "said": guard_words.said,
        "Lines.hear": lambda payload: tuple(lines.hear(payload)),
    }


def verdict(decode: Decoder, payload: bytes) -> str:
    """In small letters what may be, in capitals what may not."""
    try:
        found = decode(payload)
    except BadPacket as refusal:
        return "refused" if _is_calm(str(refusal)) else f"NO CALM SENTENCE: {refusal}"
    except BaseException as fault:
        return f"ESCAPED {type(fault).__name__}: {fault}"[:200]
    if not all(isfinite(number) for number in _numbers(found)):
        return f"NOT FINITE: {found}"
    match found:
        case Drive(mps) | SetSpeed(mps) | SpeedHeard(mps) if not 0 <= mps <= FASTEST_MPS:
            return f"NO SPEED OF A BELT: {found}"
        case SetIncline(ratio) if not 0 <= ratio <= STEEPEST_RATIO:
            return f"NO INCLINE OF A BELT: {found}"
    return "read"


def _is_calm(sentence: str) -> bool:
    short = 0 < len(sentence) <= LONGEST_SENTENCE
    return short and sentence.isprintable() and sentence.endswith(".")


def _numbers(found: object) -> Iterator[float]:
    match found:
        case float():
            yield found
        case tuple():
            for part in found:
                yield from _numbers(part)
        case _ if is_dataclass(found) and not isinstance(found, type):
            yield from _numbers(astuple(found))


def lot(seed: int, number: int, drawn: Draw = draw) -> Iterator[tuple[str, bytes, str]]:
    """(decoder, payload, verdict) of each payload of this lot with each decoder."""
    chance, reading = Random(f"{seed} codec {number}"), decoders()
    for _ in range(LOT):
        payload = drawn(chance)
        for name, decode in reading.items():
            yield name, payload, verdict(decode, payload)


def promises(*, count: int = COUNT, seed: int = 0, first: int = 0) -> Iterable[Promise]:
    """How many payloads broke a promise, of how many."""
    lots = range(first // LOT, -(-(first + count) // LOT))
    seen: Counter[str] = Counter()
    for number in lots:
        for name, payload, told in lot(seed, number):
            seen["wrong" if told[0].isupper() else told] += 1
            if told[0].isupper() and seen["wrong"] <= SHOWN:
                print(f"lot {number}: {name} of {payload.hex(' ')}: {told}", flush=True)
    tried = len(lots) * LOT
    print(f"{tried} payloads, {len(decoders())} decoders each: {dict(seen)}", flush=True)
    command = COMMAND if count == COUNT else f"{COMMAND} --count {count}"
    yield at_most("belt.codec_fuzz", seen["wrong"], 0, f"wrong of {tried} payloads", command)
    yield at_least("belt.codec_fuzz_payloads", tried, COUNT, "payloads", command)


def main() -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    os.nice(10)
    seen = list(promises(count=told.count, seed=told.seed, first=told.first))
    for promise in seen:
        print(promise.line())
    return int(seen[0].value > 0)


if __name__ == "__main__":
    raise SystemExit(main())
