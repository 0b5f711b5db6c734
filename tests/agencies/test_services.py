"""The write path of the floor: effect, version, log and refusals of each service."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from agencies.models import (
    AgencyEvent,
    ApiClientSecret,
    AuditEntry,
    RoleGrant,
    RoleGrantEvent,
    User,
    UserEvent,
    london_date,
    oic_now,
)
from agencies.permissions import holds_role, may_grant
from agencies.refusals import Invalid, Refused, Stale
from agencies.services import (
    add_agency,
    add_api_client,
    add_first_administrator,
    add_region,
    amend_agency,
    amend_api_client,
    amend_person,
    amend_region,
    digest_of,
    end_role,
    grant_role,
    invite_person,
    mark_leaver,
    reinstate_person,
    revoke_api_client,
    revoke_secret,
    rotate_secret,
    send_password_link,
)
from agencies.vocabulary import AgencyKind, ApiScope, AuditAction, PersonStatus, Role, Scope
from tests.factories import grant_role as make_grant
from tests.factories import make_agency, make_user

pytestmark = pytest.mark.django_db


def codes(caught):
    return [each.code for each in caught.value.violations]


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


# ------------------------------------------------------------------------------------------------------------- agencies


def test_an_agency_is_added_and_logged(system_admin, north):
    agency = add_agency(
        acting_user=system_admin,
        code="east",
        name="East Police",
        short_name="East",
        kind=AgencyKind.TERRITORIAL_FORCE,
        region=north.region,
    )
    assert (agency.version, agency.statistics_group) == (1, "not_covered")
    assert (last_entry().user, last_entry().action, last_entry().reference) == (system_admin, "changed", "east")


def test_an_amendment_makes_one_version(system_admin, north):
    saved = amend_agency(acting_user=system_admin, agency=north, version=1, contact="a@b.example", short_name="N")
    assert saved.version == 2
    assert list(AgencyEvent.objects.filter(id=north.pk).values_list("version", "contact")) == [
        (1, "oic@north.example"),
        (2, "a@b.example"),
    ]
    assert last_entry().detail["changes"]["short_name"] == ["North", "N"]


def test_an_amendment_that_changes_nothing_writes_nothing(system_admin, north):
    assert amend_agency(acting_user=system_admin, agency=north, version=1, name=north.name).version == 1
    assert not AuditEntry.objects.exists()


def test_changes_to_different_fields_stand_together(system_admin, north):
    amend_agency(acting_user=system_admin, agency=north, version=1, contact="theirs@north.example", name=north.name)
    saved = amend_agency(acting_user=system_admin, agency=north, version=1, contact=north.contact, name="Mine")
    assert (saved.contact, saved.name, saved.version) == ("theirs@north.example", "Mine", 3)


def test_changes_to_the_same_field_show_both_sides(system_admin, north):
    amend_agency(acting_user=system_admin, agency=north, version=1, name="Theirs")
    with pytest.raises(Stale) as caught:
        amend_agency(acting_user=system_admin, agency=north, version=1, name="Mine")
    assert (caught.value.theirs, caught.value.mine) == ({"name": "Theirs"}, {"name": "Mine"})
    assert caught.value.current.version == 2


@pytest.mark.parametrize("version", [0, 7])
def test_a_version_that_never_was_is_stale(system_admin, north, version):
    with pytest.raises(Stale):
        amend_agency(acting_user=system_admin, agency=north, version=version, name="Mine")


def test_a_code_cannot_be_amended(system_admin, north):
    with pytest.raises(TypeError):
        amend_agency(acting_user=system_admin, agency=north, version=1, code="northern")


def test_a_broken_rule_is_refused_by_its_code_and_writes_nothing(system_admin, north, south):
    with pytest.raises(Invalid) as caught:
        amend_agency(acting_user=system_admin, agency=north, version=1, name=south.name, ons_code="X", parent=north)
    assert set(codes(caught)) == {"agency_name_unique", "agency_ons_code_blank_or_nine", "agency_parent_is_another"}
    north.refresh_from_db()
    assert north.version == 1


@pytest.mark.parametrize("role", ["recorder", "agency_admin", "auditor", "analyst"])
def test_reference_data_is_for_system_administrators(request, north, role):
    somebody = request.getfixturevalue(role)
    with pytest.raises(Refused):
        amend_agency(acting_user=somebody, agency=north, version=1, name="X")
    with pytest.raises(Refused):
        add_agency(acting_user=somebody, code="x", name="X", short_name="X", kind=AgencyKind.PARTNER)
    with pytest.raises(Refused):
        add_region(acting_user=somebody, code="x", name="X")
    with pytest.raises(Refused):
        amend_region(acting_user=somebody, region=north.region, name="X")


def test_regions_have_names_and_codes_of_their_own(system_admin, north, south):
    with pytest.raises(Invalid):
        amend_region(acting_user=system_admin, region=north.region, name=south.region.name)
    with pytest.raises(Invalid) as caught:
        add_region(acting_user=system_admin, code="North", name="Y")
    assert "region_code_is_a_slug" in codes(caught)


# --------------------------------------------------------------------------------------------------------------- people


def test_an_invitation_makes_an_account_that_waits_for_its_password(agency_admin, north):
    person = invite_person(
        acting_user=agency_admin,
        agency=north,
        email=" New.Person@North.example ",
        name=" New Person ",
        roles=[Role.RECORDER, Role.APPROVER, Role.RECORDER],
    )
    assert (person.email, person.name, person.status) == ("new.person@north.example", "New Person", "invited")
    assert {grant.role for grant in person.grants} == {"recorder", "approver"}
    assert {grant.granted_by for grant in person.grants} == {agency_admin}
    assert last_entry().reference == "new.person@north.example"


def test_an_address_is_registered_once(agency_admin, north, outsider):
    with pytest.raises(Invalid) as caught:
        invite_person(acting_user=agency_admin, agency=north, email=outsider.email.upper(), name="Twice")
    assert codes(caught) == ["user_email_unique"]


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_an_agency_administrator_makes_no_auditor_or_system_administrator(agency_admin, north, role):
    with pytest.raises(Refused):
        invite_person(acting_user=agency_admin, agency=north, email="a@north.example", name="A", roles=[role])
    assert not User.objects.filter(email="a@north.example").exists()


def test_another_agencys_people_are_out_of_reach(agency_admin, outsider, south):
    actions = [
        lambda: invite_person(acting_user=agency_admin, agency=south, email="a@south.example", name="A"),
        lambda: amend_person(acting_user=agency_admin, person=outsider, version=1, name="A", email=outsider.email),
        lambda: mark_leaver(acting_user=agency_admin, person=outsider, version=1),
        lambda: reinstate_person(acting_user=agency_admin, person=outsider, version=1),
        lambda: send_password_link(acting_user=agency_admin, person=outsider, link_for=str),
        lambda: grant_role(
            acting_user=agency_admin,
            person=outsider,
            role=Role.VIEWER,
            scope=Scope.AGENCY,
            agency=agency_admin.agency,
        ),
        lambda: end_role(acting_user=agency_admin, grant=outsider.role_grants.get()),
    ]
    for action in actions:
        with pytest.raises(Refused):
            action()
    assert not AuditEntry.objects.exists()


def test_a_person_is_amended_with_one_version(agency_admin, recorder):
    saved = amend_person(
        acting_user=agency_admin, person=recorder, version=1, name="Rowan R", email="Rowan@North.example"
    )
    assert (saved.name, saved.email, saved.version) == ("Rowan R", "rowan@north.example", 2)
    assert UserEvent.objects.filter(id=recorder.pk).count() == 2


def test_whoever_holds_a_wider_role_is_amended_by_a_system_administrator(agency_admin, system_admin, north):
    colleague = make_user(agency=north, national_roles=[Role.MODERATOR])
    details: dict[str, Any] = {"person": colleague, "version": 1, "name": colleague.name, "email": "mine@north.example"}
    with pytest.raises(Refused):
        amend_person(acting_user=agency_admin, **details)
    assert amend_person(acting_user=system_admin, **details).email == "mine@north.example"


def test_a_move_is_for_system_administrators_and_ends_all_roles(agency_admin, system_admin, recorder, south):
    details: dict[str, Any] = {
        "person": recorder,
        "version": 1,
        "name": recorder.name,
        "email": recorder.email,
        "agency": south,
    }
    with pytest.raises(Refused):
        amend_person(acting_user=agency_admin, **details)
    moved = amend_person(acting_user=system_admin, **details)
    assert moved.agency == south
    assert not holds_role(User.objects.get(pk=recorder.pk), Role.RECORDER)


def test_a_leaver_loses_sign_in_roles_and_sessions(agency_admin, recorder, north, client_for):
    make_grant(user=recorder, role=Role.VIEWER, agency=north, valid_from=date(2199, 1, 1))
    browser = client_for(recorder)
    assert browser.get("/account/").status_code == 200
    left = mark_leaver(acting_user=agency_admin, person=recorder, version=1)
    assert (left.status, left.version) == (PersonStatus.LEFT, 2)
    assert browser.get("/account/").status_code == 302
    assert not RoleGrant.objects.filter(user=recorder, ended_at=None).exists()
    assert set(RoleGrantEvent.objects.filter(user=recorder).values_list("version", flat=True)) == {1, 2}
    assert mark_leaver(acting_user=agency_admin, person=left, version=2).version == 2


def test_a_session_stays_ended_after_a_return(agency_admin, recorder, client_for):
    browser = client_for(recorder)
    left = mark_leaver(acting_user=agency_admin, person=recorder, version=1)
    back = reinstate_person(acting_user=agency_admin, person=left, version=2)
    assert (back.status, back.version, back.left_at) == (PersonStatus.INVITED, 3, None)
    assert browser.get("/account/").status_code == 302
    assert not back.grants


def test_nobody_marks_themselves_and_only_a_system_administrator_marks_one(agency_admin, system_admin, north):
    with pytest.raises(Refused):
        mark_leaver(acting_user=agency_admin, person=agency_admin, version=1)
    another = make_user(agency=north, national_roles=[Role.SYSTEM_ADMIN])
    with pytest.raises(Refused):
        mark_leaver(acting_user=agency_admin, person=another, version=1)
    assert mark_leaver(acting_user=system_admin, person=another, version=1).status == PersonStatus.LEFT


def test_a_link_goes_to_the_person_after_the_transaction(agency_admin, recorder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send_password_link(acting_user=agency_admin, person=recorder, link_for=lambda person: f"https://x/{person.pk}/")
        assert mail.outbox == []
    assert mail.outbox[0].to == [recorder.email]
    assert f"https://x/{recorder.pk}/" in mail.outbox[0].body
    assert "https://x/" not in str(last_entry().detail)


def test_a_leaver_gets_no_link(agency_admin, north):
    gone = make_user(agency=north, is_active=False)
    with pytest.raises(Invalid) as caught:
        send_password_link(acting_user=agency_admin, person=gone, link_for=str)
    assert codes(caught) == ["person_can_sign_in"]


def test_the_first_administrator_is_made_once(north):
    first = add_first_administrator(agency=north, email="first@north.example", name="First")
    assert holds_role(first, Role.SYSTEM_ADMIN)
    with pytest.raises(Invalid) as caught:
        add_first_administrator(agency=north, email="second@north.example", name="Second")
    assert codes(caught) == ["system_has_no_administrator"]


# ---------------------------------------------------------------------------------------------------------------- roles


def test_a_role_is_given_from_today_and_logged(agency_admin, nobody, north):
    assert not nobody.grants
    grant = grant_role(acting_user=agency_admin, person=nobody, role=Role.RECORDER, scope=Scope.AGENCY, agency=north)
    assert (grant.valid_from, grant.valid_until, grant.granted_by) == (london_date(oic_now()), None, agency_admin)
    assert holds_role(nobody, Role.RECORDER, agency=north)
    assert last_entry().detail["role given"]["role"] == "recorder"


def test_a_role_holds_from_its_first_to_its_last_day(system_admin, nobody, north):
    today = london_date(oic_now())
    day = timedelta(days=1)
    give: dict[str, Any] = {"acting_user": system_admin, "person": nobody, "scope": Scope.AGENCY, "agency": north}
    grant_role(**give, role=Role.RECORDER, valid_from=today - 2 * day, valid_until=today - day)
    grant_role(**give, role=Role.APPROVER, valid_from=today - day, valid_until=today)
    grant_role(**give, role=Role.VIEWER, valid_from=today + day)
    assert {grant.role for grant in nobody.grants} == {"approver"}


def test_nobody_gives_themselves_a_role(agency_admin, system_admin, north):
    for person in (agency_admin, system_admin):
        with pytest.raises(Invalid) as caught:
            grant_role(acting_user=person, person=person, role=Role.RECORDER, scope=Scope.AGENCY, agency=person.agency)
        assert codes(caught) == ["role_grant_given_by_another"]


def test_a_role_is_held_once_and_by_somebody_who_can_sign_in(agency_admin, recorder, north):
    give: dict[str, Any] = {"acting_user": agency_admin, "role": Role.RECORDER, "scope": Scope.AGENCY, "agency": north}
    with pytest.raises(Invalid) as caught:
        grant_role(person=recorder, **give)
    assert codes(caught) == ["role_grant_held_once"]
    with pytest.raises(Invalid) as caught:
        grant_role(person=make_user(agency=north, is_active=False), **give)
    assert codes(caught) == ["role_grant_person_is_active"]


def test_the_target_must_fit_the_scope(system_admin, nobody, north):
    for target in ({"scope": Scope.NATION, "agency": north}, {"scope": Scope.REGION}, {"scope": Scope.AGENCY}):
        with pytest.raises(Invalid) as caught:
            grant_role(acting_user=system_admin, person=nobody, role=Role.VIEWER, **target)
        assert codes(caught) == ["role_grant_scope_names_its_target"]


@pytest.mark.parametrize(
    ("role", "scope", "allowed"),
    [
        (Role.RECORDER, Scope.AGENCY, True),
        (Role.AGENCY_ADMIN, Scope.AGENCY, True),
        (Role.MODERATOR, Scope.AGENCY, True),
        (Role.AUDITOR, Scope.AGENCY, False),
        (Role.SYSTEM_ADMIN, Scope.AGENCY, False),
        (Role.RECORDER, Scope.REGION, False),
        (Role.ANALYST, Scope.NATION, False),
    ],
)
def test_how_far_an_agency_administrator_gives(
    agency_admin, system_admin, recorder, north, south, role, scope, allowed
):
    agency = north if scope == Scope.AGENCY else None
    assert may_grant(agency_admin, role, scope, agency) is allowed
    assert may_grant(system_admin, role, scope, agency)
    assert not may_grant(agency_admin, role, scope, south)
    assert not may_grant(recorder, role, scope, agency)


def test_a_role_that_is_ended_is_gone_at_once_even_on_its_first_day(agency_admin, nobody, north):
    grant = grant_role(acting_user=agency_admin, person=nobody, role=Role.APPROVER, scope=Scope.AGENCY, agency=north)
    ended = end_role(acting_user=agency_admin, grant=grant, version=1)
    assert (ended.version, ended.valid_until) == (2, grant.valid_from)
    assert not holds_role(User.objects.get(pk=nobody.pk), Role.APPROVER)
    assert end_role(acting_user=agency_admin, grant=ended).version == 2
    again = grant_role(acting_user=agency_admin, person=nobody, role=Role.APPROVER, scope=Scope.AGENCY, agency=north)
    assert holds_role(User.objects.get(pk=nobody.pk), Role.APPROVER)
    assert again.pk != grant.pk


def test_a_wider_role_is_ended_by_a_system_administrator_and_nobody_ends_their_own(agency_admin, system_admin, north):
    colleague = make_user(agency=north, national_roles=[Role.MODERATOR])
    with pytest.raises(Refused):
        end_role(acting_user=agency_admin, grant=colleague.role_grants.get())
    with pytest.raises(Refused):
        end_role(acting_user=agency_admin, grant=agency_admin.role_grants.get())
    end_role(acting_user=system_admin, grant=colleague.role_grants.get())


# ---------------------------------------------------------------------------------------------------------- API clients


@pytest.fixture
def made(agency_admin, north):
    return add_api_client(
        acting_user=agency_admin, agency=north, name="Records", scopes=[ApiScope.STATISTICS_READ, "disruptions:read"]
    )


def test_a_client_has_a_service_account_that_records(made, north, agency_admin):
    client, secret = made
    account = client.service_account
    assert (account.is_service, account.agency, account.name) == (True, north, "Records")
    assert not account.has_usable_password()
    assert holds_role(account, Role.RECORDER, agency=north)
    assert client.scopes == ["disruptions:read", "statistics:read"]
    assert client.client_id.startswith("north-")
    assert len(secret) >= 43
    kept = ApiClientSecret.objects.get(client=client)
    assert (kept.sha256, kept.hint, kept.created_by) == (digest_of(secret), secret[-4:], agency_admin)
    assert secret not in str(list(AuditEntry.objects.values())) + client.client_secret


def test_bad_settings_are_refused_by_their_codes(agency_admin, north):
    with pytest.raises(Invalid) as caught:
        add_api_client(
            acting_user=agency_admin,
            agency=north,
            name=" ",
            scopes=[],
            networks=["192.0.2.1/24"],
            expires_at=oic_now() - timedelta(days=1),
        )
    assert set(codes(caught)) == {
        "api_client_named",
        "api_client_has_scopes",
        "api_client_networks_valid",
        "api_client_expires_later",
    }
    with pytest.raises(Invalid):
        add_api_client(acting_user=agency_admin, agency=north, name="X", scopes=["everything"])
    assert not User.objects.filter(is_service=True).exists()


def test_clients_of_another_agency_are_out_of_reach(made, outsider, south):
    client, _ = made
    stranger = make_user(agency=south, roles=[Role.AGENCY_ADMIN])
    for somebody in (stranger, outsider):
        for action in (
            lambda: rotate_secret(acting_user=somebody, client=client),  # noqa: B023 - called in the same turn
            lambda: revoke_api_client(acting_user=somebody, client=client),  # noqa: B023 - called in the same turn
            lambda: revoke_secret(acting_user=somebody, secret=client.secrets.get()),  # noqa: B023 - the same
            lambda: add_api_client(acting_user=somebody, agency=client.agency, name="X", scopes=["threats:read"]),  # noqa: B023 - the same
        ):
            with pytest.raises(Refused):
                action()


def test_a_new_secret_overlaps_with_the_old(made, agency_admin):
    client, first = made
    second = rotate_secret(acting_user=agency_admin, client=client, overlap=timedelta(days=2))
    assert first != second
    assert client.secrets.live_at(oic_now()).count() == 2
    assert client.secrets.live_at(oic_now() + timedelta(days=3)).get().sha256 == digest_of(second)
    rotate_secret(acting_user=agency_admin, client=client, overlap=timedelta(days=30))
    assert client.secrets.live_at(oic_now() + timedelta(days=3)).count() == 2


def test_without_overlap_the_old_secret_stops_at_once(made, agency_admin):
    client, _ = made
    second = rotate_secret(acting_user=agency_admin, client=client, overlap=timedelta(0))
    assert client.secrets.live_at(oic_now()).get().sha256 == digest_of(second)


def test_a_secret_is_stopped_alone(made, agency_admin):
    client, first = made
    rotate_secret(acting_user=agency_admin, client=client)
    revoke_secret(acting_user=agency_admin, secret=client.secrets.get(sha256=digest_of(first)))
    assert client.secrets.live_at(oic_now()).count() == 1


def test_a_revoked_client_is_shut_out_for_good(made, agency_admin):
    client, _ = made
    revoked = revoke_api_client(acting_user=agency_admin, client=client)
    assert not revoked.is_active
    assert not client.secrets.live_at(oic_now()).exists()
    account = User.objects.get(pk=client.service_account_id)
    assert (account.is_active, account.version) == (False, 2)
    with pytest.raises(Invalid) as caught:
        rotate_secret(acting_user=agency_admin, client=client)
    assert codes(caught) == ["api_client_is_active"]
    assert not revoke_api_client(acting_user=agency_admin, client=client).is_active


def test_a_client_is_amended_and_logged(made, agency_admin):
    client, _ = made
    values: dict[str, Any] = {
        "name": "Records 2",
        "scopes": ["threats:read"],
        "networks": ["192.0.2.0/24"],
        "rate_per_minute": 10,
        "expires_at": None,
    }
    saved = amend_api_client(acting_user=agency_admin, client=client, **values)
    assert (saved.name, saved.scopes, saved.rate_per_minute) == ("Records 2", ["threats:read"], 10)
    assert set(last_entry().detail["changes"]) == {"name", "scopes", "networks", "rate_per_minute"}
    before = AuditEntry.objects.count()
    amend_api_client(acting_user=agency_admin, client=saved, **values)
    assert AuditEntry.objects.count() == before


def test_every_action_of_the_log_is_known(agency_admin, north):
    invite_person(acting_user=agency_admin, agency=north, email="x@north.example", name="X")
    assert {entry.action for entry in AuditEntry.objects.all()} == {AuditAction.CHANGED}


def test_a_region_reaches_its_agencies(north, south):
    admin = make_user(agency=north, regional_roles=[Role.AGENCY_ADMIN])
    neighbour = make_agency(region=north.region)
    person = invite_person(acting_user=admin, agency=neighbour, email="n@n.example", name="N")
    assert person.agency == neighbour
    with pytest.raises(Refused):
        invite_person(acting_user=admin, agency=south, email="s@s.example", name="S")
