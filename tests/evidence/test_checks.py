"""Each trap the reference lists is noticed when planted; a clean file stays clean."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validation.evidence_clean import STUDY
from validation.evidence_traps import CLEAN, REFUSED, TODAY, TRAPS, Trap, caught, found

from retrowalk.errors import BadStudy
from retrowalk.evidence.checks import check_all, check_beside
from retrowalk.evidence.findings import CHECKS, GRAVE, Finding
from retrowalk.evidence.parsing import parse_study

DOUBT = '[[doubt]]\nabout = "{}"\nrows = ["{}"]\ntext = "We know, and keep it."\n\n[adverse]'


def findings(text: str) -> tuple[Finding, ...]:
    return check_beside([parse_study(text, name="mine.toml")], [], [], today=TODAY)


def test_nothing_is_found_in_the_clean_files() -> None:
    assert found(CLEAN) == ("", ())


@pytest.mark.parametrize("planted", TRAPS, ids=lambda trap: trap.name)
def test_a_planted_trap_is_noticed(planted: Trap) -> None:
    assert caught(planted), planted.check


def test_every_check_there_is_has_a_trap_that_shows_it_works() -> None:
    assert {trap.check for trap in TRAPS if not trap.check.startswith(REFUSED)} == set(CHECKS)
    assert set(CHECKS) >= GRAVE


def test_a_finding_says_where_what_and_what_to_do() -> None:
    text = STUDY.replace("mean = 50.0", "mean = 58.0")
    (beyond,) = [one for one in findings(text) if one.check == "out-of-scale"]
    assert beyond.line() == (
        "made-up, balance: out-of-scale: 58 points lies outside 0 to 56; please look at the figure "
        "and the scale."
    )


def test_a_doubt_in_the_file_is_shown_as_known_and_only_for_its_row() -> None:
    planted = STUDY.replace('unit = "m/s"', 'unit = "m/s"\nunit_is = "inferred"')
    known = planted.replace("[adverse]", DOUBT.format("unit-inferred", "speed"))
    (one,) = findings(known)
    assert one.known == "We know, and keep it."
    assert one.line().endswith("(known: We know, and keep it).")
    elsewhere = planted.replace("[adverse]", DOUBT.format("unit-inferred", "step"))
    assert sorted(f.check for f in findings(elsewhere) if not f.known) == [
        "doubt-unneeded", "unit-inferred"]  # fmt: skip


@pytest.mark.parametrize("check", sorted(GRAVE))
def test_a_grave_finding_is_excused_by_no_doubt(check: str) -> None:
    known = STUDY.replace("[adverse]", DOUBT.format(check, "speed"))
    assert [one.check for one in findings(known)] == ["doubt-unknown"]


def test_what_is_said_to_be_a_duplicate_or_to_overlap_is_no_finding() -> None:
    again = STUDY.replace('id = "made-up"', 'id = "made-up-too"\nduplicate_of = "made-up"')
    again = again.replace('poolable = "yes"', 'poolable = "no"\nwhy = "Told twice."')
    studies = [parse_study(text, name="mine.toml") for text in (STUDY, again)]
    changes = check_all(studies, [], [], today=TODAY)
    assert {one.check for one in changes} == {"not-in-changes"}


def test_a_printed_p_may_come_of_another_test_but_not_of_other_figures() -> None:
    for p in ("0.002", "0.003", "0.004", "<0.01", "<0.005"):
        assert not findings(STUDY.replace('p = "0.004"', f'p = "{p}"')), p
    for p in ("0.0004", "0.02", ">0.1", "<0.001"):
        assert {f.check for f in findings(STUDY.replace('p = "0.004"', f'p = "{p}"'))} == {
            "p-disagrees"}, p  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.floats(-1e5, 1e5, allow_nan=False), min_size=4, max_size=4),
       st.sampled_from(["baseline", "final", "change", "uncertain"]),
       st.sampled_from(["backward", "other", "neither", "mixed", "not seen"]))  # fmt: skip
def test_no_figures_break_a_check(numbers: list[float], kind: str, favours: str) -> None:
    one, two, three, four = numbers
    text = STUDY.replace("mean = 50.0, sd = 3.0", f"mean = {one!r}, sd = {abs(two)!r}")
    text = text.replace("mean = 47.0, sd = 3.2", f"mean = {three!r}, sd = {abs(four)!r}")
    text = text.replace('kind = "final"', f'kind = "{kind}"', 1)
    text = text.replace('favours = "backward"', f'favours = "{favours}"', 1)
    assert all(one.check in CHECKS for one in findings(text))


@settings(deadline=None)
@given(st.data())
def test_a_file_with_a_line_taken_out_is_refused_or_checked(data: st.DataObject) -> None:
    lines = STUDY.splitlines()
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    try:
        checked = {one.check for one in findings("\n".join(lines))}
    except BadStudy:
        checked = set()
    assert checked <= set(CHECKS)
