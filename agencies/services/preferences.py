"""What people choose for themselves."""

from __future__ import annotations

from agencies.models import User, UserEvent
from agencies.services.changes import in_one_transaction, write_changes


def set_preferences(*, acting_user: User, digest: str, shortcuts: bool) -> User:
    """Choose how often an e-mail says what waits, and whether single keys work in the queues. Raises ``Invalid``."""

    def work() -> User:
        person = User.objects.select_for_update(of=("self",)).get(pk=acting_user.pk)
        write_changes(person, {"digest": digest, "shortcuts": shortcuts}, version=None, history=UserEvent)
        return person

    return in_one_transaction(work)
