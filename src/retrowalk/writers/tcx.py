"""A session as TCX: a lap for each direction, named in its notes; TCX has no field for it."""

from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from retrowalk.words import Direction
from retrowalk.writers.walked import Lap, Moment, Walked, heart

PLACE = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
MORE = "http://www.garmin.com/xmlschemas/ActivityExtension/v2"
NOTES = {Direction.BACKWARD: "backward", Direction.FORWARD: "forward",
         Direction.UNCLEAR: "standing"}  # fmt: skip


def tcx_content(walked: Walked) -> bytes:
    """The whole file, UTF-8.  The order of elements is the schema's."""
    root = Xml.Element("TrainingCenterDatabase", {"xmlns": PLACE, "xmlns:x": MORE})
    activity = Xml.SubElement(Xml.SubElement(root, "Activities"), "Activity", Sport="Other")
    _put(activity, "Id", _when(walked.at(walked.moments[0])))
    for lap in walked.laps:
        _lap(activity, walked, lap)
    _put(activity, "Notes", f"Walking, of it backward as the laps say: {_clean(walked.title)}")
    content: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _lap(activity: Xml.Element, walked: Walked, lap: Lap) -> None:
    made = Xml.SubElement(activity, "Lap", StartTime=_when(walked.at(lap.moments[0])))
    _put(made, "TotalTimeSeconds", str(float(lap.duration_s)))
    _put(made, "DistanceMeters", f"{lap.distance_m:.2f}")
    _put(made, "Calories", "0")  # the schema wants one; nobody measured any
    rates = heart(lap.moments)
    if rates is not None:
        for name, rate in zip(("AverageHeartRateBpm", "MaximumHeartRateBpm"), rates, strict=True):
            _put(Xml.SubElement(made, name), "Value", str(rate))
    _put(made, "Intensity", "Resting" if lap.direction is Direction.UNCLEAR else "Active")
    _put(made, "TriggerMethod", "Manual")
    track = Xml.SubElement(made, "Track")
    for moment in lap.moments:
        _point(track, walked, moment)
    _put(made, "Notes", NOTES[lap.direction])


def _point(track: Xml.Element, walked: Walked, moment: Moment) -> None:
    made = Xml.SubElement(track, "Trackpoint")
    _put(made, "Time", _when(walked.at(moment)))
    _put(made, "DistanceMeters", f"{moment.distance_m:.2f}")
    if moment.heart_bpm is not None:
        _put(Xml.SubElement(made, "HeartRateBpm"), "Value", str(round(moment.heart_bpm)))
    more = Xml.SubElement(Xml.SubElement(made, "Extensions"), "x:TPX")
    _put(more, "x:Speed", f"{moment.belt_mps:.3f}")


def _put(into: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(into, name).text = text


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _clean(text: str) -> str:
    """XML has no place for control characters."""
    return "".join(c for c in text if c.isprintable())
