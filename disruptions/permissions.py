"""Who may do what to a disruption or a threat. What may be seen is ``visible_to``; this is what may be done."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from agencies.permissions import holds_nationally, holds_role, may_administer_agency, may_administer_system
from agencies.refusals import Refused
from agencies.vocabulary import Role
from disruptions.models import (
    OCG,
    Disruption,
    Export,
    Extract,
    PlanAction,
    SavedView,
    SOCThreat,
    ThreatHandOver,
    ThreatRequest,
)
from disruptions.vocabulary import (
    ACCEPTING_STATUSES,
    AMENDABLE_STATUSES,
    COUNTED_STATUSES,
    DisruptionRole,
    Escalation,
    ExtractState,
    HandOverStatus,
    Status,
    ThreatRequestStatus,
    TogetherAct,
    ViewScope,
)

if TYPE_CHECKING:
    from agencies.models import Agency, ApiClient, User

RECORDING_ROLES: Final = (Role.RECORDER, Role.APPROVER)


def may_record(user: User, agency: Agency) -> bool:
    """Recording officers and approvers record for their agency."""
    return holds_role(user, *RECORDING_ROLES, agency=agency)


def may_take_away(user: User, export: Export) -> bool:
    """Whoever asked for the file, as long as their reach is what it was: their agency, and any national role."""
    return (
        user.is_active
        and export.asked_by_id == user.pk
        and export.agency_id == user.agency_id
        and (user.is_national or not export.national)
    )


def may_amend(user: User, record: Disruption) -> bool:
    """Those who record for its agency, while the record stands."""
    return record.status in AMENDABLE_STATUSES and may_record(user, record.agency)


def may_submit(user: User, record: Disruption) -> bool:
    """Those who record for its agency, from draft or after a return."""
    return record.status in {Status.DRAFT, Status.RETURNED} and may_record(user, record.agency)


def may_withdraw(user: User, record: Disruption) -> bool:
    """Those who record for its agency, while the record stands."""
    return may_amend(user, record)


def may_reopen(user: User, record: Disruption) -> bool:
    """Those who record for its agency, once it is withdrawn."""
    return record.status == Status.WITHDRAWN and may_record(user, record.agency)


def may_hand_over(user: User, record: Disruption) -> bool:
    """Those who record for the agency of a lead that was submitted and stands."""
    return record.role == DisruptionRole.LEAD and record.status != Status.DRAFT and may_amend(user, record)


def may_support(user: User, record: Disruption) -> bool:
    """Those who record for another agency than the one that led."""
    return (
        record.role == DisruptionRole.LEAD
        and record.status in AMENDABLE_STATUSES
        and record.status != Status.DRAFT
        and record.agency_id != user.agency_id
        and may_record(user, user.agency)
    )


def may_answer_support(user: User, record: Disruption) -> bool:
    """Those who record for the agency that a waiting support names as its lead."""
    return (
        record.role == DisruptionRole.SUPPORT
        and record.lead_id is None
        and record.status in COUNTED_STATUSES
        and record.lead_agency is not None
        and may_record(user, record.lead_agency)
    )


def may_approve(user: User, record: Disruption) -> bool:
    """An approver of its agency who neither recorded nor submitted it."""
    return (
        record.status == Status.SUBMITTED
        and user.pk not in {record.recorded_by_id, record.submitted_by_id}
        and holds_role(user, Role.APPROVER, agency=record.agency)
    )


def may_moderate(user: User, record: Disruption, *, approved_before: Collection[int] | None = None) -> bool:
    """A moderator who neither recorded, submitted nor ever approved it.

    ``approved_before``: ids of the records that the person ever approved, where a set is asked about; left out, one
    query finds it for this record.
    """
    if (
        record.status not in {Status.SUBMITTED, Status.APPROVED}
        or user.pk in {record.recorded_by_id, record.submitted_by_id, record.approved_by_id}
        or not holds_role(user, Role.MODERATOR, agency=record.agency)
    ):
        return False
    if approved_before is not None:
        return record.pk not in approved_before
    return not Disruption.objects.filter(pk=record.pk).ever_approved_by(user).exists()


def may_freeze_extracts(user: User) -> bool:
    """National statisticians freeze extracts of the statistics, and set aside what nobody has signed off."""
    return holds_nationally(user, Role.STATISTICIAN)


def may_sign_off(user: User, extract: Extract) -> bool:
    """A national statistician other than the one who froze it, while nobody has signed it off or set it aside."""
    return (
        extract.state == ExtractState.FROZEN
        and extract.frozen_by_id != user.pk
        and holds_nationally(user, Role.STATISTICIAN)
    )


def may_set_aside(user: User, extract: Extract) -> bool:
    """A national statistician, while nobody has signed it off or set it aside."""
    return extract.state == ExtractState.FROZEN and holds_nationally(user, Role.STATISTICIAN)


def may_check_extracts(user: User) -> bool:
    """National statisticians and auditors have an extract counted again: it reads every record."""
    return holds_nationally(user, Role.STATISTICIAN) or holds_nationally(user, Role.AUDITOR)


def may_manage_threats(user: User, agency: Agency) -> bool:
    """Threat managers keep the threats that their agency leads; national ones keep all."""
    return holds_role(user, Role.THREAT_MANAGER, agency=agency)


def may_assess(user: User, threat: SOCThreat) -> bool:
    """Those who manage it, while it is not archived: they assess it, plan its review and escalate it."""
    return threat.status in ACCEPTING_STATUSES and may_manage_threats(user, threat.lead_agency)


def may_manage_membership(user: User, threat: SOCThreat, ocg: OCG) -> bool:
    """Threat managers of the agency that leads the threat, and of the one that leads the OCG."""
    return may_manage_threats(user, threat.lead_agency) or may_manage_threats(user, ocg.lead_agency)


def may_answer_threat_hand_over(user: User, offer: ThreatHandOver) -> bool:
    """Threat managers of the agency that a threat or an OCG is offered to, while nobody has answered."""
    return offer.status == HandOverStatus.OFFERED and may_manage_threats(user, offer.to_agency)


def may_end_escalation(user: User, threat: SOCThreat) -> bool:
    """Those who manage an escalated threat, and the threat managers of whom it was escalated to."""
    if not threat.escalated_to:
        return False
    unit = threat.lead_agency.rocu if threat.escalated_to == Escalation.ROCU else None
    return may_manage_threats(user, threat.lead_agency) or (
        unit is not None and holds_role(user, Role.THREAT_MANAGER, agency=unit)
    )


def may_ask_for_threat(user: User, record: Disruption) -> bool:
    """Those who record for its agency, from draft or after a return: what stands has its threat."""
    return may_submit(user, record)


def may_answer_threat_request(user: User, request: ThreatRequest) -> bool:
    """Threat managers whose reach holds the agency that asks, while nobody has answered."""
    return request.status == ThreatRequestStatus.OPEN and may_manage_threats(user, request.agency)


def may_keep_plan(user: User, threat: SOCThreat) -> bool:
    """Threat managers of its lead agency, and its lead responsible officer while they belong to it."""
    is_officer = threat.lead_responsible_officer_id == user.pk and user.agency_id == threat.lead_agency_id
    return is_officer or may_manage_threats(user, threat.lead_agency)


def may_report_on_action(user: User, action: PlanAction) -> bool:
    """Those who keep the plan, and the action's owner: they say how it goes and what came of it."""
    return action.owner_id == user.pk or may_keep_plan(user, action.standing_threat)


def may_link_to_plan(user: User, record: Disruption) -> bool:
    """Those who record for its agency or keep its threat's plan, once it was submitted and while it stands.

    Nothing comes from a plan that was made to try things out.
    """
    return (
        record.threat is not None
        and not record.sandbox
        and record.status in AMENDABLE_STATUSES
        and record.status != Status.DRAFT
        and (may_record(user, record.agency) or may_keep_plan(user, record.threat))
    )


def require_record(user: User, agency: Agency) -> None:
    """Raise ``Refused`` unless the person records for the agency."""
    if not may_record(user, agency):
        raise Refused(
            "may_not_record",
            f"You cannot record for {agency.name}. Ask its administrator for the recording officer role.",
        )


def require_amend(user: User, record: Disruption) -> None:
    """Raise ``Refused`` unless the person may change the record."""
    if not may_amend(user, record):
        raise Refused(
            "may_not_amend",
            f"This record is {record.get_status_display().lower()} and belongs to {record.agency.name}. "
            "Only those who record for that agency can change it, while it stands.",
        )


def require_answer_support(user: User, record: Disruption) -> None:
    """Raise ``Refused`` unless the support waits for a lead of an agency that the person records for."""
    if not may_answer_support(user, record):
        led_by = record.lead_agency.name if record.lead_agency else "the agency that led"
        raise Refused(
            "may_not_answer_support",
            f"{record.reference} does not wait for your answer. While a support waits for its lead, those who record "
            f"for {led_by} say whether it led.",
        )


ONLY_STATISTICIANS: Final = (
    "Extracts are kept by the national statisticians. Ask a system administrator for the role, or one of them."
)


def require_freeze_extracts(user: User) -> None:
    """Raise ``Refused`` unless the person may freeze extracts."""
    if not may_freeze_extracts(user):
        raise Refused("may_not_freeze", ONLY_STATISTICIANS)


def require_sign_off(user: User, extract: Extract) -> None:
    """Raise ``Refused`` unless the person may sign the extract off."""
    require_freeze_extracts(user)
    _require_unanswered(extract)
    if not may_sign_off(user, extract):
        raise Refused(
            "extract_signed_off_by_another",
            "You froze this extract, so another statistician must sign it off. Send them the address of its page.",
        )


def require_set_aside(user: User, extract: Extract) -> None:
    """Raise ``Refused`` unless the person may set the extract aside."""
    require_freeze_extracts(user)
    _require_unanswered(extract)


def require_check_extracts(user: User) -> None:
    """Raise ``Refused`` unless the person may have extracts counted again."""
    if not may_check_extracts(user):
        raise Refused("may_not_check", "Statisticians and auditors have extracts counted again. Ask one of them.")


def _require_unanswered(extract: Extract) -> None:
    if extract.state != ExtractState.FROZEN:
        raise Refused(
            "extract_answered",
            f"{extract.reference} is {extract.get_state_display().lower()} already. Nothing more can be done to it.",
        )


def require_manage_threats(user: User, agency: Agency) -> None:
    """Raise ``Refused`` unless the person manages the agency's threats."""
    if not may_manage_threats(user, agency):
        raise Refused(
            "may_not_manage_threats",
            f"You cannot change threats led by {agency.name}. Ask its threat manager.",
        )


def require_keep_plan(user: User, threat: SOCThreat) -> None:
    """Raise ``Refused`` unless the person keeps the threat's plan."""
    if not may_keep_plan(user, threat):
        raise Refused(
            "may_not_keep_plan",
            f"The plan of {threat.reference} is kept by the threat manager of {threat.lead_agency.name} and by its "
            "lead responsible officer. Ask one of them.",
        )


def require_assess(user: User, threat: SOCThreat) -> None:
    """Raise ``Refused`` unless the person may assess the threat, plan its review and escalate it."""
    require_manage_threats(user, threat.lead_agency)
    if not may_assess(user, threat):
        raise Refused(
            "may_not_assess",
            f"{threat.reference} is archived, so it is not reviewed. Restore it first, or look at the threat that "
            "took its place.",
        )


def may_share_views(user: User, scope: str) -> bool:
    """Everybody saves for themselves; approvers and administrators for their agency; analysts of the nation for all."""
    if user.is_service or not user.is_active:
        return False
    if scope == ViewScope.AGENCY:
        return holds_role(user, Role.APPROVER, Role.AGENCY_ADMIN, agency=user.agency)
    if scope == ViewScope.NATION:
        return may_administer_system(user) or holds_nationally(user, Role.ANALYST)
    return scope == ViewScope.PERSONAL


def may_keep_view(user: User, view: SavedView) -> bool:
    """Whoever made a view of their own; of a shared one, all who may share so far."""
    if view.retired_at is not None:
        return False
    if view.scope == ViewScope.PERSONAL:
        return view.made_by_id == user.pk and may_share_views(user, view.scope)
    return (view.scope == ViewScope.NATION or view.agency_id == user.agency_id) and may_share_views(user, view.scope)


def may_read_quality(user: User, agency: Agency) -> bool:
    """How well an agency records: its own people, its region and its regional unit by any role, and national roles."""
    if not user.is_active:
        return False
    if user.agency_id == agency.pk or holds_role(user, *Role, agency=agency):
        return True
    return agency.rocu is not None and holds_role(user, *Role, agency=agency.rocu)


def require_read_quality(user: User, agency: Agency) -> None:
    """Raise ``Refused`` unless the person may read how well the agency records."""
    if not may_read_quality(user, agency):
        raise Refused(
            "may_not_read_quality",
            f"How well {agency.name} records is for its own people, its region and its regional unit, and national "
            "roles. Your own agency’s page has the rates of all agencies together.",
        )


def may_assign(user: User, record: Disruption) -> bool:
    """Approvers, moderators and administrators, each as far as they reach: they say who decides."""
    return record.status in COUNTED_STATUSES and holds_role(
        user, Role.APPROVER, Role.MODERATOR, Role.AGENCY_ADMIN, agency=record.agency
    )


def may_choose_for_moderation(user: User, record: Disruption) -> bool:
    """Moderators as far as they reach, and analysts of the nation, of an approved record; never of a sandbox one."""
    return (
        record.status == Status.APPROVED
        and not record.sandbox
        and (holds_role(user, Role.MODERATOR, agency=record.agency) or holds_nationally(user, Role.ANALYST))
    )


def acts_together(user: User) -> list[TogetherAct]:
    """Return what somebody may do to several records at once, as far as their roles go."""
    held = {
        TogetherAct.ASSIGN: holds_role(user, Role.APPROVER, Role.MODERATOR, Role.AGENCY_ADMIN),
        TogetherAct.RETURN: holds_role(user, Role.APPROVER),
        TogetherAct.APPROVE: holds_role(user, Role.APPROVER),
        TogetherAct.MODERATE: holds_role(user, Role.MODERATOR) or holds_nationally(user, Role.ANALYST),
    }
    return [act for act, may in held.items() if may]


def require_act_together(user: User, act: TogetherAct) -> None:
    """Raise ``Refused`` unless somebody may do this to several records at once."""
    if act not in acts_together(user):
        raise Refused(
            "may_not_together",
            "Your roles do not let you do this to several records at once. Ask an administrator of "
            f"{user.agency.name}.",
        )


def require_share_views(user: User, scope: str) -> None:
    """Raise ``Refused`` unless the person may save views that far."""
    if not may_share_views(user, scope):
        raise Refused(
            "may_not_share_views",
            {
                ViewScope.AGENCY: f"Views of {user.agency.name} are saved by its approvers and administrators. "
                "Save it for yourself, or ask one of them.",
                ViewScope.NATION: "Views for everybody are saved by analysts of the nation and by system "
                "administrators. Save it for yourself, or ask one of them.",
            }.get(ViewScope(scope), "A service account saves no views."),
        )


def require_keep_view(user: User, view: SavedView) -> None:
    """Raise ``Refused`` unless the view is the person's to change."""
    if not may_keep_view(user, view):
        raise Refused(
            "may_not_keep_view",
            f"“{view.name}” is not yours to change. Open it and save what you need as a view of your own.",
        )


def may_keep_webhooks(user: User, client: ApiClient) -> bool:
    """A client keeps its own webhooks, and so do the administrators of its agency."""
    return user.pk == client.service_account_id or may_administer_agency(user, client.agency)


def require_keep_webhooks(user: User, client: ApiClient) -> None:
    """Raise ``Refused`` unless the webhooks of the client are theirs to keep."""
    if not may_keep_webhooks(user, client):
        raise Refused("may_not_keep_webhooks", f"Ask an administrator of {client.agency.name} to do this for you.")
