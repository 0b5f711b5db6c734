"""The parts of a threat's page that are read together: grades and disruptions over time, plan, links, what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from agencies.models import User, london_date
from disruptions.drawings import Mark, Node, Span, Step, draw_grades, draw_links, draw_timeline
from disruptions.links import Link, Side, linked_threats
from disruptions.models import Disruption, PlanAction, SOCThreat
from disruptions.permissions import may_keep_plan, may_report_on_action
from disruptions.querysets import DisruptionQuerySet
from disruptions.services import note_visit
from disruptions.since import news_of
from disruptions.statistics.timeline import Timeline, timeline
from disruptions.vocabulary import (
    ACCEPTING_STATUSES,
    OPEN_PLAN_STATES,
    DisruptionRole,
    Level,
    PlanState,
    PriorityGrade,
    Strand,
    highest_marking,
)
from disruptions.wording import LEVEL_WORDS, day_in_words

RESULTS_SHOWN: Final = 5
STRAND_MEANS: Final = {
    Strand.PURSUE: "Prosecute and disrupt offenders.",
    Strand.PREVENT: "Stop people from engaging in it.",
    Strand.PROTECT: "Shield people, organisations and systems.",
    Strand.PREPARE: "Be ready for it and reduce its impact.",
}


@dataclass(slots=True)
class ActionShown:
    """An action of the plan as the page shows it."""

    action: PlanAction
    overdue: bool
    may_report: bool
    results: list[Disruption] = field(default_factory=list)
    more: int = 0


def threat_picture(
    threat: SOCThreat, *, user: User, against: DisruptionQuerySet, assessments: Sequence[Any], today: date
) -> dict[str, Any]:
    """Return what the page draws and lists beside the summary, and note the visit."""
    plan, results = _plan(threat, user, against, today)
    links = linked_threats(threat, user=user)
    visit = note_visit(acting_user=user, threat=threat)
    over_time = timeline(against)
    span = _span(threat, assessments, over_time, today)
    return {
        "grades_drawn": _grades(threat, assessments, span, today),
        "over_time": over_time,
        "timeline_drawn": _timeline(threat, over_time, span),
        "timeline_sentence": _timeline_sentence(over_time),
        "plan": plan,
        "plan_sentence": _plan_sentence([shown.action for group in plan for shown in group["actions"]], results, today),
        "may_plan": threat.status in ACCEPTING_STATUSES and may_keep_plan(user, threat),
        "links": links,
        "links_drawn": _links(threat, links),
        "news": news_of(
            threat,
            user=user,
            visit=visit,
            plan=[shown.action for group in plan for shown in group["actions"]],
            links=links,
        )
        if visit
        else None,
        "picture_marking": highest_marking(
            record.marking for group in plan for shown in group["actions"] for record in shown.results
        ),
    }


# ----------------------------------------------------------------------------------------------------------------- plan


def _plan(threat: SOCThreat, user: User, against: DisruptionQuerySet, today: date) -> tuple[list[dict[str, Any]], int]:
    """Return the plan by strand, and how many records came of it that the person may open. Two queries."""
    actions = list(PlanAction.objects.visible_to(user).of_threat(threat).with_related())
    shown = {each.pk: ActionShown(each, _is_overdue(each, today), may_report_on_action(user, each)) for each in actions}
    results = list(against.that_came_from(actions).select_related("agency")) if actions else []
    for record in results:
        entry = shown[record.from_action]
        if len(entry.results) < RESULTS_SHOWN:
            entry.results.append(record)
        else:
            entry.more += 1
    groups = [
        {
            "strand": strand.value,
            "label": strand.label,
            "means": STRAND_MEANS[strand],
            "actions": [shown[each.pk] for each in actions if each.strand == strand],
        }
        for strand in Strand
    ]
    return groups, len(results)


def _is_overdue(action: PlanAction, today: date) -> bool:
    return action.state in OPEN_PLAN_STATES and action.due_on < today


def _plan_sentence(actions: Sequence[PlanAction], results: int, today: date) -> str:
    """Say how far the plan is."""
    if not actions:
        return "Nothing is planned against this threat yet."
    done = sum(action.state == PlanState.DONE for action in actions)
    overdue = sum(_is_overdue(action, today) for action in actions)
    standing = sum(action.state != PlanState.DROPPED for action in actions)
    empty = [str(strand.label) for strand in Strand if not any(action.strand == strand for action in actions)]
    sentence = f"{done:,} of {standing:,} actions {'is' if done == 1 else 'are'} done"
    sentence += f" and {overdue:,} overdue." if overdue else "."
    if results:
        sentence += f" {results:,} {'disruption' if results == 1 else 'disruptions'} that you may open came from them."
    if empty:
        sentence += f" Nothing is planned under {_listed(empty)}."
    return sentence


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


# ------------------------------------------------------------------------------------------------------------ over time


def _span(threat: SOCThreat, assessments: Sequence[Any], over_time: Timeline, today: date) -> Span:
    """Return the days from the first thing known to today, so that both drawings stand one over the other."""
    days = [london_date(threat.created_at), *(london_date(each.assessed_at) for each in assessments)]
    days += [cell.stretch.first for cell in over_time.cells]
    return Span(min(days), max(today, *(cell.stretch.last for cell in over_time.cells), *days))


def _grades(threat: SOCThreat, assessments: Sequence[Any], span: Span, today: date) -> dict[str, Any] | None:
    """Return the grades as a drawing, with what it says in words; nothing where the threat was never assessed."""
    if not assessments:
        return None
    oldest_first = sorted(assessments, key=lambda each: (each.assessed_at, each.pk))
    listed = london_date(threat.created_at)
    steps = [Step(london_date(each.assessed_at), each.adopted_grade) for each in oldest_first]
    if listed < steps[0].day:
        steps.insert(0, Step(listed, None))
    return {
        "svg": draw_grades(
            f"P grade of {threat.title} over time",
            "A line that steps from grade to grade, P1 at the top. The table of assessments has the same.",
            steps,
            span,
        ),
        "sentence": _grades_sentence(oldest_first, today),
    }


def _grades_sentence(oldest_first: Sequence[Any], today: date) -> str:
    latest = oldest_first[-1]
    since = _held_since(oldest_first)
    sentence = f"{latest.adopted_grade} since {day_in_words(london_date(since))}."
    order = list(PriorityGrade.values)
    before = [each.adopted_grade for each in oldest_first if each.assessed_at < since]
    if before:
        moved = "up" if order.index(latest.adopted_grade) < order.index(before[-1]) else "down"
        sentence += f" It went {moved} from {before[-1]}."
    times = len(oldest_first)
    sentence += f" Assessed {'once' if times == 1 else f'{times:,} times'}"
    days = (today - london_date(latest.assessed_at)).days
    when = "today" if days <= 0 else "yesterday" if days == 1 else f"{days:,} days ago"
    return f"{sentence}, {'' if times == 1 else 'last '}{when}."


def _held_since(oldest_first: Sequence[Any]) -> datetime:
    """Return since when the present grade has held without a break."""
    since: datetime = oldest_first[-1].assessed_at
    for each in reversed(oldest_first):
        if each.adopted_grade != oldest_first[-1].adopted_grade:
            break
        since = each.assessed_at
    return since


def _timeline(threat: SOCThreat, over_time: Timeline, span: Span) -> str | None:
    if not over_time.cells:
        return None
    marks = [
        Mark(
            over_time.agencies.index(cell.agency),
            cell.stretch.middle,
            cell.level,
            cell.role,
            cell.records,
            f"{cell.stretch.name}, {cell.agency}, {DisruptionRole(cell.role).label}, "
            f"{LEVEL_WORDS.get(cell.level, Level(cell.level).label)}: {cell.records:,}",
        )
        for cell in over_time.cells
    ]
    return draw_timeline(
        f"Disruptions of {threat.title} over time, by agency and level",
        "A row of marks for each agency and level, at the time of the disruptions. The table below has the same.",
        over_time.agencies,
        over_time.levels,
        marks,
        span,
    )


def _timeline_sentence(over_time: Timeline) -> str:
    leads = over_time.records(DisruptionRole.LEAD)
    supports = over_time.records(DisruptionRole.SUPPORT)
    by_level = [
        f"{over_time.records(DisruptionRole.LEAD, level):,} {LEVEL_WORDS.get(level, Level(level).label).lower()}"
        for level in over_time.levels
        if over_time.records(DisruptionRole.LEAD, level)
    ]
    sentence = f"{leads:,} {'lead' if leads == 1 else 'leads'}"
    if by_level:
        sentence += f" ({', '.join(by_level)})"
    if supports:
        sentence += f" and, beside them, {supports:,} {'support' if supports == 1 else 'supports'}"
    agencies = len(over_time.agencies)
    return f"{sentence} by {agencies:,} {'agency' if agencies == 1 else 'agencies'}."


# ---------------------------------------------------------------------------------------------------------------- links


def _links(threat: SOCThreat, links: Sequence[Link]) -> str | None:
    standing = [link for link in links if link.stands]
    if not standing:
        return None
    nodes = {
        side: [
            Node(link.reference, link.title, link.threat.p_grade if link.threat else None, side is Side.BESIDE)
            for link in standing
            if link.side is side
        ]
        for side in Side
    }
    return draw_links(
        f"What {threat.title} is linked to",
        "What it is part of stands on the left, what is in it or beside it on the right. The table has the same.",
        Node(threat.reference, threat.title, threat.p_grade),
        nodes[Side.ABOVE],
        [*nodes[Side.BELOW], *nodes[Side.BESIDE]],
    )
