"""``assessments/``: the same rules, versions and errors as on the page; read by all, made for one's own threats."""

import pytest

from agencies.models import AuditEntry
from agencies.vocabulary import ApiScope
from disruptions.models import ThreatAssessment
from disruptions.vocabulary import PriorityGrade, ThreatStatus
from tests.api import Partner
from tests.factories import grade_threat, make_api_client, make_scoring_model, make_threat

pytestmark = pytest.mark.django_db

SCORES = {"harm": 2, "scale": 3, "capability": 3, "intent": 3, "trend": 2}


@pytest.fixture
def threat(north):
    make_scoring_model()
    return make_threat(lead_agency=north)


@pytest.fixture
def partner(north, threat):
    return Partner(make_api_client(agency=north))


def body(of, /, **changes):
    sent = {"threat": of.reference, "scores": SCORES, "confidence": "medium", "adopted_grade": "P3"} | changes
    return {name: value for name, value in sent.items() if value is not ...}


def faults(answer):
    return [(each["code"], each["pointer"]) for each in answer.json()["errors"]]


def test_a_threat_is_assessed_by_the_version_that_was_read(partner, threat):
    assert partner.post("assessments/", body(threat)).status_code == 428
    assert partner.post("assessments/", body(threat), If_Match='"7"').status_code == 412
    answer = partner.post("assessments/", body(threat, note="Two debriefs."), If_Match='"1"')
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"2"')
    made = answer.json()
    assert made["total"] == "52.0"
    assert (made["suggested_grade"], made["adopted_grade"], made["previous_grade"]) == ("P3", "P3", None)
    assert (made["scoring_model"], made["threat_version"], made["override"], made["agency"]) == (1, 2, False, "north")
    assert partner.get(f"assessments/{made['id']}/").json() == made
    assert answer.headers["Location"].endswith(f"/api/v1/assessments/{made['id']}/")
    assert partner.get(f"threats/{threat.reference}/").json()["p_grade"] == "P3"


def test_the_same_key_assesses_once(partner, threat):
    answers = [
        partner.post("assessments/", body(threat), If_Match='"1"', Idempotency_Key="of-this-assessment")
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert ThreatAssessment.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"threat": 7}, "invalid", "/threat"),
        ({"threat": "T-0000-0001"}, "mistyped_reference", "/threat"),
        ({"threat": ...}, "assessment_threat_exists", "/threat"),
        ({"scores": [3]}, "invalid", "/scores"),
        ({"scores": {**SCORES, "harm": 9}}, "assessment_scores_complete", "/scores/harm"),
        ({"scores": {**SCORES, "\x00luck": 1}}, "assessment_factor_known", "/scores"),
        ({"confidence": ...}, "assessment_confidence_required", "/confidence"),
        ({"adopted_grade": "tier_1"}, "assessment_grade_required", "/adopted_grade"),
        ({"adopted_grade": "P1"}, "threat_assessment_override_has_reason", "/override_reason"),
        ({"note": "x" * 2001}, "threat_assessment_note_within_limit", "/note"),
        ({"note": "a\x00"}, "assessment_storable", "/note"),
        ({"scoring_model": True}, "invalid", "/scoring_model"),
        ({"scoring_model": 9}, "assessment_scoring_model_current", "/scoring_model"),
        ({"grade": "P1"}, "unknown_field", "/grade"),
    ],
)
def test_each_fault_has_its_code_and_its_place(partner, threat, changes, code, pointer):
    answer = partner.post("assessments/", body(threat, **changes), If_Match="*")
    assert answer.status_code == 400
    assert (code, pointer) in faults(answer)
    assert not ThreatAssessment.objects.exists()


def test_only_those_who_lead_it_assess_it_and_a_sandbox_client_nothing(threat, north, south):
    theirs = Partner(make_api_client(agency=south))
    sandbox = Partner(make_api_client(agency=north, sandbox=True))
    for partner, code in ((theirs, "may_not_manage_threats"), (sandbox, "sandbox_keeps_no_list")):
        answer = partner.post("assessments/", body(threat), If_Match='"1"')
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    archived = make_threat(lead_agency=north, status=ThreatStatus.ARCHIVED)
    ours = Partner(make_api_client(agency=north))
    assert ours.post("assessments/", body(archived), If_Match="*").json()["code"] == "may_not_assess"
    read_only = Partner(make_api_client(agency=north), scopes=[ApiScope.THREATS_READ])
    assert read_only.post("assessments/", body(threat), If_Match='"1"').json()["code"] == "insufficient_scope"


def test_all_who_take_part_read_and_filter_them_and_the_log_says_so(threat, south):
    first = grade_threat(threat=threat, grade=PriorityGrade.P3, suggested_grade=PriorityGrade.P3)
    raised = grade_threat(
        threat=threat, grade=PriorityGrade.P1, suggested_grade=PriorityGrade.P3, override_reason="It grows."
    )
    partner = Partner(make_api_client(agency=south))

    def listed(query):
        return [each["id"] for each in partner.get(f"assessments/?{query}").json()["results"]]

    assert listed(f"threat={threat.reference}") == [raised.pk, first.pk]
    assert listed("override=yes") == listed("adopted_grade=P1") == [raised.pk]
    assert listed("override=no&lead_agency=north") == [first.pk]
    assert partner.get("assessments/?grade=P1").status_code == 400
    assert partner.get("assessments/999999999999999999999/").status_code == 404
    assert AuditEntry.objects.filter(subject="threat_assessment", action="searched").exists()


def test_the_scoring_model_is_there_to_read(partner):
    model = partner.get("assessments/scoring-model/").json()
    assert (model["version"], [each["code"] for each in model["factors"]]) == (1, list(SCORES))
    assert partner.get("assessments/scoring-model/?version=1").json() == model
    assert partner.get("assessments/scoring-model/?version=2").status_code == 404
    assert partner.get("assessments/scoring-model/?version=new").status_code == 400


@pytest.mark.parametrize("assessments", [1, 30])
def test_a_page_costs_the_same_however_long(partner, threat, assessments, django_assert_num_queries):
    for _ in range(assessments):
        grade_threat(threat=threat, grade=PriorityGrade.P3)
    partner.get("assessments/")
    with django_assert_num_queries(LIST_QUERIES):
        assert len(partner.get("assessments/").json()["results"]) == assessments


LIST_QUERIES = 4
