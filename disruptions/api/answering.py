"""What operations that write share: an answer given once per ``Idempotency-Key``, and bodies that are objects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer

from agencies.api.viewsets import ApiViewSet
from agencies.constraints import Violation
from agencies.refusals import Invalid
from agencies.sealing import seal, unseal
from disruptions.api.conditions import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, read_key
from disruptions.parsing import INVALID, UNKNOWN_FIELD
from disruptions.services.idempotency import Answer, answer_once

KEY_PARAMETER = OpenApiParameter(
    IDEMPOTENCY_KEY,
    str,
    OpenApiParameter.HEADER,
    description="A name of your own for this request, a UUID at best. Sent again with the same body, it brings the "
    "same answer back and records nothing twice. Kept for 7 days.",
)
MATCH_PARAMETER = OpenApiParameter(
    IF_MATCH, str, OpenApiParameter.HEADER, required=True, description='The ETag that you read, such as "1".'
)


def etag_parameter(*statuses: int) -> OpenApiParameter:
    """Describe the ETag that answers of these statuses carry."""
    return OpenApiParameter(
        "ETag", str, OpenApiParameter.HEADER, response=list(statuses), description='The version, such as "1".'
    )


class OnceViewSet(ApiViewSet):
    """Operations that write; the same request with the same key is done once."""

    def render(self, status: int, data: Any) -> HttpResponse:
        """Return an answer whose bytes can be kept."""
        return HttpResponse(JSONRenderer().render(data), status=status, content_type="application/json")

    def answer_once(self, work: Callable[[], HttpResponse], *, keep: bool = True, sealed: bool = False) -> HttpResponse:
        """Do the work, or replay the answer to an earlier request with the same ``Idempotency-Key``.

        ``sealed``: the answer holds a secret, so it is kept in a form that only this site can open.
        """
        key = read_key(self.request)
        if key is None or not keep:
            return work()
        purpose = f"answer to {self.client.client_id} {key}"

        def attempt() -> Answer:
            try:
                with transaction.atomic():
                    response = work()
            except Exception as error:
                # A refusal is an answer like another; a fault of ours is raised again and keeps nothing.
                response = self.handle_exception(error)
            kept = {name: response.headers[name] for name in ("ETag", "Location") if name in response.headers}
            body = seal(response.content.decode(), purpose=purpose).encode() if sealed else response.content
            return Answer(response.status_code, body, response.headers["Content-Type"], kept)

        answer = answer_once(client=self.client, key=key, digest=self._digest(), work=attempt)
        body = (unseal(answer.body.decode(), purpose=purpose) or "").encode() if sealed else answer.body
        response = HttpResponse(body, status=answer.status, content_type=answer.content_type)
        for name, value in answer.headers.items():
            response.headers[name] = value
        if answer.replayed:
            response.headers["Idempotency-Replayed"] = "true"
        return response

    def _digest(self) -> str:
        """Return what makes this request the same as another: method, address, condition and body."""
        request = self.request
        parts = [str(request.method), request.get_full_path(), request.headers.get(IF_MATCH, "")]
        if IF_NONE_MATCH in request.headers:
            parts.append(request.headers[IF_NONE_MATCH])
        return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.body).hexdigest()


def object_of(data: Any, names: tuple[str, ...] | None = None) -> Mapping[str, Any]:
    """Return a body that must be an object, with these names at most. Raises ``Invalid``."""
    if not isinstance(data, Mapping):
        raise Invalid([Violation("", INVALID, "Send one object.")])
    if names is not None:
        unknown = [name for name in data if name not in names]
        if unknown:
            message = "There is no field with this name."
            raise Invalid([Violation(str(name)[:100], UNKNOWN_FIELD, message) for name in unknown])
    return data
