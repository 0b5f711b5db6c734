"""Sessions in the database that know when they end, so that one in use is renewed without a write for each request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone


class SessionStore(DatabaseSessionStore):
    """The sessions of Django, with the end that is stored beside each."""

    ends_at: datetime | None = None

    def _get_session_from_db(self) -> Any:
        found = super()._get_session_from_db()  # type: ignore[misc]  # Django's own name for it; not in the stubs
        self.ends_at = found.expire_date if found is not None else None
        return found

    def seconds_left(self) -> int:
        """Return the seconds until the session ends, where nothing renews it after this request."""
        if self.modified or self.ends_at is None:
            return self.get_expiry_age()
        return max(0, int((self.ends_at - timezone.now()).total_seconds()))

    def renew(self) -> None:
        """Let the session begin anew from now; it is written at the end of the request."""
        self.modified = True

    def is_a_quarter_gone(self) -> bool:
        """Say whether so much of its time has passed that it is worth a write to renew it."""
        return self.seconds_left() < self.get_expiry_age() * 3 / 4
