"""Every trap the reference lists, planted one by one in clean files, and whether `check` sees it.

    python -m validation.evidence_traps        # each trap, and what was said of it

A trap is a change to a file in which nothing is wrong.  It counts as caught where a finding of the
check named is new, or, where the schema refuses the file, where the refusal says why.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from retrowalk.errors import BadStudy
from retrowalk.evidence.changes import parse_changes
from retrowalk.evidence.checks import check_all
from retrowalk.evidence.findings import Finding
from retrowalk.evidence.parsing import parse_study
from retrowalk.evidence.parsing_review import parse_review
from validation.evidence_clean import CHANGES, OTHER, REVIEW, STUDY

TODAY = date(2026, 11, 21)
LISTED = Path(__file__).with_suffix(".toml")
CLEAN = {"study": STUDY, "other": OTHER, "review": REVIEW, "changes": CHANGES}
REFUSED = "refused"  # by the schema, before any check


@dataclass(frozen=True, slots=True)
class Trap:
    """`edits` are (file, old text, new text); `check` the finding it has to bring."""

    name: str
    check: str
    edits: tuple[tuple[str, str, str], ...]

    def planted(self) -> dict[str, str]:
        files = dict(CLEAN)
        for file, old, new in self.edits:
            if old not in files[file]:
                raise ValueError(f"{self.name}: {old!r} is not in the clean {file}")
            files[file] = files[file].replace(old, new, 1)
        return files


def listed() -> Iterator[Trap]:
    """The traps of the list, in its order."""
    for row in tomllib.loads(LISTED.read_text(encoding="utf-8"))["trap"]:
        edits = row.get("edit", [row])
        yield Trap(row["name"], row["check"],
                   tuple((edit["file"], edit["old"], edit["new"]) for edit in edits))  # fmt: skip


def copies() -> Iterator[Trap]:
    """A study told again: as it is, under other names, in other words, with other figures."""
    again = STUDY.replace('id = "made-up"', 'id = "made-up-too"')
    renamed = again.replace("made.up.1", "made.up.9").replace("NCT00000001", "NCT00000009")
    retold = renamed.replace("Two arms walked equally long", "Half of them went backward")
    for name, check, text in (
        ("the same study again, another id", "duplicate-study", again),
        ("word for word, under other names", "duplicate-text", renamed),
        ("the same figures, in other words", "duplicate-figures", retold),
        ("the same people, arms and dose, other figures", "duplicate-design",
         retold.replace("mean = 50.0", "mean = 49.0")),
    ):  # fmt: skip
        yield Trap(name, check, (("other", OTHER, text),))


TRAPS = (*listed(), *copies())


def found(files: dict[str, str]) -> tuple[str, tuple[Finding, ...]]:
    """What the schema refuses, and what the checks find that no file knows of."""
    try:
        studies = [parse_study(files[key], name=key) for key in ("study", "other")]
        reviews = [parse_review(files["review"], name="review")]
        changes = parse_changes(files["changes"], name="changes")
    except BadStudy as refused:
        return str(refused), ()
    findings = check_all(studies, reviews, changes, today=TODAY)
    return "", tuple(finding for finding in findings if not finding.known)


def caught(planted: Trap) -> str:
    """What was said of it; empty where nobody noticed."""
    refused, findings = found(planted.planted())
    kind, _, said = planted.check.partition(": ")
    if kind == REFUSED:
        return refused if said in refused else ""
    return next((one.line() for one in findings if one.check == planted.check), "")


if __name__ == "__main__":
    for planted in TRAPS:
        print(f"{planted.name}\n    {(caught(planted) or 'NOT NOTICED').splitlines()[0]}")
