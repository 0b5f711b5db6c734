"""Django's admin opens on the counts by force, shows the domain's records within the view, and writes none of them."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from agencies.models import AuditEntry
from agencies.vocabulary import AgencyKind, AuditAction, Role
from disruptions.vocabulary import DisruptionRole, Level, Status
from tests.factories import make_agency, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

MODELS = ["disruption", "socthreat", "ocg", "threatassessment", "review"]


def table_of(response) -> dict[str, list[str]]:
    """Return the numbers of the tables of agencies, by agency; shares and notes left out."""
    html = "".join(
        re.findall(r"<table(?:(?!</table>).)*Leads not counted.*?</table>", response.content.decode(), re.DOTALL)
    )
    rows = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL):
        head = re.search(r'<th scope="row"[^>]*>(.*?)</th>', row, re.DOTALL)
        cells = [
            unescape(re.sub(r"<[^>]+>|\s", "", cell)) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        if head and len(cells) >= 6:
            name = unescape(re.sub(r"<[^>]+>", "", head[1])).strip()
            rows[name] = [cell for cell in cells if re.fullmatch(r"[\d,]+", cell)]
    return rows


@pytest.fixture
def some_records(north, south):
    threat = make_threat()
    author = make_user(agency=north, roles=[Role.RECORDER])
    for _ in range(3):
        make_disruption(agency=north, recorded_by=author, threat=threat, occurred_on=date(2025, 2, 3))
    make_disruption(agency=north, recorded_by=author, threat=threat, occurred_on=date(2025, 2, 3), level=Level.NONE)
    make_disruption(agency=south, threat=threat, occurred_on=date(2025, 2, 3), level=Level.MAJOR)
    make_disruption(
        agency=south, threat=threat, occurred_on=date(2025, 2, 3), role=DisruptionRole.SUPPORT, lead_agency=north
    )


def test_the_admin_opens_on_the_same_counts_as_the_dashboard(system_admin, client_for, some_records):
    make_agency(code="quiet", name="Quiet Police")
    centre = make_agency(code="sea", name="Sea Agency", kind=AgencyKind.LAW_ENFORCEMENT_AGENCY)
    make_disruption(agency=centre, threat=make_threat(), occurred_on=date(2025, 2, 3), level=Level.MODERATE)
    client = client_for(system_admin)
    admin, dashboard = client.get("/admin/"), client.get("/dashboard/")
    assert admin.status_code == 200
    shown = table_of(admin)
    assert shown["North Police"] == ["3", "0", "0", "3", "0", "0", "0", "0", "1"]
    assert shown["South Police"] == ["1", "1", "0", "0", "1", "0", "0", "1", "0"]
    assert shown["Quiet Police"] == ["0"] * 9
    assert shown["All these forces"] == ["4", "1", "0", "3"]
    assert shown["Sea Agency"] == ["1", "0", "1", "0", "0", "0", "0", "0", "0"]
    assert shown["All agencies"] == ["5", "1", "1", "3"]
    assert shown == table_of(dashboard)
    assert admin.content.index(b"counts-by-agency") < admin.content.index(b"app-agencies")


def test_the_admin_has_the_marking_of_the_records_that_it_shows(system_admin, client_for, north):
    assert b"OFFICIAL-SENSITIVE" in client_for(system_admin).get("/admin/").content


def test_each_number_of_the_admin_opens_its_records(system_admin, client_for, some_records):
    client = client_for(system_admin)
    html = client.get("/admin/").content.decode()
    addresses = re.findall(r'<td[^>]*><a href="(/disruptions/\?[^"]*)">', html)
    assert len(addresses) >= 8
    assert {client.get(unescape(address)).status_code for address in addresses} == {200}


@pytest.mark.parametrize("model", MODELS)
def test_records_are_listed_and_none_can_be_added(model, system_admin, client_for, some_records):
    client = client_for(system_admin)
    assert client.get(f"/admin/disruptions/{model}/").status_code == 200
    assert client.get(f"/admin/disruptions/{model}/add/").status_code == 403
    assert client.post(f"/admin/disruptions/{model}/add/", {}).status_code == 403


def test_a_record_is_looked_at_and_not_changed_or_deleted(system_admin, client_for, north):
    record = make_disruption(agency=north, summary="As it was.")
    client = client_for(system_admin)
    page = client.get(f"/admin/disruptions/disruption/{record.pk}/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert client.post(f"/admin/disruptions/disruption/{record.pk}/change/", {"summary": "x"}).status_code == 403
    assert client.post(f"/admin/disruptions/disruption/{record.pk}/delete/", {"post": "yes"}).status_code == 403
    record.refresh_from_db()
    assert (record.summary, record.version) == ("As it was.", 1)


def test_who_looked_at_a_record_in_the_admin_is_in_the_log(system_admin, client_for, north):
    record = make_disruption(agency=north)
    client_for(system_admin).get(f"/admin/disruptions/disruption/{record.pk}/change/")
    entry = AuditEntry.objects.get(action=AuditAction.VIEWED)
    assert (entry.user, entry.subject, entry.reference) == (system_admin, "disruption", record.reference)


def test_a_record_outside_the_view_is_not_there_in_the_admin_either(system_admin, client_for, north):
    draft = make_disruption(agency=north, status=Status.DRAFT, summary="Half a thought.")
    client = client_for(system_admin)
    assert draft.reference not in client.get("/admin/disruptions/disruption/").content.decode()
    assert client.get(f"/admin/disruptions/disruption/{draft.pk}/change/").status_code == 302
    assert not AuditEntry.objects.filter(action=AuditAction.VIEWED).exists()


def test_the_admin_is_for_system_administrators(analyst, client_for):
    assert client_for(analyst).get("/admin/").status_code in {302, 403}
