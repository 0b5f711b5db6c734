"""The log."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.filters import AuditFilter
from agencies.models import AuditEntry
from agencies.paging import page_of
from agencies.permissions import require_read_audit
from agencies.views.requests import SignedInRequest, filtered
from agencies.vocabulary import AuditAction


@require_safe
def audit_list(request: SignedInRequest) -> HttpResponse:
    """Who did what, by day, person, action and what it was about. Reading the log is logged."""
    require_read_audit(request.user)
    form = AuditFilter(request.GET)
    rows, status = filtered(form, AuditEntry.objects.visible_to(request.user).with_relations())
    page = page_of(request, rows)
    entries = list(page.object_list)
    audit.record(AuditAction.SEARCHED, "audit", request=request, detail={"filters": dict(request.GET.lists())})
    context = {"form": form, "page": page, "entries": entries}
    return render(request, "agencies/audit_list.html", context, status=status)
