"""Keep when somebody looked at a threat, so that its page can say what is new to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from agencies.models import User
from disruptions.models import SOCThreat


@dataclass(frozen=True, slots=True)
class LastVisit:
    """The visit before this one: when it was, and which version of the threat was seen."""

    at: datetime
    version: int


def note_visit(*, acting_user: User, threat: SOCThreat) -> LastVisit | None:
    """Note that somebody looks at a threat now; return their last visit, or nothing for the first. One statement.

    Looks less than half an hour apart are one visit, so that what is new does not vanish when the page is opened again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO disruptions_threatvisit AS visit (user_id, threat_id, seen_at, seen_version)
            VALUES (%s, %s, oic_now(), %s)
            ON CONFLICT (user_id, threat_id) DO UPDATE SET
                since_at = CASE WHEN visit.seen_at < oic_now() - interval '30 minutes'
                    THEN visit.seen_at ELSE visit.since_at END,
                since_version = CASE WHEN visit.seen_at < oic_now() - interval '30 minutes'
                    THEN visit.seen_version ELSE visit.since_version END,
                seen_at = oic_now(),
                seen_version = EXCLUDED.seen_version
            RETURNING since_at, since_version
            """,
            [acting_user.pk, threat.pk, threat.version],
        )
        at, version = cursor.fetchone()
    return LastVisit(at, version) if at is not None else None
