"""Small pieces that constraints of several models share."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CheckConstraint, F, Func, Q, TextChoices, TextField, Value
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual, Regex

from agencies.constraints import check
from disruptions.references import REFERENCE_PATTERN


def known(model: str, field: str, choices: type[TextChoices], *, null: bool = False) -> CheckConstraint:
    """Return the CHECK that a coded field holds one of its codes (or nothing, where ``null``)."""
    condition = Q(**{f"{field}__in": choices.values})
    if null:
        condition |= Q(**{f"{field}__isnull": True})
    return check(
        f"{model}_{field}_known",
        condition,
        field=field,
        message=f"Choose one of: {', '.join(choices.values)}.",
    )


def within_limit(model: str, field: str, limit: int, label: str) -> CheckConstraint:
    """Return the CHECK that a text is no longer than its limit, in characters."""
    return check(
        f"{model}_{field}_within_limit",
        Q(LessThanOrEqual(Length(field), limit)),
        field=field,
        message=f"{label} must be {limit:,} characters or fewer.",
    )


def each_within_limit(model: str, field: str, limit: int, most: int, label: str) -> tuple[CheckConstraint, ...]:
    """Return the CHECKs of a list of names: how many there may be, and how long each, below 255 characters."""
    joined = Func(F(field), Value("\n"), function="array_to_string", output_field=TextField())
    return (
        check(
            f"{model}_{field}_few",
            Q(**{f"{field}__len__lte": most}),
            field=field,
            message=f"Give at most {most} {label}.",
        ),
        check(
            f"{model}_{field}_within_limit",
            ~Q(Regex(joined, rf"[^\n]{{{limit + 1},}}")),
            field=field,
            message=f"Each of the {label} must be {limit} characters or fewer, on one line.",
        ),
    )


def listed(model: str, field: str, choices: type[TextChoices]) -> CheckConstraint:
    """Return the CHECK that a list of codes holds known codes only."""
    return check(
        f"{model}_{field}_known",
        Q(**{f"{field}__contained_by": choices.values}),
        field=field,
        message=f"Choose from: {', '.join(choices.values)}.",
    )


def well_formed_reference(model: str) -> CheckConstraint:
    """Return the CHECK that a reference has the shape of ``references.reference_of``."""
    return check(
        f"{model}_reference_well_formed",
        Q(reference__regex=REFERENCE_PATTERN),
        field="reference",
        message="A reference looks like D-7KQ2-M4XH.",
    )


def all_of(conditions: Iterable[Q]) -> Q:
    """Return the conjunction of conditions."""
    whole = Q()
    for condition in conditions:
        whole &= condition
    return whole
