"""Freeze what stands at a cut-off, sign it off as a second person, or set it aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction

from agencies import audit
from agencies.as_at import reading_as_at
from agencies.constraints import Violation, declare, violation
from agencies.models import User, london_date, oic_now
from agencies.refusals import Invalid, NotFound
from agencies.vocabulary import AuditAction
from disruptions.models import DisruptionAsAt, Extract, ExtractRow
from disruptions.models.extract import EXTRACT_TEXT_LIMIT, EXTRACT_TITLE_LIMIT
from disruptions.permissions import require_freeze_extracts, require_set_aside, require_sign_off
from disruptions.querysets import FACTS, RULE_VERSION
from disruptions.references import EXTRACT, reference_of
from disruptions.rules import is_storable
from disruptions.services.versions import in_one_transaction
from disruptions.statistics.extracts import Verification, hash_of, period_of, totals_of, verify
from disruptions.statistics.parameters import FIRST_PUBLISHED_DAY, end_of_day, provisional_quarters
from disruptions.statistics.periods import Quarter
from disruptions.vocabulary import ExtractState

SETTLED: Final = timedelta(hours=1)
"""How long after its end a day may be frozen: what was begun before midnight has its time, and may be saved after."""

declare("extract_storable", "title", "Take out the characters that cannot be stored.")
declare("extract_on_quarter_bounds", "from", "An extract holds whole quarters. Use the first and last day of quarters.")
declare("extract_holds_what_it_held", "state", "The extract no longer says what it said when it was frozen.")
declare(
    "extract_freezes_something",
    "cut_off",
    "Nothing was recorded by the end of this day, so there is nothing to freeze.",
)


def freeze_extract(
    *,
    acting_user: User,
    cut_off: date | None,
    title: str,
    words: str = "",
    period_from: date | None = None,
    period_to: date | None = None,
) -> Extract:
    """Freeze the state of all records at the end of a day, with the table of a period, and return the extract.

    The period is by default January 2023 to the last quarter that is complete at the cut-off. Raises ``Refused`` or
    ``Invalid``.
    """
    require_freeze_extracts(acting_user)
    title, words = title.strip(), words.strip()

    def work() -> Extract:
        now = oic_now()
        found = list(_faults(now, cut_off, title, words, period_from, period_to))
        if found or cut_off is None:
            raise Invalid(found)
        first = period_from or FIRST_PUBLISHED_DAY
        last = period_to or Quarter.latest_complete(cut_off).end
        key = _next_key()
        extract = Extract(
            pk=key,
            reference=reference_of(EXTRACT, key),
            title=title,
            words=words,
            cut_off=cut_off,
            cut_off_at=end_of_day(cut_off),
            period_from=first,
            period_to=last,
            rule_version=RULE_VERSION,
            provisional_quarters=provisional_quarters(),
            frozen_by=acting_user,
            frozen_at=now,
        )
        # The rows come first, and the relation is checked at the end: once the extract is there, no row joins it.
        extract.row_count = _insert_rows(extract)
        if not extract.row_count:
            raise Invalid([violation("extract_freezes_something")])
        rows = ExtractRow.objects.of_extract(key)
        extract.totals = totals_of(rows, period_of(extract))
        extract.sha256, _ = hash_of(extract, rows)
        extract.save(force_insert=True)
        detail = {"cut_off": cut_off.isoformat(), "rows": extract.row_count, "sha256": extract.sha256}
        audit.record(AuditAction.CHANGED, "extract", extract.reference, user=acting_user, detail=detail)
        return extract

    return in_one_transaction(work)


def sign_off_extract(*, acting_user: User, reference: str) -> Extract:
    """Sign an extract off as a second statistician, after it was counted again from history; return it.

    Raises ``NotFound``, ``Refused``, or ``Invalid`` where it no longer says what it said.
    """

    def work() -> Extract:
        extract = _locked(reference)
        require_sign_off(acting_user, extract)
        checked = verify(extract)
        if not checked.agrees:
            raise Invalid([violation("extract_holds_what_it_held", message=" ".join(checked.faults))])
        extract.state, extract.signed_off_by, extract.signed_off_at = ExtractState.SIGNED_OFF, acting_user, oic_now()
        extract.save(update_fields=["state", "signed_off_by", "signed_off_at"])
        audit.record(AuditAction.CHANGED, "extract", reference, user=acting_user, detail={"signed_off": extract.sha256})
        return extract

    return in_one_transaction(work)


def set_extract_aside(*, acting_user: User, reference: str, reason: str) -> Extract:
    """Say that an extract which nobody has signed off is not to be used, and why; return it. It stays readable.

    Raises ``NotFound``, ``Refused`` or ``Invalid``.
    """
    reason = reason.strip()

    def work() -> Extract:
        extract = _locked(reference)
        require_set_aside(acting_user, extract)
        if not reason:
            raise Invalid([violation("extract_set_aside_has_reason")])
        if len(reason) > EXTRACT_TEXT_LIMIT:
            raise Invalid([violation("extract_set_aside_reason_within_limit", "reason")])
        if not is_storable(reason):
            raise Invalid([violation("extract_storable", "reason")])
        extract.state, extract.set_aside_by, extract.set_aside_at = ExtractState.SET_ASIDE, acting_user, oic_now()
        extract.set_aside_reason = reason
        extract.save(update_fields=["state", "set_aside_by", "set_aside_at", "set_aside_reason"])
        audit.record(AuditAction.CHANGED, "extract", reference, user=acting_user, detail={"set_aside": reason})
        return extract

    return in_one_transaction(work)


def check_extract(*, extract: Extract, acting_user: User | None) -> Verification:
    """Count an extract again, and write in the log what came of it. Takes nobody where an operator's command asks."""
    with transaction.atomic():
        checked = verify(extract)
        detail = {"agrees": checked.agrees, "faults": list(checked.faults)[:20]}
        audit.record(AuditAction.VIEWED, "extract_check", extract.reference, user=acting_user, detail=detail)
    return checked


def _faults(
    now: datetime, cut_off: date | None, title: str, words: str, first: date | None, last: date | None
) -> Iterator[Violation]:
    if not title:
        yield violation("extract_title_required")
    if len(title) > EXTRACT_TITLE_LIMIT:
        yield violation("extract_title_within_limit")
    if len(words) > EXTRACT_TEXT_LIMIT:
        yield violation("extract_words_within_limit")
    yield from (
        violation("extract_storable", name)
        for name, text in (("title", title), ("words", words))
        if not is_storable(text)
    )
    if cut_off is None:
        yield violation("extract_cut_off_ended", message="Enter the cut-off: a day that has ended.")
        return
    if cut_off > london_date(now):
        yield violation("extract_cut_off_ended")
        return
    if now - end_of_day(cut_off) < SETTLED:
        message = None
        if now > end_of_day(cut_off):
            message = "What was begun before midnight may still be on its way in. Freeze it after 1 a.m."
        yield violation("extract_cut_off_ended", message=message)
    latest = Quarter.latest_complete(cut_off).end
    if first is not None and first != Quarter.of(first).start:
        yield violation("extract_on_quarter_bounds", message="Use the first day of a quarter.")
    if last is not None and last > cut_off:
        yield violation("extract_period_ended")
    elif last is not None and last != Quarter.of(last).end:
        yield violation("extract_on_quarter_bounds", "to", "Use the last day of a quarter.")
    if (last or latest) < (first or FIRST_PUBLISHED_DAY):
        yield violation("extract_period_in_order")


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('disruptions_extract', 'id'))")
        return int(cursor.fetchone()[0])


def _insert_rows(extract: Extract) -> int:
    """Freeze the records of the cut-off in one statement, and return how many there are."""
    columns = {"record": "disruption_id", "agency": "agency_id", "threat": "threat_id"}
    named = ", ".join(columns.get(name, name) for name in FACTS)
    with reading_as_at(extract.cut_off_at), connection.cursor() as cursor:
        compiled, parameters = DisruptionAsAt.objects.all().as_facts().query.sql_with_params()
        # The names are ours; what is asked for goes in as parameters.
        select = f"SELECT %s, facts.* FROM ({compiled}) facts"  # nosec B608
        statement = f"INSERT INTO disruptions_extractrow (extract_id, {named}) {select}"  # nosec B608
        cursor.execute(statement, [extract.pk, *parameters])
        return int(cursor.rowcount)


def _locked(reference: str) -> Extract:
    extract: Extract | None = Extract.objects.filter(reference=reference).select_for_update().first()
    if extract is None:
        raise NotFound
    return extract
