"""The webhooks of an API client: the list, add, one with its messages, and all that keeps it. For its administrators.

A secret is shown once, on the answer that made it.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.models import ApiClient, oic_now
from agencies.paging import page_of
from agencies.permissions import require_administer_people
from agencies.refusals import Invalid, NotFound, Stale
from agencies.views.requests import SignedInRequest, posted, version_in
from disruptions.feeds.changes import latest_position
from disruptions.models import Webhook, WebhookDelivery
from disruptions.services.webhooks import (
    WebhookValues,
    add_webhook,
    amend_webhook,
    ping_webhook,
    remove_webhook,
    replay_deliveries,
    rotate_webhook_secret,
)
from disruptions.vocabulary import DeliveryState
from disruptions.webhook_forms import WORDS, OverlapForm, SendAgainForm, WebhookForm

MESSAGES_ON_A_PAGE: Final = 25
CHANGED: Final = "Somebody else changed this webhook meanwhile. Look at it, and do it again if it is still right."


@require_safe
def webhook_list(request: SignedInRequest, client_id: str) -> HttpResponse:
    """The webhooks of a client."""
    client = _client(request, client_id)
    rows = _rows(request, client).order_by("pk")
    return render(request, "disruptions/webhook_list.html", {"client": client, "webhooks": rows, "words": WORDS})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_add(request: SignedInRequest, client_id: str) -> HttpResponse:
    """Add a webhook and show its secret."""
    client = _client(request, client_id)
    form = WebhookForm(posted(request), client=client)
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = add_webhook(
                acting_user=request.user, client=client, values=form.values(), position=latest_position()
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            return _show_secret(request, client, webhook, secret, "Webhook added")
    return _form(request, "webhook_add", client, form)


@require_safe
def webhook_detail(request: SignedInRequest, client_id: str, public_id: UUID) -> HttpResponse:
    """One webhook: what it is told of, its secrets, and its messages."""
    client, webhook = _webhook(request, client_id, public_id)
    state = request.GET.get("state", "")
    if state not in {"", *DeliveryState.values}:
        raise NotFound
    rows = (
        WebhookDelivery.objects.visible_to(request.user)
        .of_webhook(webhook)
        .with_is_open(request.user, sandbox=client.sandbox)
    )
    context = {
        "client": client,
        "webhook": webhook,
        "secrets": webhook.secrets.live(),
        "page": page_of(request, rows.in_state(state) if state else rows, size=MESSAGES_ON_A_PAGE),
        "state": state,
        "states": DeliveryState.choices,
        "words": WORDS,
        "now": oic_now(),
    }
    return render(request, "disruptions/webhook_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_amend(request: SignedInRequest, client_id: str, public_id: UUID) -> HttpResponse:
    """Amend the address and the kinds of change."""
    client, webhook = _webhook(request, client_id, public_id)
    form = WebhookForm(posted(request), client=client, initial=WebhookForm.initial_of(webhook))
    if request.method == "POST" and form.is_valid():
        try:
            amend_webhook(acting_user=request.user, webhook=webhook, version=version_in(request), values=form.values())
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale:
            return _changed_meanwhile(request, client, webhook)
        else:
            messages.success(request, "The webhook is saved.")
            return redirect("webhook_detail", client_id, public_id)
    return _form(request, "webhook_amend", client, form, webhook)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_rotate(request: SignedInRequest, client_id: str, public_id: UUID) -> HttpResponse:
    """Make a new secret and show it."""
    client, webhook = _webhook(request, client_id, public_id)
    form = OverlapForm(posted(request))
    if request.method == "POST" and form.is_valid():
        overlap = timedelta(hours=form.cleaned_data["overlap"])
        try:
            rotated, secret = rotate_webhook_secret(
                acting_user=request.user, webhook=webhook, version=version_in(request), overlap=overlap
            )
        except Stale:
            return _changed_meanwhile(request, client, webhook)
        return _show_secret(request, client, rotated, secret, "New secret made")
    return _form(request, "webhook_rotate", client, form, webhook)


@require_POST
def webhook_pause(request: SignedInRequest, client_id: str, public_id: UUID) -> HttpResponse:
    """Pause a webhook, or go on with one that is stopped."""
    client, webhook = _webhook(request, client_id, public_id)
    active = request.POST.get("active") == "true"
    try:
        amend_webhook(
            acting_user=request.user,
            webhook=webhook,
            version=version_in(request),
            values=WebhookValues(active=active),
        )
    except Stale:
        return _changed_meanwhile(request, client, webhook)
    said = (
        "Changes are sent again, with all that was changed meanwhile."
        if active
        else "Nothing is sent to this address until you press Go on. Nothing is lost meanwhile."
    )
    messages.success(request, said)
    return redirect("webhook_detail", client_id, public_id)


@require_POST
def webhook_ping(request: SignedInRequest, client_id: str, public_id: UUID) -> HttpResponse:
    """Send a test message."""
    _, webhook = _webhook(request, client_id, public_id)
    try:
        ping_webhook(acting_user=request.user, webhook=webhook)
    except Invalid as refusal:
        messages.error(request, " ".join(each.message for each in refusal.violations))
    else:
        messages.success(request, "A test message is on its way. Load this page again in a moment to see how it went.")
    return redirect("webhook_detail", client_id, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_replay(request: SignedInRequest, client_id: str, public_id: UUID) -> HttpResponse:
    """Send messages again: one, by its button; or all that failed, or all since a day."""
    client, webhook = _webhook(request, client_id, public_id)
    form = SendAgainForm(posted(request) if "delivery" not in request.POST else None)
    wanted: dict[str, Any] | None = None
    if request.method == "POST" and "delivery" in request.POST:
        wanted = {"message_id": request.POST["delivery"].replace("\0", "")}
    elif request.method == "POST" and form.is_valid():
        wanted = form.wanted()
    if wanted is None:
        return _form(request, "webhook_replay", client, form, webhook)
    try:
        count = replay_deliveries(acting_user=request.user, webhook=webhook, **wanted)
    except Invalid as refusal:
        messages.error(request, " ".join(each.message for each in refusal.violations))
    else:
        said = {0: "There is no such message.", 1: "1 message is sent again."}
        messages.success(request, said.get(count, f"{count:,} messages are sent again."))
    return redirect("webhook_detail", client_id, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_remove(request: SignedInRequest, client_id: str, public_id: UUID) -> HttpResponse:
    """Remove a webhook, after a page that says what that does."""
    client, webhook = _webhook(request, client_id, public_id)
    if request.method == "POST":
        try:
            remove_webhook(acting_user=request.user, webhook=webhook, version=version_in(request))
        except Stale:
            return _changed_meanwhile(request, client, webhook)
        messages.success(request, "The webhook is removed. Nothing more is sent to its address.")
        return redirect("webhook_list", client_id)
    return render(request, "disruptions/webhook_remove.html", {"client": client, "webhook": webhook})


def _client(request: SignedInRequest, client_id: str) -> ApiClient:
    require_administer_people(request.user)
    found: ApiClient | None = (
        ApiClient.objects.visible_to(request.user).select_related("agency").filter(client_id=client_id).first()
    )
    if found is None:
        raise NotFound
    return found


def _rows(request: SignedInRequest, client: ApiClient) -> Any:
    return Webhook.objects.visible_to(request.user).of_client(client).with_counts().select_related("client__agency")


def _webhook(request: SignedInRequest, client_id: str, public_id: UUID) -> tuple[ApiClient, Webhook]:
    client = _client(request, client_id)
    found: Webhook | None = _rows(request, client).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return client, found


def _changed_meanwhile(request: SignedInRequest, client: ApiClient, webhook: Webhook) -> HttpResponse:
    messages.error(request, CHANGED)
    return redirect("webhook_detail", client.client_id, webhook.public_id)


def _form(
    request: SignedInRequest, name: str, client: ApiClient, form: Any, webhook: Webhook | None = None
) -> HttpResponse:
    errors = form.summary()
    context = {"client": client, "webhook": webhook, "form": form, "errors": errors}
    status = HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    return render(request, f"disruptions/{name}.html", context, status=status)


def _show_secret(
    request: SignedInRequest, client: ApiClient, webhook: Webhook, secret: str, title: str
) -> HttpResponse:
    context = {"client": client, "webhook": webhook, "secret": secret, "title": title}
    return render(request, "disruptions/webhook_secret.html", context)
