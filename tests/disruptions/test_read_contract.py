"""CONTRACT: any question put to the list finds the same records by every reader, or is refused by every one.

Questions are made up from the filters that there are, their contraries, "not given" and ranges, several at once, now
and as at an earlier day, by people of several agencies. List, facets, pivot table, file and API answer each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

import django_filters as filters
import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agencies.models import User
from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind, Role, Scope, StatisticsGroup
from disruptions import statistics
from disruptions.asked import Asked, read_asked
from disruptions.exports.csv_files import write_csv
from disruptions.exports.lists import count_and_marking, record_table
from disruptions.filters import COUNTED_FILTERS, DisruptionFilter
from disruptions.filters.grammar import TextsFilter
from disruptions.filters.strict import DayFilter, ReferenceField
from disruptions.models import Disruption, DisruptionShare
from disruptions.references import DISRUPTION, OCG, THREAT
from disruptions.statistics.behind import figure_behind
from disruptions.statistics.dimensions import DIMENSIONS, Part
from disruptions.statistics.facets import facets_of
from disruptions.statistics.parameters import records_as_at
from disruptions.views.pivot import CountedTable, OpenTable, read_choice
from disruptions.vocabulary import (
    DisruptionRole,
    Enabler,
    EntryMethod,
    Initiation,
    Level,
    ListKind,
    Marking,
    NotCounted,
    OicSubThreat,
    OutcomeType,
    PndTier,
    PriorityGrade,
    Sharing,
    Status,
    Strand,
    ThreatArea,
)
from tests.factories import (
    CLIENT_SECRET,
    grade_threat,
    make_agency,
    make_api_client,
    make_disruption,
    make_ocg,
    make_outcome,
    make_region,
    make_threat,
    make_user,
)

pytestmark = pytest.mark.django_db

FIRST_DAY: Final = date(2025, 6, 2)
SECOND_DAY: Final = date(2025, 9, 1)
PAGE_SIZE: Final = 9
WORDS: Final = ("lantern", "boats", '"teal lantern"', "lantern -boats", "nothing-like-this", "KENT/2025")
ANSWERED, REFUSED = 200, 400
OF_THE_READER: Final = frozenset({"recorded_by", "assigned_to", "upload"})
"""Filters that go by who asks, or by what others uploaded: the account of a client is somebody else."""


@dataclass(slots=True)
class Scene:
    """Who reads, each with the token of an account that sees the same; and what references there are."""

    readers: list[tuple[User, str]]
    references: dict[str, list[str]]
    folder: Path


@pytest.fixture
def scene(clock_at: Callable[[datetime], AbstractContextManager[None]], client: Client, tmp_path: Path) -> Scene:
    chance = Random(7)  # noqa: S311 - the same records each time
    with clock_at(_noon(date(2023, 1, 2))):
        upland = make_region(code="upland", name="Upland")
        unit = make_agency(code="unit", kind=AgencyKind.REGIONAL_UNIT, name="Upland Unit")
        north = make_agency(code="north", region=upland, rocu=unit)
        south, east = make_agency(code="south"), make_agency(code="east", statistics_group=StatisticsGroup.NOT_COVERED)
        centre = make_agency(
            code="centre", kind=AgencyKind.LAW_ENFORCEMENT_AGENCY, statistics_group=StatisticsGroup.NCA
        )
        group = make_ocg(lead_agency=north, pnd_tier=PndTier.TIER_4)
        threats = [
            make_threat(ocg=group, title="Teal Lantern group", other_areas=[ThreatArea.DRUGS]),
            make_threat(title="Boats", sub_threats=[OicSubThreat.FACILITATION], next_review_on=SECOND_DAY),
            make_threat(title="Drugs", primary_area=ThreatArea.DRUGS),
        ]
        authors = {agency: make_user(agency=agency, roles=[Role.RECORDER]) for agency in (north, south, east)}
        approver = make_user(agency=centre, roles=[Role.APPROVER])
    with clock_at(_noon(FIRST_DAY)):
        grade_threat(threat=threats[0], grade=PriorityGrade.P2)
        first = [_record(chance, number, authors, threats, approver, FIRST_DAY) for number in range(14)]
    with clock_at(_noon(SECOND_DAY)):
        grade_threat(threat=threats[0], grade=PriorityGrade.P1)
        grade_threat(threat=threats[1], grade=PriorityGrade.P4)
        second = [_record(chance, number, authors, threats, approver, SECOND_DAY) for number in range(14, 26)]
        for record in first[::4]:
            record.level, record.version = Level.NEGATIVE, record.version + 1
            record.save()
    for record in (first[1], second[1]):
        record.sharing, record.version = Sharing.NAMED_AGENCIES, record.version + 1
        record.save()
        DisruptionShare.objects.create(disruption=record, agency=east, from_version=record.version)
    readers = [
        make_user(agency=north, roles=[Role.ANALYST]),
        make_user(agency=south, roles=[Role.RECORDER]),
        make_user(agency=east, roles=[Role.VIEWER]),
        make_user(agency=centre, national_roles=[Role.ANALYST]),
    ]
    references = {
        DISRUPTION: [record.reference for record in (*first[:4], second[0])],
        THREAT: [threat.reference for threat in threats],
        OCG: [group.reference],
    }
    return Scene([(reader, _token(client, reader)) for reader in readers], references, tmp_path)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _record(
    chance: Random, number: int, authors: dict[Any, User], threats: list[Any], approver: User, day: date
) -> Disruption:
    """Make a record unlike the others in something, on or before a day."""
    agency = chance.choice(list(authors))
    role = chance.choice([DisruptionRole.LEAD, DisruptionRole.LEAD, DisruptionRole.SUPPORT])
    status = chance.choice([Status.SUBMITTED, Status.APPROVED, Status.SUBMITTED, Status.DRAFT, Status.RETURNED])
    is_draft = status == Status.DRAFT
    record = make_disruption(
        agency=agency,
        recorded_by=authors[agency],
        approved_by=approver if status == Status.APPROVED else None,
        status=status,
        role=role,
        lead_agency=chance.choice([each for each in authors if each != agency]) if role == "support" else None,
        threat=None if is_draft else chance.choice(threats),
        occurred_on=None if is_draft else day - timedelta(days=chance.choice([0, 1, 40, 200, 500])),
        level=None if is_draft else chance.choice(list(Level)),
        strand=None if is_draft else chance.choice(list(Strand)),
        sub_threat=None if is_draft else chance.choice(list(OicSubThreat)),
        initiation=None if is_draft else chance.choice(list(Initiation)),
        entry_method=chance.choice([None, EntryMethod.SMALL_BOAT, EntryMethod.CONTAINER]),
        enablers=chance.sample([Enabler.TRANSPORT, Enabler.ONLINE, Enabler.OTHER], chance.randrange(3)),
        uk_led=chance.choice([True, True, False]),
        force_area=chance.choice([None, *authors]),
        country=chance.choice([None, "GB", "FR"]),
        operation=chance.choice(["", "Teal Lantern", "Op. Boats"]),
        marking=chance.choice(list(Marking)),
        sandbox=number % 11 == 10,
        agency_reference=chance.choice(["", f"KENT/2025/{number:06d}"]),
    )
    for _ in range(chance.randrange(3)):
        kind = chance.choice([OutcomeType.ARREST, OutcomeType.CASH_SEIZURE, OutcomeType.CHARGE])
        value = Decimal(chance.choice(["10.00", "5000.50"])) if kind == OutcomeType.CASH_SEIZURE else None
        make_outcome(disruption=record, type=kind, count=chance.randrange(1, 5), value_gbp=value)
    return record


def _token(client: Client, reader: User) -> str:
    api_client = make_api_client(agency=reader.agency)
    for grant in reader.role_grants.filter(scope=Scope.NATION):
        grant.pk, grant.user = None, api_client.service_account
        grant.save(force_insert=True)
    credentials = {"client_id": api_client.client_id, "client_secret": CLIENT_SECRET}
    return str(client.post("/oauth/token/", {"grant_type": "client_credentials", **credentials}).json()["access_token"])


# -------------------------------------------------------------------------------------------------- making up questions


def values_of(name: str, each: filters.Filter, scene: Scene) -> st.SearchStrategy[list[str]]:
    """Return what may be asked of one filter; ``KeyError`` where nothing is known of its kind."""
    if isinstance(each, TextsFilter):
        texts = ["Teal Lantern", "op teal lantern", "boats", "KENT/2025/000003", "none"]
        return st.lists(st.sampled_from(texts), min_size=1, max_size=2, unique=True)
    if isinstance(each, filters.MultipleChoiceFilter | filters.ChoiceFilter):
        choices = each.extra["choices"]
        codes = [str(code) for code, _ in (choices() if callable(choices) else choices)]
        # Of many codes, those that the scene has are the ones worth asking for.
        known = [code for code in codes if code in {"GB", "FR", "north", "south", "east", "unit", "upland"}]
        several = isinstance(each, filters.MultipleChoiceFilter)
        few = [*known, codes[-1]] if len(codes) > 60 else codes
        return st.lists(st.sampled_from(few), min_size=1, max_size=3 if several else 1, unique=True)
    if isinstance(each, DayFilter):
        days = [FIRST_DAY + timedelta(days=step) for step in (-500, -200, -40, -1, 0, 1, 60, 91, 92, 400)]
        return st.sampled_from([[day.isoformat()] for day in days] + [["start_of_year"], ["-28d"], ["today"]])
    if getattr(each, "field_class", None) is ReferenceField or "kind" in each.extra:
        return st.sampled_from([[reference] for reference in scene.references[each.extra["kind"]]])
    if isinstance(each, filters.NumberFilter):
        return st.sampled_from([["0"], ["1"], ["2"], ["30"], ["5000"]])
    if isinstance(each, filters.CharFilter):
        return st.sampled_from([[word] for word in WORDS])
    raise KeyError(name)


def questions(data: st.DataObject, scene: Scene, most: int) -> QueryDict:
    """Make up a question of some filters, at times as at a past day."""
    every = DisruptionFilter.base_filters
    names = sorted(set(every) - OF_THE_READER)
    query = QueryDict(mutable=True)
    for name in data.draw(st.lists(st.sampled_from(names), max_size=most, unique=True)):
        query.setlist(name, data.draw(values_of(name, every[name], scene)))
    as_at = data.draw(st.sampled_from([None, None, FIRST_DAY, SECOND_DAY]))
    if as_at is not None:
        query["as_at"] = as_at.isoformat()
    return query


# ------------------------------------------------------------------------------------------------------------ contract


def check(data: st.DataObject, scene: Scene, client: Client, query: QueryDict) -> int | None:
    """Put a question to every reader of records, as one person, and compare their answers."""
    reader, token = data.draw(st.sampled_from(scene.readers))
    by, across = data.draw(st.sampled_from([*DIMENSIONS])), data.draw(st.sampled_from([*DIMENSIONS, "none"]))
    across = "none" if across == by else across
    cut = QueryDict(f"{query.urlencode()}&rows={by}&across={across}")
    try:
        asked = read_asked(query, reader=reader)
    except Invalid as refusal:
        named = {each.field for each in refusal.violations}
        with pytest.raises(Invalid) as also:
            OpenTable(cut, reader)
        assert {each.field for each in also.value.violations} == named
        assert api_page(client, f"/api/v1/disruptions/?{query.urlencode()}", token).status_code == REFUSED
        return None
    with asked.rows() as rows:
        found = dict(rows.values_list("reference", "sandbox"))
    facets = facets_of(asked)
    assert facets.total == len(found)
    for facet in facets.facets:
        if facet.of_filter:
            assert facet.records == len(found), facet.name
    check_pivot(asked, cut, len(found))
    assert shown_on_the_page(query, reader) == len(found)
    assert exported(asked, scene.folder / "file.csv") == len(found)
    assert read_over_the_api(client, query, token) == {name for name, sandbox in found.items() if not sandbox}
    return len(found)


def check_pivot(asked: Asked, cut: QueryDict, records: int) -> None:
    """Compare a table with the list: its total, its parts, its leads and supports, and the list behind each number."""
    opened = OpenTable(cut, asked.reader)
    table = opened.table(read_choice(cut))
    assert table.total == records
    of_role = {
        measure: opened.table(read_choice(QueryDict(f"{cut.urlencode()}&measure={measure}"))).total
        for measure in ("lead", "support")
    }
    assert sum(of_role.values()) == records
    rows: list[Part | None] = [*table.row_parts, None]
    columns: list[Part | None] = [*table.column_parts, None]
    if table.adds_up:
        assert sum(table.number(row.key, None) for row in table.row_parts) == records
        assert not table.across or sum(table.number(None, column.key) for column in table.column_parts) == records
    numbered = [
        (number, row, column)
        for row, column in product(rows, columns)
        if (number := table.number(row.key if row else None, column.key if column else None))
    ]
    for number, row, column in numbered[:4] + numbered[-2:]:
        href = opened.links.behind(table.measure.filters, row, column)
        assert href is not None
        with read_asked(QueryDict(href.partition("?")[2]), reader=asked.reader).rows() as kept:
            assert kept.count() == number, href


def shown_on_the_page(query: QueryDict, reader: User) -> int:
    """Return how many records the page of the list says that it has."""
    browser = Client()
    browser.force_login(reader)
    page = browser.get(f"/disruptions/?{query.urlencode()}", follow=True)
    assert page.status_code == ANSWERED, query
    said = re.search(r'class="[^"]*oic-result-count">(.*?)</p>', page.content.decode(), re.DOTALL)
    assert said is not None, query
    return int((re.findall(r"[0-9]+", said[1]) or ["0"])[-1])


def exported(asked: Asked, path: Path) -> int:
    """Return how many rows the file of the list has, by its lines."""
    with asked.rows() as rows:
        names = ("reference", "date", "agency", "p_grade_then")
        count, marking = count_and_marking(rows, ListKind.DISRUPTIONS, names)
        table = record_table(asked, rows, names, count)
        written = write_csv(path, table, marking=marking, moved=lambda number: None)
    assert written == count
    return len(path.read_text(encoding="utf-8-sig").splitlines()) - 1


def api_page(client: Client, address: str, token: str) -> Any:
    return client.get(address, headers={"authorization": f"Bearer {token}"})


def read_over_the_api(client: Client, query: QueryDict, token: str) -> set[str]:
    """Return the references that the API's pages have, each once."""
    found: list[str] = []
    sized = query.copy()
    sized["page_size"] = str(PAGE_SIZE)
    address: str | None = f"/api/v1/disruptions/?{sized.urlencode()}"
    while address:
        answer = api_page(client, address, token)
        assert answer.status_code == ANSWERED, answer.content
        found += [row["reference"] for row in answer.json()["results"]]
        address = answer.json()["next"]
    assert len(set(found)) == len(found)
    return set(found)


FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@given(data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=FIXTURES, derandomize=True, phases=[Phase.generate])
def test_every_reader_finds_the_same_records(data: st.DataObject, scene: Scene, client: Client) -> None:
    check(data, scene, client, questions(data, scene, 2))


@pytest.mark.deep
@given(data=st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=FIXTURES)
def test_every_reader_finds_the_same_records_of_many_questions(
    data: st.DataObject, scene: Scene, client: Client
) -> None:
    check(data, scene, client, questions(data, scene, 4))


@pytest.mark.deep
def test_each_filter_by_itself_is_read_alike(scene: Scene, client: Client, subtests: pytest.Subtests) -> None:
    """Every filter that there is, with a value of each kind, by every person."""
    for name, each in sorted(DisruptionFilter.base_filters.items()):
        if name in OF_THE_READER:
            continue
        with subtests.test(name):
            check_alone(name, each, scene, client)


def check_alone(name: str, each: filters.Filter, scene: Scene, client: Client) -> None:
    @given(data=st.data())
    @settings(max_examples=4, deadline=None, suppress_health_check=FIXTURES, database=None)
    def alone(data: st.DataObject) -> None:
        query = QueryDict(mutable=True)
        query.setlist(name, data.draw(values_of(name, each, scene)))
        check(data, scene, client, query)

    alone()


def test_the_review_of_a_threat_goes_by_the_day_that_is_read(scene: Scene, client: Client) -> None:
    reader, token = scene.readers[3]
    lengths = []
    for state in ("overdue", "due"):
        query = QueryDict(f"threat_review={state}&as_at={SECOND_DAY.isoformat()}")
        with read_asked(query, reader=reader).rows() as rows:
            found = {reference for reference, sandbox in rows.values_list("reference", "sandbox") if not sandbox}
        assert read_over_the_api(client, query, token) == found, state
        lengths.append(len(found))
    assert lengths[1], "a review that falls due on the day"


def test_why_a_lead_is_not_counted_is_said_by_the_rule_and_asked_by_its_negation_alike(scene: Scene) -> None:
    """``left_out_because`` writes each part of the rule the other way round; the rule itself gives the reason."""
    south, uncovered = scene.readers[1][0].agency, scene.readers[2][0].agency
    make_disruption(uk_led=False, agency=south, status=Status.SUBMITTED)
    make_disruption(agency=uncovered, status=Status.SUBMITTED)
    for day in (None, FIRST_DAY):
        with records_as_at(day) as rows:
            leads = rows.leads().standing().with_reason_not_counted()
            for reason in NotCounted:
                told = set(leads.filter(not_counted=reason).values_list("pk", flat=True))
                asked = set(rows.left_out_because([reason]).values_list("pk", flat=True))
                assert asked == (set() if reason == NotCounted.SANDBOX else told), (day, reason)
                assert told or day or reason == NotCounted.SANDBOX, f"nothing to see of {reason}"
            everything = rows.left_out_because(list(NotCounted)).values_list("pk", flat=True)
            without_sandbox = leads.exclude(not_counted=NotCounted.SANDBOX).filter(not_counted__isnull=False)
            assert set(everything) == set(without_sandbox.values_list("pk", flat=True)), day


def test_the_pages_refuse_as_well(scene: Scene, client: Client) -> None:
    client.force_login(scene.readers[0][0])
    for page in ("/disruptions/", "/disruptions/facets/", "/exports/new/"):
        assert client.get(f"{page}?level__from=minor").status_code == REFUSED, page


def test_every_filter_can_be_made_up(scene: Scene) -> None:
    """A filter that this test knows nothing of fails here, not by being left out."""
    for name, each in DisruptionFilter.base_filters.items():
        if name not in OF_THE_READER:
            values_of(name, each, scene)


def test_counted_tables_are_the_figures_behind_the_list(scene: Scene) -> None:
    """The same questions on the counted basis, by people who may open more or less: one number for everybody."""
    queries: list[dict[str, Any]] = [
        {"agency": "north"},
        {"level__not": "minor"},
        {"p_grade": ["P1", "P2"], "role__not": "support"},
        {"p_grade_then": "ungraded", "as_at": SECOND_DAY.isoformat()},
        {"region": "upland", "initiation": "proactive"},
    ]
    for query in queries:
        period = {"from": "2023-01-01", "to": "2026-12-31"}
        text = urlencode({**query, **period}, doseq=True)
        assert set(query) - {"as_at"} <= COUNTED_FILTERS
        behind = QueryDict(f"{text}&counted=yes").copy()
        as_at = date.fromisoformat(behind.pop("as_at")[0]) if "as_at" in behind else None
        expected = figure_behind(behind, as_at=as_at)
        by_agency = statistics.by_agency(statistics.read_query(QueryDict(text)))
        assert statistics.lead_total(by_agency).total == expected
        for reader, _ in scene.readers:
            for by in ("agency_kind", "quarter", "p_grade_then"):
                cut = QueryDict(f"{text}&rows={by}&across=level&measure=counted")
                assert CountedTable(cut, reader).table(read_choice(cut)).total == expected, (query, by)


BAD: Final = (
    {"agancy": "north"},
    {"level": "huge"},
    {"level__from": "minor"},
    {"role__empty": "yes"},
    {"strand__empty": "perhaps"},
    {"lag__from": "soon"},
    {"recorded_on__to": "2025-02-30"},
    {"outcome_value__from": "-1"},
    {"outcome_value__from": "1e-20000"},
    {"lag__from": "5", "lag__to": "4"},
    {"threat": "T-0000-0000"},
    {"as_at": "2999-01-01"},
    {"uk_led": ["yes", "maybe"]},
)


def test_a_bad_question_is_refused_by_every_reader(scene: Scene, client: Client, subtests: pytest.Subtests) -> None:
    reader, token = scene.readers[0]
    client.force_login(reader)
    for query in BAD:
        text = urlencode(query, doseq=True)
        with subtests.test(text):
            with pytest.raises(Invalid):
                read_asked(QueryDict(text), reader=reader)
            for page in ("/disruptions/facets/counts/", "/pivot/"):
                assert client.get(f"{page}?{text}").status_code == REFUSED, page
            assert api_page(client, f"/api/v1/disruptions/?{text}", token).status_code == REFUSED
