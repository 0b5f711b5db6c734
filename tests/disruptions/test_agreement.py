"""How far claims, approvers and moderators agree, against a slow count of every decision in plain Python."""

from __future__ import annotations

import csv
import random
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from agencies.models import LONDON
from agencies.refusals import Invalid, NotFound, Refused
from agencies.vocabulary import Role
from disruptions.models import Disruption, DisruptionEvent, Review
from disruptions.services import DecisionRow, review_disruptions
from disruptions.statistics import agreement, read_query
from disruptions.statistics.agreement import APPROVER_COLUMNS, MODERATOR_COLUMNS
from disruptions.vocabulary import Level
from tests.disruptions.pages import text_of
from tests.factories import make_agency, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

WEIGHT = {"negative": 0, "none": 1, "minor": 2, "moderate": 3, "major": 4}
START = datetime(2026, 4, 1, 9, tzinfo=UTC)


def asked(**parameters: str) -> Any:
    query = QueryDict(mutable=True)
    query.update({"from": "2026-01-01", "to": "2026-12-31", **parameters})
    return read_query(query)


@pytest.fixture
def decisions(clock_at: Any, settings: Any) -> None:
    """A hundred and more decisions of every kind, drawn by a fixed seed, over half a year."""
    settings.MODERATION_SAMPLE_PERCENT = 20
    draw = random.Random(7)  # noqa: S311 - no secret: the same draws each time
    with clock_at(START - timedelta(days=1)):
        north, south, centre = (make_agency(code=code) for code in ("north", "south", "middle"))
    threat = make_threat(lead_agency=centre)
    others = [make_threat(lead_agency=centre) for _ in range(2)]
    authors = {agency: make_user(agency=agency, roles=[Role.RECORDER]) for agency in (north, south)}
    approvers = {agency: make_user(agency=agency, roles=[Role.APPROVER]) for agency in (north, south)}
    judge = make_user(agency=centre, national_roles=[Role.MODERATOR])
    with clock_at(START):
        records = [
            make_disruption(
                agency=(agency := draw.choice([north, south])),
                recorded_by=authors[agency],
                threat=threat,
                level=Level(draw.choice(["minor", "minor", "moderate", "major", "none"])),
                sandbox=number == 3,
            )
            for number in range(60)
        ]
    target = records[0].reference
    for step in range(200):
        record = draw.choice(records[1:])
        record.refresh_from_db()
        level = draw.choice(list(WEIGHT))
        options: dict[str, dict[str, Any]] = {
            "approve": {"to_level": draw.choice([None, None, level])},
            "return": {},
            "upheld": {},
            "raised": {"to_level": "major"},
            "lowered": {"to_level": "negative"},
            "not_a_disruption": {},
            "duplicate": {"duplicate_of": target},
            "threat_changed": {"threat": draw.choice(others).reference},
            "lead_changed": {"lead_agency": draw.choice(["north", "south"])},
        }
        likely = ["upheld", *options] if record.status == "approved" else ["approve", "approve", *options]
        decision = draw.choice(likely)
        who = approvers[record.agency] if decision in {"approve", "return"} or draw.random() < 0.2 else judge
        row = DecisionRow(record.reference, decision, reason="Why.", **options[decision])
        with clock_at(START + timedelta(days=step)):
            try:
                review_disruptions(acting_user=who, decisions=[row])
            except (Invalid, NotFound, Refused):
                continue


def slow(first: date, last: date) -> dict[str, dict[str, int]]:
    """Count decision by decision, reading the record as it stood before each."""
    table: dict[str, dict[str, int]] = {}
    for review in Review.objects.select_related("disruption"):
        day = review.decided_at.astimezone(LONDON).date()
        if not first <= day <= last or review.disruption.sandbox:
            continue
        before = DisruptionEvent.objects.select_related("agency").get(
            id=review.disruption_id, version=review.version - 1
        )
        claimed = review.disruption.claimed_level
        if review.decision == "approve":
            apart = WEIGHT[review.to_level] - WEIGHT[claimed or ""]
            column = "as_claimed" if not apart else "higher" if apart > 0 else "lower"
        elif review.decision == "return" or (review.decision == "duplicate" and before.status == "submitted"):
            column = f"approver {review.decision}"
        elif before.status == "approved":
            column = review.decision
        else:
            continue
        row = table.setdefault(before.agency.code, {})
        row[column] = row.get(column, 0) + 1
    return table


def fast(query: Any) -> dict[str, dict[str, int]]:
    table = {}
    for row in agreement(query).rows:
        names = {"return": "approver return", "duplicate": "approver duplicate"}
        counts = {names.get(name, name): number for name, number in row.approver.items()} | row.moderator
        table[row.code] = {name: number for name, number in counts.items() if number}
    return table


def check_the_figures_are_those_of_a_slow_count() -> None:
    for first, last in [("2026-01-01", "2026-12-31"), ("2026-05-01", "2026-06-30"), ("2026-06-14", "2026-06-14")]:
        counted = slow(date.fromisoformat(first), date.fromisoformat(last))
        assert fast(asked(**{"from": first, "to": last})) == counted
        if first == "2026-01-01":
            seen = {column for row in counted.values() for column in row}
            assert seen >= {"as_claimed", "higher", "lower", "approver return", *MODERATOR_COLUMNS}


def check_an_earlier_cut_off_leaves_out_what_was_decided_later() -> None:
    query = asked(as_at="2026-06-01")
    assert fast(query) == slow(date(2026, 1, 1), date(2026, 6, 1))
    decided = Review.objects.filter(decided_at__lt=datetime(2026, 6, 1, 23, tzinfo=UTC), disruption__sandbox=False)
    records = decided.exclude(decision="return").values("disruption").distinct().count()
    assert sum(row.total for row in agreement(query).claims) == records


def check_what_became_of_the_claims_is_what_the_records_say() -> None:
    expected: dict[tuple[str, str], int] = {}
    for record in Disruption.objects.filter(sandbox=False).prefetch_related("reviews"):
        if not any(review.decision != "return" for review in record.reviews.all()):
            continue
        final = {"approved": record.level, "rejected": "rejected"}.get(record.status, "not_settled")
        key = (record.claimed_level or "", final or "")
        expected[key] = expected.get(key, 0) + 1
    rows = agreement(asked()).claims
    assert {(row.level, final): number for row in rows for final, number in row.final.items() if number} == expected


def check_the_totals_and_the_percentage_are_of_the_rows() -> None:
    figures = agreement(asked())
    for name in APPROVER_COLUMNS:
        assert figures.together.approver[name] == sum(row.approver[name] for row in figures.rows)
    together = figures.together
    assert together.moderated == sum(together.moderator.values()) == sum(row.moderated for row in figures.rows)
    assert together.agreement == round(100 * together.moderator["upheld"] / together.moderated)


CHECKS = (
    check_the_figures_are_those_of_a_slow_count,
    check_an_earlier_cut_off_leaves_out_what_was_decided_later,
    check_what_became_of_the_claims_is_what_the_records_say,
    check_the_totals_and_the_percentage_are_of_the_rows,
)


def test_the_figures_agree_with_a_slow_count(
    decisions: None, django_assert_num_queries: Any, client_for: Any, viewer: Any, subtests: Any
) -> None:
    """One set of decisions, looked at in every way: making it takes longer than all the looks."""
    for each in CHECKS:
        with subtests.test(each.__name__):
            each()
    query = asked()
    with subtests.test("three queries however many decisions"), django_assert_num_queries(3):
        agreement(query)
    with subtests.test("page, file, and a period without decisions"):
        check_the_page_the_file_and_a_period_without_decisions(client_for(viewer))


def check_the_page_the_file_and_a_period_without_decisions(browser: Any) -> None:
    period = {"from": "2026-01-01", "to": "2026-12-31"}
    figures = agreement(asked())
    page = browser.get(reverse("statistics_agreement"), period)
    together = figures.together
    assert f"Moderators upheld {together.moderator['upheld']} of {together.moderated}" in text_of(page)
    assert "Decided January 2026 to December 2026" in text_of(page)
    answer = browser.get(reverse("statistics_agreement"), {**period, "format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = [line for line in csv.reader(StringIO(text)) if len(line) > 10]
    assert [line[1] for line in lines[1:]] == [*(row.name for row in figures.rows), "All agencies"]
    assert lines[-1][2] == str(together.decided)
    empty = browser.get(reverse("statistics_agreement"), {"from": "2019-01-01", "to": "2019-12-31"})
    assert "No decision was made in this period." in text_of(empty)


@pytest.mark.parametrize("query", [{"level": "major"}, {"agency": "north"}, {"from": "x"}])
def test_a_filter_that_it_has_not_is_refused(client_for: Any, viewer: Any, query: dict[str, str]) -> None:
    assert client_for(viewer).get(reverse("statistics_agreement"), query).status_code == 400
