"""The pages of a threat's plan: added, changed and reported on in the browser, and what came of an action."""

from datetime import timedelta

import pytest

from agencies.models import london_date, oic_now
from agencies.vocabulary import Role
from disruptions.models import PlanAction, PlanResult
from disruptions.vocabulary import Level, PlanState
from disruptions.work import counts_for
from tests.factories import make_disruption, make_plan_action, make_threat, make_user

pytestmark = pytest.mark.django_db

FORM = {
    "strand": "protect",
    "title": "Warn the boat sellers",
    "owner": "",
    "owner_elsewhere": "",
    "due_on_day": "1",
    "due_on_month": "mar",
    "due_on_year": "2027",
    "state": "planned",
    "note": "",
}


@pytest.fixture
def keeper(north):
    return make_user(agency=north, roles=[Role.THREAT_MANAGER], name="Kit Keeper", email="kit@north.example")


@pytest.fixture
def threat(north, keeper):
    return make_threat(lead_agency=north, created_by=keeper, title="Copper Heron")


def address(threat, *parts):
    return "/".join(["/threats", threat.reference, "plan", *map(str, parts), ""])


def test_an_action_is_added_for_somebody_here_or_elsewhere(client_for, keeper, outsider, threat):
    browser = client_for(keeper)
    assert "Kit Keeper, North" in browser.get(address(threat, "add")).content.decode()
    answer = browser.post(address(threat, "add"), FORM | {"owner": keeper.email})
    assert (answer.status_code, answer["Location"]) == (302, f"/threats/{threat.reference}/#plan")
    browser.post(address(threat, "add"), FORM | {"owner": keeper.email, "owner_elsewhere": outsider.email.upper()})
    assert [action.owner for action in PlanAction.objects.order_by("pk")] == [keeper, outsider]
    page = browser.get(f"/threats/{threat.reference}/").content.decode()
    assert "0 of 2 actions are done." in page
    assert "Nothing is planned under Pursue, Prevent or Prepare." in page
    assert "Warn the boat sellers" in page


@pytest.mark.parametrize(
    ("changes", "said", "place"),
    [
        ({"strand": ""}, "Choose one of: pursue, prevent, protect, prepare.", "#id_strand"),
        ({"title": ""}, "Enter what will be done.", "#id_title"),
        ({"title": "a\x00"}, "Null characters are not allowed.", "#id_title"),
        ({"owner": ""}, "Choose who sees to it", "#id_owner"),
        ({"owner_elsewhere": "x@nowhere.example"}, "Choose who sees to it", "#id_owner_elsewhere"),
        ({"due_on_day": "31", "due_on_month": "2"}, "must be a real date", "#id_due_on_day"),
        ({"due_on_day": "", "due_on_month": "", "due_on_year": ""}, "Enter the date by which", "#id_due_on_day"),
        ({"state": "dropped"}, "Say why the action is dropped.", "#id_note"),
    ],
)
def test_what_is_wrong_stands_beside_its_control(client_for, keeper, threat, changes, said, place):
    answer = client_for(keeper).post(address(threat, "add"), FORM | {"owner": keeper.email} | changes)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="{place}"' in page
    assert f'id="{place[1:]}"' in page
    assert page.count(said) == 2
    assert not PlanAction.objects.exists()


def test_an_owner_reports_and_a_stranger_is_told_whom_to_ask(client_for, recorder, nobody, threat):
    action = make_plan_action(threat=threat, owner=recorder)
    browser = client_for(recorder)
    assert 'name="title"' not in browser.get(address(threat, action.pk)).content.decode()
    browser.post(address(threat, action.pk), {"version": 1, "state": "done", "note": "Met them."})
    action.refresh_from_db()
    assert (action.state, action.note, action.changed_by) == ("done", "Met them.", recorder)
    answer = client_for(nobody).get(address(threat, action.pk))
    assert answer.status_code == 403
    assert "Ask one of them." in answer.content.decode()
    assert browser.get(address(threat, 0)).status_code == 404
    assert browser.get(address(make_threat(), action.pk)).status_code == 404


def test_two_people_at_once_see_both_sides(client_for, keeper, threat_manager, threat):
    action = make_plan_action(threat=threat, owner=keeper, title="Ring the sellers")
    typed = FORM | {"owner": keeper.email, "version": 1}
    assert client_for(threat_manager).post(address(threat, action.pk), typed | {"title": "Write"}).status_code == 302
    answer = client_for(keeper).post(address(threat, action.pk), typed | {"title": "Visit them"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Somebody else changed this action", "Write", "Visit them", 'name="version" value="2"'):
        assert words in page, words
    client_for(keeper).post(address(threat, action.pk), typed | {"title": "Visit them", "version": 2})
    action.refresh_from_db()
    assert action.title == "Visit them"


def test_what_came_of_an_action_is_said_from_the_threat(client_for, keeper, north, threat):
    action = make_plan_action(threat=threat)
    record = make_disruption(agency=north, threat=threat, level=Level.MAJOR)
    browser, page = client_for(keeper), address(threat, action.pk, "disruptions")
    answer = browser.post(page, {})
    assert answer.status_code == 400
    assert "Choose the records that came from this action." in answer.content.decode()
    browser.post(page, {"records": [record.reference]})
    assert record.reference in browser.get(f"/threats/{threat.reference}/").content.decode().split('id="plan"')[1]
    assert (
        "1 disruption that you may open came from them."
        in browser.get(f"/threats/{threat.reference}/").content.decode()
    )
    browser.post(page, {"take": record.reference})
    assert not PlanResult.objects.live().exists()
    for odd in ("D-1111-1111", "\x00", "x" * 500, threat.reference):
        assert browser.post(page, {"records": [odd]}).status_code == 404
        assert browser.post(page, {"take": odd}).status_code == 404
    assert browser.get(address(threat, 10**30, "disruptions")).status_code == 404


def test_what_a_record_came_from_is_said_from_the_record(client_for, recorder, threat, north):
    action = make_plan_action(threat=threat, title="Ring the sellers")
    record = make_disruption(agency=north, threat=threat)
    browser, page = client_for(recorder), f"/disruptions/{record.reference}/plan/"
    assert "No action of the 4P plan is named" in browser.get(f"/disruptions/{record.reference}/").content.decode()
    for sent in (
        {},
        {"action": "0"},
        {"action": "\x00"},
        {"action": "9" * 30},
        {"action": "x"},
        {"action": make_plan_action().pk},
    ):
        assert browser.post(page, sent).status_code == 400
    assert browser.post(page, {"action": action.pk}).status_code == 302
    assert "Ring the sellers" in browser.get(f"/disruptions/{record.reference}/").content.decode()
    browser.post(page, {"action": "none"})
    assert not PlanResult.objects.live().exists()
    unplanned = make_disruption(agency=north)
    page = browser.get(f"/disruptions/{unplanned.reference}/plan/").content.decode()
    assert "Nothing is planned against this threat yet" in page


@pytest.mark.parametrize("state", ["planned", "done"])
def test_what_falls_due_is_in_the_work_of_its_owner(client_for, recorder, nobody, threat, state):
    today = london_date(oic_now())
    for days, title in ((-1, "Yesterday"), (14, "In a fortnight"), (15, "Later")):
        make_plan_action(
            threat=threat, owner=recorder, due_on=today + timedelta(days=days), title=title, state=PlanState(state)
        )
    make_plan_action(threat=threat, title="Somebody else's")
    assert counts_for(recorder)["plan_actions"] == (2 if state == "planned" else 0)
    page = client_for(recorder).get("/").content.decode()
    assert ("Yesterday" in page, "In a fortnight" in page) == ((True, True) if state == "planned" else (False, False))
    assert "Later" not in page
    assert "Somebody else" not in page
    assert ("Overdue</strong>" in page) == (state == "planned")
    assert "plan_actions" not in counts_for(nobody)
