"""``assessments/``: how threats were graded, and grading them; ``assessments/scoring-model/`` says how it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from agencies import audit
from agencies.api.parameters import InvalidParameters
from agencies.constraints import Violation, declare, violation
from agencies.refusals import Invalid, NotFound, Refused
from agencies.vocabulary import ApiScope, AuditAction
from disruptions.api.answering import KEY_PARAMETER, MATCH_PARAMETER, OnceViewSet, etag_parameter, object_of
from disruptions.api.assessment_serializers import AssessmentInput, AssessmentSerializer, ScoringModelSerializer
from disruptions.api.conditions import etag_of, require_match
from disruptions.api.filtering import StrictFilterBackend
from disruptions.filters import AssessmentFilter
from disruptions.models import ScoringModel, SOCThreat, ThreatAssessment
from disruptions.parsing import INVALID
from disruptions.references import THREAT, read_reference
from disruptions.services import AssessmentRow, assess_threats, current_scoring_model
from disruptions.vocabulary import Channel

declare("assessment_threat_exists", "threat", "There is no threat with this reference.")

TEXTS: Final = ("threat", "adopted_grade", "confidence", "override_reason", "note")
NAMES: Final = (*TEXTS, "scores", "scoring_model")
_EXAMPLE = {
    "threat": "T-7KQ2-M4XH",
    "scoring_model": 1,
    "scores": {"harm": 3, "scale": 4, "capability": 3, "intent": 4, "trend": 3},
    "confidence": "medium",
    "adopted_grade": "P2",
    "note": "Two debriefs and a partner's report.",
}


class AssessmentViewSet(OnceViewSet):
    """Assessments: they are read by all who take part, and made by those who manage the threat. None is changed."""

    http_method_names = ["get", "post", "head"]
    scopes: ClassVar = {
        "list": ApiScope.THREATS_READ,
        "retrieve": ApiScope.THREATS_READ,
        "scoring_model": ApiScope.THREATS_READ,
        "create": ApiScope.THREATS_WRITE,
    }
    parameters: ClassVar = {
        "retrieve": frozenset(),
        "create": frozenset(),
        "scoring_model": frozenset({"version"}),
    }
    problems: ClassVar = {
        "retrieve": (404,),
        "scoring_model": (404,),
        "create": (409, 412, 413, 415, 422, 428),
    }
    serializer_class = AssessmentSerializer
    filter_backends = (StrictFilterBackend,)
    filter_class = AssessmentFilter
    own_parameters: ClassVar = frozenset({"cursor", "page_size"})
    lookup_value_converter = "int"

    @extend_schema(
        summary="List assessments",
        description="Every grading of the threats on the list, the latest first. An assessment is never changed.",
    )
    def list(self, request: Request) -> Response:
        """Answer with a page."""
        page = self.paginate_queryset(self.filter_queryset(self._rows())) or []
        detail = {"channel": Channel.API, "parameters": request.query_params.urlencode()[:2000]}
        audit.record(
            AuditAction.SEARCHED, "threat_assessment", user=self.account, request=request._request, detail=detail
        )
        return self.get_paginated_response([_represented(each) for each in page])

    @extend_schema(summary="Read an assessment", description="One assessment.")
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one, or 404."""
        found = self._rows().filter(pk=pk).first() if pk < 2**63 else None
        if found is None:
            raise NotFound
        audit.record(
            AuditAction.VIEWED,
            "threat_assessment",
            found.threat.reference,
            user=self.account,
            request=request._request,
            detail={"channel": Channel.API},
        )
        return Response(_represented(found))

    @extend_schema(
        operation_id="assessments_assess",
        summary="Assess a threat",
        description="Grade a threat that your agency leads. Send the scores of every factor of the present scoring "
        "model: the service works out the grade that they suggest, and you say which one you adopt, with a reason if "
        "it is another. `If-Match` holds the ETag of the threat. The answer's ETag is the threat's new one.",
        parameters=[MATCH_PARAMETER, KEY_PARAMETER, etag_parameter(201)],
        request=AssessmentInput,
        responses={201: AssessmentSerializer},
        examples=[OpenApiExample("An assessment", value=_EXAMPLE, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Add one assessment and adopt its grade."""
        row = _row(object_of(request.data, NAMES))

        def work() -> HttpResponse:
            if self.client.sandbox:
                raise Refused(
                    "sandbox_keeps_no_list",
                    "The master list is one for all and has no sandbox. Keep it with a client that is none.",
                )
            threat = SOCThreat.objects.visible_to(self.account).filter(reference=row.threat).first()
            if threat is None:
                raise Invalid([violation("assessment_threat_exists")])
            row.version = require_match(request, threat)
            [made] = assess_threats(acting_user=self.account, rows=[row])
            response = self.render(201, _represented(self._rows().get(pk=made.pk)))
            response.headers["ETag"] = etag_of(made.threat.version)
            response.headers["Location"] = reverse(
                "api_assessment-detail", kwargs={"pk": made.pk}, request=self.request
            )
            return response

        return self.answer_once(work)

    @extend_schema(
        operation_id="assessments_scoring_model",
        summary="Read the scoring model",
        description="The factors with their words and weights, and the totals that suggest each grade: a local model "
        "of this service, and no national standard. The present version, unless another is named.",
        parameters=[OpenApiParameter("version", int, description="A version, as an assessment names it.")],
        responses=ScoringModelSerializer,
        filters=False,
    )
    @action(detail=False, url_path="scoring-model", pagination_class=None)
    def scoring_model(self, request: Request) -> Response:
        """Answer with one version of the model."""
        values = request.query_params.getlist("version")
        if not values:
            return Response(_of_model(current_scoring_model()))
        if len(values) > 1 or not (values[0].isascii() and values[0].isdecimal() and len(values[0]) < 10):
            raise InvalidParameters([Violation("version", "invalid_parameter", "Send one whole number.")])
        usable = ScoringModel.objects.visible_to(self.account).usable()
        found = usable.filter(version=int(values[0])).first()
        if found is None:
            raise NotFound
        return Response(_of_model(found))

    def _rows(self) -> Any:
        return ThreatAssessment.objects.visible_to(self.account).with_related().select_related("threat")


def _row(data: Mapping[str, Any]) -> AssessmentRow:
    """Return a body as a row. Raises ``Invalid`` for values of the wrong type and a mistyped reference."""
    faults = [
        Violation(name, INVALID, "Send text.")
        for name in TEXTS
        if data.get(name) is not None and not isinstance(data[name], str)
    ]
    scores = data.get("scores")
    if scores is not None and not isinstance(scores, Mapping):
        faults.append(Violation("scores", INVALID, 'Send an object, a score by factor: {"harm": 3}.'))
    version = data.get("scoring_model")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        faults.append(Violation("scoring_model", INVALID, "Send the number of the version."))
    if faults:
        raise Invalid(faults)
    texts = {name: data.get(name) or "" for name in TEXTS}
    reference = read_reference(texts["threat"], THREAT)
    if reference is None:
        code = "mistyped_reference" if texts["threat"] else "assessment_threat_exists"
        message = "Send the reference of a threat, such as T-7KQ2-M4XH; check each character."
        raise Invalid([Violation("threat", code, message)])
    return AssessmentRow(
        reference,
        texts["adopted_grade"],
        scores or {},
        confidence=texts["confidence"],
        override_reason=texts["override_reason"],
        note=texts["note"],
        scoring_model=version,
    )


def _represented(assessment: ThreatAssessment) -> dict[str, Any]:
    return {
        "id": assessment.pk,
        "threat": assessment.threat.reference,
        "threat_version": assessment.threat_version,
        "scoring_model": assessment.scoring_model.version,
        "scores": assessment.factor_scores,
        "total": None if assessment.total is None else str(assessment.total),
        "confidence": assessment.confidence,
        "suggested_grade": assessment.suggested_grade,
        "adopted_grade": assessment.adopted_grade,
        "previous_grade": assessment.previous_grade,
        "override": assessment.is_override,
        "override_reason": assessment.override_reason,
        "note": assessment.note,
        "agency": assessment.assessed_by.agency.code,
        "assessed_at": assessment.assessed_at,
    }


def _of_model(scoring: ScoringModel) -> dict[str, Any]:
    return {
        "version": scoring.version,
        "name": scoring.name,
        "factors": scoring.factors,
        "thresholds": scoring.thresholds,
        "confidence": scoring.confidence,
        "note": scoring.note,
        "created_at": scoring.created_at,
    }
