"""The forms of the floor. They parse; the services decide."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from agencies.form_fields import DatePartsField
from agencies.models import LONDON, Agency, ApiClient, Region, User
from agencies.permissions import may_administer_system, may_grant
from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind, ApiScope, DigestFrequency, Role, Scope, StatisticsGroup

WHAT_ROLES_DO: Final = {
    Role.RECORDER: "Records disruptions for the agency, and amends and withdraws them",
    Role.APPROVER: "Approves or returns what colleagues recorded, never their own",
    Role.THREAT_MANAGER: "Keeps SOC threats and OCGs, and grades them",
    Role.ANALYST: "Filters, compares and exports",
    Role.MODERATOR: "Takes a second look at major disruptions and samples",
    Role.STATISTICIAN: "Freezes extracts and produces the published tables",
    Role.VIEWER: "Reads, and changes nothing",
    Role.AUDITOR: "Reads the log of who did what",
    Role.AGENCY_ADMIN: "Looks after the agency's people and API clients",
    Role.SYSTEM_ADMIN: "Looks after agencies, national roles and reference data",
}

BEYOND_AN_AGENCY: Final = frozenset({Role.SYSTEM_ADMIN, Role.AUDITOR, Role.MODERATOR, Role.STATISTICIAN})
"""Roles that make sense across agencies only; an invitation does not offer them."""


def add_violations(form: forms.Form, refused: Invalid) -> None:
    """Put a service's violations on the fields they speak of, or on the whole form."""
    for each in refused.violations:
        field = each.field if each.field in form.fields else None
        form.add_error(field, ValidationError(each.message, code=each.code))


class PreferencesForm(forms.Form):
    """What people choose for themselves."""

    digest = forms.ChoiceField(
        label="How often should an e-mail say what waits for you?",
        choices=DigestFrequency.choices,
        widget=forms.RadioSelect,
        help_text="It says how much waits and names no record.",
        error_messages={"required": "Choose how often.", "invalid_choice": "Choose how often."},
    )
    shortcuts = forms.ChoiceField(
        label="Should single keys work in the queues?",
        choices=[("on", "Yes: A approves, R sends back, N opens the next, ? lists them all"), ("off", "No")],
        widget=forms.RadioSelect,
        help_text="They never work while you type. Choose no if you use speech recognition.",
        error_messages={"required": "Choose yes or no.", "invalid_choice": "Choose yes or no."},
    )


class AgencyForm(forms.Form):
    """The details of an agency that may be amended."""

    name = forms.CharField(label="Name", max_length=120)
    short_name = forms.CharField(label="Short name", max_length=40, help_text="For tables and charts.")
    kind = forms.ChoiceField(label="Kind", choices=AgencyKind.choices)
    statistics_group = forms.ChoiceField(
        label="Statistics group",
        choices=StatisticsGroup.choices,
        help_text="Which group of the published statistics its lead disruptions are counted in. "
        "Figures of the past keep the group of their time.",
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), label="Region", required=False, to_field_name="code", empty_label="None"
    )
    rocu = forms.ModelChoiceField(
        Agency.objects.none(),
        label="Regional organised crime unit (ROCU)",
        required=False,
        to_field_name="code",
        empty_label="None",
        help_text="The unit that serves it. London has none.",
    )
    parent = forms.ModelChoiceField(
        Agency.objects.none(), label="Part of", required=False, to_field_name="code", empty_label="Nothing else"
    )
    ons_code = forms.CharField(
        label="ONS code",
        required=False,
        max_length=9,
        help_text="A letter and eight digits, such as E23000032. Leave it blank where no national code is known.",
    )
    police_number = forms.CharField(label="Police force number", required=False, max_length=2)
    contact = forms.CharField(
        label="Contact",
        required=False,
        max_length=200,
        help_text="Whom another agency writes to about a record it cannot open. A post or mailbox, not a person.",
    )
    active_from = DatePartsField(label="First day", required=False, noun="the first day")
    active_until = DatePartsField(label="Last day", required=False, noun="the last day")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.visible_to(user)
        _offer(self, "region", Region.objects.visible_to(user))
        _offer(self, "rocu", agencies.regional_units())
        _offer(self, "parent", agencies)


class NewAgencyForm(AgencyForm):
    """The details of a new agency, with the code that it keeps for good."""

    code = forms.SlugField(
        label="Code",
        max_length=40,
        help_text="Lower-case letters, digits and hyphens, such as north-shire. Used in addresses and by partner "
        "systems. It cannot be changed later.",
    )
    field_order = ("code",)


class InviteForm(forms.Form):
    """Who is to have an account."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="Agency", to_field_name="code", empty_label="")
    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(
        label="Email address", max_length=254, help_text="Their work address. They sign in with it."
    )
    roles = forms.MultipleChoiceField(
        label="Roles in the agency",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose all that apply. You can change them later.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.administered_by(user)
        _offer(self, "agency", agencies)
        self.fields["agency"].initial = user.agency.code
        offered = [role for role in Role if role not in BEYOND_AN_AGENCY]
        roles = self.fields["roles"]
        assert isinstance(roles, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        roles.choices = [(role.value, role.label) for role in offered]


class PersonForm(forms.Form):
    """What may be amended of a person; the agency by a system administrator only."""

    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="Email address", max_length=254, help_text="They sign in with it.")
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label="Agency",
        to_field_name="code",
        empty_label=None,
        help_text="A move to another agency ends all their roles.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_administer_system(user):
            _offer(self, "agency", Agency.objects.administered_by(user))
        else:
            del self.fields["agency"]


class GrantForm(forms.Form):
    """A role for somebody: what, how far, from when until when."""

    role = forms.ChoiceField(label="Role", choices=(), widget=forms.RadioSelect)
    scope = forms.ChoiceField(label="How far it reaches", choices=Scope.choices, widget=forms.RadioSelect)
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label="Agency", required=False, to_field_name="code", empty_label=""
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), label="Region", required=False, to_field_name="code", empty_label=""
    )
    valid_from = DatePartsField(
        label="First day", required=False, noun="the first day", help_text="Leave it blank to start today."
    )
    valid_until = DatePartsField(
        label="Last day", required=False, noun="the last day", help_text="Leave it blank if no end is known."
    )

    def __init__(self, *args: Any, user: User, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [role for role in Role if may_grant(user, role, Scope.AGENCY, person.agency)]
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 - for the type checker
        role.choices = [(each.value, each.label) for each in offered]
        if may_administer_system(user):
            _offer(self, "agency", Agency.objects.administered_by(user))
            _offer(self, "region", Region.objects.visible_to(user))
            self.initial = {"scope": Scope.AGENCY, "agency": person.agency.code, **(self.initial or {})}
        else:
            for name in ("scope", "agency", "region"):
                del self.fields[name]
        self._person = person

    def clean(self) -> dict[str, Any]:
        """Keep the target that goes with the scope: an agency, a region or none."""
        cleaned = self.cleaned_data
        if "scope" not in self.fields:
            return {**cleaned, "scope": Scope.AGENCY, "agency": self._person.agency, "region": None}
        scope = cleaned.get("scope")
        if scope == Scope.AGENCY and "agency" not in self.errors and not cleaned.get("agency"):
            self.add_error("agency", ValidationError("Choose the agency that the role is for", code="required"))
        if scope == Scope.REGION and "region" not in self.errors and not cleaned.get("region"):
            self.add_error("region", ValidationError("Choose the region that the role is for", code="required"))
        return {
            **cleaned,
            "agency": cleaned.get("agency") if scope == Scope.AGENCY else None,
            "region": cleaned.get("region") if scope == Scope.REGION else None,
        }


class LinesField(forms.CharField):
    """Lines of text, as a list without the blank ones."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """Split into lines."""
        return [line.strip() for line in str(super().to_python(value) or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Join lines again."""
        return "\n".join(value) if isinstance(value, list | tuple) else value


class ApiClientForm(forms.Form):
    """What may be amended of an API client."""

    name = forms.CharField(
        label="Name", max_length=120, help_text="The system it is for, such as Surrey records system. Shown as author."
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=ApiScope.choices, widget=forms.CheckboxSelectMultiple
    )
    networks = LinesField(
        label="Networks that it may call from",
        required=False,
        help_text="In CIDR form, such as 192.0.2.0/24, one a line. Leave it blank to allow any.",
    )
    rate_per_minute = forms.IntegerField(
        label="Requests a minute", initial=600, min_value=1, max_value=1_000_000, widget=forms.TextInput
    )
    expires_on = DatePartsField(
        label="Last day",
        required=False,
        noun="the last day",
        help_text="The client stops working after this day. Leave it blank if no end is known.",
    )

    def clean(self) -> dict[str, Any]:
        """Turn the last day into its last moment in Europe/London."""
        day = self.cleaned_data.get("expires_on")
        self.cleaned_data["expires_at"] = end_of_day(day) if day else None
        return self.cleaned_data

    @classmethod
    def initial_of(cls, client: ApiClient) -> dict[str, Any]:
        """Return what the form shows for a client."""
        return {
            "name": client.name,
            "scopes": client.scopes,
            "networks": client.networks,
            "rate_per_minute": client.rate_per_minute,
            "expires_on": client.expires_at.astimezone(LONDON).date() if client.expires_at else None,
        }


class NewApiClientForm(ApiClientForm):
    """A new API client: for which agency, and whether it only tries things out."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label="Agency",
        to_field_name="code",
        empty_label="",
        help_text="The client records for this agency and no other.",
    )
    sandbox = forms.BooleanField(
        label="Sandbox",
        required=False,
        help_text="For trying things out: its records are never counted and never shown to others. "
        "This cannot be changed later.",
    )
    field_order = ("agency", "name", "scopes", "sandbox")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "agency", Agency.objects.administered_by(user))
        self.fields["agency"].initial = user.agency.code


class RotateForm(forms.Form):
    """How long the old secrets go on working beside the new one."""

    overlap = forms.TypedChoiceField(
        label="How long should the old secret go on working?",
        coerce=int,
        choices=[(7, "7 days, so that you can change it without a break"), (1, "1 day"), (0, "Not at all: it leaked")],
        initial=7,
        widget=forms.RadioSelect,
    )


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the last second of a day in Europe/London."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=LONDON)


def _offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
    field.queryset = rows
