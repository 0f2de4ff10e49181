"""A trial's table is read in the shapes people write, and refused in one sentence otherwise."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.trials import as_csv, made_up

from retrowalk.errors import BadTrial
from retrowalk.evidence.trial_sheet import MOST_PEOPLE, read_sheet

WIDE = "person,arm,baseline,follow-up\n"
FOUR = "a,back,1,2\nb,back,2,4\nc,fore,3,4\nd,fore,4,4.5\n"


@settings(deadline=None)
@given(st.integers(0, 99), st.sampled_from([(",", "."), (";", ","), ("\t", "."), (";", ".")]))
def test_a_table_survives_every_separator_and_decimal_mark(seed: int, how: tuple[str, str]) -> None:
    sheet = made_up(seed, people=8, missing=(3,))
    found = read_sheet(as_csv(sheet, separator=how[0], decimal=how[1]))
    assert found.people == sheet.people
    assert found.arms == sheet.arms
    assert found.outcomes[0].name == "tug"
    assert found.outcomes[0].baseline == sheet.outcomes[0].baseline
    assert math.isnan(found.outcomes[0].followup[3])
    assert ("Decimal commas" in " ".join(found.notes)) is (how[1] == ",")


def test_a_plain_table_of_one_outcome_is_read() -> None:
    found = read_sheet("\ufeff\n" + WIDE + FOUR + "\n,,,\n")
    assert found.arm_names == ("back", "fore")
    assert found.outcomes[0].name == "result"
    assert found.outcomes[0].followup == (2, 4, 4, 4.5)


def test_several_outcomes_and_what_people_brought_with_them_are_read() -> None:
    found = read_sheet(
        "Participant ID;Group;Age;Sex;TUG pre;TUG post;baseline_Pain;followup_Pain;site;\n"
        "1;A;70;f;12;11;5;4;X\n2;A;;m;13;12;6;4;X\n3;B;72;;12;12;5;5;Y\n4;B;71;m;14;12;NA;4;Y\n"
    )
    assert [one.name for one in found.outcomes] == ["TUG", "Pain"]
    assert [trait.name for trait in found.traits] == ["Age", "Sex"]
    assert math.isnan(found.traits[0].figures[1])
    assert found.traits[1].words == ("f", "m", "", "m")
    assert found.clusters == "site"


def test_a_long_table_is_read_with_its_times_named_or_numbered() -> None:
    rows = [("a", "x", "pre", 5), ("a", "x", "post", 4), ("b", "y", "pre", 6),
            ("b", "y", "post", 6),
            ("c", "y", "pre", 7)]  # fmt: skip
    text = "person,arm,visit,score\n" + "".join(f"{p},{a},{t},{v}\n" for p, a, t, v in rows)
    found = read_sheet(text)
    assert found.outcomes[0].baseline == (5, 6, 7)
    assert math.isnan(found.outcomes[0].followup[2])
    numbered = read_sheet(text.replace("pre", "0").replace("post", "6"))
    assert numbered.outcomes[0].followup[:2] == (4, 6)
    assert "baseline is '0', follow-up is '6'" in " ".join(numbered.notes)


def test_of_several_later_times_the_named_one_counts() -> None:
    text = "person,arm,outcome,week,value\n" + "".join(
        f"{person},{arm},{outcome},{week},{week}\n"
        for person, arm in (("a", "x"), ("b", "y"))
        for outcome in ("tug", "pain")
        for week in (0, 6, 12)
    )
    with pytest.raises(BadTrial, match="say which is the follow-up"):
        read_sheet(text)
    found = read_sheet(text, last="12")
    assert [one.followup for one in found.outcomes] == [(12, 12), (12, 12)]
    assert "The times 6 were left out." in found.notes
    with pytest.raises(BadTrial, match="could not be told apart"):
        read_sheet(text, last="13")


def test_a_row_for_each_person_and_outcome_is_read() -> None:
    found = read_sheet("id,arm,outcome,pre,post\n1,x,tug,5,4\n2,y,tug,6,5\n1,x,pain,1,2\n")
    assert [one.name for one in found.outcomes] == ["tug", "pain"]
    assert math.isnan(found.outcomes[1].baseline[1])


def test_spellings_of_an_arm_that_differ_in_case_and_marks_are_made_one_and_told() -> None:
    found = read_sheet(WIDE + FOUR.replace("b,back", "b,Back "))
    assert found.arm_names == ("back", "fore")
    assert "Back was read as the arm back." in found.notes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("one,two\n1,2\n", "has 2 columns"),
        (",".join("abcdefg" * 10) + "\n", "has 70 columns"),
        (WIDE, "stands nobody"),
        (WIDE + "a,back,1,2,3\n", "Line 2 has 5 cells"),
        (WIDE + "a,back,12,5,13,5\n", "decimal comma needs semicolons"),
        ("person,arm,pre,post,Arm\na,b,1,2,c\n", "stands there twice"),
        ("person,arm,pre,post,\na,b,1,2,c\n", "A column has no name"),
        ("who,arm,pre,post\na,b,1,2\n", "No column says who it is"),
        ("person,side,pre,post\na,b,1,2\n", "No column says the arm"),
        ("person,arm,pre,age\na,b,1,2\n", "No baseline and follow-up"),
        ("person,arm," + ",".join(f"c{i}" for i in range(9)) + "\na,b,1\n", "and 3 more"),
        ("person,arm,pre,before,post\na,b,1,2,3\n", "both look like the before"),
        (WIDE + FOUR + "a,back,1,2\n", "stood in line 2 already"),
        (WIDE + ",back,1,2\n", "names no person"),
        (WIDE + "a,,1,2\n", "has no arm"),
        (WIDE + "a,back,twelve,2\n", "is no number"),
        (WIDE + "a,back,12 s,2\n", "without its unit"),
        (WIDE + "a,back,1e99,2\n", "larger than any test gives"),
        (WIDE + 'a,back,"1,5",2\nb,back,2.5,3\n', "write all numbers the same way"),
        (WIDE + 'a,back,"1,500",2\nb,back,12,3\n', "may be a thousand"),
        (WIDE + FOUR + "e,fore,-99,4\n", "looks like a code"),
        (WIDE + FOUR + "e,fore,999,4\n", "looks like a code"),
        (WIDE + "a,back,1,2\nb,back,2,3\n", "Everybody is in one arm"),
        (WIDE + "".join(f"p{i},arm{i}x,1,2\n" for i in range(9)), "9 arms came"),
        (WIDE + FOUR + "e,fore,1,1\nf,foure,1,2\n", "looks like 'fore' misspelled"),
        ("person,arm,time,value\na,x,pre,1\na,y,post,1\n", "a person has one arm"),
        ("person,arm,time,value\na,x,pre,1\na,x,pre,1\na,x,post,2\n", "has a result before"),
        ("person,arm,time,value\n,x,pre,1\na,x,post,1\n", "names no person"),
        (WIDE + "".join(f"p{i},{i % 2},1,2\n" for i in range(MOST_PEOPLE + 1)), "is it one trial"),
        (WIDE + '"' + "x" * 200_000 + '",b,1,2', "cannot be read as CSV"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_told_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(BadTrial, match=said) as found:
        read_sheet(text)
    assert "\n" not in str(found.value)
    assert str(found.value).endswith((".", "?"))


def test_arms_with_numbers_or_letters_in_their_names_are_no_slips() -> None:
    rows = "".join(f"p{i},arm {1 + (i > 6)},{i},{i * i}\n" for i in range(8))
    assert read_sheet(WIDE + rows).arm_names == ("arm 1", "arm 2")
    lettered = rows.replace("arm 1", "dose high a").replace("arm 2", "dose high b")
    assert len(read_sheet(WIDE + lettered).arm_names) == 2
    longer = rows.replace("arm 1", "backward walk").replace("arm 2", "rest")
    assert len(read_sheet(WIDE + longer).arm_names) == 2


@settings(deadline=None)
@given(st.text(max_size=200) | st.text(max_size=120).map(lambda text: WIDE + text))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    try:
        sheet = read_sheet(text)
    except BadTrial as refusal:
        assert str(refusal)  # noqa: PT017 -- refusing is one of two right answers
    else:
        assert len(sheet.arm_names) > 1
