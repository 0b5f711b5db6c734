"""Webhooks: add, amend, pause, change the secret, remove, test, send again. By the client itself, or its administrator.

A webhook is never deleted. Its secrets are kept sealed, as they sign each message; each is shown once, when made.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from agencies import audit
from agencies.constraints import Violation, declare, violation
from agencies.models import ApiClient, Now, User, oic_now
from agencies.refusals import Invalid, NotFound, Stale
from agencies.sealing import seal, unseal
from agencies.services.changes import locked
from agencies.vocabulary import AuditAction
from disruptions.feed_types import FEED_TYPES, LEFT_VIEW, PING, scope_of
from disruptions.models import Webhook, WebhookDelivery, WebhookSecret
from disruptions.models.webhook import WEBHOOK_URL_LIMIT
from disruptions.permissions import require_keep_webhooks
from disruptions.services.versions import in_one_transaction
from disruptions.vocabulary import DeliveryError, DeliveryState, WebhookState
from disruptions.webhook_addresses import fault_of

WEBHOOKS_LIMIT: Final = 10
SECRET_BYTES: Final = 32
OVERLAP: Final = timedelta(days=1)
LONGEST_OVERLAP: Final = timedelta(days=7)

declare(
    "webhook_url_well_formed", "url", "Enter a whole address that starts with https:// and names a host, and no user."
)
declare("webhook_url_https", "url", "Enter an address that starts with https://.")
declare("webhook_url_port", "url", "Use the usual port of https, 443: leave the port out.")
declare("webhook_url_public", "url", "Enter an address that can be reached from outside, not one of a private network.")
declare("webhook_types_known", "types", "Choose kinds of change from the list.")
declare("webhook_types_allowed", "types", "The client may not read one of these kinds. Give it the scope first.")
declare(
    "webhook_types_of_token",
    "types",
    "The token does not have the scope that one of these kinds needs. Ask for it with the token, or choose fewer.",
)
declare("webhook_types_readable", "types", "The client reads neither disruptions nor threats. Give it a scope first.")
declare("webhook_few", "url", f"A client can have {WEBHOOKS_LIMIT} webhooks. Remove one that is not used.")
declare("webhook_overlap_in_range", "overlap_hours", "Send a whole number of hours from 0 to 168.")
declare("webhook_delivery_there", "delivery", "This webhook has no message with this id. Old ones are forgotten.")


@dataclass(frozen=True, slots=True)
class WebhookValues:
    """What can be said of a webhook; ``None`` leaves it as it is."""

    url: str | None = None
    types: tuple[str, ...] | None = None
    active: bool | None = None


def add_webhook(*, acting_user: User, client: ApiClient, values: WebhookValues, position: int) -> tuple[Webhook, str]:
    """Add a webhook that is told of what comes after a position of the feed; return it with its secret.

    The secret is shown this once. Raises ``Refused`` or ``Invalid``.
    """

    def work() -> tuple[Webhook, str]:
        require_keep_webhooks(acting_user, client)
        fresh = locked(client)
        if not fresh.is_active:
            raise Invalid([violation("api_client_is_active", "url")])
        _require_values(fresh, values.url or "", values.types or ())
        if Webhook.objects.of_client(fresh).live().count() >= WEBHOOKS_LIMIT:
            raise Invalid([violation("webhook_few")])
        webhook = Webhook(
            client=fresh,
            url=values.url or "",
            types=_in_order(values.types or ()),
            state=WebhookState.PAUSED if values.active is False else WebhookState.ACTIVE,
            position=position,
            created_by=acting_user,
        )
        webhook.save()
        text = _add_secret(webhook, acting_user)
        _log(acting_user, webhook, {"added": _told(webhook.url), "types": webhook.types})
        return webhook, text

    return in_one_transaction(work)


def amend_webhook(*, acting_user: User, webhook: Webhook, version: int | None, values: WebhookValues) -> Webhook:
    """Change a webhook's address or kinds, pause it or go on with it.

    What changed while it was paused is sent when it goes on, of the kinds that hold then. Other kinds hold for what was
    not put down as a message before. Raises ``Refused``, ``Invalid`` or ``Stale``.
    """

    def work() -> Webhook:
        fresh = _locked(acting_user, webhook, version)
        if values.url is not None or values.types is not None:
            # As they were sent: what is unknown is refused, and not left out.
            types = fresh.types if values.types is None else values.types
            _require_values(fresh.client, fresh.url if values.url is None else values.url, types)
        given: dict[str, Any] = {}
        if values.url is not None:
            given["url"] = values.url
        if values.types is not None:
            given["types"] = _in_order(values.types)
        if values.active is not None and values.active != fresh.active:
            given["state"] = WebhookState.ACTIVE if values.active else WebhookState.PAUSED
        changes = {name: value for name, value in given.items() if getattr(fresh, name) != value}
        if not changes:
            return fresh
        told = {name: [_told(getattr(fresh, name)), _told(value)] for name, value in changes.items()}
        for name, value in changes.items():
            setattr(fresh, name, value)
        if "state" in changes:
            fresh.state_since = oic_now()
        _save(fresh, *changes, "state_since")
        _log(acting_user, fresh, {"changes": told})
        return fresh

    return in_one_transaction(work)


def rotate_webhook_secret(
    *, acting_user: User, webhook: Webhook, version: int | None, overlap: timedelta = OVERLAP
) -> tuple[Webhook, str]:
    """Make a new secret and return it; messages are signed with the one before too for ``overlap`` longer.

    Any older one ends now: no more than two sign. Raises ``Refused``, ``Invalid`` or ``Stale``.
    """

    def work() -> tuple[Webhook, str]:
        fresh = _locked(acting_user, webhook, version)
        if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
            raise Invalid([violation("webhook_overlap_in_range")])
        now = oic_now()
        older = WebhookSecret.objects.filter(webhook=fresh)
        older.filter(expires_at__gt=now).update(expires_at=now)
        older.filter(expires_at__isnull=True).update(expires_at=now + overlap)
        text = _add_secret(fresh, acting_user)
        _save(fresh)
        _log(acting_user, fresh, {"new secret": f"…{text[-4:]}", "old secrets sign for": str(overlap)})
        return fresh, text

    return in_one_transaction(work)


def remove_webhook(*, acting_user: User, webhook: Webhook, version: int | None) -> None:
    """Take a webhook away for good; what waited for it is not sent. Raises ``Refused`` or ``Stale``."""

    def work() -> None:
        fresh = _locked(acting_user, webhook, version)
        fresh.state, fresh.state_since = WebhookState.REMOVED, oic_now()
        _save(fresh, "state", "state_since")
        WebhookDelivery.objects.of_webhook(fresh).in_state(DeliveryState.WAITING).update(
            state=DeliveryState.DEAD, next_attempt_at=None, leased_until=None, last_error=DeliveryError.REMOVED
        )
        WebhookSecret.objects.filter(webhook=fresh).update(sealed="")
        _log(acting_user, fresh, {"removed": _told(fresh.url)})

    in_one_transaction(work)


def ping_webhook(*, acting_user: User, webhook: Webhook) -> WebhookDelivery:
    """Let a test message be sent, whether or not the webhook is paused; it is tried once.

    Raises ``Refused``, or ``Invalid`` where the client is not in force any more.
    """

    def work() -> WebhookDelivery:
        fresh = _locked(acting_user, webhook, None)
        if not Webhook.objects.in_force().filter(pk=fresh.pk).exists():
            raise Invalid([violation("api_client_is_active")])
        delivery = WebhookDelivery(
            webhook=fresh, message_id=new_message_id(), type=PING, occurred_at=oic_now(), data={}
        )
        delivery.save()
        _log(acting_user, fresh, {"test": delivery.message_id})
        return WebhookDelivery.objects.get(pk=delivery.pk)

    return in_one_transaction(work)


def replay_deliveries(
    *,
    acting_user: User,
    webhook: Webhook,
    dead: bool = False,
    since: datetime | None = None,
    message_id: str | None = None,
    types: Collection[str] | None = None,
) -> int:
    """Send messages again, under the ids that they had: all that failed, all since a time, or one.

    Return how many they are. Tests are not sent again by the first two; what the client may not open any more is not
    sent again at all, nor what is not of the ``types``, if they are given. Raises ``Refused``, or ``Invalid`` for a
    message that is not there.
    """

    def work() -> int:
        fresh = _locked(acting_user, webhook, None)
        rows = WebhookDelivery.objects.of_webhook(fresh)
        if types is not None:
            rows = rows.of_types(types)
        if message_id is not None:
            rows = rows.filter(message_id=message_id)
        elif since is not None:
            rows = rows.of_changes().filter(created_at__gte=since)
        else:
            rows = rows.of_changes().in_state(DeliveryState.DEAD)
        client = fresh.client
        open_now = rows.with_is_open(client.service_account, sandbox=client.sandbox).filter(
            Q(is_open=True) | Q(type=LEFT_VIEW)
        )
        # One that a worker holds is being sent at this moment.
        held = Q(leased_until__isnull=False, leased_until__gt=Now())
        found = WebhookDelivery.objects.filter(pk__in=open_now.exclude(held).order_by().values("pk")).update(
            state=DeliveryState.WAITING, attempts=0, next_attempt_at=Now(), leased_until=None, delivered_at=None
        )
        if message_id is not None and not found and not rows.exists():
            raise Invalid([violation("webhook_delivery_there")])
        which = {"message": message_id} if message_id is not None else {"since": str(since)} if since else {}
        _log(acting_user, fresh, {"sent again": str(found), **which})
        return found

    return in_one_transaction(work)


def signing_secrets(webhook: Webhook) -> list[str]:
    """Return the secrets that sign for a webhook now, the newest first; none where the site's key was lost."""
    live = WebhookSecret.objects.filter(webhook=webhook).live()
    opened = (unseal(each.sealed, purpose=_purpose(webhook)) for each in live)
    return [text for text in opened if text]


def new_message_id() -> str:
    """Return the id of a new message."""
    return f"msg_{secrets.token_hex(16)}"


def _locked(acting_user: User, webhook: Webhook, version: int | None) -> Webhook:
    require_keep_webhooks(acting_user, webhook.client)
    fresh: Webhook | None = (
        Webhook.objects.live()
        .select_related("client__agency", "client__service_account")
        .select_for_update(of=("self",))
        .filter(pk=webhook.pk)
    ).first()
    if fresh is None:
        raise NotFound
    if version is not None and fresh.version != version:
        raise Stale(fresh)
    return fresh


def _save(webhook: Webhook, *names: str) -> None:
    webhook.version += 1
    webhook.changed_at = oic_now()
    webhook.save(update_fields=[*names, "version", "changed_at"])


def _add_secret(webhook: Webhook, acting_user: User) -> str:
    text = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    sealed = seal(text, purpose=_purpose(webhook))
    WebhookSecret(webhook=webhook, sealed=sealed, hint=text[-4:], created_by=acting_user).save()
    return text


def _purpose(webhook: Webhook) -> str:
    return f"secret of webhook {webhook.public_id}"


def _in_order(types: Iterable[str]) -> list[str]:
    chosen = set(types)
    return [name for name in FEED_TYPES if name in chosen]


def _require_values(client: ApiClient, url: str, types: Iterable[str]) -> None:
    """Raise ``Invalid`` for an address that must not be sent to, or kinds that the client may not read."""
    found: list[Violation] = []
    code = fault_of(url)
    if code is not None:
        found.append(violation(code))
    elif len(url) > WEBHOOK_URL_LIMIT:
        found.append(violation("webhook_url_within_limit"))
    for place, name in enumerate(types):
        if name not in FEED_TYPES:
            found.append(violation("webhook_types_known", f"types/{place}"))
        elif scope_of(name) not in client.scopes:
            found.append(violation("webhook_types_allowed", f"types/{place}"))
    if not any(scope_of(name) in client.scopes for name in FEED_TYPES):
        found.append(violation("webhook_types_readable"))
    if found:
        raise Invalid(found)


def _told(value: Any) -> str:
    """Return a value as the log keeps it: of an address, not what follows the question mark, which is often a key."""
    return str(value).partition("?")[0]


def _log(acting_user: User, webhook: Webhook, detail: dict[str, Any]) -> None:
    audit.record(
        AuditAction.CHANGED,
        "webhook",
        str(webhook.public_id),
        user=acting_user,
        agency=webhook.client.agency,
        detail={"client": webhook.client.client_id, **detail},
    )
