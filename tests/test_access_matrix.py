"""Every page and operation answers as ``tests/access.py`` says; one without a row fails.

Each change asks all who are refused and three of those who are let in; ``make test-deep`` asks everybody.
"""

import json
import random
from dataclasses import dataclass
from datetime import date
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.models import RoleGrant, User
from agencies.services import mark_leaver
from agencies.vocabulary import AgencyKind, ApiScope, Role, StatisticsGroup
from disruptions.models import DoneTogether
from disruptions.services import (
    add_membership,
    merge_ocgs,
    merge_threats,
    offer_hand_over,
    offer_threat_hand_over,
    withdraw_disruptions,
)
from disruptions.services.saved_views import ViewRow, save_view
from disruptions.vocabulary import DisruptionRole, PriorityGrade, Sharing, Status, ThreatStatus, TogetherAct
from tests.access import CENTRE, CLIENTS, EVERYBODY, OPERATIONS, PAGES
from tests.api import make_token
from tests.disruptions.exporting import made
from tests.disruptions.uploading import confirmed, csv_of, good_row, sent
from tests.factories import (
    make_agency,
    make_api_client,
    make_disruption,
    make_extract,
    make_ocg,
    make_plan_action,
    make_region,
    make_scoring_model,
    make_threat,
    make_threat_request,
    make_user,
    make_webhook,
)
from tests.routes import pages, routes
from tests.test_public_urls import PUBLIC, asks_who_is_there

NATIONAL = {name: Role(name) for name in CENTRE}
LEADING_TO_SIGN_IN = {"account_signup"}
QUERIES = {"own_reference": "value=NORTH/2026/1"}
"""Things that an address names in its query."""
REFUSALS = {401, 403, 404, 405}


@dataclass(frozen=True)
class Cast:
    """A browser for each kind of person, a partner for each kind of client, and what an address may be of."""

    browsers: dict[str, Client]
    partners: dict[str, Client]
    without: dict[ApiScope, Client]
    things: dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """Make everybody and everything once, for all requests of this module; each is undone after it."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        # As in Django's own TestCase: a durable transaction may begin inside this one.
        atomic._from_testcase = True  # type: ignore[attr-defined]  # Django's own TestCase sets it
        with atomic:
            yield make_cast()
            transaction.set_rollback(True)


def make_cast():
    north = make_agency(code="north", region=make_region(code="the-north"))
    south = make_agency(code="south", region=make_region(code="the-south"))
    west = make_agency(code="west")
    centre = make_agency(code="centre", kind=AgencyKind.LAW_ENFORCEMENT_AGENCY, statistics_group=StatisticsGroup.NCA)
    people = {
        "nobody": make_user(agency=north),
        "recorder": make_user(agency=north, roles=[Role.RECORDER]),
        "approver": make_user(agency=north, roles=[Role.APPROVER]),
        "agency_admin": make_user(agency=north, roles=[Role.AGENCY_ADMIN]),
        "outsider": make_user(agency=south, roles=[Role.RECORDER]),
        "south_admin": make_user(agency=south, roles=[Role.AGENCY_ADMIN]),
        **{name: make_user(agency=centre, national_roles=[role]) for name, role in NATIONAL.items()},
    }
    recorder, approver = people["recorder"], people["approver"]
    make_scoring_model()
    threat = make_threat(lead_agency=north, created_by=recorder)

    def record(**values):
        made = make_disruption(**{"agency": north, "recorded_by": recorder, "threat": threat} | values)
        return {"reference": made.reference}

    shared = make_disruption(agency=north, recorded_by=recorder, threat=threat, sharing=Sharing.LEAD_AND_SUPPORTING)
    make_disruption(
        agency=south,
        recorded_by=people["outsider"],
        threat=threat,
        role=DisruptionRole.SUPPORT,
        lead=shared,
        sharing=Sharing.LEAD_AND_SUPPORTING,
    )
    record(agency_reference="NORTH/2026/1", status=Status.DRAFT)
    member = make_user(agency=north, roles=[Role.RECORDER])
    leaver = make_user(agency=north)
    mark_leaver(acting_user=people["agency_admin"], person=leaver, version=leaver.version)
    clients = {"north_client": make_api_client(agency=north), "south_client": make_api_client(agency=south)}
    client = make_api_client(agency=north)
    faulty = sent(recorder, csv_of([good_row(threat, Level="Huge")]))
    recorded = confirmed(sent(recorder, csv_of([good_row(threat)])), recorder)
    webhook, kept_webhook = make_webhook(client=clients["north_client"]), make_webhook(client=client)
    things = {
        "": {},
        "agency": {"code": north.code},
        "region": {"code": "the-north"},
        "rocu": {"code": make_agency(code="unit", kind=AgencyKind.REGIONAL_UNIT).code},
        "person": {"pk": member.pk},
        "leaver": {"pk": leaver.pk},
        "grant": {"pk": member.pk, "grant_pk": RoleGrant.objects.get(user=member).pk},
        "client": {"client_id": client.client_id},
        "secret": {"client_id": client.client_id, "secret_pk": client.secrets.get().pk},
        "webhook": {"id": webhook.public_id},
        "template": {"kind": "csv"},
        "faulty_upload": {"public_id": faulty.public_id},
        "faulty_upload_as_csv": {"public_id": faulty.public_id, "kind": "csv"},
        "recorded_upload": {"public_id": recorded.public_id},
        "client_webhook": {"client_id": client.client_id, "public_id": kept_webhook.public_id},
        "threat": {"reference": threat.reference},
        "ocg": {"reference": make_ocg(lead_agency=north, created_by=recorder).reference},
        "extract": {"reference": make_extract().reference},
        "submitted": record(),
        "draft": record(status=Status.DRAFT),
        "sandbox": record(sandbox=True),
        "approved": record(status=Status.APPROVED, approved_by=approver),
        "recorded_by_the_approver": record(recorded_by=approver),
        "waiting_for_the_north": record(
            agency=south, recorded_by=people["outsider"], role=DisruptionRole.SUPPORT, lead_agency=north
        ),
        "waiting_for_the_north_by_name": record(
            agency=west,
            recorded_by=None,
            role=DisruptionRole.SUPPORT,
            lead_agency=north,
            shared_with=[make_agency()],
        ),
        "for_the_west": record(shared_with=[west]),
        "for_the_south": record(shared_with=[south]),
        "for_those_who_took_part": record(sharing=Sharing.LEAD_AND_SUPPORTING),
        "supported_by_the_south": {"reference": shared.reference},
        "plan_action": {
            "reference": threat.reference,
            "pk": make_plan_action(threat=threat, owner=people["approver"]).pk,
        },
        **keeping_the_list(north, centre, people["threat_manager"]),
        "assessment": {"pk": make_threat(lead_agency=north, p_grade=PriorityGrade.P3).assessment_id},
        "threat_request": {"pk": make_threat_request(requested_by=recorder).pk},
        "withdrawn": record(),
        "offered_to_the_south": record(),
        **{
            f"{scope}_view": {
                "public_id": save_view(
                    acting_user=people[who], row=ViewRow(name="Majors", query="level=major", scope=scope)
                ).public_id
            }
            for scope, who in (("agency", "approver"), ("nation", "analyst"))
        },
        **{f"together_{act}": {"act": act.value} for act in TogetherAct},
        "recorders_file": {"public_id": made(recorder, with_outcomes=True).public_id},
        "done_together": {
            "public_id": DoneTogether.objects.create(
                act=TogetherAct.RETURN, done_by=approver, done=[], left={}
            ).public_id
        },
    }
    withdrawn, offered = things["withdrawn"]["reference"], things["offered_to_the_south"]["reference"]
    withdraw_disruptions(acting_user=recorder, versions={withdrawn: None}, reason="In error.")
    offer_hand_over(acting_user=recorder, reference=offered, version=None, to_agency=south.code, reason="They led it.")
    return Cast(
        browsers={name: signed_in(person) for name, person in people.items()},
        partners={name: partner(client, ApiScope) for name, client in clients.items()},
        without={
            scope: partner(clients["north_client"], [each for each in ApiScope if each != scope]) for scope in ApiScope
        },
        things=things,
    )


def keeping_the_list(north, centre, manager):
    """Make what the pages that keep the master list are about: by itself, merged, on offer to the north, a member."""
    things: dict[str, dict[str, str]] = {}
    for kind, make, merge in (("threat", make_threat, merge_threats), ("ocg", make_ocg, merge_ocgs)):
        alone, merged, offered = (
            make(lead_agency=agency, created_by=manager).reference for agency in (north, north, centre)
        )
        merge(acting_user=manager, loser=merged, winner=alone, version=1, reason="The same.")
        offer_threat_hand_over(acting_user=manager, reference=offered, version=1, to_agency="north", reason="Theirs.")
        things |= {
            f"{kind}_{name}": {"reference": each}
            for name, each in (("alone", alone), ("merged", merged), ("offered", offered))
        }
        things[f"{kind}_archived"] = {
            "reference": make(lead_agency=north, created_by=manager, status=ThreatStatus.ARCHIVED).reference
        }
    membership = add_membership(
        acting_user=manager,
        threat=things["threat_alone"]["reference"],
        ocg=things["ocg_alone"]["reference"],
        from_on=date(2026, 1, 5),
    )
    return things | {"membership": {"pk": membership.pk}}


def signed_in(person):
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def partner(client, scopes):
    token = make_token(client, scopes=scopes)
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}", "If-Match": "*"})


def address(row, cast):
    place = {"step": "what"} if row.route in {"disruption_step", "disruption_step_keep"} else {}
    if row.of in QUERIES:
        return f"{reverse(row.route)}?{QUERIES[row.of]}"
    return reverse(row.route, kwargs=cast.things[row.of] | place)


def answer_to(client, row, path, **how):
    """Return what a request is answered with, and undo whatever it did, a sign-out too."""
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    with transaction.atomic():
        response = getattr(client, row.method)(path, **how)
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return response


def expected(row, who):
    return "let in" if who in row.may else 404 if who in row.hidden else 403


def got(response, method):
    """Return what happened in the words of the table; a status that is none of its words stands as it is."""
    if asks_who_is_there(response):
        return "asked who is there"
    status = response.status_code
    if method == "get":
        return "let in" if status in {200, 302} else status
    return "let in" if status < 500 and status not in REFUSALS else status


def surprises(answers, wanted):
    """Return who was answered otherwise than the table says, and how."""
    assert set(answers) == set(wanted)
    return {who: f"{wanted[who]} wanted, {answers[who]} got" for who in wanted if answers[who] != wanted[who]}


def all_who_are_refused_and_some_who_are_let_in(row):
    """Return whom each change asks: a page that opens costs more than a refusal, and a leak is a refusal missed."""
    let_in = sorted(row.may)
    some = random.Random(str(row)).sample(let_in, min(len(let_in), 3))  # noqa: S311 - the same for the same row
    return (EVERYBODY - row.may) | set(some)


def check_a_page(row, cast, people):
    path = address(row, cast)
    answers = {
        who: got(answer_to(cast.browsers[who], row, path, data=dict(row.data)), row.method) for who in sorted(people)
    }
    answers["stranger"] = got(answer_to(Client(), row, path), row.method)
    answers["partner"] = got(answer_to(cast.partners["north_client"], row, path), row.method)
    outside = dict.fromkeys(("stranger", "partner"), "asked who is there")
    assert surprises(answers, {who: expected(row, who) for who in people} | outside) == {}


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_a_page_answers_as_the_table_says(row, cast):
    check_a_page(row, cast, all_who_are_refused_and_some_who_are_let_in(row))


@pytest.mark.deep
@pytest.mark.parametrize("row", PAGES, ids=str)
def test_a_page_answers_each_person_as_the_table_says(row, cast):
    check_a_page(row, cast, EVERYBODY)


def test_everybody_in_the_table_has_a_browser(cast):
    assert set(cast.browsers) == EVERYBODY


@pytest.mark.parametrize("row", OPERATIONS, ids=str)
def test_an_operation_answers_each_client_as_the_table_says(row, cast):
    path = address(row, cast)
    body = {} if row.method == "get" else {"data": json.dumps(row.data), "content_type": "application/json"}
    answers = {who: got(answer_to(client, row, path, **body), row.method) for who, client in cast.partners.items()}
    assert surprises(answers, {who: expected(row, who) for who in CLIENTS}) == {}
    outside = {"stranger": Client(), "person": cast.browsers["system_admin"]}
    assert {who: answer_to(client, row, path, **body).status_code for who, client in outside.items()} == {
        "stranger": 401,
        "person": 401,
    }
    if row.scope is not None:
        assert answer_to(cast.without[row.scope], row, path, **body).status_code == 403


def test_every_page_has_a_row():
    assert {row.route for row in PAGES} == {route.name for route in pages()} - PUBLIC - LEADING_TO_SIGN_IN


def test_every_operation_has_a_row():
    operations = {(route.name, method) for route in routes() for method in route.operations if method != "head"}
    assert {(row.route, row.method) for row in OPERATIONS} == operations


def test_every_operation_names_the_scope_of_the_table():
    scopes = {
        (route.name, method): route.view.cls.scopes[action] or None
        for route in routes()
        for method, action in route.operations.items()
        if method != "head"
    }
    assert {(row.route, row.method): row.scope for row in OPERATIONS} == scopes


# Signing out is tested with signing in: whoever did it is asked who is there.
TAKING_POSTS = {row.route for row in PAGES if row.method == "post"} | {"account_logout"}


@pytest.mark.parametrize("name", sorted({row.route for row in PAGES} - TAKING_POSTS))
def test_a_page_without_a_row_for_posting_takes_no_post(name, cast):
    row = next(row for row in PAGES if row.route == name)
    browser = cast.browsers["system_admin"]
    assert browser.post(address(row, cast)).status_code == 405


OUR_TABLES = {
    "agencies_agency",
    "agencies_apiclient",
    "agencies_auditentry",
    "agencies_region",
    "agencies_rolegrant",
    "agencies_user",
    "disruptions_disruption",
    "disruptions_ocg",
    "disruptions_review",
    "disruptions_socthreat",
    "disruptions_threatassessment",
}


@pytest.mark.parametrize("who", sorted(EVERYBODY - {"system_admin"}))
def test_djangos_admin_is_closed_to_everybody_else(who, cast):
    assert cast.browsers[who].get(reverse("admin:index")).status_code == 302


def test_no_page_of_djangos_admin_opens_to_an_administrator_of_an_agency(cast):
    statuses = {
        route.name: cast.browsers["agency_admin"].get(route.path).status_code for route in routes() if route.is_admin
    }
    assert {name for name, status in statuses.items() if status not in {302, 403, 404}} == set()


def test_a_system_administrator_opens_our_own_tables_and_no_librarys(cast):
    lists = {route.name: route.path for route in routes() if route.is_admin and route.name.endswith("_changelist")}
    opened = {name for name, path in lists.items() if cast.browsers["system_admin"].get(path).status_code == 200}
    assert opened == {f"admin:{table}_changelist" for table in OUR_TABLES}


def test_nothing_is_deleted_in_djangos_admin(cast):
    paths = [route.path for route in routes() if route.is_admin and route.name.endswith("_delete")]
    there = cast.things["person"]["pk"]
    paths.append(reverse("admin:agencies_user_delete", args=[there]))
    statuses = {path: cast.browsers["system_admin"].post(path, {"post": "yes"}).status_code for path in paths}
    assert set(statuses.values()) <= {302, 403}
    assert User.objects.filter(pk=there).exists()
