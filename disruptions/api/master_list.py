"""``threats/`` and ``ocgs/``: the SOC master list, for reading, and for the agency that leads an entry to keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from agencies.constraints import Violation
from agencies.refusals import Invalid, NotFound, Refused
from agencies.vocabulary import ApiScope
from disruptions.api.answering import KEY_PARAMETER, MATCH_PARAMETER, OnceViewSet, etag_parameter, object_of
from disruptions.api.conditions import etag_of, require_match
from disruptions.api.entry_serializers import (
    EntryReasonSerializer,
    OCGChange,
    OCGInput,
    OCGMergeSerializer,
    ThreatChange,
    ThreatInput,
    ThreatMergeSerializer,
)
from disruptions.api.filtering import StrictFilterBackend
from disruptions.api.saved_views import VIEW_PARAMETER, stand_for_view
from disruptions.api.serializers import OCGSerializer, ThreatSerializer
from disruptions.filters import OCGFilter, ThreatFilter
from disruptions.models import OCG, SOCThreat
from disruptions.parsing import INVALID, MISTYPED_REFERENCE, parse_ocg, parse_threat
from disruptions.references import OCG as OCG_KIND
from disruptions.references import THREAT, read_reference
from disruptions.services import (
    amend_ocg,
    amend_threat,
    archive_ocg,
    archive_threat,
    merge_ocgs,
    merge_threats,
    record_ocg,
    record_threat,
    restore_ocg,
    restore_threat,
    take_back_ocg_merge,
    take_back_threat_merge,
)
from disruptions.vocabulary import ListKind

_WRITES: Final = ("create", "partial_update", "archive", "restore", "merge", "unmerge")
_STEP: Final = (404, 409, 412, 413, 415, 422, 428)
_LOCATION: Final = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[201], description="Address of the new entry."
)


class MasterListViewSet(OnceViewSet):
    """List, read and keep; each part of the list names its rows, filter, shape, kind of reference and services."""

    scopes: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), ApiScope.THREATS_READ),
        **dict.fromkeys(_WRITES, ApiScope.THREATS_WRITE),
    }
    parameters: ClassVar = dict.fromkeys(("retrieve", *_WRITES), frozenset[str]())
    problems: ClassVar = {
        "retrieve": (404,),
        "create": (409, 413, 415, 422),
        **dict.fromkeys(_WRITES[1:], _STEP),
    }
    filter_backends = (StrictFilterBackend,)
    own_parameters: ClassVar = frozenset({"cursor", "page_size"})
    lookup_field = "reference"
    kind: ClassVar[str]
    route: ClassVar[str]

    def rows(self) -> Any:
        """Return what the client may read."""
        raise NotImplementedError

    def list(self, request: Request) -> Response:
        """Answer with a page."""
        shape = self.shape()
        page = self.paginate_queryset(self.filter_queryset(self.rows()))
        return self.get_paginated_response([shape.to_representation(each) for each in page or []])

    def retrieve(self, request: Request, reference: str) -> Response:
        """Answer with one, or 404."""
        found = self.find(reference)
        return Response(self.shape().to_representation(found), headers={"ETag": etag_of(found.version)})

    def shape(self) -> Any:
        """Return what writes an entry as this client may read it."""
        return self.get_serializer_class()(context={"reader": self.account})

    def find(self, text: str) -> Any:
        """Return one that the client may read. Raises ``NotFound``."""
        wanted = read_reference(text, self.kind)
        found = None if wanted is None else self.rows().filter(reference=wanted).first()
        if found is None:
            raise NotFound
        return found

    def add(self, data: Any, parse: Callable[..., Any], record: Callable[..., Any]) -> HttpResponse:
        """Record an entry that the client's agency leads."""
        self._require_real()

        def work() -> HttpResponse:
            made = record(acting_user=self.account, agency=self.client.agency, entry=parse(data, typed=True))
            return self._answer(made.reference, status=201)

        return self.answer_once(work)

    def change(self, data: Any, reference: str, parse: Callable[..., Any], amend: Callable[..., Any]) -> HttpResponse:
        """Change the fields that were sent."""
        changes = parse(object_of(data), typed=True)
        return self._step(
            reference,
            lambda found, version: amend(
                acting_user=self.account, reference=found.reference, version=version, changes=changes
            ),
        )

    def step(self, data: Any, reference: str, do: Callable[..., Any]) -> HttpResponse:
        """Take a step that needs a reason."""
        reason = _text(object_of(data, ("reason",)), "reason")
        return self._step(
            reference,
            lambda found, version: do(
                acting_user=self.account, reference=found.reference, version=version, reason=reason
            ),
        )

    def part(self, data: Any, reference: str, do: Callable[..., Any]) -> HttpResponse:
        """Take a merge back."""
        reason = _text(object_of(data, ("reason",)), "reason")
        return self._step(
            reference,
            lambda found, version: do(acting_user=self.account, loser=found.reference, version=version, reason=reason),
        )

    def join(self, data: Any, reference: str, do: Callable[..., Any]) -> HttpResponse:
        """Merge an entry into another."""
        given = object_of(data, ("into", "reason"))
        reason, into = _text(given, "reason"), _text(given, "into")
        winner = read_reference(into, self.kind)
        if winner is None:
            message = f"This reference is mistyped. It looks like {self.kind}-7KQ2-M4XH; check each character."
            raise Invalid([Violation("into", MISTYPED_REFERENCE, message)])

        def merged(found: Any, version: int | None) -> None:
            try:
                do(acting_user=self.account, loser=found.reference, winner=winner, version=version, reason=reason)
            except Invalid as refusal:
                # On the wire it is "into".
                raise Invalid(
                    Violation("into" if each.field == "winner" else each.field, each.code, each.message, each.existing)
                    for each in refusal.violations
                ) from refusal

        return self._step(reference, merged)

    def _step(self, reference: str, do: Callable[[Any, int | None], Any]) -> HttpResponse:
        self._require_real()

        def work() -> HttpResponse:
            found = self.find(reference)
            do(found, require_match(self.request, found))
            return self._answer(found.reference)

        return self.answer_once(work)

    def _answer(self, reference: str, *, status: int = 200) -> HttpResponse:
        found = self.find(reference)
        response = self.render(status, self.shape().to_representation(found))
        response.headers["ETag"] = etag_of(found.version)
        if status == 201:
            response.headers["Location"] = reverse(f"{self.route}-detail", args=[reference], request=self.request)
        return response

    def _require_real(self) -> None:
        """Raise ``Refused`` for a client that tries things out: everybody reads the list, so it has no sandbox."""
        if self.client.sandbox:
            raise Refused(
                "sandbox_keeps_no_list",
                "The master list is one for all and has no sandbox. Keep it with a client that is none.",
            )


def _text(data: Mapping[str, Any], name: str) -> str:
    """Return a text of a body; nothing where it was not given. Raises ``Invalid`` for what is no text."""
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid([Violation(name, INVALID, "Send text, in quotation marks.")])
    return value


def _writes(noun: str, given: Any, changes: Any, merge: Any, shape: Any) -> Callable[[Any], Any]:
    """Describe the operations that write."""
    step: dict[str, Any] = {"parameters": [MATCH_PARAMETER, KEY_PARAMETER, etag_parameter(200)], "responses": shape}
    name = "ocgs" if noun == "an OCG" else "threats"
    return extend_schema_view(
        retrieve=extend_schema(
            summary=f"Read {noun}", description="One, archived and merged ones too.", parameters=[etag_parameter(200)]
        ),
        create=extend_schema(
            summary=f"Record {noun}",
            description="Your agency leads it. Your own reference, if you give one, can be used once.",
            parameters=[KEY_PARAMETER, etag_parameter(201), _LOCATION],
            request=given,
            responses={201: shape},
        ),
        partial_update=extend_schema(
            operation_id=f"{name}_amend",
            summary=f"Amend {noun}",
            description="Change the fields that are sent, of one that your agency leads.",
            request=changes,
            **step,
        ),
        archive=extend_schema(
            operation_id=f"{name}_archive",
            summary=f"Archive {noun}",
            description="It takes no more disruptions. What was recorded stays and counts as before.",
            request=EntryReasonSerializer,
            **step,
        ),
        restore=extend_schema(
            operation_id=f"{name}_restore",
            summary=f"Restore {noun}",
            description="Take it out of the archive, to where it stood before.",
            request=EntryReasonSerializer,
            **step,
        ),
        merge=extend_schema(
            operation_id=f"{name}_merge",
            summary=f"Merge {noun} into another",
            description="Your agency leads both. What is held against this one moves; it is archived and its "
            "`merged_into` names the other one. The merge can be taken back.",
            request=merge,
            **step,
        ),
        unmerge=extend_schema(
            operation_id=f"{name}_unmerge",
            summary=f"Take the merge of {noun} back",
            description="It stands by itself again, with what the merge moved.",
            request=EntryReasonSerializer,
            **step,
        ),
    )


@_writes("a SOC threat", ThreatInput, ThreatChange, ThreatMergeSerializer, ThreatSerializer)
@extend_schema_view(
    list=extend_schema(
        parameters=[VIEW_PARAMETER],
        summary="List SOC threats",
        description="Threats that accept disruptions. `status` names others, archived ones too.",
    ),
)
class ThreatViewSet(MasterListViewSet):
    """SOC threats."""

    serializer_class = ThreatSerializer
    filter_class = ThreatFilter
    kind = THREAT
    route = "api_threat"

    def rows(self) -> Any:
        """Return the threats that the client may read."""
        return SOCThreat.objects.visible_to(self.account).with_related()

    def list(self, request: Request) -> Response:
        """Answer with a page."""
        stand_for_view(request, reader=self.account, which=ListKind.THREATS)
        return super().list(request)

    def create(self, request: Request) -> HttpResponse:
        """Record a threat."""
        return self.add(request.data, parse_threat, record_threat)

    def partial_update(self, request: Request, reference: str) -> HttpResponse:
        """Amend a threat."""
        return self.change(request.data, reference, parse_threat, amend_threat)

    @action(detail=True, methods=["post"])
    def archive(self, request: Request, reference: str) -> HttpResponse:
        """Archive a threat."""
        return self.step(request.data, reference, archive_threat)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, reference: str) -> HttpResponse:
        """Restore a threat."""
        return self.step(request.data, reference, restore_threat)

    @action(detail=True, methods=["post"])
    def merge(self, request: Request, reference: str) -> HttpResponse:
        """Merge a threat into another."""
        return self.join(request.data, reference, merge_threats)

    @action(detail=True, methods=["post"])
    def unmerge(self, request: Request, reference: str) -> HttpResponse:
        """Take the merge of a threat back."""
        return self.part(request.data, reference, take_back_threat_merge)


@_writes("an OCG", OCGInput, OCGChange, OCGMergeSerializer, OCGSerializer)
@extend_schema_view(
    list=extend_schema(
        summary="List OCGs",
        description="Organised crime groups that are not archived. `status` names others.",
    ),
)
class OCGViewSet(MasterListViewSet):
    """Organised crime groups."""

    serializer_class = OCGSerializer
    filter_class = OCGFilter
    kind = OCG_KIND
    route = "api_ocg"

    def rows(self) -> Any:
        """Return the groups that the client may read."""
        return OCG.objects.visible_to(self.account).with_related()

    def create(self, request: Request) -> HttpResponse:
        """Record an OCG."""
        return self.add(request.data, parse_ocg, record_ocg)

    def partial_update(self, request: Request, reference: str) -> HttpResponse:
        """Amend an OCG."""
        return self.change(request.data, reference, parse_ocg, amend_ocg)

    @action(detail=True, methods=["post"])
    def archive(self, request: Request, reference: str) -> HttpResponse:
        """Archive an OCG."""
        return self.step(request.data, reference, archive_ocg)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, reference: str) -> HttpResponse:
        """Restore an OCG."""
        return self.step(request.data, reference, restore_ocg)

    @action(detail=True, methods=["post"])
    def merge(self, request: Request, reference: str) -> HttpResponse:
        """Merge an OCG into another."""
        return self.join(request.data, reference, merge_ocgs)

    @action(detail=True, methods=["post"])
    def unmerge(self, request: Request, reference: str) -> HttpResponse:
        """Take the merge of an OCG back."""
        return self.part(request.data, reference, take_back_ocg_merge)
