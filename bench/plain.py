"""A plain DRF create on the table of records: what a ModelSerializer and a CreateAPIView give, and nothing more."""

from __future__ import annotations

from typing import Any

from django.urls import include, path
from rest_framework.generics import CreateAPIView
from rest_framework.serializers import ModelSerializer

from agencies.api.authentication import BearerAuthentication
from disruptions.models import Disruption

ADDRESS = "/plain/"
FIELDS = (
    "reference",
    "role",
    "agency",
    "threat",
    "occurred_on",
    "level",
    "claimed_level",
    "initiation",
    "strand",
    "sub_threat",
    "entry_method",
    "uk_led",
    "country",
    "operation",
    "summary",
    "impact",
    "agency_reference",
    "channel",
    "status",
    "recorded_by",
    "recorded_at",
    "submitted_by",
    "submitted_at",
    "changed_by",
    "changed_at",
    "change",
)


class PlainSerializer(ModelSerializer[Disruption]):
    """Every field that the service fills, as the sender gives it."""

    class Meta:
        model = Disruption
        fields = FIELDS
        extra_kwargs: dict[str, Any] = {name: {"read_only": False} for name in FIELDS}


class PlainCreate(CreateAPIView[Disruption]):
    """Asks for the same token as the service, then does as little as DRF can."""

    queryset = Disruption.objects.all()
    serializer_class = PlainSerializer
    authentication_classes = (BearerAuthentication,)
    permission_classes = ()
    throttle_classes = ()


urlpatterns = [path(ADDRESS.strip("/") + "/", PlainCreate.as_view()), path("", include("oic.urls"))]
