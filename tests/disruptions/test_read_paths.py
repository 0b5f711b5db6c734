"""CONTRACT: each query on list, API and filter finds the same records; each counted query gives the same figures.

A bad query is refused by every reader: never a wider answer.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from agencies.models import User
from agencies.vocabulary import Role
from disruptions.filters import DisruptionFilter
from disruptions.models import Disruption
from disruptions.vocabulary import DisruptionRole, EntryMethod, Initiation, Level, PriorityGrade, Sharing, Status
from tests.factories import (
    CLIENT_SECRET,
    make_agency,
    make_api_client,
    make_disruption,
    make_outcome,
    make_region,
    make_threat,
    make_user,
)

pytestmark = pytest.mark.django_db

QUERIES: list[dict[str, Any]] = [
    {},
    {"agency": "north"},
    {"agency": ["north", "south"]},
    {"region": "upland"},
    {"role": "support"},
    {"status": "approved"},
    {"status": ["submitted", "approved"]},
    {"level": "major"},
    {"level": ["major", "moderate"], "role": "lead"},
    {"from": "2025-04-01"},
    {"from": "2025-01-01", "to": "2025-06-30"},
    {"to": "2024-12-31"},
    {"p_grade": "P2"},
    {"initiation": "proactive"},
    {"entry_method": "small_boat"},
    {"outcome": "arrest"},
    {"uk_led": "no"},
    {"counted": "yes"},
    {"counted": "yes", "agency": "north", "level": "minor"},
    {"waiting": "yes"},
    {"q": "lantern"},
    {"q": "nothing-like-this"},
]
BAD_QUERIES: list[tuple[dict[str, Any], str]] = [
    ({"agancy": "north"}, "agancy"),
    ({"agency": "atlantis"}, "agency"),
    ({"level": "huge"}, "level"),
    ({"from": "yesterday"}, "from"),
    ({"from": "2025-02-30"}, "from"),
    ({"from": "2025-06-30", "to": "2025-01-01"}, "to"),
    ({"threat": "T-0000-0000"}, "threat"),
    ({"counted": "perhaps"}, "counted"),
    ({"as_at": "2999-01-01"}, "as_at"),
    ({"as_at": "soon"}, "as_at"),
]
COUNTED_QUERIES: list[dict[str, Any]] = [
    {"from": "2024-01-01", "to": "2025-12-31"},
    {"from": "2025-01-01", "to": "2025-12-31", "agency": "north"},
    {"from": "2024-01-01", "to": "2025-12-31", "region": "upland"},
    {"from": "2024-01-01", "to": "2025-12-31", "level": ["major", "minor"]},
    {"from": "2024-01-01", "to": "2025-12-31", "p_grade": "P2"},
    {"from": "2024-01-01", "to": "2025-12-31", "initiation": "reactive"},
]


@pytest.fixture
def reader() -> User:
    """An analyst with a national role, after records of every sort have been made."""
    upland = make_region(code="upland")
    north, south = make_agency(code="north", region=upland), make_agency(code="south")
    outside = make_agency(code="outside", statistics_group="not_covered")  # type: ignore[arg-type]
    graded, plain = make_threat(p_grade=PriorityGrade.P2), make_threat()
    author, other = (make_user(agency=each, roles=[Role.RECORDER]) for each in (north, south))
    approver = make_user(agency=north, roles=[Role.APPROVER])
    days = [date(2024, 5, 5), date(2024, 11, 5), date(2025, 2, 5), date(2025, 5, 5), date(2025, 11, 5)]
    for place, day in enumerate(days):
        made = make_disruption(
            agency=north,
            recorded_by=author,
            approved_by=approver,
            status=Status.APPROVED if place % 2 else Status.SUBMITTED,
            threat=graded if place % 2 else plain,
            occurred_on=day,
            level=list(Level)[place],
            operation="Teal Lantern" if place == 1 else "",
            entry_method=EntryMethod.SMALL_BOAT if place < 2 else None,
            initiation=Initiation.REACTIVE if place == 2 else Initiation.PROACTIVE,
        )
        make_outcome(disruption=made)
        make_disruption(
            agency=south,
            recorded_by=other,
            threat=plain,
            occurred_on=day,
            level=Level.MINOR,
            role=DisruptionRole.SUPPORT,
            lead=made if place else None,
            lead_agency=north,
        )
    make_disruption(agency=south, recorded_by=other, threat=plain, occurred_on=days[2], level=Level.MAJOR, uk_led=False)
    make_disruption(agency=south, recorded_by=other, threat=graded, occurred_on=days[3], sharing=Sharing.NAMED_AGENCIES)
    make_disruption(agency=south, recorded_by=other, threat=plain, occurred_on=days[3], sandbox=True)
    make_disruption(agency=south, recorded_by=other, threat=plain, occurred_on=days[3], status=Status.DRAFT)
    make_disruption(agency=outside, threat=plain, occurred_on=days[2])
    return make_user(agency=make_agency(code="centre"), national_roles=[Role.ANALYST])


@pytest.fixture
def token(reader: User, client: Client) -> str:
    """The token of a client whose service account sees what the reader sees."""
    api_client = make_api_client(agency=reader.agency)
    for grant in reader.role_grants.all():
        grant.pk, grant.user = None, api_client.service_account
        grant.save(force_insert=True)
    credentials = {"client_id": api_client.client_id, "client_secret": CLIENT_SECRET}
    answer = client.post("/oauth/token/", {"grant_type": "client_credentials", **credentials})
    return str(answer.json()["access_token"])


def address(path: str, query: dict[str, Any]) -> str:
    return f"{path}?{urlencode(query, doseq=True)}"


def listed(client: Client, query: dict[str, Any]) -> int:
    """Return how many records the list page says that there are."""
    page = client.get(address("/disruptions/", query))
    assert page.status_code == 200, page.content.decode()[:400]
    text = re.sub(r"<[^>]+>", "", page.content.decode())
    if re.search(r"No records", text):
        return 0
    found = re.search(r"(?:^|\s)([\d,]+) records?\b", text)
    assert found is not None
    return int(found[1].replace(",", ""))


def api_get(client: Client, path: str, query: dict[str, Any], token: str) -> Any:
    return client.get(address(f"/api/v1/{path}", query), headers={"authorization": f"Bearer {token}"})


def test_list_api_and_filter_find_the_same_records(
    reader: User, client: Client, token: str, subtests: pytest.Subtests
) -> None:
    client.force_login(reader)
    for query in QUERIES:
        with subtests.test(str(query)):
            filtered = DisruptionFilter(query, Disruption.objects.visible_to(reader)).strict()
            expected = {record.reference for record in filtered}
            answer = api_get(client, "disruptions/", {**query, "page_size": 1000}, token).json()
            assert {row["reference"] for row in answer["results"]} == expected
            assert listed(client, query) == len(expected)


def test_the_queries_tell_records_apart(reader: User) -> None:
    counts = [DisruptionFilter(query, Disruption.objects.visible_to(reader)).strict().count() for query in QUERIES]
    assert len(set(counts)) >= 8
    assert max(counts) == counts[0]


def test_a_bad_query_is_refused_by_every_reader(
    reader: User, client: Client, token: str, subtests: pytest.Subtests
) -> None:
    client.force_login(reader)
    for query, name in BAD_QUERIES:
        with subtests.test(str(query)):
            answer = api_get(client, "disruptions/", query, token)
            assert answer.status_code == 400
            assert name in {each.get("parameter") for each in answer.json()["errors"]}
            assert client.get(address("/disruptions/", query)).status_code == 400
            assert client.get(address("/dashboard/", query)).status_code == 400
            assert api_get(client, "statistics/oic-01/", query, token).status_code == 400


def test_counted_figures_agree_on_page_api_and_sql(
    reader: User, client: Client, token: str, subtests: pytest.Subtests
) -> None:
    client.force_login(reader)
    for query in COUNTED_QUERIES:
        with subtests.test(str(query)):
            rows = api_get(client, "statistics/oic-01/", query, token).json()["rows"]
            total = sum(row["total"] for row in rows if row["quarter"] != "Total")
            agencies = api_get(client, "statistics/by-agency/", query, token).json()["rows"]
            assert sum(row["lead"]["total"] for row in agencies) == total
            text = client.get(address("/statistics/oic-01/", {**query, "format": "csv"})).getvalue().decode("utf-8-sig")
            table = [line for line in csv.reader(text.splitlines()) if len(line) >= 6 and line[0].isdigit()]
            assert sum(int(line[5]) for line in table if not line[1].startswith("Total")) == total
            assert listed(client, {**query, "counted": "yes"}) == total
            assert counted_by_sql(query) == total


def counted_by_sql(query: dict[str, Any]) -> int:
    """Count again, by SQL that knows nothing of the product's own definition."""
    levels = query.get("level") or ["major", "moderate", "minor"]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*)
            FROM disruptions_disruption d
            JOIN disruptions_socthreat t ON t.id = d.threat_id
            JOIN agencies_agency a ON a.id = d.agency_id
            LEFT JOIN agencies_region r ON r.id = a.region_id
            WHERE d.role = 'lead' AND d.status IN ('submitted', 'approved') AND NOT d.sandbox AND d.uk_led
              AND t.primary_area = 'oic' AND a.statistics_group <> 'not_covered' AND d.level = ANY(%s)
              AND d.occurred_on BETWEEN %s AND %s
              AND (%s::text IS NULL OR a.code = %s) AND (%s::text IS NULL OR r.code = %s)
              AND (%s::text IS NULL OR t.p_grade = %s) AND (%s::text IS NULL OR d.initiation = %s)
            """,
            [
                levels,
                query["from"],
                query["to"],
                *(query.get(name) for name in ("agency", "region", "p_grade", "initiation") for _ in range(2)),
            ],
        )
        return int(cursor.fetchone()[0])
