"""``threats/`` and ``ocgs/``: the SOC master list, for reading."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.viewsets import ApiViewSet
from agencies.refusals import NotFound
from agencies.vocabulary import ApiScope
from disruptions.api.conditions import etag_of
from disruptions.api.filtering import StrictFilterBackend
from disruptions.api.serializers import OCGSerializer, ThreatSerializer
from disruptions.filters import OCGFilter, ThreatFilter
from disruptions.models import OCG, SOCThreat
from disruptions.references import OCG as OCG_KIND
from disruptions.references import THREAT, read_reference

_ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200], description='The version, such as "1".')


class MasterListViewSet(ApiViewSet):
    """List and read; each part of the list names its rows, filter, shape and kind of reference."""

    scopes: ClassVar = {"list": ApiScope.THREATS_READ, "retrieve": ApiScope.THREATS_READ}
    parameters: ClassVar = {"retrieve": frozenset()}
    problems: ClassVar = {"retrieve": (404,)}
    filter_backends = (StrictFilterBackend,)
    own_parameters: ClassVar = frozenset({"cursor", "page_size"})
    lookup_field = "reference"
    kind: ClassVar[str]

    def rows(self) -> Any:
        """Return what the client may read."""
        raise NotImplementedError

    def list(self, request: Request) -> Response:
        """Answer with a page."""
        shape = self.get_serializer()
        page = self.paginate_queryset(self.filter_queryset(self.rows()))
        return self.get_paginated_response([shape.to_representation(each) for each in page or []])

    def retrieve(self, request: Request, reference: str) -> Response:
        """Answer with one, or 404."""
        wanted = read_reference(reference, self.kind)
        found = None if wanted is None else self.rows().filter(reference=wanted).first()
        if found is None:
            raise NotFound
        return Response(self.get_serializer().to_representation(found), headers={"ETag": etag_of(found.version)})


@extend_schema_view(
    list=extend_schema(
        summary="List SOC threats",
        description="Threats that accept disruptions. `status` names others, archived ones too.",
    ),
    retrieve=extend_schema(summary="Read a SOC threat", description="One threat.", parameters=[_ETAG]),
)
class ThreatViewSet(MasterListViewSet):
    """SOC threats."""

    serializer_class = ThreatSerializer
    filter_class = ThreatFilter
    kind = THREAT

    def rows(self) -> Any:
        """Return the threats that the client may read."""
        return SOCThreat.objects.visible_to(self.account).with_related()


@extend_schema_view(
    list=extend_schema(
        summary="List OCGs",
        description="Organised crime groups that are not archived. `status` names others.",
    ),
    retrieve=extend_schema(summary="Read an OCG", description="One group.", parameters=[_ETAG]),
)
class OCGViewSet(MasterListViewSet):
    """Organised crime groups."""

    serializer_class = OCGSerializer
    filter_class = OCGFilter
    kind = OCG_KIND

    def rows(self) -> Any:
        """Return the groups that the client may read."""
        return OCG.objects.visible_to(self.account).with_related()
