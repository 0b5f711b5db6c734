"""The shapes of webhooks on the wire, for the schema."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from disruptions.feed_types import FEED_TYPES, PING
from disruptions.models.webhook import WEBHOOK_URL_LIMIT
from disruptions.services.webhooks import LONGEST_OVERLAP, OVERLAP
from disruptions.vocabulary import DeliveryError, DeliveryState, WebhookState

MESSAGE_PATTERN: Final = "^msg_[0-9a-f]{32}$"
TYPES: Final = [(name, name) for name in FEED_TYPES]
MESSAGE_TYPES: Final = [*TYPES, (PING, PING)]
LIVE_STATES: Final = [(each.value, str(each.label)) for each in WebhookState if each is not WebhookState.REMOVED]
REPLAY_STATES: Final = [(DeliveryState.DEAD.value, str(DeliveryState.DEAD.label))]
HOUR: Final = 3600


class WebhookChange(serializers.Serializer[Any]):
    """The fields to change. A field that is left out stays as it is."""

    url = serializers.CharField(
        required=False,
        max_length=WEBHOOK_URL_LIMIT,
        help_text="An https address of your system that takes POST. It must be one of the world, not of a private "
        "network.",
    )
    types = serializers.ListField(
        child=serializers.ChoiceField(choices=TYPES),
        required=False,
        help_text="The kinds of change to be told of. Empty: all that the client may read.",
    )
    active = serializers.BooleanField(
        required=False,
        help_text="False pauses it. What changes meanwhile is sent when it goes on.",
    )


class WebhookInput(WebhookChange):
    """A webhook as it is sent."""

    url = serializers.CharField(
        max_length=WEBHOOK_URL_LIMIT,
        help_text="An https address of your system that takes POST. It must be one of the world, not of a private "
        "network.",
    )


class WebhookSerializer(serializers.Serializer[Any]):
    """A webhook of the client."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    types = serializers.ListField(child=serializers.ChoiceField(choices=TYPES), help_text="Empty: all.")
    active = serializers.BooleanField(help_text="Whether changes are sent to it.")
    state = serializers.ChoiceField(
        choices=LIVE_STATES,
        help_text="Active, paused, or gone: its address answered 410, so nothing is sent until it is active again.",
    )
    state_since = serializers.DateTimeField()
    waiting = serializers.IntegerField(min_value=0, help_text="Messages that are still to be delivered.")
    dead = serializers.IntegerField(min_value=0, help_text="Messages that were tried for the last time, in vain.")
    last_delivered_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    version = serializers.IntegerField(min_value=1)


class WebhookWithSecretSerializer(WebhookSerializer):
    """A webhook with a secret that was just made."""

    secret = serializers.CharField(help_text="What messages are signed with. It is shown this once: keep it.")


class SecretRotationSerializer(serializers.Serializer[Any]):
    """How long the old secret signs too."""

    overlap_hours = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=int(LONGEST_OVERLAP.total_seconds()) // HOUR,
        default=int(OVERLAP.total_seconds()) // HOUR,
        help_text="Hours in which messages carry a signature of the old secret beside that of the new one.",
    )


class MessageDataSerializer(serializers.Serializer[Any]):
    """What a message is about; its content is read with the reference. A test says nothing."""

    reference = serializers.CharField(required=False)
    version = serializers.IntegerField(required=False, allow_null=True)
    agency = serializers.CharField(required=False, allow_null=True)


class DeliverySerializer(serializers.Serializer[Any]):
    """One message to a webhook."""

    id = serializers.RegexField(MESSAGE_PATTERN, help_text="The header webhook-id, the same in every attempt.")
    type = serializers.ChoiceField(choices=MESSAGE_TYPES)
    timestamp = serializers.DateTimeField(help_text="When the change was made.")
    data = MessageDataSerializer()  # type: ignore[assignment]  # DRF takes declared fields out of the class
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField(min_value=0, help_text="Since it was last put into the queue.")
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    last_attempt_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True, help_text="The status that your system answered last.")
    last_error = serializers.ChoiceField(
        choices=DeliveryError.choices, allow_blank=True, help_text="Why there was no status."
    )
    last_milliseconds = serializers.IntegerField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class ReplaySerializer(serializers.Serializer[Any]):
    """What to send again: exactly one of the three."""

    state = serializers.ChoiceField(required=False, choices=REPLAY_STATES, help_text="All that was not delivered.")
    since = serializers.DateTimeField(required=False, help_text="All messages made since that time.")
    delivery = serializers.RegexField(MESSAGE_PATTERN, required=False, help_text="One message, by its id.")


class ReplayedSerializer(serializers.Serializer[Any]):
    """How many messages are sent again."""

    replayed = serializers.IntegerField(min_value=0)
