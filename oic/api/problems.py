"""Every refusal of the API as ``application/problem+json`` (RFC 9457), with a stable code and a place per fault."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.request import Request

from agencies.api.authentication import Forbidden
from agencies.api.faults import faults
from agencies.api.parameters import InvalidHeader, InvalidParameters
from agencies.constraints import Violation
from agencies.refusals import Invalid, NotFound, Refused, Stale
from disruptions.api.conditions import ChangedByBoth, PreconditionMissing, is_conflict
from disruptions.services import ExpectedOtherwise
from disruptions.services.idempotency import KeyReused

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:oic-disruptions:problem:"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong: status, code, a sentence that says what to do, and the single faults."""

    status: int
    code: str
    detail: str
    errors: Sequence[Mapping[str, Any]] = ()
    extra: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None


# The names of RFC 9110; Python's own differ between its versions.
TITLES: Final[dict[int, str]] = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    207: "Multi-Status",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

# What each status means where nothing more particular is known; docs/partner-reference.md is made from this.
GENERAL: Final[dict[int, tuple[str, str]]] = {
    400: ("bad_request", "The request cannot be read. Correct it and send it again."),
    401: ("not_authenticated", "Send the header Authorization: Bearer, a space, and your token."),
    403: ("forbidden", "You may not do this."),
    404: ("not_found", "There is no such thing, or none that you may open."),
    405: ("method_not_allowed", "This address does not take that method; the header Allow lists those that it does."),
    406: ("not_acceptable", "Accept application/json."),
    409: ("conflict", "There is one already."),
    412: (
        "stale",
        "The record has changed since you read it. Read it again, apply your change, and send the new ETag.",
    ),
    413: ("too_large", "The body is too large. Send fewer records in one request."),
    415: ("unsupported_media_type", "Send the body as application/json."),
    422: ("idempotency_key_reused", "This key was used with another request. Use a new key."),
    428: ("precondition_required", 'Send the header If-Match with the ETag that you read, such as If-Match: "1".'),
    429: ("too_many_requests", "Slow down, and try again after the seconds in Retry-After."),
    500: ("server_error", "Something failed here. Nothing was written. Try again, with the same Idempotency-Key."),
    503: ("unavailable", "The service is not available. Try again later, with the same Idempotency-Key."),
}


def problem_of(error: Exception, *, method: str) -> Problem | None:
    """Return the problem that an exception stands for, or ``None`` for a fault of ours."""
    for kinds, reader in _READERS:
        if isinstance(error, kinds):
            problem: Problem = reader(error, method)
            return problem
    return None


def respond(problem: Problem, request: HttpRequest | Request) -> HttpResponse:
    """Return the answer for a problem."""
    body: dict[str, Any] = {
        "type": f"{TYPE_PREFIX}{problem.code}",
        "title": TITLES.get(problem.status, "Error"),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": str(getattr(request, "request_id", "")),
        "errors": list(problem.errors),
        **(problem.extra or {}),
    }
    text = _HALF_CHARACTER.sub("\ufffd", json.dumps(body, ensure_ascii=False))
    response = HttpResponse(text.encode(), status=problem.status, content_type=MEDIA_TYPE)
    for name, value in (problem.headers or {}).items():
        response.headers[name] = value
    return response


def general(status: int, *, detail: str = "", code: str = "") -> Problem:
    """Return the problem of a status where nothing more particular is known."""
    usual_code, usual_detail = GENERAL.get(status, ("error", "The request was refused."))
    return Problem(status, code or usual_code, detail or usual_detail)


def answer(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Turn an exception of a view into its problem; DRF's ``EXCEPTION_HANDLER``."""
    request: Request = context["request"]
    problem = problem_of(error, method=str(request.method))
    return None if problem is None else respond(problem, request)


def _invalid(error: Invalid, method: str) -> Problem:
    violations = error.violations
    if isinstance(error, InvalidHeader):
        return Problem(400, "invalid_header", _several(violations), faults(violations, place="header"))
    if isinstance(error, InvalidParameters) or method in SAFE_METHODS:
        return Problem(400, "invalid_parameters", _several(violations), faults(violations, place="parameter"))
    if is_conflict(violations):
        first = violations[0]
        existing = {"existing": first.existing} if first.existing else None
        return Problem(409, first.code, first.message, faults(violations), existing)
    return Problem(400, "invalid", _several(violations), faults(violations))


def _several(violations: list[Violation]) -> str:
    if len(violations) == 1:
        return violations[0].message
    return f"{len(violations)} values cannot be accepted. Each is listed in errors. Nothing was written."


def _stale(error: Stale, method: str) -> Problem:
    code, detail = GENERAL[412]
    return Problem(412, code, detail, extra={"current_version": error.current.version})


def _expected_otherwise(error: ExpectedOtherwise, method: str) -> Problem:
    if error.record is None:
        return Problem(412, "not_there", "There is no record with this reference. Leave If-Match out to record it.")
    detail = "There is a record with this reference already. Leave If-None-Match out to amend it."
    extra = {"existing": error.record.reference, "current_version": error.record.version}
    return Problem(412, "there_already", detail, extra=extra)


def _changed_by_both(error: ChangedByBoth, method: str) -> Problem:
    detail = (
        "Others changed the same fields since you sent this record last. Each is in errors, with what is stored and "
        "what you sent. Nothing was written. Settle it, and send the record with If-Match and the present ETag."
    )
    return Problem(412, "changed_by_both", detail, error.faults, {"current_version": error.version})


def _of_drf(error: exceptions.APIException, method: str) -> Problem:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if challenge := getattr(error, "challenge", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    usual_code, usual_detail = GENERAL.get(error.status_code, ("error", "The request was refused."))
    own_words = isinstance(error, (exceptions.AuthenticationFailed, exceptions.ParseError, Forbidden))
    detail = str(error.detail) if own_words else usual_detail
    given_code = str(getattr(error.detail, "code", ""))
    code = given_code if own_words and given_code else usual_code
    if isinstance(error, exceptions.ParseError):
        fault = {"pointer": "", "code": code, "message": detail}
        return Problem(error.status_code, code, detail, (fault,), headers=headers)
    return Problem(error.status_code, code, detail, headers=headers)


_READERS: Final[tuple[tuple[Any, Any], ...]] = (
    (Invalid, _invalid),
    (Stale, _stale),
    (ExpectedOtherwise, _expected_otherwise),
    (ChangedByBoth, _changed_by_both),
    (Refused, lambda error, method: Problem(403, error.code, error.message)),
    ((NotFound, Http404), lambda error, method: general(404)),
    (PreconditionMissing, lambda error, method: general(428)),
    (KeyReused, lambda error, method: general(422)),
    (exceptions.APIException, _of_drf),
    ((RequestDataTooBig, TooManyFieldsSent), lambda error, method: general(413)),
    (PermissionDenied, lambda error, method: general(403)),
    ((SuspiciousOperation, BadRequest, UnreadablePostError), lambda error, method: general(400)),
)
