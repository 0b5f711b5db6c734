"""API clients: the list, add, one client, its secrets, revoke. A secret is shown once, on the answer that made it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.forms import ApiClientForm, NewApiClientForm, RotateForm, add_violations
from agencies.models import ApiClient, ApiClientSecret, oic_now
from agencies.paging import page_of
from agencies.permissions import require_administer_people
from agencies.refusals import Invalid
from agencies.services import add_api_client, amend_api_client, revoke_api_client, revoke_secret, rotate_secret
from agencies.use import first_summed_day, use_of
from agencies.views.requests import SignedInRequest, posted


@require_safe
def api_client_list(request: SignedInRequest) -> HttpResponse:
    """The API clients of the agencies that one administers."""
    require_administer_people(request.user)
    seen = ApiClient.objects.visible_to(request.user).with_relations()
    now = oic_now()
    rows = seen.with_use_since(first_summed_day(now)).order_by("agency__name", "name")
    context = {"page": page_of(request, rows), "now": now}
    return render(request, "agencies/api_client_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_client_add(request: SignedInRequest) -> HttpResponse:
    """Add a client and show its secret."""
    require_administer_people(request.user)
    form = NewApiClientForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "expires_on"}
        try:
            client, secret = add_api_client(acting_user=request.user, **values)
        except Invalid as refused:
            add_violations(form, refused)
        else:
            return _show_secret(request, client, secret, "API client added")
    return render(request, "agencies/api_client_add.html", {"form": form}, status=_status(form))


@require_safe
def api_client_detail(request: SignedInRequest, client_id: str) -> HttpResponse:
    """One client: settings, secrets, and what it asked of late."""
    client = _client(request, client_id)
    now = oic_now()
    context = {"client": client, "secrets": client.secrets.all(), "now": now, "use": use_of(client, now=now)}
    return render(request, "agencies/api_client_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def api_client_amend(request: SignedInRequest, client_id: str) -> HttpResponse:
    """Amend a client's settings."""
    client = _client(request, client_id)
    form = ApiClientForm(posted(request), initial=ApiClientForm.initial_of(client))
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "expires_on"}
        try:
            amend_api_client(acting_user=request.user, client=client, **values)
        except Invalid as refused:
            add_violations(form, refused)
        else:
            messages.success(request, f"{client.name} is saved.")
            return redirect("agencies:api_client_detail", client.client_id)
    return render(request, "agencies/api_client_amend.html", {"form": form, "client": client}, status=_status(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_client_rotate(request: SignedInRequest, client_id: str) -> HttpResponse:
    """Make a new secret and show it."""
    client = _client(request, client_id)
    form = RotateForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            secret = rotate_secret(
                acting_user=request.user, client=client, overlap=timedelta(days=form.cleaned_data["overlap"])
            )
        except Invalid as refused:
            add_violations(form, refused)
        else:
            return _show_secret(request, client, secret, "New secret made")
    return render(request, "agencies/api_client_rotate.html", {"form": form, "client": client}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def api_client_revoke(request: SignedInRequest, client_id: str) -> HttpResponse:
    """Shut a client out for good, after a page that says what that does."""
    client = _client(request, client_id)
    if request.method == "POST":
        revoke_api_client(acting_user=request.user, client=client)
        messages.success(request, f"{client.name} is revoked. It cannot sign in, and its tokens have stopped working.")
        return redirect("agencies:api_client_detail", client.client_id)
    return render(request, "agencies/api_client_revoke.html", {"client": client})


@require_POST
def api_client_revoke_secret(request: SignedInRequest, client_id: str, secret_pk: int) -> HttpResponse:
    """Stop one secret at once."""
    client = _client(request, client_id)
    secret: ApiClientSecret = get_object_or_404(client.secrets.all(), pk=secret_pk)
    try:
        revoke_secret(acting_user=request.user, secret=secret)
    except Invalid as refused:
        messages.error(request, " ".join(each.message for each in refused.violations))
    else:
        messages.success(request, f"The secret that ends in {secret.hint} has stopped working.")
    return redirect("agencies:api_client_detail", client.client_id)


def _show_secret(request: SignedInRequest, client: ApiClient, secret: str, title: str) -> HttpResponse:
    context = {"client": client, "secret": secret, "title": title}
    return render(request, "agencies/api_client_secret.html", context)


def _client(request: SignedInRequest, client_id: str) -> ApiClient:
    require_administer_people(request.user)
    client: ApiClient = get_object_or_404(
        ApiClient.objects.visible_to(request.user).with_relations(), client_id=client_id
    )
    return client


def _status(form: Any) -> HTTPStatus:
    return HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
