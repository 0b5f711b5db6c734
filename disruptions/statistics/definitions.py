"""What each figure means, in words: shown beside it as "About this figure"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from disruptions.querysets import RULE_VERSION
from disruptions.statistics.parameters import provisional_quarters
from disruptions.vocabulary import NotCounted

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
    "The rule follows the notes to table OIC_01 of the Home Office's Immigration system statistics: lead records only, "
    "and only where organised immigration crime is the primary threat."
)
INSPECTION: Final = (
    "The inspectorate of constabulary counted this way in its inspection of how police and the National Crime Agency "
    "tackle organised immigration crime."
)
ZERO_RETURNS: Final = (
    "Leads add up over agencies to the national figure. A territorial force with no counted lead is a zero return. It "
    "stays in the table."
)
ROLLING_YEAR: Final = (
    "A year ending with a quarter is that quarter and the three before it, beside the four quarters before those."
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
    "beginning. A month of age that fewer than four earlier quarters have been through is not used."
)
INTERVAL: Final = (
    "Interval: each month’s growth is drawn again from what single quarters did at that age, larger quarters more "
    "often, 1,000 times with fixed random numbers. Eight in ten of the outcomes lie in it. It says how far earlier "
    "quarters differed. It knows nothing of changes in how records are made, reviewed or counted."
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure's definition: paragraphs, what is left out, where the rule comes from, and its version."""

    sentences: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    source: str = PUBLISHED_RULE
    rule_version: str = RULE_VERSION

    @property
    def paragraphs(self) -> list[str]:
        """The definition in words, with the settings that it depends on filled in."""
        return [sentence.format(provisional_quarters=provisional_quarters()) for sentence in self.sentences]


COUNTED_FIGURE: Final = Definition((COUNTED, PLACED, PROVISIONAL, AS_AT), tuple(LEFT_OUT.values()))
TREND: Final = Definition((COUNTED, SUPPORTS, PLACED, PROVISIONAL, AS_AT), tuple(LEFT_OUT.values()))
COMPARISON: Final = Definition((COUNTED, ROLLING_YEAR, ROUNDED, PROVISIONAL, AS_AT), tuple(LEFT_OUT.values()))
BY_AGENCY: Final = Definition((COUNTED, SUPPORTS, ZERO_RETURNS, ROUNDED, AS_AT), tuple(LEFT_OUT.values()))
BY_GRADE: Final = Definition(
    (COUNTED, GRADED_THEN, GRADED_NOW, GRADED, SUPPORTS, ROUNDED, AS_AT), tuple(LEFT_OUT.values())
)
RECORDS: Final = Definition((RECORDING, SEVERAL_RECORDS, ROUNDED, AS_AT), source=INSPECTION)
THREATS: Final = Definition(
    (MASTER_LIST, GRADE_AND_TIER, GRADING_MOMENT, OVERRIDES, TIMELINESS, ROUNDED, AS_AT), source=INSPECTION
)
PIVOT: Final = Definition(
    (PIVOT_RECORDS, SEVERAL_RECORDS, PIVOT_OUTCOMES, PIVOT_SEVERAL, GRADED_THEN, GRADED_NOW, ROUNDED, AS_AT),
    source="This table is this service’s own; no published table has it.",
)
AGREEMENT: Final = Definition((APPROVERS, MODERATORS, CLAIMS, OF_WHICH_AGENCY, ROUNDED), source=AGREEMENT_SOURCE)
LAG: Final = Definition(
    (COUNTED, RECORDING_LAG, LATE_ONES, STILL_TO_COME, APPROVED_SO_FAR, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    source="Recording lag is this service’s own; no published table has it.",
)
GROWTH: Final = Definition(
    (COUNTED, TRIANGLE, EXPECTED, INTERVAL, ROUNDED, AS_AT),
    tuple(LEFT_OUT.values()),
    source="Expected growth is this service’s own estimate; no published table has it.",
)
