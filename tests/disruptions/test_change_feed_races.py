"""A reader beside writers who commit in any order reads what was committed, each change once, each record in order."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from agencies.models import ApiClient, User
from agencies.vocabulary import ApiScope
from disruptions.feeds.changes import Item, latest_position, read_changes
from disruptions.models import ChangeEvent, Disruption
from disruptions.parsing import parse_disruption
from disruptions.services import record_disruptions
from disruptions.services.versions import locked, write_versions
from disruptions.vocabulary import Change, Channel
from tests.disruptions.world import make_world
from tests.factories import make_agency, make_api_client, make_threat

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
SHARED_RECORDS = 12


class TakenBack(Exception):
    """A writer that changes its mind."""


class Writer:
    """Changes records that others change too, and commits when it likes."""

    def __init__(self, place: int, account: User, references: list[str], wanted: int) -> None:
        self.chance = random.Random(place)  # noqa: S311 - the order of things is no secret
        self.account = account
        self.references = references
        self.wanted = wanted
        self.committed: list[tuple[str, int]] = []

    def run(self) -> list[tuple[str, int]]:
        try:
            while len(self.committed) < self.wanted:
                try:
                    with transaction.atomic():
                        done = self._change()
                        time.sleep(self.chance.choice([0, 0, 0.001, 0.005, 0.02]))
                        if self.chance.random() < 0.05:
                            raise TakenBack
                except TakenBack:
                    continue
                self.committed += done
            return self.committed
        finally:
            connection.close()

    def _change(self) -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            # As a request with a key does: the transaction has its number before it waits for a record.
            cursor.execute("SELECT pg_current_xact_id()")
        if self.chance.random() < 0.15:
            rows = [parse_disruption({"role": "lead"}, typed=True)] * self.chance.randint(1, 4)
            made = record_disruptions(
                acting_user=self.account, agency=self.account.agency, rows=rows, channel=Channel.API
            )
            return [(each.record.reference, 1) for each in made if each.record]
        wanted = self.chance.sample(self.references, self.chance.randint(1, 3))
        records = list(locked(wanted, acting_user=self.account).values())
        write_versions(records, {"operation": "Amber Wren"}, acting_user=self.account, change=Change.AMENDED)
        return [(record.reference, record.version) for record in records]


class Reader:
    """Follows the feed in pages of any length until it is told that nothing more comes, and there is no more."""

    def __init__(self, place: int, client: ApiClient, start: int, over: threading.Event) -> None:
        self.chance = random.Random(100 + place)  # noqa: S311 - the length of a page is no secret
        self.client = client
        self.position = start
        self.over = over

    def run(self) -> list[Item]:
        found: list[Item] = []
        try:
            while True:
                was_over = self.over.is_set()
                page = read_changes(
                    client=self.client,
                    scopes=frozenset(ApiScope.values),
                    after=self.position,
                    limit=self.chance.randint(1, 60),
                )
                found += page.items
                self.position = page.position
                if was_over and not page.more:
                    return found
                if not page.more:
                    time.sleep(0.002)
        finally:
            connection.close()


def race(changes: int) -> tuple[list[tuple[str, int]], list[list[Item]]]:
    """Let the writers make so many changes while two read; return what was committed and what each of three read."""
    agency = make_agency()
    client = make_api_client(agency=agency)
    # Everything is read once before, as the threads share it.
    account = User.objects.select_related("agency").get(pk=client.service_account_id)
    rows = [parse_disruption({"role": "lead"}, typed=True)] * SHARED_RECORDS
    made = record_disruptions(acting_user=account, agency=agency, rows=rows, channel=Channel.API)
    references = [each.record.reference for each in made if each.record]
    make_threat()
    start = latest_position()
    over = threading.Event()
    writers = [Writer(place, account, references, changes // WRITERS) for place in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        reading = [pool.submit(Reader(place, client, start, over).run) for place in range(2)]
        writing = [pool.submit(writer.run) for writer in writers]
        committed = [each for task in writing for each in task.result()]
        over.set()
        read = [task.result() for task in reading]
    late = threading.Event()
    late.set()
    return committed, [*read, Reader(3, client, start, late).run()]


def require_exact(committed: list[tuple[str, int]], read: list[list[Item]]) -> None:
    assert sorted((item.reference, item.version) for item in read[0]) == sorted(committed)
    assert read[0] == read[1] == read[2]
    versions: dict[str, list[Any]] = defaultdict(list)
    for item in read[0]:
        versions[item.reference].append(item.version)
    for found in versions.values():
        assert found == list(range(found[0], found[0] + len(found)))
    positions = list(ChangeEvent.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert dict(Disruption.objects.values_list("reference", "version")) == {
        **dict.fromkeys(Disruption.objects.values_list("reference", flat=True), 1),
        **{reference: found[-1] for reference, found in versions.items()},
    }


def test_a_reader_beside_writers_reads_exactly_what_was_committed():
    require_exact(*race(240))


@pytest.mark.deep
def test_a_reader_beside_writers_reads_exactly_what_was_committed_of_10000_changes():
    require_exact(*race(10_000))


def test_what_is_committed_late_comes_later_and_is_not_passed_over():
    """The event that was added first is committed last: the reader has gone on by then."""
    client = make_api_client(agency=make_agency())
    account = client.service_account
    added, read = threading.Event(), threading.Event()
    parsed = parse_disruption({"role": "lead"}, typed=True)

    def one() -> Any:
        [made] = record_disruptions(acting_user=account, agency=client.agency, rows=[parsed], channel=Channel.API)
        assert made.record is not None
        return made.record.reference

    def slow() -> Any:
        try:
            with transaction.atomic():
                reference = one()
                added.set()
                assert read.wait(10)
            return reference
        finally:
            connection.close()

    def read_after(position: int) -> Any:
        return read_changes(client=client, scopes=frozenset(ApiScope.values), after=position, limit=10)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(slow)
        assert added.wait(10)
        second = one()
        early = read_after(0)
        read.set()
        late = first.result()
    assert [item.reference for item in early.items] == [second]
    assert [item.reference for item in read_after(early.position).items] == [late]


def test_two_supports_that_come_at_once_both_open_the_lead():
    """Whoever is second waits for the first, and sees what it did."""
    world = make_world()
    others = [make_api_client(agency=make_agency()) for _ in range(4)]
    lead = world.record()
    start = threading.Barrier(len(others))

    def join(client: ApiClient) -> None:
        try:
            account = client.service_account
            parsed = parse_disruption(
                {**world.support(lead=lead.reference, sharing="lead_and_supporting"), "submit": True}, typed=True
            )
            start.wait(10)
            with transaction.atomic():
                [made] = record_disruptions(
                    acting_user=account, agency=client.agency, rows=[parsed], channel=Channel.API
                )
                time.sleep(0.02)
            assert made.record is not None, made.violations
        finally:
            connection.close()

    with ThreadPoolExecutor(len(others)) as pool:
        list(pool.map(join, others))
    agencies = sorted([world.north.pk, *(client.agency.pk for client in others)])
    supports = Disruption.objects.filter(lead=lead)
    last = ChangeEvent.objects.filter(object_id__in=supports).order_by("object_id", "-id").distinct("object_id")
    assert [event.audience for event in last] == [agencies] * len(others)
