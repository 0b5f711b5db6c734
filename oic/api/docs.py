"""The description of the API and the pages that show it: open to everybody, as they hold no secret."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description; it changes with a release only, so it is made once in a process."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # library
    return made


class SchemaView(SpectacularAPIView):
    """OpenAPI, as YAML or with ``?format=json`` as JSON."""

    throttle_classes = ()

    def _get_schema_response(self, request: Request) -> Response:
        return Response(
            data=description(),
            headers={"Content-Disposition": 'inline; filename="openapi"'},
        )


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, served from here, under the same strict content security policy as every page."""

    throttle_classes = ()
    title = "API of OIC Disruptions"
