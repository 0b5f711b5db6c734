"""``views/``: the saved views that a client may name in ``?view=``, and what naming one means."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.authentication import ANY_SCOPE
from agencies.api.viewsets import ApiViewSet
from agencies.models import User
from disruptions.models import SavedView
from disruptions.saved import with_view
from disruptions.vocabulary import ListKind, ViewScope

VIEW_PARAMETER = OpenApiParameter(
    "view",
    str,
    description="A saved view, by its `view` or its `id` of `/views/`: its filters are applied, and further filters "
    "narrow it. A parameter that the view holds already is refused.",
)

SHARED = [(scope.value, scope.label) for scope in ViewScope if scope != ViewScope.PERSONAL]


def stand_for_view(request: Request, *, reader: User, which: str) -> None:
    """Put the filters of the view that a request names in its place, for whatever reads the request's parameters.

    The addresses of other pages go on naming the view. Raises ``Invalid`` for an unknown view, and for each parameter
    that it holds already.
    """
    request._request.GET = with_view(request.query_params, reader=reader, which=which, filters_only=True)  # type: ignore[assignment]  # as Django sets it


class SavedViewSerializer(serializers.Serializer[Any]):
    """A saved view."""

    id = serializers.UUIDField(help_text="Stays, whatever the view is called.")
    view = serializers.CharField(help_text="The name as `?view=` takes it. It changes with the name.")
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    scope = serializers.ChoiceField(choices=SHARED)
    list = serializers.ChoiceField(choices=ListKind.choices, help_text="Which list it is a view of.")
    query = serializers.CharField(allow_blank=True, help_text="What it asks of that list, as an address has it.")


class SavedViewViewSet(ApiViewSet):
    """Saved views of the client's agency, and the national ones."""

    scopes: ClassVar = {"list": ANY_SCOPE}
    parameters: ClassVar = {"list": frozenset({"cursor", "page_size"})}
    serializer_class = SavedViewSerializer

    @extend_schema(
        summary="List the saved views",
        description="The views that your agency's people share, and the national ones. Name one in `view` when you "
        "list disruptions or threats. A view shows what your client may open, as it is then. Any token may ask.",
    )
    def list(self, request: Request) -> Response:
        """Answer with a page of views."""
        page = self.paginate_queryset(SavedView.objects.visible_to(self.account).shared()) or []
        return self.get_paginated_response([_represented(each) for each in page])


def _represented(view: SavedView) -> dict[str, Any]:
    return {
        "id": str(view.public_id),
        "view": view.slug,
        "name": view.name,
        "description": view.words,
        "scope": view.scope,
        "list": view.which,
        "query": view.query,
    }
