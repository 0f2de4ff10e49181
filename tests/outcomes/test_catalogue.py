"""Every outcome is written with its error, the people it was measured in, and its source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.outcomes.cases import CATALOGUE, CHAIR, KOOS, MEASURED, TEXTS, UP_AND_GO

from retrowalk.errors import BadOutcome
from retrowalk.outcomes.catalogue import LONGEST_FILE, Reading, Way, parse_outcomes
from retrowalk.units import CENTIMETRE, DEGREE
from retrowalk.words import Better, Quantity

TUG = TEXTS["timed-up-and-go.toml"]


def faults(text: str) -> list[str]:
    with pytest.raises(BadOutcome) as refused:
        parse_outcomes(text, name="mine.toml")
    return str(refused.value).splitlines()


def changed(old: str, new: str, *, text: str = TUG) -> list[str]:
    """The faults after one change, which must have been possible."""
    assert old in text
    return faults(text.replace(old, new, 1))


# --- what comes with retrowalk ----------------------------------------------------------------


def test_everything_issue_5_names_is_there() -> None:
    both = ("knee-pain", "knee-stiffness", "knee-bend", "single-leg-stance")
    names = [
        *(f"{one}-{side}" for one in both for side in ("left", "right")),
        *("backward-walk-3m", "walk-10m-forward", "walk-10m-backward", "timed-up-and-go"),
        *("chair-stand-30s", "sit-to-stand-five", "six-minute-walk", "heart-rate-stage"),
        *("effort-stage", "sit-and-reach", "mood", "balance-confidence", "falls", "near-misses"),
        *(f"koos-{part}" for part in ("pain", "symptoms", "daily", "sport", "life")),
    ]
    assert sorted(names) == sorted(CATALOGUE)


def test_every_figure_names_its_people_and_its_source() -> None:
    for outcome in CATALOGUE.values():
        cited = [
            *(error.cited for error in outcome.errors),
            *(norm.cited for norm in (*outcome.norms, *outcome.matters)),
            *(table.cited for table in outcome.below),
        ]
        assert all(one.population and one.source for one in cited), outcome.id
        assert all(isinstance(one.tag, Reading) for one in cited)


def test_where_nobody_measured_the_error_it_says_so() -> None:
    for outcome in CATALOGUE.values():
        assert bool(outcome.errors) != bool(outcome.no_error), outcome.id
    without = {outcome.id for outcome in CATALOGUE.values() if outcome.error is None}
    assert {"walk-10m-backward", "koos-sport", "mood", "falls"} <= without


def test_what_asks_the_body_begins_with_company_and_a_way_to_stop() -> None:
    for outcome in CATALOGUE.values():
        if outcome.body:
            said = " ".join(outcome.safety).lower()
            assert any(word in said for word in ("someone", "rest")), outcome.id
    for name in ("chair-stand-30s", "sit-to-stand-five", "timed-up-and-go"):
        assert "against a wall" in " ".join(CATALOGUE[name].safety)
    for name in ("backward-walk-3m", "walk-10m-backward"):
        assert "beside you" in CATALOGUE[name].safety[0]


def test_the_largest_error_decides() -> None:
    assert [round(error.mdc, 2) for error in UP_AND_GO.errors] == [1.10, 2.08]
    assert UP_AND_GO.error is UP_AND_GO.errors[1]


def test_figures_arrive_in_si() -> None:
    reach, bend = CATALOGUE["sit-and-reach"], CATALOGUE["knee-bend-left"]
    assert reach.lowest == pytest.approx(-60 * CENTIMETRE)
    assert bend.highest == pytest.approx(170 * DEGREE)
    assert reach.error is not None
    assert reach.error.mdc == pytest.approx(4 * CENTIMETRE)
    assert Quantity.SPEED.si == 1


def test_the_cdc_table_has_both_sexes_from_60_to_94() -> None:
    (table,) = CHAIR.below
    for sex in ("men", "women"):
        rows = [row for row in table.rows if row.sex == sex]
        assert [row.from_years for row in rows] == list(range(60, 95, 5))
        assert [row.fewer_than for row in rows] == sorted(
            (r.fewer_than for r in rows), reverse=True
        )
    assert {(r.sex, r.fewer_than) for r in table.rows if r.from_years == 60} == {
        ("men", 14), ("women", 12),
    }  # fmt: skip


def test_no_question_of_the_koos_is_printed() -> None:
    for name, text in TEXTS.items():
        if name.startswith("koos"):
            assert "?" not in text
    assert sum(one.items for one in CATALOGUE.values() if one.way is Way.ITEMS) == 42
    assert KOOS.better is Better.HIGHER


def test_an_mdc_at_90_percent_is_widened_to_95() -> None:
    (wide,) = parse_outcomes(TUG.replace("mdc = 1.10\n", "mdc = 1.10\nconfidence = 90\n"), name="a")
    assert wide.errors[0].mdc == pytest.approx(1.10 * 1.959964 / 1.644854)


def test_a_sem_alone_gives_its_mdc() -> None:
    forward = CATALOGUE["walk-10m-forward"].errors[0]
    assert forward.mdc == pytest.approx(2.7718 * forward.sem, rel=1e-4)


# --- faults, each with its line ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title = "Timed up and go"\n', "", "lacks the key 'title'"),
        ('better = "lower"', 'better = "less"', "one of 'lower', 'higher' expected"),
        ('tag = "seen"', 'tag = "memory"', "a figure nobody has read in its source is not shipped"),
        ('tag = "seen"', 'tag = "heard"', "one of 'seen', 'derived', 'doubtful' expected"),
        ("mdc = 1.10", "mdc = 0", "has neither sem nor mdc above 0"),
        ("mdc = 1.10", "mdc = 1.10\nsem = 3", "has an mdc that its sem does not give"),
        ("mdc = 1.10", "mdc = 1.10\nconfidence = 92", "90 or 95 expected"),
        ("highest = 120", "highest = 3", "is not above lowest"),
        ("step = 0.1", "step = 0", "is not above 0"),
        ("step = 0.1", 'step = 0.1\ntime = "30 s"', "belongs to a countdown and to nothing else"),
        ('way = "stopwatch"', 'way = "countdown"', "belongs to a countdown"),
        ("step = 0.1", "step = 0.1\ncourse_m = 10", "is given, but the result is no speed"),
        ("step = 0.1", "step = 0.1\nitems = 9", "belongs to a questionnaire"),
        ("step = 0.1", 'step = 0.1\nends = ["a", "b"]', "the two words at the ends of a scale"),
        ("step = 0.1", 'step = 0.1\nno_error = "none"', "where there is no [[error]]"),
        ("step = 0.1", "step = 0.1\nwhatever = 1", "is not a key known here"),
        ("trials = 2", "trials = 9", "a whole number from 1 to 5 expected"),
        ("lowest = 3", "lowest = nan", "a number from -1000 to 10000 expected"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, says: str) -> None:
    said = changed(old, new)
    assert any(says in line for line in said), said
    assert all(line.startswith("mine.toml, line ") for line in said)


def test_a_test_that_asks_the_body_needs_its_safety_words() -> None:
    start, end = TUG.index("safety = ["), TUG.index("steps = [")
    assert "how to do it safely" in faults(TUG[:start] + TUG[end:])[0]


def test_a_text_that_is_no_toml_or_endless_is_refused() -> None:
    assert "this is not TOML" in faults("id = ")[0]
    assert "please give one outcome a file" in faults("#" * (LONGEST_FILE + 1))[0]


@settings(max_examples=60)
@given(st.data())
def test_a_spoiled_file_is_refused_or_still_whole(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(sorted(TEXTS.values())))
    at = data.draw(st.integers(0, len(text) - 1))
    cut = data.draw(st.integers(0, 40))
    spoiled = text[:at] + data.draw(st.text(max_size=4)) + text[at + cut :]
    try:
        found = parse_outcomes(spoiled, name="spoiled.toml")
    except BadOutcome as refused:
        said, found = str(refused), ()
    else:
        said = "spoiled.toml, line "
    assert "spoiled.toml, line " in said
    assert all(one.highest > one.lowest and one.step > 0 for one in found)


def test_every_error_is_a_number_above_0() -> None:
    for outcome in MEASURED:
        assert outcome.error is not None
        assert 0 < outcome.error.sem < outcome.error.mdc < outcome.highest - outcome.lowest
