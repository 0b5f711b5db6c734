"""The OpenAPI description: our token scheme, the problems that every operation can answer with, exact bodies."""

from __future__ import annotations

from typing import Any, Final, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from agencies.api.authentication import ANY_SCOPE
from agencies.api.deprecation import WORDS
from agencies.api.limits import ROWS_PER_REQUEST
from agencies.vocabulary import ApiScope
from disruptions.api.serializers import FaultSerializer
from oic.api.problems import GENERAL, MEDIA_TYPE, TITLES

SCHEME: Final = "clientCredentials"
TOKEN_ADDRESS: Final = "/oauth/token/"  # noqa: S105 - an address
ALWAYS: Final = (400, 401, 403, 406, 429)
COMMON_HEADERS: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "X-Request-ID": ("Tell us this when you ask about the request.", frozenset()),
    "RateLimit-Policy": ("Requests that you may make in so many seconds.", frozenset({"401", "403", "406"})),
    "RateLimit": ("Requests that are left, and the seconds until they are renewed.", frozenset({"401", "403", "406"})),
}
"""Headers of every answer, with the statuses that may come before they are known."""
CLOSED: Final = (
    "DisruptionInput",
    "DisruptionChange",
    "DisruptionPut",
    "OutcomeInput",
    "Withdrawal",
    "Reopening",
    "Confirmation",
    "Correction",
    "Decline",
    "HandOverInput",
    "HandOverAnswer",
    "AssessmentInput",
    "OCGInput",
    "OCGChange",
    "ThreatInput",
    "ThreatChange",
    "EntryReason",
    "OCGMerge",
    "ThreatMerge",
    "WebhookInput",
    "WebhookChange",
    "SecretRotation",
    "Replay",
)
"""Shapes that are sent: a name that is not in them is refused."""


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField(help_text="The code as a URI.")
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField(help_text="What to do, in words; may change.")
    code = serializers.CharField(help_text="Which problem it is. It never changes.")
    request_id = serializers.CharField(allow_blank=True, help_text="Tell us this when you ask about it.")
    errors = FaultSerializer(many=True, help_text="The single faults, each with its place.")  # type: ignore[assignment]  # DRF takes declared fields out of the class
    existing = serializers.CharField(required=False, help_text="The record that is in the way (409).")
    current_version = serializers.IntegerField(required=False, min_value=1, help_text="The version now (412).")


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library's own hook
    """Describe the token and its scopes."""

    target_class = "agencies.api.authentication.BearerAuthentication"
    name = SCHEME

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        """Return the scope that the operation needs."""
        view = auto_schema.view
        scope = str(getattr(view, "scopes", {}).get(getattr(view, "action", None), ANY_SCOPE))
        return {self.name: [scope] if scope else []}

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the OAuth 2 flow."""
        return {
            "type": "oauth2",
            "description": "Ask for a token with the client's id and secret; send it as Authorization: Bearer.",
            "flows": {"clientCredentials": {"tokenUrl": TOKEN_ADDRESS, "scopes": dict(ApiScope.choices)}},
        }


class ApiSchema(AutoSchema):
    """Add to each operation what every operation of this API does."""

    def get_tags(self) -> list[str]:
        """Group the operations by the first part of their address."""
        return [str(self.path).removeprefix("/api/v1/").split("/")[0]]

    def is_deprecated(self) -> bool:
        """Say whether the operation will go."""
        return getattr(self.view, "action", None) in getattr(self.view, "deprecated", {})

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction=direction)
        problem = self.resolve_serializer(ProblemSerializer, "response").ref
        statuses = {*ALWAYS, *getattr(self.view, "problems", {}).get(getattr(self.view, "action", None), ())}
        for status in sorted(statuses):
            responses[str(status)] = {
                "description": f"{TITLES[status]}. {GENERAL[status][1]}",
                "content": {MEDIA_TYPE: {"schema": problem}},
            }
        if "429" in responses:
            responses["429"]["headers"] = {
                "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}
            }
        for status_text, response in responses.items():
            response["description"] = response["description"] or f"{TITLES[int(status_text)]}."
            headers = response.setdefault("headers", {})
            for name, (description, statuses_without) in COMMON_HEADERS.items():
                if status_text not in statuses_without:
                    headers[name] = {"description": description, "schema": {"type": "string"}}
            for name, description in WORDS.items() if self.is_deprecated() else ():
                headers[name] = {"description": description, "schema": {"type": "string"}}
        return dict(sorted(responses.items()))


def close_what_is_sent(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Say that a name that is not in a body's shape is refused, and how long a list may be; a post-processing hook."""
    shapes = result["components"]["schemas"]
    for name in CLOSED:
        shapes[name]["additionalProperties"] = False
    shapes["DisruptionInputOrList"]["oneOf"][1] |= {"minItems": 1, "maxItems": ROWS_PER_REQUEST}
    return result
