"""Which way each stride went: evidence of the stride itself, seen among its neighbours.

Evidence is log-odds: + for backward, - for forward, 0 for nothing known. People change
direction rarely and only by stopping or turning, so strides lend each other certainty; a
change costs SWITCH, a pause forgets. What stays uncertain, or what the neighbours say against
the stride's own plain evidence, is called unclear.
"""

from math import atanh, exp, tanh

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.back import Steps
from retrowalk.gait.limb import Swings
from retrowalk.gait.quality import UPRIGHT
from retrowalk.tables import DIRECTION_CODE, Codes, Floats
from retrowalk.words import Direction

Waves = NDArray[np.complex128]

SWITCH = 0.005  # chance of turning the direction from one stride to the next; on mobgap
KEPT = 1 - 2 * SWITCH  # of the balance of chances, from one stride to the next
FORGET_S = 3.0  # a longer pause starts afresh: anything may happen while standing
LOOK_AHEAD = 4  # strides of either foot waited for: two strides of the same foot
SURE = 0.95  # probability from which a direction is called
CONTRADICTS = 1.0  # log-odds of a stride against its neighbours that keep it unclear
MOST = 5.0  # log-odds one stride can give: no single one is worth more than 150 : 1

ALONG_NOISE_M = 0.07  # uncertainty of a foot's travel from one still stance to the next
DRIFT_NOISE_S = 0.03  # … per m/s of velocity that had to be taken out
RESTLESS_RADPS = 0.5  # … and where the limb did not come below this at both ends,
RESTLESS_NOISE = 0.4  # m per (rad/s)² beyond; the three fitted on cmu
TURNED_RAD = 0.8  # a swing that turns further is a turn on the spot
LEAN_SLOPE_S = 4.0  # log-odds per rad/s a standing shank tips; fitted on cmu
LEAN_MOST = 2.0

SENSE_WEIGHT = 2.5  # of the sense of time of anterior acceleration; fitted on cmu and mobgap
PHASE_WEIGHT = 2.0  # of anterior against vertical phase; fitted on cmu and mobgap
PHASE_RAD = 2.6  # where that phase lies in forward walking: 107° on mobgap, 185° on cmu
CLEAR_RATIO = 0.3  # second to first harmonic at which the sense is plain
WELL_MIRRORED = (
    0.1,
    0.5,
)  # fits at which a trunk's evidence counts for nothing and in full; on mobgap
PLAIN_MPS2 = 0.8  # anterior amplitude from which its shape stands above swaying; on mobgap
SPINNING_RADPS = 1.0  # a trunk that turns faster walks a curve too tight to tell; on mobgap


def of_swings(swings: Swings, *, shank: bool) -> Floats:
    """Evidence of each swing of a foot or shank whose mounting is known."""
    unrest = np.maximum(swings.unrest_radps - RESTLESS_RADPS, 0.0)
    noise = ALONG_NOISE_M + DRIFT_NOISE_S * swings.drift_mps + RESTLESS_NOISE * unrest**2
    evidence = np.clip(-swings.along_m / noise, -MOST, MOST)
    if shank:
        lean = np.clip(-LEAN_SLOPE_S * swings.lean_radps, -LEAN_MOST, LEAN_MOST)
        evidence = np.clip(evidence + lean, -MOST, MOST)
    turned = np.abs(swings.turn_rad) >= TURNED_RAD
    return np.where(turned | (swings.upright < UPRIGHT), 0.0, evidence)


def of_steps(steps: Steps) -> Floats:
    """Evidence around each step of a trunk whose mounting is known."""
    if not len(steps):
        return np.empty(0)
    one, two = np.abs(steps.ahead_1), np.abs(steps.ahead_2)
    sense = _unit(steps.ahead_2 * np.conj(steps.ahead_1) ** 2).imag
    plain = np.minimum(two / np.maximum(one, 1e-9) / CLEAR_RATIO, 1.0)
    phase = _unit(steps.ahead_1 * np.conj(steps.up_1))
    against = -np.real(phase * np.exp(-1j * PHASE_RAD))
    low, high = WELL_MIRRORED
    trust = np.clip((steps.fit - low) / (high - low), 0.0, 1.0)
    trust *= np.minimum(2 * one / PLAIN_MPS2, 1.0)
    spins = np.abs(steps.turning_radps) >= SPINNING_RADPS
    unheard = steps.turning_radps == 0.0  # a gyroscope that works never reads nothing at all
    trust = np.where(spins | unheard | (steps.upright < UPRIGHT), 0.0, trust)
    evidence: Floats = trust * (SENSE_WEIGHT * plain * sense + PHASE_WEIGHT * against)
    return evidence


def _unit(value: Waves) -> Waves:
    out: Waves = value / np.maximum(np.abs(value), 1e-30)
    return out


def probabilities(evidence: Floats, at_s: Floats) -> Floats:
    """Chance that each swing or step went backward, given itself, all before and LOOK_AHEAD after.

    From: the forward-backward recursion of a two-state chain, in log-odds, with a fixed lag so
    that a live session gets the same answer as a recording.
    """
    n = len(evidence)
    rested = np.ones(n, dtype=bool)
    rested[1:] = np.diff(at_s) > FORGET_S
    past = np.array(_past(evidence.tolist(), rested.tolist()))
    future = np.zeros(n)
    for _ in range(LOOK_AHEAD):
        heard = _carried(future[1:] + evidence[1:])
        future[:-1] = np.where(rested[1:], 0.0, heard)
    odds = np.clip(past + future, -30.0, 30.0)
    chance: Floats = 1.0 / (1.0 + np.exp(-odds))
    return chance


def so_far(evidence: Floats, at_s: Floats) -> tuple[Direction, float]:
    """The direction and probability of backward of the last swing or step, nothing known after."""
    if not len(evidence):
        return Direction.UNCLEAR, 0.5
    rested = [True, *(np.diff(at_s) > FORGET_S).tolist()]
    odds = min(max(_past(evidence.tolist(), rested)[-1], -30.0), 30.0)
    backward = 1.0 / (1.0 + exp(-odds))
    own = float(evidence[-1])
    if backward >= SURE and own > -CONTRADICTS:
        return Direction.BACKWARD, backward
    if backward <= 1 - SURE and own < CONTRADICTS:
        return Direction.FORWARD, backward
    return Direction.UNCLEAR, backward


def _past(evidence: list[float], rested: list[bool]) -> list[float]:
    """What each and all before it say; plain floats, for each waits for the one before."""
    heard = 0.0
    out = []
    for own, afresh in zip(evidence, rested, strict=True):
        heard = own if afresh else own + 2 * atanh(KEPT * tanh(0.5 * heard))
        out.append(heard)
    return out


def _carried(odds: Floats) -> Floats:
    """Log-odds one stride on, when the direction may have changed in between."""
    moved: Floats = 2 * np.arctanh(KEPT * np.tanh(0.5 * odds))
    return moved


def decide(evidence: Floats, at_s: Floats) -> tuple[Codes, Floats]:
    """Direction codes and the probability of backward of swings or steps in order of time."""
    if not len(evidence):
        return np.empty(0, dtype=np.int8), np.empty(0)
    backward = probabilities(evidence, at_s)
    code = np.full(len(evidence), DIRECTION_CODE[Direction.UNCLEAR], dtype=np.int8)
    code[(backward >= SURE) & (evidence > -CONTRADICTS)] = DIRECTION_CODE[Direction.BACKWARD]
    code[(backward <= 1 - SURE) & (evidence < CONTRADICTS)] = DIRECTION_CODE[Direction.FORWARD]
    return code, backward
