"""The description of the API and the pages that show it: open to everybody, as they hold no secret."""

from __future__ import annotations

from functools import cache
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
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

    def _get_schema_response(self, request: Request) -> Response:
        return Response(
            data=description(),
            headers={"Content-Disposition": 'inline; filename="openapi"'},
        )


# Swagger UI sets styles on its own elements. Scripts stay as strict as everywhere.
@method_decorator(csp_update({"style-src": [UNSAFE_INLINE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, served from here."""

    title = "API of OIC Disruptions"
