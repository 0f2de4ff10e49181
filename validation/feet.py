"""gaitmap's two feet stride by stride, scored as the benchmark scores them beside the peer.

python -m validation.feet
"""

import sys
from collections.abc import Iterator

from benchmarks.recordings import Foot, two_feet
from benchmarks.scoring import Strides, strides_of_foot

from retrowalk.gait.pipeline import measure
from retrowalk.tables import SIDE_CODE, Gait
from retrowalk.words import Side
from validation import recordings as known
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.feet"


def promises() -> Iterator[Promise]:
    """Strides with both ends found, found as one stride, the landing's bias and the length."""
    data = known.folder()
    if data is None:
        print("gait.feet.*: no recordings at RETROWALK_DATA, nothing measured", file=sys.stderr)
        return
    gait = measure(known.gaitmap(data))
    truth = two_feet(data).feet
    seen = sum((_foot(gait, side, truth[side.value]) for side in (Side.LEFT, Side.RIGHT)),
               Strides())  # fmt: skip
    yield at_least("gait.feet.both_ends", seen.both_contacts, seen.of, "strides", COMMAND)
    yield at_least("gait.feet.strides", seen.found, seen.of, "strides", COMMAND)
    yield at_most("gait.feet.extra", seen.extra, 0, "strides", COMMAND)
    yield at_most("gait.feet.contact_bias", abs(seen.ic_bias_ms), 20, "ms", COMMAND)
    yield at_most("gait.feet.length", seen.length_mae_cm, 4, "cm", COMMAND)


def _foot(gait: Gait, side: Side, truth: Foot) -> Strides:
    rows = gait.strides
    own = rows.side == SIDE_CODE[side]
    return strides_of_foot(rows.start_s[own], rows.end_s[own], rows.length_m[own], truth)


if __name__ == "__main__":
    for promise in promises():
        print(promise.line(), flush=True)
