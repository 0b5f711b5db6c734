"""The forms of saved views and of what is done to several records at once. What is said is judged by the services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms

from agencies.models import User
from agencies.vocabulary import Role
from disruptions.master_forms import PlainForm
from disruptions.models import SavedView
from disruptions.models.saved_view import VIEW_NAME_LIMIT
from disruptions.permissions import may_share_views
from disruptions.services.saved_views import ViewRow
from disruptions.vocabulary import TogetherAct, ViewScope

EVERYTHING: Final = "all"
AS_FOR_ROLE: Final = "role"


class ViewForm(PlainForm):
    """The name of a view, what it is for and who sees it."""

    name = forms.CharField(
        required=False,
        label="Name",
        help_text=f"What the list shows, such as “Majors this financial year”. Up to {VIEW_NAME_LIMIT} characters. "
        "No names of people or operations, if others will see it.",
    )
    words = forms.CharField(
        required=False,
        label="What it is for (optional)",
        help_text="One sentence for whoever finds it in the list of views.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    scope = forms.ChoiceField(required=False, label="Who sees it", widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, changes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = [(scope.value, str(scope.label)) for scope in ViewScope if may_share_views(user, scope)]
        if changes or len(scopes) < 2:
            del self.fields["scope"]
            return
        field = self.fields["scope"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = scopes

    def row(self, *, query: str, which: str) -> ViewRow:
        """Return what was said, for the service."""
        said = self.cleaned_data
        scope = said.get("scope") or ViewScope.PERSONAL.value
        return ViewRow(name=said["name"], words=said["words"], scope=scope, query=query, which=which)


class FollowForm(PlainForm):
    """By how many a view's count has to change before somebody is told."""

    threshold = forms.IntegerField(
        required=True,
        min_value=1,
        max_value=1_000_000,
        label="Tell me when the count has changed by",
        help_text="By so many or more since you were last told, up or down.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Enter a whole number from 1 to 1,000,000."
        ),
    )


class FirstViewForm(PlainForm):
    """Which view the list of disruptions opens with."""

    view = forms.ChoiceField(
        label="Open the list of disruptions with",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of these."},
    )

    def __init__(self, *args: Any, views: Iterable[SavedView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["view"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (AS_FOR_ROLE, "What is set for your role"),
            (EVERYTHING, "Everything that you may open"),
            *((str(view.public_id), view.name) for view in views),
        ]


class RolesFirstViewsForm(PlainForm):
    """Which national view the list of disruptions opens with, for each role."""

    def __init__(self, *args: Any, views: Sequence[SavedView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Everything"), *((str(view.public_id), view.name) for view in views)]
        for role in Role:
            self.fields[role.value] = forms.ChoiceField(
                required=False,
                label=str(role.label),
                choices=choices,
                error_messages={"invalid_choice": "Choose one of these."},
            )


class TogetherForm(PlainForm):
    """What a change of several records needs to be told, and the count that confirms it."""

    assigned_to = forms.ChoiceField(required=False, label="Who decides on them?")
    reason = forms.CharField(required=False, label="Reason", widget=forms.Textarea(attrs={"rows": 4}))
    confirmed = forms.BooleanField(required=False, label="Yes")

    def __init__(
        self,
        *args: Any,
        act: TogetherAct,
        people: Iterable[tuple[str, str]] = (),
        confirm: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        reason, confirmed = self.fields["reason"], self.fields["confirmed"]
        confirmed.label = confirm
        if act == TogetherAct.ASSIGN:
            field = self.fields["assigned_to"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", ""), *people]
            reason.label = "Note (optional)"
            reason.help_text = "They see it beside the records. No names of people."
        else:
            del self.fields["assigned_to"]
        if act == TogetherAct.RETURN:
            reason.label = "Why are they sent back?"
            reason.help_text = (
                "What has to be put right, the same for all of them. Their authors read it. No names of people."
            )
        elif act == TogetherAct.MODERATE:
            reason.label = "Why should a moderator look at them?"
            reason.help_text = "The moderator reads it. No names of people."
        elif act == TogetherAct.APPROVE:
            del self.fields["reason"]
