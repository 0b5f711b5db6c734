"""What is timed: pages through the whole of Django, and the set path; each beside bare SQL for the same work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from agencies.models import oic_now
from agencies.sealing import seal
from agencies.services import add_api_client
from agencies.vocabulary import ApiScope
from bench.data import FIRST_DAY, LISTED, Cast
from bench.plain import ADDRESS
from bench.plain import FIELDS as PLAIN_FIELDS
from bench.timing import Measured, compare
from disruptions.feeds.changes import latest_position, marks_of
from disruptions.models import Disruption
from disruptions.parsing import ParsedRow, parse_disruption
from disruptions.references import DISRUPTION, reference_of
from disruptions.rules import OutcomeRow
from disruptions.services import record_disruptions
from disruptions.services.duplicates import compared, likely_duplicates
from disruptions.vocabulary import Channel, ReviewFlag

PAGE_LIMIT_MS = 300
ALL_FLAGS = "&".join(f"flag={flag}" for flag in ReviewFlag.values)
BULK_ROWS = (500, 1_000)
BULK_LIMIT = 5
PLAIN_DRF_LIMIT = 2.5
FEED_PAGE = 1_000
FEED_LIMIT_MS = 300
DUPLICATES_LIMIT_MS = 150
DUPLICATES_OF_A_SET_LIMIT_MS = 1_000
LEAD = {
    "role": "lead",
    "occurred_on": "2026-09-30",
    "level": "moderate",
    "initiation": "proactive",
    "strand": "pursue",
    "sub_threat": "facilitation",
    "entry_method": "small_boat",
    "uk_led": True,
    "country": "GB",
    "operation": "Bench",
    "summary": "Three people were arrested while moving engines. " * 3,
    "impact": "The group cannot launch until it finds other engines. " * 3,
    "submit": True,
}
_numbers = count(1)


def all_workloads(cast: Cast, *, runs: int) -> Iterator[Measured]:
    """Yield each workload as it is measured."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(cast.analyst, backend="allauth.account.auth_backends.AuthenticationBackend")
    record = Disruption.objects.order_by("-pk").first()
    assert record is not None
    yield _page("list, first page", client, "/disruptions/", runs)
    yield _page("list, one agency", client, "/disruptions/?agency=kent", runs)
    yield _page("list, one level and a period", client, "/disruptions/?level=major&from=2025-01-01&to=2025-12-31", runs)
    yield _page("dashboard, national", client, "/dashboard/", runs)
    yield _page("dashboard, one agency", client, "/dashboard/kent/", runs)
    yield _page("record page", client, f"/disruptions/{record.reference}/", runs)
    manager = Client(headers={"host": "127.0.0.1"})
    manager.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    queue = "/threats/reassessment/"
    yield _page(f"reassessment queue, {LISTED:,} threats", manager, queue, runs)
    yield _page("reassessment queue, rising", manager, f"{queue}?flag=rising", runs)
    yield _page("reassessment queue, all flags", manager, f"{queue}?{ALL_FLAGS}", runs)
    yield _create("create one", cast, 1, runs * 2)
    for size in BULK_ROWS:
        yield _create(f"create {size:,} as a set", cast, size, max(3, runs // 2), limit_ratio=BULK_LIMIT)
    yield _create_over_the_api("create one over the API, beside plain DRF", cast, runs * 2)
    yield _feed(f"{FEED_PAGE:,} changes of the feed", cast, runs)
    yield _duplicates("likely duplicates of one", cast, 1, runs * 2, DUPLICATES_LIMIT_MS)
    of_a_set = f"likely duplicates of {BULK_ROWS[0]} as a set"
    yield _duplicates(of_a_set, cast, BULK_ROWS[0], max(3, runs // 2), DUPLICATES_OF_A_SET_LIMIT_MS)


def _page(name: str, client: Client, address: str, runs: int) -> Measured:
    """Time a page beside the SELECTs that it ran, sent again as bare SQL on the same connection."""

    def ours() -> None:
        response = client.get(address)
        assert response.status_code == 200, f"{address} answered {response.status_code}"

    ours()
    with CaptureQueriesContext(connection) as queries:
        ours()
    selects = [query["sql"] for query in queries if query["sql"].lstrip().upper().startswith("SELECT")]

    def bare() -> None:
        with connection.cursor() as cursor:
            for select in selects:
                cursor.execute(select)
                cursor.fetchall()

    return compare(f"{name} ({len(selects)} queries)", ours, bare, runs=runs, limit_ms=PAGE_LIMIT_MS)


def _create(name: str, cast: Cast, size: int, runs: int, limit_ratio: float | None = None) -> Measured:
    """Time the set path beside one multi-row INSERT of the same columns into the same table, triggers and all.

    Both are rolled back, so that the table keeps its size.
    """

    def rows() -> list[ParsedRow]:
        return [
            parse_disruption(
                {**LEAD, "threat": cast.threat.reference, "agency_reference": f"BENCH/{next(_numbers)}"}, typed=True
            )
            for _ in range(size)
        ]

    def record() -> list[Any]:
        return record_disruptions(acting_user=cast.recorder, agency=cast.agency, rows=rows(), channel=Channel.API)

    with transaction.atomic():
        statement = _insert_statement(record)
        transaction.set_rollback(True)

    def ours() -> None:
        with transaction.atomic():
            assert all(result.accepted for result in record())
            transaction.set_rollback(True)

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)

    return compare(name, ours, bare, runs=runs, limit_ratio=limit_ratio)


def _create_over_the_api(name: str, cast: Cast, runs: int) -> Measured:
    """Time a POST of one record beside a plain DRF create in the same table, both through the whole of Django.

    Ours keys the request, so it keeps the answer too. Both are rolled back.
    """
    client, secret = add_api_client(
        acting_user=cast.administrator,
        agency=cast.agency,
        name="Benchmark",
        scopes=[ApiScope.DISRUPTIONS_WRITE],
        rate_per_minute=1_000_000,
    )
    browser = Client(headers={"host": "127.0.0.1"})
    form = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
    token = browser.post("/oauth/token/", form).json()["access_token"]
    moment = oic_now().isoformat()
    known = {
        **{name: LEAD[name] for name in PLAIN_FIELDS if name in LEAD},
        "agency": cast.agency.pk,
        "threat": cast.threat.pk,
        "claimed_level": LEAD["level"],
        "channel": "api",
        "status": "submitted",
        "change": "recorded",
        **{f"{step}_by": client.service_account.pk for step in ("recorded", "submitted", "changed")},
        **{f"{step}_at": moment for step in ("recorded", "submitted", "changed")},
    }

    def send(address: str, body: dict[str, Any], **headers: str) -> None:
        with transaction.atomic():
            response = browser.post(
                address,
                body | {"agency_reference": f"BENCH/{next(_numbers)}"},
                content_type="application/json",
                headers={"Authorization": f"Bearer {token}", **headers},
            )
            assert response.status_code == 201, response.content
            transaction.set_rollback(True)

    def ours() -> None:
        key = {"Idempotency-Key": f"bench-{next(_numbers)}"}
        send("/api/v1/disruptions/", LEAD | {"threat": cast.threat.reference}, **key)

    def plain() -> None:
        send(ADDRESS, known | {"reference": reference_of(DISRUPTION, 31**7 - next(_numbers))})

    with override_settings(ROOT_URLCONF="bench.plain"):
        return compare(name, ours, plain, runs=runs, limit_ratio=PLAIN_DRF_LIMIT)


def _feed(name: str, cast: Cast, runs: int) -> Measured:
    """Time a page from the middle of the feed, through the whole of Django, beside the statements that read it."""
    latest_position()
    client, secret = add_api_client(
        acting_user=cast.administrator,
        agency=cast.agency,
        name="Benchmark of the feed",
        scopes=[ApiScope.DISRUPTIONS_READ],
        rate_per_minute=1_000_000,
    )
    browser = Client(headers={"host": "127.0.0.1"})
    form = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
    token = browser.post("/oauth/token/", form).json()["access_token"]
    [mark] = marks_of(latest_position() // 2)
    middle = seal(mark, purpose=f"changes {client.client_id}")

    def ours() -> None:
        response = browser.get(
            f"/api/v1/changes/?after={middle}&page_size={FEED_PAGE}", headers={"Authorization": f"Bearer {token}"}
        )
        assert len(response.json()["results"]) == FEED_PAGE, response.content

    ours()
    with CaptureQueriesContext(connection) as queries:
        ours()
    selects = [query["sql"] for query in queries if "disruptions_" in query["sql"]]

    def bare() -> None:
        with connection.cursor() as cursor:
            for select in selects:
                cursor.execute(select)
                cursor.fetchall()

    return compare(name, ours, bare, runs=runs, limit_ms=FEED_LIMIT_MS)


def _duplicates(name: str, cast: Cast, size: int, runs: int, limit_ms: float) -> Measured:
    """Time the search for likely duplicates, for an officer of one force, beside its statements alone.

    The rows are leads that are recorded, as another agency would tell them a day later.
    """
    latest = Disruption.objects.leads().exclude(agency=cast.agency).order_by("-occurred_on", "-pk")
    rows = [
        replace(
            compared(record, [OutcomeRow(type="arrest", count=3)]),
            pk=None,
            occurred_on=(record.occurred_on or FIRST_DAY) - timedelta(days=1),
            operation=f"Op {record.operation}",
        )
        for record in latest[: size * 20 : 20]
    ]
    assert len(rows) == size

    def ours() -> None:
        found = likely_duplicates(acting_user=cast.recorder, rows=rows, agency=cast.agency, sandbox=False)
        assert all(found)

    ours()
    with CaptureQueriesContext(connection) as queries:
        ours()
    statements = [query["sql"] for query in queries]

    def bare() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()

    return compare(name, ours, bare, runs=runs, limit_ms=limit_ms)


def _insert_statement(work: Callable[[], object]) -> str:
    """Return the INSERT into the table of records that some work sends."""
    with CaptureQueriesContext(connection) as queries:
        work()
    return next(
        query["sql"] for query in queries if query["sql"].startswith(f'INSERT INTO "{Disruption._meta.db_table}"')
    )
