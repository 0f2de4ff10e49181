"""Brought once, shown beside the sessions, taken back whole, and never a backward dose."""

from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from tests.app.walked import NOON, a_house, log, put_sessions
from validation.health_export import AN_HOUR, HEAD, RECORD, WORKOUT, write_export

from retrowalk.app import exporting, history, importing
from retrowalk.app.alike import ALIKE_RATIO, Spans
from retrowalk.app.import_under_way import Importer
from retrowalk.errors import BadImport, Conflict, Missing


@pytest.fixture
def house(tmp_path):
    opened = a_house(tmp_path / "house")
    yield opened
    opened.close()


def export(path, *began: datetime, steps: dict[str, int] | None = None, minutes: int = 30):
    def said(at: datetime) -> str:
        return f"{at:%Y-%m-%d %H:%M:%S +0000}"

    lasting = WORKOUT.replace('duration="30"', f'duration="{minutes}"')
    walks = [lasting.format(start=said(at), end=said(at + timedelta(minutes=minutes)))
             for at in began]  # fmt: skip
    counts = [RECORD.format(kind="StepCount", source="Watch", unit="count", value=count,
                            start=f"{day} 10:00:00 +0000", end=f"{day} 10:01:00 +0000")
              for day, count in (steps or {}).items()]  # fmt: skip
    path.write_text(HEAD + "".join(counts + walks) + "</HealthData>\n")
    return path


def test_walks_are_kept_and_no_backward_dose_comes_of_them(house, tmp_path) -> None:
    put_sessions(house, [NOON - timedelta(days=2)], events=log())
    before = history.weekly_minutes(house), history.sessions(house)
    made = importing.bring_in(house, export(tmp_path / "a.xml", NOON - timedelta(days=1)))
    assert made.outcome == importing.Outcome(1, 0, 0, 0, 0, 0)
    (walk,) = importing.activities(house, most=9)
    assert (walk.kind.value, walk.distance_m, walk.source) == ("walking", 2100, "Watch")
    assert (history.weekly_minutes(house), history.sessions(house)) == before


def test_the_same_file_and_the_same_walk_are_recognised(house, tmp_path) -> None:
    first = export(tmp_path / "a.xml", NOON - timedelta(days=1))
    importing.bring_in(house, first)
    with pytest.raises(Conflict, match="here already"):
        importing.bring_in(house, first)
    longer = export(tmp_path / "b.xml", NOON - timedelta(days=1, minutes=5),
                    NOON - timedelta(days=3))  # fmt: skip
    assert importing.bring_in(house, longer).outcome == importing.Outcome(1, 0, 1, 0, 0, 0)
    assert importing.counted(house) == 2


def test_our_own_session_from_a_watch_is_not_counted_again(house, tmp_path) -> None:
    (own,) = put_sessions(house, [NOON - timedelta(days=1)], events=log())
    with house.store.writing() as rows:  # as long as a session lasts
        from retrowalk.store.models import SessionRow  # noqa: PLC0415

        rows.get_one(SessionRow, own).ended_at = NOON - timedelta(days=1) + timedelta(minutes=3)
    content, _, name = exporting.session_file(house, own, "fit")
    (tmp_path / name).write_bytes(content)
    assert importing.bring_in(house, tmp_path / name).outcome.own == 1
    assert importing.counted(house) == 0


def test_an_import_is_taken_back_whole_and_can_come_again(house, tmp_path) -> None:
    file = export(tmp_path / "a.xml", NOON - timedelta(days=1), steps={"2026-11-20": 4000})
    made = importing.bring_in(house, file)
    assert importing.steps_lately(house) == (4000, 1)
    importing.take_back(house, made.id)
    assert importing.counted(house) == 0
    assert importing.steps_lately(house) is None
    (kept,) = importing.imports(house)
    assert kept.undone
    assert importing.bring_in(house, file).outcome.activities == 1
    with pytest.raises(Missing):
        importing.take_back(house, 99)


def test_a_day_exported_at_noon_grows_and_shrinks_back(house, tmp_path) -> None:
    importing.bring_in(house, export(tmp_path / "a.xml", steps={"2026-11-19": 4000}))
    later = importing.bring_in(
        house, export(tmp_path / "b.xml", steps={"2026-11-19": 7000, "2026-11-20": 5000})
    )
    assert later.outcome.days == 2
    assert importing.steps_lately(house) == (6000, 2)
    importing.take_back(house, later.id)
    assert importing.steps_lately(house) == (4000, 1)


def test_what_no_walk_can_be_is_left_out_and_said(house, tmp_path) -> None:
    began = datetime(1971, 1, 1, tzinfo=UTC), NOON + timedelta(days=400), NOON - timedelta(days=9)
    file = export(tmp_path / "a.xml", *began, steps={"1950-01-01": 9, "2026-11-20": 900_000})
    assert importing.bring_in(house, file).outcome == importing.Outcome(1, 0, 0, 0, 2, 0)


def test_ten_years_come_in_and_go_on_the_newest_page(house, tmp_path) -> None:
    write_export(tmp_path / "a.xml", days=3650, awake=AN_HOUR)
    made = importing.bring_in(house, tmp_path / "a.xml")
    assert (made.outcome.activities, made.outcome.days) == (3650, 3650)
    assert len(importing.activities(house, most=12)) == 12
    (tmp_path / "b.xml").write_text((tmp_path / "a.xml").read_text() + "\n")
    again = importing.bring_in(house, tmp_path / "b.xml")
    assert again.outcome == importing.Outcome(0, 0, 3650, 0, 0, 0)
    importing.take_back(house, made.id)
    assert importing.counted(house) == 0


def test_a_file_of_one_walk_looks_only_at_what_it_could_touch(house, tmp_path) -> None:
    """Ten years as a file a day: each looks at few rows, however many there are."""
    write_export(tmp_path / "a.xml", days=3650, awake=AN_HOUR)
    importing.bring_in(house, tmp_path / "a.xml")
    seen = []
    event.listen(house.store.engine, "before_cursor_execute",
                 lambda _c, _u, said, asked, *_: seen.append((said, asked)))  # fmt: skip
    importing.bring_in(house, export(tmp_path / "b.xml", NOON - timedelta(days=1)))
    looked = [(said, asked) for said, asked in seen if "FROM activities" in said]
    with house.store.reading() as rows:
        met = [rows.connection().exec_driver_sql(*one).fetchall() for one in looked]
    assert len(met) == 1
    assert len(met[0]) <= 5


stretches = st.tuples(st.integers(0, 400), st.integers(1, 120)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(stretches, max_size=40))
def test_alike_is_found_as_by_looking_at_every_pair(spans) -> None:
    kept, by_pairs = Spans(), []
    for span in spans:
        half = [min(span[1], one[1]) - max(span[0], one[0])
                > ALIKE_RATIO * min(span[1] - span[0], one[1] - one[0])
                for one in by_pairs]  # fmt: skip
        assert kept.has_alike(span) == any(half) == Spans(by_pairs).has_alike(span)
        if not any(half):
            kept.add(span)
            by_pairs.append(span)


def test_a_file_made_to_be_slow_is_looked_through_at_once() -> None:
    """A stretch of two days, a hundred thousand of a second: to look back each time takes hours."""
    kept = Spans([(-200_000.0, -30_000.0)])
    for i in range(100_000):
        span = (1.7 * i - 150_000 * (i % 2), 1.7 * i + 1 - 150_000 * (i % 2))
        if not kept.has_alike(span):
            kept.add(span)


def test_one_import_at_a_time_and_its_problem_is_kept(house, tmp_path) -> None:
    importer = Importer()
    bad = importer.begin(house, "walk.fit", lambda file: file.write_text("nonsense"))
    while bad.going:
        sleep(0.05)
    assert bad.problem.startswith("walk.fit was not imported")
    importer.last.problem = ""
    with pytest.raises(Conflict, match="Another file"):
        importer.begin(house, "b", lambda _: None)
    importer.last.problem = "over"

    def fails(_: object) -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        importer.begin(house, "c", fails)
    assert not importer.last.going


def test_a_refusal_names_the_file_as_the_walker_does(house, tmp_path) -> None:
    (tmp_path / "import").write_text("nonsense")
    with pytest.raises(BadImport, match=r"^my walk\.fit was not"):
        importing.bring_in(house, tmp_path / "import", name="my walk.fit")
