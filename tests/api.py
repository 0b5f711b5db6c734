"""A partner system for tests: a client with a token, and short names for what it sends."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from agencies.models import ApiClient
from agencies.vocabulary import ApiScope
from disruptions.models import SOCThreat

_numbers = count(1)


def make_token(client: ApiClient, *, scopes: Iterable[str] = tuple(ApiScope), lifetime: int = 3600) -> str:
    """Return a bearer token of a client, kept as the token end point keeps it."""
    text = f"token-of-a-test-{next(_numbers)}"
    token = get_access_token_model()(
        user=client.service_account,
        application=client,
        scope=" ".join(str(scope) for scope in scopes),
        expires=timezone.now() + timedelta(seconds=lifetime),
        token="",
    )
    token._raw_token = text
    token.save()
    return text


class Partner:
    """Sends JSON with a token."""

    def __init__(self, client: ApiClient, *, scopes: Iterable[str] = tuple(ApiScope)) -> None:
        self.client = client
        self.http = Client(headers={"Authorization": f"Bearer {make_token(client, scopes=scopes)}"})

    def get(self, path: str, **headers: str) -> Any:
        return self.http.get(f"/api/v1/{path}", headers=_named(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("put", path, body, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self._send("delete", path, None, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        send = getattr(self.http, method)
        return send(f"/api/v1/{path}", data, content_type="application/json", headers=_named(headers))


def a_lead(threat: SOCThreat, **changes: Any) -> dict[str, Any]:
    """Return a lead that can be submitted."""
    return {
        "role": "lead",
        "threat": threat.reference,
        "occurred_on": "2026-10-01",
        "level": "moderate",
        "initiation": "proactive",
        "strand": "pursue",
        "sub_threat": "facilitation",
        "uk_led": True,
        "summary": "Two organisers arrested.",
        "impact": "The group cannot launch from this coast.",
        "submit": True,
    } | changes


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
