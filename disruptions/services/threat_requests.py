"""Ask a threat manager to list a threat that is not there; the draft that it is for waits meanwhile."""

from __future__ import annotations

from agencies.constraints import declare, violation
from agencies.models import Now, User
from agencies.refusals import Invalid, NotFound, Refused
from disruptions.models import SOCThreat, ThreatRequest
from disruptions.models.threat_request import THREAT_REQUEST_TITLE_LIMIT
from disruptions.permissions import may_ask_for_threat, may_manage_threats, may_record
from disruptions.references import THREAT, read_reference
from disruptions.rules import is_storable
from disruptions.services.versions import in_one_transaction, locked
from disruptions.vocabulary import ThreatRequestStatus

WORDS_LIMIT = 2000

declare(
    "threat_request_threat_exists",
    "threat",
    "Enter the reference of a threat on the list that takes disruptions, such as T-7KQ2-M4XH.",
)
declare(
    "threat_request_storable",
    "title",
    "Take out the characters that cannot be stored (null or half a character).",
)


def ask_for_threat(*, acting_user: User, reference: str, title: str, details: str = "") -> ThreatRequest:
    """Ask for a threat to be listed, from a draft or a returned record of the acting user's agency.

    Raises ``NotFound``, ``Refused`` or ``Invalid`` (also where a request of this record is open already).
    """

    def work() -> ThreatRequest:
        record = locked([reference], acting_user=acting_user, related=("agency",))[reference]
        if not may_ask_for_threat(acting_user, record):
            raise Refused(
                "may_not_ask_for_threat",
                f"{reference} is {record.get_status_display().lower()} and belongs to {record.agency.name}. A threat "
                "is asked for from a draft or a returned record, by those who record for its agency.",
            )
        words = {"title": title.strip(), "details": details.strip()}
        _require_words(words, limits={"title": THREAT_REQUEST_TITLE_LIMIT, "details": WORDS_LIMIT})
        if not words["title"]:
            raise Invalid([violation("threat_request_has_title")])
        return ThreatRequest.objects.create(disruption=record, agency=record.agency, requested_by=acting_user, **words)

    return in_one_transaction(work)


def take_back_threat_request(*, acting_user: User, request: int) -> ThreatRequest:
    """Take an open request back, as anybody may who records for the agency that asked.

    Raises ``NotFound`` or ``Refused``.
    """

    def work() -> ThreatRequest:
        asked = _open_request(acting_user, request)
        if not may_record(acting_user, asked.agency):
            raise Refused("may_not_take_back", f"Only those who record for {asked.agency.name} can take it back.")
        return _answered(asked, acting_user, ThreatRequestStatus.CANCELLED)

    return in_one_transaction(work)


def answer_threat_request(
    *, acting_user: User, request: int, listed: bool, threat: str = "", answer: str = ""
) -> ThreatRequest:
    """Answer a request: listed, with the threat's reference, or declined, with what to choose instead.

    The draft is not changed; its recorder takes the threat over in one press. Raises ``NotFound``, ``Refused`` or
    ``Invalid``.
    """

    def work() -> ThreatRequest:
        asked = _open_request(acting_user, request)
        if not may_manage_threats(acting_user, asked.agency):
            raise Refused(
                "may_not_answer_threat_request",
                f"Only a threat manager of {asked.agency.name} or of the NCA can answer this request.",
            )
        words = answer.strip()
        _require_words({"answer": words}, limits={"answer": WORDS_LIMIT})
        if not listed:
            if not words:
                raise Invalid([violation("threat_request_declined_has_answer")])
            return _answered(asked, acting_user, ThreatRequestStatus.DECLINED, answer=words)
        named = read_reference(threat, THREAT)
        found = SOCThreat.objects.visible_to(acting_user).accepting().filter(reference=named).first()
        if found is None:
            raise Invalid([violation("threat_request_threat_exists")])
        return _answered(asked, acting_user, ThreatRequestStatus.LISTED, answer=words, threat=found)

    return in_one_transaction(work)


def _require_words(words: dict[str, str], *, limits: dict[str, int]) -> None:
    found = [violation("threat_request_storable", name) for name, text in words.items() if not is_storable(text)]
    found += [
        violation(f"threat_request_{name}_within_limit", name)
        for name, text in words.items()
        if len(text) > limits[name]
    ]
    if found:
        raise Invalid(found)


def _open_request(user: User, key: int) -> ThreatRequest:
    """Lock an open request that the person may see. Raises ``NotFound``, or ``Refused`` where it was answered."""
    asked = (
        ThreatRequest.objects.visible_to(user)
        .select_for_update(of=("self",))
        .select_related("agency", "answered_by")
        .filter(pk=key)
        .first()
    )
    if asked is None:
        raise NotFound
    if asked.status != ThreatRequestStatus.OPEN:
        by = asked.answered_by.name if asked.answered_by is not None else "somebody"
        raise Refused(
            "threat_request_answered",
            f"{by} has answered this request meanwhile: {asked.get_status_display().lower()}. Nothing is left to do.",
        )
    return asked


def _answered(
    asked: ThreatRequest,
    user: User,
    status: ThreatRequestStatus,
    *,
    answer: str = "",
    threat: SOCThreat | None = None,
) -> ThreatRequest:
    ThreatRequest.objects.filter(pk=asked.pk).update(
        status=status, answered_by=user, answered_at=Now(), answer=answer, threat=threat
    )
    asked.refresh_from_db()
    return asked
