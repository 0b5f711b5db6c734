"""The columns of the lists: of disruptions the same for the page and for every kind of file.

A column is an expression of the database, so that a file of a million rows is written by COPY and a page can show the
very same value. It never says more than the reader may know: of a lead that they may not open, nothing; who recorded
it, only to its own agency and to national roles.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from django.db.models import (
    Aggregate,
    Case,
    DecimalField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from agencies.models import LondonDate, User
from disruptions.countries import COUNTRIES
from disruptions.models import Disruption, Outcome
from disruptions.querysets import DisruptionQuerySet
from disruptions.vocabulary import (
    Channel,
    DisruptionRole,
    Duration,
    Enabler,
    EntryMethod,
    Extent,
    Initiation,
    Level,
    Marking,
    OicSubThreat,
    OutcomeType,
    PndTier,
    Sharing,
    Status,
    Strand,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)
from disruptions.wording import LEVEL_WORDS

PREFIX: Final = "column_"
"""What stands before a column's name where ``with_columns`` annotates it."""

LIST_SEPARATOR: Final = "; "
"""What stands between the values of a column that holds several."""


class ColumnKind(Enum):
    """How the values of a column are written in a spreadsheet."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Reading:
    """Which rows are read, those of now or of a past day, and for whom."""

    model: type[Any]
    reader: User

    @property
    def past(self) -> bool:
        """Whether the rows are those of a past day."""
        return self.model is not Disruption


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the address, its heading, its value and its kind.

    ``typed`` is true where people wrote the text themselves: it is defused in a file. ``of_threat`` is true where it
    says something of the threat, which has no marking of its own: a value of it is marked as the master list is.
    """

    name: str
    label: str
    expression: Callable[[Reading], Any]
    kind: ColumnKind = ColumnKind.TEXT
    typed: bool = False
    of_threat: bool = False

    @property
    def sort(self) -> str | None:
        """The name in ``DisruptionQuerySet.SORTS`` that sorts by this column, if there is one."""
        name = _SORTED_AS.get(self.name, self.name)
        return name if name in DisruptionQuerySet.SORTS else None

    @property
    def annotation(self) -> str:
        """The name of the value on a row that ``with_columns`` read."""
        return f"{PREFIX}{self.name}"


_SORTED_AS: Final = {"recorded_on": "recorded"}


class Labelled(Func):
    """A code as its label; a code that is not in the table stands as it is, and no code is null."""

    def __init__(self, code: Any, labels: Mapping[str, str]) -> None:
        super().__init__(code, output_field=TextField())
        self.labels = dict(labels)

    def as_sql(  # type: ignore[override]  # the ways to shape it that Func adds are not for this
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Write a look-up in one constant, which costs the same for three labels as for two hundred."""
        code, parameters = compiler.compile(self.source_expressions[0])
        return _labelled(code, parameters, self.labels)


class LabelledList(Func):
    """A list of codes as its labels in their order, ``; `` between them; an empty list is null."""

    def __init__(self, codes: Any, labels: Mapping[str, str]) -> None:
        super().__init__(codes, output_field=TextField())
        self.labels = dict(labels)

    def as_sql(  # type: ignore[override]  # the ways to shape it that Func adds are not for this
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Write one sub-select over the list, for those that are not empty."""
        codes, parameters = compiler.compile(self.source_expressions[0])
        label, of_labels = _labelled("listed.code", [], self.labels)
        listed = f"unnest({codes}) WITH ORDINALITY listed(code, place)"
        # Codes and labels are the project's own, and go in as parameters.
        joined = f"(SELECT string_agg({label}, %s ORDER BY listed.place) FROM {listed})"  # nosec B608
        sql = f"CASE WHEN cardinality({codes}) > 0 THEN {joined} END"
        return sql, (*parameters, *of_labels, LIST_SEPARATOR, *parameters)


def _labelled(code: str, parameters: Iterable[Any], labels: Mapping[str, str]) -> tuple[str, tuple[Any, ...]]:
    return f"coalesce(%s::jsonb ->> {code}, {code})", (json.dumps(labels), *parameters, *parameters)


def _plain(path: str) -> Callable[[Reading], Any]:
    return lambda reading: Cast(F(path), TextField())


def _value(path: str) -> Callable[[Reading], Any]:
    return lambda reading: F(path)


def _label(path: str, choices: Iterable[tuple[Any, Any]]) -> Callable[[Reading], Any]:
    labels = {str(code): str(label) for code, label in choices}
    return lambda reading: Labelled(F(path), labels)


def _labels(path: str, choices: Iterable[tuple[Any, Any]]) -> Callable[[Reading], Any]:
    labels = {str(code): str(label) for code, label in choices}
    return lambda reading: LabelledList(F(path), labels)


def _yes_no(path: str) -> Callable[[Reading], Any]:
    return lambda reading: Case(
        When(**{path: True}, then=Value("Yes")),
        When(**{path: False}, then=Value("No")),
        default=None,
        output_field=TextField(),
    )


def _london_day(path: str) -> Callable[[Reading], Any]:
    return lambda reading: LondonDate(path)


def _lead(reading: Reading) -> Any:
    """Give the reference of the lead record, where the reader may open it."""
    openable = Disruption.objects.visible_to(reading.reader).filter(pk=OuterRef("lead_id"))
    return Subquery(openable.order_by().values("reference")[:1], output_field=TextField())


def _recorded_by(reading: Reading) -> Any:
    """Give who recorded it to its own agency and to national roles."""
    if reading.reader.is_national:
        return Cast(F("recorded_by__name"), TextField())
    own = When(agency_id=reading.reader.agency_id, then=F("recorded_by__name"))
    return Case(own, default=None, output_field=TextField())


def outcomes_read(reading: Reading) -> Any:
    """Return the outcomes of the rows, each as of the version at hand, for use inside a query of the rows."""
    if reading.past:
        return Outcome.objects.at_version(OuterRef("version")).filter(disruption_id=OuterRef("pk"))
    return Outcome.objects.live().filter(disruption_id=OuterRef("pk"))


class _OutcomesInWords(Aggregate):
    """The outcomes of a record on one line, as ``wording.outcomes_in_words`` writes them."""

    labels: Final = {str(code): str(label) for code, label in OutcomeType.choices}

    def as_sql(  # type: ignore[override]  # the ways to shape it that Func adds are not for this
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Write the aggregate over the outcome columns that are its sources."""
        parts = [compiler.compile(source)[0] for source in self.source_expressions]
        kind, count, value, months, item, position = parts
        label, of_label = _labelled(kind, [], self.labels)
        measures = (
            f"concat_ws(', ', to_char({count}, 'FM999,999,999'),"
            f" '£' || regexp_replace(to_char({value}, 'FM999,999,999,990.00'), '\\.00$', ''),"
            f" to_char({months}, 'FM999,999') || CASE {months} WHEN 1 THEN ' month' ELSE ' months' END,"
            f" nullif({item}, ''))"
        )
        return f"string_agg({label} || ': ' || {measures}, %s ORDER BY {position})", (*of_label, LIST_SEPARATOR)


def _outcomes(reading: Reading) -> Any:
    of_outcome = ("type", "count", "value_gbp", "months", "item", "position")
    words = _OutcomesInWords(*map(F, of_outcome), output_field=TextField())
    return Subquery(outcomes_read(reading).order_by().values("disruption").annotate(words=words).values("words"))


def _arrests(reading: Reading) -> Any:
    arrests = outcomes_read(reading).filter(type=OutcomeType.ARREST).order_by().values("disruption")
    return Subquery(arrests.annotate(number=Sum("count")).values("number"), output_field=IntegerField())


def _outcome_value(reading: Reading) -> Any:
    valued = outcomes_read(reading).filter(value_gbp__isnull=False).order_by().values("disruption")
    summed = valued.annotate(pounds=Sum("value_gbp")).values("pounds")
    return Subquery(summed, output_field=DecimalField(max_digits=18, decimal_places=2))


_LEVELS: Final = [(code, LEVEL_WORDS.get(code, label)) for code, label in Level.choices]

_ALL: Final = (
    Column("reference", "Reference", _plain("reference")),
    Column("date", "Date of the disruption", _value("occurred_on"), ColumnKind.DAY),
    Column("agency", "Agency", _plain("agency__name"), typed=True),
    Column("role", "Role", _label("role", DisruptionRole.choices)),
    Column("level", "Level", _label("level", _LEVELS)),
    Column("claimed_level", "Claimed level", _label("claimed_level", _LEVELS)),
    Column("threat", "SOC threat", _plain("threat__reference"), of_threat=True),
    Column("threat_title", "Title of the threat", _plain("threat__title"), typed=True, of_threat=True),
    Column("p_grade", "P grade now", _plain("threat__p_grade"), of_threat=True),
    Column("p_grade_then", "P grade on the day", _plain("grade_then"), of_threat=True),
    Column("status", "Status", _label("status", Status.choices)),
    Column("summary", "What happened", _value("summary"), typed=True),
    Column("impact", "Evidence of impact", _value("impact"), typed=True),
    Column("operation", "Operation name", _value("operation"), typed=True),
    Column("outcomes", "Outcomes", _outcomes),
    Column("arrests", "Arrests", _arrests, ColumnKind.NUMBER),
    Column("outcome_value", "Value of outcomes in pounds", _outcome_value, ColumnKind.MONEY),
    Column("initiation", "Proactive or reactive", _label("initiation", Initiation.choices)),
    Column("strand", "4P strand", _label("strand", Strand.choices)),
    Column("sub_threat", "OIC sub-threat", _label("sub_threat", OicSubThreat.choices)),
    Column("entry_method", "Entry method", _label("entry_method", EntryMethod.choices)),
    Column("enablers", "Enablers", _labels("enablers", Enabler.choices)),
    Column("extent", "Extent", _label("extent", Extent.choices)),
    Column("duration", "Duration", _label("duration", Duration.choices)),
    Column("uk_led", "UK-led", _yes_no("uk_led")),
    Column("force_area", "Police force area", _plain("force_area__name"), typed=True),
    Column("country", "Country", _label("country", COUNTRIES.items())),
    Column("region", "Region of the agency", _plain("agency__region__name"), typed=True),
    Column("rocu", "ROCU of the agency", _plain("agency__rocu__short_name"), typed=True),
    Column("lead", "Lead record", _lead),
    Column("lead_agency", "Lead agency", _plain("lead_agency__name"), typed=True),
    Column("agency_reference", "Agency's own reference", _value("agency_reference"), typed=True),
    Column("oic_identifier_code", "OIC identifier code", _value("oic_identifier_code"), typed=True),
    Column("msht_indicators", "Modern slavery indicators", _yes_no("msht_indicators")),
    Column("safeguarding_referral", "Safeguarding referral made", _yes_no("safeguarding_referral")),
    Column("source_recorded_on", "First recorded at source", _value("source_recorded_on"), ColumnKind.DAY),
    Column("recorded_on", "Recorded", _london_day("recorded_at"), ColumnKind.DAY),
    Column("submitted_on", "First submitted", _london_day("submitted_at"), ColumnKind.DAY),
    Column("approved_on", "Approved", _london_day("approved_at"), ColumnKind.DAY),
    Column("changed_on", "Last changed", _london_day("changed_at"), ColumnKind.DAY),
    Column("recorded_by", "Recorded by", _recorded_by, typed=True),
    Column("channel", "How it was recorded", _label("channel", Channel.choices)),
    Column("marking", "Marking of the record", _label("marking", Marking.choices)),
    Column("sharing", "Sharing", _label("sharing", Sharing.choices)),
    Column("version", "Version", _value("version"), ColumnKind.NUMBER),
)

COLUMNS: Final[dict[str, Column]] = {column.name: column for column in _ALL}

DEFAULT_COLUMNS: Final = ("reference", "date", "agency", "level", "threat", "summary")
"""What the list shows where nothing else is asked for."""

_OF_THREATS: Final = (
    Column("reference", "Reference", _plain("reference")),
    Column("title", "Title", _value("title"), typed=True),
    Column("kind", "Kind", _label("kind", ThreatKind.choices)),
    Column("p_grade", "P grade", _plain("p_grade")),
    Column("pnd_tier", "PND tier of the OCG", _label("ocg__pnd_tier", PndTier.choices)),
    Column("status", "Status", _label("status", ThreatStatus.choices)),
    Column("lead_agency", "Lead agency", _plain("lead_agency__name"), typed=True),
    Column("primary_area", "Primary threat area", _label("primary_area", ThreatArea.choices)),
    Column("other_areas", "Other threat areas", _labels("other_areas", ThreatArea.choices)),
    Column("sub_threats", "OIC sub-threats", _labels("sub_threats", OicSubThreat.choices)),
    Column("methods", "Methods", _labels("methods", EntryMethod.choices)),
    Column("enablers", "Enablers", _labels("enablers", Enabler.choices)),
    Column("geography", "Geography", _value("geography"), typed=True),
    Column("agency_reference", "Agency's own reference", _value("agency_reference"), typed=True),
    Column("next_review_on", "Next review", _value("next_review_on"), ColumnKind.DAY),
    Column("review_planned_on", "Review planned for", _value("review_planned_on"), ColumnKind.DAY),
    Column("created_on", "Added to the list", _london_day("created_at"), ColumnKind.DAY),
    Column("version", "Version", _value("version"), ColumnKind.NUMBER),
)

THREAT_COLUMNS: Final[dict[str, Column]] = {column.name: column for column in _OF_THREATS}
"""The columns of a file of threats. The list of threats itself has one shape."""


def columns_named(names: Iterable[str]) -> tuple[Column, ...]:
    """Return columns by their names, in the order given; raises ``KeyError`` for one that there is not."""
    return tuple(COLUMNS[name] for name in names)


def say_of_threats(names: Iterable[str]) -> bool:
    """Say whether any of the columns named says something of the threat."""
    return any(column.of_threat for column in columns_named(names))


def with_columns(rows: Any, names: Iterable[str], *, reader: User) -> Any:
    """Annotate the value of each column as ``column_<name>``, for ``reader``; the rows are not narrowed by it."""
    columns = columns_named(names)
    if COLUMNS["p_grade_then"] in columns:
        rows = rows.with_grade_then()
    return annotated(rows, columns, reader=reader)


def annotated(rows: Any, columns: Iterable[Column], *, reader: User) -> Any:
    """Annotate the value of columns of any list as ``column_<name>``, for ``reader``."""
    reading = Reading(rows.model, reader)
    return rows.annotate(**{column.annotation: column.expression(reading) for column in columns})
