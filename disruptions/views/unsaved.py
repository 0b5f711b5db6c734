"""Keep what is being typed: the pages of recording send it here every few seconds, and once more as they close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import uuid4

from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from agencies.constraints import violation
from agencies.models import User, oic_now
from agencies.refusals import Invalid, NotFound, Refused
from agencies.views.requests import SignedInRequest, version_in
from disruptions.forms import STEP_BY_NAME, STEPS, Choices, RecordForm
from disruptions.models import Disruption, UnsavedStep
from disruptions.parsing import parse_disruption
from disruptions.permissions import require_amend, require_record
from disruptions.references import DISRUPTION, read_reference
from disruptions.rules import DisruptionRow
from disruptions.services import forget_unsaved, keep_unsaved, row_of, started, support_from
from disruptions.views.record import record_for
from disruptions.views.references import by_reference
from disruptions.views.typed import key_in, new_address, person_in, resume_address, typed_in
from disruptions.vocabulary import DisruptionRole

SOMEBODY_ELSE = "Somebody else has signed in here since this page was opened. Open it again."


@require_POST
@by_reference(DISRUPTION)
def disruption_step_keep(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """Keep one page of a record as it is typed, or throw it away."""
    if step not in STEP_BY_NAME:
        raise Http404
    if "throw_away" in request.POST:
        require_amend(request.user, record_for(request, reference))
        forget_unsaved(acting_user=request.user, step=step, reference=reference)
        return redirect("disruption_step", reference, step)

    def holds_it(record: Disruption) -> bool:
        # What was on its way while the same page was saved comes late, with the reason that was saved with it.
        is_late = record.changed_by_id == request.user.pk and record.version > version
        gives_reason = bool(request.POST.get("reason") or request.POST.get("reason_class")) and not is_late
        return not gives_reason and _says_what_is_stored(request.POST, step, row_of(record))

    version = version_in(request) or 0

    def work() -> datetime:
        data = typed_in(request.POST)
        kept = keep_unsaved(
            acting_user=request.user, step=step, data=data, reference=reference, version=version, unless=holds_it
        )
        return kept.saved_at if kept is not None else oic_now()

    return _answer(request, work)


@require_POST
def disruption_new_keep(request: SignedInRequest) -> HttpResponse:
    """Keep the page on which a record is started, before there is one; or throw it away."""
    key, step = key_in(request.POST), STEPS[0].name
    role, lead = request.POST.get("role", ""), read_reference(request.POST.get("lead", ""), DISRUPTION)
    if "throw_away" in request.POST:
        require_record(request.user, request.user.agency)
        forget_unsaved(acting_user=request.user, step=step, key=key)
        return redirect(new_address(role, lead, uuid4()))

    def work() -> datetime:
        require_record(request.user, request.user.agency)
        if key is None or role not in DisruptionRole.values:
            raise Invalid([violation("unsaved_step_without_a_page")])
        if started(acting_user=request.user, key=key) is None:
            first = support_from(acting_user=request.user, lead=lead) if lead else DisruptionRow(role=role)
            if _says_what_is_stored(request.POST, step, first):
                forget_unsaved(acting_user=request.user, step=step, key=key)
                return oic_now()
        kept = keep_unsaved(
            acting_user=request.user,
            step=step,
            data=typed_in(request.POST),
            key=key,
            unless=lambda made: _says_what_is_stored(request.POST, step, row_of(made)),
        )
        return kept.saved_at if kept is not None else oic_now()

    return _answer(request, work)


def _answer(request: SignedInRequest, work: Callable[[], datetime]) -> HttpResponse:
    """Keep, and answer in a form that the page's script can show: when it was kept, or why it was not."""
    person = person_in(request.POST)
    if person is not None and person != request.user.pk:
        return _refused(HTTPStatus.CONFLICT, SOMEBODY_ELSE)
    try:
        return _kept_at(work())
    except Invalid as refusal:
        return _refused(HTTPStatus.BAD_REQUEST, refusal.violations[0].message)
    except Refused as refusal:
        return _refused(HTTPStatus.FORBIDDEN, refusal.message)
    except NotFound:
        return _refused(HTTPStatus.NOT_FOUND, "This record is not there for you any more. Copy what you typed.")


def _kept_at(moment: datetime) -> HttpResponse:
    return JsonResponse({"saved_at": f"{timezone.localtime(moment):%H:%M}"})


def _refused(status: HTTPStatus, words: str) -> HttpResponse:
    return JsonResponse({"detail": words}, status=status)


def _says_what_is_stored(data: QueryDict, step: str, stored: DisruptionRow) -> bool:
    """Say whether a page holds what is stored and nothing else, so that there is nothing to keep."""
    form = RecordForm(STEP_BY_NAME[step], Choices((), ()), row=stored, data=data)
    parsed = parse_disruption(form.raw(), typed=False)
    if parsed.violations:
        return False
    asked = [name for name in parsed.given if name in STEP_BY_NAME[step].names and _was_sent(name, data)]
    return all(getattr(parsed.row, name) == getattr(stored, name) for name in asked)


def _was_sent(name: str, data: QueryDict) -> bool:
    """Say whether a page asked for a field: one that is fixed is left out of it."""
    return name in {"outcomes", "enablers", "shared_with"} or any(
        each == name or each.startswith(f"{name}_") for each in data
    )


@dataclass(frozen=True, slots=True)
class UnsavedRow:
    """What somebody typed and did not save, for the list of their work."""

    title: str
    reference: str | None
    saved_at: datetime
    address: str
    marking: str | None


def unsaved_rows(user: User) -> list[UnsavedRow]:
    """Return what a person typed and did not save, the latest first, each with the address at which it goes on."""
    return [
        UnsavedRow(
            title=STEP_BY_NAME[each.step].title,
            reference=each.disruption.reference if each.disruption is not None else None,
            saved_at=each.saved_at,
            address=resume_address(
                step=each.step,
                reference=each.disruption.reference if each.disruption is not None else None,
                key=str(each.key),
                data=each.data,
            ),
            marking=each.disruption.marking if each.disruption is not None else None,
        )
        for each in UnsavedStep.objects.visible_to(user)
        if each.step in STEP_BY_NAME
    ]
