"""The studies agree with the reference's tables, where its folder is there."""

import pytest
from validation import evidence_data
from validation.evidence_data import missing_rows, promises, reference

from retrowalk.evidence.parsing import parse_study
from retrowalk.evidence.parsing_review import parse_review
from retrowalk.readers.evidence import review_texts, study_texts

FOLDER = reference()
HERE = pytest.mark.skipif(FOLDER is None, reason="RETROWALK_REFERENCE names no folder")


@HERE
def test_every_row_of_the_reference_is_here_with_equal_numbers() -> None:
    assert FOLDER is not None
    studies = [parse_study(file.text, name=file.name) for file in study_texts()]
    reviews = [parse_review(file.text, name=file.name) for file in review_texts()]
    assert missing_rows(FOLDER, studies, reviews) == []


@HERE
def test_a_number_that_is_another_is_noticed() -> None:
    assert FOLDER is not None
    texts = {file.name: file.text for file in study_texts()}
    texts["weng2006.toml"] = texts["weng2006.toml"].replace("mean = 28.0", "mean = 28.1")
    texts["heath2001.toml"] = texts["heath2001.toml"].replace("2.05", "2.15")
    studies = [parse_study(text, name=name) for name, text in texts.items()]
    missing = missing_rows(FOLDER, studies, [])
    assert {"Weng2006 Fugl-Meyer LE", "Heath2001 VO2"} <= set(missing)
    assert len(missing) == 2 + 27  # and no review was given


def test_what_is_promised_is_kept_and_its_absence_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evidence_data, "TRAPS", evidence_data.TRAPS[:3])
    monkeypatch.delenv("RETROWALK_DATA", raising=False)
    monkeypatch.setenv("RETROWALK_REFERENCE", "/nowhere")
    kept = list(promises())
    assert [one.id for one in kept] == ["evidence.studies", "evidence.traps", "evidence.tags"]
    assert all(one.ok for one in kept)
    assert "nothing compared" in capsys.readouterr().err
