"""The saved views of the demonstration: national ones, one of an agency, and one that opens first."""

from __future__ import annotations

from typing import Final

from agencies.models import User
from agencies.vocabulary import Role
from disruptions.services.saved_views import ViewRow, save_view, set_first_view_of_role
from disruptions.vocabulary import ListKind, ViewScope

ANALYST: Final = "analyst@nca.example"
APPROVER: Final = "approver@surrey.example"
ADMINISTRATOR: Final = "admin@nca.example"
_STANDING: Final = "status=submitted&status=approved"

NATIONAL: Final = (
    ViewRow(
        "Majors this financial year",
        f"role=lead&level=major&{_STANDING}&from=start_of_financial_year",
        "Major disruptions that somebody led since April, whether approved yet or not.",
    ),
    ViewRow(
        "Small boats, last 12 months",
        f"entry_method=small_boat&{_STANDING}&from=-12m",
        "Everything against small boats in the year to today, leads and supports.",
    ),
    ViewRow(
        "Late records",
        f"lag__from=29&{_STANDING}&recorded_on__from=start_of_quarter-3m",
        "Recorded more than 28 days after the disruption, this quarter and the one before.",
    ),
    ViewRow(
        "Given to nobody",
        "assigned_to=nobody&sort=date",
        "Waiting for an approver or a moderator, the earliest first.",
    ),
    ViewRow(
        "Overdue P2 threats with a disruption this year",
        "p_grade=P2&review=overdue&disrupted__from=start_of_year",
        "Graded P2, past their review, and disrupted since January.",
        which=ListKind.THREATS.value,
    ),
)
OF_SURREY: Final = ViewRow("Sent back to us", "agency=surrey&status=returned", "What Surrey has to put right.")


def save_demonstration_views() -> None:
    """Save them as the people who would."""
    people = {each.email: each for each in User.objects.filter(email__in=(ANALYST, APPROVER, ADMINISTRATOR))}
    national = [save_view(acting_user=people[ANALYST], row=_for(row, ViewScope.NATION)) for row in NATIONAL]
    save_view(acting_user=people[APPROVER], row=_for(OF_SURREY, ViewScope.AGENCY))
    set_first_view_of_role(acting_user=people[ADMINISTRATOR], role=Role.VIEWER, view=national[0])


def _for(row: ViewRow, scope: ViewScope) -> ViewRow:
    return ViewRow(row.name, row.query, row.words, scope.value, row.which)
