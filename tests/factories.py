"""Agencies, people, API clients, the master list and records for tests: keyword-only, typed, valid by default.

Rows are made straight in the tables, so that a test of a service does not stand on the service. Whether they are valid
is for the database's constraints to say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from agencies.models import Agency, ApiClient, ApiClientSecret, Now, Region, RoleGrant, User, oic_now
from agencies.sealing import seal
from agencies.vocabulary import AgencyKind, ApiScope, Role, Scope, StatisticsGroup
from disruptions.models import (
    OCG,
    Disruption,
    DisruptionShare,
    Extract,
    ExtractRow,
    Membership,
    Outcome,
    PlanAction,
    ScoringModel,
    SOCThreat,
    ThreatAssessment,
    ThreatRequest,
    Webhook,
    WebhookSecret,
)
from disruptions.querysets import FACTS, RULE_VERSION
from disruptions.references import DISRUPTION, EXTRACT, THREAT, reference_of
from disruptions.references import OCG as OCG_LETTER
from disruptions.services.scoring_models import SHIPPED
from disruptions.statistics.extracts import hash_of, period_of, totals_of
from disruptions.statistics.parameters import end_of_day
from disruptions.statistics.periods import Quarter
from disruptions.vocabulary import (
    Change,
    Channel,
    DisruptionRole,
    Duration,
    Enabler,
    EntryMethod,
    Extent,
    Initiation,
    Level,
    Marking,
    MembershipKind,
    OicSubThreat,
    OutcomeType,
    PlanState,
    PndTier,
    PriorityGrade,
    Sharing,
    Status,
    Strand,
    ThreatArea,
    ThreatKind,
    ThreatRequestStatus,
    ThreatStatus,
)

PASSWORD = "correct-horse-battery-staple"
CLIENT_SECRET = "a-secret-that-tests-know"
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LONG_AGO = date(2015, 1, 1)

A_DAY = date(2025, 3, 14)
"""When a disruption happened, unless a test says otherwise."""

_numbers = count(1)
# Far above what the sequences of the services reach in a test.
_reference_numbers = count(1_000_000)
_extract_numbers = count(1_000_000)


def make_region(*, code: str | None = None, name: str | None = None) -> Region:
    """Return a new region."""
    number = next(_numbers)
    region = Region(code=code or f"region-{number}", name=name or f"Region {number}")
    region.clean_fields()
    region.save()
    return region


def make_agency(
    *,
    code: str | None = None,
    name: str | None = None,
    short_name: str | None = None,
    kind: AgencyKind = AgencyKind.TERRITORIAL_FORCE,
    statistics_group: StatisticsGroup = StatisticsGroup.POLICE_EW,
    region: Region | None = None,
    rocu: Agency | None = None,
    parent: Agency | None = None,
    contact: str = "",
    ons_code: str = "",
    police_number: str = "",
    active_from: date | None = None,
    active_until: date | None = None,
) -> Agency:
    """Return a new agency: a territorial force whose lead records count, unless told otherwise."""
    code = code or f"force-{next(_numbers)}"
    name = name or f"{code.replace('-', ' ').title()} Police"
    agency = Agency(
        code=code,
        name=name,
        short_name=short_name or name.removesuffix(" Police"),
        kind=kind,
        statistics_group=statistics_group,
        region=region,
        rocu=rocu,
        parent=parent,
        contact=contact,
        ons_code=ons_code,
        police_number=police_number,
        active_from=active_from,
        active_until=active_until,
    )
    agency.clean_fields()
    agency.save()
    return agency


def make_user(
    *,
    agency: Agency | None = None,
    roles: Iterable[Role] = (),
    regional_roles: Iterable[Role] = (),
    national_roles: Iterable[Role] = (),
    name: str | None = None,
    email: str | None = None,
    password: str = PASSWORD,
    is_active: bool = True,
    is_service: bool = False,
) -> User:
    """Return a new person; ``roles`` reach their own agency, ``regional_roles`` its region, ``national_roles`` all."""
    agency = agency or make_agency()
    number = next(_numbers)
    user = User(
        email=email or f"person-{number}@{agency.code}.example",
        name=name or f"Person {number}",
        agency=agency,
        is_active=is_active,
        is_service=is_service,
    )
    user.set_password(password)
    user.clean_fields()
    user.save()
    for role in roles:
        grant_role(user=user, role=role, agency=agency)
    for role in regional_roles:
        grant_role(user=user, role=role, region=agency.region)
    for role in national_roles:
        grant_role(user=user, role=role)
    return user


def grant_role(
    *,
    user: User,
    role: Role,
    agency: Agency | None = None,
    region: Region | None = None,
    valid_from: date = LONG_AGO,
    valid_until: date | None = None,
) -> RoleGrant:
    """Return a new grant, for the agency or region if one is given and for the nation if not."""
    scope = Scope.AGENCY if agency else Scope.REGION if region else Scope.NATION
    grant = RoleGrant(
        user=user,
        role=role,
        scope=scope,
        agency=agency,
        region=region,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    grant.clean_fields()
    grant.save()
    user.__dict__.pop("grants", None)
    return grant


def make_api_client(
    *,
    agency: Agency | None = None,
    client_id: str | None = None,
    name: str | None = None,
    secret: str = CLIENT_SECRET,
    scopes: Iterable[ApiScope] = tuple(ApiScope),
    sandbox: bool = False,
    is_active: bool = True,
    networks: Iterable[str] = (),
    rate_per_minute: int = 6_000,
) -> ApiClient:
    """Return a new API client with one live secret, acting for an agency as a recording service account."""
    agency = agency or make_agency()
    scopes = list(scopes)
    number = next(_numbers)
    account = make_user(
        agency=agency,
        roles=[Role.RECORDER, *([Role.THREAT_MANAGER] if ApiScope.THREATS_WRITE in scopes else [])],
        name=f"Service account {number}",
        email=f"service-{number}@{agency.code}.example",
        is_service=True,
    )
    account.set_unusable_password()
    account.save(update_fields=["password"])
    client = ApiClient(
        name=name or f"Client {number} of {agency.short_name}",
        client_id=client_id or f"client-{number}",
        client_secret="",
        user=None,
        agency=agency,
        service_account=account,
        scopes=[str(scope) for scope in scopes],
        networks=list(networks),
        rate_per_minute=rate_per_minute,
        sandbox=sandbox,
        is_active=is_active,
        **ApiClient.credentials_only(),
    )
    client.save()
    ApiClientSecret.objects.create(client=client, sha256=hashlib.sha256(secret.encode()).hexdigest(), hint=secret[-4:])
    return client


def make_webhook(
    *,
    client: ApiClient,
    url: str = "https://records.example/webhooks/oic",
    types: Iterable[str] = (),
    position: int = 0,
) -> Webhook:
    """Return a new webhook of an API client with a secret, told of everything after a position of the feed."""
    account = client.service_account
    webhook = Webhook(client=client, url=url, types=list(types), position=position, created_by=account)
    webhook.save()
    sealed = seal(WEBHOOK_SECRET, purpose=f"secret of webhook {webhook.public_id}")
    WebhookSecret(webhook=webhook, sealed=sealed, hint=WEBHOOK_SECRET[-4:], created_by=account).save()
    return webhook


def make_ocg(
    *,
    lead_agency: Agency | None = None,
    name: str | None = None,
    aliases: Iterable[str] = (),
    pnd_tier: PndTier | None = None,
    pnd_reference: str = "",
    intent: str = "",
    capability: str = "",
    geography: str = "",
    status: ThreatStatus = ThreatStatus.ACTIVE,
    created_by: User | None = None,
) -> OCG:
    """Return a new organised crime group that is not on PND, unless told otherwise."""
    number = next(_reference_numbers)
    lead_agency = lead_agency or make_agency()
    created_by = created_by or _somebody(lead_agency, Role.THREAT_MANAGER)
    return OCG.objects.create(
        reference=reference_of(OCG_LETTER, number),
        name=name or f"Group {number}",
        aliases=list(aliases),
        lead_agency=lead_agency,
        pnd_tier=pnd_tier,
        pnd_reference=pnd_reference,
        intent=intent,
        capability=capability,
        geography=geography,
        status=status,
        created_by=created_by,
        changed_by=created_by,
    )


def make_threat(
    *,
    kind: ThreatKind | None = None,
    ocg: OCG | None = None,
    title: str | None = None,
    primary_area: ThreatArea = ThreatArea.OIC,
    other_areas: Iterable[ThreatArea] = (),
    sub_threats: Iterable[OicSubThreat] = (),
    p_grade: PriorityGrade | None = None,
    status: ThreatStatus = ThreatStatus.ACTIVE,
    next_review_on: date | None = None,
    lead_agency: Agency | None = None,
    lead_responsible_officer: User | None = None,
    created_by: User | None = None,
) -> SOCThreat:
    """Return a new SOC threat: a vulnerability in organised immigration crime, not graded, unless told otherwise.

    A grade comes with the assessment that gives it. ``ocg`` makes it an OCG; ``kind`` OCG makes the group too.
    """
    number = next(_reference_numbers)
    kind = kind or (ThreatKind.OCG if ocg else ThreatKind.VULNERABILITY)
    lead_agency = lead_agency or (ocg.lead_agency if ocg else make_agency())
    created_by = created_by or _somebody(lead_agency, Role.THREAT_MANAGER)
    if kind == ThreatKind.OCG and ocg is None:
        ocg = make_ocg(lead_agency=lead_agency, created_by=created_by)
    threat = SOCThreat.objects.create(
        reference=reference_of(THREAT, number),
        kind=kind,
        ocg=ocg,
        title=title or f"Threat {number}",
        primary_area=primary_area,
        other_areas=[str(area) for area in other_areas],
        sub_threats=[str(sub_threat) for sub_threat in sub_threats],
        status=status,
        next_review_on=next_review_on,
        lead_agency=lead_agency,
        lead_responsible_officer=lead_responsible_officer,
        created_by=created_by,
        changed_by=created_by,
    )
    if p_grade is not None:
        grade_threat(threat=threat, grade=p_grade)
    return threat


def make_scoring_model() -> ScoringModel:
    """Return the scoring model that ships with the project, as version 1."""
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return ScoringModel.objects.get_or_create(version=1, defaults=shipped)[0]


def grade_threat(
    *,
    threat: SOCThreat,
    grade: PriorityGrade,
    suggested_grade: PriorityGrade | None = None,
    override_reason: str = "",
    assessed_by: User | None = None,
) -> ThreatAssessment:
    """Return a new assessment of a threat, whose grade the threat takes in its next version."""
    assessment = ThreatAssessment.objects.create(
        threat=threat,
        threat_version=threat.version + 1,
        scoring_model=make_scoring_model(),
        factor_scores={"harm": 2, "scale": 3, "capability": 3, "intent": 3, "trend": 2},
        total=Decimal("52.0"),
        suggested_grade=suggested_grade,
        adopted_grade=grade,
        previous_grade=threat.p_grade,
        override_reason=override_reason,
        assessed_by=assessed_by or threat.created_by,
    )
    threat.p_grade = grade
    threat.assessment = assessment
    threat.version += 1
    threat.save(update_fields=["p_grade", "assessment", "version"])
    return assessment


def make_disruption(
    *,
    agency: Agency | None = None,
    recorded_by: User | None = None,
    approved_by: User | None = None,
    role: DisruptionRole = DisruptionRole.LEAD,
    lead: Disruption | None = None,
    lead_agency: Agency | None = None,
    threat: SOCThreat | None = None,
    status: Status = Status.SUBMITTED,
    occurred_on: date | None = A_DAY,
    level: Level | None = Level.MINOR,
    claimed_level: Level | None = None,
    extent: Extent | None = None,
    duration: Duration | None = None,
    initiation: Initiation | None = Initiation.PROACTIVE,
    strand: Strand | None = Strand.PURSUE,
    sub_threat: OicSubThreat | None = OicSubThreat.FACILITATION,
    entry_method: EntryMethod | None = None,
    enablers: Iterable[Enabler] = (),
    uk_led: bool | None = True,
    force_area: Agency | None = None,
    country: str | None = None,
    operation: str = "",
    summary: str = "Two arrests at a lorry park.",
    impact: str = "The group cannot use its driver.",
    oic_identifier_code: str = "",
    agency_reference: str = "",
    marking: Marking = Marking.OFFICIAL_SENSITIVE,
    sharing: Sharing = Sharing.ALL_AGENCIES,
    shared_with: Iterable[Agency] = (),
    sandbox: bool = False,
    channel: Channel = Channel.BROWSER,
    recorded_at: datetime | None = None,
    duplicate_of: Disruption | None = None,
) -> Disruption:
    """Return a new record: a submitted lead that counts, in its first version, unless told otherwise.

    The steps that its status stands on are filled in: who submitted and approved it and when, and the claim. A support
    without ``lead`` waits for it; ``recorded_at`` is the database's time.
    """
    agency = agency or make_agency()
    recorded_by = recorded_by or _somebody(agency, Role.RECORDER)
    if role == DisruptionRole.SUPPORT and lead_agency is None:
        lead_agency = lead.agency if lead else make_agency()
    moment: Any = recorded_at or Now()
    steps: dict[str, Any] = {}
    if status != Status.DRAFT:
        steps = {"submitted_at": moment, "submitted_by": recorded_by, "claimed_level": claimed_level or level}
    if status == Status.APPROVED:
        approved_by = approved_by or _somebody(agency, Role.APPROVER)
        steps |= {"approved_at": moment, "approved_by": approved_by}
    if status == Status.WITHDRAWN:
        steps["change_reason"] = "Recorded by mistake."
    record = Disruption.objects.create(
        reference=reference_of(DISRUPTION, next(_reference_numbers)),
        agency=agency,
        role=role,
        lead=lead,
        lead_agency=lead_agency,
        threat=threat or (None if status == Status.DRAFT else make_threat(lead_agency=agency, created_by=recorded_by)),
        status=status,
        occurred_on=occurred_on,
        level=level,
        extent=extent,
        duration=duration,
        initiation=initiation,
        strand=strand,
        sub_threat=sub_threat,
        entry_method=entry_method,
        enablers=[str(enabler) for enabler in enablers],
        uk_led=uk_led,
        force_area=force_area,
        country=country,
        operation=operation,
        summary=summary,
        impact=impact,
        oic_identifier_code=oic_identifier_code,
        agency_reference=agency_reference,
        marking=marking,
        sharing=Sharing.NAMED_AGENCIES if shared_with else sharing,
        sandbox=sandbox,
        channel=channel,
        duplicate_of=duplicate_of,
        recorded_by=recorded_by,
        changed_by=recorded_by,
        recorded_at=moment,
        changed_at=moment,
        change=Change.RECORDED,
        **steps,
    )
    DisruptionShare.objects.bulk_create(
        DisruptionShare(disruption=record, agency=each, from_version=1) for each in shared_with
    )
    record.refresh_from_db()
    return record


def make_threat_request(
    *,
    disruption: Disruption | None = None,
    requested_by: User | None = None,
    title: str = "Grey Pelican",
    details: str = "",
    status: ThreatRequestStatus = ThreatRequestStatus.OPEN,
    threat: SOCThreat | None = None,
    answer: str = "",
    answered_by: User | None = None,
) -> ThreatRequest:
    """Return a new request to list a threat: open, from a draft without one, unless told otherwise."""
    agency = disruption.agency if disruption else requested_by.agency if requested_by else make_agency()
    requested_by = requested_by or _somebody(agency, Role.RECORDER)
    disruption = disruption or make_disruption(agency=agency, recorded_by=requested_by, status=Status.DRAFT)
    steps: dict[str, Any] = {}
    if status != ThreatRequestStatus.OPEN:
        steps = {"answered_by": answered_by or _somebody(agency, Role.THREAT_MANAGER), "answered_at": Now()}
    return ThreatRequest.objects.create(
        disruption=disruption,
        agency=agency,
        title=title,
        details=details,
        status=status,
        threat=threat,
        answer=answer,
        requested_by=requested_by,
        **steps,
    )


def make_plan_action(
    *,
    threat: SOCThreat | None = None,
    strand: Strand = Strand.PURSUE,
    title: str = "Visit the marinas that sold the boats",
    owner: User | None = None,
    due_on: date = date(2027, 1, 29),
    state: PlanState = PlanState.PLANNED,
    note: str = "",
) -> PlanAction:
    """Return a new action of a plan: planned under Pursue, owned by who made the threat, unless told otherwise."""
    threat = threat or make_threat()
    return PlanAction.objects.create(
        threat=threat,
        strand=strand,
        title=title,
        owner=owner or threat.created_by,
        due_on=due_on,
        state=state,
        note=note,
        created_by=threat.created_by,
        changed_by=threat.created_by,
    )


def make_membership(*, threat: SOCThreat, ocg: OCG, from_on: date = LONG_AGO) -> Membership:
    """Return a new membership that has not ended: of an individual in a group, or of a group in a wider threat."""
    individual = threat.kind == ThreatKind.PRIORITY_INDIVIDUAL
    kind = MembershipKind.INDIVIDUAL_IN_OCG if individual else MembershipKind.OCG_IN_THREAT
    return Membership.objects.create(kind=kind, threat=threat, ocg=ocg, from_on=from_on, added_by=threat.created_by)


def make_extract(
    *,
    frozen_by: User | None = None,
    cut_off: date = date(2025, 7, 10),
    title: str = "Year ending June 2025",
    words: str = "",
    records: Iterable[Disruption] | None = None,
) -> Extract:
    """Return a new extract that holds records as they are now, all of them unless told otherwise; nobody signed it."""
    frozen_by = frozen_by or make_user(national_roles=[Role.STATISTICIAN])
    key = next(_extract_numbers)
    rows = Disruption.objects.all()
    if records is not None:
        rows = rows.filter(pk__in=[record.pk for record in records])
    names = ("disruption_id", "version", "agency_id", "threat_id", *FACTS[4:])
    extract = Extract(
        pk=key,
        reference=reference_of(EXTRACT, key),
        title=title,
        words=words,
        cut_off=cut_off,
        cut_off_at=end_of_day(cut_off),
        period_from=date(2023, 1, 1),
        period_to=Quarter.latest_complete(cut_off).end,
        rule_version=RULE_VERSION,
        provisional_quarters=8,
        frozen_by=frozen_by,
        frozen_at=oic_now(),
    )
    with transaction.atomic():
        made = ExtractRow.objects.bulk_create(
            ExtractRow(extract_id=key, **dict(zip(names, facts, strict=True))) for facts in rows.as_facts()
        )
        extract.row_count = len(made)
        extract.totals = totals_of(extract.rows.all(), period_of(extract))
        extract.sha256, _ = hash_of(extract, extract.rows.all())
        extract.save(force_insert=True)
    return extract


def _somebody(agency: Agency, role: Role) -> User:
    """Return the person of an agency who does what a test names nobody for, the same each time."""
    email = f"any-{role}@{agency.code}.example"
    return User.objects.people().filter(email=email).first() or make_user(agency=agency, roles=[role], email=email)


def make_outcome(
    *,
    disruption: Disruption,
    type: OutcomeType = OutcomeType.ARREST,
    count: int | None = 1,
    value_gbp: Decimal | None = None,
    months: int | None = None,
    item: str = "",
) -> Outcome:
    """Return a new outcome of a record's present version: an arrest, unless told otherwise."""
    return Outcome.objects.create(
        disruption=disruption,
        position=disruption.outcomes.live().count(),
        type=type,
        count=count,
        value_gbp=value_gbp,
        months=months,
        item=item,
        from_version=disruption.version,
    )
