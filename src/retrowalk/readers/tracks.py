"""GPX and TCX: tracks and laps, read as they pass; each activity or track becomes one."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from retrowalk.readers.brought import (
    MOST_ACTIVITIES,
    Activity,
    Brought,
    Kind,
    Progress,
    TooMany,
    bad,
    likely_bpm,
    unnamed,
)
from retrowalk.readers.safe_xml import read_xml

LARGEST_BYTES = 256 << 20
LONGEST_TEXT = 200  # letters of an element that is a time or a figure
EARTH_M = 6_371_008.8  # mean radius; a walk needs no ellipsoid
WORDS = {"walk": Kind.WALK, "hik": Kind.WALK, "run": Kind.RUN, "cycl": Kind.CYCLE,
         "bik": Kind.CYCLE, "swim": Kind.SWIM}  # fmt: skip


@dataclass(slots=True)
class _Track:
    """One track or activity as it is met: sums, so that a long one needs no more memory."""

    named: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    walked_m: float = 0.0
    said_s: float = 0.0
    said_m: float = 0.0
    beats: int = 0
    beats_bpm: float = 0.0
    top_bpm: float | None = None
    here: tuple[float, float] | None = None

    def come_to(self, there: tuple[float, float]) -> None:
        if self.here is not None:
            self.walked_m += _apart_m(self.here, there)
        self.here = there

    def pass_at(self, at: datetime) -> None:
        """Times may stand out of order."""
        self.began_at = min(self.began_at or at, at)
        self.ended_at = max(self.ended_at or at, at)

    def beat(self, bpm: float) -> None:
        self.beats, self.beats_bpm = self.beats + 1, self.beats_bpm + bpm
        self.top_bpm = max(self.top_bpm or bpm, bpm)

    def activity(self, form: str) -> Activity | None:
        if self.began_at is None or self.ended_at is None:
            return None
        duration_s = self.said_s or (self.ended_at - self.began_at).total_seconds()
        distance_m = self.said_m or self.walked_m or None
        kind = next((kind for word, kind in WORDS.items() if word in self.named.lower()), None)
        return Activity(
            kind or unnamed(duration_s, distance_m), self.began_at, duration_s, distance_m, None,
            self.beats_bpm / self.beats if self.beats else None, self.top_bpm, form,
        )  # fmt: skip


@dataclass(slots=True)
class _Reading:
    """Elements by their local name; the text of the innermost one."""

    form: str
    found: list[_Track] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    text: str = ""
    unread: int = 0

    def begin(self, name: str, said: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.names.append(local)
        self.text = ""
        try:
            self._begin(local, said)
        except (KeyError, ValueError):
            self.unread += 1

    def _begin(self, local: str, said: dict[str, str]) -> None:
        match local:
            case "trk" | "Activity":
                if len(self.found) >= MOST_ACTIVITIES:
                    raise TooMany(MOST_ACTIVITIES, "tracks")
                self.found.append(_Track(said.get("Sport", "")))
            case "trkseg" | "Track" if self.found:
                self.found[-1].here = None  # a gap between two parts was not walked
            case "trkpt" if self.found:
                place = float(said["lat"]), float(said["lon"])
                if abs(place[0]) <= 90 and abs(place[1]) <= 360:
                    self.found[-1].come_to(place)

    def hear(self, text: str) -> None:
        if len(self.text) < LONGEST_TEXT:
            self.text += text

    def finish(self, name: str) -> None:
        local, text = name.rpartition(":")[2], self.text.strip()
        self.names.pop()
        self.text = ""
        if self.found and text:
            try:
                self._finish(local, self.names[-1] if self.names else "", text)
            except (ValueError, OverflowError):
                self.unread += 1

    def _finish(self, local: str, inside: str, text: str) -> None:
        track = self.found[-1]
        match local, inside:
            case ("time", "trkpt") | ("Time", "Trackpoint") | ("Id", "Activity"):
                at = datetime.fromisoformat(text)
                track.pass_at((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC))
            case "type", "trk":
                track.named = text
            case "TotalTimeSeconds", "Lap":
                track.said_s += max(0.0, float(text))
            case "DistanceMeters", "Lap":
                track.said_m += max(0.0, float(text))
            case ("Value", "HeartRateBpm") | ("hr", _):
                if (bpm := likely_bpm(float(text))) is not None:
                    track.beat(bpm)


def read_tracks(path: Path, form: str, progress: Progress | None = None) -> Brought:
    """What a GPX or TCX file holds.  BadImport for what is broken, or has no times."""
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise bad(path, f"a {form} file of {size >> 20} MB is none of a walk")
    reading = _Reading(form)
    with path.open("rb") as file:
        try:
            read_xml(path, file, size, start=reading.begin, end=reading.finish, text=reading.hear,
                     progress=progress)  # fmt: skip
        except TooMany as many:
            raise bad(path, str(many)) from None
    found = [made for track in reading.found if (made := track.activity(form)) is not None]
    if not found:
        raise bad(path, "it holds no track with times", "choose one that was recorded on the way")
    return Brought(form, tuple(found), (), reading.unread)


def _apart_m(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance of two places.  From: the haversine formula."""
    (lat, lon), (lat2, lon2) = (tuple(map(radians, place)) for place in (here, there))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))
