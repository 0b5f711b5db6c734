"""Prepare the benchmark's database and run every workload."""

from __future__ import annotations

import time

import django

from oic.environment import OWNER, connected_as, embedded_cluster


def run(*, records: int, runs: int) -> int:
    """Return 0 if every limit holds."""
    cluster = embedded_cluster()
    if cluster is not None:
        cluster.acquire()
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs the apps

    from bench.data import fill, list_threats, make_cast  # noqa: PLC0415
    from bench.duplicates import judge_in_passing  # noqa: PLC0415
    from bench.timing import HEADING  # noqa: PLC0415
    from bench.workloads import all_workloads  # noqa: PLC0415
    from oic.prepare import migrate  # noqa: PLC0415

    with connected_as(OWNER):
        migrate()
    call_command("load_reference_data", verbosity=0)
    cast = make_cast()
    listed = list_threats(cast)
    begin = time.perf_counter()
    added = fill(cast, records)
    print(f"{records:,} records ({added:,} added in {time.perf_counter() - begin:.0f} s, {listed:,} threats listed)")
    print(f"medians of {runs} runs\n")
    print(HEADING)
    broken = 0
    for measured in all_workloads(cast, runs=runs):
        print(measured.line(), flush=True)
        broken += not measured.holds
    judged = judge_in_passing(cast.analyst)
    print(f"\n{judged.line()}")
    broken += not judged.holds
    return 1 if broken else 0


def run_desk(*, records: int, runs: int, only: str) -> int:
    """Return 0 if every limit of the analyst's desk holds, at this size beside a tenth of it."""
    django.setup()
    from bench.desk import run_desk  # noqa: PLC0415 - needs the apps

    return run_desk(records=records, runs=runs, only=only)
