"""Each filter keeps what it says; what is unknown or badly written is refused, with a code: never a wider answer."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind, StatisticsGroup
from disruptions.filters import COUNTED_FILTERS, DisruptionFilter, OCGFilter, ThreatFilter
from disruptions.models import OCG, Disruption, SOCThreat
from disruptions.vocabulary import (
    DisruptionRole,
    Enabler,
    EntryMethod,
    Initiation,
    Level,
    OicSubThreat,
    OutcomeType,
    PndTier,
    PriorityGrade,
    Status,
    Strand,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)
from tests.factories import make_agency, make_disruption, make_ocg, make_outcome, make_region, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def records():
    """Records by name, each unlike the plain one in one thing."""
    region = make_region(code="east", name="East")
    rocu = make_agency(code="erocu", kind=AgencyKind.REGIONAL_UNIT, name="East ROCU")
    own = make_agency(code="own", name="Own Police", region=region, rocu=rocu)
    other = make_agency(code="other", name="Other Police")
    uncovered = make_agency(code="abroad", statistics_group=StatisticsGroup.NOT_COVERED)
    threat = make_threat(title="Plain threat", lead_agency=own)
    graded = make_threat(title="Graded threat", lead_agency=own, p_grade=PriorityGrade.P2)
    drugs = make_threat(title="Drugs threat", lead_agency=own, primary_area=ThreatArea.DRUGS)

    def record(**values):
        return make_disruption(**{"agency": own, "threat": threat, **values})

    found = {
        "plain": record(),
        "other_agency": record(agency=other),
        "uncovered": record(agency=uncovered),
        "draft": record(status=Status.DRAFT, occurred_on=None, level=None),
        "approved": record(status=Status.APPROVED),
        "major": record(level=Level.MAJOR),
        "regraded": record(claimed_level=Level.MODERATE),
        "nothing": record(level=Level.NONE),
        "early": record(occurred_on=date(2023, 1, 1)),
        "prevent": record(strand=Strand.PREVENT),
        "documents": record(sub_threat=OicSubThreat.DOCUMENTS),
        "boat": record(entry_method=EntryMethod.SMALL_BOAT),
        "reactive": record(initiation=Initiation.REACTIVE),
        "online": record(enablers=[Enabler.ONLINE, Enabler.TRANSPORT]),
        "seizure": record(summary="Cash in a wall."),
        "graded": record(threat=graded),
        "drugs": record(threat=drugs),
        "abroad": record(uk_led=False),
        "in_area": record(force_area=other),
        "named": record(operation="Larkspur", agency_reference="OWN/77"),
    }
    found["support"] = record(agency=other, role=DisruptionRole.SUPPORT, lead=found["plain"])
    found["waiting"] = record(role=DisruptionRole.SUPPORT, lead_agency=other)
    make_outcome(disruption=found["seizure"], type=OutcomeType.CASH_SEIZURE, count=None, value_gbp=Decimal(100))
    return found


def kept(records, parameters):
    rows = DisruptionFilter(QueryDict(parameters), Disruption.objects.all()).strict()
    names = {record.pk: name for name, record in records.items()}
    return {names[key] for key in rows.values_list("pk", flat=True)}


WHAT_IS_KEPT = {
    "agency=other": {"other_agency", "support"},
    "agency=other&agency=abroad": {"other_agency", "support", "uncovered"},
    "agency=other&role=support": {"support"},
    "role=support": {"support", "waiting"},
    "status=draft": {"draft"},
    "status=draft&status=approved": {"draft", "approved"},
    "level=major": {"major"},
    "claimed_level=moderate": {"regraded"},
    "to=2024-12-31": {"early"},
    "from=2023-01-01&to=2023-01-01": {"early"},
    "strand=prevent": {"prevent"},
    "sub_threat=documents": {"documents"},
    "entry_method=small_boat": {"boat"},
    "initiation=reactive": {"reactive"},
    "enabler=transport": {"online"},
    "outcome=cash_seizure": {"seizure"},
    "outcome=arrest": set(),
    "p_grade=P2": {"graded"},
    "threat_area=drugs": {"drugs"},
    "uk_led=no": {"abroad"},
    "force_area=other": {"in_area"},
    "waiting=yes": {"waiting"},
    "credited=yes": {"support", "waiting"},
    "not_counted=level": {"nothing"},
    "not_counted=coverage&not_counted=threat_area": {"uncovered", "drugs"},
    "q=larkspur": {"named"},
    "q=own%2F77": {"named"},
    "q=cash+wall": {"seizure"},
    "q=graded": {"graded"},
    "q=100%25": set(),
}


def test_a_filter_keeps_what_it_names(records):
    assert {parameters: kept(records, parameters) for parameters in WHAT_IS_KEPT} == WHAT_IS_KEPT


def test_region_and_rocu_are_those_of_the_agency(records):
    elsewhere = {"other_agency", "uncovered", "support"}
    assert kept(records, "region=east") == kept(records, "rocu=erocu") == set(records) - elsewhere


def test_counted_and_the_rest_make_the_whole(records):
    counted = kept(records, "counted=yes")
    assert not counted & {"draft", "nothing", "drugs", "abroad", "uncovered", "support", "waiting"}
    assert counted | kept(records, "counted=no") == set(records)
    assert kept(records, "credited=no") == set(records) - {"support", "waiting"}
    assert kept(records, "waiting=no") == set(records) - {"waiting"}


def test_references_find_what_they_name(records):
    lead, threat = records["plain"].reference, records["graded"].threat.reference
    assert kept(records, f"threat={threat.lower()}") == kept(records, f"q={threat}") == {"graded"}
    assert kept(records, f"lead={lead}") == {"support"}
    assert kept(records, f"q={lead}") == {"plain", "support"}


def test_a_hidden_lead_finds_none_of_its_supports(records, south, outsider):
    lead = records["plain"]
    Disruption.objects.filter(pk=lead.pk).update(sharing="lead_and_supporting", version=2)
    for parameters in (f"lead={lead.reference}", f"q={lead.reference}"):
        rows = Disruption.objects.visible_to(outsider)
        assert not DisruptionFilter(QueryDict(parameters), rows, reader=outsider).strict().exists()


def refusal(filterset, parameters, rows, **options):
    with pytest.raises(Invalid) as caught:
        filterset(QueryDict(parameters), rows).strict(**options)
    return [(each.field, each.code) for each in caught.value.violations]


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ("agancy=1", ("agancy", "unknown_filter")),
        ("agency=atlantis", ("agency", "invalid_filter")),
        ("agency=", ("agency", "invalid_filter")),
        ("level=huge", ("level", "invalid_filter")),
        ("from=notadate", ("from", "invalid_filter")),
        ("from=14/05/2026", ("from", "invalid_filter")),
        ("from=2026-02-30", ("from", "invalid_filter")),
        ("to=0001-01-01", ("to", "invalid_filter")),
        ("to=9999-12-31", ("to", "invalid_filter")),
        ("to=" + "9" * 400, ("to", "invalid_filter")),
        ("from=2026-02-02&to=2026-02-01", ("to", "invalid_filter")),
        ("counted=maybe", ("counted", "invalid_filter")),
        ("counted=yes&counted=no", ("counted", "invalid_filter")),
        ("from=2024-01-01&from=2020-01-01", ("from", "invalid_filter")),
        ("threat=T-7KQ2-M4XX", ("threat", "invalid_filter")),
        ("threat=D-7KQ2-M4XH", ("threat", "invalid_filter")),
        ("lead=nonsense", ("lead", "invalid_filter")),
        ("q=%00", ("q", "invalid_filter")),
        ("level=%00", ("level", "invalid_filter")),
        ("q=" + "x" * 201, ("q", "invalid_filter")),
        ("%00=1", ("\x00", "unknown_filter")),
    ],
)
def test_what_makes_no_sense_is_refused(parameters, fault):
    assert refusal(DisruptionFilter, parameters, Disruption.objects.all()) == [fault]


def test_every_fault_is_named_at_once():
    found = refusal(DisruptionFilter, "x=1&level=huge&from=never&q=%00", Disruption.objects.all())
    assert set(found) == {
        ("x", "unknown_filter"),
        ("level", "invalid_filter"),
        ("from", "invalid_filter"),
        ("q", "invalid_filter"),
    }


def test_counted_figures_take_few_filters():
    found = refusal(DisruptionFilter, "q=boat&status=draft&level=major", Disruption.objects.all(), only=COUNTED_FILTERS)
    assert found == [("q", "filter_not_for_counts"), ("status", "filter_not_for_counts")]


# --------------------------------------------------------------------------------------------------- the master list


@pytest.fixture
def threats():
    """Threats by name, each unlike the plain one in one thing."""
    agency = make_agency(code="kent", name="Kent Police")
    group = make_ocg(name="Blue Thistle", aliases=["Thistledown crew"], pnd_tier=PndTier.TIER_4)
    return {
        "plain": make_threat(next_review_on=date(2026, 6, 1)),
        "led": make_threat(lead_agency=agency, next_review_on=date(2026, 6, 1)),
        "group": make_threat(ocg=group, next_review_on=date(2026, 6, 1)),
        "off_pnd": make_threat(kind=ThreatKind.OCG, next_review_on=date(2026, 6, 1)),
        "graded": make_threat(p_grade=PriorityGrade.P2, next_review_on=date(2026, 6, 1)),
        "drugs": make_threat(primary_area=ThreatArea.DRUGS, next_review_on=date(2026, 6, 1)),
        "linked": make_threat(
            primary_area=ThreatArea.FRAUD, other_areas=[ThreatArea.OIC], next_review_on=date(2026, 6, 1)
        ),
        "documents": make_threat(sub_threats=[OicSubThreat.DOCUMENTS], next_review_on=date(2026, 6, 1)),
        "overdue": make_threat(next_review_on=date(2026, 4, 30)),
        "not_planned": make_threat(),
        "dormant": make_threat(status=ThreatStatus.DORMANT, next_review_on=date(2026, 6, 1)),
        "archived": make_threat(status=ThreatStatus.ARCHIVED, next_review_on=date(2026, 6, 1)),
        "titled": make_threat(title="Engines at fairs", next_review_on=date(2026, 6, 1)),
    }


WHICH_THREATS_ARE_KEPT = {
    "kind=ocg": {"group", "off_pnd"},
    "p_grade=P2": {"graded"},
    "p_grade=P1": set(),
    "primary_area=drugs": {"drugs"},
    "area=drugs&area=fraud": {"drugs", "linked"},
    "area=oic&primary_area=fraud": {"linked"},
    "sub_threat=documents": {"documents"},
    "pnd_tier=tier_4": {"group"},
    "pnd_tier=not_on_pnd": {"off_pnd"},
    "pnd_tier=not_on_pnd&pnd_tier=tier_4": {"off_pnd", "group"},
    "lead_agency=kent": {"led"},
    "status=archived": {"archived"},
    "status=archived&status=dormant": {"archived", "dormant"},
    "review=overdue": {"overdue"},
    "review=not_planned": {"not_planned"},
    "q=engines+fairs": {"titled"},
    "q=thistledown": {"group"},
    "q=blue": {"group"},
}


def test_a_threat_filter_keeps_what_it_names(threats):
    by_key = {threat.pk: name for name, threat in threats.items()}

    def kept_by(parameters):
        rows = ThreatFilter(QueryDict(parameters), SOCThreat.objects.all(), on=date(2026, 5, 1)).strict()
        return {by_key[threat.pk] for threat in rows}

    assert {parameters: kept_by(parameters) for parameters in WHICH_THREATS_ARE_KEPT} == WHICH_THREATS_ARE_KEPT


def test_threats_that_accept_disruptions_are_the_default(threats):
    rows = ThreatFilter({}, SOCThreat.objects.all()).strict()
    assert {threat.pk for threat in rows} == {threat.pk for name, threat in threats.items() if name != "archived"}
    ungraded = ThreatFilter({"p_grade": ["ungraded", "P2"]}, SOCThreat.objects.all()).strict()
    assert set(ungraded) == set(rows)


def test_a_review_is_overdue_against_today_unless_a_day_is_given(threats):
    assert ThreatFilter({"review": "overdue"}, SOCThreat.objects.all()).strict().count() == 11
    early = ThreatFilter({"review": "overdue"}, SOCThreat.objects.all(), on=date(2026, 4, 30)).strict()
    assert not early.exists()


def test_the_reference_of_a_threat_or_its_group_finds_it(threats):
    threat = threats["group"]
    for reference in (threat.reference, threat.ocg.reference.lower()):
        assert list(ThreatFilter({"q": reference}, SOCThreat.objects.all()).strict()) == [threat]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [("p_grade=P5", "p_grade"), ("review=late", "review"), ("lead_agency=x", "lead_agency"), ("q=%00", "q")],
)
def test_a_bad_threat_filter_is_refused(parameters, field):
    assert refusal(ThreatFilter, parameters, SOCThreat.objects.all()) == [(field, "invalid_filter")]
    assert refusal(ThreatFilter, "level=major", SOCThreat.objects.all()) == [("level", "unknown_filter")]


def test_groups_by_name_tier_agency_and_status():
    agency = make_agency(code="kent")
    first = make_ocg(name="Blue Thistle", aliases=["Thistledown crew"], pnd_tier=PndTier.TIER_3, lead_agency=agency)
    second = make_ocg(name="Red Kite")
    archived = make_ocg(name="Old Hat", status=ThreatStatus.ARCHIVED)

    def found(**parameters):
        return set(OCGFilter(parameters, OCG.objects.all()).strict())

    assert found() == {first, second}
    assert found(q="thistledown blue") == found(pnd_tier="tier_3") == found(lead_agency="kent") == {first}
    assert found(q=first.reference.lower()) == {first}
    assert found(pnd_tier="not_on_pnd") == {second}
    assert found(status="archived") == {archived}
    assert refusal(OCGFilter, "p_grade=P1", OCG.objects.all()) == [("p_grade", "unknown_filter")]
