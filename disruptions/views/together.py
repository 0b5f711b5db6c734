"""Doing the same to several records: choose on the list, look at what would happen, confirm, see what was done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.constraints import Violation, violation
from agencies.models import User
from agencies.refusals import Invalid
from agencies.sealing import seal, unseal
from agencies.views.requests import SignedInRequest
from disruptions.asked import read_asked
from disruptions.desk_forms import TogetherForm
from disruptions.filters.strict import BAD_VALUE
from disruptions.models import DoneTogether
from disruptions.permissions import require_act_together
from disruptions.references import DISRUPTION, read_reference
from disruptions.saved import IN_VIEW
from disruptions.services.assigning import deciding_person, person_called, who_could_decide
from disruptions.services.together import LIMIT, Plan, SortedOut, do_together, left_of, sort_out
from disruptions.vocabulary import TogetherAct, WhyLeft, highest_marking

CHOSEN: Final = "chosen"
ALL: Final = "all"
PERSON: Final = "assigned_to"
SHOWN: Final = 100
"""Rows of the preview: those that are approved are all of them, so that they can be read through."""
LEFT_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Words:
    """How one act is spoken of, with a count in the place of ``{}``."""

    title: str
    will: str
    confirm: str
    done: str


WORDS: Final = {
    TogetherAct.ASSIGN: Words(
        "Assign records",
        "{} will be given to {person}, who is shown them first. Somebody else who had one has it no more.",
        "Yes, assign {}",
        "{} given to {person}",
    ),
    TogetherAct.RETURN: Words(
        "Return records",
        "{} will be sent back, each with the same reason. They do not count until they are put right and submitted "
        "again.",
        "Yes, return {}",
        "{} sent back",
    ),
    TogetherAct.APPROVE: Words(
        "Approve minor disruptions",
        "{} will be approved at the level that they have, as you see them here.",
        "Yes, approve {}",
        "{} approved",
    ),
    TogetherAct.MODERATE: Words(
        "Add records to moderation",
        "{} will wait for a moderator to look at a second time. They count meanwhile as they do now.",
        "Yes, add {}",
        "{} added to moderation",
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def together_preview(request: SignedInRequest, act: str) -> HttpResponse:
    """What would happen to the records that were chosen, and doing it."""
    if act not in TogetherAct.values:
        raise Http404
    chosen_act = TogetherAct(act)
    require_act_together(request.user, chosen_act)
    return _confirmed(request, chosen_act) if request.method == "POST" else _looked_at(request, chosen_act)


@require_safe
def together_done(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What was done to which records, and which were left as they are."""
    done = DoneTogether.objects.visible_to(request.user).filter(public_id=public_id).first()
    if done is None:
        raise Http404
    words = WORDS[TogetherAct(done.act)]
    context = {
        "done": done,
        "title": words.done.format(_count(len(done.done)), person=done.assigned_to.name if done.assigned_to else ""),
        "left": _left_in_words(done.left),
        "back": _list_address(done.query),
    }
    return render(request, "disruptions/together_done.html", context)


def _looked_at(request: SignedInRequest, act: TogetherAct) -> HttpResponse:
    user, query = request.user, _list_query(request.GET)
    try:
        versions, text = _chosen(request, act, query)
    except Invalid as refusal:
        return _refused(request, act, refusal, query)
    if not versions:
        messages.error(request, "No record was chosen. Tick the records that you mean, or “all that match”.")
        return HttpResponseRedirect(_list_address(query.urlencode()))
    found = sort_out(act, versions, acting_user=user)
    person = None
    people: list[tuple[str, str]] = []
    if act == TogetherAct.ASSIGN:
        people = who_could_decide(found.ready)
        person = deciding_person(request.GET.get(PERSON, ""), found.ready)
        if person is not None:
            found = sort_out(act, versions, acting_user=user, person=person)
    plan = Plan(
        key=uuid4(),
        act=act,
        versions={record.reference: record.version for record in found.ready},
        left=left_of(found),
        query=text,
        person=person,
    )
    form = TogetherForm(act=act, people=people, confirm=_confirm(act, found), initial={PERSON: request.GET.get(PERSON)})
    errors = []
    if PERSON in request.GET and person is None and act == TogetherAct.ASSIGN:
        errors = [{"text": violation("together_person_chosen").message, "href": "#id_assigned_to"}]
    return _page(request, plan, found, form, errors=errors, people=people)


def _confirmed(request: SignedInRequest, act: TogetherAct) -> HttpResponse:
    plan = _unsealed(request, act)
    if plan is None:
        messages.error(request, "This page was too old, or not yours. Choose the records again.")
        return redirect("disruption_list")
    found = sort_out(act, plan.versions, acting_user=request.user, person=plan.person)
    form = TogetherForm(request.POST, act=act, confirm=_confirm(act, found))
    form.fields.pop(PERSON, None)
    if form.is_valid():
        try:
            if not form.cleaned_data["confirmed"]:
                raise Invalid([violation("together_confirmed")])
            done = do_together(acting_user=request.user, plan=plan, reason=form.cleaned_data.get("reason", "").strip())
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            return redirect("together_done", done.public_id)
    return _page(request, plan, found, form, errors=form.summary())


def _page(
    request: SignedInRequest,
    plan: Plan,
    found: SortedOut,
    form: TogetherForm,
    *,
    errors: list[dict[str, Any]],
    people: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    words = WORDS[plan.act]
    left = {each: list(references) for each, references in plan.left.items()}
    if request.method == "POST":
        for why, references in left_of(found).items():
            left.setdefault(why, []).extend(references)
    count = len(found.ready)
    context = {
        "act": plan.act.value,
        "title": words.title,
        "will": words.will.format(_count(count), person=plan.person.name if plan.person else "")
        if count and (plan.person is not None or plan.act != TogetherAct.ASSIGN)
        else "",
        "ready": found.ready[:SHOWN],
        "ready_count": count,
        "left": _left_in_words(left),
        "left_count": sum(map(len, left.values())),
        "form": form,
        "errors": errors,
        "person": plan.person,
        "asks_person": plan.act == TogetherAct.ASSIGN and plan.person is None,
        "people": people,
        "sealed": _sealed(request.user, plan),
        "again": [(name, value) for name, values in request.GET.lists() if name != PERSON for value in values],
        "back": _list_address(plan.query or _list_query(request.GET).urlencode()),
        "marking": highest_marking(record.marking for record in found.ready[:SHOWN]).value,
    }
    status = HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    return render(request, "disruptions/together_preview.html", context, status=status)


def _chosen(request: SignedInRequest, act: TogetherAct, query: QueryDict) -> tuple[dict[str, int | None], str]:
    """Return the records that are meant, each with its version, and the list's query where all of it is.

    Raises ``Invalid`` for a query that the list refuses, and for more records than may be changed at once.
    """
    limit = LIMIT[act]
    if request.GET.get(ALL) == "yes":
        asked = read_asked(query, reader=request.user)
        if asked.as_at is not None:
            raise Invalid([Violation("as_at", BAD_VALUE, "Records are changed as they are now. Take the day away.")])
        with asked.rows() as rows:
            found = list(rows.order_by().values_list("reference", "version")[: limit + 1])
        if len(found) > limit:
            raise Invalid([Violation(ALL, "too_many", _too_many(act))])
        return dict(found), asked.text
    versions: dict[str, int | None] = {}
    for each in request.GET.getlist(CHOSEN):
        text, _, version = each.partition(":")
        reference = read_reference(text, DISRUPTION)
        if reference and version.isascii() and version.isdecimal() and len(version) < 10:
            versions[reference] = int(version)
    if len(versions) > limit:
        raise Invalid([Violation(CHOSEN, "too_many", _too_many(act))])
    return versions, ""


def _too_many(act: TogetherAct) -> str:
    why = ", as many as somebody reads through on one page" if act == TogetherAct.APPROVE else ""
    return (
        f"No more than {LIMIT[act]:,} records are taken at once{why}. Narrow the list, for example by status or agency."
    )


def _list_query(parameters: QueryDict) -> QueryDict:
    """Return the list's own part of the address."""
    query = parameters.copy()
    for name in (CHOSEN, ALL, PERSON, IN_VIEW, "page"):
        query.pop(name, None)
    return query


def _list_address(query: str) -> str:
    return f"{reverse('disruption_list')}?{query}" if query else reverse("disruption_list")


def _refused(request: HttpRequest, act: TogetherAct, refusal: Invalid, query: QueryDict) -> HttpResponse:
    context = {
        "title": WORDS[act].title,
        "errors": [{"text": each.message} for each in refusal.violations],
        "back": _list_address(query.urlencode()),
    }
    return render(request, "disruptions/together_refused.html", context, status=HTTPStatus.BAD_REQUEST)


def _confirm(act: TogetherAct, found: SortedOut) -> str:
    return WORDS[act].confirm.format(_count(len(found.ready)))


def _count(number: int) -> str:
    return "1 record" if number == 1 else f"{number:,} records"


def _left_in_words(left: Any) -> list[dict[str, Any]]:
    return [
        {"why": WhyLeft(why).label, "references": references[:LEFT_SHOWN], "count": len(references), "code": why}
        for why, references in left.items()
        if references
    ]


def _purpose(user: User) -> str:
    return f"together of {user.pk}"


def _sealed(user: User, plan: Plan) -> str:
    said = {
        "key": str(plan.key),
        "act": plan.act.value,
        "versions": dict(plan.versions),
        "left": dict(plan.left),
        "query": plan.query,
        "person": plan.person.pk if plan.person is not None else None,
    }
    return seal(json.dumps(said, separators=(",", ":")), purpose=_purpose(user))


def _unsealed(request: SignedInRequest, act: TogetherAct) -> Plan | None:
    """Return the plan that this person was shown for this act, or nothing for any other text."""
    text = unseal(request.POST.get("plan", ""), purpose=_purpose(request.user))
    said: dict[str, Any] = json.loads(text) if text is not None else {}
    if said.get("act") != act.value:
        return None
    person = person_called(said["person"]) if said["person"] is not None else None
    return Plan(UUID(said["key"]), act, said["versions"], said["left"], said["query"], person)
