"""Upload a spreadsheet of records: send it, say what its columns hold, put faults right, confirm, see what became."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agencies import audit
from agencies.models import oic_now
from agencies.paging import page_of
from agencies.refusals import Invalid, NotFound
from agencies.views.requests import SignedInRequest
from agencies.vocabulary import AuditAction
from disruptions.exports import file_name, table_csv
from disruptions.jobs import have_upload_gone_on_with
from disruptions.models import Upload
from disruptions.permissions import require_record
from disruptions.services.jobs import is_stalled
from disruptions.services.stored_files import FileForgotten
from disruptions.services.uploading import (
    SUBJECT,
    check_again,
    choose_sheet,
    confirm_upload,
    match_columns,
    set_aside_upload,
    start_upload,
)
from disruptions.uploads.annotating import annotated_lines, annotated_xlsx, may_be_annotated
from disruptions.uploads.blank_files import BLANKS, STEM
from disruptions.uploads.columns import LABELS, TARGETS
from disruptions.uploads.showing import (
    counts_of,
    fault_groups,
    findings_of,
    findings_shown,
    label_of,
    rows_of_upload,
    rows_shown,
)
from disruptions.uploads.tables import COLUMNS_LIMIT, CONTENT_TYPES, ROWS_LIMIT, UnreadableFile, kind_of, letter
from disruptions.vocabulary import FindingKind, JobState, Marking, ReasonClass, UploadStage

ON_A_PAGE: Final = 50
MARKING: Final = Marking.OFFICIAL_SENSITIVE
LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        FindingKind.NEW.value: "New",
        FindingKind.CHANGE.value: "Changed",
        FindingKind.KNOWN.value: "Recorded already",
        FindingKind.DUPLICATE.value: "Possible duplicates",
        FindingKind.FAULT.value: "Faults",
    }
)
FILE_HEADER: Final = ("Row", "Your own reference", "Reference", "What became of it", "Status now")


@require_safe
def upload_list(request: SignedInRequest) -> HttpResponse:
    """The files of somebody's agency, the latest first."""
    require_record(request.user, request.user.agency)
    page = page_of(request, Upload.objects.visible_to(request.user).with_related().latest_first())
    now = oic_now()
    context = {
        "page": page,
        "shown": [{"upload": each, **_state(each, now)} for each in page],
        "marking": MARKING.value,
    }
    return render(request, "disruptions/upload_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload_new(request: SignedInRequest) -> HttpResponse:
    """Send a file."""
    require_record(request.user, request.user.agency)
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            upload = have_upload_gone_on_with(partial(_sent, request))
        except UnreadableFile as fault:
            errors = [{"text": str(fault), "href": "#file"}]
        except Invalid as refusal:
            errors = [{"text": each.message, "href": f"#{each.field or 'file'}"} for each in refusal.violations]
        else:
            return redirect("upload_detail", upload.public_id)
    context = {
        "errors": errors,
        "submits": request.POST.get("submits", "yes"),
        "megabytes": settings.UPLOAD_MEGABYTES,
        "rows_limit": ROWS_LIMIT,
        "columns_limit": COLUMNS_LIMIT,
        "kept_days": settings.UPLOAD_KEPT_DAYS,
        "marking": MARKING.value,
    }
    status = HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    return render(request, "disruptions/upload_new.html", context, status=status)


def _sent(request: SignedInRequest) -> Upload:
    sent = request.FILES.get("file")
    if sent is None or not sent.name:
        raise UnreadableFile("file_kind_known", "Choose the file with your records: CSV, XLSX or ODS.")
    if not sent.size:
        raise UnreadableFile("file_has_rows")
    if sent.size > settings.UPLOAD_MEGABYTES * 1024**2:
        raise UnreadableFile(
            "file_small", f"The file is larger than {settings.UPLOAD_MEGABYTES} MB. Cut it in parts, or save it as CSV."
        )
    start = sent.read(64 * 1024)
    sent.seek(0)
    kind = kind_of(sent.name, start)
    return start_upload(
        acting_user=request.user,
        name=sent.name,
        content_type=CONTENT_TYPES[kind],
        chunks=sent.chunks(),
        submits=request.POST.get("submits") != "no",
    )


@require_safe
def upload_template(request: SignedInRequest, kind: str) -> HttpResponse:
    """An empty file to fill in."""
    require_record(request.user, request.user.agency)
    response = HttpResponse(BLANKS[kind](), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{STEM}.{kind}"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Where a file stands, and the next step with it."""
    upload = _own(request, public_id)
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        step = _STEPS.get(request.POST.get("step", ""))
        if step is None:
            raise NotFound
        try:
            upload = have_upload_gone_on_with(partial(step, request, upload))
        except Invalid as refusal:
            errors = [{"text": each.message, "href": f"#{each.field or 'next'}"} for each in refusal.violations]
            upload = _own(request, public_id)
        else:
            return redirect("upload_detail", upload.public_id)
    context = {
        "upload": upload,
        **_state(upload, oic_now()),
        "errors": errors,
        "posted": request.POST,
        "marking": MARKING.value,
        **_shown(request, upload),
    }
    status = HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    return render(request, "disruptions/upload_detail.html", context, status=status)


@never_cache
@require_safe
def upload_annotated(request: SignedInRequest, public_id: UUID, kind: str) -> HttpResponseBase:
    """The file with what is wrong written into it."""
    upload = _own(request, public_id)
    if not may_be_annotated(upload) or not upload.rests:
        raise NotFound
    try:
        if kind == "xlsx":
            chunks: Iterator[bytes] | Iterator[str] = iter([annotated_xlsx(upload)])
        else:
            header, rows = annotated_lines(upload)
            # A byte-order mark, without which Excel takes it for another encoding.
            chunks = _with_mark(table_csv(header, rows, marking=MARKING))
        response = StreamingHttpResponse(chunks, content_type=CONTENT_TYPES[kind])
    except (FileForgotten, UnreadableFile):
        raise NotFound from None
    audit.record(AuditAction.EXPORTED, SUBJECT, str(upload.public_id), request=request, detail={"what": "annotated"})
    stem = upload.file.name.rpartition(".")[0] or "file"
    response["Content-Disposition"] = content_disposition_header(True, f"{stem}-faults.{kind}") or "attachment"
    return response


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from lines


@never_cache
@require_safe
def upload_result(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """What became of each row, as a file."""
    upload = _own(request, public_id)
    if upload.stage != UploadStage.RECORDED:
        raise NotFound
    rows = (
        (each.row, each.agency_reference, each.reference, each.done, each.status)
        for each in rows_shown(rows_of_upload(upload).iterator(), reader=request.user)
    )
    response = StreamingHttpResponse(
        table_csv(FILE_HEADER, rows, marking=MARKING), content_type="text/csv; charset=utf-8; header=present"
    )
    audit.record(AuditAction.EXPORTED, SUBJECT, str(upload.public_id), request=request, detail={"what": "result"})
    name = file_name(f"upload-{upload.public_id}", "csv", marking=MARKING)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --------------------------------------------------------------------------------------------------------------- steps


def _sheet(request: SignedInRequest, upload: Upload) -> Upload:
    return choose_sheet(acting_user=request.user, public_id=upload.public_id, sheet=request.POST.get("sheet", ""))


def _columns(request: SignedInRequest, upload: Upload) -> Upload:
    columns = [request.POST.get(f"column_{place}", "") for place in range(len(upload.headings))]
    return match_columns(acting_user=request.user, public_id=upload.public_id, columns=columns, known=list(LABELS))


def _check(request: SignedInRequest, upload: Upload) -> Upload:
    submits = request.POST.get("submits", "yes" if upload.submits else "no") != "no"
    return check_again(acting_user=request.user, public_id=upload.public_id, submits=submits)


def _confirm(request: SignedInRequest, upload: Upload) -> Upload:
    return confirm_upload(
        acting_user=request.user,
        public_id=upload.public_id,
        plan=request.POST.get("plan", ""),
        duplicates_seen=request.POST.get("duplicates_seen") == "yes",
        reason=request.POST.get("reason", "").strip(),
        reason_class=request.POST.get("reason_class", ""),
    )


def _set_aside(request: SignedInRequest, upload: Upload) -> Upload:
    return set_aside_upload(acting_user=request.user, public_id=upload.public_id)


_STEPS: Final[Mapping[str, Callable[[SignedInRequest, Upload], Upload]]] = {
    "sheet": _sheet,
    "columns": _columns,
    "check": _check,
    "confirm": _confirm,
    "set_aside": _set_aside,
}


# -------------------------------------------------------------------------------------------------------- what is shown


def _own(request: SignedInRequest, public_id: UUID) -> Upload:
    upload = Upload.objects.visible_to(request.user).with_related().filter(public_id=public_id).first()
    if upload is None:
        raise NotFound
    return upload


def _state(upload: Upload, now: Any) -> dict[str, Any]:
    stalled = is_stalled(upload, now)
    return {
        "stalled": stalled,
        "under_way": upload.state in {JobState.WAITING, JobState.RUNNING} and not stalled,
        "failed": stalled or upload.state == JobState.FAILED,
    }


def _shown(request: SignedInRequest, upload: Upload) -> dict[str, Any]:
    """Return what the page shows of a file at rest: the same queries however many rows it has."""
    same = Upload.objects.visible_to(request.user).with_related().same_as(upload.file.sha256)
    earlier = same.filter(stage=UploadStage.RECORDED).exclude(pk=upload.pk).latest_first().first()
    shown: dict[str, Any] = {"earlier": earlier, "lists": [], "page": None, "listed": "", "label_of": label_of}
    shown["changing_columns"] = "columns" in request.GET and upload.stage in {UploadStage.FAULTY, UploadStage.READY}
    if upload.stage == UploadStage.COLUMNS or shown["changing_columns"]:
        shown["columns"] = _columns_shown(request, upload)
    if upload.stage in {UploadStage.FAULTY, UploadStage.READY}:
        shown |= _findings_shown(request, upload)
    if upload.stage == UploadStage.RECORDED:
        shown["page"] = page_of(request, rows_of_upload(upload), size=ON_A_PAGE)
        shown["rows_shown"] = list(rows_shown(shown["page"], reader=request.user))
    return shown


def _columns_shown(request: SignedInRequest, upload: Upload) -> list[dict[str, Any]]:
    """Return each column of the file with what it may hold, as it was typed last."""
    columns = []
    for place, heading in enumerate(upload.headings):
        known = upload.columns[place] if place < len(upload.columns) else ""
        chosen = request.POST.get(f"column_{place}", known)
        columns.append(
            {
                "name": f"column_{place}",
                "letter": letter(place),
                "heading": heading["text"],
                "example": heading["example"],
                "known": bool(known),
                "choices": [
                    {"value": target.name, "text": target.label, "selected": target.name == chosen}
                    for target in TARGETS
                ],
            }
        )
    return columns


def _findings_shown(request: SignedInRequest, upload: Upload) -> dict[str, Any]:
    counts = counts_of(upload)
    here = [kind for kind in LISTS if counts.get(kind)]
    kind = request.GET.get("show", "")
    if kind not in here:
        first = FindingKind.FAULT.value if upload.stage == UploadStage.FAULTY else ""
        kind = first if first in here else next(iter(here), "")
    code, column = request.GET.get("code", ""), request.GET.get("column", "")
    found = findings_of(upload, kind, code=code, column=column)
    path = reverse("upload_detail", args=[upload.public_id])
    page = page_of(request, found, size=ON_A_PAGE) if kind else None
    return {
        "lists": [
            {"text": f"{LISTS[each]} ({counts[each]:,})", "href": f"{path}?show={each}#rows", "current": each == kind}
            for each in here
        ],
        "listed": kind,
        "list_names": LISTS,
        "page": page,
        "rows_shown": findings_shown(list(page), reader=request.user) if page else [],
        "groups": fault_groups(upload) if counts.get(FindingKind.FAULT) else [],
        "notes": list(findings_of(upload, FindingKind.NOTE)),
        "chosen_code": code,
        "annotated": may_be_annotated(upload),
        "reason_classes": [
            {"value": value, "text": label, "selected": request.POST.get("reason_class") == value}
            for value, label in ReasonClass.choices
        ],
    }
