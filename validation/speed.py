"""Lower-back walking speed beside instrumented shoes (mobgap's two people, sixteen bouts).

    python -m validation.speed

The two constants of gait/speed.py are fitted on these very bouts, so what counts is the error
with the trial, or the person, that is scored left out of the fit.
"""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.io import loadmat
from scipy.optimize import least_squares

from retrowalk.gait import speed
from retrowalk.gait.clock import stretches
from retrowalk.gait.level import level
from retrowalk.gait.pipeline import measure
from retrowalk.readers.bvh import forward_mps, read_motion
from retrowalk.readers.detect import read
from retrowalk.tables import Floats, Recording
from retrowalk.units import DEGREE
from retrowalk.words import Placement
from validation import recordings as known
from validation.promise import Promise, at_most

COMMAND = "python -m validation.speed"
SLOW_MPS = 0.5
OUTLIER_MPS = 0.1  # beyond this an error pulls no harder


@dataclass(frozen=True, slots=True)
class Bout:
    """A reference bout and, of our strides whose middle lies in it, rise and sway."""

    person: str
    trial: str
    speed_mps: float
    rise_mps2: Floats
    share: Floats
    told_mps: float  # the mean of the speeds `measure` told of these strides

    def model_mps(self, vault: float, sway: float) -> float:
        return float(np.mean(vault * np.sqrt(self.rise_mps2) * self.share**-sway))


def promises() -> Iterator[Promise]:
    """The bar, met without the person that is scored; then as shipped, slow, and derived."""
    if known.folder() is None:
        print("gait.speed.*: no recordings at RETROWALK_DATA, nothing measured", file=sys.stderr)
        return
    every = bouts()
    slow = np.array([bout.speed_mps < SLOW_MPS for bout in every])
    person, trial = left_out(every, "person"), left_out(every, "trial")
    yield _row("mobgap_person_left_out", np.abs(person), 0.07)
    yield _row("mobgap_trial_left_out", np.abs(trial), 0.07)
    yield _row("mobgap_as_shipped", np.abs(as_shipped(every)), 0.07)
    yield _row("mobgap_slow_person_left_out", np.abs(person[slow]), 0.12)
    yield _row("cmu_derived", np.abs(_derived_errors()), 0.25)


def _row(name: str, errors: Floats, limit: float) -> Promise:
    return at_most(f"gait.speed.{name}", float(np.mean(errors)), limit, "m/s", COMMAND)


def bouts() -> list[Bout]:
    """Every INDIP bout in which a stride of ours was found."""
    data = known.folder()
    assert data is not None
    found = []
    for person in ("HA", "MS"):
        path = data / "mobgap" / person / "001" / "data.mat"
        root = loadmat(path, squeeze_me=True, struct_as_record=False)["data"]
        trials = [trial for _, trial in known._trials(root)]
        for i, (recording, trial) in enumerate(zip(read(path)[1], trials, strict=True)):
            periods: Any = trial.Standards.INDIP.ContinuousWalkingPeriod
            for period in [periods] if hasattr(periods, "_fieldnames") else list(periods):
                where = float(period.Start), float(period.End)
                rise, share, told_mps = _movement(recording, where)
                if len(rise):
                    true_mps = float(period.WalkingSpeed)
                    found.append(Bout(person, f"{person} {i}", true_mps, rise, share, told_mps))
    return found


def _movement(recording: Recording, where: tuple[float, float]) -> tuple[Floats, Floats, float]:
    """Rise, clipped share of sway and told speed of the strides whose middle lies there."""
    table = measure(recording).strides
    middle_s = 0.5 * (table.start_s + table.end_s)
    inside = (middle_s >= where[0]) & (middle_s <= where[1])
    middle_s, told_mps = middle_s[inside], table.speed_mps[inside]
    told_mps = told_mps[np.isfinite(told_mps)]
    (stretch,) = stretches(recording.sensors[0])
    walk = level(stretch)
    at_s = walk.start_s + np.arange(len(walk)) / walk.rate_hz
    rise, sway = (
        np.interp(middle_s, at_s, speed.size(signal, walk.rate_hz))
        for signal in (walk.up, walk.left)
    )
    mean_mps = float(told_mps.mean()) if len(told_mps) else float("nan")
    return rise, np.clip(sway / np.maximum(rise, 1e-9), *speed.SWAYS), mean_mps


def fitted(every: list[Bout]) -> tuple[float, float]:
    """The two constants, from these bouts."""

    def errors(b: Floats) -> Floats:
        vault, sway = float(np.exp(b[0])), float(b[1])
        return np.array([bout.model_mps(vault, sway) - bout.speed_mps for bout in every])

    answer = least_squares(errors, np.array([-0.5, 0.6]), loss="soft_l1", f_scale=OUTLIER_MPS)
    return float(np.exp(answer.x[0])), float(answer.x[1])


def left_out(every: list[Bout], what: str) -> Floats:
    """Error of each bout by a fit that never saw its person, or its trial."""
    errors = []
    for bout in every:
        others = [other for other in every if getattr(other, what) != getattr(bout, what)]
        errors.append(bout.model_mps(*fitted(others)) - bout.speed_mps)
    return np.array(errors)


def as_shipped(every: list[Bout]) -> Floats:
    """Error of what `measure` itself told, bout by bout; NaN where it told nothing."""
    return np.array([bout.told_mps - bout.speed_mps for bout in every])


def _derived_errors() -> Floats:
    """Forward motion capture, whose lengths are not the person's: only that it is no nonsense."""
    data = known.folder()
    assert data is not None
    rng = np.random.default_rng(20261121)
    errors = []
    for path in known.clips(data, "cmu", backward=False):
        worn = known.derived(path, Placement.LOWER_BACK, rng=rng, tilt_rad=20 * DEGREE)
        true_mps = float(np.mean(forward_mps(path, read_motion(path)[0])))
        _, _, told_mps = _movement(worn, (0.0, np.inf))
        if np.isfinite(told_mps):
            errors.append(told_mps - true_mps)
    return np.array(errors)


def main() -> list[dict[str, object]]:
    rows = []
    for promise in promises():
        print(promise.line(), flush=True)
        rows.append(asdict(promise))
    return rows


if __name__ == "__main__":
    main()
