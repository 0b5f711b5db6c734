"""Files that the service makes or is given: their bytes stand in the database, in parts.

The web server and the worker may be on different machines, and what is in the database is backed up with it.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.models import Now, User
from disruptions.models.conditions import known
from disruptions.vocabulary import Marking

PART_BYTES: Final = 1024 * 1024
"""How many bytes stand in one part; only the last may have fewer."""


class StoredFile(models.Model):
    """A file: what it is called, how it is marked, and until when it is kept. Its row stays when its parts go."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    sha256 = models.CharField(max_length=64)
    marking = models.CharField(max_length=20, choices=Marking)
    stored_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stored_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, help_text="Its content is forgotten after this; null: kept.")
    forgotten_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            known("stored_file", "marking", Marking),
            check(
                "stored_file_hash_written_out",
                Q(sha256__regex=r"^[0-9a-f]{64}$"),
                field="sha256",
                message="A SHA-256 hash has 64 hexadecimal digits.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(forgotten_at__isnull=True), name="stored_file_expires_idx")
        ]

    def __str__(self) -> str:
        return self.name


class StoredFilePart(models.Model):
    """One part of a file's bytes."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField(help_text="From 0.")
    content = models.BinaryField()

    class Meta:
        ordering = ("file", "number")
        constraints: ClassVar = [
            unique(
                "stored_file_part_once",
                fields=("file", "number"),
                field="number",
                message="This part of the file is there already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.number}"
