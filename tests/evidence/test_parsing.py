"""A study file is read whole or refused, each fault in one sentence with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.errors import BadStudy
from retrowalk.evidence.figure import Tag
from retrowalk.evidence.parsing import LONGEST_FILE, parse_study
from retrowalk.evidence.study import Spread
from retrowalk.evidence.words import Clean, Kind, Poolable
from retrowalk.readers.evidence import study_texts

TEXTS = {file.name: file.text for file in study_texts()}
WENG = TEXTS["weng2006.toml"]


def faults(text: str) -> list[str]:
    with pytest.raises(BadStudy) as refused:
        parse_study(text, name="mine.toml")
    return str(refused.value).splitlines()


def changed(old: str, new: str, text: str = WENG) -> list[str]:
    """The faults after one change, which must have been possible."""
    assert old in text
    return faults(text.replace(old, new, 1))


@pytest.mark.parametrize("name", TEXTS)
def test_what_comes_with_retrowalk_can_be_read_and_bears_its_files_name(name: str) -> None:
    assert f"{parse_study(TEXTS[name], name=name).id}.toml" == name


def test_a_figure_keeps_its_tag_and_where_it_was_read() -> None:
    alghadir = parse_study(TEXTS["alghadir2019.toml"], name="a")
    arm = alghadir.arm("backward")
    assert arm is not None
    assert arm.n is not None
    assert (arm.n.value, arm.n.tag, arm.n.read) == (23, Tag.DERIVED, "article")
    assert "91 %" in arm.n.how
    assert arm.dose.per_day is not None
    assert arm.dose.per_day.elsewhere == (2,)
    assert arm.dose.total_min == 10 * 3 * 6


def test_a_study_file_says_what_may_be_pooled() -> None:
    weng = parse_study(WENG, name="w")
    assert [one.poolable for one in weng.outcomes] == [
        Poolable.YES, Poolable.YES, Poolable.SMD_ONLY]  # fmt: skip
    assert weng.contrasts[0].clean is Clean.CLEAN
    assert weng.kind is Kind.RESULT
    assert weng.counted


def test_a_standard_error_becomes_a_standard_deviation_and_an_unclear_one_does_not() -> None:
    se = parse_study(WENG.replace("sd = 3.3", "se = 1.0"), name="w").outcomes[0].groups[0]
    assert se.spread_is is Spread.SE
    assert se.sd == pytest.approx(13**0.5)
    unclear = parse_study(WENG.replace("sd = 3.3", "spread = 3.3"), name="w").outcomes[0].groups[0]
    assert unclear.sd is None


def test_a_figure_from_memory_is_refused() -> None:
    for word in ("memory", "M"):
        (fault,) = changed('tag = "seen"\nunit = "points"', f'tag = "{word}"\nunit = "points"')
        assert "nobody has read in its source is not shipped" in fault
        assert "outcome 1, tag" in fault


def test_a_derived_figure_says_how() -> None:
    (fault,) = changed(', how = "13 and 13"', "")
    assert fault.endswith("is tagged 'derived'; please say in how the arithmetic.")


@pytest.mark.parametrize(("old", "new", "said"), [
    ('condition = "stroke"', 'condition = "strokes"', "condition is 'strokes', one of"),
    ("mean = 28.0", 'mean = "28"', "mean is '28', a number from"),
    ('arm = "usual", n = 13, mean = 25.5', 'arm = "usua", n = 13, mean = 25.5',
     "names 'usua', which is no arm here; please mend the name"),
    ('against = "usual"', 'against = "us"', "names 'us', which is no arm here"),
    ('rows = ["fastest-speed"]', 'rows = ["speed"]', "names 'speed', which is no outcome here"),
    ('p = "0.033"', 'p = "3 %"', "a p such as '0.033' or '<0.05' expected"),
    ("scale = [0, 34]", "scale = [34, 0]", "is to be the lowest and the highest"),
    ("sd = 3.3", "sd = 3.3, se = 1", "has sd and se; please give the one the report prints"),
    ('why = "The abstract gives no unit', 'note = "The abstract gives no unit',
     "is poolable 'smd only'; please say in why"),
    ('summary = """', 'sumary = """', "lacks the key 'summary'; please add it"),
    ("minutes = 30,", "minutes = [30, 20],", "begins above its end; please turn the two round"),
    ('harm = "said to be safe"', "", "lacks the key 'harm'; please add it"),
])  # fmt: skip
def test_each_fault_is_told_with_its_line_and_what_was_expected(
    old: str, new: str, said: str
) -> None:
    told = changed(old, new)
    assert any(said in line for line in told), told
    assert all(line.startswith("mine.toml, line ") for line in told)


def test_an_effect_without_its_estimate_is_refused() -> None:
    old = 'p = "0.033"'
    told = changed(old, 'printed = [{ measure = "md" }]')
    assert told == [
        next(line for line in told if "outcome 1, printed 1 lacks the key 'estimate'" in line)
    ]


def test_a_file_of_a_book_and_a_file_that_is_no_toml_are_refused() -> None:
    assert "at most" in faults("#" * (LONGEST_FILE + 1))[0]
    assert "this is not TOML" in faults("id = ")[0]


@settings(deadline=None)  # a loaded machine
@given(st.text(max_size=200))
def test_no_text_brings_anything_but_a_study_or_a_sentence(text: str) -> None:
    with pytest.raises(BadStudy):
        parse_study(text, name="any.toml")


@settings(deadline=None)
@given(st.data())
def test_no_cut_or_swap_of_a_good_file_breaks_the_reader(data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(WENG)))
    j = data.draw(st.integers(i, min(len(WENG), i + 300)))
    text = WENG[:i] + data.draw(st.sampled_from(["", "1", "{}", "[]", '"x"'])) + WENG[j:]
    said = "cut.toml, line "
    try:
        parse_study(text, name="cut.toml")
    except BadStudy as refused:
        said = str(refused)
    assert said.startswith("cut.toml, line ")
