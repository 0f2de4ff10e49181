"""docs/evidence.md: its example is a study nothing is wrong with, and it names every check."""

import re
from datetime import date
from pathlib import Path

from retrowalk.evidence.checks import check_beside
from retrowalk.evidence.findings import CHECKS, GRAVE
from retrowalk.evidence.parsing import parse_study
from retrowalk.readers.evidence import study_texts

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
TODAY = date(2026, 11, 21)


def test_the_example_of_a_study_passes_every_check_beside_those_that_are_here() -> None:
    shipped = [parse_study(file.text, name=file.name) for file in study_texts()]
    example = parse_study(EXAMPLES[0], name="nobody2026.toml")
    assert check_beside([example], [], shipped, today=TODAY) == ()


def test_the_example_of_a_doubt_is_taken_for_what_it_says() -> None:
    inferred = EXAMPLES[0].replace("scale = [0, 10]", 'scale = [0, 10]\nunit_is = "inferred"')
    example = parse_study(inferred + EXAMPLES[1], name="nobody2026.toml")
    (known,) = check_beside([example], [], [], today=TODAY)
    assert known.known.startswith("The abstract does not print the unit")


def test_every_check_is_named_with_its_meaning_and_whether_a_doubt_may_excuse_it() -> None:
    for check, meaning in CHECKS.items():
        assert f"| `{check}` | {meaning} | {'no' if check in GRAVE else 'yes'} |" in PAGE
