"""Who may open and do what: one table for every page and every operation of the API (design, section 5).

A row names a route, a method, and the thing that it is about; ``may`` lists who is let in, ``hidden`` those for whom
the thing is not there (404). Everybody else is refused (403). All the things belong to the north.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agencies.vocabulary import ApiScope
from disruptions.references import DISRUPTION, OCG, THREAT, reference_of

NORTH: Final = frozenset({"nobody", "recorder", "approver", "agency_admin"})
SOUTH: Final = frozenset({"outsider", "south_admin"})
CENTRE: Final = frozenset(
    {"analyst", "moderator", "statistician", "threat_manager", "viewer", "auditor", "system_admin"}
)
EVERYBODY: Final = NORTH | SOUTH | CENTRE
RECORDERS: Final = frozenset({"recorder", "approver"})
"""Who records for the north."""
ADMINISTRATORS: Final = frozenset({"agency_admin", "system_admin"})
"""Who looks after the north's people and API clients."""
NOBODY: Final[frozenset[str]] = frozenset()
A_KEY: Final = "0b5a3c1e-7d0f-4b7e-9a52-5d1f6f0a9c11"
"""The random key of a start page."""

CLIENTS: Final = frozenset({"north_client", "south_client"})


@dataclass(frozen=True)
class Row:
    """What one request answers to each kind of person."""

    route: str
    may: frozenset[str]
    hidden: frozenset[str] = NOBODY
    method: str = "get"
    of: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join(filter(None, (self.route, self.of, self.method)))


@dataclass(frozen=True)
class ApiRow(Row):
    """What one operation answers to each client; a token without ``scope`` is refused, whosever it is."""

    scope: ApiScope | None = None


def _both(*args: Any, **kwargs: Any) -> tuple[Row, Row]:
    """Return the rows of a page that shows a form and takes it."""
    return Row(*args, **kwargs), Row(*args, **{**kwargs, "method": "post"})


OPEN_TO_ALL_WHO_SIGN_IN: Final = (
    "home",
    "help",
    "help_figures",
    "help_glossary",
    "your_account",
    "preferences",
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "disruption_list",
    "disruption_facets",
    "disruption_counts",
    "disruption_columns",
    "search",
    "record_search",
    "threat_list",
    "threat_search",
    "ocg_list",
    "reassessment_queue",
    "scoring_model",
    "dashboard",
    "statistics",
    "statistics_oic_01",
    "statistics_trend",
    "statistics_by_agency",
    "statistics_by_grade",
    "statistics_year_ending",
    "statistics_records",
    "statistics_growth",
    "statistics_lag",
    "statistics_threats",
    "statistics_agreement",
    "extract_list",
    "statistics_revisions",
    "statistics_revision_records",
    "statistics_quality",
    "pivot",
    "agencies:agency_list",
)

PAGES: Final[tuple[Row, ...]] = (
    *(Row(name, may=EVERYBODY) for name in OPEN_TO_ALL_WHO_SIGN_IN),
    # A person's own account; each form only ever speaks of whoever sends it.
    *(
        Row(name, may=EVERYBODY, method="post")
        for name in ("account_reauthenticate", "account_change_password", "account_set_password", "preferences")
    ),
    *(
        Row(name, may=EVERYBODY, method="post")
        for name in ("mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp")
    ),
    Row("session_extend", may=EVERYBODY, method="post"),
    # Nobody here uses an app, so there is nothing to stop using and there are no codes.
    *_both("mfa_deactivate_totp", may=NOBODY, hidden=EVERYBODY),
    *_both("mfa_generate_recovery_codes", may=EVERYBODY),
    Row("mfa_view_recovery_codes", may=NOBODY, hidden=EVERYBODY),
    *_both("mfa_download_recovery_codes", may=NOBODY, hidden=EVERYBODY),
    # Reference data.
    Row("agencies:agency_detail", of="agency", may=EVERYBODY),
    *_both("agencies:agency_add", may=frozenset({"system_admin"})),
    *_both("agencies:agency_amend", of="agency", may=frozenset({"system_admin"})),
    # People and API clients: for administrators, each within their own reach.
    Row("agencies:person_list", may=ADMINISTRATORS | {"south_admin"}),
    *_both("agencies:person_invite", may=ADMINISTRATORS | {"south_admin"}),
    Row("agencies:person_detail", of="person", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    *_both("agencies:person_amend", of="person", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    *_both("agencies:person_grant", of="person", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    *_both("agencies:person_leave", of="person", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    *(
        Row(name, of=of, method="post", may=ADMINISTRATORS, hidden=frozenset({"south_admin"}))
        for name, of in (
            ("agencies:person_end_role", "grant"),
            ("agencies:person_reinstate", "leaver"),
            ("agencies:person_send_link", "person"),
        )
    ),
    Row("agencies:api_client_list", may=ADMINISTRATORS | {"south_admin"}),
    *_both("agencies:api_client_add", may=ADMINISTRATORS | {"south_admin"}),
    Row("agencies:api_client_detail", of="client", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    *_both("agencies:api_client_amend", of="client", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    *_both("agencies:api_client_rotate", of="client", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    *_both("agencies:api_client_revoke", of="client", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    Row(
        "agencies:api_client_revoke_secret",
        of="secret",
        method="post",
        may=ADMINISTRATORS,
        hidden=frozenset({"south_admin"}),
    ),
    # A client's webhooks: kept by whoever administers it.
    Row("webhook_list", of="client", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    *_both("webhook_add", of="client", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    Row("webhook_detail", of="client_webhook", may=ADMINISTRATORS, hidden=frozenset({"south_admin"})),
    *(
        row
        for name in ("amend", "rotate", "replay", "remove")
        for row in _both(f"webhook_{name}", of="client_webhook", may=ADMINISTRATORS, hidden=frozenset({"south_admin"}))
    ),
    *(
        Row(
            f"webhook_{name}",
            of="client_webhook",
            method="post",
            may=ADMINISTRATORS,
            hidden=frozenset({"south_admin"}),
        )
        for name in ("ping", "pause")
    ),
    # Saved views: one's own, the agency's, the national ones; each is kept by those who may save so far.
    Row("view_list", may=EVERYBODY),
    *_both("view_new", may=EVERYBODY),
    *_both("view_first", may=EVERYBODY),
    *_both("view_first_of_roles", may=frozenset({"system_admin"})),
    Row("view_detail", of="agency_view", may=NORTH, hidden=SOUTH | CENTRE),
    Row("view_detail", of="nation_view", may=EVERYBODY),
    *(
        row
        for name in ("view_change", "view_retire")
        for row in (
            *_both(name, of="agency_view", may=frozenset({"approver", "agency_admin"}), hidden=SOUTH | CENTRE),
            *_both(name, of="nation_view", may=frozenset({"analyst", "system_admin"})),
        )
    ),
    Row("view_follow", of="agency_view", method="post", may=NORTH, hidden=SOUTH | CENTRE),
    Row("view_follow", of="nation_view", method="post", may=EVERYBODY),
    # Several records at once, as far as a role goes; the page sorts out which.
    *_both("together_preview", of="together_return", may=frozenset({"approver"})),
    *_both(
        "together_preview",
        of="together_assign",
        may=frozenset({"approver", "moderator", "agency_admin", "south_admin"}),
    ),
    *_both("together_preview", of="together_moderate", may=frozenset({"moderator", "analyst"})),
    Row("together_done", of="done_together", may=frozenset({"approver"}), hidden=EVERYBODY - {"approver"}),
    # Files of lists: everybody their own, and nobody else's.
    Row("export_list", may=EVERYBODY),
    *_both("export_new", may=EVERYBODY),
    *(
        Row(f"export_{name}", of="recorders_file", may=frozenset({"recorder"}), hidden=EVERYBODY - {"recorder"})
        for name in ("detail", "file", "outcomes", "notes")
    ),
    # Files of records: for those who record, their own agency's.
    Row("upload_list", may=RECORDERS | {"outsider"}),
    *_both("upload_new", may=RECORDERS | {"outsider"}),
    Row("upload_template", of="template", may=RECORDERS | {"outsider"}),
    *_both("upload_detail", of="faulty_upload", may=RECORDERS, hidden=EVERYBODY - RECORDERS, data={"step": "check"}),
    Row("upload_annotated", of="faulty_upload_as_csv", may=RECORDERS, hidden=EVERYBODY - RECORDERS),
    Row("upload_result", of="recorded_upload", may=RECORDERS, hidden=EVERYBODY - RECORDERS),
    Row("agencies:audit_list", may=frozenset({"auditor", "system_admin"})),
    # Who may open a record: drafts and sandbox records stay at home, the rest goes by its sharing.
    Row("disruption_detail", of="submitted", may=EVERYBODY),
    Row("disruption_detail", of="draft", may=NORTH, hidden=SOUTH | CENTRE),
    Row("disruption_detail", of="sandbox", may=NORTH, hidden=SOUTH | CENTRE),
    Row("disruption_detail", of="for_the_west", may=NORTH | CENTRE, hidden=SOUTH),
    Row("disruption_detail", of="for_the_south", may=EVERYBODY),
    Row("disruption_detail", of="for_those_who_took_part", may=NORTH | CENTRE, hidden=SOUTH),
    Row("disruption_detail", of="supported_by_the_south", may=EVERYBODY),
    # Recording, and changing what one's own agency recorded.
    *_both("disruption_new", may=RECORDERS | {"outsider"}, data={"role": "lead"}),
    Row("disruption_amend", of="draft", may=RECORDERS, hidden=SOUTH | CENTRE),
    Row("disruption_amend", of="submitted", may=RECORDERS),
    *_both("disruption_step", of="draft", may=RECORDERS, hidden=SOUTH | CENTRE),
    *_both("disruption_step", of="submitted", may=RECORDERS),
    *_both("disruption_step", of="for_the_west", may=RECORDERS, hidden=SOUTH),
    # What is being typed: kept for whoever may save it.
    Row("disruption_step_keep", of="draft", method="post", may=RECORDERS, hidden=SOUTH | CENTRE),
    Row("disruption_step_keep", of="submitted", method="post", may=RECORDERS),
    Row("disruption_new_keep", method="post", may=RECORDERS | {"outsider"}, data={"role": "lead", "key": A_KEY}),
    # A threat that is not listed: asked for from a draft, answered by whoever manages threats for its agency.
    *_both("disruption_ask_for_threat", of="draft", may=RECORDERS, hidden=SOUTH | CENTRE),
    *_both("disruption_ask_for_threat", of="submitted", may=NOBODY),
    Row("threat_request_list", may=RECORDERS | {"outsider", "threat_manager"}),
    *_both(
        "threat_request_answer",
        of="threat_request",
        may=frozenset({"threat_manager"}),
        hidden=SOUTH | CENTRE - {"threat_manager"},
    ),
    *_both("disruption_submit", of="draft", may=RECORDERS, hidden=SOUTH | CENTRE),
    *_both("disruption_submit", of="submitted", may=RECORDERS),
    *_both("disruption_withdraw", of="draft", may=RECORDERS, hidden=SOUTH | CENTRE),
    *_both("disruption_withdraw", of="submitted", may=RECORDERS),
    *_both("disruption_withdraw", of="for_the_west", may=RECORDERS, hidden=SOUTH),
    *_both("disruption_reopen", of="withdrawn", may=RECORDERS),
    *_both("disruption_reopen", of="submitted", may=NOBODY),
    # Handing over: offered by the agency that has it, answered by the one that is asked.
    *_both("disruption_hand_over", of="submitted", may=RECORDERS),
    *_both("disruption_hand_over", of="draft", may=NOBODY, hidden=SOUTH | CENTRE),
    *_both("disruption_hand_over", of="for_the_west", may=RECORDERS, hidden=SOUTH),
    *_both("hand_over_answer", of="offered_to_the_south", may=frozenset({"outsider"}), hidden=CENTRE),
    Row("hand_over_answer", of="submitted", may=NOBODY, hidden=EVERYBODY),
    # Deciding: never on what one recorded or approved.
    *_both("disruption_review", of="submitted", may=frozenset({"approver", "moderator"})),
    *_both("disruption_review", of="recorded_by_the_approver", may=frozenset({"moderator"})),
    *_both("disruption_review", of="approved", may=frozenset({"moderator"})),
    *_both("disruption_review", of="draft", may=NOBODY, hidden=SOUTH | CENTRE),
    *_both("disruption_review", of="for_the_west", may=frozenset({"approver", "moderator"}), hidden=SOUTH),
    Row("review_queue", may=frozenset({"approver"})),
    *_both("review_bulk_approve", may=frozenset({"approver"})),
    Row("moderation_queue", may=frozenset({"moderator"})),
    # Supports that wait for their lead: those who record for the agency that is named say whether it led.
    *_both("support_answer", of="waiting_for_the_north", may=RECORDERS),
    *_both("support_answer", of="waiting_for_the_north_by_name", may=RECORDERS, hidden=SOUTH),
    *_both("support_answer", of="submitted", may=NOBODY),
    *_both("threat_reconcile", may=EVERYBODY),
    # The master list is kept by threat managers; both sides of a membership are led by the north, the offers are to it.
    *_both("ocg_new", may=frozenset({"threat_manager"})),
    *_both("threat_new", may=frozenset({"threat_manager"})),
    *_both("membership_add", may=frozenset({"threat_manager"})),
    *_both("membership_end", of="membership", may=frozenset({"threat_manager"})),
    *(
        row
        for kind in ("threat", "ocg")
        for step, thing in (
            ("amend", f"{kind}_alone"),
            ("archive", f"{kind}_alone"),
            ("merge", f"{kind}_alone"),
            ("unmerge", f"{kind}_merged"),
            ("hand_over", f"{kind}_alone"),
            ("hand_over_answer", f"{kind}_offered"),
        )
        for row in _both(f"{kind}_{step}", of=thing, may=frozenset({"threat_manager"}))
    ),
    # The plan of a threat: kept by its threat manager and its officer, reported on by those who own an action.
    *_both("plan_action_new", of="threat", may=frozenset({"threat_manager"})),
    *_both("plan_action_amend", of="plan_action", may=frozenset({"threat_manager", "approver"})),
    *_both("plan_action_disruptions", of="plan_action", may=frozenset({"threat_manager", "approver"})),
    *_both("disruption_plan", of="submitted", may=RECORDERS | {"threat_manager"}),
    *_both("disruption_plan", of="for_the_west", may=RECORDERS | {"threat_manager"}, hidden=SOUTH),
    *_both("disruption_plan", of="draft", may=NOBODY, hidden=SOUTH | CENTRE),
    # The master list, and the counted figures, are the same for everybody.
    Row("threat_detail", of="threat", may=EVERYBODY),
    Row("ocg_detail", of="ocg", may=EVERYBODY),
    # Grading and review: by those who manage the threat; what was assessed, and how, is for everybody to read.
    *_both("threat_assess", of="threat", may=frozenset({"threat_manager"})),
    Row("threat_assessment_compare", of="threat", may=EVERYBODY),
    *_both("threat_escalate", of="threat", may=frozenset({"threat_manager"})),
    *_both("reassessment_plan", may=frozenset({"threat_manager"})),
    *_both("scoring_model_amend", may=frozenset({"system_admin"})),
    Row("dashboard_agency", of="agency", may=EVERYBODY),
    Row("dashboard_region", of="region", may=EVERYBODY),
    Row("dashboard_rocu", of="rocu", may=EVERYBODY),
    # Extracts: to read for everybody; frozen, signed off and set aside by statisticians.
    Row("extract_detail", of="extract", may=EVERYBODY),
    Row("extract_records", of="extract", may=EVERYBODY),
    *_both("extract_new", may=frozenset({"statistician"})),
    *_both("extract_sign_off", of="extract", may=frozenset({"statistician"})),
    *_both("extract_set_aside", of="extract", may=frozenset({"statistician"})),
    Row("extract_check", of="extract", method="post", may=frozenset({"statistician", "auditor"})),
    # How well an agency records: its own people, and the nation's.
    Row("statistics_quality_agency", of="agency", may=NORTH | CENTRE),
)

_READ: Final[dict[str, Any]] = {"scope": ApiScope.DISRUPTIONS_READ}
_WRITE: Final[dict[str, Any]] = {"scope": ApiScope.DISRUPTIONS_WRITE}
_OURS: Final = frozenset({"north_client"})
_THEIRS: Final = frozenset({"south_client"})
_NEW: Final = {"operation": "Teal Lantern"}
_WHY: Final = {"reason": "Recorded by mistake."}

OPERATIONS: Final[tuple[ApiRow, ...]] = (
    ApiRow("api_vocabulary", may=CLIENTS),
    ApiRow("api_me", may=CLIENTS),
    ApiRow("api_view-list", may=CLIENTS),
    # Any of two scopes opens it: tests/disruptions/test_api_changes.py.
    ApiRow("api_changes", may=CLIENTS),
    ApiRow("api_agency-list", may=CLIENTS),
    ApiRow("api_agency-detail", of="agency", may=CLIENTS),
    ApiRow("api_disruption-list", may=CLIENTS, **_READ),
    ApiRow("api_disruption-list", method="post", may=CLIENTS, data={"role": "lead"}, **_WRITE),
    ApiRow("api_disruption-detail", of="submitted", may=CLIENTS, **_READ),
    ApiRow("api_disruption-detail", of="draft", may=_OURS, hidden=_THEIRS, **_READ),
    ApiRow("api_disruption-detail", of="sandbox", may=NOBODY, hidden=CLIENTS, **_READ),
    ApiRow("api_disruption-detail", of="for_the_west", may=_OURS, hidden=_THEIRS, **_READ),
    ApiRow("api_disruption-detail", of="for_the_south", may=CLIENTS, **_READ),
    ApiRow("api_disruption-detail", of="for_those_who_took_part", may=_OURS, hidden=_THEIRS, **_READ),
    ApiRow("api_disruption-detail", of="supported_by_the_south", may=CLIENTS, **_READ),
    ApiRow("api_disruption-detail", of="submitted", method="patch", may=_OURS, data=_NEW, **_WRITE),
    ApiRow("api_disruption-detail", of="draft", method="patch", may=_OURS, hidden=_THEIRS, data=_NEW, **_WRITE),
    ApiRow("api_disruption-detail", of="for_the_west", method="patch", may=_OURS, hidden=_THEIRS, data=_NEW, **_WRITE),
    ApiRow("api_disruption-submit", of="draft", method="post", may=_OURS, hidden=_THEIRS, **_WRITE),
    # What stands is not submitted again, by whomever.
    ApiRow("api_disruption-submit", of="submitted", method="post", may=NOBODY, **_WRITE),
    ApiRow("api_disruption-withdraw", of="draft", method="post", may=_OURS, hidden=_THEIRS, data=_WHY, **_WRITE),
    ApiRow("api_disruption-withdraw", of="submitted", method="post", may=_OURS, data=_WHY, **_WRITE),
    ApiRow("api_disruption-reopen", of="withdrawn", method="post", may=_OURS, data=_WHY, **_WRITE),
    ApiRow("api_disruption-reopen", of="submitted", method="post", may=NOBODY, **_WRITE),
    ApiRow("api_own_reference-by-agency-reference", of="own_reference", may=_OURS, hidden=_THEIRS, **_READ),
    # Another agency's reference is free in one's own.
    ApiRow(
        "api_own_reference-by-agency-reference",
        of="own_reference",
        method="put",
        may=CLIENTS,
        data={"role": "lead"},
        **_WRITE,
    ),
    *(
        row
        for part in ("reviews", "history")
        for row in (
            ApiRow(f"api_lifecycle-{part}", of="submitted", may=CLIENTS, **_READ),
            ApiRow(f"api_lifecycle-{part}", of="draft", may=_OURS, hidden=_THEIRS, **_READ),
            ApiRow(f"api_lifecycle-{part}", of="for_the_west", may=_OURS, hidden=_THEIRS, **_READ),
        )
    ),
    ApiRow("api_lifecycle-hand-overs", may=CLIENTS, **_READ),
    *(
        row
        for step, data in (
            ("confirm-lead", {"lead": reference_of(DISRUPTION, 10**6)}),
            ("correct-lead", {"lead_agency": "west"} | _WHY),
            ("decline-lead", _WHY),
        )
        for row in (
            ApiRow(f"api_lifecycle-{step}", of="waiting_for_the_north", method="post", may=_OURS, data=data, **_WRITE),
            ApiRow(
                f"api_lifecycle-{step}",
                of="waiting_for_the_north_by_name",
                method="post",
                may=_OURS,
                hidden=_THEIRS,
                data=data,
                **_WRITE,
            ),
        )
    ),
    ApiRow(
        "api_lifecycle-hand-over",
        of="submitted",
        method="post",
        may=_OURS,
        data={"to_agency": "south", **_WHY},
        **_WRITE,
    ),
    ApiRow("api_lifecycle-take-back-hand-over", of="offered_to_the_south", method="post", may=_OURS, **_WRITE),
    ApiRow("api_lifecycle-take-back-hand-over", of="submitted", method="post", may=NOBODY, hidden=CLIENTS, **_WRITE),
    *(
        row
        for step in ("accept", "decline")
        for row in (
            ApiRow(
                f"api_lifecycle-{step}-hand-over",
                of="offered_to_the_south",
                method="post",
                may=_THEIRS,
                data={"answer": "No."},
                **_WRITE,
            ),
            ApiRow(
                f"api_lifecycle-{step}-hand-over", of="submitted", method="post", may=NOBODY, hidden=CLIENTS, **_WRITE
            ),
        )
    ),
    ApiRow("api_threat-list", may=CLIENTS, scope=ApiScope.THREATS_READ),
    ApiRow("api_threat-detail", of="threat", may=CLIENTS, scope=ApiScope.THREATS_READ),
    ApiRow("api_assessment-list", may=CLIENTS, scope=ApiScope.THREATS_READ),
    ApiRow("api_assessment-scoring-model", may=CLIENTS, scope=ApiScope.THREATS_READ),
    ApiRow("api_assessment-detail", of="assessment", may=CLIENTS, scope=ApiScope.THREATS_READ),
    ApiRow("api_assessment-list", method="post", may=CLIENTS, scope=ApiScope.THREATS_WRITE),
    ApiRow("api_ocg-list", may=CLIENTS, scope=ApiScope.THREATS_READ),
    ApiRow("api_ocg-detail", of="ocg", may=CLIENTS, scope=ApiScope.THREATS_READ),
    *(
        row
        for kind, letter in (("threat", THREAT), ("ocg", OCG))
        for row in (
            ApiRow(f"api_{kind}-list", method="post", may=CLIENTS, scope=ApiScope.THREATS_WRITE),
            ApiRow(f"api_{kind}-detail", of=f"{kind}_alone", method="patch", may=_OURS, scope=ApiScope.THREATS_WRITE),
            *(
                ApiRow(
                    f"api_{kind}-{step}", of=thing, method="post", may=_OURS, data=data, scope=ApiScope.THREATS_WRITE
                )
                for step, thing, data in (
                    ("archive", f"{kind}_alone", _WHY),
                    ("restore", f"{kind}_archived", _WHY),
                    ("merge", f"{kind}_alone", {"into": reference_of(letter, 10**6), **_WHY}),
                    ("unmerge", f"{kind}_merged", _WHY),
                )
            ),
        )
    ),
    # A client keeps its own webhooks; another client's are not there. Any scope that reads opens them.
    ApiRow("api_webhook-list", may=CLIENTS),
    ApiRow("api_webhook-list", method="post", may=CLIENTS),
    *(
        ApiRow(f"api_webhook-{name}", of="webhook", method=method, may=_OURS, hidden=_THEIRS, data=data)
        for name, method, data in (
            ("detail", "get", {}),
            ("detail", "patch", {"active": False}),
            ("detail", "delete", {}),
            ("deliveries", "get", {}),
            ("ping", "post", {}),
            ("rotate-secret", "post", {}),
            ("replay", "post", {"state": "dead"}),
        )
    ),
    ApiRow("api_extract-extracts", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_extract-revisions", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_quality-quality", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-by-agency", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-by-grade", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-growth", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-lag", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-mixes", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-oic-01", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-outcomes", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-records", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-threats", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
    ApiRow("api_statistics-trend", may=CLIENTS, scope=ApiScope.STATISTICS_READ),
)
