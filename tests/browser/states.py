"""Every page in every state that it can be in: empty, filled, with errors, with many rows.

An address without a state here fails ``test_pages.py``, unless ``NOT_PAGES`` says why there is nothing to look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.scene import Scene

Prepare = Callable[[Page], None]

NOT_PAGES: Final[Mapping[str, str]] = {
    "view_follow": "a form of the view's page; leads back to it",
    "account_signup": "leads to signing in",
    "account_set_password": "for people who sign in through their department; tests/test_sign_in_pages.py",
    "mfa_authenticate": "asked while signing in with an app; tests/test_sign_in_pages.py",
    "mfa_reauthenticate": "as account_reauthenticate, with another box",
    "mfa_deactivate_totp": "needs an app; tests/test_sign_in_pages.py",
    "mfa_view_recovery_codes": "needs an app; tests/test_sign_in_pages.py",
    "mfa_download_recovery_codes": "a file",
    "mfa_generate_recovery_codes": "needs an app; tests/test_sign_in_pages.py",
    "record_search": "JSON for a look-ahead box",
    "disruption_counts": "JSON for the counts beside the boxes of the list",
    "search": "leads to a record, or to the list",
    "threat_search": "JSON for a look-ahead box",
    "disruption_step_keep": "JSON for a page that is being typed into",
    "disruption_new_keep": "JSON for a page that is being typed into",
    "session_extend": "JSON for the warning before a session ends",
    "extract_check": "a button; shows the extract again, with what was found",
    "agencies:person_end_role": "a button; leads back to the person",
    "agencies:person_reinstate": "a button; leads back to the person",
    "agencies:person_send_link": "a button; leads back to the person",
    "agencies:api_client_revoke_secret": "a button; leads back to the client",
    "webhook_ping": "a button; leads back to the webhook",
    "webhook_pause": "a button; leads back to the webhook",
    "export_file": "a file",
    "export_outcomes": "a file",
    "export_notes": "a file",
    "upload_template": "a file",
    "upload_annotated": "a file",
    "upload_result": "a file",
    "oauth_token": "for partner systems",
    "health": "for the orchestrator",
    "metrics": "for the monitoring system",
    "api_schema": "a file",
    "api_docs": "Swagger UI; docs/accessibility.md says what upstream lacks",
    "api_unknown": "a problem as JSON",
}


@dataclass(frozen=True)
class State:
    """A page as somebody sees it: who, what it is of, the query, and what is pressed before it is looked at.

    A query may name the scene: ``chosen={scene.draft}``.
    """

    route: str
    name: str
    who: str | None = "analyst"
    of: Mapping[str, Any] | Callable[[Scene], Mapping[str, Any]] = field(default_factory=dict)
    query: str = ""
    prepare: Prepare | None = None
    says: str = ""

    def __str__(self) -> str:
        return f"{self.route}, {self.name}"

    def path(self, scene: Scene) -> str:
        """Return the address."""
        values = self.of(scene) if callable(self.of) else self.of
        query = self.query.format(scene=scene)
        return reverse(self.route, kwargs=dict(values)) + (f"?{query}" if query else "")


def of(place: str, attribute: str, **more: str) -> Callable[[Scene], Mapping[str, Any]]:
    """Return what fills an address from the scene: ``of("reference", "draft")``."""
    return lambda scene: {place: getattr(scene, attribute), **more}


def untick_every_column(page: Page) -> None:
    """Ask for a file without a column."""
    ticked = page.locator("main [name=columns]:checked")
    while ticked.count():
        ticked.first.uncheck()
    press("Make the file")(page)


def press(button: str | re.Pattern[str], /, **typed: str) -> Prepare:
    """Return a step that fills boxes by their names in the form and presses a button."""

    def prepared(page: Page) -> None:
        for box, text in typed.items():
            page.locator(f"main [name={box}]").first.fill(text)
        page.get_by_role("main").get_by_role("button", name=button).first.click()
        page.wait_for_load_state()

    return prepared


def choose(radio: str, button: str) -> Prepare:
    """Return a step that chooses an answer and presses a button."""

    def prepared(page: Page) -> None:
        page.get_by_role("radio", name=radio, exact=True).first.check()
        page.get_by_role("button", name=button).first.click()
        page.wait_for_load_state()

    return prepared


def open_shortcuts(page: Page) -> None:
    """Open the list of keyboard shortcuts."""
    page.get_by_role("button", name="Keyboard shortcuts").click()


def warn_of_the_end(page: Page) -> None:
    """Show the warning that stands over a page before its session ends."""
    page.locator("dialog").evaluate("dialog => dialog.showModal()")


def decide_on_an_old_version(page: Page) -> None:
    """Send a decision about a version that is gone."""
    page.locator("main [name=version]").first.evaluate("box => { box.value = '0' }")
    page.get_by_role("radio", name="Approve", exact=True).check()
    page.get_by_role("button", name="Save decision").click()
    page.wait_for_load_state()


def save_an_old_version(page: Page) -> None:
    """Send a form that was filled in against a version that is gone."""
    page.locator("main [name=version]").first.evaluate("box => { box.value = '999' }")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()


def rename_an_old_version(page: Page) -> None:
    """Send another name for a view, filled in against a version that is gone."""
    page.locator("main [name=version]").first.evaluate("box => { box.value = '999' }")
    page.locator("main [name=name]").fill("Another name")
    page.get_by_role("main").get_by_role("button", name="Save the view").click()
    page.wait_for_load_state()


def compare_with_a_list(page: Page) -> None:
    """Give a list of another system, with a threat of the north that differs, one that is not here, and a fault."""
    lines = ("Title,P grade,PND tier,Remarks", "Copper Heron,P1,tier 4,seen", "Teal Lantern,P2,,", "The Dock,P9,,")
    content = "\n".join(lines).encode()
    page.locator("main [name=list]").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("main").get_by_role("button", name="Compare", exact=True).click()
    page.wait_for_load_state()


def kept(entry: str) -> Callable[[Scene], Mapping[str, Any]]:
    """Return what fills an address from the entries of the master list that are there to be kept."""
    return lambda scene: {"reference": scene.kept[entry]}


def a_webhook(scene: Scene) -> Mapping[str, Any]:
    """Return what fills the address of the webhook that has messages."""
    return {"client_id": scene.client, "public_id": scene.webhook}


def a_quiet_webhook(scene: Scene) -> Mapping[str, Any]:
    """Return what fills the address of the webhook that has none."""
    return {"client_id": scene.client, "public_id": scene.quiet_webhook}


def _action(scene: Scene) -> Mapping[str, Any]:
    return {"reference": scene.threat, "pk": scene.plan_action}


PROBLEM: Final = "There is a problem"
NOTHING: Final = "from=2019-01-01&to=2019-03-31"
BACKWARDS: Final = "from=2026-03-31&to=2025-01-01"

SIGNING_IN: Final = (
    State("account_login", "empty", None),
    State("account_login", "errors", None, prepare=press("Sign in"), says=PROBLEM),
    State("account_inactive", "filled", None),
    State("account_reset_password", "empty", None),
    State(
        "account_reset_password",
        "errors",
        None,
        prepare=press(re.compile("link|Send|reset", re.IGNORECASE)),
        says=PROBLEM,
    ),
    State("account_reset_password_done", "filled", None),
    State("account_reset_password_from_key", "errors", None, {"uidb36": "1", "key": "x-y"}),
    State("account_reset_password_from_key_done", "filled", None),
    State("account_logout", "filled"),
    State("account_reauthenticate", "empty"),
    State("account_change_password", "empty"),
    State("account_change_password", "errors", prepare=press("Save the password"), says=PROBLEM),
    State("mfa_index", "empty"),
    State("preferences", "filled", "officer"),
    State("mfa_activate_totp", "empty"),
)
INFORMATION: Final = (
    State("accessibility", "filled", None),
    State("privacy", "filled", None),
    State("cookies", "filled", None),
    State("help", "filled"),
    State("your_account", "filled", "officer"),
)
MY_WORK: Final = (
    State("home", "empty", "newcomer"),
    State("home", "many", "officer"),
    State("home", "decisions", "approver"),
    State("home", "reading", "analyst"),
    State("home", "reviews", "threat_manager"),
)
RECORDING: Final = (
    State("disruption_new", "empty", "officer"),
    State("disruption_new", "lead", "officer", query="role=lead"),
    State("disruption_new", "support", "officer", query="role=support"),
    State(
        "disruption_new",
        "errors",
        "officer",
        query="role=lead",
        prepare=press("Save and continue", occurred_on_day="31", occurred_on_month="2"),
        says=PROBLEM,
    ),
    State("disruption_amend", "empty", "officer", of("reference", "started")),
    State(
        "disruption_step",
        "typed and not saved",
        "officer",
        of("reference", "typed", step="what"),
        says="This is what you typed",
    ),
    State("disruption_step", "threat listed", "officer", of("reference", "asked", step="threat"), says="on the list"),
    State(
        "disruption_step", "session ends", "officer", of("reference", "started", step="what"), prepare=warn_of_the_end
    ),
    State("disruption_ask_for_threat", "empty", "officer", of("reference", "draft")),
    State(
        "disruption_ask_for_threat",
        "errors",
        "officer",
        of("reference", "draft"),
        prepare=press("Ask a threat manager"),
        says=PROBLEM,
    ),
    State("threat_request_list", "filled", "threat_manager", says="Grey Pelican"),
    State("threat_request_list", "all", "threat_manager", query="show=all"),
    State("threat_request_list", "empty", "outsider"),
    State("threat_request_answer", "filled", "threat_manager", of("pk", "threat_request")),
    State(
        "threat_request_answer",
        "errors",
        "threat_manager",
        of("pk", "threat_request"),
        prepare=press("Send the answer"),
        says=PROBLEM,
    ),
    State("disruption_amend", "filled", "officer", of("reference", "submitted")),
    State("disruption_amend", "returned", "officer", of("reference", "returned")),
    *(
        State("disruption_step", f"{step}, {name}", "officer", of("reference", name, step=step))
        for step in ("what", "threat", "role", "impact", "outcomes", "reference")
        for name in ("started", "submitted")
    ),
    State(
        "disruption_step",
        "outcomes, errors",
        "officer",
        of("reference", "submitted", step="outcomes"),
        prepare=press("Save changes", **{"outcomes-0-count": "many"}),
        says=PROBLEM,
    ),
    State(
        "disruption_step",
        "what, errors",
        "officer",
        of("reference", "submitted", step="what"),
        prepare=press("Save changes", summary=""),
        says=PROBLEM,
    ),
    State("disruption_step", "threat, search", "officer", of("reference", "started", step="threat"), "q=heron"),
    State("disruption_submit", "errors", "officer", of("reference", "started"), prepare=press("Submit")),
    State("disruption_submit", "filled", "officer", of("reference", "draft")),
    State(
        "disruption_submit",
        "likely duplicates",
        "officer",
        of("reference", "doubled"),
        says="Somebody may have recorded this already",
    ),
    State(
        "disruption_submit",
        "likely duplicates, errors",
        "officer",
        of("reference", "doubled"),
        prepare=press("Submit"),
        says=PROBLEM,
    ),
    State(
        "disruption_amend",
        "likely duplicates",
        "officer",
        of("reference", "doubled"),
        says="Somebody may have recorded this already",
    ),
    State("support_answer", "empty", "officer", of("reference", "waiting")),
    State(
        "support_answer",
        "leads suggested",
        "officer",
        of("reference", "waiting"),
        prepare=lambda page: page.get_by_role("radio", name="Yes, and here is our lead record").check(),
        says="Lead records of yours",
    ),
    State(
        "support_answer",
        "errors",
        "approver",
        of("reference", "waiting"),
        prepare=choose("No, decline", "Save answer"),
        says=PROBLEM,
    ),
    State(
        "disruption_detail",
        "a support waits for it",
        "approver",
        of("reference", "awaited"),
        says="may belong to this",
    ),
    State("disruption_withdraw", "empty", "officer", of("reference", "started")),
    State(
        "disruption_withdraw",
        "errors",
        "officer",
        of("reference", "submitted"),
        prepare=press(re.compile("Withdraw")),
        says=PROBLEM,
    ),
    State("disruption_review", "empty", "approver", of("reference", "submitted")),
    State("disruption_review", "moderator", "moderator", of("reference", "approved")),
    State(
        "disruption_review",
        "errors",
        "approver",
        of("reference", "submitted"),
        prepare=press("Save decision"),
        says=PROBLEM,
    ),
    State("disruption_reopen", "empty", "officer", of("reference", "withdrawn")),
    State(
        "disruption_reopen",
        "errors",
        "officer",
        of("reference", "withdrawn"),
        prepare=press("Open it again"),
        says=PROBLEM,
    ),
    State("disruption_hand_over", "empty", "officer", of("reference", "submitted")),
    State("disruption_hand_over", "offered", "officer", of("reference", "offered")),
    State(
        "disruption_hand_over",
        "errors",
        "officer",
        of("reference", "submitted"),
        prepare=press("Offer it"),
        says=PROBLEM,
    ),
    State("hand_over_answer", "empty", "outsider", of("reference", "offered")),
    State(
        "hand_over_answer",
        "errors",
        "outsider",
        of("reference", "offered"),
        prepare=press("No, decline"),
        says=PROBLEM,
    ),
    State("disruption_review", "in the queue", "approver", of("reference", "submitted"), "queue=review"),
    State("disruption_review", "in moderation", "moderator", of("reference", "moderated"), "queue=moderation"),
    State(
        "disruption_review",
        "conflict",
        "approver",
        of("reference", "submitted"),
        prepare=decide_on_an_old_version,
        says="This record has changed",
    ),
    State("disruption_review", "shortcuts", "approver", of("reference", "submitted"), prepare=open_shortcuts),
    State("review_queue", "many", "approver"),
    State("review_queue", "narrowed to nothing", "approver", query="level=negative"),
    State("review_queue", "errors", "approver", query="level=huge", says="cannot be applied"),
    State("review_queue", "shortcuts", "approver", prepare=open_shortcuts),
    State("review_queue", "empty", "lonely_approver"),
    State("review_bulk_approve", "filled", "approver", query="chosen={scene.minors[0]}:1&chosen={scene.minors[1]}:1"),
    State(
        "review_bulk_approve",
        "some left out",
        "approver",
        query="chosen={scene.minors[0]}:1&chosen={scene.minors[1]}:9&chosen={scene.submitted}:1&chosen={scene.approved}:1",
    ),
    State("review_bulk_approve", "all left out", "approver", query="chosen={scene.submitted}:1"),
    State("moderation_queue", "filled", "moderator"),
    State("moderation_queue", "narrowed to nothing", "moderator", query="level=negative"),
    State("moderation_queue", "errors", "moderator", query="level=huge", says="cannot be applied"),
    State("disruption_detail", "draft", "officer", of("reference", "started")),
    State("disruption_detail", "filled", "officer", of("reference", "returned")),
    State("disruption_detail", "to decide", "approver", of("reference", "submitted")),
    State("disruption_detail", "with supports", "outsider", of("reference", "their_lead")),
    State("disruption_detail", "mistyped", "officer", {"reference": "D-1111-1111"}),
)
FINDING: Final = (
    State("disruption_list", "to choose from", "approver", says="Do the same to several records"),
    State("disruption_list", "a view with other filters", query="level=minor&in_view={scene.national_view}"),
    State("view_list", "filled", "approver"),
    State("view_list", "followed", "analyst"),
    State("view_new", "filled", "approver", query="level=major&from=-28d"),
    State("view_new", "one scope", "officer", query="level=major"),
    State("view_new", "errors", query="level=major", prepare=press("Save the view"), says="Give the view a name"),
    State("view_new", "nothing to save", query="colour=red", says="cannot be saved"),
    State("view_detail", "followed", of=of("public_id", "national_view")),
    State("view_detail", "not followed", "officer", of=of("public_id", "agency_view")),
    State("view_detail", "errors", "officer", of("public_id", "agency_view"), prepare=press("Follow", threshold="no")),
    State("view_detail", "broken", "approver", of=of("public_id", "broken_view"), says="does not read any more"),
    State("view_change", "filled", "approver", of=of("public_id", "agency_view"), query="level=minor"),
    State("view_change", "errors", "approver", of("public_id", "agency_view"), prepare=press("Save the view", name="")),
    State("view_change", "changed meanwhile", of=of("public_id", "national_view"), prepare=rename_an_old_version),
    State("view_retire", "filled", of=of("public_id", "national_view")),
    State("view_first", "filled"),
    State("view_first_of_roles", "filled", "system_admin"),
    State(
        "together_preview",
        "filled",
        "approver",
        {"act": "return"},
        query="chosen={scene.submitted}:1&chosen={scene.approved}:1&chosen={scene.minors[0]}:9",
        says="Yes, return 1 record",
    ),
    State(
        "together_preview", "all that match", "approver", {"act": "approve"}, query="all=yes&level=minor&agency=north"
    ),
    State(
        "together_preview",
        "errors",
        "approver",
        {"act": "return"},
        query="chosen={scene.submitted}:1",
        prepare=press("Return records"),
        says="There is a problem",
    ),
    State("together_preview", "who decides", "approver", {"act": "assign"}, query="chosen={scene.submitted}:1"),
    State(
        "together_preview",
        "nobody chosen",
        "approver",
        {"act": "assign"},
        query="chosen={scene.submitted}:1&assigned_to=",
    ),
    State("together_preview", "nothing left", "approver", {"act": "return"}, query="chosen={scene.approved}:1"),
    State("together_preview", "refused", "approver", {"act": "return"}, query="all=yes&colour=red", says="Nothing was"),
    State("upload_list", "filled", "officer"),
    State("upload_list", "empty", "outsider"),
    State("upload_new", "empty", "officer"),
    State("upload_new", "errors", "officer", prepare=press("Upload and check"), says=PROBLEM),
    *(
        State("upload_detail", name, "officer", of("public_id", f"{key}_upload"), says=says)
        for name, key, says in (
            ("several sheets", "sheet", "Which sheet holds the records?"),
            ("columns to match", "columns", "What do the columns hold?"),
            ("faults", "faulty", "to put right"),
            ("ready", "ready", "What this file would do"),
            ("under way", "running", "4,000 of 10,000"),
            ("failed", "failed", "This did not work"),
            ("recorded", "recorded", "What became of each row"),
            ("set aside", "aside", "was set aside"),
        )
    ),
    State("export_new", "filled", "officer", query="level=major&from=2025-01-01&columns=date,reference"),
    State("export_new", "threats", query="list=threats"),
    State("export_new", "errors", "officer", prepare=untick_every_column, says="Choose at least one column"),
    State("export_new", "nothing to take away", query="colour=red", says="cannot be read"),
    State("export_list", "filled", "officer"),
    State("export_list", "empty", "approver"),
    State("export_detail", "ready", "officer", of("public_id", "ready_file"), says="The file is ready"),
    State("export_detail", "ready with notes", "officer", of("public_id", "csv_file"), says="Notes for this file"),
    State("export_detail", "under way", "officer", of("public_id", "running_file"), says="412,000 of 1,000,000"),
    State("export_detail", "failed", "officer", of("public_id", "failed_file"), says="This file failed"),
    State("export_detail", "gone", "officer", of("public_id", "gone_file"), says="not kept any more"),
    State("together_done", "filled", "approver", of("public_id", "done_together")),
    State("disruption_list", "many"),
    State("disruption_list", "empty", query="q=nosuchword"),
    State("disruption_list", "filtered", query="level=major&agency=north&status=submitted&sort=agency"),
    State("disruption_list", "errors", query="from=notadate&level=huge"),
    State(
        "disruption_list",
        "columns and what is left out",
        query="level__not=minor&strand__empty=no&lag__from=0&columns=reference,date,outcomes,country&density=compact",
        says="not Minor",
    ),
    State("disruption_facets", "filled", query="level__not=minor", says="Each table leaves its own filter aside"),
    State("disruption_facets", "empty", query="q=nosuchword", says="There is nothing to count"),
    State("disruption_facets", "errors", query="level=huge", says="cannot be applied"),
    State("disruption_columns", "filled", query="columns=date,reference"),
    State("threat_list", "filled"),
    State("threat_list", "empty", query="q=nosuchword"),
    State("threat_list", "errors", query="p_grade=P9"),
    State("threat_detail", "filled", of=of("reference", "threat")),
    State("threat_detail", "mistyped", of={"reference": "T-1111-1111"}),
    State("threat_detail", "kept by its manager", "threat_manager", of("reference", "threat"), says="What is new"),
    State("threat_reconcile", "empty", "threat_manager"),
    State("threat_reconcile", "errors", "threat_manager", prepare=press("Compare"), says=PROBLEM),
    State("threat_reconcile", "filled", "approver", prepare=compare_with_a_list, says="Only in the file"),
    State("plan_action_new", "empty", "threat_manager", of("reference", "threat")),
    State(
        "plan_action_new",
        "errors",
        "threat_manager",
        of("reference", "threat"),
        prepare=press("Add the action"),
        says=PROBLEM,
    ),
    State("plan_action_amend", "filled", "threat_manager", _action),
    State("plan_action_amend", "by its owner", "officer", _action, says="How it goes"),
    State(
        "plan_action_amend",
        "conflict",
        "threat_manager",
        _action,
        prepare=save_an_old_version,
        says="Somebody else changed this action",
    ),
    State("plan_action_disruptions", "filled", "threat_manager", _action),
    State(
        "plan_action_disruptions",
        "errors",
        "threat_manager",
        _action,
        prepare=press("Add those chosen"),
        says=PROBLEM,
    ),
    State("disruption_plan", "filled", "officer", of("reference", "submitted")),
    State("disruption_plan", "errors", "officer", of("reference", "submitted"), prepare=press("Save"), says=PROBLEM),
    State("ocg_list", "filled"),
    State("ocg_list", "empty", query="q=nosuchword"),
    State("ocg_list", "errors", query="pnd_tier=tier_9"),
    State("ocg_detail", "filled", of=of("reference", "ocg")),
    State("ocg_detail", "kept by its manager", "threat_manager", kept("ocg_alone"), says="Hand it over"),
    State("ocg_detail", "merged", "threat_manager", kept("ocg_merged"), says="was merged into"),
    State("threat_detail", "merged", "threat_manager", kept("threat_merged"), says="was merged into"),
    State("ocg_new", "empty", "threat_manager"),
    State("ocg_new", "errors", "threat_manager", prepare=press("Add it"), says=PROBLEM),
    State("threat_new", "empty", "threat_manager"),
    State("threat_new", "asked for", "threat_manager", query="request={scene.threat_request}", says="Asked by"),
    State("threat_new", "errors", "threat_manager", prepare=press("Add it to the list"), says=PROBLEM),
    State("membership_add", "empty", "threat_manager", query="ocg={scene.kept[ocg_alone]}"),
    State("membership_add", "errors", "threat_manager", prepare=press("Add it"), says=PROBLEM),
    State("membership_end", "empty", "threat_manager", of("pk", "membership")),
    State("membership_end", "errors", "threat_manager", of("pk", "membership"), prepare=press("Save"), says=PROBLEM),
    *(
        state
        for kind in ("threat", "ocg")
        for state in (
            State(f"{kind}_amend", "filled", "threat_manager", kept(f"{kind}_alone")),
            State(
                f"{kind}_amend",
                "errors",
                "threat_manager",
                kept(f"{kind}_alone"),
                prepare=press("Save", **{"title" if kind == "threat" else "name": ""}),
                says=PROBLEM,
            ),
            State(f"{kind}_archive", "empty", "threat_manager", kept(f"{kind}_alone")),
            State(
                f"{kind}_archive",
                "errors",
                "threat_manager",
                kept(f"{kind}_alone"),
                prepare=press("Archive it"),
                says=PROBLEM,
            ),
            State(f"{kind}_merge", "empty", "threat_manager", kept(f"{kind}_offered")),
            State(
                f"{kind}_merge",
                "both",
                "threat_manager",
                kept(f"{kind}_offered"),
                f"winner={{scene.kept[{kind}_alone]}}",
                says="Stays",
            ),
            State(
                f"{kind}_merge",
                "errors",
                "threat_manager",
                kept(f"{kind}_offered"),
                f"winner={{scene.kept[{kind}_alone]}}",
                prepare=press(re.compile("^Merge")),
                says=PROBLEM,
            ),
            State(f"{kind}_unmerge", "filled", "threat_manager", kept(f"{kind}_merged")),
            State(f"{kind}_hand_over", "empty", "threat_manager", kept(f"{kind}_alone")),
            State(f"{kind}_hand_over", "offered", "threat_manager", kept(f"{kind}_offered")),
            State(f"{kind}_hand_over_answer", "empty", "threat_manager", kept(f"{kind}_offered")),
            State(
                f"{kind}_hand_over_answer",
                "errors",
                "threat_manager",
                kept(f"{kind}_offered"),
                prepare=press("No, decline"),
                says=PROBLEM,
            ),
        )
    ),
)
SCORED: Final = {
    "score_harm": "3",
    "score_scale": "4",
    "score_capability": "3",
    "score_intent": "4",
    "score_trend": "3",
}


def score_and_look(page: Page) -> None:
    """Score every factor and ask for the suggested grade."""
    for name, score in {**SCORED, "confidence": "low"}.items():
        page.locator(f"main input[name={name}][value='{score}']").check()
    page.get_by_role("button", name="See the suggested grade").click()
    page.wait_for_load_state()


def adopt_without_a_reason(page: Page) -> None:
    """Adopt another grade than the suggested one and say nothing."""
    score_and_look(page)
    page.locator("main input[name=adopted_grade][value=P4]").check()
    page.get_by_role("button", name="Adopt this grade").click()
    page.wait_for_load_state()


REVIEWING: Final = (
    State("threat_assess", "empty", "threat_manager", of("reference", "threat")),
    State("threat_assess", "errors", "threat_manager", of("reference", "threat"), prepare=press("See"), says=PROBLEM),
    State(
        "threat_assess",
        "suggested",
        "threat_manager",
        of("reference", "threat"),
        prepare=score_and_look,
        says="These scores suggest",
    ),
    State(
        "threat_assess",
        "adopted without a reason",
        "threat_manager",
        of("reference", "threat"),
        prepare=adopt_without_a_reason,
        says=PROBLEM,
    ),
    State("threat_assessment_compare", "filled", of=of("reference", "threat")),
    State("threat_assessment_compare", "empty", of=of("reference", "raised")),
    State("threat_escalate", "empty", "threat_manager", of("reference", "threat")),
    State("threat_escalate", "escalated", "threat_manager", of("reference", "raised")),
    State(
        "threat_escalate",
        "errors",
        "threat_manager",
        of("reference", "threat"),
        prepare=press("Escalate it"),
        says=PROBLEM,
    ),
    State("reassessment_queue", "many", "threat_manager"),
    State("reassessment_queue", "empty", query="p_grade=P1"),
    State("reassessment_queue", "errors", query="state=lost", says="cannot be applied"),
    State("reassessment_plan", "filled", "threat_manager", query="chosen={scene.raised}:2&chosen={scene.threat}:1"),
    State(
        "reassessment_plan",
        "errors",
        "threat_manager",
        query="chosen={scene.raised}:2",
        prepare=press("Plan it"),
        says=PROBLEM,
    ),
    State("scoring_model", "filled"),
    State("scoring_model_amend", "filled", "system_admin"),
    State("scoring_model_amend", "errors", "system_admin", prepare=press("Add this version"), says=PROBLEM),
)
COMPARED: Final = "before={scene.frozen[fewer]}&as_at={scene.frozen[waiting]}"


def frozen(which: str) -> Callable[[Scene], Mapping[str, Any]]:
    """Return what fills the address of an extract."""
    return lambda scene: {"reference": scene.frozen[which]}


_COUNTED: Final = ("dashboard", "statistics_trend", "statistics_by_agency")
FIGURES: Final = (
    *(
        State(route, name, query=query)
        for route in _COUNTED
        for name, query in (("filled", ""), ("empty", NOTHING), ("errors", BACKWARDS))
    ),
    State("dashboard", "filtered", query="agency=north&level=major"),
    State("dashboard_agency", "filled", of=of("code", "agency")),
    State("dashboard_agency", "empty", of={"code": "centre"}),
    State("dashboard_region", "filled", of={"code": "the-north"}),
    State("dashboard_region", "errors", of={"code": "the-north"}, query=BACKWARDS),
    State("dashboard_rocu", "empty", of={"code": "unit"}),
    State("statistics", "filled"),
    State("statistics_oic_01", "filled"),
    State("statistics_oic_01", "errors", query="from=2026-02-02"),
    State("statistics_year_ending", "filled"),
    State("statistics_year_ending", "errors", query="as_at=soon"),
    State("statistics_records", "filled"),
    State("statistics_records", "errors", query="as_at=soon"),
    State("statistics_growth", "filled"),
    State("statistics_growth", "too young", query="from=2026-07-01&to=2026-09-30"),
    State("statistics_growth", "errors", query="from=2026-02-02"),
    State("statistics_lag", "filled", query="to=2030-12-31"),
    State("statistics_lag", "empty", query=NOTHING),
    State("statistics_lag", "errors", query=BACKWARDS),
    State("statistics_agreement", "filled", query="to=2030-12-31"),
    State("statistics_agreement", "empty", query=NOTHING),
    State("statistics_agreement", "errors", query=BACKWARDS),
    State("help_figures", "filled"),
    State("help_glossary", "filled"),
    State("statistics_quality", "filled"),
    State("statistics_quality", "empty", query=NOTHING),
    State("statistics_quality", "errors", query=BACKWARDS),
    State("statistics_quality_agency", "filled", "officer", of("code", "agency")),
    State("statistics_quality_agency", "beyond one's own agency", of=of("code", "agency")),
    State("statistics_quality_agency", "empty", of={"code": "centre"}),
    State("statistics_quality_agency", "errors", of=of("code", "agency"), query=BACKWARDS),
    State("statistics_by_grade", "filled", query="to=2030-12-31"),
    State("statistics_by_grade", "empty", query=NOTHING),
    State("statistics_by_grade", "errors", query=BACKWARDS),
    State("extract_list", "filled"),
    State("extract_list", "to freeze", "statistician"),
    State("extract_new", "filled", "statistician"),
    State("extract_new", "errors", "statistician", prepare=press("Freeze"), says=PROBLEM),
    State("extract_detail", "waiting", "statistician", frozen("waiting")),
    State("extract_detail", "it differs", "statistician", frozen("waiting"), prepare=press("Check it now")),
    State("extract_detail", "set aside", of=frozen("aside")),
    State("extract_records", "filled", of=frozen("waiting")),
    State("extract_records", "empty", of=frozen("waiting"), query="level=negative"),
    State("extract_records", "errors", of=frozen("waiting"), query="level=huge"),
    State("extract_sign_off", "filled", "statistician", frozen("waiting")),
    State("extract_sign_off", "errors", "statistician", frozen("waiting"), prepare=press("Sign it off"), says=PROBLEM),
    State("extract_set_aside", "filled", "statistician", frozen("waiting")),
    State(
        "extract_set_aside", "errors", "statistician", frozen("waiting"), prepare=press("Set it aside"), says=PROBLEM
    ),
    State("statistics_oic_01", "of an extract", query="extract={scene.frozen[waiting]}"),
    State("statistics_revisions", "filled", query=COMPARED),
    State("statistics_revisions", "empty", query="before={scene.frozen[waiting]}&as_at={scene.frozen[waiting]}"),
    State("statistics_revisions", "of one agency", query=f"{COMPARED}&agency=north"),
    State("statistics_revisions", "errors", query="before=soon&agency=nowhere"),
    State("statistics_revision_records", "filled", query=COMPARED),
    State("statistics_revision_records", "empty", query=f"{COMPARED}&reason=method"),
    State("statistics_revision_records", "errors", query=f"{COMPARED}&reason=x"),
    State("pivot", "filled"),
    State("pivot", "counted", query="rows=quarter&across=level&measure=counted&to=2030-12-31"),
    State("pivot", "totals only, largest first", query="rows=outcome&across=none&order=size"),
    State("pivot", "empty", query=NOTHING),
    State("pivot", "errors", query="rows=agancy"),
    State("pivot", "filters that counted figures do not take", query="measure=counted&status=approved"),
    State("statistics_threats", "filled"),
    State("statistics_threats", "errors", query="as_at=soon"),
)
FLOOR: Final = (
    State("agencies:agency_list", "many"),
    State("agencies:agency_list", "empty", query="q=nosuchword"),
    State("agencies:agency_detail", "filled", of=of("code", "agency")),
    State("agencies:agency_detail", "people", "agency_admin", of("code", "agency")),
    State("agencies:agency_add", "empty", "system_admin"),
    State("agencies:agency_add", "errors", "system_admin", prepare=press(re.compile("Add|Save")), says=PROBLEM),
    State("agencies:agency_amend", "filled", "system_admin", of("code", "agency")),
    State(
        "agencies:agency_amend",
        "errors",
        "system_admin",
        of("code", "agency"),
        prepare=press(re.compile("Save"), name=""),
        says=PROBLEM,
    ),
    State("agencies:person_list", "many", "system_admin"),
    State("agencies:person_list", "empty", "agency_admin", query="q=nosuchword"),
    State("agencies:person_invite", "empty", "agency_admin"),
    State("agencies:person_invite", "errors", "agency_admin", prepare=press(re.compile("Invite|Send")), says=PROBLEM),
    State("agencies:person_detail", "filled", "agency_admin", of("pk", "person")),
    State("agencies:person_detail", "left", "agency_admin", of("pk", "leaver")),
    State("agencies:person_amend", "filled", "agency_admin", of("pk", "person")),
    State(
        "agencies:person_amend",
        "errors",
        "agency_admin",
        of("pk", "person"),
        prepare=press(re.compile("Save"), name=""),
        says=PROBLEM,
    ),
    State("agencies:person_grant", "empty", "agency_admin", of("pk", "person")),
    State(
        "agencies:person_grant",
        "errors",
        "agency_admin",
        of("pk", "person"),
        prepare=press(re.compile("Give|Add|Save")),
        says=PROBLEM,
    ),
    State("agencies:person_leave", "filled", "agency_admin", of("pk", "person")),
    State("agencies:api_client_list", "filled", "agency_admin"),
    State("agencies:api_client_add", "empty", "agency_admin"),
    State("agencies:api_client_add", "errors", "agency_admin", prepare=press(re.compile("Add|Save")), says=PROBLEM),
    State("agencies:api_client_detail", "filled", "agency_admin", of("client_id", "busy_client")),
    State("agencies:api_client_detail", "empty", "agency_admin", of("client_id", "client")),
    State("agencies:api_client_amend", "filled", "agency_admin", of("client_id", "client")),
    State(
        "agencies:api_client_amend",
        "errors",
        "agency_admin",
        of("client_id", "client"),
        prepare=press(re.compile("Save"), name=""),
        says=PROBLEM,
    ),
    State("agencies:api_client_rotate", "empty", "agency_admin", of("client_id", "client")),
    State("agencies:api_client_revoke", "filled", "agency_admin", of("client_id", "client")),
    State("webhook_list", "filled", "agency_admin", of("client_id", "client")),
    State("webhook_add", "empty", "agency_admin", of("client_id", "client")),
    State(
        "webhook_add",
        "errors",
        "agency_admin",
        of("client_id", "client"),
        prepare=press(re.compile("Add")),
        says=PROBLEM,
    ),
    State("webhook_detail", "many", "agency_admin", a_webhook),
    State("webhook_detail", "dead", "agency_admin", a_webhook, query="state=dead"),
    State("webhook_detail", "empty", "agency_admin", a_quiet_webhook),
    State("webhook_amend", "filled", "agency_admin", a_webhook),
    State("webhook_amend", "errors", "agency_admin", a_webhook, prepare=press("Save", url=""), says=PROBLEM),
    State("webhook_rotate", "empty", "agency_admin", a_webhook),
    State(
        "webhook_rotate",
        "the secret",
        "agency_admin",
        a_webhook,
        prepare=press("Make a new secret"),
        says="Copy the secret",
    ),
    State("webhook_replay", "empty", "agency_admin", a_webhook),
    State(
        "webhook_replay",
        "errors",
        "agency_admin",
        a_webhook,
        prepare=choose("All since a day, delivered or not", "Send again"),
        says=PROBLEM,
    ),
    State("webhook_remove", "filled", "agency_admin", a_webhook),
    State("agencies:audit_list", "many", "system_admin"),
    State("agencies:audit_list", "empty", "system_admin", query="reference=nosuch"),
)
STATES: Final = (*SIGNING_IN, *INFORMATION, *MY_WORK, *RECORDING, *FINDING, *REVIEWING, *FIGURES, *FLOOR)
