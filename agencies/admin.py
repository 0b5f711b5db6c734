"""Django's admin for reference data: written by the services, nothing deleted, API clients and the log to read only."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from agencies.links import set_password_link
from agencies.models import Agency, AuditEntry, Region, RoleGrant, User
from agencies.refusals import Invalid, Refused, Stale
from agencies.services import (
    AGENCY_FIELDS,
    add_agency,
    add_region,
    amend_agency,
    amend_person,
    amend_region,
    invite_person,
    send_password_link,
)

admin.site.site_header = "OFFICIAL – OIC Disruptions, reference data"
admin.site.site_title = "OIC Disruptions"
admin.site.index_title = "Reference data"


class KeptAdmin(admin.ModelAdmin):
    """Records that are never deleted."""

    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse, whoever asks."""
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Records that are read here and written elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse, whoever asks."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse, whoever asks."""
        return False


class ServiceAdmin(KeptAdmin):
    """Records that are saved by a service. Its refusal is shown and nothing is saved."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a refusal of the service above the form, as it is stored."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Stale:
            messages.error(request, "Somebody else saved this meanwhile. Nothing of yours was saved: look again.")
        except Refused as refused:
            messages.error(request, refused.message)
        except Invalid as refused:
            messages.error(request, " ".join(each.message for each in refused.violations))
        return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save by the service."""
        values = {name: form.cleaned_data[name] for name in form.cleaned_data if name not in {"code", "read_version"}}
        if change:
            self.amend(request, obj, values, form.cleaned_data.get("read_version"))
        else:
            added = self.add(request, form.cleaned_data)
            obj.__dict__.update(added.__dict__)

    def add(self, request: Any, values: dict[str, Any]) -> models.Model:
        """Add by the service and return what was added."""
        raise NotImplementedError

    def amend(self, request: Any, record: Any, values: dict[str, Any], version: int | None) -> None:
        """Amend by the service."""
        raise NotImplementedError


class VersionedForm(forms.ModelForm):
    """A form that knows which version of the record it was filled in against."""

    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read_version"].initial = getattr(self.instance, "version", None)


class PersonForm(VersionedForm):
    """A person; addresses are kept in lower case."""

    def clean_email(self) -> str:
        """Return the address in lower case."""
        return str(self.cleaned_data["email"]).lower()


@admin.register(Region)
class RegionAdmin(ServiceAdmin):
    """Regions."""

    list_display = ("name", "code")
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> tuple[str, ...]:
        """Keep the code of a region that is there."""
        return ("code",) if obj else ()

    def add(self, request: Any, values: dict[str, Any]) -> Region:
        """Add by the service."""
        return add_region(acting_user=request.user, code=values["code"], name=values["name"])

    def amend(self, request: Any, record: Region, values: dict[str, Any], version: int | None) -> None:
        """Rename by the service."""
        amend_region(acting_user=request.user, region=record, name=values["name"])


@admin.register(Agency)
class AgencyAdmin(ServiceAdmin):
    """Agencies."""

    form = VersionedForm
    fields = ("code", *AGENCY_FIELDS, "read_version")
    list_display = ("name", "code", "kind", "region", "rocu", "statistics_group")
    list_filter = ("kind", "statistics_group", "region")
    list_select_related = ("region", "rocu")
    search_fields = ("name", "short_name", "code")
    autocomplete_fields = ("parent", "rocu")

    def get_readonly_fields(self, request: HttpRequest, obj: Agency | None = None) -> tuple[str, ...]:
        """Keep the code of an agency that is there."""
        return ("code",) if obj else ()

    def add(self, request: Any, values: dict[str, Any]) -> Agency:
        """Add by the service."""
        own = {name: value for name, value in values.items() if name != "read_version"}
        return add_agency(acting_user=request.user, **own)

    def amend(self, request: Any, record: Agency, values: dict[str, Any], version: int | None) -> None:
        """Amend by the service."""
        amend_agency(acting_user=request.user, agency=record, version=version, **values)


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """People and service accounts; roles, leaving and coming back are on the pages of people."""

    form = PersonForm
    fields = ("name", "email", "agency", "is_active", "is_service", "left_at", "read_version")
    readonly_fields = ("is_active", "is_service", "left_at")
    list_display = ("name", "email", "agency", "is_active", "is_service")
    list_filter = ("is_active", "is_service")
    list_select_related = ("agency",)
    search_fields = ("name", "email")
    autocomplete_fields = ("agency",)

    def add(self, request: Any, values: dict[str, Any]) -> User:
        """Invite by the service, and send the link."""
        person = invite_person(
            acting_user=request.user, agency=values["agency"], name=values["name"], email=values["email"]
        )
        send_password_link(acting_user=request.user, person=person, link_for=partial(set_password_link, request))
        return person

    def amend(self, request: Any, record: User, values: dict[str, Any], version: int | None) -> None:
        """Amend by the service."""
        amend_person(acting_user=request.user, person=record, version=version, **values)


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    """Roles, to look at; they are given and ended on the pages of people."""

    list_display = ("user", "role", "scope", "agency", "region", "valid_from", "valid_until", "ended_at")
    list_filter = ("role", "scope")
    list_select_related = ("user", "agency", "region")
    search_fields = ("user__name", "user__email")


class ApiClientAdmin(ReadOnlyAdmin):
    """API clients, to look at. Registered by the OAuth library (setting ``APPLICATION_ADMIN_CLASS``)."""

    fields: ClassVar = (
        "client_id",
        "name",
        "agency",
        "service_account",
        "scopes",
        "networks",
        "rate_per_minute",
        "sandbox",
        "is_active",
        "expires_at",
        "last_used_at",
    )
    list_display = ("name", "client_id", "agency", "is_active", "sandbox", "last_used_at")
    list_filter = ("is_active", "sandbox")
    list_select_related = ("agency",)
    search_fields = ("name", "client_id", "agency__name")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The log, to look at."""

    list_display = ("at", "user", "action", "subject", "reference", "address")
    list_filter = ("action",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email", "reference")
    show_full_result_count = False
