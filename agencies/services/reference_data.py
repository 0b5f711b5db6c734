"""Load the regions and agencies that ship with the project."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from agencies import audit
from agencies.models import Agency, Region
from agencies.services.changes import in_one_transaction
from agencies.vocabulary import AuditAction

FOLDER = Path(__file__).resolve().parent.parent / "reference"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of one file were added, and how many were there already."""

    added: int
    present: int


def load_reference_data() -> dict[str, Loaded]:
    """Add the regions and agencies of the shipped files whose code and name are not there yet; return the counts.

    An agency that is there is never touched, whatever it says: an administrator may have edited it, and a row cannot
    tell whether they did. So a correction in the files reaches new databases only. Takes no acting user, as it runs
    before there are people. Parents and ROCUs go in before those that name them: each agency is written once, as
    version 1.
    """
    return in_one_transaction(lambda: {"regions": _load_regions(), "agencies": _load_agencies()})


def read_file(name: str) -> list[dict[str, str]]:
    """Return the rows of one shipped file."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _load_regions() -> Loaded:
    rows = read_file("regions.csv")
    codes, names = set(), set()
    for code, name in Region.objects.values_list("code", "name"):
        codes.add(code)
        names.add(name)
    new = [Region(**row) for row in rows if row["code"] not in codes and row["name"] not in names]
    Region.objects.bulk_create(new)
    _record("regions", [region.code for region in new])
    return Loaded(len(new), len(rows) - len(new))


def _load_agencies() -> Loaded:
    rows = read_file("agencies.csv")
    regions = {region.code: region for region in Region.objects.all()}
    known = {agency.code: agency for agency in Agency.objects.all()}
    names = {agency.name for agency in known.values()}
    waiting = [row for row in rows if row["code"] not in known and row["name"] not in names]
    added: list[str] = []
    while waiting:
        ready = [row for row in waiting if all(row[key] in known or not row[key] for key in ("parent", "rocu"))]
        if not ready:
            raise ValueError(
                "these rows name a parent or ROCU that is nowhere: " + ", ".join(row["code"] for row in waiting)
            )
        for agency in Agency.objects.bulk_create(_agency(row, known, regions) for row in ready):
            known[agency.code] = agency
            added.append(agency.code)
        waiting = [row for row in waiting if row["code"] not in known]
    _record("agencies", added)
    return Loaded(len(added), len(rows) - len(added))


def _agency(row: dict[str, str], known: dict[str, Agency], regions: dict[str, Region]) -> Agency:
    return Agency(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        kind=row["kind"],
        statistics_group=row["statistics_group"],
        parent=known[row["parent"]] if row["parent"] else None,
        region=regions[row["region"]] if row["region"] else None,
        rocu=known[row["rocu"]] if row["rocu"] else None,
        ons_code=row["ons_code"],
        police_number=row["police_number"],
    )


def _record(kind: str, codes: list[str]) -> None:
    if codes:
        audit.record(AuditAction.CHANGED, "reference_data", kind, detail={"added": len(codes)})
