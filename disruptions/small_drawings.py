"""Small drawings for dashboards as SVG: a row's quarters, and a map of police forces in equal tiles.

Plain shapes without a renderer, fit for a strict content security policy and for print. Numbers and words tell things
apart, never colour alone; the caller shows the same figures as a table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache as remember
from typing import Final

from django.utils.html import escape

from disruptions.charts import AXIS, FONT, INK, SOFT_INK, ChartError
from disruptions.statistics.shading import Amount, shade_ranges
from disruptions.tile_grid import TILE_GRID, Place

WHITE: Final = "#ffffff"
DARK: Final = "#12294f"
MIDDLE: Final = "#5b7fae"

# ----------------------------------------------------------------------------------------------------------- sparklines

SPARK_WIDTH: Final = 120
SPARK_HEIGHT: Final = 28
WIDEST_BAR: Final = 12
FOOT: Final = SPARK_HEIGHT - 1.5
"""The line of zero, from which bars rise."""


def sparkline(values: Sequence[int], words: str, *, provisional: int = 0, highest: int | None = None) -> str:
    """Draw a count for each quarter as a bar on the line of zero, named by ``words``.

    The last bar is darker; the last ``provisional`` bars are hollow. Bars are measured against ``highest``, so that
    rows can share a scale, or against their own largest value where that is larger. Raises ChartError for a value below
    zero.
    """
    if any(value < 0 for value in values):
        raise ChartError("a count is below zero")
    most = max(highest or 0, *values, 1)
    step = min(SPARK_WIDTH / max(len(values), 1), WIDEST_BAR)
    width = max(step - 2, 1)
    sure = len(values) - provisional
    paths = {"earlier": "", "last": "", "provisional": ""}
    for place, value in enumerate(values):
        if not value:
            continue
        # A small number beside a large one is still more than nothing.
        height = max((FOOT - 1) * value / most, 1.5)
        if place < sure:
            kind = "last" if place == len(values) - 1 else "earlier"
            paths[kind] += f"M{place * step + 1:.4g},{FOOT}v-{height:.3g}h{width:.3g}v{height:.3g}z"
        else:  # its line lies inside the bar
            height, inner = max(height - 0.6, 1.5), max(width - 1.2, 1)
            paths["provisional"] += f"M{place * step + 1.6:.4g},{FOOT}v-{height:.3g}h{inner:.3g}v{height:.3g}"
    looks = {
        "earlier": f'fill="{MIDDLE}"',
        "last": f'fill="{DARK}"',
        "provisional": f'fill="{WHITE}" stroke="{DARK}" stroke-width="1.2"',
    }
    bars = "".join(f'<path d="{path}" {looks[kind]}/>' for kind, path in paths.items() if path)
    end = f"{len(values) * step:.4g}" if values else SPARK_WIDTH
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(words)}" '
        f'viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" width="{SPARK_WIDTH}" height="{SPARK_HEIGHT}">'
        f'{bars}<path d="M0,{FOOT}H{end}" stroke="{INK}"/></svg>'
    )


# ------------------------------------------------------------------------------------------------------------- tile map

TILE: Final = 60
"""From one tile to the next; text is large in it, so that the map is still read when it is drawn half as wide."""
GAP: Final = 6
BOX: Final = TILE - GAP
MARGIN: Final = 3
APART_COLUMN: Final = 5.5
"""Where the tiles without a place begin: in the sea east of the north of England, as deep as it is empty."""
APART_ROWS: Final = 4
APART_TOP: Final = 26

TILE_FILLS: Final = (WHITE, "#e4edf7", "#bcd4ec", "#8db8e0", "#5795cf", "#2b5f9e", "#12294f")
"""The fill of each shade, 0 (nothing) to 6; each is darker than the one before in grey as well."""


@dataclass(frozen=True, slots=True)
class MapTile:
    """One agency of the map: the letters and the number in its tile, its full name, and what a screen reader says."""

    code: str
    label: str
    name: str
    words: str
    number: int
    shade: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A shade of the map: its sample, drawn, and the numbers it stands for."""

    sample: str
    words: str


def tile_map(title: str, description: str, tiles: Sequence[MapTile], *, apart: str = "No territory") -> str:
    """Draw agencies as equal tiles about where they are in the country; those without a place stand apart.

    Each tile holds its letters and its number, and is a link where it has an address. Reading goes from north to south,
    then through those apart in the order given. Raises ChartError for an agency given twice or a shade that is none.
    """
    if len({tile.code for tile in tiles}) != len(tiles):
        raise ChartError("an agency is in the map twice")
    if any(not 0 <= tile.shade < len(TILE_FILLS) for tile in tiles):
        raise ChartError(f"a shade is not one of 0 to {len(TILE_FILLS) - 1}")
    placed = sorted(
        ((TILE_GRID[tile.code], tile) for tile in tiles if tile.code in TILE_GRID),
        key=lambda pair: (pair[0].row, pair[0].column),
    )
    others = [tile for tile in tiles if tile.code not in TILE_GRID]
    columns = max(-(-len(others) // APART_ROWS), 3)
    left, top = APART_COLUMN * TILE + MARGIN, MARGIN
    width = 2 * MARGIN + max(7 * TILE - GAP, (APART_COLUMN + columns) * TILE - GAP if others else 0)
    height = 2 * MARGIN + 11 * TILE - GAP
    parts = [_borders([place for place, _ in placed])]
    parts += [_tile(tile, MARGIN + place.column * TILE, MARGIN + place.row * TILE) for place, tile in placed]
    if others:
        parts.append(
            f'<text x="{left:g}" y="{top + 15}" font-size="17" font-weight="600" fill="{INK}" '
            f'text-anchor="start">{escape(apart)}</text>'
        )
        parts += [
            _tile(tile, left + at % columns * TILE, top + APART_TOP + at // columns * TILE)
            for at, tile in enumerate(others)
        ]
    content = json.dumps([title, description, parts])
    name = f"map-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-labelledby="{name}-title" '
        f'aria-describedby="{name}-desc" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'font-family="{FONT}" text-anchor="middle">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def map_legend(bounds: Sequence[Amount], *, nothing: str = "0") -> list[LegendEntry]:
    """Return what each shade of the map stands for, from nothing to the largest, by the bounds of `shade_bounds`."""
    ranges = [(0, nothing), *((each.shade, each.words) for each in shade_ranges(bounds))]
    return [LegendEntry(_sample(shade), words) for shade, words in ranges]


def _tile(tile: MapTile, x: float, y: float) -> str:
    fill = TILE_FILLS[tile.shade]
    ink, number = text_on(fill), f"{tile.number:,}"
    middle = x + BOX / 2
    letters_size = 15 if len(tile.label) <= 4 else 11
    number_size = 21 if len(number) <= 4 else 16 if len(number) <= 5 else 13
    inside = (
        f"<title>{escape(tile.name)}</title>"
        f'<rect x="{x:g}" y="{y:g}" width="{BOX}" height="{BOX}" rx="3" fill="{fill}" stroke="{AXIS}"/>'
        f'<text x="{middle:g}" y="{y + 21:g}" font-size="{letters_size}" fill="{ink}">{escape(tile.label)}</text>'
        f'<text x="{middle:g}" y="{y + 44:g}" font-size="{number_size}" font-weight="700" fill="{ink}">{number}</text>'
    )
    if tile.href:
        return f'<a href="{escape(tile.href)}" aria-label="{escape(tile.words)}">{inside}</a>'
    return f'<g role="img" aria-label="{escape(tile.words)}">{inside}</g>'


def _borders(places: Sequence[Place]) -> str:
    """Draw a line between neighbours of different regions, in the gap between their tiles."""
    regions = {(place.column, place.row): place.region for place in places}
    lines = []
    for (column, row), region in regions.items():
        x, y = MARGIN + column * TILE - GAP / 2, MARGIN + row * TILE - GAP / 2
        if regions.get((column - 1, row), region) != region:
            lines.append(f"M{x:g},{y:g}v{TILE}")
        if regions.get((column, row - 1), region) != region:
            lines.append(f"M{x:g},{y:g}h{TILE}")
    look = f'fill="none" stroke="{SOFT_INK}" stroke-width="2.5" stroke-linecap="round"'
    return f'<path d="{"".join(lines)}" {look}/>' if lines else ""


def _sample(shade: int) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" viewBox="0 0 24 18" width="24" height="18">'
        f'<rect x="0.5" y="0.5" width="23" height="17" rx="2" fill="{TILE_FILLS[shade]}" stroke="{AXIS}"/></svg>'
    )


# ------------------------------------------------------------------------------------------------------------- contrast


@remember
def text_on(fill: str) -> str:
    """Return the colour of text on a fill, black or white, whichever stands out more."""
    return max((INK, WHITE), key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
