"""Count the requests of an API client, a minute and a day at a time, whichever process answers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

from django.db import connection

from agencies.models import ApiClient, ApiClientUse, london_date, oic_now

USE_KEPT_FOR: Final = timedelta(days=100)
"""How long the days are kept: a quarter can be looked back on."""

_LOSABLE: Final = "SET LOCAL synchronous_commit = off;"
"""A count need not be on the disk before the answer: after a crash of the machine the last moments may be missing."""


@dataclass(frozen=True, slots=True)
class RequestCount:
    """Where a client stands in the present minute."""

    limit: int
    requests: int
    seconds_left: int

    @property
    def remaining(self) -> int:
        """How many requests are left."""
        return max(0, self.limit - self.requests)

    @property
    def exceeded(self) -> bool:
        """Whether this request was one too many."""
        return self.requests > self.limit


def count_request(*, client: ApiClient) -> RequestCount:
    """Count one request, in one statement, and return where the client stands. The minute is the database's own.

    A refused request counts too, so hammering does not help. The same statement counts the client's day, in London.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {"" if connection.in_atomic_block else _LOSABLE}
            WITH day AS (
                INSERT INTO agencies_apiclientuse AS known
                    (client_id, day, requests, refused, failed, last_request_at, last_error_code)
                VALUES (%s, (clock_timestamp() AT TIME ZONE 'Europe/London')::date, 1, 0, 0, clock_timestamp(), '')
                ON CONFLICT (client_id, day) DO UPDATE SET
                    requests = known.requests + 1,
                    last_request_at = EXCLUDED.last_request_at
            )
            INSERT INTO agencies_request_window AS known (client_id, minute, requests)
            VALUES (%s, date_trunc('minute', clock_timestamp()), 1)
            ON CONFLICT (client_id) DO UPDATE SET
                requests = CASE WHEN known.minute = EXCLUDED.minute THEN known.requests + 1 ELSE 1 END,
                minute = EXCLUDED.minute
            RETURNING requests, extract(epoch FROM minute + interval '1 minute' - clock_timestamp())
            """,  # nosec B608
            [client.pk, client.pk],
        )
        requests, seconds = cursor.fetchone()
    return RequestCount(client.rate_per_minute, requests, max(1, ceil(seconds)))


def count_error(*, client: ApiClient, status: int, code: str, counted: bool) -> None:
    """Count an answer of 4xx or 5xx to a client, and keep which it was.

    ``counted`` says whether ``count_request`` has counted the request already: a scope or a network is refused before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {"" if connection.in_atomic_block else _LOSABLE}
            INSERT INTO agencies_apiclientuse AS known
                (client_id, day, requests, refused, failed, last_request_at, last_error_at, last_error_status,
                 last_error_code)
            VALUES (%s, (clock_timestamp() AT TIME ZONE 'Europe/London')::date, %s, %s, %s, clock_timestamp(),
                clock_timestamp(), %s, %s)
            ON CONFLICT (client_id, day) DO UPDATE SET
                requests = known.requests + EXCLUDED.requests,
                refused = known.refused + EXCLUDED.refused,
                failed = known.failed + EXCLUDED.failed,
                last_request_at = EXCLUDED.last_request_at,
                last_error_at = EXCLUDED.last_error_at,
                last_error_status = EXCLUDED.last_error_status,
                last_error_code = EXCLUDED.last_error_code
            """,  # nosec B608
            [client.pk, int(not counted), int(status < 500), int(status >= 500), status, code[:60]],
        )


def forget_old_use() -> int:
    """Delete the days that are past their time and return how many they were."""
    deleted, _ = ApiClientUse.objects.filter(day__lt=london_date(oic_now() - USE_KEPT_FOR)).delete()
    return deleted
