"""A review as a value, read from its TOML text; every fault with its line."""

from retrowalk.authored import reading, schema
from retrowalk.authored.schema import Table
from retrowalk.errors import BadStudy
from retrowalk.evidence.figure import Measure, Printed, Unit
from retrowalk.evidence.given import Given, figure, given, p_value
from retrowalk.evidence.parsing import LONGEST_FILE, PARAGRAPH, SENTENCE, doubts, report, year
from retrowalk.evidence.parsing_outcomes import NONE, unit_text
from retrowalk.evidence.review import Pooled, Review
from retrowalk.evidence.words import About, Condition

COUNT = (1, 1e6)


def parse_review(text: str, *, name: str) -> Review:
    """The review in this TOML text.

    Raises BadStudy with `name`, line and reason, one sentence for each fault.
    """
    with reading.parsing(text, name, BadStudy, LONGEST_FILE, one="review") as top:
        return _review(top)


def _review(top: Table) -> Review:
    reports = tuple(report(row) for row in top.tables("report", most=6))
    ids = tuple(one.id for one in reports)
    base = given(top, ids)
    rows = top.tables("pooled", most=40, optional=True)
    review = Review(
        id=top.take("id", schema.name, ""),
        title=top.take("title", schema.words(most=120), ""),
        authors=top.take("authors", schema.words(most=120), "", optional=True),
        year=year(top),
        condition=top.take("condition", schema.one_of(Condition), Condition.MIXED),
        summary=top.take("summary", PARAGRAPH, ""),
        studies=figure(top, "studies", base, COUNT),
        people=figure(top, "people", base, COUNT),
        reports=reports,
        pooled=tuple(_pooled(row, ids) for row in rows),
        doubts=doubts(top),
    )
    top.close()
    named = {row for doubt in review.doubts for row in doubt.rows}
    for row in sorted(named - {one.id for one in review.pooled}):
        top.faults.add(("doubt",), f"names {row!r}, which is no pooled row; please mend the name")
    return review


def _pooled(row: Table, ids: tuple[str, ...]) -> Pooled:
    base = given(row, ids)
    unit = row.take("unit", unit_text, "", optional=True)
    pooled = Pooled(
        id=row.take("id", schema.name, ""),
        name=row.take("name", schema.words(most=120), ""),
        about=row.take("about", schema.one_of(About), About.PAIN),
        comparison=row.take("comparison", SENTENCE, ""),
        printed=_printed(row, base),
        unit=unit,
        unit_is=row.take("unit_is", schema.one_of(Unit), _known(unit), optional=True),
        unit_printed=row.take("unit_printed", schema.words(most=40), "", optional=True),
        studies=figure(row, "studies", base, COUNT),
        people=figure(row, "people", base, COUNT),
        of_review=row.take("of_review", schema.flag, False, optional=True),
        i2_pct=figure(row, "i2_pct", base, (0, 100)),
        model=row.take("model", schema.words(most=20), "", optional=True),
        p=p_value(row, base),
        note=row.take("note", SENTENCE, "", optional=True),
    )
    row.close()
    return pooled


def _printed(row: Table, base: Given) -> Printed:
    estimate = figure(row, "estimate", base)
    if estimate is None:
        row.faults.add(row.path, "lacks the key 'estimate'; please add it")
    return Printed(
        measure=row.take("measure", schema.one_of(Measure), Measure.UNCLEAR),
        estimate=estimate or NONE,
        lowest=figure(row, "lowest", base),
        highest=figure(row, "highest", base),
        arm="",
    )


def _known(unit: str) -> Unit:
    return Unit.PRINTED if unit else Unit.ABSENT
