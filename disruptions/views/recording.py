"""Record a disruption in short steps, each saved as it is left."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.refusals import Invalid, Stale
from agencies.views.requests import SignedInRequest, version_in
from disruptions.fields import BY_NAME
from disruptions.forms import (
    STEP_BY_NAME,
    STEPS,
    Choices,
    ReasonForm,
    RecordForm,
    Step,
    names_posted,
    posted,
    simple_summary,
    step_of,
    threat_choice,
)
from disruptions.models import Disruption, SOCThreat
from disruptions.parsing import parse_disruption
from disruptions.permissions import may_withdraw, require_amend, require_record
from disruptions.references import DISRUPTION, THREAT, read_reference
from disruptions.rules import DisruptionRow
from disruptions.services import (
    amend_disruption,
    faults_before_submitting,
    row_of,
    start_draft,
    started,
    support_from,
)
from disruptions.views.conflict import conflicts_in
from disruptions.views.record import record_for
from disruptions.views.references import by_reference
from disruptions.views.sections import LABELS
from disruptions.vocabulary import Decision, DisruptionRole, Marking, OutcomeType, Status

IN_STEPS: Final = (Status.DRAFT, Status.RETURNED)
"""Statuses in which a record is worked on step by step and then submitted."""
THREATS_SHOWN: Final = 20


# --------------------------------------------------------------------------------------------------------------- start


@require_http_methods(["GET", "HEAD", "POST"])
def disruption_new(request: SignedInRequest) -> HttpResponse:
    """Start a lead, or a support of a lead; the first save makes the draft, however often it is sent."""
    require_record(request.user, request.user.agency)
    sent = request.POST if request.method == "POST" else request.GET
    lead = sent.get("lead", "")
    reference = read_reference(lead, DISRUPTION) if lead else None
    if lead and reference is None:
        context = {"typed": lead, "kind": DISRUPTION}
        return render(request, "disruptions/reference_mistyped.html", context, status=HTTPStatus.NOT_FOUND)
    role = DisruptionRole.SUPPORT.value if reference else sent.get("role", "")
    if role not in DisruptionRole.values:
        return render(request, "disruptions/disruption_role.html")
    key = _key_in(sent)
    if request.method == "POST":
        return _start(request, role, reference, key or uuid4())
    if key is None:
        return redirect(_new_address(role, reference, uuid4()))
    earlier = started(acting_user=request.user, key=key)
    if earlier is not None:
        if earlier.status != Status.DRAFT:
            return redirect(_new_address(role, reference, uuid4()))
        messages.info(request, "You have started this record already. Here it is, as you left it.")
        return redirect("disruption_amend", earlier.reference)
    row = DisruptionRow(role=role)
    if reference:
        supported = _already_supported(request, reference)
        if supported is not None:
            messages.info(request, f"Your agency has recorded its support of {reference} already: this is it.")
            return redirect("disruption_detail", supported.reference)
        row = support_from(acting_user=request.user, lead=reference)
    form = RecordForm(STEPS[0], Choices.for_person(request.user), row=row)
    return _new_page(request, form, role, reference, key)


def _start(request: SignedInRequest, role: str, lead: str | None, key: UUID) -> HttpResponse:
    form = RecordForm(STEPS[0], Choices.for_person(request.user), row=DisruptionRow(role=role), data=request.POST)
    fixed = {"role": role, "lead": lead} if lead else {"role": role}
    parsed = parse_disruption({**form.raw(), **fixed}, typed=False)
    result, is_new = start_draft(
        acting_user=request.user, agency=request.user.agency, key=key, parsed=parsed, lead=lead
    )
    record = result.record
    if record is None:
        form.refuse(result.violations)
        return _new_page(request, form, role, lead, key)
    if not is_new:
        # The same page was sent again. What it says now is an amendment of the record that it made the first time.
        try:
            record = amend_disruption(
                acting_user=request.user, reference=record.reference, version=1, changes=parsed, merge=True
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
            return _new_page(request, form, role, lead, key)
        except Stale as stale:
            return _conflict_page(request, record_for(request, record.reference), STEPS[0], form, stale)
    return redirect(_after_saving(request, record, STEPS[0]))


def _new_page(request: SignedInRequest, form: RecordForm, role: str, lead: str | None, key: UUID) -> HttpResponse:
    context = {
        "form": form,
        "errors": _errors(form, None),
        "step": STEPS[0],
        "steps": STEPS,
        "number": 1,
        "role": role,
        "lead": lead,
        "key": key,
        "record": None,
        "marking": Marking.OFFICIAL_SENSITIVE.value,
    }
    status = HTTPStatus.BAD_REQUEST if context["errors"] else HTTPStatus.OK
    return render(request, "disruptions/disruption_new.html", context, status=status)


def _new_address(role: str, lead: str | None, key: UUID) -> str:
    """Return the address of a new start page. The key is in it, so that a second tab or the back button keeps it."""
    query = {"role": role, **({"lead": lead} if lead else {}), "key": key}
    return f"{reverse('disruption_new')}?{urlencode(query)}"


def _key_in(sent: QueryDict) -> UUID | None:
    try:
        return UUID(sent.get("key", ""))
    except ValueError:
        return None


def _already_supported(request: SignedInRequest, lead: str) -> Disruption | None:
    seen = Disruption.objects.visible_to(request.user)
    found = seen.filter(reference=lead).first()
    return seen.live_supports_of(found).filter(agency=request.user.agency).first() if found else None


# --------------------------------------------------------------------------------------------------------------- steps


@require_safe
@by_reference(DISRUPTION)
def disruption_amend(request: SignedInRequest, reference: str) -> HttpResponse:
    """The sections of a record, and for a draft what each still lacks."""
    record = record_for(request, reference)
    require_amend(request.user, record)
    faults = faults_before_submitting(acting_user=request.user, record=record) if record.status in IN_STEPS else []
    context = {
        "record": record,
        "marking": record.marking,
        "steps": STEPS,
        "unfinished": {step_of(fault.field).name for fault in faults},
        "in_steps": record.status in IN_STEPS,
        "returned": return_of(record),
        "labels": LABELS,
        "may_withdraw": may_withdraw(request.user, record),
    }
    return render(request, "disruptions/disruption_amend.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def disruption_step(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """One step of a record: shown as stored, saved as it is left."""
    if step not in STEP_BY_NAME:
        raise Http404
    record = record_for(request, reference)
    require_amend(request.user, record)
    if request.method == "POST":
        return _save_step(request, record, STEP_BY_NAME[step])
    form = _form(request, record, STEP_BY_NAME[step], row_of(record))
    return _step_page(request, record, STEP_BY_NAME[step], form, version=record.version)


def _save_step(request: SignedInRequest, record: Disruption, step: Step) -> HttpResponse:
    data = _without_removed(request.POST)
    version = version_in(request) or 0
    form = _form(request, record, step, row_of(record), data)
    why = ReasonForm(request.POST)
    if not why.is_valid():
        return _step_page(request, record, step, form, version=version, why=why, status=HTTPStatus.BAD_REQUEST)
    try:
        record = amend_disruption(
            acting_user=request.user,
            reference=record.reference,
            version=version,
            changes=parse_disruption(form.raw(), typed=False),
            reason=why.cleaned_data["reason"],
            reason_class=why.cleaned_data["reason_class"],
            merge=True,
        )
    except Invalid as refusal:
        form.refuse(refusal.violations)
        return _step_page(request, record, step, form, version=version, why=why, status=HTTPStatus.BAD_REQUEST)
    except Stale as stale:
        return _conflict_page(request, record_for(request, record.reference), step, form, stale, why=why)
    return redirect(_after_saving(request, record, step))


def _without_removed(data: QueryDict) -> QueryDict:
    """Return what was sent without the outcome whose remove button was pressed."""
    _, _, place = data.get("action", "").partition("remove-")
    if not place:
        return data
    kept = data.copy()
    for key in [key for key in data if key.startswith(f"outcomes-{place}-")]:
        del kept[key]
    return kept


def _after_saving(request: SignedInRequest, record: Disruption, step: Step) -> str:
    """Return where the button that was pressed leads, once what was typed is saved."""
    action = request.POST.get("action", "")
    here = reverse("disruption_step", args=[record.reference, step.name])
    then = request.POST.get("then", "")
    back = {"then": then} if then == "check" else {}
    if action == "search":
        return f"{here}?{urlencode({'q': request.POST.get('q', '')[:200], **back})}#threat-results"
    if action == "add":
        return f"{here}?{urlencode({'add': request.POST.get('add_type', '')[:60], **back})}#add-outcome"
    if action.startswith("remove-"):
        return f"{here}?{urlencode(back)}#outcomes"
    if record.status not in IN_STEPS:
        messages.success(request, f"{record.reference} is saved.")
        return reverse("disruption_detail", args=[record.reference])
    if action == "later":
        messages.success(request, f"{record.reference} is saved. It waits for you here.")
        return reverse("home")
    place = STEPS.index(step) + 1
    if then == "check" or record.status == Status.RETURNED or place == len(STEPS):
        return reverse("disruption_submit", args=[record.reference])
    return reverse("disruption_step", args=[record.reference, STEPS[place].name])


def _form(
    request: SignedInRequest, record: Disruption, step: Step, row: DisruptionRow, data: QueryDict | None = None
) -> RecordForm:
    threats: list[tuple[str, str]] = []
    if "threat" in step.names:
        typed = read_reference((data or request.GET).get("threat", ""), THREAT)
        known = (
            SOCThreat.objects.visible_to(request.user)
            .with_related()
            .filter(reference__in=[each for each in (row.threat, typed) if each])
        )
        threats = [threat_choice(threat) for threat in known]
    return RecordForm(
        step,
        Choices.for_person(request.user),
        row=row,
        data=data,
        fixed=fixed_in(record),
        threats=threats,
        threat_source=reverse("threat_search") if "threat" in step.names else "",
        new_outcome=request.GET.get("add", ""),
    )


def fixed_in(record: Disruption) -> set[str]:
    """Return the fields that cannot be amended any more (``rules.check_amendment``), and those that go with them."""
    fixed = set()
    if record.submitted_at is not None:
        fixed.add("role")
        if record.role == DisruptionRole.LEAD:
            fixed |= {"lead", "lead_agency"}
    if record.status == Status.APPROVED:
        fixed.add("level")
    return fixed


def _step_page(
    request: SignedInRequest,
    record: Disruption,
    step: Step,
    form: RecordForm,
    *,
    version: int,
    why: ReasonForm | None = None,
    conflicts: list[dict[str, str]] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    context: dict[str, Any] = {
        "record": record,
        "marking": record.marking,
        "form": form,
        "why": why or ReasonForm(),
        "errors": _errors(form, record, why),
        "step": step,
        "steps": STEPS,
        "number": STEPS.index(step) + 1,
        "version": version,
        "then": "check" if (request.POST.get("then") or request.GET.get("then")) == "check" else "",
        "in_steps": record.status in IN_STEPS,
        "returned": return_of(record),
        "labels": LABELS,
        "conflicts": conflicts or [],
        "outcome_types": OutcomeType.choices,
        "words": words,
        "found": _found(request, words) if "threat" in step.names else [],
        "threats_shown": THREATS_SHOWN,
        "approved": record.status == Status.APPROVED,
    }
    return render(request, "disruptions/disruption_step.html", context, status=status)


def _found(request: SignedInRequest, words: str) -> list[SOCThreat]:
    if not words:
        return []
    return list(
        SOCThreat.objects.visible_to(request.user)
        .accepting()
        .matching(words)
        .with_related()
        .in_order("p_grade")[:THREATS_SHOWN]
    )


def _conflict_page(
    request: SignedInRequest,
    record: Disruption,
    step: Step,
    form: RecordForm,
    stale: Stale,
    *,
    why: ReasonForm | None = None,
) -> HttpResponse:
    """Show both sides field by field. What was typed stays; what only the other person changed is brought in."""
    stored = row_of(record)
    data = request.POST.copy()
    untouched = [name for name in step.names if name in stale.untouched]
    for name in untouched:
        for key in names_posted(name, data):
            data.pop(key, None)
    for key, values in posted(untouched, stored).lists():
        data.setlist(key, values)
    merged = _form(request, record, step, stored, data)
    conflicts = conflicts_in(step, stale, stored, parse_disruption(form.raw(), typed=False).row)
    return _step_page(
        request,
        record,
        step,
        merged,
        version=record.version,
        why=why,
        conflicts=conflicts,
        status=HTTPStatus.CONFLICT,
    )


def _errors(form: RecordForm, record: Disruption | None, why: ReasonForm | None = None) -> list[dict[str, Any]]:
    """Return the error summary: this step's faults, then those of other steps with a link to each."""
    found = form.summary() if form.is_bound else []
    for fault in form.others:
        if fault.field in {"reason", "reason_class"}:
            found.append({"text": fault.message, "href": f"#id_{fault.field}", "attributes": {"data-code": fault.code}})
            continue
        label = BY_NAME[fault.field].label if fault.field in BY_NAME else "Outcomes"
        entry: dict[str, Any] = {"text": f"{label}: {fault.message}", "attributes": {"data-code": fault.code}}
        if record is not None:
            entry["href"] = address_of(record, fault.field)
        found.append(entry)
    return found + (simple_summary(why, {}) if why is not None and why.is_bound else [])


def address_of(record: Disruption, path: str) -> str:
    """Return the address of the step that asks for a field; saving it leads back to check-answers."""
    step = step_of(path)
    return f"{reverse('disruption_step', args=[record.reference, step.name])}?then=check"


def return_of(record: Disruption) -> Any:
    """Return the decision that sent a returned record back, or nothing."""
    if record.status != Status.RETURNED:
        return None
    return record.reviews.filter(decision=Decision.RETURN).select_related("decided_by").first()
