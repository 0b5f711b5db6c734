"""Which form an answer takes: ``format=`` if it is given, else the header ``Accept``."""

from __future__ import annotations

from collections.abc import Sequence

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from agencies.api.parameters import FORMAT, InvalidParameters
from agencies.constraints import Violation


class FormatFirst(DefaultContentNegotiation):
    """Let the address decide before the header, so that a link can be pasted."""

    def select_renderer(  # type: ignore[override]  # the stubs narrow the sequence to an iterable of one kind
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer. Raises ``InvalidParameters`` for a format that this address does not give."""
        values = request.query_params.getlist(FORMAT)
        if not values:
            chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
            return chosen
        for renderer in renderers:
            if values == [renderer.format]:
                return renderer, str(renderer.media_type)
        known = ", ".join(str(renderer.format) for renderer in renderers)
        raise InvalidParameters([Violation(FORMAT, "invalid_parameter", f"Use one of: {known}.")])
