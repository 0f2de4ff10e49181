"""The gait engine beside mobgap, gaitmap and scikit-digital-health, on the same recordings.

    continuous, mixed   an hour of lower back      ours, mobgap, skdh
    feet                an hour of two feet        ours, gaitmap
    back-accuracy       short trials, INDIP        ours, mobgap (pipeline and detectors), skdh
    feet-accuracy       a short walk, mocap        ours, gaitmap; then the same walk backwards

Every engine runs in a process of its own, one after the other, warmed up once on the first two
minutes, so that only the work is timed.  Nothing here knows a peer's number beforehand.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import recordings, scoring
from benchmarks.engines import OURS, Engines, import_time
from benchmarks.recordings import FEET, FEET_HZ, HOUR_S, Trial, Walk
from benchmarks.report import BackRow, FeetRow, Findings, SpeedRow, where
from benchmarks.running import Arrays, Call, Ran

PARTS = ("continuous", "mixed", "feet", "back-accuracy", "feet-accuracy")
WARM_S = 120.0  # long enough for every branch to be compiled, short beside an hour
SHORT_BOUT_S = 2.5  # skdh skips bouts under 8 s unless told otherwise; most INDIP bouts are shorter
WIDE_S, TIGHT_S = 0.5, 0.1  # as Mobilise-D scores; and as something shorter than a step deserves
DETECTORS = tuple((s, c) for s in ("Iluz", "Ionescu") for c in ("Shin", "HKLee", "Ionescu"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What this run was asked for."""

    folder: Path  # the recordings
    cache: Path  # the peers' environments
    peers: tuple[str, ...]
    repeats: int
    budget_s: float
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Chain:
    """One way through an engine: a task of its driver, and what the tables call it."""

    engine: str
    task: str
    label: str


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of signals, and what the drivers are told of it."""

    part: str
    arrays: Arrays
    about: dict[str, Any]


BACK_CHAINS = (
    Chain(OURS, "back", OURS),
    Chain("mobgap", "pipeline", "mobgap"),
    Chain("skdh", "gait", "skdh"),
)
FEET_CHAINS = (
    Chain(OURS, "feet", OURS),
    Chain("gaitmap", "classic", "gaitmap"),
    Chain("gaitmap", "kalman", "gaitmap with RtsKalman"),
)


def measure_all(asked: Asked, parts: Iterable[str]) -> Findings:
    """Run the chosen parts."""
    findings = Findings(import_time())
    engines = Engines(asked.peers, asked.cache, findings, asked.say)
    trials = recordings.lower_back_trials(asked.folder)
    walk = recordings.two_feet(asked.folder)
    for part in parts:
        asked.say(f"{part} …")
        match part:
            case "continuous":
                hour = recordings.continuous_hour(trials)
                findings.speed += back_speed(asked, engines, part, hour)
            case "mixed":
                hour = recordings.mixed_hour(trials)
                findings.speed += back_speed(asked, engines, part, hour)
            case "feet":
                findings.speed += feet_speed(asked, engines, recordings.feet_hour(walk))
            case "back-accuracy":
                findings.back += back_accuracy(engines, trials)
            case "feet-accuracy":
                findings.feet += feet_accuracy(engines, walk)
    findings.where = where()
    return findings


def back_speed(asked: Asked, engines: Engines, part: str, trial: Trial) -> list[SpeedRow]:
    """An hour of lower back through the whole chain of each engine."""
    hour = Hour(part, trial.arrays, trial.about)
    rows = [_timed(asked, engines, chain, hour) for chain in BACK_CHAINS]
    return [row for row in rows if row]


def feet_speed(asked: Asked, engines: Engines, arrays: Arrays) -> list[SpeedRow]:
    """An hour of two feet: gaitmap's usual pipeline and the one with its Kalman smoother."""
    hour = Hour("feet", arrays, {"rate_hz": FEET_HZ})
    rows = [_timed(asked, engines, chain, hour) for chain in FEET_CHAINS]
    return [row for row in rows if row]


def _timed(asked: Asked, engines: Engines, chain: Chain, hour: Hour) -> SpeedRow | None:
    short = recordings.beginning(hour.arrays, round(WARM_S * hour.about["rate_hz"]))
    ran = engines.run(
        chain.engine,
        (
            Call("again", chain.task, short, hour.about),
            Call("hour", chain.task, hour.arrays, hour.about),
        ),
        warm=Call("first", chain.task, short, hour.about),
        repeats=asked.repeats,
        budget_s=asked.budget_s,
    )
    if not ran:
        return None
    timing = ran.timings["hour"]
    row = SpeedRow(
        part=hour.part,
        engine=chain.label,
        cpu_s=timing.usual_cpu_s,
        wall_s=timing.usual_wall_s,
        repeats=len(timing.cpu_s),
        hour_s=HOUR_S,
        peak_mb=ran.peak_mb,
        first_cpu_s=ran.first_cpu_s,
        first_wall_s=ran.first_wall_s,
        short_wall_s=ran.timings["again"].usual_wall_s,
        import_cpu_s=ran.import_cpu_s,
        found=_found(ran.outputs["hour"]),
    )
    asked.say(f"  {chain.label}: {row.cpu_s:.2f} s CPU, {row.peak_mb:.0f} MB, {row.found} found")
    return row


def _found(output: Arrays) -> int:
    """Contacts at a lower back, strides of two feet: how much there was to work on."""
    if "contact_s" in output:
        return len(output["contact_s"])
    return sum(len(output[f"{foot}_ic_s"]) for foot in FEET)


def back_accuracy(engines: Engines, trials: tuple[Trial, ...]) -> list[BackRow]:
    """Contacts and walking speed of the short trials against INDIP."""
    pairs = {f"mobgap {s} + {c}": {"sequences": s, "contacts": c} for s, c in DETECTORS}
    chains = {
        OURS: _calls(OURS, trials, "back"),
        "mobgap": (
            *_calls("mobgap", trials, "pipeline"),
            *(call for pair in pairs for call in _calls(pair, trials, "contacts", pairs[pair])),
        ),
        "skdh": _calls("skdh", trials, "gait", {"min_bout_s": SHORT_BOUT_S}),
    }
    rows = []
    for engine, calls in chains.items():
        if ran := engines.run(engine, calls):
            labels = (engine, *pairs) if engine == "mobgap" else (engine,)
            rows += [back_row(label, ran, trials) for label in labels]
    return rows


def _calls(
    label: str, trials: tuple[Trial, ...], task: str, more: dict[str, Any] | None = None
) -> tuple[Call, ...]:
    return tuple(
        Call(_name(label, trial), task, trial.arrays, {**trial.about, **(more or {})})
        for trial in trials
    )


def _name(label: str, trial: Trial) -> str:
    return f"{label} {trial.name}".replace("/", "-")


def back_row(label: str, ran: Ran, trials: tuple[Trial, ...]) -> BackRow:
    """Pool the trials: contacts are counted together, every bout weighs the same."""
    wide, tight = scoring.Contacts(), scoring.Contacts()
    truth: list[float] = []
    inside: list[scoring.Floats] = []
    matched: list[scoring.Floats] = []
    for trial in trials:
        out = ran.outputs[_name(label, trial)]
        wide += scoring.contacts_in_bouts(out["contact_s"], trial.bouts, WIDE_S)
        tight += scoring.contacts_in_bouts(out["contact_s"], trial.bouts, TIGHT_S)
        truth += [bout.speed_mps for bout in trial.bouts]
        inside.append(scoring.speed_in_bouts(_speeds(out, "stride"), trial.bouts))
        matched.append(scoring.speed_of_matched_bouts(_speeds(out, "bout"), trial.bouts))
    off = _known(np.concatenate(inside) - np.array(truth))
    own = _known(np.concatenate(matched) - np.array(truth))
    return BackRow(
        engine=label,
        f1_wide=wide.f1,
        recall_wide=wide.recall,
        precision_wide=wide.precision,
        f1_tight=tight.f1,
        off_ms=wide.median_off_ms,
        bias_ms=float(np.median(wide.error_s)) * 1000 if len(wide.error_s) else np.nan,
        bouts=len(truth),
        bouts_timed=len(off),
        speed_mae_mps=float(np.mean(np.abs(off))) if len(off) else np.nan,
        speed_bias_mps=float(np.mean(off)) if len(off) else np.nan,
        bouts_matched=len(own),
        matched_mae_mps=float(np.mean(np.abs(own))) if len(own) else np.nan,
    )


def _speeds(out: Arrays, what: str) -> scoring.Timed:
    """The engine's strides or bouts with their speeds; empty where it has none."""
    if f"{what}_mps" not in out:
        return scoring.Timed()
    return scoring.Timed(out[f"{what}_start_s"], out[f"{what}_end_s"], out[f"{what}_mps"])


def _known(errors: scoring.Floats) -> scoring.Floats:
    return errors[np.isfinite(errors)]


def feet_accuracy(engines: Engines, walk: Walk) -> list[FeetRow]:
    """Strides of two feet against motion capture, then the same walk played backwards."""
    about, turned = {"rate_hz": FEET_HZ}, recordings.backwards(walk)
    ran = {}
    for chain in FEET_CHAINS:
        calls = (
            Call("forward", chain.task, walk.arrays, about),
            Call("turned", chain.task, turned.arrays, about),
        )
        if answered := engines.run(chain.engine, calls):
            ran[chain.label] = answered
    scores = {label: _strides(each.outputs["forward"], walk) for label, each in ran.items()}
    common = np.logical_and.reduce([np.isfinite(s.length_error_m) for s in scores.values()])
    return [feet_row(label, ran[label], scores[label], common) for label in ran]


def _strides(output: Arrays, walk: Walk) -> scoring.Strides:
    total = scoring.Strides()
    for foot in FEET:
        total += scoring.strides_of_foot(
            output[f"{foot}_pre_ic_s"],
            output[f"{foot}_ic_s"],
            output[f"{foot}_length_m"],
            walk.feet[foot],
        )
    return total


def feet_row(engine: str, ran: Ran, score: scoring.Strides, common: scoring.Bools) -> FeetRow:
    turned = ran.outputs["turned"]
    backward = turned.get("strides_backward")
    shared = score.length_error_m[common]
    return FeetRow(
        engine=engine,
        found=score.found,
        of=score.of,
        both_contacts=score.both_contacts,
        extra=score.extra,
        ic_bias_ms=score.ic_bias_ms,
        ic_off_ms=score.ic_off_ms,
        length_mae_cm=score.length_mae_cm,
        common=len(shared),
        common_mae_cm=float(np.mean(np.abs(shared))) * 100 if len(shared) else np.nan,
        reversed_found=_found(turned),
        reversed_backward=-1 if backward is None else int(backward[0]),
    )
