"""/tests: the tests there are, one taken, its results; a mistaken entry taken back."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from retrowalk import present
from retrowalk.app import outcomes, taking
from retrowalk.app.house import House
from retrowalk.app.outcomes import Judged, Outcome, Story, Unjudged
from retrowalk.errors import BadAnswers
from retrowalk.pictures.outcome import Baseline, Mark, outcome_picture
from retrowalk.web import forms, telling
from retrowalk.web.page import house_of, page, see_other, units_of
from retrowalk.words import Better, Clear, Quantity, Units

HEADINGS = {
    "knee": "Your knee", "balance": "Balance", "walking": "Walking", "legs": "Legs",
    "stamina": "Stamina", "feeling": "How you feel", "questionnaire": "A questionnaire you bring",
}  # fmt: skip
NARROW, WIDE = 360, 860
MOST_ROWS = 60  # of a table and a picture; the spreadsheet has all


async def show(request: Request) -> Response:
    house = house_of(request)
    lines = outcomes.overview(house)
    suited = outcomes.suited(house)
    groups = groupby(lines, key=lambda line: line.outcome.group.value)
    grouped = [(HEADINGS[key], list(found)) for key, found in groups]
    due = [line for line in lines if line.due]
    return page(request, "outcomes.html", when=_when(outcomes.check_weeks(house)), due=due,
                groups=grouped, units=units_of(house),
                mine=[line for line in lines if line.tests], short=telling.short,
                suited=[line for line in lines if line.outcome.id in suited])  # fmt: skip


def _when(weeks: tuple[int, ...]) -> str:
    if not weeks:
        return "after some weeks"
    return f"in week {' and '.join(map(str, weeks))}"


async def take(request: Request) -> Response:
    return _form(request, outcomes.find(str(request.path_params["outcome_id"])))


async def keep(request: Request) -> Response:
    outcome = outcomes.find(str(request.path_params["outcome_id"]))
    given = await forms.typed(request)
    typed = {name: forms.first(given, name) for name in given}
    try:
        taking.record(house_of(request), outcome.id, typed)
    except BadAnswers as bad:
        return _form(request, outcome, typed=typed, problems=bad.problems)
    return see_other(f"/tests/{outcome.id}/results")


def _form(
    request: Request,
    outcome: Outcome,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    house = house_of(request)
    may = taking.may_test(house, outcome)
    units = units_of(house)
    return page(
        request, "outcome.html", status=422 if problems else 200, outcome=outcome,
        may=isinstance(may, Clear), unscreened=isinstance(may, taking.NoScreening),
        reasons=getattr(may, "reasons", ()), unit=_unit(outcome, units), by=taking.BY,
        why=taking.WHY, today=house.today, typed=typed or {}, problems=problems or {},
        longest_s=_longest_s(outcome),
    )  # fmt: skip


def _unit(outcome: Outcome, units: Units) -> str:
    """What a try is typed in."""
    if outcome.course_m or outcome.quantity is Quantity.TIME:
        return "seconds"
    return present.measured_unit(outcome.quantity, units)


def _longest_s(outcome: Outcome) -> float:
    """When a stopwatch stops by itself."""
    return outcome.course_m / outcome.lowest if outcome.course_m else outcome.highest


async def results(request: Request) -> Response:
    house = house_of(request)
    story = outcomes.story(house, str(request.path_params["outcome_id"]))
    units = units_of(house)
    return page(request, "outcome_results.html", **_shown(house, story, units))


def _shown(house: House, story: Story, units: Units) -> dict[str, Any]:
    outcome = story.outcome
    counted = [one for one in story.taken if one.counts]
    return {
        "outcome": outcome,
        "story": story,
        "rows": story.taken[:MOST_ROWS],
        "more": len(story.taken) - MOST_ROWS,
        "told": telling.told(outcome, story.change, units),
        "slope": telling.slope(outcome, story.slope, units) if counted else "",
        "checks": [(one, telling.check(one)) for one in story.checks],
        "figure": lambda value: present.measured(value, outcome.quantity, units),
        "brief": lambda value: present.measured_brief(value, outcome.quantity, units),
        "judged": isinstance(story.change, Judged),
        "picture": _pictures(story, units) if counted else (),
        "by": taking.BY,
        "why": taking.WHY,
        "serious": _serious(house, story),
        "serious_stops": taking.SERIOUS_STOPS,
        "from_ordinal": type(house.today).fromordinal,
    }


def _serious(house: House, story: Story) -> bool:
    """Whether one of these tests ended with something a clinician has not cleared yet."""
    ended = any(one.stopped in taking.SERIOUS_STOPS and not one.undone for one in story.taken)
    return ended and not isinstance(taking.may_test(house, story.outcome), Clear)


def _pictures(story: Story, units: Units) -> tuple[str, ...]:
    outcome = story.outcome
    counted = [one for one in reversed(story.taken) if one.counts]
    drawn = [one for one in counted[:-MOST_ROWS] if one.first] + counted[-MOST_ROWS:]
    marks = [Mark(one.on, present.measured_in(one.value, outcome.quantity, units), one.first)
             for one in drawn]  # fmt: skip
    on = type(marks[0].on)
    return tuple(
        outcome_picture(
            marks, title=outcome.title, unit=present.measured_unit(outcome.quantity, units),
            better="up" if outcome.better is Better.HIGHER else "down",
            baseline=_baseline(story, units), width=width, prefix=f"outcome{width}",
            checks=[(on.fromordinal(one.day), f"week {one.week}") for one in story.checks],
        )
        for width in (WIDE, NARROW)
    )  # fmt: skip


def _baseline(story: Story, units: Units) -> Baseline | None:
    quantity = story.outcome.quantity
    match story.change:
        case Judged(baseline=value, band=band):
            return Baseline(present.measured_in(value, quantity, units),
                            present.measured_in(band, quantity, units))  # fmt: skip
        case Unjudged(baseline=value):
            return Baseline(present.measured_in(value, quantity, units), 0.0)
        case _:
            return None


async def take_back(request: Request) -> Response:
    given = await forms.typed(request)
    back = forms.first(given, "again") != "yes"
    test_id = int(request.path_params["test_id"])
    outcome_id = taking.take_back(house_of(request), test_id, back=back)
    return see_other(f"/tests/{outcome_id}/results")


async def as_csv(request: Request) -> Response:
    told = {"Content-Disposition": 'attachment; filename="retrowalk-tests.csv"'}
    return Response(outcomes.export_csv(house_of(request)), media_type="text/csv; charset=utf-8",
                    headers=told)  # fmt: skip
