"""Retrying safely: the same key and request bring the same answer, and record nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from disruptions.models import Disruption, IdempotencyRecord
from disruptions.services import idempotency
from disruptions.services.idempotency import forget_old_answers
from tests.api import Partner, a_lead
from tests.factories import make_api_client, make_threat


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


@pytest.mark.django_db
def test_the_same_request_brings_the_same_bytes(partner):
    body = a_lead(make_threat())
    first = partner.post("disruptions/", body, Idempotency_Key="k-1")
    again = partner.post("disruptions/", body, Idempotency_Key="k-1")
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert {name: again.headers[name] for name in ("ETag", "Location", "Content-Type")} == {
        name: first.headers[name] for name in ("ETag", "Location", "Content-Type")
    }
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert Disruption.objects.count() == 1


@pytest.mark.django_db
def test_a_refusal_is_replayed_too(partner):
    body = a_lead(make_threat(), level="huge")
    first = partner.post("disruptions/", body, Idempotency_Key="k-1")
    again = partner.post("disruptions/", body, Idempotency_Key="k-1")
    assert first.status_code == again.status_code == 400
    assert again.content == first.content
    assert again.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_key_with_another_request_is_422(partner):
    threat = make_threat()
    partner.post("disruptions/", a_lead(threat), Idempotency_Key="k-1")
    for path, body in (
        ("disruptions/", a_lead(threat, level="minor")),
        ("disruptions/?all_or_nothing=true", [a_lead(threat)]),
    ):
        response = partner.post(path, body, Idempotency_Key="k-1")
        assert response.status_code == 422
        assert response.json()["code"] == "idempotency_key_reused"
    assert Disruption.objects.count() == 1


@pytest.mark.django_db
def test_a_key_belongs_to_its_client(north, partner):
    body = a_lead(make_threat())
    first = partner.post("disruptions/", body, Idempotency_Key="k-1").json()
    other = Partner(make_api_client(agency=north)).post("disruptions/", body, Idempotency_Key="k-1").json()
    assert first["reference"] != other["reference"]


@pytest.mark.django_db
def test_changes_can_be_retried_too(partner):
    record = partner.post("disruptions/", a_lead(make_threat())).json()
    path = f"disruptions/{record['reference']}/"
    first = partner.patch(path, {"level": "minor"}, If_Match='"1"', Idempotency_Key="k-1")
    again = partner.patch(path, {"level": "minor"}, If_Match='"1"', Idempotency_Key="k-1")
    assert again.status_code == 200
    assert again.content == first.content
    withdrawn = [
        partner.post(f"{path}withdraw/", {"reason": "Twice."}, If_Match='"2"', Idempotency_Key="k-2") for _ in range(2)
    ]
    assert withdrawn[0].content == withdrawn[1].content
    assert Disruption.objects.get().version == 3


@pytest.mark.django_db
def test_a_dry_run_keeps_no_key(partner):
    body = a_lead(make_threat())
    assert partner.post("disruptions/?dry_run=true", body, Idempotency_Key="k-1").status_code == 200
    assert partner.post("disruptions/", body, Idempotency_Key="k-1").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "caf\u00e9"])
def test_a_key_that_cannot_be_kept_is_400(partner, key):
    response = partner.post("disruptions/", a_lead(make_threat()), Idempotency_Key=key)
    assert response.status_code == 400
    assert response.json()["errors"][0]["header"] == "Idempotency-Key"


@pytest.mark.django_db
def test_a_fault_of_ours_keeps_neither_record_nor_key(partner, monkeypatch):
    body = a_lead(make_threat())

    def fail(*args, **kwargs):
        raise RuntimeError

    partner.http.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("disruptions.api.records.represent", fail)
        assert partner.post("disruptions/", body, Idempotency_Key="k-1").status_code == 500
    assert not Disruption.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    assert partner.post("disruptions/", body, Idempotency_Key="k-1").status_code == 201


@pytest.mark.django_db
def test_answers_are_forgotten_when_their_time_is_over(partner, monkeypatch):
    partner.post("disruptions/", {"role": "lead"}, Idempotency_Key="k-1")
    assert forget_old_answers() == 0
    monkeypatch.setattr(idempotency, "KEPT_FOR", -idempotency.KEPT_FOR)
    call_command("forget_old_answers", stdout=(said := StringIO()))
    assert said.getvalue() == "answers forgotten: 1\nmessages to webhooks forgotten: 0\n"


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_with_one_key_make_one_record_and_equal_answers(north):
    client = make_api_client(agency=north)
    body = a_lead(make_threat())
    partners = [Partner(client) for _ in range(8)]

    def send(partner):
        try:
            response = partner.post("disruptions/", body, Idempotency_Key="k-1")
            return response.status_code, response.content
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, partners))
    assert len(answers) == 1
    assert {status for status, _ in answers} == {201}
    assert Disruption.objects.count() == 1
