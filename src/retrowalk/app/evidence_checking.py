"""Checking evidence files: those that come with retrowalk, and those somebody wrote."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from retrowalk.errors import BadStudy
from retrowalk.evidence.changes import Change, parse_changes
from retrowalk.evidence.checks import check_all, check_beside
from retrowalk.evidence.findings import Finding
from retrowalk.evidence.parsing import parse_study
from retrowalk.evidence.parsing_review import parse_review
from retrowalk.evidence.review import Review
from retrowalk.evidence.study import Study
from retrowalk.readers.authored import AuthoredText
from retrowalk.readers.evidence import changes_text, evidence_text, review_texts, study_texts

REVIEW = re.compile(r"^\s*\[\[\s*pooled\s*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checked:
    """`refused`: sentences about files that cannot be read as studies at all."""

    files: int
    refused: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def new(self) -> tuple[Finding, ...]:
        """What no file says it knows of."""
        return tuple(one for one in self.findings if not one.known)

    @property
    def clean(self) -> bool:
        return not (self.refused or self.new)

    def plain(self) -> dict[str, object]:
        """For a machine to read."""
        found = [asdict(one) for one in self.findings]
        return {"files": self.files, "clean": self.clean, "refused": list(self.refused),
                "findings": found}  # fmt: skip


def check_shipped(*, today: date) -> Checked:
    """Everything that comes with retrowalk, and its history."""
    files = (*study_texts(), *review_texts())
    studies, reviews, refused = _read(files)
    changes: tuple[Change, ...] = ()
    try:
        history = changes_text()
        changes = parse_changes(history.text, name=history.name)
    except BadStudy as error:
        refused += str(error).splitlines()
    return Checked(len(files), tuple(refused), check_all(studies, reviews, changes, today=today))


def check_files(paths: Iterable[Path], *, today: date) -> Checked:
    """These files, each on its own and beside the studies that come with retrowalk."""
    files, refused = [], []
    for path in paths:
        try:
            files.append(evidence_text(path))
        except BadStudy as error:
            refused.append(str(error))
    studies, reviews, faults = _read(files)
    shipped, _, _ = _read(study_texts())
    found = check_beside(studies, reviews, shipped, today=today)
    return Checked(len(files), (*refused, *faults), found)


def _read(files: Iterable[AuthoredText]) -> tuple[list[Study], list[Review], list[str]]:
    studies: list[Study] = []
    reviews: list[Review] = []
    refused: list[str] = []
    for file in files:
        try:
            if is_review(file.text):
                reviews.append(parse_review(file.text, name=file.name))
            else:
                studies.append(parse_study(file.text, name=file.name))
        except BadStudy as error:
            refused += str(error).splitlines()
    return studies, reviews, refused


def is_review(text: str) -> bool:
    """Whether the file holds a review: it pools, or has no people of its own."""
    return bool(REVIEW.search(text)) or not re.search(r"^\s*\[people\]", text, re.MULTILINE)
