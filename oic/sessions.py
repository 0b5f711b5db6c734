"""Who is asked to sign in, and what becomes of what they typed; a session in use does not end."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_POST

from disruptions.views.typed import hold_typed
from oic.session_store import SessionStore

SECONDS_LEFT: Final = "X-Session-Seconds"
"""The header by which a page that is open learns when its session ends now."""
SIGNED_OUT: Final = "Sign in again to go on."


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Default deny. What somebody typed while their session ended waits until they have signed in again."""

    def handle_no_permission(  # type: ignore[override]  # a script is not led anywhere: it is answered
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """Lead to signing in and back, or answer a script 401."""
        back = hold_typed(request) if request.method == "POST" else None
        if request.headers.get("Accept") == "application/json":
            answer = {"code": "signed_out", "detail": SIGNED_OUT}
            return JsonResponse(answer, status=HTTPStatus.UNAUTHORIZED)
        if back is not None:
            return redirect_to_login(back)
        return super().handle_no_permission(request, view_func)


class SessionRenewalMiddleware:
    """Renew the session of somebody who does something, once a quarter of its time has passed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = session_of(request)
        if session is not None and session.is_a_quarter_gone():
            session.renew()
        response = self.get_response(request)
        if session is not None and response.headers.get("Content-Type", "").startswith("application/json"):
            response.headers[SECONDS_LEFT] = str(session.seconds_left())
        return response


def session_of(request: HttpRequest) -> SessionStore | None:
    """Return the session of somebody who is signed in; a partner's request and a stranger's have none."""
    user = getattr(request, "user", None)
    session = getattr(request, "session", None)
    return session if user is not None and user.is_authenticated and isinstance(session, SessionStore) else None


@require_POST
def session_extend(request: HttpRequest) -> HttpResponse:
    """Stay signed in: answers the seconds until the session ends now."""
    session = session_of(request)
    if session is None:
        return JsonResponse({"code": "signed_out", "detail": SIGNED_OUT}, status=HTTPStatus.UNAUTHORIZED)
    session.renew()
    return JsonResponse({"seconds": session.seconds_left()})
