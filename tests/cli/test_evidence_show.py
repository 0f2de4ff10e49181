"""retrowalk evidence claim, study, pool, forest: answers, files, and one sentence for nonsense."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from retrowalk.app import evidence
from retrowalk.cli import build


def run(*words: str) -> Result:
    return CliRunner().invoke(build("evidence"), ["evidence", *words])


def test_all_claims_are_listed_and_one_is_answered() -> None:
    listed = run("claim")
    assert listed.exit_code == 0
    assert all(one.id in listed.output for one in evidence.claims())
    told = run("claim", "knee-pain").output
    for words in ("Yes, a little", "Certainty: low", "against", "What would change our mind", "D "):
        assert words in told


def test_each_is_told_to_programs_too() -> None:
    one = json.loads(run("claim", "knee-pain", "--json").output)
    assert one["verdict"] == "supported"
    assert json.loads(run("study", "weng2006", "--json").output)["year"] == 2006
    (pool,) = json.loads(run("pool", "balance", "--for", "stroke", "--json").output)
    assert pool["synthesis"]["estimate"] == pytest.approx(4.1)
    assert len(json.loads(run("claim", "--for", "stroke", "--json").output)) >= 5


def test_studies_and_reviews_are_shown() -> None:
    assert "Berg Balance Scale" in run("study", "weng2006").output
    assert "hedges" in run("study", "lin2025").output.lower() or run("study", "lin2025").output
    assert "weng2006" in run("study", "--for", "stroke").output


def test_a_pool_names_its_studies_and_what_it_is_of() -> None:
    told = run("pool", "pain").output
    assert "chen2021" in told
    assert "−0.69 (−1.21 to −0.17)" in told
    assert "confounded" in told


def test_a_forest_is_written_once(tmp_path: Path) -> None:
    file = tmp_path / "pain.svg"
    words = ("forest", "pain", "--for", "knee-osteoarthritis", "--out", str(file))
    assert run(*words).exit_code == 0
    assert ET.fromstring(file.read_text()).get("role") == "img"
    assert "is there already" in run(*words).output
    assert run(*words, "--overwrite", "--narrow").exit_code == 0


def test_of_several_pools_one_is_to_be_chosen(tmp_path: Path) -> None:
    words = ("forest", "walking-speed", "--out", str(tmp_path / "x.svg"))
    assert "There are 2 pools" in run(*words).output
    assert run(*words, "--which", "2").exit_code == 0
    assert run(*words, "--which", "3", "--overwrite").exit_code == 2


@pytest.mark.parametrize(("words", "near"), [
    (("claim", "kneepain"), "knee-pain"), (("study", "weng"), "weng2006"),
    (("pool", "speed"), "walking-speed"), (("pool", "pain", "--for", "knee"), "knee-osteo"),
    (("pool", "falls"), "pools of"), (("claim", "--about", "paine"), "pain"),
    (("pool", "balance", "--against", "nothing"), "no-training"),
])  # fmt: skip
def test_nonsense_is_one_sentence_with_the_nearest(words: tuple[str, ...], near: str) -> None:
    told = run(*words)
    assert told.exit_code == 2
    assert near in told.output
    assert len(told.output.strip().splitlines()) == 1
