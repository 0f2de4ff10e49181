"""`python -m benchmarks`: the gait engine beside its peers, in one run."""

import argparse
import os
import sys
from pathlib import Path

from benchmarks import report
from benchmarks.engines import OURS, PEER_NAMES
from benchmarks.environments import cache_folder
from benchmarks.gait import PARTS, Asked, measure_all
from benchmarks.promises import bars

HERE = Path(__file__).parent
NEXT_TO_US = HERE.parents[1] / "shared" / "data"


def main(words: list[str] | None = None) -> int:
    """Run what was asked for; timings never make it fail."""
    told = _parser().parse_args(words)
    parts = _chosen(told.only, PARTS, "--only")
    peers = _chosen(told.peers, PEER_NAMES, "--peers")
    if not (told.data / "mobgap").is_dir() or not (told.data / "gaitmap").is_dir():
        print(
            "benchmarks: the folders mobgap and gaitmap with the recordings were not found; "
            "name the folder that holds them with --data or RETROWALK_DATA.",
            file=sys.stderr,
        )
        return 1
    asked = Asked(
        folder=told.data,
        cache=told.cache,
        peers=peers,
        repeats=told.repeats,
        budget_s=told.budget,
        say=lambda line: print(line, flush=True),
    )
    findings = measure_all(asked, parts)
    met = bars(findings, OURS)
    text = report.whole(findings, met, OURS)
    print(f"\n{text}")
    if told.out:
        report.write_json(told.out, findings, met)
    elif parts == PARTS and peers == PEER_NAMES:
        report.write_json(HERE / "results.json", findings, met)
        report.write_readme(HERE / "README.md", text)
    return 0


def _chosen(words: str, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    named = tuple(word.strip() for word in words.split(",") if word.strip())
    if strange := [word for word in named if word not in known]:
        sys.exit(f"benchmarks: {option} {strange[0]} is not one of {', '.join(known)}.")
    return tuple(name for name in known if name in named)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    data = Path(os.environ.get("RETROWALK_DATA", NEXT_TO_US))
    add = parser.add_argument
    add("--only", default=",".join(PARTS), help=f"some of: {', '.join(PARTS)}")
    add("--peers", default=",".join(PEER_NAMES), help=f"some of: {', '.join(PEER_NAMES)}")
    add("--data", type=Path, default=data, help="the folder with mobgap/ and gaitmap/")
    add("--cache", type=Path, default=cache_folder(), help="where the peers are installed")
    add("--repeats", type=int, default=3, help="times each hour is measured at most (3)")
    add("--budget", type=float, default=60.0, help="CPU seconds after which no repeat begins (60)")
    add("--out", type=Path, help="write results here (a whole run writes benchmarks/results.json)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
