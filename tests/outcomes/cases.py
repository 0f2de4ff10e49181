"""The outcomes that come with retrowalk, and one text to spoil."""

from retrowalk.outcomes.catalogue import Outcome, parse_outcomes
from retrowalk.readers.outcomes import packaged_texts

TEXTS = {file.name: file.text for file in packaged_texts()}
CATALOGUE: dict[str, Outcome] = {
    outcome.id: outcome
    for name, text in TEXTS.items()
    for outcome in parse_outcomes(text, name=name)
}
MEASURED = tuple(one for one in CATALOGUE.values() if one.error is not None)
PAIN, CHAIR = CATALOGUE["knee-pain-left"], CATALOGUE["chair-stand-30s"]
UP_AND_GO, MOOD = CATALOGUE["timed-up-and-go"], CATALOGUE["mood"]
KOOS = CATALOGUE["koos-pain"]
