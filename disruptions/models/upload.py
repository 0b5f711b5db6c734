"""Files of records that people upload: how far each is, what its check found, and which record came of which row."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import BaseConstraint, Q

from agencies.constraints import check, unique
from agencies.models import Agency, Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.disruption import REASON_LIMIT, Disruption
from disruptions.models.job import Job, job_constraints
from disruptions.models.stored_file import StoredFile
from disruptions.querysets import UploadedRowQuerySet, UploadQuerySet
from disruptions.vocabulary import FindingKind, JobState, ReasonClass, UploadedAs, UploadStage

MESSAGE_LIMIT: Final = 1000
VALUE_LIMIT: Final = 200
"""How much of a cell is kept beside what is wrong with it."""


class Upload(Job):
    """A spreadsheet of an agency's records, from the moment it is sent to the moment it is recorded, all or nothing."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=UploadStage, default=UploadStage.CHECKING, editable=False)
    submits = models.BooleanField(help_text="Whether its rows are submitted; if not, they are kept as drafts.")
    sheets = models.JSONField(default=list, help_text="The names of the sheets that can be chosen.")
    sheet = models.CharField(max_length=200, blank=True)
    header_row = models.PositiveIntegerField(null=True, help_text="The row that names the columns.")
    headings = models.JSONField(default=list, help_text="What stands above each column, with an example below it.")
    columns = models.JSONField(default=list, help_text="The field of each column; empty: left out.")
    columns_settled = models.BooleanField(
        default=False, help_text="Whether a person, or an earlier file, matched them."
    )
    row_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)
    duplicate_count = models.PositiveIntegerField(default=0)
    needs_reason = models.BooleanField(
        default=False, help_text="Whether a change moves a figure that may be published."
    )
    plan = models.CharField(max_length=64, blank=True, help_text="What was shown to be done, as a hash.")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(blank=True)
    reason_class = models.CharField(max_length=20, choices=ReasonClass, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta(Job.Meta):
        constraints: ClassVar[list[BaseConstraint]] = [
            *job_constraints("upload"),
            known("upload", "stage", UploadStage),
            within_limit("upload", "reason", REASON_LIMIT, "The reason"),
            check(
                "upload_recorded_was_confirmed",
                ~Q(stage__in=(UploadStage.RECORDING, UploadStage.RECORDED))
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                field="confirmed_by",
                message="Nothing of a file is recorded before a person has confirmed it.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "-asked_at"], name="upload_agency_asked_idx")]

    def __str__(self) -> str:
        return f"{self.file_id} of {self.agency_id}"

    @property
    def rests(self) -> bool:
        """Whether no worker has it or is about to, so that a person may go on with it."""
        return self.state in {JobState.DONE, JobState.FAILED}


class UploadFinding(models.Model):
    """One thing that the check of a file says of one row. The next check of the file replaces them all."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=10, choices=FindingKind)
    row = models.PositiveIntegerField(help_text="As the spreadsheet counts; 0 is the whole file.")
    column = models.CharField(max_length=3, blank=True, help_text="The letter of the column; empty: none.")
    field = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=100, blank=True)
    message = models.CharField(max_length=MESSAGE_LIMIT)
    value = models.CharField(max_length=VALUE_LIMIT, blank=True, help_text="What stands in the cell.")
    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("row", "pk")
        constraints: ClassVar = [known("upload_finding", "kind", FindingKind)]
        indexes: ClassVar = [models.Index(fields=["upload", "kind", "row"], name="upload_finding_row_idx")]

    def __str__(self) -> str:
        return f"{self.column}{self.row}: {self.message}"


class UploadedRow(models.Model):
    """Which record a row of a file made, changed or found, and what the row said. Rows are only ever added.

    What it said is what the next file is compared with: a value that is sent again is no change of its own. What the
    files before said in columns that this one has not is kept with it.
    """

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="rows")
    row = models.PositiveIntegerField(help_text="As the spreadsheet counts.")
    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="uploaded_rows")
    version = models.PositiveIntegerField(help_text="The version of the record after it.")
    done = models.CharField(max_length=10, choices=UploadedAs)
    sent = models.JSONField(help_text="What the row said, by wire name.")
    fingerprint = models.CharField(max_length=64, help_text="The hash of what the row said.")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UploadedRowQuerySet.as_manager()

    class Meta:
        ordering = ("upload", "row")
        constraints: ClassVar = [
            known("uploaded_row", "done", UploadedAs),
            unique(
                "uploaded_row_once",
                fields=("upload", "row"),
                field="row",
                message="This row of the file is recorded already.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["fingerprint"], name="uploaded_row_fingerprint_idx")]

    def __str__(self) -> str:
        return f"row {self.row} of {self.upload_id}: {self.disruption_id}"


class UploadColumns(models.Model):
    """How an agency matched the columns of files with these headings, so that the next one needs no matching."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    headings = models.CharField(max_length=64, help_text="The hash of the headings, in their order.")
    columns = models.JSONField(help_text="The field of each column; empty: left out.")
    matched_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    matched_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            unique(
                "upload_columns_once",
                fields=("agency", "headings"),
                field="columns",
                message="The columns of files with these headings are matched already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.headings[:8]} of {self.agency_id}"
