"""The slow searches for faults: mutants of the live session, mangled files, spoilt imports and
backups, drawn recordings, drawn bytes of treadmills, apps killed under a guard, sessions on faulty
treadmills.

    python -m validation.campaign [--only readers] [--count 10000] [--seed 0]

Run whole and without another --count, each search's numbers are kept with the other promises as
soon as it ends, so a campaign that is stopped is taken up with --only.  Seeds are printed; a file
or recording is made again by `validation.fuzz_readers` and `validation.fuzz_recordings`.
Streaming is searched with the recordings: four in ten are also pushed in pieces.
"""

import argparse
import os
from collections.abc import Callable, Iterable

from validation import belt, fuzz_codec, fuzz_imports, fuzz_readers, fuzz_recordings, guard, mutants
from validation.__main__ import keep
from validation.promise import Promise

SEARCHES: dict[str, Callable[..., Iterable[Promise]]] = {
    "recordings": fuzz_recordings.promises,
    "readers": fuzz_readers.promises,
    "imports": fuzz_imports.promises,
    "codec": fuzz_codec.promises,
    "guard": guard.search,
    "belt": belt.search,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m validation.campaign", description=__doc__)
    parser.add_argument("--only", action="append", default=[], choices=["mutants", *SEARCHES])
    parser.add_argument("--count", type=int, help="of each search; nothing kept")
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    os.nice(10)
    only = told.only or ["mutants", *SEARCHES]
    short = mutants.main() if "mutants" in only else 0
    for name, search in SEARCHES.items():
        if name in only:
            asked = {"seed": told.seed} | ({"count": told.count} if told.count else {})
            seen = list(search(**asked))
            for promise in seen:
                print(promise.line(), flush=True)
            if not told.count:
                keep(seen)
            short |= any(not promise.ok for promise in seen)
    return int(short)


if __name__ == "__main__":
    raise SystemExit(main())
