"""Which branches of the safety modules no test goes down.

make coverage
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from validation.__main__ import keep
from validation.promise import Promise, at_least

ROOT = Path(__file__).parents[1]
COMMAND = "make coverage"
MODULES = ("live/*.py", "treadmill/ftms*.py", "treadmill/guard.py", "treadmill/guard_*.py",
           "treadmill/guarded.py")  # fmt: skip
TESTS = ("tests/live", "tests/treadmill/test_ftms.py", "tests/treadmill/test_ftms_edges.py",
         *sorted(str(path.relative_to(ROOT))
                 for path in (ROOT / "tests" / "treadmill").glob("test_guard*.py")
                 if path.name != "test_guard_process.py"))  # fmt: skip


def promises() -> Iterable[Promise]:
    """Of a hundred branches and lines, how many the tests beside these modules go through."""
    with TemporaryDirectory() as folder:
        found = _measured(Path(folder))
    for name, one in sorted(found["files"].items()):
        missed = [*one["missing_lines"], *(f"{a}->{b}" for a, b in one["missing_branches"])]
        print(f"{name:<44} {one['summary']['num_branches']:4} branches  {missed or 'all taken'}")
    total = found["totals"]
    taken, there = total["covered_branches"], total["num_branches"]
    lines = total["missing_lines"]
    unit = f"% of {there} branches"
    yield at_least("belt.branches", 100 * taken / there, 100, unit, COMMAND)
    percent = 100 - 100 * lines / total["num_statements"]
    yield at_least("belt.branches_lines", percent, 100, "% of lines", COMMAND)


def _measured(folder: Path) -> dict[str, dict[str, dict[str, list[int]]]]:
    environment = {**os.environ, "COVERAGE_FILE": str(folder / "coverage")}
    python = [sys.executable, "-m"]
    include = ",".join(f"src/retrowalk/{one}" for one in MODULES)
    tests = subprocess.run([*python, "coverage", "run", "--branch", "-m", "pytest", "-q", "-n", "0",
                            "--hypothesis-profile=ci",  # without deadlines
                            *TESTS], cwd=ROOT, env=environment, check=False)  # fmt: skip
    if tests.returncode:
        raise SystemExit("the tests fail; mend that first")
    told = folder / "told.json"
    tell = [*python, "coverage", "json", "-q", f"--include={include}", "-o", str(told)]
    subprocess.run(tell, cwd=ROOT, env=environment, check=True)
    return json.loads(told.read_text())  # type: ignore[no-any-return]


if __name__ == "__main__":
    os.nice(10)
    seen = list(promises())
    for promise in seen:
        print(promise.line())
    keep(seen)
    raise SystemExit(not all(promise.ok for promise in seen))
