"""What a table is of: a period and a cut-off, the rule that counted it, and whether it may be called a release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from agencies.models import london_date
from disruptions.filters import DisruptionFilter
from disruptions.filters.words import Chip, chips_of, in_sentences
from disruptions.models import Disruption, Extract
from disruptions.querysets import RULE_VERSION
from disruptions.statistics.parameters import Period, StatisticsQuery, provisional_quarters


@dataclass(frozen=True, slots=True)
class Vintage:
    """The state of the records that a table was counted from.

    ``moment`` is set where the records were read as they stood then, and not at the end of the day of the cut-off.
    ``extract`` is the reference of the extract that the table is of, if it is of one. Only a table of an extract that
    a second person signed off is a release; everything else is management information. ``set_aside``: the extract is
    not to be used.
    """

    period: Period
    cut_off: date
    provisional_quarters: int
    rule_version: str = RULE_VERSION
    moment: datetime | None = None
    narrowed: tuple[str, ...] = ()
    extract: str | None = None
    signed_off_on: date | None = None
    set_aside: bool = False

    @property
    def is_release(self) -> bool:
        """Whether it may carry the title block of a release."""
        return self.extract is not None and self.signed_off_on is not None and not self.narrowed


def vintage_of(query: StatisticsQuery, *, now: datetime) -> Vintage:
    """Return what the table of a query is of: a frozen extract, or the live records, now or as at the end of a day."""
    if query.extract is not None:
        return _of_extract(query.extract, query.period)
    return Vintage(
        period=query.period,
        cut_off=query.cut_off,
        provisional_quarters=provisional_quarters(),
        moment=now if query.as_at is None else None,
        narrowed=tuple(in_sentences(filters_in_force(query.filters))),
    )


def filters_in_force(parameters: QueryDict) -> list[Chip]:
    """Return the filters of counted figures that parameters give, in words."""
    return chips_of(DisruptionFilter(parameters, Disruption.objects.none()), parameters)


def _of_extract(extract: Extract, period: Period) -> Vintage:
    """Return what the table of an extract is of; a part of its period is a part of the table."""
    whole = Period(extract.period_from, extract.period_to)
    part = () if period == whole else (f"Period: {period.first:%B %Y} to {period.last:%B %Y}",)
    return Vintage(
        period=period,
        cut_off=extract.cut_off,
        provisional_quarters=extract.provisional_quarters,
        rule_version=extract.rule_version,
        narrowed=part,
        extract=extract.reference,
        signed_off_on=london_date(extract.signed_off_at) if extract.signed_off_at is not None else None,
        set_aside=extract.is_set_aside,
    )
