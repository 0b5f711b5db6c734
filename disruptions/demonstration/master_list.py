"""The fictional SOC master list: groups, individuals and vulnerabilities, and how they were graded over the years."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from disruptions.demonstration.bodies import AREAS_OF_NATIONAL_WORK, AREAS_OF_ROCUS, PLACES, RECORDING, ROCUS
from disruptions.demonstration.sessions import END, at_work
from disruptions.vocabulary import OicSubThreat, PndTier, PriorityGrade, ThreatArea, ThreatKind, ThreatStatus

OIC: Final = ThreatArea.OIC.value

WAVES: Final = tuple(
    at_work(day, 9, 30)
    for day in (date(2020, 1, 13), date(2021, 3, 8), date(2022, 5, 16), date(2023, 2, 20), date(2024, 3, 11))
)
"""When the threats were put on the list that stood on it on 1 May 2024 (S3)."""

LATER_WAVES: Final = tuple(
    at_work(day, 9, 30) for day in (date(2024, 10, 14), date(2025, 5, 19), date(2026, 3, 9), date(2026, 9, 14))
)

PRIMARY_OCGS: Final = 79
LINKED_OCGS: Final = 111
LINKED: Final = 338
ON_PND: Final = 56
AT_TIER_4: Final = 51
GRADES_AT_INSPECTION: Final = {PriorityGrade.P2: 14, PriorityGrade.P3: 31, PriorityGrade.P4: 34}


@dataclass(frozen=True, slots=True)
class Theme:
    """A way of organised immigration crime: what its threats are called and how its records are coded."""

    code: str
    weight: int
    sub_threat: str
    methods: tuple[str, ...]
    enablers: tuple[str, ...]
    group_title: str
    individual: str
    vulnerabilities: tuple[str, ...]


THEMES: Final = (
    Theme(
        "boats",
        27,
        OicSubThreat.FACILITATION.value,
        ("small_boat",),
        ("online", "equipment", "illicit_finance"),
        "small-boat crossings from northern France",
        "organiser of small-boat crossings",
        ("Unattended slipways near {place}", "Outboard engines sold for cash around {place}"),
    ),
    Theme(
        "lorries",
        19,
        OicSubThreat.FACILITATION.value,
        ("lorry_hard", "lorry_soft", "lorry_hard", "rail_tunnel"),
        ("transport", "illicit_finance"),
        "concealment in lorries through the Channel ports",
        "recruiter of lorry drivers",
        ("Lorry parks without gates near {place}", "Trailers sealed twice at freight yards around {place}"),
    ),
    Theme(
        "vans",
        12,
        OicSubThreat.FACILITATION.value,
        ("van_car",),
        ("transport", "accommodation"),
        "onward movement in vans and hire cars",
        "provider of drivers and hire cars",
        ("Van hire on false licences in {place}", "Night pick-ups at filling stations near {place}"),
    ),
    Theme(
        "vessels",
        5,
        OicSubThreat.FACILITATION.value,
        ("container", "other_vessel", "light_aircraft"),
        ("transport", "corrupt_insider"),
        "landings by yacht, container and light aircraft",
        "skipper of landings on quiet coasts",
        ("Small harbours without night staff near {place}", "Private airstrips without notice of flights near {place}"),
    ),
    Theme(
        "flights",
        9,
        OicSubThreat.DOCUMENTS.value,
        ("commercial_air",),
        ("document_supply", "corrupt_insider"),
        "lookalike passports on commercial flights",
        "escort of passengers with lookalike passports",
        ("Boarding-card swaps airside for flights to {place}",),
    ),
    Theme(
        "forgery",
        8,
        OicSubThreat.DOCUMENTS.value,
        ("not_known", "other"),
        ("document_supply", "online"),
        "forged identity documents and permits",
        "supplier of forged identity cards",
        ("Forged right-to-work cards sold online around {place}", "Print shops making permits in {place}"),
    ),
    Theme(
        "visas",
        7,
        OicSubThreat.SYSTEM_ABUSE.value,
        ("visa_abuse",),
        ("document_supply", "corrupt_insider"),
        "sham sponsors and visa abuse",
        "adviser who sells sponsorship letters",
        ("Dormant companies holding sponsor licences in {place}", "Colleges that enrol nobody in {place}"),
    ),
    Theme(
        "marriages",
        2,
        OicSubThreat.SYSTEM_ABUSE.value,
        ("marriage_abuse",),
        ("document_supply",),
        "sham marriages for sale",
        "arranger of sham marriages",
        ("Notices of marriage by the same interpreter in {place}",),
    ),
    Theme(
        "working",
        9,
        OicSubThreat.SYSTEM_ABUSE.value,
        ("illegal_working",),
        ("accommodation", "illicit_finance"),
        "illegal working behind shops and car washes",
        "controller of illegal workers",
        ("Car washes and barbers paying in cash in {place}", "Delivery accounts rented to illegal workers in {place}"),
    ),
    Theme(
        "borderlands",
        2,
        OicSubThreat.FACILITATION.value,
        ("common_travel_area",),
        ("transport",),
        "movement through the Common Travel Area",
        "provider of ferry tickets and drivers",
        ("Coach and ferry links without checks at {place}",),
    ),
)

OTHER_AREAS: Final = (
    ThreatArea.DRUGS.value,
    ThreatArea.MONEY_LAUNDERING.value,
    ThreatArea.MSHT.value,
    ThreatArea.FRAUD.value,
    ThreatArea.FIREARMS.value,
)

_FIRST: Final = [
    "Amber",
    "Ashen",
    "Barley",
    "Bitter",
    "Bracken",
    "Brindle",
    "Bronze",
    "Candle",
    "Cedar",
    "Chalk",
    "Cobalt",
    "Copper",
    "Coral",
    "Dapple",
    "Ember",
    "Fallow",
    "Feather",
    "Flint",
    "Gilded",
    "Granite",
    "Harbour",
    "Hazel",
    "Hollow",
    "Indigo",
    "Iron",
    "Ivory",
    "Jasper",
    "Juniper",
    "Linden",
    "Marble",
    "Meadow",
    "Misty",
    "Mosaic",
    "Nettle",
    "Ochre",
    "Opal",
    "Orchard",
    "Paper",
    "Pewter",
    "Quartz",
    "Rowan",
    "Russet",
    "Saffron",
    "Salt",
    "Scarlet",
    "Shingle",
    "Silver",
    "Slate",
    "Tallow",
    "Thistle",
    "Timber",
    "Umber",
    "Velvet",
    "Walnut",
    "Willow",
    "Winter",
    "Woven",
    "Yellow",
]
_SECOND: Final = [
    "Anchor",
    "Badger",
    "Beacon",
    "Bellows",
    "Bobbin",
    "Bridge",
    "Cormorant",
    "Crane",
    "Curlew",
    "Dormouse",
    "Falcon",
    "Fender",
    "Ferret",
    "Gannet",
    "Gauntlet",
    "Goblet",
    "Grouse",
    "Harrow",
    "Heron",
    "Hinge",
    "Jackdaw",
    "Kestrel",
    "Kettle",
    "Lantern",
    "Lapwing",
    "Linnet",
    "Magpie",
    "Mallet",
    "Marten",
    "Mitten",
    "Moth",
    "Needle",
    "Otter",
    "Paddle",
    "Pelican",
    "Pennant",
    "Petrel",
    "Pike",
    "Plover",
    "Pulley",
    "Quiver",
    "Raven",
    "Rudder",
    "Sandpiper",
    "Shuttle",
    "Spindle",
    "Sparrow",
    "Stoat",
    "Swallow",
    "Tern",
    "Thimble",
    "Trellis",
    "Turnstile",
    "Vole",
    "Wagtail",
    "Weaver",
    "Whistle",
    "Wren",
]

OPERATION_NAMES: Final = tuple(f"{first} {second}" for first in _FIRST[1::2] for second in _SECOND[::2])


@dataclass(slots=True, eq=False)
class Grading:
    """One assessment: when, what it came to and how sure it was."""

    at: datetime
    grade: str
    suggested: str
    scores: dict[str, int]
    confidence: str
    override_reason: str = ""


@dataclass(slots=True, eq=False)
class Threat:
    """One entry of the list, with its group where it is one."""

    kind: str
    title: str
    theme: Theme
    agency: str
    created: datetime
    primary_area: str
    other_areas: tuple[str, ...]
    group_name: str = ""
    aliases: tuple[str, ...] = ()
    tier: str | None = None
    geography: str = ""
    gradings: list[Grading] = field(default_factory=list)
    statuses: list[tuple[datetime, str]] = field(default_factory=list)
    reference: str = ""
    group_reference: str = ""

    @property
    def is_oic(self) -> bool:
        """Whether records of it can count."""
        return self.primary_area == OIC

    @property
    def name(self) -> str:
        """What a sentence calls it."""
        return f"the {self.group_name} group" if self.group_name else "the target"

    def drop_gradings_after_the_end(self) -> None:
        """Leave out the assessments that would come after it was archived: what is archived is not assessed."""
        ends = [at for at, status in self.statuses if status == ThreatStatus.ARCHIVED]
        if ends:
            self.gradings = [grading for grading in self.gradings if grading.at < min(ends)]

    def takes_records_until_the_end(self) -> bool:
        """Say whether it is never archived."""
        return all(status != ThreatStatus.ARCHIVED for _, status in self.statuses)


def plan_master_list(rng: random.Random) -> list[Threat]:
    """Return the threats in the order in which they are recorded."""
    return _Planner(rng).threats()


class _Planner:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        names = [f"{first} {second}" for first in _FIRST for second in _SECOND]
        rng.shuffle(names)
        self.names = iter(names)
        self.titles: set[str] = set()
        self.numbers = iter(range(101, 2_000))

    def threats(self) -> list[Threat]:
        primary = [self._ocg(self._wave(), OIC) for _ in range(PRIMARY_OCGS)]
        self._put_on_pnd(primary)
        self._grade_as_inspected(primary)
        linked = [self._ocg(self._wave(), self._other_area(), OIC) for _ in range(LINKED_OCGS - PRIMARY_OCGS)]
        rest = [
            self._threat(self._wave(), OIC)
            if self.rng.random() < 0.74
            else self._threat(self._wave(), self._other_area(), OIC)
            for _ in range(LINKED - LINKED_OCGS)
        ]
        unlinked = [self._threat(self._wave(), self._other_area()) for _ in range(14)]
        gone = [self._threat(WAVES[0], OIC) for _ in range(7)]
        later = [
            self._ocg(wave, OIC) if self.rng.random() < 0.4 else self._threat(wave, OIC)
            for wave in LATER_WAVES
            for _ in range(11)
        ]
        for threat in (*linked, *rest, *unlinked, *gone, *later):
            self._grade(threat)
        for threat in (*primary, *linked, *rest, *later):
            self._review(threat)
        self._move_statuses(primary, rest)
        for threat in gone:
            threat.statuses.append((at_work(date(2023, 11, 6), 11), ThreatStatus.ARCHIVED.value))
        everything = [*primary, *linked, *rest, *unlinked, *gone, *later]
        for threat in everything:
            threat.drop_gradings_after_the_end()
        return sorted(everything, key=lambda threat: (threat.created, threat.agency))

    def _wave(self) -> datetime:
        return self.rng.choices(WAVES, weights=(30, 18, 18, 19, 15))[0]

    def _other_area(self) -> str:
        return self.rng.choices(OTHER_AREAS, weights=(45, 22, 18, 10, 5))[0]

    def _agency(self, wave: datetime) -> str:
        leaders = {
            "nca": 60,
            "immigration-enforcement": 62,
            **{code: weight * 2 for code, weight in ROCUS.items()},
            "metropolitan": 22,
            "kent": 18,
            "surrey": 14,
            "thames-valley": 13,
            "northamptonshire": 10,
            "sussex": 10,
            "border-force": 6,
            "police-scotland": 9,
            "psni": 5,
            "west-midlands": 8,
            "greater-manchester": 8,
        }
        # Forces enter theirs in two of the waves only, as a coordinator gets round to it.
        usable = {
            code: weight
            for code, weight in leaders.items()
            if code in {"nca", "immigration-enforcement"}
            or wave not in WAVES
            or WAVES.index(wave) in {0, 1 + RECORDING.index(code) % 4}
        }
        return self.rng.choices(list(usable), weights=list(usable.values()))[0]

    def _area_of(self, agency: str) -> str:
        if agency in PLACES:
            return agency
        return self.rng.choice(AREAS_OF_ROCUS.get(agency, AREAS_OF_NATIONAL_WORK))

    def _theme(self) -> Theme:
        return self.rng.choices(THEMES, weights=[theme.weight for theme in THEMES])[0]

    def _ocg(self, wave: datetime, primary_area: str, *others: str) -> Threat:
        agency, theme, name = self._agency(wave), self._theme(), next(self.names)
        place = self.rng.choice(PLACES[self._area_of(agency)])
        what = theme.group_title if primary_area == OIC else _OTHER_WORK[primary_area]
        return Threat(
            kind=ThreatKind.OCG.value,
            title=f"{name}: {what}",
            theme=theme,
            agency=agency,
            created=wave,
            primary_area=primary_area,
            other_areas=tuple(others) or self._more_areas(primary_area),
            group_name=name,
            aliases=(f"{place} group",) if self.rng.random() < 0.3 else (),
            geography=place,
        )

    def _threat(self, wave: datetime, primary_area: str, *others: str) -> Threat:
        agency, theme = self._agency(wave), self._theme()
        place = self.rng.choice(PLACES[self._area_of(agency)])
        individual = self.rng.random() < 0.55 or place.startswith("the ")
        title = f"Priority individual {next(self.numbers)}: {theme.individual}, {place}"
        if primary_area != OIC:
            title = f"Priority individual {next(self.numbers)}: {_OTHER_WORK[primary_area]}, {place}"
        elif not individual:
            choices = [text.format(place=place) for text in theme.vulnerabilities]
            choices = [text for text in choices if text not in self.titles]
            individual = not choices
            title = choices[0] if choices else title
        self.titles.add(title)
        return Threat(
            kind=(
                ThreatKind.PRIORITY_INDIVIDUAL if individual or primary_area != OIC else ThreatKind.VULNERABILITY
            ).value,
            title=title,
            theme=theme,
            agency=agency,
            created=wave,
            primary_area=primary_area,
            other_areas=tuple(others) or self._more_areas(primary_area),
        )

    def _more_areas(self, primary_area: str) -> tuple[str, ...]:
        if primary_area != OIC or self.rng.random() > 0.3:
            return ()
        return (self.rng.choice([ThreatArea.MONEY_LAUNDERING.value, ThreatArea.DRUGS.value, ThreatArea.MSHT.value]),)

    def _put_on_pnd(self, ocgs: Sequence[Threat]) -> None:
        on_pnd = self.rng.sample(list(ocgs), ON_PND)
        for place, threat in enumerate(on_pnd):
            threat.tier = (PndTier.TIER_4 if place < AT_TIER_4 else PndTier.TIER_3).value

    def _grade_as_inspected(self, ocgs: Sequence[Threat]) -> None:
        """Grade groups so that they stand as they did on 10 September 2024; some got there by a second assessment."""
        grades = [grade for grade, count in GRADES_AT_INSPECTION.items() for _ in range(count)]
        self.rng.shuffle(grades)
        for threat, grade in zip(ocgs, grades, strict=True):
            first = threat.created + timedelta(days=self.rng.choice((7, 14, 21)))
            if threat.created < WAVES[4] and self.rng.random() < 0.5:
                before = self.rng.choice([each for each in GRADES_AT_INSPECTION if each != grade])
                self._assess(threat, first, before)
                self._assess(threat, at_work(date(2024, self.rng.choice((2, 4, 5)), 15), 11), grade)
            else:
                self._assess(threat, first, grade)

    def _grade(self, threat: Threat) -> None:
        if self.rng.random() < 0.12:
            return
        grade = self.rng.choices(list(PriorityGrade), weights=(1, 12, 40, 47))[0]
        self._assess(threat, threat.created + timedelta(days=self.rng.choice((7, 14, 21))), grade)

    def _review(self, threat: Threat) -> None:
        """Review a threat again in the national round of spring 2026 (S3, recommendation 7), some again in autumn."""
        if not threat.gradings:
            return
        roll, grade = self.rng.random(), PriorityGrade(threat.gradings[-1].grade)
        if threat.created < at_work(date(2026, 1, 1), 9):
            if roll < 0.15:
                grade = self._moved(grade)
                self._assess(threat, at_work(date(2025, self.rng.choice((3, 6, 11)), 17), 11), grade)
            if roll < 0.62:
                grade = self._moved(grade)
                self._assess(threat, at_work(date(2026, self.rng.choice((2, 3, 4)), 20), 11), grade)
        if grade != PriorityGrade.P4 and self.rng.random() < 0.7:
            days = {PriorityGrade.P1: (10, 11), PriorityGrade.P2: (9, 10), PriorityGrade.P3: (8, 10)}[grade]
            self._assess(threat, at_work(date(2026, self.rng.choice(days), 9), 11), grade)

    def _moved(self, grade: PriorityGrade) -> PriorityGrade:
        order = list(PriorityGrade)
        step = self.rng.choices((-1, 0, 1), weights=(22, 66, 12))[0]
        return order[max(0, min(3, order.index(grade) + step))]

    def _assess(self, threat: Threat, at: datetime, grade: PriorityGrade) -> None:
        if at > END or at <= threat.created:
            return
        base = {PriorityGrade.P1: 4.2, PriorityGrade.P2: 3.3, PriorityGrade.P3: 2.3, PriorityGrade.P4: 1.3}[grade]
        scores = {
            factor: max(0, min(5, round(self.rng.gauss(base, 0.7))))
            for factor in ("harm", "scale", "capability", "intent", "trend")
        }
        mean = sum(scores.values()) / len(scores)
        suggested = next(
            each for each, lowest in zip(PriorityGrade, (3.8, 2.8, 1.8, -1.0), strict=True) if mean >= lowest
        )
        reason = ""
        if suggested != grade:
            reason = self.rng.choice(_HIGHER if grade < suggested else _LOWER)
        threat.gradings.append(
            Grading(
                at, grade.value, suggested.value, scores, self.rng.choice(("low", "medium", "medium", "high")), reason
            )
        )

    def _move_statuses(self, ocgs: Sequence[Threat], others: Sequence[Threat]) -> None:
        for threat in ocgs:
            roll = self.rng.random()
            if roll < 0.14:
                self._status(threat, date(2024, 6, 3), ThreatStatus.MONITORED)
            elif roll < 0.22:
                self._status(threat, date(2025, 9, 8), ThreatStatus.DORMANT)
            elif roll < 0.32:
                self._status(threat, date(2026, self.rng.choice((2, 6, 10)), 16), ThreatStatus.DISMANTLED)
        for threat in others:
            roll = self.rng.random()
            if roll < 0.12:
                self._status(threat, date(2024, 4, 8), ThreatStatus.MONITORED)
            elif roll < 0.18:
                self._status(threat, date(2025, 9, 8), ThreatStatus.DORMANT)
            elif roll < 0.24:
                self._status(threat, date(2026, self.rng.choice((6, 10)), 16), ThreatStatus.ARCHIVED)

    @staticmethod
    def _status(threat: Threat, day: date, status: ThreatStatus) -> None:
        moment = at_work(day, 11, 20)
        if moment > threat.created:
            threat.statuses.append((moment, status.value))


_OTHER_WORK: Final = {
    ThreatArea.DRUGS.value: "wholesale drug supply",
    ThreatArea.MONEY_LAUNDERING.value: "cash collection and informal value transfer",
    ThreatArea.MSHT.value: "labour exploitation",
    ThreatArea.FRAUD.value: "courier and invoice fraud",
    ThreatArea.FIREARMS.value: "supply of converted firearms",
}

_HIGHER: Final = (
    "The scores miss what the debriefs of the last quarter say: the group is growing faster than its convictions show.",
    "The harm done to those who were moved is not in the scores. The panel placed it one grade up.",
    "Two partners hold intelligence that cannot be scored here. The panel accepted it.",
)
_LOWER: Final = (
    "Its organiser is in custody abroad. The panel does not expect it to recover within the year.",
    "The scores rest on one uncorroborated report. The panel placed it one grade down until there is a second.",
    "It overlaps with a group that is graded already; its own activity is small.",
)
