"""Count the requests of an API client, a minute at a time, whichever process answers them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from django.db import connection

from agencies.models import ApiClient


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

    A refused request counts too, so hammering does not help.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO agencies_request_window AS known (client_id, minute, requests)
            VALUES (%s, date_trunc('minute', clock_timestamp()), 1)
            ON CONFLICT (client_id) DO UPDATE SET
                requests = CASE WHEN known.minute = EXCLUDED.minute THEN known.requests + 1 ELSE 1 END,
                minute = EXCLUDED.minute
            RETURNING requests, extract(epoch FROM minute + interval '1 minute' - clock_timestamp())
            """,
            [client.pk],
        )
        requests, seconds = cursor.fetchone()
    return RequestCount(client.rate_per_minute, requests, max(1, ceil(seconds)))
