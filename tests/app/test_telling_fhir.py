"""The bundle is one for fhir.resources (R4B: alike in all that is used here), and says the same."""

import json
import warnings
from datetime import timedelta

import pytest
from tests.app.walked import NOON, SORE, a_house, log, put_sessions, put_test, was

from retrowalk.app import telling_fhir

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fhir.resources.R4B.bundle import Bundle


@pytest.fixture
def house(tmp_path):
    opened = a_house(tmp_path / "house")
    yield opened
    opened.close()


def read(content: bytes):
    """Validated by a library that is not ours; every reference inside the bundle."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = Bundle.model_validate_json(content)
    urls = {entry.fullUrl for entry in made.entry}
    assert len(urls) == len(made.entry)
    text = content.decode()
    said = json.loads(text)
    for entry in said["entry"]:
        for name in ("subject", "device"):
            if name in entry["resource"]:
                assert entry["resource"][name]["reference"] in urls
        for member in entry["resource"].get("hasMember", ()):
            assert member["reference"] in urls
    return [entry.resource for entry in made.entry]


def by_code(resources, code: str) -> list:
    return [one for one in resources if one.get_resource_type() == "Observation"
            and one.code.coding[0].code == code]  # fmt: skip


def test_a_session_and_a_test_come_back_equal(house) -> None:
    put_sessions(house, [NOON - timedelta(days=1)], events=log(), review=SORE)
    put_sessions(house, [NOON], speed_up=300)  # a demonstration
    put_test(house, "timed-up-and-go", NOON.date(), 9.5)
    found = read(telling_fhir.bundle(house))
    back, fore = by_code(found, "55411-3")
    dose = was().dose
    assert float(back.valueQuantity.value) == pytest.approx(dose.backward_s / 60, abs=1e-5)
    assert float(fore.valueQuantity.value) == pytest.approx(dose.forward_s / 60, abs=1e-5)
    assert back.component[0].code.coding[0].code == "backward"
    assert float(back.component[0].valueQuantity.value) == pytest.approx(dose.backward_m, abs=1e-5)
    assert back.effectivePeriod.start == NOON - timedelta(days=1)
    assert [float(one.valueQuantity.value) for one in by_code(found, "72514-3")] == [4]
    assert [float(one.valueQuantity.value) for one in by_code(found, "effort")] == [5]
    assert float(by_code(found, "55425-3")[0].valueQuantity.value) == pytest.approx(96)
    (test,) = by_code(found, "timed-up-and-go")
    assert (float(test.valueQuantity.value), test.valueQuantity.code) == (9.5, "s")
    (panel,) = by_code(found, "PAPanel")
    assert len(panel.hasMember) == 6


def test_what_was_not_said_is_not_told_and_nobody_is_named(house) -> None:
    put_sessions(house, [NOON])
    content = telling_fhir.bundle(house)
    found = read(content)
    assert by_code(found, "72514-3") == []
    (patient,) = [one for one in found if one.get_resource_type() == "Patient"]
    assert patient.name is None
    assert patient.birthDate is None


def test_a_new_house_and_the_same_house_twice(house) -> None:
    assert len(read(telling_fhir.bundle(house))) == 2
    put_sessions(house, [NOON])
    assert telling_fhir.bundle(house) == telling_fhir.bundle(house)
