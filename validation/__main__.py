"""Print every measured promise, one a line; keep them in results.json and docs/accuracy.md.

    python -m validation [--only session] [--only measure] …

A promise measured on other people's recordings is left as it was last measured, and said so,
when the folder (RETROWALK_DATA) is not there.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

from validation import pages
from validation.promise import Promise, as_rows

RESULTS = Path(__file__).parent / "results.json"
MODULES = (
    "session",
    "cues",
    "measure",
    "stream",
    "week",
    "long_files",
    "speed",
    "thigh",
    "contacts",
    "loops",
    "feet",
    "first_use",
    "kiel",
    "cohort",
    "house",
    "phone",
    "guard",
    "belt_wire",
    "belt_page",
    "outcomes",
    "plans",
    "journey",
    "trial",
    "exchange",
    "evidence_data",
    "evidence_numbers",
    "evidence_pages",
    "bringing",
)


def source(name: str) -> Callable[[], Iterable[Promise]]:
    """What one module of this package measures; imported only when asked for."""
    promises: Callable[[], Iterable[Promise]] = import_module(f"validation.{name}").promises
    return promises


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="MODULE",
                        choices=MODULES)  # fmt: skip
    only = parser.parse_args().only
    short, seen = 0, []
    for name in only or MODULES:
        for promise in source(name)():
            print(promise.line(), flush=True)
            seen.append(promise)
            short += not promise.ok
    keep(seen)
    print(f"{len(seen)} measured, {short} short", file=sys.stderr)
    return 0  # a promise missed is a number to be read, not a command that failed


def keep(seen: list[Promise]) -> None:
    """Replace what was measured now, keep what was not."""
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    now = {promise.id for promise in seen}
    kept = [row for row in before if row["id"] not in now]
    rows = sorted([*kept, *as_rows(seen)], key=lambda row: str(row["id"]))
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")
    pages.rewrite(rows)


if __name__ == "__main__":
    raise SystemExit(main())
