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
    parser.add_argument("--desk", action="store_true", help="the analyst's desk, beside a tenth of the records")
    parser.add_argument("--as-at", action="store_true", help="every statistic with a cut-off, five versions a record")
    parser.add_argument("--only", default="", help="with --desk or --as-at: workloads whose name holds this")
    options = parser.parse_args()
    named = f"bench-as-at-{options.records}" if options.as_at else "bench"
    os.environ.setdefault("EMBEDDED_DATABASE", f"bench-{options.records}" if options.desk else named)
    os.environ.update({"DJANGO_SETTINGS_MODULE": "oic.settings", "DEMO": "1", "LOG_LEVEL": "ERROR"})
    # The settings read the environment when they are imported, so Django comes after it.
    from bench.run import run, run_as_at, run_desk  # noqa: PLC0415

    if options.desk:
        return run_desk(records=options.records, runs=options.runs, only=options.only)
    if options.as_at:
        return run_as_at(records=options.records, runs=options.runs, only=options.only)
    return run(records=options.records, runs=options.runs)


if __name__ == "__main__":
    sys.exit(main())
