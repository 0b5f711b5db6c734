"""Who belongs to what: a priority individual to an OCG, an OCG to a wider threat, from one day until another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, unique
from agencies.models import Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.ocg import OCG
from disruptions.models.threat import SOCThreat
from disruptions.querysets import MembershipQuerySet
from disruptions.vocabulary import MembershipKind

MEMBERSHIP_NOTE_LIMIT = 500


class Membership(models.Model):
    """One membership. It is ended, never deleted; that it changed is a version of the threat and of the OCG."""

    kind = models.CharField(max_length=20, choices=MembershipKind)
    threat = models.ForeignKey(
        SOCThreat,
        on_delete=models.PROTECT,
        related_name="memberships",
        help_text="The priority individual, or the wider threat.",
    )
    ocg = models.ForeignKey(OCG, on_delete=models.PROTECT, related_name="memberships")
    from_on = models.DateField("from")
    until_on = models.DateField("until", null=True)
    note = models.TextField(blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("-from_on", "-pk")
        constraints: ClassVar = [
            known("membership", "kind", MembershipKind),
            within_limit("membership", "note", MEMBERSHIP_NOTE_LIMIT, "The note"),
            check(
                "membership_ends_after_start",
                Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                field="until_on",
                message="The last day must be the first day or later.",
            ),
            check(
                "membership_ended_by_somebody",
                Q(until_on__isnull=True, ended_by__isnull=True, ended_at__isnull=True)
                | Q(until_on__isnull=False, ended_by__isnull=False, ended_at__isnull=False),
                field="until_on",
                message="A membership that ended keeps who ended it, and when.",
            ),
            unique(
                "membership_one_open",
                fields=("threat", "ocg"),
                condition=Q(until_on__isnull=True),
                field="ocg",
                message="This membership is on the list already and has not ended.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.threat_id} and {self.ocg_id}: {self.get_kind_display()}"
