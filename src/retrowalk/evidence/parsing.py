"""A study as a value, read from its TOML text; every fault with its line, in one sentence."""

from retrowalk.authored import reading, schema
from retrowalk.authored.schema import Faults, Table
from retrowalk.errors import BadStudy
from retrowalk.evidence.given import figure, given, span
from retrowalk.evidence.parsing_outcomes import outcome
from retrowalk.evidence.study import (
    Adverse,
    Arm,
    Dose,
    Doubt,
    Harm,
    Pair,
    People,
    Read,
    Report,
    ReportType,
    Study,
)
from retrowalk.evidence.words import (
    Clean,
    Comparator,
    Condition,
    Design,
    Direction,
    Kind,
    Walks,
)

LONGEST_FILE = 60_000  # characters; the longest of ours is a sixth of it
PEOPLE = (1, 1_000_000)
NAMES = schema.several(schema.name, most=12)
SENTENCE, PARAGRAPH = schema.words(most=300), schema.words(most=900)


def parse_study(text: str, *, name: str) -> Study:
    """The study in this TOML text.

    Raises BadStudy with `name`, line and reason, one sentence for each fault.
    """
    with reading.parsing(text, name, BadStudy, LONGEST_FILE, one="study") as top:
        return _study(top)


def _study(top: Table) -> Study:
    reports = tuple(report(row) for row in top.tables("report", most=6))
    ids = tuple(one.id for one in reports)
    arms = tuple(_arm(row, ids) for row in top.tables("arm", most=8, optional=True))
    rows = top.tables("outcome", most=40, optional=True)
    study = Study(
        id=top.take("id", schema.name, ""),
        title=top.take("title", schema.words(most=120), ""),
        authors=top.take("authors", schema.words(most=120), "", optional=True),
        year=year(top),
        kind=top.take("kind", schema.one_of(Kind), Kind.RESULT),
        condition=top.take("condition", schema.one_of(Condition), Condition.MIXED),
        design=top.take("design", schema.one_of(Design), Design.RANDOMISED),
        summary=top.take("summary", PARAGRAPH, ""),
        direction=top.take("direction", schema.one_of(Direction), Direction.NOT_SEEN),
        children=top.take("children", schema.flag, False, optional=True),
        reports=reports,
        people=_people(top.table("people"), ids),
        arms=arms,
        contrasts=tuple(_contrast(r) for r in top.tables("contrast", most=8, optional=True)),
        outcomes=tuple(outcome(row, ids) for row in rows),
        adverse=_adverse(top.table("adverse")),
        doubts=doubts(top),
        duplicate_of=top.take("duplicate_of", schema.name, "", optional=True),
        overlaps=top.take("overlaps", NAMES, (), optional=True),
    )
    top.close()
    _names_meet(study, top)
    return study


def year(top: Table) -> int | None:
    if not top.has("year"):
        return None
    return top.take("year", schema.count(1900, 2100), 0)


def report(row: Table) -> Report:
    found = Report(
        id=row.take("id", schema.name, ""),
        type=row.take("type", schema.one_of(ReportType), ReportType.ARTICLE),
        read=row.take("read", schema.one_of(Read), Read.ABSTRACT),
        seen_in=row.take("seen_in", SENTENCE, ""),
        doi=row.take("doi", SENTENCE, "", optional=True),
        pmid=row.take("pmid", SENTENCE, "", optional=True),
        registry=row.take("registry", SENTENCE, "", optional=True),
        url=row.take("url", SENTENCE, "", optional=True),
        journal=row.take("journal", SENTENCE, "", optional=True),
    )
    row.close()
    return found


def doubts(top: Table) -> tuple[Doubt, ...]:
    return tuple(_doubt(row) for row in top.tables("doubt", most=20, optional=True))


def _doubt(row: Table) -> Doubt:
    doubt = Doubt(
        about=row.take("about", schema.name, ""),
        rows=row.take("rows", schema.several(schema.name, most=40), (), optional=True),
        text=row.take("text", PARAGRAPH, ""),
    )
    row.close()
    return doubt


def _people(row: Table, ids: tuple[str, ...]) -> People:
    base = given(row, ids)
    people = People(
        text=row.take("text", SENTENCE, ""),
        n=figure(row, "n", base, PEOPLE),
        randomised=figure(row, "randomised", base, PEOPLE),
        planned=figure(row, "planned", base, PEOPLE),
        women=figure(row, "women", base, (0, 1_000_000)),
        age_years=figure(row, "age", base, (0, 120)),
        age_sd_years=figure(row, "age_sd", base, (0, 60)),
        ages_years=span(row, "ages", base, (0, 120)),
    )
    row.close()
    return people


def _arm(row: Table, ids: tuple[str, ...]) -> Arm:
    base = given(row, ids)
    inner = row.table("dose") if row.has("dose") else Table({}, row.path, Faults())
    arm = Arm(
        id=row.take("id", schema.name, ""),
        text=row.take("text", SENTENCE, ""),
        walks=row.take("walks", schema.one_of(Walks), Walks.NOT),
        running=row.take("running", schema.flag, False, optional=True),
        n=figure(row, "n", base, PEOPLE),
        dose=Dose(
            session_min=span(inner, "minutes", base, (0, 1e5)),
            per_day=figure(inner, "per_day", base),
            per_week=figure(inner, "per_week", base),
            weeks=figure(inner, "weeks", base),
            sessions=figure(inner, "sessions", base),
            beside_min=figure(inner, "beside_minutes", base),
            speed_mps=figure(inner, "speed_mps", base),
            incline_pct=figure(inner, "incline_pct", base),
        ),
        on_top_of=row.take("on_top_of", schema.name, "", optional=True),
    )
    inner.close()
    row.close()
    return arm


def _contrast(row: Table) -> Pair:
    contrast = Pair(
        backward=row.take("backward", schema.name, ""),
        against=row.take("against", schema.name, ""),
        comparator=row.take("comparator", schema.one_of(Comparator), Comparator.USUAL),
        clean=row.take("clean", schema.one_of(Clean), Clean.UNCLEAR),
        why=row.take("why", SENTENCE, "", optional=True),
    )
    row.close()
    return contrast


def _adverse(row: Table) -> Adverse:
    adverse = Adverse(
        harm=row.take("harm", schema.one_of(Harm), Harm.NOT_SEEN),
        text=row.take("text", PARAGRAPH, "", optional=True),
    )
    row.close()
    return adverse


def _names_meet(study: Study, top: Table) -> None:
    """Every arm and outcome that is named is there."""
    arms = {arm.id for arm in study.arms}
    rows = {one.id for one in study.outcomes}
    named = [("arm", one.on_top_of, arms) for one in study.arms if one.on_top_of]
    named += [("contrast", arm, arms) for c in study.contrasts for arm in (c.backward, c.against)]
    named += [("outcome", g.arm, arms) for one in study.outcomes for g in one.groups]
    named += [("outcome", p.arm, arms) for one in study.outcomes for p in one.printed if p.arm]
    named += [("doubt", row, rows) for doubt in study.doubts for row in doubt.rows]
    for key, name, known in named:
        if name not in known:
            what = "outcome" if known is rows else "arm"
            top.faults.add((key,), f"names {name!r}, which is no {what} here; please mend the name")
