"""A protocol somebody wrote: more is asked of it than of ours, and no limit is loosened."""

import pytest
from tests.programme.cases import MINE

from retrowalk.errors import BadProtocol
from retrowalk.programme.protocols import parse_protocol

OURS = {"ten-by-three"}


def test_a_good_one_says_who_wrote_it() -> None:
    assert parse_protocol(MINE, name="mine.toml", taken=OURS).written_by == "Dr Ruiz"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "mine"', 'id = "ten-by-three"', "one that comes with retrowalk"),
        ('written_by = "Dr Ruiz"\n', "", "written_by is not there"),
        ("rails = true", "rails = false", "nobody walks backward on a treadmill without rails"),
        ('time = "30 s"', 'time = "3 min"', "minutes backward, at most 10 expected"),
        ('backward = "0.8 mph"', 'backward = "3 mph"', "ceiling for walking backward"),
        ("incline_percent = 0", "incline_percent = -2", "never backward on a decline"),
        ("good_sessions = 3", "good_sessions = 14", "would be walked for ever"),
        ('id = "mine"', 'id = "../mine"', "a name such as"),
    ],
)
def test_what_would_loosen_a_limit_is_refused_with_its_line(old: str, new: str, says: str) -> None:
    assert old in MINE
    with pytest.raises(BadProtocol) as bad:
        parse_protocol(MINE.replace(old, new, 1), name="mine.toml", taken=OURS)
    told = str(bad.value)
    assert says in told
    assert all(line.startswith("mine.toml, line ") for line in told.splitlines())
