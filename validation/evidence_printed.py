"""What the reference prints of effects, intervals and p, beside what we make of the same figures.

A printed number is reproduced when ours is within 1e-6 of it (relative), or, where it has too few
digits to tell that, within half a unit of its last printed digit.  Six significant digits, as in
derived_effects.csv, tell 5e-7 to 5e-6.
"""

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from retrowalk.evidence.effects import (
    Contrast,
    Correction,
    Sample,
    Variance,
    cohen_d,
    mean_difference,
    ratio_of_means,
    small_sample_factor,
    standardised_difference,
)
from retrowalk.evidence.printed import (
    interval,
    p_from_interval,
    quantile,
    se_from_interval,
    student,
    two_sided_p,
    welch,
)
from validation import recordings

Row = dict[str, str]
REFERENCE_Z_OFF = abs(1.959964 - quantile())  # 1.5e-8


def folder() -> Path | None:
    """Where the reference's tables lie, or None."""
    beside = recordings.folder()
    path = beside.parent / "reference" / "evidence" if beside else None
    return path if path and path.is_dir() else None


def rows(path: Path, name: str) -> list[Row]:
    with (path / name).open(newline="") as file:
        return list(csv.DictReader(file))


def reproduced(ours: float, printed: str, slack: float = 0.0) -> bool:
    """Within 1e-6 of the printed number, or half a unit of its last digit, and a named slack."""
    value = float(printed)
    digits = printed.lower().split("e")[0].lstrip("-").replace(".", "").lstrip("0")
    significant = max(len(digits), 6) if "." not in printed else len(digits)
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - significant + 1) if value else 0.0
    if "e" not in printed.lower() and "." in printed:
        unit = 10.0 ** -len(printed.split(".")[1])
    return abs(ours - value) <= max(1e-6 * abs(value), 0.5 * unit * (1 + 1e-9)) + slack


def contrasts(path: Path) -> dict[tuple[str, str], Contrast]:
    """Every row of studies.csv that has two means, their spreads and their people."""
    wanted = ("n_bw", "mean_bw", "sd_bw", "n_ctrl", "mean_ctrl", "sd_ctrl")
    return {
        (row["study_id"], row["outcome"]): Contrast(
            Sample(float(row["mean_bw"]), sd=float(row["sd_bw"]), n=int(row["n_bw"])),
            control=Sample(float(row["mean_ctrl"]), sd=float(row["sd_ctrl"]), n=int(row["n_ctrl"])),
        )
        for row in rows(path, "studies.csv")
        if all(row[name] for name in wanted)
    }


def derived(contrast: Contrast) -> dict[str, float]:
    """A contrast's numbers, under the names of derived_effects.csv."""
    md, g = mean_difference(contrast), standardised_difference(contrast)
    low, high = interval(md.estimate, md.se)
    t = student(contrast)
    return {
        "md": md.estimate, "se_md_unpooled": md.se, "md_lo95_z": low, "md_hi95_z": high,
        "t_student": t.t, "df": t.df, "p_student": t.p, "p_welch": welch(contrast).p,
        "cohen_d": cohen_d(contrast), "J_exact": small_sample_factor(contrast.df),
        "J_approx": small_sample_factor(contrast.df, Correction.APPROXIMATE),
        "hedges_g": g.estimate, "se_g_borenstein": g.se,
        "se_g_revman_like": standardised_difference(
            contrast, variance=Variance.REVMAN_LIKE).se,
    }  # fmt: skip


def effect_numbers(path: Path) -> Iterator[tuple[str, float, str, float]]:
    """What it is, ours, printed, slack: of each number of derived_effects.csv.

    The reference's intervals reach 1.959964 standard errors; ours z's other digits too.
    """
    known = contrasts(path)
    for row in rows(path, "derived_effects.csv"):
        for name, ours in derived(known[row["study_id"], row["outcome"]]).items():
            slack = REFERENCE_Z_OFF * float(row["se_md_unpooled"]) if name.endswith("_z") else 0.0
            yield f"{row['study_id']} {row['outcome']}: {name}", ours, row[name], slack


def meta_numbers(path: Path) -> Iterator[tuple[str, float, str]]:
    """The same of the standard errors, z and p derived in meta_tables.csv."""
    for row in rows(path, "meta_tables.csv"):
        if not row["derived_se"]:
            continue
        estimate, low, high = (float(row[name]) for name in ("estimate", "ci_lo", "ci_hi"))
        se, name = se_from_interval(low, high), f"{row['meta_id']} {row['outcome']}"
        yield f"{name}: se", se, row["derived_se"]
        yield f"{name}: z", estimate / se, row["derived_z"]
        yield f"{name}: p", two_sided_p(estimate / se), row["derived_p"]


def ratio_numbers(path: Path) -> Iterator[tuple[str, float, str]]:
    """The same of the ratios of physiology.csv."""
    for row in rows(path, "physiology.csv"):
        if row["ratio_bw_fw"]:
            after, before = (
                Sample(float(row[f"mean_{way}"]), sd=float(row[f"sd_{way}"]), n=int(row["n"]))
                for way in ("bw", "fw")
            )
            yield (
                f"{row['study']} {row['variable']}",
                ratio_of_means(after, before),
                row["ratio_bw_fw"],
            )


def interval_ps(path: Path) -> Iterator[tuple[str, float, str]]:
    """What it is, the p its interval implies, the printed p: of every pooled result with both."""
    for row in rows(path, "meta_tables.csv"):
        if row["p_reported"] and row["ci_lo"]:
            estimate, low, high = (float(row[name]) for name in ("estimate", "ci_lo", "ci_hi"))
            name = f"{row['meta_id']} {row['outcome']}"
            yield name, p_from_interval(estimate, low, high), row["p_reported"]


def mean_ps(path: Path) -> Iterator[tuple[str, float, str, str]]:
    """The same of means, spreads and people (Student's p), and whether the reference pools it."""
    known = contrasts(path)
    for row in rows(path, "studies.csv"):
        if row["p_reported"] and (row["study_id"], row["outcome"]) in known:
            p = student(known[row["study_id"], row["outcome"]]).p
            yield f"{row['study_id']} {row['outcome']}", p, row["p_reported"], row["poolable"]


def agrees(p: float, printed: str) -> bool:
    """p as printed: below the "<", or the same when rounded to its decimals."""
    if printed.startswith("<"):
        return p < float(printed[1:])
    return (
        f"{p:.{len(printed.split('.')[1])}f}" == f"{float(printed):.{len(printed.split('.')[1])}f}"
    )


def same_verdict(p: float, printed: str, level: float = 0.05) -> bool:
    """Whether both are below the level, or neither."""
    if printed.startswith("<"):
        return p < float(printed[1:])
    return (p < level) == (float(printed) < level)
