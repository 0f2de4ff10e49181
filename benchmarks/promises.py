"""The bars of the gait engine that need a peer, or a clock, worked out from a run's findings."""

import math
from collections.abc import Iterable

from benchmarks.bars import Bar
from benchmarks.report import BackRow, FeetRow, Findings, SpeedRow

PEER_OF = {"continuous": "mobgap", "mixed": "mobgap", "feet": "gaitmap"}
HOURS = {"continuous": "lower back, walking on", "mixed": "lower back, mixed", "feet": "two feet"}


def bars(findings: Findings, ours: str) -> tuple[Bar, ...]:
    """Every bar, measured or not."""
    return (
        *(_speed(findings.speed, part, ours) for part in PEER_OF),
        _memory(findings.speed, ours),
        Bar("gait.import", "import of the engine, CPU", 0.3, findings.import_time.cpu_s, " s"),
        _pause(findings.speed, ours),
        *_back(findings.back, ours),
        *_feet(findings.feet, ours),
    )


def _speed(rows: Iterable[SpeedRow], part: str, ours: str) -> Bar:
    cpu = {row.engine: row.cpu_s for row in rows if row.part == part}
    peers = [cpu[engine] for engine in cpu if engine.split()[0] == PEER_OF[part]]
    ratio = min(peers) / cpu[ours] if peers and ours in cpu else math.nan
    what = f"CPU of {PEER_OF[part]} / ours, {HOURS[part]}"
    return Bar(f"gait.speed.{part}", what, 20, ratio, "×", at_least=True, digits=1)


def _memory(rows: Iterable[SpeedRow], ours: str) -> Bar:
    peaks = [row.peak_mb for row in rows if row.engine == ours]
    return Bar(
        "gait.memory.hour",
        "peak for an hour",
        300,
        max(peaks, default=math.nan),
        " MB",
        digits=0,
    )


def _pause(rows: Iterable[SpeedRow], ours: str) -> Bar:
    pauses = [row.first_wall_s - row.short_wall_s for row in rows if row.engine == ours]
    what = "first call beyond a warm one"
    return Bar("gait.first-call", what, 1.0, max(pauses, default=math.nan), " s")


def _back(rows: Iterable[BackRow], ours: str) -> tuple[Bar, ...]:
    held = {row.engine: row for row in rows}
    own = held.pop(ours, None)
    best = max((row.f1_wide for row in held.values()), default=math.nan)
    lead = own.f1_wide - best if own else math.nan
    return (
        Bar(
            "gait.contacts.back.f1",
            "contact F1 (±0.5 s) above the best peer by",
            0.03,
            lead,
            at_least=True,
            digits=3,
        ),
        Bar(
            "gait.contacts.back.timing",
            "contacts, median off",
            60,
            own.off_ms if own else math.nan,
            " ms",
            digits=0,
        ),
        Bar(
            "gait.speed-error.back",
            "walking speed MAE",
            0.07,
            own.speed_mae_mps if own else math.nan,
            " m/s",
            digits=3,
        ),
    )


def _feet(rows: Iterable[FeetRow], ours: str) -> tuple[Bar, ...]:
    own = next((row for row in rows if row.engine == ours), None)
    return (
        Bar(
            "gait.feet.strides",
            "strides found, of 57",
            57,
            own.found if own else math.nan,
            at_least=True,
            digits=0,
        ),
        Bar(
            "gait.feet.contact-bias",
            "initial contact bias, either way",
            20,
            abs(own.ic_bias_ms) if own else math.nan,
            " ms",
            digits=0,
        ),
        Bar(
            "gait.feet.length",
            "stride length MAE",
            4.0,
            own.length_mae_cm if own else math.nan,
            " cm",
            digits=1,
        ),
    )
