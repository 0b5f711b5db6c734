"""What the pages that keep the master list share: the entry of an address, who manages it, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse

from agencies.models import Agency, User, london_date, oic_now
from agencies.permissions import holds_role
from agencies.refusals import NotFound, Refused
from agencies.views.requests import SignedInRequest
from agencies.vocabulary import Role
from disruptions.master_list import MasterField, Shape
from disruptions.models import OCG, SOCThreat, ThreatHandOver
from disruptions.permissions import may_manage_threats, require_manage_threats
from disruptions.references import OCG as OCG_LETTER
from disruptions.services.threats import require_live
from disruptions.vocabulary import MASTER_LIST_MARKING, ThreatStatus

MARKING: Final = MASTER_LIST_MARKING.value

Entry = OCG | SOCThreat


def entry_for(request: SignedInRequest, reference: str) -> Any:
    """Return the OCG or threat with a reference that the person may open. Raises ``NotFound``."""
    rows: Any = (OCG if reference.startswith(OCG_LETTER) else SOCThreat).objects.visible_to(request.user)
    found = rows.select_related(*rows.WRITTEN_WITH).filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def managed_entry(request: SignedInRequest, reference: str, *, live: bool = True) -> Any:
    """Return an entry that the person manages, by default one that can be changed. Raises ``NotFound``, ``Refused``."""
    entry = entry_for(request, reference)
    require_manage_threats(request.user, entry.lead_agency)
    if live:
        require_live(entry)
    return entry


def detail_of(entry: Entry) -> str:
    """Return the address of an entry's own page."""
    return reverse("ocg_detail" if isinstance(entry, OCG) else "threat_detail", args=[entry.reference])


def name_of(entry: Entry) -> str:
    """Return what an entry is called."""
    return entry.name if isinstance(entry, OCG) else entry.title


def managed_agencies(user: User) -> list[Agency]:
    """Return the agencies whose threats somebody manages, by name. Raises ``Refused`` where there are none."""
    active = Agency.objects.visible_to(user).active_on(london_date(oic_now())).order_by("name")
    found = [agency for agency in active if may_manage_threats(user, agency)]
    if not found:
        raise Refused(
            "may_not_manage_threats",
            f"The master list is kept by threat managers. Ask the one of {user.agency.name}, or its administrator for "
            "the role.",
        )
    return found


def keeps_list(user: User) -> bool:
    """Say whether somebody keeps a part of the list, so that the pages offer them to add to it."""
    return holds_role(user, Role.THREAT_MANAGER)


def other_agencies(user: User, entry: Entry) -> list[tuple[str, str]]:
    """Return the agencies that an entry can be handed over to, by name."""
    active = Agency.objects.visible_to(user).active_on(london_date(oic_now())).exclude(pk=entry.lead_agency_id)
    return list(active.order_by("name").values_list("code", "name"))


def entry_actions(user: User, entry: Entry) -> list[dict[str, str]]:
    """Return what somebody can do with an entry, as links: nothing for those who do not manage it.

    An OCG that is a threat of the list is merged, archived and handed over with that threat.
    """
    if not may_manage_threats(user, entry.lead_agency):
        return []
    group = isinstance(entry, OCG)
    prefix = "ocg" if group else "threat"
    listed = isinstance(entry, OCG) and getattr(entry, "threat", None) is not None

    def link(route: str, text: str) -> dict[str, str]:
        return {"text": text, "href": reverse(f"{prefix}_{route}", args=[entry.reference])}

    if entry.merged_into_id is not None:
        return [] if listed else [link("unmerge", "Take the merge back")]
    if entry.status == ThreatStatus.ARCHIVED:
        return [] if listed else [link("archive", "Restore it from the archive")]
    found = [link("amend", "Change its details")]
    side = "ocg" if group else "threat"
    found.append({"text": "Add a membership", "href": f"{reverse('membership_add')}?{side}={entry.reference}"})
    if isinstance(entry, OCG) and not listed:
        found.append(
            {"text": "Put it on the list of threats", "href": f"{reverse('threat_new')}?ocg={entry.reference}"}
        )
    if not listed:
        found += [
            link("merge", "Merge it into another"),
            link("hand_over", "Hand it over to another agency"),
            link("archive", "Archive it"),
        ]
    return found


def open_offer(entry: Entry) -> ThreatHandOver | None:
    """Return the open offer to hand an entry over, if there is one."""
    offer: ThreatHandOver | None = entry.hand_overs.open().first()
    return offer


def words_of(field: MasterField, value: Any) -> str:
    """Write a value by wire name as a person reads it."""
    if field.shape is Shape.NAMES:
        return "\n".join(value or ())
    if field.choices is not None:
        labels: Mapping[str, Any] = dict(field.choices.choices)
        codes = value if field.shape is Shape.CHOICES else [value] if value else []
        return ", ".join(str(labels.get(code, code)) for code in codes)
    return str(value or "")
