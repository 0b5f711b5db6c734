"""Pages by cursor, newest first: a record that comes or goes meanwhile moves no other record between pages."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from agencies.api.limits import PAGE_SIZE, PAGE_SIZE_LIMIT
from agencies.api.parameters import SIZE, InvalidParameters, read_page_size
from agencies.constraints import Violation

if TYPE_CHECKING:
    from rest_framework.views import APIView

CURSOR: Final = "cursor"
OLDER: Final = "o"
NEWER: Final = "n"

_POSITION = re.compile(rf"([{OLDER}{NEWER}])([0-9]{{1,18}})")


class CursorPages(BasePagination):
    """``{"results": [...], "next": ..., "previous": ...}``, by the order in which rows were first recorded."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows of the page. Raises ``InvalidParameters`` for a bad cursor or size."""
        size = read_page_size(request)
        direction, position = _read_cursor(request)
        rows = queryset.order_by("-pk")
        if position is not None and direction == OLDER:
            rows = rows.filter(pk__lt=position)
        elif position is not None:
            rows = queryset.order_by("pk").filter(pk__gt=position)
        found = list(rows[: size + 1])
        more = len(found) > size
        page = found[:size]
        if direction == NEWER:
            page.reverse()
        has_older = more if direction == OLDER else bool(page)
        has_newer = position is not None if direction == OLDER else more
        self._next = _address(request, OLDER, page[-1].pk) if page and has_older else None
        self._previous = _address(request, NEWER, page[0].pk) if page and has_newer else None
        if not page and direction == OLDER and position is not None:
            self._previous = _address(request, NEWER, position - 1)
        return page

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the addresses of its neighbours."""
        return Response({"results": data, "next": self._next, "previous": self._previous})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page."""
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": {**address, "description": "Address of the page of older rows, null on the last."},
                "previous": {**address, "description": "Address of the page of newer rows, null on the first."},
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the parameters."""
        return [
            {
                "name": CURSOR,
                "in": "query",
                "required": False,
                "description": "Where the page starts. Taken from next or previous, never made up.",
                "schema": {"type": "string"},
            },
            {
                "name": SIZE,
                "in": "query",
                "required": False,
                "description": "Rows on a page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": PAGE_SIZE_LIMIT, "default": PAGE_SIZE},
            },
        ]


def _read_cursor(request: Request) -> tuple[str, int | None]:
    values = request.query_params.getlist(CURSOR)
    if not values:
        return OLDER, None
    try:
        text = base64.b64decode(values[0] + "==", altchars=b"-_", validate=False).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    found = _POSITION.fullmatch(text)
    if len(values) > 1 or found is None or _written(found[1], int(found[2])) != values[0]:
        fault = Violation(CURSOR, "invalid_parameter", "Take the cursor from next or previous of an earlier page.")
        raise InvalidParameters([fault])
    return found[1], int(found[2])


def _written(direction: str, position: int) -> str:
    return base64.urlsafe_b64encode(f"{direction}{position}".encode()).decode().rstrip("=")


def _address(request: Request, direction: str, position: int) -> str:
    address = remove_query_param(request.build_absolute_uri(), CURSOR)
    return replace_query_param(address, CURSOR, _written(direction, position))
