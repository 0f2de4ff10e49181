"""Lists on disk: sealed, never written over, and made again from their recipe."""

import csv
import json
import stat
from pathlib import Path

import pytest

from retrowalk.app import randomising
from retrowalk.app.randomising import Blocks, Minimisation, pairs
from retrowalk.errors import BadTrial

BLOCKS = Blocks(("backward", "forward"), people=20, seed=7, strata=(("site", ("A", "B")),))
RULE = Minimisation(("backward", "forward"), factors=(("sex", ("f", "m")),), seed=7)


def test_the_open_file_holds_no_arm_and_the_sealed_one_is_its_owners(tmp_path: Path) -> None:
    made = randomising.write_blocks(tmp_path / "list.csv", BLOCKS)
    opened = made.open.read_text()
    assert "ward" not in opened
    assert "7" not in json.loads(made.recipe.read_text())["method"]
    numbers = [row["number"] for row in csv.DictReader(opened.splitlines())]
    sealed = list(csv.DictReader(made.sealed.read_text().splitlines()))
    assert numbers == [row["number"] for row in sealed]
    assert {row["arm"] for row in sealed} == {"backward", "forward"}
    for path in (made.sealed, made.recipe):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_recipe_makes_its_list_again(tmp_path: Path) -> None:
    made = randomising.write_blocks(tmp_path / "list.csv", BLOCKS)
    again = randomising.write_blocks(tmp_path / "again.csv", randomising.blocks_of(made.recipe))
    assert again.sealed.read_bytes() == made.sealed.read_bytes()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "list-sealed.csv").write_text("precious")
    with pytest.raises(BadTrial, match="never written over"):
        randomising.write_blocks(tmp_path / "list.csv", BLOCKS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list-sealed.csv"]
    with pytest.raises(BadTrial, match="cannot be written"):
        randomising.write_blocks(tmp_path / "none" / "list.csv", BLOCKS)


@pytest.mark.parametrize("spoil", ["method", "draws_version", "arms", "strata"])
def test_a_recipe_that_is_none_is_refused(tmp_path: Path, spoil: str) -> None:
    made = randomising.write_blocks(tmp_path / "list.csv", BLOCKS)
    told = json.loads(made.recipe.read_text())
    made.recipe.write_text(json.dumps(told | {spoil: None}))
    with pytest.raises(BadTrial, match=r"recipe\.json"):
        randomising.blocks_of(made.recipe)
    made.recipe.write_text("[")
    with pytest.raises(BadTrial, match="no recipe of ours"):
        randomising.blocks_of(made.recipe)


def test_people_are_allotted_one_by_one_and_kept(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    recipe, found = randomising.begin_minimising(log, RULE, people=20)
    assert stat.S_IMODE(log.stat().st_mode) == stat.S_IMODE(recipe.stat().st_mode) == 0o600
    assert found.largest < 5
    arms = [randomising.next_person(log, f"P{i}", {"sex": "fm"[i % 2]}).arm for i in range(8)]
    rows = list(csv.DictReader(log.read_text().splitlines()))
    assert [row["arm"] for row in rows] == arms
    assert [row["person"] for row in rows] == [f"P{i}" for i in range(8)]
    for person, levels, said in (("P1", {"sex": "f"}, "has an arm already"),
                                 (" ", {"sex": "f"}, "is no name"),
                                 ("P9", {"sex": "x"}, "is expected")):  # fmt: skip
        with pytest.raises(BadTrial, match=said):
            randomising.next_person(log, person, levels)
    assert len(log.read_text().splitlines()) == 9
    with pytest.raises(BadTrial, match="never written over"):
        randomising.begin_minimising(log, RULE, people=20)


def test_a_rule_that_was_spoiled_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    recipe, _ = randomising.begin_minimising(log, RULE, people=4)
    recipe.write_text(json.dumps(json.loads(recipe.read_text()) | {"preferred": "often"}))
    with pytest.raises(BadTrial, match="no recipe of ours"):
        randomising.next_person(log, "P1", {"sex": "f"})


def test_factors_are_read_as_they_are_typed() -> None:
    assert pairs(["sex=f,m", " age = <70 , 70+ "], "factor") == (
        ("sex", ("f", "m")), ("age", ("<70", "70+")))  # fmt: skip
    for wrong in ("sex", "=f,m", "sex=", "sex=f,f"):
        with pytest.raises(BadTrial, match="came as a factor"):
            pairs([wrong], "factor")
    with pytest.raises(BadTrial, match="came as a factor"):
        pairs(["sex=f,m", "sex=a,b"], "factor")


def test_a_seed_nobody_chose_is_new_each_time() -> None:
    assert randomising.any_seed() != randomising.any_seed()
