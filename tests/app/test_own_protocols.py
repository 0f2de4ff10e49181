"""A protocol of one's own: checked, added, chosen, removed; never a way round a limit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.app.walked import put_sessions
from tests.app.ways import form, known, new_house
from tests.programme.cases import MINE, TEXTS

from retrowalk.app import (
    backing_up,
    ending,
    history,
    ladders,
    morning,
    own_protocols,
    planning,
    reporting,
    reviewing,
    screening,
    week,
)
from retrowalk.app.house import House, read_kept
from retrowalk.app.planning import NeedsProtocol, SessionReady
from retrowalk.errors import Conflict, Missing, Unwritable
from retrowalk.readers.protocols import AuthoredText
from retrowalk.store.models import ProtocolRow, SessionRow
from retrowalk.words import BACKWARD_CEILING_MPS, Direction, Review


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = new_house(tmp_path / "house")
    known(made)
    yield made
    made.close()


def added(house: House, text: str = MINE, name: str = "mine.toml") -> None:
    own_protocols.add(house.folder, AuthoredText(name, text))


def put(house: House, name: str, text: str | bytes) -> Path:
    """A file dropped into the folder by hand."""
    file = house.folder / own_protocols.FOLDER / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


# --- the folder -----------------------------------------------------------------------------


def test_what_is_added_can_be_chosen_and_stands_after_ours(house: House) -> None:
    assert house.own == own_protocols.Own()
    added(house)
    assert [one.protocol.id for one in house.own.good] == ["mine"]
    offered = planning.suggestions(house)
    assert offered[0].written_by == ""
    (mine,) = [one for one in offered if one.written_by]
    assert (mine.protocol_id, mine.written_by, mine.suits) == ("mine", "Dr Ruiz", True)
    suited = [one for one in offered if one.suits]
    assert suited[-1] == mine
    planning.choose_protocol(house, "mine")
    planning.submit_readiness(house, form(screening.today_questions()))
    step = planning.next_step(house)
    assert isinstance(step, SessionReady)
    assert step.title == "My own"


def test_the_same_name_is_not_added_twice(house: House) -> None:
    added(house)
    with pytest.raises(Conflict, match="remove that one first"):
        added(house)
    put(house, "other.toml", MINE)
    (broken,) = house.own.broken
    assert broken.file == "other.toml"
    assert "its id is that of mine.toml" in broken.why


def test_a_broken_file_is_named_and_stops_nothing(house: House) -> None:
    put(house, "ours.toml", TEXTS["ten-by-three"])
    put(house, "half.toml", MINE[:500])
    put(house, "picture.toml", b"\xff\xd8\xff\x00")
    put(house, "notes.txt", "not looked at")
    (house.folder / own_protocols.FOLDER / "folder.toml").mkdir()
    added(house)
    assert [one.protocol.id for one in house.own.good] == ["mine"]
    assert {one.file for one in house.own.broken} == {
        "ours.toml", "half.toml", "picture.toml", "folder.toml"
    }  # fmt: skip
    assert all(one.why for one in house.own.broken)
    house.close()
    again = new_house(house.folder)
    assert len(again.own.broken) == 4
    again.close()


def test_a_broken_file_is_removed_by_its_name_and_nothing_outside_the_folder(house: House) -> None:
    put(house, "half.toml", MINE[:500])
    outside = house.folder / "precious.toml"
    outside.write_text("precious")
    for name in ("../precious.toml", "precious.toml", "", "protocols", str(outside)):
        with pytest.raises(Missing, match="no protocol of your own"):
            own_protocols.remove(house.folder, name)
    assert own_protocols.remove(house.folder, "half.toml") == "half.toml"
    assert house.own == own_protocols.Own()
    assert outside.exists()


def test_more_than_a_hundred_files_are_not_read(house: House, monkeypatch) -> None:
    monkeypatch.setattr(own_protocols, "MOST_FILES", 2)
    for name in "abc":
        put(house, f"{name}.toml", MINE.replace('id = "mine"', f'id = "{name}"'))
    assert [one.protocol.id for one in house.own.good] == ["a", "b"]
    assert [one.file for one in house.own.broken] == ["c.toml"]
    with pytest.raises(Conflict, match="remove one first"):
        added(house)


def test_a_folder_that_is_a_file_is_said(house: House) -> None:
    (house.folder / own_protocols.FOLDER).write_text("a file")
    with pytest.raises(Unwritable, match="cannot be written"):
        added(house)
    assert house.own.good == ()
    assert isinstance(planning.next_step(house), planning.NeedsReadiness)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_lies_in_the_folder_the_house_goes_on(house: House, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(MINE)))
    length = data.draw(st.integers(0, 60))
    middle = data.draw(st.text(max_size=20))
    put(house, "drawn.toml", (MINE[:start] + middle + MINE[start + length :]).encode("utf-8",
        "surrogatepass"))  # fmt: skip
    own = house.own
    assert len(own.good) + len(own.broken) == 1
    assert len(planning.suggestions(house)) == len(house.packaged) + len(own.good)
    for one in own.good:
        fastest = max(rung.speed_ratio for rung in one.protocol.ladder)
        assert one.protocol.backward_mps * fastest <= BACKWARD_CEILING_MPS + 1e-9
        assert one.protocol.rails


# --- followed ---------------------------------------------------------------------------------


def follow(house: House) -> SessionReady:
    planning.choose_protocol(house, "mine")
    planning.submit_readiness(house, form(screening.today_questions()))
    step = planning.next_step(house)
    assert isinstance(step, SessionReady)
    return step


def test_a_plan_goes_on_from_the_kept_copy_when_the_file_is_gone_or_changed(house: House) -> None:
    added(house)
    before = follow(house)
    put(house, "mine.toml", MINE.replace('title = "My own"', 'title = "Changed"', 1))
    assert house.offered("mine").title == "Changed"
    assert planning.next_step(house) == before
    own_protocols.remove(house.folder, "mine")
    assert planning.next_step(house) == before
    assert isinstance(week.week(house), week.WeekShown)
    with pytest.raises(Missing):
        planning.choose_protocol(house, "mine")  # nobody can begin it any more
    put_sessions(house, [house.now()], review=Review(1, 1, 1, 3))
    assert history.sessions(house)[0].title == "My own"
    house.close()
    again = new_house(house.folder)
    assert again.protocol("mine").title == "My own"
    again.close()


def test_the_copy_travels_with_a_backup(house: House, tmp_path: Path) -> None:
    added(house)
    follow(house)
    backing_up.make(house, tmp_path / "all.zip")
    other = new_house(tmp_path / "other")
    backing_up.restore(other, tmp_path / "all.zip")
    assert other.protocol("mine").title == "My own"
    assert isinstance(planning.next_step(other), SessionReady)
    other.close()


def test_a_copy_no_version_can_read_asks_to_choose_anew_and_breaks_no_page(house: House) -> None:
    added(house)
    follow(house)
    (session_id,) = put_sessions(house, [house.now()])
    own_protocols.remove(house.folder, "mine")
    with house.store.writing() as rows:
        rows.query(ProtocolRow).one().text = "of another version"
    read_kept(house)
    reviewing.submit_review(house, session_id, form(reviewing.review_questions()))
    assert reviewing.summary(house, session_id).next_text == "The same again."
    assert planning.next_step(house) == NeedsProtocol()
    assert week.week(house) == week.NoPlan()
    assert ending.ending(house) is None
    assert history.sessions(house)[0].title == "mine"
    assert reporting.report_of(house).facts
    assert morning.unasked(house) is None


def test_a_planned_session_stays_below_every_ceiling(house: House) -> None:
    added(house)
    plan = follow(house).plan
    fastest = max(i.belt_mps for i in plan.intervals if i.direction is Direction.BACKWARD)
    assert fastest <= plan.limits.backward_top_mps <= BACKWARD_CEILING_MPS


def test_deleting_everything_deletes_the_files_too(house: House) -> None:
    added(house)
    follow(house)
    history.delete_everything(house)
    assert house.own == own_protocols.Own()
    assert house.kept == {}
    with house.store.reading() as rows:
        assert rows.query(SessionRow).count() == rows.query(ProtocolRow).count() == 0


def test_the_ladder_shown_counts_no_rest_as_walking(house: House) -> None:
    for protocol in house.packaged:
        shown = [seconds for _, seconds in ladders.rungs(house, protocol.id)]
        assert shown == [rung.backward_s for rung in protocol.ladder]
    assert ladders.rungs(house, "daily-minutes")[0][1] == 60
