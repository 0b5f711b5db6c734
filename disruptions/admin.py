"""Django's admin for the domain: records to look at, by the same view as everywhere, and nothing to write."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from agencies import audit
from agencies.admin import ReadOnlyAdmin
from agencies.models import User
from agencies.vocabulary import AuditAction
from disruptions.models import OCG, Disruption, Review, SOCThreat, ThreatAssessment
from disruptions.vocabulary import Marking

# The admin's pages show records and unpublished counts, so they carry the records' marking.
admin.site.site_header = f"{Marking.OFFICIAL_SENSITIVE.label} – OIC Disruptions"
admin.site.index_title = "Counts and reference data"


class LookedAtAdmin(ReadOnlyAdmin):
    """Rows to look at. Who opened which, and who searched for what, is logged as on the service's own pages."""

    show_full_result_count = False
    list_per_page = 50
    subject = ""

    def named(self, row: Any) -> str:
        """Return the reference under which the log names a row."""
        return str(row.reference)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one row, and log that it was looked at."""
        row = self.get_object(request, unquote(object_id))
        if row is not None:
            audit.record(AuditAction.VIEWED, self.subject, self.named(row), request=request, detail={"by": "admin"})
        return super().change_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the rows, and log what was searched for."""
        if request.GET:
            detail = {"by": "admin", "query": request.GET.urlencode()[:2000]}
            audit.record(AuditAction.SEARCHED, self.subject, request=request, detail=detail)
        return super().changelist_view(request, extra_context)


class VisibleAdmin(LookedAtAdmin):
    """Records within the view of the person who looks; a hidden one is not found."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Keep what the person may open."""
        rows: Any = super().get_queryset(request)
        return cast("QuerySet[Model]", rows.visible_to(request.user))


@admin.register(OCG)
class OCGAdmin(VisibleAdmin):
    """Organised crime groups."""

    subject = "ocg"
    list_display = ("reference", "name", "pnd_tier", "lead_agency", "status")
    list_filter = ("pnd_tier", "status")
    list_select_related = ("lead_agency",)
    search_fields = ("reference", "name", "pnd_reference")


@admin.register(SOCThreat)
class SOCThreatAdmin(VisibleAdmin):
    """Entries of the SOC master list."""

    subject = "soc_threat"
    list_display = ("reference", "title", "kind", "primary_area", "p_grade", "lead_agency", "status", "next_review_on")
    list_filter = ("kind", "primary_area", "p_grade", "status")
    list_select_related = ("lead_agency",)
    search_fields = ("reference", "title")


@admin.register(Disruption)
class DisruptionAdmin(VisibleAdmin):
    """Lead and support records."""

    subject = "disruption"
    list_display = ("reference", "agency", "role", "occurred_on", "level", "status", "threat", "version")
    list_filter = ("role", "level", "status", "agency__statistics_group")
    list_select_related = ("agency", "threat")
    search_fields = ("reference", "agency_reference", "operation")
    date_hierarchy = "occurred_on"


@admin.register(ThreatAssessment)
class ThreatAssessmentAdmin(LookedAtAdmin):
    """Gradings of threats."""

    subject = "threat_assessment"
    list_display = ("threat", "adopted_grade", "suggested_grade", "confidence", "assessed_by", "assessed_at")
    list_filter = ("adopted_grade", "confidence")
    list_select_related = ("threat", "assessed_by")
    search_fields = ("threat__reference",)

    def named(self, row: Any) -> str:
        """Return the threat's reference."""
        return str(row.threat.reference)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Keep the gradings of threats that the person may open."""
        user = cast(User, request.user)
        return super().get_queryset(request).filter(threat__in=SOCThreat.objects.visible_to(user))


@admin.register(Review)
class ReviewAdmin(LookedAtAdmin):
    """Decisions on records."""

    subject = "review"
    list_display = ("disruption", "decision", "from_level", "to_level", "decided_by", "decided_at")
    list_filter = ("decision",)
    list_select_related = ("disruption", "decided_by")
    search_fields = ("disruption__reference",)

    def named(self, row: Any) -> str:
        """Return the record's reference."""
        return str(row.disruption.reference)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Keep the decisions on records that the person may open."""
        user = cast(User, request.user)
        return super().get_queryset(request).filter(disruption__in=Disruption.objects.visible_to(user))
