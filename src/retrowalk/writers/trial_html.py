"""A trial's report: words, figures and pictures ready to show, and one HTML file of it all.

The page, the command line and the file show the same `TrialReport`; nothing is worked out here.
"""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from html import escape

STYLE = (
    "body{font:17px/1.5 system-ui,'Segoe UI',Roboto,sans-serif;max-width:54rem;margin:2rem auto;"
    "padding:0 1rem;color:#13201b;background:#fff}h1,h2,h3{line-height:1.2}"
    "table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;font-weight:700;padding:.3rem 0}"
    "th,td{text-align:left;padding:.35rem .9rem .35rem 0;border-bottom:1px solid #cbd4ce;"
    "vertical-align:top}td+td,th+th{text-align:right}svg{width:100%;height:auto}"
    ".quiet{color:#43534c}@media print{body{margin:0}}"
)


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the row; the others are figures."""

    caption: str
    _: KW_ONLY
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    _: KW_ONLY
    lines: tuple[str, ...] = ()
    picture: tuple[str, str] | None = None  # wide and narrow, as SVG
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()  # a list, below the tables


@dataclass(frozen=True, slots=True)
class TrialReport:
    title: str
    _: KW_ONLY
    lead: str
    sections: tuple[Section, ...]
    made: str  # with what, in a line


def as_html(report: TrialReport) -> str:
    """One file: style and pictures inside, nothing loaded from anywhere."""
    body = "\n".join(part for section in report.sections for part in _section(section))
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(report.title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style></head>\n<body>\n<h1>{escape(report.title)}</h1>\n"
        f"<p>{escape(report.lead)}</p>\n{body}\n"
        f'<p class="quiet">{escape(report.made)}</p>\n</body></html>\n'
    )


def _section(section: Section) -> Iterator[str]:
    yield f"<h2>{escape(section.title)}</h2>"
    yield from (f"<p>{escape(line)}</p>" for line in section.lines)
    if section.picture:
        yield f"<figure>{section.picture[0]}</figure>"
    for table in section.tables:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
        yield f"<table><caption>{escape(table.caption)}</caption><thead><tr>{head}</tr></thead>"
        for first, *rest in table.rows:
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
            yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
        yield "</table>"
    if section.notes:
        yield "<ul>" + "".join(f"<li>{escape(note)}</li>" for note in section.notes) + "</ul>"
