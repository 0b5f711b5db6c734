"""Draw charts as SVG on the server: for pages, for print, and fit for a strict content security policy.

Colour is never the only sign: bars have patterns, lines have markers, dashes and their names at their ends, and both
still differ in black and white. The caller shows the same figures as a table.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache as remember
from typing import Any, Final

from django.core.cache import cache
from django.utils.html import escape

DRAWING_VERSION: Final = "2"
"""Part of the cache key: raise it when the drawing changes."""
KEPT_SECONDS: Final = 7 * 24 * 60 * 60
VEGA_LITE: Final = "5.21"

FONT: Final = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Noto Sans, Arial, sans-serif"
INK: Final = "#0b0c0c"
SOFT_INK: Final = "#484f59"
GRID: Final = "#dfe3e9"
AXIS: Final = "#8a94a3"

LINE_HEIGHT: Final = 18
PLOT_HEIGHT: Final = 300
LONGEST_UPRIGHT_LABEL: Final = 12
MOST_UPRIGHT_CATEGORIES: Final = 24
MOST_LABELS: Final = 16
WIDE_FROM: Final = 6


class ChartError(Exception):
    """A chart cannot be drawn as asked; nothing is shown in its place."""


@dataclass(frozen=True)
class Style:
    """How one series looks: its colour, the pattern over it in bars, its marker and dashes as a line."""

    colour: str
    pattern: str
    marker: str
    dash: tuple[int, ...]


# Each pattern is a tile of 8 by 8 drawn over the colour. Neighbours differ in lightness as well as in hue.
PATTERNS: Final[Mapping[str, str]] = {
    "plain": "",
    "stripes": '<path d="M-2,2l4,-4M0,8l8,-8M6,10l4,-4" stroke="#ffffff" stroke-width="1.6"/>',
    "dots": '<circle cx="2" cy="2" r="1.1" fill="#12294f"/><circle cx="6" cy="6" r="1.1" fill="#12294f"/>',
    "columns": '<path d="M2,0v8M6,0v8" stroke="#ffffff" stroke-width="1.4"/>',
    "grid": '<path d="M0,4h8M4,0v8" stroke="#0b0c0c" stroke-width="0.9"/>',
    "backstripes": '<path d="M-2,6l4,4M0,0l8,8M6,-2l4,4" stroke="#0b0c0c" stroke-width="1.2"/>',
}

LEVEL_STYLES: Final[Mapping[str, Style]] = {
    "Major": Style("#12294f", "plain", "circle", (1, 0)),
    "Moderate": Style("#2b6cb0", "stripes", "square", (7, 4)),
    "Minor": Style("#8db8e0", "plain", "triangle-up", (2, 3)),
}
OTHER_STYLES: Final[Sequence[Style]] = (
    Style("#12436d", "plain", "circle", (1, 0)),
    Style("#28a197", "stripes", "square", (7, 4)),
    Style("#801650", "columns", "triangle-up", (2, 3)),
    Style("#f46a25", "grid", "diamond", (10, 3, 2, 3)),
    Style("#a285d1", "backstripes", "triangle-down", (4, 2)),
    Style("#6b7480", "dots", "cross", (1, 2)),
)
INTERVAL_NAMES: Final = ("Counted", "Expected")
"""The two series of a chart with intervals."""

# A text in the colour of its line must pass 4.5:1 on white.
DARKER_FOR_TEXT: Final[Mapping[str, str]] = {
    "#8db8e0": "#2f6690",
    "#28a197": "#19746c",
    "#f46a25": "#b2440d",
    "#a285d1": "#6b4ba3",
}


def bar_chart(
    title: str,
    description: str,
    categories: Sequence[str],
    series: Mapping[str, Sequence[int]],
    *,
    stacked: bool = True,
) -> str:
    """Draw bars: one per category, split by series; stacked with the total at the end, or side by side.

    Categories with long names lie on their sides. The first series is next to the axis. Raises ChartError where a
    series has not one value per category, or where there are more than six series.
    """
    spec = bar_spec(categories, series, stacked=stacked)
    return _draw(title, description, spec, list(series), marks=sum(len(values) for values in series.values()))


def line_chart(title: str, description: str, categories: Sequence[str], series: Mapping[str, Sequence[int]]) -> str:
    """Draw a line per series over the categories, with its name at its end.

    Raises ChartError where a series has not one value per category, or where there are more than six series.
    """
    spec = line_spec(categories, series)
    return _draw(title, description, spec, list(series), marks=sum(len(values) for values in series.values()))


def interval_chart(
    title: str,
    description: str,
    categories: Sequence[str],
    counted: Sequence[int],
    expected: Sequence[int],
    intervals: Sequence[tuple[int, int]],
) -> str:
    """Draw a bar for each category's count, and a mark for what is expected of it on a line from low to high.

    Raises ChartError where a series has not one value per category, or an interval ends before it begins.
    """
    spec = interval_spec(categories, counted, expected, intervals)
    return _draw(title, description, spec, list(INTERVAL_NAMES), marks=2 * len(categories))


# ------------------------------------------------------------------------------------------------------ specifications


def bar_spec(categories: Sequence[str], series: Mapping[str, Sequence[int]], *, stacked: bool = True) -> dict[str, Any]:
    """Return the Vega-Lite specification of a bar chart; `data.values` holds every figure."""
    rows = _rows(categories, series)
    lines = _label_lines(categories)
    sideways = (
        max((len(line) for label in lines for line in label), default=0) > LONGEST_UPRIGHT_LABEL
        or len(categories) > MOST_UPRIGHT_CATEGORIES
    )
    along, across = ("y", "x") if sideways else ("x", "y")
    per_category = 1 if stacked else max(1, len(series))
    size = len(categories) * (12 + 16 * per_category if sideways else max(62, 12 + 20 * per_category))
    totals = [sum(row["value"] for row in rows if row["position"] == index) for index in range(len(categories))]
    highest = max(totals if stacked else [row["value"] for row in rows], default=0)
    position: dict[str, Any] = {
        "field": "category",
        "type": "ordinal",
        "sort": None,
        "title": None,
        "axis": _category_axis(categories, sideways=sideways),
        "scale": {"paddingInner": 0.28, "paddingOuter": 0.14},
    }
    length = _value_channel(highest)
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.6},
            "encoding": {
                along: position,
                across: {**length, "field": "value", "stack": "zero" if stacked else None},
                "fill": _colours(series, legend=len(series) > 1),
                "order": {"field": "order", "type": "quantitative"},
                "description": {"field": "words"},
                **({} if stacked else {f"{along}Offset": {"field": "series", "sort": list(series)}}),
            },
        }
    ]
    labels = _end_labels(categories, totals) if stacked else _end_labels_of_rows(rows)
    layers.append(
        {
            "data": {"values": labels},
            "mark": {
                "type": "text",
                "fontSize": 12,
                "fontWeight": 600,
                "fill": INK,
                "aria": False,
                **({"align": "left", "baseline": "middle", "dx": 5} if sideways else {"baseline": "bottom", "dy": -3}),
            },
            "encoding": {
                along: {"field": "category", "type": "ordinal", "sort": None},
                across: {**length, "field": "end"},
                "text": {"field": "text"},
                **({} if stacked else {f"{along}Offset": {"field": "series", "sort": list(series)}}),
            },
        }
    )
    return _frame(
        {"data": {"values": rows}, "layer": layers},
        width=620 if sideways else max(920 if len(categories) >= WIDE_FROM else 620, size),
        height=size if sideways else PLOT_HEIGHT,
        room_left=_room_for(categories) if sideways else 0,
    )


def interval_spec(
    categories: Sequence[str], counted: Sequence[int], expected: Sequence[int], intervals: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    """Return the Vega-Lite specification of bars with an expectation above each; `data.values` holds every figure."""
    series = dict(zip(INTERVAL_NAMES, (counted, expected), strict=True))
    rows = _rows(categories, series)
    if len(intervals) != len(categories) or any(not 0 <= low <= high for low, high in intervals):
        raise ChartError("an interval is missing, below zero, or ends before it begins")
    ranges = [
        {"category": category, "low": low, "high": high}
        for category, (low, high) in zip(categories, intervals, strict=True)
    ]
    for row in rows[len(categories) :]:
        low, high = intervals[row["position"]]
        row["words"] += f" ({low:,} to {high:,})"
    highest = max([*counted, *(high for _, high in intervals)], default=0)
    position: dict[str, Any] = {
        "field": "category",
        "type": "ordinal",
        "sort": None,
        "title": None,
        "axis": _category_axis(categories, sideways=False),
        "scale": {"paddingInner": 0.28, "paddingOuter": 0.14},
    }
    length = _value_channel(highest)
    fill = _colours(series, legend=True)
    first, second = (f"datum.series == '{name}'" for name in INTERVAL_NAMES)
    shared = {"fill": fill, "description": {"field": "words"}}
    line = {"stroke": INK, "strokeWidth": 2, "aria": False}
    layers: list[dict[str, Any]] = [
        {
            "transform": [{"filter": first}],
            "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.6},
            "encoding": {"x": position, "y": {**length, "field": "value", "stack": None}, **shared},
        },
        {
            "data": {"values": ranges},
            "mark": {"type": "rule", **line},
            "encoding": {"x": position, "y": {**length, "field": "low"}, "y2": {"field": "high"}},
        },
        *(
            {
                "data": {"values": ranges},
                "mark": {"type": "tick", "thickness": 2, "size": 22, "color": INK, "aria": False},
                "encoding": {"x": position, "y": {**length, "field": end}},
            }
            for end in ("low", "high")
        ),
        {
            "transform": [{"filter": second}],
            "mark": {"type": "point", "shape": "diamond", "size": 170, "opacity": 1, "stroke": INK, "strokeWidth": 1},
            "encoding": {"x": position, "y": {**length, "field": "value"}, **shared},
        },
    ]
    size = max(920 if len(categories) >= WIDE_FROM else 620, 70 * len(categories))
    return _frame({"data": {"values": rows}, "layer": layers}, width=size, height=PLOT_HEIGHT)


def line_spec(categories: Sequence[str], series: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Return the Vega-Lite specification of a line chart; `data.values` holds every figure."""
    rows = _rows(categories, series)
    highest = max((row["value"] for row in rows), default=0)
    width = max(920, len(categories) * 62)
    names = list(series)
    styles = [_style(name, index) for index, name in enumerate(names)]
    position: dict[str, Any] = {
        "field": "category",
        "type": "ordinal",
        "sort": None,
        "title": None,
        "axis": _category_axis(categories, sideways=False),
        "scale": {"padding": 0.5},
    }
    value = {**_value_channel(highest), "field": "value"}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "line", "strokeWidth": 2.5, "aria": False},
            "encoding": {
                "x": position,
                "y": value,
                "stroke": _colours(series, legend=False),
                "strokeDash": {
                    "field": "series",
                    "scale": {"domain": names, "range": [list(style.dash) for style in styles]},
                    "legend": None,
                },
            },
        },
        {
            "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1, "stroke": "#ffffff", "strokeWidth": 1},
            "encoding": {
                "x": position,
                "y": value,
                "fill": _colours(series, legend=False),
                "shape": {
                    "field": "series",
                    "scale": {"domain": names, "range": [style.marker for style in styles]},
                    "legend": None,
                },
                "description": {"field": "words"},
            },
        },
        {
            "data": {"values": _names_at_line_ends(series, highest)},
            "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": 13, "fontWeight": 600},
            "encoding": {
                "x": {"value": width + 4},
                "y": {"field": "pixel", "type": "quantitative", "scale": None, "axis": None},
                "text": {"field": "series"},
                "color": {"field": "colour", "type": "nominal", "scale": None, "legend": None},
            },
        },
    ]
    return _frame(
        {"data": {"values": rows}, "layer": layers}, width=width, height=PLOT_HEIGHT, room_right=_room_for(names)
    )


def _room_for(names: Sequence[str]) -> int:
    """Return pixels to spare: the reader's font may be wider than the one the renderer measures with."""
    return 2 * max(len(name) for name in names)


def _frame(spec: dict[str, Any], *, width: int, height: int, room_left: int = 0, room_right: int = 0) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": None,
        "padding": {"left": 8 + room_left, "right": 8 + room_right, "top": 5, "bottom": 8},
        "width": width,
        "height": height,
        "config": {
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {
                "labelColor": INK,
                "labelFontSize": 12,
                "domainColor": AXIS,
                "tickColor": AXIS,
                "gridColor": GRID,
                "titleColor": SOFT_INK,
            },
            "legend": {
                "orient": "top",
                "title": None,
                "labelColor": INK,
                "labelFontSize": 13,
                "symbolType": "square",
                "symbolSize": 260,
                "symbolStrokeWidth": 0.6,
                "columnPadding": 24,
                "offset": 12,
            },
        },
        **spec,
    }


def _rows(categories: Sequence[str], series: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    if not categories or not series:
        raise ChartError("a chart needs at least one category and one series")
    if len(series) > len(OTHER_STYLES):
        raise ChartError(f"a chart can tell {len(OTHER_STYLES)} series apart, not {len(series)}")
    if len(set(categories)) != len(categories):
        raise ChartError("two categories have the same name")
    for name, values in series.items():
        if len(values) != len(categories):
            raise ChartError(f"{name} has {len(values)} values for {len(categories)} categories")
        if any(value < 0 for value in values):
            raise ChartError(f"{name} has a value below zero")
    return [
        {
            "category": category,
            "position": position,
            "series": name,
            "order": order,
            "value": values[position],
            "words": f"{category}, {name}: {values[position]:,}",
        }
        for order, (name, values) in enumerate(series.items())
        for position, category in enumerate(categories)
    ]


def _style(name: str, index: int) -> Style:
    return LEVEL_STYLES.get(name) or OTHER_STYLES[index]


def _colours(series: Mapping[str, Sequence[int]], *, legend: bool) -> dict[str, Any]:
    names = list(series)
    return {
        "field": "series",
        "type": "nominal",
        "sort": names,
        "scale": {"domain": names, "range": [_style(name, index).colour for index, name in enumerate(names)]},
        "legend": {} if legend else None,
    }


def _value_channel(highest: int) -> dict[str, Any]:
    top = _round_up(highest)
    return {
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, top], "nice": False},
        "axis": {"values": _ticks(top), "format": ",d", "domain": False, "ticks": False, "labelPadding": 8},
    }


def _round_up(highest: int) -> int:
    """Return the end of the value axis: a round number with room for the label of the longest bar."""
    needed = max(4, math.ceil(highest * 1.08))
    step = _step(needed)
    return math.ceil(needed / step) * step


def _ticks(top: int) -> list[int]:
    return list(range(0, top + 1, _step(top)))


def _step(top: int) -> int:
    rough = max(1.0, top / 5)
    magnitude = 10 ** math.floor(math.log10(rough))
    return int(next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= rough))


def _label_lines(categories: Sequence[str]) -> list[list[str]]:
    """Split `Jan - Mar 2023` before its year, so that quarters fit below upright bars."""
    return [re.sub(r" (\d{4}(?: \[p\])?)$", r"\n\1", category).split("\n") for category in categories]


def _category_axis(categories: Sequence[str], *, sideways: bool) -> dict[str, Any]:
    if sideways:
        return {"ticks": False, "labelLimit": 260, "labelPadding": 8, "grid": False}
    shown = math.ceil(len(categories) / MOST_LABELS)
    return {
        "labelAngle": 0,
        "labelExpr": r"split(replace(datum.label, / (\d{4}( \[p\])?)$/, '\n$1'), '\n')",
        "labelLineHeight": 15,
        "labelPadding": 6,
        "ticks": False,
        "grid": False,
        **({"values": list(categories)[::shown]} if shown > 1 else {}),
    }


def _end_labels(categories: Sequence[str], totals: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"category": category, "end": total, "text": f"{total:,}"}
        for category, total in zip(categories, totals, strict=True)
    ]


def _end_labels_of_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"category": row["category"], "series": row["series"], "end": row["value"], "text": f"{row['value']:,}"}
        for row in rows
    ]


def _names_at_line_ends(series: Mapping[str, Sequence[int]], highest: int) -> list[dict[str, Any]]:
    """Place each name beside the end of its line, pushed apart where lines end close together."""
    top = _round_up(highest)
    ends = sorted(
        ((PLOT_HEIGHT * (1 - values[-1] / top), index, name) for index, (name, values) in enumerate(series.items())),
    )
    placed: list[dict[str, Any]] = []
    lowest = -math.inf
    for pixel, index, name in ends:
        lowest = max(pixel, lowest + LINE_HEIGHT)
        colour = _style(name, index).colour
        placed.append({"series": name, "pixel": lowest, "colour": DARKER_FOR_TEXT.get(colour, colour)})
    surplus = max(0.0, (placed[-1]["pixel"] if placed else 0) - PLOT_HEIGHT)
    for label in placed:
        label["pixel"] = round(label["pixel"] - surplus, 1)
    return placed


# ------------------------------------------------------------------------------------------------------------ drawing


def _draw(title: str, description: str, spec: dict[str, Any], names: Sequence[str], *, marks: int) -> str:
    content = json.dumps([DRAWING_VERSION, title, description, spec], sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()[:24]
    key = f"chart:{digest}"
    kept = cache.get(key)
    if isinstance(kept, str):
        return kept
    drawn = _finish(_render(spec), f"chart-{digest}", title, description, names, marks)
    cache.set(key, drawn, KEPT_SECONDS)
    return drawn


@remember
def _renderer() -> tuple[Any, int]:
    """Load the renderer at first use: what it starts does not survive a fork."""
    return importlib.import_module("vl_convert"), os.getpid()


def _render(spec: dict[str, Any]) -> str:
    renderer, owner = _renderer()
    if owner != os.getpid():
        raise ChartError("a chart was drawn before this process was forked; draw only in worker processes")
    return str(renderer.vegalite_to_svg(spec, vl_version=VEGA_LITE))


def _finish(svg: str, name: str, title: str, description: str, names: Sequence[str], marks: int) -> str:
    """Name the drawing for screen readers, replace colours by patterns and leave nothing that a strict policy stops."""
    found = re.fullmatch(r"<svg [^>]*?width=\"([\d.]+)\" height=\"([\d.]+)\"[^>]*>(.*)</svg>", svg.strip(), re.DOTALL)
    if found is None:
        raise ChartError("the renderer's answer is not an SVG drawing")
    width, height, body = found.groups()
    body, titled = re.subn(
        r'<path aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="[^"]*"([^>]*?)/>',
        r"<path\2><title>\1</title></path>",
        body,
    )
    if titled != marks:
        raise ChartError(f"the drawing has {titled} marks for {marks} figures")
    body = re.sub(r'<path[^>]*(?:d=""|d="M0,0h0v0h0Z")[^>]*/>', "", body)
    body = re.sub(r'<path class="background"[^>]*/>', "", body)
    body = re.sub(
        r' (?:class|role|aria-[a-z]+|font-family|pointer-events|opacity="1"|stroke-width="0")(?:="[^"]*")?', "", body
    )
    definitions = []
    for index, series in enumerate(names):
        style = _style(series, index)
        pattern = f"{name}-{index}"
        body, used = re.subn(
            rf'fill="{style.colour}"(?= stroke="{INK}")', f'fill="url(#{pattern})"', body, flags=re.IGNORECASE
        )
        if used and style.pattern != "plain":
            definitions.append(
                f'<pattern id="{pattern}" width="8" height="8" patternUnits="userSpaceOnUse">'
                f'<rect width="8" height="8" fill="{style.colour}"/>{PATTERNS[style.pattern]}</pattern>'
            )
        elif used:
            body = body.replace(f'fill="url(#{pattern})"', f'fill="{style.colour}"')
    if re.search(r"\sstyle=|<style|<script|\son[a-z]+=|href=", body):
        raise ChartError("the drawing holds what the content security policy stops")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title {name}-desc"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="{FONT}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"<defs>{''.join(definitions)}</defs>{body}</svg>"
    )
