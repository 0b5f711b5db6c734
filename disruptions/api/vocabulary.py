"""``vocabulary/``: every code list, the measures of outcomes, the fields of a record."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.authentication import ANY_SCOPE
from agencies.api.viewsets import ApiViewSet
from agencies.vocabulary import AgencyKind, StatisticsGroup
from disruptions.api.serializers import VocabularySerializer
from disruptions.countries import COUNTRIES
from disruptions.fields import FIELDS, Kind
from disruptions.vocabulary import (
    MEASURE_NAMES,
    OUTCOME_MEASURES,
    DisruptionRole,
    Duration,
    Enabler,
    EntryMethod,
    Extent,
    Initiation,
    Level,
    Marking,
    NotCounted,
    OicSubThreat,
    OutcomeType,
    PndTier,
    PriorityGrade,
    PsniScale,
    ReasonClass,
    Sharing,
    Status,
    Strand,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)

CODE_LISTS: Final[dict[str, type[TextChoices]]] = {
    "role": DisruptionRole,
    "level": Level,
    "extent": Extent,
    "duration": Duration,
    "initiation": Initiation,
    "strand": Strand,
    "sub_threat": OicSubThreat,
    "entry_method": EntryMethod,
    "enablers": Enabler,
    "marking": Marking,
    "sharing": Sharing,
    "status": Status,
    "outcome_type": OutcomeType,
    "reason_class": ReasonClass,
    "not_counted": NotCounted,
    "p_grade": PriorityGrade,
    "pnd_tier": PndTier,
    "threat_area": ThreatArea,
    "threat_kind": ThreatKind,
    "threat_status": ThreatStatus,
    "agency_kind": AgencyKind,
    "statistics_group": StatisticsGroup,
}


class VocabularyViewSet(ApiViewSet):
    """The coded words."""

    scopes: ClassVar = {"retrieve": ANY_SCOPE}
    parameters: ClassVar = {"retrieve": frozenset()}
    serializer_class = VocabularySerializer

    @extend_schema(
        summary="Read the vocabulary",
        description="Every code list with its labels, which measures each outcome type needs and takes, and the fields "
        "of a record; and the level to send for each word of PSNI's scale. Codes never change; labels may. Any token "
        "may ask.",
    )
    def retrieve(self, request: Request) -> Response:
        """Answer with everything at once; it is small and changes with a release or a setting only."""
        return Response(vocabulary() | {"psni_scale": psni_scale()})


def psni_scale() -> dict[str, Any]:
    """Return the level to send for each word of PSNI's scale, by the setting."""
    return {
        "agreed": settings.PSNI_LEVELS_AGREED,
        "levels": [
            {"code": each.value, "label": str(each.label), "level": settings.PSNI_LEVELS[each]} for each in PsniScale
        ],
    }


@cache
def vocabulary() -> dict[str, Any]:
    """Return the vocabulary as it goes over the wire."""
    lists = {
        name: [{"code": code, "label": str(label)} for code, label in each.choices] for name, each in CODE_LISTS.items()
    }
    lists["country"] = [{"code": code, "label": label} for code, label in COUNTRIES.items()]
    return {
        "codes": lists,
        "outcome_measures": [
            {
                "type": kind.value,
                "required": [name for name in MEASURE_NAMES if name in measures.required],
                "optional": [name for name in MEASURE_NAMES if name in measures.optional],
            }
            for kind, measures in OUTCOME_MEASURES.items()
        ],
        "fields_of_a_disruption": [
            {
                "name": field.name,
                "label": field.label,
                "help_text": field.help_text,
                "kind": field.kind.value,
                "required_to_submit": field.required,
                "max_length": field.max_length if field.kind is Kind.TEXT else None,
                "codes": field.name if field.name in lists else None,
            }
            for field in FIELDS
        ],
    }
