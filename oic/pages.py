"""Pages that belong to no app: information about the service, help, the signed-in person's account, and failures."""

from __future__ import annotations

import logging
from http import HTTPStatus

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.views.decorators.http import require_http_methods, require_safe

from agencies.forms import PreferencesForm
from agencies.models import User
from agencies.services import set_preferences
from disruptions.views.typed import hold_typed, is_held, take_up_typed

logger = logging.getLogger(__name__)

# Shown where even the page for a failure fails, so that there is always an answer in words.
LAST_RESORT = (
    "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Sorry, there is a problem with the service"
    "</title></head><body><h1>Sorry, there is a problem with the service</h1><p>Try again later. Nothing that you"
    " saved has been lost.</p></body></html>"
)


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


@require_safe
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")


@require_safe
@login_not_required
def cookies(request: HttpRequest) -> HttpResponse:
    context = {
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "session_minutes": settings.SESSION_IDLE_MINUTES,
    }
    return render(request, "pages/cookies.html", context)


@require_safe
def help(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/help.html")


@require_safe
def your_account(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/your_account.html", {"has_second_step": is_mfa_enabled(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """What the signed-in person chooses for themselves."""
    person = request.user
    assert isinstance(person, User)  # noqa: S101 - nobody else gets here
    chosen = {"digest": person.digest, "shortcuts": "on" if person.shortcuts else "off"}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=chosen)
    if form.is_valid():
        set_preferences(
            acting_user=person,
            digest=form.cleaned_data["digest"],
            shortcuts=form.cleaned_data["shortcuts"] == "on",
        )
        messages.success(request, "Your choices are saved.")
        return redirect("your_account")
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "pages/preferences.html", {"form": form}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: what was sent cannot be read; 413 where it was only too much."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request, exception)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403, with the refusal's own words where it has some."""
    reason = str(exception) if exception else ""
    return render(request, "403.html", {"reason": reason}, status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404, without saying whether the thing exists outside the person's view."""
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 413: more was sent than one request may hold."""
    return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 429: a limit on guessing or on the number of requests was reached."""
    return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 where a form came without its token, as after signing out in another tab."""
    # A page that was open while its person signed in again, in another window: what was typed there is theirs still.
    back = hold_typed(request)
    is_kept = back in take_up_typed(request, request.user) if isinstance(request.user, User) else is_held(request, back)
    return render(request, "403_csrf.html", {"back": back if is_kept else None}, status=HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without database, session or context: any of them may be what failed."""
    try:
        body = loader.get_template("500.html").render()
    except Exception:
        logger.exception("the page for a failure failed")
        body = LAST_RESORT
    return HttpResponse(body, status=HTTPStatus.INTERNAL_SERVER_ERROR)
