"""Add a set of records in one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault


def insert_records(records: Sequence[models.Model]) -> None:
    """Insert records of one model as one JSON document, and give them what the database made: ids, generated columns.

    ``bulk_create`` names each value of each row in the statement as soon as a column is an array or takes its default:
    a set of 200 disruptions takes three times as long. Columns whose default is the database's are left to it; the
    first record says which. Constraints and triggers speak as for any other insert.
    """
    if not records:
        return
    meta = records[0]._meta
    fields = [
        field
        for field in meta.local_concrete_fields
        if not field.generated
        and not field.primary_key
        and not isinstance(getattr(records[0], field.attname), DatabaseDefault)
    ]
    made = meta.db_returning_fields
    quote = connection.ops.quote_name
    table = quote(meta.db_table)
    columns = ", ".join(quote(cast(str, field.column)) for field in fields)
    returned = ", ".join(quote(cast(str, field.column)) for field in made)
    names = [(field.attname, field.column) for field in fields]
    document = json.dumps(
        [{column: getattr(record, name) for name, column in names} for record in records], default=str
    )
    # The names are the model's own, quoted; what people typed goes in as one parameter.
    statement = (
        f"INSERT INTO {table} ({columns}) SELECT {columns} "  # nosec B608
        f"FROM json_populate_recordset(NULL::{table}, %s) RETURNING {returned}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [document])
        for record, values in zip(records, cursor.fetchall(), strict=True):
            for field, value in zip(made, values, strict=True):
                setattr(record, field.attname, value)
            record._state.adding = False
            record._state.db = connection.alias
