"""``changes/``: what happened to what the client may open, in order, from wherever it read last."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from agencies import audit
from agencies.api.authentication import ANY_SCOPE, Forbidden, bearer_of
from agencies.api.limits import PAGE_SIZE, PAGE_SIZE_LIMIT
from agencies.api.parameters import SIZE, InvalidParameters, read_page_size
from agencies.api.viewsets import ApiViewSet
from agencies.constraints import Violation
from agencies.sealing import seal, unseal
from agencies.vocabulary import ApiScope, AuditAction
from disruptions.feed_types import FEED_TYPES, LEFT_VIEW
from disruptions.feeds.changes import Item, latest_position, marks_of, read_changes
from disruptions.vocabulary import Channel

AFTER: Final = "after"
TYPE: Final = "type"
LATEST: Final = "latest"
SCOPES: Final = (ApiScope.DISRUPTIONS_READ, ApiScope.THREATS_READ)
"""Any of these opens the feed; each brings its own types."""


class ChangeSerializer(serializers.Serializer[Any]):
    """One change. Read the record at its own address for what it says now."""

    type = serializers.ChoiceField(
        choices=list(FEED_TYPES), help_text="What happened. There may be more types one day."
    )
    reference = serializers.CharField(help_text="The disruption, SOC threat or OCG.")
    version = serializers.IntegerField(
        min_value=1, allow_null=True, help_text=f"The version that it had then. Null for `{LEFT_VIEW}`."
    )
    agency = serializers.CharField(
        allow_null=True, help_text=f"Whose record it was then; who led the threat. Null for `{LEFT_VIEW}`."
    )
    occurred_at = serializers.DateTimeField()


class ChangesSerializer(serializers.Serializer[Any]):
    """A part of the feed, and where the next one starts."""

    results = ChangeSerializer(many=True)
    next = serializers.URLField(help_text="Address of what comes after. Ask it again later when `more` is false.")
    cursor = serializers.CharField(help_text="The place after these changes, for `after`. Keep it; it is yours alone.")
    more = serializers.BooleanField(help_text="Whether there is more now. Then ask again at once, even if none came.")


class ChangeViewSet(ApiViewSet):
    """The change feed."""

    scopes: ClassVar = {"follow": ANY_SCOPE}
    parameters: ClassVar = {"follow": frozenset({AFTER, TYPE, SIZE})}
    serializer_class = ChangesSerializer
    pagination_class = None

    @extend_schema(
        operation_id="changes_list",
        summary="Follow changes",
        description="Every change to what your client may open, the earliest first: none is left out and none comes "
        "twice, however long you were away. Start without `after`, or with `after=latest` to skip what was, and then "
        "go on with the address in `next`. Disruptions need the scope disruptions:read, SOC threats and OCGs "
        "threats:read; a token with neither is refused.",
        parameters=[
            OpenApiParameter(
                AFTER,
                str,
                description="The `cursor` that you read last. Left out: from the first change. `latest`: nothing but "
                "the cursor of now.",
            ),
            OpenApiParameter(
                TYPE,
                {"type": "array", "items": {"type": "string", "enum": list(FEED_TYPES)}},
                description="Only changes of this type. Give it several times for any of them.",
                style="form",
                explode=True,
            ),
            OpenApiParameter(
                SIZE,
                {"type": "integer", "minimum": 1, "maximum": PAGE_SIZE_LIMIT, "default": PAGE_SIZE},
                description="Changes in one answer at most. There may be fewer while there is more.",
            ),
        ],
        responses=ChangesSerializer,
        auth=[{"clientCredentials": [str(scope)]} for scope in SCOPES],  # type: ignore[misc]  # takes requirements too
        examples=[
            OpenApiExample(
                "Changes",
                value={
                    "results": [
                        {
                            "type": "disruption.returned",
                            "reference": "D-7KQ2-M4XH",
                            "version": 3,
                            "agency": "kent",
                            "occurred_at": "2026-10-01T09:30:00Z",
                        },
                        {
                            "type": LEFT_VIEW,
                            "reference": "D-2MWX-9QRT",
                            "version": None,
                            "agency": None,
                            "occurred_at": "2026-10-01T09:31:12Z",
                        },
                    ],
                    "next": "https://oic.example/api/v1/changes/?after=gAAAAABo",
                    "cursor": "gAAAAABo",
                    "more": False,
                },
                response_only=True,
            )
        ],
    )
    def follow(self, request: Request) -> Response:
        """Answer with the changes after a place in the feed."""
        granted = bearer_of(request).scopes
        require_any(granted)
        size, types = read_page_size(request), _read_types(request, granted)
        mark = self._read_after(request)
        if mark == LATEST:
            position = latest_position()
            return self._answer((), *marks_of(position), more=False)
        after = int(mark.partition(" ")[0])
        changes = read_changes(client=self.client, scopes=granted, after=after, limit=size, types=types)
        was, now = marks_of(after, changes.position)
        if was != mark:
            # Not of this history: the database was put back to an earlier state since, and counts its changes anew.
            raise InvalidParameters([_bad_cursor()])
        if changes.items:
            audit.record(
                AuditAction.SEARCHED,
                "change",
                user=self.account,
                request=request._request,
                detail={"channel": Channel.API, "changes": len(changes.items), "types": sorted(types)},
            )
        return self._answer(changes.items, now, more=changes.more)

    def _answer(self, items: tuple[Item, ...], mark: str, *, more: bool) -> Response:
        cursor = seal(mark, purpose=self._purpose)
        return Response(
            {
                "results": [_represented(item) for item in items],
                "next": replace_query_param(self.request.build_absolute_uri(), AFTER, cursor),
                "cursor": cursor,
                "more": more,
            }
        )

    def _read_after(self, request: Request) -> str:
        """Return the mark of the position to read after, or ``LATEST``. Raises ``InvalidParameters``."""
        values = request.query_params.getlist(AFTER)
        if not values:
            return "0"
        if values == [LATEST]:
            return LATEST
        mark = unseal(values[0], purpose=self._purpose) if len(values) == 1 else None
        if mark is None:
            raise InvalidParameters([_bad_cursor()])
        return mark

    @property
    def _purpose(self) -> str:
        """What a cursor is sealed for: another client's is no cursor here."""
        return f"changes {self.client.client_id}"


def _bad_cursor() -> Violation:
    return Violation(AFTER, "invalid_parameter", "Take it from cursor of an earlier answer to your client.")


def require_any(granted: frozenset[str]) -> None:
    """Raise ``Forbidden`` for a token that reads neither disruptions nor threats."""
    if not granted.intersection(SCOPES):
        raise Forbidden(
            "insufficient_scope",
            f"This needs the scope {' or '.join(SCOPES)}. Ask for it with your token, or ask your agency's "
            "administrator.",
            challenge=f'Bearer realm="api", error="insufficient_scope", scope="{" ".join(SCOPES)}"',
        )


def _read_types(request: Request, granted: frozenset[str]) -> frozenset[str]:
    """Read the types that are wanted; none for all. Raises ``InvalidParameters``."""
    wanted = frozenset(request.query_params.getlist(TYPE))
    for name in sorted(wanted):
        if name not in FEED_TYPES:
            raise InvalidParameters([Violation(TYPE, "invalid_parameter", "There is no type with this name.")])
        if FEED_TYPES[name] not in granted:
            message = f"{name} needs the scope {FEED_TYPES[name]}."
            raise InvalidParameters([Violation(TYPE, "invalid_parameter", message)])
    return wanted


def _represented(item: Item) -> dict[str, Any]:
    return {
        "type": item.type,
        "reference": item.reference,
        "version": item.version,
        "agency": item.agency,
        "occurred_at": item.occurred_at,
    }
