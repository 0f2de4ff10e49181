"""Break the safety modules in every small way mutmut knows, and see the tests notice.

    python -m validation.mutation [--more] [--again] [--area live] [--told] [--show]

It begins from nothing; with --more it goes on where it was stopped, or with what was changed since;
--again tries what survived.  Scores are kept with the other promises once every mutant was tried.
--show prints what each survivor changed, --told runs nothing.  What is mutated and which tests
judge it stands in pyproject.toml; nothing is left out of the count.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant

from validation.__main__ import keep
from validation.promise import Promise, at_least

ROOT = Path(__file__).parents[1]
FOLDER = Path("mutants")  # of mutmut, beside pyproject.toml
COMMAND = "make mutants"
LEAST_PERCENT = 90.0
KILLED, TOO_SLOW = {1, 3}, {-24, 24, 36, 152, 255}  # of mutmut's exit codes
AREAS = {"live": "live/", "ftms": "treadmill/ftms", "guard": "treadmill/guard"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One mutant of `module`, and what became of it."""

    name: str
    module: str
    end: str  # killed, too slow, survived or never tried

    @property
    def dead(self) -> bool:
        return self.end in {"killed", "too slow"}


def judged() -> Iterator[Judged]:
    """Every mutant there is."""
    for kept in sorted(FOLDER.rglob("*.py.meta")):
        module = kept.relative_to(FOLDER / "src" / "retrowalk").as_posix().removesuffix(".meta")
        for name, code in json.loads(kept.read_text())["exit_code_by_key"].items():
            yield Judged(name, module, _end(code))


def _end(code: int | None) -> str:
    if code is None:
        return "never tried"
    return "killed" if code in KILLED else "too slow" if code in TOO_SLOW else "survived"


def of_area(area: str, mutants: list[Judged]) -> list[Judged]:
    return [one for one in mutants if one.module.startswith(AREAS[area])]


def scores(mutants: list[Judged]) -> Iterator[Promise]:
    """How many of a hundred mutants of each area the tests notice."""
    for area in AREAS:
        mine = of_area(area, mutants)
        if mine and not any(one.end == "never tried" for one in mine):
            percent = 100 * sum(one.dead for one in mine) / len(mine)
            unit = f"% of {len(mine)}"
            yield at_least(f"belt.mutation_{area}", percent, LEAST_PERCENT, unit, COMMAND)


def table(mutants: list[Judged]) -> Iterator[str]:
    for module in sorted({one.module for one in mutants}):
        ends = Counter(one.end for one in mutants if one.module == module)
        dead = ends["killed"] + ends["too slow"]
        told = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
        yield f"{module:<32} {100 * dead / ends.total():6.1f} %   {told}"


def shown(one: Judged) -> str:
    """The lines it changed."""
    source = Path("src", "retrowalk", one.module)
    lines = get_diff_for_mutant(one.name, path=source).splitlines()
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return "\n".join([f"[{one.name.removeprefix('retrowalk.')}]", *changed])


def run(names: list[str]) -> None:
    """Let mutmut try these, or all; one at a time, for others use this machine too."""
    words = [Path(sys.executable).parent / "mutmut", "run", "--max-children", "1", *names]
    end = subprocess.run(words, check=False).returncode
    if end:
        raise SystemExit(f"mutmut ended with {end}: mend what its last lines tell, and try again")


def _asked(areas: list[str], *, again: bool) -> list[str]:
    if again:
        alive = [one for one in judged() if not one.dead]
        return [one.name for area in areas or AREAS for one in of_area(area, alive)]
    return [f"retrowalk.{AREAS[area].replace('/', '.')}*" for area in areas]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m validation.mutation", description=__doc__)
    parser.add_argument("--area", action="append", default=[], choices=AREAS)
    parser.add_argument("--more", action="store_true", help="keep what is known")
    parser.add_argument("--again", action="store_true", help="only what survived last time")
    parser.add_argument("--show", action="store_true", help="what each survivor changed")
    parser.add_argument("--told", action="store_true", help="run nothing, tell the last result")
    told = parser.parse_args()
    os.nice(10)
    os.chdir(ROOT)
    if not (told.area or told.again or told.told or told.more):
        shutil.rmtree(FOLDER, ignore_errors=True)
    if not told.told:
        run(_asked(told.area, again=told.again))
    mutants = [one for area in told.area or AREAS for one in of_area(area, list(judged()))]
    print("\n".join(shown(one) for one in mutants if told.show and one.end == "survived"))
    print("\n".join(table(mutants)))
    seen = list(scores(mutants))
    print("\n".join(promise.line() for promise in seen))
    if len(seen) == len(AREAS) and not told.told:
        keep(seen)
    return int(not all(promise.ok for promise in seen))


if __name__ == "__main__":
    raise SystemExit(main())
