"""Break the live machine on purpose, one fault at a time, and see its tests notice.

    python -m validation.mutants

Each mutant is a copy of the package with one line of a safety module changed; it is killed
when tests/live fails on it.  A mutant whose line is gone is an error: keep the list true.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One hazard brought back: `old` becomes `new` in `module`."""

    hazard: str
    old: str
    new: str
    module: str = "live/machine.py"


MUTANTS = tuple(
    Mutant(**found)
    for found in tomllib.loads((ROOT / "validation" / "mutants.toml").read_text())["mutant"]
)
CONTROL = Mutant("nothing is broken", "HOLD_S = 2.0", "HOLD_S = 2.0")
TESTS = ("pytest", "-qx", "-p", "no:cacheprovider", "tests/live/test_machine.py",
         "tests/live/test_heart.py")  # fmt: skip


def killed(mutant: Mutant) -> bool:
    """Whether the tests of the live session fail on a package with this fault in it."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "retrowalk"
        shutil.copytree(ROOT / "src" / "retrowalk", package, ignore=shutil.ignore_patterns("*.pyc"))
        module = package / mutant.module
        text = module.read_text()
        if text.count(mutant.old) != 1:
            raise SystemExit(f"mutant “{mutant.hazard}”: its line is not in {mutant.module} once")
        module.write_text(text.replace(mutant.old, mutant.new))
        run = subprocess.run(
            [sys.executable, "-m", *TESTS],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": folder},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if run.returncode not in (0, 1):
            raise SystemExit(f"mutant “{mutant.hazard}” could not be tried: {run.stdout[-500:]}")
        return run.returncode == 1


def survivors() -> Iterator[Mutant]:
    """The faults no test notices; the unbroken package must pass first."""
    if killed(CONTROL):
        raise SystemExit("the unbroken package fails its own tests; mend that first")
    for mutant in MUTANTS:
        dead = killed(mutant)
        print(f"{'killed  ' if dead else 'SURVIVED'} {mutant.hazard}", file=sys.stderr, flush=True)
        if not dead:
            yield mutant


def main() -> int:
    alive = list(survivors())
    print(f"{len(MUTANTS) - len(alive)} of {len(MUTANTS)} killed")
    return 1 if alive else 0


if __name__ == "__main__":
    raise SystemExit(main())
