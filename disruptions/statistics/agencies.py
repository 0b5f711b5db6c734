"""Counts by agency: leads that count, supports beside them, and leads that do not count with the reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count
from django.db.models.functions import ExtractYear

from agencies.models import Agency
from agencies.vocabulary import AgencyKind
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.statistics.rounding import share
from disruptions.vocabulary import COUNTED_STATUSES, Level


@dataclass(slots=True)
class LevelCounts:
    """Records by counted level."""

    major: int = 0
    moderate: int = 0
    minor: int = 0

    @property
    def total(self) -> int:
        """All counted levels."""
        return self.major + self.moderate + self.minor

    def add(self, level: str, records: int) -> None:
        """Add records of a level."""
        setattr(self, level, getattr(self, level) + records)


@dataclass(slots=True)
class AgencyRow:
    """One agency. ``lead`` adds up over agencies to the national total; ``support`` never does (R12)."""

    code: str
    name: str
    short_name: str
    kind: str
    region: str
    statistics_group: str
    lead: LevelCounts = field(default_factory=LevelCounts)
    support: LevelCounts = field(default_factory=LevelCounts)
    not_counted: dict[str, int] = field(default_factory=dict)

    @property
    def not_counted_total(self) -> int:
        """Submitted or approved leads outside the counting rule."""
        return sum(self.not_counted.values())

    def share_of(self, national: int) -> int | None:
        """The agency's part of the national leads, in whole percent."""
        return share(self.lead.total, national)


@dataclass(frozen=True, slots=True)
class YearRow:
    """Records of one year, agency and role."""

    year: int
    agency: str
    role: str
    records: int


def by_agency(query: StatisticsQuery) -> list[AgencyRow]:
    """Return a row per agency that has, or is expected to have, records in the query; most leads first.

    One of the 43 forces without records is a row of zeros. Supports follow the same rule but for the role.
    Four queries.
    """
    with query.rows() as rows:
        leads = _levels(rows.counted())
        supports = _levels(rows.credited())
        reasons: dict[int, Counter[str]] = defaultdict(Counter)
        outside = (
            rows.leads()
            .filter(status__in=COUNTED_STATUSES, sandbox=False)
            .with_reason_not_counted()
            .filter(not_counted__isnull=False)
            .order_by()
            .values("agency_id", "not_counted")
            .annotate(records=Count("pk"))
        )
        for group in outside:
            reasons[group["agency_id"]][group["not_counted"]] = group["records"]
    named = set(leads) | set(supports) | set(reasons)
    table = []
    for agency in Agency.objects.select_related("region", "rocu"):
        if agency.pk not in named and not _expected(agency, query):
            continue
        row = AgencyRow(
            code=agency.code,
            name=agency.name,
            short_name=agency.short_name,
            kind=agency.kind,
            region=agency.region.name if agency.region else "",
            statistics_group=agency.statistics_group,
            lead=leads.get(agency.pk, LevelCounts()),
            support=supports.get(agency.pk, LevelCounts()),
            not_counted=dict(sorted(reasons.get(agency.pk, Counter()).items())),
        )
        table.append(row)
    return sorted(table, key=lambda row: (-row.lead.total, -row.support.total, row.name))


def records_by_year(query: StatisticsQuery) -> list[YearRow]:
    """Return all submitted or approved records by year of disruption, agency and role: any level, both roles.

    A record of recording, not a published count: it holds what the counting rule leaves out.
    """
    with query.rows() as rows:
        grouped = (
            rows.standing()
            .order_by()
            .values("agency__code", "role", year=ExtractYear("occurred_on"))
            .annotate(records=Count("pk"))
        )
        table = [YearRow(group["year"], group["agency__code"], group["role"], group["records"]) for group in grouped]
    return sorted(table, key=lambda row: (row.year, row.agency, row.role))


def _levels(rows: DisruptionQuerySet) -> dict[int, LevelCounts]:
    counts: dict[int, LevelCounts] = defaultdict(LevelCounts)
    grouped = rows.order_by().values("agency_id", "level").annotate(records=Count("pk"))
    for group in grouped:
        counts[group["agency_id"]].add(Level(group["level"]).value, group["records"])
    return dict(counts)


def _expected(agency: Agency, query: StatisticsQuery) -> bool:
    """Say whether an agency without records is a zero return: one of the 43 forces, within the filters."""
    wanted = {
        "agency": agency.code,
        "region": agency.region.code if agency.region else "",
        "rocu": agency.rocu.code if agency.rocu else "",
    }
    return agency.kind == AgencyKind.TERRITORIAL_FORCE and all(
        not query.filters.getlist(name) or value in query.filters.getlist(name) for name, value in wanted.items()
    )
