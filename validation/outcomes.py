"""What a verdict on a test promises: a gain that is none is rarely called real, a large one mostly.

    python -m validation.outcomes

Walkers are simulated: each test's result is the walker's true value, scattered by the test's own
error, rounded as the test is read and kept inside what it can give.  The very functions of
`retrowalk.outcomes.change` judge them.  The picture goes to docs/outcomes.svg.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import svg
from numpy.typing import NDArray

from retrowalk.app.house import House, open_house
from retrowalk.outcomes.catalogue import Outcome, Spread, parse_outcomes
from retrowalk.outcomes.change import (
    Judged,
    Point,
    Slope,
    Verdict,
    checks,
    trend,
)
from retrowalk.outcomes.group import paired
from retrowalk.pictures import draw
from retrowalk.readers.outcomes import packaged_texts
from retrowalk.store.models import OutcomeRow
from retrowalk.web.app import create_app
from retrowalk.words import Better
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.outcomes"
PICTURE = Path(__file__).parents[1] / "docs" / "outcomes.svg"
WALKERS, DRAWN, GROUPS = 10_000, 2_000, 1_000
FALSE_PCT, POWER_PCT = 5, 80
ONE, TWO = (4,), (4, 6)  # check weeks; a protocol may have two at most
FIRST_DAYS = (-6, -4, -1)  # of the first tests, before a programme that begins on day 0
SEED = 20261121
Scatter = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]


def _normal(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    return rng.normal(size=shape)


def _heavy(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    """As large on the whole, but with more odd tests: Student's t of 5 degrees of freedom."""
    return rng.standard_t(5, size=shape) / np.sqrt(5 / 3)


def promises() -> Iterator[Promise]:
    rng = np.random.default_rng(SEED)
    for outcome, error in measured():
        (seen, _) = improved(outcome, error, rng, first=1, weeks=ONE)
        yield at_most(f"outcome.false_better.{name(outcome)}", seen, FALSE_PCT, "%", COMMAND)
    for outcome, error in measured():
        seen = min(improved(outcome, error, rng, first=1, weeks=weeks, gain=2 * error.mdc)[0]
                   for weeks in (ONE, TWO))  # fmt: skip
        yield at_least(f"outcome.power.{name(outcome)}", seen, POWER_PCT, "%", COMMAND)
    yield _worst("outcome.false_better_at_either_check", rng, first=1, weeks=TWO, place=-1)
    yield _worst("outcome.false_better_at_either_two_first", rng, first=2, weeks=TWO, place=-1)
    yield _weakest("outcome.power_at_each_of_two", rng, weeks=TWO)
    yield _worst("outcome.false_better_three_first_tests", rng, first=3)
    yield _worst("outcome.false_better_odd_tests", rng, first=1, scatter=_heavy)
    yield _worst("outcome.false_better_with_practice_of_half_a_sem", rng, first=3, practice=0.5)
    yield _false_trend(rng)
    yield _group(rng)
    yield _ten_years()
    PICTURE.write_text(_picture(rng))


@cache
def measured() -> tuple[tuple[Outcome, Spread], ...]:
    """Every outcome with a measured error, one side of two."""
    found = [one for file in packaged_texts() for one in parse_outcomes(file.text, name=file.name)]
    return tuple((one, one.error) for one in found
                 if one.error is not None and not one.id.endswith("-right"))  # fmt: skip


def name(outcome: Outcome) -> str:
    return outcome.id.removesuffix("-left")


def improved(
    outcome: Outcome,
    error: Spread,
    rng: np.random.Generator,
    *,
    first: int,
    weeks: tuple[int, ...] = TWO,
    gain: float = 0.0,
    scatter: Scatter = _normal,
    practice: float = 0.0,
    walkers: int = WALKERS,
) -> tuple[float, ...]:
    """% called a real improvement: at each check week, and last at any of them.

    `practice`: what every test after the very first gains by itself, in standard errors.
    """
    days = (*FIRST_DAYS[-first:], *(7 * week for week in weeks))
    tests = _tests(outcome, error, rng, shape=(walkers, len(days)), first=first, gain=gain,
                   scatter=scatter, practice=practice)  # fmt: skip
    said = np.array([_said(outcome, tuple(map(Point, days, row.tolist())), weeks) for row in tests])
    either = said.any(axis=1).mean()
    return tuple((100 * np.append(said.mean(axis=0), either)).tolist())


def _said(outcome: Outcome, points: tuple[Point, ...], weeks: tuple[int, ...]) -> list[bool]:
    """Whether each check point says "real improvement"."""
    return [
        isinstance(check.found, Judged) and check.found.verdict is Verdict.IMPROVED
        for check in checks(outcome, points, on=[(week, 7 * week) for week in weeks], today=99)
    ]


def _tests(
    outcome: Outcome,
    error: Spread,
    rng: np.random.Generator,
    *,
    shape: tuple[int, int],
    first: int,
    gain: float,
    scatter: Scatter,
    practice: float,
) -> NDArray[np.float64]:
    """Results, a walker a row.  True values lie where the test has room for twice its MDC."""
    way = -1 if outcome.better is Better.LOWER else 1
    worst, best = (outcome.lowest, outcome.highest)[::way]
    room = max(abs(best - worst) - 2 * error.mdc - 4 * error.sem, 0.0)
    true = worst + way * (2 * error.sem + rng.uniform(0, 1, shape[0]) * min(room, 4 * error.mdc))
    results = true[:, None] + error.sem * scatter(rng, shape)
    results[:, first:] += way * gain
    results[:, 1:] += way * practice * error.sem
    rounded = np.round(results / outcome.step) * outcome.step
    return np.clip(rounded, outcome.lowest, outcome.highest)


def _worst(id: str, rng: np.random.Generator, *, first: int, scatter: Scatter = _normal,
           practice: float = 0.0, weeks: tuple[int, ...] = ONE, place: int = 0,
           ) -> Promise:  # fmt: skip
    """The worst of all outcomes, under something the published errors may not hold."""
    seen = [improved(outcome, error, rng, first=first, scatter=scatter, practice=practice,
                     weeks=weeks)[place] for outcome, error in measured()]  # fmt: skip
    return at_most(id, max(seen), FALSE_PCT, "% of the worst outcome", COMMAND)


def _weakest(id: str, rng: np.random.Generator, *, weeks: tuple[int, ...]) -> Promise:
    """The power of the weakest of all outcomes at one of so many check points."""
    seen = [min(improved(outcome, error, rng, first=1, weeks=weeks, gain=2 * error.mdc))
            for outcome, error in measured()]  # fmt: skip
    return at_least(id, min(seen), POWER_PCT, "% of the weakest outcome", COMMAND)


def _false_trend(rng: np.random.Generator) -> Promise:
    """How often a week-by-week trend of someone who does not change leaves 0 out, to better."""
    outcome, error = next(pair for pair in measured() if pair[0].id == "timed-up-and-go")
    days = tuple(range(0, 43, 7))
    tests = _tests(outcome, error, rng, shape=(DRAWN, len(days)), first=len(days), gain=0.0,
                   scatter=_normal, practice=0.0)  # fmt: skip
    false = 0
    for row in tests:
        slope = trend(outcome, tuple(map(Point, days, row.tolist())))
        false += isinstance(slope, Slope) and slope.low > 0
    return at_most("outcome.false_trend", 100 * false / DRAWN, FALSE_PCT, "%", COMMAND)


def _group(rng: np.random.Generator) -> Promise:
    """How often the effect's interval of twelve people holds the effect they were drawn with."""
    outcome, _ = next(pair for pair in measured() if pair[0].id == "timed-up-and-go")
    true, held = 0.6, 0
    for _ in range(GROUPS):
        before = rng.normal(14, 3, 12)
        after = before - rng.normal(true, 1.0, 12)
        found = paired(outcome, before.tolist(), after.tolist())
        held += found.effect_low <= true <= found.effect_high
    return at_least("outcome.group_interval_holds", 100 * held / GROUPS, 92, "%", COMMAND)


def _ten_years() -> Promise:
    """The slowest of the tests' pages with ten years of daily tests of four outcomes."""
    with warnings.catch_warnings(), TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")  # starlette asks for httpx2
        from starlette.testclient import TestClient  # noqa: PLC0415

        house = open_house(Path(folder) / "house")
        names = ("knee-pain-left", "timed-up-and-go", "mood", "chair-stand-30s")
        with house.store.writing() as rows:
            rows.add_all(_kept(house, one, days) for one in names for days in range(3650))
        slowest_s = 0.0
        with TestClient(create_app(house), base_url="http://127.0.0.1:8377") as client:
            for path in ("/tests", *(f"/tests/{one}/results" for one in names)):
                client.get(path)  # templates are read once
                began_s = process_time()
                assert client.get(path).status_code == 200
                slowest_s = max(slowest_s, process_time() - began_s)
        house.close()
    return at_most("outcome.ten_years_page", 1000 * slowest_s, 200, "ms of processor", COMMAND)


def _kept(house: House, outcome: str, days: int) -> OutcomeRow:
    on, value = house.today - timedelta(days=days), 5.0 + days % 7
    return OutcomeRow(walker_id=house.walker_id, outcome=outcome, on=on, at=house.now(), by="me",
                      trials="[9.0]", value=value, stopped="", rule="", undone_at=None)  # fmt: skip


# --- the picture ------------------------------------------------------------------------------

WIDTH, HEIGHT, LEFT, TOP, FOOT = 720, 360, 60, 52, 300
GAINS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5)  # in MDCs


def _picture(rng: np.random.Generator) -> str:
    """How often "real improvement" is said, against how much somebody truly gained."""
    across, tall = draw.Scale(0, max(GAINS), LEFT, WIDTH - 20), draw.Scale(0, 100, FOOT, TOP)
    drawn: list[svg.Element] = [
        draw.words(14, 26, "How often “real improvement” is said, %", kind="heading"),
        *draw.value_axis(tall, left=LEFT, right=WIDTH - 20),
    ]
    for gain in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5):
        x = across.at(gain)
        drawn += [svg.Line(x1=x, x2=x, y1=TOP, y2=FOOT, class_=["rw-grid"]),
                  draw.words(x, FOOT + 19, f"{gain:g}", kind="quiet", anchor="middle")]  # fmt: skip
    for first, kind in ((3, "rw-plan"), (1, "rw-signal")):
        for outcome, error in measured():
            drawn.append(_curve(outcome, error, rng, first=first, kind=kind, across=across,
                                tall=tall))  # fmt: skip
    drawn += _legend()
    middle = (LEFT + WIDTH - 20) / 2
    drawn.append(draw.words(middle, HEIGHT - 20, "true gain, in minimal detectable changes",
                            kind="quiet", anchor="middle"))  # fmt: skip
    return draw.picture(drawn, width=WIDTH, height=HEIGHT, prefix="power",
                        title="False and true real improvements, by true gain",
                        desc=f"One line for each of {len(measured())} outcomes, twice: with one "
                        "first test and with three. No gain is called real in two to three of a "
                        "hundred, a gain of twice the minimal detectable change nearly always.",
                        )  # fmt: skip


def _curve(
    outcome: Outcome,
    error: Spread,
    rng: np.random.Generator,
    *,
    first: int,
    kind: str,
    across: draw.Scale,
    tall: draw.Scale,
) -> svg.Element:
    said = [improved(outcome, error, rng, first=first, weeks=ONE, gain=gain * error.mdc,
                     walkers=DRAWN // 4)[0] for gain in GAINS]  # fmt: skip
    line = [svg.Point(across.at(g), tall.at(s)) for g, s in zip(GAINS, said, strict=True)]
    return svg.Polyline(points=line, class_=[kind], stroke_opacity=0.45, stroke_width=1.5)


def _legend() -> Sequence[svg.Element]:
    return [
        svg.Line(x1=LEFT + 20, x2=LEFT + 50, y1=TOP + 18, y2=TOP + 18, class_=["rw-signal"]),
        draw.words(LEFT + 58, TOP + 23, "one first test", kind="quiet"),
        svg.Line(x1=LEFT + 20, x2=LEFT + 50, y1=TOP + 38, y2=TOP + 38, class_=["rw-plan"]),
        draw.words(LEFT + 58, TOP + 43, "three first tests", kind="quiet"),
    ]


if __name__ == "__main__":
    for promise in promises():
        print(promise.line(), flush=True)
