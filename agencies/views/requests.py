"""What the pages know of a request: who is signed in, and what a refused filter answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, QueryDict

from agencies.filters import FilterForm
from agencies.models import User
from agencies.refusals import Invalid


class SignedInRequest(HttpRequest):
    """A request behind the sign-in, where nobody is anonymous; for the type checker."""

    user: User


def filtered(form: FilterForm, rows: Any) -> tuple[Any, HTTPStatus]:
    """Return the rows that pass and 200, or no row and 400 where a filter is bad or unknown."""
    try:
        return form.strict(rows), HTTPStatus.OK
    except Invalid:
        return rows.none(), HTTPStatus.BAD_REQUEST


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, be it nothing, or ``None`` where the form is only asked for."""
    return request.POST if request.method == "POST" else None


def version_in(request: HttpRequest) -> int | None:
    """Return the version that a form was filled in against; a form without one is as old as can be."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
