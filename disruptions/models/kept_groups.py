"""Groups of records that were read for figures and are kept, and what tells whether they still stand."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

import pgtrigger
from django.db import models

from disruptions.vocabulary import COUNTED_STATUSES

EVERYTHING: Final = date.min
"""In the place of a quarter: whatever was read is to be read anew."""
GRADES: Final = date(1, 1, 2)
"""In the place of a quarter: so is whatever was read of the P grades of threats, which change often."""


def _note(rows: str) -> str:
    """Return the statement that notes some quarters as changed by this transaction, each once."""
    # Nothing in the statements of this module comes from outside.
    return f"""
    INSERT INTO disruptions_countingchange (quarter, xid)
    SELECT DISTINCT changed.quarter, pg_current_xact_id()::text::bigint FROM ({rows}) AS changed (quarter)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
"""  # nosec B608


def _quarters(source: str) -> str:
    statuses = ", ".join(f"'{status.value}'" for status in COUNTED_STATUSES)
    return (
        f"SELECT date_trunc('quarter', occurred_on::timestamp)::date FROM {source} "  # nosec B608
        f"WHERE status IN ({statuses}) AND occurred_on IS NOT NULL"
    )


def _of_records(*sources: str) -> str:
    return _note("\n        UNION ALL ".join(map(_quarters, sources)))


def _of_outcomes(*sources: str) -> str:
    """Note the quarters of the records of outcomes.

    Whoever changes an outcome changes its record as well, in the same transaction, so this is for what goes past that:
    the records are held, so that none is on its way to another quarter.
    """
    keys = " UNION ".join(f"SELECT disruption_id FROM {source}" for source in sources)  # nosec B608
    held = f"PERFORM FROM disruptions_disruption WHERE id IN ({keys}) ORDER BY id FOR SHARE;"
    return held + _of_records(f"disruptions_disruption JOIN ({keys}) AS named (key) ON named.key = id")


def _trigger(kind: pgtrigger.Operation, func: str) -> pgtrigger.Trigger:
    tables = {
        "insert": {"new": "new_values"},
        "update": {"old": "old_values", "new": "new_values"},
        "delete": {"old": "old_values"},
    }.get(str(kind).lower())
    return pgtrigger.Trigger(
        name=f"note_counting_{str(kind).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=kind,
        referencing=pgtrigger.Referencing(**tables) if tables else None,  # type: ignore[no-untyped-call]  # as elsewhere
        func=func,
    )


def _of(mark: date) -> str:
    return _note(f"VALUES ('{mark.isoformat()}'::date)")


NOTE_EVERYTHING: Final = _of(EVERYTHING)

RECORD_TRIGGERS: Final = (
    _trigger(pgtrigger.Insert, _of_records("new_values")),
    _trigger(pgtrigger.Update, _of_records("old_values", "new_values")),
    _trigger(pgtrigger.Delete, _of_records("old_values")),
    _trigger(pgtrigger.Truncate, NOTE_EVERYTHING),
)
OUTCOME_TRIGGERS: Final = (
    _trigger(pgtrigger.Insert, _of_outcomes("new_values")),
    _trigger(pgtrigger.Update, _of_outcomes("old_values", "new_values")),
    _trigger(pgtrigger.Delete, _of_outcomes("old_values")),
    _trigger(pgtrigger.Truncate, NOTE_EVERYTHING),
)

READ_OF_THREATS: Final = ("primary_area", "p_grade")
"""What kept groups may depend on of a threat; whatever else of it changes leaves them as they are."""
READ_OF_AGENCIES: Final = ("statistics_group", "active_from", "active_until")
"""The same of an agency. Its trigger is made in the migration: agencies know nothing of what is counted."""

OF_THREATS: Final = f"""
        SELECT CASE WHEN old_values.primary_area IS DISTINCT FROM new_values.primary_area
            THEN '{EVERYTHING.isoformat()}'::date ELSE '{GRADES.isoformat()}'::date END
        FROM old_values JOIN new_values USING (id)
        WHERE old_values.primary_area IS DISTINCT FROM new_values.primary_area
            OR old_values.p_grade IS DISTINCT FROM new_values.p_grade
    """  # nosec B608
THREAT_TRIGGERS: Final = (_trigger(pgtrigger.Update, _note(OF_THREATS)),)


class CountingChange(models.Model):
    """A transaction that changed what kept groups of a quarter depend on (``EVERYTHING``: of any), written by trigger.

    Seen by others when the change is, since both are committed at once. ``xid`` is the transaction's own number, with
    which a snapshot says whether it was committed when that was taken.
    """

    pk = models.CompositePrimaryKey("quarter", "xid")
    quarter = models.DateField(
        help_text="Its first day; the first two days of all stand for everything, and for grades."
    )
    xid = models.BigIntegerField(help_text="The number of the transaction.")

    class Meta:
        triggers: ClassVar = [_trigger(pgtrigger.Truncate, NOTE_EVERYTHING)]

    def __str__(self) -> str:
        return f"{self.quarter:%Y-%m-%d} by {self.xid}"


class KeptGroups(models.Model):
    """What one read of some days gave, and the snapshot that it was read in."""

    key = models.CharField(max_length=64, primary_key=True, help_text="The hash of the statement, and of its days.")
    name = models.TextField(help_text="What was read, for people.")
    first_day = models.DateField()
    last_day = models.DateField()
    cluster = models.BigIntegerField(help_text="Which cluster counted the transactions of the snapshot.")
    snapshot = models.TextField(help_text="Which transactions were committed, as the database writes it.")
    read_at = models.DateTimeField()
    groups = models.TextField()

    class Meta:
        verbose_name_plural = "kept groups"
        indexes: ClassVar = [models.Index(fields=["read_at"], include=["key"], name="kept_groups_read_at_idx")]

    def __str__(self) -> str:
        return f"{self.name} {self.first_day:%Y-%m-%d} to {self.last_day:%Y-%m-%d}"
