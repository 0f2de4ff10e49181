"""The slow searches for faults: mutants of the live session, mangled files for every reader.

python -m validation.campaign [--count 10000]
"""

import argparse

from validation import fuzz_readers, mutants


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m validation.campaign", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="mangled files per reader")
    count = parser.parse_args().count
    return max(mutants.main(), fuzz_readers.main(["--count", str(count)]))


if __name__ == "__main__":
    raise SystemExit(main())
