"""Turn a service's no into a page: 403 that says whom to ask, 404 for what is not there for this person."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse

from agencies import audit
from agencies.refusals import NotFound, Refused
from agencies.vocabulary import AuditAction


class RefusalMiddleware:
    """Answers `Refused`, `NotFound` and Django's `PermissionDenied` for every page, and logs what was refused.

    The API turns them into problem answers before they get here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other exception to Django."""
        if isinstance(exception, NotFound):
            return response_for_exception(request, Http404())
        if not isinstance(exception, Refused | PermissionDenied):
            return None
        audit.record(
            AuditAction.REFUSED,
            "page",
            request.path,
            request=request,
            detail={"method": request.method, "code": getattr(exception, "code", "")},
        )
        return response_for_exception(request, PermissionDenied(str(exception)))
