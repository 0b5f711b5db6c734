"""The steps of an uploaded file: sent, read, its sheet and columns chosen, checked, confirmed, recorded or set aside.

People take the steps between; a worker does what takes time. Whatever it finds is kept with the file, so that leaving
the page loses nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from agencies import audit
from agencies.constraints import declare, violation
from agencies.models import Agency, User, oic_now
from agencies.refusals import Invalid, NotFound
from agencies.vocabulary import AuditAction
from disruptions.models import Upload, UploadColumns, UploadFinding
from disruptions.models.upload import MESSAGE_LIMIT, VALUE_LIMIT
from disruptions.permissions import require_record
from disruptions.rules import check_published_change, check_reason
from disruptions.services.jobs import fail_stalled, finish_job, one_at_a_time
from disruptions.services.stored_files import keep_file
from disruptions.services.upload_rows import Plan
from disruptions.vocabulary import FindingKind, JobState, Marking, UploadedAs, UploadStage

SUBJECT: Final = "upload"
AT_ONCE: Final = 3
"""How many files of an agency may be under way."""

KEPT_FAULTS: Final = 30_000
"""Faults of one file that are kept: whoever has put so many right uploads it again.

What a sound file would do is kept whole: nobody confirms what they were not shown.
"""

SET: Final = 2_000
"""Findings that are stored by one statement."""

declare(
    "upload_few_under_way", "file", f"{AT_ONCE} files of your agency are under way. Wait until one of them is ready."
)
declare(
    "upload_rests", "", "This file is under way, or has moved on since you opened the page. Look at where it is now."
)
declare("upload_sheet_known", "sheet", "Choose one of the sheets.")
declare("upload_columns_known", "columns", "Choose what each column holds from the list.")
declare("upload_columns_distinct", "columns", "Two columns cannot hold the same. Leave one of them out.")
declare("upload_columns_some", "columns", "Say of at least one column what it holds.")
declare("upload_plan_seen", "", "What the file would do has changed since you looked. Look again before you confirm.")
declare("upload_has_work", "", "Everything in this file is recorded already. There is nothing to do.")
declare("upload_duplicates_seen", "duplicates_seen", "Look at the possible duplicates, then tick the box.")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that a check found, as it will be kept."""

    kind: FindingKind
    row: int
    message: str
    column: str = ""
    field: str = ""
    code: str = ""
    value: str = ""
    disruption: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the records of a file are: the sheet, the row that names the columns, and what each column holds."""

    sheet: str
    header_row: int
    headings: Sequence[dict[str, str]]
    columns: Sequence[str]
    settled: bool


# ------------------------------------------------------------------------------------------------------ what people do


@transaction.atomic
def start_upload(*, acting_user: User, name: str, content_type: str, chunks: Iterable[bytes], submits: bool) -> Upload:
    """Keep a file that somebody sent for their agency; a worker has to be told of it.

    Raises ``Refused`` if they may not record for it, ``Invalid`` where too many files are under way.
    """
    agency = acting_user.agency
    require_record(acting_user, agency)
    one_at_a_time(Upload, acting_user)
    fail_stalled(Upload)
    under_way = Upload.objects.visible_to(acting_user).filter(state__in=(JobState.WAITING, JobState.RUNNING))
    if under_way.count() >= AT_ONCE:
        raise Invalid([violation("upload_few_under_way")])
    file = keep_file(
        chunks,
        acting_user=acting_user,
        name=name[-200:],
        content_type=content_type,
        marking=Marking.OFFICIAL_SENSITIVE,
        expires_at=oic_now() + timedelta(days=settings.UPLOAD_KEPT_DAYS),
    )
    upload = Upload.objects.create(asked_by=acting_user, agency=agency, file=file, submits=submits)
    _log(upload, "sent", acting_user, size=file.size, sha256=file.sha256)
    return upload


@transaction.atomic
def choose_sheet(*, acting_user: User, public_id: UUID, sheet: str) -> Upload:
    """Say which sheet holds the records. Raises ``NotFound`` or ``Invalid``."""
    upload = _at_rest(acting_user, public_id, UploadStage.SHEET)
    if sheet not in upload.sheets:
        raise Invalid([violation("upload_sheet_known")])
    upload.sheet = sheet
    return _check_anew(upload, acting_user)


@transaction.atomic
def match_columns(*, acting_user: User, public_id: UUID, columns: Sequence[str], known: Sequence[str]) -> Upload:
    """Say what each column holds, and remember it for the agency's next file with these headings.

    ``known`` are the fields that a column may hold. Raises ``NotFound`` or ``Invalid``.
    """
    upload = _at_rest(acting_user, public_id, UploadStage.COLUMNS, UploadStage.FAULTY, UploadStage.READY)
    chosen = [column for column in columns if column]
    faults = []
    if len(columns) != len(upload.headings) or not set(chosen) <= set(known):
        faults.append(violation("upload_columns_known"))
    elif len(set(chosen)) < len(chosen):
        faults.append(violation("upload_columns_distinct"))
    elif not chosen:
        faults.append(violation("upload_columns_some"))
    if faults:
        raise Invalid(faults)
    upload.columns, upload.columns_settled = list(columns), True
    UploadColumns.objects.bulk_create(
        [
            UploadColumns(
                agency=upload.agency,
                headings=headings_key(upload.headings),
                columns=list(columns),
                matched_by=acting_user,
            )
        ],
        update_conflicts=True,
        unique_fields=["agency", "headings"],
        update_fields=["columns", "matched_by", "matched_at"],
    )
    return _check_anew(upload, acting_user)


@transaction.atomic
def check_again(*, acting_user: User, public_id: UUID, submits: bool) -> Upload:
    """Have a file checked again beside what is recorded now, its rows as drafts or to be submitted.

    One whose worker is gone is begun again. Raises ``NotFound``, ``Refused`` or ``Invalid``.
    """
    stages = (UploadStage.CHECKING, UploadStage.FAULTY, UploadStage.READY, UploadStage.RECORDING)
    upload = _at_rest(acting_user, public_id, *stages)
    upload.submits = submits
    return _check_anew(upload, acting_user)


@transaction.atomic
def confirm_upload(
    *,
    acting_user: User,
    public_id: UUID,
    plan: str,
    duplicates_seen: bool,
    reason: str = "",
    reason_class: str = "",
) -> Upload:
    """Have recorded what a file was shown to do; a worker has to be told of it.

    Raises ``NotFound``, ``Refused`` or ``Invalid``: where it was shown to do something else, where possible duplicates
    have not been looked at, or where a change that moves a published figure has no reason.
    """
    upload = _at_rest(acting_user, public_id, UploadStage.READY)
    require_record(acting_user, upload.agency)
    faults = []
    if plan != upload.plan:
        faults.append(violation("upload_plan_seen"))
    elif not upload.new_count + upload.changed_count:
        faults.append(violation("upload_has_work"))
    if upload.duplicate_count and not duplicates_seen:
        faults.append(violation("upload_duplicates_seen"))
    faults += check_reason(reason, needed=False, reason_class=reason_class)
    if upload.needs_reason and not faults:
        faults += check_published_change(reason=reason, reason_class=reason_class)
    if faults:
        raise Invalid(faults)
    upload.confirmed_by, upload.confirmed_at = acting_user, oic_now()
    upload.reason, upload.reason_class = reason, reason_class
    _log(upload, "confirmed", acting_user, new=upload.new_count, changed=upload.changed_count)
    return _give_to_worker(upload, UploadStage.RECORDING)


@transaction.atomic
def set_aside_upload(*, acting_user: User, public_id: UUID) -> Upload:
    """Say that a file will not be recorded. Its row stays, its content goes when its time is over."""
    stages = set(UploadStage) - {UploadStage.RECORDED, UploadStage.SET_ASIDE}
    upload = _at_rest(acting_user, public_id, *stages)
    upload.stage, upload.state, upload.problem = UploadStage.SET_ASIDE, JobState.DONE, ""
    upload.save()
    _log(upload, "set aside", acting_user)
    return upload


def _at_rest(acting_user: User, public_id: UUID, *stages: UploadStage) -> Upload:
    """Return a file, locked, that stands at one of these stages and that no worker has; one that is gone has none."""
    fail_stalled(Upload)
    rows = Upload.objects.visible_to(acting_user).filter(public_id=public_id)
    upload = rows.select_for_update(of=("self",)).select_related("agency", "file").first()
    if upload is None:
        raise NotFound
    if not upload.rests or upload.stage not in stages:
        raise Invalid([violation("upload_rests")])
    return upload


def _check_anew(upload: Upload, acting_user: User) -> Upload:
    """Have a file checked for whoever asks for it now, who need not be the one that sent it."""
    require_record(acting_user, upload.agency)
    upload.asked_by = acting_user
    UploadFinding.objects.filter(upload=upload).delete()
    upload.plan = ""
    upload.confirmed_by = upload.confirmed_at = None
    upload.fault_count = upload.duplicate_count = 0
    upload.new_count = upload.changed_count = upload.known_count = 0
    return _give_to_worker(upload, UploadStage.CHECKING)


def _give_to_worker(upload: Upload, stage: UploadStage) -> Upload:
    upload.stage, upload.state = stage, JobState.WAITING
    upload.done, upload.total, upload.problem = 0, None, ""
    upload.started_at = upload.progressed_at = upload.ended_at = None
    upload.save()
    return upload


# ------------------------------------------------------------------------------------------------ what the worker keeps


def headings_key(headings: Sequence[dict[str, str]]) -> str:
    """Return by what headings are remembered: their words, in their order."""
    words = [" ".join(each["text"].split()).casefold() for each in headings]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def remembered_columns(agency: Agency, headings: Sequence[dict[str, str]]) -> list[str] | None:
    """Return how the agency matched the columns of its last file with these headings."""
    kept = UploadColumns.objects.filter(agency=agency, headings=headings_key(headings)).first()
    return list(kept.columns) if kept is not None else None


@transaction.atomic
def ask_for_sheet(upload: Upload, sheets: Sequence[str]) -> None:
    """Keep that a person has to choose a sheet."""
    _keep(upload, UploadStage.SHEET, sheets=list(sheets))


@transaction.atomic
def ask_for_columns(upload: Upload, layout: Layout) -> None:
    """Keep that a person has to say what the columns hold."""
    _keep(upload, UploadStage.COLUMNS, **_of(layout))


@transaction.atomic
def keep_check(
    upload: Upload,
    *,
    found: Iterable[Found],
    layout: Layout | None = None,
    plan: Plan | None = None,
    rows: int = 0,
) -> None:
    """Keep what a check found; a file without faults is ready to be recorded."""
    UploadFinding.objects.filter(upload=upload).delete()
    kinds = _keep_findings(upload, found)
    faults = kinds[FindingKind.FAULT]
    counts = {
        "row_count": rows,
        "fault_count": faults,
        "duplicate_count": kinds[FindingKind.DUPLICATE],
        "new_count": len(plan.of(UploadedAs.NEW)) if plan else 0,
        "changed_count": len(plan.of(UploadedAs.CHANGED)) if plan else 0,
        "known_count": len(plan.of(UploadedAs.UNCHANGED)) if plan else 0,
        "needs_reason": bool(plan and plan.needs_reason),
        "plan": plan.digest() if plan and not faults else "",
    }
    stage = UploadStage.FAULTY if faults or plan is None else UploadStage.READY
    _keep(upload, stage, **(_of(layout) if layout else {}), **counts)


def _keep_findings(upload: Upload, found: Iterable[Found]) -> Counter[FindingKind]:
    """Store what a check found, in parts, and return how many there were of each kind."""
    kinds: Counter[FindingKind] = Counter()

    def kept() -> Iterator[Found]:
        for each in found:
            kinds[each.kind] += 1
            if each.kind != FindingKind.FAULT or kinds[FindingKind.FAULT] <= KEPT_FAULTS:
                yield each
        faults = kinds[FindingKind.FAULT]
        if faults > KEPT_FAULTS:
            message = f"Here are the first {KEPT_FAULTS:,} of {faults:,} faults. Put them right, and upload it again."
            yield Found(FindingKind.NOTE, 0, message, code="upload_faults_kept")

    findings = (
        UploadFinding(
            upload=upload,
            kind=each.kind,
            row=each.row,
            column=each.column,
            field=each.field[:100],
            code=each.code[:100],
            message=each.message[:MESSAGE_LIMIT],
            value=each.value[:VALUE_LIMIT],
            disruption_id=each.disruption,
        )
        for each in kept()
    )
    while part := list(islice(findings, SET)):
        UploadFinding.objects.bulk_create(part)
    return kinds


def keep_recorded(upload: Upload, plan: Plan) -> None:
    """Keep, in the transaction that recorded its rows, that a file is recorded."""
    counts = {done.value: len(plan.of(done)) for done in UploadedAs}
    _keep(upload, UploadStage.RECORDED)
    _log(upload, "recorded", upload.confirmed_by, **counts)


def _of(layout: Layout) -> dict[str, Any]:
    return {
        "sheet": layout.sheet,
        "header_row": layout.header_row,
        "headings": list(layout.headings),
        "columns": list(layout.columns),
        "columns_settled": layout.settled,
    }


def _keep(upload: Upload, stage: UploadStage, **values: Any) -> None:
    for name, value in {"stage": stage, **values}.items():
        setattr(upload, name, value)
    finish_job(upload)
    upload.save(update_fields=["stage", *values])


def _log(upload: Upload, step: str, user: User | None, **detail: Any) -> None:
    audit.record(
        AuditAction.CHANGED,
        SUBJECT,
        str(upload.public_id),
        user=user,
        agency=upload.agency,
        detail={"step": step, "file": upload.file.name, **detail},
    )
