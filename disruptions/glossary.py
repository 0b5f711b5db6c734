"""What words mean: the terms of the field, and every code of the lists that people choose from, in plain English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from agencies.vocabulary import StatisticsGroup
from disruptions.vocabulary import (
    Decision,
    DisruptionRole,
    Duration,
    Extent,
    Initiation,
    Level,
    NotCounted,
    OicSubThreat,
    PndTier,
    PriorityGrade,
    ReasonClass,
    Sharing,
    Status,
    Strand,
    ThreatKind,
    ThreatStatus,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list that people choose from: each of its codes with what it means, in the list's own order."""

    slug: str
    title: str
    vocabulary: type[TextChoices]
    meanings: Mapping[str, str]
    words: str = ""

    @property
    def terms(self) -> list[Term]:
        """The labels of the codes with their meanings."""
        return [Term(str(label), self.meanings[code]) for code, label in self.vocabulary.choices]


TERMS: Final = tuple(
    Term(name, words)
    for name, words in sorted(
        {
            "4Ps": (
                "Pursue, Prevent, Protect and Prepare: the four strands of work against serious and organised crime."
            ),
            "APMIS": (
                "Agency and Partner Management Information System: the national system that holds the SOC master "
                "list and the disruptions recorded against it."
            ),
            "As at": (
                "A figure or a list as at a day shows records, threats and agencies as they stood at the end of that"
                " day in London, whatever changed later."
            ),
            "As graded then, as graded now": (
                "The P grade that a threat had when the day of a disruption ended, and the one that it has at the "
                "cut-off."
            ),
            "Border Security Command (BSC)": (
                "The command in the Home Office, set up in July 2024, that leads across agencies on border security."
            ),
            "CFI": (
                "Criminal and Financial Investigations: Immigration Enforcement’s investigators, who handle most "
                "cases of unlawful entry and of helping others to enter."
            ),
            "Claimed level": (
                "The level that an agency gave when it first submitted a record. It never changes; the level that "
                "counts may."
            ),
            "Counted": (
                "What published-style figures count: a lead record, submitted or approved, UK-led, at the level "
                "major, moderate or minor, against a threat whose primary area is organised immigration crime, of an"
                " agency that the statistics covered on that date."
            ),
            "Coverage": "The agencies whose lead records the published statistics count: see statistics groups.",
            "Cut-off": "The moment as at which a figure is read. A frozen extract names its own.",
            "Disruption": (
                "What an agency did, proactively or in reaction, that stopped a group or person from working at its "
                "earlier level, with evidence of the impact."
            ),
            "Enabler": "What the crime relied on, such as online advertising, illicit finance or boats and engines.",
            "Extract": (
                "The records as they stood at a cut-off, frozen row by row so that no later change alters them. "
                "Revisions are told between two of them."
            ),
            "Financial year": "April to March.",
            "HMICFRS": (
                "His Majesty’s Inspectorate of Constabulary and Fire & Rescue Services, which reported on the "
                "response to organised immigration crime in May 2025."
            ),
            "Lag": (
                "The days from the day of a disruption to the day on which its record was first submitted. The list’s "
                "filter and recording quality go by the day on which a record was begun. The latest quarters are "
                "always short of what is still to come."
            ),
            "Lead responsible officer": "The officer who looks after a threat and the plan against it.",
            "Master list": (
                "The SOC master list: one national list of the threats that agencies work on, so that all have a "
                "single picture of demand."
            ),
            "Moderation": (
                "A second look by the NCA at approved records: every major disruption, and a random sample of the rest."
            ),
            "MoRiLE": (
                "Management of Risk in Law Enforcement: a way to weigh harm, likelihood and organisational position."
                " The scoring in this service is a local model and is not MoRiLE."
            ),
            "MSHT": (
                "Modern slavery and human trafficking. It has a victim, who comes first, and need not cross a "
                "border. Organised immigration crime is by consent and against the state."
            ),
            "NCA": (
                "National Crime Agency: it leads the UK’s operational response and runs the national list of threats."
            ),
            "Not additive": (
                "Figures that may not be added up, because one event is in several of them: supports of one "
                "disruption, or agencies that took part in one arrest."
            ),
            "NRM": "National Referral Mechanism: how potential victims of modern slavery are identified and supported.",
            "OCG": (
                "Organised crime group: people who work together, with intent and capability to commit serious crime"
                " continuously, with planning, control, coordination and structure."
            ),
            "OIC": (
                "Organised immigration crime: helping others to enter, arrive in or leave the UK against immigration"
                " law, or to stay by illegitimate means, by groups or persons who do it for gain."
            ),
            "OIC identifier code": (
                "The code that marks a report on the Police National Database as organised immigration crime, so "
                "that others find it."
            ),
            "OIC_01": (
                "The Home Office’s table of disruptions by quarter and level, from January 2023. Tables of this "
                "service in its layout are management information unless they come from a signed-off extract."
            ),
            "Outcome": "What came of a disruption: arrests, charges, sentences, seizures, orders, removals and so on.",
            "PND": "Police National Database. Its tiers are not the P grades of this service.",
            "Primary threat area": (
                "The one area of crime that a threat is mainly about. A disruption counts only where it is organised"
                " immigration crime; other areas of a threat do not make it count."
            ),
            "Provisional, [p]": (
                "A figure that is still expected to move much: the latest complete quarters (eight, unless a setting"
                " says otherwise), a quarter that is not over, and each total that holds one."
            ),
            "Revision": (
                "A difference between two cut-offs of one figure, explained record by record, each by one class of "
                "reason."
            ),
            "ROCU": (
                "Regional organised crime unit: the link between the NCA and the forces of a region. There are nine;"
                " London has none."
            ),
            "Sandbox record": (
                "A record made to try the service out. It is never counted, listed or compared for others."
            ),
            "SOC threat": (
                "A group, priority individual or vulnerability of serious and organised crime on the master list. "
                "Every disruption is against one."
            ),
            "UK-led": ("Led by a UK agency. Support to action that another country led is recorded and not counted."),
            "Validated level": "The level after an approver, and where there was one a moderator, looked at the claim.",
            "Year ending": "A quarter and the three before it, such as the year ending September 2025.",
            "Zero return": "A territorial force with no counted lead in a period. It stays in the table.",
        }.items(),
        key=lambda each: each[0].lower(),
    )
)

CODES: Final = (
    CodeList(
        "levels",
        "Levels",
        Level,
        {
            Level.MAJOR: "Significant in extent, or long in duration, judged against that threat.",
            Level.MODERATE: "Notable in extent, or medium in duration.",
            Level.MINOR: "Minimal in extent, or short in duration.",
            Level.NONE: "Work was done and the threat was not affected. Kept, never counted.",
            Level.NEGATIVE: "The threat came out stronger or more harmful. Kept, never counted.",
        },
        "A level is judged against the threat: the same act can be major for one group and minor for another.",
    ),
    CodeList(
        "extents",
        "Extent",
        Extent,
        {
            Extent.SIGNIFICANT: "Most of what the threat does is affected. It speaks for major.",
            Extent.NOTABLE: "A clear part of it is affected. It speaks for moderate.",
            Extent.MINIMAL: "Little of it is affected. It speaks for minor.",
        },
    ),
    CodeList(
        "durations",
        "Duration",
        Duration,
        {
            Duration.LONG: "The effect is expected to last. It speaks for major.",
            Duration.MEDIUM: "The effect lasts for a while. It speaks for moderate.",
            Duration.SHORT: "The effect is soon over. It speaks for minor.",
        },
        "How many days each is has not been published.",
    ),
    CodeList(
        "roles",
        "Roles",
        DisruptionRole,
        {
            DisruptionRole.LEAD: "The agency led the disruption. Only leads are counted, so that each is counted once.",
            DisruptionRole.SUPPORT: (
                "The agency helped another that led. Shown beside the counts as credit, and never added to them."
            ),
        },
    ),
    CodeList(
        "statuses",
        "Statuses of a record",
        Status,
        {
            Status.DRAFT: "Begun. Only its agency sees it, and it does not count.",
            Status.SUBMITTED: "Counted, and waiting for an approver of its agency.",
            Status.APPROVED: "Counted, and agreed by an approver who did not record it.",
            Status.RETURNED: "Sent back with a question. It does not count until it is submitted again.",
            Status.REJECTED: "Not a disruption, or a duplicate of another record. Kept, not counted.",
            Status.WITHDRAWN: "Taken back by its agency. Kept, not counted.",
        },
    ),
    CodeList(
        "initiations",
        "Proactive or reactive",
        Initiation,
        {
            Initiation.PROACTIVE: "The agency set out to do it.",
            Initiation.REACTIVE: "The agency answered something that happened.",
        },
    ),
    CodeList(
        "strands",
        "Strands (the 4Ps)",
        Strand,
        {
            Strand.PURSUE: "Prosecute and disrupt offenders.",
            Strand.PREVENT: "Stop people from taking part in crime, and dissuade migrants from using smugglers.",
            Strand.PROTECT: "Shield people, organisations and systems: find and stop at the border.",
            Strand.PREPARE: "Be ready and lessen the impact: manage, learn and adapt.",
        },
    ),
    CodeList(
        "sub-threats",
        "OIC sub-threats",
        OicSubThreat,
        {
            OicSubThreat.FACILITATION: "Bringing people in or out by land, sea or air.",
            OicSubThreat.DOCUMENTS: "Making, supplying or fraudulently obtaining documents.",
            OicSubThreat.SYSTEM_ABUSE: (
                "Abusing legitimate means to enter or stay, such as sham marriage or illegal working."
            ),
        },
    ),
    CodeList(
        "threat-kinds",
        "Kinds of SOC threat",
        ThreatKind,
        {
            ThreatKind.OCG: "A group on the list of organised crime groups.",
            ThreatKind.PRIORITY_INDIVIDUAL: "A person who matters by themselves.",
            ThreatKind.VULNERABILITY: (
                "Neither group nor person, but what lets crime happen: a place, a loophole in the law, a service."
            ),
        },
    ),
    CodeList(
        "threat-statuses",
        "Statuses of a threat",
        ThreatStatus,
        {
            ThreatStatus.ACTIVE: "It works now.",
            ThreatStatus.MONITORED: "It is watched, with no operation against it.",
            ThreatStatus.DORMANT: "It does nothing at present.",
            ThreatStatus.DISMANTLED: "It cannot work any more. Later sentences of its members are still recorded.",
            ThreatStatus.ARCHIVED: "Closed: it takes no more disruptions.",
        },
    ),
    CodeList(
        "p-grades",
        "P grades",
        PriorityGrade,
        {
            PriorityGrade.P1: "The highest risk, often with links abroad.",
            PriorityGrade.P2: "High risk.",
            PriorityGrade.P3: "Lower risk, usually local.",
            PriorityGrade.P4: "The lowest risk, usually local.",
        },
        "The priority grade of a threat. A person adopts it, whatever a score suggests. It is not the PND tier.",
    ),
    CodeList(
        "pnd-tiers",
        "PND tiers",
        PndTier,
        {
            PndTier.TIER_1: "The highest.",
            PndTier.TIER_2: "Between tier 1 and tier 3.",
            PndTier.TIER_3: "Between tier 2 and tier 4.",
            PndTier.TIER_4: "The lowest: normally only watched for in new intelligence.",
        },
        "The tier of a group on the Police National Database. It is not the P grade.",
    ),
    CodeList(
        "decisions",
        "Decisions",
        Decision,
        {
            Decision.APPROVE: "An approver of the agency agrees, at the claimed level or another.",
            Decision.RETURN: "An approver sends it back with what has to be put right.",
            Decision.UPHELD: "A moderator agrees with the level.",
            Decision.RAISED: "A moderator gives a higher level.",
            Decision.LOWERED: "A moderator gives a lower level.",
            Decision.NOT_A_DISRUPTION: "A moderator finds no disruption in it; it is rejected.",
            Decision.DUPLICATE: "Another record has the same disruption; this one is rejected.",
            Decision.LEAD_CHANGED: "A moderator gives the lead to another agency.",
            Decision.THREAT_CHANGED: "A moderator moves it to another threat.",
        },
    ),
    CodeList(
        "not-counted",
        "Why a lead is not counted",
        NotCounted,
        {
            NotCounted.SANDBOX: "It was made to try the service out.",
            NotCounted.THREAT_AREA: "Its threat’s primary area is another crime.",
            NotCounted.NOT_UK_LED: "Another country led; a UK agency supported.",
            NotCounted.LEVEL: "Its level is none or negative.",
            NotCounted.COVERAGE: "Its agency was not in a covered statistics group on that date.",
        },
        "The first that applies, in this order.",
    ),
    CodeList(
        "reason-classes",
        "Why a figure moved between two cut-offs",
        ReasonClass,
        {
            ReasonClass.LATE_ENTRY: "It had not been submitted at the earlier cut-off.",
            ReasonClass.REGRADE: "Its level changed.",
            ReasonClass.WITHDRAWN: "Its agency withdrew it, or took the withdrawal back.",
            ReasonClass.DUPLICATE: "It was found to be a duplicate.",
            ReasonClass.LEAD_CHANGE: "Another agency turned out to have led, or it became a support or a lead.",
            ReasonClass.THREAT_CHANGE: "It was moved to another threat, or its threat’s primary area changed.",
            ReasonClass.DATE_CORRECTION: "The date of the disruption was corrected into another quarter.",
            ReasonClass.COVERAGE: "The statistics began or ceased to cover its agency.",
            ReasonClass.METHOD: "The record is the same, and the version of the rule is another.",
            ReasonClass.OTHER_CORRECTION: "Sent back or submitted again, no disruption after all, UK-led or not.",
        },
        "Each record that entered, left or moved has exactly one: the first that applies.",
    ),
    CodeList(
        "sharing",
        "Sharing",
        Sharing,
        {
            Sharing.ALL_AGENCIES: "Everybody who signs in may open it. This is usual.",
            Sharing.LEAD_AND_SUPPORTING: "The agency that led, those that supported it, and national roles.",
            Sharing.NAMED_AGENCIES: "Its own agency, those that it names, and national roles.",
        },
        "Figures count a record whoever may open it.",
    ),
    CodeList(
        "statistics-groups",
        "Statistics groups",
        StatisticsGroup,
        {
            StatisticsGroup.NCA: "The National Crime Agency.",
            StatisticsGroup.HOME_OFFICE: "Home Office commands, such as Immigration Enforcement and Border Force.",
            StatisticsGroup.POLICE_EW: (
                "Forces of England and Wales, as the National Police Chiefs’ Council reports them."
            ),
            StatisticsGroup.POLICE_SCOTLAND: "Police Scotland.",
            StatisticsGroup.PSNI: "The Police Service of Northern Ireland.",
            StatisticsGroup.NOT_COVERED: "Recorded here, and not in the published count.",
        },
        "The groups of agencies that the published statistics cover.",
    ),
)
