"""Drawings of one threat as SVG: its grade over time, its disruptions over time, and what it is linked to.

Plain shapes without a renderer, fit for a strict content security policy and for print. Shape, place and words tell
things apart, never colour alone; the caller shows the same facts as a table and a sentence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.html import escape

from disruptions.charts import AXIS, FONT, GRID, INK, SOFT_INK
from disruptions.vocabulary import DisruptionRole, Level, PriorityGrade

WIDTH: Final = 920
LEFT: Final = 168
"""Room for the names of rows; the same in both drawings over time, so that one stands over the other."""
RIGHT: Final = 40
ROW: Final = 26
TOP: Final = 14
FOOT: Final = 26
LANE: Final = 44
"""The least height of a lane, for a name in two lines."""

FEW_MONTHS: Final = 18
FEW_YEARS: Final = 12

DARK: Final = "#12294f"
MIDDLE: Final = "#2b6cb0"
LIGHT: Final = "#4f86b8"
PALE: Final = "#eef3f9"
WHITE: Final = "#ffffff"

NOT_GRADED_ROW: Final = "Not graded"
GRADE_ROWS: Final = (*PriorityGrade.values, NOT_GRADED_ROW)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a drawing over time covers."""

    first: date
    last: date

    def place(self, day: date) -> float:
        """Return where a day stands, in pixels from the left."""
        days = max((self.last - self.first).days, 1)
        part = min(max((day - self.first).days / days, 0.0), 1.0)
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    @property
    def months(self) -> int:
        """How many months it touches."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def ticks(self) -> list[tuple[date, str]]:
        """Return the days that the axis names: months of a short span, else years, else some years."""
        if self.months <= FEW_MONTHS:
            step = 1 if self.months <= FEW_MONTHS // 2 else 2
            starts = [_month(self.first, more) for more in range(0, self.months + 1, step)]
            return [(day, f"{day:%b %Y}") for day in starts if self.first <= day <= self.last]
        years = range(self.first.year, self.last.year + 1)
        step = -(-len(years) // FEW_YEARS)
        starts = [date(year, 1, 1) for year in years[::step]]
        return [(day, str(day.year)) for day in starts if self.first <= day <= self.last]


def _month(day: date, more: int) -> date:
    months = day.year * 12 + day.month - 1 + more
    return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Step:
    """A grade that was adopted on a day; nothing where there was none."""

    day: date
    grade: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """Records of one agency, role and level in one stretch of time."""

    lane: int
    day: date
    level: str
    role: str
    records: int
    words: str


@dataclass(frozen=True, slots=True)
class Node:
    """A threat in the drawing of links: its words, its grade, and whether the link is indirect."""

    reference: str
    title: str
    grade: str | None
    indirect: bool = False


def draw_grades(title: str, description: str, steps: Sequence[Step], span: Span) -> str:
    """Draw which grade held from when until when, P1 at the top; each adoption is a dot."""
    rows = [grade for grade in GRADE_ROWS if grade != NOT_GRADED_ROW or any(step.grade is None for step in steps)]
    height = TOP + ROW * len(rows) + FOOT
    heights = {grade: TOP + ROW * place + ROW // 2 for place, grade in enumerate(rows)}
    parts = [*_rows_in_words(rows, heights), *_axis(span, height)]
    path: list[str] = []
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        y, start = heights[step.grade or NOT_GRADED_ROW], span.place(step.day)
        path.append(f"{'L' if path else 'M'}{start},{y}H{span.place(after.day if after else span.last)}")
    parts.append(f'<path d="{"".join(path)}" fill="none" stroke="{DARK}" stroke-width="3"/>')
    for step in steps:
        y, words = heights[step.grade or NOT_GRADED_ROW], step.grade or NOT_GRADED_ROW
        parts.append(
            f'<circle cx="{span.place(step.day)}" cy="{y}" r="5.5" fill="{WHITE}" stroke="{DARK}" stroke-width="2.5">'
            f"<title>{escape(f'{words} from {step.day:%d %B %Y}')}</title></circle>"
        )
    return _drawing(title, description, height, parts)


def draw_timeline(
    title: str, description: str, lanes: Sequence[str], levels: Sequence[str], marks: Sequence[Mark], span: Span
) -> str:
    """Draw records over time: a lane per agency, a row per level in it, leads filled and supports hollow."""
    row, top = 20, TOP + 22
    used = [[level for level in levels if _has(marks, lane, level)] for lane in range(len(lanes))]
    tops = [top + sum(max(row * len(each) + 12, LANE) for each in used[:lane]) for lane in range(len(lanes) + 1)]
    height = tops[-1] + FOOT
    parts = _legend(levels, marks)
    for lane, name in enumerate(lanes):
        y = tops[lane]
        parts.append(f'<path d="M0,{y}H{WIDTH}" stroke="{AXIS}" stroke-width="0.8"/>')
        parts += _words(name, 0, y + 18, limit=11, size=13, weight=600)
        parts += [
            f'<text x="{LEFT - 12}" y="{y + 20 + row * place}" font-size="11" fill="{SOFT_INK}" text-anchor="end">'
            f"{escape(_level_words(level))}</text>"
            for place, level in enumerate(used[lane])
        ]
    parts += _axis(span, height, top=top)
    crowded = {(mark.lane, mark.day, mark.level) for mark in marks if mark.role == DisruptionRole.SUPPORT} & {
        (mark.lane, mark.day, mark.level) for mark in marks if mark.role == DisruptionRole.LEAD
    }
    for mark in marks:
        x = span.place(mark.day)
        if (mark.lane, mark.day, mark.level) in crowded:
            x += -18 if mark.role == DisruptionRole.LEAD else 10
        y = tops[mark.lane] + 16 + row * used[mark.lane].index(mark.level)
        parts.append(_shape(mark.level, x, y, filled=mark.role == DisruptionRole.LEAD, words=mark.words))
        if mark.records > 1:
            look = f'font-size="11" font-weight="600" fill="{INK}"'
            number = f'<text x="{x + 8:g}" y="{y + 4}" {look}>{mark.records:,}</text>'
            parts.append(number)
    return _drawing(title, description, height, parts)


def _has(marks: Sequence[Mark], lane: int, level: str) -> bool:
    return any(mark.lane == lane and mark.level == level for mark in marks)


NODE_WIDTH: Final = 244
NODE_HEIGHT: Final = 58
NODE_GAP: Final = 14
COLUMN_GAP: Final = (WIDTH - 3 * NODE_WIDTH) // 2
MOST_NODES: Final = 6
HEADING: Final = 26


def draw_links(title: str, description: str, centre: Node, above: Sequence[Node], below: Sequence[Node]) -> str:
    """Draw a threat between what it is part of, on the left, and what is part of it or beside it, on the right.

    Indirect links are dashed. At most six of each side are drawn; the last box then says how many more the table has.
    """
    left, right = _drawn(above), _drawn(below)
    rows = max(len(left), len(right), 1)
    height = HEADING + rows * (NODE_HEIGHT + NODE_GAP)
    middle = HEADING + (height - HEADING - NODE_HEIGHT - NODE_GAP) / 2
    columns = (0, NODE_WIDTH + COLUMN_GAP, 2 * (NODE_WIDTH + COLUMN_GAP))
    parts = [
        f'<text x="{x + NODE_WIDTH / 2}" y="14" font-size="12" fill="{SOFT_INK}" text-anchor="middle">{words}</text>'
        for x, words, there in zip(
            columns, ("Part of", "This threat", "Has in it, or beside it"), (left, [centre], right), strict=True
        )
        if there
    ]
    boxes = []
    for nodes, x, near, far in (
        (left, columns[0], columns[0] + NODE_WIDTH, columns[1]),
        (right, columns[2], columns[2], columns[1] + NODE_WIDTH),
    ):
        start = HEADING + (rows - len(nodes)) * (NODE_HEIGHT + NODE_GAP) / 2
        for place, node in enumerate(nodes):
            y = start + place * (NODE_HEIGHT + NODE_GAP)
            dash = ' stroke-dasharray="5 4"' if node.indirect else ""
            parts.append(
                f'<path d="M{near},{y + NODE_HEIGHT / 2:g}L{far},{middle + NODE_HEIGHT / 2:g}" '
                f'stroke="{SOFT_INK}" stroke-width="1.6" fill="none"{dash}/>'
            )
            boxes += _box(node, x, y)
    return _drawing(title, description, height, [*parts, *boxes, *_box(centre, columns[1], middle, main=True)])


# --------------------------------------------------------------------------------------------------------------- pieces


def _drawn(nodes: Sequence[Node]) -> list[Node]:
    if len(nodes) <= MOST_NODES:
        return list(nodes)
    more = len(nodes) - MOST_NODES + 1
    return [*nodes[: MOST_NODES - 1], Node("", f"and {more:,} more, in the table", None)]


def _box(node: Node, x: float, y: float, *, main: bool = False) -> list[str]:
    fill = PALE if main else WHITE
    width = 3 if main else 1.6
    size = f'width="{NODE_WIDTH}" height="{NODE_HEIGHT}" rx="4"'
    parts = [f'<rect x="{x:g}" y="{y:g}" {size} fill="{fill}" stroke="{DARK}" stroke-width="{width}"/>']
    parts += _words(node.title, x + 10, y + 19, limit=27, size=13, weight=600)
    if node.reference:
        words = f"{node.reference}, {node.grade or 'not graded'}"
        parts.append(f'<text x="{x + 10:g}" y="{y + 50:g}" font-size="11" fill="{SOFT_INK}">{escape(words)}</text>')
    return parts


def _words(text: str, x: float, y: float, *, limit: int, size: int, weight: int) -> list[str]:
    """Write a text in two lines at most, cut where it is longer."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= limit:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]} …"]
    cut = [line if len(line) <= limit + 2 else f"{line[:limit]}…" for line in lines]
    return [
        f'<text x="{x:g}" y="{y + place * (size + 2):g}" font-size="{size}" font-weight="{weight}" fill="{INK}">'
        f"{escape(line)}</text>"
        for place, line in enumerate(cut)
    ]


def _rows_in_words(rows: Iterable[str], heights: dict[str, int]) -> list[str]:
    parts = []
    for name in rows:
        y = heights[name]
        parts.append(
            f'<text x="{LEFT - 12}" y="{y + 4}" font-size="13" fill="{INK}" text-anchor="end">{escape(name)}</text>'
            f'<path d="M{LEFT},{y}H{WIDTH - RIGHT}" stroke="{GRID}" stroke-width="1"/>'
        )
    return parts


def _axis(span: Span, height: int, *, top: int = TOP) -> list[str]:
    foot = height - FOOT
    parts = [f'<path d="M{LEFT},{foot}H{WIDTH - RIGHT}" stroke="{AXIS}" stroke-width="1"/>']
    for day, words in span.ticks():
        x = span.place(day)
        parts.append(
            f'<path d="M{x},{top}V{foot + 4}" stroke="{GRID}" stroke-width="1"/>'
            f'<text x="{x}" y="{foot + 18}" font-size="12" fill="{INK}" text-anchor="middle">{words}</text>'
        )
    return parts


def _level_words(level: str) -> str:
    return "No disruption" if level == Level.NONE else str(Level(level).label)


def _shape(level: str, x: float, y: float, *, filled: bool, words: str) -> str:
    """Draw a level: circle, square, triangle, cross, or a bar; filled for a lead, hollow for a support."""
    colour = {Level.MAJOR.value: DARK, Level.MODERATE.value: MIDDLE, Level.MINOR.value: LIGHT}.get(level, SOFT_INK)
    look = f'fill="{colour if filled else WHITE}" stroke="{colour}" stroke-width="1.8"'
    named = f"<title>{escape(words)}</title>"
    if level == Level.MAJOR:
        return f'<circle cx="{x:g}" cy="{y:g}" r="5.5" {look}>{named}</circle>'
    if level == Level.MODERATE:
        return f'<rect x="{x - 5:g}" y="{y - 5:g}" width="10" height="10" {look}>{named}</rect>'
    if level == Level.MINOR:
        return f'<path d="M{x:g},{y - 5:g}l5.5,10h-11z" {look}>{named}</path>'
    if level == Level.NEGATIVE:
        return f'<path d="M{x:g},{y + 5:g}l5.5,-10h-11z" {look}>{named}</path>'
    return f'<rect x="{x - 5:g}" y="{y - 1.5:g}" width="10" height="3" {look}>{named}</rect>'


def _legend(levels: Sequence[str], marks: Sequence[Mark]) -> list[str]:
    parts, x = [], float(LEFT)
    for level in levels:
        words = _level_words(level)
        parts.append(_shape(level, x + 6, TOP, filled=True, words=words))
        parts.append(f'<text x="{x + 17:g}" y="{TOP + 4}" font-size="12" fill="{INK}">{escape(words)}</text>')
        x += 40 + 7 * len(words)
    if any(mark.role == DisruptionRole.SUPPORT for mark in marks):
        parts.append(_shape(Level.MODERATE.value, x + 6, TOP, filled=False, words="Support"))
        parts.append(f'<text x="{x + 17:g}" y="{TOP + 4}" font-size="12" fill="{INK}">Hollow: support</text>')
    return parts


def _drawing(title: str, description: str, height: float, parts: Sequence[str]) -> str:
    """Wrap the parts and name the whole for screen readers; the ids are its own."""
    content: Any = [title, description, list(parts)]
    name = f"drawing-{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" font-family="{FONT}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )


# ------------------------------------------------------------------------------------------------------ beside a number

BAR_LENGTH: Final = 120
BAR_HEIGHT: Final = 14


def share_bar(part: int, whole: int) -> str:
    """Draw what part of a whole a number is, as a bar in its frame; the number stands beside it, so it has no name."""
    length = round(BAR_LENGTH * min(part, whole) / whole, 1) if whole else 0
    size = f'width="{BAR_LENGTH}" height="{BAR_HEIGHT}"'
    return (
        f'<svg {size} viewBox="0 0 {BAR_LENGTH} {BAR_HEIGHT}" aria-hidden="true" focusable="false">'
        f'<rect x="0.5" y="0.5" width="{BAR_LENGTH - 1}" height="{BAR_HEIGHT - 1}" fill="{WHITE}" stroke="{AXIS}"/>'
        f'<rect width="{length}" height="{BAR_HEIGHT}" fill="{MIDDLE}"/></svg>'
    )
