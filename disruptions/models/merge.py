"""Merges of threats and of OCGs, with what each one moved, so that it can be taken back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, unique
from agencies.models import Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.disruption import Disruption
from disruptions.models.membership import Membership
from disruptions.models.ocg import MASTER_LIST_REASON_LIMIT, OCG
from disruptions.models.threat import SOCThreat
from disruptions.models.threat_request import ThreatRequest
from disruptions.vocabulary import ThreatStatus


class Merge(models.Model):
    """What a merge of threats and one of OCGs share. A merge that was taken back keeps who did so, when and why."""

    reason = models.TextField()
    status_before = models.CharField(
        max_length=12, choices=ThreatStatus, help_text="Where the one that was merged stood before."
    )
    added_aliases = ArrayField(models.TextField(), default=list, help_text="Names that the other one took over.")
    merged_at = models.DateTimeField(db_default=Now(), editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_reason = models.TextField(blank=True, default="")

    class Meta:
        abstract = True
        ordering = ("-merged_at", "-pk")


def _constraints(name: str) -> list[Any]:
    """Return what holds for a merge of either kind."""
    return [
        known(name, "status_before", ThreatStatus),
        within_limit(name, "reason", MASTER_LIST_REASON_LIMIT, "The reason"),
        within_limit(name, "undone_reason", MASTER_LIST_REASON_LIMIT, "The reason"),
        check(
            f"{name}_into_another",
            ~Q(winner=F("loser")),
            field="winner",
            message="Choose another one than the one that you merge.",
        ),
        check(
            f"{name}_has_reason",
            ~Q(reason=""),
            field="reason",
            message="Say why the two are one.",
        ),
        check(
            f"{name}_undone_by_somebody",
            Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
            | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason="")),
            field="reason",
            message="Say why the merge is taken back.",
        ),
        unique(
            f"{name}_one_standing",
            fields=("loser",),
            condition=Q(undone_at__isnull=True),
            field="winner",
            message="This one has been merged into another already.",
        ),
    ]


class ThreatMerge(Merge):
    """One threat merged into another: the loser is archived and its disruptions, memberships and requests moved."""

    winner = models.ForeignKey(SOCThreat, on_delete=models.PROTECT, related_name="merges_won")
    loser = models.ForeignKey(SOCThreat, on_delete=models.PROTECT, related_name="merges_lost")
    merged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    disruptions_moved = models.PositiveIntegerField(help_text="How many disruptions came over, drafts included.")
    counts_before = models.JSONField(help_text="Disruptions of both together before, by status, role and level.")
    counts_after = models.JSONField(help_text="Disruptions of the winner after.")

    class Meta(Merge.Meta):
        constraints: ClassVar = [
            *_constraints("threat_merge"),
            check(
                "threat_merge_counts_agree",
                Q(counts_before=F("counts_after")),
                field="winner",
                message="The counts before and after the merge differ, so nothing was merged. Tell the support desk.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loser_id} into {self.winner_id}"


class OCGMerge(Merge):
    """One OCG merged into another, by itself or along with the threats that the two are."""

    winner = models.ForeignKey(OCG, on_delete=models.PROTECT, related_name="merges_won")
    loser = models.ForeignKey(OCG, on_delete=models.PROTECT, related_name="merges_lost")
    merged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    threat_merge = models.OneToOneField(
        ThreatMerge, on_delete=models.PROTECT, null=True, related_name="ocg_merge", help_text="Along with which."
    )

    class Meta(Merge.Meta):
        constraints: ClassVar = _constraints("ocg_merge")

    def __str__(self) -> str:
        return f"{self.loser_id} into {self.winner_id}"


_MOVABLE = ("disruption", "membership", "request")
_MOVES = (
    ("threat_merge", "disruption"),
    ("threat_merge", "membership"),
    ("threat_merge", "request"),
    ("ocg_merge", "membership"),
)
"""Which merge moves rows of which kind: exactly one of each is named by a move."""


def _of_one_row() -> Q:
    whole = Q()
    for merge, moved in _MOVES:
        named = {merge, moved}
        whole |= Q(**{f"{name}__isnull": name not in named for name in ("threat_merge", "ocg_merge", *_MOVABLE)})
    return whole


class MergeMove(models.Model):
    """One row that a merge moved: a disruption or a request to the winning threat, a membership to the winner."""

    threat_merge = models.ForeignKey(ThreatMerge, on_delete=models.PROTECT, null=True, related_name="moves")
    ocg_merge = models.ForeignKey(OCGMerge, on_delete=models.PROTECT, null=True, related_name="moves")
    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    request = models.ForeignKey(ThreatRequest, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            check(
                "merge_move_of_one_row",
                _of_one_row(),
                field="winner",
                message="A merge moves disruptions, memberships and requests, one row each.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disruption_id or self.membership_id or self.request_id} moved"
