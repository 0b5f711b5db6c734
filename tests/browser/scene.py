"""What the browser sees: two forces and a national body, people who are signed in, and records in every state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from typing import Any, Final

from django.conf import settings
from django.test import Client

from agencies.models import Agency, ApiClient, ApiClientUse, User, london_date, oic_now
from agencies.vocabulary import AgencyKind, Role, StatisticsGroup
from disruptions.columns import COLUMNS
from disruptions.exports.making import make_export
from disruptions.models import (
    Disruption,
    DoneTogether,
    Export,
    SavedView,
    SOCThreat,
    StoredFile,
    ThreatVisit,
    Upload,
    Webhook,
    WebhookDelivery,
)
from disruptions.references import DISRUPTION, reference_of
from disruptions.services import (
    ActionRow,
    DecisionRow,
    add_membership,
    escalate_threat,
    keep_unsaved,
    link_to_action,
    merge_ocgs,
    merge_threats,
    offer_hand_over,
    offer_threat_hand_over,
    record_plan_action,
    review_disruptions,
    set_extract_aside,
    withdraw_disruptions,
)
from disruptions.services.jobs import begin_job, fail_job, move_job
from disruptions.services.saved_views import ViewRow, follow_view, save_view
from disruptions.services.uploading import set_aside_upload, start_upload
from disruptions.services.webhook_deliveries import Message, Outcome, enqueue_changes, settle
from disruptions.uploads.checking import BROKEN
from disruptions.vocabulary import (
    Decision,
    DisruptionRole,
    ExportKind,
    Level,
    PndTier,
    PriorityGrade,
    Status,
    ThreatKind,
    ThreatRequestStatus,
    TogetherAct,
    ViewScope,
    WebhookState,
    WhyLeft,
)
from tests.disruptions.exporting import ask, made
from tests.disruptions.uploading import confirmed, csv_of, good_row, sent, two_sheets_of
from tests.factories import (
    grade_threat,
    make_agency,
    make_api_client,
    make_disruption,
    make_extract,
    make_membership,
    make_ocg,
    make_outcome,
    make_region,
    make_threat,
    make_threat_request,
    make_user,
    make_webhook,
)

THREAT: Final = "Copper Heron"
MANY: Final = 30
LONG: Final = (
    "Three people were arrested at a lorry park while they loaded engines; two of them had organised the purchase. "
    "A lorry, two telephones and a ledger were seized, and the yard's owner gave a statement."
)


@dataclass(frozen=True)
class Scene:
    """Addresses, references and cookies, as plain text: a test in a browser never asks the database."""

    emails: Mapping[str, str]
    sessions: Mapping[str, str]
    draft: str
    started: str
    returned: str
    submitted: str
    approved: str
    moderated: str
    minors: tuple[str, ...]
    their_lead: str
    withdrawn: str
    offered: str
    threat: str
    kept: Mapping[str, str]
    """Entries of the master list to keep, by ``threat_`` or ``ocg_`` and alone, merged or offered (to the south)."""
    membership: int
    raised: str
    """A threat of the north that was escalated to the NCA."""
    ocg: str
    agency: str
    person: int
    leaver: int
    client: str
    webhook: str
    quiet_webhook: str
    busy_client: str
    period: tuple[date, date]
    typed: str
    asked: str
    threat_request: int
    doubled: str
    """A draft of an event that the south and, hidden, the centre have recorded."""
    pairs: tuple[tuple[str, str], ...]
    """Drafts, each with the south's record of the same event, for journeys that submit or join them."""
    waiting: str
    awaited: str
    to_join: tuple[str, str]
    """A support of the south that waits for the north, and the north's lead that it looks like."""
    sheet_upload: str
    """Files of records, each as far as its name says."""
    columns_upload: str
    faulty_upload: str
    ready_upload: str
    running_upload: str
    failed_upload: str
    recorded_upload: str
    aside_upload: str
    agency_view: str
    national_view: str
    broken_view: str
    """A saved view of the north's approver that the list refuses by now."""
    done_together: str
    ready_file: str
    csv_file: str
    gone_file: str
    failed_file: str
    running_file: str
    """Files of lists that the officer asked for."""
    frozen: Mapping[str, str]
    """Extracts by what became of them: of fewer records, waiting for another statistician, set aside."""
    plan_action: int
    """An action of the threat's plan that the officer owns and from which disruptions came."""


def make_scene() -> Scene:
    """Make everything, as committed rows."""
    region = make_region(code="the-north", name="The North")
    north = make_agency(code="north", name="North Police", region=region, contact="oic@north.example")
    south = make_agency(code="south", name="South Police", region=region, contact="oic@south.example")
    centre = make_agency(
        code="centre",
        name="National Centre",
        kind=AgencyKind.LAW_ENFORCEMENT_AGENCY,
        statistics_group=StatisticsGroup.NCA,
    )
    make_agency(code="unit", name="Northern Unit", kind=AgencyKind.REGIONAL_UNIT, region=region)
    people = {
        "officer": make_user(agency=north, roles=[Role.RECORDER], name="Rowan Recorder"),
        "approver": make_user(agency=north, roles=[Role.APPROVER], name="Ash Approver"),
        "calm_approver": make_user(agency=north, roles=[Role.APPROVER], name="Cass Approver"),
        "lonely_approver": make_user(
            agency=make_agency(code="west", name="West Police"), roles=[Role.APPROVER], name="Lou Approver"
        ),
        "agency_admin": make_user(agency=north, roles=[Role.AGENCY_ADMIN], name="Alex Admin"),
        "outsider": make_user(agency=south, roles=[Role.RECORDER], name="Oak Outsider"),
        "newcomer": make_user(agency=south, name="Noor Newcomer"),
        "analyst": make_user(agency=centre, national_roles=[Role.ANALYST], name="Ana Analyst"),
        "moderator": make_user(agency=centre, national_roles=[Role.MODERATOR], name="Mo Moderator"),
        "threat_manager": make_user(agency=centre, national_roles=[Role.THREAT_MANAGER], name="Tao Manager"),
        "statistician": make_user(agency=centre, national_roles=[Role.STATISTICIAN], name="Sam Statistician"),
        "system_admin": make_user(agency=centre, national_roles=[Role.SYSTEM_ADMIN], name="Sasha System"),
    }
    # Who has switched the keyboard shortcuts off.
    User.objects.filter(pk=people["calm_approver"].pk).update(shortcuts=False, version=2)
    officer, approver, manager = people["officer"], people["approver"], people["threat_manager"]
    ocg = make_ocg(
        lead_agency=north,
        name=THREAT,
        aliases=["Kupfer"],
        pnd_tier=PndTier.TIER_4,
        pnd_reference="N-1",
        created_by=manager,
    )
    threat = make_threat(
        ocg=ocg, title=THREAT, p_grade=PriorityGrade.P3, next_review_on=date(2026, 1, 1), created_by=manager
    )
    grade_threat(threat=threat, grade=PriorityGrade.P2, suggested_grade=PriorityGrade.P3, override_reason=LONG)
    raised = make_threat(title="The people of Sable Yard", lead_agency=north, created_by=manager)
    escalate_threat(acting_user=manager, reference=raised.reference, version=1, to="nca", reason=LONG)
    make_threat(title="A gate that does not lock", lead_agency=south, created_by=manager)
    period = last_whole_quarter(london_date(oic_now()))
    levels = cycle((Level.MINOR, Level.MINOR, Level.MODERATE, Level.MAJOR))
    days = cycle(period[0] + timedelta(days=each) for each in range(0, 80, 9))
    minors = []
    for number, level, day in zip(range(MANY), levels, days, strict=False):
        made = make_disruption(
            agency=north if number % 3 else south,
            recorded_by=officer if number % 3 else people["outsider"],
            threat=threat,
            level=level,
            occurred_on=day,
            summary=LONG,
            operation="Teal Lantern",
        )
        if made.agency_id == north.pk and level == Level.MINOR:
            minors.append(made.reference)
    kinds: dict[str, dict[str, Any]] = {
        "draft": {"status": Status.DRAFT, "summary": LONG},
        "submitted": {"summary": LONG, "level": Level.MAJOR},
        "approved": {"status": Status.APPROVED, "approved_by": approver},
        "returned": {},
    }
    records = {
        name: make_disruption(agency=north, recorded_by=officer, threat=threat, occurred_on=period[0], **values)
        for name, values in kinds.items()
    }
    make_outcome(disruption=records["submitted"], count=3)
    review_disruptions(
        acting_user=approver,
        decisions=[
            DecisionRow(
                reference=records["returned"].reference,
                decision=Decision.RETURN.value,
                version=1,
                reason="Say which port it was.",
                field_reasons={"summary": "Which port?"},
            )
        ],
    )
    their_lead = make_disruption(
        agency=south, recorded_by=people["outsider"], threat=threat, occurred_on=period[0], summary=LONG
    )
    make_disruption(
        agency=centre,
        recorded_by=manager,
        threat=threat,
        role=DisruptionRole.SUPPORT,
        lead=their_lead,
        occurred_on=period[0],
    )
    make_disruption(agency=south, role=DisruptionRole.SUPPORT, lead_agency=north, threat=threat, occurred_on=period[0])
    withdrawn, offered = (
        make_disruption(agency=north, recorded_by=officer, threat=threat, occurred_on=period[0], summary=LONG)
        for _ in range(2)
    )
    withdraw_disruptions(acting_user=officer, versions={withdrawn.reference: 1}, reason="Recorded in error.")
    offer_hand_over(
        acting_user=officer, reference=offered.reference, version=1, to_agency="south", reason="They planned it."
    )
    started = make_disruption(agency=north, recorded_by=officer, status=Status.DRAFT, summary="", impact="", level=None)
    # A major and the like, approved by the service, so that a moderator has a queue.
    moderated = [
        make_disruption(
            agency=north, recorded_by=officer, threat=threat, occurred_on=period[0], level=Level.MAJOR, summary=LONG
        )
        for _ in range(5)
    ]
    rows = [DecisionRow(each.reference, Decision.APPROVE.value, 1) for each in moderated]
    review_disruptions(acting_user=approver, decisions=rows)
    lowered = DecisionRow(moderated[-1].reference, Decision.LOWERED.value, to_level="moderate", reason="It recovers.")
    review_disruptions(acting_user=people["moderator"], decisions=[lowered])
    typed = make_disruption(agency=north, recorded_by=officer, status=Status.DRAFT, summary="", impact="", level=None)
    half_typed = {"occurred_on_day": ["7"], "occurred_on_month": ["se"], "occurred_on_year": [""], "summary": [LONG]}
    keep_unsaved(acting_user=officer, step="what", data=half_typed, reference=typed.reference, version=1)
    threat_request = make_threat_request(requested_by=officer, title="Grey Pelican", details=LONG)
    listed = make_threat_request(
        requested_by=officer, title=THREAT, status=ThreatRequestStatus.LISTED, threat=threat, answered_by=manager
    )
    return Scene(
        plan_action=planned(threat, manager, officer, [records["approved"].reference, minors[0]]),
        frozen=frozen(people["statistician"], minors),
        **desk(people, [records["submitted"].reference, minors[0]]),
        **taken_away(officer),
        **uploaded(officer, threat),
        **told_twice(north, south, centre, officer, people["outsider"], day=period[0]),
        emails={who: person.email for who, person in people.items()},
        sessions={who: session_of(person) for who, person in people.items()},
        draft=records["draft"].reference,
        started=started.reference,
        returned=records["returned"].reference,
        submitted=records["submitted"].reference,
        approved=records["approved"].reference,
        moderated=moderated[0].reference,
        minors=tuple(minors),
        their_lead=their_lead.reference,
        withdrawn=withdrawn.reference,
        offered=offered.reference,
        threat=threat.reference,
        **keeping(north, manager),
        raised=raised.reference,
        ocg=ocg.reference,
        agency=north.code,
        person=officer.pk,
        leaver=make_user(agency=north, name="Lee Leaver", is_active=False).pk,
        **told(make_api_client(agency=north, name="North case system")),
        busy_client=busy(make_api_client(agency=north, name="North records system")),
        period=period,
        typed=typed.reference,
        asked=listed.disruption.reference,
        threat_request=threat_request.pk,
    )


def frozen(statistician: User, minors: list[str]) -> dict[str, str]:
    """Freeze what stands, beside an extract of fewer records, and one that is set aside."""
    yesterday = london_date(oic_now()) - timedelta(days=1)
    few = Disruption.objects.filter(reference__in=minors)
    aside = make_extract(cut_off=yesterday - timedelta(days=9), title="Year to date", records=few)
    set_extract_aside(acting_user=statistician, reference=aside.reference, reason="The cut-off is a Sunday.")
    fewer = make_extract(cut_off=yesterday, title="Year to date, before the late entries", records=few)
    waiting = make_extract(cut_off=yesterday, title="Year to date, with the late entries", words=LONG)
    return {"aside": aside.reference, "fewer": fewer.reference, "waiting": waiting.reference}


def taken_away(officer: User) -> dict[str, Any]:
    """Make a file in each of its states."""
    query = "level=major&level=moderate&from=2025-01-01"
    every = tuple(COLUMNS)
    files = {
        "ready_file": made(officer, query, kind=ExportKind.XLSX, columns=every, with_outcomes=True),
        "csv_file": made(officer, with_outcomes=True),
        "gone_file": made(officer, kind=ExportKind.ODS),
        "failed_file": ask(officer, query, columns=every),
    }
    gone = files["gone_file"].file
    assert gone is not None
    StoredFile.objects.filter(pk=gone.pk).update(expires_at=oic_now() - timedelta(days=1))
    Export.objects.filter(pk=files["failed_file"].pk).update(query="level=huge")
    make_export(files["failed_file"])
    running = files["running_file"] = ask(officer, query, columns=every)
    begin_job(running)
    move_job(running, done=412_000, total=1_000_000)
    # However long the tests run, it does not stall.
    Export.objects.filter(pk=running.pk).update(progressed_at=oic_now() + timedelta(days=1))
    return {name: str(file.public_id) for name, file in files.items()}


def uploaded(officer: User, threat: SOCThreat) -> dict[str, Any]:
    """Upload a file for each state that one can be in."""
    faulty = [
        good_row(threat, Level="Huge" if number % 2 else "", **{"Your own reference": f"F/{number}", "Role": "Leed"})
        for number in range(MANY)
    ]
    ready = [good_row(threat, **{"Your own reference": f"U/{number}"}) for number in range(MANY)]
    done = [good_row(threat, **{"Your own reference": "U/0", "Date of the disruption": "11/03/2019"})]
    uploads = {
        "sheet_upload": sent(officer, two_sheets_of(done), name="two-sheets.xlsx"),
        "columns_upload": sent(officer, csv_of([{**done[0], "Colour of the van": "red", "Level of harm": "low"}])),
        "faulty_upload": sent(officer, csv_of(faulty), name="quarter-with-faults.csv"),
        "recorded_upload": confirmed(sent(officer, csv_of(done), submits=False), officer),
        "ready_upload": sent(officer, csv_of(ready), name="a-long-name-of-a-file-of-the-second-quarter-of-2025.csv"),
        "aside_upload": sent(officer, csv_of(done)),
    }
    set_aside_upload(acting_user=officer, public_id=uploads["aside_upload"].public_id)
    for name in ("running_upload", "failed_upload"):
        upload = uploads[name] = start_upload(
            acting_user=officer, name="records.csv", content_type="text/csv", chunks=[csv_of(done)], submits=True
        )
        begin_job(upload)
        move_job(upload, done=4_000, total=10_000)
    fail_job(uploads["failed_upload"], BROKEN)
    # However long the tests run, it does not stall.
    Upload.objects.filter(pk=uploads["running_upload"].pk).update(progressed_at=oic_now() + timedelta(days=1))
    return {name: str(upload.public_id) for name, upload in uploads.items()}


def desk(people: Mapping[str, User], references: list[str]) -> dict[str, Any]:
    """Make saved views that are shared, one that does not read any more, and what was done to several records."""
    approver = people["approver"]

    def saved(who: str, name: str, scope: ViewScope, query: str = "level=major&from=start_of_financial_year") -> Any:
        row = ViewRow(name=name, query=query, words="For the meeting on Mondays.", scope=scope)
        return save_view(acting_user=people[who], row=row)

    agencys = saved("approver", "What we have to put right", ViewScope.AGENCY)
    national = saved("analyst", "Majors this financial year", ViewScope.NATION)
    broken = saved("approver", "From the old system", ViewScope.PERSONAL)
    SavedView.objects.filter(pk=broken.pk).update(query="colour=red", version=2)
    follow_view(acting_user=approver, view=national, threshold=5)
    follow_view(acting_user=people["analyst"], view=national, threshold=5)
    done = DoneTogether.objects.create(
        act=TogetherAct.RETURN,
        done_by=approver,
        reason=LONG,
        done=references,
        left={WhyLeft.CHANGED: references[:1], WhyLeft.OWN_WORK: references[1:]},
    )
    return {
        "agency_view": str(agencys.public_id),
        "national_view": str(national.public_id),
        "broken_view": str(broken.public_id),
        "done_together": str(done.public_id),
    }


def busy(client: ApiClient) -> str:
    """Give a client days of use: one that went well, one with refusals, one on which something failed here."""
    now = oic_now()
    kept: list[dict[str, Any]] = [
        {"requests": 21_480},
        {"requests": 1_204, "refused": 37, "last_error_status": 403, "last_error_code": "insufficient_scope"},
        {"requests": 3, "failed": 1, "last_error_status": 503, "last_error_code": "unavailable"},
    ]
    ApiClientUse.objects.bulk_create(
        ApiClientUse(
            client=client,
            day=london_date(now) - timedelta(days=days_ago),
            last_request_at=now - timedelta(days=days_ago),
            last_error_at=now - timedelta(days=days_ago, minutes=7) if "last_error_code" in values else None,
            **values,
        )
        for days_ago, values in enumerate(kept)
    )
    return str(client.client_id)


def told(client: ApiClient) -> dict[str, Any]:
    """Give a client two webhooks: one with messages at every point, and one that nobody has told of anything."""
    url = "https://records.north-police.example/interfaces/oic-disruptions/webhooks/incoming"
    types = ("disruption.returned", "disruption.approved", "threat.assessed")
    webhook, quiet = make_webhook(client=client, url=url, types=types), make_webhook(client=client)
    kinds, moment = cycle(types), webhook.created_at
    rows = [
        Message(
            place, next(kinds), moment, {"reference": reference_of(DISRUPTION, place), "version": 1, "agency": "north"}
        )
        for place in range(1, MANY + 1)
    ]
    enqueue_changes(webhook=webhook, messages=rows, position=MANY)
    outcomes = cycle((Outcome(204, "", 31), Outcome(None, "timed_out", 15_000), Outcome(410, "", 8)))
    for delivery in WebhookDelivery.objects.filter(webhook=webhook).order_by("pk")[:12]:
        settle(delivery=delivery, outcome=next(outcomes))
    Webhook.objects.filter(pk=webhook.pk).update(state=WebhookState.ACTIVE)
    return {"client": client.client_id, "webhook": str(webhook.public_id), "quiet_webhook": str(quiet.public_id)}


def keeping(north: Agency, manager: User) -> dict[str, Any]:
    """Make entries of the master list: by themselves, merged into another, on offer, one a member of another."""
    kept: dict[str, str] = {}
    for kind, make, merge, title in (
        ("threat", make_threat, merge_threats, "title"),
        ("ocg", make_ocg, merge_ocgs, "name"),
    ):
        for name, called in (("alone", "Tin Harbour"), ("merged", "The Tin Harbour people"), ("offered", "Rust Gate")):
            words: dict[str, Any] = {title: called}
            kept[f"{kind}_{name}"] = make(lead_agency=north, created_by=manager, **words).reference
        merge(acting_user=manager, loser=kept[f"{kind}_merged"], winner=kept[f"{kind}_alone"], version=1, reason=LONG)
        offer_threat_hand_over(
            acting_user=manager, reference=kept[f"{kind}_offered"], version=1, to_agency="south", reason=LONG
        )
    day = date(2026, 1, 5)
    member = add_membership(
        acting_user=manager, threat=kept["threat_alone"], ocg=kept["ocg_alone"], from_on=day, note="Uses it."
    )
    return {"kept": kept, "membership": member.pk}


def planned(threat: SOCThreat, manager: User, officer: User, references: list[str]) -> int:
    """Make the plan of a threat, and say what came of its first action; return that action."""
    own, next_year = officer.email, date(2027, 3, 1)
    rows = [
        ActionRow("pursue", "Visit the marinas that sold the boats", own, date(2026, 2, 2), "under_way", LONG),
        ActionRow("pursue", "Ask for the telephone records", manager.email, next_year, "done"),
        ActionRow("protect", "Warn lorry drivers at the two service areas", own, next_year),
        ActionRow("prepare", "Lease a shed for seized boats", own, next_year, "dropped", "The port has one."),
    ]
    made = [record_plan_action(acting_user=manager, threat=threat.reference, row=row) for row in rows]
    link_to_action(acting_user=manager, action=made[0].pk, references=references)
    # Who and what it is linked to, and an earlier visit of its manager, so that the page has something new to say.
    around = [
        make_threat(kind=kind, lead_agency=threat.lead_agency, created_by=manager, title=title)
        for kind, title in (
            (ThreatKind.PRIORITY_INDIVIDUAL, "Priority individual 12: buyer of engines"),
            (ThreatKind.PRIORITY_INDIVIDUAL, "Priority individual 14: keeper of a storage yard by the motorway"),
            (ThreatKind.VULNERABILITY, "Slipways that nobody watches at night"),
        )
    ]
    for each in around:
        assert threat.ocg is not None
        make_membership(threat=each, ocg=threat.ocg)
    seen = {"seen_at": oic_now() - timedelta(hours=2), "seen_version": 1}
    ThreatVisit.objects.create(user=manager, threat=threat, **seen)
    return made[0].pk


TOLD: Final = (
    "A warrant at a storage yard found nine outboard engines and four life rafts, all taken away.",
    "Two skippers were held at the marina after their passengers had been landed on the shingle.",
    "The owner of a car wash was charged; six workers without leave were taken to a place of safety.",
    "Blank visas and a printer were recovered from a flat over a shop by the station.",
    "A money handler was stopped at the border with cash in a spare wheel and gave no comment.",
    "Forged residence cards were found in a parcel that a courier's clerk had thought odd.",
)


def told_twice(
    north: Agency, south: Agency, centre: Agency, officer: User, outsider: User, *, day: date
) -> dict[str, Any]:
    """Make events that two agencies have recorded, each of its own group, operation and week."""
    operations = ("Amber Plover", "Coral Egret", "Ebony Wren", "Jade Osprey", "Mauve Godwit", "Ochre Dunlin")
    drafts, twins, threats = [], [], []
    for place, (words, operation) in enumerate(zip(TOLD, operations, strict=True)):
        threat = make_threat(title=f"The {operation} group", lead_agency=south, created_by=outsider)
        shared: dict[str, Any] = {
            "threat": threat,
            "operation": operation,
            "occurred_on": day + timedelta(days=place * 5),
        }
        twins.append(make_disruption(agency=south, recorded_by=outsider, summary=words, **shared))
        drafts.append(make_disruption(agency=north, recorded_by=officer, status=Status.DRAFT, summary=words, **shared))
        threats.append(shared)
    make_disruption(agency=centre, shared_with=[south], summary=TOLD[0], **threats[0])
    waiting, awaited = [], []
    for place, operation in enumerate(("Umber Lapwing", "Sable Curlew")):
        # One pair is only looked at; a journey joins the other.
        threat = make_threat(title=f"The {operation} group", lead_agency=north, created_by=officer)
        van: dict[str, Any] = {
            "threat": threat,
            "operation": operation,
            "occurred_on": day + timedelta(days=place * 20),
            "summary": "A hire van with a false floor was found.",
        }
        awaited.append(make_disruption(agency=north, recorded_by=officer, **van).reference)
        support = make_disruption(
            agency=south, recorded_by=outsider, role=DisruptionRole.SUPPORT, lead_agency=north, **van
        )
        waiting.append(support.reference)
    return {
        "doubled": drafts[0].reference,
        "pairs": tuple((draft.reference, twin.reference) for draft, twin in zip(drafts[1:], twins[1:], strict=True)),
        "waiting": waiting[0],
        "awaited": awaited[0],
        "to_join": (waiting[1], awaited[1]),
    }


def session_of(person: User) -> str:
    """Return the key of a session in which somebody is signed in."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def last_whole_quarter(today: date) -> tuple[date, date]:
    """Return the first and last day of the quarter before the one that a day is in."""
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    last = first - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last
