"""The search box on every page: a reference opens what it names, anything else is looked for in the list."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies.models import User
from disruptions.models import OCG, Disruption, Extract, SOCThreat
from disruptions.references import DISRUPTION, EXTRACT, THREAT, read_reference
from disruptions.views.listing import sought


@require_safe
def search(request: HttpRequest) -> HttpResponseRedirect:
    text = sought(request).strip()
    if not text:
        return HttpResponseRedirect(reverse("disruption_list"))
    address = address_named(cast(User, request.user), text)
    return HttpResponseRedirect(address or f"{reverse('disruption_list')}?{urlencode({'q': text})}")


def address_named(user: User, text: str) -> str | None:
    """Return the address of what a person may open and a text names: by our reference, or by an agency's own.

    An own reference that two agencies use names nothing; then the list shows both.
    """
    reference = read_reference(text)
    if (extract := read_reference(text, EXTRACT)) is not None:
        return _page_of("extract_detail", Extract.objects.visible_to(user), extract)
    if reference is None:
        return _record_of_an_agency(user, text)
    if reference.startswith(DISRUPTION):
        return _page_of("disruption_detail", Disruption.objects.visible_to(user), reference)
    if reference.startswith(THREAT):
        return _page_of("threat_detail", SOCThreat.objects.visible_to(user), reference)
    return _page_of("ocg_detail", OCG.objects.visible_to(user), reference)


def _page_of(name: str, rows: QuerySet[Any], reference: str) -> str | None:
    return reverse(name, args=[reference]) if rows.filter(reference=reference).exists() else None


def _record_of_an_agency(user: User, text: str) -> str | None:
    found = Disruption.objects.visible_to(user).with_own_reference(text).values_list("reference", flat=True)[:2]
    return reverse("disruption_detail", args=[found[0]]) if len(found) == 1 else None
