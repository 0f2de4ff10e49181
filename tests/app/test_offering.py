"""What a watch saw is offered as done, never ticked off by itself, and can be undone."""

from datetime import timedelta

import pytest
from tests.app.test_importing import export
from tests.app.walked import NOON, a_house

from retrowalk.app import importing, offering, week
from retrowalk.programme.week import Entry
from retrowalk.store.models import ActivityRow

MONDAY = NOON - timedelta(days=NOON.weekday())


@pytest.fixture
def house(tmp_path):
    opened = a_house(tmp_path / "house", protocol="knee-six-weeks")
    yield opened
    opened.close()


def offered(house) -> dict:
    return dict(offering.offers(house, week.week(house)))


def asked(house) -> list:
    """The days to today on which ordinary walking stands."""
    return [day.on for day in week.week(house).days
            if any(one.activity == "Ordinary walking" for one in day.entries)
            and day.on <= house.today]  # fmt: skip


def brought(house, folder, *walks: tuple[int, int, int]) -> None:
    """Each (weekday, hour, minutes), one file."""
    for i, (weekday, hour, minutes) in enumerate(walks):
        at = (MONDAY + timedelta(days=weekday)).replace(hour=hour)
        importing.bring_in(house, export(folder / f"{i}.xml", at, minutes=minutes))


def test_a_walk_of_that_day_is_offered_with_its_source_and_nothing_is_ticked(house, tmp_path):
    assert offered(house) == {}
    (first, *_) = asked(house)
    brought(house, tmp_path, (first.weekday(), 9, 32))
    (key,) = offered(house)
    assert key == (first, "Ordinary walking")
    offer = offered(house)[key]
    assert (offer.source, offer.duration_s) == ("Watch", 1920)
    assert not any(one.did for day in week.week(house).days for one in day.entries)


def test_pieces_of_one_day_count_together_and_too_little_is_not_offered(house, tmp_path):
    first, second, *_ = asked(house)
    brought(house, tmp_path, (first.weekday(), 9, 15), (first.weekday(), 11, 14),
            (second.weekday(), 9, 20))  # fmt: skip
    assert [(on, len(offer.seen)) for (on, _), offer in offered(house).items()] == [(first, 2)]


def test_what_was_ticked_off_or_skipped_is_offered_no_more_and_undone_it_is_again(house, tmp_path):
    (first, *_) = asked(house)
    brought(house, tmp_path, (first.weekday(), 9, 40))
    for did in ("done", "skipped"):
        week.mark(house, on=first.isoformat(), activity="Ordinary walking", did=did, reason="Watch")
        assert offered(house) == {}
        week.undo(house, week.week(house).last.id)
        assert list(offered(house)) == [(first, "Ordinary walking")]


def test_an_import_taken_back_takes_its_offer_with_it(house, tmp_path):
    (first, *_) = asked(house)
    brought(house, tmp_path, (first.weekday(), 9, 40))
    importing.take_back(house, 1)
    assert offered(house) == {}


def test_strength_is_never_told_from_a_file_and_no_week_to_come_is_asked(house, tmp_path):
    brought(house, tmp_path, *((day, 9, 60) for day in range(6)))
    assert {activity for _, activity in offered(house)} == {"Ordinary walking"}
    assert offering.offers(house, week.week(house, ahead=2)) == {}


def test_where_the_plan_says_no_minutes_ten_are_enough():
    kinds = {"Swim or cycle": frozenset({"cycling"})}
    entry = Entry("Swim or cycle", "Swim or cycle", "", 0)
    for minutes, fits in ((9, False), (10, True)):
        ride = ActivityRow(kind="cycling", duration_s=60.0 * minutes, source="")
        offer = offering._offer(entry, (ride,), kinds)
        assert (offer is not None) is fits
        assert offer is None or offer.source == "a file"
