"""Run the benchmark: ``make bench``; ``ARGS="--records 100000 --runs 9"``.

It has a cluster of its own, which it fills once and keeps. It prints medians and, above all, ratios of one run; it
ends with status 1 if a limit is broken.
"""

from __future__ import annotations

import argparse
import os
import sys


def main() -> int:
    """Prepare the database, fill it, time the workloads, print the report."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    os.environ.setdefault("EMBEDDED_DATABASE", "bench")
    os.environ.update({"DJANGO_SETTINGS_MODULE": "oic.settings", "DEMO": "1", "LOG_LEVEL": "ERROR"})
    # The settings read the environment when they are imported, so Django comes after it.
    from bench.run import run  # noqa: PLC0415

    return run(records=options.records, runs=options.runs)


if __name__ == "__main__":
    sys.exit(main())
