"""Every figure of the product, as plain typed tables made from a queryset. Pages, charts and API only render them."""

from disruptions.statistics.agencies import (
    AgencyRow,
    by_agency,
    lead_total,
    not_counted_total,
    zero_returns,
)
from disruptions.statistics.agreement import AgencyAgreement, Agreement, agreement
from disruptions.statistics.cells import LevelCounts
from disruptions.statistics.dashboards import Dashboard, dashboard
from disruptions.statistics.extracts import Verification, oic_01_of
from disruptions.statistics.grading import GradedRow, at_high_grades, by_grade, graded_leads, of_moment
from disruptions.statistics.growth import Expectation, Growth, TriangleRow, expected_growth
from disruptions.statistics.lag import AgencyLag, Lags, LagTable, recording_lag
from disruptions.statistics.oic01 import (
    Oic01Row,
    YearEnding,
    YearEndingRow,
    last_whole_quarter,
    oic_01,
    total_of,
    trend,
    whole_years,
    with_yearly_totals,
    year_ending,
)
from disruptions.statistics.parameters import Period, StatisticsQuery, read_query
from disruptions.statistics.periods import Quarter
from disruptions.statistics.quality import (
    Quality,
    QualityQuarter,
    QualityRow,
    ToFix,
    quality,
    read_quality_query,
    to_fix,
)
from disruptions.statistics.records import AgencyRecords, RecordsTable, YearRow, records_by_year, records_table
from disruptions.statistics.reviews import AgencyReviews, MasterListRow, Reviews, TierRow, master_list, reviews, tiers
from disruptions.statistics.revisions import (
    CellRevision,
    ReasonRow,
    RevisedRecord,
    RevisionQuery,
    Revisions,
    read_revision_query,
    revisions,
)
from disruptions.statistics.rounding import mean, percent_change, share
from disruptions.statistics.threats import GradeRow, ThreatCounts, grades, threat_counts

__all__ = [
    "AgencyAgreement",
    "AgencyLag",
    "AgencyRecords",
    "AgencyReviews",
    "AgencyRow",
    "Agreement",
    "CellRevision",
    "Dashboard",
    "Expectation",
    "GradeRow",
    "GradedRow",
    "Growth",
    "LagTable",
    "Lags",
    "LevelCounts",
    "MasterListRow",
    "Oic01Row",
    "Period",
    "Quality",
    "QualityQuarter",
    "QualityRow",
    "Quarter",
    "ReasonRow",
    "RecordsTable",
    "Reviews",
    "RevisedRecord",
    "RevisionQuery",
    "Revisions",
    "StatisticsQuery",
    "ThreatCounts",
    "TierRow",
    "ToFix",
    "TriangleRow",
    "Verification",
    "YearEnding",
    "YearEndingRow",
    "YearRow",
    "agreement",
    "at_high_grades",
    "by_agency",
    "by_grade",
    "dashboard",
    "expected_growth",
    "graded_leads",
    "grades",
    "last_whole_quarter",
    "lead_total",
    "master_list",
    "mean",
    "not_counted_total",
    "of_moment",
    "oic_01",
    "oic_01_of",
    "percent_change",
    "quality",
    "read_quality_query",
    "read_query",
    "read_revision_query",
    "recording_lag",
    "records_by_year",
    "records_table",
    "reviews",
    "revisions",
    "share",
    "threat_counts",
    "tiers",
    "to_fix",
    "total_of",
    "trend",
    "whole_years",
    "with_yearly_totals",
    "year_ending",
    "zero_returns",
]
