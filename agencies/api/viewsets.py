"""What every end point shares: scopes by operation, and no parameter that nobody reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

import structlog
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from agencies.api.authentication import bearer_of
from agencies.api.deprecation import Deprecated
from agencies.api.parameters import require_known, require_values
from agencies.api.throttling import note_error, rate_headers
from agencies.models import ApiClient, User

_log = structlog.get_logger(__name__)


class ApiViewSet(GenericViewSet[Any]):
    """A set of operations. Each names its scope, the parameters it reads, and the problems it can answer with.

    ``scopes`` and ``parameters`` go by action. An action that is not in ``parameters`` reads them itself, strictly.
    Actions that are ``deprecated`` say so in the description and in each answer, and the log names who still asks.
    """

    http_method_names = ["get", "post", "patch", "head"]
    scopes: ClassVar[Mapping[str, str]] = {}
    parameters: ClassVar[Mapping[str, frozenset[str]]] = {}
    problems: ClassVar[Mapping[str, tuple[int, ...]]] = {}
    deprecated: ClassVar[Mapping[str, Deprecated]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a parameter that the operation does not read, and one without a value.

        A misspelt ``dry_run`` must not write, and a filter that was left empty must not widen an answer.
        """
        super().initial(request, *args, **kwargs)
        if self.action in self.parameters:
            require_known(request, self.parameters[self.action])
        require_values(request)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; a fault of ours counts as an error of the client's day before it goes on."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Exception:
            note_error(self.request, status=500, code="server_error")
            raise

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep answers out of every cache on the way, and say how many requests are left."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        for name, value in rate_headers(self.request).items():
            response.headers[name] = value
        if self.action in self.deprecated:
            for name, value in self.deprecated[self.action].headers.items():
                # A page of a list may link to others.
                response.headers[name] = ", ".join(filter(None, (response.headers.get(name), value)))
            caller: ApiClient | None = getattr(request, "caller", None)
            _log.info("deprecated_operation", operation=self.action, client=caller and caller.client_id)
        if response.status_code >= 400:
            note_error(request, status=response.status_code, code=_code_of(response))
        return response

    @property
    def client(self) -> ApiClient:
        """The client that asks."""
        return bearer_of(self.request).client

    @property
    def account(self) -> User:
        """The client's service account, which acts."""
        return bearer_of(self.request).account


def _code_of(response: Any) -> str:
    """Return the code of a problem; nothing for an answer that is none."""
    if response.headers.get("Content-Type") != "application/problem+json":
        return ""
    return str(json.loads(response.content).get("code", ""))
