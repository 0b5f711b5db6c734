"""Plan every record of the demonstration, so that the figures of each cut-off come out exactly.

The cells of the first release are filled with records, some of which have had a life before it. Between the first and
the second release records of both are regraded, withdrawn, found to be duplicates, moved to other threats and
corrected; entries that came late close what is then missing from each published cell. The inspectorate's earlier
figures, which count all records, are met last: by supports and by leads that published figures leave out.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from disruptions.demonstration.bodies import (
    AREAS_OF_NATIONAL_WORK,
    AREAS_OF_ROCUS,
    GROUP_SHARES,
    GROUPS,
    LATER_FORCES,
    NOT_COVERED,
    OVERSEAS,
    POLICE,
    ROCUS,
)
from disruptions.demonstration.figures import (
    FORCES,
    INSPECTED_UNTIL,
    INVENTED_BY_QUARTER,
    LEVELS,
    MAJOR,
    MINOR,
    MODERATE,
    OTHERS_BEFORE_2023,
    OTHERS_IN_ALL,
    POLICE_BY_YEAR,
    Cell,
    november,
    published,
)
from disruptions.demonstration.master_list import Threat
from disruptions.demonstration.sessions import (
    AT_INSPECTION,
    AT_MAY,
    AT_NOVEMBER,
    BEGINNING,
    CUT_OFFS,
    END,
    approval_after,
    approval_of,
    at_work,
    moderations,
    recording_sessions,
    session_for,
    tidying_sessions,
    within,
)
from disruptions.demonstration.stories import BY_MODERATOR, ENDING, Kind, Step, Story
from disruptions.statistics import Quarter

NONE: Final = "none"
NEGATIVE: Final = "negative"
LAST_BEFORE_NOVEMBER: Final = Quarter(2025, 3)
LAST_BEFORE_MAY: Final = Quarter(2026, 1)

LATEST_APPROVAL: Final = END - timedelta(days=16)
"""What would be approved later still waits for its approver."""


def plan_stories(rng: random.Random, threats: Sequence[Threat]) -> list[Story]:
    """Return every record's story, in no particular order; leads stand before their supports."""
    return _Planner(rng, threats).plan()


class _Planner:
    def __init__(self, rng: random.Random, threats: Sequence[Threat]) -> None:
        self.rng = rng
        self.threats = _ThreatPicker(rng, threats)
        self.free = _places_of_forces(rng)
        self.stories: list[Story] = []
        self.cells: dict[Cell, list[Story]] = defaultdict(list)
        self.supported: set[tuple[int, str]] = set()

    def plan(self) -> list[Story]:
        self._fill_first_release()
        self._fill_between_releases()
        self._add_years_before()
        self._revise_until_may()
        self._fill_invented()
        self._revise_after_may()
        self._meet_inspection()
        self._add_supports()
        self._add_uncounted()
        self._approve()
        return self.stories

    # -------------------------------------------------------------------------------------------------- counted cells

    def _fill_first_release(self) -> None:
        for (quarter, level), count in november().items():
            self._fill(quarter, level, count, before=AT_NOVEMBER)

    def _fill_between_releases(self) -> None:
        """Fill the published cells of the quarters that the first release did not have."""
        for (quarter, level), count in published().items():
            if quarter > LAST_BEFORE_NOVEMBER:
                self._fill(quarter, level, count, before=AT_MAY)

    def _fill_invented(self) -> None:
        for quarter, counts in INVENTED_BY_QUARTER.items():
            for level, count in zip(LEVELS, counts, strict=True):
                self._fill(quarter, level, count, before=END)

    def _fill(self, quarter: Quarter, level: str, count: int, *, before: datetime) -> None:
        for _ in range(count):
            self._with_a_past(self._counted(quarter, level, before=before), min(before, LATEST_APPROVAL))
        for _ in range(round(count * self.rng.uniform(0.02, 0.035))):
            self._left_again(quarter, level, before=min(before, LATEST_APPROVAL))

    def _counted(self, quarter: Quarter, level: str, *, before: datetime, after: datetime | None = None) -> Story:
        """Add a lead record that stands in a cell from its entry, within (after, before), on."""
        day = self._day(quarter)
        group = self._group(day)
        lag = self._lag(group)
        if after is not None:
            lag = (after.date() - day).days + 1 + int(self.rng.expovariate(1 / 45))
        inspected = after is None and day <= INSPECTED_UNTIL
        if inspected and day + timedelta(days=lag) < AT_INSPECTION.date():
            before = AT_INSPECTION
        elif inspected:
            after = AT_INSPECTION
        agency = self._agency(group, day, inspected=inspected and before == AT_INSPECTION)
        while after is not None and not within(recording_sessions(agency), after, before):
            agency = self._agency(self._group(day), day, inspected=False)
        story = self._lead(agency, day, level, lag=lag, after=after, before=before)
        self.cells[quarter, level].append(story)
        return story

    def _lead(
        self, agency: str, day: date, level: str, *, lag: int, before: datetime, after: datetime | None = None
    ) -> Story:
        born = session_for(agency, day + timedelta(days=lag), after, before)
        area, country = self._where(agency)
        story = Story(
            agency=agency,
            day=min(day, born.date()),
            level=level,
            born=born,
            threat=self.threats.pick(agency, born),
            area=area,
            country=country,
        )
        self._share(story)
        self.stories.append(story)
        return story

    def _day(self, quarter: Quarter) -> date:
        last = min(quarter.end, (END - timedelta(days=3)).date())
        return quarter.start + timedelta(days=self.rng.randrange((last - quarter.start).days + 1))

    def _lag(self, group: str) -> int:
        """Return the days between a disruption and its entry: mostly a fortnight, sometimes months (S0)."""
        return min(300, int(self.rng.lognormvariate(2.6 if group == POLICE else 2.1, 1.05)))

    def _group(self, day: date, *, police: bool = True) -> str:
        if day <= INSPECTED_UNTIL:
            shares = GROUP_SHARES["2024" if day.year == 2024 else "2023"]
        else:
            shares = GROUP_SHARES["2026" if day.year == 2026 else "2025"]
        groups = [group for group in shares if police or group != POLICE]
        return self.rng.choices(groups, weights=[shares[group] for group in groups])[0]

    def _agency(self, group: str, day: date, *, inspected: bool) -> str:
        """Return an agency of a group; of what stands at the inspection, one of the places that a force has then."""
        if group == POLICE and inspected:
            return self.free[day.year].pop()
        weights = LATER_FORCES if group == POLICE else GROUPS[group]
        return self.rng.choices(list(weights), weights=list(weights.values()))[0]

    def _where(self, agency: str) -> tuple[str, str]:
        abroad = {"nca": 0.1, "home-office-intelligence": 0.35}.get(agency, 0.0)
        if self.rng.random() < abroad:
            return "", self.rng.choice(OVERSEAS)
        if agency in FORCES or agency in {"police-scotland", "psni"}:
            return agency, "GB"
        return self.rng.choice(AREAS_OF_ROCUS.get(agency, AREAS_OF_NATIONAL_WORK)), "GB"

    def _share(self, story: Story) -> None:
        roll = self.rng.random()
        if roll < 0.055:
            story.sharing = "lead_and_supporting"
        elif roll < 0.075:
            named = [
                code for code in ("nca", "immigration-enforcement", "border-force", "kent") if code != story.agency
            ]
            story.sharing, story.shared_with = "named_agencies", tuple(self.rng.sample(named, 2))

    # ------------------------------------------------------------------------------------ what had happened before then

    def _with_a_past(self, story: Story, before: datetime) -> None:
        """Give some records, which count in their cell at ``before``, an earlier life in which they did not."""
        roll = self.rng.random()
        if roll < 0.03:
            if approval_of(story.born, story.agency) < before:
                story.approved_level, story.level = story.level, self._claimed(story.level)
        elif roll < 0.048:
            if self._step(story, Kind.REGRADED, before, level=story.level):
                story.level = self._claimed(story.level)
        elif roll < 0.051:
            self._with_a_wrong_date(story, before)
        elif roll < 0.061:
            if self._step(story, Kind.THREAT_CHANGED, before, threat=story.threat):
                story.threat = self.threats.pick(story.agency, story.born, oic=False)
        elif roll < 0.062:
            if self._step(story, Kind.LED_HERE, before):
                story.uk_led = False
        elif roll < 0.068:
            self._step(story, Kind.UPHELD, before)
        elif roll < 0.074:
            self._return(story, before)

    def _claimed(self, level: str) -> str:
        """Return what an agency claimed of what is now at a level: more often too much than too little."""
        higher = self.rng.random() < 0.6
        return {MAJOR: MODERATE, MINOR: MODERATE}.get(level, MAJOR if higher else MINOR)

    def _with_a_wrong_date(self, story: Story, before: datetime) -> None:
        right = story.day
        wrong = right + timedelta(days=self.rng.choice((-31, -30, -10, -7, -1, 1, 7, 9, 10, 30, 31)))
        fits = _same_for_releases(wrong, right) and wrong <= story.born.date()
        if fits and self._step(story, Kind.DATE_CORRECTED, before, day=right):
            story.day = wrong

    def _return(self, story: Story, before: datetime) -> None:
        """Have its approver send it back once; never across a cut-off, as a returned record does not count."""
        returned = approval_of(story.born, story.agency)
        again = [at for at in recording_sessions(story.agency) if at > returned][:1]
        if not again or any(returned < cut_off <= again[0] for cut_off in CUT_OFFS):
            return
        approved = approval_of(again[0], story.agency)
        if approved < before:
            story.returned, story.sent_again, story.approved = returned, again[0], approved

    def _left_again(self, quarter: Quarter, level: str, *, before: datetime) -> None:
        """Add a record that stood in a cell for a time and had left it by ``before``."""
        kind = self.rng.choices(
            (Kind.WITHDRAWN, Kind.DUPLICATE, Kind.NOT_A_DISRUPTION, Kind.THREAT_CHANGED, Kind.REGRADED),
            weights=(32, 26, 18, 14, 10),
        )[0]
        day = self._day(quarter)
        group = self._group(day)
        agency = self._agency(group, day, inspected=False)
        story = self._lead(agency, day, level, lag=self._lag(group), before=before - timedelta(days=30))
        if not self._leave(story, kind, before) or not self._take_place(story):
            self.stories.remove(story)

    def _take_place(self, story: Story) -> bool:
        """Take the place of a record that stands at the inspection among its force's; ``False`` if none is free."""
        if not _was_inspected(story) or story.agency not in FORCES:
            return True
        free = self.free[story.day.year]
        if story.agency not in free:
            return False
        free.remove(story.agency)
        return True

    def _leave(self, story: Story, kind: Kind, before: datetime, *, after: datetime | None = None) -> bool:
        """Let a record leave the counts within (after, before). Says whether there was time for it."""
        if kind is Kind.DUPLICATE:
            other = self._same_event(story)
            return other is not None and self._step(story, kind, before, after=after, other=other)
        if kind is Kind.THREAT_CHANGED:
            wrong = self.threats.pick(story.agency, story.born, oic=False)
            return self._step(story, kind, before, after=after, threat=wrong)
        if kind is Kind.REGRADED:
            return self._step(story, kind, before, after=after, level=NONE)
        return self._step(story, kind, before, after=after)

    def _same_event(self, story: Story) -> Story | None:
        """Return another record of its cell, after making the story speak of the same event; ``None`` if none fits."""
        cell = self.cells[Quarter.of(story.day), story.level]
        for _ in range(12 if cell else 0):
            other = self.rng.choice(cell)
            if (
                other is not story
                and other.is_settled
                and not other.approved_level
                and other.day <= story.born.date()
                and other.threat.created < story.born
                and _same_for_releases(other.day, story.day)
                and (other.agency != story.agency or self.rng.random() < 0.5)
            ):
                story.day, story.threat, story.area, story.country = other.day, other.threat, other.area, other.country
                story.same_event_as, other.is_pinned = other, True
                return other
        return None

    def _step(
        self,
        story: Story,
        kind: Kind,
        before: datetime,
        *,
        after: datetime | None = None,
        level: str = "",
        day: date | None = None,
        threat: Threat | None = None,
        other: Story | None = None,
    ) -> bool:
        """Let something happen to a record at a sitting within (after, before); ``False`` if there is none."""
        times = moderations() if kind in BY_MODERATOR else tidying_sessions(story.agency)
        earliest = max(story.born + timedelta(days=12), after or BEGINNING, other.born if other else BEGINNING)
        found = within(times, earliest, before)
        if not found and after is not None and before - earliest > timedelta(days=3):
            found = (before - timedelta(hours=30),)
        if not found:
            return False
        at = found[min(len(found) - 1, int(self.rng.expovariate(1 / 3)))]
        story.steps.append(Step(kind, at, level=level, day=day, threat=threat, other=other))
        return True

    # ---------------------------------------------------------------------------------------- between the two releases

    def _revise_until_may(self) -> None:
        """Move records between the cells of the two releases, then close each published cell with late entries."""
        weights = {Quarter(2024, 4): 2, Quarter(2025, 1): 2, Quarter(2025, 2): 3, Quarter(2025, 3): 4}
        for quarter in sorted({quarter for quarter, _ in november()}):
            self._revise(quarter, weights.get(quarter, 1), after=AT_NOVEMBER, before=AT_MAY, last=LAST_BEFORE_NOVEMBER)
        for (quarter, level), count in published().items():
            missing = count - len(self.cells[quarter, level])
            if missing < 0:
                raise AssertionError(f"{quarter.label}, {level}: {-missing} records too many")
            for _ in range(missing):
                self._counted(quarter, level, before=AT_MAY, after=AT_NOVEMBER)

    def _revise_after_may(self) -> None:
        for quarter in sorted({quarter for quarter, _ in published()}):
            recent = quarter >= Quarter(2025, 1)
            if recent:
                self._revise(quarter, 1, after=AT_MAY, before=LATEST_APPROVAL, last=LAST_BEFORE_MAY)
            for _ in range(21 if quarter >= Quarter(2025, 4) else 9 if recent else 4):
                level = self.rng.choices(LEVELS, weights=(88, 10, 2))[0]
                self._counted(quarter, level, before=LATEST_APPROVAL, after=AT_MAY)

    def _revise(self, quarter: Quarter, weight: int, *, after: datetime, before: datetime, last: Quarter) -> None:
        """Let records of a quarter move between cells, in and out of the counts, within (after, before).

        Each cell loses at least as many as it gains, so that entries can make up what is missing and none is too many.
        """

        def move(level: str, how_many: int, happen: Callable[[Story], bool], to: Cell | None = None) -> None:
            cell = self.cells[quarter, level]
            for _ in range(how_many):
                for story in self.rng.sample(cell, min(len(cell), 40)):
                    if story.is_settled and story.born < after - timedelta(days=14) and happen(story):
                        cell.remove(story)
                        if to is not None:
                            self.cells[to].append(story)
                        break

        def regraded(level: str) -> Callable[[Story], bool]:
            return lambda story: self._step(story, Kind.REGRADED, before, after=after, level=level)

        def left(kind: Kind) -> Callable[[Story], bool]:
            return lambda story: self._leave(story, kind, before, after=after)

        def redated(to: Quarter) -> Callable[[Story], bool]:
            def happen(story: Story) -> bool:
                day = self._day(to)
                on_time = day <= story.born.date()
                return on_time and self._step(story, Kind.DATE_CORRECTED, before, after=after, day=day)

            return happen

        move(MAJOR, 1, regraded(MODERATE), (quarter, MODERATE))
        move(MODERATE, 1 + weight, regraded(MINOR), (quarter, MINOR))
        move(MODERATE, weight // 2, left(Kind.WITHDRAWN))
        if quarter.number % 2:
            move(MODERATE, 1, regraded(MAJOR), (quarter, MAJOR))
        move(MINOR, max(1, weight // 2), regraded(MODERATE), (quarter, MODERATE))
        move(MINOR, weight, regraded(NONE))
        move(MINOR, 1 + weight, left(Kind.WITHDRAWN))
        move(MINOR, 1 + weight, left(Kind.DUPLICATE))
        move(MINOR, weight, left(Kind.THREAT_CHANGED))
        move(MINOR, weight // 2, left(Kind.NOT_A_DISRUPTION))
        move(MINOR, weight // 2, lambda story: self._step(story, Kind.LED_ABROAD, before, after=after))
        if quarter < last:
            move(MINOR, weight, redated(quarter.plus(1)), (quarter.plus(1), MINOR))
        if quarter > Quarter(2023, 1):
            move(MINOR, max(1, weight // 2), redated(quarter.plus(-1)), (quarter.plus(-1), MINOR))
        if quarter.start > INSPECTED_UNTIL:
            for _ in range(weight):
                self._enter_by_threat(quarter, after=after, before=before)

    def _enter_by_threat(self, quarter: Quarter, *, after: datetime, before: datetime) -> None:
        """Add a record whose threat was taken for another kind of crime, and which counts once that is put right."""
        day = self._day(quarter)
        group = self._group(day)
        agency = self._agency(group, day, inspected=False)
        story = self._lead(agency, day, MINOR, lag=self._lag(group), before=after - timedelta(days=14))
        if story.day != day or not self._step(story, Kind.THREAT_CHANGED, before, after=after, threat=story.threat):
            self.stories.remove(story)
            return
        story.threat = self.threats.pick(agency, story.born, oic=False)
        self.cells[quarter, MINOR].append(story)

    # ------------------------------------------------------------------------------------------------- the inspection

    def _add_years_before(self) -> None:
        """Add the leads of 2020 to 2022, which no published series counts."""
        for year in (2020, 2021, 2022):
            police = round(POLICE_BY_YEAR[year] * 0.6)
            for place in range(police + round(OTHERS_BEFORE_2023[year] * 0.72)):
                day = date(year, 1, 6) + timedelta(days=self.rng.randrange(355))
                group = POLICE if place < police else self._group(day, police=False)
                agency = self._agency(group, day, inspected=True)
                level = self.rng.choices(LEVELS, weights=(84, 13, 3))[0]
                story = self._lead(agency, day, level, lag=self._lag(group), before=AT_INSPECTION)
                self.cells[Quarter.of(day), level].append(story)
                self._with_a_past(story, AT_INSPECTION)

    def _meet_inspection(self) -> None:
        """Add what the inspectorate's figures hold beside counted leads: supports, and leads outside the counts."""
        leads: dict[int, list[Story]] = defaultdict(list)
        for story in self.stories:
            if (
                _was_inspected(story)
                and self._may_be_supported(story)
                and story.born < AT_INSPECTION - timedelta(days=9)
            ):
                leads[story.day.year].append(story)
        others = Counter(
            story.day.year for story in self.stories if _was_inspected(story) and story.agency not in FORCES
        )
        missing = {year: total - others[year] for year, total in OTHERS_BEFORE_2023.items()}
        of_two_years = OTHERS_IN_ALL - sum(OTHERS_BEFORE_2023.values()) - others[2023] - others[2024]
        missing |= {2023: of_two_years // 2, 2024: of_two_years - of_two_years // 2}
        for year, count in missing.items():
            if count < 0:
                raise AssertionError(f"{year}: {-count} records of other agencies too many")
            for agency in self.free[year] + [self._any_agency_but_forces() for _ in range(count)]:
                self._add_uncounted_in(year, agency, leads[year])

    def _any_agency_but_forces(self) -> str:
        if self.rng.random() < 0.1:
            return self.rng.choice(NOT_COVERED)
        day = date(2023, 6, 1)
        return self._agency(self._group(day, police=False), day, inspected=False)

    def _add_uncounted_in(self, year: int, agency: str, leads: list[Story]) -> None:
        """Add one record that stands at the inspection and is no counted lead."""
        if self.rng.random() < 0.72:
            for lead in self.rng.sample(leads, min(60, len(leads))):
                if self._near(agency, lead) and self._support(agency, lead, before=AT_INSPECTION):
                    return
            for lead in self.rng.sample(leads, min(60, len(leads))):
                if self._support(agency, lead, before=AT_INSPECTION):
                    return
        last = INSPECTED_UNTIL if year == 2024 else date(year, 12, 31)
        day = date(year, 1, 4) + timedelta(days=self.rng.randrange((last - date(year, 1, 4)).days + 1))
        self._uncounted_lead(agency, day, before=AT_INSPECTION)

    def _uncounted_lead(self, agency: str, day: date, *, before: datetime) -> None:
        kind = self.rng.choices(("area", NONE, "abroad", NEGATIVE), weights=(42, 38, 15, 5))[0]
        story = self._lead(agency, day, MINOR, lag=self._lag(POLICE), before=before)
        if kind in {NONE, NEGATIVE}:
            story.level = kind
        elif agency in NOT_COVERED:
            story.level = self.rng.choices((MINOR, MODERATE), weights=(8, 2))[0]
        elif kind == "area":
            story.level = self.rng.choices(LEVELS, weights=(82, 15, 3))[0]
            story.threat = self.threats.pick(agency, story.born, oic=False)
        else:
            story.uk_led, story.area, story.country = False, "", self.rng.choice(OVERSEAS)

    # ------------------------------------------------------------------------------------------ supports and the rest

    def _may_be_supported(self, story: Story) -> bool:
        return (
            not story.is_support
            and story.sharing == "all_agencies"
            and story.returned is None
            and story.uk_led
            and not any(step.kind in ENDING for step in story.steps)
        )

    def _near(self, agency: str, lead: Story) -> bool:
        """Say whether an agency's help with a lead is plausible: its own area, its region, or a national agency."""
        if agency in FORCES:
            return lead.area == agency or self.rng.random() < 0.04
        return agency not in ROCUS or lead.area in AREAS_OF_ROCUS[agency]

    def _support(self, agency: str, lead: Story, *, before: datetime, waits: bool = False) -> bool:
        """Add an agency's support of a lead, recorded after it (or before it, where it ``waits``)."""
        if agency == lead.agency or (id(lead), agency) in self.supported:
            return False
        after = None if waits else lead.born
        since = lead.day if waits else lead.born.date()
        born = session_for(agency, since + timedelta(days=self.rng.randrange(3, 25)), after, before)
        if born < at_work(lead.day, 23) or born <= lead.threat.created or (not waits and born <= lead.born):
            return False
        story = Story(
            agency=agency,
            day=lead.day,
            level=lead.level if self.rng.random() < 0.8 else MINOR,
            born=born,
            threat=lead.threat,
            area=lead.area,
            country=lead.country,
            lead=None if waits else lead,
            lead_agency=lead.agency if waits else "",
        )
        later = within(tidying_sessions(agency), max(born, lead.born), before)
        if waits and later and self.rng.random() < 0.25:
            story.steps.append(Step(Kind.JOINED_LEAD, later[0], other=lead))
        self.supported.add((id(lead), agency))
        self.stories.append(story)
        return True

    def _add_supports(self) -> None:
        """Add supports of what came in after the inspection; some arrive before their lead and wait for it."""
        leads = [story for story in self.stories if story.born > AT_INSPECTION and self._may_be_supported(story)]
        for lead in leads:
            if self.rng.random() > 0.085:
                continue
            waits = lead.day > INSPECTED_UNTIL and self.rng.random() < 0.12
            for agency in self._supporters(lead)[: 1 + (self.rng.random() < 0.15)]:
                self._support(agency, lead, before=END, waits=waits)

    def _supporters(self, lead: Story) -> list[str]:
        weights = {
            "immigration-enforcement": 26,
            "nca": 15,
            "border-force": 13,
            "home-office-intelligence": 5,
            "hmrc": 3,
        }
        if lead.area in FORCES:
            weights[lead.area] = 34
            weights |= {rocu: 18 for rocu, forces in AREAS_OF_ROCUS.items() if lead.area in forces}
        weights.pop(lead.agency, None)
        found: list[str] = []
        while len(found) < 2:
            agency = self.rng.choices(list(weights), weights=list(weights.values()))[0]
            if agency not in found:
                found.append(agency)
        return found

    def _add_uncounted(self) -> None:
        """Add leads outside the counts since the inspection."""
        days = ((END - timedelta(days=20)).date() - INSPECTED_UNTIL).days
        for _ in range(260):
            day = INSPECTED_UNTIL + timedelta(days=1 + self.rng.randrange(days))
            agency = self._agency(self._group(day), day, inspected=False)
            if self.rng.random() < 0.1:
                agency = self.rng.choice(NOT_COVERED)
            self._uncounted_lead(agency, day, before=END)

    def _approve(self) -> None:
        """Say when each record is approved; the latest still wait."""
        for story in self.stories:
            if story.approved is None:
                late = not story.approved_level and story.returned is None and self.rng.random() < 0.05
                approved = approval_of(story.born, story.agency, sessions_later=1 if late else 0)
                story.approved = approved if approved <= LATEST_APPROVAL else None
            changes = [step.at for step in story.steps if step.kind not in BY_MODERATOR]
            if changes:
                again = approval_after(max(changes), story.agency)
                story.approved_again = again if again <= LATEST_APPROVAL else None


class _ThreatPicker:
    """Picks the threat of a record: on the list by then, never archived, most often one that its agency leads."""

    def __init__(self, rng: random.Random, threats: Sequence[Threat]) -> None:
        self.rng = rng
        usable = [threat for threat in threats if threat.takes_records_until_the_end()]
        self.all = {oic: [threat for threat in usable if threat.is_oic == oic] for oic in (True, False)}
        self.own: dict[tuple[str, bool], list[Threat]] = defaultdict(list)
        for threat in usable:
            self.own[threat.agency, threat.is_oic].append(threat)

    def pick(self, agency: str, born: datetime, *, oic: bool = True) -> Threat:
        """Return a threat that was on the list when a record was made."""
        own = self.own.get((agency, oic), [])
        for _ in range(200):
            threat = self.rng.choice(own if own and self.rng.random() < 0.55 else self.all[oic])
            if threat.created < born:
                return threat
        return next(threat for threat in self.all[oic] if threat.created < born)


def _places_of_forces(rng: random.Random) -> dict[int, list[str]]:
    """Return, for each year, a force for each police record that stands at the inspection, in random order."""
    forces = [force for force, count in FORCES.items() for _ in range(count)]
    rng.shuffle(forces)
    places = iter(forces)
    return {year: [next(places) for _ in range(count)] for year, count in POLICE_BY_YEAR.items()}


def _was_inspected(story: Story) -> bool:
    return date(2020, 1, 1) <= story.day <= INSPECTED_UNTIL and story.stands_at(AT_INSPECTION)


def _same_for_releases(left: date, right: date) -> bool:
    """Say whether two days of disruption are within the same years and releases: what is wrong in one stays in it."""
    bounds = (INSPECTED_UNTIL, LAST_BEFORE_NOVEMBER.end, LAST_BEFORE_MAY.end)
    return left.year == right.year and all((left <= bound) == (right <= bound) for bound in bounds)
