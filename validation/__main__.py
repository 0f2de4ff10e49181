"""Print every measured promise, one a line; keep them in results.json and docs/accuracy.md.

    python -m validation [--only session|measure|house …]

A promise measured on other people's recordings is left as it was last measured, and said so,
when the folder (RETROWALK_DATA) is not there.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from validation import house, measure, pages, session
from validation.promise import Promise, as_rows

RESULTS = Path(__file__).parent / "results.json"
SOURCES: tuple[Callable[[], Iterable[Promise]], ...] = (
    session.promises,
    measure.promises,
    house.promises,
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="MODULE",
                        choices=["session", "measure", "house"])  # fmt: skip
    only = parser.parse_args().only
    short, seen = 0, []
    for source in SOURCES:
        if only and source.__module__.removeprefix("validation.") not in only:
            continue
        for promise in source():
            print(promise.line(), flush=True)
            seen.append(promise)
            short += not promise.ok
    _keep(seen)
    print(f"{len(seen)} measured, {short} short", file=sys.stderr)
    return 1 if short else 0


def _keep(seen: list[Promise]) -> None:
    """Replace what was measured now, keep what was not."""
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    now = {promise.id for promise in seen}
    kept = [row for row in before if row["id"] not in now]
    rows = sorted([*kept, *as_rows(seen)], key=lambda row: str(row["id"]))
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")
    pages.rewrite(rows)


if __name__ == "__main__":
    raise SystemExit(main())
