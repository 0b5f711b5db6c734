"""Files that people take away: what was asked for, by whom, and what was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, QuerySet

from agencies.constraints import check
from agencies.models import Agency, User
from disruptions.models.conditions import known
from disruptions.models.job import Job, job_constraints
from disruptions.models.stored_file import StoredFile
from disruptions.vocabulary import ExportKind, JobState, ListKind, Marking

if TYPE_CHECKING:
    from datetime import datetime


class ExportQuerySet(QuerySet[Any]):
    """Files that were asked for."""

    def visible_to(self, user: User) -> Self:
        """Keep what somebody asked for themselves: a file is for nobody else."""
        return self.filter(asked_by=user) if user.is_active else self.none()

    def under_way(self) -> Self:
        """Keep what waits or runs."""
        return self.filter(state__in=(JobState.WAITING, JobState.RUNNING))

    def with_files(self) -> Self:
        """Fetch what the pages show, in one query."""
        return self.select_related("file", "outcomes_file", "agency", "asked_by")

    def latest_first(self) -> Self:
        """Put the latest first."""
        return self.order_by("-asked_at", "-pk")


class Export(Job):
    """A file of a list: the question as it was asked, who asked it, and what came of it.

    The row stays when the file's content is forgotten, so that it is known who took what away. ``agency`` and
    ``national`` say what the person could open when they asked: the file holds no more, and is not given to somebody
    whose reach is another by now.
    """

    listing = models.CharField(max_length=20, choices=ListKind, editable=False)
    query = models.TextField(blank=True, editable=False, help_text="The list's query, as in its address.")
    as_at = models.DateField(null=True, editable=False, help_text="The cut-off of the records; null: as they were.")
    columns = ArrayField(models.CharField(max_length=40), editable=False)
    with_outcomes = models.BooleanField(default=False, editable=False)
    kind = models.CharField(max_length=10, choices=ExportKind, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", editable=False)
    national = models.BooleanField(editable=False, help_text="Made for somebody who may open what is not shared.")
    words = ArrayField(models.TextField(), default=list, editable=False, help_text="What was asked for, in words.")
    address = models.TextField(blank=True, editable=False, help_text="The address of the list.")
    read_at = models.DateTimeField(null=True, editable=False, help_text="The moment whose records it holds.")
    rows = models.PositiveIntegerField(null=True, editable=False)
    rule_version = models.CharField(max_length=20, blank=True, editable=False)
    marking = models.CharField(max_length=20, choices=Marking, null=True, editable=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    outcomes_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    objects = ExportQuerySet.as_manager()

    class Meta(Job.Meta):
        constraints: ClassVar = [
            *job_constraints("export"),
            known("export", "listing", ListKind),
            known("export", "kind", ExportKind),
            known("export", "marking", Marking, null=True),
            check(
                "export_done_has_its_file",
                ~Q(state=JobState.DONE)
                | Q(file__isnull=False, rows__isnull=False, marking__isnull=False, read_at__isnull=False),
                field="state",
                message="A file that is ready is there, with how many rows it holds and how it is marked.",
            ),
            check(
                "export_holds_every_row",
                ~Q(state=JobState.DONE) | Q(total__isnull=False, rows=F("total")),
                field="rows",
                message="A file holds as many rows as the list had.",
            ),
            check(
                "export_has_columns",
                Q(columns__len__gte=1),
                field="columns",
                message="Choose at least one column.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["asked_by", "-asked_at"], name="export_asked_by_idx")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.listing}"

    def gone(self, now: datetime) -> bool:
        """Say whether its content is past its time, forgotten or about to be."""
        file = self.file
        return file is not None and (
            file.forgotten_at is not None or (file.expires_at is not None and file.expires_at <= now)
        )
