"""What the operations about disruptions share: find a record that the client may open, and answer with one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpResponse
from rest_framework.reverse import reverse

from agencies import audit
from agencies.constraints import Violation
from agencies.refusals import Invalid, NotFound
from agencies.vocabulary import AuditAction
from disruptions.api.answering import OnceViewSet
from disruptions.api.conditions import etag_of
from disruptions.models import Disruption
from disruptions.parsing import INVALID
from disruptions.references import DISRUPTION, read_reference
from disruptions.representation import represent
from disruptions.rules import is_storable
from disruptions.vocabulary import Channel

REASON_NAMES: Final = ("reason", "reason_class")


class RecordViewSet(OnceViewSet):
    """Operations about records that the client may open."""

    lookup_field = "reference"

    def find(self, text: str) -> Disruption:
        """Return a record that the client may open. Raises ``NotFound``."""
        reference = read_reference(text, DISRUPTION)
        if reference is not None:
            rows = Disruption.objects.visible_to(self.account).in_sandbox(self.client.sandbox)
            record: Disruption | None = rows.with_related().filter(reference=reference).first()
            if record is not None:
                return record
        raise NotFound

    def recorded(
        self, record: Disruption, *, status: int = 200, more: Mapping[str, Any] = MappingProxyType({})
    ) -> HttpResponse:
        """Return the answer that holds one record, and ``more`` beside it."""
        response = self.render(status, {**represent([record], reader=self.account)[0], **more})
        response.headers["ETag"] = etag_of(record.version)
        if status == 201:
            response.headers["Location"] = reverse(
                "api_disruption-detail", args=[record.reference], request=self.request
            )
        return response

    def note_view(self, record: Disruption, part: str = "") -> None:
        """Keep that the client read a record, or a part of what is kept of it."""
        audit.record(
            AuditAction.VIEWED,
            "disruption",
            record.reference,
            user=self.account,
            request=self.request._request,
            detail={"channel": Channel.API} | ({"part": part} if part else {}),
        )


def reasons_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reason and its class, as far as they were given. Raises ``Invalid`` for what is no text."""
    return texts_of(data, REASON_NAMES)


def texts_of(data: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return the texts of a body, as far as they were given. Raises ``Invalid`` for what cannot be stored as text."""
    given = {name: data[name] for name in names if data.get(name) is not None}
    faults = [
        Violation(name, INVALID, "Send text, in quotation marks.")
        if not isinstance(value, str)
        else Violation(name, INVALID, "Take out the characters that cannot be stored (null or half a character).")
        for name, value in given.items()
        # A reason has a rule of its own.
        if not isinstance(value, str) or (name not in REASON_NAMES and not is_storable(value))
    ]
    if faults:
        raise Invalid(faults)
    return given
