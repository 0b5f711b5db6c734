"""Give records to somebody to decide on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from agencies.models import Now, RoleGrant, User, london_date, oic_now
from agencies.vocabulary import Role, Scope
from disruptions.models import Assignment, Disruption, ModerationCase
from disruptions.permissions import may_approve, may_moderate
from disruptions.vocabulary import Status


def who_could_decide(records: Collection[Disruption]) -> list[tuple[str, str]]:
    """Return the people whose role reaches any of the records, by name: id, and name with agency and role.

    An approver for what was submitted, a moderator for what was approved. One query.
    """
    agencies = {
        Role.APPROVER: _agencies_of(records, Status.SUBMITTED),
        Role.MODERATOR: _agencies_of(records, Status.APPROVED),
    }
    grants = (
        RoleGrant.objects.in_force_on(london_date(oic_now()))
        .filter(role__in=agencies, user__is_active=True, user__is_service=False)
        .select_related("user__agency")
        .order_by("user__name", "user")
    )
    found: dict[str, str] = {}
    for grant in grants:
        reached = agencies[Role(grant.role)]
        if any(_reaches(grant, agency, region) for agency, region in reached):
            role = Role(grant.role).label.lower()
            found.setdefault(str(grant.user_id), f"{grant.user.name}, {grant.user.agency.short_name} ({role})")
    return list(found.items())


def deciding_person(key: str, records: Collection[Disruption]) -> User | None:
    """Return the person with an id, if they are among those whose role reaches any of the records."""
    if key not in dict(who_could_decide(records)):
        return None
    return person_called(int(key))


def person_called(key: int) -> User | None:
    """Return the person with an id, while they can sign in."""
    return User.objects.select_related("agency").filter(pk=key, is_active=True).first()


def decidable_by(person: User, records: Sequence[Disruption]) -> set[int]:
    """Return the keys of the records that somebody may open and decide on, as they stand."""
    keys = [record.pk for record in records]
    seen = set(Disruption.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))
    approved = set(Disruption.objects.filter(pk__in=keys).ever_approved_by(person).values_list("pk", flat=True))
    return {
        record.pk
        for record in records
        if record.pk in seen
        and (
            may_approve(person, record)
            or (record.status == Status.APPROVED and may_moderate(person, record, approved_before=approved))
        )
    }


def with_open_case(records: Iterable[Disruption]) -> set[int]:
    """Return the keys of the records that wait for a moderator."""
    open_cases = ModerationCase.objects.filter(disruption__in=[record.pk for record in records], review__isnull=True)
    return set(open_cases.values_list("disruption", flat=True))


def assign(records: Sequence[Disruption], *, person: User, note: str, acting_user: User) -> None:
    """Give locked records to somebody; whoever had one before has it no more. Part of its caller's transaction."""
    keys = [record.pk for record in records]
    Assignment.objects.filter(disruption__in=keys, ended_at__isnull=True).update(ended_at=Now(), ended_by=acting_user)
    Assignment.objects.bulk_create(
        Assignment(disruption=record, version=record.version, assigned_to=person, note=note, assigned_by=acting_user)
        for record in records
    )


def _agencies_of(records: Collection[Disruption], status: str) -> set[tuple[int, int | None]]:
    return {(record.agency_id, record.agency.region_id) for record in records if record.status == status}


def _reaches(grant: RoleGrant, agency: int, region: int | None) -> bool:
    if grant.scope == Scope.NATION:
        return True
    return (
        grant.agency_id == agency if grant.scope == Scope.AGENCY else region is not None and grant.region_id == region
    )
