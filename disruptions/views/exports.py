"""Files of the lists: ask for one, see how far it is, take it away. Everybody sees their own."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agencies import audit
from agencies.constraints import Violation
from agencies.models import oic_now
from agencies.paging import page_of
from agencies.refusals import Invalid, NotFound, Refused
from agencies.views.requests import SignedInRequest, posted
from agencies.vocabulary import AuditAction
from disruptions.asked import Asked
from disruptions.export_forms import HINTS, ExportForm
from disruptions.exports import table_csv
from disruptions.exports.lists import LISTS
from disruptions.exports.making import CONTENT_TYPES
from disruptions.exports.notes import notes_of
from disruptions.exports.selection import CHOSEN, Selected, read_selected
from disruptions.jobs import have_export_made
from disruptions.models import Export, StoredFile
from disruptions.permissions import may_take_away
from disruptions.services.exporting import SUBJECT, kept_days
from disruptions.services.jobs import is_stalled
from disruptions.services.stored_files import parts_of
from disruptions.vocabulary import ExportKind, JobState, ListKind, Marking

LIST: Final = "list"
"""The parameter that names the list; the others are the list's own."""

SELECTION: Final = "selection"
"""The parameter of the button below the list: the boxes say which records."""

ALL: Final = "all"
_KEPT_OF_THE_LIST: Final = frozenset({"columns", "sort"})

PAGES: Final = {ListKind.DISRUPTIONS.value: "disruption_list", ListKind.THREATS.value: "threat_list"}
ON_A_PAGE: Final = 25
COUNTED_TO: Final = 10_000
MOVED: Final = (
    "Your agency or your roles have changed since you asked for this file, so it is not given out any more. Ask for it "
    "again: it will hold what you may open now."
)


@require_safe
def export_list(request: SignedInRequest) -> HttpResponse:
    """The files that somebody asked for, the latest first."""
    rows = Export.objects.visible_to(request.user).with_files().latest_first()
    now = oic_now()
    page = page_of(request, rows, size=ON_A_PAGE)
    context = {
        "page": page,
        "shown": [{"export": each, **_state(request, each, now)} for each in page],
        "kinds": dict(ExportKind.choices),
        "lists": LISTS,
        "kept_days": kept_days(),
    }
    return render(request, "disruptions/export_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export_new(request: SignedInRequest) -> HttpResponse:
    """Choose kind and columns, and have the file made."""
    if SELECTION in request.GET:
        return _of_the_boxes(request)
    try:
        asked = _asked(request)
    except Invalid as refusal:
        return _not_read(request, refusal)
    form = ExportForm(posted(request), asked=asked)
    if request.method == "POST" and form.is_valid():
        columns = form.columns_chosen()
        try:
            export = have_export_made(
                acting_user=request.user,
                asked=asked,
                kind=ExportKind(form.cleaned_data["kind"]),
                columns=columns,
                with_outcomes=form.cleaned_data.get("outcomes", False),
                address=request.build_absolute_uri(_address_of(asked)),
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            return redirect("export_detail", export.public_id)
    with asked.rows() as rows:
        count = rows[: COUNTED_TO + 1].count()
        words = asked.in_words(rows)
    context = {
        "form": form,
        "errors": form.summary(),
        "listed": LISTS[asked.which],
        "words": words,
        "back": _list_path(asked),
        "count": count,
        "counted_to": COUNTED_TO,
        "hints": HINTS,
        "kept_days": kept_days(),
        "marking": Marking.OFFICIAL.value,
    }
    status = HTTPStatus.BAD_REQUEST if context["errors"] else HTTPStatus.OK
    return render(request, "disruptions/export_new.html", context, status=status)


@never_cache
@require_safe
def export_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """How far a file is; once it is ready, the file."""
    export = _own(request, public_id)
    return _detail(request, export)


@never_cache
@require_safe
def export_file(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """The file itself."""
    export = _own(request, public_id)
    return _given(request, export, export.file)


@never_cache
@require_safe
def export_outcomes(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """The outcomes of the records, where they have a file of their own."""
    export = _own(request, public_id)
    if export.state == JobState.DONE and export.outcomes_file is None:
        raise NotFound
    return _given(request, export, export.outcomes_file)


@never_cache
@require_safe
def export_notes(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """What the file says of itself, as a file beside a CSV."""
    export = _own(request, public_id)
    if export.state != JobState.DONE:
        return _detail(request, export, status=HTTPStatus.NOT_FOUND)
    _require_reach(request, export)
    # A row of the table that says done has all of these: constraint export_done_has_its_file.
    file, rows, read_at = cast(StoredFile, export.file), cast(int, export.rows), cast(datetime, export.read_at)
    marking = Marking(cast(str, export.marking))
    notes = notes_of(export, rows=rows, marking=marking, read_at=read_at, words=export.words)
    response = StreamingHttpResponse(
        table_csv(("Note", "Text"), notes, marking=marking), content_type=CONTENT_TYPES[ExportKind.CSV]
    )
    stem = file.name.removesuffix(f".{export.kind}")
    response["Content-Disposition"] = f'attachment; filename="{stem}-notes.csv"'
    return response


def _asked(request: SignedInRequest) -> Asked:
    which = request.GET.get(LIST, ListKind.DISRUPTIONS.value)
    if which not in ListKind.values:
        raise Invalid([Violation(LIST, "invalid_filter", f"Choose one of: {', '.join(ListKind.values)}.")])
    return read_selected(request.GET, reader=request.user, which=which, allow=(LIST,))


def _of_the_boxes(request: SignedInRequest) -> HttpResponse:
    """Lead on from the form below the list: to the records that are ticked there, or to all that match."""
    query = request.GET.copy()
    ticked = [each.partition(":")[0] for each in query.pop(CHOSEN, [])]
    everything = query.pop(ALL, []) == ["yes"]
    del query[SELECTION]
    if not everything and not ticked:
        messages.error(request, "No record was chosen. Tick the records that you mean, or “all that match”.")
        return redirect(_with_query("disruption_list", query))
    if not everything:
        # What is ticked is meant as it stands: filters of the list do not narrow it once more.
        query = QueryDict(mutable=True)
        query.setlist(CHOSEN, ticked)
        for name in _KEPT_OF_THE_LIST & request.GET.keys():
            query[name] = request.GET[name]
    return redirect(_with_query("export_new", query))


def _list_path(asked: Asked) -> str:
    return _with_query(PAGES[asked.which], asked.query)


def _address_of(asked: Asked) -> str:
    """Return where somebody sees what a file holds: the list, or for records that were ticked, a file of them."""
    query = QueryDict(asked.text)
    return _with_query("export_new", query) if isinstance(asked, Selected) else _with_query(PAGES[asked.which], query)


def _with_query(name: str, query: QueryDict) -> str:
    path = reverse(name)
    return f"{path}?{query.urlencode()}" if query else path


def _not_read(request: SignedInRequest, refusal: Invalid) -> HttpResponse:
    """Answer 400: no file is made of a list that cannot be read, and the list's own page says where the fault is."""
    query = request.GET.copy()
    which = query.pop(LIST, [ListKind.DISRUPTIONS.value])[-1]
    query.pop(CHOSEN, None)
    path = reverse(PAGES.get(which, PAGES[ListKind.DISRUPTIONS.value]))
    context = {
        "faults": [each.message for each in refusal.violations],
        "back": f"{path}?{query.urlencode()}" if query else path,
    }
    return render(request, "disruptions/export_not_read.html", context, status=HTTPStatus.BAD_REQUEST)


def _own(request: SignedInRequest, public_id: UUID) -> Export:
    export = Export.objects.visible_to(request.user).with_files().filter(public_id=public_id).first()
    if export is None:
        raise NotFound
    return export


def _state(request: SignedInRequest, export: Export, now: datetime) -> dict[str, Any]:
    """Say where a file stands, as the pages show it."""
    query = QueryDict(export.query, mutable=True)
    query["columns"] = ",".join(export.columns)
    if export.listing != ListKind.DISRUPTIONS:
        query[LIST] = export.listing
    stalled = is_stalled(export, now)
    return {
        "stalled": stalled,
        "under_way": export.state in {JobState.WAITING, JobState.RUNNING} and not stalled,
        "failed": stalled or export.state == JobState.FAILED,
        "ready": export.state == JobState.DONE and not export.gone(now) and may_take_away(request.user, export),
        "gone": export.state == JobState.DONE and export.gone(now),
        "moved": export.state == JobState.DONE and not may_take_away(request.user, export),
        "again": f"{reverse('export_new')}?{query.urlencode()}",
    }


def _detail(request: SignedInRequest, export: Export, *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    now = oic_now()
    listed = LISTS[export.listing]
    context = {
        "export": export,
        "listed": listed,
        "labels": [listed.columns[name].label for name in export.columns if name in listed.columns],
        "kinds": dict(ExportKind.choices),
        "marking": export.marking or Marking.OFFICIAL.value,
        **_state(request, export, now),
    }
    return render(request, "disruptions/export_detail.html", context, status=status)


def _require_reach(request: SignedInRequest, export: Export) -> None:
    if not may_take_away(request.user, export):
        raise Refused("export_reach_changed", MOVED)


def _given(request: SignedInRequest, export: Export, file: StoredFile | None) -> HttpResponseBase:
    if export.state != JobState.DONE or file is None:
        return _detail(request, export, status=HTTPStatus.NOT_FOUND)
    _require_reach(request, export)
    if export.gone(oic_now()):
        return _detail(request, export, status=HTTPStatus.GONE)
    audit.record(
        AuditAction.EXPORTED,
        SUBJECT,
        str(export.public_id),
        request=request,
        detail={"step": "taken away", "file": file.name, "rows": export.rows, "sha256": file.sha256},
    )
    response = StreamingHttpResponse(parts_of(file), content_type=file.content_type)
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
