"""Where no view answers: unknown addresses of the API, and failures as a problem or as a page."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from oic import pages
from oic.api.problems import general, problem_of, respond

API_PREFIX: Final = "/api/"


@csrf_exempt
@login_not_required
def unknown_address(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer 404 below ``/api/``, also where only the last slash is missing: a redirect would lose the body."""
    slash = "" if request.path.endswith("/") else " Addresses end with a slash."
    return respond(general(404, detail=f"There is nothing at this address. See /api/docs/.{slash}"), request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 or 413."""
    return _problem(request, 400, exception) if _is_for_api(request) else pages.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return _problem(request, 403, exception) if _is_for_api(request) else pages.forbidden(request, exception)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return _problem(request, 404, exception) if _is_for_api(request) else pages.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500. Says nothing of what went wrong inside."""
    return _problem(request, 500) if _is_for_api(request) else pages.server_error(request)


def _is_for_api(request: HttpRequest) -> bool:
    return request.path.startswith(API_PREFIX)


def _problem(request: HttpRequest, status: int, exception: Exception | None = None) -> HttpResponse:
    known = problem_of(exception, method=str(request.method)) if exception is not None else None
    return respond(known or general(status), request)
