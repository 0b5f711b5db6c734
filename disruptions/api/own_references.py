"""``disruptions/by-agency-reference/``: read and put a record by the agency's own reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.parameters import InvalidHeader, InvalidParameters, read_fields, read_flag, sparse
from agencies.api.viewsets import ApiViewSet
from agencies.constraints import Violation
from agencies.refusals import NotFound, Stale
from agencies.vocabulary import ApiScope
from disruptions.api.answering import KEY_PARAMETER, etag_parameter, object_of
from disruptions.api.conditions import (
    IF_MATCH,
    IF_NONE_MATCH,
    ChangedByBoth,
    etag_of,
    read_create_only,
    require_match,
)
from disruptions.api.disruptions import EXAMPLE_RECORD, FIELDS_PARAMETER
from disruptions.api.records import REASON_NAMES, RecordViewSet, reasons_of
from disruptions.api.serializers import (
    DisruptionPut,
    DisruptionSerializer,
    PutDryRunSerializer,
    RecordedSerializer,
)
from disruptions.fields import BY_NAME
from disruptions.models import Disruption
from disruptions.parsing import parse_disruption
from disruptions.representation import RECORD_NAMES, represent, represent_matches
from disruptions.services import Expected, ExpectedOtherwise, put_disruption
from disruptions.vocabulary import Channel

LENGTH_LIMIT: Final = BY_NAME["agency_reference"].max_length or 0
VALUE_PARAMETER: Final = OpenApiParameter(
    "value",
    {"type": "string", "minLength": 1, "maxLength": LENGTH_LIMIT, "example": "KENT/2026/000123"},
    required=True,
    description="Your agency's own reference, percent-encoded. It may hold slashes and spaces.",
)


class OwnReferenceViewSet(RecordViewSet):
    """The client's agency's records, by its own references."""

    http_method_names = [*ApiViewSet.http_method_names, "put"]
    scopes: ClassVar = {
        "by_agency_reference": ApiScope.DISRUPTIONS_READ,
        "put_by_agency_reference": ApiScope.DISRUPTIONS_WRITE,
    }
    parameters: ClassVar = {
        "by_agency_reference": frozenset({"value", "fields"}),
        "put_by_agency_reference": frozenset({"value", "dry_run"}),
    }
    problems: ClassVar = {
        "by_agency_reference": (404,),
        "put_by_agency_reference": (409, 412, 413, 415, 422),
    }
    serializer_class = DisruptionSerializer
    pagination_class = None

    @extend_schema(
        operation_id="disruptions_by_agency_reference_retrieve",
        summary="Read a disruption by your own reference",
        description="The record of your agency with this reference, with the ETag that a change of it needs.",
        parameters=[VALUE_PARAMETER, FIELDS_PARAMETER, etag_parameter(200)],
    )
    @action(detail=False, methods=["get"], url_path="by-agency-reference")
    def by_agency_reference(self, request: Request) -> Response:
        """Answer with one record, or 404."""
        wanted = read_fields(request, RECORD_NAMES)
        record = self._own(_value(request))
        if record is None:
            raise NotFound
        self.note_view(record)
        row = represent([record], reader=self.account)[0]
        return Response(sparse(row, wanted), headers={"ETag": etag_of(record.version)})

    @extend_schema(
        operation_id="disruptions_by_agency_reference_put",
        summary="Put a disruption by your own reference",
        description="Send the whole record, as often as you like: it is recorded (201) or amended (200), and nothing "
        "is written if nothing is new. A field that is left out is empty, or has its default. Without `If-Match`, what "
        "others have changed since you sent it last stands where you send what you sent then; where both sides changed "
        "one field to different values the answer is 412 with both. With `If-Match`, what you send replaces what is "
        "stored. `If-None-Match: *` records and never amends.",
        parameters=[
            VALUE_PARAMETER,
            OpenApiParameter(
                IF_MATCH,
                str,
                OpenApiParameter.HEADER,
                description='The ETag that you read, such as "1"; may be left out.',
            ),
            OpenApiParameter(
                IF_NONE_MATCH,
                {"type": "string", "enum": ["*"]},
                OpenApiParameter.HEADER,
                description="Only if it is new.",
            ),
            KEY_PARAMETER,
            OpenApiParameter("dry_run", bool, description="Check everything and write nothing; answered with 200."),
            etag_parameter(200, 201),
            OpenApiParameter(
                "Location", str, OpenApiParameter.HEADER, response=[201], description="Address of the new record."
            ),
        ],
        request=DisruptionPut,
        responses={
            201: RecordedSerializer,
            200: PolymorphicProxySerializer(
                component_name="DisruptionOrDryRun",
                serializers=[RecordedSerializer, PutDryRunSerializer],
                resource_type_field_name=None,
            ),
        },
        examples=[EXAMPLE_RECORD],
    )
    @by_agency_reference.mapping.put
    def put_by_agency_reference(self, request: Request) -> HttpResponse:
        """Record or amend one."""
        value, dry_run = _value(request), read_flag(request, "dry_run")
        data = object_of(request.data)
        reasons = reasons_of(data)
        sent = {name: data[name] for name in data if name not in REASON_NAMES}
        return self.answer_once(lambda: self._put(value, sent, reasons, dry_run=dry_run), keep=not dry_run)

    def _put(self, value: str, sent: Mapping[str, Any], reasons: Mapping[str, Any], *, dry_run: bool) -> HttpResponse:
        try:
            put = put_disruption(
                acting_user=self.account,
                agency=self.client.agency,
                agency_reference=value,
                sent=sent,
                channel=Channel.API,
                sandbox=self.client.sandbox,
                expected=self._expected(value),
                dry_run=dry_run,
                **reasons,
            )
        except Stale as stale:
            raise self._named(stale, sent) from stale
        more = {"possible_duplicates": represent_matches(put.possible_duplicates)}
        if dry_run:
            existing = None if put.is_new else put.record.reference
            answer = {"dry_run": True, "status": put.record.status, "existing": existing, "version": put.record.version}
            return self.render(200, answer | more)
        return self.recorded(put.record, status=201 if put.is_new else 200, more=more)

    def _expected(self, value: str) -> Expected:
        """Read the conditions; a version is compared again when the record is locked."""
        new = read_create_only(self.request)
        condition = self.request.headers.get(IF_MATCH)
        if condition is None:
            return Expected(new=new)
        if not condition.strip():
            message = "Send the ETag that you read, in its quotation marks, or leave this header out."
            raise InvalidHeader([Violation(IF_MATCH, "invalid_header", message)])
        record = self._own(value)
        if record is None:
            raise ExpectedOtherwise(None)
        return Expected(new=new, there=True, version=require_match(self.request, record))

    def _named(self, stale: Stale, sent: Mapping[str, Any]) -> Exception:
        """Return the refusal that names both sides of each field; a stale version is refused as it is."""
        if not stale.theirs:
            return stale
        [stored] = represent([stale.current], reader=self.account)
        faults = [
            {
                "pointer": f"/{name}",
                "code": "changed_by_both",
                "message": "This was changed here meanwhile, to another value than you send.",
                "stored": stored[name],
                "sent": sent.get(name),
            }
            for name in stale.theirs
        ]
        return ChangedByBoth(stale.current.version, faults)

    def _own(self, value: str) -> Disruption | None:
        rows = Disruption.objects.visible_to(self.account).own_of(self.account).in_sandbox(self.client.sandbox)
        record: Disruption | None = rows.with_related().filter(agency_reference=value).first()
        return record


def _value(request: Request) -> str:
    """Read the reference, as it would be stored. Raises ``InvalidParameters`` unless there is one that could be."""
    values = request.query_params.getlist("value")
    read = [parse_disruption({"agency_reference": value}, typed=True).row.agency_reference for value in values]
    if len(read) == 1 and 0 < len(read[0]) <= LENGTH_LIMIT:
        return read[0]
    message = f"Give your agency's own reference once, percent-encoded, in {LENGTH_LIMIT} signs at most."
    raise InvalidParameters([Violation("value", "invalid_parameter", message)])
