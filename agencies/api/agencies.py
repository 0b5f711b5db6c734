"""``agencies/`` and ``me/``: the bodies that take part, and who the caller is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.authentication import ANY_SCOPE, bearer_of
from agencies.api.limits import PAGE_SIZE_LIMIT, ROWS_PER_REQUEST
from agencies.api.viewsets import ApiViewSet
from agencies.models import Agency
from agencies.tokens import Bearer
from agencies.use import use_of
from agencies.vocabulary import AgencyKind, ApiScope, StatisticsGroup


class AgencySerializer(serializers.Serializer[Agency]):
    """An agency as others see it."""

    code = serializers.CharField(help_text="What records and filters call it.")
    name = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=AgencyKind.choices)
    region = serializers.CharField(source="region.code", allow_null=True, help_text="Code of its policing region.")
    rocu = serializers.CharField(source="rocu.code", allow_null=True, help_text="Code of its regional unit.")
    parent = serializers.CharField(source="parent.code", allow_null=True)  # type: ignore[assignment]  # DRF takes declared fields out of the class
    statistics_group = serializers.ChoiceField(
        choices=StatisticsGroup.choices, help_text="Which group of the published statistics its leads count in."
    )
    ons_code = serializers.CharField(help_text="Empty where none is known.")
    police_number = serializers.CharField(help_text="Empty where none is known.")
    contact = serializers.CharField(help_text="A post or mailbox to write to about its records.")
    active_from = serializers.DateField(allow_null=True)
    active_until = serializers.DateField(allow_null=True)

    def to_representation(self, instance: Agency) -> dict[str, Any]:
        """Return the agency with codes in place of related rows, null where there is none."""
        return {
            "code": instance.code,
            "name": instance.name,
            "short_name": instance.short_name,
            "kind": instance.kind,
            "region": instance.region.code if instance.region else None,
            "rocu": instance.rocu.code if instance.rocu else None,
            "parent": instance.parent.code if instance.parent else None,
            "statistics_group": instance.statistics_group,
            "ons_code": instance.ons_code,
            "police_number": instance.police_number,
            "contact": instance.contact,
            "active_from": instance.active_from,
            "active_until": instance.active_until,
        }


class LimitsSerializer(serializers.Serializer[Any]):
    """What the client may send."""

    requests_per_minute = serializers.IntegerField()
    rows_per_request = serializers.IntegerField()
    bytes_per_request = serializers.IntegerField()
    page_size = serializers.IntegerField()


class LastErrorSerializer(serializers.Serializer[Any]):
    """What the client was refused last."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(min_value=400, max_value=599)
    code = serializers.CharField(allow_blank=True)


class UseSerializer(serializers.Serializer[Any]):
    """What the client asked in the last seven days, this request among them."""

    since = serializers.DateField(help_text="The first of the days, in London.")
    requests = serializers.IntegerField(min_value=0)
    refused = serializers.IntegerField(min_value=0, help_text="Answered with 4xx.")
    failed = serializers.IntegerField(min_value=0, help_text="Answered with 5xx.")
    last_error = LastErrorSerializer(allow_null=True)


class MeSerializer(serializers.Serializer[Any]):
    """The client that asks."""

    client = serializers.CharField(help_text="The client's id.")
    name = serializers.CharField()
    agency = serializers.CharField(help_text="The agency that it records for.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=ApiScope.choices), help_text="What this token may do."
    )
    sandbox = serializers.BooleanField(help_text="Whether its records are for trying things out and never count.")
    token_expires_at = serializers.DateTimeField()
    limits = LimitsSerializer()
    use = UseSerializer()


@extend_schema_view(
    list=extend_schema(summary="List the agencies", description="All agencies, by code. Any token may ask."),
    retrieve=extend_schema(summary="Read an agency", description="One agency, by its code."),
)
class AgencyViewSet(ApiViewSet):
    """Agencies, for reading."""

    scopes: ClassVar = {"list": ANY_SCOPE, "retrieve": ANY_SCOPE}
    parameters: ClassVar = {"list": frozenset({"cursor", "page_size"}), "retrieve": frozenset()}
    problems: ClassVar = {"retrieve": (404,)}
    serializer_class = AgencySerializer
    lookup_field = "code"
    lookup_value_converter = "slug"

    def list(self, request: Request) -> Response:
        """Answer with a page of agencies."""
        rows = Agency.objects.visible_to(self.account).with_relations()
        page = self.paginate_queryset(rows)
        return self.get_paginated_response([AgencySerializer().to_representation(each) for each in page or []])

    def retrieve(self, request: Request, code: str) -> Response:
        """Answer with one agency, or 404."""
        agency = Agency.objects.visible_to(self.account).with_relations().filter(code=code).first()
        if agency is None:
            raise Http404
        return Response(AgencySerializer().to_representation(agency))


class MeViewSet(ApiViewSet):
    """The client itself."""

    scopes: ClassVar = {"retrieve": ANY_SCOPE}
    parameters: ClassVar = {"retrieve": frozenset()}
    serializer_class = MeSerializer

    @extend_schema(
        summary="Who am I",
        description="The client, its agency, the scopes of this token, and its limits. Any token may ask.",
    )
    def retrieve(self, request: Request) -> Response:
        """Answer with the client."""
        bearer = bearer_of(request)
        client = bearer.client
        return Response(
            {
                "client": client.client_id,
                "name": client.name,
                "agency": client.agency.code,
                "scopes": sorted(bearer.scopes),
                "sandbox": client.sandbox,
                "token_expires_at": bearer.expires_at,
                "limits": {
                    "requests_per_minute": client.rate_per_minute,
                    "rows_per_request": ROWS_PER_REQUEST,
                    "bytes_per_request": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
                    "page_size": PAGE_SIZE_LIMIT,
                },
                "use": _use_of(bearer),
            }
        )


def _use_of(bearer: Bearer) -> dict[str, Any]:
    use = use_of(bearer.client, now=bearer.now)
    last = use.last_error
    return {
        "since": use.since,
        "requests": use.requests,
        "refused": use.refused,
        "failed": use.failed,
        "last_error": {"at": last.last_error_at, "status": last.last_error_status, "code": last.last_error_code}
        if last is not None
        else None,
    }
