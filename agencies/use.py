"""What an API client asked of late, as its administrators and the client itself read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from agencies.models import ApiClient, ApiClientUse, london_date

DAYS_SUMMED: Final = 7
DAYS_SHOWN: Final = 14


@dataclass(frozen=True, slots=True)
class ClientUse:
    """The days of a client, the latest first, and what the last seven add up to."""

    since: date
    days: tuple[ApiClientUse, ...]

    @property
    def requests(self) -> int:
        """How often it asked."""
        return sum(each.requests for each in self._summed)

    @property
    def refused(self) -> int:
        """How often it was answered with 4xx."""
        return sum(each.refused for each in self._summed)

    @property
    def failed(self) -> int:
        """How often it was answered with 5xx."""
        return sum(each.failed for each in self._summed)

    @property
    def last_error(self) -> ApiClientUse | None:
        """The latest of the shown days on which something went wrong."""
        return next((each for each in self.days if each.last_error_at is not None), None)

    @property
    def _summed(self) -> list[ApiClientUse]:
        return [each for each in self.days if each.day >= self.since]


def use_of(client: ApiClient, *, now: datetime) -> ClientUse:
    """Return what a client asked in the last days, in one query."""
    days = ApiClientUse.objects.of_client(client, since=london_date(now) - timedelta(days=DAYS_SHOWN - 1))
    return ClientUse(first_summed_day(now), tuple(days))


def first_summed_day(now: datetime) -> date:
    """Return the first of the days that are added up: today and the six before."""
    return london_date(now) - timedelta(days=DAYS_SUMMED - 1)
