"""Load the demonstration: replay the plan through the services, each set at its own past time.

Everything goes in by the same services, rules and triggers as any other record; only the clock is the session's own.
Each set is a transaction of its own: within one for all, every check of the deferred constraints would look through
all that went in before. The log says at the end that the demonstration is whole.
"""

from __future__ import annotations

import gc
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection

from agencies import audit
from agencies.models import Agency, ApiClient, AuditEntry, User, london_date, oic_now
from agencies.refusals import Refused
from agencies.services import (
    add_demonstration_accounts,
    add_demonstration_colleagues,
    amend_agency,
    load_reference_data,
)
from agencies.session_clock import session_clock, session_clock_is_allowed
from agencies.vocabulary import AuditAction
from disruptions.demonstration.bodies import (
    LARGE,
    RECORDING,
    SECOND_MODERATOR,
    THREAT_MANAGING,
    colleagues,
)
from disruptions.demonstration.desk import plan_desk
from disruptions.demonstration.extracts import EXTRACTS, SECOND_STATISTICIAN, STATISTICIAN, Frozen
from disruptions.demonstration.master_list import Grading, Threat, plan_master_list
from disruptions.demonstration.planning import plan_stories
from disruptions.demonstration.plans import (
    JOINED_AT,
    LINKED_AT_MOST,
    MERGED_AT,
    PARTED_AT,
    PLANNED_AT,
    REPORTED_AT,
    Plan,
    plan_memberships,
    plan_merge,
    plan_work,
)
from disruptions.demonstration.saved_views import save_demonstration_views
from disruptions.demonstration.sessions import BEGINNING, END, at_work, recording_sessions
from disruptions.demonstration.stories import BY_MODERATOR, ENDING, Kind, Step, Story
from disruptions.demonstration.wording import Reasons, Writer
from disruptions.models import Disruption, Membership, SOCThreat
from disruptions.parsing import parse_disruption
from disruptions.review_cycle import any_state
from disruptions.services import (
    ActionRow,
    AssessmentRow,
    DecisionRow,
    OCGRow,
    ThreatRow,
    add_membership,
    amend_disruption,
    amend_plan_action,
    amend_threats,
    ask_for_threat,
    assess_threats,
    end_membership,
    escalate_threat,
    freeze_extract,
    link_to_action,
    load_scoring_model,
    merge_threats,
    offer_hand_over,
    plan_reviews,
    record_disruptions,
    record_ocgs,
    record_plan_action,
    record_threats,
    review_disruptions,
    sign_off_extract,
    submit_disruptions,
    withdraw_disruptions,
)
from disruptions.vocabulary import Channel, Decision, Escalation, ReviewState, Sharing, Status, ThreatStatus

SEED: Final = 20_260_521
NATIONAL_MANAGER: Final = "threats@nca.example"
"""Keeps the threats of agencies without a threat manager of their own."""
MARK: Final = ("demonstration", "loaded")
"""The subject and reference of the entry in the log that the demonstration is whole."""

OFFERED: Final = {"kent": "surrey", "border-force": "kent"}
"""Agencies that offer their latest lead to another one in the last days."""

ESCALATING: Final = ("surrey", "kent", "metropolitan")
"""Agencies whose threat managers call on others and plan reviews in the last days."""
REVIEWS_AT: Final = at_work(date(2026, 11, 20), 11)
REVIEWS_PLANNED: Final = 4
CALL: Final = (
    "The officer who knew this group has moved on, and what we hold is more than a year old. We need what the region "
    "has on it before we can score it."
)
ASKED_FOR: Final = ("The Dock Road drivers", "The people of Sable Yard")
"""What officers call threats that nobody has listed."""

WEIGHT: Final = {level: place for place, level in enumerate(("negative", "none", "minor", "moderate", "major"))}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many threats and records were loaded."""

    threats: int
    records: int


def load_demonstration() -> Loaded | None:
    """Load the demonstration, or return ``None`` where it is loaded already.

    Raises ``Refused`` unless the site is a demonstration, its database lets a session have a clock, and nothing was
    loaded before: agencies that came later than the records would be missing from every past figure.
    """
    if not settings.DEMO:
        raise Refused("not_a_demonstration", "The demonstration is loaded only where DEMO=1.")
    if is_loaded():
        return None
    if Agency.objects.exists() or Disruption.objects.exists():
        raise Refused(
            "database_not_empty",
            "The demonstration needs an empty database: its history begins in 2020, and agencies are loaded with it.",
        )
    if not session_clock_is_allowed():
        raise Refused(
            "session_clock_not_allowed",
            "The database does not let a session have a clock of its own. `python -m oic.prepare` (or `make run`) asks "
            "its owner to allow it while the demonstration loads.",
        )
    until = min(oic_now(), END)
    with _without_waiting_for_the_disk(), _collecting_seldom():
        with session_clock(BEGINNING):
            load_reference_data()
            load_scoring_model()
            add_demonstration_accounts()
            add_demonstration_colleagues(colleagues())
            _add_contacts()
        loaded = _Replay(until).run()
        save_demonstration_views()
    audit.record(AuditAction.CHANGED, *MARK, detail={"threats": loaded.threats, "records": loaded.records})
    return loaded


def _add_contacts() -> None:
    """Give each agency that records a mailbox that others may write to; the reference data names none."""
    admin = User.objects.get(email="admin@nca.example")
    for agency in Agency.objects.filter(contact="", code__in=RECORDING):
        contact = f"oic-desk@{agency.code}.example"
        amend_agency(acting_user=admin, agency=agency, version=agency.version, contact=contact)


def is_loaded() -> bool:
    """Say whether the whole demonstration is there."""
    subject, reference = MARK
    return AuditEntry.objects.filter(subject=subject, reference=reference).exists()


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Let commits return before they are on disk: a load that a crash cuts short is begun again anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
        try:
            yield
        finally:
            cursor.execute("RESET synchronous_commit")


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Look for garbage less often: nearly all that is made lives to the end, and looking at it again takes a tenth."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


Event = tuple[datetime, int, str, str]
"""When, in which order at the same time, what is done, and by whom (an address)."""


class _Replay:
    """What is planned, sorted by time into sets that one person does at one time."""

    def __init__(self, until: datetime) -> None:
        rng = random.Random(SEED)  # noqa: S311 - the same demonstration everywhere, not a secret
        self.threats = plan_master_list(rng)
        self.stories = [*plan_stories(rng, self.threats), *plan_desk(rng, self.threats)]
        self.rng = rng
        self.until = until
        self.agencies = {agency.code: agency for agency in Agency.objects.all()}
        self.people = self._people()
        self.writer = Writer(rng, {code: (each.short_name, each.kind) for code, each in self.agencies.items()})
        self.reasons = Reasons(rng)
        self.sets: dict[Event, list[object]] = defaultdict(list)
        self.actions: dict[tuple[int, int], int] = {}
        self.joined: Membership | None = None
        self.frozen: dict[Frozen, str] = {}

    def run(self) -> Loaded:
        for threat in self.threats:
            self._plan_threat(threat)
        for story in self.stories:
            self._plan_story(story)
        self._plan_second_looks()
        self._plan_questions()
        self._plan_plans()
        self._plan_extracts()
        do: dict[str, Callable[[User, list], None]] = {
            "list threats": self._list_threats,
            "assess": self._assess,
            "move threats": self._move_threats,
            "record": self._record,
            "send again": self._send_again,
            "change": self._change,
            "withdraw": self._withdraw,
            "moderate": self._moderate,
            "return": self._return,
            "approve": self._approve,
            "look again": self._look_again,
            "offer": self._offer,
            "ask for a threat": self._ask,
            "plan": self._plan,
            "report": self._report,
            "join": self._join,
            "part": self._part,
            "merge": self._merge,
            "look after reviews": self._look_after_reviews,
            "freeze": self._freeze,
            "sign off": self._sign_off,
        }
        for event in sorted(self.sets):
            at, _, what, who = event
            if at <= self.until:
                with session_clock(at):
                    self.reasons.begin()
                    do[what](self.people[who], self.sets[event])
        return Loaded(
            sum(bool(threat.reference) for threat in self.threats),
            sum(bool(story.reference) for story in self.stories),
        )

    # ------------------------------------------------------------------------------------------------------- planning

    def _people(self) -> dict[str, User]:
        people = {user.email: user for user in User.objects.select_related("agency") if not user.is_service}
        clients = ApiClient.objects.select_related("service_account__agency")
        return people | {client.client_id: client.service_account for client in clients}

    def _add(self, at: datetime, order: int, what: str, who: str, thing: object) -> None:
        self.sets[at, order, what, who].append(thing)

    def _plan_threat(self, threat: Threat) -> None:
        manager = self._manager(threat)
        self._add(threat.created, 0, "list threats", manager, threat)
        for grading in threat.gradings:
            self._add(grading.at, 1, "assess", manager, (threat, grading))
        for at, status in threat.statuses:
            self._add(at, 2, "move threats", manager, (threat, status))

    def _plan_story(self, story: Story) -> None:
        recorder, officer = self._recorder(story), f"officer@{story.agency}.example"
        approver = f"approver@{story.agency}.example"
        self._add(story.born, 3, "record", recorder, story)
        if story.returned:
            self._add(story.returned, 7, "return", approver, story)
        if story.sent_again:
            self._add(story.sent_again, 4, "send again", officer, story)
        if story.approved:
            self._add(story.approved, 8, "approve", approver, story)
        if story.approved_again:
            self._add(story.approved_again, 8, "approve", approver, story)
        for step in story.steps:
            if step.kind in BY_MODERATOR:
                moderator = "moderator@nca.example" if step.at.month % 2 else SECOND_MODERATOR
                self._add(step.at, 6, "moderate", moderator, (story, step))
            elif step.kind is Kind.WITHDRAWN:
                self._add(step.at, 5, "withdraw", officer, (story, step))
            else:
                self._add(step.at, 4, "change", officer, (story, step))

    def _plan_second_looks(self) -> None:
        """Let a moderator look through what waits, once a quarter; what came since the last time waits still."""
        for year in range(2020, END.year + 1):
            for month in (2, 5, 8, 11):
                at = at_work(date(year, month, 5), 16)
                if at < END - timedelta(days=30):
                    self._add(at, 9, "look again", SECOND_MODERATOR, None)

    def _plan_questions(self) -> None:
        """Let agencies ask each other, and their threat managers, in the last days."""
        for agency, to_agency in OFFERED.items():
            led = [
                story
                for story in self.stories
                if story.agency == agency and not story.is_support and story.is_settled and story.born < END
            ]
            at = at_work(date(2026, 11, 19), 9, len(agency))
            self._add(at, 9, "offer", f"officer@{agency}.example", (max(led, key=lambda story: story.born), to_agency))
        for story in self.stories:
            if story.draft and "threat" in story.left_out:
                self._add(
                    at_work(date(2026, 11, 19), 15), 9, "ask for a threat", f"officer@{story.agency}.example", story
                )

    def _plan_plans(self) -> None:
        """Let threat managers plan against what is most written about, join what belongs together, and merge two."""
        plans = plan_work(self.threats, self.stories)
        for plan in plans:
            self._add(PLANNED_AT, 10, "plan", self._manager(plan.threat), plan)
            self._add(REPORTED_AT, 10, "report", self._manager(plan.threat), plan)
        for pair in plan_memberships(self.threats, plans):
            self._add(JOINED_AT, 10, "join", NATIONAL_MANAGER, pair)
        for code in ESCALATING:
            self._add(REVIEWS_AT, 10, "look after reviews", f"threats@{code}.example", code)
        self._add(PARTED_AT, 10, "part", NATIONAL_MANAGER, None)
        self._add(MERGED_AT, 10, "merge", NATIONAL_MANAGER, plan_merge(self.threats, self.stories, plans))

    def _plan_extracts(self) -> None:
        """Let a statistician freeze what stood at each cut-off of a release, and another one sign it off."""
        for extract in EXTRACTS:
            self._add(extract.frozen_at, 11, "freeze", STATISTICIAN, extract)
            self._add(extract.signed_off_at, 11, "sign off", SECOND_STATISTICIAN, extract)

    @staticmethod
    def _manager(threat: Threat) -> str:
        return f"threats@{threat.agency}.example" if threat.agency in THREAT_MANAGING else NATIONAL_MANAGER

    def _recorder(self, story: Story) -> str:
        """Return who enters a session's records: the officer, the records section, or the agency's own system."""
        sessions = recording_sessions(story.agency)
        place = sessions.index(story.born) if story.born in sessions else 0
        if story.born == sessions[-1] or story.draft or place % 4 in {0, 2} or story.agency == "kent":
            return f"officer@{story.agency}.example"
        if story.agency not in LARGE:
            return f"demo-{story.agency}" if place % 5 == 1 else f"officer@{story.agency}.example"
        return f"demo-{story.agency}" if place % 4 == 1 else f"records@{story.agency}.example"

    # ---------------------------------------------------------------------------------------------------- master list

    def _list_threats(self, user: User, threats: list[Threat]) -> None:
        for agency, group in _by_agency(threats):
            ocgs = [threat for threat in group if threat.group_name]
            recorded = record_ocgs(
                acting_user=user, agency=self.agencies[agency], rows=[self._ocg_row(threat) for threat in ocgs]
            )
            references = {id(threat): ocg.reference for threat, ocg in zip(ocgs, recorded, strict=True)}
            rows = [
                ThreatRow(
                    kind=threat.kind,
                    title=threat.title,
                    ocg=references.get(id(threat)),
                    primary_area=threat.primary_area,
                    other_areas=threat.other_areas,
                    sub_threats=(threat.theme.sub_threat,) if threat.is_oic else (),
                    lead_responsible_officer=self._responsible(agency),
                )
                for threat in group
            ]
            listed = record_threats(acting_user=user, agency=self.agencies[agency], rows=rows)
            for threat, record in zip(group, listed, strict=True):
                threat.reference, threat.group_reference = record.reference, references.get(id(threat), "")

    def _responsible(self, agency: str) -> User | None:
        return self.people.get(f"approver@{agency}.example") if self.rng.random() < 0.85 else None

    def _ocg_row(self, threat: Threat) -> OCGRow:
        return OCGRow(
            name=threat.group_name,
            aliases=threat.aliases,
            pnd_tier=threat.tier,
            pnd_reference=f"DEMO-{self.rng.randrange(10_000, 99_999)}" if threat.tier else "",
            intent=f"To profit from {threat.theme.group_title}.",
            capability=self.rng.choice(
                (
                    "Works through two brokers and a handful of drivers.",
                    "Has its own transport and buys documents from others.",
                    "Depends on one organiser abroad; little depth behind him.",
                    "Well funded, careful with telephones, quick to replace people.",
                )
            ),
            geography=threat.geography,
        )

    def _assess(self, user: User, gradings: list[tuple[Threat, Grading]]) -> None:
        rows = [
            AssessmentRow(
                threat=threat.reference,
                adopted_grade=grading.grade,
                scores=grading.scores,
                confidence=grading.confidence,
                override_reason=grading.override_reason,
            )
            for threat, grading in gradings
        ]
        assess_threats(acting_user=user, rows=rows)

    def _move_threats(self, user: User, moves: list[tuple[Threat, str]]) -> None:
        for status in dict.fromkeys(status for _, status in moves):
            versions = {threat.reference: None for threat, each in moves if each == status}
            reason = "It has done nothing for two years." if status == ThreatStatus.ARCHIVED else ""
            amend_threats(acting_user=user, versions=versions, values={"status": status}, reason=reason)

    # --------------------------------------------------------------------------------------------------------- records

    def _record(self, user: User, stories: list[Story]) -> None:
        rows = [parse_disruption(self.writer.payload(story), typed=True) for story in stories]
        channel = Channel.API if user.is_service else Channel.BROWSER
        if user.email.startswith("records@"):
            channel = Channel.FILE
        results = record_disruptions(
            acting_user=user, agency=user.agency, rows=rows, channel=channel, all_or_nothing=True
        )
        for story, result in zip(stories, results, strict=True):
            if result.record is None:
                raise AssertionError(
                    f"{story.agency} {story.born}: {[each for each in results if each.violations][:3]}"
                )
            story.reference = result.record.reference
            story.status = Status.DRAFT if story.draft else Status.SUBMITTED

    def _send_again(self, user: User, stories: list[Story]) -> None:
        sent = [story for story in stories if story.status == Status.RETURNED]
        if sent:
            submit_disruptions(acting_user=user, versions={story.reference: None for story in sent})
        for story in sent:
            story.status = Status.SUBMITTED

    def _change(self, user: User, changes: list[tuple[Story, Step]]) -> None:
        for story, step in changes:
            raw = {
                Kind.DATE_CORRECTED: {"occurred_on": step.day and step.day.isoformat()},
                Kind.LED_ABROAD: {"uk_led": False},
                Kind.LED_HERE: {"uk_led": True},
                Kind.JOINED_LEAD: {"lead": step.other and step.other.reference},
            }[step.kind]
            if story.status in _OVER or (step.kind is Kind.JOINED_LEAD and not _stands(step.other)):
                continue
            reason, reason_class = self.reasons.of_change(step.kind)
            record = amend_disruption(
                acting_user=user,
                reference=story.reference,
                version=None,
                changes=parse_disruption(raw, typed=True),
                reason=reason,
                reason_class=reason_class,
            )
            story.status = record.status

    def _withdraw(self, user: User, changes: list[tuple[Story, Step]]) -> None:
        versions = {story.reference: None for story, _ in changes if story.status not in _OVER}
        if versions:
            withdraw_disruptions(
                acting_user=user, versions=versions, reason=self.reasons.of_withdrawal(), reason_class="withdrawn"
            )
        for story, _ in changes:
            story.status = Status.WITHDRAWN

    def _moderate(self, user: User, changes: list[tuple[Story, Step]]) -> None:
        levels = dict(
            Disruption.objects.filter(reference__in=[story.reference for story, _ in changes]).values_list(
                "reference", "level"
            )
        )
        rows = []
        for story, step in changes:
            if story.status not in {Status.SUBMITTED, Status.APPROVED}:
                continue
            rows.append(self._decision(story, step, levels[story.reference]))
            if step.kind in ENDING:
                story.status = Status.REJECTED
        if rows:
            review_disruptions(acting_user=user, decisions=rows)

    def _decision(self, story: Story, step: Step, level: str | None) -> DecisionRow:
        row = DecisionRow(story.reference, Decision.UPHELD.value, reason=self.reasons.of_decision(step.kind))
        if step.kind is Kind.REGRADED:
            raised = WEIGHT[step.level] > WEIGHT[level or story.level]
            row.decision = (Decision.RAISED if raised else Decision.LOWERED).value
            row.to_level = step.level
            row.reason = self.reasons.of_regrade(raised=raised)
        elif step.kind is Kind.DUPLICATE and step.other is not None:
            row.decision, row.duplicate_of = Decision.DUPLICATE.value, step.other.reference
        elif step.kind is Kind.NOT_A_DISRUPTION:
            row.decision = Decision.NOT_A_DISRUPTION.value
        elif step.kind is Kind.THREAT_CHANGED and step.threat is not None:
            row.decision, row.threat = Decision.THREAT_CHANGED.value, step.threat.reference
        return row

    def _return(self, user: User, stories: list[Story]) -> None:
        rows = []
        for story in stories:
            if story.status == Status.SUBMITTED:
                field, reason = self.reasons.of_return()
                rows.append(DecisionRow(story.reference, Decision.RETURN.value, field_reasons={field: reason}))
                story.status = Status.RETURNED
        if rows:
            review_disruptions(acting_user=user, decisions=rows)

    def _approve(self, user: User, stories: list[Story]) -> None:
        rows = []
        for story in stories:
            if story.status != Status.SUBMITTED:
                continue
            row = DecisionRow(story.reference, Decision.APPROVE.value)
            if story.approved_level:
                row.to_level, story.approved_level = story.approved_level, ""
                row.reason = self.reasons.of_regrade(raised=WEIGHT[row.to_level] > WEIGHT[story.level])
            rows.append(row)
            story.status = Status.APPROVED
        if rows:
            review_disruptions(acting_user=user, decisions=rows)

    def _look_again(self, user: User, _: list[None]) -> None:
        waiting = (
            Disruption.objects.visible_to(user).waiting_for_moderation_by(user).values_list("reference", flat=True)
        )
        rows = [DecisionRow(reference, Decision.UPHELD.value) for reference in waiting]
        if rows:
            review_disruptions(acting_user=user, decisions=rows)

    def _offer(self, user: User, offers: list[tuple[Story, str]]) -> None:
        for story, to_agency in offers:
            if _stands(story):
                offer_hand_over(
                    acting_user=user,
                    reference=story.reference,
                    version=None,
                    to_agency=to_agency,
                    reason="Their officers planned it and made the arrests; ours kept the road clear.",
                )

    def _ask(self, user: User, stories: list[Story]) -> None:
        for story in stories:
            ask_for_threat(
                acting_user=user,
                reference=story.reference,
                title=ASKED_FOR[story.agency[0] > "k"],
                details="Three or four people who move others from the coast in hired vans. No name is known yet.",
            )

    # ------------------------------------------------------------------------------------------- plans, links, a merge

    def _plan(self, user: User, plans: list[Plan]) -> None:
        for plan in plans:
            officer = f"officer@{plan.threat.agency}.example"
            for place, action in enumerate(plan.actions):
                owner = officer if place % 2 == 0 and officer in self.people else user.email
                row = ActionRow(action.strand.value, action.title, owner, action.due_on)
                made = record_plan_action(acting_user=user, threat=plan.threat.reference, row=row)
                self.actions[id(action), id(plan)] = made.pk

    def _report(self, user: User, plans: list[Plan]) -> None:
        """Say how it goes, and what came of the actions against offenders."""
        for plan in plans:
            for action in plan.actions:
                amend_plan_action(
                    acting_user=user,
                    action=self.actions[id(action), id(plan)],
                    version=None,
                    values={"state": action.state.value, "note": action.note},
                )
            came = [
                story.reference for story in plan.results if _stands(story) and story.sharing == Sharing.ALL_AGENCIES
            ]
            for place, action in enumerate(plan.actions[:2]):
                linked = came[place::2][:LINKED_AT_MOST]
                if linked:
                    link_to_action(acting_user=user, action=self.actions[id(action), id(plan)], references=linked)

    def _look_after_reviews(self, user: User, _: list[str]) -> None:
        """Escalate what has been overdue longest, and plan what comes after it."""
        today = london_date(oic_now())
        managed = SOCThreat.objects.visible_to(user).managed_by(user).select_related("lead_agency")
        longest = managed.filter(any_state([ReviewState.OVERDUE], today)).in_order("review")
        overdue = list(longest[: REVIEWS_PLANNED + 1])
        first, later = overdue[:1], overdue[1:]
        for threat in first:
            to = Escalation.ROCU if threat.lead_agency.rocu_id else Escalation.NCA
            escalate_threat(acting_user=user, reference=threat.reference, version=None, to=to, reason=CALL)
        if later:
            versions = {threat.reference: None for threat in later}
            plan_reviews(acting_user=user, versions=versions, planned_on=today + timedelta(days=21))

    def _join(self, user: User, pairs: list[tuple[Threat, Threat]]) -> None:
        for member, group in pairs:
            self.joined = add_membership(
                acting_user=user,
                threat=member.reference,
                ocg=group.group_reference,
                from_on=JOINED_AT.date(),
                note="Seen together in three operations.",
            )

    def _part(self, user: User, _: list[None]) -> None:
        if self.joined is not None:
            end_membership(acting_user=user, membership=self.joined.pk, until_on=PARTED_AT.date())

    def _merge(self, user: User, pairs: list[tuple[Threat, Threat]]) -> None:
        for loser, winner in pairs:
            merge_threats(
                acting_user=user,
                loser=loser.reference,
                winner=winner.reference,
                version=None,
                reason="Telephones and vans are the same: one group under two names.",
            )

    def _freeze(self, user: User, extracts: list[Frozen]) -> None:
        for each in extracts:
            made = freeze_extract(acting_user=user, cut_off=each.cut_off, title=each.title, words=each.words)
            self.frozen[each] = made.reference

    def _sign_off(self, user: User, extracts: list[Frozen]) -> None:
        for each in extracts:
            sign_off_extract(acting_user=user, reference=self.frozen[each])


_OVER: Final = frozenset({Status.WITHDRAWN, Status.REJECTED})


def _stands(story: Story | None) -> bool:
    return story is not None and bool(story.reference) and story.status not in {*_OVER, Status.DRAFT}


def _by_agency(threats: Sequence[Threat]) -> Iterable[tuple[str, list[Threat]]]:
    grouped: dict[str, list[Threat]] = defaultdict(list)
    for threat in threats:
        grouped[threat.agency].append(threat)
    return grouped.items()
