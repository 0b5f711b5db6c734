"""``disruptions/``: record, list, read, amend, submit, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies import audit
from agencies.api.faults import faults
from agencies.api.limits import ROWS_PER_REQUEST
from agencies.api.parameters import InvalidParameters, read_fields, read_flag, sparse
from agencies.constraints import Violation
from agencies.refusals import Invalid
from agencies.vocabulary import ApiScope, AuditAction
from disruptions.api.answering import KEY_PARAMETER, MATCH_PARAMETER, etag_parameter, object_of
from disruptions.api.conditions import etag_of, is_conflict, require_match
from disruptions.api.filtering import StrictFilterBackend
from disruptions.api.records import REASON_NAMES, RecordViewSet, reasons_of, texts_of
from disruptions.api.saved_views import VIEW_PARAMETER, stand_for_view
from disruptions.api.serializers import (
    DisruptionChange,
    DisruptionInput,
    DisruptionSerializer,
    DryRunSerializer,
    RecordedSerializer,
    ReopeningSerializer,
    ResultsSerializer,
    WithdrawalSerializer,
)
from disruptions.filters import DisruptionFilter
from disruptions.parsing import parse_disruption
from disruptions.representation import RECORD_NAMES, represent, represent_matches
from disruptions.services import (
    RowResult,
    amend_disruption,
    record_disruptions,
    reopen_disruptions,
    submit_disruptions,
    withdraw_disruptions,
)
from disruptions.services.duplicates import duplicates_of
from disruptions.statistics.parameters import read_as_at, records_as_at
from disruptions.vocabulary import Channel, ListKind

FIELDS_PARAMETER = OpenApiParameter(
    "fields", str, description="Names of the fields to answer with, commas between them. All, if it is left out."
)


_EXAMPLE = {
    "role": "lead",
    "threat": "T-7KQ2-M4XH",
    "occurred_on": "2026-10-01",
    "level": "moderate",
    "extent": "notable",
    "duration": "medium",
    "initiation": "proactive",
    "strand": "pursue",
    "sub_threat": "facilitation",
    "entry_method": "small_boat",
    "enablers": ["equipment"],
    "uk_led": True,
    "force_area": "kent",
    "country": "GB",
    "operation": "Example",
    "summary": "Two organisers arrested and their boats seized.",
    "impact": "The group cannot launch from this coast until it finds new equipment.",
    "agency_reference": "KENT/2026/000123",
    "marking": "official_sensitive",
    "sharing": "all_agencies",
    "outcomes": [{"type": "arrest", "count": 2}, {"type": "cash_seizure", "value_gbp": "12500.00"}],
    "submit": True,
}
EXAMPLE_RECORD = OpenApiExample("A lead", value=_EXAMPLE, request_only=True)


class DisruptionViewSet(RecordViewSet):
    """Disruptions: those that the client's agency may open, and its own to change."""

    scopes: ClassVar = {
        "list": ApiScope.DISRUPTIONS_READ,
        "retrieve": ApiScope.DISRUPTIONS_READ,
        "create": ApiScope.DISRUPTIONS_WRITE,
        "partial_update": ApiScope.DISRUPTIONS_WRITE,
        "submit": ApiScope.DISRUPTIONS_WRITE,
        "withdraw": ApiScope.DISRUPTIONS_WRITE,
        "reopen": ApiScope.DISRUPTIONS_WRITE,
    }
    parameters: ClassVar = {
        "retrieve": frozenset({"fields"}),
        "create": frozenset({"dry_run", "all_or_nothing"}),
        "partial_update": frozenset(),
        "submit": frozenset(),
        "withdraw": frozenset(),
        "reopen": frozenset(),
    }
    problems: ClassVar = {
        "retrieve": (404,),
        "create": (409, 413, 415, 422),
        "partial_update": (404, 409, 412, 413, 415, 422, 428),
        "submit": (404, 409, 412, 413, 415, 422, 428),
        "withdraw": (404, 412, 413, 415, 422, 428),
        "reopen": (404, 409, 412, 413, 415, 422, 428),
    }
    serializer_class = DisruptionSerializer
    filter_backends = (StrictFilterBackend,)
    filter_class = DisruptionFilter
    own_parameters: ClassVar = frozenset({"cursor", "page_size", "fields", "as_at"})

    @extend_schema(
        summary="List disruptions",
        description="The records that your agency may open, newest recorded first. A sandbox client sees its agency's "
        "sandbox records, and no other client does. Give a filter several times for any of its values.",
        parameters=[
            FIELDS_PARAMETER,
            VIEW_PARAMETER,
            OpenApiParameter(
                "as_at",
                {"type": "string", "format": "date"},
                description="The records as they stood at the end of that day, London time.",
            ),
        ],
    )
    def list(self, request: Request) -> Response:
        """Answer with a page of records."""
        stand_for_view(request, reader=self.account, which=ListKind.DISRUPTIONS)
        wanted = read_fields(request, RECORD_NAMES)
        with records_as_at(read_as_at(request.query_params)) as everything:
            rows = everything.visible_to(self.account).in_sandbox(self.client.sandbox).with_related()
            page = self.paginate_queryset(self.filter_queryset(rows)) or []
            found = represent(page, reader=self.account)
        audit.record(
            AuditAction.SEARCHED,
            "disruption",
            user=self.account,
            request=request._request,
            detail={
                "channel": Channel.API,
                "records": len(found),
                "parameters": request.query_params.urlencode()[:2000],
            },
        )
        return self.get_paginated_response([sparse(row, wanted) for row in found])

    @extend_schema(
        summary="Read a disruption",
        description="One record, with the ETag that a change of it needs.",
        parameters=[FIELDS_PARAMETER, etag_parameter(200)],
    )
    def retrieve(self, request: Request, reference: str) -> Response:
        """Answer with one record, or 404."""
        wanted = read_fields(request, RECORD_NAMES)
        record = self.find(reference)
        self.note_view(record)
        row = represent([record], reader=self.account)[0]
        return Response(sparse(row, wanted), headers={"ETag": etag_of(record.version)})

    @extend_schema(
        summary="Record disruptions",
        description=f"Send one record, or a list of up to {ROWS_PER_REQUEST:,}. One is answered with the record. A "
        "list is answered with a result per record: 201 if all were recorded, 207 if not. What breaks no rule is "
        "recorded even if another record of the list is refused, unless `all_or_nothing=true`.",
        parameters=[
            KEY_PARAMETER,
            OpenApiParameter("dry_run", bool, description="Check everything and write nothing; answered with 200."),
            OpenApiParameter("all_or_nothing", bool, description="Record none of a list if one of it is refused."),
            etag_parameter(201),
            OpenApiParameter(
                "Location", str, OpenApiParameter.HEADER, response=[201], description="Address of the one record."
            ),
        ],
        request=PolymorphicProxySerializer(
            component_name="DisruptionInputOrList",
            serializers=[DisruptionInput, DisruptionInput(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={
            201: PolymorphicProxySerializer(
                component_name="DisruptionOrResults",
                serializers=[RecordedSerializer, ResultsSerializer],
                resource_type_field_name=None,
            ),
            200: PolymorphicProxySerializer(
                component_name="DryRunOrResults",
                serializers=[DryRunSerializer, ResultsSerializer],
                resource_type_field_name=None,
            ),
            207: ResultsSerializer,
        },
        examples=[EXAMPLE_RECORD],
    )
    def create(self, request: Request) -> HttpResponse:
        """Record one or a list."""
        dry_run, together = read_flag(request, "dry_run"), read_flag(request, "all_or_nothing")
        data = request.data
        if isinstance(data, list):
            _require_length(data)
            return self.answer_once(lambda: self._create_list(data, dry_run, together), keep=not dry_run)
        if together:
            message = "This goes with a list of records. Leave it out for one."
            raise InvalidParameters([Violation("all_or_nothing", "invalid_parameter", message)])
        return self.answer_once(lambda: self._create_one(data, dry_run), keep=not dry_run)

    @extend_schema(
        operation_id="disruptions_amend",
        summary="Amend a disruption",
        description="Change the fields that are sent. Changing what a count depends on returns an approved record to "
        "submitted.",
        parameters=[MATCH_PARAMETER, KEY_PARAMETER, etag_parameter(200)],
        request=DisruptionChange,
        responses=DisruptionSerializer,
    )
    def partial_update(self, request: Request, reference: str) -> HttpResponse:
        """Amend one record."""
        data = object_of(request.data)
        reasons = reasons_of(data)
        changes = parse_disruption({name: data[name] for name in data if name not in REASON_NAMES}, typed=True)

        def work() -> HttpResponse:
            record = self.find(reference)
            version = require_match(request, record)
            amended = amend_disruption(
                acting_user=self.account, reference=record.reference, version=version, changes=changes, **reasons
            )
            return self.recorded(amended)

        return self.answer_once(work)

    @extend_schema(
        operation_id="disruptions_submit",
        summary="Submit a disruption",
        description="Submit a draft or a returned record as it stands. What may be the same event is reported.",
        parameters=[MATCH_PARAMETER, KEY_PARAMETER, etag_parameter(200)],
        request=None,
        responses=RecordedSerializer,
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, reference: str) -> HttpResponse:
        """Submit one record."""
        object_of(request.data, ())

        def work() -> HttpResponse:
            record = self.find(reference)
            versions = {record.reference: require_match(request, record)}
            submit_disruptions(acting_user=self.account, versions=versions)
            submitted = self.find(reference)
            matches = duplicates_of(acting_user=self.account, record=submitted).pending
            return self.recorded(submitted, more={"possible_duplicates": represent_matches(matches)})

        return self.answer_once(work)

    @extend_schema(
        operation_id="disruptions_withdraw",
        summary="Withdraw a disruption",
        description="Take a record out of the counts. It stays readable. Say why, once it was submitted.",
        parameters=[MATCH_PARAMETER, KEY_PARAMETER, etag_parameter(200)],
        request=WithdrawalSerializer,
        responses=DisruptionSerializer,
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, reference: str) -> HttpResponse:
        """Withdraw one record."""
        reasons = reasons_of(object_of(request.data, REASON_NAMES))

        def work() -> HttpResponse:
            record = self.find(reference)
            versions = {record.reference: require_match(request, record)}
            withdraw_disruptions(acting_user=self.account, versions=versions, **reasons)
            return self.recorded(self.find(reference))

        return self.answer_once(work)

    @extend_schema(
        operation_id="disruptions_reopen",
        summary="Reopen a withdrawn disruption",
        description="What was ever submitted comes back as returned, to be put right and submitted again, and needs a "
        "reason. A draft that was thrown away is a draft again.",
        parameters=[MATCH_PARAMETER, KEY_PARAMETER, etag_parameter(200)],
        request=ReopeningSerializer,
        responses=DisruptionSerializer,
    )
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, reference: str) -> HttpResponse:
        """Reopen one record."""
        reasons = texts_of(object_of(request.data, ("reason",)), ("reason",))

        def work() -> HttpResponse:
            record = self.find(reference)
            versions = {record.reference: require_match(request, record)}
            reopen_disruptions(acting_user=self.account, versions=versions, **reasons)
            return self.recorded(self.find(reference))

        return self.answer_once(work)

    def _create_one(self, data: Any, dry_run: bool) -> HttpResponse:
        result = self._record([data], dry_run=dry_run)[0]
        if result.record is None:
            raise Invalid(result.violations)
        if dry_run:
            answer = {"dry_run": True, "status": result.record.status}
            return self.render(200, answer | _duplicates(result))
        return self.recorded(result.record, status=201, more=_duplicates(result))

    def _create_list(self, data: Sequence[Any], dry_run: bool, together: bool) -> HttpResponse:
        results = self._record(data, dry_run=dry_run, all_or_nothing=together)
        rows = [self._row_result(result, dry_run=dry_run) for result in results]
        accepted = 200 if dry_run else 201
        status = accepted if all(row["status"] == accepted for row in rows) else 207
        return self.render(status, {"results": rows})

    def _record(self, rows: Sequence[Any], *, dry_run: bool, all_or_nothing: bool = False) -> Sequence[RowResult]:
        return record_disruptions(
            acting_user=self.account,
            agency=self.client.agency,
            rows=[parse_disruption(row, typed=True) for row in rows],
            channel=Channel.API,
            sandbox=self.client.sandbox,
            all_or_nothing=all_or_nothing,
            dry_run=dry_run,
            report_duplicates=True,
        )

    def _row_result(self, result: RowResult, *, dry_run: bool) -> dict[str, Any]:
        if result.violations:
            errors = faults(result.violations, prefix=f"/{result.index}")
            return {"index": result.index, "status": 409 if is_conflict(result.violations) else 400, "errors": errors}
        if result.record is None:
            return {"index": result.index, "status": 424, "errors": faults([_NOT_ALONE], prefix=f"/{result.index}")}
        if dry_run:
            return {"index": result.index, "status": 200} | _duplicates(result)
        return {
            "index": result.index,
            "status": 201,
            "reference": result.record.reference,
            "version": result.record.version,
            "agency_reference": result.record.agency_reference,
        } | _duplicates(result)


_NOT_ALONE: Final = Violation(
    "",
    "not_recorded_with_others",
    "Nothing is wrong with this record. It was not recorded, because another of the list was refused.",
)


def _duplicates(result: RowResult) -> dict[str, Any]:
    return {"possible_duplicates": represent_matches(result.possible_duplicates)}


def _require_length(data: list[Any]) -> None:
    """Raise ``Invalid`` for a list with nothing in it or with too much."""
    if not data:
        raise Invalid([Violation("", "empty_list", "Send at least one record.")])
    if len(data) > ROWS_PER_REQUEST:
        message = f"Send at most {ROWS_PER_REQUEST:,} records in one request; this holds {len(data):,}."
        raise Invalid([Violation("", "too_many_records", message)])
