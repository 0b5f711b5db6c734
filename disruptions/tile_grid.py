"""Where each police force stands on a map of equal tiles: neighbours side by side as far as a grid lets them.

Columns count from the west, rows from the north. An agency without a territory of its own has no place here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """A force's tile: column, row, the letters that an officer knows it by, and its region if it has one."""

    column: int
    row: int
    letters: str
    region: str


TILE_GRID: Final[Mapping[str, Place]] = MappingProxyType(
    {
        "police-scotland": Place(2, 0, "SCOT", ""),
        "northumbria": Place(3, 1, "NBRA", "north-east"),
        "psni": Place(0, 2, "PSNI", ""),
        "cumbria": Place(2, 2, "CUMB", "north-west"),
        "durham": Place(3, 2, "DURH", "north-east"),
        "cleveland": Place(4, 2, "CLEV", "north-east"),
        "lancashire": Place(2, 3, "LANC", "north-west"),
        "north-yorkshire": Place(3, 3, "NYP", "yorkshire-and-the-humber"),
        "humberside": Place(4, 3, "HUMB", "yorkshire-and-the-humber"),
        "merseyside": Place(1, 4, "MERS", "north-west"),
        "greater-manchester": Place(2, 4, "GMP", "north-west"),
        "west-yorkshire": Place(3, 4, "WYP", "yorkshire-and-the-humber"),
        "south-yorkshire": Place(4, 4, "SYP", "yorkshire-and-the-humber"),
        "north-wales": Place(1, 5, "NWAL", "north-west"),
        "cheshire": Place(2, 5, "CHES", "north-west"),
        "derbyshire": Place(3, 5, "DERB", "east-midlands"),
        "nottinghamshire": Place(4, 5, "NOTT", "east-midlands"),
        "lincolnshire": Place(5, 5, "LINC", "east-midlands"),
        "dyfed-powys": Place(0, 6, "DPP", "southern-wales"),
        "west-mercia": Place(1, 6, "WMER", "west-midlands"),
        "staffordshire": Place(2, 6, "STAF", "west-midlands"),
        "leicestershire": Place(3, 6, "LEIC", "east-midlands"),
        "northamptonshire": Place(4, 6, "NHNT", "east-midlands"),
        "cambridgeshire": Place(5, 6, "CAMB", "eastern"),
        "norfolk": Place(6, 6, "NORF", "eastern"),
        "south-wales": Place(0, 7, "SWP", "southern-wales"),
        "gwent": Place(1, 7, "GWNT", "southern-wales"),
        "west-midlands": Place(2, 7, "WMP", "west-midlands"),
        "warwickshire": Place(3, 7, "WARK", "west-midlands"),
        "bedfordshire": Place(4, 7, "BEDS", "eastern"),
        "hertfordshire": Place(5, 7, "HERT", "eastern"),
        "suffolk": Place(6, 7, "SUFF", "eastern"),
        "gloucestershire": Place(2, 8, "GLOS", "south-west"),
        "thames-valley": Place(3, 8, "TVP", "south-east"),
        "metropolitan": Place(4, 8, "MET", "london"),
        "city-of-london": Place(5, 8, "CITY", "london"),
        "essex": Place(6, 8, "ESSX", "eastern"),
        "avon-and-somerset": Place(2, 9, "A&S", "south-west"),
        "wiltshire": Place(3, 9, "WILT", "south-west"),
        "surrey": Place(4, 9, "SURR", "south-east"),
        "kent": Place(5, 9, "KENT", "eastern"),
        "devon-and-cornwall": Place(1, 10, "D&C", "south-west"),
        "dorset": Place(2, 10, "DORS", "south-west"),
        "hampshire": Place(3, 10, "HANT", "south-east"),
        "sussex": Place(4, 10, "SUSX", "south-east"),
    }
)

OTHER_LETTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "immigration-enforcement": "IE",
        "border-force": "BF",
        "home-office": "HO",
        "home-office-intelligence": "HOI",
        "port-of-dover-police": "PODP",
        "nca": "NCA",
        "btp": "BTP",
    }
)
"""Letters of agencies without a place that are not their short names."""

MOST_LETTERS: Final = 6


def letters_of(code: str, short_name: str = "") -> str:
    """Return what is written in an agency's tile: its own letters, or the beginning of its short name."""
    if code in TILE_GRID:
        return TILE_GRID[code].letters
    return OTHER_LETTERS.get(code) or (short_name or code).replace(" ", "")[:MOST_LETTERS].upper()
