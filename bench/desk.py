"""The analyst's desk: lists with one filter, search, and what hangs on them, at two sizes in one run.

``python -m bench --desk`` keeps two clusters of its own, one with a tenth of the other's records. Each workload is
timed in both in turn, A B A B, so that a change of the machine's pace meets both. A workload is a function that takes
a ``Desk`` and gives ``Task``s; add yours to ``WORKLOADS``.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import User
from bench.data import Cast, fill, list_threats, make_cast
from bench.exports import copies, writes
from bench.wording import RARE_WORD
from disruptions.models import Disruption, KeptGroups
from oic.embedded_database import Cluster
from oic.environment import OWNER, connected_as
from oic.prepare import migrate

OVERHEAD_MS: Final = 25
"""How much longer than its own statements, sent bare, the first page of a list may take."""

GROWTH: Final = 1.3
"""How many times its duration at a tenth of the records the first page of a list may take."""

SEARCH_MS: Final = 200
FACETS_MS: Final = 300
DASHBOARD_MS: Final = 400
COLD_DASHBOARD_MS: Final = 1_500
SMALLER: Final = 10
SAMPLES: Final = 3
"""How often a task is timed in each turn, on a connection that is warm."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to time: ``work`` is done once at each size; ``bare`` is what it is compared with, if anything."""

    name: str
    work: Callable[[], object]
    bare: Callable[[], object] | None = None
    limit_ms: float | None = None
    limit_ratio: float | None = None
    limit_over_bare_ms: float | None = None
    limit_growth: float | None = None


@dataclass(slots=True)
class Desk:
    """One size: its cluster, and who reads."""

    records: int
    cluster: Cluster
    cast: Cast | None = None
    clients: dict[str, Client] = field(default_factory=dict)

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Let Django's connection lead to this size's database meanwhile."""
        place = str(self.cluster.socket_directory)
        os.environ["EMBEDDED_DATABASE"] = self.cluster.name
        if connection.settings_dict["HOST"] != place:
            connection.close()
            connection.settings_dict["HOST"] = place
        yield

    @property
    def analyst(self) -> User:
        """Who reads everything."""
        assert self.cast is not None
        return self.cast.analyst

    def client(self, user: User) -> Client:
        """Return a browser in which somebody is signed in."""
        if user.email not in self.clients:
            browser = Client(headers={"host": "127.0.0.1"})
            browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            self.clients[user.email] = browser
        return self.clients[user.email]

    def page(self, address: str) -> Callable[[], object]:
        """Return the work of getting a page as the analyst."""

        def get() -> None:
            response = self.client(self.analyst).get(address)
            assert response.status_code == 200, f"{address} answered {response.status_code}"

        return get

    def statements_of(self, work: Callable[[], object]) -> Callable[[], object]:
        """Return the work of sending again, bare, the SELECTs that some work sends."""
        work()
        with CaptureQueriesContext(connection) as queries:
            work()
        selects = [query["sql"] for query in queries if query["sql"].lstrip().upper().startswith("SELECT")]

        def bare() -> None:
            with connection.cursor() as cursor:
                for select in selects:
                    cursor.execute(select)
                    cursor.fetchall()

        return bare


FILTERS: Final = (
    "",
    "agency=kent",
    "agency__not=kent",
    "region=south-east",
    "rocu=serocu",
    "role=support",
    "level=minor",
    "level=negative",
    "level__not=minor",
    "claimed_level=major",
    "status=approved",
    "status=rejected",
    "status__not=approved",
    "strand=prepare",
    "strand__empty=yes",
    "sub_threat=system_abuse",
    "entry_method=small_boat",
    "entry_method=not_known",
    "entry_method__empty=yes",
    "initiation=proactive",
    "enabler=transport",
    "enabler=corrupt_insider",
    "enabler__empty=yes",
    "outcome=arrest",
    "outcome=extradition",
    "outcome__empty=yes",
    "outcome_value__from=50000",
    "p_grade=P2",
    "p_grade=ungraded",
    "p_grade_then=P2",
    "p_grade_then=ungraded",
    "threat_area=drugs",
    "threat_area__not=oic",
    "force_area=kent",
    "country=VN",
    "country__not=GB",
    "uk_led=no",
    "msht_indicators=yes",
    "safeguarding_referral=yes",
    "counted=yes",
    "counted=no",
    "credited=yes",
    "not_counted=level",
    "not_counted=coverage",
    "waiting=yes",
    "lead_agency=kent",
    "from=2026-06-01",
    "to=2020-03-01",
    "recorded_on__from=2026-08-01",
    "recorded_on__to=2020-03-01",
    "submitted_on__from=2026-08-01",
    "submitted_on__to=2020-03-01",
    "approved_on__from=2026-08-01",
    "approved_on__to=2020-03-01",
    "changed_on__to=2020-03-01",
    "lag__from=59",
    "sharing=named_agencies",
    "channel=command",
    "marking=official",
    "operation=lantern",
    "operation__contains=lan",
)
"""One of each kind in the panel and of the grammar: common values, rare ones, none of, not given, ranges."""

SEARCHES: Final = (
    ("a common word", "arrested"),
    ("a rare word", RARE_WORD),
    ("two words", "engines dover"),
    ("a phrase", '"lorry driver"'),
    ("a name", "lantern"),
    ("a misspelt name", "lantren"),
    ("with an exclusion", "passports -boats"),
    ("either of two", "dinghy or trailer"),
    ("nothing holds it", "zzzyyyxxx"),
)


def lists(desk: Desk) -> Iterator[Task]:
    """The first page of the list with one filter."""
    for query in FILTERS:
        work = desk.page(f"/disruptions/?{query}")
        yield Task(
            f"list {query or 'unfiltered'}",
            work,
            desk.statements_of(work),
            limit_over_bare_ms=OVERHEAD_MS,
            limit_growth=GROWTH,
        )


def searches(desk: Desk) -> Iterator[Task]:
    """The first page of a search, the best first."""
    for name, text in SEARCHES:
        request = {"q": text}

        def work(request: dict[str, str] = request) -> None:
            response = desk.client(desk.analyst).get("/disruptions/", request)
            assert response.status_code == 200, f"{request} answered {response.status_code}"

        yield Task(f"search, {name}", work, desk.statements_of(work), limit_ms=SEARCH_MS)


COUNTED: Final = (
    ("level=major", FACETS_MS),
    ("agency=kent", FACETS_MS),
    ("status=rejected", FACETS_MS),
    ("level=major&strand__not=pursue&role=lead", FACETS_MS),
    ("from=-1m", FACETS_MS),
    ("", None),
)


def facets(desk: Desk) -> Iterator[Task]:
    """The counts of each choice that the list asks for after its page: of some 100,000 records or fewer, and of all."""
    for query, limit in COUNTED:
        yield Task(f"facets {query or 'unfiltered'}", desk.page(f"/disruptions/facets/counts/?{query}"), limit_ms=limit)


def exports(desk: Desk) -> Iterator[Task]:
    """The CSV of the whole list, beside COPY of the same columns; memory is measured by ``python -m bench.exports``."""
    yield Task("CSV of all", writes("csv", ""), copies, limit_ratio=2)


def dashboards(desk: Desk) -> Iterator[Task]:
    """The national dashboard: its groups kept, one quarter to be read anew after a change, and all of them."""
    page = desk.page("/dashboard/")
    latest = Disruption.objects.leads().standing().values_list("pk", flat=True)[:1]

    def after_a_change() -> None:
        # A version that is no other is noted as well, and leaves the records as they are.
        Disruption.objects.filter(pk__in=list(latest)).update(operation=F("operation"))
        page()

    def cold() -> None:
        KeptGroups.objects.all().delete()
        page()

    yield Task("dashboard, kept", page, desk.statements_of(page), limit_ms=DASHBOARD_MS)
    yield Task("dashboard, after a change", after_a_change, limit_ms=COLD_DASHBOARD_MS)
    yield Task("dashboard, nothing kept", cold, limit_ms=COLD_DASHBOARD_MS)


WORKLOADS: Final[dict[str, Callable[[Desk], Iterator[Task]]]] = {
    "lists": lists,
    "searches": searches,
    "facets": facets,
    "exports": exports,
    "dashboards": dashboards,
}
"""By name, for ``--only``."""

HEADING: Final = f"{'workload':<38}{'ms':>8}{'bare':>8}{'over':>7}{'ratio':>7}{'a tenth':>9}{'growth':>8}  limits"


@dataclass(frozen=True, slots=True)
class Line:
    """What came of a task: medians in milliseconds."""

    task: Task
    ours: float
    bare: float | None
    at_a_tenth: float | None

    def broken(self) -> list[str]:
        """Return the limits that do not hold, in words."""
        growth = self.ours / self.at_a_tenth if self.at_a_tenth else None
        over = self.ours - self.bare if self.bare is not None else None
        ratio = self.ours / self.bare if self.bare else None
        checks = (
            (self.task.limit_ms, self.ours, "ms"),
            (self.task.limit_ratio, ratio, "times bare"),
            (self.task.limit_over_bare_ms, over, "ms over bare"),
            (self.task.limit_growth, growth, "times a tenth"),
        )
        return [
            f"over {limit:g} {what}" for limit, value, what in checks if limit and value is not None and value > limit
        ]

    def text(self) -> str:
        """Return the row of the report."""
        cells = f"{self.task.name:<38}{self.ours:>8.1f}"
        if self.bare is not None:
            cells += f"{self.bare:>8.1f}{self.ours - self.bare:>7.1f}{self.ours / self.bare:>7.2f}"
        else:
            cells += " " * 22
        if self.at_a_tenth:
            cells += f"{self.at_a_tenth:>9.1f}{self.ours / self.at_a_tenth:>8.2f}"
        return f"{cells}  {', '.join(self.broken()) or 'holds'}"


def measure(desks: list[Desk], name: str, *, runs: int) -> Iterator[Line]:
    """Yield what came of each task of a workload, at the largest size, beside bare SQL and a tenth of the records."""
    tasks_of = []
    for desk in desks:
        with desk.connected():
            tasks_of.append(list(WORKLOADS[name](desk)))
    for tasks in zip(*tasks_of, strict=True):
        times: list[list[float]] = [[] for _ in desks]
        bare: list[float] = []
        for desk, task in zip(desks, tasks, strict=True):
            with desk.connected():
                task.work()
        for _ in range(runs):
            for desk, task, kept in zip(desks, tasks, times, strict=True):
                with desk.connected():
                    # The site keeps its connections: a new one has still to read what the database knows of its tables.
                    task.work()
                    for _ in range(SAMPLES):
                        kept.append(_time(task.work))
                        if desk is desks[-1] and task.bare is not None:
                            bare.append(_time(task.bare))
        smaller = statistics.median(times[0]) if len(desks) > 1 else None
        yield Line(tasks[-1], statistics.median(times[-1]), statistics.median(bare) if bare else None, smaller)


def _time(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def open_desk(records: int) -> Desk:
    """Return a size, its cluster started, migrated and filled; the first time that takes its while."""
    cluster = Cluster.named(f"bench-{records}")
    cluster.acquire()
    desk = Desk(records, cluster)
    with desk.connected():
        with connected_as(OWNER):
            with connection.cursor() as cursor:
                cursor.execute("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
            migrate()
        call_command("load_reference_data", verbosity=0)
        desk.cast = make_cast()
        begin = time.perf_counter()
        list_threats(desk.cast)
        added = fill(desk.cast, records)
        if added:
            with connected_as(OWNER), connection.cursor() as cursor:
                # As autovacuum does in its time: until then no index is read alone.
                cursor.execute("VACUUM (ANALYZE) disruptions_disruption")
        print(f"{records:,} records, {added:,} added in {time.perf_counter() - begin:.0f} s", flush=True)
    return desk


def run_desk(*, records: int, runs: int, only: str) -> int:
    """Return 0 if every limit holds."""
    sizes = [records] if os.environ.get("ONE_SIZE") else [records // SMALLER, records]
    desks = [open_desk(size) for size in sizes]
    names = [name for name in WORKLOADS if not only or only in name]
    broken = 0
    for name in names:
        print(f"\n{name}, medians of {runs} runs\n{HEADING}")
        for line in measure(desks, name, runs=runs):
            print(line.text(), flush=True)
            broken += bool(line.broken())
    print(f"\n{broken} over their limits")
    return 1 if broken else 0
