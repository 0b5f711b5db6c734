"""Answer a request once: the answer is kept with its key, in the transaction that did the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction

from agencies.models import ApiClient, Now
from disruptions.models import IdempotencyRecord
from disruptions.services.versions import again_after_deadlock

KEPT_FOR = timedelta(days=7)
"""How long an answer can be replayed; promised are 24 hours."""


class KeyReused(Exception):
    """The key came before, with another request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: status, headers that say something about the record, and the very bytes of the body."""

    status: int
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    replayed: bool = False


def answer_once(*, client: ApiClient, key: str, digest: str, work: Callable[[], Answer]) -> Answer:
    """Do the work and keep its answer, or replay the answer that the same client's same request had before.

    A second request waits at the key's unique row until the first has ended: then it replays, or, if the first came
    to nothing, does the work itself. ``work`` raises only for a fault of ours, which keeps neither record nor key.
    Raises ``KeyReused`` where the key came with another request (``digest`` differs).
    """
    return again_after_deadlock(lambda: _answer_once(client, key, digest, work))


def _answer_once(client: ApiClient, key: str, digest: str, work: Callable[[], Answer]) -> Answer:
    with transaction.atomic():
        if not _claimed(client, key, digest):
            kept = IdempotencyRecord.objects.get(client=client, key=key)
            if kept.request_sha256 != digest:
                raise KeyReused
            # A key is committed together with its answer.
            assert kept.status is not None  # noqa: S101 - for the type checker
            assert kept.body is not None  # noqa: S101 - for the type checker
            headers = dict(kept.headers)
            content_type = headers.pop("Content-Type")
            return Answer(kept.status, bytes(kept.body), content_type, headers, replayed=True)
        answer = work()
        IdempotencyRecord.objects.filter(client=client, key=key).update(
            status=answer.status,
            body=answer.body,
            headers={**answer.headers, "Content-Type": answer.content_type},
        )
        return answer


def _claimed(client: ApiClient, key: str, digest: str) -> bool:
    """Insert the key's row; say whether it was free. Waits for a transaction that has inserted it already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO disruptions_idempotencyrecord (client_id, key, request_sha256, headers) "
            "VALUES (%s, %s, %s, '{}') ON CONFLICT (client_id, key) DO NOTHING RETURNING id",
            [client.pk, key, digest],
        )
        return cursor.fetchone() is not None


def forget_old_answers() -> int:
    """Delete the answers that are past their time and return how many they were."""
    deleted, _ = IdempotencyRecord.objects.filter(created_at__lt=Now() - KEPT_FOR).delete()
    return deleted
