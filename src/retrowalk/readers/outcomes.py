"""Outcome files as text: those that come with retrowalk, and one somebody wrote.

What the text means is `outcomes.catalogue.parse_outcomes`'s business.
"""

from pathlib import Path

from retrowalk.errors import BadOutcome
from retrowalk.readers.authored import AuthoredText, packaged, text_of


def packaged_texts() -> tuple[AuthoredText, ...]:
    """The outcomes that come with retrowalk, by file name."""
    return packaged("retrowalk.outcomes", "catalogue")


def outcome_text(path: Path) -> AuthoredText:
    """The text of this file; raises BadOutcome where it cannot be read as text."""
    return text_of(path, one="outcome", refused=BadOutcome)


def benefit_texts() -> tuple[AuthoredText, ...]:
    """The benefits that come with retrowalk; `outcomes.benefits.parse_benefits` reads them."""
    return packaged("retrowalk.outcomes", "benefits")
