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
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agencies.refusals import Invalid, Stale
from agencies.views.requests import SignedInRequest, version_in
from disruptions.fields import BY_NAME, COUNTED_FIELDS
from disruptions.forms import (
    FOUND_THREAT,
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
from disruptions.history import sent_back
from disruptions.models import Disruption, SOCThreat, ThreatRequest, UnsavedStep
from disruptions.parsing import parse_disruption
from disruptions.permissions import may_ask_for_threat, may_withdraw, require_amend, require_record
from disruptions.references import DISRUPTION, THREAT, read_reference
from disruptions.rules import LEVELS_SUGGESTED, DisruptionRow, suggested_level
from disruptions.services import (
    asks_why,
    faults_before_submitting,
    keep_unsaved,
    row_of,
    save_step,
    start_draft,
    started,
    support_from,
    unsaved_of,
)
from disruptions.services.duplicates import DuplicateReport, duplicates_of, joinable, marking_with
from disruptions.views.conflict import conflicts_in
from disruptions.views.record import record_for
from disruptions.views.references import by_reference
from disruptions.views.sections import LABELS
from disruptions.views.typed import as_posted, key_in, new_address, token_of, typed_in
from disruptions.vocabulary import (
    DisruptionRole,
    Marking,
    OutcomeType,
    Status,
    ThreatRequestStatus,
)

IN_STEPS: Final = (Status.DRAFT, Status.RETURNED)
"""Statuses in which a record is worked on step by step and then submitted."""
THREATS_SHOWN: Final = 20


# --------------------------------------------------------------------------------------------------------------- start


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
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
    key = key_in(sent)
    if request.method == "POST":
        return _start(request, role, reference, key or uuid4())
    if key is None:
        return redirect(new_address(role, reference, uuid4()))
    earlier = started(acting_user=request.user, key=key)
    if earlier is not None:
        if earlier.status != Status.DRAFT:
            return redirect(new_address(role, reference, uuid4()))
        messages.info(request, "You have started this record already. Here it is, as you left it.")
        return redirect("disruption_amend", earlier.reference)
    kept = unsaved_of(acting_user=request.user, step=STEPS[0].name, key=key)
    row = DisruptionRow(role=role)
    if reference:
        supported = _already_supported(request, reference)
        if supported is not None:
            messages.info(request, f"Your agency has recorded its support of {reference} already: this is it.")
            return redirect("disruption_detail", supported.reference)
        row = support_from(acting_user=request.user, lead=reference)
    data = as_posted(kept.data) if kept is not None else None
    form = RecordForm(STEPS[0], Choices.for_person(request.user), row=row, data=data)
    return _new_page(request, form, role, reference, key, kept=kept)


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
        _keep_refused(request, STEPS[0], key=key)
        return _new_page(request, form, role, lead, key)
    if not is_new:
        # The same page was sent again. What it says now is an amendment of the record that it made the first time.
        try:
            record = save_step(
                acting_user=request.user, reference=record.reference, step=STEPS[0].name, version=1, changes=parsed
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
            _keep_refused(request, STEPS[0], key=key)
            return _new_page(request, form, role, lead, key)
        except Stale as stale:
            _keep_refused(request, STEPS[0], key=key)
            return _conflict_page(request, record_for(request, record.reference), STEPS[0], form, stale)
    return redirect(_after_saving(request, record, STEPS[0]))


def _new_page(
    request: SignedInRequest,
    form: RecordForm,
    role: str,
    lead: str | None,
    key: UUID,
    *,
    kept: UnsavedStep | None = None,
) -> HttpResponse:
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
        "kept": kept,
        "typed_by": token_of(request.user),
        "keep_address": reverse("disruption_new_keep"),
        "here": new_address(role, lead, key),
        "marking": Marking.OFFICIAL_SENSITIVE.value,
    }
    status = HTTPStatus.BAD_REQUEST if context["errors"] else HTTPStatus.OK
    return render(request, "disruptions/disruption_new.html", context, status=status)


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
    in_steps = record.status in IN_STEPS
    faults = faults_before_submitting(acting_user=request.user, record=record) if in_steps else []
    report = duplicates_of(acting_user=request.user, record=record) if in_steps else DuplicateReport()
    context = {
        "record": record,
        "marking": marking_with(record, report.pending),
        "steps": STEPS,
        "unfinished": {step_of(fault.field).name for fault in faults},
        "in_steps": in_steps,
        "returned": sent_back(record),
        "labels": LABELS,
        "may_withdraw": may_withdraw(request.user, record),
        "duplicates": report,
        "joinable": joinable(record, report.pending),
    }
    return render(request, "disruptions/disruption_amend.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@by_reference(DISRUPTION)
def disruption_step(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """One step of a record: shown as stored, saved as it is left."""
    if step not in STEP_BY_NAME:
        raise Http404
    record = record_for(request, reference)
    require_amend(request.user, record)
    if request.method == "POST":
        return _save_step(request, record, STEP_BY_NAME[step])
    kept = unsaved_of(acting_user=request.user, step=step, reference=reference)
    if kept is None:
        form = _form(request, record, STEP_BY_NAME[step], row_of(record))
        return _step_page(request, record, STEP_BY_NAME[step], form, version=record.version)
    data = as_posted(kept.data)
    form = _form(request, record, STEP_BY_NAME[step], row_of(record), data)
    why = ReasonForm(initial=data.dict())
    # What was typed goes back to the version that its page showed, so that a conflict is found when it is saved.
    return _step_page(request, record, STEP_BY_NAME[step], form, version=kept.version or 0, why=why, kept=kept)


def _keep_refused(request: SignedInRequest, step: Step, **place: Any) -> None:
    """Keep what was typed where it could not be saved: the page that says so may be closed before it is put right."""
    try:
        keep_unsaved(acting_user=request.user, step=step.name, data=typed_in(request.POST), **place)
    except Invalid:
        # More than can be kept; the page that answers holds it.
        return


def _save_step(request: SignedInRequest, record: Disruption, step: Step) -> HttpResponse:
    data = _as_pressed(request.POST)
    version = version_in(request) or 0
    form = _form(request, record, step, row_of(record), data)
    why = ReasonForm(request.POST)
    if not why.is_valid():
        _keep_refused(request, step, reference=record.reference, version=version)
        return _step_page(request, record, step, form, version=version, why=why, status=HTTPStatus.BAD_REQUEST)
    try:
        record = save_step(
            acting_user=request.user,
            reference=record.reference,
            step=step.name,
            version=version,
            changes=parse_disruption(form.raw(), typed=False),
            reason=why.cleaned_data["reason"],
            reason_class=why.cleaned_data["reason_class"],
        )
    except Invalid as refusal:
        form.refuse(refusal.violations)
        why.refuse(refusal.violations)
        _keep_refused(request, step, reference=record.reference, version=version)
        return _step_page(request, record, step, form, version=version, why=why, status=HTTPStatus.BAD_REQUEST)
    except Stale as stale:
        _keep_refused(request, step, reference=record.reference, version=version)
        return _conflict_page(request, record_for(request, record.reference), step, form, stale, why=why)
    return redirect(_after_saving(request, record, step))


def _as_pressed(data: QueryDict) -> QueryDict:
    """Return what was sent as the button that was pressed means it.

    The outcome whose remove button it was is left out; a threat that was listed on request takes the threat's place.
    """
    action = data.get("action", "")
    _, _, listed = action.partition("use-")
    _, _, place = action.partition("remove-")
    if not place and not listed:
        return data
    kept = data.copy()
    if listed:
        kept["threat"] = listed
        kept.pop(FOUND_THREAT, None)
        return kept
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
    if action.startswith("use-"):
        return f"{here}?{urlencode(back)}#id_threat"
    if action == "suggest":
        return f"{here}?{urlencode(back)}#suggestion"
    if action == "ask" and may_ask_for_threat(request.user, record):
        return reverse("disruption_ask_for_threat", args=[record.reference])
    if record.status not in IN_STEPS:
        messages.success(request, f"{record.reference} is saved.")
        return reverse("disruption_detail", args=[record.reference])
    if action == "later":
        messages.success(request, f"{record.reference} is saved. It waits for you here.")
        return reverse("home")
    if "threat" in step.names:
        _say_likely_duplicates(request, record)
    place = STEPS.index(step) + 1
    if then == "check" or record.status == Status.RETURNED or place == len(STEPS):
        return reverse("disruption_submit", args=[record.reference])
    return reverse("disruption_step", args=[record.reference, STEPS[place].name])


def _say_likely_duplicates(request: SignedInRequest, record: Disruption) -> None:
    """Say early, once the threat is known, that an event may have been recorded: before more of it is typed."""
    if record.status != Status.DRAFT:
        return
    pending = duplicates_of(acting_user=request.user, record=record).pending
    if pending:
        who = ", ".join(
            f"{match.agency_name} ({match.reference})" if match.reference else match.agency_name for match in pending
        )
        messages.warning(
            request,
            f"Somebody may have recorded this already: {who}. Go on if yours is another event; check your answers "
            "shows what agrees and asks before you submit.",
        )


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
    kept: UnsavedStep | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    context: dict[str, Any] = {
        "record": record,
        "marking": record.marking,
        "form": form,
        "why": why or ReasonForm(),
        "asks_why": asks_why(record) and not COUNTED_FIELDS.isdisjoint(step.names),
        "errors": _errors(form, record, why),
        "step": step,
        "steps": STEPS,
        "number": STEPS.index(step) + 1,
        "version": version,
        "then": "check" if (request.POST.get("then") or request.GET.get("then")) == "check" else "",
        "in_steps": record.status in IN_STEPS,
        "returned": sent_back(record),
        "labels": LABELS,
        "conflicts": conflicts or [],
        "outcome_types": OutcomeType.choices,
        "words": words,
        "found": _found(request, words) if "threat" in step.names else [],
        "threats_shown": THREATS_SHOWN,
        "approved": record.status == Status.APPROVED,
        "kept": kept,
        "typed_by": token_of(request.user),
        "keep_address": reverse("disruption_step_keep", args=[record.reference, step.name]),
        "here": reverse("disruption_step", args=[record.reference, step.name]),
        **_guide(step, form),
        **_asked(request, record, step),
    }
    return render(request, "disruptions/disruption_step.html", context, status=status)


def _guide(step: Step, form: RecordForm) -> dict[str, Any]:
    """Return what the answers on the page suggest as the level, and what the page's script needs to follow them."""
    if "extent" not in step.names:
        return {}
    answers = {name: form[name].value() or "" for name in ("extent", "duration")}
    chosen = (form["level"].value() or "") if "level" in form.fields else ""
    return {"suggested": suggested_level(**answers), "chosen_level": chosen, "levels_suggested": LEVELS_SUGGESTED}


def _asked(request: SignedInRequest, record: Disruption, step: Step) -> dict[str, Any]:
    """Return what became of the last request for a threat, and whether one can be made."""
    if "threat" not in step.names:
        return {}
    last = ThreatRequest.objects.visible_to(request.user).of_record(record).with_related().first()
    if last is not None and last.status == ThreatRequestStatus.CANCELLED:
        last = None
    may_ask = may_ask_for_threat(request.user, record)
    is_open = last is not None and last.status == ThreatRequestStatus.OPEN
    return {"asked": last if may_ask else None, "may_ask": may_ask and not is_open}


def _found(request: SignedInRequest, words: str) -> list[SOCThreat]:
    if not words:
        return []
    return list(
        SOCThreat.objects.visible_to(request.user)
        .accepting()
        .matching(words, begun=True)
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
        if fault.field in ReasonForm.base_fields:
            continue
        label = BY_NAME[fault.field].label if fault.field in BY_NAME else "Outcomes"
        entry: dict[str, Any] = {"text": f"{label}: {fault.message}", "attributes": {"data-code": fault.code}}
        if record is not None:
            entry["href"] = address_of(record, fault.field)
        found.append(entry)
    return found + (simple_summary(why, why.codes) if why is not None and why.is_bound else [])


def address_of(record: Disruption, path: str) -> str:
    """Return the address of the step that asks for a field; saving it leads back to check-answers."""
    step = step_of(path)
    return f"{reverse('disruption_step', args=[record.reference, step.name])}?then=check"
