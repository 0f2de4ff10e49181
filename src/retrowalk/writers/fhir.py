"""Sessions and tests as a FHIR R4 bundle, with the codes of HL7's Physical Activity guide.

What is used of FHIR (Bundle, Patient, Device, Observation) is alike in R4 (4.0.1) and R4B
(4.3.0).  Each session is a panel with its measures as members; what no public code names
(direction, our tests) has a code of our own beside plain text.  No name, no address: the patient
is a number made for this file.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from retrowalk.units import MINUTE
from retrowalk.words import Dose

LOINC = "http://loinc.org"
ACTIVITY = "http://hl7.org/fhir/us/physical-activity/CodeSystem/pa-temporary-codes"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
UCUM = "http://unitsofmeasure.org"
OURS = "urn:retrowalk:codes"
DURATION = (LOINC, "55411-3", "Exercise duration")
MEAN_HEART = (LOINC, "55425-3", "Heart rate unspecified time mean by Pedometer")
TOP_HEART = (LOINC, "55426-1", "Heart rate unspecified time maximum by Pedometer")
PAIN = (LOINC, "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")
PANEL = (ACTIVITY, "PAPanel", "Physical Activity Panel")
DIRECTIONS = {"backward": (OURS, "backward", "Walking backward"),
              "forward": (OURS, "forward", "Walking forward")}  # fmt: skip
UCUM_OF = {"s": "s", "m/s": "m/s", "m": "m", "rad": "rad", "points": "{score}",
           "times": "{count}", "beats a minute": "/min"}  # fmt: skip
Code = tuple[str, str, str]
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SessionTold:
    """One session, as a bundle tells it; what the walker left open is None."""

    id: str
    began_at: datetime
    ended_at: datetime
    dose: Dose
    pain: int | None = None
    effort: int | None = None
    heart_mean_bpm: float | None = None
    heart_top_bpm: float | None = None


@dataclass(frozen=True, slots=True)
class TestTold:
    """One test, in SI."""

    id: int
    outcome: str
    title: str
    on: date
    value: float
    unit: str


def fhir_bundle(
    sessions: Sequence[SessionTold], tests: Sequence[TestTold], *, made_at: datetime
) -> bytes:
    """The bundle as JSON, UTF-8.  The same sessions keep the same ids in every bundle."""
    patient = _entry({"resourceType": "Patient"}, "patient")
    device = _entry({
        "resourceType": "Device",
        "deviceName": [{"name": "retrowalk", "type": "user-friendly-name"}],
        "note": [{"text": "An exercise coach, not a medical device."}],
    }, "device")  # fmt: skip
    about = {"subject": {"reference": patient["fullUrl"]},
             "device": {"reference": device["fullUrl"]}}  # fmt: skip
    told = [entry for session in sessions for entry in _session(session, about)]
    told += [_test(test, about) for test in tests]
    bundle = {"resourceType": "Bundle", "type": "collection", "timestamp": made_at.isoformat(),
              "entry": [patient, device, *told]}  # fmt: skip
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode()


def _entry(resource: Resource, *name: object) -> Resource:
    """With an id that depends only on what it is."""
    made = uuid.uuid5(uuid.NAMESPACE_URL, "urn:retrowalk:" + ":".join(map(str, name)))
    return {"fullUrl": f"urn:uuid:{made}", "resource": {"id": str(made)} | resource}


def _observation(code: Code, category: str, about: Resource, when: Resource) -> Resource:
    system, name, display = code
    return {
        "resourceType": "Observation", "status": "final",
        "category": [
            {"coding": [{"system": CATEGORY, "code": category}]},
            {"coding": [{"system": ACTIVITY, "code": "PhysicalActivity"}]},
        ],
        "code": {"coding": [{"system": system, "code": name, "display": display}],
                 "text": display},
    } | about | when  # fmt: skip


def _quantity(value: float, unit: str, code: str) -> Resource:
    return {"valueQuantity": {"value": round(value, 6), "unit": unit, "system": UCUM, "code": code}}


def _session(session: SessionTold, about: Resource) -> Iterator[Resource]:
    when = {"effectivePeriod": {"start": session.began_at.isoformat(),
                                "end": session.ended_at.isoformat()}}  # fmt: skip
    members = list(_members(session, about, when))
    panel = _observation(PANEL, "activity", about, when)
    panel["hasMember"] = [{"reference": member["fullUrl"]} for member in members]
    yield _entry(panel, session.id, "panel")
    yield from members


def _members(session: SessionTold, about: Resource, when: Resource) -> Iterator[Resource]:
    dose = session.dose
    for way, seconds, metres in (("backward", dose.backward_s, dose.backward_m),
                                 ("forward", dose.forward_s, dose.forward_m)):  # fmt: skip
        made = _observation(DURATION, "activity", about, when)
        system, name, display = DIRECTIONS[way]
        made |= _quantity(seconds / MINUTE, "min", "min")
        made["component"] = [
            {"code": {"coding": [{"system": system, "code": name, "display": display}],
                      "text": f"{display}, distance"}} | _quantity(metres, "m", "m")
        ]  # fmt: skip
        yield _entry(made, session.id, way)
    for code, bpm in ((MEAN_HEART, session.heart_mean_bpm), (TOP_HEART, session.heart_top_bpm)):
        if bpm is not None:
            made = _observation(code, "activity", about, when)
            yield _entry(made | _quantity(bpm, "beats/min", "/min"), session.id, code[1])
    effort = (OURS, "effort", "Effort said afterwards, 0 to 10")
    for code, score in ((PAIN, session.pain), (effort, session.effort)):
        if score is not None:
            made = _observation(code, "survey", about, when)
            yield _entry(made | _quantity(score, "{score}", "{score}"), session.id, code[1])


def _test(test: TestTold, about: Resource) -> Resource:
    code = (OURS, test.outcome, test.title)
    made = _observation(code, "survey", about, {"effectiveDateTime": test.on.isoformat()})
    unit = UCUM_OF.get(test.unit, "1")
    return _entry(made | _quantity(test.value, test.unit or "1", unit), "test", test.id)
