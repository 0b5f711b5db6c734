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


def run_as_at(*, records: int, runs: int, only: str) -> int:
    """Return 0 if every statistic with a cut-off keeps its limit, where each record has five versions."""
    cluster = embedded_cluster()
    if cluster is not None:
        cluster.acquire()
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs the apps

    from bench.as_at import as_at_workloads  # noqa: PLC0415
    from bench.data import fill, list_threats, make_cast  # noqa: PLC0415
    from bench.history import VERSIONS, give_a_past  # noqa: PLC0415
    from bench.timing import HEADING  # noqa: PLC0415
    from oic.prepare import migrate  # noqa: PLC0415

    with connected_as(OWNER):
        migrate()
    call_command("load_reference_data", verbosity=0)
    cast = make_cast()
    begin = time.perf_counter()
    list_threats(cast)
    added = fill(cast, records)
    give_a_past(cast)
    print(f"{records:,} records of {VERSIONS} versions ({added:,} added in {time.perf_counter() - begin:.0f} s)")
    print(f"as at, medians of {runs} runs; bare: the counted table in plain SQL\n")
    print(HEADING)
    broken = 0
    for measured in as_at_workloads(cast, runs=runs, only=only):
        print(measured.line(), flush=True)
        broken += not measured.holds
    return 1 if broken else 0
