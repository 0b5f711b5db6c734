"""References in addresses: a mistyped one gets a page that says so; any other writing leads to the stored form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import register_converter, reverse

from disruptions.references import read_reference

View = Callable[..., HttpResponseBase]


class ReferenceLike:
    """Path converter: what may be somebody's writing of a reference, so that words of an address are left alone."""

    regex = r"(?=[^/]*[0-9]|[A-Za-z]-)[^/]{1,60}"

    def to_python(self, value: str) -> str:
        """Pass on what was typed."""
        return value

    def to_url(self, value: str) -> str:
        """Write a reference as it is."""
        return value


register_converter(ReferenceLike, "reference")


def by_reference(kind: str) -> Callable[[View], View]:
    """Let a view that takes ``reference`` see only well-formed references of a kind, in their stored form."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, reference: str, **rest: Any) -> HttpResponseBase:
            canonical = read_reference(reference, kind)
            if canonical is None:
                context = {"typed": reference, "kind": kind}
                return render(request, "disruptions/reference_mistyped.html", context, status=HTTPStatus.NOT_FOUND)
            if canonical != reference and request.method in {"GET", "HEAD"} and request.resolver_match is not None:
                address = reverse(request.resolver_match.view_name, kwargs={**rest, "reference": canonical})
                query = request.META.get("QUERY_STRING", "")
                return HttpResponseRedirect(f"{address}?{query}" if query else address)
            return view(request, reference=canonical, **rest)

        return answer

    return decorate
