"""Past states within one statement: the as-at querysets over other rows than those of the session's moment.

The as-at views give the state at one moment for a whole session. A ``WITH`` in front of a compiled queryset that names
its rows like a view stands in for that view. So the rule and the filters stay those of every other figure, and one
statement may read several moments, or all of history.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

VIEWS: Final = {
    "disruptions_disruption_as_at": "disruptions_disruptionevent",
    "disruptions_soc_threat_as_at": "disruptions_socthreatevent",
    "agencies_agency_as_at": "agencies_agencyevent",
}
"""The views that counting reads, each with its history. A queryset that reads another fails for want of a moment."""

_STATE: Final = (
    "{view} AS NOT MATERIALIZED (SELECT state.* FROM {events} state WHERE state.pgh_created_at <= %s AND NOT EXISTS ("
    "SELECT FROM {events} later WHERE later.id = state.id AND later.version > state.version "
    "AND later.pgh_created_at <= %s))"
)
_SPAN: Final = (
    "{view} AS NOT MATERIALIZED (SELECT state.*, min(state.pgh_created_at) OVER (PARTITION BY state.id "
    "ORDER BY state.version ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS superseded_at FROM {events} state)"
)


def at_moment(rows: QuerySet[Any, Any], moment: datetime) -> tuple[str, list[Any]]:
    """Return the statement of a queryset of as-at models for a moment, whatever the session's is, and its parameters.

    Raises ``EmptyResultSet`` where the queryset can have no rows.
    """
    compiled, parameters = rows.query.sql_with_params()
    return _with(_STATE) + compiled, [*[moment, moment] * len(VIEWS), *parameters]


def throughout(rows: QuerySet[Any, Any]) -> tuple[str, list[Any]]:
    """Return the statement of a queryset of as-at models for every version that ever stood, and its parameters.

    ``pgh_created_at`` and ``superseded_at`` are columns of each: a version stands from the one to the other. Raises
    ``EmptyResultSet`` where the queryset can have no rows.
    """
    compiled, parameters = rows.query.sql_with_params()
    return _with(_SPAN) + compiled, list(parameters)


def _with(stand_in: str) -> str:
    return f"WITH {', '.join(stand_in.format(view=view, events=events) for view, events in VIEWS.items())} "
