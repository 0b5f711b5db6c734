"""My work: what waits for the person who signed in, by what they do."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.models import london_date, oic_now
from agencies.permissions import holds_role
from agencies.views.requests import SignedInRequest
from agencies.vocabulary import Role
from disruptions.models import Disruption
from disruptions.permissions import may_record
from disruptions.views.unsaved import unsaved_rows
from disruptions.vocabulary import MASTER_LIST_MARKING, highest_marking
from disruptions.work import waiting_for

SHOWN: Final = 10
"""Rows of each list; the rest is a number."""
OF_THREATS: Final = frozenset({"threats", "escalated", "ungraded", "threat_hand_overs", "plan_actions"})
"""Lists of threats, which have no marking of their own."""
READERS: Final = (Role.ANALYST, Role.MODERATOR, Role.STATISTICIAN, Role.VIEWER, Role.THREAT_MANAGER, Role.AUDITOR)


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """The start page."""
    user = request.user
    records = Disruption.objects.visible_to(user)
    today = london_date(oic_now())
    context: dict[str, Any] = {"today": today, "shown": SHOWN, "may_record": may_record(user, user.agency)}
    for work in waiting_for(user, today=today):
        rows = work.rows.with_latest_return() if work.name == "returned" else work.rows
        context[work.name] = _first(rows)
    if context["may_record"]:
        context["submitted"] = _first(records.submitted_by_person(user))
        context["unsaved"] = unsaved_rows(user)[:SHOWN]
    if holds_role(user, *READERS):
        context["majors"] = _first(records.recent_majors())
    context["marking"] = _marking_of(context)
    return render(request, "disruptions/home.html", context)


def _marking_of(context: dict[str, Any]) -> str:
    """Return the highest marking of what the page shows; threats have none of their own."""
    lists = [part["rows"] for name, part in context.items() if isinstance(part, dict) and name not in OF_THREATS]
    shown = [getattr(each, "disruption", each).marking for rows in lists for each in rows]
    shown += [row.marking for row in context.get("unsaved", []) if row.marking]
    if any(context.get(name, {}).get("rows") for name in OF_THREATS):
        shown.append(MASTER_LIST_MARKING)
    return highest_marking(shown).value


def _first(rows: Any) -> dict[str, Any]:
    """Return the first rows of a list and how many there are, in one query."""
    first = list(rows.with_related().with_total()[:SHOWN])
    return {"rows": first, "total": first[0].total if first else 0}
