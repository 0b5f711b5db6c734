"""``webhooks/``: where the client is told of changes. A client keeps its own, and knows of no other's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from agencies.api.authentication import ANY_SCOPE, bearer_of, missing_scope
from agencies.api.parameters import InvalidParameters
from agencies.constraints import Violation, violation
from agencies.refusals import Invalid, NotFound
from disruptions.api.answering import KEY_PARAMETER, MATCH_PARAMETER, OnceViewSet, etag_parameter, object_of
from disruptions.api.changes import SCOPES, require_any
from disruptions.api.conditions import etag_of, require_match
from disruptions.api.webhook_serializers import (
    MESSAGE_PATTERN,
    DeliverySerializer,
    ReplayedSerializer,
    ReplaySerializer,
    SecretRotationSerializer,
    WebhookChange,
    WebhookInput,
    WebhookSerializer,
    WebhookWithSecretSerializer,
)
from disruptions.feed_types import FEED_TYPES, LEFT_VIEW, PING, scope_of
from disruptions.feeds.changes import latest_position
from disruptions.models import Webhook, WebhookDelivery
from disruptions.parsing import INVALID
from disruptions.services.webhooks import (
    OVERLAP,
    WebhookValues,
    add_webhook,
    amend_webhook,
    ping_webhook,
    remove_webhook,
    replay_deliveries,
    rotate_webhook_secret,
)
from disruptions.vocabulary import DeliveryState

_NAMES: Final = ("url", "types", "active")
_REPLAYS: Final = ("state", "since", "delivery")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_LOCATION: Final = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[201], description="Address of the new webhook."
)
_EXAMPLE: Final = {
    "url": "https://records.example/webhooks/oic",
    "types": ["disruption.returned", "disruption.approved"],
}
_STEP: Final = (404, 413, 415, 422)
_CHANGE: Final = (404, 412, 413, 415, 422, 428)


@extend_schema(auth=[{"clientCredentials": [str(scope)]} for scope in SCOPES])  # type: ignore[misc]  # takes requirements too
class WebhookViewSet(OnceViewSet):
    """Webhooks of the client itself."""

    http_method_names = ["get", "post", "patch", "delete", "head"]
    scopes: ClassVar = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update", "destroy", "ping", "rotate_secret", "deliveries", "replay"),
        ANY_SCOPE,
    )
    parameters: ClassVar = {
        **dict.fromkeys(("list",), frozenset({"cursor", "page_size"})),
        **dict.fromkeys(
            ("retrieve", "create", "partial_update", "destroy", "ping", "rotate_secret", "replay"), frozenset[str]()
        ),
        "deliveries": frozenset({"cursor", "page_size", "state"}),
    }
    problems: ClassVar = {
        "retrieve": (404,),
        "deliveries": (404,),
        "create": (413, 415, 422),
        "partial_update": _CHANGE,
        "destroy": _CHANGE,
        "rotate_secret": _CHANGE,
        "ping": _STEP,
        "replay": _STEP,
    }
    serializer_class = WebhookSerializer
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a token that does not have the scopes of all that the webhook is told of.

        Whoever holds it would otherwise be told by a webhook what the token does not let it read.
        """
        super().initial(request, *args, **kwargs)
        if self.action not in self.scopes:
            return
        granted = bearer_of(request).scopes
        require_any(granted)
        webhook = self._own().filter(public_id=kwargs["id"]).first() if "id" in kwargs else None
        if webhook is not None:
            for scope in sorted(self._scopes_of(webhook.types) - granted):
                raise missing_scope(scope)

    @extend_schema(
        operation_id="webhooks_list",
        summary="List webhooks",
        description="The webhooks of your client, the newest first. Another client's are not listed, nor those that "
        "are told of more than your token may read.",
    )
    def list(self, request: Request) -> Response:
        """Answer with a page of the client's webhooks."""
        granted = bearer_of(request).scopes
        rows = self._rows().of_kinds(_readable(granted), all_of_them=self._scopes_of(()) <= granted)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([_represented(each) for each in page])

    @extend_schema(
        operation_id="webhooks_retrieve",
        summary="Read a webhook",
        description="One webhook, with how many messages wait for it or could not be delivered.",
        parameters=[etag_parameter(200)],
    )
    def retrieve(self, request: Request, id: UUID) -> Response:
        """Answer with one, or 404."""
        found = self._find(id)
        return Response(_represented(found), headers={"ETag": etag_of(found.version)})

    @extend_schema(
        operation_id="webhooks_create",
        summary="Add a webhook",
        description="Your system is told of each change that your client may read, from now on, by a signed POST to "
        "the address (Standard Webhooks). The answer holds the secret that signs, this once.",
        parameters=[KEY_PARAMETER, etag_parameter(201), _LOCATION],
        request=WebhookInput,
        responses={201: WebhookWithSecretSerializer},
        examples=[OpenApiExample("A webhook", value=_EXAMPLE, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Add one."""
        values = _values(object_of(request.data, _NAMES))
        self._require_types(values.types or ())
        # Before the transaction of the work: it holds the feed's lock to its end.
        position = latest_position()

        def work() -> HttpResponse:
            webhook, secret = add_webhook(
                acting_user=self.account, client=self.client, values=values, position=position
            )
            return self._answer(webhook, status=201, secret=secret)

        return self.answer_once(work, sealed=True)

    @extend_schema(
        operation_id="webhooks_amend",
        summary="Amend, pause or resume a webhook",
        description="Change the fields that are sent. `active: false` pauses it; what changes meanwhile is sent when "
        "it is active again.",
        parameters=[MATCH_PARAMETER, KEY_PARAMETER, etag_parameter(200)],
        request=WebhookChange,
        responses=WebhookSerializer,
    )
    def partial_update(self, request: Request, id: UUID) -> HttpResponse:
        """Amend one."""
        values = _values(object_of(request.data, _NAMES))
        if values.types is not None:
            self._require_types(values.types)

        def work() -> HttpResponse:
            found = self._find(id)
            version = require_match(request, found)
            return self._answer(amend_webhook(acting_user=self.account, webhook=found, version=version, values=values))

        return self.answer_once(work)

    @extend_schema(
        operation_id="webhooks_remove",
        summary="Remove a webhook",
        description="Nothing more is sent to it, and what waited is dropped.",
        parameters=[MATCH_PARAMETER, KEY_PARAMETER],
        request=None,
        responses={204: None},
    )
    def destroy(self, request: Request, id: UUID) -> HttpResponse:
        """Remove one."""
        object_of(request.data, ())

        def work() -> HttpResponse:
            found = self._find(id)
            remove_webhook(acting_user=self.account, webhook=found, version=require_match(request, found))
            return HttpResponse(status=204)

        return self.answer_once(work)

    @extend_schema(
        operation_id="webhooks_rotate_secret",
        summary="Make a new secret",
        description="The answer holds it, this once. For the overlap, messages carry a signature of the old secret "
        "beside that of the new one, so that you can change it without a break.",
        parameters=[MATCH_PARAMETER, KEY_PARAMETER, etag_parameter(200)],
        request=SecretRotationSerializer,
        responses=WebhookWithSecretSerializer,
    )
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, id: UUID) -> HttpResponse:
        """Make a new secret."""
        overlap = _overlap(object_of(request.data, ("overlap_hours",)))

        def work() -> HttpResponse:
            found = self._find(id)
            version = require_match(request, found)
            webhook, secret = rotate_webhook_secret(
                acting_user=self.account, webhook=found, version=version, overlap=overlap
            )
            return self._answer(webhook, secret=secret)

        return self.answer_once(work, sealed=True)

    @extend_schema(
        operation_id="webhooks_ping",
        summary="Send a test message",
        description="A message of the type `ping` is sent at once, also to a paused webhook. It is tried once; read "
        "how it went under `deliveries/`.",
        parameters=[KEY_PARAMETER],
        request=None,
        responses={202: DeliverySerializer},
    )
    @action(detail=True, methods=["post"])
    def ping(self, request: Request, id: UUID) -> HttpResponse:
        """Send a test message."""
        object_of(request.data, ())

        def work() -> HttpResponse:
            delivery = ping_webhook(acting_user=self.account, webhook=self._find(id))
            return self.render(202, _represented_delivery(delivery, is_open=True))

        return self.answer_once(work)

    @extend_schema(
        operation_id="webhooks_deliveries",
        summary="List the messages to a webhook",
        description="Each message, the newest first, and how it went. `state=dead` lists those that could not be "
        "delivered. Delivered ones are forgotten after 30 days. `data` is empty where your client may not open the "
        "record any more, and kinds that your token may not read are left out.",
        parameters=[
            OpenApiParameter("state", str, enum=DeliveryState.values, description="Those that stand at this point.")
        ],
        responses=DeliverySerializer(many=True),
    )
    @action(detail=True)
    def deliveries(self, request: Request, id: UUID) -> Response:
        """Answer with a page of messages."""
        state = _state(request)
        rows = (
            WebhookDelivery.objects.visible_to(self.account)
            .of_webhook(self._find(id))
            .of_types(self._readable_types())
            .with_is_open(self.account, sandbox=self.client.sandbox)
        )
        page = self.paginate_queryset(rows if state is None else rows.in_state(state)) or []
        return self.get_paginated_response([_represented_delivery(each, is_open=each.is_open) for each in page])

    @extend_schema(
        operation_id="webhooks_replay",
        summary="Send messages again",
        description="All that could not be delivered (`state`), all since a time (`since`), or one (`delivery`), under "
        "the ids that they had. Test messages go again only by their id. What your client may not open any more is not "
        "sent again.",
        parameters=[KEY_PARAMETER],
        request=ReplaySerializer,
        responses={202: ReplayedSerializer},
    )
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, id: UUID) -> HttpResponse:
        """Send messages again."""
        wanted = _wanted(object_of(request.data, _REPLAYS))

        def work() -> HttpResponse:
            replayed = replay_deliveries(
                acting_user=self.account, webhook=self._find(id), types=self._readable_types(), **wanted
            )
            return self.render(202, {"replayed": replayed})

        return self.answer_once(work)

    def _own(self) -> Any:
        return Webhook.objects.visible_to(self.account).of_client(self.client)

    def _rows(self) -> Any:
        return self._own().with_counts().select_related("client")

    def _scopes_of(self, types: Iterable[str]) -> frozenset[str]:
        """Return the scopes of the kinds that a webhook is told of; none chosen are all that the client may read."""
        chosen = frozenset(scope_of(name) for name in types if name in FEED_TYPES)
        return chosen or frozenset(SCOPES).intersection(self.client.scopes)

    def _require_types(self, types: Sequence[str]) -> None:
        """Raise ``Invalid`` for kinds that the client may read and the token may not."""
        granted = bearer_of(self.request).scopes
        beyond = frozenset(self.client.scopes) - granted
        found = [
            violation("webhook_types_of_token", f"types/{place}")
            for place, name in enumerate(types)
            if name in FEED_TYPES and scope_of(name) in beyond
        ]
        if not types and self._scopes_of(()) - granted:
            found.append(violation("webhook_types_of_token"))
        if found:
            raise Invalid(found)

    def _readable_types(self) -> Sequence[str]:
        return [*_readable(bearer_of(self.request).scopes), PING]

    def _find(self, id: UUID) -> Webhook:
        """Return a webhook of the client. Raises ``NotFound``."""
        found: Webhook | None = self._rows().filter(public_id=id).first()
        if found is None:
            raise NotFound
        return found

    def _answer(self, webhook: Webhook, *, status: int = 200, secret: str = "") -> HttpResponse:
        found = self._find(webhook.public_id)
        response = self.render(status, _represented(found) | ({"secret": secret} if secret else {}))
        response.headers["ETag"] = etag_of(found.version)
        if status == 201:
            response.headers["Location"] = reverse(
                "api_webhook-detail", kwargs={"id": found.public_id}, request=self.request
            )
        return response


def _readable(granted: frozenset[str]) -> list[str]:
    """Return the kinds that a token may read."""
    return [name for name, scope in FEED_TYPES.items() if scope in granted]


def _values(data: Mapping[str, Any]) -> WebhookValues:
    """Return a body as values. Raises ``Invalid`` for values of the wrong type."""
    faults = []
    url, types, active = (data.get(name) for name in _NAMES)
    if url is not None and not isinstance(url, str):
        faults.append(Violation("url", INVALID, "Send text, in quotation marks."))
    if types is not None and not (isinstance(types, list) and all(isinstance(each, str) for each in types)):
        faults.append(Violation("types", INVALID, 'Send a list of texts: ["disruption.approved"].'))
    if active is not None and not isinstance(active, bool):
        faults.append(Violation("active", INVALID, "Send true or false."))
    faults += [
        Violation(name, INVALID, "Leave it out, or send a value.")
        for name in _NAMES
        if name in data and data[name] is None
    ]
    if faults:
        raise Invalid(faults)
    return WebhookValues(url, None if types is None else tuple(types), active)


def _overlap(data: Mapping[str, Any]) -> timedelta:
    hours = data.get("overlap_hours", OVERLAP.total_seconds() // 3600)
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 <= hours <= 10**6 or hours != int(hours):
        raise Invalid([violation("webhook_overlap_in_range")])
    return timedelta(hours=int(hours))


def _wanted(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be sent again, as the service takes it. Raises ``Invalid``."""
    if len(data) != 1:
        raise Invalid([Violation("", INVALID, "Send one of state, since and delivery.")])
    [(name, value)] = data.items()
    if name == "state":
        if value != DeliveryState.DEAD:
            raise Invalid([Violation("state", INVALID, "Send dead.")])
        return {"dead": True}
    if not isinstance(value, str):
        raise Invalid([Violation(name, INVALID, "Send text, in quotation marks.")])
    if name == "since":
        return {"since": _moment(value)}
    if re.fullmatch(MESSAGE_PATTERN, value) is None:
        raise Invalid([violation("webhook_delivery_there")])
    return {"message_id": value}


def _moment(text: str) -> datetime:
    try:
        if _MOMENT.fullmatch(text) is None:
            raise ValueError
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(
            [Violation("since", INVALID, "Send a time with its zone, such as 2026-10-01T09:00:00Z.")]
        ) from None


def _state(request: Request) -> str | None:
    values = request.query_params.getlist("state")
    if not values:
        return None
    if len(values) > 1 or values[0] not in DeliveryState.values:
        message = f"Send one of: {', '.join(DeliveryState.values)}."
        raise InvalidParameters([Violation("state", "invalid_parameter", message)])
    return values[0]


def _represented(webhook: Any) -> dict[str, Any]:
    return {
        "id": str(webhook.public_id),
        "url": webhook.url,
        "types": webhook.types,
        "active": webhook.active,
        "state": webhook.state,
        "state_since": webhook.state_since,
        "waiting": webhook.waiting,
        "dead": webhook.dead,
        "last_delivered_at": webhook.last_delivered_at,
        "created_at": webhook.created_at,
        "changed_at": webhook.changed_at,
        "version": webhook.version,
    }


def _represented_delivery(delivery: Any, *, is_open: bool) -> dict[str, Any]:
    return {
        "id": delivery.message_id,
        "type": delivery.type,
        "timestamp": delivery.occurred_at,
        "data": delivery.data if is_open or delivery.type == LEFT_VIEW else {},
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at,
        "last_attempt_at": delivery.last_attempt_at,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "last_milliseconds": delivery.last_milliseconds,
        "delivered_at": delivery.delivered_at,
        "created_at": delivery.created_at,
    }
