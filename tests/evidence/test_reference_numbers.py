"""What the reference prints, from the same figures; skipped where its folder is not."""

import pytest
from validation import evidence_printed

FOLDER = evidence_printed.folder()
pytestmark = pytest.mark.skipif(FOLDER is None, reason="the reference's tables are not here")


@pytest.mark.parametrize("table", ["effect_numbers", "meta_numbers", "ratio_numbers"])
def test_every_printed_number_is_reproduced(table: str) -> None:
    numbers = list(getattr(evidence_printed, table)(FOLDER))
    assert numbers
    assert [name for name, *beside in numbers if not evidence_printed.reproduced(*beside)] == []


def test_an_interval_gives_the_p_printed_beside_it() -> None:
    seen = list(evidence_printed.interval_ps(FOLDER))
    assert len(seen) == 11
    assert [name for name, p, said in seen if not evidence_printed.agrees(p, said)] == []


def test_only_rows_nobody_may_pool_contradict_their_p() -> None:
    turned = [
        (name, poolable)
        for name, p, said, poolable in evidence_printed.mean_ps(FOLDER)
        if not evidence_printed.same_verdict(p, said)
    ]
    assert turned == [("Chen2021 COP sway area", "no"), ("Rose2025abs46 10MWT speed", "no")]


def test_a_number_half_a_digit_off_is_noticed() -> None:
    assert evidence_printed.reproduced(0.8789534, "0.878953")
    assert not evidence_printed.reproduced(0.8789549, "0.878953")
    assert evidence_printed.reproduced(14.000001, "14")
    assert not evidence_printed.reproduced(14.001, "14")
    assert evidence_printed.reproduced(1.0619731e-05, "1.06e-05")
    assert not evidence_printed.reproduced(1.07e-05, "1.06e-05")
