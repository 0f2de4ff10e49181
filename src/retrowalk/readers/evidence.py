"""Evidence files as text: those that come with retrowalk, and one somebody wrote.

What the text means is `evidence.parsing`'s business.
"""

from pathlib import Path

from retrowalk.errors import BadStudy
from retrowalk.readers.authored import AuthoredText, packaged, text_of

PACKAGE = "retrowalk.evidence"
CHANGES = "CHANGES.toml"


def study_texts() -> tuple[AuthoredText, ...]:
    """The studies that come with retrowalk: first of training, then of single visits."""
    training = (text for text in packaged(PACKAGE, "data") if text.name != CHANGES)
    return (*training, *packaged(PACKAGE, "data/physiology"))


def review_texts() -> tuple[AuthoredText, ...]:
    """The reviews that come with retrowalk, with what they pooled."""
    return packaged(PACKAGE, "data/meta")


def changes_text() -> AuthoredText:
    """The dated changes of the studies."""
    return next(text for text in packaged(PACKAGE, "data") if text.name == CHANGES)


def claim_texts() -> tuple[AuthoredText, ...]:
    """The claims that come with retrowalk; `evidence.claims.parse_claim` reads them."""
    return packaged(PACKAGE, "claims")


def evidence_text(path: Path) -> AuthoredText:
    """The text of this file; raises BadStudy where it cannot be read as text."""
    return text_of(path, one="study", refused=BadStudy)
