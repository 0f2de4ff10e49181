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


MUTANTS = (
    Mutant("a brushed button starts a belt", "HOLD_S = 2.0", "HOLD_S = 0.0"),
    Mutant("a broken hold counts", "BEAT_GAP_S = 0.6", "BEAT_GAP_S = 60.0"),
    Mutant("a stop is asked once only", "return session, StopBelt(stop.reason)  #", "return session, None  #"),
    Mutant("one nonsense zero is rest", "RESTS_NEEDED = 2", "RESTS_NEEDED = 1"),
    Mutant("the ramp binds upward only", "min(max(wanted_mps - session.asked_mps, -step_mps), step_mps)", "min(wanted_mps - session.asked_mps, step_mps)"),
    Mutant("the plan outranks the limits", "min(plan.intervals[session.interval_i].belt_mps, _top_mps(plan, session))", "plan.intervals[session.interval_i].belt_mps"),
    Mutant("silence is no hazard", "Starting() | Walking() | Slowing(), Ticked() if _silent", "Starting(), Ticked() if _silent"),
    Mutant("a fast belt is followed", "session.trail_mps + plan.limits.stray_mps", "session.trail_mps + 9 * plan.limits.stray_mps"),
    Mutant("a belt is started unheard", "    if not _seen_at_rest(session):\n", "    if False:\n"),
    Mutant("a fault becomes a pause", "if stop.ends or (stop.reason not in PLANNED and not ends)", "if stop.ends or stop.reason not in PLANNED"),
    Mutant("a belt may still start after Stop", "if rests < RESTS_NEEDED or session.now_s < stop.settled_s", "if rests < RESTS_NEEDED"),
    Mutant("a belt moving by itself is ignored", "if session.heard_mps > plan.limits.stray_mps:", "if False:"),
    Mutant("a late tick buys a jump", "return min(max(at_s - session.ticked_s, 0.0), LONGEST_TICK_S)", "return max(at_s - session.ticked_s, 0.0)"),
    Mutant("the turn is asked before the belt rests", "    return (session, request) if session.asked_mps > 0 else _stop(session, reason)", "    return (session, request) if session.asked_mps > 0 else (_at_rest(plan, session, Stopping(reason, False, 0.0, 0.0)), None)"),
)  # fmt: skip


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
            [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", "tests/live/test_machine.py"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": folder},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if run.returncode not in (0, 1):
            raise SystemExit(f"mutant “{mutant.hazard}” could not be tried: {run.stdout[-500:]}")
        return run.returncode == 1


CONTROL = Mutant("nothing is broken", "HOLD_S = 2.0", "HOLD_S = 2.0")


def count() -> tuple[int, int]:
    """How many mutants were killed, of how many; the unbroken package must survive first."""
    if killed(CONTROL):
        raise SystemExit("the unbroken package fails its own tests; mend that first")
    return sum(killed(mutant) for mutant in MUTANTS), len(MUTANTS)


def main() -> int:
    if killed(CONTROL):
        raise SystemExit("the unbroken package fails its own tests; mend that first")
    survivors = []
    for mutant in MUTANTS:
        dead = killed(mutant)
        print(f"{'killed  ' if dead else 'SURVIVED'} {mutant.hazard}", flush=True)
        survivors += [] if dead else [mutant]
    print(f"{len(MUTANTS) - len(survivors)} of {len(MUTANTS)} killed")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main())
