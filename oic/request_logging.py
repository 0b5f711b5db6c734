"""One line in the log for each request, without what people typed."""

from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import get_contextvars

REQUEST_ID_HEADER = "X-Request-ID"


class RequestLoggingMiddleware(RequestMiddleware):
    """Log method, path, person and answer, and tell the caller the request's id.

    The query string is left out: it holds names and free text that people search for.
    """

    def prepare(self, request: HttpRequest) -> None:
        """Give the request its id; `request.request_id` is what error pages and problem answers show."""
        super().prepare(request)
        request.request_id = get_contextvars()["request_id"]  # type: ignore[attr-defined]  # Django's way to pass it on

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Put the request's id on the answer."""
        super().handle_response(request, response)
        response.headers[REQUEST_ID_HEADER] = getattr(request, "request_id", "")

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return method and path only."""
        return f"{request.method} {request.path}"
