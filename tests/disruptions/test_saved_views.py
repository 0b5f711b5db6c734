import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core import mail
from django.db import DataError, IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.vocabulary import Role
from disruptions.asked import read_asked
from disruptions.demonstration.saved_views import NATIONAL, OF_SURREY
from disruptions.models import SavedView, SavedViewEvent, ViewFollowing
from disruptions.saved import beside_view, first_view_of, slug_of, with_view
from disruptions.services import saved_views
from disruptions.services.digests import send_digests
from disruptions.services.saved_views import (
    ViewRow,
    change_view,
    choose_first_view,
    follow_view,
    note_changed_views,
    retire_view,
    save_view,
    set_first_view_of_role,
    stop_following,
)
from disruptions.vocabulary import Level, Sharing, ViewScope
from tests.api import make_token
from tests.factories import make_agency, make_api_client, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

MONDAY = date(2025, 6, 2)


@pytest.fixture
def north(db):
    return make_agency(code="north")


@pytest.fixture
def officer(north):
    return make_user(agency=north, roles=[Role.RECORDER])


@pytest.fixture
def approver(north):
    return make_user(agency=north, roles=[Role.APPROVER])


@pytest.fixture
def analyst(db):
    return make_user(national_roles=[Role.ANALYST])


@pytest.fixture
def administrator(db):
    return make_user(national_roles=[Role.SYSTEM_ADMIN])


def saved(user, *, name="Majors", query="level=major", **more):
    return save_view(acting_user=user, row=ViewRow(name=name, query=query, **more))


def codes(refusal):
    return [each.code for each in refusal.value.violations]


# ------------------------------------------------------------------------------------------------------------- services


def test_a_view_keeps_the_question_in_one_form(officer):
    view = saved(officer, query="sort=-level&page=3&level=minor&level=major&q=&density=compact")
    assert view.query == "level=major&level=minor&sort=-level"
    assert view.slug == "majors"
    assert SavedViewEvent.objects.filter(id=view.pk).count() == 1


def test_what_the_list_refuses_is_not_saved(officer):
    with pytest.raises(Invalid) as refusal:
        saved(officer, query="colour=red&level=huge")
    assert codes(refusal) == ["saved_view_query_reads"] * 2
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "saved_view_has_name"),
        ("!!!", "saved_view_slug_well_formed"),
        ("All", "saved_view_slug_well_formed"),
        ("x" * 81, "saved_view_name_within_limit"),
        ("a\x00b", "saved_view_storable"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(officer, name, code):
    with pytest.raises(Invalid) as refusal:
        saved(officer, name=name)
    assert code in codes(refusal)


def test_a_name_is_used_once_by_each(officer, approver, analyst):
    saved(officer)
    saved(approver)
    saved(approver, scope=ViewScope.AGENCY)
    saved(analyst, scope=ViewScope.NATION)
    for user, scope, code in (
        (officer, ViewScope.PERSONAL, "saved_view_own_name_once"),
        (approver, ViewScope.AGENCY, "saved_view_shared_name_once"),
        (analyst, ViewScope.NATION, "saved_view_shared_name_once"),
    ):
        with pytest.raises(Invalid) as refusal:
            saved(user, name="majors", scope=scope)
        assert codes(refusal) == [code]


def test_a_retired_view_frees_its_name(officer):
    view = retire_view(acting_user=officer, view=saved(officer))
    assert view.retired_at is not None
    assert saved(officer).pk != view.pk


@pytest.mark.parametrize("scope", [ViewScope.AGENCY, ViewScope.NATION])
def test_who_may_share(scope, officer, approver, analyst, administrator):
    may = {ViewScope.AGENCY: {approver}, ViewScope.NATION: {analyst, administrator}}[scope]
    for user in (officer, approver, analyst, administrator):
        if user in may:
            assert saved(user, scope=scope, name=user.name).scope == scope
        else:
            with pytest.raises(Refused):
                saved(user, scope=scope)


def test_who_sees_a_view(officer, approver, analyst, north):
    own, agencys = saved(approver, name="Own"), saved(approver, name="North", scope=ViewScope.AGENCY)
    national = saved(analyst, name="All of it", scope=ViewScope.NATION)
    elsewhere = make_user(agency=make_agency(code="south"))
    assert set(SavedView.objects.visible_to(approver)) == {own, agencys, national}
    assert set(SavedView.objects.visible_to(officer)) == {agencys, national}
    assert set(SavedView.objects.visible_to(elsewhere)) == {national}
    assert set(SavedView.objects.visible_to(make_user(agency=north, is_active=False))) == set()


def test_a_view_is_changed_by_those_who_keep_it(officer, approver):
    view = saved(approver, scope=ViewScope.AGENCY)
    with pytest.raises(Refused):
        change_view(acting_user=officer, view=view, version=1, values={"name": "Mine"})
    with pytest.raises(NotFound):
        change_view(acting_user=make_user(), view=view, version=1, values={"name": "Mine"})
    changed = change_view(acting_user=approver, view=view, version=1, values={"name": "Great", "query": "level=minor"})
    assert (changed.name, changed.slug, changed.query, changed.version) == ("Great", "great", "level=minor", 2)
    assert SavedViewEvent.objects.filter(id=view.pk).count() == 2
    with pytest.raises(Stale):
        change_view(acting_user=approver, view=view, version=1, values={"name": "Greater"})
    assert change_view(acting_user=approver, view=view, version=1, values={"name": "Great"}).version == 2


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"scope": "world"}, "saved_view_scope_known"),
        ({"which": "people"}, "saved_view_which_known"),
        ({"slug": "All Majors"}, "saved_view_slug_well_formed"),
        ({"slug": "default"}, "saved_view_slug_well_formed"),
        ({"name": ""}, "saved_view_has_name"),
        ({"scope": "agency"}, "saved_view_agency_if_agencys"),
        ({"query": "x" * 4001}, "saved_view_query_within_limit"),
        ({"words": "x" * 301}, "saved_view_words_within_limit"),
    ],
)
def test_the_database_holds_the_rules(officer, values, constraint):
    view = saved(officer)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SavedView.objects.filter(pk=view.pk).update(**values, version=2)


def test_a_name_as_an_address_has_it():
    assert slug_of("Majors, this financial year!") == "majors-this-financial-year"
    assert slug_of("Élite—2") == "elite-2"
    assert slug_of("日本") == ""


# --------------------------------------------------------------------------------------------------- what it stands for


def test_a_view_stands_for_its_filters(officer):
    view = saved(officer, query="level=major&sort=agency")
    for name in (view.slug, "MAJORS", str(view.public_id)):
        found = with_view(QueryDict(f"view={name}&role=lead"), reader=officer)
        assert found.urlencode() == "role=lead&level=major&sort=agency"
    assert with_view(QueryDict("view=majors&sort=date"), reader=officer)["sort"] == "date"
    assert "sort" not in with_view(QueryDict("view=majors"), reader=officer, filters_only=True)
    assert with_view(QueryDict("view=all&role=lead"), reader=officer).urlencode() == "role=lead"


def test_what_view_and_address_both_say_is_refused(officer):
    view = saved(officer, query="level=major&as_at=2025-01-01")
    with pytest.raises(Invalid) as refusal:
        beside_view(view, QueryDict("level=major&as_at=2025-02-01&role=lead"))
    assert [(each.field, each.code) for each in refusal.value.violations] == [
        ("as_at", "in_view"),
        ("level", "in_view"),
    ]


@pytest.mark.parametrize(
    ("kept", "beside", "widens"),
    [
        ("level=major", "level__empty=yes", "level__empty"),
        ("level__empty=yes", "level=major", "level"),
        ("from=2025-01-01", "occurred_on__empty=yes", "occurred_on__empty"),
        ("occurred_on__empty=yes", "to=2025-01-01", "to"),
        ("outcome_value__from=5", "outcome__empty=yes", "outcome__empty"),
        ("level=major", "level__empty=no", None),
        ("level__empty=no", "level=major", None),
        ("from=2025-01-01", "to=2025-02-01", None),
        ("level=major", "level__not=minor", None),
        ("operation__contains=x", "operation__empty=yes", None),
    ],
)
def test_nothing_beside_a_view_widens_it(officer, kept, beside, widens):
    view = saved(officer, query=kept)
    if widens is None:
        assert set(beside_view(view, QueryDict(beside))) == set(QueryDict(f"{kept}&{beside}"))
        return
    with pytest.raises(Invalid) as refusal:
        beside_view(view, QueryDict(beside))
    assert [(each.field, each.code) for each in refusal.value.violations] == [(widens, "in_view")]


def test_what_the_database_cannot_answer_is_not_saved(officer, monkeypatch):
    with pytest.raises(Invalid) as refusal:
        saved(officer, query="outcome_value__from=1e-20000")
    assert codes(refusal) == ["saved_view_query_reads"]

    def unanswerable(view, **more):
        raise DataError

    follow_view(acting_user=officer, view=saved(officer, name="Broken"), threshold=1)
    monkeypatch.setattr(saved_views, "count_of", unanswerable)
    assert note_changed_views(officer) == 0


@pytest.mark.parametrize("name", ["", "nothing", "a\x00b", "x" * 300, "0b5a3c1e-7d0f-4b7e-9a52-5d1f6f0a9c11"])
def test_a_view_that_is_not_there_is_refused_and_never_everything(officer, name):
    with pytest.raises(Invalid) as refusal:
        with_view(QueryDict(urlencode({"view": name})), reader=officer)
    assert codes(refusal) == ["unknown_view"]


def test_another_persons_view_is_not_there(officer, approver):
    saved(approver)
    with pytest.raises(Invalid):
        with_view(QueryDict("view=majors"), reader=officer)


def test_the_nearest_of_one_name_is_meant(approver, analyst):
    saved(analyst, query="level=minor", scope=ViewScope.NATION)
    assert with_view(QueryDict("view=majors"), reader=approver)["level"] == "minor"
    saved(approver, query="level=none", scope=ViewScope.AGENCY)
    assert with_view(QueryDict("view=majors"), reader=approver)["level"] == "none"
    saved(approver, query="level=negative")
    assert with_view(QueryDict("view=majors"), reader=approver)["level"] == "negative"


def test_a_view_shows_what_its_reader_may_open(officer, analyst):
    saved(analyst, scope=ViewScope.NATION)
    hidden = make_disruption(level=Level.MAJOR, sharing=Sharing.LEAD_AND_SUPPORTING)
    shown = make_disruption(level=Level.MAJOR)
    make_disruption(level=Level.MINOR)
    for reader, expected in ((analyst, {hidden, shown}), (officer, {shown})):
        with read_asked(QueryDict("view=majors"), reader=reader).rows() as rows:
            assert set(rows) == expected


# ------------------------------------------------------------------------------------------------------- which is first


def test_ones_own_choice_goes_before_the_role(officer, administrator, analyst):
    national = saved(analyst, name="National", scope=ViewScope.NATION)
    assert first_view_of(officer) is None
    set_first_view_of_role(acting_user=administrator, role=Role.RECORDER, view=national)
    assert first_view_of(officer) == national
    assert first_view_of(analyst) is None
    own = saved(officer)
    choose_first_view(acting_user=officer, view=own)
    assert first_view_of(officer) == own
    choose_first_view(acting_user=officer, view=None)
    assert first_view_of(officer) is None
    choose_first_view(acting_user=officer, view=None, in_force=False)
    assert first_view_of(officer) == national
    retire_view(acting_user=analyst, view=national)
    assert first_view_of(officer) is None


def test_only_a_national_view_opens_first_for_a_role(administrator, officer, analyst):
    with pytest.raises(Invalid):
        set_first_view_of_role(acting_user=administrator, role=Role.RECORDER, view=saved(administrator))
    with pytest.raises(Refused):
        set_first_view_of_role(acting_user=officer, role=Role.RECORDER, view=None)
    with pytest.raises(Invalid):
        choose_first_view(acting_user=officer, view=saved(analyst))


# ------------------------------------------------------------------------------------------------------------ following


def test_somebody_is_told_when_the_count_has_changed_by_enough(officer):
    view = saved(officer)
    make_disruption(level=Level.MAJOR)
    assert follow_view(acting_user=officer, view=view, threshold=2).counted == 1
    make_disruption(level=Level.MAJOR)
    assert note_changed_views(officer) == 0
    make_disruption(level=Level.MAJOR)
    make_disruption(level=Level.MAJOR, sharing=Sharing.LEAD_AND_SUPPORTING)
    assert note_changed_views(officer) == 1
    following = ViewFollowing.objects.get()
    assert (following.counted, following.change) == (3, 2)
    assert note_changed_views(officer) == 0
    stop_following(acting_user=officer, view=view)
    make_disruption(level=Level.MAJOR)
    make_disruption(level=Level.MAJOR)
    assert note_changed_views(officer) == 0


def test_the_digest_says_how_many_views_changed_and_names_none(north):
    reader = make_user(agency=north, roles=[Role.VIEWER])
    follow_view(acting_user=reader, view=saved(reader, name="Operation Lantern"), threshold=1)
    assert send_digests(day=MONDAY) == 0
    make_disruption(level=Level.MAJOR)
    assert send_digests(day=MONDAY + timedelta(days=1)) == 1
    assert "Saved views whose count has changed: 1" in mail.outbox[0].body
    assert "Lantern" not in mail.outbox[0].body
    assert send_digests(day=MONDAY + timedelta(days=2)) == 0


def test_a_view_that_does_not_read_any_more_tells_nobody_and_stops_no_other(officer):
    broken, fine = saved(officer, name="Broken"), saved(officer, name="Fine")
    for view in (broken, fine):
        follow_view(acting_user=officer, view=view, threshold=1)
    SavedView.objects.filter(pk=broken.pk).update(query="gone=yes", version=2)
    make_disruption(level=Level.MAJOR)
    assert note_changed_views(officer) == 1


@pytest.mark.parametrize("threshold", [0, 1_000_001])
def test_a_threshold_out_of_range_is_refused(officer, threshold):
    with pytest.raises(Invalid) as refusal:
        follow_view(acting_user=officer, view=saved(officer), threshold=threshold)
    assert codes(refusal) == ["view_following_threshold_at_least_one"]


# ---------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture
def as_officer(client, officer):
    client.force_login(officer)
    return client


def test_a_view_opens_the_list_with_its_filters_in_the_address(as_officer, officer):
    view = saved(officer, query="level=major&from=start_of_financial_year")
    answer = as_officer.get(reverse("disruption_list"), {"view": "majors", "role": "lead"})
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query == {
        "level": ["major"],
        "from": ["start_of_financial_year"],
        "role": ["lead"],
        "in_view": [str(view.public_id)],
    }
    page = as_officer.get(answer["Location"]).content.decode()
    assert "View: <a" in page
    assert "with other filters than it was saved with" in page
    page = as_officer.get(reverse("disruption_list"), QueryDict(view.query).dict() | {"in_view": view.public_id})
    assert "with other filters" not in page.content.decode()


def test_an_unknown_view_shows_no_records(as_officer):
    make_disruption()
    answer = as_officer.get(reverse("disruption_list"), {"view": "nothing"})
    assert answer.status_code == 400
    assert "There is no saved view of this name" in answer.content.decode()


def test_a_view_that_does_not_read_says_so_and_does_not_widen(as_officer, officer):
    view = saved(officer)
    SavedView.objects.filter(pk=view.pk).update(query="level=major&gone=yes", version=2)
    make_disruption(level=Level.MAJOR)
    opened = as_officer.get(reverse("disruption_list"), {"view": "majors"}, follow=True)
    assert opened.status_code == 400
    assert "There is no filter called gone" in opened.content.decode()
    detail = as_officer.get(reverse("view_detail", args=[view.public_id]))
    assert "This view does not read any more" in detail.content.decode()


def test_a_view_is_saved_from_the_list(as_officer, officer):
    address = reverse("view_new") + "?which=disruptions&level=major&page=2&in_view=x"
    page = as_officer.get(address)
    assert "Level: Major" in page.content.decode()
    answer = as_officer.post(address, {"name": "Our majors", "words": "For Monday."})
    view = SavedView.objects.get()
    assert (view.name, view.query, view.scope) == ("Our majors", "level=major", "personal")
    assert answer["Location"].startswith(reverse("disruption_list") + "?level=major")
    again = as_officer.post(address, {"name": "our MAJORS"})
    assert again.status_code == 400
    assert "You have a view with this name" in again.content.decode()


def test_a_view_of_threats_opens_the_threats(as_officer, officer):
    make_threat(title="Copper Heron")
    as_officer.post(reverse("view_new") + "?which=threats&p_grade=P2", {"name": "P2"})
    answer = as_officer.get(reverse("threat_list"), {"view": "p2"})
    assert answer["Location"].startswith(reverse("threat_list") + "?p_grade=P2")
    assert as_officer.get(reverse("disruption_list"), {"view": "p2"}).status_code == 400


def test_what_cannot_be_asked_cannot_be_saved(as_officer):
    answer = as_officer.get(reverse("view_new") + "?colour=red")
    assert answer.status_code == 400
    assert as_officer.get(reverse("view_new") + "?which=people").status_code == 404


def test_the_navigation_opens_what_is_first(as_officer, officer):
    assert f'href="{reverse("disruption_list")}?view=default"' in as_officer.get(reverse("view_list")).content.decode()
    answer = as_officer.get(reverse("disruption_list"), {"view": "default"})
    assert answer["Location"] == reverse("disruption_list")
    view = saved(officer)
    as_officer.post(reverse("view_first"), {"view": str(view.public_id)})
    answer = as_officer.get(reverse("disruption_list"), {"view": "default"})
    assert "level=major" in answer["Location"]
    beside = as_officer.get(reverse("disruption_list"), {"view": "default", "role": "lead"})
    assert parse_qs(urlsplit(beside["Location"]).query) == {
        "level": ["major"],
        "role": ["lead"],
        "in_view": [str(view.public_id)],
    }
    assert as_officer.get(reverse("disruption_list"), {"view": "default", "level": "minor"}).status_code == 400
    assert as_officer.get(reverse("threat_list"), {"view": "default"}).status_code == 400
    as_officer.post(reverse("view_first"), {"view": "all"})
    assert as_officer.get(reverse("disruption_list"), {"view": "default"})["Location"] == reverse("disruption_list")


def test_roles_get_their_view_from_a_system_administrator(client, administrator, officer, analyst):
    view = saved(analyst, scope=ViewScope.NATION)
    client.force_login(administrator)
    assert client.post(reverse("view_first_of_roles"), {"recorder": str(view.public_id)}).status_code == 302
    assert first_view_of(officer) == view
    assert client.post(reverse("view_first_of_roles"), {}).status_code == 302
    assert first_view_of(officer) is None
    client.force_login(officer)
    assert client.get(reverse("view_first_of_roles")).status_code == 403


def test_a_change_made_meanwhile_is_shown(as_officer, officer):
    view = saved(officer)
    change_view(acting_user=officer, view=view, version=1, values={"name": "Other"})
    answer = as_officer.post(
        reverse("view_change", args=[view.public_id]), {"name": "Third", "words": "", "version": "1"}
    )
    assert answer.status_code == 409
    assert 'value="2"' in answer.content.decode()


def test_filters_of_the_list_are_saved_in_the_view_that_they_came_from(as_officer, officer):
    view = saved(officer)
    address = reverse("view_change", args=[view.public_id]) + "?level=minor&role=lead"
    page = as_officer.get(address).content.decode()
    assert "It asked for" in page
    as_officer.post(address, {"name": "Majors", "words": "", "version": "1"})
    assert SavedView.objects.get().query == "level=minor&role=lead"


def test_a_list_without_filters_is_saved_in_the_view_that_it_came_from(as_officer, officer):
    view = saved(officer)
    page = as_officer.get(reverse("disruption_list"), {"in_view": view.public_id}).content.decode()
    address = re.search(rf'href="({reverse("view_change", args=[view.public_id])}[^"]*)">Save these', page)
    assert address is not None
    as_officer.post(unescape(address[1]), {"name": "Majors", "words": "", "version": "1"})
    assert SavedView.objects.get().query == ""


def test_following_and_stopping_on_the_page(as_officer, officer):
    view = saved(officer)
    address = reverse("view_follow", args=[view.public_id])
    assert as_officer.post(address, {"threshold": "x"}).status_code == 400
    assert as_officer.post(address, {"threshold": "5"}).status_code == 302
    assert ViewFollowing.objects.get().threshold == 5
    as_officer.post(address, {"stop": "yes"})
    assert ViewFollowing.objects.get().ended_at is not None


def test_a_view_is_taken_away(as_officer, officer):
    view = saved(officer)
    as_officer.post(reverse("view_retire", args=[view.public_id]))
    assert as_officer.get(reverse("view_detail", args=[view.public_id])).status_code == 404
    assert SavedView.objects.get().retired_at is not None


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_views_asks_as_much_for_many_as_for_one(as_officer, officer, rows, django_assert_max_num_queries):
    for number in range(rows):
        saved(officer, name=f"View {number}")
    with django_assert_max_num_queries(9):
        assert as_officer.get(reverse("view_list")).status_code == 200


# ------------------------------------------------------------------------------------------------------------------ API


@pytest.fixture
def client_of_the_north(north):
    return partner(make_api_client(agency=north))


def partner(api_client):
    return Client(headers={"Authorization": f"Bearer {make_token(api_client)}"})


def test_a_partner_names_a_view_and_narrows_it(client_of_the_north, analyst, north):
    saved(analyst, query="level=major&sort=agency", scope=ViewScope.NATION)
    ours, other = make_disruption(level=Level.MAJOR, agency=north), make_disruption(level=Level.MAJOR)
    make_disruption()

    def asked(query):
        answer = client_of_the_north.get(f"/api/v1/disruptions/?{query}")
        return answer.status_code, answer.json()

    def references(query):
        status, body = asked(query)
        assert status == 200
        return {each["reference"] for each in body["results"]}

    assert references("view=majors") == {ours.reference, other.reference}
    assert references("view=majors&agency=north") == {ours.reference}
    assert asked("view=majors&page_size=1")[1]["next"].count("view=majors") == 1
    status, body = asked("view=majors&level=minor")
    assert (status, body["errors"][0]["parameter"], body["errors"][0]["code"]) == (400, "level", "in_view")
    for unknown in ("view=nothing", "view=default", "view=majors&view=majors"):
        assert asked(unknown)[0] == 400


def test_a_view_of_a_past_day_is_read_as_at_that_day(client_of_the_north, analyst):
    saved(analyst, name="Past", query="as_at=2020-01-01", scope=ViewScope.NATION)
    make_disruption()
    assert client_of_the_north.get("/api/v1/disruptions/?view=past").json()["results"] == []
    assert client_of_the_north.get("/api/v1/disruptions/?view=past&as_at=2021-01-01").status_code == 400


def test_a_partner_reads_the_views_of_its_agency_and_the_national_ones(client_of_the_north, approver, analyst):
    own, agencys = saved(approver, name="Own"), saved(approver, name="North", scope=ViewScope.AGENCY)
    national = saved(analyst, name="All of it", scope=ViewScope.NATION, words="For Monday.", query="level=minor")
    listed = client_of_the_north.get("/api/v1/views/").json()["results"]
    assert {each["id"] for each in listed} == {str(agencys.public_id), str(national.public_id)}
    assert str(own.public_id) not in {each["id"] for each in listed}
    assert listed[0] == {
        "id": str(national.public_id),
        "view": "all-of-it",
        "name": "All of it",
        "description": "For Monday.",
        "scope": "nation",
        "list": "disruptions",
        "query": "level=minor",
    }
    elsewhere = partner(make_api_client())
    assert [each["view"] for each in elsewhere.get("/api/v1/views/").json()["results"]] == ["all-of-it"]
    assert elsewhere.get("/api/v1/disruptions/?view=north").status_code == 400


def test_threats_are_asked_for_by_view(client_of_the_north, analyst):
    saved(analyst, name="P2", query="p_grade=P2&sort=title", which="threats", scope=ViewScope.NATION)
    assert client_of_the_north.get("/api/v1/threats/?view=p2").json()["results"] == []
    assert client_of_the_north.get("/api/v1/disruptions/?view=p2").status_code == 400


# -------------------------------------------------------------------------------------------------------- demonstration


@pytest.mark.parametrize("row", [*NATIONAL, OF_SURREY], ids=lambda row: row.name)
def test_the_views_of_the_demonstration_read(row, analyst):
    make_agency(code="surrey")
    with read_asked(QueryDict(row.query), reader=analyst, which=row.which).rows() as rows:
        assert rows.count() == 0
