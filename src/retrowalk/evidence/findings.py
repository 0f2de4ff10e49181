"""What a check found, and whether the file says that its author knows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from retrowalk.evidence.study import Doubt

CHECKS = {
    "baseline-differs": "the arms differ before the training",
    "both-walk-backward": "the comparison walks backward too, or nobody does",
    "change-too-large": "a change no training gives",
    "ci-asymmetric": "the estimate is not in the middle of its interval",
    "ci-impossible": "the estimate lies outside its interval",
    "confounded-called-clean": "one arm is treated for longer, yet the contrast is called clean",
    "contradictory": "words and figures point in different directions",
    "contradictory-figures": "figures of one arm do not fit together",
    "date-in-future": "a date that has not come yet",
    "direction-disagrees": "the study's direction is not that of its outcomes",
    "dose-impossible": "a dose nobody can walk",
    "doubt-unknown": "a doubt about something that is no check",
    "doubt-unneeded": "a doubt about something that no check finds",
    "duplicate-design": "the same people, dose and arms as another study",
    "duplicate-figures": "the same figures as another study",
    "duplicate-study": "the same DOI, PMID or register number as another study",
    "duplicate-text": "the same words as another study",
    "fewer-than-planned": "far fewer people than the register planned",
    "figure-not-read": "a figure read in a report that is not in the file",
    "harm-without-words": "harm counted or said to be none, and nothing said of it",
    "identifier-malformed": "a DOI, PMID, register number or address that cannot be one",
    "measure-unclear": "whether it is a raw or a standardised difference is not said",
    "n-does-not-add": "numbers of people that do not add up",
    "name-twice": "two rows of one name",
    "no-citation": "nothing by which somebody else can find it",
    "no-control": "a contrast where there is no control",
    "no-interval": "an estimate without its interval",
    "not-in-changes": "the history of the data does not name it",
    "out-of-scale": "a result outside what its scale or unit can give",
    "p-disagrees": "the p printed is not that of the figures printed",
    "p-impossible": "a p of 0",
    "poolable-though-doubtful": "called poolable, though it may not be",
    "protocol-with-results": "a plan that has results, or results that are only a plan",
    "running-called-walking": "faster than anybody walks backward",
    "size-impossible": "a difference in raw units no training gives",
    "smd-with-unit": "a standardised difference printed with a unit",
    "sources-disagree": "reports give different figures for one thing",
    "spread-like-se": "a standard deviation that looks like a standard error",
    "unit-inferred": "the unit is a guess",
    "unit-missing": "figures without a unit",
    "unit-wrong": "the unit printed cannot be",
    "unknown-study": "a study named that is not there",
    "unlabelled": "which figure belongs to which measure is not said",
    "untagged-number": "a result in the summary, where it has no tag",
}
# Of these no doubt in the file is an excuse: the file itself has to change.
GRAVE = frozenset({
    "both-walk-backward", "ci-impossible", "confounded-called-clean", "date-in-future",
    "direction-disagrees", "dose-impossible", "doubt-unknown", "doubt-unneeded",
    "duplicate-figures", "duplicate-study", "duplicate-text", "figure-not-read",
    "harm-without-words", "identifier-malformed", "name-twice", "no-control", "not-in-changes",
    "poolable-though-doubtful", "protocol-with-results", "running-called-walking",
    "smd-with-unit", "unknown-study", "untagged-number",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` is a key of CHECKS; `known` what the file says of it, empty if nothing."""

    check: str
    study: str
    row: str  # the outcome it is in; empty for the study as a whole
    text: str
    known: str = ""

    def line(self) -> str:
        """One sentence, as a message."""
        where = f"{self.study}, {self.row}" if self.row else self.study
        said = f" (known: {self.known.rstrip('.')})" if self.known else ""
        return f"{where}: {self.check}: {self.text}{said}."


def judged(study: str, findings: Iterable[Finding], doubts: tuple[Doubt, ...]) -> Iterator[Finding]:
    """The findings, each with the doubt that knows of it; and doubts about nothing."""
    used: set[Doubt] = set()
    for finding in findings:
        doubt = next((d for d in doubts if _fits(d, finding)), None)
        if doubt is None:
            yield finding
        else:
            used.add(doubt)
            yield replace(finding, known=doubt.text)
    for doubt in doubts:
        if doubt.about not in CHECKS or doubt.about in GRAVE:
            yield Finding(
                "doubt-unknown",
                study,
                "",
                f"no check that a doubt may excuse is called "
                f"{doubt.about!r}; please name one, or put the words into a note",
            )
        elif doubt not in used:
            yield Finding(
                "doubt-unneeded",
                study,
                "",
                f"nothing here is {doubt.about!r}, so the doubt hides nothing; please take it away",
            )


def _fits(doubt: Doubt, finding: Finding) -> bool:
    if doubt.about != finding.check or finding.check in GRAVE:
        return False
    return finding.row in doubt.rows if doubt.rows else True
