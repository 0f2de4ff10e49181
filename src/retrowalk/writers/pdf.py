"""A report as one page of A4.

Everything stands in one frame that shrinks to fit, so that a long name or ten years never make
a second page.  Where the letters are not Latin, a font of this computer is looked for; letters it
lacks are written in Latin ones, and the page says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, KeepInFrame, Paragraph, Spacer, Table, TableStyle

from retrowalk.writers.letters import Has, in_latin, in_line, readable
from retrowalk.writers.pdf_weeks import weeks_drawing
from retrowalk.writers.report import OutcomeLine, Report, WeekLine

MARGIN = 15 * mm
FOOT = 8 * mm
LONGEST = 240  # letters of anything somebody typed: more is cut with an ellipsis
FONTS = (("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"), ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
         ("Arial Unicode.ttf", "Arial Unicode.ttf"), ("arial.ttf", "arialbd.ttf"))  # fmt: skip
INK, QUIET, LINE = (
    colors.HexColor("#1a1a1a"),
    colors.HexColor("#595959"),
    colors.HexColor("#c8c8c8"),
)
IN_LATIN = "Some letters are written in Latin ones here: this page could not print them as typed."
FOOTING = "retrowalk: an exercise coach, not a medical device.  Made by the walker’s own computer."


def report_pdf(report: Report) -> bytes:
    """The page, as a file."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=A4, invariant=1)
    canvas.setTitle("Walking backward: a report")
    canvas.setSubject("Dose, pain, stops and outcomes of a walker")
    canvas.setCreator("retrowalk")
    width, height = A4
    frame = Frame(MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN,
                  leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)  # fmt: skip
    page = _Page(_letters(report), width - 2 * MARGIN)
    fitted = KeepInFrame(page.width, height - 2 * MARGIN, list(page.of(report)), mode="shrink")
    frame.addFromList([fitted], canvas)
    canvas.setFont(LATIN.plain, 7.5)
    canvas.setFillColor(QUIET)
    canvas.drawString(MARGIN, FOOT, FOOTING)
    canvas.showPage()
    canvas.save()
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class _Letters:
    """Two fonts, and what both can print."""

    plain: str
    bold: str
    has: Has


LATIN = _Letters("Helvetica", "Helvetica-Bold", in_latin)


class _Page:
    """The parts of the page, each a list of flowables."""

    def __init__(self, letters: _Letters, width: float) -> None:
        self.width = width
        self.letters, bold = letters, letters.bold
        base = ParagraphStyle("base", fontName=letters.plain, fontSize=9, leading=11.5,
                              textColor=INK, splitLongWords=True)  # fmt: skip
        self.base = base
        self.small = ParagraphStyle("small", base, fontSize=7.8, leading=9.8)
        self.quiet = ParagraphStyle("quiet", self.small, textColor=QUIET)
        self.right = ParagraphStyle("right", self.small, alignment=2)
        self.label = ParagraphStyle("label", self.small, fontName=bold)
        self.label_right = ParagraphStyle("label right", self.label, alignment=2)
        self.title = ParagraphStyle("title", base, fontName=bold, fontSize=17, leading=21)
        self.heading = ParagraphStyle("heading", base, fontName=bold, fontSize=10.5, leading=13,
                                      spaceBefore=6, spaceAfter=2)  # fmt: skip

    def of(self, report: Report) -> Iterable[Flowable]:
        yield self.say("Walking backward: a report", self.title)
        yield self.say(f"{report.name}, {report.made}" if report.name else report.made, self.base)
        if any(readable(text, self.letters.has) != normalize("NFC", text)
               for text in _texts(report)):  # fmt: skip
            yield self.say(IN_LATIN, self.quiet)
        yield Spacer(1, 4)
        if report.facts:
            yield self._facts(report.facts)
        yield self.say("Dose by direction, week by week", self.heading)
        if report.weeks:
            yield weeks_drawing([(week.label, week.backward_min) for week in report.weeks],
                                width=self.width)  # fmt: skip
            yield self._weeks(report.weeks)
        yield self.say(report.earlier, self.quiet)
        yield self.say("Stops nobody had planned", self.heading)
        yield from (self.say(line, self.small) for line in report.stops)
        yield self.say("Tests, first against now", self.heading)
        if report.outcomes:
            yield self._outcomes(report.outcomes)
        yield self.say(report.more_outcomes, self.quiet)
        yield self.say("What retrowalk plans next, and why", self.heading)
        yield self.say(report.next_step, self.small)
        yield self.say("What this page cannot say", self.heading)
        yield from (self.say(f"• {line}", self.small, most=2 * LONGEST) for line in report.limits)

    def say(self, text: str, style: ParagraphStyle, *, most: int = LONGEST) -> Paragraph:
        """Anybody's text: cut, without controls, and with letters the font has."""
        shown = readable(text, self.letters.has)
        shown = shown if len(shown) <= most else shown[: most - 1] + "…"
        return Paragraph(escape(shown), style)

    def _facts(self, facts: tuple[tuple[str, str], ...]) -> Table:
        half = (len(facts) + 1) // 2
        rows: list[list[Any]] = []
        for i in range(half):
            pair = facts[i : i + 1] + facts[i + half : i + half + 1]
            cells = [self.say(text, style) for label, value in pair
                     for text, style in ((label, self.label), (value, self.small))]  # fmt: skip
            rows.append(cells + [""] * (4 - len(cells)))
        return _table(rows, [w * self.width for w in (0.14, 0.36, 0.14, 0.36)], lines=False)

    def _weeks(self, weeks: Sequence[WeekLine]) -> Table:
        heads = ("Week of", "Sessions", "Backward", "Forward", "Worst pain", "Effort", "Stops")
        rows: list[list[Any]] = [self._heads(heads)]
        for week in weeks:
            figures = (str(week.sessions), week.backward, week.forward, week.pain, week.effort,
                       str(week.stops))  # fmt: skip
            rows.append([self.say(week.label, self.small),
                         *(self.say(figure, self.right) for figure in figures)])  # fmt: skip
        shares = (0.15, 0.11, 0.2, 0.2, 0.13, 0.11, 0.1)
        return _table(rows, [share * self.width for share in shares])

    def _outcomes(self, outcomes: Sequence[OutcomeLine]) -> Table:
        rows: list[list[Any]] = [
            self._heads(("Test", "First", "Now", "Test’s own error", "What may be said"))
        ]
        for line in outcomes:
            figures = (line.first, line.now, line.error)
            rows.append([self.say(line.title, self.small),
                         *(self.say(figure, self.right) for figure in figures),
                         self.say(line.verdict, self.right)])  # fmt: skip
        shares = (0.3, 0.13, 0.13, 0.17, 0.27)
        return _table(rows, [share * self.width for share in shares])

    def _heads(self, heads: Sequence[str]) -> list[Paragraph]:
        return [self.say(head, self.label_right if i else self.label)
                for i, head in enumerate(heads)]  # fmt: skip


def _table(rows: Sequence[list[Any]], widths: list[float], *, lines: bool = True) -> Table:
    made = Table(rows, colWidths=widths, hAlign="LEFT")
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4), ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.2),
    ]  # fmt: skip
    if lines:
        style.append(("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE))
    made.setStyle(TableStyle(style))
    return made


def _has(known: set[int], letter: str) -> bool:
    return ord(letter) in known and in_line(letter)


def _letters(report: Report) -> _Letters:
    """Helvetica, which every reader has, or where it lacks letters one found on this computer."""
    if all(in_latin(text) for text in _texts(report)):
        return LATIN
    for plain, bold in FONTS:
        try:
            found = [TTFont("found", plain), TTFont("found-bold", bold)]
        except (TTFError, OSError):
            continue
        for font in found:
            pdfmetrics.registerFont(font)
        known = set(found[0].face.charToGlyph) & set(found[1].face.charToGlyph)
        return _Letters("found", "found-bold", partial(_has, known))
    return LATIN


def _texts(report: Report) -> Iterable[str]:
    yield report.name
    yield from (value for _, value in report.facts)
    yield from report.stops
    yield report.next_step
