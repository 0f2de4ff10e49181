"""What our studies promise: cited, tagged, checked, and equal to the reference in every number.

    python -m validation --only evidence_data

The reference is the folder RETROWALK_REFERENCE, or `reference` beside RETROWALK_DATA; where
neither is there, its comparison is left out and that is said.
"""

import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from retrowalk.evidence.checks_sources import figures
from retrowalk.evidence.figure import Figure, PValue, Tag
from retrowalk.evidence.parsing import parse_study
from retrowalk.evidence.parsing_review import parse_review
from retrowalk.evidence.review import Pooled, Review
from retrowalk.evidence.study import Group, Outcome, Study
from retrowalk.readers.evidence import review_texts, study_texts
from validation.evidence_traps import TRAPS, caught
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation --only evidence_data"
FEWEST_STUDIES = 55
OTHER_IDS = {"rose2025abs46": "rose2025"}
POOLABLE = {"yes": "yes", "smd_only": "smd only", "label_ambiguous": "ambiguous"}  # all else: no
RATIO_ROUNDED = 5e-5  # the reference prints four digits
Row = dict[str, str]


def promises() -> Iterator[Promise]:
    studies = [parse_study(file.text, name=file.name) for file in study_texts()]
    reviews = [parse_review(file.text, name=file.name) for file in review_texts()]
    cited = sum(any(report.cited for report in study.reports) for study in studies)
    yield at_least("evidence.studies", cited, FEWEST_STUDIES, "studies", COMMAND)
    noticed = 100 * sum(bool(caught(trap)) for trap in TRAPS) / len(TRAPS)
    yield at_least("evidence.traps", noticed, 100, f"% of {len(TRAPS)}", COMMAND)
    yield at_most("evidence.tags", untraceable([*studies, *reviews]), 0, "figures", COMMAND)
    folder = reference()
    if folder is None:
        print("evidence.studies_csv: no folder at RETROWALK_REFERENCE, nothing compared",
              file=sys.stderr)  # fmt: skip
        return
    missing = missing_rows(folder, studies, reviews)
    for row in missing:
        print(f"evidence.studies_csv: not found: {row}", file=sys.stderr)
    yield at_most("evidence.studies_csv", len(missing), 0, "rows missing", COMMAND)


def untraceable(files: list[Study | Review]) -> int:
    """Figures without a tag, without a report of their own file, or doubtful without a reason."""
    count = 0
    for one in files:
        known = {report.id for report in one.reports if report.seen_in}
        for figure in figures(one):
            told = figure.tag is Tag.SEEN or bool(figure.how)
            count += not (isinstance(figure.tag, Tag) and figure.read in known and told)
    return count


def reference() -> Path | None:
    """The folder of the reference's tables, if it is there."""
    named = os.environ.get("RETROWALK_REFERENCE")
    beside = os.environ.get("RETROWALK_DATA")
    folder = Path(named) if named else Path(beside or "/none").parent / "reference"
    tables = folder / "evidence"
    return tables if (tables / "studies.csv").exists() else None


def missing_rows(folder: Path, studies: list[Study], reviews: list[Review]) -> list[str]:
    """Every row of the reference's three tables that is not in our files with equal numbers."""
    missing = []
    for row in _table(folder / "studies.csv"):
        if not any(_equals(row, study, one) for study in studies for one in study.outcomes):
            missing.append(f"{row['study_id']} {row['outcome']}")
    for row in _table(folder / "meta_tables.csv"):
        if not any(_pooled(row, review, one) for review in reviews for one in review.pooled):
            missing.append(f"{row['meta_id']} {row['outcome']}")
    for row in _table(folder / "physiology.csv"):
        if not any(_acute(row, study, one) for study in studies for one in study.outcomes):
            missing.append(f"{row['study']} {row['variable']}")
    return missing


def _table(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _equals(row: Row, study: Study, outcome: Outcome) -> bool:
    """Whether this outcome is that row of studies.csv: every number, kind, p and poolable alike."""
    id = row["study_id"].lower()
    better = {"true": "higher", "false": "lower"}[row["higher_is_better"]]
    if study.id != OTHER_IDS.get(id, id) or study.year != int(row["year"]):
        return False
    alike = (
        outcome.kind.value == row["kind"].lower(),
        outcome.better.value == better,
        outcome.poolable.value == POOLABLE.get(row["poolable"], "no"),
        _p(outcome.p) == row["p_reported"],
        _address(row["doi"], study) or not row["doi"].startswith(("10.", "PMID")),
    )
    return all(alike) and any(
        _group(row, "bw", outcome.group(pair.backward))
        and _group(row, "ctrl", outcome.group(pair.against))
        for pair in study.contrasts
    )


def _group(row: Row, end: str, group: Group | None) -> bool:
    given = (row[f"n_{end}"], row[f"mean_{end}"], row[f"sd_{end}"])
    ours = (group.n, group.mean, group.spread) if group else (None, None, None)
    return all(_same(text, figure) for text, figure in zip(given, ours, strict=True))


def _pooled(row: Row, review: Review, pooled: Pooled) -> bool:
    printed = pooled.printed
    return _address(row["doi"], review) and all((
        review.year == int(row["year"]),
        _same(row["estimate"], printed.estimate),
        _same(row["ci_lo"], printed.lowest),
        _same(row["ci_hi"], printed.highest),
        _same(row["i2_pct"], pooled.i2_pct),
        _same(row["k_studies"], pooled.studies),
        _p(pooled.p) == row["p_reported"],
        pooled.model == row["model"],
    ))  # fmt: skip


def _acute(row: Row, study: Study, outcome: Outcome) -> bool:
    if study.id != row["study"].lower():
        return False
    means = (_one(row, outcome, "fw"), _one(row, outcome, "bw"))
    match means:
        case (Figure() as first, Figure() as second):
            ratio = float(row["ratio_bw_fw"])
            return abs(second.value / first.value - ratio) <= RATIO_ROUNDED
        case _:
            return not row["mean_fw"] and means[1] is not None


def _one(row: Row, outcome: Outcome, end: str) -> Figure | None:
    """The mean of the group that has this row's number of people, mean and spread."""
    mean, sd = row[f"mean_{end}"], row[f"sd_{end}"]
    for group in outcome.groups:
        if (
            mean
            and _same(row["n"], group.n)
            and _same(mean, group.mean)
            and _same(sd, group.spread)
        ):
            return group.mean
    return None


def _same(text: str, figure: Figure | None) -> bool:
    return figure is None if text == "" else figure is not None and figure.value == float(text)


def _p(p: PValue | None) -> str:
    """As the tables write it: 0.033, <0.05."""
    if p is None:
        return ""
    value = f"{p.figure.value:.8f}".rstrip("0")
    return value if p.relation == "=" else f"{p.relation}{value}"


def _address(text: str, study: Study | Review) -> bool:
    plain = text.removeprefix("PMID:")
    return any(plain in (report.doi, report.pmid) for report in study.reports)
