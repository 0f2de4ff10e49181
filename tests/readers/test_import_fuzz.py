"""A short campaign; the long one is `python -m validation.campaign --only imports`."""

import pytest
from validation.fuzz_imports import KINDS, attempts

EACH = 25


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoilt_file_is_kept_as_it_can_be_or_refused_in_a_sentence(kind) -> None:
    count = EACH // 5 if kind == "backup.zip" else EACH
    assert [one.verdict for one in attempts(kind, 0, count, seed=7) if one.failed] == []
