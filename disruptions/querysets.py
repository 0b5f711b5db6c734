"""Set questions about records, readable as English. The same classes answer for now and for a past time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import reduce
from operator import and_, or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, cast
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    Min,
    OrderBy,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, NullIf

from agencies.permissions import holds_role
from agencies.vocabulary import COVERED_GROUPS, Role, Scope
from disruptions.references import read_reference
from disruptions.text_search import RANKED_AT_MOST, SHOWN_IN, Searched, names_condition, search_names, search_records
from disruptions.vocabulary import (
    ACCEPTING_STATUSES,
    AMENDABLE_STATUSES,
    COUNTED_LEVELS,
    COUNTED_STATUSES,
    LIVE_STATUSES,
    NOT_GRADED,
    NOT_ON_PND,
    OPEN_PLAN_STATES,
    Decision,
    DeliveryState,
    DisruptionRole,
    Escalation,
    ExtractState,
    HandOverStatus,
    Level,
    ModerationReason,
    NotCounted,
    Sharing,
    Status,
    Strand,
    ThreatArea,
    ThreatKind,
    ThreatRequestStatus,
    UploadedAs,
    ViewScope,
    WebhookState,
)

if TYPE_CHECKING:
    from agencies.models import Agency, ApiClient, User

RULE_VERSION: Final = "1"
"""The version of the counting rule; an extract names it."""

COUNTING_RULE: Final[tuple[tuple[NotCounted, Q], ...]] = (
    (NotCounted.SANDBOX, Q(sandbox=False)),
    (NotCounted.THREAT_AREA, Q(threat__primary_area=ThreatArea.OIC)),
    (NotCounted.NOT_UK_LED, Q(uk_led=True)),
    (NotCounted.LEVEL, Q(level__in=COUNTED_LEVELS)),
    (
        NotCounted.COVERAGE,
        Q(agency__statistics_group__in=COVERED_GROUPS)
        & (Q(agency__active_from__isnull=True) | Q(agency__active_from__lte=F("occurred_on")))
        & (Q(agency__active_until__isnull=True) | Q(agency__active_until__gte=F("occurred_on"))),
    ),
)
"""What a submitted or approved lead must meet to be counted, each with the reason given where it does not.

Sources: R1-R7 of the domain report (S0, W1). This is the only definition; counts and reasons both come from it.
"""


SUBMITTED_ONCE: Final = ~(Q(status=Status.DRAFT) | Q(status=Status.WITHDRAWN, submitted_at__isnull=True))
"""True of a record that is not a draft, nor a draft that was thrown away."""


EVER_SUBMITTED: Final = Q(submitted_at__isnull=False, sandbox=False)
"""True of what an extract freezes: whatever became of it since."""


_AS_AT: Final = Func(template="current_setting('oic.as_at')::timestamptz", output_field=DateTimeField())
"""The time for which past states are read (``reading_as_at``)."""


def _met_before(reason: str) -> Q:
    """Return what is true of a record that meets every part of ``COUNTING_RULE`` before that of a reason."""
    met = Q()
    for part, condition in COUNTING_RULE:
        if part == reason:
            return met
        met &= condition
    raise ValueError(reason)


FACTS: Final = (
    *("record", "version", "agency", "threat", "primary_area", "role", "occurred_on", "level", "status"),
    *("duplicate", "uk_led", "not_counted", "counted"),
)
"""What ``as_facts`` gives of each record, in this order, from the records as from the frozen rows of an extract."""


def _yes_or_no(condition: Q) -> Case:
    """Return whether a condition holds: no, where it is not known."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _place_of(field: str, values: Iterable[str]) -> Case:
    """Return the place of a code in a list, so that codes sort by what they mean."""
    return Case(*(When(**{field: value}, then=Value(place)) for place, value in enumerate(values)), default=None)


class VersionedQuerySet(QuerySet[Any]):
    """Rows that belong to a range of versions of a record."""

    def live(self) -> Self:
        """Keep the rows of the current version."""
        return self.filter(until_version__isnull=True)

    def at_version(self, version: Any) -> Self:
        """Keep the rows of one version: a number, or ``OuterRef("version")`` in a sub-query."""
        return self.filter(Q(until_version__isnull=True) | Q(until_version__gt=version), from_version__lte=version)


class DisruptionQuerySet(QuerySet[Any]):
    """Disruptions, now (``Disruption``) or as at a time (``DisruptionAsAt``)."""

    searched: Searched | None = None
    """The search that ``matching`` put, with what it took for other words."""

    LISTED: ClassVar[tuple[str, ...]] = (
        *("reference", "role", "occurred_on", "level", "status", "operation", "summary", "marking", "version"),
        *("agency__short_name", "threat__reference", "threat__title", "threat__p_grade"),
    )
    """What the cells of the list show."""

    SORTS = MappingProxyType(
        {
            "date": F("occurred_on"),
            "reference": F("reference"),
            "agency": F("agency__name"),
            "level": _place_of("level", reversed(Level)),
            "status": _place_of("status", Status),
            "recorded": F("recorded_at"),
            "role": F("role"),
            "claimed_level": _place_of("claimed_level", reversed(Level)),
            "threat": F("threat__reference"),
            "threat_title": F("threat__title"),
            "p_grade": F("threat__p_grade"),
            "operation": NullIf(F("operation"), Value("")),
            "strand": _place_of("strand", Strand),
            "sub_threat": F("sub_threat"),
            "entry_method": F("entry_method"),
            "initiation": F("initiation"),
            "force_area": F("force_area__name"),
            "country": F("country"),
            "region": F("agency__region__name"),
            "lead_agency": F("lead_agency__name"),
            "agency_reference": NullIf(F("agency_reference"), Value("")),
            "source_recorded_on": F("source_recorded_on"),
            "submitted_on": F("submitted_at"),
            "approved_on": F("approved_at"),
            "changed_on": F("changed_at"),
            "version": F("version"),
            "relevance": F("occurred_on"),
        }
    )

    def visible_to(self, user: User) -> Self:
        """Keep what a person or service account may open. The one definition (design, section 5).

        A draft, thrown away or not, and a sandbox record belong to their own agency. Anything else goes by its
        sharing, and national roles see all of it. What waits for an agency, a support for its lead or an offer to hand
        a record over, is open to it meanwhile. A past state takes both: that the record could be opened then and that
        it can be now, so that sharing which was narrowed stays narrowed.
        """
        if not user.is_active:
            return self.none()
        now = apps.get_model("disruptions", "Disruption")
        if self.model is not now:
            openable = now._default_manager.visible_to(user).values("pk")
            return self.filter(pk__in=openable)._visible_as_it_stands(user)
        return self._visible_as_it_stands(user)

    def _visible_as_it_stands(self, user: User) -> Self:
        own = _own_of(user)
        others = Q(sandbox=False) & SUBMITTED_ONCE
        if user.is_national:
            return self.filter(own | others)
        supports = self.model._default_manager.filter(agency_id=user.agency_id, status__in=LIVE_STATUSES).exclude(
            status=Status.DRAFT
        )
        taking_part = (
            Q(lead_agency_id=user.agency_id)
            | Exists(supports.filter(lead_id=OuterRef("pk")))
            | Q(lead_id__isnull=False) & Exists(supports.filter(lead_id=OuterRef("lead_id")))
        )
        shares = apps.get_model("disruptions", "DisruptionShare")._default_manager
        named = Exists(
            shares.at_version(OuterRef("version")).filter(disruption_id=OuterRef("pk"), agency_id=user.agency_id)
        )
        waits_for_our_lead = Q(
            role=DisruptionRole.SUPPORT,
            lead__isnull=True,
            lead_agency_id=user.agency_id,
            status__in=COUNTED_STATUSES,
        )
        offers = apps.get_model("disruptions", "HandOver")._default_manager.filter(
            disruption_id=OuterRef("pk"), to_agency_id=user.agency_id, status=HandOverStatus.OFFERED
        )
        if self.model is not apps.get_model("disruptions", "Disruption"):
            # What is offered today was not open to them before.
            offers = offers.filter(offered_at__lte=_AS_AT)
        offered = Q(Exists(offers))
        return self.filter(
            own
            | others
            & (
                Q(sharing=Sharing.ALL_AGENCIES)
                | waits_for_our_lead
                | ~Q(sharing=Sharing.ALL_AGENCIES) & Q(status__in=LIVE_STATUSES) & offered
                | Q(sharing=Sharing.LEAD_AND_SUPPORTING) & taking_part
                | Q(sharing=Sharing.NAMED_AGENCIES) & named
            )
        )

    def own_of(self, user: User) -> Self:
        """Keep the records of the person's own agency: the part of ``visible_to`` that needs no more questions."""
        return self.filter(_own_of(user)) if user.is_active else self.none()

    def in_sandbox(self, sandbox: bool) -> Self:
        """Keep what was made to try things out, or everything but that: the two never meet in one answer of the API."""
        return self.filter(sandbox=sandbox)

    def leads(self) -> Self:
        """Keep lead records."""
        return self.filter(role=DisruptionRole.LEAD)

    def supports_only(self) -> Self:
        """Keep support records."""
        return self.filter(role=DisruptionRole.SUPPORT)

    def standing(self) -> Self:
        """Keep submitted and approved records; sandbox records never stand."""
        return self.filter(status__in=COUNTED_STATUSES, sandbox=False)

    def counted(self) -> Self:
        """Keep what published figures count, whoever asks: ``COUNTING_RULE`` over submitted and approved leads."""
        return self.leads().counted_or_credited()

    def credited(self) -> Self:
        """Keep supports that would count if they led: shown beside the counts, never added to them (R1, R12)."""
        return self.supports_only().counted_or_credited()

    def counted_or_credited(self) -> Self:
        """Keep both: leads and supports by one rule, to be told apart by their role and never added."""
        rows = self.filter(status__in=COUNTED_STATUSES)
        for _, condition in COUNTING_RULE:
            rows = rows.filter(condition)
        return rows

    def with_reason_not_counted(self) -> Self:
        """Annotate ``not_counted``: the first reason that keeps a record out of the counts, or null."""
        return self.annotate(
            not_counted=Case(
                *(When(~condition, then=Value(reason.value)) for reason, condition in COUNTING_RULE),
                default=Value(None),
                output_field=CharField(null=True),
            )
        )

    def ever_submitted(self) -> Self:
        """Keep what was ever submitted, whatever became of it since; never sandbox records."""
        return self.filter(EVER_SUBMITTED)

    def as_facts(self, *, judged: bool = True) -> Any:
        """Return ``FACTS`` of what was ever submitted: all that counting looks at, and what comes of it.

        Not ``judged``: without what the counting rule of today makes of them.
        """
        reasons = (
            Case(When(~condition, then=Value(reason.value)), default=Value(None), output_field=CharField(null=True))
            for reason, condition in COUNTING_RULE
        )
        met = reduce(
            and_,
            (condition for _, condition in COUNTING_RULE),
            Q(role=DisruptionRole.LEAD, status__in=COUNTED_STATUSES),
        )
        judgement = (
            Func(
                *reasons,
                template="array_remove(ARRAY[%(expressions)s]::varchar[], NULL)",
                output_field=ArrayField(CharField(max_length=20)),
            ),
            _yes_or_no(met),
        )
        return (
            self.ever_submitted()
            .order_by()
            .values_list(
                "pk",
                "version",
                "agency_id",
                "threat_id",
                "threat__primary_area",
                "role",
                "occurred_on",
                "level",
                "status",
                _yes_or_no(Q(status=Status.REJECTED, duplicate_of__isnull=False)),
                "uk_led",
                *(judgement if judged else ()),
            )
        )

    def with_grade_then(self) -> Self:
        """Annotate ``grade_then``: the P grade that its threat had when the day of the disruption ended, or null.

        This is the one rule for "as graded then". A disruption is judged against the threat as it was when it happened
        (S0), and assessments are never dated back, so the answer is the same whenever it is asked. "As graded now" is
        the threat's own grade, now or at the cut-off that is read. A record of a threat that was merged goes by the
        threat that took it over.
        """
        assessments = apps.get_model("disruptions", "ThreatAssessment")._default_manager
        day_ended = Func(
            OuterRef("occurred_on"),
            template="((%(expressions)s + 1)::timestamp AT TIME ZONE 'Europe/London')",
            output_field=DateTimeField(),
        )
        before = assessments.filter(threat_id=OuterRef("threat_id"), assessed_at__lt=day_ended)
        return self.annotate(grade_then=Subquery(before.order_by("-assessed_at", "-pk").values("adopted_grade")[:1]))

    def graded_then(self, grades: Iterable[str], *, without_threat: bool = False) -> Self:
        """Keep those whose threat had any of these P grades then; ``NOT_GRADED`` is a choice as well.

        ``without_threat``: those that name no threat yet are kept too.
        """
        wanted = set(grades)
        graded = _any_of("grade_then", wanted, none=NOT_GRADED) & Q(threat__isnull=False)
        if NOT_GRADED not in wanted:
            graded &= self._once_graded(wanted)
        return self.with_grade_then().filter(graded | Q(threat__isnull=True) if without_threat else graded)

    def _once_graded(self, grades: Iterable[str]) -> Q:
        """Return what is true of every record of a threat that had a grade then: the threats, and not before the day.

        It is known from the few assessments, so that the grade of the day is looked up for few records; one query.
        """
        assessments = apps.get_model("disruptions", "ThreatAssessment")._default_manager
        given = assessments.filter(adopted_grade__in=list(grades)).order_by().values_list("threat")
        first_given = dict(given.annotate(first=Min(_london_day("assessed_at"))))
        if not first_given:
            return Q(pk__in=())
        return Q(threat_id__in=sorted(first_given), occurred_on__gte=min(first_given.values()))

    def left_out_because(self, reasons: Iterable[str]) -> Self:
        """Keep submitted or approved leads that the rule leaves out, by each one's first reason; never sandbox ones."""
        wanted = set(reasons) - {NotCounted.SANDBOX.value}
        kept = reduce(or_, (self._failing(reason) & _met_before(reason) for reason in wanted), Q(pk__in=()))
        return self.leads().standing().filter(kept)

    def _failing(self, reason: str) -> Q:
        """Return what is true of a record that fails a part of ``COUNTING_RULE``, in columns of its own.

        The negation of that part said so that indexes find the records, and said once: what is said twice is taken
        by the planner for so rare that it reads them all.
        """
        if reason == NotCounted.NOT_UK_LED:
            return Q(uk_led=False) | Q(uk_led__isnull=True)
        if reason == NotCounted.LEVEL:
            return Q(level__in=[level.value for level in Level if level not in COUNTED_LEVELS]) | Q(level__isnull=True)
        if reason == NotCounted.THREAT_AREA:
            threats = self.model._meta.get_field("threat").related_model._default_manager
            others = threats.exclude(primary_area=ThreatArea.OIC).order_by().values_list("pk", flat=True)
            return Q(threat_id__in=list(others)) | Q(threat__isnull=True)
        agencies = self.model._meta.get_field("agency").related_model._default_manager
        always = Q(statistics_group__in=COVERED_GROUPS, active_from__isnull=True, active_until__isnull=True)
        ever = Q(agency_id__in=list(agencies.exclude(always).order_by().values_list("pk", flat=True)))
        return ever & ~dict(COUNTING_RULE)[NotCounted.COVERAGE]

    def not_counted_or_credited(self, *, role: DisruptionRole) -> Self:
        """Keep all but what counts (leads), or all but what is credited (supports)."""
        met = reduce(and_, (condition for _, condition in COUNTING_RULE), Q(role=role, status__in=COUNTED_STATUSES))
        whether = Case(When(met, then=Value(True)), default=Value(False), output_field=BooleanField())
        return self.alias(_meets_the_rule=whether).filter(_meets_the_rule=False)

    def waiting_for_lead(self) -> Self:
        """Keep supports whose lead is not recorded yet; sandbox ones wait for nobody."""
        return self.filter(role=DisruptionRole.SUPPORT, lead__isnull=True, status__in=COUNTED_STATUSES, sandbox=False)

    def waiting_for_lead_of(self, agency: Agency) -> Self:
        """Keep supports that wait for one agency to record its lead, the oldest first.

        They are open to those who record for it whatever their sharing: ``visible_to`` has the same condition.
        """
        return self.waiting_for_lead().filter(lead_agency=agency).order_by("occurred_on", "pk")

    def drafts_of(self, user: User) -> Self:
        """Keep the drafts that somebody began, the latest worked on first."""
        return self.filter(status=Status.DRAFT, recorded_by=user, agency_id=user.agency_id).order_by(
            "-changed_at", "pk"
        )

    def returned_to(self, agency: Agency) -> Self:
        """Keep what an agency was sent back and has not answered, the longest waiting first."""
        return self.filter(status=Status.RETURNED, agency=agency).order_by("changed_at", "pk")

    def submitted_by_person(self, user: User) -> Self:
        """Keep what somebody submitted and nobody has decided on, the latest first."""
        return self.filter(status=Status.SUBMITTED, submitted_by=user).order_by("-changed_at", "pk")

    def waiting_for_decision_of(self, user: User) -> Self:
        """Keep what somebody may approve or return, the longest waiting first: never what they recorded or submitted.

        The set form of ``permissions.may_approve``.
        """
        return (
            self.filter(_reached_by(user, Role.APPROVER, agency="agency"), status=Status.SUBMITTED)
            .exclude(recorded_by=user)
            .exclude(submitted_by=user)
            .order_by("changed_at", "pk")
        )

    def ever_approved_by(self, user: User) -> Self:
        """Keep what somebody approved, now or at any time before: they never moderate it."""
        reviews = apps.get_model("disruptions", "Review")._default_manager
        return self.filter(
            Exists(reviews.filter(disruption_id=OuterRef("pk"), decided_by=user, decision=Decision.APPROVE))
        )

    def with_open_case(self) -> Self:
        """Keep approved records that wait for a moderator; annotate ``case_why`` and ``case_opened_at``.

        What was withdrawn, sent back or amended since keeps its case, which waits for the next approval.
        """
        return self.filter(
            moderation_cases__isnull=False, moderation_cases__review__isnull=True, status=Status.APPROVED, sandbox=False
        ).annotate(case_why=F("moderation_cases__why"), case_opened_at=F("moderation_cases__opened_at"))

    def waiting_for_moderation_by(self, user: User) -> Self:
        """Keep what somebody may moderate, majors first, then the longest waiting: never their own work.

        The set form of ``permissions.may_moderate``.
        """
        return (
            self.with_open_case()
            .filter(_reached_by(user, Role.MODERATOR, agency="agency"))
            .exclude(recorded_by=user)
            .exclude(submitted_by=user)
            .exclude(approved_by=user)
            .exclude(pk__in=self.model._default_manager.ever_approved_by(user).values("pk"))
            .order_by(_place_of("moderation_cases__why", ModerationReason), "moderation_cases__opened_at", "pk")
        )

    def waiting_for_somebody(self) -> Self:
        """Keep what waits for a decision of anybody: an approver's, or a moderator's of an approved record's case."""
        return self.filter(
            Q(status=Status.SUBMITTED)
            | Q(status=Status.APPROVED, sandbox=False)
            & Exists(
                apps.get_model("disruptions", "ModerationCase")._default_manager.filter(
                    disruption_id=OuterRef("pk"), review__isnull=True
                )
            )
        )

    def of_upload(self, public_id: UUID, *, reader: User | None) -> Self:
        """Keep what rows of an uploaded file recorded, changed or found, where the reader may see the file."""
        if reader is None:
            return self.none()
        uploads = apps.get_model("disruptions", "Upload")._default_manager.visible_to(reader)
        rows = apps.get_model("disruptions", "UploadedRow")._default_manager
        found = rows.filter(upload__in=uploads.filter(public_id=public_id))
        return self.filter(pk__in=found.order_by().values("disruption"))

    def given_to(self, user: User) -> Self:
        """Keep what somebody was given to decide on and nobody has decided on since."""
        open_now = apps.get_model("disruptions", "Assignment")._default_manager.open()
        return self.filter(pk__in=open_now.filter(assigned_to=user).values("disruption"))

    def assigned(self, wanted: bool, *, reader: User | None) -> Self:
        """Keep what waits for a decision and was given to somebody, or to nobody, now.

        Who works on what is for the record's own agency and national roles: of other records nothing is found.
        """
        open_now = apps.get_model("disruptions", "Assignment")._default_manager.open()
        rows = self.filter(pk__in=_waiting_now()).filter(
            Q(pk__in=open_now.values("disruption")) if wanted else ~Q(pk__in=open_now.values("disruption"))
        )
        return rows if reader is None or reader.is_national else rows.filter(agency_id=reader.agency_id)

    def with_waiting_since(self) -> Self:
        """Annotate ``waiting_since``: when a submitted record became so, last time, whatever was amended since."""
        events = apps.get_model("disruptions", "DisruptionEvent")._default_manager
        before = events.filter(id=OuterRef("id")).exclude(status=Status.SUBMITTED).order_by("-version")
        since = events.filter(
            id=OuterRef("pk"), version__gt=Coalesce(Subquery(before.values("version")[:1]), Value(0))
        ).order_by("version")
        return self.annotate(waiting_since=Coalesce(Subquery(since.values("pgh_created_at")[:1]), F("changed_at")))

    def authors(self) -> list[tuple[str, str]]:
        """Return who recorded these, by name: id and name of each."""
        people = self.order_by("recorded_by__name", "recorded_by").values_list("recorded_by", "recorded_by__name")
        return [(str(key), name) for key, name in people.distinct()]

    def agencies(self) -> list[tuple[str, str]]:
        """Return the agencies that have these, by name: code and name of each."""
        return list(self.order_by("agency__name").values_list("agency__code", "agency__name").distinct())

    def in_waiting_order(self) -> Self:
        """Put the longest waiting first, by ``with_waiting_since``."""
        return self.with_waiting_since().order_by("waiting_since", "pk")

    def with_duplicates_set_aside(self) -> Self:
        """Annotate ``set_aside``: how many likely duplicates were looked at and set aside before it was submitted."""
        rows = apps.get_model("disruptions", "DuplicateSetAside")._default_manager.filter(disruption_id=OuterRef("pk"))
        counted = rows.order_by().values("disruption").annotate(number=Count("pk")).values("number")
        return self.annotate(set_aside=Coalesce(Subquery(counted), Value(0)))

    def live_supports_of(self, lead: Any) -> Self:
        """Keep the supports of a lead record that stand."""
        return self.supports_only().filter(lead=lead, status__in=LIVE_STATUSES).order_by("agency__name", "pk")

    def recent_majors(self) -> Self:
        """Keep standing major leads, the latest first."""
        return self.leads().standing().filter(level=Level.MAJOR)

    def with_latest_return(self) -> Self:
        """Read along, as ``returns``, the decisions that sent a record back, the latest first."""
        reviews = apps.get_model("disruptions", "Review")._default_manager
        returns = reviews.filter(decision=Decision.RETURN).select_related("decided_by").order_by("-version")
        return self.prefetch_related(Prefetch("reviews", queryset=returns, to_attr="returns"))

    def with_total(self) -> Self:
        """Annotate ``total``: how many rows there are, however few of them are read."""
        return self.annotate(total=Window(Count("pk")))

    def outcomes_read(self) -> Any:
        """Return the outcomes of a row in the version that is read, for a sub-query."""
        outcomes = apps.get_model("disruptions", "Outcome")._default_manager
        now = self.model is apps.get_model("disruptions", "Disruption")
        read = outcomes.live() if now else outcomes.at_version(OuterRef("version"))
        return read.filter(disruption_id=OuterRef("pk")).order_by()

    def that_came_from(self, actions: Iterable[Any]) -> Self:
        """Keep what came from actions of plans, the latest first; annotate ``from_action``, the action's id."""
        keys = [action.pk for action in actions]
        return (
            self.filter(plan_results__action__in=keys, plan_results__unlinked_at__isnull=True)
            .annotate(from_action=F("plan_results__action"))
            .order_by("-occurred_on", "-pk")
        )

    def that_came_from_no_plan(self) -> Self:
        """Keep what was submitted, stands and came from no action of a plan, the latest first; nothing of a sandbox."""
        return (
            self.filter(status__in=LIVE_STATUSES, sandbox=False)
            .exclude(status=Status.DRAFT)
            .exclude(pk__in=apps.get_model("disruptions", "PlanResult")._default_manager.live().values("disruption"))
            .order_by("-occurred_on", "-pk")
        )

    def open_to_support_by(self, user: User) -> Self:
        """Keep the leads that a person's agency may record a support of: another agency's, submitted and standing."""
        standing = [status for status in LIVE_STATUSES if status != Status.DRAFT]
        return self.leads().filter(status__in=standing).exclude(agency_id=user.agency_id)

    def matching(self, text: str, *, reader: User | None = None, begun: bool = False) -> Self:
        """Keep what a search finds (``read_search``); a reference finds its record, its threat's records, its supports.

        Words and phrases are looked for in a record's text, names and references and in the names of its threat; those
        that nobody wrote are taken for similar names (``searched.corrections`` says which). A lead that the ``reader``
        may not open finds none of its supports, and gives no name to correct by. ``begun``: still being typed.
        """
        reference = read_reference(text)
        if reference is not None:
            own = Q(reference=reference) | Q(threat__in=self.threats_named(reference))
            return self.filter(own | Q(lead__in=self.leads_named(reference, reader)))
        every = self.model._default_manager
        now = apps.get_model("disruptions", "Disruption")._default_manager
        searched = search_records(
            text,
            rows=every.all() if reader is None else every.visible_to(reader),
            names_among=None if reader is None else now.visible_to(reader),
            begun=begun,
        )
        rows = self.none() if searched.finds_nothing(text) else self.filter(searched.condition(self.model))
        rows.searched = searched
        return rows

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # not in the stubs
        clone.searched = self.searched
        return cast(Self, clone)

    def by_relevance(self) -> Self:
        """Put what meets the search best first, among the latest ``RANKED_AT_MOST``; the rest follows by date."""
        if self.searched is None:
            return self.in_order("-date")
        worth = self.searched.rank(self.model)
        if worth is None:
            return self.in_order("-date")
        latest = self.in_order("-date").values("pk")[:RANKED_AT_MOST]
        rank = Case(When(pk__in=latest, then=worth), default=Value(-1.0))
        return self.order_by(rank.desc(), "-occurred_on", "-id")

    def latest_of_all(self, number: int) -> list[int]:
        """Return the keys of the latest records, whether they meet these conditions or not."""
        every = self.model._default_manager.order_by("-occurred_on", "-id").values_list("pk", flat=True)
        return list(every[:number])

    def united(self) -> Self:
        """Ask for those found by text and those found by the name of their threat apart: each has its index."""
        if self.searched is None:
            return self
        rows = self.filter(self.searched.united(self.model))
        rows.searched = self.searched
        return rows

    def ranked(self, keys: Iterable[int]) -> list[int]:
        """Return the keys of some records, those that meet the search best first: the order of ``by_relevance``."""
        rank = self.searched.rank(self.model) if self.searched else None
        best = [] if rank is None else [rank.desc()]
        rows = self.model._default_manager.filter(pk__in=list(keys)).order_by(*best, "-occurred_on", "-id")
        return list(rows.values_list("pk", flat=True))

    def of_keys(self, keys: Iterable[int]) -> Self:
        """Return the rows of these keys, which this queryset gave, and keep what was searched for.

        The conditions are not asked again: the database would look for every record that meets them.
        """
        rows = self.model._default_manager.filter(pk__in=list(keys))
        rows.searched = self.searched
        return cast(Self, rows)

    def with_match_shown(self) -> Self:
        """Annotate where each holds what was sought: for the rows of a page, as it reads every text anew."""
        if self.searched is None:
            return self
        marked = {f"marked_{name}": self.searched.marked(name) for name, _ in SHOWN_IN}
        return self.annotate(**{name: text for name, text in marked.items() if text is not None})

    def with_own_reference(self, text: str) -> Self:
        """Keep the records that agencies know by this reference of their own, in capitals or small letters too."""
        return self.filter(agency_reference__in={text, text.upper(), text.lower()} - {""})

    def threats_named(self, reference: str) -> Any:
        """Return the key of a threat by its reference, or of what took its place."""
        threats = self.model._meta.get_field("threat").related_model._default_manager
        return threats.filter(reference=reference).values(named=_in_its_place())

    def threats_of_ocg(self, reference: str) -> Any:
        """Return the key of the threat of an OCG, by the group's reference, or of what took its place."""
        threats = self.model._meta.get_field("threat").related_model._default_manager
        return threats.filter(ocg__reference=reference).values(named=_in_its_place())

    def supporting(self, reference: str, *, reader: User | None = None) -> Self:
        """Keep the supports of one lead, by its reference, where the ``reader`` may open the lead."""
        return self.filter(lead__in=self.leads_named(reference, reader))

    def leads_named(self, reference: str, reader: User | None) -> Any:
        """Return the key of a lead record by its reference, where the ``reader`` may open it."""
        leads = self.model._default_manager.filter(reference=reference)
        return (leads.visible_to(reader) if reader is not None else leads).values("pk")

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("agency", "threat", "threat__ocg", "lead", "lead_agency", "force_area")

    def for_list(self) -> Self:
        """Fetch what the list's own cells show and nothing else, in one query; other columns are annotated.

        Half of what showing a page of a list took went into columns and relations that no cell shows.
        """
        return self.select_related("agency", "threat").only(*self.LISTED)

    def in_order(self, name: str) -> Self:
        """Sort by one of ``SORTS``, with ``-`` before it the other way round; rows that tie stay in one order.

        ``-date`` is the models' own order, which the indexes give without sorting.
        """
        if name == "-date":
            return self.order_by("-occurred_on", "-id")
        if name.removeprefix("-") == "relevance":
            return self.by_relevance()
        return self.order_by(*_sort_keys(self.SORTS, name))


class HandOverQuerySet(QuerySet[Any]):
    """Offers to hand a record over."""

    def open(self) -> Self:
        """Keep those that wait for an answer, about records that stand."""
        return self.filter(status=HandOverStatus.OFFERED, disruption__status__in=LIVE_STATUSES).select_related(
            "from_agency", "to_agency", "offered_by__agency", "disruption"
        )

    def received_by(self, agency: Agency) -> Self:
        """Keep what is open and waits for an agency's answer, the oldest first."""
        return self.open().filter(to_agency=agency).order_by("offered_at", "pk")

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("disruption__threat", "disruption__agency")

    def with_total(self) -> Self:
        """Annotate ``total``: how many rows there are, however few of them are read."""
        return self.annotate(total=Window(Count("pk")))

    def visible_to(self, user: User) -> Self:
        """Keep the offers that the person's own agency made or has to answer."""
        own = Q(to_agency=user.agency_id) | Q(from_agency=user.agency_id)
        return self.filter(own) if user.is_active else self.none()

    def in_sandbox(self, sandbox: bool) -> Self:
        """Keep those about records that were made to try things out, or all but those."""
        return self.filter(disruption__sandbox=sandbox)

    def answered_by_agency(self, agency: Agency) -> Self:
        """Keep those that an agency accepted or declined."""
        return self.filter(to_agency=agency, status__in=(HandOverStatus.ACCEPTED, HandOverStatus.DECLINED))


class ThreatHandOverQuerySet(QuerySet[Any]):
    """Offers to hand a threat or an OCG over."""

    def open(self) -> Self:
        """Keep those that wait for an answer."""
        return self.filter(status=HandOverStatus.OFFERED).select_related(
            "from_agency", "to_agency", "offered_by__agency", "threat", "ocg"
        )

    def waiting_for(self, user: User) -> Self:
        """Keep the open offers to somebody's own agency that they may accept or decline, the oldest first."""
        return (
            self.open()
            .filter(_reached_by(user, Role.THREAT_MANAGER, agency="to_agency"), to_agency=user.agency_id)
            .order_by("offered_at", "pk")
        )

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("from_agency", "to_agency", "offered_by__agency", "threat", "ocg")

    def with_total(self) -> Self:
        """Annotate ``total``: how many rows there are, however few of them are read."""
        return self.annotate(total=Window(Count("pk")))


class MembershipQuerySet(QuerySet[Any]):
    """Memberships of priority individuals in OCGs and of OCGs in wider threats."""

    def visible_to(self, user: User) -> Self:
        """Keep what a person may open: memberships are part of the master list, one picture for all (S3)."""
        return self if user.is_active else self.none()

    def open(self) -> Self:
        """Keep those that have not ended."""
        return self.filter(until_on__isnull=True)

    def of_threat(self, threat: Any) -> Self:
        """Keep what a threat is part of and what is part of it: its own, and those of its OCG."""
        return self.filter(Q(threat=threat) | Q(ocg__isnull=False, ocg=threat.ocg_id)).with_related()

    def of_ocg(self, ocg: Any) -> Self:
        """Keep the individuals in an OCG and the wider threats that it is in."""
        return self.filter(ocg=ocg).with_related()

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("threat__lead_agency", "ocg__lead_agency", "ocg__threat", "added_by", "ended_by")


class MasterListQuerySet(QuerySet[Any]):
    """What OCGs and SOC threats share."""

    SORTS: ClassVar[Mapping[str, Any]] = {}
    WRITTEN_WITH: ClassVar[tuple[str, ...]] = ("lead_agency", "merged_into")
    """What a change of one reads along."""

    searched: Searched | None = None
    """The search that ``matching`` put, with what it took for other words."""

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # not in the stubs
        clone.searched = self.searched
        return cast(Self, clone)

    def _found_by_name(self, text: str, *, begun: bool) -> Self:
        searched = search_names(text, model=self.model, begun=begun)
        rows = self.none() if searched.finds_nothing(text) else self.filter(names_condition(searched))
        rows.searched = searched
        return rows

    def visible_to(self, user: User) -> Self:
        """Keep what a person may open: the master list is one picture for all who take part (S3)."""
        return self if user.is_active else self.none()

    def accepting(self) -> Self:
        """Keep those that take disruptions."""
        return self.filter(status__in=ACCEPTING_STATUSES)

    def in_order(self, name: str) -> Self:
        """Sort by one of ``SORTS``, with ``-`` before it the other way round; rows that tie stay in one order."""
        return self.order_by(*_sort_keys(self.SORTS, name))

    def with_last_change(self) -> Self:
        """Fetch who made the present version, and annotate ``changed_at``: when."""
        events = apps.get_model("disruptions", f"{self.model.__name__}Event")._default_manager
        made = events.filter(id=OuterRef("pk"), version=OuterRef("version")).values("pgh_created_at")
        return self.select_related("changed_by__agency").annotate(changed_at=Subquery(made[:1]))


def _own_of(user: User) -> Q:
    """Return the condition that a record belongs to the person's own agency."""
    return Q(agency_id=user.agency_id)


class OCGQuerySet(MasterListQuerySet):
    """Organised crime groups, now or as at a time."""

    SORTS = MappingProxyType(
        {
            "name": F("name"),
            "reference": F("reference"),
            "pnd_tier": F("pnd_tier"),
            "lead_agency": F("lead_agency__name"),
            "status": F("status"),
        }
    )

    def matching(self, text: str, *, begun: bool = False) -> Self:
        """Keep groups that a search finds by their name or aliases; a reference finds its group."""
        reference = read_reference(text)
        return self.filter(reference=reference) if reference is not None else self._found_by_name(text, begun=begun)

    def on_tiers(self, tiers: Iterable[str]) -> Self:
        """Keep groups on any of these PND tiers; ``NOT_ON_PND`` is a choice as well."""
        return self.filter(_any_of("pnd_tier", tiers, none=NOT_ON_PND))

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("lead_agency", "threat", "merged_into")


class SOCThreatQuerySet(MasterListQuerySet):
    """SOC threats, now or as at a time."""

    WRITTEN_WITH = (*MasterListQuerySet.WRITTEN_WITH, "ocg", "lead_responsible_officer")

    SORTS = MappingProxyType(
        {
            "title": F("title"),
            "reference": F("reference"),
            "p_grade": F("p_grade"),
            "kind": F("kind"),
            "lead_agency": F("lead_agency__name"),
            "review": F("next_review_on"),
            "status": F("status"),
        }
    )

    def linked_to_oic(self) -> Self:
        """Keep those whose primary or other area is organised immigration crime (S3)."""
        return self.linked_to([ThreatArea.OIC.value])

    def linked_to(self, areas: Iterable[str]) -> Self:
        """Keep those whose primary or other areas hold any of these."""
        wanted = list(areas)
        return self.filter(Q(primary_area__in=wanted) | Q(other_areas__overlap=wanted))

    def primarily_oic(self) -> Self:
        """Keep those whose primary area is organised immigration crime."""
        return self.filter(primary_area=ThreatArea.OIC)

    def ocgs(self) -> Self:
        """Keep those that are OCGs."""
        return self.filter(kind=ThreatKind.OCG)

    def managed_by(self, user: User) -> Self:
        """Keep the threats that somebody manages and that are not archived: the set form of ``may_assess``."""
        return self.filter(_reached_by(user, Role.THREAT_MANAGER, agency="lead_agency"), status__in=ACCEPTING_STATUSES)

    def never_assessed(self) -> Self:
        """Keep those without an assessment, and so without a grade, the longest listed first."""
        return self.filter(assessment__isnull=True).order_by("created_at", "pk")

    def escalated_to_reach_of(self, user: User) -> Self:
        """Keep those escalated to the NCA or to a regional unit where somebody manages threats, the longest first."""
        national = any(grant.role == Role.THREAT_MANAGER and grant.scope == Scope.NATION for grant in user.grants)
        called = Q(escalated_to=Escalation.NCA) if national else Q(pk__in=())
        units = _reached_by(user, Role.THREAT_MANAGER, agency="lead_agency__rocu")
        if not national:
            called |= Q(escalated_to=Escalation.ROCU) & units
        return self.filter(called, status__in=ACCEPTING_STATUSES).order_by("escalated_at", "pk")

    def to_review_by(self, user: User, until: date) -> Self:
        """Keep the threats that somebody manages and whose review falls due by a day, the most overdue first."""
        return self.filter(
            _reached_by(user, Role.THREAT_MANAGER, agency="lead_agency"),
            next_review_on__lte=until,
            status__in=ACCEPTING_STATUSES,
        ).order_by("next_review_on", "p_grade", "reference")

    def graded(self, grades: Iterable[str]) -> Self:
        """Keep those of any of these P grades; ``NOT_GRADED`` is a choice as well."""
        return self.filter(_any_of("p_grade", grades, none=NOT_GRADED))

    def on_tiers(self, tiers: Iterable[str]) -> Self:
        """Keep those whose OCG is on any of these PND tiers; ``NOT_ON_PND`` is a choice as well."""
        return self.filter(_any_of("ocg__pnd_tier", tiers, none=NOT_ON_PND))

    def with_total(self) -> Self:
        """Annotate ``total``: how many rows there are, however few of them are read."""
        return self.annotate(total=Window(Count("pk")))

    def matching(self, text: str, *, begun: bool = False) -> Self:
        """Keep threats that a search finds by their title, their aliases, their group's name or its aliases.

        The reference of a threat, or of its group, finds it; that of one that was merged finds the winner too, as do
        its names.
        """
        reference = read_reference(text)
        if reference is None:
            return self._found_by_name(text, begun=begun)
        named = self.model._default_manager.filter(Q(reference=reference) | Q(ocg__reference=reference))
        return self.filter(
            Q(reference=reference) | Q(ocg__reference=reference) | Q(pk__in=named.values(named=_in_its_place()))
        )

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("lead_agency", "ocg", "lead_responsible_officer__agency", "merged_into")


class ScoringModelQuerySet(QuerySet[Any]):
    """Versions of the local scoring model."""

    def visible_to(self, user: User) -> Self:
        """Keep what a person may read: how threats are scored is no secret among those who take part."""
        return self if user.is_active else self.none()

    def usable(self) -> Self:
        """Keep those that can be scored with, the latest first; others are known by name alone."""
        return self.exclude(factors=[]).order_by("-version")


class ThreatAssessmentQuerySet(QuerySet[Any]):
    """Assessments of threats; rows are only ever added, so they answer for any past time too."""

    def visible_to(self, user: User) -> Self:
        """Keep what a person may read: whoever may open the threat, which is all who take part (S3)."""
        return self if user.is_active else self.none()

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("scoring_model", "assessed_by__agency")

    def overrides(self, wanted: bool) -> Self:
        """Keep those whose grade is another than the suggested one, or the rest."""
        differs = Q(suggested_grade__isnull=False) & ~Q(suggested_grade=F("adopted_grade"))
        return self.filter(differs if wanted else ~differs)


class UnsavedStepQuerySet(QuerySet[Any]):
    """What people typed and did not save."""

    def visible_to(self, user: User) -> Self:
        """Keep what somebody typed themselves, in a record that can still be changed or in none yet; latest first.

        Nobody sees what another person typed. A person who moved to another agency leaves it behind.
        """
        if not user.is_active:
            return self.none()
        return (
            self.filter(
                Q(disruption__isnull=True)
                | Q(disruption__agency_id=user.agency_id, disruption__status__in=AMENDABLE_STATUSES),
                user=user,
            )
            .select_related("disruption")
            .order_by("-saved_at", "-pk")
        )


class ThreatRequestQuerySet(QuerySet[Any]):
    """Requests to list a threat."""

    def visible_to(self, user: User) -> Self:
        """Keep those of the person's own agency, and those that they answer as a threat manager."""
        if not user.is_active:
            return self.none()
        reached = _reached_by(user, Role.THREAT_MANAGER, agency="agency")
        # An empty condition is true of all, and would be lost in an alternative.
        return self.filter(Q(agency_id=user.agency_id) | reached) if reached else self.all()

    def waiting_for(self, user: User) -> Self:
        """Keep the open requests that somebody may answer, the longest waiting first.

        The set form of ``permissions.may_answer_threat_request``.
        """
        return self.filter(
            _reached_by(user, Role.THREAT_MANAGER, agency="agency"), status=ThreatRequestStatus.OPEN
        ).order_by("requested_at", "pk")

    def answered_for(self, user: User) -> Self:
        """Keep the answers that somebody got and whose record still lacks its threat, the latest first."""
        return self.filter(
            requested_by=user,
            agency_id=user.agency_id,
            status__in=(ThreatRequestStatus.LISTED, ThreatRequestStatus.DECLINED),
            disruption__status__in=(Status.DRAFT, Status.RETURNED),
            disruption__threat__isnull=True,
        ).order_by("-answered_at", "-pk")

    def of_record(self, record: Any) -> Self:
        """Keep those that came from one record, the latest first."""
        return self.filter(disruption=record).order_by("-requested_at", "-pk")

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("agency", "disruption", "threat", "requested_by__agency", "answered_by__agency")

    def with_total(self) -> Self:
        """Annotate ``total``: how many rows there are, however few of them are read."""
        return self.annotate(total=Window(Count("pk")))


class PlanActionQuerySet(QuerySet[Any]):
    """Actions of the 4P plans of threats."""

    def visible_to(self, user: User) -> Self:
        """Keep what a person may read: a plan is read by whoever may open its threat, which is all who take part."""
        return self if user.is_active else self.none()

    def of_threat(self, threat: Any) -> Self:
        """Keep the plan of one threat and of those merged into it, by strand and then by what is due first."""
        merged = Q(threat__merged_into=threat) | Q(threat__merged_into__merged_into=threat)
        return self.filter(Q(threat=threat) | merged).order_by(_place_of("strand", Strand), "due_on", "pk")

    def behind(self, record: Any) -> Any:
        """Return the action that a disruption came from, or nothing."""
        return self.filter(results__disruption=record, results__unlinked_at__isnull=True).with_related().first()

    def open(self) -> Self:
        """Keep what is neither done nor dropped."""
        return self.filter(state__in=OPEN_PLAN_STATES)

    def due_from(self, user: User, ahead: timedelta) -> Self:
        """Keep the open actions that somebody owns and that are due in so many days or before, the most overdue first.

        The database says which day it is: this is asked on every page.
        """
        today = Func(template="(oic_now() AT TIME ZONE 'Europe/London')::date", output_field=DateField())
        return self.open().filter(owner=user, due_on__lte=today + ahead).order_by("due_on", "pk")

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related(
            "threat__lead_agency", "threat__merged_into__lead_agency", "owner__agency", "changed_by__agency"
        )

    def with_total(self) -> Self:
        """Annotate ``total``: how many rows there are, however few of them are read."""
        return self.annotate(total=Window(Count("pk")))


class PlanResultQuerySet(QuerySet[Any]):
    """Which disruptions came from which action."""

    def live(self) -> Self:
        """Keep what was not taken back."""
        return self.filter(unlinked_at__isnull=True)


class WebhookQuerySet(QuerySet[Any]):
    """Where API clients are told of changes."""

    def visible_to(self, user: User) -> Self:
        """Keep the webhooks of the clients that somebody administers, or of the client whose account it is."""
        administered = apps.get_model("agencies", "ApiClient")._default_manager.visible_to(user)
        return self.filter(Q(client__service_account=user) | Q(client__in=administered)).live()

    def live(self) -> Self:
        """Keep what was not removed."""
        return self.exclude(state=WebhookState.REMOVED)

    def of_client(self, client: ApiClient) -> Self:
        """Keep the webhooks of one client."""
        return self.filter(client=client)

    def in_force(self) -> Self:
        """Keep what was not removed, of a client that is in force."""
        now = Func(function="oic_now", output_field=DateTimeField())
        return self.live().filter(
            Q(client__expires_at__isnull=True) | Q(client__expires_at__gt=now),
            client__is_active=True,
            client__service_account__is_active=True,
        )

    def told_of_changes(self) -> Self:
        """Keep those that are active, of a client that is in force, and read along what the feed asks of the client."""
        related = ("client__agency", "client__service_account__agency")
        return self.in_force().filter(state=WebhookState.ACTIVE).select_related(*related)

    def of_kinds(self, types: Iterable[str], *, all_of_them: bool) -> Self:
        """Keep those that are told of no other kinds; ``all_of_them``: also those that are told of every one."""
        among = self.filter(types__contained_by=list(types))
        return among if all_of_them else among.exclude(types=[])

    def with_counts(self) -> Self:
        """Annotate how many messages wait, how many were not delivered, and when one was delivered last.

        Tests are not counted: one that failed has said what it was sent for.
        """
        of_it = apps.get_model("disruptions", "WebhookDelivery")._default_manager.filter(webhook=OuterRef("pk"))

        def count_in(state: DeliveryState) -> Coalesce:
            counted = (
                of_it.of_changes().filter(state=state).order_by().values("webhook").annotate(n=Count("pk")).values("n")
            )
            return Coalesce(Subquery(counted), 0)

        delivered = of_it.filter(state=DeliveryState.DELIVERED).order_by("-delivered_at").values("delivered_at")[:1]
        return self.annotate(
            waiting=count_in(DeliveryState.WAITING),
            dead=count_in(DeliveryState.DEAD),
            last_delivered_at=Subquery(delivered),
        )


class WebhookSecretQuerySet(QuerySet[Any]):
    """Secrets that sign messages."""

    def live(self) -> Self:
        """Keep the secrets that sign now, the newest first."""
        now = Func(function="oic_now", output_field=DateTimeField())
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))


class WebhookDeliveryQuerySet(QuerySet[Any]):
    """Messages to webhooks."""

    def visible_to(self, user: User) -> Self:
        """Keep the messages to the webhooks that somebody may see."""
        webhooks = apps.get_model("disruptions", "Webhook")._default_manager.visible_to(user)
        return self.filter(webhook__in=webhooks)

    def of_webhook(self, webhook: Any) -> Self:
        """Keep the messages to one webhook."""
        return self.filter(webhook=webhook)

    def in_state(self, state: str) -> Self:
        """Keep those that stand at one point."""
        return self.filter(state=state)

    def of_types(self, types: Iterable[str]) -> Self:
        """Keep those of these kinds."""
        return self.filter(type__in=list(types))

    def of_changes(self) -> Self:
        """Keep those that tell of a change, and leave tests out."""
        return self.filter(position__isnull=False)

    def due(self) -> Self:
        """Keep what is to be sent now and is in no worker's hands."""
        now = Func(function="oic_now", output_field=DateTimeField())
        return self.filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=now),
            state=DeliveryState.WAITING,
            next_attempt_at__lte=now,
        )

    def held(self) -> Self:
        """Keep what a worker has taken and may be sending."""
        now = Func(function="oic_now", output_field=DateTimeField())
        return self.filter(state=DeliveryState.WAITING, leased_until__gt=now)

    def with_is_open(self, user: User, *, sandbox: bool) -> Any:
        """Annotate whether somebody may open now what a message is about; a test is about nothing that is closed."""

        def open_to(name: str) -> Any:
            return apps.get_model("disruptions", name)._default_manager.visible_to(user)

        disruptions = open_to("Disruption").in_sandbox(sandbox)
        kinds = (("disruption.", disruptions), ("threat.", open_to("SOCThreat")), ("ocg.", open_to("OCG")))
        return self.alias(about=KT("data__reference")).annotate(
            is_open=Case(
                *(
                    When(
                        type__startswith=kind,
                        then=Exists(rows.order_by().filter(reference=OuterRef("about")).values("pk")),
                    )
                    for kind, rows in kinds
                ),
                default=Value(True),
                output_field=BooleanField(),
            )
        )


class SavedViewQuerySet(QuerySet[Any]):
    """Saved views of the lists."""

    def visible_to(self, user: User) -> Self:
        """Keep somebody's own, those of their agency and the national ones; a retired view is nobody's."""
        if not user.is_active:
            return self.none()
        return self.filter(
            Q(scope=ViewScope.PERSONAL, made_by=user)
            | Q(scope=ViewScope.AGENCY, agency_id=user.agency_id)
            | Q(scope=ViewScope.NATION),
            retired_at__isnull=True,
        )

    def shared(self) -> Self:
        """Keep those that are not one person's own."""
        return self.exclude(scope=ViewScope.PERSONAL)

    def of_list(self, which: str) -> Self:
        """Keep the views of one list."""
        return self.filter(which=which)

    def called(self, name: str) -> Any:
        """Return the view with a public id or a name as an address has it, or nothing.

        Of several with one name the nearest: one's own, then the agency's, then the national one.
        """
        try:
            return self.filter(public_id=UUID(name)).with_related().first()
        except ValueError:
            return self.filter(slug=name.lower()).order_by(_place_of("scope", ViewScope)).with_related().first()

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("agency", "made_by__agency", "changed_by")

    def by_scope(self) -> Self:
        """Put one's own first, then the agency's, then the national ones, each by name."""
        return self.order_by(_place_of("scope", ViewScope), "name", "pk")


class DefaultViewQuerySet(QuerySet[Any]):
    """Which view opens first, for a role or a person."""

    def for_person(self, user: User) -> Self:
        """Keep what stands for somebody, the nearest first: their own choice, then those of their roles."""
        roles = [grant.role for grant in user.grants]
        return (
            self.filter(Q(user=user) | Q(role__in=roles), in_force=True)
            .select_related("view")
            .order_by(F("user").asc(nulls_last=True), _place_of("role", Role), "pk")
        )

    def of_roles(self) -> Self:
        """Keep those of roles, in the order of the roles."""
        return self.filter(role__isnull=False, in_force=True).select_related("view").order_by(_place_of("role", Role))


class ViewFollowingQuerySet(QuerySet[Any]):
    """Who follows which view."""

    def of_person(self, user: User) -> Self:
        """Keep what somebody follows and may open still."""
        views = apps.get_model("disruptions", "SavedView")._default_manager.visible_to(user)
        return self.filter(user=user, ended_at__isnull=True, view__in=views).select_related("view").order_by("pk")


class AssignmentQuerySet(QuerySet[Any]):
    """Which records were given to whom to decide on."""

    def open(self) -> Self:
        """Keep those that nobody has answered: no decision on the record since, and it still waits for one."""
        reviews = apps.get_model("disruptions", "Review")._default_manager
        decided = reviews.filter(disruption_id=OuterRef("disruption_id"), version__gt=OuterRef("version"))
        return self.filter(ended_at__isnull=True, disruption__status__in=COUNTED_STATUSES).exclude(Exists(decided))

    def of_record(self, record: Any) -> Self:
        """Keep those of one record, the latest first."""
        return (
            self.filter(disruption_id=record.pk)
            .select_related("assigned_to__agency", "assigned_by__agency", "ended_by")
            .order_by("-assigned_at", "-pk")
        )


class DoneTogetherQuerySet(QuerySet[Any]):
    """What was done to several records at once."""

    def visible_to(self, user: User) -> Self:
        """Keep what somebody did: it names records that they could open."""
        return self.filter(done_by=user) if user.is_active else self.none()


def _waiting_now() -> Any:
    """Return the keys of what waits for a decision now, also where a past state is read."""
    return apps.get_model("disruptions", "Disruption")._default_manager.waiting_for_somebody().values("pk")


def _any_of(field: str, values: Iterable[str], *, none: str) -> Q:
    """Return the condition that a column holds one of the values, or nothing where ``none`` is among them."""
    wanted = set(values)
    condition = Q(**{f"{field}__in": sorted(wanted - {none})})
    return condition | Q(**{f"{field}__isnull": True}) if none in wanted else condition


def _london_day(field: str) -> Func:
    """Return the day of a time in London."""
    return Func(F(field), template="(%(expressions)s AT TIME ZONE 'Europe/London')::date", output_field=DateField())


def _in_its_place() -> Coalesce:
    """Return the key of what stands in a threat's place: its own, or what it was merged into, two merges on."""
    return Coalesce("merged_into__merged_into_id", "merged_into_id", "pk")


def _sort_keys(sorts: Mapping[str, Any], name: str) -> list[Any]:
    """Return what to order by for a sort's name; what is not there comes last either way. Raises ``KeyError``."""
    expression = sorts[name.removeprefix("-")]
    if name.startswith("-"):
        return [OrderBy(expression, descending=True, nulls_last=True), "-pk"]
    return [OrderBy(expression, nulls_last=True), "pk"]


def _reached_by(user: User, role: Role, *, agency: str) -> Q:
    """Return the condition that a role of somebody reaches a row's agency; ``agency`` is the field that names it."""
    reached = Q(pk__in=())
    for grant in user.grants:
        if grant.role != role:
            continue
        if grant.scope == Scope.NATION:
            return Q()
        if grant.scope == Scope.AGENCY:
            reached |= Q(**{agency: grant.agency_id})
        else:
            reached |= Q(**{f"{agency}__region": grant.region_id})
    return reached


class UploadQuerySet(QuerySet[Any]):
    """Files of records that were uploaded."""

    def visible_to(self, user: User) -> Self:
        """Keep those of somebody's agency, for whoever records for it: they see its drafts as well."""
        if not holds_role(user, Role.RECORDER, Role.APPROVER, agency=user.agency):
            return self.none()
        return self.filter(agency_id=user.agency_id)

    def with_related(self) -> Self:
        """Fetch what a row of the list shows, in one query."""
        return self.select_related("agency", "file__stored_by", "asked_by", "confirmed_by")

    def same_as(self, sha256: str) -> Self:
        """Keep those of one content."""
        return self.filter(file__sha256=sha256)

    def latest_first(self) -> Self:
        """Put the latest first."""
        return self.order_by("-asked_at", "-pk")


class UploadedRowQuerySet(QuerySet[Any]):
    """Rows of files that were recorded."""

    def that_did_something(self) -> Self:
        """Keep those that made or changed a record, the first one first; a file may have found it as it is."""
        return self.exclude(done=UploadedAs.UNCHANGED).order_by("pk")


class ExtractQuerySet(QuerySet[Any]):
    """Frozen extracts. Counted figures are the same for everybody, and so are these."""

    def visible_to(self, user: User) -> Self:
        """Keep all of them, for whoever may sign in."""
        return self.all() if user.is_active else self.none()

    def with_related(self) -> Self:
        """Fetch what a row of the list shows, in one query."""
        return self.select_related("frozen_by__agency", "signed_off_by__agency", "set_aside_by__agency")

    def usable(self) -> Self:
        """Leave out those that were set aside."""
        return self.exclude(state=ExtractState.SET_ASIDE)

    def before(self, moment: Any) -> Self:
        """Keep those whose cut-off is before a moment, the latest cut-off first."""
        return self.filter(cut_off_at__lt=moment).order_by("-cut_off_at", "-pk")

    def latest_first(self) -> Self:
        """Put the latest cut-off first, and of several the one that was frozen last."""
        return self.order_by("-cut_off_at", "-pk")


class ExtractRowQuerySet(QuerySet[Any]):
    """Records as they are frozen in extracts."""

    def of_extract(self, extract: Any) -> Self:
        """Keep the rows of one extract."""
        return self.filter(extract=extract)

    def as_facts(self, *, judged: bool = True) -> Any:
        """Return ``FACTS`` of each row, as the records gave them when they were frozen.

        Not ``judged``: without what the counting rule of then made of them.
        """
        return self.order_by().values_list(
            *("disruption_id", "version", "agency_id", "threat_id", "primary_area", "role", "occurred_on", "level"),
            *("status", "duplicate", "uk_led"),
            *(("not_counted", "counted") if judged else ()),
        )

    def counted(self) -> Self:
        """Keep what was counted when it was frozen."""
        return self.filter(counted=True)

    def narrowed(self, *, days: tuple[date, date] | None, level: str, counted: bool | None) -> Self:
        """Keep those of a period, a level, and those that were counted or not; what is not given keeps all."""
        rows = self if days is None else self.filter(occurred_on__range=days)
        rows = rows.filter(level=level) if level else rows
        return rows if counted is None else rows.filter(counted=counted)

    def with_related(self) -> Self:
        """Fetch what a row of the list shows, in one query."""
        return self.select_related("disruption", "agency", "threat")

    def latest_first(self) -> Self:
        """Put the latest disruption first."""
        return self.order_by(F("occurred_on").desc(nulls_last=True), "-disruption")
