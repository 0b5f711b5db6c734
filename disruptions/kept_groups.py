"""Keep the groups that a read gave, take them again as long as they stand, and forget them.

A kept copy of what can be read anew at any time, not a record of anything: therefore no service.

Groups stand as long as no transaction that is committed now, and was not in the snapshot that they were read in, has
noted that it changed their quarter (``CountingChange``). That is the whole of what makes them as fresh as a new read:
no time has to pass and no writer has to remember anything.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias

from django.db import connection, transaction

from disruptions.models.kept_groups import EVERYTHING, GRADES

Row: TypeAlias = tuple[Any, ...]

KEPT_FOR: Final = timedelta(days=7)
"""How long pieces are taken at most; the database's ``forget_counting_changes`` goes by the same."""
KEPT_AT_MOST: Final = 20_000
"""How many pieces are kept: those that were read longest ago go first. A dashboard has some 60."""

FIRST_SIGN: Final = ord("0")
SIGNS: Final = 2_000
"""How many values of a column are told apart by one sign each; far from what cannot be stored."""

KEEPABLE: Final = frozenset({int, str, bool, type(None)})
"""What comes back from JSON as it went in."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The days of one bucket of one read, within a quarter: ``key`` stands for the statement and these days.

    ``of_grades``: the statement reads P grades of threats.
    """

    key: str
    name: str
    first: date
    last: date
    quarter: date
    of_grades: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """Groups by the key of their piece, those that stand; and the moment at which they do."""

    groups: Mapping[str, list[Row]]
    cluster: int
    snapshot: str
    moment: datetime


WORK_MEMORY: Final = "32MB"
"""What a step of a read may take before it goes to the disk: groups of a million records are hashed, and not sorted."""


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all that is read inside be as at one moment: what is taken, and what is read beside it."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        yield


def take_groups(pieces: Sequence[Piece]) -> Taken:
    """Return the groups that are kept of some pieces and still stand; call it inside ``one_moment``. One statement.

    A transaction number beyond the present ones is of another history: the database was loaded into another cluster.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.key, kept.groups, now.cluster, now.snapshot::text, now.moment
            FROM (
                SELECT pg_current_snapshot() AS snapshot, now() AS moment,
                    (SELECT system_identifier FROM pg_control_system()) AS cluster
            ) AS now
            CROSS JOIN unnest(%s::text[], %s::date[], %s::date[]) AS asked (key, quarter, grades)
            LEFT JOIN disruptions_keptgroups AS kept
                ON kept.key = asked.key
                AND kept.cluster = now.cluster
                AND kept.read_at > now.moment - make_interval(days => %s)
                AND pg_snapshot_xmax(kept.snapshot::pg_snapshot) <= pg_snapshot_xmax(now.snapshot)
                AND NOT EXISTS (
                    SELECT FROM disruptions_countingchange AS change
                    WHERE change.quarter = ANY(ARRAY[asked.quarter, asked.grades, %s::date])
                        AND change.xid >= pg_snapshot_xmin(kept.snapshot::pg_snapshot)::text::bigint
                        AND change.xid < pg_snapshot_xmax(now.snapshot)::text::bigint
                        AND NOT pg_visible_in_snapshot(change.xid::text::xid8, kept.snapshot::pg_snapshot)
                )
            """,
            [
                [piece.key for piece in pieces],
                [piece.quarter for piece in pieces],
                [GRADES if piece.of_grades else EVERYTHING for piece in pieces],
                KEPT_FOR.days,
                EVERYTHING,
            ],
        )
        rows = cursor.fetchall()
    _, _, cluster, snapshot, moment = rows[0]
    unpacked = {key: unpack(text) for key, text, *_ in rows if text is not None}
    return Taken({key: groups for key, groups in unpacked.items() if groups is not None}, cluster, snapshot, moment)


def keep_groups(taken: Taken, groups: Mapping[Piece, Collection[Row]]) -> None:
    """Keep what was read at the moment of ``taken``; nothing of what would not come back as it is.

    Whatever was read more than an hour ago is left: changes that it does not know of may have been forgotten.
    """
    packed = {piece: pack(found) for piece, found in groups.items()}
    pieces = sorted((piece for piece, text in packed.items() if text is not None), key=lambda piece: piece.key)
    if not pieces:
        return
    # In the order of their keys, so that two who keep the same do not wait for each other crosswise.
    with transaction.atomic(), connection.cursor() as cursor:
        # What a crash of the machine loses is read anew.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(
            """
            INSERT INTO disruptions_keptgroups AS kept
                (key, name, first_day, last_day, groups, cluster, snapshot, read_at)
            SELECT new.*, moment.* FROM unnest(%s::text[], %s::text[], %s::date[], %s::date[], %s::text[]) AS new,
                (VALUES (%s::bigint, %s::text, %s::timestamptz)) AS moment (cluster, snapshot, read_at)
            WHERE moment.read_at > clock_timestamp() - interval '1 hour'
            ORDER BY 1
            ON CONFLICT (key) DO UPDATE SET
                groups = EXCLUDED.groups, cluster = EXCLUDED.cluster,
                snapshot = EXCLUDED.snapshot, read_at = EXCLUDED.read_at
            """,
            [
                [piece.key for piece in pieces],
                [piece.name for piece in pieces],
                [piece.first for piece in pieces],
                [piece.last for piece in pieces],
                [packed[piece] for piece in pieces],
                taken.cluster,
                taken.snapshot,
                taken.moment,
            ],
        )
        cursor.execute(
            """
            DELETE FROM disruptions_keptgroups WHERE name <> 'mark' AND key IN (
                SELECT key FROM disruptions_keptgroups
                WHERE read_at <= (SELECT read_at FROM disruptions_keptgroups ORDER BY read_at DESC OFFSET %s LIMIT 1)
                FOR UPDATE SKIP LOCKED
            )
            """,
            [KEPT_AT_MOST],
        )


def forget_kept_groups() -> int:
    """Delete what is too old to be taken, and noted changes that nobody can ask after any more; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT forget_counting_changes()")
        return int(cursor.fetchone()[0])


def pack(groups: Collection[Row]) -> str | None:
    """Return groups as JSON, by columns: the values that differ, and a sign for each group that says which it has.

    A column with too many values for that is written as it is. ``None`` where a value would not come back as it went.
    A third of the time of plain rows to read, and an eighth of their length.
    """
    columns = list(zip(*groups, strict=True))
    if not all(set(map(type, column)) <= KEEPABLE for column in columns):
        return None
    return json.dumps([len(groups), *map(_packed, columns)], ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> list[Row] | None:
    """Return the groups that ``pack`` wrote, or ``None`` for anything else."""
    try:
        number, *columns = json.loads(text)
        groups = list(zip(*map(_unpacked, columns), strict=True))
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    return groups if len(groups) == number else None


def _packed(column: Sequence[Any]) -> list[Any]:
    # True equals 1, and both may stand in a column.
    places: dict[tuple[type, Any], int] = {}
    which = [places.setdefault((type(value), value), len(places)) for value in column]
    values = [value for _, value in places]
    if len(values) > SIGNS:
        return [list(column)]
    return [values, "".join(map(chr, (FIRST_SIGN + place for place in which)))]


def _unpacked(column: Sequence[Any]) -> Iterable[Any]:
    if len(column) == 1:
        return list(column[0])
    values, which = column
    return map({chr(FIRST_SIGN + place): value for place, value in enumerate(values)}.__getitem__, which)
