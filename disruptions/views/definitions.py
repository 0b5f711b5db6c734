"""The pages of the help that say what figures and words mean."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from disruptions.glossary import CODES, TERMS
from disruptions.statistics.definitions import FIGURES, LIVE


@require_safe
def help_figures(request: HttpRequest) -> HttpResponse:
    figures = [{"definition": each, "shown": _shown(each.pages, each.operations)} for each in FIGURES]
    return render(request, "disruptions/help_figures.html", {"figures": figures, "live": LIVE})


@require_safe
def help_glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "disruptions/help_glossary.html", {"terms": TERMS, "codes": CODES})


def _shown(pages: tuple[str, ...], operations: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the addresses that show a figure, each with its link; a page of one agency has none of its own."""
    found = []
    for name in (*pages, *operations):
        if name == "admin:index":
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        found.append({"text": address, "href": None if name in operations else address})
    return found
