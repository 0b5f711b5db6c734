"""When the fictional agencies sit down to record, to approve and to moderate.

Agencies record in sessions, as they do (S0: reporting frequency), so that the records of one session go in as one set.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from agencies.models import LONDON
from disruptions.demonstration.bodies import RECORDING, ROCUS
from disruptions.demonstration.figures import INSPECTION, MAY, NOVEMBER

BEGINNING: Final = datetime(2020, 1, 2, 9, 0, tzinfo=LONDON)
"""When the reference data and the people were there: before anything else in the history."""

END: Final = datetime(2026, 11, 20, 18, 0, tzinfo=LONDON)
"""Nothing in the demonstration is later."""

CUT_OFFS: Final = tuple(
    datetime.combine(day + timedelta(days=1), time.min, tzinfo=LONDON) for day in (INSPECTION, NOVEMBER, MAY)
)
"""The first moments after the days as at which figures were published."""

AT_INSPECTION, AT_NOVEMBER, AT_MAY = CUT_OFFS

MONTHLY: Final = frozenset({"nca", "immigration-enforcement"})
EVERY_SECOND_MONTH: Final = frozenset({"border-force", "surrey", "thames-valley", "kent", "metropolitan", "sussex"})
QUARTERLY: Final = frozenset(
    {
        "northamptonshire",
        "serocu",
        "ersou",
        "nwrocu",
        "essex",
        "west-midlands",
        "greater-manchester",
        "yhrocu",
        "rocuwm",
    }
)
EVERY_FOURTH_MONTH: Final = frozenset(ROCUS) | {
    *("home-office-intelligence", "police-scotland", "west-yorkshire", "hampshire", "avon-and-somerset"),
    *("devon-and-cornwall", "lancashire", "humberside"),
}


def at_work(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a time of a day in London."""
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)


@cache
def recording_sessions(agency: str) -> tuple[datetime, ...]:
    """Return when an agency records, in order; always on the eve of a cut-off and at the very end."""
    place = RECORDING.index(agency)
    fixed = [day - timedelta(days=1) for day in (INSPECTION, NOVEMBER, MAY)] + [date(2026, 11, 18)]
    days = set(fixed)
    for year in range(2020, 2027):
        for month in range(1, 13):
            months = _months_between(agency, year)
            day = _weekday(date(year, month, 4 + place % 9))
            near = any(abs((day - other).days) < 15 * months for other in fixed)
            if (month + place) % months == 0 and not near and (year, month) != (2020, 1):
                days.add(day)
    return tuple(at_work(day, 10 + place % 5, place % 60) for day in sorted(days) if day <= END.date())


def _months_between(agency: str, year: int) -> int:
    """Return how many months lie between sessions: recording was rarer in the years before it was counted (S0)."""
    if agency in MONTHLY:
        return 1 if year >= 2024 else 2 if year >= 2023 else 4
    if agency in EVERY_SECOND_MONTH:
        return 2 if year >= 2025 else 3 if year >= 2023 else 6
    if agency in QUARTERLY:
        return 3 if year >= 2025 else 4 if year >= 2023 else 6
    if agency in EVERY_FOURTH_MONTH:
        return 4 if year >= 2025 else 6
    return 6 if year >= 2024 else 12


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, day.weekday() - 4) and 7 - day.weekday())


def session_for(agency: str, day: date, after: datetime | None, before: datetime) -> datetime:
    """Return the first session on or after a day, within (after, before); the last one possible where none is left."""
    sessions = recording_sessions(agency)
    first = bisect_left(sessions, at_work(day, 0))
    if after is not None:
        first = max(first, bisect_right(sessions, after))
    last = bisect_left(sessions, before) - 1
    return sessions[min(first, last)]


def approval_of(session: datetime, agency: str, *, sessions_later: int = 0) -> datetime:
    """Return when what was recorded in a session is approved: some days after it, or after a later session."""
    sessions = recording_sessions(agency)
    # Until lately, approvers took the records of two sessions together.
    place = sessions.index(session)
    place = min(place + sessions_later if session.year > 2025 else (place | 1) + 2 * sessions_later, len(sessions) - 1)
    gap = 2 + (place * 5 + len(agency)) % 9
    return at_work(_weekday(sessions[place].date() + timedelta(days=gap)), 15, RECORDING.index(agency) % 60)


def approval_after(moment: datetime, agency: str) -> datetime:
    """Return when an agency approves again what was changed at a time."""
    return at_work(_weekday(moment.date() + timedelta(days=6)), 15, RECORDING.index(agency) % 60)


@cache
def moderations() -> tuple[datetime, ...]:
    """Return when the moderators sit: twice a month."""
    days = [date(year, month, day) for year in range(2020, 2027) for month in range(1, 13) for day in (12, 25)]
    return tuple(at_work(_weekday(day), 14, 30) for day in days if day < date(2026, 11, 20))


@cache
def tidying_sessions(agency: str) -> tuple[datetime, ...]:
    """Return when an agency corrects and withdraws: in the afternoon of its recording sessions."""
    return tuple(session + timedelta(hours=2, minutes=7) for session in recording_sessions(agency))


def within(times: tuple[datetime, ...], after: datetime, before: datetime) -> tuple[datetime, ...]:
    """Return the times within (after, before)."""
    return times[bisect_right(times, after) : bisect_left(times, before)]
