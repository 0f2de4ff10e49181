"""What bringing ten years from elsewhere costs, beside ten years of sessions of our own.

python -m validation.bringing

The whole way is measured: reading, finding what is here already, keeping.  The export has a walk
and a count of steps every day and little else; half a gigabyte of heart rates is measured by
`validation.exchange`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from tests.app.walked import NOON, SORE, a_house, daily, put_sessions

from retrowalk.app import importing
from retrowalk.app.house import House
from validation.health_export import AN_HOUR, HEAD, WORKOUT, write_export
from validation.promise import Promise, at_most

COMMAND = "python -m validation --only bringing"
DAYS = 3650


def promises() -> Iterator[Promise]:
    ran = subprocess.run([sys.executable, "-m", "validation.bringing", "apart"],
                         capture_output=True, text=True, check=True)  # fmt: skip
    seen: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    yield at_most("outcome.import_ten_years", seen["whole_s"], 10, "s of processor", COMMAND)
    yield at_most("outcome.import_ten_years_mb", seen["peak_mb"], 300, "MB", COMMAND)
    yield at_most("outcome.import_ten_years_again", seen["again_s"], 10, "s of processor", COMMAND)
    yield at_most("outcome.import_ten_years_wrong", seen["wrong"], 0, "walks or days", COMMAND)
    yield at_most("outcome.import_one_more_ms", 1000 * seen["one_s"], 100, "ms of processor",
                  COMMAND)  # fmt: skip


def _apart() -> dict[str, float]:
    with TemporaryDirectory(prefix="retrowalk-") as name:
        folder = Path(name)
        house = a_house(folder / "house")
        put_sessions(house, daily(DAYS), review=SORE)
        write_export(folder / "a.xml", days=DAYS, awake=AN_HOUR)
        (folder / "b.xml").write_text((folder / "a.xml").read_text() + "\n")
        whole_s, made = _brought(house, folder / "a.xml")
        again_s, known = _brought(house, folder / "b.xml")
        wrong = (abs(made.activities - DAYS) + abs(made.days - DAYS)
                 + known.activities + known.days + abs(known.known - DAYS))  # fmt: skip
        one_s = min(_one_more(house, folder / f"{i}.xml", i) for i in range(5))
        house.close()
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    return {"whole_s": whole_s, "again_s": again_s, "one_s": one_s, "wrong": wrong,
            "peak_mb": int(peak) / 1024}  # fmt: skip


def _one_more(house: House, file: Path, number: int) -> float:
    """A file of one walk, as a watch gives it."""
    start = NOON - timedelta(days=1, hours=3 + number)
    said = (f"{at:%Y-%m-%d %H:%M:%S +0000}" for at in (start, start + timedelta(minutes=30)))
    file.write_text(HEAD + WORKOUT.format(start=next(said), end=next(said)) + "</HealthData>\n")
    seconds, made = _brought(house, file)
    assert made.activities == 1, made
    return seconds


def _brought(house: House, file: Path) -> tuple[float, importing.Outcome]:
    began_s = process_time()
    made = importing.bring_in(house, file)
    return process_time() - began_s, made.outcome


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_apart()))
    else:
        for promise in promises():
            print(promise.line())
