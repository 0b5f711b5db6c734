"""A queue as its pages see it: which records, in which order, narrowed how, and what comes before and after one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from agencies.models import User
from agencies.permissions import holds_role
from agencies.refusals import Invalid, Refused
from agencies.vocabulary import Role
from disruptions.filters import QueueFilter
from disruptions.models import Disruption
from disruptions.querysets import DisruptionQuerySet


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue: its name in an address, its page, who works it, and which filter it has beside the level."""

    name: str
    route: str
    role: Role
    by: Literal["author", "agency"]
    records: Callable[[DisruptionQuerySet, User], DisruptionQuerySet]

    def require(self, user: User) -> None:
        """Raise ``Refused`` unless somebody works this queue."""
        if not holds_role(user, self.role):
            raise Refused(
                "no_queue_of_yours",
                f"Only {self.role.label.lower()}s have this queue. "
                f"An administrator of {user.agency.name} can tell you who gives this role.",
            )

    def filter_of(self, parameters: QueryDict, user: User) -> QueueFilter:
        """Return the filters over all that waits for somebody."""
        rows = self.records(Disruption.objects.visible_to(user), user)
        return QueueFilter(parameters, rows, by=self.by)

    def query_of(self, parameters: QueryDict) -> str:
        """Return the query with which a record's page stays in this queue, narrowed as now."""
        query = QueryDict(mutable=True)
        query["queue"] = self.name
        for name in ("level", self.by):
            query.setlist(name, [value for value in parameters.getlist(name) if value])
        return query.urlencode()


REVIEW: Final = Queue(
    "review",
    "review_queue",
    Role.APPROVER,
    "author",
    lambda rows, user: rows.waiting_for_decision_of(user).in_waiting_order(),
)
MODERATION: Final = Queue(
    "moderation",
    "moderation_queue",
    Role.MODERATOR,
    "agency",
    lambda rows, user: rows.waiting_for_moderation_by(user),
)
QUEUES: Final = {queue.name: queue for queue in (REVIEW, MODERATION)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is in the queue that it was opened from; ``position`` is ``None`` where it is not in it."""

    queue: Queue
    query: str
    references: list[str]
    reference: str

    @property
    def position(self) -> int | None:
        """Its number, from 1."""
        return self.references.index(self.reference) + 1 if self.reference in self.references else None

    @property
    def total(self) -> int:
        """How many wait."""
        return len(self.references)

    @property
    def queue_href(self) -> str:
        """The queue's page, narrowed as now."""
        own = QueryDict(self.query, mutable=True)
        del own["queue"]
        address = reverse(self.queue.route)
        return f"{address}?{own.urlencode()}" if own else address

    @property
    def previous(self) -> str | None:
        """The address of the record before this one."""
        position = self.position
        return self._address(self.references[position - 2]) if position and position > 1 else None

    @property
    def next(self) -> str | None:
        """The address of the record after this one; of the first, for one that is not in the queue."""
        position = self.position or 0
        return self._address(self.references[position]) if position < self.total else None

    @property
    def left(self) -> int:
        """How many wait beside this one."""
        return self.total - (self.position is not None)

    @property
    def after_decision(self) -> str | None:
        """The address of what is decided on next: what comes after this one, or else the first that was passed over."""
        others = [reference for reference in self.references if reference != self.reference]
        return self.next or (self._address(others[0]) if others else None)

    def _address(self, reference: str) -> str:
        return f"{reverse('disruption_review', args=[reference])}?{self.query}"


def place_in_queue(request: HttpRequest, user: User, reference: str) -> Place | None:
    """Return the place of a record in the queue that the address names, or ``None`` where it names none of theirs.

    Filters that the address has and the queue has not, or whose values are gone, narrow nothing: the queue is whole.
    """
    queue = QUEUES.get(request.GET.get("queue", ""))
    if queue is None or not holds_role(user, queue.role):
        return None
    own: Any = queue.filter_of(request.GET, user)
    query = queue.query_of(request.GET)
    try:
        rows = own.strict(allow={"queue"})
    except Invalid:
        rows, query = own.queryset, queue.query_of(QueryDict())
    return Place(queue, query, list(rows.values_list("reference", flat=True)), reference)


def left_words(left: int) -> str:
    """Say how much of a queue is left."""
    return f"{left:,} left." if left else "The queue is empty."
