"""What happens to a record between agencies and reviewers: decisions, versions, waiting supports, hand-overs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.constraints import Violation
from agencies.refusals import Invalid
from agencies.vocabulary import ApiScope
from disruptions.api.answering import KEY_PARAMETER, MATCH_PARAMETER, etag_parameter, object_of
from disruptions.api.conditions import etag_of, require_match
from disruptions.api.records import RecordViewSet, texts_of
from disruptions.api.serializers import (
    ConfirmationSerializer,
    CorrectionSerializer,
    DeclineSerializer,
    HandOverAnswer,
    HandOverInput,
    HandOverSerializer,
    HistorySerializer,
    ReviewsSerializer,
    SupportStandingSerializer,
)
from disruptions.models import Disruption, HandOver
from disruptions.parsing import MISTYPED_REFERENCE
from disruptions.references import DISRUPTION, read_reference
from disruptions.representation import represent_hand_over, represent_history, represent_reviews
from disruptions.services import answer_hand_over, offer_hand_over, take_back_hand_over
from disruptions.services.supporting import confirm_support, correct_support, decline_support

_READS: Final = ("reviews", "history", "hand_overs")
_WRITES: Final = (
    "confirm_lead",
    "correct_lead",
    "decline_lead",
    "hand_over",
    "take_back_hand_over",
    "accept_hand_over",
    "decline_hand_over",
)
_OFFERED: Final[dict[str, Any]] = {
    "parameters": [MATCH_PARAMETER, KEY_PARAMETER, etag_parameter(200)],
    "responses": HandOverSerializer,
}
_ANSWERED: Final[dict[str, Any]] = _OFFERED | {"responses": SupportStandingSerializer}


class LifecycleViewSet(RecordViewSet):
    """What others decide on a record, and what one's agency answers others."""

    scopes: ClassVar = {
        **dict.fromkeys(_READS, ApiScope.DISRUPTIONS_READ),
        **dict.fromkeys(_WRITES, ApiScope.DISRUPTIONS_WRITE),
    }
    parameters: ClassVar = {
        **dict.fromkeys((*_READS[:2], *_WRITES), frozenset[str]()),
        "hand_overs": frozenset({"cursor", "page_size"}),
    }
    problems: ClassVar = {
        **dict.fromkeys(_READS[:2], (404,)),
        **dict.fromkeys(_WRITES, (404, 409, 412, 413, 415, 422, 428)),
    }
    serializer_class = HandOverSerializer

    @extend_schema(
        operation_id="disruptions_reviews",
        summary="Read the decisions on a disruption",
        description="Every decision, the latest first: what an approver or moderator said, of the whole and field by "
        "field. Of a returned record the first says what to put right. Of another agency's record, those on versions "
        "that your agency could open.",
        responses=ReviewsSerializer,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def reviews(self, request: Request, reference: str) -> Response:
        """Answer with the decisions on one record."""
        record = self.find(reference)
        self.note_view(record, "reviews")
        return Response({"results": represent_reviews(record, reader=self.account)})

    @extend_schema(
        operation_id="disruptions_history",
        summary="Read the history of a disruption",
        description="Every version, the newest first: what made it, who, why, and the fields that it changed. Of "
        "another agency's record, the versions that your agency could open at the time (no drafts, nothing from before "
        "it was shared with you): numbers may be missing, and each version is compared with the one listed below it.",
        responses=HistorySerializer,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def history(self, request: Request, reference: str) -> Response:
        """Answer with the versions of one record."""
        record = self.find(reference)
        self.note_view(record, "history")
        return Response({"results": represent_history(record, reader=self.account)})

    @extend_schema(
        operation_id="disruptions_confirm_lead",
        summary="Join a waiting support to your lead",
        description="For the agency that the support names. Filter by `waiting=yes` and `lead_agency`.",
        request=ConfirmationSerializer,
        **_ANSWERED,
    )
    @action(detail=True, methods=["post"], url_path="confirm-lead")
    def confirm_lead(self, request: Request, reference: str) -> HttpResponse:
        """Join a support to a lead."""
        given = texts_of(object_of(request.data, ("lead", "reason")), ("lead", "reason"))
        lead = read_reference(given.get("lead", ""), DISRUPTION)
        if lead is None:
            message = "This reference is mistyped. It looks like D-7KQ2-M4XH; check each character."
            raise Invalid([Violation("lead", MISTYPED_REFERENCE, message)])
        return self._answer_support(reference, confirm_support, lead=lead, reason=given.get("reason", ""))

    @extend_schema(
        operation_id="disruptions_correct_lead",
        summary="Say that another agency led",
        description="The support that waits for your agency then waits for that one.",
        request=CorrectionSerializer,
        **_ANSWERED,
    )
    @action(detail=True, methods=["post"], url_path="correct-lead")
    def correct_lead(self, request: Request, reference: str) -> HttpResponse:
        """Pass a support on."""
        names = ("lead_agency", "reason")
        given = texts_of(object_of(request.data, names), names)
        return self._answer_support(
            reference, correct_support, lead_agency=given.get("lead_agency"), reason=given.get("reason", "")
        )

    @extend_schema(
        operation_id="disruptions_decline_lead",
        summary="Say that your agency did not lead",
        description="The support that waits for your agency goes back to its own, with your reason.",
        request=DeclineSerializer,
        **_ANSWERED,
    )
    @action(detail=True, methods=["post"], url_path="decline-lead")
    def decline_lead(self, request: Request, reference: str) -> HttpResponse:
        """Send a support back."""
        given = texts_of(object_of(request.data, ("reason",)), ("reason",))
        return self._answer_support(reference, decline_support, reason=given.get("reason", ""))

    @extend_schema(
        operation_id="disruptions_hand_overs",
        summary="List what is on offer",
        description="Leads that your agency offers to another or is offered, newest first, until they are answered.",
        responses=HandOverSerializer(many=True),
    )
    @action(detail=False, methods=["get"], url_path="hand-overs")
    def hand_overs(self, request: Request) -> Response:
        """Answer with a page of open offers."""
        rows = HandOver.objects.visible_to(self.account).open().in_sandbox(self.client.sandbox)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([represent_hand_over(each) for each in page])

    @extend_schema(
        operation_id="disruptions_hand_over",
        summary="Offer a lead to the agency that really led",
        description="Nothing moves until that agency accepts.",
        request=HandOverInput,
        **_OFFERED,
    )
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, reference: str) -> HttpResponse:
        """Offer a record."""
        names = ("to_agency", "reason")
        given = texts_of(object_of(request.data, names), names)

        def offer(record: Disruption, version: int | None) -> HandOver:
            return offer_hand_over(
                acting_user=self.account,
                reference=record.reference,
                version=version,
                to_agency=given.get("to_agency", ""),
                reason=given.get("reason", ""),
            )

        return self._offer(reference, offer)

    @extend_schema(
        operation_id="disruptions_take_back_hand_over",
        summary="Take an offer back",
        description="The record stays your agency's.",
        request=None,
        **_OFFERED,
    )
    @action(detail=True, methods=["post"], url_path="take-back-hand-over")
    def take_back_hand_over(self, request: Request, reference: str) -> HttpResponse:
        """Take the open offer of a record back."""
        object_of(request.data, ())
        return self._offer(
            reference,
            lambda record, version: take_back_hand_over(acting_user=self.account, reference=record.reference),
        )

    @extend_schema(
        operation_id="disruptions_accept_hand_over",
        summary="Accept a lead that is offered",
        description="It becomes your agency's lead; your approver decides on it. Your support of it is withdrawn.",
        request=HandOverAnswer,
        **_OFFERED,
    )
    @action(detail=True, methods=["post"], url_path="accept-hand-over")
    def accept_hand_over(self, request: Request, reference: str) -> HttpResponse:
        """Accept a record."""
        return self._answer_offer(reference, accept=True)

    @extend_schema(
        operation_id="disruptions_decline_hand_over",
        summary="Decline a lead that is offered",
        description="It stays with the agency that has it, which reads your answer.",
        request=HandOverAnswer,
        **_OFFERED,
    )
    @action(detail=True, methods=["post"], url_path="decline-hand-over")
    def decline_hand_over(self, request: Request, reference: str) -> HttpResponse:
        """Decline a record."""
        return self._answer_offer(reference, accept=False)

    def _answer_support(self, reference: str, answer: Callable[..., Disruption], **given: Any) -> HttpResponse:
        def work() -> HttpResponse:
            record = self.find(reference)
            version = require_match(self.request, record)
            support = answer(acting_user=self.account, reference=record.reference, version=version, **given)
            standing = {
                "reference": support.reference,
                "agency": support.agency.code,
                "version": support.version,
                "status": support.status,
                # Joined by this answer, to a lead of the client's own agency.
                "lead": support.lead.reference if support.lead else None,
                "lead_agency": support.lead_agency.code if support.lead_agency else None,
            }
            return self._standing(standing, support.version)

        return self.answer_once(work)

    def _answer_offer(self, reference: str, *, accept: bool) -> HttpResponse:
        given = texts_of(object_of(self.request.data, ("answer",)), ("answer",))

        def answer(record: Disruption, version: int | None) -> HandOver:
            return answer_hand_over(
                acting_user=self.account,
                reference=record.reference,
                version=version,
                accept=accept,
                answer=given.get("answer", ""),
            )

        return self._offer(reference, answer)

    def _offer(self, reference: str, do: Callable[[Disruption, int | None], HandOver]) -> HttpResponse:
        def work() -> HttpResponse:
            record = self.find(reference)
            offer = do(record, require_match(self.request, record))
            return self._standing(represent_hand_over(offer), offer.disruption.version)

        return self.answer_once(work)

    def _standing(self, data: dict[str, Any], version: int) -> HttpResponse:
        response = self.render(200, data)
        response.headers["ETag"] = etag_of(version)
        return response
