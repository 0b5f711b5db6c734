"""Words, phrases, exclusions and misspelt names find the same records wherever a list is read; nothing hidden helps."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from agencies.models import london_date, oic_now
from disruptions.models import OCG, Disruption, SOCThreat
from disruptions.statistics.parameters import records_as_at
from disruptions.text_search import MARKS, SHOWN_IN, match_in
from disruptions.vocabulary import Sharing, ThreatKind
from tests.factories import make_agency, make_disruption, make_ocg, make_threat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(north):
    return make_user(agency=north)


@pytest.fixture
def records(north):
    """Records by name, each with words of its own."""
    group = make_ocg(name="Thistledown", aliases=["Blue Doors"])
    called = make_threat(title="Engines and fairs", lead_agency=north)
    grouped = make_threat(title="A group", lead_agency=north, kind=ThreatKind.OCG, ocg=group)
    plain = make_threat(title="Plain", lead_agency=north)

    def record(**values):
        return make_disruption(
            **{"agency": north, "threat": plain, "operation": "", "summary": "Nothing.", "impact": "None.", **values}
        )

    return {
        "lantern": record(operation="Lantern"),
        "lorry": record(summary="A soft-sided lorry was searched at the port of Dover."),
        "boats": record(summary="Three boats were seized.", impact="No lorry of theirs moves."),
        "referenced": record(agency_reference="KENT/2026/000123", oic_identifier_code="OIC-77A"),
        "accented": record(operation="Müller"),
        "bracketed": record(summary="A note of <Quartz> read b<granite."),
        "titled": record(threat=called),
        "grouped": record(threat=grouped),
    }


@pytest.fixture
def find(records, reader):
    names = {record.pk: name for name, record in records.items()}

    def found(text, **options):
        rows = Disruption.objects.visible_to(reader).matching(text, reader=reader, **options)
        return {names[row.pk] for row in rows}

    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lantern", {"lantern"}),
        ("searches", {"lorry"}),
        ("boat", {"boats"}),
        ("lorry", {"lorry", "boats"}),
        ("lorry -dover", {"boats"}),
        ('lorry -"port of dover"', {"boats"}),
        ('"soft sided lorry"', {"lorry"}),
        ('"sided soft"', set()),
        ("lantern or boats", {"lantern", "boats"}),
        ("lantern boats", set()),
        ("KENT/2026/000123", {"referenced"}),
        ("kent 000123", {"referenced"}),
        ("000123", {"referenced"}),
        ("oic-77a", {"referenced"}),
        ("muller", {"accented"}),
        ("quartz", {"bracketed"}),
        ("<quartz>", {"bracketed"}),
        ("granite", {"bracketed"}),
        ("fair", {"titled"}),
        ("fairs nothing", {"titled"}),
        ("thistledown", {"grouped"}),
        ('"blue doors"', {"grouped"}),
        ("nothing -thistledown -fairs", {"lantern", "referenced", "accented"}),
        ("the", set()),
        ('"', set()),
        ("- or", set()),
        ("\N{ROWBOAT}", set()),
        ("'; DROP TABLE x; --", set()),
        ("a:b & !c | (d", set()),
    ],
)
def test_a_search_finds(find, text, expected):
    assert find(text) == expected


def test_what_is_still_typed_finds_what_begins_so(find):
    assert find("lan", begun=True) == {"lantern"}
    assert find("soft lor", begun=True) == {"lorry"}
    assert find("thistle", begun=True) == {"grouped"}
    assert find("lan") == set()


@pytest.mark.parametrize(
    ("text", "expected", "corrections"),
    [
        ("lantren", {"lantern"}, {"lantren": ("lantern",)}),
        ("lorry lantren", set(), {"lantren": ("lantern",)}),
        ("thistledwon", {"grouped"}, {"thistledwon": ("thistledown",)}),
        ("engnies", {"titled"}, {"engnies": ("engines",)}),
        ("lantern", {"lantern"}, {}),
        ("lantern boats", set(), {}),
        ('"lantren"', {"lantern"}, {"lantren": ("lantern",)}),
        ("-lantren", {"lantern", "lorry", "boats", "referenced", "accented", "bracketed", "titled", "grouped"}, {}),
        ("zzzzzz", set(), {}),
        ("000124", set(), {}),
    ],
)
def test_a_misspelt_name_is_found(find, reader, text, expected, corrections):
    assert find(text) == expected
    searched = Disruption.objects.visible_to(reader).matching(text, reader=reader).searched
    assert searched is not None
    assert searched.corrections == corrections


def test_nothing_that_is_hidden_helps(records, reader):
    other = make_agency(code="far")
    make_disruption(agency=other, sharing=Sharing.NAMED_AGENCIES, operation="Quartzite", summary="Lantren is here.")
    rows = Disruption.objects.visible_to(reader)

    def corrected(text: str) -> Any:
        searched = rows.matching(text, reader=reader).searched
        return searched and searched.corrections

    assert corrected("quartzte") == {}
    assert not rows.matching("quartzite", reader=reader).exists()
    # Somebody else's hidden record holds the misspelt word, and must not show that it does.
    assert corrected("lantren") == {"lantren": ("lantern",)}


def test_a_past_state_is_searched_as_it_was(records, reader, find):
    Disruption.objects.filter(pk=records["boats"].pk).update(summary="Three engines were seized.", version=2)
    assert find("boats") == set()
    with records_as_at(london_date(oic_now())) as rows:
        found = rows.visible_to(reader).matching("engines -fairs", reader=reader)
        assert [row.pk for row in found] == [records["boats"].pk]
        assert not rows.visible_to(reader).matching("boats", reader=reader).exists()
        assert rows.visible_to(reader).matching("thistledwon", reader=reader).get().pk == records["grouped"].pk
        assert [row.pk for row in found.with_match_shown().by_relevance()] == [records["boats"].pk]


def test_the_best_comes_first_and_ties_go_by_date(records, reader, north):
    words = {"agency": north, "operation": "", "summary": "x", "impact": "A lantern."}
    later = make_disruption(**words, occurred_on=date(2026, 3, 1))
    earlier = make_disruption(**words, occurred_on=date(2026, 2, 1))
    rows = Disruption.objects.visible_to(reader).matching("lantern", reader=reader)
    assert [row.pk for row in rows.in_order("relevance")] == [records["lantern"].pk, later.pk, earlier.pk]


def test_a_match_is_shown_with_its_field(records, reader):
    def shown(text):
        rows = Disruption.objects.visible_to(reader).matching(text, reader=reader).with_match_shown()
        return [match_in((where, getattr(row, f"marked_{name}")) for name, where in SHOWN_IN) for row in rows]

    [match] = shown("boat")
    assert (match.where, match.pieces) == (
        "what happened",
        (("Three ", False), ("boats", True), (" were seized", False)),
    )
    [match] = shown("lantern")
    assert (match.where, match.pieces) == ("operation", (("Lantern", True),))
    assert shown("thistledown") == [None]


def test_a_match_inside_a_joined_word_is_shown(north, reader):
    make_disruption(agency=north, summary="Seen in KENT/2026/000123 and in <Quartz>.", operation="")

    def shown(text: str) -> Any:
        row: Any
        [row] = Disruption.objects.visible_to(reader).matching(text, reader=reader).with_match_shown()
        match = match_in([("what happened", row.marked_summary)])
        return match and match.pieces

    assert shown("kent") == (("Seen in ", False), ("KENT", True), (" 2026 000123 and in  Quartz", False))
    assert shown("quartz") == (("Seen in KENT 2026 000123 and in  ", False), ("Quartz", True))


@pytest.mark.parametrize("text", ["-kent", '"', "-", "or", "\N{ROWBOAT}"])
@pytest.mark.parametrize("name", ["disruption_list", "disruption_facets", "pivot", "export_new"])
def test_a_search_that_ranks_nothing_is_answered(records, reader, client_for, name, text):
    address = f"{reverse(name)}?{urlencode({'q': text, 'sort': 'relevance'})}"
    assert client_for(reader).get(address).status_code == 200


@pytest.mark.parametrize("name", ["disruption_list", "disruption_facets", "pivot", "export_new"])
def test_a_word_that_was_taken_for_another_is_told(records, reader, client_for, name):
    page = client_for(reader).get(reverse(name), {"q": "lantren"}).content.decode()
    assert "No record has “lantren”. Records with “lantern” are shown." in page


@pytest.mark.parametrize(("name", "noun"), [("threat_list", "threat"), ("ocg_list", "group")])
def test_a_name_that_was_taken_for_another_is_told(records, reader, client_for, name, noun):
    page = client_for(reader).get(reverse(name), {"q": "thistledwon"}).content.decode()
    assert f"No {noun} has “thistledwon”. {noun.capitalize()}s with “thistledown” are shown." in page


def test_marks_that_somebody_wrote_are_no_marks(north, reader):
    make_disruption(agency=north, summary=f"A {MARKS[0]}false{MARKS[1]} trail of feathers.", operation="")
    row: Any
    [row] = Disruption.objects.visible_to(reader).matching("feathers", reader=reader).with_match_shown()
    match = match_in([("what happened", row.marked_summary)])
    assert match is not None
    assert match.pieces == (("false trail of ", False), ("feathers", True))


def test_threats_and_groups_are_found_by_their_names(records):
    assert [each.title for each in SOCThreat.objects.matching("fair")] == ["Engines and fairs"]
    assert [each.title for each in SOCThreat.objects.matching("thistledwon")] == ["A group"]
    searched = SOCThreat.objects.matching("thistledwon").searched
    assert searched is not None
    assert searched.corrections == {"thistledwon": ("thistledown",)}
    assert [each.title for each in SOCThreat.objects.matching("plain or engines").order_by("title")] == [
        "Engines and fairs",
        "Plain",
    ]
    assert [each.name for each in OCG.objects.matching("blu dors")] == []
    assert [each.name for each in OCG.objects.matching("blue dorrs")] == ["Thistledown"]
    assert [each.name for each in OCG.objects.matching("thist", begun=True)] == ["Thistledown"]
    assert not OCG.objects.matching("-thistledown").filter(name="Thistledown").exists()
