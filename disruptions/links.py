"""What a threat is linked to: what it is part of, what is part of it, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from agencies.models import User
from disruptions.models import OCG, Membership, SOCThreat
from disruptions.vocabulary import MembershipKind


class Side(StrEnum):
    """Where the other one stands."""

    ABOVE = "above"
    BELOW = "below"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Link:
    """One link: to a threat, or to an OCG that is no threat of its own; the words say what the other one is."""

    side: Side
    words: str
    threat: SOCThreat | None
    ocg: OCG | None = None
    from_on: date | None = None
    until_on: date | None = None
    note: str = ""
    added_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it has not ended."""
        return self.until_on is None

    @property
    def title(self) -> str:
        """What the other one is called."""
        return self.threat.title if self.threat is not None else self.ocg.name if self.ocg is not None else ""

    @property
    def reference(self) -> str:
        """The reference of the other one."""
        other = self.threat or self.ocg
        return other.reference if other is not None else ""


def linked_threats(threat: SOCThreat, *, user: User) -> list[Link]:
    """Return what a threat is linked to that a person may open: what it is part of, what is in it, what is beside it.

    Links that ended come last. Three queries, however many links.
    """
    memberships = list(Membership.objects.visible_to(user).of_threat(threat))
    links = [_direct(threat, each) for each in memberships]
    standing = [each for each in memberships if each.until_on is None]
    links += _beside(threat, standing, known={link.reference for link in links}, user=user)
    links += [
        Link(Side.BESIDE, "Merged into this threat", merged)
        for merged in SOCThreat.objects.visible_to(user).filter(merged_into=threat).order_by("reference")
    ]
    order = list(Side)
    return sorted(links, key=lambda link: (not link.stands, order.index(link.side), link.title))


def _direct(threat: SOCThreat, each: Membership) -> Link:
    """Read a membership from where a threat stands."""
    days: dict[str, Any] = {
        name: getattr(each, name) for name in ("from_on", "until_on", "note", "added_at", "ended_at")
    }
    if each.threat_id != threat.pk:
        if each.kind == MembershipKind.INDIVIDUAL_IN_OCG:
            return Link(Side.BELOW, "Priority individual in this group", each.threat, **days)
        return Link(Side.ABOVE, "Wider threat that this group is in", each.threat, **days)
    group = getattr(each.ocg, "threat", None)
    if each.kind == MembershipKind.INDIVIDUAL_IN_OCG:
        return Link(Side.ABOVE, "Group that this individual is in", group, each.ocg, **days)
    return Link(Side.BELOW, "Group in this wider threat", group, each.ocg, **days)


def _beside(threat: SOCThreat, standing: Sequence[Membership], *, known: set[str], user: User) -> list[Link]:
    """Return the individuals in the same groups, and the groups in the same wider threats."""
    groups = _keys(each.ocg_id for each in standing if each.threat_id == threat.pk and _is_individual(each))
    wider = _keys(each.threat_id for each in standing if each.threat_id != threat.pk and not _is_individual(each))
    if not groups and not wider:
        return []
    others = (
        Membership.objects.visible_to(user)
        .open()
        .filter(
            Q(kind=MembershipKind.INDIVIDUAL_IN_OCG, ocg__in=groups)
            | Q(kind=MembershipKind.OCG_IN_THREAT, threat__in=wider)
        )
        .exclude(pk__in=[each.pk for each in standing])
        .with_related()
        .order_by("pk")
    )
    found: dict[str, Link] = {}
    for each in others:
        if _is_individual(each):
            link = Link(Side.BESIDE, f"Shares the group {each.ocg.name}", each.threat)
        else:
            group = getattr(each.ocg, "threat", None)
            link = Link(Side.BESIDE, f"Shares the wider threat {each.threat.title}", group, each.ocg)
        if link.reference not in known and link.reference != threat.reference:
            found.setdefault(link.reference, link)
    return list(found.values())


def _is_individual(each: Membership) -> bool:
    return each.kind == MembershipKind.INDIVIDUAL_IN_OCG


def _keys(keys: Iterable[int]) -> list[int]:
    return sorted(set(keys))
