"""A list of another system beside the list here: recognised, told apart, and what cannot be read named by its row."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import AuditEntry
from disruptions.models import OCG, SOCThreat
from disruptions.reconciling import ROWS_LIMIT, SIZE_LIMIT, Unreadable, read_other_list, reconcile
from disruptions.references import THREAT, reference_of
from disruptions.vocabulary import PriorityGrade
from tests.factories import make_threat

REFERENCES = [reference_of(THREAT, number) for number in range(1, 6)]


def threat(number, title, **values):
    group = OCG(name=title, aliases=values.pop("aliases", []), pnd_tier=values.pop("pnd_tier", None))
    known = {"kind": "ocg", "primary_area": "oic", "status": "active", "ocg": group} | values
    return SOCThreat(pk=number, reference=REFERENCES[number - 1], title=title, **known)


def beside(own, *lines, elsewhere=()):
    return reconcile(own, read_other_list("\n".join(lines).encode()), elsewhere=elsewhere)


def test_rows_are_recognised_by_reference_own_reference_and_any_name():
    own = [
        threat(1, "Copper Heron", agency_reference="N/77"),
        threat(2, "The Amber Plover group", aliases=["Golden Plover"]),
        threat(3, "Jade Osprey"),
    ]
    found = beside(
        own,
        "Reference;Own reference;Title",
        f"{REFERENCES[0].lower().replace('-', '')};n/77;Copper Heron",
        ";;GOLDEN PLOVER OCG",
        ";X/1;Teal Lantern",
    )
    assert [(match.threat.pk, match.by) for match in found.same] == [(1, "reference"), (2, "title")]
    assert found.differing == []
    assert [row.label for row in found.only_there] == ["Teal Lantern"]
    assert [each.pk for each in found.only_here] == [3]
    assert found.matched == 2


def test_fields_differ_only_where_they_say_something_else():
    own = [threat(1, "Copper Heron", pnd_tier="tier_4", p_grade="P3", next_review_on=date(2027, 3, 27))]
    header = "Title,Kind,Status,P grade,PND tier,Next review,Remarks"
    same = beside(own, header, "copper heron,Organised crime group,ACTIVE,p3,4,27/03/2027,x")
    assert (len(same.same), same.faults) == (1, [])
    other = beside(own, header, "Copper Heron,ocg,dormant,P2,none,2027-03-28,x")
    [match] = other.differing
    assert [(each.label, each.here, each.there) for each in match.differences] == [
        ("Status", "Active", "Dormant"),
        ("P grade", "P3", "P2"),
        ("PND tier", "Tier 4", "Nothing"),
        ("Next review", "27 March 2027", "28 March 2027"),
    ]


def test_what_cannot_be_used_is_named_by_row_and_the_rest_is_compared():
    own = [threat(1, "Copper Heron", p_grade="P3"), threat(2, "Blue Kite"), threat(3, "Blue kite")]
    found = beside(
        own,
        "Reference,Title,P grade,Next review",
        "T-1111-1111,Copper Heron,P9,30/02/2027",
        ",,P1,",
        "",
        ",Blue Kite,P1,",
        ",The Copper Heron group,P3,",
    )
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (2, "Reference"),
        (2, "P grade"),
        (2, "Next review"),
        (3, ""),
        (5, ""),
        (6, ""),
    ]
    assert "none of: P1, P2, P3, P4" in found.faults[1].message
    assert "fits several threats" in found.faults[4].message
    assert "Row 2 is" in found.faults[5].message
    assert found.matched == 1


def test_archived_threats_are_not_missed_and_those_of_others_are_recognised_by_reference():
    own = [threat(1, "Copper Heron", status="archived")]
    found = beside(own, "Reference,Status", f"{REFERENCES[1]},active", elsewhere=[threat(2, "Grey Seal")])
    assert (found.only_here, found.only_there, len(found.same)) == ([], [], 1)


def test_a_threat_that_was_merged_is_found_as_the_one_in_its_place():
    winner = threat(1, "Copper Heron", aliases=["Tin Wader"])
    loser = threat(2, "Tin Wader", agency_reference="N/78", status="archived", merged_into=winner)
    for line in (f"{REFERENCES[1]},,", ",N/78,", ",,Tin Wader"):
        result = beside([winner, loser], "Reference,Own reference,Title", line)
        assert ([match.threat for match in (*result.same, *result.differing)], result.faults) == ([winner], [])
        assert (result.only_here, result.only_there) == ([], [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"\xff\xfe", "The file is empty"),
        (b"\x00", "The file is empty"),
        (b"Title\n", "only a header"),
        (b"P grade,Status\nP1,active\n", "No column says which threat"),
        (b"Title,title\nA,B\n", "The column Title is there twice"),
        (b'Title\n"Copper\n', "This is not CSV"),
        (b"Title\n\xe9\xff\n", "encoding UTF-8"),
        (b"PK\x03\x04\x00\xff", "encoding UTF-8"),
        (b"Title\n" + b"x\n" * (ROWS_LIMIT + 1), "more than 10,000 rows"),
        (b"x" * (SIZE_LIMIT + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_compared_says_what_to_do(content, said):
    with pytest.raises(Unreadable, match=said):
        read_other_list(content)


def test_other_encodings_and_separators_of_spreadsheets_are_read():
    assert read_other_list("Title\tP grade\nGrün\tP1".encode("utf-16")).rows[0].values == {
        "title": "Grün",
        "p_grade": "P1",
    }
    assert read_other_list("\ufeffTitle\nGrün".encode()).rows[0].label == "Grün"
    assert read_other_list(b"own_reference,Anything\nA/1,x").ignored == ("Anything",)


# ------------------------------------------------------------------------------------------------------------- the page


def sent(lines, **more):
    return {"list": SimpleUploadedFile("list.csv", "\n".join(lines).encode())} | more


@pytest.mark.django_db
def test_the_page_compares_and_stores_nothing(client_for, nobody, north):
    own = make_threat(title="Copper Heron", lead_agency=north, p_grade=PriorityGrade.P3)
    make_threat(title="Elsewhere")
    browser, lines = client_for(nobody), ["Title,P grade", "Copper Heron,P2", "=cmd(),P1"]
    page = browser.post("/threats/reconcile/", sent(lines)).content.decode()
    for words in ("1 threat on both lists", own.reference, "P3", "=cmd()", "Every threat here is in the file."):
        assert words in page, words
    entry = AuditEntry.objects.get(subject="reconciliation")
    assert entry.detail == {"rows": 2, "matched": 1, "differing": 1, "only_here": 0, "only_there": 1}
    assert SOCThreat.objects.count() == 2
    answer = browser.post("/threats/reconcile/", sent(lines, action="download"))
    text = b"".join(answer).decode()
    assert f"Differs,{own.reference},Copper Heron,2,P grade,P3,P2,OFFICIAL-SENSITIVE" in text
    assert "'=cmd()" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose the file"),
        ({"list": SimpleUploadedFile("list.csv", b"")}, "The file is empty"),
        ({"agency": "nowhere"}, "Choose the agency"),
    ],
)
def test_the_page_says_what_is_wrong(client_for, nobody, data, said):
    answer = client_for(nobody).post("/threats/reconcile/", data)
    assert answer.status_code == 400
    assert said in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 30])
def test_the_queries_of_a_comparison_do_not_grow(client_for, django_assert_num_queries, nobody, north, rows):
    for number in range(rows):
        make_threat(title=f"Threat of tests {number}", lead_agency=north)
    browser = client_for(nobody)
    with django_assert_num_queries(9):
        browser.post("/threats/reconcile/", sent(["Title", *(f"Threat of tests {each}" for each in range(rows))]))
