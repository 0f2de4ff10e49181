"""docs/outcomes.md says of every test what the catalogue says."""

from pathlib import Path

from tests.outcomes.cases import CATALOGUE

PAGE = (Path(__file__).parents[2] / "docs" / "outcomes.md").read_text()


def test_the_page_names_every_test_its_people_and_its_source() -> None:
    for outcome in CATALOGUE.values():
        name = outcome.id.removesuffix("-left").removesuffix("-right")
        assert f"| {name} |" in PAGE
        for error in outcome.errors:
            assert error.cited.population in PAGE
            assert error.cited.doi in PAGE
        assert outcome.no_error in PAGE
