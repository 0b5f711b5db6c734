"""Each rule of one row, and of uniqueness, straight at the database and past all Python."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.db.models import CheckConstraint, UniqueConstraint

from agencies.constraints import is_declared
from agencies.refusals import violation_of
from disruptions import models
from disruptions.models import Disruption, Outcome
from disruptions.references import DISRUPTION, reference_of
from tests.disruptions.world import World, make_world
from tests.payloads import BAD_PAYLOADS

pytestmark = pytest.mark.django_db

BY_ROW = [bad for bad in BAD_PAYLOADS if bad.columns is not None]
BY_OUTCOME = [bad for bad in BAD_PAYLOADS if bad.outcome is not None]


@pytest.fixture
def world() -> World:
    return make_world()


_numbers = count(10**7)


def run(*statements: tuple[str, list[Any]]) -> None:
    """Run statements in a transaction of their own and let every constraint speak before it ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def insert_copy(world: World, of: str, **columns: Any) -> None:
    """Insert a copy of a record by raw SQL, with some columns changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM disruptions_disruption WHERE id = %s", [world.ids[of]])
        names = [column.name for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
    del row["id"], row["lead_role"], row["search"]
    row |= {"reference": reference_of(DISRUPTION, next(_numbers)), "agency_reference": "", **columns}
    places = ", ".join(["%s"] * len(row))
    run((f"INSERT INTO disruptions_disruption ({', '.join(row)}) VALUES ({places})", list(row.values())))


def filled(world: World, columns: dict[str, Any]) -> dict[str, Any]:
    """Put ids in place of the names in braces."""
    known = world.ids | {"north": world.north.pk, "south": world.south.pk, "centre": world.centre.pk}
    return {
        name: known[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
        for name, value in columns.items()
    }


def refusal(error: IntegrityError) -> str:
    found = violation_of(error)
    assert found is not None, f"an uncoded constraint refused: {error}"
    return found.code


def test_a_copy_of_a_good_record_goes_in(world: World) -> None:
    before = Disruption.objects.count()
    insert_copy(world, "our_lead")
    # The lead that the copy supports has no support of the north's yet.
    insert_copy(world, "our_support", lead_id=world.ids["their_lead"])
    assert Disruption.objects.count() == before + 2


def test_the_database_refuses_by_the_code_of_the_rule(world: World, subtests: pytest.Subtests) -> None:
    before = Disruption.objects.count()
    for bad in BY_ROW:
        with subtests.test(bad.name):
            columns = filled(world, dict(bad.columns or {}))
            if bad.support:
                columns = {"lead_id": world.ids["their_lead"], **columns}
            with pytest.raises(IntegrityError) as caught:
                insert_copy(world, "our_support" if bad.support else "our_lead", **columns)
            assert refusal(caught.value) == bad.code
            assert Disruption.objects.count() == before


def test_the_database_refuses_an_outcome_by_the_code_of_the_rule(world: World, subtests: pytest.Subtests) -> None:
    before = Outcome.objects.count()
    insert = (
        "INSERT INTO disruptions_outcome"
        " (disruption_id, position, type, count, value_gbp, months, item, from_version)"
        " VALUES (%s, 9, %s, %s, %s, %s, %s, 1)"
    )
    columns = ("type", "count", "value_gbp", "months", "item")
    for bad in BY_OUTCOME:
        with subtests.test(bad.name):
            values = {"count": None, "value_gbp": None, "months": None, "item": "", **(bad.outcome or {})}
            with pytest.raises(IntegrityError) as caught:
                run((insert, [world.ids["our_lead"], *(values[name] for name in columns)]))
            assert refusal(caught.value) == bad.code
            assert Outcome.objects.count() == before


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"status": "nonsense"}, "disruption_status_known"),
        ({"channel": "nonsense"}, "disruption_channel_known"),
        ({"change": "nonsense"}, "disruption_change_known"),
        ({"claimed_level": "nonsense"}, "disruption_claimed_level_known"),
        ({"reference": "nonsense"}, "disruption_reference_well_formed"),
        ({"submitted_by_id": None}, "disruption_submitted_by_somebody"),
        ({"claimed_level": None}, "disruption_claimed_level_kept"),
        ({"status": "approved"}, "disruption_approved_by_somebody"),
        ({"status": "withdrawn"}, "disruption_withdrawn_has_reason"),
        ({"change_reason": "x" * 2001}, "disruption_change_reason_within_limit"),
        ({"lead_id": "{their_lead}"}, "disruption_lead_comes_with_agency"),
        ({"duplicate_of_id": "{their_lead}"}, "disruption_duplicate_is_rejected"),
    ],
)
def test_what_only_services_set_is_held_by_the_database(world: World, columns: dict[str, Any], code: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        insert_copy(world, "our_lead", **filled(world, columns))
    assert refusal(caught.value) == code


def test_the_author_cannot_be_the_approver(world: World) -> None:
    approve = (
        "UPDATE disruptions_disruption SET version = version + 1, status = 'approved', approved_at = now(),"
        " approved_by_id = recorded_by_id WHERE id = %s"
    )
    with pytest.raises(IntegrityError) as caught:
        run((approve, [world.ids["our_lead"]]))
    assert refusal(caught.value) == "disruption_not_approved_by_author"


def test_a_review_by_the_author_is_refused_and_so_is_a_false_author(world: World) -> None:
    insert = (
        "INSERT INTO disruptions_review (disruption_id, version, decision, from_level, to_level, reason, field_reasons,"
        " reason_class, author_id, decided_by_id) VALUES (%s, 2, 'approve', 'minor', 'minor', '', '{}', '', %s, %s)"
    )
    author, other = world.recorder.pk, world.colleague.pk
    with pytest.raises(IntegrityError) as caught:
        run((insert, [world.ids["our_lead"], author, author]))
    assert refusal(caught.value) == "review_not_by_author"
    with pytest.raises(IntegrityError) as caught:
        run((insert, [world.ids["our_lead"], other, author]))
    assert "review_author_recorded_it" in str(caught.value)


def test_handing_a_lead_over_moves_its_supports_in_one_transaction(world: World) -> None:
    move = "UPDATE disruptions_disruption SET agency_id = %s, version = version + 1 WHERE id = %s"
    follow = "UPDATE disruptions_disruption SET lead_agency_id = %s, version = version + 1 WHERE lead_id = %s"
    lead = world.ids["their_lead"]
    run((move, [world.north.pk, lead]), (follow, [world.north.pk, lead]))
    with pytest.raises(IntegrityError) as caught:
        run((move, [world.south.pk, lead]))
    assert "disruption_lead_is_a_lead" in str(caught.value)


def test_a_grade_without_its_assessment_is_refused(world: World) -> None:
    with pytest.raises(IntegrityError) as caught:
        run(("UPDATE disruptions_socthreat SET p_grade = 'P1' WHERE id = %s", [world.ids["threat"]]))
    assert refusal(caught.value) == "soc_threat_grade_has_assessment"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("kind = 'vulnerability'", "soc_threat_ocg_if_kind_is_ocg"),
        ("ocg_id = NULL", "soc_threat_ocg_if_kind_is_ocg"),
        ("kind = 'nonsense'", "soc_threat_kind_known"),
        ("primary_area = 'nonsense'", "soc_threat_primary_area_known"),
        ("other_areas = '{oic}'", "soc_threat_primary_area_not_repeated"),
        ("status = 'nonsense'", "soc_threat_status_known"),
        ("title = ''", "soc_threat_title_required"),
    ],
)
def test_the_database_refuses_a_bad_threat(world: World, change: str, code: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        run((f"UPDATE disruptions_socthreat SET {change} WHERE id = %s", [world.ids["threat"]]))
    # A kind that is no kind breaks two rules, and the database names the first by name.
    assert refusal(caught.value) in {code, "soc_threat_kind_known", "soc_threat_ocg_if_kind_is_ocg"}


@pytest.mark.parametrize("table", ["disruptions_disruption", "disruptions_disruptionevent", "disruptions_outcome"])
def test_the_site_cannot_delete(world: World, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        run((f"DELETE FROM {table}", []))


@pytest.mark.parametrize(
    "table", ["disruptions_disruptionevent", "disruptions_changeevent", "disruptions_review", "agencies_auditentry"]
)
def test_the_site_cannot_rewrite_history(world: World, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        run((f"UPDATE {table} SET id = id", []))


def test_the_site_cannot_set_the_clock(world: World) -> None:
    with pytest.raises(ProgrammingError, match="session clock"):
        run(("SELECT set_config('oic.clock', '2020-01-01T00:00:00Z', true)", []), ("SELECT oic_now()", []))
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(("UPDATE oic_clock SET session_clock_allowed = true", []))


def test_an_as_at_view_cannot_be_read_outside_its_block(world: World) -> None:
    with pytest.raises(DatabaseError, match=r"oic\.as_at|timestamp"), transaction.atomic():
        models.DisruptionAsAt.objects.count()


@pytest.mark.parametrize("name", ["DisruptionAsAt", "SOCThreatAsAt", "OCGAsAt"])
def test_an_as_at_view_has_the_columns_of_its_model(name: str) -> None:
    model = getattr(models, name)
    with connection.cursor() as cursor:
        columns = {
            column.name for column in connection.introspection.get_table_description(cursor, model._meta.db_table)
        }
    assert columns == {field.column for field in model._meta.concrete_fields}


def test_every_check_and_unique_constraint_is_a_coded_rule() -> None:
    for name in models.__all__:
        for constraint in getattr(models, name)._meta.constraints:
            assert isinstance(constraint, (CheckConstraint, UniqueConstraint))
            if not constraint.name.endswith("_one_row_per_version"):
                assert is_declared(constraint.name), constraint.name
                assert constraint.violation_error_code == constraint.name
