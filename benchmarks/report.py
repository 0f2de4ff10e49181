"""What a run found: as tables people read, as bars, and as JSON."""

import json
import math
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.bars import Bar

BEGIN, END = "<!-- results -->", "<!-- /results -->"
NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """One engine on one hour."""

    part: str
    engine: str
    cpu_s: float  # the median repetition
    wall_s: float
    repeats: int
    hour_s: float
    peak_mb: float  # of the whole process, imports and the recording itself included
    first_cpu_s: float  # the warm-up call, compilation included
    first_wall_s: float
    short_wall_s: float  # the same short call again, warm
    import_cpu_s: float
    found: int  # contacts (lower back) or strides (feet): how much work there was

    @property
    def times_real(self) -> float:
        return self.hour_s / self.cpu_s


@dataclass(frozen=True, slots=True)
class BackRow:
    """One engine on the short lower-back trials, scored against INDIP."""

    engine: str
    f1_wide: float  # contacts within 0.5 s
    recall_wide: float
    precision_wide: float
    f1_tight: float  # within 0.1 s
    off_ms: float  # median |timing| of the pairs within 0.5 s
    bias_ms: float
    bouts: int  # reference bouts
    bouts_timed: int  # of them, with a speed from the engine
    speed_mae_mps: float  # mean of strides inside reference bouts
    speed_bias_mps: float
    bouts_matched: int
    matched_mae_mps: float  # the engine's own bouts that match a reference bout


@dataclass(frozen=True, slots=True)
class FeetRow:
    """One engine on the two-feet walk, scored against motion capture."""

    engine: str
    found: int
    of: int
    both_contacts: int  # reference strides whose two contacts were both found
    extra: int
    ic_bias_ms: float
    ic_off_ms: float
    length_mae_cm: float
    common: int  # strides that every engine with lengths found
    common_mae_cm: float
    reversed_found: int  # strides found in the same walk played backwards
    reversed_backward: int  # of them, called backward; -1 where the engine has no such word


@dataclass(frozen=True, slots=True)
class ImportTime:
    wall_s: float
    cpu_s: float


@dataclass(slots=True)
class Findings:
    """Everything one run measured."""

    import_time: ImportTime
    where: str = ""
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    speed: list[SpeedRow] = field(default_factory=list)
    back: list[BackRow] = field(default_factory=list)
    feet: list[FeetRow] = field(default_factory=list)


def ratio_to_ours(row: SpeedRow, rows: Iterable[SpeedRow], ours: str) -> float:
    """How many times our CPU seconds this engine took on the same hour; NaN without ours."""
    own = [each.cpu_s for each in rows if each.part == row.part and each.engine == ours]
    return row.cpu_s / own[0] if own else math.nan


def number(value: float, digits: int = 2) -> str:
    return NOT_YET if math.isnan(value) else f"{value:.{digits}f}"


def speed_table(findings: Findings, ours: str) -> str:
    head = (
        "hour", "engine", "CPU s", "wall s", "× real time", "CPU, ours = 1", "peak MB",
        "first call, CPU s", "import, CPU s", "found", "runs",
    )  # fmt: skip
    rows = [
        (
            row.part,
            row.engine,
            number(row.cpu_s),
            number(row.wall_s),
            number(row.times_real, 0),
            number(ratio_to_ours(row, findings.speed, ours), 1),
            number(row.peak_mb, 0),
            number(row.first_cpu_s),
            number(row.import_cpu_s, 1),
            str(row.found),
            str(row.repeats),
        )
        for row in findings.speed
    ]
    return table(head, rows)


def back_table(findings: Findings, ours: str) -> str:
    head = (
        "engine", "F1 ±0.5 s", "recall", "precision", "F1 ±0.1 s", "median off ms", "bias ms",
        "speed MAE m/s", "bias", "bouts", "own bouts MAE m/s", "bouts",
    )  # fmt: skip
    rows = []
    for row in findings.back:
        nothing = f"0 of {row.bouts}"
        speeds = (
            number(row.speed_mae_mps, 3),
            number(row.speed_bias_mps, 3),
            f"{row.bouts_timed} of {row.bouts}",
            number(row.matched_mae_mps, 3),
            f"{row.bouts_matched} of {row.bouts}",
        )
        silent = NOT_YET if row.engine == ours else "–"
        rows.append(
            (
                row.engine,
                number(row.f1_wide, 3),
                number(row.recall_wide, 3),
                number(row.precision_wide, 3),
                number(row.f1_tight, 3),
                number(row.off_ms, 0),
                number(row.bias_ms, 0),
                *(silent if said in (NOT_YET, nothing) else said for said in speeds),
            )
        )
    return table(head, rows)


def feet_table(findings: Findings) -> str:
    head = (
        "engine", "strides found", "both contacts", "extra", "contact bias ms", "median off ms",
        "length MAE cm", "on common strides", "played backwards: found", "called backward",
    )  # fmt: skip
    rows = [
        (
            row.engine,
            f"{row.found} of {row.of}",
            f"{row.both_contacts} of {row.of}",
            str(row.extra),
            number(row.ic_bias_ms, 0),
            number(row.ic_off_ms, 0),
            number(row.length_mae_cm, 1),
            f"{number(row.common_mae_cm, 1)} ({row.common})",
            str(row.reversed_found),
            "has no direction" if row.reversed_backward < 0 else str(row.reversed_backward),
        )
        for row in findings.feet
    ]
    return table(head, rows)


def bar_table(bars: Iterable[Bar]) -> str:
    rows = [(bar.id, bar.asked, bar.said, bar.verdict) for bar in bars]
    return table(("bar", "asked", "measured", ""), rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, padded so that it reads in a terminal too."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (head, ["-" * width for width in widths], *rows)
    ]
    return "\n".join(lines)


def whole(findings: Findings, bars: Sequence[Bar], ours: str) -> str:
    """All tables of a run, as Markdown."""
    parts = [
        f"Command: `python -m benchmarks` (what `make bench` runs).  {findings.where}",
        versions_line(findings),
        *([f"Not installed here: {', '.join(findings.missing)}."] if findings.missing else []),
        *(f"{name} did not finish." for name in findings.failed),
    ]
    if findings.speed:
        parts += ["**Speed**", speed_table(findings, ours)]
    if findings.back:
        parts += ["**Lower back against INDIP**", back_table(findings, ours)]
    if findings.feet:
        parts += ["**Two feet against motion capture**", feet_table(findings)]
    parts += ["**Bars**", bar_table(bars)]
    return "\n\n".join(parts)


def where() -> str:
    """What it ran on, so far as it matters."""
    cores = os.cpu_count() or 0
    busy = os.getloadavg()[0]
    return (
        f"Python {platform.python_version()}, {platform.machine()}, {cores} cores, "
        f"load {busy:.1f} at the end: quote the ratios."
    )


def versions_line(findings: Findings) -> str:
    said = [
        f"{engine}: {', '.join(f'{name} {version}' for name, version in held.items())}"
        for engine, held in findings.versions.items()
    ]
    return "Versions – " + "; ".join(said) + "."


def write_json(path: Path, findings: Findings, bars: Sequence[Bar]) -> None:
    """Numbers for machines; NaN becomes null."""
    held = {
        **asdict(findings),
        "bars": [{**asdict(bar), "met": bar.met} for bar in bars],
    }
    path.write_text(json.dumps(_plain(held), indent=1, ensure_ascii=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 5)
    return value


def write_readme(path: Path, text: str) -> None:
    """Put the tables between the two marks of the README."""
    readme = path.read_text()
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
