"""The grammar of filters: none of, not given, ranges; a filter and its contrary make the whole list."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.http import QueryDict

from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind
from disruptions.asked import read_asked
from disruptions.filters import COUNTED_FILTERS, DisruptionFilter, OCGFilter, ThreatFilter
from disruptions.filters.grammar import EMPTY, NOT, RELATIVES, OneOf, Range
from disruptions.filters.words import chips_of, in_sentences
from disruptions.models import OCG, Disruption, SOCThreat
from disruptions.statistics.behind import figure_behind
from disruptions.statistics.parameters import records_as_at
from disruptions.vocabulary import (
    Channel,
    DisruptionRole,
    Duration,
    Enabler,
    EntryMethod,
    Extent,
    Level,
    Marking,
    OicSubThreat,
    OutcomeType,
    PndTier,
    PriorityGrade,
    Sharing,
    Status,
    Strand,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)
from tests.factories import make_agency, make_disruption, make_ocg, make_outcome, make_region, make_threat, make_user

pytestmark = pytest.mark.django_db

OWN_DAY = date(2026, 3, 2)


def changed(entry, **values):
    """Give an entry values that its factory does not take."""
    type(entry).objects.filter(pk=entry.pk).update(version=entry.version + 1, **values)
    entry.refresh_from_db()
    return entry


@pytest.fixture
def records():
    """Records by name, each unlike the plain one in a few things."""
    region = make_region(code="east", name="East")
    rocu = make_agency(code="erocu", kind=AgencyKind.REGIONAL_UNIT, name="East ROCU")
    own = make_agency(code="own", name="Own Police", region=region, rocu=rocu)
    other = make_agency(code="other", name="Other", kind=AgencyKind.LAW_ENFORCEMENT_AGENCY)
    group = make_ocg(name="Blue Thistle", pnd_tier=PndTier.TIER_4)
    off_pnd = make_ocg(name="Red Kite")
    plain = make_threat(title="Plain", lead_agency=own)
    of_group = make_threat(ocg=group, lead_agency=other, p_grade=PriorityGrade.P2, next_review_on=date(2026, 5, 1))
    of_other = make_threat(ocg=off_pnd, lead_agency=own, other_areas=[ThreatArea.DRUGS])
    drugs = make_threat(
        lead_agency=own,
        primary_area=ThreatArea.DRUGS,
        sub_threats=[OicSubThreat.DOCUMENTS],
        status=ThreatStatus.DORMANT,
        p_grade=PriorityGrade.P1,
    )

    def record(**values):
        return make_disruption(**{"agency": own, "threat": plain, "occurred_on": OWN_DAY, **values})

    found = {
        "plain": record(),
        "other": record(agency=other, threat=of_group),
        "draft": record(status=Status.DRAFT, occurred_on=None, level=None, threat=None, strand=None),
        "approved": record(status=Status.APPROVED, threat=of_other),
        "major": record(level=Level.MAJOR, extent=Extent.NOTABLE, duration=Duration.LONG),
        "boat": record(entry_method=EntryMethod.SMALL_BOAT, enablers=[Enabler.ONLINE, Enabler.TRANSPORT]),
        "lorry": record(entry_method=EntryMethod.LORRY_HARD, enablers=[Enabler.TRANSPORT], strand=Strand.PREVENT),
        "early": record(occurred_on=date(2023, 1, 1)),
        "drugs": record(threat=drugs, country="FR", uk_led=False),
        "arrests": record(operation="Op Larkspur", agency_reference="OWN/77", oic_identifier_code="OIC1"),
        "cash": record(operation="LARK SPUR", force_area=own),
        "closed": record(sharing=Sharing.LEAD_AND_SUPPORTING, marking=Marking.OFFICIAL, channel=Channel.API),
    }
    found["support"] = record(agency=other, role=DisruptionRole.SUPPORT, lead=found["plain"])
    found["waiting"] = record(role=DisruptionRole.SUPPORT, lead_agency=other)
    changed(found["early"], source_recorded_on=date(2023, 1, 5))
    changed(found["cash"], msht_indicators=True, safeguarding_referral=False)
    make_outcome(disruption=found["arrests"], type=OutcomeType.ARREST, count=12)
    make_outcome(disruption=found["cash"], type=OutcomeType.CASH_SEIZURE, count=None, value_gbp=Decimal(5000))
    make_outcome(disruption=found["cash"], type=OutcomeType.ARREST, count=1)
    return found


def kept(records, parameters, *, reader=None):
    rows = DisruptionFilter(
        QueryDict(parameters), Disruption.objects.all(), reader=reader, on=date(2026, 6, 1)
    ).strict()
    names = {record.pk: name for name, record in records.items()}
    return {names[key] for key in rows.values_list("pk", flat=True)}


WITHOUT = {
    "level__not=major": {"major"},
    "enabler__not=online": {"boat"},
    "enabler__not=transport": {"boat", "lorry"},
    "outcome__not=arrest": {"arrests", "cash"},
    "outcome__not=cash_seizure": {"cash"},
    "agency__not=other": {"other", "support"},
    "p_grade__not=P2": {"other"},
    "p_grade__not=P1&p_grade__not=P2": {"other", "drugs"},
    "threat_area__not=drugs": {"drugs"},
    "threat_other_area__not=drugs": {"approved"},
    "pnd_tier__not=tier_4": {"other"},
    "pnd_tier__not=not_on_pnd": {"approved"},
    "force_area__not=own": {"cash"},
    "operation__not=larkspur": {"arrests", "cash"},
    "agency_reference__not=OWN%2F77": {"arrests"},
    "country__not=FR": {"drugs"},
    "status__not=draft": {"draft"},
}


def test_none_of_keeps_the_rest_what_is_not_given_among_it(records):
    left_out = {parameters: set(records) - kept(records, parameters) for parameters in WITHOUT}
    assert left_out == WITHOUT


WHAT_IS_KEPT = {
    "agency_kind=law_enforcement_agency": {"other", "support"},
    "extent=notable": {"major"},
    "duration=long": {"major"},
    "extent__empty=no": {"major"},
    "level__empty=yes": {"draft"},
    "level=major&level__empty=yes": {"draft", "major"},
    "strand=prevent&strand__empty=yes": {"draft", "lorry"},
    "strand=prevent&strand__empty=no": {"lorry"},
    "strand=prevent&strand__not=prevent": set(),
    "strand__not=pursue": {"draft", "lorry"},
    "strand__not=pursue&strand__empty=no": {"lorry"},
    "occurred_on__empty=yes": {"draft"},
    "entry_method__not=small_boat&entry_method__empty=no": {"lorry"},
    "enabler=online&enabler__not=transport": set(),
    "enabler=transport&enabler__not=online": {"lorry"},
    "enabler__empty=no": {"boat", "lorry"},
    "outcome__empty=no": {"arrests", "cash"},
    "outcome_count__from=10": {"arrests"},
    "outcome=arrest&outcome_count__to=5": {"cash"},
    "outcome_value__from=5000": {"cash"},
    "outcome=arrest&outcome_value__from=5000": set(),
    "outcome_value__from=0&outcome_value__to=4999.99": set(),
    "threat__empty=yes": {"draft"},
    "threat_kind=ocg": {"other", "approved"},
    "threat_other_area=drugs": {"approved"},
    "threat_sub_threat=documents": {"drugs"},
    "threat_sub_threat__empty=no": {"drugs"},
    "threat_status=dormant": {"drugs"},
    "threat_lead_agency=other": {"other"},
    "threat_next_review__from=2026-04-01&threat_next_review__to=2026-05-01": {"other"},
    "threat_next_review__empty=no": {"other"},
    "threat_review=overdue": {"other"},
    "pnd_tier=tier_4": {"other"},
    "pnd_tier=not_on_pnd": {"approved"},
    "pnd_tier__empty=no": {"other", "approved"},
    "p_grade=P1": {"drugs"},
    "p_grade__empty=yes": {"draft"},
    "p_grade__empty=no&p_grade__not=ungraded": {"drugs", "other"},
    "country=FR&uk_led=no": {"drugs"},
    "msht_indicators=yes": {"cash"},
    "msht_indicators__empty=no": {"cash"},
    "safeguarding_referral=no": {"cash"},
    "operation=Operation+Larkspur": {"arrests", "cash"},
    "operation__contains=SPUR": {"arrests", "cash"},
    "operation__empty=no": {"arrests", "cash"},
    "agency_reference=OWN%2F77": {"arrests"},
    "agency_reference__empty=no": {"arrests"},
    "oic_identifier_code=OIC1": {"arrests"},
    "source_recorded_on__from=2023-01-05&source_recorded_on__to=2023-01-05": {"early"},
    "source_recorded_on__empty=no": {"early"},
    "marking=official": {"closed"},
    "sharing__not=all_agencies": {"closed"},
    "channel=api": {"closed"},
    "lead__empty=no": {"support"},
    "lead_agency__not=other&role=support": {"support"},
    "supported=yes": {"plain"},
    "approved_on__empty=no": {"approved"},
    "submitted_on__empty=yes": {"draft"},
}


def test_a_filter_keeps_what_it_names(records):
    assert {parameters: kept(records, parameters) for parameters in WHAT_IS_KEPT} == WHAT_IS_KEPT


def families_of(filter_class):
    return [(name, family) for name, family in filter_class.families.items() if isinstance(family, OneOf)]


@pytest.mark.parametrize("filter_class", [DisruptionFilter, ThreatFilter, OCGFilter])
def test_every_choice_and_its_contrary_make_the_whole(records, filter_class):
    rows = {DisruptionFilter: Disruption, ThreatFilter: SOCThreat, OCGFilter: OCG}[filter_class]._default_manager.all()
    every = set() if filter_class is DisruptionFilter else {f"status={status}" for status in ThreatStatus.values}
    beside = f"&{'&'.join(every)}" if every else ""

    def count(parameters):
        return filter_class(QueryDict(parameters + beside), rows, on=date(2026, 6, 1)).strict().count()

    whole = rows.count()
    for name, family in families_of(filter_class):
        if name == "status" and every:
            continue
        code = str(family.choices()[0][0])
        if family.negatable:
            assert count(f"{name}={code}") + count(f"{name}{NOT}={code}") == whole, name
        if family.nullable:
            assert count(f"{name}{EMPTY}=yes") + count(f"{name}{EMPTY}=no") == whole, name


def test_references_may_be_left_out(records, outsider):
    plain, lead = records["other"].threat, records["plain"]
    assert kept(records, f"threat__not={plain.reference}") == set(records) - {"other"}
    assert kept(records, f"ocg={plain.ocg.reference}") == {"other"}
    assert kept(records, f"ocg__not={plain.ocg.reference}") == set(records) - {"other"}
    assert kept(records, f"lead__not={lead.reference}") == set(records) - {"support"}
    assert kept(records, f"threat={plain.reference}&threat__empty=yes") == {"other", "draft"}


def test_times_are_days_in_london_and_both_ends_are_inside():
    # Half past midnight on 2 July in London is still 1 July by the clock of the database.
    record = make_disruption(occurred_on=date(2025, 6, 24), recorded_at=datetime(2025, 7, 1, 23, 30, tzinfo=UTC))

    def found(parameters):
        return DisruptionFilter(QueryDict(parameters), Disruption.objects.filter(pk=record.pk)).strict().exists()

    assert found("recorded_on__from=2025-07-02&recorded_on__to=2025-07-02")
    assert not found("recorded_on__to=2025-07-01")
    assert not found("recorded_on__from=2025-07-03")
    assert found("lag__from=8&lag__to=8")
    assert not found("lag__to=7")
    assert not found("lag__from=9")


def test_what_somebody_recorded_is_theirs_alone(records, outsider):
    mine = make_disruption(agency=outsider.agency, recorded_by=outsider)
    rows = DisruptionFilter({"recorded_by": "me"}, Disruption.objects.all(), reader=outsider).strict()
    assert [record.pk for record in rows] == [mine.pk]


def test_a_hidden_support_makes_no_lead_supported(outsider, north, centre):
    lead = make_disruption(agency=north)
    support = make_disruption(agency=centre, role=DisruptionRole.SUPPORT, lead=lead, sharing=Sharing.NAMED_AGENCIES)
    for reader, found in ((outsider, False), (make_user(agency=centre), True)):
        rows = DisruptionFilter({"supported": "yes"}, Disruption.objects.visible_to(reader), reader=reader).strict()
        assert rows.filter(pk=lead.pk).exists() is found
    assert support.lead_id == lead.pk


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ("role__empty=yes", ("role__empty", "unknown_filter")),
        ("uk_led__not=yes", ("uk_led__not", "unknown_filter")),
        ("counted__not=yes", ("counted__not", "unknown_filter")),
        ("q__not=boat", ("q__not", "unknown_filter")),
        ("recorded_on=2026-01-01", ("recorded_on", "unknown_filter")),
        ("level__from=major", ("level__from", "unknown_filter")),
        ("from__not=2026-01-01", ("from__not", "unknown_filter")),
        ("level__not=huge", ("level__not", "invalid_filter")),
        ("level__empty=perhaps", ("level__empty", "invalid_filter")),
        ("lag__from=soon", ("lag__from", "invalid_filter")),
        ("lag__from=-1", ("lag__from", "invalid_filter")),
        ("lag__from=1.5", ("lag__from", "invalid_filter")),
        ("lag__from=1&lag__from=2", ("lag__from", "invalid_filter")),
        ("lag__from=9&lag__to=8", ("lag__to", "invalid_filter")),
        ("recorded_on__from=2026-02-02&recorded_on__to=2026-02-01", ("recorded_on__to", "invalid_filter")),
        ("outcome_value__from=NaN", ("outcome_value__from", "invalid_filter")),
        ("outcome_value__from=2&outcome_value__to=1", ("outcome_value__to", "invalid_filter")),
        ("operation=" + "x" * 101, ("operation", "invalid_filter")),
        ("operation=%00", ("operation", "invalid_filter")),
        ("operation__contains=%00", ("operation__contains", "invalid_filter")),
        ("threat__not=T-1", ("threat__not", "invalid_filter")),
        ("country=XX", ("country", "invalid_filter")),
    ],
)
def test_what_makes_no_sense_is_refused(parameters, fault):
    with pytest.raises(Invalid) as caught:
        DisruptionFilter(QueryDict(parameters), Disruption.objects.all()).strict()
    assert [(each.field, each.code) for each in caught.value.violations] == [fault]


def test_each_relative_is_of_a_name_and_ranges_have_no_bare_name():
    names = DisruptionFilter.base_filters
    for name, family in DisruptionFilter.families.items():
        assert (name in names) is not isinstance(family, Range)
    assert not {name for name in names if name.endswith(NOT)} - {f"{name}{NOT}" for name in DisruptionFilter.families}
    assert all(name.endswith((*RELATIVES, "__contains")) for name in names if "__" in name)


def test_counted_figures_take_the_contraries_of_their_filters(north, south):
    assert {"level__not", "agency__not"} <= COUNTED_FILTERS
    assert "status__not" not in COUNTED_FILTERS
    for agency in (north, north, south):
        make_disruption(agency=agency, status=Status.SUBMITTED, level=Level.MINOR)
    query = QueryDict("counted=yes&agency__not=south&level__not=major")
    assert figure_behind(query, as_at=None) == 2
    assert figure_behind(QueryDict("counted=yes&status__not=draft"), as_at=None) is None


def test_the_grammar_reads_a_past_day_as_well(records):
    with records_as_at(date.today()) as rows:  # noqa: DTZ011 - any day that is not over yet holds all of them
        found = DisruptionFilter(QueryDict("region__not=east&threat_area__not=drugs"), rows).strict()
        assert {row.pk for row in found} == {records["other"].pk, records["support"].pk}


# ------------------------------------------------------------------------------------------------------------ in words


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ("level=major&level=moderate", ["Level: Major or Moderate"]),
        ("entry_method__not=small_boat", ["Entry method: not Small boat"]),
        ("level__not=none&level__not=negative", ["Level: not No disruption and not Negative"]),
        ("strand=pursue&strand__empty=yes", ["4P strand: Pursue or not given"]),
        ("strand__empty=no", ["4P strand: given"]),
        ("from=2026-01-01&to=2026-03-31", ["Date of the disruption: from 1 January 2026 to 31 March 2026"]),
        ("recorded_on__from=2026-01-01", ["Recorded: from 1 January 2026"]),
        ("lag__from=28", ["Days from the disruption to its record: from 28"]),
        ("outcome_value__from=12500", ["Value of an outcome in pounds: from £12,500"]),
        ("operation__contains=lark", ["Operation name: contains “lark”"]),
        ("counted=yes&q=boat", ["Counted: Yes", "Text: boat"]),
    ],
)
def test_what_is_asked_for_stands_in_words(parameters, words):
    query = QueryDict(parameters)
    assert in_sentences(chips_of(DisruptionFilter(query, Disruption.objects.none()), query)) == words


def test_a_question_is_kept_as_one_text_however_it_was_put(outsider):
    first = read_asked(QueryDict("level=minor&level=major&page=3&agency=&columns=reference,date"), reader=outsider)
    second = read_asked(QueryDict("columns=reference,date&level=major&level=minor&page_size=50"), reader=outsider)
    assert first.text == second.text == "columns=reference%2Cdate&level=major&level=minor"
    assert (first.columns, first.sort, first.as_at) == (("reference", "date"), "-date", None)
    assert first.in_words() == ["Level: Minor or Major"]


def test_a_question_is_refused_with_all_that_is_wrong(outsider):
    with pytest.raises(Invalid) as caught:
        read_asked(QueryDict("x=1&level=huge&sort=colour&columns=shoe&as_at=2999-01-01&cursor=1"), reader=outsider)
    assert {each.field for each in caught.value.violations} == {"x", "level", "sort", "columns", "as_at", "cursor"}


def test_what_is_asked_for_is_what_the_person_may_open(outsider, north):
    shown = make_disruption(agency=north)
    make_disruption(agency=north, sharing=Sharing.NAMED_AGENCIES)
    with read_asked(QueryDict("agency=north"), reader=outsider).rows() as rows:
        assert [row.pk for row in rows] == [shown.pk]


# ------------------------------------------------------------------------------------------------------------- threats


def test_threats_with_a_disruption_of_these_days_that_may_be_opened(outsider, north):
    def threat(**values):
        return make_threat(p_grade=PriorityGrade.P2, next_review_on=date(2026, 1, 31), **values)

    disrupted, earlier, hidden, later = threat(), threat(), threat(), threat(kind=ThreatKind.VULNERABILITY)
    make_disruption(agency=north, threat=disrupted, occurred_on=date(2026, 2, 1))
    make_disruption(agency=north, threat=earlier, occurred_on=date(2025, 12, 31))
    make_disruption(agency=north, threat=hidden, occurred_on=date(2026, 2, 1), sharing=Sharing.NAMED_AGENCIES)
    make_disruption(agency=north, threat=later, occurred_on=date(2026, 2, 1), status=Status.RETURNED)
    query = QueryDict("p_grade=P2&review=overdue&disrupted__from=2026-01-01")
    found = ThreatFilter(query, SOCThreat.objects.all(), reader=outsider, on=date(2026, 6, 1)).strict()
    assert set(found) == {disrupted}
    sentences = in_sentences(chips_of(ThreatFilter(query, SOCThreat.objects.none()), query))
    assert sentences[-1] == "A disruption that you may open: on or after 1 January 2026"


OF_THE_MASTER_LIST = {
    "kind__not=ocg": {"plain", "escalated"},
    "pnd_tier__not=tier_4": {"plain", "escalated"},
    "pnd_tier__empty=no": {"group"},
    "next_review__from=2026-05-01&next_review__to=2026-05-31": {"group"},
    "next_review__empty=yes": {"plain", "escalated"},
    "enabler=online": {"group"},
    "entry_method__empty=no": {"group"},
    "area__not=drugs": {"plain", "group"},
    "other_area=oic": {"escalated"},
    "status__not=active": {"archived"},
    "escalated=nca": {"escalated"},
    "escalated__empty=yes": {"plain", "group"},
    "escalated__not=nca": {"plain", "group"},
}


def test_the_grammar_of_the_master_list():
    threats = {
        "plain": make_threat(),
        "group": changed(
            make_threat(ocg=make_ocg(pnd_tier=PndTier.TIER_4), next_review_on=date(2026, 5, 1)),
            enablers=[Enabler.ONLINE],
            methods=[EntryMethod.LORRY_HARD],
        ),
        "escalated": changed(
            make_threat(primary_area=ThreatArea.DRUGS, other_areas=[ThreatArea.OIC]),
            escalated_to="nca",
            escalated_at=datetime(2026, 1, 1, tzinfo=UTC),
            change="escalated",
            change_reason="Too much for one force.",
        ),
        "archived": make_threat(status=ThreatStatus.ARCHIVED),
    }

    def kept_by(parameters):
        found = set(ThreatFilter(QueryDict(parameters), SOCThreat.objects.all()).strict())
        return {name for name, threat in threats.items() if threat in found}

    assert {parameters: kept_by(parameters) for parameters in OF_THE_MASTER_LIST} == OF_THE_MASTER_LIST
