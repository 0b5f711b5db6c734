"""The forms of the pages that keep an API client's webhooks. What is said is judged by the services alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Any, Final

from django import forms

from agencies.form_fields import DatePartsField
from agencies.models import ApiClient
from agencies.models.clock import LONDON
from disruptions.feed_types import ENTERED_VIEW, FEED_TYPES, LEFT_VIEW, NAME_OF_SUBJECT
from disruptions.master_forms import PlainForm
from disruptions.models import Webhook
from disruptions.services.webhooks import WebhookValues
from disruptions.vocabulary import CHANGES_OF

GROUPS: Final = MappingProxyType({"disruption": "Disruptions", "threat": "SOC threats", "ocg": "OCGs"})

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{
            f"{NAME_OF_SUBJECT[subject]}.{change.value}": str(change.label)
            for subject, changes in CHANGES_OF.items()
            for change in changes
        },
        ENTERED_VIEW: "The agency may open it from now on",
        LEFT_VIEW: "The agency may not open it any more",
    }
)
"""Each kind of change in words, below the heading of its group."""


class WebhookForm(PlainForm):
    """The address, and the kinds of change that it is told of; none chosen: all that the client may read."""

    url = forms.CharField(
        required=False,
        label="Address",
        help_text="Of the partner system. It starts with https:// and can be reached from outside.",
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, client: ApiClient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, label in GROUPS.items():
            choices = [
                (name, WORDS[name])
                for name, scope in FEED_TYPES.items()
                if name.startswith(f"{group}.") and scope in client.scopes
            ]
            if choices:
                self.fields[group] = forms.MultipleChoiceField(
                    required=False, label=label, choices=choices, widget=forms.CheckboxSelectMultiple
                )

    def groups(self) -> list[Any]:
        """Return the groups of kinds that the client may read."""
        return [self[group] for group in GROUPS if group in self.fields]

    def narrowed(self) -> bool:
        """Say whether only some kinds are chosen."""
        return any(bound.value() for bound in self.groups())

    def values(self) -> WebhookValues:
        """Return what was said, for the services."""
        wanted = tuple(name for group in GROUPS for name in self.cleaned_data.get(group, ()))
        return WebhookValues(url=self.cleaned_data["url"], types=wanted)

    @classmethod
    def initial_of(cls, webhook: Webhook) -> dict[str, Any]:
        """Return what the form shows for a webhook."""
        chosen = {group: [name for name in webhook.types if name.startswith(f"{group}.")] for group in GROUPS}
        return {"url": webhook.url, **chosen}


class OverlapForm(PlainForm):
    """How long the old secret goes on signing beside the new one."""

    overlap = forms.TypedChoiceField(
        label="How long should messages be signed with the old secret too?",
        coerce=int,
        choices=[
            (24, "1 day, so that you can change it without a break"),
            (168, "7 days"),
            (0, "Not at all: it leaked"),
        ],
        initial=24,
        widget=forms.RadioSelect,
    )


class SendAgainForm(PlainForm):
    """Which messages to send again."""

    what = forms.ChoiceField(
        label="Which messages should be sent again?",
        choices=[("dead", "All that were not delivered"), ("since", "All since a day, delivered or not")],
        initial="dead",
        widget=forms.RadioSelect,
    )
    since = DatePartsField(
        label="If since a day: which day?",
        required=False,
        noun="the day",
        help_text="From the start of that day, for example 27 3 2026.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the day where messages since a day are wanted."""
        cleaned = self.cleaned_data
        if cleaned.get("what") == "since" and "since" not in self.errors and not cleaned.get("since"):
            self.add_error("since", forms.ValidationError("Enter the day", code="required"))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """Return what is wanted, as the service takes it."""
        if self.cleaned_data["what"] == "dead":
            return {"dead": True}
        return {"since": datetime.combine(self.cleaned_data["since"], time(), tzinfo=LONDON)}
