"""What each figure means, in words: shown beside it as "About this figure", and all of them on one page of the help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Q

from disruptions.querysets import COUNTING_RULE, EVER_SUBMITTED, RULE_VERSION, SUBMITTED_ONCE
from disruptions.statistics.conditions import all_in_words, in_words
from disruptions.statistics.dashboards import outcomes_from
from disruptions.statistics.parameters import provisional_quarters
from disruptions.statistics.quality import ANSWERS, EXPECTED_ANSWERS
from disruptions.vocabulary import COUNTED_STATUSES, DisruptionRole, NotCounted, Status, ThreatArea, ThreatStatus

LEFT_OUT: Final[Mapping[NotCounted, str]] = {
    NotCounted.SANDBOX: "records made to try the service out",
    NotCounted.THREAT_AREA: "records against a threat whose primary area is not organised immigration crime",
    NotCounted.NOT_UK_LED: "support that UK agencies gave to action led from abroad (not UK-led)",
    NotCounted.LEVEL: "records whose level is none or negative",
    NotCounted.COVERAGE: "records of an agency that the published statistics did not cover on that date",
}
"""Why a submitted or approved lead is not counted, in the words of a definition; one for each part of the rule."""

COUNTED: Final = (
    "A disruption is counted once, for the agency that led it. A record counts when it is a lead record, is submitted "
    "or approved, is UK-led, has the level major, moderate or minor, is against a threat whose primary area is "
    "organised immigration crime, and belongs to an agency that the published statistics covered on that date."
)
SUPPORTS: Final = (
    "Support records follow the same rule but for the role. Several agencies can support one disruption, so supports "
    "are shown beside leads. They are never added to leads, and those of different agencies are never added together."
)
PLACED: Final = "A record falls in the quarter of its date of disruption, not of the day it was recorded."
ROUNDED: Final = (
    "Percentages and means are whole numbers, with halves rounded away from zero. There is no percentage on a base of "
    "zero."
)
PROVISIONAL: Final = (
    "[p] means provisional: the latest {provisional_quarters} complete quarters at the cut-off, any quarter not yet "
    "over, and each total that holds one of them. Records still arrive late, and levels are still reviewed."
)
AS_AT: Final = (
    "Records, threats and agencies are read as they stood at the cut-off: now, or the end of the day that you chose."
)
LIVE: Final = (
    "Figures from the live system. They change as records are added, reviewed and withdrawn, and they are not the "
    "published table."
)


PUBLISHED_RULE: Final = (
    "The rule follows the Home Office’s Immigration system statistics: lead records only, and only where organised "
    "immigration crime is the primary threat (table OIC_01 of the summary tables, notes 5 to 7); UK-led only, January "
    "2023 onwards, and the agencies that report (chapter “What is being done to stop organised immigration crime?”, "
    "section 2)."
)
INSPECTION: Final = (
    "The inspectorate of constabulary counted this way in its inspection of how police and the National Crime Agency "
    "tackle organised immigration crime (“Improving the response to organised immigration crime”, 16 May 2025)."
)
INSPECTED_RECORDS: Final = (
    "See its part “Law enforcement agencies have substantially increased the number of disruptions relating to OIC”."
)
INSPECTED_THREATS: Final = (
    "See its part “OIC is sometimes given a low priority grade on the national database for serious organised crime”."
)
INSPECTION_OF_CODES: Final = (
    "That intelligence is submitted without the OIC identifier code was found by the inspectorate of constabulary "
    "(“Improving the response to organised immigration crime”, 16 May 2025, part “Law enforcement agencies should "
    "submit intelligence more accurately to improve data quality”)."
)
ZERO_RETURNS: Final = (
    "Leads add up over agencies to the national figure. A territorial force with no counted lead is a zero return. It "
    "stays in the table."
)
ROLLING_YEAR: Final = (
    "A year ending with a quarter is that quarter and the three before it, beside the four quarters before those."
)
YEARS: Final = (
    "A calendar year goes from January to December, a financial year from April to March. A year of which the period "
    "holds only a part says so."
)
RUNNING_SHARE: Final = (
    "Share of forces: what a force led of all counted disruptions that the territorial forces led. Running share: what "
    "it and the forces above it led together, so the line where it passes 62% says how many forces led that much. Four "
    "forces had recorded 62% of police disruptions when the inspectorate of constabulary looked; it counted all "
    "records of police forces, not only counted leads."
)
MAPPED: Final = (
    "The map has a square of the same size for each force, about where the force is, so that a large area does not "
    "look like a large number. Its shades follow the square root of the number."
)
PLACED_AGENCIES: Final = (
    "Leads by region and by ROCU go by where the agency belongs at the cut-off, not by where the disruption happened. "
    "They add up to the national figure. A ROCU is a region’s, but is not in its own area: what the unit itself led is "
    "under no ROCU. Supports of several agencies are never added together, so there is no sum of "
    "them for a region."
)
MIXED_BY: Final = (
    "Each part is counted leads by one answer of the record: proactive or reactive, 4P strand, OIC sub-threat, entry "
    "method; or by the P grade that the threat has at the cut-off. The parts add up to the counted leads of the period."
)
BESIDE_SMALL_BOATS: Final = (
    "Small boats are so many that they hide the other entry methods. Each other method is also shown as a share of "
    "what is left without them."
)
OUTCOMES_OF_LEADS: Final = (
    "Outcomes recorded on counted leads: how many records have the type, how many there were, and their value in "
    "pounds. An outcome recorded without a number is one. Values are what was recorded when it happened, not what was "
    "recovered in the end."
)
OUTCOMES_OF_SUPPORTS: Final = (
    "Outcomes of supports tell of the same events as those of leads, and those of several supports of the same events "
    "as each other. They are shown apart and never added to those of leads."
)
FEW_LEADS: Final = (
    "Outcomes are shown from {outcomes_from} counted leads, and those of supports from as many supports, as the "
    "outcomes of a single record would tell much of it."
)
RECORDING: Final = (
    "All submitted and approved records by year of disruption, agency and role: any level, both roles, any threat "
    "area, UK-led or not. It shows how much was recorded. It is not the published count."
)
SEVERAL_RECORDS: Final = (
    "A lead and its supports are separate records here, so the same event can be there several times."
)
MASTER_LIST: Final = (
    "Threats on the SOC master list with organised immigration crime as their primary or another area. Archived "
    "threats are left out."
)
GRADED_THEN: Final = (
    "As graded then: the P grade that the threat had when the day of the disruption ended, London time. It is the "
    "same whenever it is asked, as no assessment is dated back. A threat that was listed or assessed later had no "
    "grade then."
)
GRADED_NOW: Final = (
    "As graded now: the P grade that the threat has at the cut-off. A disruption of a threat that was merged goes by "
    "the threat that took it over, at both moments."
)
GRADED: Final = (
    "Leads at either moment add up to the national figure of the same period. The two moments are never added."
)
GRADE_AND_TIER: Final = (
    "The P grade is the one adopted at the cut-off. A PND tier is a different thing: the band of a group on the Police "
    "National Database, tier 4 the lowest."
)
GRADING_MOMENT: Final = (
    "Every grade on this page is the grade that the threat had at the cut-off, not the one that it had when a "
    "disruption of it happened or was recorded."
)
OVERRIDES: Final = (
    "Override rate: of the grades in force at the cut-off that a version of the local scoring model had suggested a "
    "grade for, those where a person adopted another one. Grades without a suggestion are left out of the rate."
)
TIMELINESS: Final = (
    "Reviews: a threat is in date when it was assessed and its next review is not before the cut-off. Done on time: of "
    "the reviews done in the year before the cut-off that had a day to be done by, those done on that day or earlier. "
    "First assessments have no such day and are left out. A threat belongs to the agency that leads it at the cut-off, "
    "a review to the agency that led it then."
)
AGREEMENT_SOURCE: Final = (
    "Claimed and validated level by an independent validator are this service’s own; no published table has them."
)
APPROVERS: Final = (
    "Approvers: decisions of an agency’s own approvers made in the period. An approval is beside the level that was "
    "claimed when the record was first submitted: as claimed, higher or lower. A record sent back and approved later "
    "is in both columns."
)
MODERATORS: Final = (
    "Moderators: decisions of the NCA’s moderators, made in the period, on records that stood approved. Every major is "
    "moderated and a random sample of the rest, so these are not a sample of all records. Agreement is upheld, of all "
    "that was moderated."
)
CLAIMS: Final = (
    "What became of claims: records approved or moderated in the period, by the level claimed and the level that an "
    "approved record has at the cut-off. Not settled: open again, or withdrawn."
)
OF_WHICH_AGENCY: Final = (
    "A decision belongs to the agency that had the record when it was made. Leads and supports are both in, counted or "
    "not; sandbox records are not."
)


RECORDED_BY: Final = (
    "Everything here goes by the day on which a record was first kept in this service, London time, and not by the "
    "day of the disruption. Leads and supports are both in, counted or not; sandbox records are not. A record belongs "
    "to the agency that has it at the cut-off."
)
ANSWERS_GIVEN: Final = (
    "Answers: of the records that are submitted or approved at the cut-off, those in which the answer is given. "
    "Expected answers are {expected}. The others are shown and are no fault by themselves: a disruption may have no "
    "operation, enabler or outcome."
)
IN_TIME: Final = (
    "In time: recorded within {recording_days} days of the disruption. No time limit is published; the number is this "
    "service’s own. Half of the records: the least number of days in which at least half of them were recorded."
)
SENT_BACK: Final = (
    "Sent back: of what was ever submitted, the records that an approver sent back at least once by the cut-off. "
    "Regraded: of the records that a moderator decided on by then, those whose level was raised or lowered at least "
    "once. Every major is moderated and only a sample of the rest, so this is no rate of all records."
)
DUPLICATES: Final = (
    "Duplicates: records rejected as a duplicate of another. Set aside: records that were submitted although a likely "
    "duplicate was shown, with a reason."
)
OVERDUE: Final = (
    "Overdue, as it stands at the cut-off whenever it was recorded: drafts begun more than {draft_days} days before, "
    "and records sent back and not changed for more than {returned_days} days. Neither is counted until it is "
    "submitted."
)
FIX_FIRST: Final = (
    "What to fix first: what is overdue, then what most records lack, at most five things. The number that is linked "
    "is that of the records which you may open."
)


PIVOT_RECORDS: Final = (
    "The records that you may open and that pass the filters, counted or not: the same as on the list. Somebody of "
    "another agency may open others and see other numbers."
)
PIVOT_OUTCOMES: Final = (
    "Outcomes are added up by their numbers (an outcome without a number is one), and in pounds by their values. Those "
    "of leads and those of supports are apart, as a lead and its supports can tell of the same arrest. Where the list "
    "is filtered by types of outcome, only these types are added up."
)
PIVOT_SEVERAL: Final = (
    "A record with two enablers, or with outcomes of two types, is in two rows or columns, and once in the total. Such "
    "rows or columns do not add up to their total."
)


EXTRACTS: Final = (
    "An extract is the state of every record that was ever submitted, frozen as at the end of a day. Nobody can change "
    "or remove its rows through this service, whatever happens to the records afterwards, and a check of its SHA-256 "
    "shows a change that was made past it. It keeps the version of the counting rule and the provisional marks of its "
    "cut-off."
)
SIGNED_OFF: Final = (
    "One statistician freezes an extract and another one signs it off, after it was counted again from history. An "
    "extract that is not signed off, and any live figure, is management information. Nothing here is published by "
    "being frozen."
)
COMPARED: Final = (
    "Each side is a frozen extract, the end of a past day, or now. Old, new and the reasons are counted from the same "
    "records at once, so the reasons of a cell always add up to its difference."
)
ONE_CLASS: Final = (
    "Each record that entered the count, left it or moved to another cell has one reason: the first that applies of "
    "late entry (not submitted before), regrade, withdrawn (or taken back), duplicate, change of lead, change of "
    "threat, date correction, coverage (of its agency), method (the same record, by another version of the rule), and "
    "other correction (sent back or submitted again, not a disruption, UK-led or not). It is worked out from the two "
    "states of the record, its threat and its agency, not from what people typed."
)
MOVED: Final = (
    "A record that moved leaves one cell and enters another for the same reason, so it does not change the total. "
    "Where it moved into the period or out of it, it entered or left."
)
HANDED_OVER: Final = (
    "By agency, a record belongs to the agency that has it at each cut-off. One that counts at both and was handed "
    "over meanwhile left one agency and entered another, by change of lead, and changes nothing in the figure of all "
    "of them. So the differences of the agencies add up to that of all agencies, and so do their reasons in the total. "
    "A region or a ROCU means the agencies that it has at the second cut-off, on both sides."
)
OPEN_TO_YOU: Final = (
    "Numbers on lists, beside the choices of a filter and on the page of a threat are of the records that you may "
    "open: your agency’s own, and those that others share with you. Somebody of another agency may see other numbers."
)
BESIDE_A_LIST: Final = (
    "Where a list stands for a figure (counted, shown beside the counts, or not counted and why), the figure is beside "
    "it, the same for everyone, as in “12 counted, 10 you may open”: the other two are not shared with your agency. "
    "None is shown where the list is filtered by more than figures allow, as a hidden record could be felt for."
)
STANDING_ONLY: Final = (
    "On the page of a threat, the tables and the picture over time hold submitted and approved records. Leads and "
    "supports are apart and never added."
)
RECORDING_LAG: Final = (
    "Recording lag: days from the day of the disruption to the day on which its record was first submitted, or was "
    "approved, London time. Half within 12 days means that half of the counted disruptions, or more, were in by the "
    "twelfth day."
)
LATE_ONES: Final = (
    "Late: submitted more days after the disruption than the last limit. Such records make figures of earlier quarters "
    "grow. An agency’s share is its part of all late records."
)
STILL_TO_COME: Final = (
    "What has not been submitted yet cannot be here. A period that ended lately therefore looks quicker than it will "
    "in the end, and agencies with few records move by a single one."
)
APPROVED_SO_FAR: Final = (
    "Approval: of the records that stand approved at the cut-off. The others wait for it and are shown as not approved."
)
TRIANGLE: Final = (
    "Each quarter is counted again as it stood at the end of each month after it: month 0 is its own last day. All "
    "counts are of the rule of today, read from the history of records, threats and agencies."
)
EXPECTED: Final = (
    "Expected: the count at the last month end, times how much earlier quarters grew, or shrank, from that age on. For "
    "each month of age that is what all quarters that were seen at both ends had at its end, over what they had at its "
    "beginning. A month of age that fewer than four earlier quarters have been through is not used. Nothing is "
    "expected of a quarter of which nothing is counted yet."
)
INTERVAL: Final = (
    "Interval: each month’s growth is drawn again from what single quarters did at that age, larger quarters more "
    "often, 1,000 times with fixed random numbers. Eight in ten of the outcomes lie in it. It says how far earlier "
    "quarters differed. It knows nothing of changes in how records are made, reviewed or counted, and is too narrow "
    "where there are few records: these move by a single one."
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure's definition: the rule in words, what is left out, the day it goes by, its source and its version.

    ``slug`` and ``title`` name it on the page of all figures. ``conditions`` say what the database asks. ``pages`` and
    ``operations`` are the names of the addresses that show it.
    """

    sentences: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    source: str = PUBLISHED_RULE
    rule_version: str = RULE_VERSION
    slug: str = ""
    title: str = ""
    day: str = ""
    conditions: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> list[str]:
        """The definition in words, with the settings that it depends on filled in."""
        return [sentence.format_map(_settings()) for sentence in self.sentences]


def _settings() -> dict[str, object]:
    """Return the settings that definitions depend on, by the names that sentences use."""
    expected = [each.label if each.label.startswith("OIC") else each.label.lower() for each in EXPECTED_ANSWERS]
    return {
        "provisional_quarters": provisional_quarters(),
        "recording_days": settings.RECORDING_DAYS,
        "draft_days": settings.DRAFT_DAYS,
        "returned_days": settings.RETURNED_DAYS,
        "outcomes_from": outcomes_from(),
        "expected": f"{', '.join(expected[:-1])} and {expected[-1]}",
    }


COUNTED_ROLE: Final = Q(role=DisruptionRole.LEAD)
STANDING: Final = Q(status__in=COUNTED_STATUSES)
_RULE: Final = tuple(condition for _, condition in COUNTING_RULE)
OF_LEADS: Final = (COUNTED_ROLE, STANDING, *_RULE)
"""What ``counted()`` asks, condition by condition."""
OF_SUPPORTS: Final = (Q(role=DisruptionRole.SUPPORT), STANDING, *_RULE)
"""What ``credited()`` asks."""
COUNTED_CONDITIONS: Final = all_in_words(OF_LEADS)
BESIDE_CONDITIONS: Final = (
    *COUNTED_CONDITIONS,
    f"for supports, {in_words(OF_SUPPORTS[0])} in the place of {in_words(COUNTED_ROLE)}",
)
RECORD_CONDITIONS: Final = all_in_words((STANDING, Q(sandbox=False)))
THREAT_CONDITIONS: Final = all_in_words(
    (
        Q(primary_area=ThreatArea.OIC) | Q(other_areas__overlap=[ThreatArea.OIC]),
        ~Q(status=ThreatStatus.ARCHIVED),
    )
)

BY_OCCURRED: Final = "The date of the disruption (occurred_on)."
AT_CUT_OFF: Final = "No period: threats as they stood at the cut-off. Reviews done: the year before the cut-off."
BY_DECIDED: Final = "The day of the decision, London time (review.decided_at)."
BY_RECORDED: Final = (
    "The day of recording, London time (recorded_at). What is overdue: as it stands at the cut-off, whenever recorded."
)

OPEN_CONDITION: Final = (
    "the record is open to you: it is your agency’s own; or it was ever submitted, is no sandbox record, and is shared "
    "with your agency or you hold a national role"
)

DASHBOARDS_OF_SEVERAL: Final = ("dashboard", "dashboard_region", "dashboard_rocu")
DASHBOARDS: Final = (*DASHBOARDS_OF_SEVERAL, "dashboard_agency")

COUNTED_FIGURE: Final = Definition(
    (COUNTED, PLACED, PROVISIONAL, AS_AT),
    tuple(LEFT_OUT.values()),
    slug="oic-01",
    title="Counted disruptions (OIC_01)",
    day=BY_OCCURRED,
    conditions=COUNTED_CONDITIONS,
    pages=("statistics_oic_01", *DASHBOARDS, "pivot"),
    operations=("api_statistics-oic-01",),
)
TREND: Final = Definition(
    (COUNTED, SUPPORTS, PLACED, PROVISIONAL, AS_AT),
    tuple(LEFT_OUT.values()),
    slug="trend",
    title="Trend by quarter",
    day=BY_OCCURRED,
    conditions=BESIDE_CONDITIONS,
    pages=("statistics_trend", *DASHBOARDS),
    operations=("api_statistics-trend",),
)
COMPARISON: Final = Definition(
    (COUNTED, ROLLING_YEAR, ROUNDED, PROVISIONAL, AS_AT),
    tuple(LEFT_OUT.values()),
    slug="year-ending",
    title="Year ending, beside the year before",
    day=BY_OCCURRED,
    conditions=COUNTED_CONDITIONS,
    pages=("statistics_year_ending", *DASHBOARDS),
)
BY_AGENCY: Final = Definition(
    (COUNTED, SUPPORTS, ZERO_RETURNS, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    slug="by-agency",
    title="Counts by force and other agency",
    day=BY_OCCURRED,
    conditions=(
        *BESIDE_CONDITIONS,
        "not counted: a lead that is submitted or approved, and no sandbox record, which another condition leaves out",
        "why: the first condition, in this order, that it does not meet",
    ),
    pages=("statistics_by_agency", *DASHBOARDS_OF_SEVERAL, "admin:index"),
    operations=("api_statistics-by-agency",),
)
FORCES: Final = Definition(
    (COUNTED, RUNNING_SHARE, MAPPED, ZERO_RETURNS, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    slug="forces",
    title="Police forces: map, share and running share",
    day=BY_OCCURRED,
    conditions=(*COUNTED_CONDITIONS, "forces: agency.kind is territorial_force"),
    pages=(*DASHBOARDS_OF_SEVERAL, "admin:index"),
)
PLACES: Final = Definition(
    (COUNTED, PLACED_AGENCIES, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    slug="places",
    title="Counts by region and ROCU",
    day=BY_OCCURRED,
    conditions=(*COUNTED_CONDITIONS, "grouped by agency.region or agency.rocu at the cut-off"),
    pages=("dashboard",),
)
BY_YEAR: Final = Definition(
    (COUNTED, YEARS, SUPPORTS, ROUNDED, PROVISIONAL, AS_AT),
    tuple(LEFT_OUT.values()),
    slug="by-year",
    title="Counts by calendar and financial year",
    day=BY_OCCURRED,
    conditions=BESIDE_CONDITIONS,
    pages=DASHBOARDS,
)
MIXES: Final = Definition(
    (COUNTED, MIXED_BY, BESIDE_SMALL_BOATS, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    slug="mixes",
    title="What counted disruptions are made of",
    day=BY_OCCURRED,
    conditions=(
        *COUNTED_CONDITIONS,
        "grouped by initiation, strand, sub_threat, entry_method, or threat.p_grade at the cut-off",
    ),
    pages=DASHBOARDS,
    operations=("api_statistics-mixes",),
)
OUTCOMES: Final = Definition(
    (COUNTED, OUTCOMES_OF_LEADS, OUTCOMES_OF_SUPPORTS, FEW_LEADS, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    source="This table is this service’s own; no published table has it.",
    slug="outcomes",
    title="Outcomes of counted disruptions",
    day=BY_OCCURRED,
    conditions=(
        *BESIDE_CONDITIONS,
        "outcomes: those of the version of the record that stands at the cut-off, grouped by outcome.type",
        "number: the sum of outcome.count, an empty one being 1; value: the sum of outcome.value_gbp",
    ),
    pages=DASHBOARDS,
    operations=("api_statistics-outcomes",),
)
BY_GRADE: Final = Definition(
    (COUNTED, GRADED_THEN, GRADED_NOW, GRADED, SUPPORTS, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    slug="by-grade",
    title="Counts by P grade",
    day=BY_OCCURRED,
    conditions=(
        *BESIDE_CONDITIONS,
        "then: the adopted grade of the threat’s last assessment before the end of occurred_on, London time",
        "now: threat.p_grade at the cut-off",
    ),
    pages=("statistics_by_grade",),
    operations=("api_statistics-by-grade",),
)
RECORDS: Final = Definition(
    (RECORDING, SEVERAL_RECORDS, ROUNDED, AS_AT),
    source=f"{INSPECTION} {INSPECTED_RECORDS}",
    slug="records",
    title="Records by year, agency and role",
    day=BY_OCCURRED,
    conditions=RECORD_CONDITIONS,
    pages=("statistics_records",),
    operations=("api_statistics-records",),
)
THREATS: Final = Definition(
    (MASTER_LIST, GRADE_AND_TIER, GRADING_MOMENT, OVERRIDES, TIMELINESS, ROUNDED, AS_AT),
    source=f"{INSPECTION} {INSPECTED_THREATS}",
    slug="master-list",
    title="SOC master list: links, P grades, PND tiers and reviews",
    day=AT_CUT_OFF,
    conditions=THREAT_CONDITIONS,
    pages=("statistics_threats", *DASHBOARDS),
    operations=("api_statistics-threats",),
)
PIVOT: Final = Definition(
    (PIVOT_RECORDS, SEVERAL_RECORDS, PIVOT_OUTCOMES, PIVOT_SEVERAL, GRADED_THEN, GRADED_NOW, ROUNDED, AS_AT),
    source="This table is this service’s own; no published table has it.",
    slug="pivot",
    title="Pivot table of records that you may open",
    day="The date of the disruption, where the list is narrowed by one or a row or column is a time.",
    conditions=(OPEN_CONDITION, "each filter of the list holds"),
    pages=("pivot",),
)
QUALITY: Final = Definition(
    (RECORDED_BY, ANSWERS_GIVEN, IN_TIME, SENT_BACK, DUPLICATES, OVERDUE, FIX_FIRST, ROUNDED, AS_AT),
    source="These rates are management information of this service; no published table has them. "
    f"{INSPECTION_OF_CODES}",
    slug="quality",
    title="Recording quality",
    day=BY_RECORDED,
    conditions=(
        f"ever submitted: {in_words(SUBMITTED_ONCE)}; sandbox is false",
        f"submitted or approved, of these: {in_words(STANDING)}",
        "in time: the day of recorded_at in London minus occurred_on is at most the setting",
        *(f"{each.label} missing: {in_words(each.missing)}" for each in ANSWERS if each.missing),
        "outcomes missing: the record’s version has no outcome",
        "sent back: the record has a review whose decision is return",
        "regraded: the record has a review whose decision is one of: raised, lowered",
        f"duplicate: {in_words(Q(status=Status.REJECTED, duplicate_of__isnull=False))}",
    ),
    pages=("statistics_quality", "statistics_quality_agency"),
    operations=("api_quality-quality",),
)
AGREEMENT: Final = Definition(
    (APPROVERS, MODERATORS, CLAIMS, OF_WHICH_AGENCY, ROUNDED),
    source=AGREEMENT_SOURCE,
    slug="agreement",
    title="Agreement on levels",
    day=BY_DECIDED,
    conditions=(
        "reviews decided in the period and by the cut-off; disruption.sandbox is false",
        "approvers: decision is one of: approve, return; or duplicate of a record that did not stand approved",
        "moderators: any other decision on a record whose version before it was approved",
    ),
    pages=("statistics_agreement",),
)

LISTS: Final = Definition(
    (OPEN_TO_YOU, BESIDE_A_LIST, STANDING_ONLY, AS_AT),
    source="These numbers are this service’s own; no published table has them.",
    slug="lists",
    title="Numbers on lists and on the pages of threats",
    day="None, unless the list is filtered by a day.",
    conditions=(OPEN_CONDITION, "each filter of the list holds"),
    pages=("disruption_list", "disruption_facets", "threat_detail"),
)

FROZEN: Final = Definition(
    (EXTRACTS, SIGNED_OFF, COUNTED, PLACED, PROVISIONAL),
    tuple(LEFT_OUT.values()),
    slug="extracts",
    title="Extracts",
    day=BY_OCCURRED,
    conditions=(f"frozen: {in_words(EVER_SUBMITTED)}, as at the cut-off", *COUNTED_CONDITIONS),
    pages=("extract_list", "extract_detail", "extract_records"),
    operations=("api_extract-extracts",),
)
REVISED: Final = Definition(
    (COMPARED, ONE_CLASS, MOVED, HANDED_OVER, COUNTED, ROUNDED),
    tuple(LEFT_OUT.values()),
    slug="revisions",
    title="Revisions",
    day=BY_OCCURRED,
    conditions=("each side: the same conditions, as at its own cut-off", *COUNTED_CONDITIONS),
    pages=("statistics_revisions", "statistics_revision_records"),
    operations=("api_extract-revisions",),
)

LAG: Final = Definition(
    (COUNTED, RECORDING_LAG, LATE_ONES, STILL_TO_COME, APPROVED_SO_FAR, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    source="Recording lag is this service’s own; no published table has it.",
    slug="lag",
    title="Recording lag",
    day=BY_OCCURRED,
    conditions=(
        *COUNTED_CONDITIONS,
        "submission: the day of submitted_at in London minus occurred_on",
        "approval: the day of approved_at in London minus occurred_on, of approved records",
    ),
    pages=("statistics_lag",),
    operations=("api_statistics-lag",),
)
GROWTH: Final = Definition(
    (COUNTED, TRIANGLE, EXPECTED, INTERVAL, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    source="Expected growth is this service’s own estimate; no published table has it.",
    slug="growth",
    title="Expected growth of recent quarters",
    day=BY_OCCURRED,
    conditions=("each month end: the same conditions, as at the end of that day", *COUNTED_CONDITIONS),
    pages=("statistics_growth",),
    operations=("api_statistics-growth",),
)

FIGURES: Final = (
    COUNTED_FIGURE,
    TREND,
    COMPARISON,
    BY_AGENCY,
    FORCES,
    PLACES,
    BY_YEAR,
    MIXES,
    OUTCOMES,
    BY_GRADE,
    RECORDS,
    THREATS,
    AGREEMENT,
    FROZEN,
    REVISED,
    LAG,
    GROWTH,
    QUALITY,
    PIVOT,
    LISTS,
)
"""Every figure that a page or an operation shows; a page or operation without one fails a test."""
