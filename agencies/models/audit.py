"""The log of who did what, who looked, who exported and what was refused. Rows are only ever added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.constraints import check
from agencies.models.agency import Agency
from agencies.models.clock import Now
from agencies.models.person import User
from agencies.querysets import AuditEntryQuerySet
from agencies.vocabulary import AuditAction


class AuditEntry(models.Model):
    """One thing that happened, kept with time, person, address and object."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    action = models.CharField(max_length=20, choices=AuditAction)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="audit_entries")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="audit_entries")
    subject = models.CharField(
        max_length=40, help_text="The kind of thing: disruption, soc_threat, person, list, export."
    )
    reference = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField("network address", null=True)
    request_id = models.CharField(max_length=64, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
        constraints: ClassVar = [
            check(
                "audit_entry_action_known",
                Q(action__in=AuditAction.values),
                field="action",
                message="Unknown action.",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at"], name="audit_entry_at_idx"),
            models.Index(fields=["subject", "reference"], name="audit_entry_subject_idx"),
            models.Index(fields=["user", "-at"], name="audit_entry_user_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject} {self.reference}"
