"""The studies that come with retrowalk, read once; and one somebody wrote."""

from functools import cache
from pathlib import Path

from retrowalk.errors import Missing
from retrowalk.evidence.parsing import parse_study
from retrowalk.evidence.study import Study
from retrowalk.readers.evidence import evidence_text, study_texts


@cache
def studies() -> tuple[Study, ...]:
    """Every study that comes with retrowalk, plans and duplicates too; see `Study.counted`."""
    return tuple(parse_study(file.text, name=file.name) for file in study_texts())


def study(study_id: str) -> Study:
    """Missing if there is none of that name."""
    for one in studies():
        if one.id == study_id:
            return one
    raise Missing(f"There is no study {study_id:.40}: the list of studies shows those there are.")


def read(path: Path) -> Study:
    """The study in this file; BadStudy with file, line and reason for every fault."""
    file = evidence_text(path)
    return parse_study(file.text, name=file.name)
