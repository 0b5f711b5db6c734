"""The tables of a dashboard: what the page shows and what its CSV holds, from the same cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, TypeAlias

from django.urls import reverse

from disruptions.drawings import share_bar
from disruptions.drill_downs import DrillDown
from disruptions.small_drawings import sparkline
from disruptions.statistics import (
    AgencyRow,
    Dashboard,
    LevelCounts,
    Mix,
    OutcomeRow,
    PlaceRow,
    YearOfCounts,
    by_region,
    by_rocu,
    forces,
    lead_total,
    share,
    shares_so_far,
)
from disruptions.statistics.mixes import MIXED
from disruptions.statistics.rounding import rounded
from disruptions.statistics.sentences import ARRESTS, HIGH_GRADES
from disruptions.views.statistics import File
from disruptions.vocabulary import Initiation

TEXT, NUMBER, PERCENT, MONEY, DRAWING = "text", "number", "percent", "money", "drawing"
ORDER: Final = ("minor", "moderate", "major")
"""The levels in the order of the published table."""
NO_REGION: Final = "No region"
NO_ROCU: Final = "No ROCU"

Cell: TypeAlias = Any
"""Text, a number, nothing, or a mapping of ``text`` and ``href``."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and what its cells hold; a ``drawing`` is of the page alone."""

    text: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page; ``slug`` is its name in addresses."""

    slug: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    @property
    def file(self) -> File:
        """The header and the lines of its CSV: the same cells without drawings and addresses."""
        kept = [at for at, column in enumerate(self.columns) if column.kind != DRAWING]
        header = tuple(_heading(self.columns[at]) for at in kept)
        return header, (tuple(_plain(row[at]) for at in kept) for row in self.rows)


def _heading(column: Column) -> str:
    return column.text + {PERCENT: " (%)", MONEY: " (£)"}.get(column.kind, "")


def _plain(cell: Cell) -> object:
    value = cell.get("text") if isinstance(cell, Mapping) else cell
    return "" if value is None else value


# --------------------------------------------------------------------------------------------------------------- tables


def year_table(slug: str, caption: str, years: Sequence[YearOfCounts], links: DrillDown, **narrowed: Any) -> Table:
    """Return counts by year: leads by level, and supports beside them."""
    return Table(
        slug,
        caption,
        (Column("Year"), *_level_columns("Total"), Column("Supports, beside", NUMBER)),
        tuple(
            (
                _year_name(year),
                *_lead_cells(links, year.lead, period=year.period, **narrowed),
                links.support(year.support.total, period=year.period, **narrowed),
            )
            for year in years
        ),
        note="Supports are shown beside leads and never added to them.",
    )


def _year_name(year: YearOfCounts) -> str:
    first, last = year.period.first, year.period.last
    whole_months = first.day == 1 and (last + timedelta(days=1)).day == 1
    days = (f"{day:%b}" if whole_months else f"{day.day} {day:%b}" for day in (first, last))
    part = f", {' to '.join(dict.fromkeys(days))}" if year.is_part else ""
    return f"{year.name}{' [p]' if year.provisional else ''}{part}"


def mix_table(mix: Mix, links: DrillDown, **narrowed: Any) -> Table:
    """Return a mix: each part's leads and share, and its share of the rest where one part hides the others."""
    beside = mix.apart_words
    most = mix.rest if beside else mix.total
    columns = [Column(mix.label), Column("Leads", NUMBER), Column("Share", PERCENT)]
    if beside:
        columns.append(Column(f"Share without {beside}", PERCENT))
    columns.append(Column("Drawn", DRAWING))
    rows = []
    for row in mix.rows:
        cells: list[Cell] = [row.label, links.lead(row.lead, **narrowed, **_as_keywords(row.filters))]
        cells.append(mix.share_of(row))
        if beside:
            cells.append(mix.share_of_rest(row))
        cells.append(share_bar(row.lead, most) if row.key != mix.apart or not beside else None)
        rows.append(tuple(cells))
    note = f"The bars leave out {beside}, so that the rest can be seen." if beside else ""
    return Table(mix.name, _MIX_CAPTIONS[mix.name], tuple(columns), tuple(rows), note=note)


_MIX_CAPTIONS: Final = {
    "initiation": "Proactive and reactive",
    "strand": "4P strand",
    "sub_threat": "OIC sub-threat",
    "entry_method": "Entry method",
    "p_grade": "P grade of the threat, at the cut-off",
}


def outcome_table(slug: str, rows: Sequence[OutcomeRow], links: DrillDown, **narrowed: Any) -> Table:
    """Return outcomes by type, of leads or of supports."""
    is_lead = slug == OUTCOMES
    who, cell = ("Leads", links.lead) if is_lead else ("Supports", links.support)
    return Table(
        slug,
        "Outcomes of counted leads" if is_lead else "Outcomes of supports, beside and never added",
        (Column("Outcome"), Column(who, NUMBER), Column("Number", NUMBER), Column("Value", MONEY)),
        tuple((row.label, cell(row.records, outcome=row.type, **narrowed), row.number, row.value) for row in rows),
        note="A record with several outcomes is in several rows, so records do not add up."
        + ("" if is_lead else " Several supports can tell of the same event."),
    )


def place_table(slug: str, places: Sequence[PlaceRow], links: DrillDown, shared: str, figures: Dashboard) -> Table:
    """Return leads by region or ROCU."""
    page, name, none, empty = {
        REGIONS: ("dashboard_region", "region", NO_REGION, "region__empty"),
        ROCUS: ("dashboard_rocu", "rocu", NO_ROCU, "rocu__empty"),
    }[slug]
    rows = []
    for place in places:
        narrowed = {name: place.code} if place.code else {empty: "yes"}
        title: Cell = none
        if place.code:
            title = {"text": place.name, "href": f"{reverse(page, args=[place.code])}{shared}"}
        drawn = quarters_drawn(figures, place.name or none, place.by_quarter)
        national = place.share_of(figures.national.total)
        rows.append((title, drawn, *_lead_cells(links, place.lead, **narrowed), national))
    return Table(
        slug,
        "Counted leads by region" if slug == REGIONS else "Counted leads by ROCU area",
        (
            Column("Region" if slug == REGIONS else "ROCU"),
            Column("By quarter", DRAWING),
            *_level_columns("Total"),
            Column("Share", PERCENT),
        ),
        tuple(rows),
    )


def force_table(rows: Sequence[AgencyRow]) -> Table:
    """Return what the file of the police forces holds: the page draws its own table of the same rows."""
    whole = lead_total(rows).total
    shares = [(share(row.lead.total, whole), so_far) for row, so_far in zip(rows, shares_so_far(rows), strict=True)]
    columns = (Column("Share of forces", PERCENT), Column("Running share", PERCENT))
    return _agency_table(FORCES, "Police forces", rows, columns, shares)


def other_table(rows: Sequence[AgencyRow], national: int) -> Table:
    """Return what the file of the other agencies holds: the page draws its own table of the same rows."""
    shares = [(row.share_of(national),) for row in rows]
    return _agency_table(OTHERS, "Other agencies", rows, (Column("Share of all agencies", PERCENT),), shares)


def _agency_table(
    slug: str,
    caption: str,
    rows: Sequence[AgencyRow],
    shares: Sequence[Column],
    of_rows: Sequence[tuple[int | None, ...]],
) -> Table:
    return Table(
        slug,
        caption,
        (
            *(Column(text) for text in ("Agency code", "Agency", "Region")),
            *_level_columns("Lead total", "Lead "),
            *shares,
            *_level_columns("Support total", "Support "),
            Column("Leads not counted", NUMBER),
        ),
        tuple(
            (
                *(row.code, row.name, row.region),
                *_levels(row.lead),
                *of_row,
                *_levels(row.support),
                row.not_counted_total,
            )
            for row, of_row in zip(rows, of_rows, strict=True)
        ),
    )


def quarters_drawn(figures: Dashboard, name: str, values: Sequence[int]) -> str:
    """Draw somebody's leads by quarter, in a cell beside their numbers; nothing where there are none."""
    if not any(values):
        return ""
    provisional = sum(row.provisional for row in figures.lead_by_quarter if not row.is_year)
    return sparkline(values, f"{name} by quarter: {', '.join(map(str, values))}", provisional=provisional)


def _level_columns(total: str, before: str = "") -> tuple[Column, ...]:
    names = [f"{before}{level}".capitalize() for level in ORDER]
    return (*(Column(name, NUMBER) for name in names), Column(total, NUMBER))


def _levels(counts: LevelCounts) -> tuple[int, ...]:
    return (*(getattr(counts, level) for level in ORDER), counts.total)


def _lead_cells(links: DrillDown, counts: LevelCounts, **narrowed: Any) -> tuple[Cell, ...]:
    by_level = (links.lead(getattr(counts, level), level=level, **narrowed) for level in ORDER)
    return (*by_level, links.lead(counts.total, **narrowed))


def _as_keywords(filters: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, Any]:
    return {name: list(values) for name, values in filters}


# ---------------------------------------------------------------------------------------------------------------- files

CALENDAR_YEARS, FINANCIAL_YEARS = "calendar-years", "financial-years"
OUTCOMES, SUPPORT_OUTCOMES = "outcomes", "support-outcomes"
REGIONS, ROCUS = "regions", "rocus"
FORCES, OTHERS = "forces", "others"


def tiles(figures: Dashboard, links: DrillDown) -> list[dict[str, Any]]:
    """Return what is said of a dashboard at a glance, below its levels; parts of nothing are left out."""
    narrowed: dict[str, Any] = dict(figures.scope.filters)
    found = figures.outcomes
    proactive = figures.mixes["initiation"].of(Initiation.PROACTIVE)
    grades = figures.mixes["p_grade"]
    high = sum(grades.of(grade) for grade in HIGH_GRADES)
    # Only grades that are there: a filter of the page by one of them stays in force on the list.
    there = [grade.value for grade in HIGH_GRADES if grades.of(grade)]
    rows: list[dict[str, Any]] = []
    if figures.lead.total:
        rows = [
            _part("Proactive", proactive, figures, links.lead(proactive, initiation="proactive", **narrowed)),
            _part("Against threats at P1 or P2", high, figures, links.lead(high, p_grade=there, **narrowed)),
        ]
    if found is not None:
        rows.append({"label": "Arrests", "value": found.number_of(*ARRESTS), "note": "of counted leads"})
        rows.append({"label": "Value of outcomes", "value": in_short(found.value), "note": "of counted leads"})
    inside = forces(figures.agencies)
    if inside and figures.scope.kind != "agency":
        zero = sum(row.is_zero_return for row in inside)
        of = "the 1 police force" if len(inside) == 1 else f"{len(inside):,} police forces"
        rows.append({"label": "Zero returns", "value": zero, "note": f"of {of}"})
    return rows


def in_short(pounds: Decimal) -> str:
    """Write pounds so that they fit a tile: ``£52.2 million``, ``£840,000``."""
    million = Decimal(1_000_000)
    if pounds < million:
        return f"£{rounded(pounds):,}"
    return f"£{(pounds / million).quantize(Decimal('0.1'), rounding=ROUND_HALF_UP):,} million"


def _part(label: str, records: int, figures: Dashboard, cell: Cell) -> dict[str, Any]:
    percent = share(records, figures.lead.total)
    return {"label": label, "value": records, "href": cell["href"], "note": f"{percent}% of counted disruptions led"}


def all_tables(figures: Dashboard, links: DrillDown, shared: str = "") -> dict[str, Table]:
    """Return every table of a dashboard by its slug, in the order of the page."""
    narrowed = figures.scope.filters
    tables = [
        year_table(CALENDAR_YEARS, "By calendar year", figures.calendar_years, links, **narrowed),
        year_table(FINANCIAL_YEARS, "By financial year (April to March)", figures.financial_years, links, **narrowed),
        *(mix_table(figures.mixes[side.name], links, **narrowed) for side in MIXED),
    ]
    if figures.outcomes is not None:
        tables.append(outcome_table(OUTCOMES, figures.outcomes.lead, links, **narrowed))
        if figures.outcomes.support is not None:
            tables.append(outcome_table(SUPPORT_OUTCOMES, figures.outcomes.support, links, **narrowed))
    if figures.scope.kind != "agency":
        tables += [
            force_table(forces(figures.agencies)),
            other_table([row for row in figures.agencies if not row.is_force], figures.national.total),
        ]
    if not figures.scope.kind:
        tables += [
            place_table(REGIONS, by_region(figures.agencies), links, shared, figures),
            place_table(ROCUS, by_rocu(figures.agencies), links, shared, figures),
        ]
    return {table.slug: table for table in tables}
