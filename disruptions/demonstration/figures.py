"""The totals that the demonstration must give, and where they are from (design, section 10; domain report, 3.2, 9)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from disruptions.statistics import Quarter
from disruptions.vocabulary import Level

REFERENCE: Final = Path(__file__).resolve().parent.parent / "reference"
PUBLISHED_FILE: Final = REFERENCE / "oic_01_published_2026-05-21.csv"

INSPECTION: Final = date(2024, 9, 10)
"""Cut-off of the inspectorate's figures on recording (S3)."""

NOVEMBER: Final = date(2025, 11, 20)
"""Cut-off of the first release (S0)."""

MAY: Final = date(2026, 5, 14)
"""Cut-off of the release of 21 May 2026 (W1)."""

INSPECTED_UNTIL: Final = date(2024, 8, 31)
"""The last day of disruption in the inspectorate's figures."""

MAJOR, MODERATE, MINOR = Level.MAJOR.value, Level.MODERATE.value, Level.MINOR.value
LEVELS: Final = (MINOR, MODERATE, MAJOR)

Cell = tuple[Quarter, str]
"""A quarter of disruption and a counted level."""

POLICE_BY_YEAR: Final[Mapping[int, int]] = {2020: 22, 2021: 204, 2022: 424, 2023: 803, 2024: 575}
"""Records of the 43 forces as at the inspection, 2024 until the end of August (S3)."""

OTHERS_IN_ALL: Final = 3_873
"""Records of all other agencies in the same window (S3)."""

OTHERS_BEFORE_2023: Final[Mapping[int, int]] = {2020: 250, 2021: 446, 2022: 700}
"""How many of them are from the years before the published series: invented."""

FORCES: Final[Mapping[str, int]] = {
    "surrey": 402,
    "thames-valley": 365,
    "northamptonshire": 262,
    "sussex": 228,
    "metropolitan": 112,
    "kent": 94,
    "west-midlands": 61,
    "essex": 58,
    "greater-manchester": 52,
    "west-yorkshire": 44,
    "hampshire": 40,
    "avon-and-somerset": 33,
    "devon-and-cornwall": 30,
    "lancashire": 27,
    "humberside": 26,
    "south-wales": 24,
    "bedfordshire": 22,
    "norfolk": 19,
    "dorset": 18,
    "merseyside": 16,
    "hertfordshire": 14,
    "lincolnshire": 12,
    "north-wales": 11,
    "cheshire": 10,
    "leicestershire": 9,
    "cambridgeshire": 8,
    "suffolk": 7,
    "nottinghamshire": 6,
    "south-yorkshire": 5,
    "northumbria": 4,
    "staffordshire": 3,
    "derbyshire": 2,
    "gwent": 2,
    "west-mercia": 1,
    "wiltshire": 1,
    "durham": 0,
    "cleveland": 0,
    "cumbria": 0,
    "north-yorkshire": 0,
    "warwickshire": 0,
    "gloucestershire": 0,
    "dyfed-powys": 0,
    "city-of-london": 0,
}
"""Records per force in that window: invented, but four forces hold 62% of them and several are under ten (S3)."""

# How the year ending September 2025 split into quarters in the first release is not known, nor where the extra minor
# record of the year before stood. The sums and the record quarter of just under 900 are published (S0, W27).
_NOVEMBER_BY_QUARTER: Final = {
    Quarter(2024, 4): (595, 64, 24),
    Quarter(2025, 1): (752, 112, 28),
    Quarter(2025, 2): (640, 88, 28),
    Quarter(2025, 3): (690, 117, 24),
}
_EXTRA_MINOR: Final = Quarter(2024, 2)

INVENTED_BY_QUARTER: Final = {
    Quarter(2026, 2): (905, 138, 31),
    Quarter(2026, 3): (948, 141, 35),
    Quarter(2026, 4): (352, 49, 12),
}
"""Minor, moderate and major of the quarters that nothing has been published on, the last one to date."""


def published() -> dict[Cell, int]:
    """Return the cells of OIC_01 as published on 21 May 2026, as at 14 May 2026."""
    with PUBLISHED_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(read_quarter(row["quarter"]), level): int(row[level]) for row in rows for level in LEVELS}


def november() -> dict[Cell, int]:
    """Return the cells as at 20 November 2025, to September 2025; the split of the last four quarters is invented."""
    cells = {cell: count for cell, count in published().items() if cell[0] <= Quarter(2025, 3)}
    cells[_EXTRA_MINOR, MINOR] += 1
    for quarter, counts in _NOVEMBER_BY_QUARTER.items():
        cells.update(zip([(quarter, level) for level in LEVELS], counts, strict=True))
    return cells


def read_quarter(text: str) -> Quarter:
    """Return the quarter written as ``2023-Q1``."""
    year, number = text.split("-Q")
    return Quarter(int(year), int(number))
