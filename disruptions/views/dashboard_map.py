"""The map of a dashboard: a tile for each force, and for the other agencies that led something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from disruptions.drill_downs import DrillDown
from disruptions.small_drawings import LegendEntry, MapTile, map_legend, tile_map
from disruptions.statistics import AgencyRow, Dashboard
from disruptions.statistics.shading import shade_bounds, shade_of
from disruptions.tile_grid import TILE_GRID, letters_of

MOST_APART: Final = 12
"""How many agencies without a place on the map are drawn beside it: those that led most."""


@dataclass(frozen=True, slots=True)
class Map:
    """The drawing, what its shades stand for, and what it shows in words."""

    drawing: str
    legend: Sequence[LegendEntry]
    sentence: str


def map_of(figures: Dashboard, links: DrillDown) -> Map | None:
    """Draw what each force led, and beside the map what the other agencies led; nothing where nothing was counted."""
    placed = [row for row in figures.agencies if row.code in TILE_GRID]
    apart = [row for row in figures.agencies if row.code not in TILE_GRID and row.lead.total][:MOST_APART]
    rows = [*placed, *apart]
    if not any(row.lead.total for row in rows):
        return None
    bounds = shade_bounds([row.lead.total for row in rows])
    tiles = [
        MapTile(
            code=row.code,
            label=letters_of(row.code, row.short_name),
            name=row.name,
            words=_words(row, figures.national.total),
            number=row.lead.total,
            shade=shade_of(row.lead.total, bounds),
            href=links.lead(row.lead.total, agency=row.code)["href"] or "",
        )
        for row in rows
    ]
    drawing = tile_map(
        "Counted leads by police force", "A tile for each agency. The tables below have the same figures.", tiles
    )
    return Map(drawing, map_legend(bounds), _sentence(placed, apart))


def _words(row: AgencyRow, national: int = 0) -> str:
    leads = "1 counted lead" if row.lead.total == 1 else f"{row.lead.total:,} counted leads"
    percent = row.share_of(national)
    return f"{row.name}: {leads}" if percent is None else f"{row.name}: {leads}, {percent}% of all"


def _sentence(placed: Sequence[AgencyRow], apart: Sequence[AgencyRow]) -> str:
    sentences = []
    if placed:
        sentences.append(_led(placed))
        beside = [row.name for row in placed if not row.is_force]
        if beside:
            names = " and ".join(beside)
            sentences.append(f"{names} {'is' if len(beside) == 1 else 'are'} in the table of other agencies.")
    if apart:
        sentences.append(f"{apart[0].name}, which has no territory, led {apart[0].lead.total:,}.")
    return " ".join(sentences)


def _led(placed: Sequence[AgencyRow]) -> str:
    """Say how many forces led something, and which led most."""
    led = [row for row in placed if row.lead.total]
    if len(placed) == 1:
        return f"{_words(placed[0])}."
    forces = f"the {len(placed)} police forces on the map"
    if not led:
        return f"None of {forces} led a counted disruption."
    most = max(row.lead.total for row in led)
    names = [row.name for row in led if row.lead.total == most]
    whose = f"{names[0]} led most: {most:,}" if len(names) == 1 else f"{len(names)} led most: {most:,} each"
    return f"{'All of' if len(led) == len(placed) else f'{len(led)} of'} {forces} led a counted disruption. {whose}."
