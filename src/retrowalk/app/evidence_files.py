"""Everything that is known, to take along: CSV, JSON, BibTeX."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum

from retrowalk.app.evidence import claims, studies
from retrowalk.evidence.figure import Figure
from retrowalk.evidence.study import Group, Outcome, Pair, Report, ReportType, Study

COLUMNS = (
    "study", "year", "kind", "condition", "design", "children", "duplicate_of", "outcome",
    "about", "name", "unit", "better", "reported_as", "when", "comparator", "dose_matched",
    "n_backward", "mean_backward", "spread_backward", "n_other", "mean_other", "spread_other",
    "spread_is", "tag", "p", "favours", "poolable", "why", "doi",
)  # fmt: skip
ENTRY = {ReportType.ARTICLE: "article", ReportType.THESIS: "phdthesis"}
ESCAPED = str.maketrans({"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}"})


def as_csv() -> str:
    """A line for each outcome and comparison of each study."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(COLUMNS)
    for study in studies():
        for outcome in study.outcomes:
            for pair in _pairs(study, outcome):
                rows.writerow(_safe(cell) for cell in _line(study, outcome, pair))
    return written.getvalue()


def as_json() -> str:
    """Every study and every claim, whole: each figure with its tag and where it was read."""
    whole = {"studies": studies(), "claims": claims()}
    return json.dumps(plain(whole), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def as_bibtex() -> str:
    """An entry for each report that somebody else can find."""
    return "\n".join(entry for study in studies() for entry in _entries(study))


def _pairs(study: Study, outcome: Outcome) -> tuple[Pair | None, ...]:
    """The comparisons whose arms have a figure here; None where there is none of them."""
    told = {group.arm for group in outcome.groups}
    return tuple(p for p in study.contrasts if {p.backward, p.against} <= told) or (None,)


def _line(study: Study, outcome: Outcome, pair: Pair | None) -> Iterator[object]:
    backward = outcome.group(pair.backward) if pair else next(iter(outcome.groups), None)
    other = outcome.group(pair.against) if pair else None
    yield from (study.id, study.year or "", study.kind.value, study.condition.value)
    yield from (study.design.value, study.children, study.duplicate_of, outcome.id)
    yield from (outcome.about.value, outcome.name, outcome.unit, outcome.better.value)
    yield from (outcome.kind.value, outcome.when)
    yield from (pair.comparator.value, pair.clean.value) if pair else ("", "")
    yield from (*_figures(backward), *_figures(other))
    yield backward.spread_is.value if backward and backward.spread else ""
    tagged = [f for g in (backward, other) if g for f in (g.n, g.mean, g.spread) if f]
    yield " ".join(sorted({f.tag.value for f in tagged}))
    yield f"{outcome.p.relation}{outcome.p.figure.value:g}" if outcome.p else ""
    yield from (outcome.favours.value, outcome.poolable.value, outcome.why)
    yield next((one.doi for one in study.reports if one.doi), "")


def _figures(group: Group | None) -> tuple[object, object, object]:
    if group is None:
        return "", "", ""
    return _value(group.n), _value(group.mean), _value(group.spread)


def _value(figure: Figure | None) -> object:
    return "" if figure is None else f"{figure.value:g}"


def _safe(cell: object) -> object:
    """Nothing a spreadsheet would take for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in "=+@\t" else cell


def plain(value: object) -> object:
    """For json: values as tables, choices as their words, days as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value


def _entries(study: Study) -> Iterator[str]:
    for report in study.reports:
        if report.cited:
            key = study.id if report is study.reports[0] else f"{study.id}-{report.id}"
            lines = ",\n".join(f"  {name} = {{{text}}}" for name, text in _told(study, report))
            yield f"@{ENTRY.get(report.type, 'misc')}{{{key},\n{lines}\n}}\n"


def _told(study: Study, report: Report) -> Iterator[tuple[str, str]]:
    """The title is in our own words, and says so."""
    told = (
        ("author", study.authors.replace(" and others", " and {others}")),
        ("year", str(study.year or "")),
        ("journal", report.journal),
        ("doi", report.doi),
        ("url", report.url),
        ("note", " ".join(filter(None, (
            f"Our words: {study.title}.",
            f"PMID {report.pmid}." if report.pmid else "",
            f"Registry {report.registry}." if report.registry else "",
        )))),
    )  # fmt: skip
    for name, text in told:
        if text:
            yield name, text if name in {"doi", "url", "author"} else text.translate(ESCAPED)
