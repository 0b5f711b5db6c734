"""Every figure of the product, as plain typed tables made from a queryset. Pages, charts and API only render them."""

from disruptions.statistics.agencies import AgencyRow, LevelCounts, by_agency, records_by_year
from disruptions.statistics.oic01 import Oic01Row, YearEnding, oic_01, trend, year_ending
from disruptions.statistics.parameters import Period, StatisticsQuery, read_query
from disruptions.statistics.periods import Quarter
from disruptions.statistics.rounding import mean, percent_change, share
from disruptions.statistics.threats import GradeRow, ThreatCounts, grades, threat_counts

__all__ = [
    "AgencyRow",
    "GradeRow",
    "LevelCounts",
    "Oic01Row",
    "Period",
    "Quarter",
    "StatisticsQuery",
    "ThreatCounts",
    "YearEnding",
    "by_agency",
    "grades",
    "mean",
    "oic_01",
    "percent_change",
    "read_query",
    "records_by_year",
    "share",
    "threat_counts",
    "trend",
    "year_ending",
]
